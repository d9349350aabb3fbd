/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange.h - a node's context: its store, keys and identity, and what all parts of the
 * exchange share.
 *
 * A struct ent_exchange belongs to one thread; a server has one a thread, over one database.
 */
#ifndef ENT_EXCHANGE_EXCHANGE_H
#define ENT_EXCHANGE_EXCHANGE_H
#include <stdatomic.h>

#include <entente/json.h>

#include "base/log.h"
#include "crypto/sign.h"

struct ent_exchange;
struct ent_logins;
struct ent_served;

struct ent_exchange_config {
	const char *store_url;
	const struct ent_keys *keys;      /* borrowed, must outlive the exchange */
	const char *name;                 /* of the organisation */
	const char *party;                /* its STIX identity id */
	const char *host;                 /* origin of its ledgers */
	const char *url;                  /* where counterparts reach it; "" if they can't */
	const char *cert_file, *key_file; /* TLS, shown to counterparts */
	uint8_t pin[32];                  /* of the certificate */
	uint8_t next_key[32];      /* SHA-256 of the next sign public key (docs/exchange.md) */
	size_t max_content_length; /* a POST, bytes */
	size_t page_max;           /* objects */
	size_t import_max;         /* bytes of a file */
	uint64_t window;           /* entries served beyond the last receipted one */
	struct ent_logins *logins; /* login.h; NULL: its own */
	struct ent_served *served; /* served.h; NULL: it isn't noted */
	atomic_uint_fast64_t *commits; /* of all contexts of a process; NULL: not counted */
	struct ent_log *log;           /* may be NULL */
	int64_t (*clock)(void);        /* NULL: the machine's */
};

/* All text of the config is borrowed. */
int ent_exchange_open(const struct ent_exchange_config *c, struct ent_exchange **out,
                      struct ent_err *err);
void ent_exchange_close(struct ent_exchange *x); /* NULL is fine */

/* For the server's writer thread: a transaction around several requests. */
int ent_exchange_batch_begin(struct ent_exchange *x, struct ent_err *err);
int ent_exchange_batch_end(struct ent_exchange *x, struct ent_err *err);
/*
 * For the server's loops: what is read from here on is of one committed state, in which is
 * whatever a context of this process has committed by now.  Called before each request, it
 * keeps the state where nothing was committed meanwhile; rest lets it go, after each turn. What
 * another process commits is seen after the next rest.
 */
void ent_exchange_look(struct ent_exchange *x);
void ent_exchange_rest(struct ent_exchange *x);
int ent_exchange_checkpoint_store(struct ent_exchange *x, struct ent_err *err);
/* Structure of the database, and that each ledger's entries make up its tree. ENT_ECORRUPT. */
int ent_exchange_check(struct ent_exchange *x, struct ent_err *err);

/* The node's own signed card (docs/exchange.md), made anew where configuration changed. */
int ent_exchange_card(struct ent_exchange *x, struct ent_arena *a, struct ent_str *envelope,
                      struct ent_err *err);
/* All of its cards, oldest first, the present one last. */
int ent_exchange_cards(struct ent_exchange *x, struct ent_arena *a, struct ent_str **cards,
                       size_t *n, struct ent_err *err);
/* The keys that it had at which time, by its cards. */
struct ent_key_history;
int ent_exchange_keys(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_key_history **out, struct ent_err *err);
/*
 * Makes the announced successor this node's keys: a card signed with both, or, where the old
 * key is given up as of revoked_from (RFC 3339; absent: it is sound), with the new one alone.
 * The caller puts the seed in place afterwards and opens the node anew.  ENT_ESIG if keys are
 * not the successor.
 */
struct ent_rotation {
	const struct ent_keys *keys;
	uint8_t next[32]; /* SHA-256 of the signing key that is to follow them */
	struct ent_str revoked_from;
};
int ent_exchange_rotate(struct ent_exchange *x, struct ent_arena *a,
                        const struct ent_rotation *r, struct ent_err *err);
/* First use of a database: the node's identity object, its card, the internal ledger's first
 * entry. */
int ent_exchange_found(struct ent_exchange *x, struct ent_err *err);

const char *ent_exchange_party(const struct ent_exchange *x);
const char *ent_exchange_name(const struct ent_exchange *x);
/* Of its certificate, 32 bytes. */
const uint8_t *ent_exchange_pin(const struct ent_exchange *x);

#endif

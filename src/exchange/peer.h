/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer.h - counterparts: their cards, enrolment, and the code that two people compare
 * (docs/exchange.md).
 */
#ifndef ENT_EXCHANGE_PEER_H
#define ENT_EXCHANGE_PEER_H
#include "exchange/exchange.h"
#include "proof/envelope.h"
#include "proof/keys.h"

#define ENT_SAS_TEXT 48 /* "12345 67890 ..." eight groups of five digits, and a NUL */

enum ent_peer_state {
	ENT_PEER_UNCONFIRMED,
	ENT_PEER_CONFIRMED,
	ENT_PEER_CHANGED, /* its keys did, by right; nothing passes until a person confirms them
	                   */
	ENT_PEER_STOPPED  /* it showed a card that doesn't follow the one that was confirmed */
};
const char *ent_peer_state_name(enum ent_peer_state s); /* "keys changed" */

struct ent_peer {
	struct ent_str party, name, host, url;
	struct ent_str added,
	    confirmed_at; /* RFC 3339; confirmed_at absent while unconfirmed */
	enum ent_peer_state state;
	bool confirmed; /* state is ENT_PEER_CONFIRMED: something may pass */
	uint8_t sign_pub[ENT_PUB], ledger_pub[ENT_PUB], witness_pub[ENT_PUB];
	uint8_t pin[32];
	uint8_t card_sha256[32];      /* of the card's body */
	struct ent_str identity;      /* the STIX identity object as in the card: JSON */
	struct ent_str card;          /* envelope */
	const struct ent_str *before; /* older cards, oldest first */
	size_t n_before;
	const struct ent_key_history *keys; /* of all cards */
};

/* Reads and verifies a card against the key that it names itself.  ENT_ESIG, ENT_EPARSE. */
int ent_card_open(struct ent_arena *a, struct ent_str envelope, struct ent_peer *out,
                  struct ent_err *err);

/* The same of all cards of a party, oldest first, each following the one before it. */
int ent_cards_open(struct ent_arena *a, const struct ent_str *cards, size_t n,
                   struct ent_peer *out, struct ent_err *err);
/*
 * A counterpart shows its cards (a list of envelopes, oldest first, the last of them its
 * present one).  What is known changes nothing, nor does another address.  ENT_ESTATE if its
 * keys or its TLS key changed by right: nothing passes any more until a person confirms; or if
 * the present card doesn't follow the one that was confirmed: stopped.
 */
int ent_peer_cards(struct ent_exchange *x, struct ent_arena *a, struct ent_str party,
                   const struct ent_json *list, struct ent_err *err);

/*
 * Fetches the card of the node at url, keeps it as an unconfirmed peer.  A confirmed peer with
 * another card is not replaced, and no card gets in whose host, TLS key or name another peer
 * or this node has: ENT_ECONFLICT.  The TLS key of the connection must be the one in the card.
 * name: under which it is known here; NULL: the card's.
 */
int ent_peer_add(struct ent_exchange *x, struct ent_arena *a, const char *url, const char *name,
                 struct ent_peer *out, struct ent_err *err);
/* The same from a card that came by another road; url may be "": that peer must come to us. */
int ent_peer_add_card(struct ent_exchange *x, struct ent_arena *a, struct ent_str card,
                      const char *url, const char *name, struct ent_peer *out,
                      struct ent_err *err);
/* The code to compare by voice: the same on both nodes. */
int ent_peer_code(struct ent_exchange *x, struct ent_arena *a, const struct ent_peer *p,
                  char out[ENT_SAS_TEXT], struct ent_err *err);
/* Confirms if code is that of ent_peer_code, as digits or as words (words.h); ENT_ESIG if not.
 */
int ent_peer_confirm(struct ent_exchange *x, struct ent_arena *a, struct ent_str who,
                     struct ent_str code, struct ent_peer *out, struct ent_err *err);
/* ENT_ESTATE while it is a party of an agreement that isn't over, unless force is set: its
 * receipts and statements could not be verified any more. */
int ent_peer_remove(struct ent_exchange *x, struct ent_arena *a, struct ent_str who, bool force,
                    struct ent_err *err);
/* By exactly its party id, as documents and receipts name it; ENT_ENOENT. */
int ent_peer_get(struct ent_exchange *x, struct ent_arena *a, struct ent_str party,
                 struct ent_peer *out, struct ent_err *err);
/* By exactly its host, as ledgers' origins name it; ENT_ENOENT. */
int ent_peer_by_host(struct ent_exchange *x, struct ent_arena *a, struct ent_str host,
                     struct ent_peer *out, struct ent_err *err);
/* As a person names it: by party id, name (case doesn't matter) or host; ENT_ENOENT.  Never for
 * what came from outside. */
int ent_peer_find(struct ent_exchange *x, struct ent_arena *a, struct ent_str who,
                  struct ent_peer *out, struct ent_err *err);
int ent_peers(struct ent_exchange *x, struct ent_arena *a, struct ent_peer **out, size_t *count,
              struct ent_err *err);
/* The party id and host of the confirmed peer with that TLS pin; ENT_ENOENT. */
int ent_peer_by_pin(struct ent_exchange *x, struct ent_arena *a, const uint8_t pin[32],
                    struct ent_str *party, struct ent_str *host);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * node.h - a node in a folder: its configuration, keys, certificate and database, opened for a
 * command or served.
 *
 *   DIR/entente.conf   settings (man/entente.conf.5)
 *   DIR/node.seed      32 bytes, 0600: the signing keys
 *   DIR/next.seed      the pre-committed successor, to be taken offline
 *   DIR/coming.seed    while keys change: the successor's successor
 *   DIR/tls.key, DIR/tls.crt
 *   DIR/tls/server.pem a link to tls.crt, where programs look for the server's certificate
 *   DIR/node.db        SQLite
 *   DIR/feeds/NAME.secret  0600: the password or token of a feed
 */
#ifndef ENT_NODE_NODE_H
#define ENT_NODE_NODE_H
#include "exchange/feed.h"

struct ent_node;

struct ent_init {
	const char *name;   /* of the organisation; needed */
	const char *listen; /* NULL: 127.0.0.1:6443 */
	const char *url;    /* NULL: https:// and the listen address */
	const char *host;   /* origin of its ledgers; NULL: made from the name and the key */
	int days;           /* of the certificate; 0: 3650 */
	bool standalone;    /* collections without agreements: no url where none is given */
	struct ent_str passphrase; /* of the seed files; absent: none */
};
/* Makes a node in dir (made if missing).  ENT_EEXIST, nothing touched, if one is there. */
int ent_node_init(const char *dir, const struct ent_init *i, struct ent_err *err);
/* Opens a node for commands: configuration, keys, database.  ENT_ENOENT with what to do if dir
 * holds no node; ENT_EAUTH if its keys are under a passphrase that neither passphrase (absent:
 * not known), the setting passphrase_file nor ENTENTE_PASSPHRASE_FILE gives. */
int ent_node_open(const char *dir, struct ent_str passphrase, struct ent_node **out,
                  struct ent_err *err);
void ent_node_close(struct ent_node *n); /* NULL is fine */
struct ent_exchange *ent_node_exchange(struct ent_node *n);
const char *ent_node_dir(const struct ent_node *n);
/* A setting by its name as in entente.conf ("url", "listen", ...); NULL if there is none of
 * that name. */
const char *ent_node_setting(const struct ent_node *n, const char *name);
/*
 * What this node answers to a GET of the client whose TLS key has that pin, worked out here by
 * the code that serves, without a connection: status, header lines ("Name: value\r\n") and
 * body, byte for byte but for Content-Length, Date and Connection.  target: path and query.
 */
struct ent_node_answer {
	int status;
	struct ent_str head, body;
};
int ent_node_ask(struct ent_node *n, struct ent_arena *a, const uint8_t pin[32],
                 struct ent_str target, struct ent_node_answer *out, struct ent_err *err);
/* ---- keys (docs/keys.md) ---- */
struct ent_key_change {
	const char *seed;          /* the successor's seed file; NULL: DIR/next.seed */
	struct ent_str passphrase; /* of that file; absent: the node's, or none */
	struct ent_str
	    revoked_from; /* RFC 3339: the present key is given up as of then; absent */
};
/*
 * Makes the announced successor the node's keys, and a new successor, DIR/next.seed.  What a
 * crash leaves half done the next opening finishes.  ENT_EBUSY while the node is served.
 */
int ent_node_rotate(struct ent_node *n, const struct ent_key_change *k, struct ent_err *err);
/* Puts the seed files of the node (not one that was taken away) under another passphrase;
 * absent: under none. */
int ent_node_passphrase(struct ent_node *n, struct ent_str passphrase, struct ent_err *err);
/* A new certificate with the same key, valid for days: counterparts notice nothing. */
int ent_node_renew_certificate(struct ent_node *n, int days, struct ent_err *err);
/* Whether the seed is under a passphrase; when the certificate ends, microseconds. */
bool ent_node_sealed(const struct ent_node *n);
int ent_node_certificate_ends(const struct ent_node *n, int64_t *at, struct ent_err *err);
/* Before this much time is left it is told. */
#define ENT_CERT_WARN_US (INT64_C(30) * 86400 * 1000000)

/* ---- feeds ---- */
/* Keeps a feed's password or token in DIR/feeds, mode 0600; takes it away. */
int ent_node_feed_secret(const struct ent_node *n, struct ent_arena *a, struct ent_str name,
                         struct ent_str secret, struct ent_err *err);
int ent_node_feed_forget(const struct ent_node *n, struct ent_arena *a, struct ent_str name,
                         struct ent_err *err);
struct ent_feed_run {
	unsigned
	    seconds; /* then the run ends between two pages, and goes on next time; 0: never */
	unsigned tries; /* how often a busy server is asked again (taxii/client.h) */
	bool (*wait)(void *self, uint64_t ms, const struct ent_err *why);
	/* may be NULL, each of them: asked between pages; told of objects */
	bool (*stop)(void *self);
	void (*progress)(void *self, uint64_t objects);
	void (*bad)(void *self, struct ent_str id, const struct ent_err *why);
	void *self;
};
struct ent_feed_report {
	size_t pages, objects, fresh, same, added, refused;
	bool complete, undated;
};
/* One run of a feed, from its mark on; what came of it is kept with it, a failure too. */
int ent_node_feed_run(const struct ent_node *n, struct ent_exchange *x,
                      const struct ent_feed_record *f, const struct ent_feed_run *o,
                      struct ent_feed_report *out, struct ent_err *err);

struct ent_serve {
	const char *listen; /* ADDRESS:PORT instead of the configured one; NULL */
	const char *
	    listen_plain; /* plain HTTP too, on a loopback address or "unix:PATH"; NULL: none */
	/* The command that was given, for the process that takes over after SIGUSR2; NULL: none
	 * can. */
	char *const *argv;
	/* Called once with the URL when connections are taken; may be NULL. */
	void (*ready)(void *self, const char *url);
	void *self;
	struct ent_str passphrase; /* as for ent_node_open */
};
/*
 * Serves until SIGTERM or SIGINT, or until another process has taken over.  o may be NULL.
 * Returns 0 after a graceful stop.
 */
int ent_node_serve(const char *dir, const struct ent_serve *o, struct ent_err *err);

#endif

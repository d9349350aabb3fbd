/* SPDX-License-Identifier: Apache-2.0 */
/*
 * node_int.h - what the files of src/node share and nobody else sees.
 */
#ifndef ENT_NODE_NODE_INT_H
#define ENT_NODE_NODE_INT_H
#include <pthread.h>

#include "crypto/sign.h"
#include "exchange/exchange.h"
#include "http/server.h"
#include "node/config.h"
#include "node/metrics.h"
#include "node/node.h"

#define ENT_NODE_SETTINGS_MAX 64
#define ENT_LOCK_FILE         "serve.pid"

struct ent_node {
	struct ent_arena *arena;
	const char *dir;
	struct ent_config config;
	const char *value[ENT_NODE_SETTINGS_MAX]; /* of each setting, paths made whole */
	const char *database;                     /* the path in the store's URL */
	struct ent_keys keys;
	struct ent_str passphrase; /* of the seed; absent: none */
	bool sealed;               /* the seed is under it */
	struct ent_log *log;
	struct ent_metrics *metrics;  /* of a server; NULL in commands */
	struct ent_logins *logins;    /* as these */
	struct ent_served *served;    /* and these */
	atomic_uint_fast64_t commits; /* of all contexts */
	struct ent_exchange_config x;
	struct ent_exchange *exchange; /* of commands; NULL in a server */
};

/* "dir/name", or name if it begins with a slash; absent if the arena is full. */
struct ent_str ent_node_path(struct ent_arena *a, const char *dir, const char *name);
/* Configuration, keys, certificate, log; no database.  Nothing below least is logged. */
int ent_node_load(const char *dir, struct ent_str passphrase, enum ent_level least,
                  struct ent_node **out, struct ent_err *err);
/* One server a node, and no change of keys meanwhile: takes the lock that ends with the
 * descriptor.  ENT_EBUSY with who has it. */
int ent_node_lock(const struct ent_node *n, int *fd, struct ent_err *err);
/* Finishes a change of keys that a crash left half done: the database has the new card, the
 * files not yet. */
int ent_node_settle_keys(struct ent_node *n, struct ent_err *err);
/* A context over the node's database, for one thread. */
int ent_node_context(const struct ent_node *n, struct ent_exchange **out, struct ent_err *err);

/* The HTTP application of a node; self is the struct ent_node. */
void ent_node_app(struct ent_node *n, struct ent_http_app *out);

/*
 * A thread that does something every so often, with a context of its own, until it is stopped.
 */
struct ent_worker {
	struct ent_node *node;
	struct ent_exchange *x;
	void (*run)(struct ent_worker *w);
	int every_ms;
	int64_t seen; /* what run remembers */
	bool last;    /* set beforehand: it runs once more when it is stopped */
	int stop;     /* an eventfd; readable once it shall stop */
	pthread_t thread;
	bool started;
};
int ent_worker_start(struct ent_worker *w, struct ent_node *n,
                     void (*run)(struct ent_worker *w), int every_ms, struct ent_err *err);
/* Asks it to stop.  Both do nothing where it was never started. */
void ent_worker_stop(struct ent_worker *w);
/* Waits for it, and closes its context. */
void ent_worker_join(struct ent_worker *w);
bool ent_worker_stopping(const struct ent_worker *w);

/* Puts on record what counterparts have read, and folds the write-ahead log back into the
 * database when it has changed. */
void ent_work_checkpoint(struct ent_worker *w);
/* Tells the log where the certificate ends within 30 days: a counterpart that pins the key goes
 * on without one in date, other clients don't. */
void ent_watch_certificate(const struct ent_node *n);
/* Takes off free-standing collections what is older than they keep. */
void ent_work_expire(struct ent_worker *w);
/* Runs the feeds that are due. */
void ent_work_feeds(struct ent_worker *w);
/* Syncs with every counterpart under every agreement. */
void ent_work_sync(struct ent_worker *w);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dispatch.h - what one party signs about an agreement besides its life: parts of a rehearsal,
 * recalls and what came of them, threats to life (docs/exchange.md, Dispatches).
 *
 * Dispatches travel with the statements, also while the agreement is suspended.  Each is known
 * by the hash of its body, taken once however often it comes, and each counterpart is sent only
 * what it has not said it has.  What they come to is a function of the set of them.
 */
#ifndef ENT_EXCHANGE_DISPATCH_H
#define ENT_EXCHANGE_DISPATCH_H
#include "exchange/agreement.h"
#include "json/write.h"

enum ent_dispatch_kind {
	ENT_DISPATCH_REHEARSAL, /* rehearsal.h */
	ENT_DISPATCH_RECALL,    /* recall.h */
	ENT_DISPATCH_PURGE,
	ENT_DISPATCH_LIFE, /* life.h */
	ENT_DISPATCH_LIFE_ACK,
	ENT_DISPATCH_LIFE_REPORT,
	ENT_DISPATCH_COMMUNIQUE, /* communique.h */
	ENT_DISPATCH_KINDS
};

struct ent_dispatch {
	enum ent_dispatch_kind kind;
	struct ent_str sha256; /* hex, of the body: its name */
	struct ent_str by, at; /* a party of the agreement; RFC 3339 */
	int64_t when;          /* at, in microseconds */
	const struct ent_json *body;
};

const char *ent_dispatch_kind_name(enum ent_dispatch_kind k);

/*
 * Signs a dispatch of our own, keeps it and does what it calls for, inside an open write.
 * write() adds the members of its kind to those that all have (v, kind, by, at, agreement).
 */
int ent_dispatch_make(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_agreement *g, enum ent_dispatch_kind kind,
                      void (*write)(struct ent_jw *w, const void *self), const void *self,
                      struct ent_dispatch *out, struct ent_err *err);
/* By its hash; ENT_ENOENT. */
int ent_dispatch_get(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                     struct ent_str sha256, struct ent_dispatch *out, struct ent_err *err);
/* Shows those of a kind in the order in which they came here; ends with what see() returns
 * other than 0.  What n has is the arena's. */
int ent_dispatches_each(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                        enum ent_dispatch_kind kind,
                        int (*see)(void *self, const struct ent_dispatch *n,
                                   struct ent_err *err),
                        void *self, struct ent_err *err);

/* How many of a kind a party has signed under an agreement, as far as is known here. */
int ent_dispatches_of(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                      struct ent_str by, enum ent_dispatch_kind kind, uint64_t *count,
                      struct ent_err *err);

/* ---- carried with the statements ---- */
/* The members "dispatches", "dispatches_first", "dispatches_more" and "dispatches_seen" of a
 * bundle for a counterpart: what it has not said it has, up to a bound. */
int ent_dispatches_write(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                         struct ent_str to, struct ent_jw *w, struct ent_err *err);
/* Whether there are any that a counterpart has not said it has. */
int ent_dispatches_wait(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                        struct ent_str to, bool *out, struct ent_err *err);
/* The last one here, in this node's numbering: 0 and no hash where there is none. */
int ent_dispatches_last(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                        uint64_t *n, struct ent_str *sha256, struct ent_err *err);
/* The last one that a counterpart has sent, in its numbering. */
int ent_dispatches_seen(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                        struct ent_str from, uint64_t *n, struct ent_str *sha256,
                        struct ent_err *err);
/*
 * Takes them from a bundle, inside an open write.  What isn't a dispatch by a party of the
 * agreement, signed with its key, is left out with a line in the log; *fresh counts those that
 * were not known, *more tells whether a further call would bring any.
 */
int ent_dispatches_take(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                        struct ent_str from, const struct ent_json *bundle, size_t *fresh,
                        bool *more, struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recall.h - taking back what was sent (docs/recall.md).
 *
 * Who sent an object may recall it: it is served no more, and a dispatch tells the others, also
 * while the agreement is suspended.  They purge the content, keep its hash, sign that they
 * have, and take the object in by no road again.  What was passed on is recalled there too.
 */
#ifndef ENT_EXCHANGE_RECALL_H
#define ENT_EXCHANGE_RECALL_H
#include "exchange/dispatch.h"
#include "exchange/holdings.h"

enum ent_recall_ground {
	ENT_RECALL_WITHDRAWN, /* by hand */
	ENT_RECALL_HANDLING,  /* its handling changed: the gate would not let it go now */
	ENT_RECALL_ORIGIN,    /* recalled by whom it came from */
	ENT_RECALL_RETENTION, /* the agreement's days are over: no recall, a purge by itself */
	ENT_RECALL_GROUNDS
};
const char *ent_recall_ground_name(enum ent_recall_ground g);

/* What a receiver did about it. */
enum ent_purge_state {
	ENT_PURGE_PURGED,   /* the content is gone */
	ENT_PURGE_KEPT,     /* held from another source too: that copy stays */
	ENT_PURGE_NOT_HELD, /* it never came, or is gone already; it will not be taken in */
	ENT_PURGE_STATES
};
const char *ent_purge_state_name(enum ent_purge_state s);

struct ent_recall {
	struct ent_str sha256, agreement, by, at; /* of the dispatch */
	struct ent_str object, version;           /* version absent: all of them */
	struct ent_str reason;
	enum ent_recall_ground ground;
};

/* What is to be recalled. */
struct ent_recall_what {
	struct ent_str object, version, reason; /* version absent: all */
	struct ent_str agreement;               /* absent: wherever it was released */
	enum ent_recall_ground ground;
};
/* One write: all its recalls are signed, or none is.  *count of them; ENT_ENOENT if it is on no
 * such channel. */
int ent_recall(struct ent_exchange *x, struct ent_arena *a, const struct ent_recall_what *what,
               size_t *count, struct ent_err *err);

/* What one party said to a recall of ours, or we to one of theirs. */
struct ent_recall_answer {
	struct ent_str party, at; /* at absent: nothing yet */
	enum ent_purge_state state;
};
/* Shows every recall under an agreement with the answers of all parties but its author. */
int ent_recalls_each(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                     int (*see)(void *self, const struct ent_recall *r,
                                const struct ent_recall_answer *answers, size_t n,
                                struct ent_err *err),
                     void *self, struct ent_err *err);

/* What falls due by itself. */
struct ent_recall_due {
	size_t purged;   /* versions whose days of retention were over */
	size_t recalled; /* objects whose handling changed since they were released */
};
/* Purges what was received and may be kept no longer, and recalls what the gate would not let
 * go today; a signed dispatch for each.  dry_run: only counts. */
int ent_recall_what_is_due(struct ent_exchange *x, struct ent_arena *a, bool dry_run,
                           struct ent_recall_due *out, struct ent_err *err);

/* ENT_EUNUSABLE, with who recalled it, if an object may not be taken in (again).  source: the
 * agreement under which it comes, or another source of holdings. */
int ent_recall_blocks(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                      struct ent_str version, struct ent_str source, struct ent_err *err);
/* Whether this node recalled a version of its own under an agreement: it leaves no more. */
int ent_recalled(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                 struct ent_str id, struct ent_str version, bool *out, struct ent_err *err);

#endif

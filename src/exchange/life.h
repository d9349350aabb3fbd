/* SPDX-License-Identifier: Apache-2.0 */
/*
 * life.h - threats to life: a minimal tip that passes also while the agreement is suspended,
 * where its document provides for that (docs/life.md).
 *
 * One person writes it and another one sends it; the other side acknowledges against a clock,
 * and reports later what came of it.
 */
#ifndef ENT_EXCHANGE_LIFE_H
#define ENT_EXCHANGE_LIFE_H
#include "exchange/dispatch.h"

/* What a tip says; there is room for nothing else. */
struct ent_life_tip {
	struct ent_str place; /* at most ENT_LIFE_TEXT bytes, as all texts here */
	struct ent_str
	    from; /* RFC 3339: the time for which it holds; absent in a new one: now */
	struct ent_str until;
	struct ent_str what;    /* one of ent_life_kinds */
	int64_t confidence;     /* 0 to 100 */
	struct ent_str contact; /* whom to call */
};
extern const char *const ent_life_kinds[]; /* ends with NULL */

/* A tip that one person wrote and nobody has sent yet. */
struct ent_life_draft {
	struct ent_str id, agreement, written_by, written_at;
	struct ent_life_tip tip;
};
/* Keeps it.  ENT_EAUTH if who acts is no user; ENT_ESTATE if the agreement has no such lane. */
int ent_life_write(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                   const struct ent_life_tip *tip, struct ent_life_draft *out,
                   struct ent_err *err);
/* Sends the draft whose id begins so, or drops it.  ENT_EDENIED if who acts wrote it himself;
 * ENT_EAUTH, ENT_ENOENT, ENT_EINVAL. */
int ent_life_send(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                  struct ent_str *agreement, struct ent_str *tip, struct ent_err *err);
int ent_life_drop(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                  struct ent_err *err);
int ent_life_drafts(struct ent_exchange *x, struct ent_arena *a, struct ent_life_draft **out,
                    size_t *count, struct ent_err *err);

/* What a party did about a tip. */
struct ent_life_answer {
	struct ent_str party, acked_at, reported_at, report; /* absent: not yet */
	bool ack_late, report_late; /* it was due before now, or came after that */
};
struct ent_life {
	struct ent_str sha256, agreement, by, at;
	struct ent_life_tip tip;
	bool ours;
	int64_t ack_due, report_due; /* microseconds */
	struct ent_life_answer answer[ENT_PARTIES_MAX];
	size_t answers; /* of all parties but the author */
};
/* Shows each tip under an agreement, ours and theirs. */
int ent_life_each(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                  int (*see)(void *self, const struct ent_life *l, struct ent_err *err),
                  void *self, struct ent_err *err);
/* By the first digits of its hash, under any agreement. */
int ent_life_find(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                  struct ent_life *out, struct ent_err *err);
/* Acknowledges a tip of a counterpart, or reports on it (text, at most ENT_REASON_BYTES); once.
 * ENT_EEXIST. */
int ent_life_ack(struct ent_exchange *x, struct ent_arena *a, const struct ent_life *l,
                 struct ent_err *err);
int ent_life_report(struct ent_exchange *x, struct ent_arena *a, const struct ent_life *l,
                    struct ent_str text, struct ent_err *err);

/* What cries for somebody. */
struct ent_life_alarms {
	size_t unacknowledged; /* theirs, that nobody here has acknowledged */
	size_t unanswered;     /* ours, whose acknowledgement is overdue */
	size_t unreported;     /* theirs, whose report is overdue */
	size_t drafts;         /* wait for a second person */
};
int ent_life_alarms(struct ent_exchange *x, struct ent_arena *a, struct ent_life_alarms *out,
                    struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * window.h - how far a counterpart may read a channel (docs/exchange.md), and what it sees of
 * it.
 */
#ifndef ENT_EXCHANGE_WINDOW_H
#define ENT_EXCHANGE_WINDOW_H
#include "exchange/agreement.h"

/*
 * The last number of g's outbound channel that party may read: one window beyond what it has
 * receipted.  What was withheld takes none of it, for nobody can receipt it.
 */
int ent_window(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
               struct ent_str party, uint64_t *upto, struct ent_err *err);

/* The last number of our channel that a party which joined later may not read; 0: it may read
 * all. */
int ent_joined(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
               struct ent_str party, uint64_t *out, struct ent_err *err);
/* The last entry of our channel that every counterpart has receipted: what they hold was sent,
 * and stays sent. */
int ent_receipted_by_all(struct ent_exchange *x, struct ent_arena *a,
                         const struct ent_agreement *g, uint64_t *out, struct ent_err *err);

/* The number of a version on a channel, where it is live; ENT_ENOENT. */
int ent_channel_place(struct ent_exchange *x, uint32_t channel, struct ent_str id,
                      struct ent_str version, uint64_t *seq, struct ent_err *err);

/* What a party sees of our channel now. */
struct ent_view_now {
	const char *error_id; /* NULL: it may read; else what it is told instead */
	struct ent_str why;   /* then: the text of it */
	uint64_t entries;     /* that stand on the channel */
	uint64_t readable;    /* of them: within its window */
	uint64_t receipted;   /* the last number that it has receipted */
	uint64_t upto;        /* the last number that it may read */
};
int ent_view_now(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                 struct ent_str party, struct ent_view_now *out, struct ent_err *err);

#endif

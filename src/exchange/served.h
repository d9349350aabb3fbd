/* SPDX-License-Identifier: Apache-2.0 */
/*
 * served.h - how far counterparts have read this node's channels beyond what they receipted.
 *
 * A page is answered without a write.  So who read how far is noted in memory first, for all
 * contexts of a process, and goes on record after a few seconds, unless the receipt has come by
 * then: a counterpart that receipts what it reads costs no write.
 */
#ifndef ENT_EXCHANGE_SERVED_H
#define ENT_EXCHANGE_SERVED_H
#include "exchange/exchange.h"

/* Notes that aren't on record yet.  Used by any number of threads. */
struct ent_served;
struct ent_served *ent_served_new(void);    /* NULL if memory ran out */
void ent_served_free(struct ent_served *s); /* NULL is fine */

/* They were given entries up to that number; s may be NULL, and then it isn't noted. */
void ent_served_note(struct ent_served *s, struct ent_str agreement, struct ent_str party,
                     uint64_t upto, int64_t at);
/* Puts the context's notes on record: those for which no receipt has come meanwhile.  If it
 * fails they stay notes. */
int ent_served_keep(struct ent_exchange *x, struct ent_err *err);

/* A part of a channel that was read and not receipted: up to that number, at that time. */
struct ent_served_step {
	uint64_t upto;
	int64_t at;
};
/* Of one counterpart under one agreement: so many steps at most; then the last one grows. */
#define ENT_SERVED_STEPS 16

/* What is on record beyond the number receipted, in order. */
int ent_served_read(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                    struct ent_str party, uint64_t receipted,
                    struct ent_served_step step[ENT_SERVED_STEPS], size_t *n,
                    struct ent_err *err);
/* A receipt came, up to that number; inside an open write. */
int ent_served_receipted(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                         struct ent_str party, uint64_t receipted, struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rehearsal_int.h - parts of rehearsals as they are kept, for rehearsal.c and rehearsal_kept.c.
 */
#ifndef ENT_EXCHANGE_REHEARSAL_INT_H
#define ENT_EXCHANGE_REHEARSAL_INT_H
#include "exchange/exchange_int.h"
#include "exchange/rehearsal.h"

/* Reads a part's body into *out, which is empty.  ENT_EUNUSABLE with what is wrong. */
int ent_rehearsal_read_body(const struct ent_json *body, struct ent_rehearsal *out,
                            struct ent_err *err);
/* Reads a part from its envelope, whose signature the caller has verified or made.  ENT_EPARSE,
 * ENT_EUNUSABLE with what is wrong. */
int ent_rehearsal_read(struct ent_arena *a, struct ent_str envelope, struct ent_rehearsal *out,
                       struct ent_err *err);
/* Keeps one, inside an open write, and forgets the oldest of that party where there are too
 * many; *fresh: it was not there. */
int ent_rehearsal_keep(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                       const struct ent_rehearsal *r, bool *fresh, struct ent_err *err);
/* Shows each that is kept; ends with what see() returns other than 0.  What r has is the
 * arena's. */
int ent_rehearsals_each(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                        int (*see)(void *self, const struct ent_rehearsal *r,
                                   struct ent_err *err),
                        void *self, struct ent_err *err);

#endif

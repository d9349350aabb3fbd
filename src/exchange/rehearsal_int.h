/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rehearsal_int.h - reading a part of a rehearsal, for rehearsal.c and the table of dispatches.
 */
#ifndef ENT_EXCHANGE_REHEARSAL_INT_H
#define ENT_EXCHANGE_REHEARSAL_INT_H
#include "exchange/dispatch_int.h"
#include "exchange/rehearsal.h"

/* ENT_EUNUSABLE with what is wrong. */
int ent_rehearsal_read(const struct ent_dispatch *d, struct ent_rehearsal *out,
                       struct ent_err *err);
int ent_rehearsal_check(struct ent_exchange *x, struct ent_arena *a,
                        const struct ent_agreement *g, const struct ent_dispatch *d,
                        struct ent_err *err);

#endif

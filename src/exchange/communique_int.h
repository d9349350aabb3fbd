/* SPDX-License-Identifier: Apache-2.0 */
/*
 * communique_int.h - signed figures, for communique.c and the table of dispatches.
 */
#ifndef ENT_EXCHANGE_COMMUNIQUE_INT_H
#define ENT_EXCHANGE_COMMUNIQUE_INT_H
#include "exchange/communique.h"
#include "exchange/dispatch_int.h"

int ent_communique_read(const struct ent_dispatch *d, struct ent_period *p,
                        struct ent_communique_part *out, struct ent_err *err);
int ent_communique_check(struct ent_exchange *x, struct ent_arena *a,
                         const struct ent_agreement *g, const struct ent_dispatch *d,
                         struct ent_err *err);
/* The figures of a period, counted from the messages. */
int ent_figures(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                const struct ent_period *p, struct ent_figures *out, struct ent_err *err);

#endif

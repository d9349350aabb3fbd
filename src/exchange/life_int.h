/* SPDX-License-Identifier: Apache-2.0 */
/*
 * life_int.h - what dispatches about threats to life are checked for.
 */
#ifndef ENT_EXCHANGE_LIFE_INT_H
#define ENT_EXCHANGE_LIFE_INT_H
#include "exchange/dispatch_int.h"
#include "exchange/life.h"

int ent_life_check(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                   const struct ent_dispatch *d, struct ent_err *err);
int ent_life_ack_check(struct ent_exchange *x, struct ent_arena *a,
                       const struct ent_agreement *g, const struct ent_dispatch *d,
                       struct ent_err *err);
int ent_life_report_check(struct ent_exchange *x, struct ent_arena *a,
                          const struct ent_agreement *g, const struct ent_dispatch *d,
                          struct ent_err *err);
/* A counterpart's tip is cried out in the log. */
int ent_life_apply(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                   const struct ent_dispatch *d, struct ent_err *err);

/* ENT_ESTATE if the agreement has no lane for it, or has ended. */
int ent_life_lane(const struct ent_agreement *g, struct ent_err *err);
/* Signs and keeps a tip, inside an open write. */
int ent_life_dispatch(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_agreement *g, const struct ent_life_tip *tip,
                      struct ent_str *sha256, struct ent_err *err);

/* The alarms of tips that were sent; drafts is left 0. */
int ent_life_cries(struct ent_exchange *x, struct ent_arena *a, struct ent_life_alarms *out,
                   struct ent_err *err);

/* A tip as JSON members, and read back with every bound checked (ENT_EUNUSABLE). */
void ent_life_tip_write(struct ent_jw *w, const struct ent_life_tip *tip);
int ent_life_tip_read(const struct ent_json *v, struct ent_life_tip *out, struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dispatch_kept.h - dispatches in the store, and how far each counterpart has them, for
 * dispatch.c and dispatch_kept.c.
 */
#ifndef ENT_EXCHANGE_DISPATCH_KEPT_H
#define ENT_EXCHANGE_DISPATCH_KEPT_H
#include "exchange/dispatch_int.h"

/* Reads one from its envelope, whose signature was verified or made here. */
int ent_dispatch_read(struct ent_arena *a, struct ent_str envelope, struct ent_dispatch *out,
                      struct ent_err *err);
bool ent_dispatch_known(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                        struct ent_str sha256);
/* Keeps a dispatch that was checked, with its entry in the agreement's ledger, and does what it
 * calls for; nothing where it is known.  ENT_ELIMIT if its author has too many of its kind. */
int ent_dispatch_keep(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_agreement *g, const struct ent_dispatch *n,
                      struct ent_str envelope, bool *fresh, struct ent_err *err);
/* Verifies one that came and keeps it; *sha256 is set as soon as it is known. */
int ent_dispatch_take(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_agreement *g, const struct ent_json *v,
                      struct ent_str *sha256, bool *fresh, struct ent_err *err);

#endif

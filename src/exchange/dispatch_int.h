/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dispatch_int.h - the kinds of dispatches: what each is checked for and what it calls for.
 */
#ifndef ENT_EXCHANGE_DISPATCH_INT_H
#define ENT_EXCHANGE_DISPATCH_INT_H
#include "exchange/dispatch.h"
#include "exchange/exchange_int.h"

struct ent_dispatch_rules {
	const char *name;
	size_t bytes; /* largest body */
	size_t count; /* most by one party under one agreement */
	/* ENT_EUNUSABLE with what is wrong with it; nothing is written */
	int (*check)(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
	             const struct ent_dispatch *n, struct ent_err *err);
	/* what a new one calls for, inside the write that keeps it; NULL: nothing */
	int (*apply)(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
	             const struct ent_dispatch *n, struct ent_err *err);
};
extern const struct ent_dispatch_rules ent_dispatch_rules[ENT_DISPATCH_KINDS];

/* ENT_EUNUSABLE if the body has another member than those that all have and the n named. */
int ent_dispatch_members(const struct ent_dispatch *n, const char *const *names, size_t count,
                         struct ent_err *err);

#endif

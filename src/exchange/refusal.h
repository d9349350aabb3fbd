/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refusal.h - objects of a page or an envelope that were refused: one entry of the internal
 * ledger for all of them, so that a counterpart that sends rubbish doesn't fill it.
 */
#ifndef ENT_EXCHANGE_REFUSAL_H
#define ENT_EXCHANGE_REFUSAL_H
#include "json/write.h"

#include "exchange/exchange.h"

struct ent_refusals {
	struct ent_exchange *x;
	struct ent_str agreement, from;
	struct ent_buf b;
	struct ent_jw w;
	size_t count;
};

/* Whether a failure is about the object and not about this node. */
bool ent_about_object(int rc);
/* agreement ("": an import), from: borrowed until the end. */
void ent_refusals_begin(struct ent_refusals *r, struct ent_exchange *x,
                        struct ent_str agreement, struct ent_str from);
/* The object v at that place was refused; what it wrote has been undone already, and this isn't
 * part of it.  Logged at once. */
int ent_refusals_add(struct ent_refusals *r, struct ent_arena *a, size_t place,
                     const struct ent_json *v, const struct ent_err *why, struct ent_err *err);
/* Writes the entry, inside the write, if rc is 0 and there was a refusal; frees in any case.
 * Returns rc, or why it couldn't be written. */
int ent_refusals_end(struct ent_refusals *r, struct ent_arena *a, int rc, struct ent_err *err);

#endif

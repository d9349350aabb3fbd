/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receipt_int.h - what the files about receipts share.
 */
#ifndef ENT_EXCHANGE_RECEIPT_INT_H
#define ENT_EXCHANGE_RECEIPT_INT_H
#include "crypto/hash.h"
#include "exchange/exchange_int.h"
#include "exchange/receipt.h"

/* By first number; by hash, because a node that went back to an old copy has them anew.  The
 * key of all spaces of receipts. */
struct ent_str ent_receipt_key(struct ent_arena *a, struct ent_str agreement,
                               struct ent_str party, uint64_t first,
                               const uint8_t sha256[ENT_SHA256]);
/* Fills a receipt from a verified body: all but ours, unsent, sha256 and envelope. */
int ent_receipt_read(const struct ent_json *v, struct ent_receipt *out, struct ent_err *err);
/* One that is kept, without unsent.  ENT_ECORRUPT. */
int ent_receipt_stored(struct ent_arena *a, struct ent_doc d, bool ours,
                       struct ent_receipt *out, struct ent_err *err);
/* ENT_ESIG if it isn't for what our channel g->outbound had in its range at any time, before or
 * after entries of it were withheld (rejudge.h). */
int ent_receipt_compare(struct ent_exchange *x, struct ent_arena *a,
                        const struct ent_agreement *g, const struct ent_receipt *r,
                        struct ent_err *err);
/* ENT_EUNUSABLE if something that was served after last stands before its range: a receipt
 * moves the window, so it must leave nothing out. */
int ent_receipt_follows(struct ent_exchange *x, struct ent_arena *a,
                        const struct ent_agreement *g, const struct ent_receipt *r,
                        uint64_t last, struct ent_err *err);
/* The version of r's range that our channel had and that is nearest to it: that with as many
 * entries as it has, else as it is now.  Their count and their root. */
int ent_receipt_sent(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                     const struct ent_receipt *r, size_t *count, uint8_t root[32],
                     struct ent_err *err);

/* One of ours is owed to party no more: it has it.  Inside an open write. */
int ent_receipt_has_it(struct ent_exchange *x, struct ent_arena *a, const struct ent_receipt *r,
                       struct ent_str party, struct ent_err *err);

/* How it stands with the receipt for what was read at that time. */
enum ent_receipt_state ent_receipt_read_at(const struct ent_exchange *x, int64_t read);

/* ---- those that didn't get there (receipt_try.c) ---- */
struct ent_receipt_try {
	struct ent_str why;
	uint64_t tries;
	int64_t next;
};
/* ENT_ENOENT if nothing failed. */
int ent_try_read(struct ent_exchange *x, struct ent_arena *a, struct ent_str space,
                 struct ent_str key, struct ent_receipt_try *out, struct ent_err *err);
/* One more failure, inside an open write: it goes again after a while that grows. */
int ent_try_again(struct ent_exchange *x, struct ent_arena *a, struct ent_str space,
                  struct ent_str key, const char *why, struct ent_receipt_try *out,
                  struct ent_err *err);
bool ent_try_due(const struct ent_exchange *x, const struct ent_receipt_try *t);

#endif

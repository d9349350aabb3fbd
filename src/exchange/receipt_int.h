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

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receipt.h - signed receipts: for each page that a receiver stored, what it got
 * (docs/exchange.md, Receipts and ledger).
 */
#ifndef ENT_EXCHANGE_RECEIPT_H
#define ENT_EXCHANGE_RECEIPT_H
#include "exchange/agreement.h"

struct ent_receipt {
	struct ent_str agreement, by, channel; /* channel: the collection's id */
	uint64_t first, last;
	size_t count;
	size_t refused; /* objects of the page that the receiver could not take; they count in
	                   the root */
	uint8_t root[32];
	struct ent_str at;
	struct ent_str sha256;   /* hex, of the body */
	struct ent_str envelope; /* as signed */
	bool ours;               /* we signed it; else a counterpart did and we verified it */
	bool unsent;             /* ours, and the sender hasn't taken it yet */
};

/* No receipt spans more numbers than this: entries that were taken from a channel leave gaps.
 */
#define ENT_RECEIPT_SPAN ((uint64_t)ENT_PAGE_MAX * 64)

/* Merkle root (RFC 6962) over the SHA-256 of each object's canonical bytes, in order. */
void ent_receipt_root(const uint8_t (*sha256)[32], size_t n, uint8_t root[32]);

/*
 * Signs and keeps a receipt for a page that was just stored, inside an open write; the ledger's
 * delivery entry is appended first, so that the receipt's own checkpoint covers it.
 */
int ent_receipt_make(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                     struct ent_str from, uint64_t first, uint64_t last,
                     const uint8_t (*sha256)[32], size_t count, size_t refused,
                     struct ent_err *err);
/*
 * Takes a receipt that the counterpart from brings: its signature, and that range, count and
 * root are what was sent, following what it has receipted before without a gap.  The same one
 * again is no failure; another one for what was receipted is kept beside it (a counterpart that
 * went back to an old copy), up to a limit.  ENT_ESIG: wrong signature, or it is for other
 * bytes (an alarm in log and internal ledger); ENT_EUNUSABLE with *next set: there is a gap
 * before it, and receipts are wanted from that number on (*next is 0 otherwise).
 */
int ent_receipt_take(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                     struct ent_str from, struct ent_str envelope, uint64_t *next,
                     struct ent_err *err);
/* Shows each receipt of an agreement to see(), first those of counterparts, each sort by signer
 * or sender and first number; ends with what see() returns other than 0.  What r has lasts
 * until see() returns. */
int ent_receipts_each(struct ent_exchange *x, struct ent_str agreement,
                      int (*see)(void *self, const struct ent_receipt *r, struct ent_err *err),
                      void *self, struct ent_err *err);
/* Up to which sequence number of our channel a party has receipted; 0 if nothing. */
int ent_receipted(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                  struct ent_str party, uint64_t *last, struct ent_err *err);
/*
 * What a receipt of our channel is for, in order: the SHA-256 of each object, and *place: which
 * of them has the number seq.  ENT_ENOENT if the receipt doesn't hold that one, ENT_ESIG if it
 * doesn't fit the channel.
 */
int ent_receipt_leaves(struct ent_exchange *x, struct ent_arena *a,
                       const struct ent_agreement *g, const struct ent_receipt *r, uint64_t seq,
                       uint8_t (**sha256)[32], size_t *count, size_t *place,
                       struct ent_err *err);
/* Verifies every stored receipt of an agreement again, against our own entries where it is a
 * counterpart's. */
int ent_receipts_verify(struct ent_exchange *x, struct ent_str agreement, size_t *checked,
                        struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receipt.h - signed receipts: for each page that a receiver stored, what it got
 * (docs/exchange.md, Receipts and ledger).
 */
#ifndef ENT_EXCHANGE_RECEIPT_H
#define ENT_EXCHANGE_RECEIPT_H
#include "exchange/agreement.h"

/* How it stands with a receipt, or with one that should be there. */
enum ent_receipt_state {
	ENT_RECEIPT_HELD,    /* a counterpart's, and it fits what was sent */
	ENT_RECEIPT_TAKEN,   /* ours, and its sender has it */
	ENT_RECEIPT_UNSENT,  /* ours, and it hasn't got there */
	ENT_RECEIPT_REFUSED, /* ours, and its sender doesn't take it; it is offered again */
	/* a counterpart's that isn't there */
	ENT_RECEIPT_AWAITED,   /* they read the entries a short while ago */
	ENT_RECEIPT_LATE,      /* ... longer ago (limits.h) */
	ENT_RECEIPT_MISSING,   /* ... and so long ago that somebody should ask them */
	ENT_RECEIPT_UNFETCHED, /* they haven't read them */
	ENT_RECEIPT_STATES
};
const char *ent_receipt_state_name(enum ent_receipt_state state);

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
	enum ent_receipt_state state;
	/* of one that is unsent or refused: why, how often it was tried, when it goes again (0:
	 * at the next sync) */
	struct ent_str why;
	uint64_t tries;
	int64_t next;
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
/* The same for those of ours that their sender hasn't taken: first what is unsent, then what it
 * refuses. */
int ent_receipts_owed(struct ent_exchange *x, struct ent_str agreement,
                      int (*see)(void *self, const struct ent_receipt *r, struct ent_err *err),
                      void *self, struct ent_err *err);
/*
 * The same for receipts of counterparts that aren't there: by is who owes it; first and last
 * are what was read, or could have been, since at; count, root, sha256 and envelope are not
 * there.
 */
int ent_receipts_due(struct ent_exchange *x, struct ent_str agreement,
                     int (*see)(void *self, const struct ent_receipt *r, struct ent_err *err),
                     void *self, struct ent_err *err);
/* Whether one that is owed or due needs a person's eye: refused, or on its way for longer than
 * it should be. */
bool ent_receipt_overdue(const struct ent_exchange *x, const struct ent_receipt *r);
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

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sync.h - one conversation with a counterpart under one agreement.
 *
 * One request tells where there is nothing new (standing.h).  Else, in this order: statements
 * both ways; checkpoints both ways, verified and cosigned; receipts that are still owed; then
 * page after page of the counterpart's channel: each stored with its cursor and its ledger
 * entry in one transaction, then receipted.
 */
#ifndef ENT_EXCHANGE_SYNC_H
#define ENT_EXCHANGE_SYNC_H
#include "exchange/agreement.h"

struct ent_sync_report {
	struct ent_str agreement, title, peer; /* peer: name */
	size_t statements, dispatches;         /* new ones that came */
	size_t untold;                         /* of ours that they did not take */
	struct ent_str untold_why;             /* the first of them, in their words */
	size_t pages, objects, fresh, refused;
	size_t aside;    /* put into quarantine */
	size_t receipts; /* sent and taken */
	uint64_t
	    cursor; /* the last sequence number that we hold of the counterpart's channel */
	uint64_t our_size, their_size; /* ledger sizes that were witnessed */
	bool more;                     /* it ended before their channel did */
	bool cosigned; /* they cosigned ours in this sync, or have it as it is */
};

struct ent_sync_options {
	size_t page;          /* objects a page; 0: 1,000 */
	bool statements_only; /* no witnessing, no pages: to tell the counterpart of an act at
	                         once */
	bool at_once; /* receipts that didn't get there, or were refused, go now: somebody asked
	                 for it */
	/* at most so many pages, and so many seconds, then it is the next one's turn; 0: to the
	 * end */
	size_t pages, seconds;
	void (*progress)(void *self, size_t objects); /* may be NULL */
	bool (*stop)(void *self);                     /* asked before each page; may be NULL */
	void *self;
};

/*
 * Syncs with one party of an agreement.  ENT_ESTATE: not in force, with who stopped it and why
 * (the statements have been exchanged all the same).  ENT_ENET: not reachable.  What was stored
 * before a failure stays, and the next sync goes on there.
 */
int ent_sync(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
             struct ent_str party, const struct ent_sync_options *o,
             struct ent_sync_report *out, struct ent_err *err);

#endif

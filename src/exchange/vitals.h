/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vitals.h - how a node is: what operators and monitoring look at.
 */
#ifndef ENT_EXCHANGE_VITALS_H
#define ENT_EXCHANGE_VITALS_H
#include "exchange/feed.h"

/* The last sync with a counterpart that went through. */
struct ent_synced {
	struct ent_str agreement, party;
	int64_t at; /* microseconds */
};

/* A feed, and what came of it. */
struct ent_fed {
	struct ent_str name;
	struct ent_harvest_state state;
};

struct ent_vitals {
	uint64_t objects; /* versions held */
	size_t peers, agreements, users, tokens;
	size_t receipts_waiting; /* signed here, and not taken by their senders yet */
	size_t receipts_refused; /* signed here, and refused by their senders */
	size_t receipt_alarms;   /* of counterparts that don't fit what was sent; open ones */
	/* parts of channels that counterparts read and didn't receipt for long (receipt.h) */
	size_t receipts_late, receipts_missing;
	struct ent_collection *collections;
	uint64_t *entries; /* of each collection */
	size_t n_collections;
	struct ent_synced *synced;
	size_t n_synced;
	struct ent_fed *fed;
	size_t n_fed;
	int64_t now;
};

int ent_vitals(struct ent_exchange *x, struct ent_arena *a, struct ent_vitals *out,
               struct ent_err *err);
/* Notes that a sync went through now; whole: not only that there was nothing new
 * (standing.h). */
int ent_synced_note(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                    struct ent_str party, bool whole, struct ent_err *err);

#endif

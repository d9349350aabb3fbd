/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arrival.h - what comes in under an agreement: a page of a counterpart's channel, or objects
 * that it posted.
 */
#ifndef ENT_EXCHANGE_ARRIVAL_H
#define ENT_EXCHANGE_ARRIVAL_H
#include "exchange/agreement.h"

/* How far a counterpart's channel has been read; kept in the store. */
struct ent_cursor {
	int64_t date; /* date_added of the last entry, microseconds; INT64_MIN: nothing yet */
	uint64_t seq;
};
int ent_cursor_read(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                    struct ent_str party, struct ent_cursor *out, struct ent_err *err);
/* Its channel is read from the start, inside an open write. */
int ent_cursor_forget(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                      struct ent_str party, struct ent_err *err);

struct ent_arrived {
	bool fresh;
	/* refused, and the sender must not learn it, for the reason lies in what is held from
	 * elsewhere (quarantine.h) */
	bool hidden;
};
/*
 * Takes one object under the sender's terms: 0; ENT_EUNUSABLE (not valid), ENT_ECONFLICT, or
 * ENT_EDENIED (beyond what the agreement allows its sender), each with the reason; other
 * failures aren't about the object.  Inside an open write.
 */
int ent_arrival_object(struct ent_exchange *x, struct ent_arena *a,
                       const struct ent_agreement *g, struct ent_str from,
                       const struct ent_json *v, struct ent_arrived *out, struct ent_err *err);

struct ent_arrival {
	struct ent_str agreement, from;
	const struct ent_json *objects;
	uint64_t seq_first, seq_last;
	int64_t date_last;
	/* filled; aside: put into quarantine, which counts as delivered */
	size_t fresh, refused, aside;
};
/*
 * Under the agreement as it stands when it is stored (ENT_ESTATE if it isn't in force then):
 * stores a page, its cursor (advanced in *at), the delivery's ledger entry and the receipt in
 * one transaction.  What can't be taken is refused object by object, and counted in the
 * receipt; nothing of the page is skipped silently.
 */
int ent_arrival_page(struct ent_exchange *x, struct ent_arena *a, struct ent_arrival *in,
                     struct ent_cursor *at, struct ent_err *err);

#endif

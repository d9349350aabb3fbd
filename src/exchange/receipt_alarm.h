/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receipt_alarm.h - receipts of counterparts that were refused because they don't fit what was
 * sent: kept with both versions until they are dealt with.
 */
#ifndef ENT_EXCHANGE_RECEIPT_ALARM_H
#define ENT_EXCHANGE_RECEIPT_ALARM_H
#include "exchange/receipt.h"
#include "proof/envelope.h"

struct ent_receipt_alarm {
	struct ent_receipt claimed; /* what they say: agreement and by always, the rest where it
	                               could be read */
	bool readable;
	/* what the channel has in that range; not where that couldn't be told */
	bool known;
	size_t count;
	uint8_t root[32];
	struct ent_str at, why,
	    sha256; /* when it came; sha256: hex, of its body or all of it */
	/* as signed; absent if the signature isn't theirs: then it is evidence of nothing */
	struct ent_str envelope;
	/* once it is dealt with: when, and "receipted" (one that fits has come) or "settled" (a
	 * person said so) */
	struct ent_str closed, how;
};

/*
 * A receipt came that doesn't fit: log, internal ledger, and kept, each once, at most so many a
 * day of one counterpart (limits.h).  r: as much as could be read, NULL for nothing; e: NULL
 * where its signature isn't that of from; text: as it came.  A write of its own.
 */
int ent_receipt_alarm(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_agreement *g, struct ent_str from,
                      const struct ent_receipt *r, const struct ent_envelope *e,
                      struct ent_str text, const struct ent_err *why, struct ent_err *err);
/* A receipt that fits was taken: what was wrong about its range is dealt with.  Inside an open
 * write. */
int ent_receipt_alarms_over(struct ent_exchange *x, struct ent_arena *a,
                            const struct ent_receipt *r, struct ent_err *err);
/* Shows each alarm of an agreement, open ones first, by counterpart and number; closed: also
 * those that are dealt with. */
int ent_receipt_alarms_each(struct ent_exchange *x, struct ent_str agreement, bool closed,
                            int (*see)(void *self, const struct ent_receipt_alarm *alarm,
                                       struct ent_err *err),
                            void *self, struct ent_err *err);
/* A person has dealt with one: hash is the start (8 digits or more) of its sha256.  ENT_ENOENT,
 * ENT_EINVAL if it is too short or not unique. */
int ent_receipt_settle(struct ent_exchange *x, struct ent_arena *a, struct ent_str hash,
                       struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status.h - what came of an envelope that was posted: TAXII's status resource, kept for two
 * days.
 */
#ifndef ENT_EXCHANGE_STATUS_H
#define ENT_EXCHANGE_STATUS_H
#include "exchange/caller.h"
#include "exchange/collection.h"

/* Where an envelope is posted to: an agreement's channel, or a free-standing collection; one of
 * the two is NULL. */
struct ent_place {
	struct ent_str root;
	const struct ent_agreement *agreement;
	const struct ent_collection *collection;
	uint32_t channel;
};

/* Takes or refuses each object by itself, and keeps the status. */
int ent_status_post(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
                    const struct ent_place *at, const struct ent_json *objects,
                    struct ent_taxii_status *out, struct ent_err *err);
/* ENT_ENOENT if it isn't there, or is somebody else's. */
int ent_status_read(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
                    struct ent_str root, struct ent_str id, struct ent_taxii_status *out,
                    struct ent_err *err);

#endif

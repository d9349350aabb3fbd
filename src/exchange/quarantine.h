/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quarantine.h - what a counterpart sent and contradicts what this node holds from elsewhere.
 *
 * To refuse it would tell the counterpart what is held here.  So it counts as delivered, is put
 * aside for a person, and never becomes a part of the holdings.
 */
#ifndef ENT_EXCHANGE_QUARANTINE_H
#define ENT_EXCHANGE_QUARANTINE_H
#include "exchange/agreement.h"

struct ent_quarantined {
	struct ent_str sha256; /* hex, of the object's canonical form */
	struct ent_str agreement, from, at, id, why;
	struct ent_str object; /* JSON; absent if it was too large to be kept */
};

/* Whether the parties of g other than this node can't know, from what passed under g, that an
 * object with the id of v is held here. */
bool ent_quarantine_hides(struct ent_exchange *x, struct ent_arena *a,
                          const struct ent_agreement *g, const struct ent_json *v);
/* Puts v aside, inside an open write; of one counterpart at most so many a day, the others are
 * in the log. */
int ent_quarantine_put(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                       struct ent_str from, const struct ent_json *v, const struct ent_err *why,
                       struct ent_err *err);
/* Shows each to see(), by hash; ends with what it returns other than 0.  What q has lasts until
 * see() returns. */
int ent_quarantine_each(struct ent_exchange *x,
                        int (*see)(void *self, const struct ent_quarantined *q,
                                   struct ent_err *err),
                        void *self, struct ent_err *err);
/* Forgets what begins with that hash, 8 digits or more.  ENT_ENOENT; ENT_EINVAL if several do.
 */
int ent_quarantine_drop(struct ent_exchange *x, struct ent_arena *a, struct ent_str sha256,
                        struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spot.h - API roots and collections as one caller meets them, for port.c: what it may not know
 * of is ENT_ENOENT, as what isn't there.
 */
#ifndef ENT_EXCHANGE_SPOT_H
#define ENT_EXCHANGE_SPOT_H
#include "exchange/collection.h"

/* An API root as one caller meets it: of an agreement, or (g NULL) of free-standing
 * collections. */
struct ent_spot_root {
	struct ent_who who;
	struct ent_str path;
	struct ent_agreement *g;
};

/* A collection as one caller meets it. */
struct ent_spot {
	struct ent_spot_root root;
	struct ent_taxii_collection c;
	struct ent_collection *free; /* NULL: an agreement's */
	uint32_t channel;
};

/* Whether the caller may know of a root of free-standing collections. */
int ent_spot_root_known(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
                        struct ent_str root, bool *known, struct ent_err *err);
/* The root of a path; ENT_EAUTH, ENT_ENOENT. */
int ent_spot_root(struct ent_exchange *x, struct ent_arena *a, const struct ent_caller *caller,
                  struct ent_str path, struct ent_spot_root *out, struct ent_err *err);
/* One of an agreement's two collections. */
void ent_spot_agreement(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
                        const struct ent_agreement *g, bool outbound,
                        struct ent_taxii_collection *out);
/* A free-standing collection; false: not for this caller to know. */
bool ent_spot_free(const struct ent_who *who, const struct ent_collection *c,
                   struct ent_taxii_collection *out);
/* Whether the caller may use the agreement now; ENT_ESTATE, with the reason in denied. */
int ent_spot_open(struct ent_exchange *x, struct ent_arena *a, const struct ent_spot_root *r,
                  struct ent_taxii_denied *denied, struct ent_err *err);
/* A collection by id or alias; an agreement's only while it is open for the caller. */
int ent_spot_find(struct ent_exchange *x, struct ent_arena *a, const struct ent_caller *caller,
                  struct ent_str root, struct ent_str coll, struct ent_spot *out,
                  struct ent_taxii_denied *denied, struct ent_err *err);

#endif

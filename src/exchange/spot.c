/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spot.c - from a path and a caller to a channel: API roots and collections as that caller may
 * know them.
 */
#include "exchange/spot.h"

#include "exchange/exchange_int.h"
#include "exchange/peer.h"
#include "exchange/witness.h"

/* A counterpart knows of an API root where it has a right to a collection; a local user of all,
 * though not of their collections. */
int
ent_spot_root_known(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
                    struct ent_str root, bool *known, struct ent_err *err)
{
	struct ent_collection *c;
	size_t n;
	int rc;

	*known = who->kind == ENT_WHO_USER;
	if (*known)
		return 0;
	rc = ent_collections(x, a, root, &c, &n, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		bool can_read, can_write;

		ent_collection_rights(&c[i], who, &can_read, &can_write);
		*known |= can_read || can_write;
	}
	return rc;
}

static int
no_root(struct ent_str path, struct ent_err *err)
{
	return ent_fail(err, ENT_ENOENT, "there is no API root %.*s", ENT_FMT(path));
}

/* The root of a path, if the caller may know of it. */
int
ent_spot_root(struct ent_exchange *x, struct ent_arena *a, const struct ent_caller *caller,
              struct ent_str path, struct ent_spot_root *out, struct ent_err *err)
{
	uint8_t uuid[16];
	bool known = true;
	int rc;

	*out = (struct ent_spot_root){ .path = path };
	rc = ent_who(x, a, caller, &out->who, err);
	if (rc)
		return rc;
	if (ent_uuid_parse(path, uuid)) {
		if (!ent_collection_root_is(x, a, path))
			return no_root(path, err);
		rc = ent_spot_root_known(x, a, &out->who, path, &known, err);
		return rc || known ? rc : no_root(path, err);
	}
	out->g = ent_arena_alloc(a, sizeof(*out->g));
	if (!out->g)
		return ent_x_nomem(err);
	rc = ent_agreement_load(x, a, path, out->g, err);
	if (rc == ENT_ENOENT || (rc == 0 && !ent_who_may_know(&out->who, out->g)))
		return no_root(path, err);
	return rc;
}

/* A counterpart reads what we send and writes what it sends; a local user, by its rights, both.
 */
void
ent_spot_agreement(struct ent_exchange *x, struct ent_arena *a, const struct ent_who *who,
                   const struct ent_agreement *g, bool outbound,
                   struct ent_taxii_collection *out)
{
	*out = (struct ent_taxii_collection){ .id = ent_collection_id(
						  a, g->id, ent_str_c(x->c.party), outbound) };
	out->alias = outbound ? ENT_STR("outbound") : ENT_STR("inbound");
	out->title = ent_arena_printf(a, "%s: %s", outbound ? "From" : "To", x->c.name);
	out->can_read = who->kind == ENT_WHO_PEER ? outbound : who->can_read;
	out->can_write = !outbound && (who->kind == ENT_WHO_PEER || who->can_write);
}

/* False: not for this caller to know. */
bool
ent_spot_free(const struct ent_who *who, const struct ent_collection *c,
              struct ent_taxii_collection *out)
{
	*out = (struct ent_taxii_collection){ .id = c->id,
		                              .alias = c->alias,
		                              .title = c->title,
		                              .description = c->description,
		                              .media = c->media,
		                              .n_media = c->n_media };
	ent_collection_rights(c, who, &out->can_read, &out->can_write);
	return out->can_read || out->can_write;
}

/* Whether a counterpart may use the agreement now; a local user may always read what is kept
 * here. */
int
ent_spot_open(struct ent_exchange *x, struct ent_arena *a, const struct ent_spot_root *r,
              struct ent_taxii_denied *denied, struct ent_err *err)
{
	struct ent_str origin;
	int rc;

	if (r->who.kind != ENT_WHO_PEER)
		return 0;
	rc = ent_agreement_open(r->g, ent_str_c(x->c.party), r->who.party, &denied->error_id,
	                        err);
	if (rc)
		return rc;
	origin =
	    ent_arena_printf(a, "%.*s/entente/%.*s", ENT_FMT(r->who.host), ENT_FMT(r->g->id));
	rc = origin.p ? ent_conflict_check(x, a, origin, err) : ent_x_nomem(err);
	if (rc != ENT_ECONFLICT)
		return rc;
	denied->error_id = "ledger-conflict";
	return ent_within(err, ENT_ESTATE, "agreement %.*s", ENT_FMT(r->g->id));
}

static int
no_collection(struct ent_str coll, struct ent_err *err)
{
	return ent_fail(err, ENT_ENOENT, "there is no collection %.*s", ENT_FMT(coll));
}

static int
find_free(struct ent_exchange *x, struct ent_arena *a, struct ent_str coll,
          struct ent_spot *out, struct ent_err *err)
{
	int rc;

	out->free = ent_arena_alloc(a, sizeof(*out->free));
	if (!out->free)
		return ent_x_nomem(err);
	rc = ent_collection_get(x, a, out->root.path, coll, out->free, err);
	if (rc == 0 && !ent_spot_free(&out->root.who, out->free, &out->c))
		return no_collection(coll, err);
	out->channel = out->free->channel;
	return rc;
}

/* A collection by id or alias. */
int
ent_spot_find(struct ent_exchange *x, struct ent_arena *a, const struct ent_caller *caller,
              struct ent_str root, struct ent_str coll, struct ent_spot *out,
              struct ent_taxii_denied *denied, struct ent_err *err)
{
	struct ent_spot_root *r = &out->root;
	int rc;

	*out = (struct ent_spot){ 0 };
	rc = ent_spot_root(x, a, caller, root, r, err);
	if (rc)
		return rc;
	if (!r->g)
		return find_free(x, a, coll, out, err);
	for (int outbound = 1; outbound >= 0; outbound--) {
		ent_spot_agreement(x, a, &r->who, r->g, outbound, &out->c);
		out->channel = outbound ? r->g->outbound : r->g->inbound;
		if (ent_str_eq(coll, out->c.id) || ent_str_eq(coll, out->c.alias))
			return ent_spot_open(x, a, r, denied, err);
	}
	return no_collection(coll, err);
}

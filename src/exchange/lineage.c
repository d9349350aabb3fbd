/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lineage.c - versions of this node's own objects come from this node.
 */
#include "exchange/lineage.h"

#include <entente/stix.h>

#include "exchange/exchange_int.h"
#include "exchange/holdings.h"
#include "exchange/peer.h"

static int
deny(struct ent_err *err, const struct ent_object *o, const char *why)
{
	return ent_fail(err, ENT_EDENIED, "%.*s: %s", ENT_FMT(o->id), why);
}

int
ent_lineage_other_creator(const struct ent_object *o, struct ent_err *err)
{
	return deny(err, o,
	            "it names another creator than the version that is held here: only its "
	            "creator gives an object a new version");
}

/* Who brings an object, under what. */
struct bringer {
	const struct ent_agreement *g;
	struct ent_str from;
};

/* Whether this node has a version of itself, and whether by a road other than the agreement. */
static int
roads(struct ent_exchange *x, struct ent_arena *a, const struct bringer *b, uint64_t oid,
      bool *own, bool *other, struct ent_err *err)
{
	struct ent_str *sources;
	size_t n;
	int rc = ent_store_sources(x->store, a, oid, &sources, &n, err);

	*own = *other = false;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		*own |= ent_str_eq(sources[i], ENT_SOURCE_OWN);
		*other |= !ent_str_eq(sources[i], b->g->id);
	}
	return rc;
}

/* Whether an object's creator can be asked: it is a counterpart, and not who brings it. */
static bool
speaks_itself(struct ent_exchange *x, struct ent_arena *a, const struct bringer *b,
              struct ent_str creator)
{
	struct ent_peer p;
	int rc;

	if (ent_str_eq(creator, b->from))
		return false;
	rc = ent_peer_get(x, a, creator, &p, NULL);
	return rc ? rc != ENT_ENOENT : p.confirmed; /* in doubt, yes */
}

/* Another version of an object that is held. */
static int
compare(struct ent_exchange *x, struct ent_arena *a, const struct bringer *b,
        const struct ent_object *o, const struct ent_row *held, struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_str creator;
	bool own, other;
	int rc = roads(x, a, b, held->oid, &own, &other, err);

	if (rc == 0)
		rc = ent_json_parse(a, held->bytes, ENT_JSON_DEPTH, &v, err);
	if (rc)
		return rc;
	creator = ent_json_getstr(v, "created_by_ref");
	if (own && (!creator.p || ent_str_is(creator, x->c.party)))
		return deny(err, o,
		            "it is this node's own object, and another version of it can only "
		            "come from here");
	if (creator.p && !ent_str_eq(creator, o->created_by))
		return ent_lineage_other_creator(o, err);
	if (creator.p && (other || ent_agreement_party(b->g, creator) >= 0) &&
	    speaks_itself(x, a, b, creator))
		return deny(err, o,
		            "its creator is another counterpart of this node: a new version is "
		            "to come from there");
	return 0;
}

int
ent_lineage_check(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                  struct ent_str from, const struct ent_json *v, struct ent_err *err)
{
	struct bringer b = { g, from };
	struct ent_str none = { NULL, 0 };
	struct ent_object o;
	struct ent_row held;
	int rc = ent_object_read(v, &o, err);

	if (rc)
		return rc;
	rc = ent_store_get(x->store, a, o.type, o.uuid,
	                   o.version.p ? ent_time_key(o.version) : ENT_STR(""), &held, NULL);
	if (rc != ENT_ENOENT)
		return rc; /* this version is here: whether it is the same is the store's to say
		            */
	if (ent_str_is(o.created_by, x->c.party))
		return deny(err, &o, "it says to be made by this node, which does not have it");
	rc = ent_store_get(x->store, a, o.type, o.uuid, none, &held, NULL);
	if (rc == ENT_ENOENT && o.created_by.p && speaks_itself(x, a, &b, o.created_by))
		return deny(
		    err, &o,
		    "it is in the name of another counterpart of this node, which is to "
		    "send it itself");
	if (rc == ENT_ENOENT)
		return 0;
	return rc ? ent_fail(err, rc, "the holdings can't be read")
	          : compare(x, a, &b, &o, &held, err);
}

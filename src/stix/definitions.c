/* SPDX-License-Identifier: Apache-2.0 */
/*
 * definitions.c - marking definitions by their ids: one id has one content.
 */
#include <entente/marking.h>

#include "base/map.h"
#include "crypto/hash.h"
#include "stix/version_int.h"

struct definition {
	const struct ent_json *json;
	bool hashed;
	uint8_t hash[ENT_SHA256];
};

struct ent_definitions {
	struct ent_arena *arena;
	struct ent_map *ids; /* id: struct definition */
};

int
ent_definitions_new(struct ent_arena *a, struct ent_definitions **out, struct ent_err *err)
{
	struct ent_definitions *d = ent_arena_alloc(a, sizeof(*d));

	if (d) {
		d->arena = a;
		d->ids = ent_map_new(a);
	}
	if (!d || !d->ids)
		return ent_fail(err, ENT_ENOMEM, "marking definitions");
	*out = d;
	return 0;
}

/* A second object of an id. */
static int
again(struct ent_definitions *d, struct definition *known, const struct ent_json *v,
      struct ent_str id, struct ent_err *err)
{
	uint8_t hash[ENT_SHA256];

	if ((!known->hashed && ent_content_hash(d->arena, known->json, known->hash)) ||
	    ent_content_hash(d->arena, v, hash))
		return ent_fail(err, ENT_ENOMEM, "marking definitions");
	known->hashed = true;
	if (memcmp(hash, known->hash, sizeof(hash)) == 0)
		return 0;
	return ent_fail(err, ENT_ECONFLICT,
	                "%.*s is defined twice with other content: an attack, or a mistake "
	                "that its author has to mend",
	                ENT_FMT(id));
}

int
ent_definitions_add(struct ent_definitions *d, const struct ent_json *v, struct ent_err *err)
{
	struct ent_str id = ent_json_getstr(v, "id");
	struct definition *one;
	bool tlp = ent_tlp_of(id) != ENT_TLP_NONE;

	if (tlp && !ent_tlp_genuine(v))
		return ent_fail(err, ENT_ECONFLICT,
		                "%.*s has the id of TLP:%s and says something else: a forgery",
		                ENT_FMT(id), ent_tlp_name(ent_tlp_of(id)));
	if (tlp || !id.p || !ent_str_is(ent_json_getstr(v, "type"), "marking-definition"))
		return 0;
	one = ent_map_get(d->ids, id);
	if (one)
		return again(d, one, v, id, err);
	one = ent_arena_alloc(d->arena, sizeof(*one));
	if (!one || ent_map_put(d->ids, id, one))
		return ent_fail(err, ENT_ENOMEM, "marking definitions");
	one->json = v;
	return 0;
}

const struct ent_json *
ent_definitions_get(const struct ent_definitions *d, struct ent_str id)
{
	const struct definition *one = ent_map_get(d->ids, id);

	return one ? one->json : NULL;
}

struct ent_str
ent_marking_name(const struct ent_definitions *d, struct ent_str id)
{
	static const char *const levels[] = {
		[ENT_TLP_CLEAR] = "TLP:CLEAR", [ENT_TLP_GREEN] = "TLP:GREEN",
		[ENT_TLP_AMBER] = "TLP:AMBER", [ENT_TLP_AMBER_STRICT] = "TLP:AMBER+STRICT",
		[ENT_TLP_RED] = "TLP:RED",
	};
	enum ent_tlp level = ent_tlp_of(id);
	const struct ent_json *v;
	struct ent_str name;

	if (level != ENT_TLP_NONE)
		return ent_str_c(levels[level]);
	v = d ? ent_definitions_get(d, id) : NULL;
	name = ent_json_getstr(v, "name");
	return name.p ? name : ent_json_getstr(ent_json_getc(v, "definition"), "statement");
}

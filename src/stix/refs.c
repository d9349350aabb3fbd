/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refs.c - every reference of an object, at any depth.
 */
#include "base/limits.h"
#include "stix/stix_int.h"

typedef int (*each_fn)(void *self, struct ent_str tail, struct ent_str id);

static int
list_refs(const struct ent_json *v, struct ent_str name, each_fn each, void *self)
{
	size_t n = ent_json_count(v);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ent_str id = ent_json_str(ent_json_at(v, i));

		if (id.p)
			rc = each(self, name, id);
	}
	return rc;
}

/* The depth of a tree is bounded by who read it; ENT_JSON_DEPTH is what everybody here gives.
 */
static int
walk(const struct ent_json *v, unsigned depth, each_fn each, void *self)
{
	bool object = ent_json_is(v, ENT_JSON_OBJECT);
	size_t n = ent_json_count(v);
	int rc = 0;

	if (depth > ENT_JSON_DEPTH)
		return ENT_ELIMIT;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const struct ent_json *at = ent_json_at(v, i);
		struct ent_str name = object ? ent_json_key(v, i) : (struct ent_str){ NULL, 0 };

		if (ent_json_is(at, ENT_JSON_STRING)) {
			if (name.n > 4 && ent_str_ends(name, "_ref"))
				rc = each(self, name, ent_json_str(at));
		} else if (ent_json_is(at, ENT_JSON_ARRAY) && name.n > 5 &&
		           ent_str_ends(name, "_refs")) {
			rc = list_refs(at, name, each, self);
		} else if (ent_json_count(at)) {
			rc = walk(at, depth + 1, each, self);
		}
	}
	return rc;
}

int
ent_stix_refs(const struct ent_json *v,
              int (*each)(void *self, struct ent_str pointer_tail, struct ent_str id),
              void *self)
{
	return walk(v, 0, each, self);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refs.c - every reference of an object, at any depth.
 */
#include "stix/stix_int.h"

struct refs {
	int (*each)(void *self, struct ent_str pointer_tail, struct ent_str id);
	void *self;
};

static int
one_ref(const struct refs *r, struct ent_str name, const struct ent_json *v)
{
	struct ent_str id = ent_json_str(v), type;
	uint8_t uuid[16];

	if (!id.p || ent_stix_id_parse(id, &type, uuid))
		return 0;
	return r->each(r->self, name, id);
}

/* As deep as the tree, whose depth its parser bounded. */
static int
refs_in(const struct refs *r, const struct ent_json *v)
{
	bool object = ent_json_is(v, ENT_JSON_OBJECT);
	int rc = 0;

	for (size_t i = 0; !rc && i < ent_json_count(v); i++) {
		struct ent_str name = ent_json_key(v, i);
		const struct ent_json *value = ent_json_at(v, i);

		if (object && ent_str_ends(name, "_ref"))
			rc = one_ref(r, name, value);
		else if (object && ent_str_ends(name, "_refs") &&
		         ent_json_is(value, ENT_JSON_ARRAY))
			for (size_t j = 0; !rc && j < ent_json_count(value); j++)
				rc = one_ref(r, name, ent_json_at(value, j));
		else
			rc = refs_in(r, value);
	}
	return rc;
}

int
ent_stix_refs(const struct ent_json *v,
              int (*each)(void *self, struct ent_str pointer_tail, struct ent_str id),
              void *self)
{
	struct refs r = { each, self };

	return refs_in(&r, v);
}

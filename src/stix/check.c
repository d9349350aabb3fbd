/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c - checks an object against the tables.
 */
#include "stix/stix_int.h"

static void
required(struct ent_check *c, const char *name)
{
	const struct ent_json *v = ent_json_getc(c->root, name);

	if (!v)
		ent_find(c, NULL, ENT_R_REQUIRED, "%s is missing", name);
	else if (!ent_json_is(v, ENT_JSON_STRING))
		ent_find(c, &(struct ent_path){ NULL, ent_str_c(name), 0 }, ENT_R_KIND,
		         "%s is no string", name);
}

int
ent_stix_check(const struct ent_json *v, struct ent_findings *f, struct ent_err *err)
{
	struct ent_check c = { .root = v, .f = f, .section = "3" };

	if (!ent_json_is(v, ENT_JSON_OBJECT)) {
		ent_find(&c, NULL, ENT_R_OBJECT, "a STIX object is a JSON object");
	} else {
		required(&c, "type");
		required(&c, "id");
		switch (ent_stix_class_of(ent_json_getstr(v, "type"))) {
		case ENT_STIX_SDO:
		case ENT_STIX_SRO:
			required(&c, "modified");
			required(&c, "created");
			required(&c, "spec_version");
			break;
		default:
			break;
		}
	}
	return c.full ? ent_fail(err, ENT_ENOMEM, "findings of an object") : 0;
}

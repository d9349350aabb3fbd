/* SPDX-License-Identifier: Apache-2.0 */
/*
 * object.c - the columns of an object, and the members of what people import.
 */
#include "base/time.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include "stix/stix_int.h"

/* The version of an object: 0 with *out absent where the object has none and needs none. */
static int
read_version(const struct ent_object *o, struct ent_str *out, struct ent_err *err)
{
	static const char *const names[] = { "modified", "created" };

	if (o->class_ == ENT_STIX_SCO || o->class_ == ENT_STIX_BUNDLE)
		return 0;
	for (size_t i = 0; i < 2; i++) {
		const struct ent_json *v = ent_json_getc(o->json, names[i]);
		struct ent_str text = ent_json_str(v);

		if (!v)
			continue;
		if (!text.p || ent_time_parse(text, NULL, NULL))
			return ent_fail(err, ENT_EUNUSABLE, "%.*s: %s is no timestamp",
			                ENT_FMT(o->id), names[i]);
		*out = text;
		return 0;
	}
	if (o->class_ == ENT_STIX_UNKNOWN)
		return 0; /* an SCO of somebody's own */
	return ent_fail(err, ENT_EUNUSABLE, "%.*s: neither modified nor created",
	                ENT_FMT(o->id));
}

static struct ent_str
read_spec(const struct ent_object *o)
{
	struct ent_str given = ent_json_getstr(o->json, "spec_version");
	bool versioned = o->class_ == ENT_STIX_SDO || o->class_ == ENT_STIX_SRO ||
	                 o->class_ == ENT_STIX_META ||
	                 (o->class_ == ENT_STIX_UNKNOWN && o->version.p);

	if (given.p)
		return given;
	return versioned ? ENT_STR("2.0") : ENT_STR("2.1");
}

int
ent_object_read(const struct ent_json *v, struct ent_object *out, struct ent_err *err)
{
	struct ent_object o = { .json = v };
	struct ent_str prefix;
	int rc;

	if (!ent_json_is(v, ENT_JSON_OBJECT))
		return ent_fail(err, ENT_EUNUSABLE, "not a JSON object");
	o.bytes = ent_json_raw(v);
	o.type = ent_json_getstr(v, "type");
	o.id = ent_json_getstr(v, "id");
	if (!o.type.p || !o.id.p)
		return ent_fail(err, ENT_EUNUSABLE, "no %s that is a string",
		                o.type.p ? "id" : "type");
	if (ent_stix_id_parse(o.id, &prefix, o.uuid))
		return ent_fail(err, ENT_EUNUSABLE, "id \"%.*s\" isn't TYPE--UUID",
		                ENT_FMT(ent_utf8_cut(o.id, 80)));
	if (!ent_str_eq(prefix, o.type))
		return ent_fail(err, ENT_EUNUSABLE,
		                "id %.*s doesn't begin with its type, \"%.*s\"", ENT_FMT(o.id),
		                ENT_FMT(ent_utf8_cut(o.type, 80)));
	o.class_ = ent_stix_class_of(o.type);
	rc = read_version(&o, &o.version, err);
	if (rc)
		return rc;
	o.spec = read_spec(&o);
	o.created_by = ent_json_getstr(v, "created_by_ref");
	(void)ent_json_bool(ent_json_getc(v, "revoked"), &o.revoked);
	*out = o;
	return 0;
}

int
ent_stix_members(const struct ent_json *v, const struct ent_json **objects, size_t *count,
                 struct ent_err *err)
{
	const struct ent_json *type = ent_json_getc(v, "type");
	const struct ent_json *list = ent_json_getc(v, "objects");
	bool bundle = ent_str_is(ent_json_str(type), "bundle");

	*objects = NULL;
	*count = 1;
	if (ent_json_is(v, ENT_JSON_ARRAY)) {
		list = v;
	} else if (!ent_json_is(v, ENT_JSON_OBJECT)) {
		return ent_fail(
		    err, ENT_EUNUSABLE,
		    "neither a bundle, an object, a list of objects nor an envelope");
	} else if (type && !bundle) {
		return 0;
	} else if (!list && (bundle || ent_json_getc(v, "more"))) {
		*count = 0;
		return 0;
	}
	if (!ent_json_is(list, ENT_JSON_ARRAY))
		return ent_fail(err, ENT_EUNUSABLE, "%s",
		                list ? "objects isn't a list" : "neither type nor objects");
	*objects = list;
	*count = ent_json_count(list);
	return 0;
}

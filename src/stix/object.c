/* SPDX-License-Identifier: Apache-2.0 */
/*
 * object.c - the columns of an object, and the members of what is imported.
 */
#include "base/time.h"
#include "stix/stix_int.h"

/* What tells versions of one id apart: modified, else created, else nothing. */
static int
read_version(const struct ent_json *v, struct ent_object *o, struct ent_err *err)
{
	const char *name = ent_json_getc(v, "modified") ? "modified" : "created";

	if (o->class_ == ENT_STIX_SCO || o->class_ == ENT_STIX_BUNDLE)
		return 0;
	if (!ent_json_getc(v, name)) {
		if (o->class_ == ENT_STIX_UNKNOWN)
			return 0; /* may be an observable */
		return ent_fail(err, ENT_EUNUSABLE,
		                "%.*s: neither \"modified\" nor \"created\"", ENT_FMT(o->id));
	}
	o->version = ent_json_getstr(v, name);
	if (!o->version.p || ent_time_parse(o->version, NULL, NULL))
		return ent_fail(err, ENT_EUNUSABLE, "%.*s: \"%s\" is not a timestamp",
		                ENT_FMT(o->id), name);
	return 0;
}

static struct ent_str
read_spec(const struct ent_json *v, const struct ent_object *o)
{
	struct ent_str s = ent_json_getstr(v, "spec_version");

	if (s.p)
		return s;
	return o->version.p ? ENT_STR("2.0") : ENT_STR("2.1");
}

int
ent_object_read(const struct ent_json *v, struct ent_object *out, struct ent_err *err)
{
	struct ent_object o = { .json = v, .bytes = ent_json_raw(v) };
	struct ent_str prefix;
	int rc;

	if (!ent_json_is(v, ENT_JSON_OBJECT))
		return ent_fail(err, ENT_EUNUSABLE, "not a JSON object");
	o.type = ent_json_getstr(v, "type");
	o.id = ent_json_getstr(v, "id");
	if (!ent_is_type_name(o.type))
		return ent_fail(err, ENT_EUNUSABLE, "no \"type\" that could be one of STIX");
	if (ent_stix_id_parse(o.id, &prefix, o.uuid))
		return ent_fail(err, ENT_EUNUSABLE, "no \"id\" of the form %.*s--UUID",
		                ENT_FMT(o.type));
	if (!ent_str_eq(prefix, o.type))
		return ent_fail(err, ENT_EUNUSABLE, "the id %.*s is not of the type %.*s",
		                ENT_FMT(o.id), ENT_FMT(o.type));
	o.class_ = ent_stix_class_of(o.type);
	rc = read_version(v, &o, err);
	if (rc)
		return rc;
	o.spec = read_spec(v, &o);
	o.created_by = ent_json_getstr(v, "created_by_ref");
	(void)ent_json_bool(ent_json_getc(v, "revoked"), &o.revoked);
	*out = o;
	return 0;
}

int
ent_stix_members(const struct ent_json *v, const struct ent_json **objects, size_t *count,
                 struct ent_err *err)
{
	struct ent_str type = ent_json_getstr(v, "type");
	const struct ent_json *list = ent_json_getc(v, "objects");

	*objects = NULL;
	*count = 0;
	if (ent_json_is(v, ENT_JSON_ARRAY)) {
		list = v;
	} else if (!ent_json_is(v, ENT_JSON_OBJECT)) {
		return ent_fail(err, ENT_EUNUSABLE,
		                "neither a bundle nor an object, a list or an envelope");
	} else if (type.p && !ent_str_is(type, "bundle")) {
		*count = 1;
		return 0;
	} else if (!type.p && !list && !ent_json_getc(v, "more")) {
		return ent_fail(err, ENT_EUNUSABLE, "neither \"type\" nor \"objects\"");
	}
	if (list && !ent_json_is(list, ENT_JSON_ARRAY))
		return ent_fail(err, ENT_EUNUSABLE, "\"objects\" is not a list");
	*objects = list;
	*count = ent_json_count(list);
	return 0;
}

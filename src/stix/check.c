/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c - the walk over an object and the tables of its type.
 */
#include "base/limits.h"
#include "base/time.h"
#include "base/uuid.h"
#include "stix/stix_int.h"

static const char *const reserved_names[] = { "severity", "action", "username",
	                                      "phone_numbers" };

bool
ent_may_look(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	bool enough = c->lookups > ENT_LOOKUPS_MAX;

	c->lookups += ent_json_count(v);
	if (c->lookups > ENT_LOOKUPS_MAX && !enough)
		ent_finding(c, ENT_F_LOOKUPS, at,
		            "too many references or selectors into too large an object");
	return c->lookups <= ENT_LOOKUPS_MAX;
}

/* A member that no table knows: kept, if its name could be one. */
static void
custom(struct ent_check *c, const struct ent_at *at, const struct ent_json *v, size_t *customs)
{
	for (size_t i = 0; i < sizeof(reserved_names) / sizeof(reserved_names[0]); i++)
		if (ent_str_is(at->name, reserved_names[i]) && !at->up->up)
			ent_finding(c, ENT_F_RESERVED_NAME, at,
			            "%s is reserved: no property may have that name",
			            ent_quote(c, at->name));
	if (!ent_is_property_name(at->name))
		ent_finding(c, ENT_F_PROPERTY_NAME, at,
		            "%s is not a property's name: 3 to 250 of a-z, 0-9 and _, a "
		            "letter first",
		            ent_quote(c, at->name));
	ent_check_unknown(c, at, v);
	(*customs)++;
}

/* The row of a name: the type's own before the common ones. */
static const struct ent_prop *
row_of(const struct ent_shape *s, struct ent_str name)
{
	const struct ent_prop *p = ent_prop_find(s->props, name);

	return p ? p : ent_prop_find(s->common, name);
}

static void
required(struct ent_check *c, const struct ent_at *at, const struct ent_shape *s,
         const struct ent_json *v, const struct ent_prop *table)
{
	for (const struct ent_prop *p = table; p && p->name.p; p++)
		if ((p->flags & ENT_REQUIRED) && !ent_json_get(v, p->name))
			ent_finding(c, ENT_F_REQUIRED, at, "%s needs \"%.*s\"", s->name,
			            ENT_FMT(p->name));
}

/* Members one by one, then what is missing, then what tables of rules say, then the rest.
 * Returns how many members no table knows. */
static size_t
walk(struct ent_check *c, const struct ent_at *at, const struct ent_shape *s,
     const struct ent_json *v)
{
	size_t customs = 0;

	for (size_t i = 0; i < ent_json_count(v); i++) {
		struct ent_at in = { at, ent_json_key(v, i), 0 };
		const struct ent_prop *p = row_of(s, in.name);
		const struct ent_json *value = ent_json_at(v, i);

		if (!p) {
			custom(c, &in, value, &customs);
			continue;
		}
		if (p->flags & ENT_FORBIDDEN)
			ent_finding(c, ENT_F_NOT_ALLOWED, &in, "%s has no \"%.*s\"", s->name,
			            ENT_FMT(in.name));
		if (p->flags & ENT_DEPRECATED)
			ent_finding(c, ENT_F_DEPRECATED, &in, "\"%.*s\" is deprecated",
			            ENT_FMT(in.name));
		ent_check_value(c, &in, p, value);
	}
	required(c, at, s, v, s->common);
	required(c, at, s, v, s->props);
	ent_check_rules(c, at, s, v);
	if (s->also)
		s->also(c, at, v);
	return customs;
}

void
ent_check_shape(struct ent_check *c, const struct ent_at *at, const struct ent_shape *s,
                const struct ent_json *v)
{
	const char *outer = c->section;

	c->section = s->section;
	(void)walk(c, at, s, v);
	c->section = outer;
}

/* ---- extensions (STIX 2.1, 7.3) ---- */

static const struct ent_prop extension_common[] = {
	P("extension_type", ENUM, 0, .words = &ent_extension_type_enum),
	P_END,
};
static const struct ent_prop no_props[] = { P_END };

/* What somebody else defined. */
static const struct ent_shape custom_extension = {
	"extension", "7.3", ENT_STIX_UNKNOWN, no_props, extension_common, NULL, NULL,
};

static bool
extension_key(struct ent_str key)
{
	if (ent_str_starts(key, "extension-definition--"))
		return !ent_id_problem(key);
	return ent_str_ends(key, "-ext") && key.n > 4 && ent_is_type_name(key);
}

void
ent_check_extensions(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	for (size_t i = 0; i < ent_json_count(v); i++) {
		struct ent_at in = { at, ent_json_key(v, i), 0 };
		const struct ent_extension *e = ent_extension_find(in.name);
		const struct ent_json *x = ent_json_at(v, i);

		if (!extension_key(in.name))
			ent_finding(c, ENT_F_EXTENSION_KEY, &in,
			            "an extension's key is extension-definition--UUID or ends "
			            "in -ext");
		if (!ent_json_is(x, ENT_JSON_OBJECT))
			ent_finding(c, ENT_F_TYPE, &in, "an extension must be an object");
		else if (!ent_json_count(x))
			ent_finding(c, ENT_F_EMPTY_DICTIONARY, &in,
			            "an extension must not be empty");
		else if (e && c->shape && ent_str_is(ent_str_c(c->shape->name), e->type))
			ent_check_shape(c, &in, e->shape, x);
		else
			ent_check_shape(c, &in, &custom_extension, x);
	}
}

/* ---- identifiers ---- */

static void
check_sco_id(struct ent_check *c, const struct ent_at *at, struct ent_str id, unsigned version)
{
	struct ent_str computed = { NULL, 0 };
	int rc = ent_stix_sco_id(c->f->arena, c->root, &computed, NULL);

	if (rc == ENT_ENOMEM)
		c->nomem = true;
	if (rc == ENT_EUNUSABLE && version != 4)
		ent_finding(
		    c, ENT_F_ID_VERSION, at,
		    "%s without contributing properties needs a random UUID (version 4)",
		    c->shape->name);
	if (rc == 0 && version == 4)
		ent_finding(c, ENT_F_UUID_VERSION, at,
		            "should be the deterministic identifier %.*s", ENT_FMT(computed));
	if (rc == 0 && version == 5 && !ent_str_eq(computed, id) && !c->container)
		ent_finding(c, ENT_F_SCO_ID, at, "the properties give %.*s", ENT_FMT(computed));
}

static void
check_id(struct ent_check *c, const struct ent_at *up, struct ent_str type)
{
	struct ent_at at = { up, ENT_STR("id"), 0 };
	const struct ent_json *v = ent_json_getc(c->root, "id");
	struct ent_str id = ent_json_str(v);
	const char *problem;
	uint8_t uuid[16];

	if (!v || ent_json_is(v, ENT_JSON_NULL))
		return; /* said already */
	problem = id.p ? ent_id_problem(id) : "must be a string";
	if (problem) {
		ent_finding(c, ENT_F_ID, &at, "%s is not an identifier: %s", ent_quote(c, id),
		            problem);
		return;
	}
	if (type.p && !ent_str_eq((struct ent_str){ id.p, id.n - 38 }, type))
		ent_finding(c, ENT_F_ID_PREFIX, &at, "%s is not of the type %s",
		            ent_quote(c, id), ent_quote(c, type));
	if (ent_uuid_parse(ent_str_from(id, id.n - 36), uuid) || !c->shape)
		return;
	if (c->shape->class_ == ENT_STIX_SCO)
		check_sco_id(c, &at, id, uuid[6] >> 4);
	else if (uuid[6] >> 4 != 4 && ent_tlp_of(id) == ENT_TLP_NONE)
		ent_finding(c, ENT_F_UUID_VERSION, &at,
		            "its UUID should be random (version 4), is version %d",
		            uuid[6] >> 4);
}

/* ---- whole objects ---- */

static void
modified_order(struct ent_check *c, const struct ent_at *at)
{
	struct ent_str created = ent_json_getstr(c->root, "created");
	struct ent_str modified = ent_json_getstr(c->root, "modified");

	if (!created.p || !modified.p || ent_time_parse(created, NULL, NULL) ||
	    ent_time_parse(modified, NULL, NULL))
		return;
	if (ent_str_cmp(ent_time_key(modified), ent_time_key(created)) < 0) {
		struct ent_at in = { at, ENT_STR("modified"), 0 };

		ent_finding(c, ENT_F_TIME_ORDER, &in, "%s is before \"created\", %s",
		            ent_quote(c, modified), ent_quote(c, created));
	}
}

/* A type that no table has is a domain object if it has versions, else an observable. */
static const struct ent_shape *
custom_shape(const struct ent_json *v)
{
	static const struct ent_shape versioned = {
		"a custom object", "11.2", ENT_STIX_SDO, no_props, ent_common_sdo, NULL, NULL,
	};
	static const struct ent_shape observable = {
		"a custom observable", "11.2", ENT_STIX_SCO, no_props,
		ent_common_custom,     NULL,   NULL,
	};

	return ent_json_getc(v, "created") || ent_json_getc(v, "modified") ? &versioned
	                                                                   : &observable;
}

static bool
has_extension(const struct ent_json *v)
{
	return ent_json_count(ent_json_getc(v, "extensions")) > 0;
}

void
ent_check_object(struct ent_check *c, const struct ent_at *at)
{
	struct ent_str type = ent_json_getstr(c->root, "type");
	const struct ent_shape *s = ent_type_find(type);
	size_t customs;

	c->shape = s;
	if (!s)
		s = custom_shape(c->root);
	c->section = s->section;
	customs = walk(c, at, s, c->root);
	check_id(c, at, type);
	modified_order(c, at);
	if (!c->shape && type.p && !has_extension(c->root)) {
		ent_finding(c, ENT_F_CUSTOM_TYPE, at,
		            "%s is not a type of STIX 2.1, and no extension defines it",
		            ent_quote(c, type));
	} else if (customs && !has_extension(c->root)) {
		ent_finding(c, ENT_F_CUSTOM_PROPERTY, at,
		            "%zu propert%s that neither STIX 2.1 nor an extension has", customs,
		            customs == 1 ? "y" : "ies");
	}
}

int
ent_stix_check(const struct ent_json *v, struct ent_findings *f, struct ent_err *err)
{
	struct ent_check c = { .f = f, .root = v, .section = "" };
	struct ent_at at = { NULL, { NULL, 0 }, 0 };

	if (ent_json_is(v, ENT_JSON_OBJECT))
		ent_check_object(&c, &at);
	else
		ent_finding(&c, ENT_F_NOT_OBJECT, &at, "a STIX object is a JSON object");
	if (c.nomem)
		return ent_fail(err, ENT_ENOMEM, "findings of an object");
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c - the walk over an object and the tables of its type.
 */
#include "base/limits.h"
#include "base/time.h"
#include "base/uuid.h"
#include "stix/stix_int.h"

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

/* Which rows of a table the members were, and what no table knows. */
struct walked {
	uint64_t own, common; /* a bit a row; no table has more than 64 */
	size_t customs;
	struct ent_at first; /* the first of them */
};

static const struct ent_prop *
row_of(const struct ent_prop *table, struct ent_str name, uint64_t *seen)
{
	for (const struct ent_prop *p = table; p && p->name.p; p++)
		if (ent_slice_is(p->name, name)) {
			*seen |= UINT64_C(1) << (p - table);
			return p;
		}
	return NULL;
}

static void
required(struct ent_check *c, const struct ent_at *at, const struct ent_shape *s,
         const struct ent_prop *table, uint64_t seen)
{
	for (const struct ent_prop *p = table; p && p->name.p; p++, seen >>= 1)
		if ((p->flags & ENT_REQUIRED) && !(seen & 1))
			ent_finding(c, ENT_F_REQUIRED, at, "%s needs \"%.*s\"", s->name,
			            ENT_FMT(p->name));
}

/* A member that no table knows: kept, if its name could be one. */
static void
custom(struct ent_check *c, const struct ent_at *at, const struct ent_shape *s,
       const struct ent_json *v, struct walked *w)
{
	if (!w->customs++)
		w->first = *at;
	if (!at->up->up && ent_is_reserved_name(at->name))
		ent_finding(c, ENT_F_RESERVED_NAME, at,
		            "%s is reserved: no property may have that name",
		            ent_quote(c, at->name));
	if (!ent_is_property_name(at->name))
		ent_finding(c, ENT_F_PROPERTY_NAME, at,
		            "%s is not a property's name: 3 to 250 of a-z, 0-9 and _, a "
		            "letter first",
		            ent_quote(c, at->name));
	ent_custom_property(c, at, s);
	ent_check_suffix(c, at, v);
	ent_check_unknown(c, at, v);
}

static void
known(struct ent_check *c, const struct ent_at *at, const struct ent_shape *s,
      const struct ent_prop *p, const struct ent_json *v)
{
	if (p->flags & ENT_FORBIDDEN)
		ent_finding(c, ENT_F_NOT_ALLOWED, at, "%s has no \"%.*s\"", s->name,
		            ENT_FMT(at->name));
	if (p->flags & ENT_DEPRECATED)
		ent_finding(c, ENT_F_DEPRECATED, at, "\"%.*s\" is deprecated",
		            ENT_FMT(at->name));
	ent_check_value(c, at, p, v);
}

/* Members one by one, then what is missing, then what tables of rules say, then the rest.  The
 * type's own row of a name comes before the common one. */
static void
walk(struct ent_check *c, const struct ent_at *at, const struct ent_shape *s,
     const struct ent_json *v, struct walked *w)
{
	size_t n = ent_json_count(v);

	for (size_t i = 0; i < n; i++) {
		struct ent_at in = { at, ent_json_key(v, i), 0 };
		const struct ent_json *value = ent_json_at(v, i);
		const struct ent_prop *p = row_of(s->props, in.name, &w->own);

		if (!p)
			p = row_of(s->common, in.name, &w->common);
		if (p)
			known(c, &in, s, p, value);
		else
			custom(c, &in, s, value, w);
	}
	required(c, at, s, s->common, w->common);
	required(c, at, s, s->props, w->own);
	ent_check_rules(c, at, s, v, w->own != 0);
	if (s->also)
		s->also(c, at, v);
}

void
ent_check_shape(struct ent_check *c, const struct ent_at *at, const struct ent_shape *s,
                const struct ent_json *v)
{
	const char *outer = c->section;
	struct walked w = { 0 };

	c->section = s->section;
	walk(c, at, s, v, &w);
	if (w.customs)
		ent_custom_found(c, &w.first, s, w.customs);
	c->section = outer;
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
	if (rc == 0 && version != 5)
		ent_finding(c, ENT_F_UUID, at, "should be the deterministic identifier %.*s",
		            ENT_FMT(computed));
	if (rc == 0 && version == 5 && !ent_str_eq(computed, id) && !c->container)
		ent_finding(c, ENT_F_SCO_ID, at, "the properties give %.*s", ENT_FMT(computed));
}

static void
check_id(struct ent_check *c, const struct ent_at *up, struct ent_str type)
{
	struct ent_at at = { up, ENT_STR("id"), 0 };
	const struct ent_json *v = ent_json_get(c->root, at.name);
	struct ent_str id = ent_json_str(v);
	const char *problem;
	unsigned version;

	if (!v || ent_json_is(v, ENT_JSON_NULL))
		return; /* said already */
	problem = id.p ? ent_id_problem(id) : "must be a string";
	if (problem) {
		ent_finding(c, ENT_F_ID, &at, "%s is not an identifier: %s", ent_quote(c, id),
		            problem);
		return;
	}
	if (type.p && !ent_str_eq((struct ent_str){ id.p, id.n - 38 }, type))
		ent_finding(c, c->shape ? ENT_F_ID_PREFIX : ENT_F_ID_PREFIX_CUSTOM, &at,
		            "%s is not of the type %s", ent_quote(c, id), ent_quote(c, type));
	version = (unsigned)(id.p[id.n - 22] - '0'); /* is '1' to '5' */
	if (!c->shape)
		return;
	if (c->shape->class_ == ENT_STIX_SCO)
		check_sco_id(c, &at, id, version);
	else if (version != 4)
		ent_finding(c, ENT_F_UUID, &at,
		            "its UUID should be random (version 4), is version %u", version);
}

/* ---- whole objects ---- */

static void
modified_order(struct ent_check *c, const struct ent_at *at)
{
	struct ent_at in = { at, ENT_STR("modified"), 0 };
	struct ent_str created = ent_json_str(ent_json_get(c->root, ENT_STR("created")));
	struct ent_str modified = ent_json_str(ent_json_get(c->root, in.name));

	if (!created.p || !modified.p || ent_str_eq(created, modified) ||
	    ent_time_parse(created, NULL, NULL) || ent_time_parse(modified, NULL, NULL))
		return;
	if (ent_str_cmp(ent_time_key(modified), ent_time_key(created)) < 0)
		ent_finding(c, ENT_F_TIME_ORDER, &in, "%s is before \"created\", %s",
		            ent_quote(c, modified), ent_quote(c, created));
}

static const struct ent_prop no_props[] = { P_END };

/* A type that no table has is what its extension says; else a domain object if it has versions,
 * else an observable. */
static const struct ent_shape *
custom_shape(const struct ent_json *v, enum ent_stix_class class_)
{
	static const struct ent_shape versioned = {
		"a custom object", "11.2", ENT_STIX_SDO, no_props,
		ent_common_sdo,    NULL,   NULL,         false,
	};
	static const struct ent_shape observable = {
		"a custom observable", "11.2", ENT_STIX_SCO, no_props,
		ent_common_custom,     NULL,   NULL,         false,
	};

	if (class_ != ENT_STIX_UNKNOWN)
		return class_ == ENT_STIX_SCO ? &observable : &versioned;
	return ent_json_getc(v, "created") || ent_json_getc(v, "modified") ? &versioned
	                                                                   : &observable;
}

void
ent_check_object(struct ent_check *c, const struct ent_at *at)
{
	struct ent_str type = ent_json_str(ent_json_get(c->root, ENT_STR("type")));
	const struct ent_shape *s = ent_type_find(type);
	struct ent_defined defined;
	struct walked w = { 0 };

	if (ent_is_stix20(c->root, s)) {
		ent_check_stix20(c, at);
		return;
	}
	ent_extensions_read(c->root, type, &defined);
	if (!s)
		s = defined.shape;
	c->shape = s;
	c->defined = defined.properties;
	if (!s)
		s = custom_shape(c->root, defined.class_);
	c->section = s->section;
	c->sco = s->class_ == ENT_STIX_SCO;
	if (c->o->member && s->class_ == ENT_STIX_BUNDLE)
		ent_finding(c, ENT_F_BUNDLE, at, "a bundle must not hold a bundle");
	walk(c, at, s, c->root, &w);
	check_id(c, at, type);
	modified_order(c, at);
	if (!c->shape && type.p)
		ent_custom_type(c, at, type, defined.class_ != ENT_STIX_UNKNOWN);
	else if (w.customs)
		ent_custom_found(c, &w.first, s, w.customs);
}

int
ent_stix_check_with(const struct ent_json *v, const struct ent_stix_options *o,
                    struct ent_findings *f, struct ent_err *err)
{
	struct ent_check c = { .f = f, .o = o, .root = v, .section = "" };
	struct ent_at at = { NULL, { NULL, 0 }, 0 };

	if (ent_json_is(v, ENT_JSON_OBJECT))
		ent_check_object(&c, &at);
	else
		ent_finding(&c, ENT_F_NOT_OBJECT, &at, "a STIX object is a JSON object");
	if (c.nomem)
		return ent_fail(err, ENT_ENOMEM, "findings of an object");
	return 0;
}

int
ent_stix_check(const struct ent_json *v, struct ent_findings *f, struct ent_err *err)
{
	static const struct ent_stix_options standard = { 0 };

	return ent_stix_check_with(v, &standard, f, err);
}

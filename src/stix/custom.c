/* SPDX-License-Identifier: Apache-2.0 */
/*
 * custom.c - what the standard doesn't define: types, properties and extensions of others, and
 * what of it an extension accounts for (STIX 2.1, 7.3 and 11).
 */
#include "stix/stix_int.h"

bool
ent_is_reserved_name(struct ent_str s)
{
	static const struct ent_str names[] = { ENT_STR("severity"), ENT_STR("action"),
		                                ENT_STR("username"), ENT_STR("phone_numbers") };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (ent_slice_is(s, names[i]))
			return true;
	return false;
}

/* "x-source-name" where strict, else "x-name"; mark is the hyphen or the low line. */
static bool
prefixed(struct ent_str s, char mark, bool strict)
{
	struct ent_str rest = ent_str_from(s, 2);
	size_t source = ent_str_find(rest, mark);

	if (rest.n == 0 || s.p[0] != 'x' || s.p[1] != mark)
		return false;
	return !strict || (source > 0 && source + 1 < rest.n);
}

/* How names of one's own should begin: the strict form, else the lax one, where no extension is
 * asked for (the reference validator's 401, 101 and 102). */
static void
prefix(struct ent_check *c, const struct ent_at *at, struct ent_str name, char mark)
{
	if (ent_wanted(c, ENT_F_EXTENSIONS_USE))
		return;
	if (ent_wanted(c, ENT_F_CUSTOM_PREFIX)) {
		if (!prefixed(name, mark, true))
			ent_finding(c, ENT_F_CUSTOM_PREFIX, at,
			            "%s should be x%c, a name of its source, %c and its name",
			            ent_quote(c, name), mark, mark);
	} else if (!prefixed(name, mark, false)) {
		ent_finding(c, ENT_F_CUSTOM_PREFIX_LAX, at, "%s should begin with x%c",
		            ent_quote(c, name), mark);
	}
}

/* Of a shape that somebody else defined nothing is custom. */
static bool
is_foreign(const struct ent_shape *s)
{
	return s->props->name.p == NULL;
}

void
ent_custom_property(struct ent_check *c, const struct ent_at *at, const struct ent_shape *s)
{
	if (is_foreign(s) || s->foreign)
		return;
	if (c->o->strict_properties)
		ent_finding(c, ENT_F_STRICT_PROPERTIES, at, "%s has no property %s", s->name,
		            ent_quote(c, at->name));
	if (at->up->up || !c->defined)
		prefix(c, at, at->name, '_');
}

void
ent_custom_found(struct ent_check *c, const struct ent_at *first, const struct ent_shape *s,
                 size_t count)
{
	if (is_foreign(s))
		return;
	if (s->foreign) {
		ent_finding(c, ENT_F_EXTENSION_VALUE, first,
		            "the extension's schema has no property %s",
		            ent_quote(c, first->name));
		return;
	}
	if (!first->up->up && c->defined)
		return;
	if (count == 1)
		ent_finding(c, ENT_F_EXTENSIONS_USE, first,
		            "neither STIX 2.1 nor an extension of this object has a property "
		            "%s",
		            ent_quote(c, first->name));
	else
		ent_finding(c, ENT_F_EXTENSIONS_USE, first,
		            "neither STIX 2.1 nor an extension of this object has a property "
		            "%s, nor %zu more that it has",
		            ent_quote(c, first->name), count - 1);
}

void
ent_custom_type(struct ent_check *c, const struct ent_at *at, struct ent_str type, bool defined)
{
	struct ent_at in = { at, ENT_STR("type"), 0 };

	if (c->o->strict_types)
		ent_finding(c, ENT_F_STRICT_TYPES, &in, "%s is not a type of STIX 2.1",
		            ent_quote(c, type));
	if (defined)
		return;
	ent_finding(c, ENT_F_EXTENSIONS_USE, &in,
	            "%s is not a type of STIX 2.1, and no extension of this object defines it",
	            ent_quote(c, type));
	prefix(c, &in, type, '-');
}

/* ---- extensions ---- */

static const struct ent_prop extension_common[] = {
	P("extension_type", ENUM, 0, .words = &ent_extension_type_enum),
	P_END,
};
static const struct ent_prop no_props[] = { P_END };

/* What somebody else defined. */
static const struct ent_shape custom_extension = {
	"extension", "7.3", ENT_STIX_UNKNOWN, no_props, extension_common, NULL, NULL, false,
};

static const struct ent_extension *
find(const struct ent_extension *table, struct ent_str key)
{
	for (const struct ent_extension *e = table; e->key.p; e++)
		if (ent_slice_is(e->key, key))
			return e;
	return NULL;
}

static bool
is_definition(struct ent_str key)
{
	return ent_str_starts(key, "extension-definition--");
}

void
ent_extensions_read(const struct ent_json *v, struct ent_str type, struct ent_defined *out)
{
	const struct ent_json *list = ent_json_get(v, ENT_STR("extensions"));

	*out = (struct ent_defined){ .class_ = ENT_STIX_UNKNOWN };
	for (size_t i = 0; i < ent_json_count(list); i++) {
		struct ent_str key = ent_json_key(list, i);
		struct ent_str kind = ent_json_getstr(ent_json_at(list, i), "extension_type");
		const struct ent_extension *e;

		if (!kind.p || !is_definition(key))
			continue;
		e = find(ent_known_extensions, key);
		if (e && e->new_type && ent_str_is(type, e->new_type->name))
			out->shape = e->new_type;
		if (ent_str_is(kind, "new-sco"))
			out->class_ = ENT_STIX_SCO;
		else if (ent_str_is(kind, "new-sdo"))
			out->class_ = ENT_STIX_SDO;
		else if (ent_str_is(kind, "new-sro"))
			out->class_ = ENT_STIX_SRO;
		else if (ent_str_is(kind, "toplevel-property-extension"))
			out->properties = true;
	}
}

/* One whose schema is known: the standard's, for its type, or one of others'. */
static const struct ent_shape *
shape_of(struct ent_check *c, const struct ent_at *at, const struct ent_json *v,
         const struct ent_extension *e)
{
	struct ent_str said = ent_json_getstr(v, "extension_type");
	struct ent_str type = c->shape ? ent_str_c(c->shape->name) : ENT_STR("");

	if (!e || (!e->new_type && !ent_type_allowed(e->to, type)))
		return NULL;
	if (e->extension_type && said.p && !ent_str_is(said, e->extension_type))
		ent_finding(c, ENT_F_EXTENSION_TYPE, at, "extension_type must be %s",
		            e->extension_type);
	return e->shape ? e->shape : &custom_extension;
}

/* The keys under which an impact has its details are names of categories. */
static const struct ent_extension *
extension_of(const struct ent_check *c, struct ent_str key)
{
	if (is_definition(key))
		return find(ent_known_extensions, key);
	if (c->shape == &ent_incident_impact)
		return find(ent_impact_extensions, key);
	return find(ent_extensions, key);
}

static bool
key_problem(const struct ent_check *c, struct ent_str key)
{
	if (is_definition(key))
		return ent_id_problem(key) != NULL;
	if (c->shape == &ent_incident_impact)
		return false;
	return !ent_str_ends(key, "-ext") || key.n <= 4 || !ent_is_type_name(key);
}

/* One extension; whether its schema is known. */
static bool
one(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	bool definition = is_definition(at->name);
	const struct ent_extension *e = extension_of(c, at->name);
	const struct ent_shape *s = shape_of(c, at, v, e);

	if (definition && !ent_json_get(v, ENT_STR("extension_type")))
		ent_finding(c, ENT_F_EXTENSION_TYPE, at,
		            "an extension of an extension-definition needs \"extension_type\"");
	if (!definition && !s) {
		ent_finding(c, ENT_F_EXTENSIONS_USE, at,
		            "%s is not an extension that STIX 2.1 has for this type; one of "
		            "your own should be an extension-definition",
		            ent_quote(c, at->name));
		prefix(c, at, at->name, '-');
	}
	ent_check_shape(c, at, s ? s : &custom_extension, v);
	return s != NULL;
}

void
ent_check_extensions(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	size_t unknown = 0;
	struct ent_at first = { 0 };

	for (size_t i = 0; i < ent_json_count(v); i++) {
		struct ent_at in = { at, ent_json_key(v, i), 0 };
		const struct ent_json *x = ent_json_at(v, i);

		if (key_problem(c, in.name))
			ent_finding(c, ENT_F_EXTENSION_KEY, &in,
			            "an extension's key is extension-definition--UUID or ends "
			            "in -ext");
		if (!ent_json_is(x, ENT_JSON_OBJECT))
			ent_finding(c, ENT_F_TYPE, &in, "an extension must be an object");
		else if (!ent_json_count(x))
			ent_finding(c, ENT_F_EMPTY_DICTIONARY, &in,
			            "an extension must not be empty");
		else if (!one(c, &in, x) && !unknown++)
			first = in;
	}
	if (unknown)
		ent_finding(c, ENT_F_NOT_CHECKED, &first,
		            "%zu extension%s of this object not checked: no schema is known",
		            unknown, unknown == 1 ? " is" : "s are");
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * also_meta.c - what tables can't say about markings, language content, extension definitions
 * and bundles.
 */
#include "stix/stix_int.h"

/* Whether a selector finds something in the object (7.2.3.1), or can't be followed any more. */
static bool
resolves(struct ent_check *c, const struct ent_at *at, struct ent_str selector)
{
	const struct ent_json *v = c->root;
	struct ent_str part;
	uint64_t index;

	while (v && ent_str_next(&selector, '.', &part)) {
		if (!ent_may_look(c, at, v))
			return true;
		if (part.n > 2 && part.p[0] == '[') {
			struct ent_str number = { part.p + 1, part.n - 2 };

			if (!ent_json_is(v, ENT_JSON_ARRAY) ||
			    ent_str_u64(number, UINT32_MAX, &index))
				return false;
			v = ent_json_at(v, index);
		} else {
			v = ent_json_get(v, part);
		}
	}
	return v != NULL;
}

void
ent_also_granular(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	const struct ent_json *list = ent_json_getc(v, "selectors");
	struct ent_at up = { at, ENT_STR("selectors"), 0 };

	for (size_t i = 0; i < ent_json_count(list); i++) {
		struct ent_at in = { &up, { NULL, 0 }, i };
		struct ent_str s = ent_json_str(ent_json_at(list, i));

		if (s.p && ent_syntax_selector.fits(s) && !resolves(c, &in, s))
			ent_finding(c, ENT_F_SELECTOR, &in, "%s is not in the object",
			            ent_quote(c, s));
	}
}

static int
is_self(void *self, struct ent_str marking, struct ent_str selector)
{
	const struct ent_str *id = self;

	(void)selector;
	return id->p && marking.p && ent_str_eq(*id, marking);
}

void
ent_also_marking(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	struct ent_at in = { at, ENT_STR("definition"), 0 };
	struct ent_str type = ent_json_getstr(v, "definition_type");
	const struct ent_json *definition = ent_json_getc(v, "definition");
	struct ent_str id = ent_json_getstr(v, "id");

	if (ent_stix_markings(v, is_self, &id))
		ent_finding(c, ENT_F_SELF_MARKING, at, "a marking must not mark itself");
	if (definition && !ent_json_is(definition, ENT_JSON_OBJECT))
		ent_finding(c, ENT_F_TYPE, &in, "must be an object");
	else if (ent_str_is(type, "tlp") &&
	         (!ent_tlp_genuine(v) || !ent_json_get(v, ENT_STR("name"))))
		ent_finding(c, ENT_F_TLP, at,
		            "a TLP marking must be one of the standard's own, with its id");
	else if (ent_str_is(type, "statement") && !ent_json_getstr(definition, "statement").p)
		ent_finding(c, ENT_F_MARKING, &in, "a statement marking needs \"statement\"");
}

/* TLP 2.0 has one object a level; another one with its extension is not TLP. */
void
ent_also_tlp2(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	(void)v;
	if (!ent_tlp_genuine(c->root))
		ent_finding(
		    c, ENT_F_TLP, at,
		    "a marking of TLP 2.0 must be one of the published five, with its id");
}

/* What a property that is translated can be. */
static bool
is_translation(const struct ent_json *v)
{
	return ent_json_is(v, ENT_JSON_STRING) || ent_json_is(v, ENT_JSON_ARRAY) ||
	       ent_json_is(v, ENT_JSON_OBJECT);
}

/* How a translation mirrors the property of a type that the tables have: a list as a list, an
 * object as an object, a string as a string. */
static enum ent_json_kind
mirror_of(const struct ent_prop *p)
{
	if (p->flags & ENT_LIST)
		return ENT_JSON_ARRAY;
	switch (p->kind) {
	case ENT_V_HASHES:
	case ENT_V_OBJECT:
	case ENT_V_DICTIONARY:
	case ENT_V_EXTENSIONS:
		return ENT_JSON_OBJECT;
	default:
		return ENT_JSON_STRING;
	}
}

/* A translation of one property of an object of that type; s is NULL where the tables don't
 * have it. */
static void
translation(struct ent_check *c, const struct ent_at *at, const struct ent_shape *s,
            const struct ent_json *v)
{
	static const char *const names[] = { [ENT_JSON_ARRAY] = "a list",
		                             [ENT_JSON_OBJECT] = "an object",
		                             [ENT_JSON_STRING] = "a string" };
	const struct ent_prop *p = s ? ent_prop_find(s->props, at->name) : NULL;

	if (!p && s)
		p = ent_prop_find(s->common, at->name);
	if (!ent_is_property_name(at->name))
		ent_finding(c, ENT_F_CONTENTS, at, "%s is not a property's name",
		            ent_quote(c, at->name));
	if (!is_translation(v)) {
		ent_finding(c, ENT_F_CONTENTS, at, "must be a string, a list or an object");
		return;
	}
	if (s && p && p->kind != ENT_V_ANY && !ent_json_is(v, mirror_of(p)))
		ent_finding(c, ENT_F_CONTENTS, at, "must be %s, as it is in %s",
		            names[mirror_of(p)], s->name);
}

void
ent_also_language(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	const struct ent_json *contents = ent_json_getc(v, "contents");
	struct ent_at up = { at, ENT_STR("contents"), 0 };
	const struct ent_shape *shape = NULL;
	struct ent_str type;
	uint8_t uuid[16];

	if (ent_stix_id_parse(ent_json_getstr(v, "object_ref"), &type, uuid) == 0)
		shape = ent_type_find(type);
	if (!ent_json_is(contents, ENT_JSON_OBJECT))
		return;
	for (size_t i = 0; i < ent_json_count(contents); i++) {
		struct ent_at in = { &up, ent_json_key(contents, i), 0 };
		const struct ent_json *words = ent_json_at(contents, i);

		if (!ent_syntax_lang.fits(in.name))
			ent_finding(c, ENT_F_CONTENTS, &in,
			            "%s is not a language tag (RFC 5646)",
			            ent_quote(c, in.name));
		else if (!ent_lang_registered(in.name))
			ent_finding(c, ENT_F_LANGUAGE_SUBTAG, &in, "%s should be %s",
			            ent_quote(c, in.name), ent_advice_lang.text);
		if (!ent_json_is(words, ENT_JSON_OBJECT) || !ent_json_count(words))
			ent_finding(c, ENT_F_CONTENTS, &in,
			            "must be an object of property names and translations");
		for (size_t j = 0; j < ent_json_count(words); j++) {
			struct ent_at word = { &in, ent_json_key(words, j), 0 };

			translation(c, &word, shape, ent_json_at(words, j));
		}
	}
}

void
ent_also_extension_definition(struct ent_check *c, const struct ent_at *at,
                              const struct ent_json *v)
{
	struct ent_at in = { at, ENT_STR("extension_properties"), 0 };
	const struct ent_json *types = ent_json_getc(v, "extension_types");
	const struct ent_json *properties = ent_json_get(v, in.name);
	bool toplevel = false;

	for (size_t i = 0; i < ent_json_count(types) && !toplevel; i++)
		toplevel = ent_str_is(ent_json_str(ent_json_at(types, i)),
		                      "toplevel-property-extension");
	if (properties && !toplevel)
		ent_finding(c, ENT_F_EXTENSION_PROPERTIES, &in,
		            "only a toplevel-property-extension may have it");
	if (!properties && toplevel)
		ent_finding(c, ENT_F_EXTENSION_LISTS, at,
		            "a toplevel-property-extension should list its properties in "
		            "extension_properties");
	if (!ent_json_getc(v, "description"))
		ent_finding(c, ENT_F_EXTENSION_DESCRIPTION, at,
		            "an extension-definition should have a description");
}

/* What only the members together show. */
static int
set_finding(void *self, uint64_t index, struct ent_str id, const struct ent_finding *f)
{
	struct ent_check *c = self;
	struct ent_at root = { NULL, { NULL, 0 }, 0 };
	struct ent_at up = { &root, ENT_STR("objects"), 0 };
	struct ent_at in = { &up, { NULL, 0 }, index };

	(void)id;
	ent_finding(c, ent_find_of(f->code), &in, "%.*s", ENT_FMT(f->text));
	return c->nomem ? ENT_ENOMEM : 0;
}

static void
together(struct ent_check *c, const struct ent_json *list)
{
	struct ent_stix_set *set = NULL;
	struct ent_stix_options plain = { .enforce_refs = c->o->enforce_refs,
		                          .interop = c->o->interop };
	int rc;

	if (ent_json_count(list) < 2 && !plain.enforce_refs && !plain.interop)
		return;
	rc = ent_stix_set_new(&plain, SIZE_MAX, &set, NULL);
	for (size_t i = 0; !rc && i < ent_json_count(list); i++)
		rc = ent_stix_set_add(set, ent_json_at(list, i), i, NULL);
	if (!rc)
		rc = ent_stix_set_finish(set, set_finding, c, NULL);
	if (rc)
		c->nomem = true;
	ent_stix_set_free(set);
}

/* What makes a member one; each is checked by itself. */
void
ent_also_bundle(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	const struct ent_json *list = ent_json_getc(v, "objects");
	struct ent_at up = { at, ENT_STR("objects"), 0 };

	if (!ent_json_is(list, ENT_JSON_ARRAY))
		return;
	for (size_t i = 0; i < ent_json_count(list); i++) {
		struct ent_at in = { &up, { NULL, 0 }, i };
		const struct ent_json *member = ent_json_at(list, i);
		struct ent_str type = ent_json_getstr(member, "type");

		if (!type.p || !ent_json_getstr(member, "id").p)
			ent_finding(c, ENT_F_BUNDLE, &in,
			            "must be an object with \"type\" and \"id\"");
		else if (ent_str_is(type, "bundle"))
			ent_finding(c, ENT_F_BUNDLE, &in, "a bundle must not hold a bundle");
	}
	together(c, list);
}

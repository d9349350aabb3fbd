/* SPDX-License-Identifier: Apache-2.0 */
/*
 * markings.c - TLP by its exact identifiers, and the markings of an object.
 *
 * TLP 2.0 as FIRST and the OASIS common objects have it, TLP 1.0 as STIX 2.1, 7.2.1.4.
 */
#include "base/time.h"
#include "stix/stix_int.h"

#define TLP2_EXTENSION "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

struct tlp {
	enum ent_tlp level;
	int version;
	struct ent_str id, object;
};

#define TLP2(level, uuid, label, value)                                                        \
	{                                                                                      \
		level, 2,                                                                      \
		    { "marking-definition--" uuid, sizeof("marking-definition--" uuid) - 1 },  \
		{                                                                              \
			TLP2_OBJECT(uuid, label, value),                                       \
			    sizeof(TLP2_OBJECT(uuid, label, value)) - 1                        \
		}                                                                              \
	}
#define TLP2_OBJECT(uuid, label, value)                                                        \
	"{\"created\":\"2022-10-01T00:00:00.000Z\",\"extensions\":{\"" TLP2_EXTENSION          \
	"\":{\"extension_type\":\"property-extension\",\"tlp_2_0\":\"" value                   \
	"\"}},\"id\":\"marking-definition--" uuid "\",\"name\":\"TLP:" label                   \
	"\",\"spec_version\":\"2.1\",\"type\":\"marking-definition\"}"
#define TLP1(level, uuid, label, value)                                                        \
	{                                                                                      \
		level, 1,                                                                      \
		    { "marking-definition--" uuid, sizeof("marking-definition--" uuid) - 1 },  \
		{                                                                              \
			TLP1_OBJECT(uuid, label, value),                                       \
			    sizeof(TLP1_OBJECT(uuid, label, value)) - 1                        \
		}                                                                              \
	}
#define TLP1_OBJECT(uuid, label, value)                                                        \
	"{\"created\":\"2017-01-20T00:00:00.000Z\",\"definition\":{\"tlp\":\"" value           \
	"\"},\"definition_type\":\"tlp\",\"id\":\"marking-definition--" uuid                   \
	"\",\"name\":\"TLP:" label                                                             \
	"\",\"spec_version\":\"2.1\",\"type\":\"marking-definition\"}"

/* clang-format off */
static const struct tlp tlps[] = {
	TLP2(ENT_TLP_CLEAR,        "94868c89-83c2-464b-929b-a1a8aa3c8487", "CLEAR", "clear"),
	TLP2(ENT_TLP_GREEN,        "bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "GREEN", "green"),
	TLP2(ENT_TLP_AMBER,        "55d920b0-5e8b-4f79-9ee9-91f868d9b421", "AMBER", "amber"),
	TLP2(ENT_TLP_AMBER_STRICT, "939a9414-2ddd-4d32-a0cd-375ea402b003", "AMBER+STRICT", "amber+strict"),
	TLP2(ENT_TLP_RED,          "e828b379-4e03-4974-9ac4-e53a884c97c1", "RED", "red"),
	TLP1(ENT_TLP_CLEAR,        "613f2e26-407d-48c7-9eca-b8e91df99dc9", "WHITE", "white"),
	TLP1(ENT_TLP_GREEN,        "34098fce-860f-48ae-8e50-ebd3cc5e41da", "GREEN", "green"),
	TLP1(ENT_TLP_AMBER,        "f88d31f6-486f-44da-b317-01333bde0b82", "AMBER", "amber"),
	TLP1(ENT_TLP_RED,          "5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "RED", "red"),
};
/* clang-format on */
#define TLPS (sizeof(tlps) / sizeof(tlps[0]))

static const char *const names[] = {
	[ENT_TLP_NONE] = "none",   [ENT_TLP_CLEAR] = "clear",
	[ENT_TLP_GREEN] = "green", [ENT_TLP_AMBER] = "amber",
	[ENT_TLP_RED] = "red",     [ENT_TLP_AMBER_STRICT] = "amber+strict",
};

static const struct tlp *
find(struct ent_str id)
{
	for (size_t i = 0; i < TLPS; i++)
		if (ent_str_eq(tlps[i].id, id))
			return &tlps[i];
	return NULL;
}

enum ent_tlp
ent_tlp_of(struct ent_str marking_id)
{
	const struct tlp *t = find(marking_id);

	return t ? t->level : ENT_TLP_NONE;
}

const char *
ent_tlp_name(enum ent_tlp t)
{
	return (unsigned)t < sizeof(names) / sizeof(names[0]) ? names[t] : names[ENT_TLP_NONE];
}

int
ent_tlp_parse(struct ent_str s, enum ent_tlp *out)
{
	struct ent_str scheme = { s.p, s.n < 4 ? s.n : 4 };

	if (ent_str_caseis(scheme, "TLP:"))
		s = ent_str_from(s, 4);
	for (enum ent_tlp t = ENT_TLP_CLEAR; t <= ENT_TLP_RED; t++)
		if (ent_str_caseis(s, names[t])) {
			*out = t;
			return 0;
		}
	if (!ent_str_caseis(s, "white"))
		return ENT_EINVAL;
	*out = ENT_TLP_CLEAR;
	return 0;
}

struct ent_str
ent_tlp_object(struct ent_str marking_id)
{
	const struct tlp *t = find(marking_id);

	return t ? t->object : (struct ent_str){ NULL, 0 };
}

struct ent_str
ent_tlp_id(enum ent_tlp level)
{
	for (size_t i = 0; i < TLPS; i++)
		if (tlps[i].level == level)
			return tlps[i].id; /* TLP 2.0 comes first */
	return (struct ent_str){ NULL, 0 };
}

/* An object with exactly the members a and b, strings of those values (b NULL: only a). */
static bool
just(const struct ent_json *v, const char *a, const char *a_is, const char *b, const char *b_is)
{
	return ent_json_count(v) == (b ? 2U : 1U) && ent_str_is(ent_json_getstr(v, a), a_is) &&
	       (!b || ent_str_is(ent_json_getstr(v, b), b_is));
}

/* The member that carries the label, as published. */
static bool
label_genuine(const struct ent_json *v, const struct tlp *t)
{
	const char *value =
	    t->version == 1 && t->level == ENT_TLP_CLEAR ? "white" : names[t->level];
	const struct ent_json *x = ent_json_getc(v, "extensions");

	if (t->version == 1)
		return !x && ent_str_is(ent_json_getstr(v, "definition_type"), "tlp") &&
		       just(ent_json_getc(v, "definition"), "tlp", value, NULL, NULL);
	return !ent_json_getc(v, "definition") && !ent_json_getc(v, "definition_type") &&
	       ent_json_count(x) == 1 &&
	       just(ent_json_getc(x, TLP2_EXTENSION), "extension_type", "property-extension",
	            "tlp_2_0", value);
}

bool
ent_tlp_genuine(const struct ent_json *v)
{
	/* clang-format off */
	static const char *const may[] = { "type", "id", "created", "definition_type", "definition",
	                                   "extensions", "name", "created_by_ref", "spec_version" };
	/* clang-format on */
	const struct tlp *t = find(ent_json_getstr(v, "id"));
	struct ent_str created = ent_json_getstr(v, "created"), name;
	const struct ent_json *spec = ent_json_getc(v, "spec_version");
	enum ent_tlp named = ENT_TLP_NONE;

	if (!t || !ent_str_is(ent_json_getstr(v, "type"), "marking-definition") ||
	    (spec && !ent_str_is(ent_json_str(spec), "2.1")))
		return false;
	for (size_t i = 0; i < ent_json_count(v); i++) {
		bool known = false;

		for (size_t j = 0; j < sizeof(may) / sizeof(may[0]) && !known; j++)
			known = ent_str_is(ent_json_key(v, i), may[j]);
		if (!known)
			return false;
	}
	if (ent_time_parse(created, NULL, NULL) ||
	    !ent_str_eq(ent_time_key(created), t->version == 1
	                                           ? ENT_STR("2017-01-20T00:00:00")
	                                           : ENT_STR("2022-10-01T00:00:00")))
		return false;
	/* a name may be left out, but not lie */
	name = ent_json_getstr(v, "name");
	if (ent_json_getc(v, "name") && (ent_tlp_parse(name, &named) || named != t->level))
		return false;
	return label_genuine(v, t);
}

/* ---- the markings of an object ---- */

typedef int (*each_fn)(void *self, struct ent_str marking_id, struct ent_str selector);

static const struct ent_str nothing;

/* What isn't a list where one must be counts as one unreadable marking. */
static int
object_markings(const struct ent_json *v, struct ent_str selector, each_fn each, void *self)
{
	const struct ent_json *refs = ent_json_getc(v, "object_marking_refs");
	int rc = 0;

	if (refs && !ent_json_is(refs, ENT_JSON_ARRAY))
		return each(self, nothing, selector);
	for (size_t i = 0; !rc && i < ent_json_count(refs); i++)
		rc = each(self, ent_json_str(ent_json_at(refs, i)), selector);
	return rc;
}

static int
granular_marking(const struct ent_json *g, each_fn each, void *self)
{
	const struct ent_json *ref = ent_json_getc(g, "marking_ref");
	const struct ent_json *selectors = ent_json_getc(g, "selectors");
	struct ent_str id = ent_json_str(ref);
	int rc = 0;

	if (ent_json_is(g, ENT_JSON_OBJECT) && !ref && ent_json_getstr(g, "lang").p)
		return 0; /* says a language, no handling */
	if (!ent_json_count(selectors) || !ent_json_is(selectors, ENT_JSON_ARRAY))
		return each(self, id, ENT_STR(""));
	for (size_t i = 0; !rc && i < ent_json_count(selectors); i++) {
		struct ent_str s = ent_json_str(ent_json_at(selectors, i));

		rc = each(self, id, s.p ? s : ENT_STR(""));
	}
	return rc;
}

static int
granular_markings(const struct ent_json *v, each_fn each, void *self)
{
	const struct ent_json *list = ent_json_getc(v, "granular_markings");
	int rc = 0;

	if (list && !ent_json_is(list, ENT_JSON_ARRAY))
		return each(self, nothing, ENT_STR(""));
	for (size_t i = 0; !rc && i < ent_json_count(list); i++)
		rc = granular_marking(ent_json_at(list, i), each, self);
	return rc;
}

int
ent_stix_markings(const struct ent_json *v,
                  int (*each)(void *self, struct ent_str marking_id, struct ent_str selector),
                  void *self)
{
	const struct ent_json *objects = ent_json_getc(v, "objects");
	int rc = object_markings(v, nothing, each, self);

	if (!rc)
		rc = granular_markings(v, each, self);
	/* observables in observed-data's deprecated container have markings of their own */
	if (!ent_json_is(objects, ENT_JSON_OBJECT))
		return rc;
	for (size_t i = 0; !rc && i < ent_json_count(objects); i++) {
		const struct ent_json *inner = ent_json_at(objects, i);

		rc = object_markings(inner, ENT_STR("objects"), each, self);
		if (!rc)
			rc = granular_markings(inner, each, self);
	}
	return rc;
}

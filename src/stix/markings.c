/* SPDX-License-Identifier: Apache-2.0 */
/*
 * markings.c - the markings of an object, and the Traffic Light Protocol, versions 1.0 and 2.0.
 */
#include "base/time.h"
#include "stix/stix_int.h"

#define MARKING   "marking-definition--"
#define TLP2_EXT  "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
#define CREATED_1 "2017-01-20T00:00:00.000Z"
#define CREATED_2 "2022-10-01T00:00:00.000Z"

struct tlp {
	enum ent_tlp level;
	bool two; /* version 2.0 */
	const char *id, *word, *name, *json;
};

#define TLP1(level, uuid, word, name)                                                          \
	{                                                                                      \
		level, false, MARKING uuid, word, name,                                        \
		    "{\"created\":\"" CREATED_1 "\",\"definition\":{\"tlp\":\"" word           \
		    "\"},\"definition_type\":\"tlp\",\"id\":\"" MARKING uuid                   \
		    "\",\"name\":\"" name                                                      \
		    "\",\"spec_version\":\"2.1\",\"type\":\"marking-definition\"}"             \
	}
#define TLP2(level, uuid, word, name)                                                          \
	{                                                                                      \
		level, true, MARKING uuid, word, name,                                         \
		    "{\"created\":\"" CREATED_2 "\",\"extensions\":{\"" TLP2_EXT               \
		    "\":{\"extension_type\":\"property-extension\",\"tlp_2_0\":\"" word        \
		    "\"}},\"id\":\"" MARKING uuid "\",\"name\":\"" name                        \
		    "\",\"spec_version\":\"2.1\",\"type\":\"marking-definition\"}"             \
	}

/* clang-format off */
static const struct tlp tlps[] = { /* 2.0 first: those are what ent_tlp_id gives */
	TLP2(ENT_TLP_CLEAR,        "94868c89-83c2-464b-929b-a1a8aa3c8487", "clear",        "TLP:CLEAR"),
	TLP2(ENT_TLP_GREEN,        "bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green",        "TLP:GREEN"),
	TLP2(ENT_TLP_AMBER,        "55d920b0-5e8b-4f79-9ee9-91f868d9b421", "amber",        "TLP:AMBER"),
	TLP2(ENT_TLP_AMBER_STRICT, "939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict", "TLP:AMBER+STRICT"),
	TLP2(ENT_TLP_RED,          "e828b379-4e03-4974-9ac4-e53a884c97c1", "red",          "TLP:RED"),
	TLP1(ENT_TLP_CLEAR,        "613f2e26-407d-48c7-9eca-b8e91df99dc9", "white",        "TLP:WHITE"),
	TLP1(ENT_TLP_GREEN,        "34098fce-860f-48ae-8e50-ebd3cc5e41da", "green",        "TLP:GREEN"),
	TLP1(ENT_TLP_AMBER,        "f88d31f6-486f-44da-b317-01333bde0b82", "amber",        "TLP:AMBER"),
	TLP1(ENT_TLP_RED,          "5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "red",          "TLP:RED"),
};
/* clang-format on */

#define TLPS (sizeof(tlps) / sizeof(tlps[0]))

static const struct tlp *
tlp_of(struct ent_str id)
{
	for (size_t i = 0; i < TLPS; i++)
		if (ent_str_is(id, tlps[i].id))
			return &tlps[i];
	return NULL;
}

enum ent_tlp
ent_tlp_of(struct ent_str marking_id)
{
	const struct tlp *t = tlp_of(marking_id);

	return t ? t->level : ENT_TLP_NONE;
}

const char *
ent_tlp_name(enum ent_tlp t)
{
	for (size_t i = 0; i < TLPS; i++)
		if (tlps[i].level == t)
			return tlps[i].word;
	return "none";
}

int
ent_tlp_parse(struct ent_str s, enum ent_tlp *out)
{
	if (s.n >= 4 && ent_str_caseis((struct ent_str){ s.p, 4 }, "tlp:"))
		s = ent_str_from(s, 4);
	for (size_t i = 0; i < TLPS; i++) {
		if (ent_str_caseis(s, tlps[i].word)) {
			*out = tlps[i].level;
			return 0;
		}
	}
	return ENT_EINVAL;
}

struct ent_str
ent_tlp_object(struct ent_str marking_id)
{
	const struct tlp *t = tlp_of(marking_id);

	return ent_str_c(t ? t->json : NULL);
}

struct ent_str
ent_tlp_id(enum ent_tlp t)
{
	for (size_t i = 0; i < TLPS; i++)
		if (tlps[i].level == t)
			return ent_str_c(tlps[i].id);
	return (struct ent_str){ NULL, 0 };
}

static bool
same_instant(struct ent_str text, const char *published)
{
	return text.p && ent_time_parse(text, NULL, NULL) == 0 &&
	       ent_str_eq(ent_time_key(text), ent_time_key(ent_str_c(published)));
}

/* The object that says the level: {"tlp": "red"}, or the extension with nothing else in it. */
static bool
says(const struct ent_json *v, const struct tlp *t)
{
	const struct ent_json *x;

	if (!t->two) {
		x = ent_json_getc(v, "definition");
		return ent_str_is(ent_json_getstr(v, "definition_type"), "tlp") &&
		       ent_json_count(x) == 1 && ent_str_is(ent_json_getstr(x, "tlp"), t->word);
	}
	v = ent_json_getc(v, "extensions");
	x = ent_json_getc(v, TLP2_EXT);
	return ent_json_count(v) == 1 && ent_json_count(x) == 2 &&
	       ent_str_is(ent_json_getstr(x, "extension_type"), "property-extension") &&
	       ent_str_is(ent_json_getstr(x, "tlp_2_0"), t->word);
}

bool
ent_tlp_genuine(const struct ent_json *v)
{
	struct ent_str id = ent_json_getstr(v, "id");
	const struct tlp *t = id.p ? tlp_of(id) : NULL;
	const struct ent_json *name = ent_json_getc(v, "name");
	size_t members;

	if (!t)
		return false;
	members =
	    (t->two ? 5 : 6) + (name ? 1 : 0) + (ent_json_getc(v, "created_by_ref") ? 1 : 0);
	return ent_json_count(v) == members &&
	       (!name || ent_str_is(ent_json_str(name), t->name)) &&
	       ent_str_is(ent_json_getstr(v, "type"), "marking-definition") &&
	       ent_str_is(ent_json_getstr(v, "spec_version"), "2.1") &&
	       same_instant(ent_json_getstr(v, "created"), t->two ? CREATED_2 : CREATED_1) &&
	       says(v, t);
}

typedef int (*each_fn)(void *self, struct ent_str marking_id, struct ent_str selector);

static const struct ent_str none = { NULL, 0 };

static int
granular(const struct ent_json *g, each_fn each, void *self)
{
	const struct ent_json *id = ent_json_getc(g, "marking_ref");
	const struct ent_json *selectors = ent_json_getc(g, "selectors");
	size_t n = ent_json_count(selectors);
	int rc = 0;

	if (!id && ent_json_is(ent_json_getc(g, "lang"), ENT_JSON_STRING))
		return 0; /* says a language, marks nothing */
	if (!n || !ent_json_is(selectors, ENT_JSON_ARRAY))
		return each(self, ent_json_str(id),
		            none); /* of what isn't said: of all of it */
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = each(self, ent_json_str(id), ent_json_str(ent_json_at(selectors, i)));
	return rc;
}

int
ent_stix_markings(const struct ent_json *v,
                  int (*each)(void *self, struct ent_str marking_id, struct ent_str selector),
                  void *self)
{
	const struct ent_json *list = ent_json_getc(v, "object_marking_refs");
	int rc = 0;

	if (list && !ent_json_is(list, ENT_JSON_ARRAY))
		rc = each(self, none, none);
	else
		for (size_t i = 0; rc == 0 && i < ent_json_count(list); i++)
			rc = each(self, ent_json_str(ent_json_at(list, i)), none);
	list = ent_json_getc(v, "granular_markings");
	if (rc == 0 && list && !ent_json_is(list, ENT_JSON_ARRAY))
		rc = each(self, none, none);
	else
		for (size_t i = 0; rc == 0 && i < ent_json_count(list); i++)
			rc = granular(ent_json_at(list, i), each, self);
	return rc;
}

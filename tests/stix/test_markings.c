/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_markings.c - TLP by its exact identifiers, forged TLP objects, the markings of an
 * object.
 */
#include "test.h"

#include <entente/stix.h>

#define RED2   "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
#define WHITE1 "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"
#define OTHER  "marking-definition--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"

static const struct {
	const char *id, *name;
	enum ent_tlp level;
} tlps[] = {
	/* clang-format off */
	{ "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "clear", ENT_TLP_CLEAR },
	{ "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green", ENT_TLP_GREEN },
	{ "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "amber", ENT_TLP_AMBER },
	{ "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict", ENT_TLP_AMBER_STRICT },
	{ RED2, "red", ENT_TLP_RED },
	{ WHITE1, "clear", ENT_TLP_CLEAR },
	{ "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "green", ENT_TLP_GREEN },
	{ "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "amber", ENT_TLP_AMBER },
	{ "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "red", ENT_TLP_RED },
	/* clang-format on */
};
#define TLPS (sizeof(tlps) / sizeof(tlps[0]))

static const struct ent_json *
tree(struct ent_arena *a, struct ent_str text)
{
	const struct ent_json *v = NULL;

	if (ent_json_parse(a, text, 64, &v, NULL))
		fail_msg("not JSON: %.*s", ENT_FMT(text));
	return v;
}

static void
knows_the_nine_published_objects(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < TLPS; i++) {
		struct ent_str id = ent_str_c(tlps[i].id), object = ent_tlp_object(id);
		const struct ent_json *v = tree(a, object);
		struct ent_findings f;

		assert_int_equal(ent_tlp_of(id), tlps[i].level);
		assert_string_equal(ent_tlp_name(tlps[i].level), tlps[i].name);
		assert_true(ent_str_eq(ent_json_canon(a, v), object));
		assert_true(ent_str_eq(ent_json_getstr(v, "id"), id));
		assert_true(ent_tlp_genuine(v));
		ent_findings_init(&f, a);
		assert_int_equal(ent_stix_check(v, &f, NULL), 0);
		assert_int_equal(f.errors + f.warnings, 0);
		if (i < 5) /* TLP 2.0 is what is given out */
			assert_true(ent_str_eq(ent_tlp_id(tlps[i].level), id));
	}
	assert_null(ent_tlp_id(ENT_TLP_NONE).p);
	ent_arena_free(a);
}

/* Invented tails on the right start, other case, more or less text: none is TLP. */
static void
compares_every_character(void **state)
{
	(void)state;
	for (size_t i = 0; i < TLPS; i++) {
		char id[80];
		size_t n = strlen(tlps[i].id);

		for (size_t k = 0; k < n; k++) {
			memcpy(id, tlps[i].id, n + 1);
			id[k] ^= 1;
			assert_int_equal(ent_tlp_of((struct ent_str){ id, n }), ENT_TLP_NONE);
			assert_null(ent_tlp_object((struct ent_str){ id, n }).p);
		}
		memcpy(id, tlps[i].id, n);
		id[n] = ' ';
		assert_int_equal(ent_tlp_of((struct ent_str){ id, n + 1 }), ENT_TLP_NONE);
		assert_int_equal(ent_tlp_of((struct ent_str){ id, n - 1 }), ENT_TLP_NONE);
		for (size_t k = 0; k < n; k++)
			id[k] = (char)(id[k] >= 'a' && id[k] <= 'z' ? id[k] - 32 : id[k]);
		assert_int_equal(ent_tlp_of((struct ent_str){ id, n }), ENT_TLP_NONE);
	}
	assert_int_equal(ent_tlp_of((struct ent_str){ NULL, 0 }), ENT_TLP_NONE);
}

static void
reads_levels_as_people_write_them(void **state)
{
	static const struct {
		const char *text;
		int rc;
		enum ent_tlp level;
	} cases[] = {
		{ "red", 0, ENT_TLP_RED },
		{ "TLP:RED", 0, ENT_TLP_RED },
		{ "tlp:Amber+Strict", 0, ENT_TLP_AMBER_STRICT },
		{ "AMBER", 0, ENT_TLP_AMBER },
		{ "white", 0, ENT_TLP_CLEAR },
		{ "TLP:WHITE", 0, ENT_TLP_CLEAR },
		{ "clear", 0, ENT_TLP_CLEAR },
		{ "none", ENT_EINVAL, 0 },
		{ "", ENT_EINVAL, 0 },
		{ "TLP:", ENT_EINVAL, 0 },
		{ "TLP: RED", ENT_EINVAL, 0 },
		{ "amber-strict", ENT_EINVAL, 0 },
		{ "redx", ENT_EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum ent_tlp level = ENT_TLP_NONE;

		assert_int_equal(ent_tlp_parse(ent_str_c(cases[i].text), &level), cases[i].rc);
		assert_int_equal(level, cases[i].rc ? ENT_TLP_NONE : cases[i].level);
	}
}

#define TLP2_EXT "\"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d\""
#define RED(extra)                                                                             \
	"{\"type\":\"marking-definition\",\"id\":\"" RED2 "\"," extra                          \
	"\"created\":\"2022-10-01T00:00:00.000Z\",\"extensions\":{" TLP2_EXT                   \
	":{\"extension_type\":\"property-extension\",\"tlp_2_0\":\"red\"}}}"
#define WHITE(extra, definition)                                                               \
	"{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"" WHITE1           \
	"\"," extra "\"created\":\"2017-01-20T00:00:00.000Z\",\"definition_type\":\"tlp\","    \
	"\"definition\":" definition "}"

static void
tells_genuine_from_forged(void **state)
{
	static const struct {
		const char *text;
		bool genuine;
	} cases[] = {
		/* clang-format off */
		{ RED(""), true },
		{ RED("\"spec_version\":\"2.1\",\"name\":\"TLP:RED\","), true },
		{ RED("\"created_by_ref\":\"identity--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\","), true },
		{ RED("\"name\":\"TLP:CLEAR\","), false },
		{ RED("\"name\":7,"), false },
		{ RED("\"spec_version\":\"2.0\","), false },
		{ RED("\"definition_type\":\"tlp\",\"definition\":{\"tlp\":\"white\"},"), false },
		{ RED("\"granular_markings\":[],"), false },
		{ RED("\"x_note\":\"share freely\","), false },
		{ WHITE("", "{\"tlp\":\"white\"}"), true },
		{ WHITE("\"name\":\"TLP:WHITE\",", "{\"tlp\":\"white\"}"), true },
		{ WHITE("", "{\"tlp\":\"red\"}"), false },
		{ WHITE("", "{\"tlp\":\"clear\"}"), false },
		{ WHITE("", "{\"tlp\":\"white\",\"more\":1}"), false },
		{ WHITE("", "\"white\""), false },
		{ WHITE("\"extensions\":{},", "{\"tlp\":\"white\"}"), false },
		{ "{\"type\":\"marking-definition\",\"id\":\"" RED2 "\",\"created\":\"2022-10-01T00:00:00Z\",\"extensions\":{"
		  TLP2_EXT ":{\"tlp_2_0\":\"red\",\"extension_type\":\"property-extension\"}}}", true },
		{ "{\"type\":\"marking-definition\",\"id\":\"" RED2 "\",\"created\":\"2022-10-01T00:00:01Z\",\"extensions\":{"
		  TLP2_EXT ":{\"tlp_2_0\":\"red\",\"extension_type\":\"property-extension\"}}}", false },
		{ "{\"type\":\"marking-definition\",\"id\":\"" RED2 "\",\"created\":\"2022-10-01T00:00:00Z\",\"extensions\":{"
		  TLP2_EXT ":{\"tlp_2_0\":\"clear\",\"extension_type\":\"property-extension\"}}}", false },
		{ "{\"type\":\"marking-definition\",\"id\":\"" RED2 "\",\"created\":\"2022-10-01T00:00:00Z\"}", false },
		{ "{\"type\":\"identity\",\"id\":\"" RED2 "\"}", false },
		{ "{\"type\":\"marking-definition\",\"id\":\"" OTHER "\"}", false },
		{ "[]", false },
		/* clang-format on */
	};
	struct ent_arena *a = ent_arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (ent_tlp_genuine(tree(a, ent_str_c(cases[i].text))) != cases[i].genuine)
			fail_msg("%s", cases[i].text);
	ent_arena_free(a);
}

static int
note(void *self, struct ent_str id, struct ent_str selector)
{
	char *text = self;
	size_t n = strlen(text);

	snprintf(text + n, 512 - n, "%.*s%s@%.*s%s ", id.p ? 4 : 0,
	         id.p && id.n > 24 ? id.p + 20 : "", id.p ? "" : "?", ENT_FMT(selector),
	         selector.p ? "" : "*");
	return strstr(text, "stop") ? 5 : 0;
}

/* "id@selector", "?" for no id, "*" for the whole object: what can't be read is never silent.
 */
static void
walks_the_markings_of_an_object(void **state)
{
	static const struct {
		const char *text, *marks;
	} cases[] = {
		/* clang-format off */
		{ "{}", "" },
		{ "{\"object_marking_refs\":[\"" RED2 "\",\"" WHITE1 "\"]}", "e828@* 613f@* " },
		{ "{\"object_marking_refs\":[1,null]}", "?@* ?@* " },
		{ "{\"object_marking_refs\":\"" RED2 "\"}", "?@* " },
		{ "{\"object_marking_refs\":{\"a\":\"" RED2 "\"}}", "?@* " },
		{ "{\"granular_markings\":[{\"marking_ref\":\"" RED2 "\",\"selectors\":[\"name\",\"roles.[1]\"]}]}",
		  "e828@name e828@roles.[1] " },
		{ "{\"granular_markings\":[{\"lang\":\"de\",\"selectors\":[\"name\"]}]}", "" },
		{ "{\"granular_markings\":[{\"lang\":\"de\",\"marking_ref\":\"" RED2 "\",\"selectors\":[\"name\"]}]}",
		  "e828@name " },
		{ "{\"granular_markings\":[{\"marking_ref\":\"" RED2 "\"}]}", "e828@ " },
		{ "{\"granular_markings\":[{\"marking_ref\":\"" RED2 "\",\"selectors\":[1]}]}", "e828@ " },
		{ "{\"granular_markings\":[{\"marking_ref\":7,\"selectors\":[\"name\"]}]}", "?@name " },
		{ "{\"granular_markings\":[{\"selectors\":[\"name\"]},3]}", "?@name ?@ " },
		{ "{\"granular_markings\":{\"marking_ref\":\"" RED2 "\"}}", "?@ " },
		{ "{\"granular_markings\":[{\"marking_ref\":\"" RED2 "\",\"selectors\":[\"stop\",\"b\"]}]}", "e828@stop " },
		{ "{\"type\":\"observed-data\",\"objects\":{\"0\":{\"object_marking_refs\":[\"" RED2 "\"]},\"1\":"
		  "{\"granular_markings\":[{\"marking_ref\":\"" WHITE1 "\",\"selectors\":[\"name\"]}]}}}",
		  "e828@objects 613f@name " },
		/* clang-format on */
	};
	struct ent_arena *a = ent_arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[512] = "";
		int rc = ent_stix_markings(tree(a, ent_str_c(cases[i].text)), note, text);

		assert_int_equal(rc, strstr(cases[i].marks, "stop") ? 5 : 0);
		if (strcmp(text, cases[i].marks))
			fail_msg("%s: \"%s\" is not \"%s\"", cases[i].text, text,
			         cases[i].marks);
	}
	ent_arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_nine_published_objects),
		cmocka_unit_test(compares_every_character),
		cmocka_unit_test(reads_levels_as_people_write_them),
		cmocka_unit_test(tells_genuine_from_forged),
		cmocka_unit_test(walks_the_markings_of_an_object),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

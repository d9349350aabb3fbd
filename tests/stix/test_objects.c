/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_objects.c - columns of objects, members of what is imported, identifiers, references.
 */
#include "test.h"

#include <entente/stix.h>

#define UUID "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"

static int
setup(void **state)
{
	*state = ent_arena_new(1 << 20);
	return *state ? 0 : -1;
}

static int
teardown(void **state)
{
	ent_arena_free(*state);
	return 0;
}

/* text with ' for " as a tree */
static const struct ent_json *
tree(struct ent_arena *a, const char *text)
{
	const struct ent_json *v = NULL;
	struct ent_str copy = ent_arena_dup(a, ent_str_c(text));
	char *p = ent_arena_alloc(a, copy.n + 1);

	for (size_t i = 0; i < copy.n; i++)
		p[i] = copy.p[i] == '\'' ? '"' : copy.p[i];
	if (ent_json_parse(a, (struct ent_str){ p, copy.n }, 64, &v, NULL))
		fail_msg("not JSON: %s", text);
	return v;
}

static void
reads_columns(void **state)
{
	static const char text[] =
	    "{ 'type':'tool', 'id':'tool--" UUID "','created':'2020-01-01T00:00:00.000Z',"
	    "'modified':'2021-01-01T00:00:00.123456Z','revoked':true,'spec_version':'2.1',"
	    "'created_by_ref':'identity--" UUID "'}";
	struct ent_object o;

	assert_int_equal(ent_object_read(tree(*state, text), &o, NULL), 0);
	assert_str(o.type, "tool");
	assert_str(o.id, "tool--" UUID);
	assert_int_equal(o.uuid[0], 0x8e);
	assert_int_equal(o.uuid[15], 0x3f);
	assert_int_equal(o.class_, ENT_STIX_SDO);
	assert_str(o.version, "2021-01-01T00:00:00.123456Z");
	assert_str(o.spec, "2.1");
	assert_str(o.created_by, "identity--" UUID);
	assert_true(o.revoked);
	assert_int_equal(o.bytes.n, sizeof(text) - 1);
	assert_true(ent_str_starts(o.bytes, "{ \"type\":"));
}

static void
knows_versions_and_specs_of_each_class(void **state)
{
	static const struct {
		const char *text, *version, *spec;
		enum ent_stix_class class_;
	} cases[] = {
		/* clang-format off */
		{ "{'type':'url','id':'url--" UUID "','modified':'x'}", NULL, "2.1", ENT_STIX_SCO },
		{ "{'type':'tool','id':'tool--" UUID "','modified':'2020-01-01T00:00:00Z'}", "2020-01-01T00:00:00Z", "2.0",
		  ENT_STIX_SDO },
		{ "{'type':'sighting','id':'sighting--" UUID "','modified':'2020-01-01T00:00:00Z'}",
		  "2020-01-01T00:00:00Z", "2.0", ENT_STIX_SRO },
		{ "{'type':'marking-definition','id':'marking-definition--" UUID "','created':'2020-01-01T00:00:00.000Z',"
		  "'spec_version':'2.1'}", "2020-01-01T00:00:00.000Z", "2.1", ENT_STIX_META },
		{ "{'type':'x-own','id':'x-own--" UUID "'}", NULL, "2.1", ENT_STIX_UNKNOWN },
		{ "{'type':'x-own','id':'x-own--" UUID "','created':'2020-01-01T00:00:00Z'}", "2020-01-01T00:00:00Z", "2.0",
		  ENT_STIX_UNKNOWN },
		{ "{'type':'bundle','id':'bundle--" UUID "'}", NULL, "2.1", ENT_STIX_BUNDLE },
		/* clang-format on */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_object o;

		assert_int_equal(ent_object_read(tree(*state, cases[i].text), &o, NULL), 0);
		assert_int_equal(o.class_, cases[i].class_);
		assert_str(o.version, cases[i].version ? cases[i].version : "");
		assert_int_equal(o.version.p != NULL, cases[i].version != NULL);
		assert_str(o.spec, cases[i].spec);
		assert_null(o.created_by.p);
		assert_false(o.revoked);
	}
}

static void
refuses_what_cannot_be_stored(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		/* clang-format off */
		{ "[]", "not a JSON object" },
		{ "{}", "\"type\"" },
		{ "{'type':1,'id':'tool--" UUID "'}", "\"type\"" },
		{ "{'type':'tool'}", "\"id\"" },
		{ "{'type':'tool','id':'tool--1'}", "\"id\"" },
		{ "{'type':'tool','id':'malware--" UUID "'}", "not of the type tool" },
		{ "{'type':'tool','id':'tool--" UUID "'}", "neither" },
		{ "{'type':'tool','id':'tool--" UUID "','modified':1}", "\"modified\" is not a timestamp" },
		{ "{'type':'x-own','id':'x-own--" UUID "','created':'2020'}", "\"created\" is not a timestamp" },
		/* a modified that can't be read doesn't make created the version */
		{ "{'type':'tool','id':'tool--" UUID "','modified':'now','created':'2020-01-01T00:00:00Z'}", "modified" },
		/* clang-format on */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_object o;
		struct ent_err err = { 0 };

		assert_int_equal(ent_object_read(tree(*state, cases[i].text), &o, &err),
		                 ENT_EUNUSABLE);
		if (!strstr(err.msg, cases[i].message))
			fail_msg("%s: %s", cases[i].text, err.msg);
	}
}

static void
opens_what_people_import(void **state)
{
	static const struct {
		const char *text;
		int rc;
		bool list;
		size_t count;
	} cases[] = {
		{ "{'type':'bundle','id':'bundle--" UUID "','objects':[{},{}]}", 0, true, 2 },
		{ "{'type':'bundle','id':'bundle--" UUID "'}", 0, false, 0 },
		{ "{'type':'tool'}", 0, false, 1 },
		/* observed-data has objects of its own */
		{ "{'type':'observed-data','objects':{'0':{}}}", 0, false, 1 },
		{ "[{},{},{}]", 0, true, 3 },
		{ "[]", 0, true, 0 },
		{ "{'objects':[{}]}", 0, true, 1 },
		{ "{'more':false}", 0, false, 0 },
		{ "{}", ENT_EUNUSABLE, false, 0 },
		{ "{'objects':{}}", ENT_EUNUSABLE, false, 0 },
		{ "{'type':'bundle','objects':'x'}", ENT_EUNUSABLE, false, 0 },
		{ "1", ENT_EUNUSABLE, false, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct ent_json *list = NULL;
		size_t count = 99;

		assert_int_equal(
		    ent_stix_members(tree(*state, cases[i].text), &list, &count, NULL),
		    cases[i].rc);
		assert_int_equal(count, cases[i].count);
		assert_int_equal(list != NULL, cases[i].list);
	}
}

static void
takes_identifiers_apart(void **state)
{
	static const char *const bad[] = {
		"",
		"--" UUID,
		"tool" UUID,
		"tool-" UUID,
		"tool---" UUID,
		"Tool--" UUID,
		"to--" UUID,
		"tool--" UUID "0",
		"tool--" UUID " ",
		"tool--8e2e2d2b17d44cbf938f98ee46b3cd3f",
		"a--b--" UUID,
		"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3g",
	};
	struct ent_str type, id;
	uint8_t uuid[16];

	assert_int_equal(ent_stix_id_parse(ENT_STR("course-of-action--" UUID), &type, uuid), 0);
	assert_str(type, "course-of-action");
	assert_int_equal(uuid[1], 0x2e);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (ent_stix_id_parse(ent_str_c(bad[i]), &type, uuid) != ENT_EPARSE)
			fail_msg("took %s", bad[i]);
	id = ent_stix_id_new(*state, "note");
	assert_int_equal(ent_stix_id_parse(id, &type, uuid), 0);
	assert_str(type, "note");
	assert_int_equal(uuid[6] >> 4, 4);
	assert_false(ent_str_eq(id, ent_stix_id_new(*state, "note")));
}

static void
gives_deterministic_ids_only_where_there_are_any(void **state)
{
	static const char *const none[] = { "{'type':'process','pid':1}",
		                            "{'type':'file','size':1}",
		                            "{'type':'tool','name':'x'}",
		                            "{'type':'x-own','value':'x'}",
		                            "{}",
		                            "[]" };
	struct ent_str a, b;

	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(ent_stix_sco_id(*state, tree(*state, none[i]), &a, NULL),
		                 ENT_EUNUSABLE);
	/* what doesn't contribute doesn't matter, and neither does the order; of several hashes
	 * one counts */
	assert_int_equal(
	    ent_stix_sco_id(
		*state,
		tree(*state, "{'type':'file','hashes':{'SHA-1':'b','MD5':'a'},'name':'x'}"), &a,
		NULL),
	    0);
	assert_int_equal(
	    ent_stix_sco_id(
		*state,
		tree(*state, "{'size':1,'name':'x','hashes':{'MD5':'a'},'type':'file'}"), &b,
		NULL),
	    0);
	assert_true(ent_str_eq(a, b));
	assert_true(ent_str_starts(a, "file--"));
}

struct seen {
	char text[512];
	int stop_after;
};

static int
note(void *self, struct ent_str name, struct ent_str id)
{
	struct seen *s = self;
	size_t n = strlen(s->text);

	snprintf(s->text + n, sizeof(s->text) - n, "%.*s=%.*s ", ENT_FMT(name),
	         (int)(id.n - 38), id.p);
	return --s->stop_after == 0 ? 7 : 0;
}

static void
finds_references_at_any_depth(void **state)
{
	const struct ent_json *v = tree(
	    *state, "{'created_by_ref':'identity--" UUID "','object_refs':['tool--" UUID
		    "',1,'x','url--" UUID "'],'granular_markings':[{'marking_ref':"
		    "'marking-definition--" UUID "'}],'x_own':{'deep':[[{'src_ref':'file--" UUID
		    "'}]]},'id':'note--" UUID "','name_ref':{'a_ref':'mutex--" UUID "'}}");
	struct seen s = { .stop_after = 0 };

	assert_int_equal(ent_stix_refs(v, note, &s), 0);
	assert_string_equal(s.text, "created_by_ref=identity object_refs=tool object_refs=url "
	                            "marking_ref=marking-definition src_ref=file ");
	s = (struct seen){ .stop_after = 2 };
	assert_int_equal(ent_stix_refs(v, note, &s), 7);
	assert_string_equal(s.text, "created_by_ref=identity object_refs=tool ");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_columns, setup, teardown),
		cmocka_unit_test_setup_teardown(knows_versions_and_specs_of_each_class, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(refuses_what_cannot_be_stored, setup, teardown),
		cmocka_unit_test_setup_teardown(opens_what_people_import, setup, teardown),
		cmocka_unit_test_setup_teardown(takes_identifiers_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    gives_deterministic_ids_only_where_there_are_any, setup, teardown),
		cmocka_unit_test_setup_teardown(finds_references_at_any_depth, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_version.c - the order of versions, what one object is to another, sets of versions, the
 * next version.
 */
#include "test.h"

#include <entente/version.h>

#define ID          "campaign--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
#define HEAD        "{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"" ID "\","
#define T0          "2020-01-01T00:00:00.000Z"
#define T1          "2020-01-02T00:00:00.000Z"
#define TIMES(c, m) "\"created\":\"" c "\",\"modified\":\"" m "\""
#define PLAIN       HEAD TIMES(T0, T0) ",\"name\":\"a\"}"

static struct ent_arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = ent_arena_new((size_t)64 << 20);
	return arena ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	ent_arena_free(arena);
	return 0;
}

static const struct ent_json *
tree(const char *text)
{
	const struct ent_json *v = NULL;
	struct ent_err err = { 0 };

	if (ent_json_parse(arena, ent_str_c(text), 64, &v, &err))
		fail_msg("%s: %s", text, err.msg);
	return v;
}

/* Each is before the next one, and equal to itself. */
static void
orders_by_time_at_full_precision(void **state)
{
	static const char *const rising[] = {
		"",
		"not a time",
		"2019-12-31T23:59:59.9999999999999999999Z",
		"2020-01-01T00:00:00.000000000000000000000000000001Z",
		"2020-01-01T00:00:00.00000000000000000000000000001Z",
		"2020-01-01T00:00:00.1Z",
		"2020-01-01T00:00:00.12Z",
		"2020-01-01T00:00:00.2Z",
		"2020-01-01T00:00:01Z",
		"2020-06-30T23:59:59.999Z",
		"2020-06-30T23:59:60.5Z",
		"2020-07-01T00:00:00Z",
	};
	size_t n = sizeof(rising) / sizeof(rising[0]);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			int c = ent_version_cmp(ent_str_c(rising[i]), ent_str_c(rising[j]));

			if ((c > 0) - (c < 0) != (i > j) - (i < j))
				fail_msg("%s, %s: %d", rising[i], rising[j], c);
		}
	assert_int_equal(ent_version_cmp(ENT_STR("2020-01-01T00:00:00Z"),
	                                 ENT_STR("2020-01-01T00:00:00.0000Z")),
	                 0);
	assert_true(ent_version_cmp((struct ent_str){ NULL, 0 }, ENT_STR(T0)) < 0);
}

static const struct {
	const char *a, *b;
	enum ent_relation relation;
	unsigned broken;
} pairs[] = {
	/* clang-format off */
	{ PLAIN, PLAIN, ENT_REL_SAME, 0 },
	/* another order of members, and a default that is spelt out, are the same */
	{ PLAIN, HEAD "\"revoked\":false,\"name\":\"a\"," TIMES(T0, T0) "}", ENT_REL_SAME, 0 },
	{ PLAIN, HEAD TIMES(T0, T0) ",\"name\":\"b\"}", ENT_REL_CONFLICT, 0 },
	{ PLAIN, HEAD TIMES(T0, T0) ",\"name\":\"a\",\"revoked\":true}", ENT_REL_CONFLICT, 0 },
	{ PLAIN, HEAD TIMES(T0, "2020-01-01T00:00:00.0000Z") ",\"name\":\"b\"}", ENT_REL_CONFLICT, 0 },
	{ PLAIN, HEAD TIMES(T0, T1) ",\"name\":\"b\"}", ENT_REL_NEWER, 0 },
	{ HEAD TIMES(T0, T1) "}", PLAIN, ENT_REL_OLDER, 0 },
	{ PLAIN, HEAD TIMES(T0, "2020-01-01T00:00:00.0000000000000001Z") "}", ENT_REL_NEWER, 0 },
	{ PLAIN, HEAD TIMES(T1, T1) "}", ENT_REL_NEWER, ENT_BROKEN_CREATED },
	{ PLAIN, HEAD TIMES(T0, T1) ",\"created_by_ref\":\"identity--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\"}",
	  ENT_REL_NEWER, ENT_BROKEN_CREATOR },
	{ HEAD TIMES(T0, T0) ",\"revoked\":true}", HEAD TIMES(T0, T1) "}", ENT_REL_NEWER, ENT_BROKEN_REVOKED },
	{ HEAD TIMES(T0, T1) "}", HEAD TIMES(T0, T0) ",\"revoked\":true}", ENT_REL_OLDER, ENT_BROKEN_REVOKED },
	{ PLAIN, "{\"type\":\"tool\",\"id\":\"tool--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\"," TIMES(T0, T0) "}",
	  ENT_REL_OTHER, 0 },
	/* observables have no versions: other content is no attack */
	{ "{\"type\":\"url\",\"id\":\"url--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\",\"value\":\"a:b\"}",
	  "{\"type\":\"url\",\"id\":\"url--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\",\"value\":\"a:c\"}",
	  ENT_REL_CHANGED, 0 },
	{ "{\"type\":\"url\",\"id\":\"url--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\",\"value\":\"a:b\",\"defanged\":false}",
	  "{\"type\":\"url\",\"id\":\"url--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\",\"value\":\"a:b\"}",
	  ENT_REL_SAME, 0 },
	/* a marking definition's version is its "created" */
	{ "{\"type\":\"marking-definition\",\"id\":\"marking-definition--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\","
	  "\"created\":\"" T0 "\",\"definition\":1}",
	  "{\"type\":\"marking-definition\",\"id\":\"marking-definition--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\","
	  "\"created\":\"" T0 "\",\"definition\":2}", ENT_REL_CONFLICT, 0 },
	/* clang-format on */
};

static void
says_what_one_object_is_to_another(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		enum ent_relation r = ENT_REL_COUNT;
		unsigned broken = 99;

		assert_int_equal(ent_version_relate(arena, tree(pairs[i].a), tree(pairs[i].b),
		                                    &r, &broken, NULL),
		                 0);
		if (r != pairs[i].relation || broken != pairs[i].broken)
			fail_msg("case %zu: %s, %u", i, ent_relation_name(r), broken);
	}
	assert_int_equal(ent_version_relate(arena, tree("{}"), tree(PLAIN),
	                                    &(enum ent_relation){ 0 }, NULL, NULL),
	                 ENT_EUNUSABLE);
}

static void
keeps_the_newest_of_each_id_whatever_the_order(void **state)
{
	static const char *const v[] = { PLAIN, HEAD TIMES(T0, T1) ",\"name\":\"b\"}",
		                         HEAD TIMES(T0, "2020-01-03T00:00:00.000Z") "}" };
	static const int orders[][3] = { { 0, 1, 2 }, { 2, 1, 0 }, { 1, 2, 0 }, { 0, 2, 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		struct ent_histories *h;
		struct ent_history *x;

		assert_int_equal(ent_histories_new(arena, &h, NULL), 0);
		for (int k = 0; k < 3; k++)
			assert_int_equal(
			    ent_histories_add(h, tree(v[orders[i][k]]), NULL, &x, NULL), 0);
		assert_int_equal(ent_histories_count(h), 1);
		assert_ptr_equal(ent_histories_get(h, ENT_STR(ID)), x);
		assert_ptr_equal(ent_histories_at(h, 0), x);
		assert_null(ent_histories_at(h, 1));
		assert_int_equal(x->versions, 3);
		assert_int_equal(x->conflicts + x->copies, 0);
		assert_str(x->newest.version, "2020-01-03T00:00:00.000Z");
	}
}

/* The second content of a version is named, also where newer versions came in between, and
 * never replaces the first. */
static void
names_a_conflict_and_keeps_the_first(void **state)
{
	const struct ent_json *forged = tree(HEAD TIMES(T0, T0) ",\"name\":\"forged\"}");
	enum ent_relation how;
	struct ent_histories *h;
	struct ent_history *x;

	(void)state;
	assert_int_equal(ent_histories_new(arena, &h, NULL), 0);
	assert_int_equal(ent_histories_add(h, tree(PLAIN), &how, NULL, NULL), 0);
	assert_int_equal(how, ENT_REL_OTHER);
	assert_int_equal(ent_histories_add(h, tree(PLAIN), &how, NULL, NULL), 0);
	assert_int_equal(how, ENT_REL_SAME);
	assert_int_equal(ent_histories_add(h, tree(HEAD TIMES(T0, T1) "}"), &how, NULL, NULL),
	                 0);
	assert_int_equal(how, ENT_REL_NEWER);
	assert_int_equal(ent_histories_add(h, forged, &how, &x, NULL), 0);
	assert_int_equal(how, ENT_REL_CONFLICT);
	assert_int_equal(x->conflicts, 1);
	assert_int_equal(x->copies, 1);
	assert_int_equal(x->versions, 2);
	assert_ptr_equal(x->conflict, forged);
	assert_str(x->newest.version, T1);
	assert_int_equal(ent_histories_add(h, tree("[]"), NULL, NULL, NULL), ENT_EUNUSABLE);
}

/* ---- the next version ---- */

static const struct {
	const char *modified, *now, *next;
} times[] = {
	{ T0, "2020-05-05T05:05:05.123456Z", "2020-05-05T05:05:05.123Z" },
	{ T0, "2020-01-01T00:00:00.0009Z", "2020-01-01T00:00:00.001Z" },
	{ T0, "2019-01-01T00:00:00Z", "2020-01-01T00:00:00.001Z" },
	{ T0, T0, "2020-01-01T00:00:00.001Z" },
	{ "2020-01-01T00:00:00.999Z", T0, "2020-01-01T00:00:01.000Z" },
	{ "2020-12-31T23:59:59.999Z", T0, "2021-01-01T00:00:00.000Z" },
	{ "2020-12-31T23:59:60.999Z", T0, "2021-01-01T00:00:00.000Z" },
	{ "2020-01-01T00:00:00.000000Z", "2020-05-05T05:05:05Z",
	  "2020-05-05T05:05:05.000000Z" },
	{ "2020-01-01T00:00:00.0000000009Z", T0, "2020-01-01T00:00:00.0000000010Z" },
	{ "2020-01-01T00:00:00.5Z", T0, "2020-01-01T00:00:00.501Z" },
	{ "2020-01-01T00:00:00Z", T0, "2020-01-01T00:00:00.001Z" },
	/* created is after modified by mistake: later than both */
	{ "2019-01-01T00:00:00.000Z", "2019-06-01T00:00:00Z", "2020-01-01T00:00:00.001Z" },
};

static void
the_next_version_is_later_at_the_precision_of_the_last(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct ent_str text =
		    ent_arena_printf(arena,
		                     HEAD "\"created\":\"" T0 "\","
		                          "\"modified\":\"%s\",\"name\":\"a\"}",
		                     times[i].modified);
		struct ent_set set = { ENT_STR("name"), tree("\"b\"") };
		struct ent_str out;
		struct ent_err err = { 0 };

		if (ent_version_next(arena, tree(text.p), &set, 1, false,
		                     ent_str_c(times[i].now), &out, &err))
			fail_msg("case %zu: %s", i, err.msg);
		assert_str(ent_json_getstr(tree(out.p), "modified"), times[i].next);
		assert_str(ent_json_getstr(tree(out.p), "name"), "b");
	}
}

static void
the_clock_is_used_where_no_time_is_given(void **state)
{
	struct ent_set set = { ENT_STR("name"), tree("\"b\"") };
	enum ent_relation r;
	struct ent_str out;
	unsigned broken;

	(void)state;
	assert_int_equal(ent_version_next(arena, tree(PLAIN), &set, 1, false,
	                                  (struct ent_str){ NULL, 0 }, &out, NULL),
	                 0);
	assert_int_equal(ent_version_relate(arena, tree(PLAIN), tree(out.p), &r, &broken, NULL),
	                 0);
	assert_int_equal(r, ENT_REL_NEWER);
	assert_int_equal(broken, 0);
}

static void
sets_and_leaves_out_in_place(void **state)
{
	struct ent_set set[] = { { ENT_STR("confidence"), tree("1.50") },
		                 { ENT_STR("name"), tree("\"b\"") },
		                 { ENT_STR("labels"), NULL } };
	struct ent_str out;

	(void)state;
	assert_int_equal(
	    ent_version_next(arena,
	                     tree(HEAD TIMES(T0, T0) ",\"name\":\"a\",\"labels\":[\"x\"]}"),
	                     set, 3, true, ENT_STR(T1), &out, NULL),
	    0);
	assert_str(out,
	           HEAD TIMES(T0, T1) ",\"name\":\"b\",\"confidence\":1.5,\"revoked\":true}");
}

static const struct {
	const char *object, *name, *value;
	bool revoke;
	int rc;
} refused[] = {
	/* clang-format off */
	{ PLAIN, "id", "\"x\"", false, ENT_EDENIED },
	{ PLAIN, "type", "\"tool\"", false, ENT_EDENIED },
	{ PLAIN, "created", "\"" T1 "\"", false, ENT_EDENIED },
	{ PLAIN, "created_by_ref", "\"identity--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\"", false, ENT_EDENIED },
	{ PLAIN, "created", NULL, false, ENT_EDENIED },
	{ PLAIN, "modified", "\"" T0 "\"", false, ENT_EINVAL },
	{ PLAIN, "modified", "\"2019-01-01T00:00:00.000Z\"", true, ENT_EDENIED },
	{ PLAIN, "modified", NULL, true, ENT_EDENIED },
	{ PLAIN, "name", "null", false, ENT_EINVAL },
	{ PLAIN, "name", "\"a\"", false, ENT_EINVAL },
	{ PLAIN, "labels", NULL, false, ENT_EINVAL },
	{ PLAIN, "revoked", "false", false, ENT_EINVAL },
	{ PLAIN, "revoked", "true", true, ENT_EINVAL },
	{ HEAD TIMES(T0, T0) ",\"revoked\":true}", "name", "\"b\"", false, ENT_EDENIED },
	{ HEAD TIMES(T0, T0) ",\"revoked\":true}", "revoked", "false", false, ENT_EDENIED },
	{ HEAD TIMES(T0, "9999-12-31T23:59:59.999Z") "}", "name", "\"b\"", false, ENT_ELIMIT },
	{ "{\"type\":\"url\",\"id\":\"url--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\",\"value\":\"a:b\"}",
	  "value", "\"a:c\"", false, ENT_EUNUSABLE },
	{ "{\"type\":\"marking-definition\",\"id\":\"marking-definition--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f\","
	  "\"created\":\"" T0 "\"}", "name", "\"b\"", false, ENT_EUNUSABLE },
	{ "[]", "name", "\"b\"", false, ENT_EUNUSABLE },
	/* clang-format on */
};

static void
refuses_what_no_version_may_change(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct ent_set set = { ent_str_c(refused[i].name),
			               refused[i].value ? tree(refused[i].value) : NULL };
		struct ent_err err = { 0 };
		struct ent_str out;
		int rc = ent_version_next(arena, tree(refused[i].object), &set, 1,
		                          refused[i].revoke, ENT_STR(T1), &out, &err);

		if (rc != refused[i].rc || !err.msg[0])
			fail_msg("case %zu: %d: %s", i, rc, err.msg);
	}
}

static void
survives_every_arena_limit(void **state)
{
	const struct ent_json *v = tree(PLAIN), *w = tree(HEAD TIMES(T0, T1) "}");
	const struct ent_json *forged = tree(HEAD TIMES(T0, T0) "}");
	struct ent_set set = { ENT_STR("name"), tree("\"b\"") };
	int rc = ENT_ENOMEM;

	(void)state;
	for (size_t limit = 0; rc == ENT_ENOMEM; limit += 16) {
		struct ent_arena *a = ent_arena_new(limit);
		struct ent_histories *h;
		enum ent_relation r;
		struct ent_str out;

		rc = ent_histories_new(a, &h, NULL);
		rc = rc ? rc : ent_histories_add(h, v, NULL, NULL, NULL);
		rc = rc ? rc : ent_histories_add(h, w, NULL, NULL, NULL);
		rc = rc ? rc : ent_histories_add(h, forged, NULL, NULL, NULL);
		rc = rc ? rc : ent_version_relate(a, v, forged, &r, NULL, NULL);
		rc = rc ? rc : ent_version_next(a, v, &set, 1, true, ENT_STR(T1), &out, NULL);
		ent_arena_free(a);
		assert_true(limit < 1 << 20);
	}
	assert_int_equal(rc, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders_by_time_at_full_precision),
		cmocka_unit_test(says_what_one_object_is_to_another),
		cmocka_unit_test(keeps_the_newest_of_each_id_whatever_the_order),
		cmocka_unit_test(names_a_conflict_and_keeps_the_first),
		cmocka_unit_test(the_next_version_is_later_at_the_precision_of_the_last),
		cmocka_unit_test(the_clock_is_used_where_no_time_is_given),
		cmocka_unit_test(sets_and_leaves_out_in_place),
		cmocka_unit_test(refuses_what_no_version_may_change),
		cmocka_unit_test(survives_every_arena_limit),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

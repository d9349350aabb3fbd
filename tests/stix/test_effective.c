/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_effective.c - effective markings: object and granular ones together, the most
 * restrictive wins; what can't be read or found; definitions with one content.
 */
#include "test.h"

#include <entente/marking.h>

#include "base/time.h"

#define MARK(uuid) "marking-definition--" uuid
#define CLEAR      MARK("94868c89-83c2-464b-929b-a1a8aa3c8487")
#define GREEN      MARK("bab4a63c-aed9-4cf5-a766-dfca5abac2bb")
#define AMBER1     MARK("f88d31f6-486f-44da-b317-01333bde0b82")
#define STRICT     MARK("939a9414-2ddd-4d32-a0cd-375ea402b003")
#define RED        MARK("e828b379-4e03-4974-9ac4-e53a884c97c1")
#define OTHER      MARK("8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f")
#define HEAD                                                                                   \
	"{\"type\":\"tool\",\"name\":\"n\",\"labels\":[\"a\",\"b\"],\"x\":{\"y\":{\"z\":1}},"
#define WHOLE(id)   "\"object_marking_refs\":[\"" id "\"]"
#define PART(id, s) "{\"marking_ref\":\"" id "\",\"selectors\":[" s "]}"
#define PARTS(list) "\"granular_markings\":[" list "]"

static struct ent_arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = ent_arena_new((size_t)2 << 30);
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
tree_of(struct ent_str text)
{
	const struct ent_json *v = NULL;
	struct ent_err err = { 0 };

	if (ent_json_parse(arena, text, 64, &v, &err))
		fail_msg("%.*s", ENT_FMT(text));
	return v;
}

static const struct ent_json *
tree(const char *text)
{
	return tree_of(ent_str_c(text));
}

/* What holds at a place, and inside of the part that it is in. */
static const struct {
	const char *object, *selector, *tlp, *most;
} cases[] = {
	/* clang-format off */
	{ HEAD "\"a\":1}", "", "none", "none" },
	{ HEAD WHOLE(AMBER1) "}", "", "amber", "amber" },
	{ HEAD WHOLE(AMBER1) "}", "x.y.z", "amber", "amber" },
	/* a granular marking doesn't lower what holds for the object, nor replace it */
	{ HEAD WHOLE(AMBER1) "," PARTS(PART(CLEAR, "\"name\"")) "}", "name", "amber", "amber" },
	{ HEAD WHOLE(AMBER1) "," PARTS(PART(RED, "\"name\"")) "}", "name", "red", "red" },
	{ HEAD WHOLE(AMBER1) "," PARTS(PART(RED, "\"name\"")) "}", "labels", "amber", "red" },
	{ HEAD WHOLE(AMBER1) "," PARTS(PART(RED, "\"name\"")) "}", "", "amber", "red" },
	/* of several object markings the most restrictive */
	{ HEAD "\"object_marking_refs\":[\"" STRICT "\",\"" GREEN "\",\"" OTHER "\"]}", "", "amber+strict", "amber+strict" },
	/* down, not up */
	{ HEAD PARTS(PART(GREEN, "\"x\"") "," PART(RED, "\"x.y\"")) "}", "x", "green", "red" },
	{ HEAD PARTS(PART(GREEN, "\"x\"") "," PART(RED, "\"x.y\"")) "}", "x.y.z", "red", "red" },
	{ HEAD PARTS(PART(RED, "\"x\"") "," PART(GREEN, "\"x.y\"")) "}", "x.y.z", "red", "red" },
	{ HEAD PARTS(PART(RED, "\"labels.[1]\"")) "}", "labels.[1]", "red", "red" },
	{ HEAD PARTS(PART(RED, "\"labels.[1]\"")) "}", "labels.[0]", "none", "red" },
	/* twice the same part */
	{ HEAD PARTS(PART(RED, "\"name\",\"name\"") "," PART(GREEN, "\"name\"")) "}", "name", "red", "red" },
	/* what finds nothing holds for the whole */
	{ HEAD PARTS(PART(RED, "\"nothing\"")) "}", "name", "red", "red" },
	{ HEAD PARTS(PART(RED, "\"labels.[2]\"")) "}", "", "red", "red" },
	{ HEAD PARTS(PART(RED, "\"labels.a\"")) "}", "", "red", "red" },
	{ HEAD PARTS(PART(RED, "\"name.[0]\"")) "}", "", "red", "red" },
	{ HEAD PARTS(PART(RED, "\"\"")) "}", "", "red", "red" },
	{ HEAD PARTS(PART(RED, "7")) "}", "", "red", "red" },
	{ HEAD PARTS(PART(RED, "")) "}", "", "red", "red" },
	{ HEAD "\"granular_markings\":[{\"marking_ref\":\"" RED "\"}]}", "", "red", "red" },
	{ HEAD "\"granular_markings\":[{\"marking_ref\":\"" RED "\",\"selectors\":\"name\"}]}", "", "red", "red" },
	/* a language is no marking */
	{ HEAD "\"granular_markings\":[{\"lang\":\"de\",\"selectors\":[\"name\"]}]}", "name", "none", "none" },
	/* all 36 characters and the type count */
	{ HEAD WHOLE(MARK("e828b379-4e03-4974-9ac4-e53a884c97c0")) "}", "", "none", "none" },
	{ HEAD WHOLE("x-marking--e828b379-4e03-4974-9ac4-e53a884c97c1") "}", "", "none", "none" },
	/* the deprecated container's observables bring their own */
	{ "{\"type\":\"observed-data\",\"objects\":{\"0\":{\"type\":\"url\",\"value\":\"a:b\"," WHOLE(RED) "}}}",
	  "", "none", "red" },
	{ "{\"type\":\"observed-data\",\"objects\":{\"0\":{\"type\":\"url\",\"value\":\"a:b\"," WHOLE(RED) "}}}",
	  "objects.0.value", "red", "red" },
	{ "{\"type\":\"observed-data\",\"objects\":{\"0\":{\"type\":\"url\",\"value\":\"a:b\","
	  PARTS(PART(RED, "\"value\"")) "}}}", "objects.0.value", "red", "red" },
	{ "{\"type\":\"observed-data\",\"objects\":{\"0\":{\"type\":\"url\",\"value\":\"a:b\","
	  PARTS(PART(RED, "\"value\"")) "}}}", "objects.0.type", "none", "red" },
	/* clang-format on */
};

static void
the_most_restrictive_marking_wins(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct ent_marked *p;
		struct ent_effective e;

		assert_int_equal(ent_effective_make(arena, tree(cases[i].object), &e, NULL), 0);
		p = ent_effective_at(&e, ent_str_c(cases[i].selector));
		assert_non_null(p);
		if (strcmp(ent_tlp_name(p->tlp), cases[i].tlp) ||
		    strcmp(ent_tlp_name(p->most), cases[i].most))
			fail_msg("case %zu: %s, %s", i, ent_tlp_name(p->tlp),
			         ent_tlp_name(p->most));
		assert_false(e.parts[0].unreadable_inside);
	}
}

static void
parts_are_in_document_order_with_their_pointers(void **state)
{
	static const char *const pointers[] = { "", "/labels/1", "/x", "/x/y" };
	static const int up[] = { -1, 0, 0, 2 };
	struct ent_effective e;

	(void)state;
	assert_int_equal(
	    ent_effective_make(arena,
	                       tree(HEAD PARTS(PART(OTHER, "\"x.y\",\"x\"") "," PART(
				   RED, "\"labels.[1]\",\"x\"")) "}"),
	                       &e, NULL),
	    0);
	assert_int_equal(e.count, 4);
	for (size_t i = 0; i < e.count; i++) {
		assert_str(e.parts[i].pointer, pointers[i]);
		assert_ptr_equal(e.parts[i].up, up[i] < 0 ? NULL : &e.parts[up[i]]);
	}
	assert_int_equal(e.parts[0].own_count, 0);
	assert_int_equal(e.parts[2].own_count, 2);
	assert_int_equal(e.markings_count, 2);
	assert_int_equal(e.markings[0].uses + e.markings[1].uses, 4);
	assert_null(ent_effective_at(&e, ENT_STR("nothing")));
	assert_null(ent_effective_at(&e, ENT_STR("x.")));
}

static void
what_cannot_be_read_is_said(void **state)
{
	static const char *const bad[] = {
		HEAD "\"object_marking_refs\":[5]}",
		HEAD "\"object_marking_refs\":\"" RED "\"}",
		HEAD "\"granular_markings\":7}",
		HEAD "\"granular_markings\":[7]}",
		HEAD "\"granular_markings\":[{\"selectors\":[\"name\"]}]}",
		HEAD "\"granular_markings\":[{\"marking_ref\":1,\"selectors\":[\"name\"]}]}",
	};
	struct ent_effective e;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(ent_effective_make(arena, tree(bad[i]), &e, NULL), 0);
		if (!e.parts[0].unreadable_inside)
			fail_msg("case %zu", i);
	}
	/* of a part alone */
	assert_false(e.parts[0].unreadable);
	assert_true(ent_effective_at(&e, ENT_STR("name"))->unreadable);
	assert_int_equal(ent_effective_make(arena, tree("[]"), &e, NULL), ENT_EUNUSABLE);
}

/* An object with n properties, each named by a selector of its own, and n that find nothing. */
static struct ent_str
many(size_t n)
{
	char *text = ent_arena_alloc(arena, n * 64 + 1000), *p = text;

	assert_non_null(text);
	p += sprintf(p, "{\"type\":\"x\",\"d\":{");
	for (size_t i = 0; i < n; i++)
		p += sprintf(p, "%s\"k%zu\":1", i ? "," : "", i);
	p +=
	    sprintf(p, "},\"granular_markings\":[{\"marking_ref\":\"" RED "\",\"selectors\":[");
	for (size_t i = 0; i < n; i++)
		p += sprintf(p, "%s\"d.k%zu\",\"d.n%zu\"", i ? "," : "", i, i);
	p += sprintf(p, "]}]}");
	return (struct ent_str){ text, (size_t)(p - text) };
}

static int64_t
time_of(size_t n)
{
	const struct ent_json *v = tree_of(many(n));
	int64_t best = INT64_MAX;

	for (int i = 0; i < 3; i++) {
		struct ent_arena *own = ent_arena_new((size_t)1 << 30);
		int64_t from = ent_tick_us(), took;
		struct ent_effective e;

		assert_int_equal(ent_effective_make(own, v, &e, NULL), 0);
		took = ent_tick_us() - from;
		best = took < best ? took : best;
		assert_int_equal(e.unresolved, n);
		assert_int_equal(e.count, n + 1);
		ent_arena_free(own);
	}
	return best ? best : 1;
}

static void
time_grows_with_the_selectors(void **state)
{
	int64_t small = time_of(5000), large = time_of(50000);

	(void)state;
	if (large > small * 40 && large > 400000)
		fail_msg("%lld us, then %lld us", (long long)small, (long long)large);
}

#define STATEMENT(text)                                                                        \
	"{\"type\":\"marking-definition\",\"id\":\"" OTHER                                     \
	"\",\"created\":\"2020-01-01T00:00:00.000Z\",\"definition_type\":\"statement\","       \
	"\"definition\":{\"statement\":\"" text "\"}}"

static void
one_id_has_one_definition(void **state)
{
	struct ent_str mine = ENT_STR(STATEMENT("mine")), forged = ENT_STR(STATEMENT("forged"));
	struct ent_definitions *d;
	struct ent_err err = { 0 };

	(void)state;
	assert_int_equal(ent_definitions_new(arena, &d, NULL), 0);
	assert_null(ent_definitions_get(d, ENT_STR(OTHER)));
	assert_null(ent_marking_name(d, ENT_STR(OTHER)).p);
	assert_int_equal(ent_definitions_add(d, tree_of(mine), NULL), 0);
	assert_int_equal(ent_definitions_add(d, tree_of(mine), NULL), 0);
	assert_int_equal(ent_definitions_add(d, tree_of(forged), &err), ENT_ECONFLICT);
	assert_str(ent_marking_name(d, ENT_STR(OTHER)), "mine");
	/* the published objects pass, others with their ids don't */
	assert_int_equal(ent_definitions_add(d, tree_of(ent_tlp_object(ENT_STR(RED))), NULL),
	                 0);
	assert_int_equal(
	    ent_definitions_add(d,
	                        tree("{\"type\":\"marking-definition\",\"id\":\"" RED
	                             "\",\"created\":\"2022-10-01T00:00:00.000Z\"}"),
	                        &err),
	    ENT_ECONFLICT);
	assert_int_equal(
	    ent_definitions_add(d, tree("{\"type\":\"tool\",\"id\":\"" AMBER1 "\"}"), NULL),
	    ENT_ECONFLICT);
	assert_int_equal(ent_definitions_add(d, tree(HEAD "\"a\":1}"), NULL), 0);
	assert_int_equal(ent_definitions_add(d, tree("7"), NULL), 0);
	assert_str(ent_marking_name(d, ENT_STR(AMBER1)), "TLP:AMBER");
	assert_str(ent_marking_name(NULL, ENT_STR(STRICT)), "TLP:AMBER+STRICT");
}

static void
survives_every_arena_limit(void **state)
{
	const struct ent_json *v = tree(HEAD WHOLE(GREEN) "," PARTS(
	    PART(OTHER, "\"x.y\",\"x\"") "," PART(RED, "\"n\"")) "}");
	int rc = ENT_ENOMEM;

	(void)state;
	for (size_t limit = 0; rc == ENT_ENOMEM; limit += 16) {
		struct ent_arena *a = ent_arena_new(limit);
		struct ent_effective e;

		rc = ent_effective_make(a, v, &e, NULL);
		ent_arena_free(a);
		assert_true(limit < 1 << 20);
	}
	assert_int_equal(rc, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_most_restrictive_marking_wins),
		cmocka_unit_test(parts_are_in_document_order_with_their_pointers),
		cmocka_unit_test(what_cannot_be_read_is_said),
		cmocka_unit_test(time_grows_with_the_selectors),
		cmocka_unit_test(one_id_has_one_definition),
		cmocka_unit_test(survives_every_arena_limit),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

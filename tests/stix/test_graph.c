/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_graph.c - the graph of objects: edges, what dangles, orphans, cycles.
 */
#include "test.h"

#include <entente/graph.h>

#include "base/time.h"

#define UUID(n) "00000000-0000-4000-8000-00000000000" n
#define TOOL(n, more)                                                                          \
	"{\"type\":\"tool\",\"id\":\"tool--" UUID(                                             \
	    n) "\",\"created\":\"2020-01-01T00:00:00.000Z\","                                  \
	       "\"modified\":\"2020-01-01T00:00:00.000Z\"" more "}"
#define REL(n, from, to)                                                                       \
	"{\"type\":\"relationship\",\"id\":\"relationship--" UUID(                             \
	    n) "\",\"created\":"                                                               \
	       "\"2020-01-01T00:00:00.000Z\",\"modified\":\"2020-01-01T00:00:00.000Z\","       \
	       "\"relationship_type\":\"uses\",\"source_ref\":\"tool--" UUID(                  \
		   from) "\","                                                                 \
			 "\"target_ref\":\"tool--" UUID(to) "\"}"
#define RED "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"

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

static int
make(struct ent_arena *a, struct ent_str text, struct ent_graph *g)
{
	const struct ent_json *list = NULL;
	struct ent_histories *h;
	int rc = ent_json_parse(a, text, 64, &list, NULL);

	rc = rc ? rc : ent_histories_new(a, &h, NULL);
	for (size_t i = 0; rc == 0 && i < ent_json_count(list); i++)
		rc = ent_histories_add(h, ent_json_at(list, i), NULL, NULL, NULL);
	return rc ? rc : ent_graph_make(a, h, g, NULL);
}

static const struct {
	const char *objects;
	size_t vertices, edges, dangling, orphans, cycles;
} cases[] = {
	/* clang-format off */
	{ "[]", 0, 0, 0, 0, 0 },
	{ "[" TOOL("1", "") "]", 1, 0, 0, 1, 0 },
	{ "[" TOOL("1", "") "," TOOL("2", "") "," REL("3", "1", "2") "]", 3, 1, 0, 0, 0 },
	{ "[" TOOL("1", "") "," REL("3", "1", "2") "]", 3, 1, 1, 0, 0 },
	{ "[" REL("3", "1", "2") "]", 3, 1, 2, 0, 0 },
	/* to itself, and around */
	{ "[" TOOL("1", "") "," REL("3", "1", "1") "]", 2, 1, 0, 0, 1 },
	{ "[" TOOL("1", "") "," TOOL("2", "") "," REL("3", "1", "2") "," REL("4", "2", "1") "]", 4, 2, 0, 0, 1 },
	{ "[" REL("3", "1", "2") "," REL("4", "2", "5") "," REL("6", "5", "1") "," REL("7", "8", "9") ","
	  REL("0", "9", "8") "]", 10, 5, 5, 0, 2 },
	/* two ways to one place are no cycle */
	{ "[" REL("3", "1", "2") "," REL("4", "1", "5") "," REL("6", "2", "7") "," REL("8", "5", "7") "]", 8, 4, 4, 0, 0 },
	/* TLP is there for everybody; other markings aren't */
	{ "[" TOOL("1", ",\"object_marking_refs\":[\"" RED "\"]") "]", 2, 1, 0, 0, 0 },
	{ "[" TOOL("1", ",\"object_marking_refs\":[\"marking-definition--" UUID("2") "\"]") "]", 2, 1, 1, 0, 0 },
	/* inside of things; what is no id is no edge */
	{ "[" TOOL("1", ",\"x\":[{\"a_ref\":\"tool--" UUID("2") "\",\"b_refs\":[\"tool--" UUID("3") "\",\"0\",7]}]") "]",
	  3, 2, 2, 0, 0 },
	/* a relationship without ends is no edge, but still refers */
	{ "[{\"type\":\"relationship\",\"id\":\"relationship--" UUID("1") "\",\"created\":\"2020-01-01T00:00:00.000Z\","
	  "\"source_ref\":\"tool--" UUID("2") "\",\"target_ref\":\"x\"}]", 2, 1, 1, 0, 0 },
	/* the newest version counts */
	{ "[" TOOL("1", ",\"a_ref\":\"tool--" UUID("2") "\"") ",{\"type\":\"tool\",\"id\":\"tool--" UUID("1") "\","
	  "\"modified\":\"2021-01-01T00:00:00.000Z\"}]", 1, 0, 0, 1, 0 },
	/* clang-format on */
};

static void
finds_edges_and_what_is_wrong_with_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_graph g;

		assert_int_equal(make(arena, ent_str_c(cases[i].objects), &g), 0);
		if (g.vertices_count != cases[i].vertices || g.edges_count != cases[i].edges ||
		    g.dangling != cases[i].dangling || g.orphans != cases[i].orphans ||
		    g.cycles != cases[i].cycles)
			fail_msg("case %zu: %zu vertices, %zu edges, %zu dangling, %zu "
			         "orphans, %zu cycles",
			         i, g.vertices_count, g.edges_count, g.dangling, g.orphans,
			         g.cycles);
	}
}

/* clang-format off */
#define KINDS                                                                                  \
	"[" TOOL("1", ",\"created_by_ref\":\"identity--" UUID("5") "\"") "," REL("3", "1", "2")   \
	",{\"type\":\"sighting\",\"id\":\"sighting--" UUID("4") "\",\"created\":"               \
	"\"2020-01-01T00:00:00.000Z\",\"sighting_of_ref\":\"tool--" UUID("1") "\"}]"
/* clang-format on */

static void
knows_what_an_edge_is(void **state)
{
	struct ent_graph g;

	(void)state;
	assert_int_equal(make(arena, ENT_STR(KINDS), &g), 0);
	assert_int_equal(g.edges_count, 3);
	assert_int_equal(g.edges[0].kind, ENT_EDGE_REFERENCE);
	assert_str(g.edges[0].label, "created_by_ref");
	assert_int_equal(g.edges[1].kind, ENT_EDGE_RELATIONSHIP);
	assert_str(g.edges[1].label, "uses");
	assert_true(g.vertices[g.edges[1].via].is_edge);
	assert_str(g.vertices[g.edges[1].from].id, "tool--" UUID("1"));
	assert_str(g.vertices[g.edges[1].to].id, "tool--" UUID("2"));
	assert_int_equal(g.edges[2].kind, ENT_EDGE_SIGHTING);
	assert_int_equal(g.vertices[g.edges[1].from].in, 1);
	assert_int_equal(g.vertices[g.edges[1].from].out, 2);
}

/* n objects in a ring, each referring to the next. */
static struct ent_str
ring(size_t n)
{
	char *text = ent_arena_alloc(arena, n * 200 + 3), *p = text;

	assert_non_null(text);
	*p++ = '[';
	for (size_t i = 0; i < n; i++)
		p += sprintf(
		    p,
		    "%s{\"type\":\"tool\",\"id\":\"tool--00000000-0000-4000-8000-%012zu\","
		    "\"modified\":\"2020-01-01T00:00:00.000Z\",\"a_ref\":"
		    "\"tool--00000000-0000-4000-8000-%012zu\"}",
		    i ? "," : "", i, (i + 1) % n);
	*p++ = ']';
	return (struct ent_str){ text, (size_t)(p - text) };
}

/* A search that called itself would have no stack left. */
static void
a_long_ring_is_one_cycle(void **state)
{
	struct ent_arena *a = ent_arena_new((size_t)1 << 30);
	struct ent_str text = ring(200000);
	struct ent_graph g;

	(void)state;
	assert_int_equal(make(a, text, &g), 0);
	assert_int_equal(g.cycles, 1);
	for (size_t i = 0; i < g.vertices_count; i++)
		assert_int_equal(g.vertices[i].cycle, 1);
	ent_arena_free(a);
}

static void
survives_every_arena_limit(void **state)
{
	int rc = ENT_ENOMEM;

	(void)state;
	for (size_t limit = 0; rc == ENT_ENOMEM; limit += 64) {
		struct ent_arena *a = ent_arena_new(limit);
		struct ent_graph g;

		rc = make(a,
		          ENT_STR("[" TOOL("1", "") "," REL("3", "1", "2") "," REL("4", "2",
		                                                                   "1") "]"),
		          &g);
		ent_arena_free(a);
		assert_true(limit < 1 << 20);
	}
	assert_int_equal(rc, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_edges_and_what_is_wrong_with_them),
		cmocka_unit_test(knows_what_an_edge_is),
		cmocka_unit_test(a_long_ring_is_one_cycle),
		cmocka_unit_test(survives_every_arena_limit),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_diff.c - differences of two values: what is named, that nothing is missed, and that time
 * grows with their size alone.
 */
#include "test.h"

#include <entente/version.h>

#include "base/time.h"

static struct ent_arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = ent_arena_new((size_t)1 << 30);
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
		fail_msg("%.*s: %s", ENT_FMT(text), err.msg);
	return v;
}

static const struct ent_json *
tree(const char *text)
{
	return tree_of(ent_str_c(text));
}

/* A sign for each change: + added, - removed, ! changed, ~ reordered, and its pointer. */
static const struct {
	const char *a, *b, *differences;
} cases[] = {
	/* clang-format off */
	{ "{\"a\":1}", "{\"a\":1}", "" },
	{ "{\"a\":1,\"b\":[1,2]}", "{\"b\":[1,2],\"a\":1}", "" },
	{ "{\"a\":1.0,\"b\":-0.0}", "{\"a\":1,\"b\":0}", "" },
	{ "{\"a\":1}", "{\"a\":2}", "!/a" },
	{ "{\"a\":1}", "{\"a\":\"1\"}", "!/a" },
	{ "{\"a\":true}", "{\"a\":false}", "!/a" },
	{ "{\"a\":null}", "{\"a\":false}", "!/a" },
	{ "{\"a\":[]}", "{\"a\":{}}", "!/a" },
	{ "{}", "{\"b\":1,\"a\":2}", "+/a +/b" },
	{ "{\"b\":1,\"a\":2}", "{}", "-/a -/b" },
	{ "1", "2", "!" },
	{ "{\"a/b\":{\"~\":1}}", "{\"a/b\":{\"~\":2}}", "!/a~1b/~0" },
	{ "{\"a\":{\"b\":{\"c\":[{\"d\":1,\"e\":1}]}}}", "{\"a\":{\"b\":{\"c\":[{\"d\":1,\"e\":2}]}}}", "!/a/b/c/0/e" },
	/* defaults that are spelt out at the top, and there alone */
	{ "{\"a\":1}", "{\"a\":1,\"revoked\":false,\"defanged\":false}", "" },
	{ "{\"revoked\":false}", "{\"revoked\":true}", "!/revoked" },
	{ "{\"a\":{}}", "{\"a\":{\"revoked\":false}}", "+/a/revoked" },
	/* lists */
	{ "[1,2,3]", "[1,2,3,4]", "+/3" },
	{ "[1,2,3]", "[0,1,2,3]", "+/0" },
	{ "[1,2,3]", "[1,3]", "-/1" },
	{ "[1,2,3]", "[1,9,3]", "!/1" },
	{ "[1,2,3]", "[3,2,1]", "~" },
	{ "[1,2,3]", "[3,1,4]", "~ -/1 +/2" },
	{ "[1,1,1]", "[1,1]", "-/2" },
	{ "[1,2,1]", "[1,1,2]", "~" },
	{ "[]", "[1]", "+/0" },
	{ "[{\"k\":1,\"v\":1},{\"k\":2,\"v\":1}]", "[{\"k\":0},{\"k\":1,\"v\":1},{\"k\":2,\"v\":2}]", "+/0 !/2/v" },
	/* objects that share nothing aren't one that changed */
	{ "[{\"k\":1}]", "[{\"k\":2}]", "-/0 +/0" },
	{ "[[1,2],[3]]", "[[1],[3]]", "-/0/1" },
	{ "[\"a\",\"b\",\"c\",\"d\"]", "[\"b\",\"x\",\"d\",\"y\"]", "-/0 !/1 +/3" },
	/* clang-format on */
};

static void
put(struct ent_str *all, const struct ent_difference *d)
{
	static const char signs[] = { '+', '-', '!', '~' };

	*all = ent_arena_printf(arena, "%.*s%s%c%.*s", ENT_FMT(*all), all->n ? " " : "",
	                        signs[d->what], ENT_FMT(d->pointer));
	assert_int_equal(d->before == NULL, d->what == ENT_CHANGE_ADDED);
	assert_int_equal(d->after == NULL, d->what == ENT_CHANGE_REMOVED);
}

static void
names_what_is_different(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_str all = ENT_STR("");
		struct ent_diff d;

		assert_int_equal(
		    ent_stix_diff(arena, tree(cases[i].a), tree(cases[i].b), &d, NULL), 0);
		for (size_t k = 0; k < d.count; k++)
			put(&all, &d.list[k]);
		if (!ent_str_is(all, cases[i].differences) || d.count != d.total)
			fail_msg("%s, %s: %.*s", cases[i].a, cases[i].b, ENT_FMT(all));
	}
}

static void
counts_what_it_does_not_keep(void **state)
{
	size_t n = ENT_DIFFERENCES_MAX + 1000;
	struct ent_diff d;
	char *text = malloc(n * 8 + 3), *p = text;

	(void)state;
	*p++ = '[';
	for (size_t i = 0; i < n; i++)
		p += sprintf(p, "%s%zu", i ? "," : "", i);
	*p++ = ']';
	assert_int_equal(ent_stix_diff(arena, tree("[]"),
	                               tree_of((struct ent_str){ text, (size_t)(p - text) }),
	                               &d, NULL),
	                 0);
	assert_int_equal(d.count, ENT_DIFFERENCES_MAX);
	assert_int_equal(d.total, n);
	free(text);
}

/* A list of n small objects, whose numbers begin at first, in rising or falling order. */
static struct ent_str
objects(size_t n, size_t first, bool falling)
{
	char *text = ent_arena_alloc(arena, n * 48 + 3), *p = text;

	assert_non_null(text);
	*p++ = '[';
	for (size_t i = 0; i < n; i++)
		p += sprintf(p, "%s{\"k\":%zu,\"v\":[1,2,{\"a\":1}]}", i ? "," : "",
		             first + (falling ? n - i : i));
	*p++ = ']';
	return (struct ent_str){ text, (size_t)(p - text) };
}

static int64_t
time_of(struct ent_str a, struct ent_str b)
{
	const struct ent_json *v = tree_of(a), *w = tree_of(b);
	int64_t best = INT64_MAX;

	for (int i = 0; i < 3; i++) {
		struct ent_arena *own = ent_arena_new((size_t)1 << 30);
		int64_t from = ent_tick_us(), took;
		struct ent_diff d;

		assert_int_equal(ent_stix_diff(own, v, w, &d, NULL), 0);
		took = ent_tick_us() - from;
		best = took < best ? took : best;
		ent_arena_free(own);
	}
	return best ? best : 1;
}

/* Ten times the elements may take some twenty times as long, not a hundred times. */
static void
time_grows_with_the_size(void **state)
{
	(void)state;
	for (int kind = 0; kind < 3; kind++) {
		int64_t small = time_of(objects(2000, 0, false),
		                        objects(2000, kind == 0 ? 5000 : 1, kind == 2));
		int64_t large = time_of(objects(20000, 0, false),
		                        objects(20000, kind == 0 ? 50000 : 1, kind == 2));

		if (large > small * 40 && large > 200000)
			fail_msg("kind %d: %lld us, then %lld us", kind, (long long)small,
			         (long long)large);
	}
}

static void
survives_every_arena_limit(void **state)
{
	const struct ent_json *v = tree("{\"a\":[1,{\"b\":2},3,4],\"c\":1}");
	const struct ent_json *w = tree("{\"a\":[4,{\"b\":3},1],\"d\":1}");
	int rc = ENT_ENOMEM;

	(void)state;
	for (size_t limit = 0; rc == ENT_ENOMEM; limit += 16) {
		struct ent_arena *a = ent_arena_new(limit);
		struct ent_diff d;

		rc = ent_stix_diff(a, v, w, &d, NULL);
		ent_arena_free(a);
		assert_true(limit < 1 << 20);
	}
	assert_int_equal(rc, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_what_is_different),
		cmocka_unit_test(counts_what_it_does_not_keep),
		cmocka_unit_test(time_grows_with_the_size),
		cmocka_unit_test(survives_every_arena_limit),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_match.c - patterns against observed data: values, paths, what a hit names, and what
 * costs.
 */
#include <time.h>

#include "test.h"

#include "base/buf.h"
#include "base/limits.h"
#include "pattern/match.h"

static struct ent_arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = ent_arena_new((size_t)256 << 20);
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
run(struct ent_str pattern, struct ent_str bundles, struct ent_hits *hits, struct ent_err *err)
{
	struct ent_observations o;
	struct ent_pat_node *tree;
	struct ent_matcher *m = NULL;
	const struct ent_json *v;
	int rc;

	if (ent_pattern_parse(arena, pattern, ENT_PAT_21, &tree, NULL, err) ||
	    ent_json_parse(arena, bundles, ENT_JSON_DEPTH, &v, err))
		fail_msg("%s: %.*s", err->msg, ENT_FMT(pattern));
	rc = ent_matcher_new(tree, &m, err);
	if (rc)
		return rc;
	rc = ent_observations_read(arena, v, &o, err);
	if (rc == 0)
		rc = ent_match(m, &o, arena, hits, err);
	ent_matcher_free(m);
	return rc;
}

#define BUNDLE(refs, objects)                                                                  \
	"[{\"type\":\"bundle\",\"objects\":[{\"type\":\"observed-data\",\"first_observed\":"   \
	"\"2026-01-01T00:00:00Z\",\"last_observed\":\"2026-01-01T00:00:00Z\","                 \
	"\"number_observed\":1,\"object_refs\":[" refs "]}," objects "]}]"

static const char object[] = BUNDLE(
    "\"a--1\",\"a--2\",\"i--1\"",
    "{\"type\":\"a\",\"id\":\"a--1\",\"n\":5,\"f\":2.5,\"t\":true,\"s\":\"ab\\ncd\","
    "\"u\":\"\\u00e4x\",\"e\":\"\",\"l\":[1,2,\"x\"],\"d\":{\"k-1\":{\"m\":7}},"
    "\"x_hex\":\"4d5a\",\"p_bin\":\"TVo=\",\"bad_hex\":\"4d5\",\"x_ref\":\"a--2\","
    "\"away_ref\":\"a--3\",\"y_refs\":[\"a--2\",\"a--1\"],"
    "\"big\":9007199254740991,\"when\":\"2026-01-01T00:00:00.50Z\"},"
    "{\"type\":\"a\",\"id\":\"a--2\",\"n\":6,\"x_ref\":\"a--1\"},"
    "{\"type\":\"a\",\"id\":\"a--3\",\"n\":9},"
    "{\"type\":\"i\",\"id\":\"i--1\",\"v4\":\"198.51.100.7\",\"net\":\"198.51.100.0/27\","
    "\"v6\":\"2001:db8::1\",\"s\":\"host\"}");

static void
compares_values_as_the_standard_says(void **state)
{
	static const struct {
		const char *test;
		int want;
	} cases[] = {
		/* clang-format off */
		{ "a:n = 5", 1 }, { "a:n = 5.0", 1 }, { "a:n = +5", 1 }, { "a:f = 2.5", 1 }, { "a:f > 2", 1 },
		{ "a:big < 9007199254740992", 1 }, { "a:big = 9007199254740992", 0 },
		{ "a:n < 99999999999999999999999", 1 }, { "a:n > -.5", 1 },
		{ "a:t = true", 1 }, { "a:t = 1", 0 }, { "a:t != 1", 1 }, { "a:n = '5'", 0 }, { "a:n != '5'", 1 },
		{ "a:n NOT != '5'", 0 }, { "a:n < '6'", 0 }, { "a:n NOT < '6'", 1 },
		{ "a:none != 1", 0 }, { "a:none NOT = 1", 0 }, { "a:none NOT LIKE '%'", 0 }, { "b:n != 1", 0 },
		{ "a:s LIKE 'ab%cd'", 1 }, { "a:s LIKE 'ab_cd'", 1 }, { "a:s LIKE 'b%'", 0 }, { "a:s LIKE '%'", 1 },
		{ "a:u LIKE '_x'", 1 }, { "a:u LIKE '__x'", 0 }, { "a:u MATCHES '^.x$'", 1 }, { "a:e LIKE ''", 1 },
		{ "a:e = ''", 1 }, { "a:e MATCHES '^$'", 1 }, { "a:e IN ('', 'b')", 1 },
		{ "a:s MATCHES 'b.c'", 1 }, { "a:s MATCHES 'B'", 0 }, { "a:s MATCHES '(?i)B'", 1 },
		{ "a:n MATCHES '5'", 0 }, { "a:n NOT MATCHES '5'", 1 },
		{ "a:x_hex = 'MZ'", 1 }, { "a:x_hex = '4d5a'", 0 }, { "a:x_hex = h'4D5A'", 1 }, { "a:p_bin = b'TVo='", 1 },
		{ "a:p_bin LIKE 'M_'", 1 }, { "a:p_bin MATCHES '^MZ$'", 1 }, { "a:x_hex != '\xc4\x83'", 1 },
		{ "a:bad_hex = h'4d'", 0 }, { "a:bad_hex != h'4d'", 1 }, { "a:s = h'61620a6364'", 1 },
		{ "a:x_hex IN (h'00', h'4d5a')", 1 }, { "a:n IN ()", 0 }, { "a:n NOT IN ()", 1 },
		{ "a:when = t'2026-01-01T00:00:00.5Z'", 1 }, { "a:when = '2026-01-01T00:00:00.5Z'", 0 },
		{ "a:when < t'2026-01-01T00:00:00.5000000001Z'", 1 },
		{ "a:s = t'2026-01-01T00:00:00Z'", ENT_EUNUSABLE },
		{ "a:n = 5 OR a:s = t'2026-01-01T00:00:00Z'", ENT_EUNUSABLE },
		{ "a:n = t'2026-01-01T00:00:00Z'", 0 },
		{ "i:v4 ISSUBSET '198.51.100.0/24'", 1 }, { "i:v4 ISSUBSET '0.0.0.0/0'", 1 }, { "i:v4 ISSUBSET '198.51.100.7'", 1 },
		{ "i:net ISSUBSET '198.51.100.0/27'", 1 }, { "i:net ISSUBSET '198.51.100.0/28'", 0 },
		{ "i:net ISSUPERSET '198.51.100.9/32'", 1 }, { "i:v6 ISSUBSET '2001:db8::/33'", 1 },
		{ "i:v6 ISSUBSET '2001:db8:8000::/33'", 0 }, { "i:v6 ISSUBSET '::/0'", 1 }, { "i:v6 ISSUBSET '0.0.0.0/0'", 0 },
		{ "i:s ISSUBSET '::/0'", 0 }, { "i:s NOT ISSUBSET '::/0'", 1 },
		{ "i:v4 ISSUBSET '198.51.100.0/33'", ENT_EINVAL }, { "i:v4 ISSUBSET 'x'", ENT_EINVAL },
		{ "a:s MATCHES '('", ENT_EINVAL },
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ent_err err = { 0 };
		struct ent_str p = ent_arena_printf(arena, "[%s]", cases[i].test);
		int got = run(p, ent_str_c(object), NULL, &err);

		if (got != cases[i].want)
			fail_msg("%s: %d %s", cases[i].test, got, err.msg);
	}
}

static void
follows_paths_through_lists_dictionaries_and_references(void **state)
{
	static const struct {
		const char *test;
		int want;
	} cases[] = {
		/* clang-format off */
		{ "a:l[0] = 1", 1 }, { "a:l[2] = 'x'", 1 }, { "a:l[3] = 1", 0 }, { "a:l[-1] = 'x'", 0 },
		{ "a:l[99999999999999999999999] = 1", 0 }, { "a:l[*] = 2", 1 }, { "a:l[*] != 2", 1 },
		{ "a:l = 1", 0 }, { "a:l != 1", 0 }, { "a:n[0] = 5", 0 }, { "a:n[*] = 5", 0 },
		{ "a:d.'k-1'.m = 7", 1 }, { "a:d[*] = 7", 0 }, { "a:d = 7", 0 }, { "a:d NOT = 7", 0 },
		{ "a:x_ref.n = 6", 1 }, { "a:x_ref.x_ref.n = 5", 1 }, { "a:away_ref.n = 9", 0 }, { "a:n = 9", 0 },
		{ "a:y_refs[*].n = 6", 1 }, { "a:y_refs[1].s LIKE 'ab%'", 1 }, { "a:y_refs.n = 6", 0 },
		{ "a:x_ref = 'a--2'", 0 }, { "a:x_ref != 'a--2'", 0 }, { "a:n = 5 AND a:x_ref.n = 6", 1 },
		{ "a:n = 5 AND a:x_ref.n = 5", 0 },
		{ "EXISTS a:x_ref", 1 }, { "EXISTS a:l", 1 }, { "EXISTS a:away_ref", 1 }, { "EXISTS a:away_ref.n", 0 },
		{ "NOT EXISTS a:none", 1 }, { "NOT EXISTS a:n", 0 }, { "NOT EXISTS b:n", 0 }, { "NOT EXISTS a:l", 1 },
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ent_err err = { 0 };
		struct ent_str p = ent_arena_printf(arena, "[%s]", cases[i].test);
		int got = run(p, ent_str_c(object), NULL, &err);

		if (got != cases[i].want)
			fail_msg("%s: %d %s", cases[i].test, got, err.msg);
	}
}

static void
refuses_data_that_are_no_observations(void **state)
{
	static const struct {
		const char *data, *says;
	} cases[] = {
		{ "{}", "no list of bundles" },
		{ "[{\"type\":\"file\"}]", "observed data 0: this is no bundle" },
		{ "[{\"type\":\"bundle\",\"objects\":3}]", "no bundle" },
		{ "[{\"type\":\"bundle\",\"objects\":[{\"type\":\"observed-data\"}]}]",
		  "first_observed" },
		{ "[{\"type\":\"bundle\",\"objects\":[{\"type\":\"observed-data\","
		  "\"first_observed\":\"2026-01-02T00:00:00Z\","
		  "\"last_observed\":\"2026-01-01T00:00:00Z\"}]}]",
		  "is before its" },
		{ "[{\"type\":\"bundle\",\"objects\":[{\"type\":\"observed-data\","
		  "\"first_observed\":\"2026-01-01T00:00:00Z\","
		  "\"last_observed\":\"2026-01-01T00:00:00Z\",\"number_observed\":0}]}]",
		  "number_observed" },
		{ "[{\"type\":\"bundle\",\"objects\":[{\"type\":\"observed-data\","
		  "\"first_observed\":\"2026-01-01T00:00:00Z\","
		  "\"last_observed\":\"2026-01-01T00:00:00Z\",\"number_observed\":1}]}]",
		  "without object_refs" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ent_err err = { 0 };

		assert_int_equal(
		    run(ENT_STR("[a:n = 1]"), ent_str_c(cases[i].data), NULL, &err),
		    ENT_EPARSE);
		if (!strstr(err.msg, cases[i].says))
			fail_msg("%s: %s", cases[i].data, err.msg);
	}
}

static void
takes_the_deprecated_form_of_observed_data(void **state)
{
	static const char old[] =
	    "[{\"type\":\"bundle\",\"objects\":[{\"type\":\"observed-data\",\"first_observed\":"
	    "\"2026-01-01T00:00:00Z\",\"last_observed\":\"2026-01-01T00:00:00Z\","
	    "\"number_observed\":1,\"objects\":{\"0\":{\"type\":\"n\",\"src_ref\":\"1\"},"
	    "\"1\":{\"type\":\"i\",\"value\":\"198.51.100.1\"}}}]}]";
	struct ent_err err = { 0 };

	(void)state;
	assert_int_equal(
	    run(ENT_STR("[n:src_ref.value = '198.51.100.1']"), ent_str_c(old), NULL, &err), 1);
}

/* ---- many observations ---- */

/* n observations, the i-th of them step * i seconds after the first; each has "n": i and
 * references to all objects of a ring that it brings. */
static struct ent_str
stream(size_t n, unsigned step)
{
	struct ent_buf b;
	struct ent_str out;

	ent_buf_init(&b, (size_t)64 << 20);
	for (size_t i = 0; i < n; i++) {
		unsigned long at = step * i;
		char when[40];

		(void)snprintf(when, sizeof(when), "2026-01-%02luT%02lu:%02lu:%02luZ",
		               1 + at / 86400 % 28, at / 3600 % 24, at / 60 % 60, at % 60);
		ent_buf_printf(
		    &b,
		    "%s{\"type\":\"bundle\",\"objects\":[{\"type\":\"observed-data\","
		    "\"first_observed\":\"%s\",\"last_observed\":\"%s\","
		    "\"number_observed\":1,\"object_refs\":[\"0\"]},{\"type\":\"a\","
		    "\"id\":\"0\",\"n\":%zu,\"m\":%zu}]}",
		    i ? "," : "[", when, when, i, i % 3);
	}
	ent_buf_c(&b, "]");
	out = ent_buf_done(&b, arena);
	ent_buf_release(&b);
	assert_non_null(out.p);
	return out;
}

static void
names_the_observations_that_made_a_hit(void **state)
{
	struct ent_str data = stream(10, 1);
	struct ent_hits h;
	struct ent_err err = { 0 };
	size_t seen = 0;

	(void)state;
	assert_int_equal(run(ENT_STR("[a:n = 3] FOLLOWEDBY [a:n = 7]"), data, &h, &err), 1);
	assert_int_equal(h.n, 2);
	for (size_t i = 0; i < h.n; i++)
		seen |= (size_t)(h.list[i].pos ? 2 : 1) << h.list[i].observed;
	assert_int_equal(seen, 1 << 3 | 2 << 7);
	assert_int_equal(
	    run(ENT_STR("[a:n >= 0] REPEATS 4 TIMES WITHIN 3 SECONDS"), data, &h, &err), 1);
	assert_int_equal(h.n, 4);
	assert_int_equal(run(ENT_STR("[a:n = 7] FOLLOWEDBY [a:n = 3]"), data, &h, &err), 0);
	assert_int_equal(h.n, 0);
}

static double
seconds(const char *pattern, size_t n, int want)
{
	struct ent_str data = stream(n, 1);
	struct ent_err err = { 0 };
	struct ent_observations o;
	struct ent_pat_node *tree;
	struct ent_matcher *m = NULL;
	const struct ent_json *v;
	double best = 1e9;

	assert_int_equal(
	    ent_pattern_parse(arena, ent_str_c(pattern), ENT_PAT_21, &tree, NULL, &err), 0);
	assert_int_equal(ent_json_parse(arena, data, ENT_JSON_DEPTH, &v, &err), 0);
	assert_int_equal(ent_observations_read(arena, v, &o, &err), 0);
	assert_int_equal(ent_matcher_new(tree, &m, &err), 0);
	for (int i = 0; i < 3; i++) {
		clock_t t = clock();
		int got = ent_match(m, &o, arena, NULL, &err);
		double s;

		if (got != want)
			fail_msg("%s: %d %s", pattern, got, err.msg);
		s = (double)(clock() - t) / CLOCKS_PER_SEC;
		best = s < best ? s : best;
	}
	ent_matcher_free(m);
	return best;
}

/* Each doubles with every observation where all combinations are made. */
static void
grows_at_most_with_the_square(void **state)
{
	static const struct {
		const char *pattern;
		size_t n;
		int want;
	} cases[] = {
		{ "[a:n >= 0] REPEATS 10 TIMES WITHIN 8 SECONDS", 500, 0 },
		{ "[a:n >= 0] REPEATS 10 TIMES WITHIN 9 SECONDS", 500, 1 },
		{ "([a:m = 0] AND [a:m = 1]) WITHIN 1 SECONDS REPEATS 20 TIMES", 200, 1 },
		{ "([a:m = 0] AND [a:m = 1]) WITHIN 1 SECONDS REPEATS 400 TIMES", 200, 0 },
		{ "([a:m = 2] FOLLOWEDBY [a:m = 0]) WITHIN 1 SECONDS REPEATS 267 TIMES", 200,
		  0 },
		{ "([a:m = 0] FOLLOWEDBY [a:m < 2]) WITHIN 1 SECONDS REPEATS 20 TIMES", 200,
		  1 },
		{ "([a:m = 0] AND [a:m = 0] AND [a:m >= 0]) WITHIN 2 SECONDS", 200, 0 },
		{ "[a:n >= 0] AND [a:n >= 0] AND [a:n >= 0] AND [a:n >= 0] AND [a:n >= 0] AND "
		  "[a:n >= 0] AND [a:n >= 0] AND [a:n >= 0] AND [a:n >= 0] AND [a:n = -1]",
		  500, 0 },
		{ "([a:n >= 0] FOLLOWEDBY [a:n >= 1]) REPEATS 50 TIMES", 200, 1 },
		{ "[a:n >= 0] FOLLOWEDBY [a:n >= 0] FOLLOWEDBY [a:n >= 0] FOLLOWEDBY [a:n >= "
		  "0] "
		  "FOLLOWEDBY [a:n >= 0] FOLLOWEDBY [a:n >= 0] FOLLOWEDBY [a:n >= 0]",
		  500, 1 },
		{ "[a:n >= 0] REPEATS 9999 TIMES AND [a:n >= 0]", 500, 0 },
		{ "([a:n >= 0] FOLLOWEDBY [a:n >= 1]) WITHIN 3 SECONDS REPEATS 10 TIMES", 500,
		  1 },
		{ "([a:n >= 0] FOLLOWEDBY [a:n >= 1]) REPEATS 29 TIMES WITHIN 60 SECONDS", 500,
		  1 },
		{ "([a:n >= 0] FOLLOWEDBY [a:n >= 1]) REPEATS 32 TIMES WITHIN 60 SECONDS", 500,
		  0 },
		{ "([a:n >= 0] FOLLOWEDBY [a:n >= 1] FOLLOWEDBY [a:n >= 0]) WITHIN 1 SECONDS",
		  500, 0 },
		{ "([a:n >= 0] AND [a:m = 0]) WITHIN 3 SECONDS REPEATS 100 TIMES", 500, 1 },
		{ "[a:m = 0] FOLLOWEDBY [a:m = 1] FOLLOWEDBY [a:m = 2] FOLLOWEDBY [a:n = 0]",
		  500, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		double small = seconds(cases[i].pattern, cases[i].n, cases[i].want);
		double large = seconds(cases[i].pattern, cases[i].n * 4, cases[i].want);

		print_message("%7.2f ms %8.2f ms  %s\n", small * 1e3, large * 1e3,
		              cases[i].pattern);
		/* 16 times, and room for a busy machine */
		if (large > 40 * small + .05)
			fail_msg("%s: %g s, then %g s", cases[i].pattern, small, large);
	}
}

static void
follows_each_reference_once_a_step(void **state)
{
	enum { N = 40, STEPS = 60 };
	struct ent_buf refs, b, p;
	struct ent_err err = { 0 };
	clock_t t;

	(void)state;
	ent_buf_init(&refs, 1 << 20);
	ent_buf_init(&b, 1 << 20);
	ent_buf_init(&p, 1 << 20);
	for (unsigned i = 0; i < N; i++)
		ent_buf_printf(&refs, "%s\"a--%u\"", i ? "," : "", i);
	ent_buf_printf(&b,
	               "[{\"type\":\"bundle\",\"objects\":[{\"type\":\"observed-data\","
	               "\"first_observed\":\"2026-01-01T00:00:00Z\",\"last_observed\":"
	               "\"2026-01-01T00:00:00Z\",\"number_observed\":1,\"object_refs\":[%.*s]}",
	               ENT_FMT(ent_buf_view(&refs)));
	for (unsigned i = 0; i < N; i++)
		ent_buf_printf(&b, ",{\"type\":\"a\",\"id\":\"a--%u\",\"k_refs\":[%.*s]}", i,
		               ENT_FMT(ent_buf_view(&refs)));
	ent_buf_c(&b, "]}]");
	ent_buf_c(&p, "[a:");
	for (unsigned i = 0; i < STEPS; i++)
		ent_buf_c(&p, "k_refs[*].");
	ent_buf_c(&p, "n = 1]");
	t = clock();
	assert_int_equal(run(ent_buf_view(&p), ent_buf_view(&b), NULL, &err), 0);
	assert_true(clock() - t < 5 * CLOCKS_PER_SEC);
	ent_buf_release(&refs);
	ent_buf_release(&b);
	ent_buf_release(&p);
}

/* Triples of observations, each in several brackets: a question that has no short answer. */
static void
gives_up_what_takes_too_many_steps(void **state)
{
	struct ent_str data = stream(60, 1);
	struct ent_err err = { 0 };
	struct ent_buf p;
	unsigned x = 12345;
	clock_t t = clock();
	int rc;

	(void)state;
	ent_buf_init(&p, 1 << 20);
	for (unsigned i = 0; i < 20; i++) {
		ent_buf_c(&p, i ? " AND (" : "(");
		for (unsigned k = 0; k < 5; k++) {
			ent_buf_c(&p, k ? " OR (" : "(");
			for (unsigned j = 0; j < 3; j++) {
				x = x * 1103515245u + 12345u;
				ent_buf_printf(&p, "%s[a:n = %u]", j ? " AND " : "",
				               (x >> 16) % 60);
			}
			ent_buf_ch(&p, ')');
		}
		ent_buf_ch(&p, ')');
	}
	rc = run(ent_buf_view(&p), data, NULL, &err);
	if (rc != ENT_ELIMIT && rc != 0 && rc != 1)
		fail_msg("%d %s", rc, err.msg);
	assert_true(clock() - t < 20 * CLOCKS_PER_SEC);
	ent_buf_release(&p);
}

static void
bounds_regular_expressions_and_wildcards(void **state)
{
	enum { N = 20000 };
	struct ent_buf b;
	struct ent_err err = { 0 };
	clock_t t = clock();

	(void)state;
	ent_buf_init(&b, 1 << 20);
	ent_buf_c(&b, "[{\"type\":\"bundle\",\"objects\":[{\"type\":\"observed-data\","
	              "\"first_observed\":\"2026-01-01T00:00:00Z\",\"last_observed\":"
	              "\"2026-01-01T00:00:00Z\",\"number_observed\":1,\"object_refs\":[\"0\"]},"
	              "{\"type\":\"a\",\"id\":\"0\",\"s\":\"");
	for (unsigned i = 0; i < N; i++)
		ent_buf_ch(&b, 'a');
	ent_buf_c(&b, "!\"}]}]");
	assert_int_equal(run(ENT_STR("[a:s MATCHES '^(a+)+$']"), ent_buf_view(&b), NULL, &err),
	                 ENT_ELIMIT);
	assert_non_null(strstr(err.msg, "too many steps"));
	assert_int_equal(
	    run(ENT_STR("[a:s LIKE '%a%a%a%a%a%a%a%a%a%a%ab']"), ent_buf_view(&b), NULL, &err),
	    0);
	assert_true(clock() - t < 10 * CLOCKS_PER_SEC);
	ent_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares_values_as_the_standard_says),
		cmocka_unit_test(follows_paths_through_lists_dictionaries_and_references),
		cmocka_unit_test(refuses_data_that_are_no_observations),
		cmocka_unit_test(takes_the_deprecated_form_of_observed_data),
		cmocka_unit_test(names_the_observations_that_made_a_hit),
		cmocka_unit_test(grows_at_most_with_the_square),
		cmocka_unit_test(follows_each_reference_once_a_step),
		cmocka_unit_test(gives_up_what_takes_too_many_steps),
		cmocka_unit_test(bounds_regular_expressions_and_wildcards),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

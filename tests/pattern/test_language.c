/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_language.c - patterns: what is read, how it prints, and what refusals say.
 */
#include "test.h"

#include "base/limits.h"
#include "pattern/pattern.h"

static struct ent_str
reprint(struct ent_arena *a, struct ent_str text)
{
	struct ent_pat_node *p = NULL;
	struct ent_err err = { 0 };

	if (ent_pattern_parse(a, text, ENT_PAT_21, &p, NULL, &err))
		fail_msg("%s: %.*s", err.msg, ENT_FMT(text));
	return ent_pattern_print(a, p, ENT_PAT_21);
}

static void
prints_one_spelling_that_reads_the_same(void **state)
{
	static const char *const cases[][2] = {
		{ "[ a : b==1 ]", "[a:b = 1]" },
		{ "[a:b<>1 or_not]", NULL },
		{ "[(a:b=1)]", "[a:b = 1]" },
		{ "[(a:b=1 OR a:c=2) AND a:d=3]", "[(a:b = 1 OR a:c = 2) AND a:d = 3]" },
		{ "[a:b=1 OR (a:c=2 AND a:d=3)]", "[a:b = 1 OR a:c = 2 AND a:d = 3]" },
		{ "[a:'b'.'c-d'.'AND'[*][-1]=1]", "[a:b.'c-d'.'AND'[*][-1] = 1]" },
		{ "[a:b='\\\\ \\'']", "[a:b = '\\\\ \\'']" },
		{ "([a:b=1] WITHIN 5 SECONDS) WITHIN 6 SECONDS",
		  "([a:b = 1] WITHIN 5 SECONDS) WITHIN 6 SECONDS" },
		{ "[a:b=1] REPEATS 2 TIMES WITHIN .5 SECONDS",
		  "[a:b = 1] REPEATS 2 TIMES WITHIN .5 SECONDS" },
		{ "[a:b=1] AND ([a:b=2] FOLLOWEDBY [a:b=3])",
		  "[a:b = 1] AND ([a:b = 2] FOLLOWEDBY [a:b = 3])" },
		{ "[NOT EXISTS a:b] // and a comment", "[NOT EXISTS a:b]" },
		{ "[a:b IN ()] OR [a:b NOT IN(h'',true)]", NULL },
		{ "[a:b IN (1,2.5)]", "[a:b IN (1, 2.5)]" },
	};
	struct ent_arena *a = ent_arena_new((size_t)1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ent_str text = ent_str_c(cases[i][0]), once;
		struct ent_pat_node *p;

		if (!cases[i][1]) {
			assert_int_equal(ent_pattern_parse(a, text, ENT_PAT_21, &p, NULL, NULL),
			                 ENT_EPARSE);
			continue;
		}
		once = reprint(a, text);
		assert_str(once, cases[i][1]);
		assert_str(reprint(a, once), cases[i][1]);
	}
	ent_arena_free(a);
}

static void
says_where_and_what_was_expected(void **state)
{
	static const struct {
		const char *text;
		size_t pos;
		const char *says;
	} cases[] = {
		{ "", 0, "expected [ or (, but the pattern ends here" },
		{ "[a:b = ]", 7, "line 1, column 8: expected a value" },
		{ "[a:b = 1]\n[", 10, "line 2, column 1: expected AND, OR, FOLLOWEDBY" },
		{ "[a:b = \"x\"]", 7, "single quotes" },
		{ "[a:b = 'x\\n']", 9, "must be doubled" },
		{ "[a:b = 'x]", 7, "no closing quote" },
		{ "[a:b = 007]", 7, "may not begin with 0" },
		{ "[a:b-c = 1]", 3, "must stand in quotes" },
		{ "[a:IN = 1]", 3, "must be quoted" },
		{ "[a:b = 1 AND c:d = 1]", 1, "no object has all of these types" },
		{ "[(a:b=1 OR b:c=1) AND (c:d=1 OR d:e=1)]", 2, "no object has" },
		{ "[file:hashes.'SHA-256' = 'f00']", 25, "64 hexadecimal digits" },
		{ "[a:b = 1] WITHIN 0 SECONDS", 17, "above zero" },
		{ "[a:b = 1] REPEATS 0 TIMES", 18, "above zero" },
		{ "[a:b = 1] WITHIN 1 SECONDS WITHIN 2 SECONDS", 27, "may stand once" },
		{ "[a:b IN (1, 'x')]", 12, "of one type" },
		{ "[a:b = h'abc']", 7, "pairs of hexadecimal" },
		{ "[a:b = b'']", 7, "base64" },
		{ "[a:b = t'2024-13-01T12:00:00Z']", 7, "holds a time" },
		{ "[a:b > true]", 7, "no order" },
		{ "[a:b = 1 /* ", 9, "comment has no end" },
		{ "\xc3\xa4 \xff", 3, "not UTF-8" },
	};
	struct ent_arena *a = ent_arena_new((size_t)1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ent_pat_node *p;
		struct ent_err err = { 0 };
		size_t pos = 0;

		assert_int_equal(
		    ent_pattern_parse(a, ent_str_c(cases[i].text), ENT_PAT_21, &p, &pos, &err),
		    ENT_EPARSE);
		if (!strstr(err.msg, cases[i].says) || pos != cases[i].pos)
			fail_msg("%s at %zu: %s", cases[i].text, pos, err.msg);
	}
	ent_arena_free(a);
}

static void
holds_each_version_to_its_grammar(void **state)
{
	static const struct {
		const char *text;
		bool in20, in21;
	} cases[] = {
		{ "[EXISTS a:b]", false, true },
		{ "[a:b = 1] START '2026-01-01T00:00:00Z' STOP '2026-01-02T00:00:00Z'", true,
		  false },
		{ "[a:b = 1] START t'2026-01-01T00:00:00Z' STOP t'2026-01-02T00:00:00Z'", true,
		  true },
	};
	struct ent_arena *a = ent_arena_new((size_t)1 << 20);
	struct ent_pat_node *p;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ent_str text = ent_str_c(cases[i].text);

		assert_int_equal(ent_pattern_parse(a, text, ENT_PAT_20, &p, NULL, NULL) == 0,
		                 cases[i].in20);
		assert_int_equal(ent_pattern_parse(a, text, ENT_PAT_21, &p, NULL, NULL) == 0,
		                 cases[i].in21);
	}
	ent_arena_free(a);
}

static void
puts_a_caret_under_the_place(void **state)
{
	struct ent_arena *a = ent_arena_new((size_t)1 << 20);

	(void)state;
	assert_str(ent_pattern_caret(a, ENT_STR("x\n\xc3\xa4\tbc\ny"), 5), "\xc3\xa4 bc\n  ^");
	assert_str(ent_pattern_caret(a, ENT_STR(""), 0), "\n^");
	ent_arena_free(a);
}

static void
says_in_plain_words_what_is_looked_for(void **state)
{
	static const char *const cases[][2] = {
		{ "[file:hashes.MD5 IN ('00000000000000000000000000000000')]",
		  "an observation with an object of type file: hashes, its MD5 is one of "
		  "\"00000000000000000000000000000000\"" },
		{ "[NOT EXISTS a:b[*].c]", "an observation with an object of type a: b, any of "
		                           "them, its c is not there" },
		{ "([a:b = 1 AND a:c NOT LIKE 'x%'] FOLLOWEDBY [a:d[0] > "
		  "t'2026-01-01T00:00:00Z'])"
		  " WITHIN 5 SECONDS REPEATS 2 TIMES",
		  "within 5 seconds; that at least 2 times, by different observations:\n"
		  "  in this order, by different observations:\n"
		  "    an observation with an object for which\n"
		  "      all of these hold:\n"
		  "        of type a: b is 1\n"
		  "        of type a: c is there and is not like (% any run, _ one character) "
		  "\"x%\"\n"
		  "    an observation with an object of type a: d, number 0 of them (from 0) "
		  "is "
		  "above the time 2026-01-01T00:00:00Z" },
	};
	struct ent_arena *a = ent_arena_new((size_t)1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ent_pat_node *p = NULL;

		assert_int_equal(
		    ent_pattern_parse(a, ent_str_c(cases[i][0]), ENT_PAT_21, &p, NULL, NULL),
		    0);
		assert_str(ent_pattern_explain(a, p), cases[i][1]);
	}
	ent_arena_free(a);
}

static void
takes_a_qualifier_again_where_that_is_asked_for(void **state)
{
	struct ent_str twice = ENT_STR("[a:b = 1] REPEATS 2 TIMES REPEATS 3 TIMES");
	struct ent_arena *a = ent_arena_new((size_t)1 << 20);
	struct ent_pat_node *p = NULL;

	(void)state;
	assert_int_equal(ent_pattern_parse(a, twice, ENT_PAT_21, &p, NULL, NULL), ENT_EPARSE);
	assert_int_equal(ent_pattern_parse_loose(a, twice, ENT_PAT_21, &p, NULL, NULL), 0);
	assert_str(ent_pattern_print(a, p, ENT_PAT_21),
	           "([a:b = 1] REPEATS 2 TIMES) REPEATS 3 TIMES");
	ent_arena_free(a);
}

static void
refuses_what_is_too_deep_or_too_long(void **state)
{
	struct ent_arena *a = ent_arena_new((size_t)1 << 20);
	struct ent_pat_node *p;
	char *text = calloc(1, ENT_PATTERN_MAX + 1);

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < 2; i++) {
		memset(text, '(', 10000);
		text[0] = i ? '[' : '(';
		assert_int_equal(ent_pattern_parse(a, (struct ent_str){ text, 10000 },
		                                   ENT_PAT_21, &p, NULL, NULL),
		                 ENT_ELIMIT);
	}
	assert_int_equal(ent_pattern_parse(a, (struct ent_str){ text, ENT_PATTERN_MAX + 1 },
	                                   ENT_PAT_21, &p, NULL, NULL),
	                 ENT_ELIMIT);
	free(text);
	ent_arena_free(a);
}

static void
survives_every_arena_limit(void **state)
{
	struct ent_str text =
	    ENT_STR("([a:'b\\'c'[*] IN (1, 2) AND (a:d = 'x\\\\' OR a:e > 1)] "
	            "FOLLOWEDBY [c:d = 1]) WITHIN 5 SECONDS");
	struct ent_pat_node *p;
	int rc = ENT_ENOMEM;

	(void)state;
	for (size_t limit = 0; rc == ENT_ENOMEM; limit += 16) {
		struct ent_arena *a = ent_arena_new(limit);

		if (a)
			rc = ent_pattern_parse(a, text, ENT_PAT_21, &p, NULL, NULL);
		ent_arena_free(a);
	}
	assert_int_equal(rc, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prints_one_spelling_that_reads_the_same),
		cmocka_unit_test(says_where_and_what_was_expected),
		cmocka_unit_test(holds_each_version_to_its_grammar),
		cmocka_unit_test(puts_a_caret_under_the_place),
		cmocka_unit_test(says_in_plain_words_what_is_looked_for),
		cmocka_unit_test(takes_a_qualifier_again_where_that_is_asked_for),
		cmocka_unit_test(refuses_what_is_too_deep_or_too_long),
		cmocka_unit_test(survives_every_arena_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

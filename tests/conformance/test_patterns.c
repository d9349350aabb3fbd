/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_patterns.c - the pattern language against the judged patterns.
 */
#include "cases.h"

#include "pattern/pattern.h"

#define CASES 812

/* Cases that the references accept and that are refused here on purpose. */
static const struct {
	const char *id, *why;
} argued[] = {
	{ "pat-b9a64961e0", "AND over two object types, as in the cases marked as disputed" },
	{ "pat-8ef25ad4f5", "WITHIN twice; parentheses before both don't part them" },
	{ "pat-ff80d2267e", "REPEATS twice; parentheses before both don't part them" },
	{ "pat-983fe34ba8", "30 February is no time" },
	{ "pat-c3e918d36e", "31 April is no time" },
	{ "pat-d26a494f00", "29 February 2023 is no time" },
	{ "pat-d177ed13a6", "a set of a number and a boolean" },
	{ "pat-aac16d0c1d", "a set of numbers and a boolean" },
	{ "pat-b6e3965797", "a set of numbers and a boolean" },
	{ "pat-fb60c46887", "WITHIN 0 SECONDS: a window must be above zero" },
};

static bool
is_argued(struct ent_str id)
{
	for (size_t i = 0; i < sizeof(argued) / sizeof(*argued); i++)
		if (ent_str_is(id, argued[i].id))
			return true;
	return false;
}

static void
judges_patterns_as_the_standard_does(void **state)
{
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	struct ent_str text = data_text(a, "conformance/stix/patterns-valid.jsonl");
	const struct ent_json *c;
	size_t cases = 0, disputed = 0, wrong = 0, ours_alone = 0;

	(void)state;
	if (!text.p) {
		ent_arena_free(a);
		skip();
	}
	while ((c = data_case(a, &text))) {
		struct ent_str pattern = ent_json_getstr(c, "pattern"), once;
		struct ent_pat_node *p, *q;
		struct ent_err err = { 0 };
		bool valid = false, ours;

		assert_true(ent_json_bool(ent_json_getc(c, "valid"), &valid));
		ours = !ent_pattern_parse(a, pattern, ENT_PAT_21, &p, NULL, &err);
		disputed += is_disputed(c);
		cases++;
		if (is_argued(ent_json_getstr(c, "id"))) {
			assert_true(valid && !ours);
			ours_alone++;
		} else if (ours != valid) {
			wrong++;
			print_message("%.*s: %.*s: %s\n", ENT_FMT(ent_json_getstr(c, "id")),
			              ENT_FMT(pattern), err.msg);
		}
		if (!ours)
			continue;
		once = ent_pattern_print(a, p, ENT_PAT_21);
		assert_non_null(once.p);
		assert_int_equal(ent_pattern_parse(a, once, ENT_PAT_21, &q, NULL, &err), 0);
		assert_true(ent_str_eq(ent_pattern_print(a, q, ENT_PAT_21), once));
	}
	print_message("%zu patterns, %zu of them disputed by the references, %zu differ\n",
	              cases, disputed, wrong);
	assert_int_equal(wrong, 0);
	assert_int_equal(cases, CASES);
	ent_arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_patterns_as_the_standard_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

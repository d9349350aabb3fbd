/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_matches.c - patterns against observed data: the judged cases.
 */
#include "cases.h"

#include "pattern/match.h"

#define CASES 423

/* 1, 0, or an error where pattern or data can't be evaluated. */
static int
judge(struct ent_arena *a, const struct ent_json *c, struct ent_err *err)
{
	struct ent_observations o;
	struct ent_pat_node *p;
	struct ent_matcher *m = NULL;
	struct ent_hits hits = { NULL, 0 };
	/* Four cases have REPEATS twice, which patterns-valid.jsonl calls invalid. */
	int rc = ent_pattern_parse_loose(a, ent_json_getstr(c, "pattern"), ENT_PAT_21, &p, NULL,
	                                 err);

	if (rc == 0)
		rc = ent_matcher_new(p, &m, err);
	if (rc == 0)
		rc = ent_observations_read(a, ent_json_getc(c, "observed_data"), &o, err);
	if (rc == 0) {
		rc = ent_match(m, &o, a, &hits, err);
		assert_int_equal(hits.n > 0, rc == 1);
		if (rc >= 0)
			assert_int_equal(ent_match(m, &o, a, NULL, err), rc);
	}
	ent_matcher_free(m);
	return rc;
}

static void
matches_as_the_standard_does(void **state)
{
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	struct ent_str text = data_text(a, "conformance/stix/matches.jsonl");
	const struct ent_json *c;
	size_t cases = 0, wrong = 0, errors = 0;

	(void)state;
	if (!text.p) {
		ent_arena_free(a);
		skip();
	}
	while ((c = data_case(a, &text))) {
		const struct ent_json *want = ent_json_getc(c, "matched");
		bool matched = false, known = ent_json_bool(want, &matched);
		struct ent_err err = { 0 };
		int rc = judge(a, c, &err);

		cases++;
		errors += !known;
		if (known ? rc == (int)matched : rc < 0)
			continue;
		wrong++;
		print_message("%.*s: %.*s: %d %s\n", ENT_FMT(ent_json_getstr(c, "id")),
		              ENT_FMT(ent_json_getstr(c, "pattern")), rc, err.msg);
	}
	print_message("%zu matches, %zu of them errors, %zu differ\n", cases, errors, wrong);
	assert_int_equal(wrong, 0);
	assert_int_equal(cases, CASES);
	ent_arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_as_the_standard_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

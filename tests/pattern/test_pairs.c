/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_pairs.c - random patterns on random observed data: the matcher agrees with one that
 * tries everything.  PAIRS says how many; the seed is fixed.
 */
#include "pairs.h"
#include "slow.h"
#include "test.h"

#include "base/limits.h"

struct tally {
	size_t matched, undecided, limits;
};

static void
one(struct dice *d, struct ent_arena *a, struct ent_buf *pattern, struct ent_buf *data,
    struct tally *t)
{
	struct ent_observations o;
	struct ent_matcher *m = NULL;
	struct ent_hits hits;
	struct ent_pat_node *tree;
	const struct ent_json *v;
	struct ent_err err = { 0 };
	struct slow slow = { &o };
	int want, got;

	ent_arena_reset(a);
	pairs_make(d, 5, pattern, data);
	if (ent_pattern_parse(a, ent_buf_view(pattern), ENT_PAT_21, &tree, NULL, &err) ||
	    ent_json_parse(a, ent_buf_view(data), ENT_JSON_DEPTH, &v, &err) ||
	    ent_observations_read(a, v, &o, &err) || ent_matcher_new(tree, &m, &err))
		fail_msg("%s: %.*s", err.msg, ENT_FMT(ent_buf_view(pattern)));
	got = ent_match(m, &o, a, &hits, &err);
	want = slow_match(&slow, tree);
	t->undecided += want < 0;
	t->limits += got == ENT_ELIMIT;
	t->matched += want == 1;
	if (want >= 0 && got != ENT_ELIMIT &&
	    (got != want || ent_match(m, &o, a, NULL, NULL) != want ||
	     (hits.n > 0) != (want == 1)))
		fail_msg("%d, not %d %s: %.*s\n%.*s", got, want, err.msg,
		         ENT_FMT(ent_buf_view(pattern)), ENT_FMT(ent_buf_view(data)));
	ent_matcher_free(m);
}

static void
agrees_with_one_that_tries_everything(void **state)
{
	const char *pairs = getenv("PAIRS");
	size_t n = pairs ? strtoul(pairs, NULL, 10) : 3000;
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	struct dice d = { .state = 0x9e3779b97f4a7c15 };
	struct ent_buf pattern, data;
	struct tally t = { 0 };

	(void)state;
	assert_non_null(a);
	ent_buf_init(&pattern, 1 << 20);
	ent_buf_init(&data, 1 << 20);
	for (size_t i = 0; i < n; i++)
		one(&d, a, &pattern, &data, &t);
	print_message(
	    "%zu pairs, %zu match, %zu too many for the slow one, %zu for the matcher\n", n,
	    t.matched, t.undecided, t.limits);
	assert_true(t.matched > n / 20 && t.matched < n - n / 20);
	assert_true(t.undecided + t.limits < n / 20);
	ent_buf_release(&pattern);
	ent_buf_release(&data);
	ent_arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_one_that_tries_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

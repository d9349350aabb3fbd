/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_rehearsal.c - parts of a rehearsal as they are carried: both nodes make one report of
 * them, and what is not signed by a party for this agreement is left out.
 */
#include "two.h"

#include "exchange/exchange_int.h"
#include "exchange/rehearsal.h"

static const struct ent_str none;

static void
suspend(struct two *t, int node, struct ent_str id)
{
	struct ent_err err;

	if (ent_agreement_act(t->x[node], t->a, id, ENT_ACT_SUSPEND, none, none, &err))
		fail_msg("%s", err.msg);
	if (two_tell(t, node, !node, id, &err))
		fail_msg("%s", err.msg);
}

static void
rehearse(struct two *t, int node, struct ent_str id)
{
	struct ent_rehearsal *r = ent_arena_alloc(t->a, sizeof(*r));
	struct ent_err err;

	if (ent_rehearse(t->x[node], t->a, id, NULL, NULL, r, &err))
		fail_msg("%s", err.msg);
	assert_true(ent_str_eq(r->by, two_party(node)));
}

static struct ent_rehearsal_report *
report(struct two *t, int node, struct ent_str id)
{
	struct ent_rehearsal_report *r = ent_arena_alloc(t->a, sizeof(*r));
	struct ent_err err;

	assert_non_null(r);
	if (ent_rehearsal_report(t->x[node], t->a, two_load(t, node, id), r, &err))
		fail_msg("%s", err.msg);
	return r;
}

static void
both_make_one_report(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_rehearsal_report *n, *s;
	struct ent_err err;

	suspend(t, NORTH, id);
	rehearse(t, SOUTH, id);
	assert_false(report(t, SOUTH, id)->complete);
	assert_int_equal(0, two_tell(t, SOUTH, NORTH, id, &err));
	rehearse(t, NORTH, id);
	/* lost once, then repeated */
	assert_false(report(t, SOUTH, id)->complete);
	for (int i = 0; i < 2; i++)
		assert_int_equal(0, two_tell(t, NORTH, SOUTH, id, &err));
	n = report(t, NORTH, id);
	s = report(t, SOUTH, id);
	assert_true(n->complete && s->complete);
	assert_true(ent_str_eq(n->json, s->json));
	assert_int_equal(64, n->sha256.n);
}

static void
one_for_another_suspension_does_not_count(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_err err;

	suspend(t, NORTH, id);
	rehearse(t, NORTH, id);
	rehearse(t, SOUTH, id);
	assert_int_equal(0, two_tell(t, NORTH, SOUTH, id, &err));
	assert_true(report(t, SOUTH, id)->complete);
	test_clock += HOUR;
	suspend(t, SOUTH, id);
	assert_null(report(t, SOUTH, id)->part[0].by.p);
	assert_null(report(t, SOUTH, id)->part[1].by.p);
}

/* ---- what a counterpart carries that is none ---- */

static const char suspensions[] =
    "[\"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"]";

/* A part signed by hand. */
static struct ent_str
by_hand(struct two *t, int signer, int by, struct ent_str agreement, const char *at,
        const char *waits)
{
	struct ent_str body, text;
	struct ent_err err;

	body = ent_arena_printf(
	    t->a,
	    "{\"v\":1,\"kind\":\"rehearsal\",\"by\":\"%.*s\",\"at\":\"%s\",\"agreement\":\"%.*"
	    "s\","
	    "\"document\":\"%064d\",\"suspensions\":%s,\"channel\":{\"waits\":%s,\"bytes\":0,"
	    "\"expired\":0,\"approval\":0,\"kept_back\":0,\"rules\":[]},\"keys\":[]}",
	    ENT_FMT(two_party(by)), at, ENT_FMT(agreement), 0, suspensions, waits);
	if (ent_envelope_make(t->a, ENT_ENV_DISPATCH, body, &t->keys[signer].key[ENT_KEY_SIGN],
	                      &text, NULL, &err))
		fail_msg("%s", err.msg);
	return text;
}

static size_t
carried(struct two *t, struct ent_str id, struct ent_str part)
{
	struct ent_str bundle = ent_arena_printf(
	    t->a, "{\"dispatches_first\":1,\"dispatches\":[%.*s]}", ENT_FMT(part));
	struct ent_statements_taken taken = { 0 };
	struct ent_err err;

	assert_non_null(bundle.p);
	if (ent_agreement_take(t->x[NORTH], t->a, id, two_party(SOUTH), bundle, &taken, &err))
		fail_msg("%s", err.msg);
	return taken.dispatches;
}

static void
what_is_no_part_is_left_out(void **state)
{
	static const char other[] = "00000000-0000-4000-8000-00000000000f";
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	const char *now = "2019-01-01T00:00:00.000Z";
	const struct {
		const char *what;
		size_t taken;
		struct ent_str part;
	} cases[] = {
		{ "whole", 1, by_hand(t, SOUTH, SOUTH, id, now, "3") },
		{ "known already", 0, by_hand(t, SOUTH, SOUTH, id, now, "3") },
		{ "signed by another", 0, by_hand(t, STRANGER, SOUTH, id, now, "4") },
		{ "by no party", 0, by_hand(t, STRANGER, STRANGER, id, now, "4") },
		{ "of another agreement", 0,
		  by_hand(t, SOUTH, SOUTH, ent_str_c(other), now, "4") },
		{ "of the day after tomorrow", 0,
		  by_hand(t, SOUTH, SOUTH, id, "2019-01-03T00:00:01.000Z", "4") },
		{ "a negative count", 0, by_hand(t, SOUTH, SOUTH, id, now, "-1") },
		{ "a count in words", 0, by_hand(t, SOUTH, SOUTH, id, now, "\"3\"") },
		{ "no envelope", 0, ent_str_c("{}") },
		{ "no object", 0, ent_str_c("7") },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (carried(t, id, cases[i].part) != cases[i].taken)
			fail_msg("%s", cases[i].what);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(both_make_one_report, two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(one_for_another_suspension_does_not_count,
		                                two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(what_is_no_part_is_left_out, two_setup,
		                                two_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

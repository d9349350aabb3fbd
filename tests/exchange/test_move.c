/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_move.c - every move from every stage, by both sides, against a list written apart from
 * the table.
 */
#include "exchange/move.h"
#include "test.h"

/* "o": the opener may, "x": the other side may; the stage that it leads to. */
struct allowed {
	const char *move, *who, *from, *to;
};
/* clang-format off */
static const struct allowed list[] = {
	{ "request", "ox", "none submitted told acknowledged clarification accepted working declined answered "
	  "reply-acknowledged evaluated outcome closed", "submitted" },
	{ "tip", "ox", "none", "told" },
	{ "acknowledge", "x", "submitted told", "acknowledged" },
	{ "clarify", "x", "submitted told acknowledged clarification accepted working", "clarification" },
	{ "explain", "o", "clarification", "acknowledged" },
	{ "accept", "x", "submitted acknowledged clarification accepted", "accepted" },
	{ "work", "x", "accepted", "working" },
	{ "decline", "x", "submitted acknowledged clarification accepted working", "declined" },
	{ "answer", "ox", "submitted told acknowledged clarification accepted working answered reply-acknowledged "
	  "evaluated outcome", "answered" },
	{ "thank", "ox", "answered reply-acknowledged told acknowledged evaluated outcome", "reply-acknowledged" },
	{ "evaluate", "ox", "answered reply-acknowledged told acknowledged outcome", "evaluated" },
	{ "outcome", "ox", "submitted told acknowledged clarification accepted working declined answered "
	  "reply-acknowledged evaluated outcome", "outcome" },
	{ "close", "o", "told declined answered reply-acknowledged evaluated outcome", "closed" },
	{ "withdraw", "o", "submitted told acknowledged clarification accepted working declined answered "
	  "reply-acknowledged evaluated outcome", "withdrawn" },
	{ "supersede", "o", "submitted told acknowledged clarification accepted working declined answered "
	  "reply-acknowledged evaluated outcome", "superseded" },
	{ "ask-consent", "ox", "submitted told acknowledged clarification accepted working declined answered "
	  "reply-acknowledged evaluated outcome", NULL },
	{ "give-consent", "ox", "submitted told acknowledged clarification accepted working declined answered "
	  "reply-acknowledged evaluated outcome", NULL },
	{ "refuse-consent", "ox", "submitted told acknowledged clarification accepted working declined answered "
	  "reply-acknowledged evaluated outcome", NULL },
	{ "correct", "ox", "submitted told acknowledged clarification accepted working declined answered "
	  "reply-acknowledged evaluated outcome", NULL },
	{ "remark", "ox", "none submitted told acknowledged clarification accepted working declined answered "
	  "reply-acknowledged evaluated outcome", NULL },
};
/* clang-format on */

static bool
has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = strstr(words, word); p; p = strstr(p + 1, word))
		if ((p == words || p[-1] == ' ') && (p[n] == ' ' || p[n] == 0))
			return true;
	return false;
}

static void
every_move_from_every_stage(void **state)
{
	size_t n = 0;

	(void)state;
	assert_int_equal(ENT_MOVES, sizeof(list) / sizeof(list[0]));
	for (int m = 0; m < ENT_MOVES; m++)
		for (int s = 0; s < ENT_STAGES; s++)
			for (int opener = 0; opener < 2; opener++) {
				const struct allowed *want = &list[m];
				enum ent_stage to;
				bool may =
				    strchr(want->who, opener ? 'o' : 'x') &&
				    has_word(want->from, ent_stage_name((enum ent_stage)s));
				const char *where = may && want->to
				                        ? want->to
				                        : ent_stage_name((enum ent_stage)s);

				assert_string_equal(want->move,
				                    ent_move_name((enum ent_move)m));
				if (ent_move_apply((enum ent_stage)s, (enum ent_move)m, opener,
				                   &to) != may ||
				    strcmp(ent_stage_name(to), where) != 0)
					fail_msg("%s from %s by the %s", want->move,
					         ent_stage_name((enum ent_stage)s),
					         opener ? "opener" : "other side");
				n++;
			}
	assert_int_equal(n, (size_t)ENT_MOVES * ENT_STAGES * 2);
}

static void
an_unknown_move_moves_nothing(void **state)
{
	enum ent_stage to;

	(void)state;
	assert_false(ent_move_apply(ENT_STAGE_SUBMITTED, ENT_MOVES, true, &to));
	assert_int_equal(to, ENT_STAGE_SUBMITTED);
}

static void
evaluations_are_of_one_scheme(void **state)
{
	static const struct {
		const char *scheme, *source, *information;
		bool ok;
	} cases[] = {
		{ "admiralty", "A", "1", true },    { "admiralty", "F", "6", true },
		{ "admiralty", "G", "1", false },   { "admiralty", "X", "1", false },
		{ "admiralty", "A", "7", false },   { "admiralty", "AB", "1", false },
		{ "europol-4x4", "X", "4", true },  { "europol-4x4", "D", "1", false },
		{ "europol-4x4", "A", "5", false }, { "europol-4x4", "", "1", false },
		{ "3x5x2", "A", "1", false },       { "", "A", "1", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (ent_evaluation_ok(ent_str_c(cases[i].scheme), ent_str_c(cases[i].source),
		                      ent_str_c(cases[i].information)) != cases[i].ok)
			fail_msg("case %zu", i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_move_from_every_stage),
		cmocka_unit_test(an_unknown_move_moves_nothing),
		cmocka_unit_test(evaluations_are_of_one_scheme),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

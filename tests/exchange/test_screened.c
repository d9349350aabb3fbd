/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_screened.c - what screening found is kept; a decision holds for what was seen.
 */
#include "two.h"

#include "exchange/screened.h"

static const struct ent_screened_query ann = { .name = { "Ann", 3 }, .birth = { "1957", 4 } };

#define HIT(o, b)                                                                              \
	{                                                                                      \
		.object = { o, sizeof(o) - 1 }, .name = { "N", 1 },                            \
		.band = { b, sizeof(b) - 1 }, .score = 0.9                                     \
	}
static const struct ent_screened_hit possible[] = { HIT("a", "possible") };
static const struct ent_screened_hit strong[] = { HIT("a", "strong") };
static const struct ent_screened_hit both[] = { HIT("a", "possible"), HIT("b", "possible") };

/* One run of a query, and what the record says then. */
enum verdict { NOBODY, HIT, CLEAR };
static const struct {
	const struct ent_screened_hit *hits;
	size_t n;
	enum verdict decided; /* after it */
	const char *news, *state;
} runs[] = {
	{ NULL, 0, NOBODY, "new", "clear" },
	{ NULL, 0, NOBODY, "same", "clear" },
	{ possible, 1, NOBODY, "more", "open" },
	{ possible, 1, CLEAR, "same", "open" },
	{ possible, 1, NOBODY, "same", "cleared" },
	{ strong, 1, NOBODY, "more", "open" }, /* more alike than when it was decided */
	{ possible, 1, NOBODY, "less", "cleared" },
	{ both, 2, HIT, "more", "open" }, /* somebody else */
	{ both, 2, NOBODY, "same", "hit" },
	{ possible, 1, NOBODY, "less", "hit" },
	{ NULL, 0, NOBODY, "less", "clear" },
	{ both, 2, NOBODY, "more", "hit" }, /* gone and come again: decided already */
};

static int
count(void *self, const struct ent_json *record, struct ent_err *err)
{
	(void)record;
	(void)err;
	++*(size_t *)self;
	return 0;
}

static void
a_decision_holds_for_what_was_seen(void **state)
{
	struct two *t = *state;
	const struct ent_json *record = NULL;
	size_t n = 0;

	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		struct ent_screened_found f = { .hits = runs[i].hits,
			                        .n = runs[i].n,
			                        .result = ENT_STR("possible") };
		enum ent_screened_news news;
		struct ent_str id;

		assert_int_equal(
		    ent_screened_keep(t->x[0], t->a, &ann, &f, &news, &record, NULL), 0);
		if (strcmp(ent_screened_news_name(news), runs[i].news) != 0)
			fail_msg("run %zu is %s", i, ent_screened_news_name(news));
		assert_str(ent_json_getstr(record, "state"), runs[i].state);
		assert_int_equal(ent_json_count(ent_json_getc(record, "hits")), runs[i].n);
		id = ent_json_getstr(record, "id");
		if (runs[i].decided)
			assert_int_equal(
			    ent_screened_decide(t->x[0], t->a, (struct ent_str){ id.p, 5 },
			                        runs[i].decided == HIT, ENT_STR("seen him"),
			                        ENT_STR("Bob"), &record, NULL),
			    0);
	}
	assert_str(ent_json_getstr(ent_json_getc(record, "decision"), "reason"), "seen him");
	assert_int_equal(ent_screened_each(t->x[0], count, &n, NULL), 0);
	assert_int_equal(n, 1);
}

static void
refuses_a_decision_about_nothing(void **state)
{
	struct two *t = *state;
	struct ent_screened_found f = { .result = ENT_STR("clear") };
	enum ent_screened_news news;
	const struct ent_json *record;
	struct ent_err err;

	assert_int_equal(ent_screened_decide(t->x[0], t->a, ENT_STR("00"), true, ENT_STR("x"),
	                                     ENT_STR(""), &record, &err),
	                 ENT_ENOENT);
	assert_int_equal(ent_screened_keep(t->x[0], t->a, &ann, &f, &news, &record, NULL), 0);
	assert_int_equal(ent_screened_decide(t->x[0], t->a, ent_json_getstr(record, "id"), true,
	                                     ENT_STR("x"), ENT_STR(""), &record, &err),
	                 ENT_ESTATE);
	f = (struct ent_screened_found){ possible, 1, ENT_STR("possible"), { 0 } };
	assert_int_equal(ent_screened_keep(t->x[0], t->a, &ann, &f, &news, &record, NULL), 0);
	assert_int_equal(ent_screened_decide(t->x[0], t->a, ent_json_getstr(record, "id"), true,
	                                     ENT_STR(""), ENT_STR(""), &record, &err),
	                 ENT_EINVAL);
	assert_int_equal(ent_screened_decide(t->x[0], t->a, ent_json_getstr(record, "id"), true,
	                                     ENT_STR("x"), ENT_STR(""), &record, &err),
	                 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_decision_holds_for_what_was_seen, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(refuses_a_decision_about_nothing, two_setup,
		                                two_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

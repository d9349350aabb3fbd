/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_feed.c - feeds: their records, when they are due, pages taken in, and what the gate
 * makes of what they gave.
 */
#include "two.h"

#include "base/limits.h"
#include "exchange/feed.h"
#include "exchange/gate.h"
#include "exchange/holdings.h"

#define CAMPAIGN(n) "campaign--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e000" n
#define OBJECT(n, x)                                                                           \
	"{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"" CAMPAIGN(                  \
	    n) "\",\"created\":\"2018-12-01T00:00:00.000Z\","                                  \
	       "\"modified\":\"2018-12-01T00:00:00.000Z\",\"name\":\"a campaign\"" x "}"
#define GREEN                                                                                  \
	",\"object_marking_refs\":[\"marking-definition--bab4a63c-aed9-4cf5-a766-"             \
	"dfca5abac2bb\"]"

static struct ent_feed_record
a_feed(const char *name)
{
	return (struct ent_feed_record){ .name = ent_str_c(name),
		                         .url = ENT_STR("https://feeds.example:443"),
		                         .root = ENT_STR("/api/"),
		                         .collection = ENT_STR("c1"),
		                         .match = ENT_STR("match%5Bversion%5D=all"),
		                         .user = ENT_STR("ann"),
		                         .secret = ENT_FEED_PASSWORD,
		                         .tlp = ENT_TLP_AMBER,
		                         .every = 900,
		                         .limit = 100 };
}

static void
add(struct two *t, const struct ent_feed_record *f)
{
	struct ent_err err = { 0 };

	if (ent_feed_add(t->x[NORTH], t->a, f, &err))
		fail_msg("%s", err.msg);
}

/* A page as the server gave it. */
static struct ent_mirror_page
page_of(struct two *t, const char *list, bool more, int64_t after, const char *next)
{
	struct ent_mirror_page p = { .more = more, .mark = ENT_MIRROR_START };

	assert_int_equal(ent_json_parse(t->a, ent_str_c(list), 64, &p.list, NULL), 0);
	p.count = ent_json_count(p.list);
	p.mark.after = after;
	p.mark.next = ent_str_c(next);
	return p;
}

static struct ent_harvest
harvest(struct two *t, const char *name, struct ent_harvest_state *s)
{
	struct ent_harvest in = { .x = t->x[NORTH],
		                  .key = ent_feed_key(t->a, ent_str_c(name)),
		                  .source = ent_feed_source(t->a, ent_str_c(name)) };
	struct ent_err err = { 0 };

	if (ent_harvest_begin(&in, t->a, s, &err))
		fail_msg("%s", err.msg);
	return in;
}

static void
give(struct two *t, const char *name, const char *list)
{
	struct ent_harvest_state s;
	struct ent_harvest in = harvest(t, name, &s);
	struct ent_mirror_page p = page_of(t, list, false, T0, NULL);
	struct ent_err err = { 0 };

	if (ent_harvest_page(&in, t->a, &p, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(in.refused, 0);
}

static void
a_feed_is_kept_as_it_was_added(void **state)
{
	struct two *t = *state;
	struct ent_feed_record f = a_feed("cert.eu"), got, *all;
	struct ent_err err = { 0 };
	size_t n;

	f.onward = true;
	add(t, &f);
	assert_int_equal(ent_feed_get(t->x[NORTH], t->a, f.name, &got, &err), 0);
	assert_str(got.url, "https://feeds.example:443");
	assert_str(got.collection, "c1");
	assert_str(got.user, "ann");
	assert_true(!got.cert.p && !got.into.p);
	assert_true(got.onward && got.tlp == ENT_TLP_AMBER && got.every == 900 &&
	            got.limit == 100 && got.secret == ENT_FEED_PASSWORD);
	assert_int_equal(ent_feed_add(t->x[NORTH], t->a, &f, &err), ENT_EEXIST);
	assert_int_equal(ent_feeds(t->x[NORTH], t->a, &all, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(ent_feed_remove(t->x[NORTH], t->a, f.name, &err), 0);
	assert_int_equal(ent_feed_get(t->x[NORTH], t->a, f.name, &got, &err), ENT_ENOENT);
	assert_int_equal(ent_feed_remove(t->x[NORTH], t->a, f.name, &err), ENT_ENOENT);
}

static void
what_no_feed_can_be_is_refused(void **state)
{
	struct two *t = *state;
	struct ent_feed_record bad[5];
	char longer[5000];

	memset(longer, 'a', sizeof(longer));
	for (size_t i = 0; i < 5; i++)
		bad[i] = a_feed("x");
	bad[0].name = ENT_STR("a/b");
	bad[1].name = ENT_STR(".hidden");
	bad[2].every = 0;
	bad[3].every = INT64_C(1) << 40;
	bad[4].root = (struct ent_str){ longer, sizeof(longer) };
	for (size_t i = 0; i < 5; i++)
		assert_int_not_equal(ent_feed_add(t->x[NORTH], t->a, &bad[i], NULL), 0);
}

static void
a_failing_feed_is_asked_less_and_less(void **state)
{
	static const struct {
		int64_t every;
		uint64_t failures;
		bool complete;
		int64_t pause;
	} cases[] = {
		{ 900, 0, true, 900 },       { 900, 0, false, 0 },
		{ 900, 1, false, 60 },       { 900, 2, false, 120 },
		{ 900, 7, false, 3600 },     { 900, 4000000000, false, 3600 },
		{ 5, 1, false, 5 },          { 5, 3, false, 20 },
		{ 86400, 1, false, 60 },     { 86400, 12, false, 86400 },
		{ 86400, 30, false, 86400 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_feed_record f = { .every = cases[i].every };
		struct ent_harvest_state s = { .ended = T0,
			                       .failures = cases[i].failures,
			                       .complete = cases[i].complete };

		assert_int_equal((ent_feed_due(&f, &s) - T0) / 1000000, cases[i].pause);
	}
}

static void
a_feed_is_due_when_its_time_has_come_or_can_not_be_true(void **state)
{
	const struct ent_feed_record f = { .every = 900 };
	struct ent_harvest_state s = { .due = T0 };

	(void)state;
	assert_true(ent_feed_is_due(&f, &s, T0));
	assert_false(ent_feed_is_due(&f, &s, T0 - 1));
	assert_false(ent_feed_is_due(&f, &s, T0 - HOUR));
	assert_true(ent_feed_is_due(&f, &s, T0 - HOUR - 1));
}

static void
a_page_comes_with_its_mark_and_what_was_refused(void **state)
{
	struct two *t = *state;
	struct ent_feed_record f = a_feed("f");
	struct ent_harvest_state s;
	struct ent_harvest in;
	struct ent_mirror_page p =
	    page_of(t,
	            "[" OBJECT("1", "") ",{\"type\":\"campaign\"},7," OBJECT(
			"2", "") "," OBJECT("1", ",\"description\":\"other\"") "]",
	            true, T0 - 1, "n\"1\xc3\xa9");
	struct ent_err err = { 0 };
	struct ent_mirror_report r = { .pages = 1 };

	add(t, &f);
	in = harvest(t, "f", &s);
	assert_int_equal(s.mark.after, INT64_MIN);
	p.mark.from = T0 - 5;
	if (ent_harvest_page(&in, t->a, &p, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(in.fresh, 2);
	assert_int_equal(in.refused, 3);
	assert_int_equal(ent_harvest_end(&in, t->a, &r, ENT_ENET,
	                                 &(struct ent_err){ ENT_ENET, "the line broke" }, NULL,
	                                 NULL, &err),
	                 0);
	assert_int_equal(ent_feed_state(t->x[NORTH], t->a, f.name, &s, &err), 0);
	assert_int_equal(s.mark.after, T0 - 1);
	assert_int_equal(s.mark.from, T0 - 5);
	assert_str(s.mark.next, "n\"1\xc3\xa9");
	assert_true(s.objects == 5 && s.fresh == 2 && s.refused == 3 && s.failures == 1);
	assert_str(s.error, "the line broke");
	assert_true(!s.complete && s.good == 0 && s.ended == test_clock);
	assert_int_equal(s.n_bad, 3);
	assert_str(s.bad[2].id, CAMPAIGN("1"));
	assert_true(two_ledger_has(t, NORTH, ENT_STR("internal"), "\"mirror\""));
	assert_true(two_ledger_has(t, NORTH, ENT_STR("internal"), "\"refused\""));
	/* the reasons of the last ones stay, one for each object */
	for (int i = 0; i < 30; i++) {
		char list[64];

		snprintf(list, sizeof(list), "[{\"type\":\"x-y\",\"id\":\"n%d\"}]", i / 2);
		p = page_of(t, list, false, T0, NULL);
		assert_int_equal(ent_harvest_page(&in, t->a, &p, &err), 0);
	}
	assert_int_equal(ent_feed_state(t->x[NORTH], t->a, f.name, &s, &err), 0);
	assert_int_equal(s.n_bad, ENT_HARVEST_BAD);
	assert_str(s.bad[0].id, "n5");
	assert_str(s.bad[ENT_HARVEST_BAD - 1].id, "n14");
	assert_int_equal(s.mark.after, T0);
	assert_null(s.mark.next.p);
}

static void
of_two_runs_one_is_told_from_the_other(void **state)
{
	struct two *t = *state;
	struct ent_feed_record f = a_feed("f");
	struct ent_harvest_state s;
	struct ent_harvest first, second;
	struct ent_mirror_page p = page_of(t, "[" OBJECT("1", "") "]", false, T0, NULL);
	struct ent_err err = { 0 };

	add(t, &f);
	first = harvest(t, "f", &s);
	second = harvest(t, "f", &s);
	assert_int_equal(ent_harvest_page(&first, t->a, &p, &err), ENT_EBUSY);
	assert_int_equal(first.fresh, 0);
	assert_int_equal(ent_harvest_page(&second, t->a, &p, &err), 0);
	assert_int_equal(second.fresh, 1);
}

static void
nobody_else_speaks_in_this_node_s_name(void **state)
{
	struct two *t = *state;
	struct ent_feed_record f = a_feed("f");
	struct ent_harvest_state s;
	struct ent_harvest in;
	struct ent_mirror_page p;
	struct ent_err err = { 0 };
	struct ent_str list =
	    ent_arena_printf(t->a, "[" OBJECT("1", ",\"created_by_ref\":\"%.*s\"") "]",
	                     ENT_FMT(two_party(NORTH)));

	add(t, &f);
	in = harvest(t, "f", &s);
	p = page_of(t, list.p, false, T0, NULL);
	assert_int_equal(ent_harvest_page(&in, t->a, &p, &err), 0);
	assert_int_equal(in.refused, 1);
	assert_int_equal(ent_feed_state(t->x[NORTH], t->a, f.name, &s, &err), 0);
	assert_non_null(strstr(s.bad[0].why.p, "made by this node"));
}

static void
only_its_creator_gives_an_object_another_version(void **state)
{
#define BY(n) ",\"created_by_ref\":\"identity--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e000" n "\""
#define LATER(n, x)                                                                            \
	"{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"" CAMPAIGN(                  \
	    n) "\",\"created\":\"2018-12-01T00:00:00.000Z\","                                  \
	       "\"modified\":\"2018-12-02T00:00:00.000Z\",\"name\":\"a campaign\"" x "}"
	static const struct {
		const char *held, *comes;
		unsigned refused;
	} cases[] = {
		{ OBJECT("1", BY("1")), LATER("1", BY("1")), 0 },
		{ OBJECT("2", BY("1")), LATER("2", BY("2")), 1 },
		{ OBJECT("3", BY("1")), LATER("3", ""), 1 },
		{ OBJECT("4", ""), LATER("4", BY("2")), 0 },
		{ OBJECT("5", ""), LATER("5", ""), 0 },
	};
	struct two *t = *state;
	struct ent_feed_record f = a_feed("f");

	add(t, &f);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_harvest_state s;
		struct ent_harvest in = harvest(t, "f", &s);
		struct ent_str list = ent_arena_printf(t->a, "[%s]", cases[i].comes);
		struct ent_mirror_page p = page_of(t, list.p, false, T0, NULL);
		struct ent_err err = { 0 };

		assert_int_equal(two_import(t, NORTH, cases[i].held, &err), 0);
		assert_int_equal(ent_harvest_page(&in, t->a, &p, &err), 0);
		if (in.refused != cases[i].refused)
			fail_msg("case %zu: %zu refused", i, (size_t)in.refused);
	}
}

/* A feed's own word about markings and onward release, against an agreement that counts what is
 * unmarked as green, with a ceiling of amber. */
static void
the_gate_asks_the_feed(void **state)
{
	static const struct {
		enum ent_tlp tlp;
		bool onward, gone, own;
		const char *more; /* of the object */
		enum ent_result markings, originator;
	} cases[] = {
		{ ENT_TLP_CLEAR, true, false, false, "", ENT_PASS, ENT_PASS },
		{ ENT_TLP_GREEN, true, false, false, "", ENT_PASS, ENT_PASS },
		{ ENT_TLP_NONE, true, false, false, "", ENT_PASS, ENT_PASS },
		{ ENT_TLP_AMBER, true, false, false, "", ENT_DENY, ENT_PASS },
		{ ENT_TLP_RED, true, false, false, "", ENT_DENY, ENT_PASS },
		{ ENT_TLP_AMBER, true, false, false, GREEN, ENT_PASS, ENT_PASS },
		{ ENT_TLP_CLEAR, false, false, false, "", ENT_PASS, ENT_DENY },
		{ ENT_TLP_CLEAR, true, true, false, "", ENT_PASS, ENT_DENY },
		{ ENT_TLP_RED, false, false, true, "", ENT_PASS, ENT_PASS },
	};
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_agreement *g = two_load(t, NORTH, id);
		struct ent_feed_record f = a_feed("f");
		struct ent_str text = ent_arena_printf(
		    t->a,
		    "{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"campaign--"
		    "2b9a3c52-9a3b-"
		    "4c84-8a0f-3f6f0f3e01%02zu\",\"created\":\"2018-12-01T00:00:00.000Z\","
		    "\"modified\":\"2018-12-01T00:00:00.000Z\",\"name\":\"n\"%s}",
		    i, cases[i].more);
		const struct ent_json *v;
		struct ent_decision d;
		struct ent_held h;
		struct ent_err err = { 0 };

		f.tlp = cases[i].tlp;
		f.onward = cases[i].onward;
		add(t, &f);
		give(t, "f", ent_arena_printf(t->a, "[%s]", text.p).p);
		if (cases[i].own)
			assert_int_equal(two_import(t, NORTH, text.p, &err), 0);
		if (cases[i].gone)
			assert_int_equal(ent_feed_remove(t->x[NORTH], t->a, f.name, &err), 0);
		assert_int_equal(ent_json_parse(t->a, text, 64, &v, NULL), 0);
		assert_int_equal(ent_holdings_get(t->x[NORTH], t->a, ent_json_getstr(v, "id"),
		                                  (struct ent_str){ NULL, 0 }, &h, &err),
		                 0);
		assert_true(ent_str_eq(h.bytes, text)); /* as it came */
		assert_int_equal(ent_gate(t->x[NORTH], t->a, g, &h, v, NULL, &d, &err), 0);
		if (d.rule[ENT_RULE_MARKINGS].result != cases[i].markings ||
		    d.rule[ENT_RULE_ORIGINATOR].result != cases[i].originator)
			fail_msg("case %zu: %.*s; %.*s", i,
			         ENT_FMT(d.rule[ENT_RULE_MARKINGS].reason),
			         ENT_FMT(d.rule[ENT_RULE_ORIGINATOR].reason));
		if (!cases[i].gone)
			assert_int_equal(ent_feed_remove(t->x[NORTH], t->a, f.name, &err), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_feed_is_kept_as_it_was_added, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(what_no_feed_can_be_is_refused, two_setup,
		                                two_teardown),
		cmocka_unit_test(a_failing_feed_is_asked_less_and_less),
		cmocka_unit_test(a_feed_is_due_when_its_time_has_come_or_can_not_be_true),
		cmocka_unit_test_setup_teardown(a_page_comes_with_its_mark_and_what_was_refused,
		                                two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(of_two_runs_one_is_told_from_the_other,
		                                two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(nobody_else_speaks_in_this_node_s_name,
		                                two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(
		    only_its_creator_gives_an_object_another_version, two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(the_gate_asks_the_feed, two_setup,
		                                two_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

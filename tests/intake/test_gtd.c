/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_gtd.c - tables of attacks: what is known, what is not, what is lost, what is refused.
 */
#include "test.h"

#include "intake/gtd.h"

struct source {
	const char *p;
	size_t n;
};

static ptrdiff_t
read_bytewise(void *self, void *to, size_t n, struct ent_err *err)
{
	struct source *s = self;

	(void)err;
	n = n && s->n ? 1 : 0;
	if (n)
		memcpy(to, s->p, 1);
	s->p += n;
	s->n -= n;
	return (ptrdiff_t)n;
}

static int
read_table(struct ent_arena *a, const char *text, enum ent_gtd_encoding how, struct ent_gtd **g,
           struct ent_attack *x, struct ent_err *err)
{
	struct source s = { text, strlen(text) };
	int rc;

	*g = NULL;
	rc = ent_gtd_open(read_bytewise, &s, how, ENT_STR("T"), g, err);
	return rc ? rc : ent_gtd_next(*g, a, x, err);
}

static void
codes_are_those_of_the_codebook(void **state)
{
	static const struct {
		enum ent_attack_codes table;
		int number;
		const char *word;
	} cases[] = {
		{ ENT_CODES_ATTACK, 1, "assassination" },
		{ ENT_CODES_ATTACK, 4, "hijacking" },
		{ ENT_CODES_ATTACK, 9, "unknown" },
		{ ENT_CODES_TARGET, 6, "airports-and-aircraft" },
		{ ENT_CODES_TARGET, 14, "private-citizens-and-property" },
		{ ENT_CODES_TARGET, 20, "unknown" },
		{ ENT_CODES_TARGET, 22, "violent-political-parties" },
		{ ENT_CODES_WEAPON, 4, "nuclear" },
		{ ENT_CODES_WEAPON, 10, "vehicle" },
		{ ENT_CODES_WEAPON, 13, "unknown" },
		{ ENT_CODES_REGION, 12, "australasia-and-oceania" },
		{ ENT_CODES_CLAIM_MODE, 8, "personal-claim" },
	};
	static const size_t sizes[] = { 9, 22, 13, 12, 10, 4 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct ent_attack_code *c =
		    ent_attack_code(cases[i].table, cases[i].number);

		assert_non_null(c);
		assert_string_equal(c->word, cases[i].word);
		assert_ptr_equal(ent_attack_code_find(cases[i].table, ent_str_c(c->word)), c);
		assert_ptr_equal(ent_attack_code_find(cases[i].table, ent_str_c(c->name)), c);
	}
	for (int t = 0; t < ENT_CODES_COUNT; t++) {
		size_t n = 0;

		for (; ent_attack_code_at((enum ent_attack_codes)t, n); n++)
			assert_int_equal(
			    ent_attack_code_at((enum ent_attack_codes)t, n)->number, n + 1);
		assert_int_equal(n, sizes[t]);
		assert_null(ent_attack_code((enum ent_attack_codes)t, 0));
		assert_null(ent_attack_code((enum ent_attack_codes)t, (int64_t)n + 1));
	}
}

static void
what_is_not_known_makes_no_claim(void **state)
{
	static const struct {
		const char *value;
		size_t claims;
		int64_t n;
	} cases[] = { { "0", 1, 0 },  { "12", 1, 12 }, { "12.0", 1, 12 }, { "", 0, 0 },
		      { "-9", 0, 0 }, { "-99", 0, 0 }, { "-99.0", 0, 0 } };
	struct ent_attack x;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_arena *a = ent_arena_new(1 << 20);
		struct ent_str text = ent_arena_printf(
		    a, "nkill,eventid,iyear,imonth,iday\n%s,202000000001,2020,0,0\n",
		    cases[i].value);
		struct ent_err err;
		struct ent_gtd *g;

		assert_int_equal(read_table(a, text.p, ENT_GTD_UTF8, &g, &x, &err), 1);
		assert_int_equal(x.n_claims, cases[i].claims);
		if (x.n_claims)
			assert_int_equal(x.claims[0].value, cases[i].n);
		assert_true(ent_str_is(x.date, "2020"));
		ent_gtd_close(g);
		ent_arena_free(a);
	}
}

static void
bad_rows_are_refused_with_line_and_column(void **state)
{
	static const struct {
		const char *header, *row, *says;
	} cases[] = {
		{ "imonth,iday", "2,29", "line 2, column iday: \"29\" is no day" },
		{ "imonth,iday", "0,3", "column imonth" },
		{ "imonth,iday", "13,1", "column imonth: \"13\" is too large" },
		{ "nkill,nwound", "99999999999999999999,", "column nkill" },
		{ "nkill,nwound", "10000000001,",
		  "column nkill: \"10000000001\" is too large" },
		{ "nkill,nwound", "x,", "column nkill: \"x\" is not a whole number" },
		{ "nkill,nwound", "-3,", "column nkill" },
		{ "nkill,nwound", "1.5,", "column nkill" },
		{ "attacktype1,nkill", "10,", "column attacktype1: \"10\" is no code" },
		{ "latitude,longitude", "90.5,1", "column latitude" },
		{ "latitude,longitude", "nan,1", "column latitude" },
		{ "latitude,longitude", "1,", "column longitude" },
		{ "city,summary",
		  "A\x01"
		  "B,",
		  "column city" },
		{ "city,summary", "A", "3 fields, where the first line names 4 columns" },
		{ "city,summary", "A,\"B", "quotation mark" },
		{ "city,summary", "A,B,C", "5 fields" },
		{ "city,summary", "A\xff,B", "Windows-1252?" },
		{ "resolution,city", "2021-02-30,", "column resolution" },
		{ "resolution,city", "2020-12-31,", "before the day" },
	};
	struct ent_attack x;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_arena *a = ent_arena_new(1 << 20);
		struct ent_str text =
		    ent_arena_printf(a, "eventid,iyear,%s\n202100000001,2021,%s\n",
		                     cases[i].header, cases[i].row);
		struct ent_err err = { 0 };
		struct ent_gtd *g;

		assert_true(read_table(a, text.p, ENT_GTD_UTF8, &g, &x, &err) < 0);
		if (!strstr(err.msg, cases[i].says))
			fail_msg("case %zu: %s", i, err.msg);
		ent_gtd_close(g);
		ent_arena_free(a);
	}
}

static void
the_same_event_twice_is_refused(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	struct ent_attack x;
	struct ent_err err;
	struct source s = { "eventid,iyear\n202100000001,2021\n202100000001,2021\n", 0 };
	struct ent_gtd *g;

	(void)state;
	s.n = strlen(s.p);
	assert_int_equal(ent_gtd_open(read_bytewise, &s, ENT_GTD_UTF8, ENT_STR("T"), &g, &err),
	                 0);
	assert_int_equal(ent_gtd_next(g, a, &x, &err), 1);
	assert_int_equal(ent_gtd_next(g, a, &x, &err), ENT_EPARSE);
	assert_non_null(strstr(err.msg, "line 3, column eventid"));
	ent_gtd_close(g);
	ent_arena_free(a);
}

static void
windows_1252_is_read_as_what_it_is(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	struct ent_attack x;
	struct ent_err err;
	struct ent_gtd *g;

	(void)state;
	assert_int_equal(read_table(a, "eventid,iyear,city\n202100000001,2021,Caf\xe9 \x80\n",
	                            ENT_GTD_WINDOWS_1252, &g, &x, &err),
	                 1);
	assert_true(ent_str_is(x.place.city, "Caf\xc3\xa9 \xe2\x82\xac"));
	ent_gtd_close(g);
	assert_int_equal(read_table(a, "eventid,iyear,city\n202100000001,2021,\x81\n",
	                            ENT_GTD_WINDOWS_1252, &g, &x, &err),
	                 ENT_EPARSE);
	assert_non_null(strstr(err.msg, "0x81"));
	ent_gtd_close(g);
	ent_arena_free(a);
}

static void
what_is_not_carried_is_counted(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	struct ent_attack x;
	struct ent_err err;
	struct ent_gtd_loss loss;
	struct source s = { "eventid,iyear,motive,ransom,region_txt\n202100000001,2021,,-9,A\n"
		            "202100000002,2021,some,-9,\n202100000003,2021,more,,B\n",
		            0 };
	struct ent_gtd *g;

	(void)state;
	s.n = strlen(s.p);
	assert_int_equal(ent_gtd_open(read_bytewise, &s, ENT_GTD_UTF8, ENT_STR("T"), &g, &err),
	                 0);
	while (ent_gtd_next(g, a, &x, &err) == 1)
		;
	assert_int_equal(ent_gtd_rows(g), 3);
	assert_true(ent_gtd_loss_at(g, 0, &loss));
	assert_true(ent_str_is(loss.column, "motive"));
	assert_int_equal(loss.values, 2);
	assert_int_equal(loss.first, 3);
	assert_false(ent_gtd_loss_at(g, 1, &loss));
	ent_gtd_close(g);
	ent_arena_free(a);
}

static void
days_are_those_of_the_calendar(void **state)
{
	static const struct {
		const char *date;
		bool ok;
	} cases[] = {
		{ "2001", true },        { "2001-09", true },    { "2001-09-11", true },
		{ "2000-02-29", true },  { "2024-02-29", true }, { "1900-02-29", false },
		{ "2023-02-29", false }, { "2001-13", false },   { "2001-00-01", false },
		{ "2001-04-31", false }, { "0000", false },      { "2001-9-1", false },
		{ "2001-09-", false },   { "", false },          { "2001-09-11T", false }
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(ent_attack_date_ok(ent_str_c(cases[i].date)), cases[i].ok);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_those_of_the_codebook),
		cmocka_unit_test(what_is_not_known_makes_no_claim),
		cmocka_unit_test(bad_rows_are_refused_with_line_and_column),
		cmocka_unit_test(the_same_event_twice_is_refused),
		cmocka_unit_test(windows_1252_is_read_as_what_it_is),
		cmocka_unit_test(what_is_not_carried_is_counted),
		cmocka_unit_test(days_are_those_of_the_calendar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

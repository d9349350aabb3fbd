/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_report.c - the report that the project was started from, where it is present: all that
 * it says must come out.
 */
#include "wire_test.h"

#include <entente/stix.h>

#include "base/file.h"

static struct ent_wire_report r;

static void
read_report(void)
{
	const char *path = data_file("wire/report.txt");
	struct ent_str text;

	if (!path)
		skip();
	assert_int_equal(ent_file_read(arena, path, 1 << 20, &text, NULL), 0);
	r = read_text(text);
}

static void
knows_place_day_year_and_agency(void **state)
{
	(void)state;
	read_report();
	assert_true(r.dateline.found);
	assert_str(r.things[r.dateline.place_thing].name, "Washington");
	assert_str(r.things[r.dateline.place_thing].country, "US");
	assert_str(r.dateline.agency_name, "TASS");
	assert_str(ent_wire_date_text(arena, r.dateline.date), "2021-09-11");
	assert_int_equal(r.dateline.basis, ENT_BASIS_ANNIVERSARY);
}

static void
gives_all_eight_quotations_to_the_ambassador(void **state)
{
	static const char *const verbs[] = { "recalled",   "said", "added",    "added",
		                             "emphasized", "said", "stressed", "adding" };
	static const char *const begin[] = { "In this regard",   "We hope",
		                             "The Russian Side", "The Russian Side",
		                             "the day of",       "Russia has always",
		                             "Today, as before", "The memory" };

	(void)state;
	read_report();
	assert_int_equal(count(&r, ENT_WIRE_QUOTATION), 8);
	for (size_t i = 0; i < 8; i++) {
		const struct ent_wire_item *q = nth(&r, ENT_WIRE_QUOTATION, i);

		assert_str(r.things[q->thing].name, "Anatoly Antonov");
		assert_non_null(memmem(r.things[q->thing].office.p, r.things[q->thing].office.n,
		                       "Ambassador to the United States", 31));
		assert_str(at(&r, q->verb), verbs[i]);
		assert_true(ent_str_starts(at(&r, q->at), begin[i]));
	}
}

static void
recognises_the_notice_beside_the_name(void **state)
{
	const struct ent_wire_item *d;

	(void)state;
	read_report();
	assert_int_equal(count(&r, ENT_WIRE_DESIGNATED), 2);
	d = nth(&r, ENT_WIRE_DESIGNATED, 0);
	assert_str(r.things[d->thing].name, "al-Qaeda");
	assert_str(at(&r, d->notice), "banned in Russia");
	assert_str(d->notice_country, "RU");
}

static void
reads_the_figures_as_claims_of_the_attack(void **state)
{
	static const struct {
		const char *quantity;
		int64_t value;
		enum ent_wire_bound bound;
	} figures[] = {
		{ "perpetrators", 19, ENT_BOUND_EXACT }, { "aircraft", 4, ENT_BOUND_EXACT },
		{ "killed", 2997, ENT_BOUND_EXACT },     { "countries", 90, ENT_BOUND_EXACT },
		{ "injured", 6000, ENT_BOUND_MORE },
	};

	(void)state;
	read_report();
	assert_int_equal(count(&r, ENT_WIRE_FIGURE), 5);
	for (size_t i = 0; i < 5; i++) {
		const struct ent_wire_item *f = figure(&r, figures[i].quantity);
		const struct ent_wire_incident *x;

		assert_non_null(f);
		assert_int_equal(f->value, figures[i].value);
		assert_int_equal(f->bound, figures[i].bound);
		x = &r.incidents[f->incident];
		assert_str(ent_wire_date_text(arena, x->date), "2001-09-11");
		assert_string_equal(x->phase, "executed");
		assert_int_equal(x->perpetrators, 19);
		assert_str(r.things[x->groups[0]].name, "al-Qaeda");
		assert_string_equal(x->types[0], "hijacking");
	}
}

static void
knows_the_attacks_that_were_prevented(void **state)
{
	size_t thwarted = 0;

	(void)state;
	read_report();
	for (size_t i = 1; i < r.n_incidents; i++) {
		const struct ent_wire_incident *x = &r.incidents[i];

		if (strcmp(x->phase, "thwarted") != 0)
			continue;
		thwarted++;
		assert_true(x->date.year == 2017 || x->date.year == 2019);
		assert_str(r.things[x->places[0]].name, "St. Petersburg");
	}
	assert_int_equal(thwarted, 2);
}

static void
reads_the_ruling_as_a_designation(void **state)
{
	const struct ent_wire_ruling *x;

	(void)state;
	read_report();
	assert_int_equal(r.n_rulings, 2);
	x = &r.rulings[1];
	assert_str(r.things[x->entity].name, "al-Qaeda");
	assert_str(r.things[x->authority].name, "Supreme Court of Russia");
	assert_string_equal(x->authority_kind, "court");
	assert_str(x->jurisdiction, "RU");
	assert_str(ent_wire_date_text(arena, x->date), "2003-02-14");
	assert_string_equal(x->effects[0], "outlawed");
	assert_true(x->effects_stated);
}

/* A name that no notice stands beside says so. */
static void
misses_the_notice_where_it_is_cut_out(void **state)
{
	struct ent_str notice = ENT_STR(" (banned in Russia)"), text;
	const char *found;
	char *copy;

	(void)state;
	read_report();
	found = memmem(r.text.p, r.text.n, notice.p, notice.n);
	assert_non_null(found);
	copy = ent_arena_alloc(arena, r.text.n);
	memcpy(copy, r.text.p, (size_t)(found - r.text.p));
	memcpy(copy + (found - r.text.p), found + notice.n,
	       r.text.n - notice.n - (size_t)(found - r.text.p));
	text = (struct ent_str){ copy, r.text.n - notice.n };
	r = read_text(text);
	assert_int_equal(nth(&r, ENT_WIRE_DESIGNATED, 0)->notice.to, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_place_day_year_and_agency),
		cmocka_unit_test(gives_all_eight_quotations_to_the_ambassador),
		cmocka_unit_test(recognises_the_notice_beside_the_name),
		cmocka_unit_test(reads_the_figures_as_claims_of_the_attack),
		cmocka_unit_test(knows_the_attacks_that_were_prevented),
		cmocka_unit_test(reads_the_ruling_as_a_designation),
		cmocka_unit_test(misses_the_notice_where_it_is_cut_out),
	};

	return cmocka_run_group_tests_name("the report", tests, setup, teardown);
}

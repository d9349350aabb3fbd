/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_names.c - names across spellings and scripts: which score as one person's and which
 * don't, what evidence does, and what hostile names do.
 */
#include "screen/screen.h"
#include "test.h"

static int
setup(void **state)
{
	struct ent_err err;

	*state = ent_folder_new(&err);
	return *state ? 0 : -1;
}

static int
teardown(void **state)
{
	ent_folder_free(*state);
	return 0;
}

static double
score(struct ent_folder *f, const char *a, const char *b)
{
	struct ent_alignment there, back;
	struct ent_name x, y;
	struct ent_err err;

	assert_int_equal(ent_name_fold(f, ent_str_c(a), &x, &err), 0);
	assert_int_equal(ent_name_fold(f, ent_str_c(b), &y, &err), 0);
	ent_align(&x, &y, &there);
	ent_align(&y, &x, &back);
	if (there.score - back.score > 0.2 || back.score - there.score > 0.2)
		fail_msg("%s, %s: %f and %f", a, b, there.score, back.score);
	return there.score;
}

/* clang-format off */
static const struct { const char *a, *b; bool same; } pairs[] = {
	{"Usama bin Ladin", "bin Laden, Osama", true},
	{"Осама бен Ладен", "Usama bin Ladin", true},
	{"أسامة بن لادن", "Usama bin Ladin", true},
	{"George Bush", "George Habash", false},
	{"Hassan", "Hussein", false},
	{"Vanderbilt Corp", "van der Bilt Corp.", true},
	{"Σωκράτης", "Sokratis", true},
	{"Müller, Jörg", "Jorg Muller", true},
	{"O\xe2\x80\x99" "Brien", "OBrien", true},
	{"I\xe2\x80\x8bvan Pe\xe2\x80\xaetrov", "Ivan Petrov", true},
	{"عبد القادر", "Abdelkader", true},
	{"Unit 61", "Unit 62", false},
	{"Acme Trading Ltd", "Zenith Trading Ltd", false},
};
/* clang-format on */

static void
one_person_in_many_spellings(void **state)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		double s = score(*state, pairs[i].a, pairs[i].b);

		if ((s >= 0.75) != pairs[i].same)
			fail_msg("%s, %s: %f", pairs[i].a, pairs[i].b, s);
	}
}

static void
contradiction_is_worse_than_omission(void **state)
{
	assert_true(score(*state, "Anna Petrova Kuznets", "Anna Petrova") >
	            score(*state, "Anna Petrova Kuznets", "Anna Petrova Schmidt") + 0.1);
}

static void
birth_dates_and_countries_beside_the_name(void **state)
{
	(void)state;
	assert_int_equal(ent_birth_evidence(ENT_STR("1957-03-10"), ENT_STR("1958")),
	                 ENT_EVIDENCE_AGREES);
	assert_int_equal(ent_birth_evidence(ENT_STR("1957"), ENT_STR("1988-01-01")),
	                 ENT_EVIDENCE_CONTRADICTS);
	assert_int_equal(ent_birth_evidence(ENT_STR("31.12.1957"), ENT_STR("1957")),
	                 ENT_EVIDENCE_NONE);
	assert_int_equal(ent_birth_evidence(ENT_STR("9999"), ENT_STR("1957")),
	                 ENT_EVIDENCE_NONE);
	assert_int_equal(ent_country_evidence(ENT_STR("YE"), ENT_STR("ye")),
	                 ENT_EVIDENCE_AGREES);
	assert_int_equal(ent_country_evidence(ENT_STR("ye"), ENT_STR("Yemen")),
	                 ENT_EVIDENCE_NONE);
	/* A date lifts what is possible, and never a foreign name. */
	assert_int_equal(ent_judge(0.8, ENT_EVIDENCE_AGREES, ENT_EVIDENCE_NONE),
	                 ENT_BAND_STRONG);
	assert_int_equal(ent_judge(0.5, ENT_EVIDENCE_AGREES, ENT_EVIDENCE_AGREES),
	                 ENT_BAND_WEAK);
	assert_int_equal(ent_judge(0.9, ENT_EVIDENCE_CONTRADICTS, ENT_EVIDENCE_NONE),
	                 ENT_BAND_POSSIBLE);
}

static void
hostile_names_are_cut(void **state)
{
	size_t n = (size_t)10 << 20;
	struct ent_alignment g;
	struct ent_name name;
	struct ent_err err;
	char *text = malloc(n);

	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		text[i] = "ab \xff"[i % 4];
	assert_int_equal(ent_name_fold(*state, (struct ent_str){ text, n }, &name, &err), 0);
	assert_true(name.cut);
	assert_int_equal(name.n, ENT_NAME_TOKENS);
	ent_align(&name, &name, &g);
	assert_true(g.score > 0.99);
	memset(text, '\'', n);
	assert_int_equal(ent_name_fold(*state, (struct ent_str){ text, n }, &name, &err), 0);
	assert_int_equal(name.n, 0);
	ent_align(&name, &name, &g);
	assert_true(g.score == 0); /* two empty names are nobody's */
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_person_in_many_spellings),
		cmocka_unit_test(contradiction_is_worse_than_omission),
		cmocka_unit_test(birth_dates_and_countries_beside_the_name),
		cmocka_unit_test(hostile_names_are_cut),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

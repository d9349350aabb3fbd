/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_index.c - names looked for in an index: whom they find, in which band, and what hostile
 * entries and queries do.
 */
#include "base/arena.h"
#include "screen/index.h"
#include "screen/words_int.h"
#include "test.h"

static const struct ent_str born = { "1957-03-10", 10 }, number = { "A 123-456", 9 };

static void
add(struct ent_index_builder *b, uint64_t id, enum ent_name_of kind, const char *name,
    const char *weak)
{
	struct ent_screen_name names[] = { { ent_str_c(name), ENT_STRENGTH_PRIMARY, false },
		                           { ent_str_c(weak), ENT_STRENGTH_WEAK, false },
		                           { ENT_STR(" \xe2\x80\x8b"), ENT_STRENGTH_STRONG,
		                             false } };
	struct ent_screen_entry e = { .number = id,
		                      .kind = kind,
		                      .names = names,
		                      .n_names = 3,
		                      .births = &born,
		                      .n_births = id == 1,
		                      .documents = &number,
		                      .n_documents = id == 1 };

	assert_int_equal(ent_index_add(b, &e, NULL), 0);
}

/* clang-format off */
static const struct { enum ent_name_of kind; const char *name, *weak; } listed[] = {
	{ENT_OF_UNKNOWN, "", ""},
	{ENT_OF_PERSON, "BIN LADIN, Usama", "The Sheikh's Friend"},
	{ENT_OF_PERSON, "HABASH, George", "Al Hakim"},
	{ENT_OF_ORGANISATION, "Halverstadt Islamic Bank", ""},
	{ENT_OF_ORGANISATION, "People's Liberation Corps of Norlandia", "PLCN"},
	{ENT_OF_PERSON, "Karim", ""},
	{ENT_OF_PERSON, "KIM Jong Pal", ""},
	{ENT_OF_PERSON, "CHANG, Hsiu-ying", ""},
	{ENT_OF_VESSEL, "Snow Storm 61", ""},
	{ENT_OF_PERSON, "ABDURRAHMAN, Sirajuddin", ""},
	{ENT_OF_ORGANISATION, "Vanderbilt Mining Ltd", ""},
	{ENT_OF_PERSON, "Waverley, J. D.", ""},
};
/* clang-format on */

static int
setup(void **state)
{
	struct ent_index_builder *b = ent_index_begin(NULL);
	struct ent_index *x;

	for (size_t i = 1; b && i < sizeof(listed) / sizeof(listed[0]); i++)
		add(b, i, listed[i].kind, listed[i].name, listed[i].weak);
	if (!b || ent_index_done(b, &x, NULL))
		return -1;
	*state = x;
	return 0;
}

static int
teardown(void **state)
{
	ent_index_free(*state);
	return 0;
}

/* The best hit; false where there is none. */
static bool
best(const struct ent_index *x, const struct ent_query *q, struct ent_hit *out)
{
	struct ent_searcher *s = ent_searcher_new(x, NULL);
	const struct ent_hit *hits;
	size_t n;

	assert_non_null(s);
	assert_int_equal(ent_search(s, q, &hits, &n, NULL, NULL), 0);
	if (n)
		*out = hits[0];
	ent_searcher_free(s);
	return n;
}

/* clang-format off */
static const struct { const char *query; uint64_t finds; } cases[] = {
	{"Usama bin Ladin", 1}, {"Осама бен Ладен", 1}, {"أسامة بن لادن", 1}, {"bin Laden, Osama", 1},
	{"Uasma bin Ladin", 1}, {"U. bin Ladin", 1},
	{"George Bush", 0}, {"Georges Habache", 2},
	{"Islamic Bank", 0}, {"Halverstadt Islamic Bank Ltd.", 3}, {"Kalverstadt Trading", 0},
	{"Karim", 5}, {"Karim Benzahra", 0}, {"Haji Karim", 5},
	{"김종팔", 6}, {"張秀英", 7}, {"张 秀英", 7},
	{"John Doe Waverley", 11}, {"J D Waverley", 11}, {"D. Waverley", 11},
	{"Snow Storm 61", 8}, {"Snow Storm 62", 0},
	{"Siraj al-Din Abd ar-Rahman", 9}, {"سراج الدين عبد الرحمن", 9}, {"سراجالدين عبدالرحمن", 9},
	{"van der Bilt Mining Limited Liability Company", 10},
	{"V\xd0\xb0nd\xd0\xb5rbilt Mining", 10}, /* with Cyrillic letters that look Latin */
	{"K\xe2\x80\x8b" "arim\xe2\x80\xae", 5},
};
/* clang-format on */

static void
finds_whom_it_should(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_query q = { .name = ent_str_c(cases[i].query),
			               .least = ENT_BAND_POSSIBLE };
		struct ent_hit h = { 0 };

		(void)best(*state, &q, &h);
		if (h.number != cases[i].finds)
			fail_msg("%s: %llu, %f, not %llu", cases[i].query,
			         (unsigned long long)h.number, h.score,
			         (unsigned long long)cases[i].finds);
	}
}

static void
evidence_stands_beside_the_name(void **state)
{
	struct ent_query q = { .name = ENT_STR("Usama bin Ladin"),
		               .birth = ENT_STR("1990"),
		               .least = ENT_BAND_POSSIBLE };
	struct ent_hit h = { 0 };

	assert_true(best(*state, &q, &h));
	assert_int_equal(h.birth, ENT_EVIDENCE_CONTRADICTS);
	assert_int_equal(h.band, ENT_BAND_STRONG);
	q.birth = ENT_STR("1958");
	assert_true(best(*state, &q, &h));
	assert_int_equal(h.band, ENT_BAND_EXACT);
	q.kind = ENT_OF_ORGANISATION;
	assert_true(best(*state, &q, &h));
	assert_true(h.score <= 0.8);
	/* A date alone finds nobody; a document does. */
	q = (struct ent_query){ .name = ENT_STR("Anna Schmidt"), .birth = ENT_STR("1957") };
	q.least = ENT_BAND_POSSIBLE;
	assert_false(best(*state, &q, &h));
	q.document = ENT_STR("a123456");
	assert_true(best(*state, &q, &h));
	assert_int_equal(h.number, 1);
	assert_int_equal(h.document, ENT_EVIDENCE_AGREES);
	q.document = ENT_STR("a12345");
	assert_false(best(*state, &q, &h));
}

static void
weak_aliases_only_corroborate(void **state)
{
	struct ent_query q = { .name = ENT_STR("Al Hakim"), .least = ENT_BAND_POSSIBLE };
	struct ent_hit h = { 0 };

	assert_true(best(*state, &q, &h));
	assert_int_equal(h.strength, ENT_STRENGTH_WEAK);
	assert_int_equal(h.band, ENT_BAND_POSSIBLE);
}

static void
says_why(void **state)
{
	struct ent_searcher *s = ent_searcher_new(*state, NULL);
	struct ent_query q = { .name = ENT_STR("Osama bin Laden") };
	const struct ent_hit *hits;
	struct ent_buf b;
	size_t n;

	assert_non_null(s);
	ent_buf_init(&b, ENT_EXPLANATION_MAX);
	assert_int_equal(ent_search(s, &q, &hits, &n, NULL, NULL), 0);
	assert_true(n > 0);
	ent_hit_explain(s, &hits[0], &b);
	ent_buf_ch(&b, 0);
	assert_non_null(strstr(b.p, "\"osama\" is another form of \"usama\""));
	ent_buf_release(&b);
	ent_searcher_free(s);
}

static void
an_empty_index_and_empty_names(void **state)
{
	struct ent_index_builder *b = ent_index_begin(NULL);
	struct ent_query q = { .name = ENT_STR("Usama bin Ladin") };
	const struct ent_hit *hits;
	struct ent_searcher *s;
	struct ent_index *x;
	size_t n;

	assert_non_null(b);
	assert_int_equal(ent_index_done(b, &x, NULL), 0);
	s = ent_searcher_new(x, NULL);
	assert_non_null(s);
	assert_int_equal(ent_search(s, &q, &hits, &n, NULL, NULL), 0);
	assert_int_equal(n, 0);
	ent_searcher_free(s);
	ent_index_free(x);
	s = ent_searcher_new(*state, NULL);
	assert_non_null(s);
	q.name = ENT_STR("\xe2\x80\x8b '\xff");
	assert_int_equal(ent_search(s, &q, &hits, &n, NULL, NULL), ENT_EINVAL);
	ent_searcher_free(s);
}

static void
too_many_values_are_refused(void **state)
{
	struct ent_index_builder *b = ent_index_begin(NULL);
	struct ent_screen_entry e = { .n_births = ENT_INDEX_ENTRY + 1 };

	(void)state;
	assert_non_null(b);
	assert_int_equal(ent_index_add(b, &e, NULL), ENT_ELIMIT);
	ent_index_drop(b);
}

/* Binary search relies on it. */
static void
the_table_of_words_is_in_order(void **state)
{
	(void)state;
	for (size_t i = 1; i < ent_words_n; i++)
		if (strcmp(ent_words[i - 1].text, ent_words[i].text) >= 0)
			fail_msg("%s before %s", ent_words[i - 1].text, ent_words[i].text);
}

/* Each row of the table is found, has its kind, and is like the words of its group. */
static void
words_of_a_group_are_alike(void **state)
{
	struct ent_folder *f = ent_folder_new(NULL);
	struct ent_name a, b;
	enum ent_pairing why;

	(void)state;
	assert_non_null(f);
	for (size_t i = 0; i < ent_words_n; i++) {
		assert_int_equal(ent_name_fold(f, ent_str_c(ent_words[i].text), &a, NULL), 0);
		assert_int_equal(a.n, 1);
		if (a.token[0].n > 1)
			assert_int_equal(a.token[0].kind, ent_words[i].kind);
		for (size_t k = i + 1; ent_words[i].group && k < ent_words_n; k++) {
			if (ent_words[k].group != ent_words[i].group)
				continue;
			assert_int_equal(
			    ent_name_fold(f, ent_str_c(ent_words[k].text), &b, NULL), 0);
			if (ent_token_likeness(&a.token[0], &b.token[0], &why) < 0.9)
				fail_msg("%s, %s", ent_words[i].text, ent_words[k].text);
		}
	}
	ent_folder_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_whom_it_should),
		cmocka_unit_test(evidence_stands_beside_the_name),
		cmocka_unit_test(weak_aliases_only_corroborate),
		cmocka_unit_test(says_why),
		cmocka_unit_test(an_empty_index_and_empty_names),
		cmocka_unit_test(too_many_values_are_refused),
		cmocka_unit_test(the_table_of_words_is_in_order),
		cmocka_unit_test(words_of_a_group_are_alike),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_text.c - listed names in texts: what is found, what isn't though it stands there, and
 * the notices beside it.
 */
#include "screen/notice.h"
#include "screen/text.h"
#include "test.h"

static const struct {
	const char *name;
	uint32_t entry;
	unsigned flags;
} listed[] = {
	{ "AL-QAIDA", 0, 0 },
	{ "Al-Qaeda", 0, 0 },
	{ "The Base", 0, 0 },
	{ "Islamic State", 1, 0 },
	{ "IS", 1, 0 },
	{ "Исламское государство", 1, 0 },
	{ "BIN LADEN, Osama", 2, ENT_TEXT_LAST_FIRST | ENT_TEXT_LONE },
	{ "Usama bin Ladin", 2, ENT_TEXT_LONE },
	{ "Islamic State in Khorasan Province", 3, 0 },
	{ "UNITY", 4, 0 },
	{ "Zarin Karakul Co., Ltd.", 5, 0 },
	{ "LeT", 6, 0 },
	{ "Abdullah", 7, ENT_TEXT_LONE },
	{ "Talha Saeed Wazir", 8, ENT_TEXT_LONE },
	{ "Talib", 8, ENT_TEXT_LONE | ENT_TEXT_WEAK },
	{ "金正恩", 9, ENT_TEXT_LONE },
	{ "Аль-Каида", 0, 0 },
	{ "Hezbollah", 10, 0 },
};

struct finding {
	struct ent_text_names *names;
	struct ent_text_finder *finder;
	struct ent_folder *folder;
	struct ent_arena *a;
	struct ent_notice_rules *rules;
};

static int
setup(void **state)
{
	struct finding *f = calloc(1, sizeof(*f));
	struct ent_str text;

	f->a = ent_arena_new((size_t)16 << 20);
	f->folder = ent_folder_new(NULL);
	f->names = ent_text_names_new(NULL);
	for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++)
		if (ent_text_names_add(f->names, listed[i].entry, ent_str_c(listed[i].name),
		                       listed[i].flags, NULL))
			return -1;
	if (ent_text_names_done(f->names, NULL))
		return -1;
	f->finder = ent_text_finder_new(f->names, NULL);
	for (size_t i = 0; ent_notice_builtin(i, &text); i++)
		if (ent_notice_rules_read(f->a, f->folder, text, &f->rules, NULL))
			return -1;
	*state = f;
	return f->finder ? 0 : -1;
}

static int
teardown(void **state)
{
	struct finding *f = *state;

	ent_text_finder_free(f->finder);
	ent_text_names_free(f->names);
	ent_folder_free(f->folder);
	ent_arena_free(f->a);
	free(f);
	return 0;
}

/* What is found, "a|b", with the way where it isn't equal. */
static void
assert_found(struct finding *f, const char *text, const char *expected)
{
	struct ent_text_found found;
	char got[4096] = "";
	uint64_t last = 0;

	assert_int_equal(ent_text_find(f->finder, ent_str_c(text), &found, NULL), 0);
	for (size_t i = 0; i < found.n; i++) {
		const struct ent_text_mention *m = &found.mentions[i];
		size_t n = strlen(got);

		if (i && m->from < last)
			continue;
		last = m->to;
		snprintf(got + n, sizeof(got) - n, "%s%.*s%s%s%s%s", n ? "|" : "",
		         (int)(m->to - m->from), text + m->from, m->how ? "/" : "",
		         m->how ? ent_text_how_name(m->how) : "", m->quoted ? "/quoted" : "",
		         m->in_url ? "/url" : "");
	}
	if (strcmp(got, expected) != 0)
		fail_msg("\"%s\": \"%s\" is not \"%s\"", text, got, expected);
}

/* clang-format off */
static const struct { const char *text, *found; } texts[] = {
	/* spellings, scripts, cases, orders */
	{"fighters of al-Qaeda, then Al Qaida and AL-QAIDA's men", "al-Qaeda|Al Qaida|AL-QAIDA"},
	{"the Alqaeda network", "Alqaeda"},
	{"Osama bin Laden and Usama Bin Ladin", "Osama bin Laden|Usama Bin Ladin"},
	{"bin Laden, Osama", ""}, /* a comma is a border; the list's order isn't written so in texts */
	{"Осама бен Ладен", "Осама бен Ладен/similar"},
	{"Усамы бен Ладена", "Усамы бен Ладена/similar"},
	{"сторонники Исламского государства", "Исламского государства/inflected"},
	{"боевики «Аль-Каиды»", "Аль-Каиды/inflected"},
	{"أسامة بن لادن", "أسامة بن لادن/similar"},
	{"主席金正恩说", "金正恩"},
	{"Zarin Karakul Co., Ltd. and Zarin Karakul", "Zarin Karakul Co., Ltd|Zarin Karakul"},
	{"Al\xc2\xad-\xe2\x80\x8bQaeda", "Al\xc2\xad-\xe2\x80\x8bQaeda"},
	/* the longest */
	{"Islamic State in Khorasan Province, Islamic State in Iraq", "Islamic State in Khorasan Province|Islamic State"},
	/* short names: capitals, and company */
	{"It is what it IS.", ""},
	{"IS fighters came", "IS"},
	{"The group is here", ""},
	{"Islamic State said. Later IS denied it.", "Islamic State|IS"},
	{"IS IT TRUE THAT THE GROUP FIGHTS", ""},
	{"let us go; Let the group go; LeT militants", "LeT"},
	/* common words */
	{"the base of the group; The base camp; at the base", ""},
	{"members of The Base met", ""},
	{"members of The Base, a terrorist group, met", "The Base"},
	{"al-Qaeda, or The Base", "al-Qaeda|The Base"},
	{"unity of the nation. Unity is a terrorist's fear.", ""},
	{"the vessel of the extremist Unity", "Unity"},
	/* single names of people, weak aliases */
	{"King Abdullah spoke to Abdullah Yusuf", ""},
	{"The terrorist Abdullah fled", "Abdullah"},
	{"The terrorist Talib fled", ""},
	{"Talha Saeed Wazir, called Talib", "Talha Saeed Wazir|Talib"},
	{"hezbollah", ""},
	{"hezbollah militants; Hezbollah", "hezbollah|Hezbollah"},
	/* what ends a name */
	{"Islamic. State", ""}, {"Islamic\n\nState", ""}, {"Islamic\nState", "Islamic State"}, {"Islamic (State)", ""},
	{"Islamic \xff State", ""}, {"", ""},
	/* quotations and addresses */
	{"He said: \"We fight al-Qaeda now.\"", "al-Qaeda/quoted"},
	{"the group \"Al-Qaeda\" fights", "Al-Qaeda"},
	{"see https://example.org/al-qaeda/x", "al-qaeda/url"},
};
/* clang-format on */

static void
finds_what_is_meant(void **state)
{
	struct finding *f = *state;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char expected[512];

		snprintf(expected, sizeof(expected), "%s", texts[i].found);
		for (char *nl = strstr(expected, "Islamic State");
		     nl && strchr(texts[i].text, '\n'); nl = NULL)
			nl[7] = '\n';
		assert_found(f, texts[i].text, expected);
	}
}

static void
long_texts_of_common_words_are_no_flood(void **state)
{
	static const char *const parts[] = {
		"The base of the unity is a state of mind, and it is what it is. ",
		"Let us say that Unity matters. In the Islamic world a state lets go. ",
		"Основа единства и государство народа. База данных и исламское искусство. ",
		"IT IS WHAT IT IS. The Base camp, The Unity Hall, Abdullah Street. ",
	};
	struct finding *f = *state;
	struct ent_text_found found;
	size_t room = (size_t)1 << 20, n = 0;
	char *text = malloc(room);

	assert_non_null(text);
	for (size_t i = 0; n + 300 < room; i++)
		n += (size_t)snprintf(text + n, room - n, "%s",
		                      parts[i % (sizeof(parts) / sizeof(parts[0]))]);
	assert_int_equal(ent_text_find(f->finder, (struct ent_str){ text, n }, &found, NULL),
	                 0);
	assert_int_equal(found.n, 0);
	free(text);
}

static void
mentions_beyond_the_limit_are_counted(void **state)
{
	struct finding *f = *state;
	struct ent_text_found found;
	size_t each = sizeof("Hezbollah ") - 1, times = ENT_TEXT_MENTIONS + 10;
	char *text = malloc(each * times);

	assert_non_null(text);
	for (size_t i = 0; i < times; i++)
		memcpy(text + i * each, "Hezbollah ", each);
	assert_int_equal(
	    ent_text_find(f->finder, (struct ent_str){ text, each * times }, &found, NULL), 0);
	assert_int_equal(found.n + found.dropped, times);
	assert_true(found.dropped >= 10);
	free(text);
}

/* ---- notices ---- */

/* clang-format off */
static const struct { const char *text; enum ent_notice_found found; const char *notice; } notices[] = {
	{"from the terrorist group al-Qaeda (banned in Russia) hijacked", ENT_NOTICE_HERE, "banned in Russia"},
	{"al-Qaeda, which is outlawed in the Russian Federation.", ENT_NOTICE_HERE, "outlawed in the Russian Federation"},
	{"al-Qaeda (запрещена в РФ)", ENT_NOTICE_HERE, "запрещена в РФ"},
	{"al-Qaeda (запрещённая на территории России организация)", ENT_NOTICE_HERE, "запрещённая на территории России"},
	{"al-Qaeda (признана террористической и запрещена в РФ)", ENT_NOTICE_HERE, "признана террористической и запрещена в РФ"},
	{"the banned in Russia group al-Qaeda", ENT_NOTICE_HERE, "banned in Russia"},
	{"al-Qaeda* said.\nMore.\n* Banned in Russia.\n", ENT_NOTICE_HERE, "Banned in Russia"},
	{"al-Qaeda** said.\n* Banned in Russia.\n", ENT_NOTICE_MISSING, ""},
	{"al-Qaeda* said. Nothing below.", ENT_NOTICE_MISSING, ""},
	{"al-Qaeda (banned in Kazakhstan)", ENT_NOTICE_OTHER, "banned in Kazakhstan"},
	{"al-Qaeda and the rest", ENT_NOTICE_MISSING, ""},
	{"Smoking is banned in Russia, al-Qaeda said", ENT_NOTICE_MISSING, ""},
	{"al-Qaeda and Hezbollah (banned in Russia)", ENT_NOTICE_MISSING, ""},
	{"al-Qaeda and Hezbollah (both banned in Russia)", ENT_NOTICE_HERE, "banned in Russia"},
	{"Hezbollah (banned in Russia) and al-Qaeda", ENT_NOTICE_MISSING, ""},
};
/* clang-format on */

static void
a_notice_belongs_to_the_name_that_it_stands_beside(void **state)
{
	struct finding *f = *state;

	for (size_t i = 0; i < sizeof(notices) / sizeof(notices[0]); i++) {
		struct ent_str text = ent_str_c(notices[i].text);
		const char *name = strstr(text.p, "al-Qaeda"), *other = strstr(text.p, "Hezb");
		struct ent_notice_span at,
		    span = { (size_t)(name - text.p), (size_t)(name - text.p) + 8 };
		size_t before = other && other < name ? (size_t)(other - text.p) + 9 : 0;
		size_t after = other && other > name ? (size_t)(other - text.p) : text.n;
		enum ent_notice_found found =
		    ent_notice_beside(f->rules, f->folder, text, span, before, after, &at);

		if (found != notices[i].found ||
		    !ent_str_is((struct ent_str){ text.p + at.from, at.to - at.from },
		                notices[i].notice))
			fail_msg("%s: %d \"%.*s\"", text.p, found, (int)(at.to - at.from),
			         text.p + at.from);
	}
}

static void
broken_rules_are_refused(void **state)
{
	static const char *const bad[] = {
		"{}",
		"[]",
		"{\"jurisdiction\":\"XX\",\"proposed\":{\"en\":\"banned in X\"}}",
		"{\"jurisdiction\":\"XX\",\"proposed\":{\"en\":\"banned in X\"},\"wordings\":"
		"[\"{ban} in "
		"{country}\"],\"countries\":[\"Y\"]}",
		"{\"jurisdiction\":\"XX\",\"proposed\":{\"en\":\"banned in X\"},\"wordings\":"
		"[\"*\"],\"countries\":[\"X\"]}",
		"{\"jurisdiction\":\"XX\",\"where\":\"there\",\"proposed\":{\"en\":\"banned in "
		"X\"},\"wordings\":[\"{ban} in {country}\"],\"countries\":[\"X\"]}",
		"{\"jurisdiction\":\"XX\",\"proposed\":{\"en\":\"banned in X\"},\"wordings\":"
		"[\"{ban} in {country}\"],\"countries\":[\"X\"],\"needs\":[{}]}",
	};
	struct finding *f = *state;
	struct ent_notice_rules *r;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (ent_notice_rules_read(f->a, f->folder, ent_str_c(bad[i]), &r, NULL) !=
		    ENT_EPARSE)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(
	    ent_notice_rules_read(
		f->a, f->folder,
		ENT_STR("{\"jurisdiction\":\"XX\",\"proposed\":{\"en\":\"banned in X\"},"
	                "\"wordings\":[\"{ban} in {country}\"],\"countries\":[\"X\"]}"),
		&r, NULL),
	    0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_is_meant),
		cmocka_unit_test(long_texts_of_common_words_are_no_flood),
		cmocka_unit_test(mentions_beyond_the_limit_are_counted),
		cmocka_unit_test(a_notice_belongs_to_the_name_that_it_stands_beside),
		cmocka_unit_test(broken_rules_are_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

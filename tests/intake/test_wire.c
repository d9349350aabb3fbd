/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_wire.c - reports in the styles of several agencies, and one rule at a time.
 *
 * texts/NAME.txt are invented; texts/NAME.expected is what has to be found in each, in the
 * lines that `entente intake --review` prints.
 */
#include "wire_test.h"

#include <entente/stix.h>

#include "base/file.h"

static const char *const texts[] = { "reuters", "ap",      "xinhua", "british", "interfax",
	                             "wrapped", "threats", "mosque", "talks" };

static struct ent_str
source(const char *name, const char *ending)
{
	struct ent_str path = ent_arena_printf(arena, "tests/intake/texts/%s.%s", name, ending);
	struct ent_err err = { 0 };
	struct ent_str text;

	if (ent_file_read(arena, source_file(path.p), 1 << 20, &text, &err))
		fail_msg("%s", err.msg);
	return text;
}

static void
finds_what_is_expected_in_each_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct ent_wire_report r = read_text(source(texts[i], "txt"));
		struct ent_wire_places *places = ent_wire_places_new(arena, r.text);
		struct ent_str expected = source(texts[i], "expected"), line;

		for (size_t k = 0; k < r.n_items; k++) {
			uint64_t row, column;
			struct ent_str found;

			ent_wire_line(places, r.items[k].at.from, &row, &column);
			found = ent_arena_printf(
			    arena, "%u:%u %s %.*s", (unsigned)row, (unsigned)column,
			    ent_wire_kind_name(r.items[k].kind),
			    ENT_FMT(ent_wire_line_of(&r, arena, &r.items[k])));
			for (size_t j = 0; j < found.n; j++)
				if (found.p[j] == '\n') /* a line was broken in it */
					*(char *)(uintptr_t)(found.p + j) = ' ';
			if (!ent_str_next(&expected, '\n', &line))
				fail_msg("%s: not expected: %s", texts[i], found.p);
			if (!ent_str_eq(found, line))
				fail_msg("%s: %s\nis not %.*s", texts[i], found.p,
				         ENT_FMT(line));
		}
		assert_int_equal(expected.n, 0);
	}
}

/* ---- datelines ---- */

static void
reads_the_datelines_of_agencies(void **state)
{
	static const struct {
		const char *text, *place, *agency, *date;
	} cases[] = {
		{ "MINSK, January 5, 2020. /TASS/. A.", "Minsk", "TASS", "2020-01-05" },
		{ "PARIS, Jan 5, 2020 (Reuters) - A", "Paris", "Reuters", "2020-01-05" },
		{ "NEW YORK (AP) \xe2\x80\x94 In 2020", "New York", "Associated Press", "" },
		{ "WASHINGTON (AP) _ A", "Washington", "Associated Press", "" },
		{ "BEIJING, Jan. 5, 2020 (Xinhua) -- A", "Beijing", "Xinhua", "2020-01-05" },
		{ "MOSCOW. Jan 5, 2020 (Interfax) - A", "Moscow", "Interfax", "2020-01-05" },
		{ "BERLIN, 5 January 2020 (dpa) - A", "Berlin", "Deutsche Presse-Agentur",
		  "2020-01-05" },
		{ "(ANSA) - ROME, JAN 5 2020 - A", "Rome", "ANSA", "2020-01-05" },
		{ "Headline\nBy Jane Doe\nOTTAWA, Jan 5, 2020 (The Canadian Press) - A",
		  "Ottawa", "The Canadian Press", "2020-01-05" },
		{ "OSLO, Norway, 5 Jan 2020 (Northwire) - A", "Oslo", "Northwire",
		  "2020-01-05" },
		{ "BRUSSELS/PARIS, Jan 5, 2020 (Reuters) - A", "Brussels", "Reuters",
		  "2020-01-05" },
		{ "Germany: seven dead\nBERLIN, Jan 5, 2020 (Reuters) - A", "Berlin", "Reuters",
		  "2020-01-05" },
		{ "MOSCOW, January 5, 2020 - RIA Novosti. A", "Moscow", "RIA Novosti",
		  "2020-01-05" },
		{ "ASTANA. KAZINFORM - A", "Astana", "Kazinform", "" },
		{ "OSLO - A", "Oslo", "", "" },
		{ "The minister said so in Paris.", NULL, NULL, NULL },
		{ "John Smith (Labour) said so.", NULL, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_wire_report r = read_text(ent_str_c(cases[i].text));

		if (r.dateline.found != (cases[i].place != NULL))
			fail_msg("%s", cases[i].text);
		if (!cases[i].place)
			continue;
		assert_str(r.things[r.dateline.place_thing].name, cases[i].place);
		assert_str(r.dateline.agency_name, cases[i].agency);
		assert_str(ent_wire_date_text(arena, r.dateline.date), cases[i].date);
	}
}

/* ---- dates ---- */

static void
counts_dates_from_the_dateline(void **state)
{
	/* Wednesday */
	static const struct {
		const char *words, *date, *until;
	} cases[] = {
		{ "today", "2020-02-26", "" },
		{ "yesterday", "2020-02-25", "" },
		{ "on Monday", "2020-02-24", "" },
		{ "on Wednesday", "2020-02-26", "" },
		{ "on Thursday", "2020-02-20", "" },
		{ "last Wednesday", "2020-02-19", "" },
		{ "next Sunday", "2020-03-01", "" },
		{ "last week", "2020-02-17", "2020-02-23" },
		{ "last month", "2020-01", "" },
		{ "last year", "2019", "" },
		{ "three years ago", "2017", "" },
		{ "two days ago", "2020-02-24", "" },
		{ "on February 3", "2020-02-03", "" },
		{ "on December 3", "2019-12-03", "" },
		{ "on 3 December 2018", "2018-12-03", "" },
		{ "on the 3rd of December, 2018", "2018-12-03", "" },
		{ "in December 2018", "2018-12", "" },
		{ "on 2018-12-03", "2018-12-03", "" },
		{ "on 03.12.2018", "2018-12-03", "" },
		{ "in 2018-2019", "2018", "2019" },
		{ "in 2018", "2018", "" },
		{ "after 9/11", "2001-09-11", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_str text = ent_arena_printf(
		    arena, "ROME, Feb 26, 2020 (ANSA) - It came %s, he said.", cases[i].words);
		struct ent_wire_report r = read_text(text);
		const struct ent_wire_item *d = nth(&r, ENT_WIRE_DATE, 0);

		if (!d)
			fail_msg("no date: %s", cases[i].words);
		assert_str(ent_wire_date_text(arena, d->date), cases[i].date);
		assert_str(ent_wire_date_text(arena, d->until), cases[i].until);
	}
}

static void
finds_the_year_of_the_dateline(void **state)
{
	static const struct {
		const char *text, *date;
		enum ent_wire_basis basis;
	} cases[] = {
		{ "ROME, March 4 (ANSA) - The 10th anniversary of the March 4, 2009, fire.",
		  "2019-03-04", ENT_BASIS_ANNIVERSARY },
		{ "ROME, May 3 (ANSA) - On Tuesday it said that since 2019", "2022-05-03",
		  ENT_BASIS_WEEKDAY },
		{ "ROME, May 3 (ANSA) - Since 2019 nothing.", "2019-05-03", ENT_BASIS_YEARS },
		{ "ROME, May 3 (ANSA) - Nothing.", "--05-03", ENT_BASIS_UNKNOWN },
		{ "ROME (ANSA) - Nothing since 2019.", "", ENT_BASIS_UNKNOWN },
	};
	struct ent_wire_options o = { .date = { 2015, 0, 0 } };
	struct ent_wire_report r;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		r = read_text(ent_str_c(cases[i].text));
		assert_str(ent_wire_date_text(arena, r.dateline.date), cases[i].date);
		assert_int_equal(r.dateline.basis, cases[i].basis);
	}
	assert_int_equal(ent_wire_read(arena, ent_str_c(cases[2].text), &o, &r, NULL), 0);
	assert_str(ent_wire_date_text(arena, r.dateline.date), "2015-05-03");
	assert_int_equal(r.dateline.basis, ENT_BASIS_GIVEN);
}

/* ---- quotations ---- */

static void
attributes_quotations(void **state)
{
	static const struct {
		const char *text, *speaker, *verb;
	} cases[] = {
		/* clang-format off */
		{ "\"We go,\" Jane Doe said.", "Jane Doe", "said" },
		{ "\"We go,\" said Jane Doe, the mayor of Springfield.", "Jane Doe", "said" },
		{ "\"Why do we go?\" asked Jane Doe.", "Jane Doe", "asked" },
		{ "\"We go\", Jane Doe stressed.", "Jane Doe", "stressed" },
		{ "President Jane Doe told reporters: \"We go.\"", "Jane Doe", "told" },
		{ "According to Jane Doe, \"we go\" was wrong.", "Jane Doe", "According to" },
		{ "\"We go,\" Secretary of State Jane Doe added.", "Jane Doe", "added" },
		{ "\"We go,\" Foreign Ministry Spokeswoman Jane Doe noted.", "Jane Doe", "noted" },
		{ "\"We go,\" the Home Secretary, Jane Doe, told MPs.", "Jane Doe", "told" },
		{ "\"We go,\" one resident, Jane Doe, told Reuters by phone.", "Jane Doe", "told" },
		{ "\"We go,\" said 34-year-old teacher Jane Doe.", "Jane Doe", "said" },
		{ "\"We go,\" the Foreign Ministry said in a statement.", "Foreign Ministry", "said" },
		{ "\xe2\x80\x9cWe go,\xe2\x80\x9d Jane Doe said.", "Jane Doe", "said" },
		{ "\xc2\xab""We go,\xc2\xbb Jane Doe said.", "Jane Doe", "said" },
		{ "\xe2\x80\x9eWe go,\xe2\x80\x9c Jane Doe said.", "Jane Doe", "said" },
		{ "'We can't go,' Jane Doe said.", "Jane Doe", "said" },
		{ "\xe2\x80\x98We can\xe2\x80\x99t go,\xe2\x80\x99 Jane Doe said.", "Jane Doe", "said" },
		{ "Jane Doe pointed out that \"we go.\"", "Jane Doe", "pointed out" },
		{ "Dr. Jane Doe called it \"a very great pity.\"", "Jane Doe", "called" },
		{ "Lavrov: \"We go.\"", "Lavrov", "" },
		{ "\"We go!\" the crowd chanted.", "crowd", "chanted" },
		{ "\"We go,\" said one of the survivors, who ran.", "one of the survivors", "said" },
		{ "The minister, visibly moved, said: \"We go.\"", "minister", "said" },
		{ "\"We go,\" Permanent Representative of Russia to the UN Jane Doe said.", "Jane Doe", "said" },
		{ "Police chief Jane Doe called it terror and said \"we go.\"", "Jane Doe", "said" },
		{ "\xe2\x80\x9dWe go,\xe2\x80\x9d Jane Doe said.", "Jane Doe", "said" },
		{ "\"We go to war,\" nobody.", NULL, NULL },
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_wire_report r = read_text(ent_str_c(cases[i].text));
		const struct ent_wire_item *q = nth(&r, ENT_WIRE_QUOTATION, 0);

		if (!q)
			fail_msg("no quotation: %s", cases[i].text);
		if (!cases[i].speaker) {
			assert_int_equal(q->thing, 0);
			continue;
		}
		if (!ent_str_is(r.things[q->thing].name, cases[i].speaker) ||
		    !ent_str_is(at(&r, q->verb), cases[i].verb))
			fail_msg("%s: %.*s, %.*s", cases[i].text,
			         ENT_FMT(r.things[q->thing].name), ENT_FMT(at(&r, q->verb)));
	}
}

static void
carries_the_speaker_on(void **state)
{
	static const char text[] = "\"One,\" French ambassador Jane Doe said. \"Two.\"\n"
				   "\"Three,\" she said, \"and four.\"\n"
				   "\"Five,\" the diplomat added.\n"
				   "German Chancellor John Roe said: \"Six. \n"
				   "\"Seven is the one that goes on.\"\n"
				   "\"Eight,\" the French ambassador concluded.\n"
				   "\"Nine,\" he replied.\n"
				   "\"Ten,\" Doe said.";
	static const char *const who[] = { "Jane Doe", "Jane Doe", "Jane Doe", "Jane Doe",
		                           "Jane Doe", "John Roe", "John Roe", "Jane Doe",
		                           "John Roe", "Jane Doe" };
	struct ent_wire_report r = read_text(ent_str_c(text));

	(void)state;
	assert_int_equal(count(&r, ENT_WIRE_QUOTATION), 10);
	for (size_t i = 0; i < 10; i++)
		assert_str(r.things[nth(&r, ENT_WIRE_QUOTATION, i)->thing].name, who[i]);
	assert_true(nth(&r, ENT_WIRE_QUOTATION, 5)->open);
	assert_true(nth(&r, ENT_WIRE_QUOTATION, 6)->carried);
}

static void
takes_a_term_for_no_quotation(void **state)
{
	struct ent_wire_report r = read_text(ENT_STR("The so-called \"big deal\" was off."));

	(void)state;
	assert_int_equal(count(&r, ENT_WIRE_QUOTATION), 0);
}

/* ---- figures ---- */

static void
reads_figures(void **state)
{
	static const struct {
		const char *text, *quantity;
		int64_t value;
		enum ent_wire_bound bound;
	} cases[] = {
		{ "Three soldiers and 12 civilians were killed.", "killed", 3,
		  ENT_BOUND_EXACT },
		{ "Eleven athletes were killed in the 1972 Munich massacre.", "killed", 11,
		  ENT_BOUND_EXACT },
		{ "A bomber killed himself and 14 others.", "killed", 14, ENT_BOUND_EXACT },
		{ "A total of 334 people, 186 of them children, died.", "killed", 334,
		  ENT_BOUND_EXACT },
		{ "About 150 passengers from 12 countries were taken hostage.", "hostages", 150,
		  ENT_BOUND_ABOUT },
		{ "In the attacks 19 members of al-Qaeda took four planes.", "perpetrators", 19,
		  ENT_BOUND_EXACT },
		{ "A bomb killed 12 people.", "killed", 12, ENT_BOUND_EXACT },
		{ "At least twenty-one people were killed.", "killed", 21, ENT_BOUND_LEAST },
		{ "Over 2,000 people died.", "killed", 2000, ENT_BOUND_MORE },
		{ "The attack claimed the lives of 77 persons.", "killed", 77,
		  ENT_BOUND_EXACT },
		{ "The attack claimed about 40 lives.", "killed", 40, ENT_BOUND_ABOUT },
		{ "The death toll rose to 57.", "killed", 57, ENT_BOUND_EXACT },
		{ "The blast left two dead.", "killed", 2, ENT_BOUND_EXACT },
		{ "Two hundred and fifty people, including three children, were wounded.",
		  "injured", 250, ENT_BOUND_EXACT },
		{ "It killed two and injured as many as 30 others.", "injured", 30,
		  ENT_BOUND_MOST },
		{ "Nearly 3,000 people were killed.", "killed", 3000, ENT_BOUND_NEARLY },
		{ "Between 20 and 30 people were hurt.", "injured", 20, ENT_BOUND_RANGE },
		{ "No fewer than 5 people were killed.", "killed", 5, ENT_BOUND_LEAST },
		{ "A dozen people were killed.", "killed", 12, ENT_BOUND_EXACT },
		{ "Nineteen hijackers attacked.", "perpetrators", 19, ENT_BOUND_EXACT },
		{ "A lone gunman attacked a bus.", "perpetrators", 1, ENT_BOUND_EXACT },
		{ "Two gunmen killed nine people.", "perpetrators", 2, ENT_BOUND_EXACT },
		{ "In the attack three of the gunmen and two attackers were killed.",
		  "perpetrators-killed", 2, ENT_BOUND_EXACT },
		{ "They hijacked three passenger jets.", "aircraft", 3, ENT_BOUND_EXACT },
		{ "The attack killed people from 40 countries.", "countries", 40,
		  ENT_BOUND_EXACT },
		{ "After the attack police detained 5 suspects.", "arrested", 5,
		  ENT_BOUND_EXACT },
		{ "Some 800 people were taken hostage.", "hostages", 800, ENT_BOUND_ABOUT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_wire_report r = read_text(ent_str_c(cases[i].text));
		const struct ent_wire_item *f = figure(&r, cases[i].quantity);

		if (!f || f->value != cases[i].value || f->bound != cases[i].bound ||
		    !f->incident)
			fail_msg("%s", cases[i].text);
	}
}

static void
takes_other_numbers_for_no_claim(void **state)
{
	static const char *const none[] = {
		"More than 3,000 soldiers took part.",
		"It killed trade worth $5 million.",
		"After the attack he waited two days.",
		"A 20-year-old man was killed.",
		"He was killed on 5 May 2010.",
		"The two countries signed.",
		"They were killed at 10:30.",
		"Killed in 12 percent of cases.",
		"No one was killed.",
		"The 25 terrorist attacks were prevented.",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		struct ent_wire_report r = read_text(ent_str_c(none[i]));

		if (count(&r, ENT_WIRE_FIGURE))
			fail_msg("%s", none[i]);
	}
}

/* ---- notices and rulings ---- */

static void
finds_notices(void **state)
{
	static const struct {
		const char *text, *name, *notice, *country;
	} cases[] = {
		{ "The Taliban (outlawed in Russia) came.", "Taliban", "outlawed in Russia",
		  "RU" },
		{ "The Grey Hand (banned in Norlandia) came.", "Grey Hand",
		  "banned in Norlandia", "Norlandia" },
		{ "The \"Grey Hand\" (designated as terrorist in Belarus) came.", "Grey Hand",
		  "designated as terrorist in Belarus", "BY" },
		{ "Hamas, which is banned in Germany, came.", "Hamas",
		  "which is banned in Germany", "DE" },
		{ "The Taliban* came.\n* Banned in Russia.", "Taliban", "Banned in Russia.",
		  "RU" },
		{ "\xd0\x98\xd0\x93\xd0\x98\xd0\x9b "
		  "(\xd0\xb7\xd0\xb0\xd0\xbf\xd1\x80\xd0\xb5\xd1\x89\xd0"
		  "\xb5\xd0\xbd\xd0\xb0 \xd0\xb2 \xd0\xa0\xd0\xa4)",
		  "\xd0\x98\xd0\x93\xd0\x98\xd0\x9b",
		  "\xd0\xb7\xd0\xb0\xd0\xbf\xd1\x80\xd0\xb5\xd1\x89\xd0\xb5\xd0\xbd\xd0\xb0 "
		  "\xd0\xb2 "
		  "\xd0\xa0\xd0\xa4",
		  "RU" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_wire_report r = read_text(ent_str_c(cases[i].text));
		const struct ent_wire_item *d = nth(&r, ENT_WIRE_DESIGNATED, 0);

		if (!d || !ent_str_is(at(&r, d->notice), cases[i].notice))
			fail_msg("%s", cases[i].text);
		assert_str(r.things[d->thing].name, cases[i].name);
		assert_str(d->notice_country, cases[i].country);
	}
}

static void
reads_rulings(void **state)
{
	static const struct {
		const char *text, *entity, *authority, *kind, *date, *effect;
	} cases[] = {
		/* clang-format off */
		{ "On 5 May 2010 the High Court of Norlandia declared the Grey Hand a terrorist organisation.",
		  "Grey Hand", "High Court of Norlandia", "court", "2010-05-05", "outlawed" },
		{ "Hezbollah was outlawed by Germany's Interior Ministry on 30 April 2020.",
		  "Hezbollah", "Interior Ministry of Germany", "ministry", "2020-04-30", "outlawed" },
		{ "The UN Security Council added Boko Haram to its sanctions list on 22 May 2014, freezing its assets.",
		  "Boko Haram", "UN Security Council", "council", "2014-05-22", "asset-freeze" },
		{ "On 3 March 2015 France's interior minister banned Hamas.",
		  "Hamas", "France's interior minister", "minister", "2015-03-03", "outlawed" },
		{ "Al-Qaeda was outlawed in Russia by a ruling of the Supreme Court of February 14, 2003.",
		  "al-Qaeda", "Supreme Court", "court", "2003-02-14", "outlawed" },
		{ "The Taliban, outlawed by the Russian Supreme Court on February 14, 2003, came.",
		  "Taliban", "Russian Supreme Court", "court", "2003-02-14", "outlawed" },
		{ "A court in Astana recognised the organisation Grey Hand as extremist on 5 October 2018.",
		  "Grey Hand", "court in Astana", "court", "2018-10-05", "outlawed" },
		{ "The United States designated the Taliban as terrorist on 1 July 2002.",
		  "Taliban", "United States", "other", "2002-07-01", NULL },
		/* clang-format on */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_wire_report r = read_text(ent_str_c(cases[i].text));
		const struct ent_wire_ruling *x = &r.rulings[1];

		if (r.n_rulings != 2)
			fail_msg("%s", cases[i].text);
		assert_str(r.things[x->entity].name, cases[i].entity);
		assert_str(r.things[x->authority].name, cases[i].authority);
		assert_string_equal(x->authority_kind, cases[i].kind);
		assert_str(ent_wire_date_text(arena, x->date), cases[i].date);
		assert_int_equal(x->n_effects > 0, cases[i].effect != NULL);
		if (cases[i].effect)
			assert_string_equal(x->effects[0], cases[i].effect);
	}
}

static void
takes_what_did_not_happen_for_no_ruling(void **state)
{
	static const char *const none[] = {
		"The European Union refused to designate Hezbollah as a terrorist "
		"organisation.",
		"The Supreme Court of Russia lifted the ban on the Taliban as a terrorist "
		"group.",
		"Germany may ban Hamas, a terrorist organisation.",
		"The court declared a recess.",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		struct ent_wire_report r = read_text(ent_str_c(none[i]));

		if (r.n_rulings != 1)
			fail_msg("%s", none[i]);
	}
}

/* ---- places, bundles, bad input ---- */

static void
counts_characters_not_bytes(void **state)
{
	struct ent_wire_report r =
	    read_text(ENT_STR("\xc3\x84\xe2\x80\x9c\xf0\x9f\x98\x80\n\xe2\x80\x9cWe "
	                      "go,\xe2\x80\x9d Jane Doe said."));
	struct ent_wire_places *p = ent_wire_places_new(arena, r.text);
	const struct ent_wire_item *q = nth(&r, ENT_WIRE_QUOTATION, 0);
	uint64_t line, column;

	(void)state;
	assert_str(at(&r, q->at), "We go,");
	assert_int_equal(ent_wire_characters(p, q->at.from), 5);
	assert_int_equal(ent_wire_characters(p, q->at.to), 11);
	ent_wire_line(p, q->at.from, &line, &column);
	assert_int_equal(line, 2);
	assert_int_equal(column, 2);
	assert_int_equal(ent_wire_characters(p, (uint32_t)r.text.n), 27);
}

static void
check_bundle(struct ent_str text)
{
	struct ent_wire_report r = read_text(text);
	struct ent_stix_options o = { .enforce_refs = true };
	const struct ent_json *bundle, *list;
	struct ent_findings f;
	struct ent_buf b;

	ent_buf_init(&b, 1 << 24);
	assert_int_equal(ent_wire_bundle(&r, arena, &b, NULL), 0);
	assert_int_equal(ent_json_parse(arena, ent_buf_view(&b), 32, &bundle, NULL), 0);
	ent_findings_init(&f, arena);
	assert_int_equal(ent_stix_check_with(bundle, &o, &f, NULL), 0);
	list = ent_json_getc(bundle, "objects");
	o.member = true;
	o.enforce_refs = false;
	for (size_t i = 0; i < ent_json_count(list); i++)
		assert_int_equal(ent_stix_check_with(ent_json_at(list, i), &o, &f, NULL), 0);
	for (size_t i = 0; i < f.count; i++)
		if (f.list[i].severity == ENT_MUST_RULE)
			fail_msg("%.*s: %.*s", ENT_FMT(f.list[i].pointer),
			         ENT_FMT(f.list[i].text));
	ent_buf_release(&b);
}

static void
makes_valid_bundles(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		check_bundle(source(texts[i], "txt"));
	check_bundle(ENT_STR(""));
	check_bundle(ENT_STR("\"We go to the sea,\" nobody."));
	check_bundle(
	    ENT_STR("On 5 May 2010 the High Court of Norlandia declared the Grey Hand a "
	            "terrorist organisation."));
}

static void
gives_the_same_for_the_same_text(void **state)
{
	struct ent_str text = source("xinhua", "txt"), copy = ent_arena_dup(arena, text);
	struct ent_wire_report a = read_text(text), b = read_text(copy);
	struct ent_buf x, y;

	(void)state;
	ent_buf_init(&x, 1 << 24);
	ent_buf_init(&y, 1 << 24);
	assert_int_equal(ent_wire_json(&a, arena, &x, NULL), 0);
	assert_int_equal(ent_wire_json(&b, arena, &y, NULL), 0);
	assert_true(ent_str_eq(ent_buf_view(&x), ent_buf_view(&y)));
	ent_buf_release(&x);
	ent_buf_release(&y);
}

static void
says_where_a_text_is_not_utf8(void **state)
{
	struct ent_wire_report r;
	struct ent_err err = { 0 };

	(void)state;
	assert_int_equal(
	    ent_wire_read(arena, ENT_STR("\xc3\x84\n\xc3\x84 b\xff!"), NULL, &r, &err),
	    ENT_EPARSE);
	assert_non_null(strstr(err.msg, "line 2, column 4: byte 8 (0xff)"));
}

static void
survives_every_arena_limit(void **state)
{
	struct ent_str text = source("interfax", "txt");
	int rc = ENT_ENOMEM;

	(void)state;
	for (size_t limit = 1024; rc == ENT_ENOMEM; limit += limit / 6) {
		struct ent_arena *a = ent_arena_new(limit);
		struct ent_wire_report r;
		struct ent_buf b;

		ent_buf_init(&b, 1 << 20);
		rc = ent_wire_read(a, text, NULL, &r, NULL);
		if (rc == 0)
			rc = ent_wire_json(&r, a, &b, NULL);
		ent_buf_release(&b);
		ent_arena_free(a);
	}
	assert_int_equal(rc, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_is_expected_in_each_text),
		cmocka_unit_test(reads_the_datelines_of_agencies),
		cmocka_unit_test(counts_dates_from_the_dateline),
		cmocka_unit_test(finds_the_year_of_the_dateline),
		cmocka_unit_test(attributes_quotations),
		cmocka_unit_test(carries_the_speaker_on),
		cmocka_unit_test(takes_a_term_for_no_quotation),
		cmocka_unit_test(reads_figures),
		cmocka_unit_test(takes_other_numbers_for_no_claim),
		cmocka_unit_test(finds_notices),
		cmocka_unit_test(reads_rulings),
		cmocka_unit_test(takes_what_did_not_happen_for_no_ruling),
		cmocka_unit_test(counts_characters_not_bytes),
		cmocka_unit_test(makes_valid_bundles),
		cmocka_unit_test(gives_the_same_for_the_same_text),
		cmocka_unit_test(says_where_a_text_is_not_utf8),
		cmocka_unit_test(survives_every_arena_limit),
	};

	return cmocka_run_group_tests_name("wire reports", tests, setup, teardown);
}

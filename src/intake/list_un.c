/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_un.c - the UN Security Council's consolidated list, as XML.
 *
 * FIRST_NAME to FOURTH_NAME are places in a name and not its roles; VERSIONNUM is 1 in all
 * records and says nothing; empty elements stand where there is nothing to say.
 */
#include "intake/list_int.h"

#define TEXT(e, name) ent_element_text(e, name)

/* The elements of a person's record, and what those of an organisation's are called. */
static const struct parts {
	const char *alias, *address;
} person_parts = { "INDIVIDUAL_ALIAS", "INDIVIDUAL_ADDRESS" },
  entity_parts = { "ENTITY_ALIAS", "ENTITY_ADDRESS" };

static int
about(struct ent_lister *l, struct ent_str name, struct ent_str text, struct ent_err *err)
{
	(void)err;
	if (ent_str_is(name, "@dateGenerated") && text.n >= 10)
		(void)ent_listed_day((struct ent_str){ text.p, 10 }, &l->about->date);
	return 0;
}

/* Texts in <e><VALUE>..</VALUE>..</e>, each to add(). */
static void
values(struct ent_lister *l, const struct ent_element *e,
       void (*add)(struct ent_lister *l, struct ent_str s))
{
	for (const struct ent_element *v = ent_element_get(e, "VALUE"); v;
	     v = ent_element_next(v))
		add(l, v->text);
}

static void
updated(struct ent_lister *l, struct ent_str s)
{
	struct ent_listed_day d, *last = &l->r.updated_on;

	if (!ent_str_trim(s).n)
		return;
	if (!ent_listed_day(s, &d)) {
		l->about->dates++;
		ent_lister_tell(l, l->r.line, "LAST_DAY_UPDATED \"%.*s\" is no date",
		                ENT_FMT(s));
	} else if (d.year > last->year ||
	           (d.year == last->year &&
	            (d.month > last->month || (d.month == last->month && d.day > last->day)))) {
		*last = d;
	}
}

static void
alias(struct ent_lister *l, struct ent_str s, struct ent_str quality, struct ent_str note)
{
	struct ent_listed_name *n = ent_lister_name(
	    l, s, ent_str_caseis(quality, "Low") ? ENT_NAME_WEAK : ENT_NAME_STRONG);

	if (n) {
		n->former = ent_str_starts(quality, "f");
		n->note = ent_lister_clean(l, note);
	}
}

/*
 * One ALIAS_NAME can hold several, divided by ";", and a name in its own script with Latin ones
 * in parentheses behind it.
 */
static void
aliases(struct ent_lister *l, struct ent_str s, struct ent_str quality, struct ent_str note)
{
	struct ent_str part;
	size_t open;

	s = ent_lister_clean(l, s);
	if (!s.n) {
		l->about->blank++;
		return;
	}
	open = ent_str_find(s, '(');
	if (open > 0 && open < s.n && s.p[s.n - 1] == ')' &&
	    ent_listed_foreign((struct ent_str){ s.p, open })) {
		struct ent_str inside = ent_str_from(s, open + 1);

		inside.n--;
		if (!ent_listed_foreign(inside) && ent_str_find(inside, '(') == inside.n) {
			alias(l, (struct ent_str){ s.p, open }, quality, note);
			s = inside;
		}
	}
	while (ent_str_next(&s, ';', &part))
		if (ent_str_trim(part).n)
			alias(l, part, quality, note);
}

/* Birth data that stand beside an alias. */
static void
alias_birth(struct ent_lister *l, const struct ent_element *e)
{
	const struct ent_str note[] = { ENT_STR("as"),
		                        ent_lister_clean(l, TEXT(e, "ALIAS_NAME")) };
	struct ent_str as = ent_lister_join(l, " ", note, 2);
	struct ent_listed_place p = { .city = TEXT(e, "CITY_OF_BIRTH"),
		                      .country = TEXT(e, "COUNTRY_OF_BIRTH") };

	ent_lister_birth(l, TEXT(e, "DATE_OF_BIRTH"), as);
	if (ent_str_trim(p.city).n || ent_str_trim(p.country).n) {
		p.note = as;
		ent_lister_birth_place(l, &p);
	}
}

static void
birth(struct ent_lister *l, const struct ent_element *e)
{
	struct ent_str type = ent_str_trim(TEXT(e, "TYPE_OF_DATE"));
	struct ent_str date = TEXT(e, "DATE"), note = ent_lister_clean(l, TEXT(e, "NOTE"));
	struct ent_listed_birth b = { .type = ENT_DATE_BETWEEN, .note = note };

	if (!ent_str_trim(date).n)
		date = TEXT(e, "YEAR");
	if (ent_listed_day(TEXT(e, "FROM_YEAR"), &b.from)) {
		if (!ent_listed_day(TEXT(e, "TO_YEAR"), &b.to))
			b.to = b.from;
		ent_lister_birth_days(l, &b);
	}
	if (ent_str_trim(date).n) {
		size_t n = l->r.n_births;

		ent_lister_birth(l, date, note);
		if (l->r.n_births > n && ent_str_caseis(type, "APPROXIMATELY"))
			l->r.births[n].type = ENT_DATE_ABOUT;
	} else if (!b.from.year && note.n) {
		b.type = ENT_DATE_ABOUT;
		ent_lister_birth_days(l, &b);
	}
}

static void
document(struct ent_lister *l, const struct ent_element *e)
{
	struct ent_str type = ent_lister_clean(l, TEXT(e, "TYPE_OF_DOCUMENT"));
	struct ent_str second = ent_lister_clean(l, TEXT(e, "TYPE_OF_DOCUMENT2"));
	struct ent_str country = ent_lister_clean(l, TEXT(e, "ISSUING_COUNTRY"));
	struct ent_str number = ent_lister_clean(l, TEXT(e, "NUMBER"));
	struct ent_str types[] = { type, ent_str_eq(type, second) ? ENT_STR("") : second };
	const struct ent_str note[] = { ent_lister_clean(l, TEXT(e, "CITY_OF_ISSUE")),
		                        ent_lister_clean(l, TEXT(e, "DATE_OF_ISSUE")),
		                        ent_lister_clean(l, TEXT(e, "NOTE")) };

	if (!number.n) { /* it often stands in the second type's place */
		number = types[1];
		types[1] = ENT_STR("");
	}
	ent_lister_document(l, ent_lister_join(l, ": ", types, 2), number,
	                    country.n ? country : TEXT(e, "COUNTRY_OF_ISSUE"),
	                    ent_lister_join(l, "; ", note, 3));
}

static struct ent_listed_place
place(const struct ent_element *e)
{
	return (struct ent_listed_place){ TEXT(e, "STREET"),         TEXT(e, "CITY"),
		                          TEXT(e, "STATE_PROVINCE"), TEXT(e, "ZIP_CODE"),
		                          TEXT(e, "COUNTRY"),        TEXT(e, "NOTE") };
}

static void
names(struct ent_lister *l, const struct ent_element *e)
{
	static const char *const parts[] = { "FIRST_NAME", "SECOND_NAME", "THIRD_NAME",
		                             "FOURTH_NAME" };
	struct ent_str part[4];

	for (size_t i = 0; i < 4; i++)
		part[i] = ent_lister_clean(l, TEXT(e, parts[i]));
	(void)ent_lister_name(l, ent_lister_join(l, " ", part, 4), ENT_NAME_PRIMARY);
	if (ent_str_trim(TEXT(e, "NAME_ORIGINAL_SCRIPT")).n) {
		struct ent_listed_name *n =
		    ent_lister_name(l, TEXT(e, "NAME_ORIGINAL_SCRIPT"), ENT_NAME_STRONG);

		if (n)
			n->original = true;
	}
}

static void
births(struct ent_lister *l, const struct ent_element *e)
{
	for (; e; e = e->next) {
		if (ent_str_is(e->name, "INDIVIDUAL_DATE_OF_BIRTH")) {
			birth(l, e);
		} else if (ent_str_is(e->name, "INDIVIDUAL_PLACE_OF_BIRTH")) {
			struct ent_listed_place p = place(e);

			ent_lister_birth_place(l, &p);
		} else if (ent_str_is(e->name, "INDIVIDUAL_DOCUMENT")) {
			document(l, e);
		}
	}
}

static int
record(struct ent_lister *l, const struct ent_element *e, struct ent_err *err)
{
	bool person = ent_str_is(e->name, "INDIVIDUAL");
	const struct parts *parts = person ? &person_parts : &entity_parts;
	struct ent_str listed = TEXT(e, "LISTED_ON");

	ent_lister_begin(l, l->about->list, e->line);
	l->r.kind = person ? ENT_LISTED_PERSON : ENT_LISTED_ORGANISATION;
	ent_lister_ref(l, TEXT(e, "REFERENCE_NUMBER"));
	names(l, e);
	for (const struct ent_element *c = ent_element_get(e, parts->alias); c;
	     c = ent_element_next(c)) {
		aliases(l, TEXT(c, "ALIAS_NAME"), ent_str_trim(TEXT(c, "QUALITY")),
		        TEXT(c, "NOTE"));
		alias_birth(l, c);
	}
	for (const struct ent_element *c = ent_element_get(e, parts->address); c;
	     c = ent_element_next(c)) {
		struct ent_listed_place p = place(c);

		ent_lister_address(l, &p);
	}
	births(l, e->first);
	values(l, ent_element_get(e, "NATIONALITY"), ent_lister_nationality);
	values(l, ent_element_get(e, "TITLE"), ent_lister_position);
	values(l, ent_element_get(e, "DESIGNATION"), ent_lister_position);
	values(l, ent_element_get(e, "LAST_DAY_UPDATED"), updated);
	ent_lister_programme(l, TEXT(e, "UN_LIST_TYPE"));
	ent_lister_gender(l, TEXT(e, "GENDER"));
	ent_lister_remark(l, TEXT(e, "COMMENTS1"));
	if (ent_str_trim(listed).n && !ent_listed_day(listed, &l->r.listed_on)) {
		l->about->dates++;
		ent_lister_tell(l, e->line, "LISTED_ON \"%.*s\" is no date", ENT_FMT(listed));
	}
	return ent_lister_end(l, err);
}

static const char *const records[] = { "INDIVIDUAL", "ENTITY", NULL };
const struct ent_list_xml ent_list_un = {
	"CONSOLIDATED_LIST", "UN XML", "un-sc", records, about, record, NULL
};

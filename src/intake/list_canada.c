/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_canada.c - Canada's consolidated autonomous sanctions list, as XML.
 *
 * An entry has no number of its own; its regulation (Country), schedule and item are what names
 * it in the law, and are its number here.
 */
#include "intake/list_int.h"

#define TEXT(e, name) ent_element_text(e, name)

static int
about(struct ent_lister *l, struct ent_str name, struct ent_str text, struct ent_err *err)
{
	(void)l;
	(void)name;
	(void)text;
	(void)err;
	return 0;
}

/* "Belarusian: X", "Russian: X": the language isn't part of the name. */
static struct ent_str
without_language(struct ent_str s)
{
	static const char *const languages[] = { "Belarusian", "Belarussian", "Russian",
		                                 "Ukrainian",  "Arabic",      "Persian",
		                                 "Farsi",      "Burmese",     "French",
		                                 "Spanish" };

	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		size_t n = strlen(languages[i]), colon = ent_str_find(s, ':');

		if (ent_str_starts(s, languages[i]) && colon < s.n && colon <= n + 2)
			return ent_str_from(s, colon + 1);
	}
	return s;
}

/* Divided by semicolons and commas; a company's "Ltd" or "Inc" is no alias of its own. */
static bool
legal_form(struct ent_str s)
{
	static const char *const forms[] = { "Ltd",  "Ltd.", "LLC",   "Inc",     "Inc.",
		                             "S.A.", "SA",   "JSC",   "Limited", "L.L.C.",
		                             "Co.",  "GmbH", "S.A.L", "PJSC",    "AG" };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (ent_str_caseis(s, forms[i]))
			return true;
	return false;
}

void
ent_list_joined(struct ent_lister *l, struct ent_str s)
{
	while (s.n) {
		size_t end = 0;
		struct ent_str part;

		for (;;) { /* to a separator that no legal form stands behind */
			struct ent_str behind;
			size_t next;

			while (end < s.n && s.p[end] != ';' && s.p[end] != ',')
				end++;
			if (end == s.n || s.p[end] == ';')
				break;
			behind = ent_str_from(s, end + 1);
			for (next = 0; next < behind.n; next++)
				if (behind.p[next] == ',' || behind.p[next] == ';')
					break;
			if (!legal_form(ent_str_trim((struct ent_str){ behind.p, next })))
				break;
			end++;
		}
		part = without_language(ent_str_trim((struct ent_str){ s.p, end }));
		if (!l->r.n_names || !ent_str_eq(part, l->r.names[0].text))
			(void)ent_lister_name(l, part, ENT_NAME_STRONG);
		s = ent_str_from(s, end + (end < s.n));
	}
}

static int
record(struct ent_lister *l, const struct ent_element *e, struct ent_err *err)
{
	struct ent_str country = ent_lister_clean(l, TEXT(e, "Country"));
	struct ent_str imo = TEXT(e, "ShipIMONumber"),
		       born = TEXT(e, "DateOfBirthOrShipBuildDate");
	const struct ent_str person[] = { ent_lister_clean(l, TEXT(e, "LastName")),
		                          ent_lister_clean(l, TEXT(e, "GivenName")) };
	const struct ent_str ref[] = { country, ent_lister_clean(l, TEXT(e, "Schedule")),
		                       ent_lister_clean(l, TEXT(e, "Item")) };
	bool is_person = person[0].n || person[1].n;
	struct ent_listed_name *n;

	ent_lister_begin(l, l->about->list, e->line);
	ent_lister_ref(l, ent_lister_join(l, " / ", ref, 3));
	l->r.kind = is_person ? ENT_LISTED_PERSON
	            : imo.n   ? ENT_LISTED_VESSEL
	                      : ENT_LISTED_ORGANISATION;
	n = ent_lister_name(
	    l, is_person ? ent_lister_join(l, ", ", person, 2) : TEXT(e, "EntityOrShip"),
	    ENT_NAME_PRIMARY);
	if (n)
		n->last_first = person[0].n && person[1].n;
	ent_list_joined(l, ent_lister_clean(l, TEXT(e, "Aliases")));
	ent_lister_programme(l, country);
	ent_lister_position(l, TEXT(e, "TitleOrShip"));
	ent_lister_document(l, ENT_STR("Vessel Registration Identification"), imo, ENT_STR(""),
	                    ENT_STR(""));
	if (is_person)
		ent_lister_birth(l, born, ENT_STR(""));
	else if (born.n) {
		const struct ent_str built[] = { ENT_STR("built"), born };

		ent_lister_remark(l, ent_lister_join(l, " ", built, 2));
	}
	if (!ent_listed_day(TEXT(e, "DateOfListing"), &l->r.listed_on)) {
		l->about->dates++;
		ent_lister_tell(l, e->line, "DateOfListing \"%.*s\" is no date",
		                ENT_FMT(TEXT(e, "DateOfListing")));
	}
	return ent_lister_end(l, err);
}

static const char *const records[] = { "record", NULL };
const struct ent_list_xml ent_list_canada = { "data-set", "Canada XML", "ca-sema", records,
	                                      about,      record,       NULL };

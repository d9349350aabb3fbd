/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_detail.c - details of OFAC's entries by their names: in remarks, in XML.
 */
#include "intake/list_int.h"

#define CURRENCY "Digital Currency Address" /* and behind it which: " - XBT" */

enum what { BIRTH, PLACE, NATIONALITY, GENDER, NUMBER };

/* clang-format off */
/* Longer names before shorter ones that they begin with. */
static const struct {
	const char *name;
	enum what what;
} details[] = {
	{ "DOB", BIRTH },
	{ "Birthdate", BIRTH },
	{ "POB", PLACE },
	{ "Place of Birth", PLACE },
	{ "nationality", NATIONALITY },
	{ "Nationality of Registration", NATIONALITY },
	{ "Nationality Country", NATIONALITY },
	{ "citizen", NATIONALITY },
	{ "Citizenship Country", NATIONALITY },
	{ "Gender", GENDER },
	{ "Afghan Money Service Provider License Number", NUMBER },
	{ "Aircraft Construction Number (also called L/N or S/N or F/N)", NUMBER },
	{ "Aircraft Manufacturer's Serial Number (MSN)", NUMBER },
	{ "Aircraft Manufacturer\xe2\x80\x99s Serial Number (MSN)", NUMBER },
	{ "Aircraft Mode S Transponder Code", NUMBER },
	{ "Aircraft Serial Identification", NUMBER },
	{ "Aircraft Tail Number", NUMBER },
	{ "Previous Aircraft Tail Number", NUMBER },
	{ "BIK (RU)", NUMBER },
	{ "Birth Certificate Number", NUMBER },
	{ "Bosnian Personal ID No.", NUMBER },
	{ "Branch Unit Number", NUMBER },
	{ "British National Overseas Passport", NUMBER },
	{ "Business Number", NUMBER },
	{ "Business Registration Document #", NUMBER },
	{ "Business Registration Number", NUMBER },
	{ "C.I.F.", NUMBER },
	{ "C.R. No.", NUMBER },
	{ "C.U.I.", NUMBER },
	{ "C.U.I.P.", NUMBER },
	{ "C.U.I.T.", NUMBER },
	{ "C.U.R.P. #", NUMBER },
	{ "C.U.R.P.", NUMBER },
	{ "CNP (Personal Numerical Code)", NUMBER },
	{ "Cartilla de Servicio Militar Nacional", NUMBER },
	{ "Cedula No.", NUMBER },
	{ "Certificate of Incorporation Number", NUMBER },
	{ "Chamber of Commerce Number", NUMBER },
	{ "Chinese Commercial Code", NUMBER },
	{ "Citizen's Card Number", NUMBER },
	{ "Commercial Registry Number", NUMBER },
	{ "Company Number", NUMBER },
	{ "Credencial electoral", NUMBER },
	{ "D-U-N-S Number", NUMBER },
	{ "D.N.I.", NUMBER },
	{ CURRENCY, NUMBER },
	{ "Diplomatic Passport", NUMBER },
	{ "Driver's License No.", NUMBER },
	{ "Dubai Chamber of Commerce Membership No.", NUMBER },
	{ "Electoral Registry No.", NUMBER },
	{ "Email Address", NUMBER },
	{ "Enterprise Number", NUMBER },
	{ "Equity Ticker", NUMBER },
	{ "Fiscal Code", NUMBER },
	{ "Folio Mercantil No.", NUMBER },
	{ "Government Gazette Number", NUMBER },
	{ "I.F.E.", NUMBER },
	{ "ISIN", NUMBER },
	{ "Identification Number", NUMBER },
	{ "Immigration No.", NUMBER },
	{ "Italian Fiscal Code", NUMBER },
	{ "Kenyan ID No.", NUMBER },
	{ "LE Number", NUMBER },
	{ "Legal Entity Number", NUMBER },
	{ "License", NUMBER },
	{ "MMSI", NUMBER },
	{ "Matricula Mercantil No", NUMBER },
	{ "Moroccan Personal ID No.", NUMBER },
	{ "N.I.E.", NUMBER },
	{ "NIT #", NUMBER },
	{ "National Foreign ID Number", NUMBER },
	{ "National ID No.", NUMBER },
	{ "Numero Unico de Identificacao Tributaria (NUIT)", NUMBER },
	{ "Numero de Identidad", NUMBER },
	{ "Passport Booklet:", NUMBER },
	{ "Passport Booklet", NUMBER },
	{ "Passport", NUMBER },
	{ "Personal ID Card", NUMBER },
	{ "Phone Number", NUMBER },
	{ "Pilot License Number", NUMBER },
	{ "Public Registration Number", NUMBER },
	{ "Public Security and Immigration No.", NUMBER },
	{ "R.F.C. #", NUMBER },
	{ "R.F.C.", NUMBER },
	{ "RFC", NUMBER },
	{ "RIF #", NUMBER },
	{ "RTN", NUMBER },
	{ "RUC #", NUMBER },
	{ "Refugee ID Card", NUMBER },
	{ "Registered Charity No.", NUMBER },
	{ "Registration ID", NUMBER },
	{ "Registration Number", NUMBER },
	{ "Residency Number", NUMBER },
	{ "Romanian C.R.", NUMBER },
	{ "Romanian Permanent Resident", NUMBER },
	{ "Romanian Tax Registration", NUMBER },
	{ "SRE Permit No.", NUMBER },
	{ "SSN", NUMBER },
	{ "SWIFT/BIC", NUMBER },
	{ "Serial No.", NUMBER },
	{ "Stateless Person ID Card", NUMBER },
	{ "Stateless Person Passport", NUMBER },
	{ "Tarjeta Profesional", NUMBER },
	{ "Tax ID No.", NUMBER },
	{ "Tazkira National ID Card", NUMBER },
	{ "Telephone", NUMBER },
	{ "Trade License No.", NUMBER },
	{ "Travel Document Number", NUMBER },
	{ "Turkish Identification Number", NUMBER },
	{ "U.S.A. Passport", NUMBER },
	{ "UAE Identification", NUMBER },
	{ "UK Company Number", NUMBER },
	{ "US FEIN", NUMBER },
	{ "Unified Social Credit Code (USCC)", NUMBER },
	{ "United Social Credit Code Certificate (USCCC)", NUMBER },
	{ "V.A.T. Number", NUMBER },
	{ "Vessel Registration Identification", NUMBER },
	{ "VisaNumberID", NUMBER },
	{ "Website", NUMBER },
};
/* clang-format on */

/* A number as OFAC writes it: "A0002302 (Iran) issued 20 Feb 2003 expires 19 Feb 2011." */
static void
number(struct ent_lister *l, struct ent_str type, struct ent_str s, struct ent_str country)
{
	static const char *const behind[] = { " issued ", " expires ", " Issued ",
		                              " Expires " };
	struct ent_str note = ENT_STR("");
	size_t end = s.n;

	for (size_t i = 0; i < sizeof(behind) / sizeof(behind[0]); i++)
		for (size_t at = 0; at + strlen(behind[i]) < end; at++)
			if (memcmp(s.p + at, behind[i], strlen(behind[i])) == 0)
				end = at;
	if (end < s.n)
		note = ent_str_from(s, end + 1);
	s.n = end;
	if (!country.n && s.n > 2 && s.p[s.n - 1] == ')') {
		size_t open = s.n;

		while (open > 0 && s.p[open - 1] != '(')
			open--;
		if (open > 1 && s.p[open - 2] == ' ') {
			country = (struct ent_str){ s.p + open, s.n - open - 1 };
			s.n = open - 2;
		}
	}
	ent_lister_document(l, type, s, country, note);
}

static void
apply(struct ent_lister *l, enum what what, struct ent_str name, struct ent_str value,
      struct ent_str country)
{
	if (what != BIRTH && value.n && value.p[value.n - 1] == '.')
		value.n--;
	switch (what) {
	case BIRTH:
		ent_lister_birth(l, value, ENT_STR(""));
		break;
	case PLACE:
		ent_lister_birth_place(l, &(struct ent_listed_place){ .note = value });
		break;
	case NATIONALITY:
		ent_lister_nationality(l, value);
		break;
	case GENDER:
		ent_lister_gender(l, value);
		break;
	case NUMBER:
		number(l, name, value, country);
		break;
	}
}

bool
ent_lister_detail(struct ent_lister *l, struct ent_str name, struct ent_str value,
                  struct ent_str country)
{
	for (size_t i = 0; i < sizeof(details) / sizeof(details[0]); i++)
		if (ent_str_is(name, details[i].name) ||
		    (strcmp(details[i].name, CURRENCY) == 0 &&
		     ent_str_starts(name, CURRENCY))) {
			apply(l, details[i].what, name, value, country);
			return true;
		}
	return false;
}

/* "a.k.a. 'X'": a weak alias.  The name may have apostrophes of its own. */
static bool
weak_alias(struct ent_lister *l, struct ent_str s)
{
	struct ent_listed_name *n;
	struct ent_str kind;

	if (s.n < 9 || s.p[7] != '\'' || memcmp(s.p + 1, ".k.a. ", 6) != 0 ||
	    (s.p[0] != 'a' && s.p[0] != 'f' && s.p[0] != 'n'))
		return false;
	kind = s;
	s = ent_str_from(s, 8);
	while (s.n && (s.p[s.n - 1] == '.' || s.p[s.n - 1] == ' '))
		s.n--;
	if (!s.n || s.p[s.n - 1] != '\'')
		return false;
	s.n--;
	n = ent_lister_name(l, s, ENT_NAME_WEAK);
	if (n) {
		n->former = kind.p[0] == 'f';
		n->last_first =
		    l->r.kind == ENT_LISTED_PERSON && ent_str_find(n->text, ',') < n->text.n;
	}
	return true;
}

static bool
known(struct ent_lister *l, struct ent_str s)
{
	const char *best = NULL;
	enum what what = NUMBER;

	if (weak_alias(l, s))
		return true;
	if (s.n > 5 && ent_str_caseis((struct ent_str){ s.p, 5 }, "alt. "))
		s = ent_str_from(s, 5);
	if (weak_alias(l, s))
		return true;
	for (size_t i = 0; i < sizeof(details) / sizeof(details[0]); i++) {
		size_t n = strlen(details[i].name);

		if (ent_str_starts(s, details[i].name) && s.n > n + 1 &&
		    (s.p[n] == ' ' || s.p[n] == ':') && (!best || n > strlen(best))) {
			best = details[i].name;
			what = details[i].what;
		}
	}
	if (!best)
		return false;
	if (strcmp(best, CURRENCY) == 0) {
		size_t coin = strlen(best) + 3;
		size_t blank =
		    coin < s.n ? coin + ent_str_find(ent_str_from(s, coin), ' ') : s.n;

		if (blank >= s.n)
			return false;
		apply(l, what, (struct ent_str){ s.p, blank }, ent_str_from(s, blank + 1),
		      ENT_STR(""));
		return true;
	}
	apply(l, what, ent_str_c(best),
	      ent_str_trim(ent_str_from(s, strlen(best) + (s.p[strlen(best)] == ':'))),
	      ENT_STR(""));
	return true;
}

void
ent_lister_details(struct ent_lister *l, struct ent_str remarks)
{
	struct ent_str part;

	while (ent_str_next(&remarks, ';', &part)) {
		part = ent_str_trim(part);
		if (part.n && !known(l, part))
			ent_lister_remark(l, part);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_ofac_xml.c - OFAC's lists as XML (sdnList) and as ENHANCED_XML (sanctionsData).
 */
#include <inttypes.h>

#include "intake/list_int.h"

#define TEXT(e, name) ent_element_text(e, name)

/* ---- sdnList ---- */

/* How many records the file says it has: kept between its head and its end. */
static int
xml_about(struct ent_lister *l, struct ent_str name, struct ent_str text, struct ent_err *err)
{
	(void)err;
	if (ent_str_is(name, "/publshInformation/Publish_Date"))
		(void)ent_listed_day(text, &l->about->date);
	else if (ent_str_is(name, "/publshInformation/Record_Count"))
		(void)ent_str_u64(ent_str_trim(text), UINT64_MAX, &l->claimed);
	if (ent_str_starts(ent_str_c(l->name), "cons") ||
	    ent_str_starts(ent_str_c(l->name), "CONS"))
		l->about->list = ent_list_find(ENT_STR("us-ofac-cons"));
	return 0;
}

static int
xml_end(struct ent_lister *l, struct ent_err *err)
{
	uint64_t read = l->about->records + l->about->nameless;

	if (l->claimed && l->claimed != read)
		return ent_fail(err, ENT_EPARSE,
		                "Record_Count says %" PRIu64 " entries, there are %" PRIu64,
		                l->claimed, read);
	return 0;
}

/* "LAST, First", or one of them alone. */
static struct ent_listed_name *
last_first(struct ent_lister *l, struct ent_str last, struct ent_str first,
           enum ent_listed_quality q)
{
	const struct ent_str parts[] = { ent_lister_clean(l, last),
		                         ent_lister_clean(l, first) };
	struct ent_listed_name *n = ent_lister_name(l, ent_lister_join(l, ", ", parts, 2), q);

	if (n)
		n->last_first = parts[0].n && parts[1].n;
	return n;
}

static void
xml_alias(struct ent_lister *l, const struct ent_element *e)
{
	struct ent_listed_name *n = last_first(
	    l, TEXT(e, "lastName"), TEXT(e, "firstName"),
	    ent_str_is(TEXT(e, "category"), "weak") ? ENT_NAME_WEAK : ENT_NAME_STRONG);

	if (n)
		n->former = ent_str_starts(TEXT(e, "type"), "f.k.a");
}

static void
xml_address(struct ent_lister *l, const struct ent_element *e)
{
	const struct ent_str lines[] = { TEXT(e, "address1"), TEXT(e, "address2"),
		                         TEXT(e, "address3") };
	struct ent_listed_place p = { .street = ent_lister_join(l, ", ", lines, 3),
		                      .city = TEXT(e, "city"),
		                      .province = TEXT(e, "stateOrProvince"),
		                      .postal = TEXT(e, "postalCode"),
		                      .country = TEXT(e, "country") };

	ent_lister_address(l, &p);
}

static void
xml_id(struct ent_lister *l, const struct ent_element *e)
{
	const struct ent_str note[] = { TEXT(e, "issueDate"), TEXT(e, "expirationDate") };
	const struct ent_str words[] = { TEXT(e, "idType"), TEXT(e, "idNumber") };

	if (note[0].n || note[1].n)
		ent_lister_document(l, words[0], words[1], TEXT(e, "idCountry"),
		                    ent_lister_join(l, " to ", note, 2));
	else if (!ent_lister_detail(l, words[0], words[1], TEXT(e, "idCountry")))
		ent_lister_remark(l, ent_lister_join(l, " ", words, 2));
}

static void
xml_birth(struct ent_lister *l, const struct ent_element *e)
{
	ent_lister_birth(l, TEXT(e, "dateOfBirth"), ENT_STR(""));
}

static void
xml_birth_place(struct ent_lister *l, const struct ent_element *e)
{
	ent_lister_birth_place(l,
	                       &(struct ent_listed_place){ .note = TEXT(e, "placeOfBirth") });
}

static void
xml_nationality(struct ent_lister *l, const struct ent_element *e)
{
	ent_lister_nationality(l, TEXT(e, "country"));
}

static void
xml_programme(struct ent_lister *l, const struct ent_element *e)
{
	ent_lister_programme(l, e->text);
}

static void
xml_vessel(struct ent_lister *l, const struct ent_element *e)
{
	ent_lister_document(l, ENT_STR("Call Sign"), TEXT(e, "callSign"), ENT_STR(""),
	                    ENT_STR(""));
	ent_lister_nationality(l, TEXT(e, "vesselFlag"));
	ent_lister_position(l, TEXT(e, "vesselType"));
	ent_lister_remark(l, TEXT(e, "vesselOwner"));
}

/* A list inside a record, and what is done with each of its elements. */
static const struct lists {
	const char *list, *item; /* item NULL: the list itself */
	void (*add)(struct ent_lister *l, const struct ent_element *e);
} xml_lists[] = {
	{ "programList", "program", xml_programme },
	{ "akaList", "aka", xml_alias },
	{ "addressList", "address", xml_address },
	{ "dateOfBirthList", "dateOfBirthItem", xml_birth },
	{ "placeOfBirthList", "placeOfBirthItem", xml_birth_place },
	{ "nationalityList", "nationality", xml_nationality },
	{ "citizenshipList", "citizenship", xml_nationality },
	{ "idList", "id", xml_id },
	{ "vesselInfo", NULL, xml_vessel },
};

static void
each_list(struct ent_lister *l, const struct ent_element *e, const struct lists *lists,
          size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct ent_element *in = ent_element_get(e, lists[i].list);

		if (in && lists[i].item)
			in = ent_element_get(in, lists[i].item);
		for (; in; in = lists[i].item ? ent_element_next(in) : NULL)
			lists[i].add(l, in);
	}
}

static enum ent_listed_kind
kind_of(struct ent_str s)
{
	static const struct {
		const char *word;
		enum ent_listed_kind kind;
	} kinds[] = { { "individual", ENT_LISTED_PERSON },
		      { "entity", ENT_LISTED_ORGANISATION },
		      { "vessel", ENT_LISTED_VESSEL },
		      { "aircraft", ENT_LISTED_AIRCRAFT } };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (ent_str_caseis(ent_str_trim(s), kinds[i].word))
			return kinds[i].kind;
	return ENT_LISTED_UNKNOWN;
}

static int
xml_record(struct ent_lister *l, const struct ent_element *e, struct ent_err *err)
{
	ent_lister_begin(l, l->about->list, e->line);
	ent_lister_ref(l, TEXT(e, "uid"));
	l->r.kind = kind_of(TEXT(e, "sdnType"));
	(void)last_first(l, TEXT(e, "lastName"), TEXT(e, "firstName"), ENT_NAME_PRIMARY);
	ent_lister_position(l, TEXT(e, "title"));
	each_list(l, e, xml_lists, sizeof(xml_lists) / sizeof(xml_lists[0]));
	ent_lister_remark(l, TEXT(e, "remarks"));
	return ent_lister_end(l, err);
}

static const char *const xml_records[] = { "sdnEntry", NULL };
const struct ent_list_xml ent_list_ofac_xml = { "sdnList",   "OFAC XML", "us-ofac-sdn",
	                                        xml_records, xml_about,  xml_record,
	                                        xml_end };

/* ---- sanctionsData ---- */

static int
enhanced_about(struct ent_lister *l, struct ent_str name, struct ent_str text,
               struct ent_err *err)
{
	(void)err;
	if (ent_str_is(name, "/publicationInfo/dataAsOf"))
		(void)ent_listed_day(text, &l->about->date);
	else if (ent_str_is(name,
	                    "/publicationInfo/filters/sanctionsPrograms/sanctionsProgram"))
		l->about->partial = true; /* only of some programmes */
	return 0;
}

static bool
yes(const struct ent_element *e, const char *name)
{
	return ent_str_is(TEXT(e, name), "true");
}

/* A name, in each script that the list writes it in. */
static void
enhanced_name(struct ent_lister *l, const struct ent_element *e)
{
	bool primary = yes(e, "isPrimary"), weak = yes(e, "isLowQuality");
	const struct ent_element *t =
	    ent_element_get(ent_element_get(e, "translations"), "translation");

	for (; t; t = ent_element_next(t)) {
		bool main = yes(t, "isPrimary");
		struct ent_listed_name *n = ent_lister_name(l, TEXT(t, "formattedFullName"),
		                                            primary && main ? ENT_NAME_PRIMARY
		                                            : weak          ? ENT_NAME_WEAK
		                                                            : ENT_NAME_STRONG);

		if (!n)
			continue;
		n->former = ent_str_starts(TEXT(e, "aliasType"), "F.K.A");
		n->original = !ent_str_is(TEXT(t, "script"), "Latin");
		n->last_first = TEXT(t, "formattedFirstName").n > 0 &&
		                ent_str_find(n->text, ',') < n->text.n;
	}
}

static void
enhanced_address(struct ent_lister *l, const struct ent_element *e)
{
	const struct ent_element *t =
	    ent_element_get(ent_element_get(e, "translations"), "translation");
	const struct ent_element *p =
	    ent_element_get(ent_element_get(t, "addressParts"), "addressPart");
	struct ent_listed_place to = { .country = TEXT(e, "country") };
	struct ent_str lines[3] = { { 0 } };
	size_t n = 0;

	for (; p; p = ent_element_next(p)) {
		struct ent_str type = TEXT(p, "type"), value = TEXT(p, "value");

		if (ent_str_is(type, "CITY"))
			to.city = value;
		else if (ent_str_starts(type, "STATE"))
			to.province = value;
		else if (ent_str_starts(type, "POSTAL"))
			to.postal = value;
		else if (ent_str_is(type, "REGION"))
			to.note = value;
		else if (n < 3)
			lines[n++] = value;
	}
	to.street = ent_lister_join(l, ", ", lines, n);
	ent_lister_address(l, &to);
}

static void
enhanced_feature(struct ent_lister *l, const struct ent_element *e)
{
	const struct ent_str words[] = { TEXT(e, "type"), TEXT(e, "value") };

	if (!ent_lister_detail(l, words[0], words[1], ENT_STR("")))
		ent_lister_remark(l, ent_lister_join(l, " ", words, 2));
}

static void
enhanced_document(struct ent_lister *l, const struct ent_element *e)
{
	const struct ent_element *issued = ent_element_get(e, "issueDate");
	const struct ent_element *expires = ent_element_get(e, "expirationDate");
	const struct ent_str note[] = { issued ? ENT_STR("issued") : ENT_STR(""),
		                        TEXT(issued, "fromDateBegin"),
		                        expires ? ENT_STR("expires") : ENT_STR(""),
		                        TEXT(expires, "fromDateBegin") };

	ent_lister_document(l, TEXT(e, "type"), TEXT(e, "documentNumber"),
	                    TEXT(e, "issuingCountry"), ent_lister_join(l, " ", note, 4));
}

static void
enhanced_list(struct ent_lister *l, const struct ent_element *e)
{
	(void)ent_listed_day(ent_element_attribute(e, "datePublished"), &l->r.listed_on);
	if (!ent_str_is(e->text, "SDN List") && !(l->o && l->o->list))
		l->r.list = ent_list_find(ENT_STR("us-ofac-cons"));
}

static void
enhanced_basis(struct ent_lister *l, const struct ent_element *e)
{
	const struct ent_str both[] = { l->r.basis, ent_lister_clean(l, e->text) };

	l->r.basis = ent_lister_join(l, "; ", both, 2);
}

static const struct lists enhanced_lists[] = {
	{ "sanctionsLists", "sanctionsList", enhanced_list },
	{ "sanctionsPrograms", "sanctionsProgram", xml_programme },
	{ "legalAuthorities", "legalAuthority", enhanced_basis },
	{ "names", "name", enhanced_name },
	{ "addresses", "address", enhanced_address },
	{ "features", "feature", enhanced_feature },
	{ "identityDocuments", "identityDocument", enhanced_document },
};

static int
enhanced_record(struct ent_lister *l, const struct ent_element *e, struct ent_err *err)
{
	const struct ent_element *info = ent_element_get(e, "generalInfo");

	ent_lister_begin(l, ent_list_find(ENT_STR("us-ofac-sdn")), e->line);
	ent_lister_ref(l, ent_element_attribute(e, "id"));
	l->r.kind = kind_of(TEXT(info, "entityType"));
	ent_lister_position(l, TEXT(info, "title"));
	each_list(l, e, enhanced_lists, sizeof(enhanced_lists) / sizeof(enhanced_lists[0]));
	ent_lister_remark(l, TEXT(info, "remarks"));
	return ent_lister_end(l, err);
}

static const char *const enhanced_records[] = { "entity", NULL };
const struct ent_list_xml ent_list_ofac_enhanced = {
	"sanctionsData", "OFAC ENHANCED_XML", "us-ofac-sdn", enhanced_records,
	enhanced_about,  enhanced_record,     NULL
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_list.c - lists of designations: the traps of each format by hand-made files, and the
 * real ones where they are.
 */
#include "test.h"

#include <dirent.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "intake/list_int.h"

/* ---- a record as lines ---- */

static void
put_place(struct ent_buf *b, const char *what, const struct ent_listed_place *p)
{
	ent_buf_printf(b, "%s %.*s|%.*s|%.*s|%.*s|%.*s|%.*s\n", what, ENT_FMT(p->street),
	               ENT_FMT(p->city), ENT_FMT(p->province), ENT_FMT(p->postal),
	               ENT_FMT(p->country), ENT_FMT(p->note));
}

static void
put_texts(struct ent_buf *b, const char *what, const struct ent_str *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ent_buf_printf(b, "%s %.*s\n", what, ENT_FMT(s[i]));
}

static void
put_births(struct ent_buf *b, const struct ent_listed *r)
{
	static const char *const types[] = { "=", "~", ".." };
	char from[16], to[16];

	for (size_t i = 0; i < r->n_births; i++)
		ent_buf_printf(b, "born %s %s %s %.*s\n", types[r->births[i].type],
		               ent_listed_day_text(r->births[i].from, from),
		               ent_listed_day_text(r->births[i].to, to),
		               ENT_FMT(r->births[i].note));
}

static int
put(void *self, const struct ent_listed *r, struct ent_err *err)
{
	struct ent_buf *b = self;
	char day[16];

	(void)err;
	ent_buf_printf(b, "%d %s %.*s %s\n", (int)r->line, r->list->id, ENT_FMT(r->ref),
	               ent_listed_kind_name(r->kind));
	for (size_t i = 0; i < r->n_names; i++) {
		const struct ent_listed_name *n = &r->names[i];

		ent_buf_printf(b, "%s%s%s%s %.*s|%.*s\n", ent_listed_quality_name(n->quality),
		               n->original ? "+o" : "", n->last_first ? "+l" : "",
		               n->former ? "+f" : "", ENT_FMT(n->text), ENT_FMT(n->note));
	}
	put_births(b, r);
	for (size_t i = 0; i < r->n_birth_places; i++)
		put_place(b, "from", &r->birth_places[i]);
	put_texts(b, "nat", r->nationalities, r->n_nationalities);
	for (size_t i = 0; i < r->n_documents; i++)
		ent_buf_printf(b, "doc %.*s|%.*s|%.*s|%.*s\n", ENT_FMT(r->documents[i].type),
		               ENT_FMT(r->documents[i].number),
		               ENT_FMT(r->documents[i].country), ENT_FMT(r->documents[i].note));
	for (size_t i = 0; i < r->n_addresses; i++)
		put_place(b, "at", &r->addresses[i]);
	put_texts(b, "prog", r->programmes, r->n_programmes);
	put_texts(b, "pos", r->positions, r->n_positions);
	if (r->listed_on.year)
		ent_buf_printf(b, "listed %s\n", ent_listed_day_text(r->listed_on, day));
	if (r->updated_on.year)
		ent_buf_printf(b, "updated %s\n", ent_listed_day_text(r->updated_on, day));
	if (r->expires_on.year)
		ent_buf_printf(b, "expires %s\n", ent_listed_day_text(r->expires_on, day));
	if (r->gender.n)
		ent_buf_printf(b, "gender %.*s\n", ENT_FMT(r->gender));
	if (r->basis.n)
		ent_buf_printf(b, "basis %.*s\n", ENT_FMT(r->basis));
	if (r->remarks.n)
		ent_buf_printf(b, "remarks %.*s\n", ENT_FMT(r->remarks));
	return 0;
}

static struct ent_list_about about;
static struct ent_buf got;

static int
read_text(struct ent_str text, const char *name)
{
	struct ent_err err = { 0 };
	int rc;

	ent_buf_clear(&got);
	rc = ent_list_text(text, name, NULL, put, &got, &about, &err);
	if (rc)
		ent_buf_printf(&got, "!%s\n", err.msg);
	return rc;
}

static void
expect(struct ent_str text, const char *name, const char *want)
{
	(void)read_text(text, name);
	assert_str(ent_buf_view(&got), want);
}

/* ---- the UN ---- */

/* clang-format off */
#define UN(records)                                                                                  \
	ENT_STR("<?xml version='1.0' encoding='UTF-8'?>\n<CONSOLIDATED_LIST dateGenerated='2026-02-27T00:00:09.554Z'>" \
	        records "</CONSOLIDATED_LIST>")

static void
reads_a_person_of_the_un(void **state)
{
	(void)state;
	expect(UN("<INDIVIDUALS>\n<INDIVIDUAL><DATAID>1</DATAID><VERSIONNUM>1</VERSIONNUM>"
	          "<FIRST_NAME> ANN\n  MARY</FIRST_NAME><SECOND_NAME>EXAMPLE</SECOND_NAME><THIRD_NAME/>"
	          "<FOURTH_NAME>BINT JOHN</FOURTH_NAME><UN_LIST_TYPE>Taliban</UN_LIST_TYPE>"
	          "<REFERENCE_NUMBER>TAi.900 </REFERENCE_NUMBER><LISTED_ON>2015-04-07-04:00</LISTED_ON>"
	          "<NAME_ORIGINAL_SCRIPT>\u0622\u0646 \u0645\u062b\u0627\u0644</NAME_ORIGINAL_SCRIPT><GENDER>FEMALE</GENDER>"
	          "<COMMENTS1>First.\n\nSecond &amp; third.</COMMENTS1><TITLE><VALUE>Dr.</VALUE></TITLE>"
	          "<DESIGNATION><VALUE>Teacher</VALUE><VALUE>Driver</VALUE></DESIGNATION>"
	          "<NATIONALITY><VALUE>Exampleland</VALUE></NATIONALITY>"
	          "<LAST_DAY_UPDATED><VALUE>2016-01-02</VALUE><VALUE>2015-12-30</VALUE><VALUE/></LAST_DAY_UPDATED>"
	          "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>A. Sample; B. Sample</ALIAS_NAME><NOTE>in 1999</NOTE></INDIVIDUAL_ALIAS>"
	          "<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>\u0622\u0646 (Ana; Anna)</ALIAS_NAME>"
	          "<DATE_OF_BIRTH>1960</DATE_OF_BIRTH><CITY_OF_BIRTH>Town</CITY_OF_BIRTH><COUNTRY_OF_BIRTH/></INDIVIDUAL_ALIAS>"
	          "<INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>"
	          "<INDIVIDUAL_ADDRESS><STREET>Road 1</STREET><CITY>Town</CITY><STATE_PROVINCE>West</STATE_PROVINCE>"
	          "<ZIP_CODE>123</ZIP_CODE><COUNTRY>Exampleland</COUNTRY><NOTE>since 2001</NOTE></INDIVIDUAL_ADDRESS>"
	          "<INDIVIDUAL_ADDRESS><COUNTRY/></INDIVIDUAL_ADDRESS>"
	          "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1961</YEAR></INDIVIDUAL_DATE_OF_BIRTH>"
	          "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1960</FROM_YEAR><TO_YEAR>1963</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>"
	          "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1962-11-09-05:00</DATE></INDIVIDUAL_DATE_OF_BIRTH>"
	          "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE/></INDIVIDUAL_DATE_OF_BIRTH>"
	          "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1999-02-30</DATE></INDIVIDUAL_DATE_OF_BIRTH>"
	          "<INDIVIDUAL_PLACE_OF_BIRTH><CITY>Town</CITY><COUNTRY>Exampleland</COUNTRY></INDIVIDUAL_PLACE_OF_BIRTH>"
	          "<INDIVIDUAL_DOCUMENT/><INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER> X 1</NUMBER>"
	          "<COUNTRY_OF_ISSUE>Exampleland</COUNTRY_OF_ISSUE><DATE_OF_ISSUE>2001-01-01</DATE_OF_ISSUE></INDIVIDUAL_DOCUMENT>"
	          "<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>National Identification Number</TYPE_OF_DOCUMENT>"
	          "<TYPE_OF_DOCUMENT2>tazkira number 5</TYPE_OF_DOCUMENT2></INDIVIDUAL_DOCUMENT>"
	          "<SORT_KEY/><SORT_KEY_LAST_MOD/></INDIVIDUAL></INDIVIDUALS>"),
	       "un.xml",
	       "3 un-sc TAi.900 person\nprimary ANN MARY EXAMPLE BINT JOHN|\n"
	       "strong+o \u0622\u0646 \u0645\u062b\u0627\u0644|\nstrong A. Sample|in 1999\nstrong B. Sample|in 1999\n"
	       "weak+o \u0622\u0646|\nweak Ana|\nweak Anna|\n"
	       "born = 1960 1960 as \u0622\u0646 (Ana; Anna)\nborn ~ 1961 1961 \nborn .. 1960 1963 \n"
	       "born = 1962-11-09 1962-11-09 \nborn ~   1999-02-30\n"
	       "from |Town||||as \u0622\u0646 (Ana; Anna)\nfrom |Town|||Exampleland|\nnat Exampleland\n"
	       "doc Passport|X 1|Exampleland|2001-01-01\ndoc National Identification Number|tazkira number 5||\n"
	       "at Road 1|Town|West|123|Exampleland|since 2001\nprog Taliban\npos Dr.\npos Teacher\npos Driver\n"
	       "listed 2015-04-07\nupdated 2016-01-02\ngender female\nremarks First. Second & third.\n");
	assert_int_equal(about.blank, 1);
	assert_int_equal(about.dates, 1);
	assert_int_equal(about.told[0].line, 3);
	assert_int_equal(about.date.year, 2026);
}

static void
reads_an_organisation_of_the_un(void **state)
{
	(void)state;
	expect(UN("<ENTITIES><ENTITY><FIRST_NAME>EXAMPLE FRONT</FIRST_NAME><REFERENCE_NUMBER>QDe.900</REFERENCE_NUMBER>"
	          "<LISTED_ON>2001-10-06</LISTED_ON>"
	          "<ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>The Front</ALIAS_NAME></ENTITY_ALIAS>"
	          "<ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>Old \xe2\x80\x8b" "Front\xe2\x80\x8f</ALIAS_NAME></ENTITY_ALIAS>"
	          "<ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>--</ALIAS_NAME></ENTITY_ALIAS>"
	          "<ENTITY_ADDRESS><NOTE>unknown</NOTE></ENTITY_ADDRESS></ENTITY></ENTITIES>"), "un.xml",
	       "2 un-sc QDe.900 organisation\nprimary EXAMPLE FRONT|\nstrong The Front|\nstrong+f Old Front|\n"
	       "at |||||unknown\nlisted 2001-10-06\n");
	assert_int_equal(about.blank, 1);
}

#define ENTITY(ref, name)                                                                            \
	"<ENTITY><FIRST_NAME>" name "</FIRST_NAME><REFERENCE_NUMBER>" ref "</REFERENCE_NUMBER></ENTITY>"

#define T(t) { "" t, sizeof(t) - 1 }
/* What breaks a file, and what is said of it. */
static const struct {
	struct ent_str text;
	const char *want;
} broken[] = {
	{ { "", 0 }, "f: the file is empty" },
	{ T("<html></html>"), "f: line 1: <html> isn't the root of a list" },
	{ T("<!DOCTYPE a [\n<!ENTITY b \"cc\">\n]>\n<CONSOLIDATED_LIST>&b;</CONSOLIDATED_LIST>"),
	  "f: line 1: a document type is declared" },
	{ T("<CONSOLIDATED_LIST>\n<A>&x;</A></CONSOLIDATED_LIST>"), "f: line 2: " },
	{ T("<CONSOLIDATED_LIST>\n<ENTITIES>\n" ENTITY("1", "A") "\n<ENTITY><FIRST"), "f: line 4: " },
	{ T("<CONSOLIDATED_LIST>\n" ENTITY("1", "A\xff") "</CONSOLIDATED_LIST>"), "f: line 2: " },
	{ T("<CONSOLIDATED_LIST>\n" ENTITY("1", "A\x01") "</CONSOLIDATED_LIST>"), "f: line 2: " },
	{ T("<CONSOLIDATED_LIST>\n" ENTITY("1", "A") "\n" ENTITY("1", "B") "</CONSOLIDATED_LIST>"),
	  "f: line 3: \"1\" has an entry already, from line 2" },
	{ T("<CONSOLIDATED_LIST>\n\n" ENTITY("", "A") "</CONSOLIDATED_LIST>"), "f: line 3: an entry without a number" },
	{ T("<CONSOLIDATED_LIST></CONSOLIDATED_LIST>"), "f: there is no entry in it" },
	{ T("<sdnList><publshInformation><Record_Count>2</Record_Count></publshInformation>\n"
	           "<sdnEntry><uid>1</uid><lastName>A</lastName></sdnEntry></sdnList>"),
	  "f: Record_Count says 2 entries, there are 1" },
	{ T("36,\"A\",-0- ,\"X\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n37,\"B\",-0- \r\n"),
	  "f: line 2: 3 fields where 12 belong" },
	{ T("36,1,\"Road\",\"Town\",\"Land\",-0- \r\n"), "f: these are addresses" },
	{ T("Name,Alias,Nationality,Designation,Sanction Type,Source\nA,B\n"),
	  "f: line 2: 2 fields where the header has 6" },
	{ T("Ann Example\nx\ty\n"), "f: line 2: a table of an unknown form" },
	{ T("36,\"A\",\"B\"\n"), "f: line 1: a table of an unknown form" },
	{ T("{\"type\":\"bundle\"}\n"), "f: line 1: a table of an unknown form" },
};
/* clang-format on */

static void
says_what_is_wrong_and_where(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct ent_str all, why;

		assert_true(read_text(broken[i].text, "f") < 0);
		all = ent_buf_view(&got);
		why = ent_str_from(all, ent_str_find(all, '!') + 1);
		if (!ent_str_starts(why, broken[i].want))
			fail_msg("case %zu: %.*s", i, ENT_FMT(why));
	}
}

static void
counts_an_entry_without_a_name(void **state)
{
	(void)state;
	expect(UN(ENTITY("1", "") ENTITY("2", "B")), "un.xml",
	       "2 un-sc 2 organisation\nprimary B|\n");
	assert_int_equal(about.nameless, 1);
	assert_int_equal(about.records, 1);
}

/* As deep, as long and as wide as an attacker likes: an error, in little time. */
static void
bounds_what_it_takes(void **state)
{
	static const char open[] = "<CONSOLIDATED_LIST><ENTITY><FIRST_NAME>";
	size_t n = (size_t)12 << 20;
	char *text = malloc(n);
	struct ent_str all = { text, n };

	(void)state;
	assert_non_null(text);
	memset(text, 'A', n);
	memcpy(text, open, sizeof(open) - 1);
	assert_int_equal(read_text(all, "long name"), ENT_ELIMIT);
	for (size_t i = sizeof(open) - 1; i + 3 < n; i += 3)
		memcpy(text + i, "<A>", 3);
	assert_int_equal(read_text(all, "deep"), ENT_ELIMIT);
	for (size_t i = sizeof(open) - 1; i + 4 < n; i += 4)
		memcpy(text + i, "<A/>", 4);
	assert_int_equal(read_text(all, "wide"), ENT_ELIMIT);
	memset(text, 'A', n);
	memcpy(text, "<CONSOLIDATED_LIST dateGenerated='", 34);
	assert_true(read_text(all, "attribute") < 0);
	assert_int_equal(read_text((struct ent_str){ text + 100, n - 100 }, "names.txt"),
	                 ENT_ELIMIT);
	free(text);
}

/* ---- OFAC ---- */

static void
write_file(const char *dir, const char *name, const char *text)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(ent_file_write(path, ent_str_c(text), 0600, NULL), 0);
}

static void
remove_folder(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char path[600];

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		(void)unlink(path);
	}
	closedir(d);
	assert_int_equal(rmdir(dir), 0);
}

#define NULLS "-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"

/* clang-format off */
static void
joins_the_files_of_ofac(void **state)
{
	char dir[] = "/tmp/entente-list-XXXXXX", path[100];
	struct ent_err err = { 0 };

	(void)state;
	assert_non_null(mkdtemp(dir));
	write_file(dir, "sdn.csv",
	           "7,\"EXAMPLE, Ann\",\"individual\",\"SDGT] [SYRIA\",\"Dr.\"," NULLS
	           "\"DOB 15 Jan 1955; alt. DOB circa 1956; DOB 1951 to 1953; POB Town, Exampleland; nationality Exampleland; "
	           "citizen Elsewhere; Gender Female; Passport A0002302 (Iran) issued 20 Feb 2003 expires 19 Feb 2011; "
	           "alt. Cedula No. 5 (Colombia).; a.k.a. ''ABD AL-'X'; f.k.a. 'DE''; Digital Currency Address - XBT 12Q; "
	           "Linked To: SOME\"\r"
	           "9,\"EXAMPLE SHIP\",\"vessel\",\"CUBA\",-0- ,\"CL1\",\"Tanker\",\"2\",\"3\",\"Cuba\",\"Owner Co.\",-0- \r"
	           "11,\"EXAMPLE FRONT\",-0- ,\"CUBA\",-0- ," NULLS "\"a.k.a. 'EF'.\"\r\x1a");
	write_file(dir, "alt.csv",
	           "7,1,\"aka\",\"EXAMPLE, Anna\",-0- \r\n7,2,\"fka\",\"SAMPLE, Ann\",-0- \r\n99,3,\"aka\",\"GONE\",-0- \r\n\x1a");
	write_file(dir, "add.csv", "11,1,\"Road 1, Floor 2\",\"Town\",\"Exampleland\",-0- \r\n11,2,-0- ,-0- ,\"Spain\",-0- \r\n");
	write_file(dir, "sdn_comments.csv", "7,\"ONE ELSE.; Passport X (Y)\"\r\n");
	ent_buf_clear(&got);
	assert_int_equal(ent_list_read(dir, NULL, put, &got, &about, &err), 0);
	assert_str(ent_buf_view(&got),
	           "1 us-ofac-sdn 7 person\nprimary+l EXAMPLE, Ann|\nstrong+l EXAMPLE, Anna|\nstrong+l+f SAMPLE, Ann|\n"
	           "weak 'ABD AL-'X|\nweak+f DE'|\nborn = 1955-01-15 1955-01-15 \nborn ~ 1956 1956 \n"
	           "born .. 1951 1953 \nfrom |||||Town, Exampleland\nnat Exampleland\nnat Elsewhere\n"
	           "doc Passport|A0002302|Iran|issued 20 Feb 2003 expires 19 Feb 2011\ndoc Cedula No.|5|Colombia|\n"
	           "doc Digital Currency Address - XBT|12Q||\ndoc Passport|X|Y|\nprog SDGT\nprog SYRIA\npos Dr.\n"
	           "gender female\nremarks Linked To: SOMEONE ELSE.\n"
	           "2 us-ofac-sdn 9 vessel\nprimary EXAMPLE SHIP|\nnat Cuba\ndoc Call Sign|CL1||\nprog CUBA\npos Tanker\n"
	           "remarks Vessel Owner Owner Co.\n"
	           "3 us-ofac-sdn 11 organisation\nprimary EXAMPLE FRONT|\nweak EF|\n"
	           "at Road 1, Floor 2|Town|||Exampleland|\nat ||||Spain|\nprog CUBA\n");
	assert_int_equal(about.orphans, 1);
	assert_int_equal(about.n_files, 4);
	assert_false(about.partial);
	/* its parts by their own names */
	snprintf(path, sizeof(path), "%s/alt.csv", dir);
	assert_int_equal(ent_list_read(path, NULL, put, &got, &about, &err), ENT_EINVAL);
	snprintf(path, sizeof(path), "%s/alt.csv", dir);
	write_file(dir, "add.csv", "11,1,\"Road\r\n");
	snprintf(path, sizeof(path), "%s/sdn.csv", dir);
	assert_int_equal(ent_list_read(path, NULL, put, &got, &about, &err), ENT_EPARSE);
	assert_non_null(strstr(err.msg, "add.csv: line 1: "));
	remove_folder(dir);
}

static void
reads_aliases_without_a_main_file(void **state)
{
	char dir[] = "/tmp/entente-list-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(dir));
	write_file(dir, "alt-2026-06.csv", "36,12,\"aka\",\"AERO-EXAMPLE\",-0- \r\n40,14,\"aka\",\"EXAMPLE, Ann\",-0- \r\n"
	                                   "40,13,\"nka\",\"EXAMPLE, Anna\",-0- \r\n\x1a");
	write_file(dir, "add-2026-06.csv", "36,25,-0- ,\"Town\",\"Exampleland\",-0- \r\n");
	ent_buf_clear(&got);
	assert_int_equal(ent_list_read(dir, NULL, put, &got, &about, NULL), 0);
	assert_str(ent_buf_view(&got), "1 us-ofac-aliases 36 unknown\nprimary AERO-EXAMPLE|\nat |Town|||Exampleland|\n"
	                               "2 us-ofac-aliases 40 unknown\nprimary+l EXAMPLE, Ann|\nstrong+l EXAMPLE, Anna|\n");
	assert_true(about.partial);
	remove_folder(dir);
}

static void
reads_the_xml_of_ofac(void **state)
{
	(void)state;
	expect(ENT_STR("<?xml version=\"1.0\" standalone=\"yes\"?><sdnList xmlns=\"urn:x\"><publshInformation>"
	               "<Publish_Date>03/28/2025</Publish_Date><Record_Count>1</Record_Count></publshInformation>"
	               "<sdnEntry><uid>9</uid><firstName>Ann</firstName><lastName>EXAMPLE</lastName><title>Dr.</title>"
	               "<sdnType>Individual</sdnType><remarks>(Linked To: X)</remarks><programList><program>SDGT</program></programList>"
	               "<idList><id><uid>1</uid><idType>Passport</idType><idNumber>X1</idNumber><idCountry>Spain</idCountry></id>"
	               "<id><idType>Gender</idType><idNumber>Female</idNumber></id>"
	               "<id><idType>Target Type</idType><idNumber>Public</idNumber></id></idList>"
	               "<akaList><aka><uid>2</uid><type>f.k.a.</type><category>weak</category><lastName>ANNIE</lastName></aka></akaList>"
	               "<addressList><address><address1>Road</address1><address2>1</address2><city>Town</city>"
	               "<postalCode>5</postalCode><country>Spain</country></address></addressList>"
	               "<dateOfBirthList><dateOfBirthItem><dateOfBirth>circa 1962</dateOfBirth></dateOfBirthItem></dateOfBirthList>"
	               "</sdnEntry></sdnList>"),
	       "consolidated.xml",
	       "1 us-ofac-cons 9 person\nprimary+l EXAMPLE, Ann|\nweak+f ANNIE|\nborn ~ 1962 1962 \ndoc Passport|X1|Spain|\n"
	       "at Road, 1|Town||5|Spain|\nprog SDGT\npos Dr.\ngender female\nremarks Target Type Public; (Linked To: X)\n");
	expect(ENT_STR("<sanctionsData><publicationInfo><dataAsOf>2024-08-28T00:00:00</dataAsOf><filters><sanctionsPrograms>"
	               "<sanctionsProgram>IRGC</sanctionsProgram></sanctionsPrograms></filters></publicationInfo><entities>\n"
	               "<entity id=\"5\"><generalInfo><entityType>Entity</entityType></generalInfo>"
	               "<sanctionsLists><sanctionsList refId=\"1\" datePublished=\"2019-04-15\">SDN List</sanctionsList></sanctionsLists>"
	               "<legalAuthorities><legalAuthority>INA</legalAuthority></legalAuthorities><names>"
	               "<name><isPrimary>false</isPrimary><aliasType>F.K.A.</aliasType><isLowQuality>true</isLowQuality><translations>"
	               "<translation><isPrimary>true</isPrimary><script>Latin</script><formattedFullName>EF</formattedFullName></translation></translations></name>"
	               "<name><isPrimary>true</isPrimary><isLowQuality>false</isLowQuality><translations>"
	               "<translation><isPrimary>true</isPrimary><script>Latin</script><formattedFullName>EXAMPLE FRONT</formattedFullName></translation>"
	               "<translation><isPrimary>false</isPrimary><script>Arabic</script><formattedFullName>\u202b\u0645\u062b\u0627\u0644\u202c</formattedFullName></translation>"
	               "</translations></name></names><features><feature><type>Website</type><value>a.example</value></feature></features>"
	               "<identityDocuments><identityDocument><type>Tax ID</type><issueDate><fromDateBegin>2014-03-03</fromDateBegin></issueDate>"
	               "<documentNumber>7</documentNumber><issuingCountry>Iran</issuingCountry></identityDocument></identityDocuments>"
	               "</entity></entities></sanctionsData>"),
	       "enhanced.xml",
	       "2 us-ofac-sdn 5 organisation\nprimary EXAMPLE FRONT|\nweak+f EF|\nstrong+o \u0645\u062b\u0627\u0644|\n"
	       "doc Website|a.example||\ndoc Tax ID|7|Iran|issued 2014-03-03\nlisted 2019-04-15\nbasis INA\n");
	assert_true(about.partial);
}

/* ---- the others ---- */

static void
reads_canada(void **state)
{
	(void)state;
	expect(ENT_STR("<data-set><record><Country>Iran</Country><LastName>Example</LastName><GivenName>Ann</GivenName>"
	               "<Aliases>Annie Example, Belarusian: \u042d\u043d; Russian : \u042d\u043d\u043d</Aliases>"
	               "<DateOfBirthOrShipBuildDate>1963-1964</DateOfBirthOrShipBuildDate><Schedule>1, Part 1</Schedule>"
	               "<Item>3</Item><DateOfListing>2020-09-28</DateOfListing></record>\n"
	               "<record><Country>Iran</Country><EntityOrShip>Example Ship</EntityOrShip><TitleOrShip>Tanker</TitleOrShip>"
	               "<ShipIMONumber>7612448</ShipIMONumber><DateOfBirthOrShipBuildDate>1980</DateOfBirthOrShipBuildDate>"
	               "<Schedule>1.1</Schedule><Item>1</Item><DateOfListing>2025-02-21</DateOfListing></record></data-set>"),
	       "sema.xml",
	       "1 ca-sema Iran / 1, Part 1 / 3 person\nprimary+l Example, Ann|\nstrong Annie Example|\nstrong+o \u042d\u043d|\n"
	       "strong+o \u042d\u043d\u043d|\nborn .. 1963 1964 \nprog Iran\nlisted 2020-09-28\n"
	       "2 ca-sema Iran / 1.1 / 1 vessel\nprimary Example Ship|\ndoc Vessel Registration Identification|7612448||\n"
	       "prog Iran\npos Tanker\nlisted 2025-02-21\nremarks built 1980\n");
}

static void
reads_tables_of_names(void **state)
{
	(void)state;
	expect(ENT_STR("\"Name\"\t\"Street_Address\"\t\"City\"\t\"State\"\t\"Country\"\t\"Postal_Code\"\t\"Effective_Date\"\t"
	               "\"Expiration_Date\"\t\"Standard_Order\"\t\"Last_Update\"\t\"Action\"\t\"FR_Citation\"\r\n"
	               "\" A. EXAMPLE\"\t\"ROAD 1\"\t\"TOWN\"\t\"TX\"\t\"US\"\t\"75159\"\t\"06/19/2003\"\t\"06/29/2056\"\t\"Y\"\t"
	               "\"0222-05-18\"\t\"NEW\"\t\"68 F.R. 1\"\r\n"), "dpl.txt",
	       "2 us-bis-dpl 3f25649c70d7b13a unknown\nprimary A. EXAMPLE|\nat ROAD 1|TOWN|TX|75159|US|\nlisted 2003-06-19\n"
	       "expires 2056-06-29\nbasis 68 F.R. 1\nremarks NEW\n");
	assert_int_equal(about.dates, 1);
	expect(ENT_STR("Name,Alias,Nationality,Designation,Sanction Type,Source\n"
	               "Example Co,\"Example Co, Sample Co, Ltd, E Co\",SPAIN,enterprise,regulation,Europe\n"
	               "Example Co,Example Co,SPAIN,enterprise,regulation,Europe\n"
	               "Ann,None,None,\"one\n\"\"two\"\"\",1988 (Taliban),Australia\n"), "eu.csv",
	       "2 eu-names 5be55076a53d13a4 organisation\nprimary Example Co|\nstrong Sample Co, Ltd|\nstrong E Co|\nnat SPAIN\nprog regulation\n"
	       "3 eu-names 5be55076a53d13a4-2 organisation\nprimary Example Co|\nnat SPAIN\nprog regulation\n"
	       "4 au-names c7a47df8d9610766 unknown\nprimary Ann|\nprog 1988 (Taliban)\npos one \"two\"\n");
	expect(ENT_STR("\xef\xbb\xbf\"Ann\" Example\n\n  \nEXAMPLE, Ann\r\n--\n"), "names.txt",
	       "1 names 850f758e101669c4 unknown\nprimary \"Ann\" Example|\n"
	       "4 names 2ef20436b5939c25 unknown\nprimary EXAMPLE, Ann|\n");
	assert_int_equal(about.nameless, 2);
}
/* clang-format on */

static int
refuse(void *self, const struct ent_listed *r, struct ent_err *err)
{
	int *seen = self;

	(void)r;
	return ++*seen == 2 ? ent_fail(err, ENT_EDENIED, "enough") : 0;
}

static void
ends_when_it_is_told_to(void **state)
{
	struct ent_err err = { 0 };
	int seen = 0;

	(void)state;
	assert_int_equal(ent_list_text(UN(ENTITY("1", "A") ENTITY("2", "B") ENTITY("3", "C")),
	                               "f", NULL, refuse, &seen, &about, &err),
	                 ENT_EDENIED);
	assert_int_equal(seen, 2);
	assert_string_equal(err.msg, "f: enough");
	seen = 0;
	assert_int_equal(
	    ent_list_text(ENT_STR("A\nB\nC\n"), "f", NULL, refuse, &seen, &about, &err),
	    ENT_EDENIED);
	assert_int_equal(seen, 2);
}

/* ---- dates ---- */

static const struct {
	const char *text, *want; /* "" where it is no date */
} dates[] = {
	{ "1957", "= 1957 1957" },
	{ "1957-03", "= 1957-03 1957-03" },
	{ "1957-03-10", "= 1957-03-10 1957-03-10" },
	{ "1957-03-10-05:00", "= 1957-03-10 1957-03-10" },
	{ "1957-03-10T00:00:00Z", "= 1957-03-10 1957-03-10" },
	{ "10 Mar 1957.", "= 1957-03-10 1957-03-10" },
	{ "Mar 1957", "= 1957-03 1957-03" },
	{ "03/10/1957", "= 1957-03-10 1957-03-10" },
	{ "circa 1957", "~ 1957 1957" },
	{ "approximately 1957", "~ 1957 1957" },
	{ "1957 to 1959", ".. 1957 1959" },
	{ "circa 1979-1982", ".. 1979 1982" },
	{ "01 Jan 1961 to 31 Dec 1962", ".. 1961-01-01 1962-12-31" },
	{ "29 Feb 1960", "= 1960-02-29 1960-02-29" },
	{ "29 Feb 1900", "" },
	{ "1999-02-30", "" },
	{ "1999-13-01", "" },
	{ "1999-00-01", "" },
	{ "0222-05-18", "" },
	{ "1962 to 1957", "" },
	{ "Sep-99", "" },
	{ "1963 or 1964", "" },
	{ "31/12/1957", "" },
	{ "1957-03-1x", "" },
	{ "12345", "" },
	{ "", "" },
};

static void
reads_dates_as_lists_write_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		static const char *const types[] = { "=", "~", ".." };
		char all[64] = "", from[16], to[16];
		struct ent_listed_birth b;

		if (ent_listed_birth_read(ent_str_c(dates[i].text), &b))
			snprintf(all, sizeof(all), "%s %s %s", types[b.type],
			         ent_listed_day_text(b.from, from),
			         ent_listed_day_text(b.to, to));
		assert_string_equal(all, dates[i].want);
	}
}

/* ---- real files ---- */

static void
refuses_the_damaged_list(void **state)
{
	const char *path =
	    data_file("designations/damaged/un-2025-08-16-truncated-code-units.xml");
	struct ent_err err = { 0 };

	(void)state;
	if (!path)
		skip();
	assert_int_equal(ent_list_read(path, NULL, put, &got, &about, &err), ENT_EPARSE);
	assert_non_null(strstr(err.msg, ".xml: line 53: "));
}

static int
set_up(void **state)
{
	(void)state;
	ent_buf_init(&got, 1 << 20);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	ent_buf_release(&got);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_person_of_the_un),
		cmocka_unit_test(reads_an_organisation_of_the_un),
		cmocka_unit_test(says_what_is_wrong_and_where),
		cmocka_unit_test(counts_an_entry_without_a_name),
		cmocka_unit_test(bounds_what_it_takes),
		cmocka_unit_test(joins_the_files_of_ofac),
		cmocka_unit_test(reads_aliases_without_a_main_file),
		cmocka_unit_test(reads_the_xml_of_ofac),
		cmocka_unit_test(reads_canada),
		cmocka_unit_test(reads_tables_of_names),
		cmocka_unit_test(ends_when_it_is_told_to),
		cmocka_unit_test(reads_dates_as_lists_write_them),
		cmocka_unit_test(refuses_the_damaged_list),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_findings.c - every kind of finding: an object that has it, where it points, and its line
 * in docs/findings.md.
 */
#include "test.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "stix/stix_int.h"

#define UUID     "8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f"
#define TIMES    "'created':'2020-01-01T00:00:00.000Z','modified':'2020-01-01T00:00:00.000Z'"
#define HEAD(t)  "'type':'" t "','spec_version':'2.1','id':'" t "--" UUID "'," TIMES
#define IDENTITY "{" HEAD("identity") ",'name':'x'"
#define SCO(t)   "{'type':'" t "','id':'" t "--" UUID "'"
#define MARKING                                                                                \
	"{'type':'marking-definition','spec_version':'2.1','created':'2020-01-01T00:00:00."    \
	"000Z'"
#define STATEMENT ",'definition_type':'statement','definition':{'statement':'x'}"

struct example {
	const char *code, *pointer;
	const char *object; /* with ' for " */
};

/* clang-format off */
static const struct example examples[] = {
	{ "not-an-object", "", "[1]" },
	{ "required-property", "", "{" HEAD("identity") "}" },
	{ "required-property", "", "{" HEAD("malware") ",'is_family':true}" },
	{ "required-property", "/external_references/0", IDENTITY ",'external_references':[{'url':'a:b'}]}" },
	{ "property-not-allowed", "/defanged", IDENTITY ",'defanged':true}" },
	{ "property-not-allowed", "/lang", "{" HEAD("language-content") ",'lang':'en','object_ref':'identity--" UUID
	  "','contents':{'de':{'name':'y'}}}" },
	{ "null-value", "/description", IDENTITY ",'description':null}" },
	{ "null-value", "/roles/1", IDENTITY ",'roles':['a',null]}" },
	{ "null-value", "/x_y/0/z", IDENTITY ",'x_y':[{'z':null}]}" },
	{ "value-type", "/name", "{" HEAD("identity") ",'name':1}" },
	{ "value-type", "/roles", IDENTITY ",'roles':'a'}" },
	{ "value-type", "/revoked", IDENTITY ",'revoked':'true'}" },
	{ "value-type", "/confidence", IDENTITY ",'confidence':1.5}" },
	{ "value-type", "/size", SCO("file") ",'name':'x','size':'1'}" },
	{ "empty-list", "/labels", IDENTITY ",'labels':[]}" },
	{ "empty-list", "/x_list", IDENTITY ",'x_list':[]}" },
	{ "empty-dictionary", "/extensions", IDENTITY ",'extensions':{}}" },
	{ "empty-dictionary", "/hashes", SCO("file") ",'name':'x','hashes':{}}" },
	{ "value-range", "/confidence", IDENTITY ",'confidence':101}" },
	{ "value-range", "/latitude", "{" HEAD("location") ",'latitude':-90.5,'longitude':0}" },
	{ "value-range", "/src_port", SCO("network-traffic") ",'protocols':['tcp'],'src_ref':'ipv4-addr--" UUID
	  "','src_port':65536}" },
	{ "timestamp", "/first_seen", "{" HEAD("campaign") ",'name':'x','first_seen':'2021-02-29T00:00:00Z'}" },
	{ "timestamp", "/modified", "{'type':'identity','spec_version':'2.1','id':'identity--" UUID "','name':'x',"
	  "'created':'2020-01-01T00:00:00.000Z','modified':'2020-01-01 00:00:00.000Z'}" },
	{ "timestamp-precision", "/created", "{'type':'identity','spec_version':'2.1','id':'identity--" UUID "',"
	  "'name':'x','created':'2020-01-01T00:00:00Z','modified':'2020-01-01T00:00:00.000Z'}" },
	{ "time-order", "/modified", "{'type':'identity','spec_version':'2.1','id':'identity--" UUID "','name':'x',"
	  "'created':'2020-01-01T00:00:00.0000000001Z','modified':'2020-01-01T00:00:00.000Z'}" },
	{ "time-order", "/valid_until", "{" HEAD("indicator") ",'pattern':'x','pattern_type':'pcre',"
	  "'valid_from':'2020-01-01T00:00:00Z','valid_until':'2020-01-01T00:00:00.0Z'}" },
	{ "type-name", "/type", "{" HEAD("Identity") ",'name':'x'}" },
	{ "type-name", "/type", "{" HEAD("action") "}" },
	{ "property-name", "/9lives", IDENTITY ",'9lives':1}" },
	{ "property-name", "/a~1b~0c", IDENTITY ",'a/b~c':1}" },
	{ "reserved-name", "/severity", IDENTITY ",'severity':1}" },
	{ "dictionary-key", "/environment_variables/a b", SCO("process") ",'environment_variables':{'a b':'c'}}" },
	{ "dictionary-key", "/hashes/M5", SCO("file") ",'hashes':{'M5':'00'}}" },
	{ "identifier", "/id", "{'type':'identity','spec_version':'2.1','id':'identity--1','name':'x'," TIMES "}" },
	{ "identifier", "/created_by_ref", IDENTITY ",'created_by_ref':'identity--8e2e2d2b-17d4-0cbf-938f-98ee46b3cd3f'}" },
	{ "identifier-prefix", "/id", "{'type':'identity','spec_version':'2.1','id':'tool--" UUID "','name':'x'," TIMES "}" },
	{ "identifier-version", "/id", "{'type':'process','id':'process--8e2e2d2b-17d4-5cbf-938f-98ee46b3cd3f','pid':1}" },
	{ "reference-type", "/created_by_ref", IDENTITY ",'created_by_ref':'tool--" UUID "'}" },
	{ "reference-type", "/object_refs/1", "{" HEAD("note") ",'content':'x','object_refs':['tool--" UUID
	  "','bundle--" UUID "']}" },
	{ "reference-type", "/objects/1/belongs_to_ref", "{" HEAD("observed-data") ",'number_observed':1,"
	  "'first_observed':'2020-01-01T00:00:00Z','last_observed':'2020-01-01T00:00:00Z',"
	  "'objects':{'0':" SCO("url") ",'value':'a:b'},'1':" SCO("email-addr") ",'value':'a@b','belongs_to_ref':'0'}}}" },
	{ "reference-key", "/objects/1/belongs_to_ref", "{" HEAD("observed-data") ",'number_observed':1,"
	  "'first_observed':'2020-01-01T00:00:00Z','last_observed':'2020-01-01T00:00:00Z',"
	  "'objects':{'1':" SCO("email-addr") ",'value':'a@b','belongs_to_ref':'2'}}}" },
	{ "enum-value", "/opinion", "{" HEAD("opinion") ",'opinion':'Agree','object_refs':['tool--" UUID "']}" },
	{ "enum-value", "/spec_version", "{'type':'url','id':'url--" UUID "','spec_version':'3','value':'a:b'}" },
	{ "value-syntax", "/lang", IDENTITY ",'lang':'espa\xc3\xb1ol'}" },
	{ "value-syntax", "/value", SCO("ipv4-addr") ",'value':'1.2.3.4/33'}" },
	{ "value-syntax", "/value", SCO("ipv6-addr") ",'value':'::g'}" },
	{ "value-syntax", "/value", SCO("mac-addr") ",'value':'AA:bb:cc:dd:ee:ff'}" },
	{ "value-syntax", "/value", SCO("url") ",'value':'example.com'}" },
	{ "value-syntax", "/value", SCO("email-addr") ",'value':'A <a@b>'}" },
	{ "value-syntax", "/cpe", SCO("software") ",'name':'x','cpe':'cpe:2.3:a:b'}" },
	{ "value-syntax", "/key", SCO("windows-registry-key") ",'key':'hklm\\\\x'}" },
	{ "value-syntax", "/path_enc", SCO("directory") ",'path':'/','path_enc':'no.such'}" },
	{ "value-syntax", "/granular_markings/0/selectors/0", IDENTITY ",'granular_markings':[{'lang':'en','selectors':"
	  "['[0].name']}]}" },
	{ "hex-value", "/magic_number_hex", SCO("file") ",'name':'x','magic_number_hex':'0'}" },
	{ "base64-value", "/payload_bin", SCO("artifact") ",'payload_bin':'a b='}" },
	{ "hash-value", "/hashes/SHA-256", SCO("file") ",'hashes':{'SHA-256':'00'}}" },
	{ "any-of", "", "{" HEAD("location") "}" },
	{ "any-of", "", SCO("process") "}" },
	{ "any-of", "/extensions/tcp-ext", SCO("network-traffic") ",'protocols':['tcp'],'src_ref':'ipv4-addr--" UUID
	  "','extensions':{'tcp-ext':{'x_abc':1}}}" },
	{ "one-of", "", SCO("artifact") ",'payload_bin':'','url':'a:b','hashes':{'MD5':"
	  "'d41d8cd98f00b204e9800998ecf8427e'}}" },
	{ "one-of", "/granular_markings/0", IDENTITY ",'granular_markings':[{'lang':'en','marking_ref':"
	  "'marking-definition--" UUID "','selectors':['name']}]}" },
	{ "needs-property", "", SCO("artifact") ",'url':'a:b'}" },
	{ "excludes-property", "/body", SCO("email-message") ",'is_multipart':true,'body':'x'}" },
	{ "excludes-property", "/end", SCO("network-traffic") ",'protocols':['tcp'],'src_ref':'ipv4-addr--" UUID
	  "','is_active':true,'end':'2020-01-01T00:00:00Z'}" },
	{ "extension-key", "/extensions/foobar", IDENTITY ",'extensions':{'foobar':{'abc':1}}}" },
	{ "extension-properties", "/extension_properties", "{" HEAD("extension-definition") ",'name':'x','schema':'x',"
	  "'version':'1','extension_types':['new-sdo'],'extension_properties':['abc'],'created_by_ref':'identity--" UUID "'}" },
	{ "external-id", "/external_references/0/external_id", IDENTITY
	  ",'external_references':[{'source_name':'cve','external_id':'CVE-1'}]}" },
	{ "selector", "/granular_markings/0/selectors/1", IDENTITY ",'roles':['a'],'granular_markings':[{'lang':'en',"
	  "'selectors':['roles.[0]','roles.[1]']}]}" },
	{ "self-marking", "", MARKING ",'id':'marking-definition--" UUID "'" STATEMENT
	  ",'object_marking_refs':['marking-definition--" UUID "']}" },
	{ "tlp-marking", "", MARKING ",'id':'marking-definition--" UUID "','definition_type':'tlp','definition':{'tlp':'red'}}" },
	{ "marking-definition", "/definition", MARKING ",'id':'marking-definition--" UUID
	  "','definition_type':'statement','definition':{'x_y':1}}" },
	{ "language-contents", "/contents/de/a", "{" HEAD("language-content") ",'object_ref':'identity--" UUID
	  "','contents':{'de':{'a':'y'}}}" },
	{ "pattern", "/pattern", "{" HEAD("indicator") ",'pattern':'file:name = 1','pattern_type':'stix',"
	  "'valid_from':'2020-01-01T00:00:00Z'}" },
	{ "bundle-member", "/objects/0", "{'type':'bundle','id':'bundle--" UUID "','objects':[{'type':'bundle','id':'bundle--"
	  UUID "'}]}" },
	{ "observable-container", "/objects/0", "{" HEAD("observed-data") ",'number_observed':1,"
	  "'first_observed':'2020-01-01T00:00:00Z','last_observed':'2020-01-01T00:00:00Z','objects':{'0':1}}" },
	{ "uuid-version", "/id", "{'type':'identity','spec_version':'2.1','name':'x'," TIMES
	  ",'id':'identity--8e2e2d2b-17d4-5cbf-938f-98ee46b3cd3f'}" },
	{ "uuid-version", "/id", SCO("url") ",'value':'a:b'}" },
	{ "sco-identifier", "/id", "{'type':'url','id':'url--8e2e2d2b-17d4-5cbf-938f-98ee46b3cd3f','value':'a:b'}" },
	{ "open-vocabulary", "/identity_class", IDENTITY ",'identity_class':'guild'}" },
	{ "open-vocabulary-format", "/identity_class", IDENTITY ",'identity_class':'Old_Guild'}" },
	{ "hash-algorithm", "/hashes/CRC", SCO("file") ",'hashes':{'CRC':'x'}}" },
	{ "kill-chain-name", "/kill_chain_phases/0/phase_name", "{" HEAD("tool") ",'name':'x','kill_chain_phases':"
	  "[{'kill_chain_name':'ours','phase_name':'Phase 1'}]}" },
	{ "relationship-type", "/relationship_type", "{" HEAD("relationship") ",'relationship_type':'eats',"
	  "'source_ref':'tool--" UUID "','target_ref':'malware--" UUID "'}" },
	{ "deprecated-property", "/resolves_to_refs", SCO("domain-name") ",'value':'a.b','resolves_to_refs':['ipv4-addr--"
	  UUID "']}" },
	{ "custom-type", "", "{" HEAD("x-thing") "}" },
	{ "custom-property", "", IDENTITY ",'x_thing':1}" },
	{ "custom-empty-list", "/x_thing/list", IDENTITY ",'x_thing':{'list':[]}}" },
};
/* clang-format on */

static const struct ent_json *
read_example(struct ent_arena *a, const char *object)
{
	const struct ent_json *v = NULL;
	char *text = strdup(object);
	struct ent_err err = { 0 };

	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	if (ent_json_parse(a, ent_str_c(text), ENT_JSON_DEPTH, &v, &err))
		fail_msg("%s: %s", err.msg, text);
	free(text);
	return v;
}

static const struct ent_finding *
find(const struct ent_findings *f, const struct example *e)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->list[i].code, e->code) == 0 &&
		    ent_str_is(f->list[i].pointer, e->pointer))
			return &f->list[i];
	return NULL;
}

static void
finds_each_kind_where_it_is(void **state)
{
	bool seen[ENT_F_COUNT] = { false };

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct ent_arena *a = ent_arena_new(1 << 20);
		const struct ent_finding *found;
		struct ent_findings f;

		ent_findings_init(&f, a);
		assert_int_equal(ent_stix_check(read_example(a, examples[i].object), &f, NULL),
		                 0);
		found = find(&f, &examples[i]);
		if (!found)
			fail_msg("no %s at \"%s\": %s", examples[i].code, examples[i].pointer,
			         examples[i].object);
		assert_true(found->text.n > 5);
		for (size_t k = 0; k < ENT_F_COUNT; k++)
			if (strcmp(ent_find_rows[k].code, found->code) == 0) {
				assert_int_equal(ent_find_rows[k].severity, found->severity);
				seen[k] = true;
			}
		ent_arena_free(a);
	}
	seen[ENT_F_LOOKUPS] = true; /* its example is larger: follows_only_so_many */
	for (size_t k = 0; k < ENT_F_COUNT; k++)
		if (!seen[k])
			fail_msg("no example of %s", ent_find_rows[k].code);
}

/* An example says one thing wrong and no other error, so that it says what it means. */
static void
finds_nothing_in_what_is_right(void **state)
{
	/* clang-format off */
	static const char *const right[] = {
		IDENTITY "}",
		IDENTITY ",'lang':'zh-Hant-TW','confidence':50.0,'x_a_b':{'C D':[1,{}]}}",
		IDENTITY ",'extensions':{'extension-definition--" UUID "':{'extension_type':'property-extension','abc':1}}}",
		"{" HEAD("sighting") ",'sighting_of_ref':'x-own-thing--" UUID "','count':0}",
		"{" HEAD("campaign") ",'name':'x','first_seen':'2016-12-31T23:59:60Z','last_seen':'2016-12-31T23:59:60.0Z'}",
		"{" HEAD("indicator") ",'pattern':'([a:b[0] IN (1,2)] AND [c:d = \\u0027x]\\\\\\u0027\\u0027])',"
		"'pattern_type':'stix','valid_from':'2020-01-01T00:00:00Z'}",
		SCO("file") ",'name':'x','extensions':{'pdf-ext':{'version':'1.7'},'x-my-ext':{'abc':1}}}",
		SCO("x-own") ",'value':1}",
		MARKING ",'id':'marking-definition--" UUID "'" STATEMENT "}",
		"{'type':'bundle','id':'bundle--" UUID "'}",
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		struct ent_arena *a = ent_arena_new(1 << 20);
		struct ent_findings f;

		ent_findings_init(&f, a);
		assert_int_equal(ent_stix_check(read_example(a, right[i]), &f, NULL), 0);
		if (f.errors)
			fail_msg("%s %.*s: %.*s: %s", f.list[0].code,
			         ENT_FMT(f.list[0].pointer), ENT_FMT(f.list[0].text), right[i]);
		ent_arena_free(a);
	}
}

static void
counts_more_than_it_keeps(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	char text[8192] = IDENTITY ",'roles':[1";
	struct ent_findings f;

	(void)state;
	for (int i = 1; i < 300; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), ",%d", i);
	snprintf(text + strlen(text), sizeof(text) - strlen(text), "]}");
	ent_findings_init(&f, a);
	assert_int_equal(ent_stix_check(read_example(a, text), &f, NULL), 0);
	assert_int_equal(f.count, ENT_FINDINGS_MAX);
	assert_int_equal(f.errors, 300);
	assert_str(f.list[99].pointer, "/roles/99");
	ent_arena_free(a);
}

/* 40,000 selectors into an object of 40,000 members, each the last: quadratic, if followed. */
static void
follows_only_so_many(void **state)
{
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	const struct example e = { "too-many-lookups", "/granular_markings/0/selectors/1249",
		                   NULL };
	const struct ent_json *v = NULL;
	struct ent_findings f;
	struct ent_buf b;

	(void)state;
	ent_buf_init(&b, (size_t)8 << 20);
	ent_buf_c(&b, "{\"type\":\"x-own\",\"id\":\"x-own--" UUID "\"");
	for (int i = 0; i < 40000; i++)
		ent_buf_printf(&b, ",\"x_%d\":1", i);
	ent_buf_c(&b, ",\"granular_markings\":[{\"lang\":\"en\",\"selectors\":[\"x_39999\"");
	for (int i = 1; i < 40000; i++)
		ent_buf_c(&b, ",\"x_39999\"");
	ent_buf_c(&b, "]}]}");
	assert_int_equal(ent_json_parse(a, ent_buf_view(&b), 8, &v, NULL), 0);
	ent_findings_init(&f, a);
	assert_int_equal(ent_stix_check(v, &f, NULL), 0);
	assert_int_equal(f.errors, 1);
	assert_non_null(find(&f, &e));
	ent_buf_release(&b);
	ent_arena_free(a);
}

/* Text of the object stands in findings cut and without control characters. */
static void
quotes_nothing_dangerous(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	struct ent_findings f;

	(void)state;
	ent_findings_init(&f, a);
	assert_int_equal(
	    ent_stix_check(
		read_example(a, "{'type':'x\\u001b[2J\\u0000\\n" UUID UUID UUID "'}"), &f,
		NULL),
	    0);
	assert_true(f.errors > 0);
	for (size_t i = 0; i < f.count; i++) {
		assert_true(f.list[i].text.n < 400);
		for (size_t j = 0; j < f.list[i].text.n; j++)
			assert_true((unsigned char)f.list[i].text.p[j] >= ' ');
	}
	ent_arena_free(a);
}

static void
survives_every_arena_limit(void **state)
{
	struct ent_arena *whole = ent_arena_new(1 << 20);
	const struct ent_json *v = read_example(
	    whole, SCO("file") ",'hashes':{'CRC':'x','MD5':'1'},'severity':[null],'9':1}");
	int rc = ENT_ENOMEM;
	size_t limit;

	(void)state;
	for (limit = 0; rc == ENT_ENOMEM && limit < 65536; limit += 64) {
		struct ent_arena *a = ent_arena_new(limit);
		struct ent_findings f;

		ent_findings_init(&f, a);
		rc = a ? ent_stix_check(v, &f, NULL) : ENT_ENOMEM;
		ent_arena_free(a);
	}
	assert_int_equal(rc, 0);
	assert_in_range(limit, 512, 65535);
	ent_arena_free(whole);
}

/* docs/findings.md has one row a code, with its severity, and no other. */
static void
stands_in_the_manual(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	struct ent_str text, line;
	size_t rows = 0;

	(void)state;
	assert_int_equal(
	    ent_file_read(a, source_file("docs/findings.md"), 1 << 19, &text, NULL), 0);
	while (ent_str_next(&text, '\n', &line)) {
		struct ent_str code;
		bool known = false;

		if (!ent_str_starts(line, "| `"))
			continue;
		line = ent_str_from(line, 3);
		code = (struct ent_str){ line.p, ent_str_find(line, '`') };
		for (size_t k = 0; k < ENT_F_COUNT && !known; k++) {
			known = ent_str_is(code, ent_find_rows[k].code);
			if (known && !ent_str_starts(ent_str_from(line, code.n),
			                             ent_find_rows[k].severity == ENT_MUST_RULE
			                                 ? "` | error |"
			                                 : "` | warning |"))
				fail_msg("%.*s: another severity", ENT_FMT(code));
		}
		if (!known)
			fail_msg("%.*s is in the manual alone", ENT_FMT(code));
		rows++;
	}
	assert_int_equal(rows, ENT_F_COUNT);
	ent_arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_each_kind_where_it_is),
		cmocka_unit_test(finds_nothing_in_what_is_right),
		cmocka_unit_test(counts_more_than_it_keeps),
		cmocka_unit_test(follows_only_so_many),
		cmocka_unit_test(quotes_nothing_dangerous),
		cmocka_unit_test(survives_every_arena_limit),
		cmocka_unit_test(stands_in_the_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

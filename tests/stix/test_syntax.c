/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_syntax.c - strings of special meaning: what is taken, what isn't, and that the
 * registries can be searched.
 */
#include "test.h"

#include "stix/stix_int.h"

struct strings {
	const char *name;
	bool (*fits)(struct ent_str s);
	const char *right[24], *wrong[32]; /* each ends with NULL */
};

static bool
lang_registered(struct ent_str s)
{
	return ent_lang_wellformed(s) && ent_lang_registered(s);
}

static bool
digest_sha256(struct ent_str s)
{
	return !ent_digest_problem(ENT_STR("SHA-256"), s);
}

static bool
digest_ssdeep(struct ent_str s)
{
	return !ent_digest_problem(ENT_STR("SSDEEP"), s);
}

static bool
pattern(struct ent_str s)
{
	return !ent_pattern_problem(s);
}

#define HEX64 "0123456789abcdefABCDEF0123456789abcdefABCDEF0123456789abcdefABCD"

/* clang-format off */
static const struct strings cases[] = {
	{ "language", ent_lang_wellformed,
	  { "en", "de-CH-1996", "zh-yue-HK", "sr-Latn-RS", "en-US-x-ours", "x-whatever", "i-klingon", "sgn-BE-FR", "EN-gb-OED",
	    "de-1901", "sl-rozaj-biske-1994", "en-a-myext-b-another", "foo", "abcd", "abcdefgh", "es-419", "qaa-Qaaa-QM-x-southern",
	    "zh-cmn-Hans-CN", NULL },
	  { "", "e", "-en", "en-", "en--US", "en_US", "abcdefghi", "en-a", "en-a-b", "en-a-bb-a-cc", "x", "x-", "x-abcdefghi", "a-b",
	    "espa\xc3\xb1ol", "en-abcdefghi", "1a", "e1", "i-unknown", "de-419-DE", "en US", "x-y-", NULL } },
	{ "registered language", lang_registered,
	  { "en", "EN", "de-CH", "yue", "qaa", "qtz", "x-ours", "i-klingon", "iw", "und", "mul", NULL },
	  { "zx", "qua-q", "eng", "abcd", "abcde", NULL } },
	{ "URI", NULL,
	  { "a:b", "https://example.com/a%20b?c=d#e", "http://[::1]:80/", "urn:uuid:x", "mailto:a@b", "file:///etc/passwd",
	    "tel:+1-2", "a+b-c.d:x", NULL },
	  { "", "a", "a:", ":a", "1a:b", "/x", "//x", "http://a b", "http://a\"", "http://<x>", "http://a%2", "http://a%zz",
	    "http://a%", "http://\xc3\xa9", "http://a#b#c", "http://[a]/[b]", "a\n:b", "http://{x}", "http://a|b", "http://a\\b",
	    "http://a^", "http://a`", "h\xc3\xa9:x", NULL } },
	{ "e-mail address", NULL,
	  { "a@b", "first.last+tag@example.com", "\"quoted string\"@example.com", "\"a\\\"b@c\"@d", "x@[192.0.2.1]",
	    "x@[IPv6:2001:db8::1]", "\xc3\xa9@example.com", "a!#$%&'*+-/=?^_`{|}~@b", NULL },
	  { "", "a", "@", "a@", "@b", "a b@c", "A <a@b>", "a@b c", ".a@b", "a.@b", "a..b@c", "a@b..c", "a@.b", "\"a@b", "\"\"@b",
	    "a@[]", "a,b@c", "a@b@c", "a@b\n", NULL } },
	{ "IPv4", NULL,
	  { "1.2.3.4", "0.0.0.0/0", "255.255.255.255/32", NULL },
	  { "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/01", "1.2.3.4/-1", "::1", " 1.2.3.4",
	    "1.2.3.4 ", "1.2.3.4/8/9", NULL } },
	{ "IPv6", NULL,
	  { "::", "::1", "2001:db8::/32", "::ffff:192.0.2.1", "::ffff:0:192.0.2.1", "64:ff9b::192.0.2.33/128",
	    "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4", NULL },
	  { "", ":", ":::", "1::2::3", "::g", "::ffff:192.0.2.256", "::1/129", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1.2.3.4",
	    "fe80::1%eth0", "[::1]", NULL } },
	{ "CPE", NULL,
	  { "cpe:2.3:a:microsoft:word:2000:*:*:*:*:*:*:*", "cpe:2.3:o:a:b:-:-:-:en-us:-:-:-:-", "cpe:2.3:*:*:*:*:*:*:*:*:*:*:*",
	    "cpe:2.3:a:big\\$money:man-power:1\\.0:*:*:*:*:*:*:*", "cpe:2.3:a:a\\:b:*:*:*:*:*:*:*:*:*",
	    "cpe:2.3:a:?foo??:bar*:*:*:*:*:*:*:*:*", "cpe:2.3:a:a\\\\:b:*:*:*:*:*:*:*:*", "cpe:2.3:h:a:b:c:d:e:deu-276:f:g:h:i", NULL },
	  { "", "cpe:2.3:", "cpe:2.3:a", "cpe:/a:microsoft:word", "cpe:2.3:x:a:b:*:*:*:*:*:*:*:*", "cpe:2.3:a:a:b:*:*:*:*:*:*:*",
	    "cpe:2.3:a:a:b:*:*:*:*:*:*:*:*:*", "cpe:2.3:a::b:*:*:*:*:*:*:*:*", "cpe:2.3:a:a b:b:*:*:*:*:*:*:*:*",
	    "cpe:2.3:a:a$:b:*:*:*:*:*:*:*:*", "cpe:2.3:a:a*b:b:*:*:*:*:*:*:*:*", "cpe:2.3:a:**:b:*:*:*:*:*:*:*:*",
	    "cpe:2.3:a:a\\:b:*:*:*:*:*:*:*:*", "cpe:2.3:a:a:b:*:*:*:english:*:*:*:*", "cpe:2.3:a:a:b:*:*:*:*:*:*:*:*:",
	    "cpe:2.3:a:a:b:*:*:*:*:*:*:*:\\", "CPE:2.3:a:a:b:*:*:*:*:*:*:*:*", NULL } },
	{ "registry key", NULL,
	  { "HKEY_LOCAL_MACHINE\\x", "hkey_users\\s-1-5-21\\hku", "HKEY_CURRENT_USER", "x\\HKLM", NULL },
	  { "", "HKLM\\x", "hku\\x", "HKCR", "hkcc\\", NULL } },
	{ "selector", NULL,
	  { "name", "roles.[0]", "extensions.windows-process-ext.priority", "a.b.[10].c", "id", NULL },
	  { "", ".", "a.", ".a", "[0]", "a.[]", "a.[x]", "a..b", "a[0]", "a.[0", "a.[-1]", "a b", NULL } },
	{ "SHA-256", digest_sha256, { HEX64, NULL }, { "", "00", HEX64 "0", "g123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde", NULL } },
	{ "SSDEEP", digest_ssdeep, { "3:abc:def", "96:a+/:b", NULL }, { "", "x:a:b", "3:a-b:c", "3:a:b:c:d", NULL } },
	{ "media type", ent_media_type_known,
	  { "text/plain", "Application/ZIP", "application/vnd.oasis.opendocument.text", "image/png", "font/woff2", "video/mp4",
	    "application/3gpdash-qoe-report+xml", "model/vrml", NULL },
	  { "", "text", "text/", "/plain", "text/plain2", "application/x-own", "nothing/plain", "text/plain ", "application/a|b",
	    "application/zip|zlib", NULL } },
	{ "protocol", ent_protocol_known,
	  { "tcp", "udp", "http", "https", "ipv4", "ipv6", "dns", "tls", "ssl", "ssh", "domain", "smb", "icmp", "x11", "nfs",
	    "1ci-smcs", "zigbee-ips", NULL },
	  { "", "foo_bar", "TCP", "htt", "httpp", "|", "http|https", NULL } },
	{ "pattern at a glance", pattern,
	  { "[file:name = 'x']", "[ipv4-addr:value ISSUBSET '10.0.0.0/8'] AND ([a-b:c_d[0].e = 'f:g'])", "[file:'my key' = 1]",
	    "[file:extensions.'pdf-ext'.x[*] = 1] START t'2020-01-01T00:00:00Z' STOP t'2020-01-02T00:00:00Z'", NULL },
	  { "", "file:name = 1", "[file:name = 'x]", "[file:name = \"x\"]", "[[[x]]]", "[x]]", "([x]", "[x])", "[ab:name = 1]",
	    "[file:n = 1]", "[File:name = 1]", "[file:Name = 1]", NULL } },
};
/* clang-format on */

/* The rows of the tables that have no function of their own name. */
static bool (*fits_of(const struct strings *c))(struct ent_str)
{
	static const struct {
		const char *name;
		const struct ent_syntax *syntax;
	} rows[] = {
		{ "URI", &ent_syntax_uri },
		{ "e-mail address", &ent_syntax_email },
		{ "IPv4", &ent_syntax_ipv4 },
		{ "IPv6", &ent_syntax_ipv6 },
		{ "CPE", &ent_syntax_cpe },
		{ "registry key", &ent_syntax_registry_key },
		{ "selector", &ent_syntax_selector },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].name, c->name) == 0)
			return rows[i].syntax->fits;
	return c->fits;
}

static void
tells_right_from_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool (*fits)(struct ent_str) = fits_of(&cases[i]);

		assert_non_null(fits);
		for (size_t j = 0; cases[i].right[j]; j++)
			if (!fits(ent_str_c(cases[i].right[j])))
				fail_msg("%s: %s is right", cases[i].name, cases[i].right[j]);
		for (size_t j = 0; cases[i].wrong[j]; j++)
			if (fits(ent_str_c(cases[i].wrong[j])))
				fail_msg("%s: %s is wrong", cases[i].name, cases[i].wrong[j]);
	}
}

/* U+0000 may stand in any string. */
static void
takes_no_nul_for_an_end(void **state)
{
	static const struct {
		const struct ent_syntax *syntax;
		struct ent_str s;
	} wrong[] = {
		{ &ent_syntax_uri, ENT_STR("a:b\0c") },
		{ &ent_syntax_email, ENT_STR("a@b\0") },
		{ &ent_syntax_ipv4, ENT_STR("1.2.3.4\0") },
		{ &ent_syntax_ipv6, ENT_STR("::1\0") },
		{ &ent_syntax_cpe, ENT_STR("cpe:2.3:\0:a:b:*:*:*:*:*:*:*:*") },
		{ &ent_syntax_lang, ENT_STR("en\0") },
		{ &ent_syntax_selector, ENT_STR("name\0") },
		{ &ent_syntax_type, ENT_STR("tool\0") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(wrong[i].syntax->fits(wrong[i].s));
	assert_non_null(ent_digest_problem(ENT_STR("SSDEEP"), ENT_STR("3:a\0:b")));
	assert_false(ent_media_type_known(ENT_STR("text/plain\0")));
}

static struct ent_str
next_name(const struct ent_registry *r, size_t *at)
{
	struct ent_str s = { r->text + *at, r->width };

	if (!r->width)
		while (*at + s.n < r->n && s.p[s.n] != '|')
			s.n++;
	*at += s.n + (r->width ? 0 : 1);
	return s;
}

/* In order, each once, and so each is found; what is around it is not. */
static void
finds_each_name_of_a_registry(void **state)
{
	static const struct ent_registry *const all[] = {
		&ent_registry_charsets,
		&ent_registry_countries,
		&ent_registry_http_headers,
		&ent_registry_ipfix,
		&ent_registry_lang2,
		&ent_registry_lang3,
		&ent_registry_pdf_info,
		&ent_registry_services_a,
		&ent_registry_services_n,
		&ent_registry_socket_options,
		&ent_malware_capabilities_ov.list,
		&ent_industry_sector_ov.list,
		&ent_region_ov.list,
		&ent_opinion_enum.list,
		&ent_registry_datatype_enum.list,
	};
	static const size_t least[] = { 250, 249, 47, 490, 180, 7500, 9, 3500, 3000, 191 };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct ent_str last = { NULL, 0 };
		size_t at = 0, n = 0;

		while (at < all[i]->n) {
			struct ent_str name = next_name(all[i], &at);

			assert_true(name.n > 0);
			assert_true(!last.p || ent_str_cmp(last, name) < 0);
			if (!ent_registry_has(all[i], name))
				fail_msg("%.*s", ENT_FMT(name));
			last = name;
			n++;
		}
		assert_true(i >= sizeof(least) / sizeof(least[0]) || n >= least[i]);
		assert_false(ent_registry_has(all[i], ENT_STR("")));
		assert_false(ent_registry_has(all[i], ENT_STR("|")));
		assert_false(ent_registry_has(all[i], ENT_STR("\xff\xff\xff")));
		assert_false(ent_registry_has(all[i], ENT_STR("  ")));
	}
}

static void
knows_every_type_of_the_standard(void **state)
{
	static const struct {
		enum ent_stix_class class_;
		const char *names;
	} types[] = {
		{ ENT_STIX_SDO,
		  "attack-pattern campaign course-of-action grouping identity incident "
		  "indicator "
		  "infrastructure intrusion-set location malware malware-analysis note "
		  "observed-data opinion report threat-actor tool vulnerability" },
		{ ENT_STIX_SRO, "relationship sighting" },
		{ ENT_STIX_SCO,
		  "artifact autonomous-system directory domain-name email-addr email-message "
		  "file "
		  "ipv4-addr ipv6-addr mac-addr mutex network-traffic process software url "
		  "user-account windows-registry-key x509-certificate" },
		{ ENT_STIX_META, "extension-definition language-content marking-definition" },
		{ ENT_STIX_BUNDLE, "bundle" },
		{ ENT_STIX_UNKNOWN, "urk fil files x-own windows-registry-keys "
		                    "a-name-that-is-longer-than-any-other event" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct ent_str rest = ent_str_c(types[i].names), one;

		while (ent_str_next(&rest, ' ', &one))
			if (ent_stix_class_of(one) != types[i].class_)
				fail_msg("%.*s", ENT_FMT(one));
	}
	assert_int_equal(ent_stix_class_of((struct ent_str){ NULL, 0 }), ENT_STIX_UNKNOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_right_from_wrong),
		cmocka_unit_test(takes_no_nul_for_an_end),
		cmocka_unit_test(finds_each_name_of_a_registry),
		cmocka_unit_test(knows_every_type_of_the_standard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_log_zeek.c - Zeek's logs, TSV and JSON, as observations.
 */
#include "logs.h"

#define HEAD(path)                                                                             \
	"#separator "                                                                          \
	"\\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t" path       \
	"\n#open\t2026-03-01-12-00-00\n"

/* clang-format off */
static const struct log_case tsv[] = {
	{ HEAD("conn") "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\t"
	  "orig_bytes\ttunnel_parents\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\t"
	  "count\tset[string]\n"
	  "1772366400.5\tCx\t192.0.2.1\t50000\t198.51.100.7\t443\ttcp\t-\t1.25\t10\t(empty)\n#close\tx\n",
	  "2026-03-01T12:00:00.500000Z/2026-03-01T12:00:01.750000Z {\"type\":\"ipv4-addr\",\"value\":\"192.0.2.1\"} "
	  "{\"dst_port\":443,\"dst_ref\":\"2\",\"protocols\":[\"ipv4\",\"tcp\"],\"src_byte_count\":10,"
	  "\"src_port\":50000,\"src_ref\":\"0\",\"type\":\"network-traffic\"} "
	  "{\"type\":\"ipv4-addr\",\"value\":\"198.51.100.7\"}\n" },
	{ HEAD("dns") "#fields\tts\tquery\tanswers\n#types\ttime\tstring\tvector[string]\n"
	  "1772366400.000000\twww.Example.org\tedge.example.net,2001:db8::5,TXT 4 a b c\n",
	  "2026-03-01T12:00:00.000000Z {\"resolves_to_refs\":[\"1\",\"2\"],\"type\":\"domain-name\",\"value\":"
	  "\"www.example.org\"} {\"type\":\"domain-name\",\"value\":\"edge.example.net\"} "
	  "{\"type\":\"ipv6-addr\",\"value\":\"2001:db8::5\"}\n" },
	{ HEAD("http") "#fields\tts\tmethod\thost\turi\tuser_agent\tstatus_code\n"
	  "#types\ttime\tstring\tstring\tstring\tstring\tcount\n"
	  "1772366400.000000\tGET\tshop.example\t/a\\x2cb\\\\x\tMozilla/5.0 (X)\t200\n",
	  "2026-03-01T12:00:00.000000Z {\"extensions\":{\"http-request-ext\":{\"request_header\":{\"User-Agent\":"
	  "[\"Mozilla/5.0 (X)\"]},\"request_method\":\"get\",\"request_value\":\"/a,b\\\\\\\\x\"}},"
	  "\"type\":\"network-traffic\"} {\"type\":\"domain-name\",\"value\":\"shop.example\"} "
	  "{\"type\":\"url\",\"value\":\"http://shop.example/a,b\\\\\\\\x\"}\n" },
	{ HEAD("ssl") "#fields\tts\tserver_name\tsubject\tcert_chain_fps\n#types\ttime\tstring\tstring\tvector[string]\n"
	  "1772366400.000000\ta.example\tCN=a.example\tAB12,cd34\n",
	  "2026-03-01T12:00:00.000000Z {\"type\":\"domain-name\",\"value\":\"a.example\"} {\"hashes\":{\"SHA-256\":"
	  "\"ab12\"},\"subject\":\"CN=a.example\",\"type\":\"x509-certificate\"}\n" },
	{ HEAD("files") "#fields\tts\tfuid\ttx_hosts\tmime_type\tfilename\ttotal_bytes\tmd5\n"
	  "#types\ttime\tstring\tset[addr]\tstring\tstring\tcount\tstring\n"
	  "1772366400.000000\tFx\t192.0.2.9\tapplication/zip\tC:\\\\tmp\\\\a.zip\t7\tD41D\n",
	  "2026-03-01T12:00:00.000000Z {\"type\":\"ipv4-addr\",\"value\":\"192.0.2.9\"} {\"hashes\":{\"MD5\":\"d41d\"},"
	  "\"mime_type\":\"application/zip\",\"name\":\"a.zip\",\"size\":7,\"type\":\"file\"} "
	  "{\"protocols\":[\"ipv4\"],\"src_ref\":\"0\",\"type\":\"network-traffic\"}\n" },
	{ HEAD("smtp") "#fields\tts\tmailfrom\trcptto\tsubject\n#types\ttime\tstring\tset[string]\tstring\n"
	  "1772366400.000000\ta@one.example\tb@two.example,c@two.example\tHi\n",
	  "2026-03-01T12:00:00.000000Z {\"type\":\"email-addr\",\"value\":\"a@one.example\"} {\"type\":\"email-addr\","
	  "\"value\":\"b@two.example\"} {\"type\":\"email-addr\",\"value\":\"c@two.example\"} {\"from_ref\":\"0\","
	  "\"is_multipart\":false,\"subject\":\"Hi\",\"to_refs\":[\"1\",\"2\"],\"type\":\"email-message\"}\n" },
	/* a log that isn't read, and then, in the same stream, one that is: with another separator */
	{ HEAD("weird") "#fields\tts\tname\n#types\ttime\tstring\n1772366400.0\tx\n"
	  "#separator |\n#set_separator|;\n#unset_field|?\n#path|dns\n#fields|ts|query\n#types|time|string\n"
	  "1772366400.0|b.example\n1772366401.0|?\n",
	  "2026-03-01T12:00:00.000000Z {\"type\":\"domain-name\",\"value\":\"b.example\"}\n" },
};
static const struct log_case json[] = {
	{ "{\"_path\":\"dns\",\"ts\":1772366400.25,\"uid\":\"C\",\"id.orig_h\":\"192.0.2.1\",\"id.orig_p\":5353,"
	  "\"id.resp_h\":\"192.0.2.53\",\"id.resp_p\":53,\"proto\":\"udp\",\"query\":\"a.example\",\"answers\":[\"192.0.2.8\"]}\n",
	  "2026-03-01T12:00:00.250000Z {\"type\":\"ipv4-addr\",\"value\":\"192.0.2.1\"} {\"dst_port\":53,\"dst_ref\":\"2\","
	  "\"protocols\":[\"ipv4\",\"udp\"],\"src_port\":5353,\"src_ref\":\"0\",\"type\":\"network-traffic\"} "
	  "{\"type\":\"ipv4-addr\",\"value\":\"192.0.2.53\"} {\"resolves_to_refs\":[\"4\"],\"type\":\"domain-name\","
	  "\"value\":\"a.example\"} {\"type\":\"ipv4-addr\",\"value\":\"192.0.2.8\"}\n" },
	/* told by its fields; times as ISO 8601 */
	{ "{\"ts\":\"2026-03-01T12:00:00.000000Z\",\"fuid\":\"F\",\"sha256\":\"AA\"}\n",
	  "2026-03-01T12:00:00.000000Z {\"hashes\":{\"SHA-256\":\"aa\"},\"type\":\"file\"}\n" },
	{ "{\"ts\":1772366400,\"server_name\":\"b.example\",\"established\":true}\n",
	  "2026-03-01T12:00:00.000000Z {\"type\":\"domain-name\",\"value\":\"b.example\"}\n" },
};
/* told by the name of its file */
static const struct log_case named[] = {
	{ "{\"ts\":1772366400,\"host\":\"c.example\",\"uri\":\"/\"}\n",
	  "2026-03-01T12:00:00.000000Z {\"type\":\"domain-name\",\"value\":\"c.example\"} {\"extensions\":"
	  "{\"http-request-ext\":{\"request_value\":\"/\"}},\"type\":\"network-traffic\"} "
	  "{\"type\":\"url\",\"value\":\"http://c.example/\"}\n" },
};
/* clang-format on */

static void
maps_each_log(void **state)
{
	(void)state;
	check_log(ENT_LOGS_ZEEK, NULL, NULL, tsv, sizeof(tsv) / sizeof(tsv[0]));
	check_log(ENT_LOGS_AUTO, NULL, NULL, tsv, sizeof(tsv) / sizeof(tsv[0]));
	check_log(ENT_LOGS_ZEEK, NULL, NULL, json, sizeof(json) / sizeof(json[0]));
	check_log(ENT_LOGS_AUTO, NULL, NULL, json, sizeof(json) / sizeof(json[0]));
	check_log(ENT_LOGS_ZEEK, "/var/log/zeek/http.12:00.log", NULL, named, 1);
}

static void
goes_on_with_the_header_it_was_given(void **state)
{
	struct ent_logs *l = open_log(ENT_LOGS_ZEEK, NULL, NULL), *m;
	struct seen s = { .n = 0 };
	struct ent_str head;

	(void)state;
	ent_buf_init(&s.b, 1u << 20);
	assert_int_equal(lines(l, tsv[1].lines, &s, NULL), 0);
	head = ent_logs_header(l);
	assert_true(ent_str_starts(head, "#separator \\x09\n#set_separator\t,\n"));
	m = open_log(ENT_LOGS_ZEEK, NULL, NULL);
	ent_buf_clear(&s.b);
	{
		char *text = calloc(1, head.n + 1);

		assert_non_null(text);
		memcpy(text, head.p, head.n);
		assert_int_equal(lines(m, text, &s, NULL), 0);
		free(text);
	}
	assert_int_equal(lines(m, "1772366400.0\td.example\t-\n", &s, NULL), 0);
	assert_str(ent_buf_view(&s.b), "2026-03-01T12:00:00.000000Z {\"type\":\"domain-name\","
	                               "\"value\":\"d.example\"}\n");
	/* and a new file has a new one */
	ent_logs_restart(m);
	assert_int_equal(lines(m, "1772366400.0\td.example\t-\n", &s, NULL), 0);
	assert_int_equal(ent_logs_counts(m)->broken, 1);
	ent_buf_release(&s.b);
	ent_logs_free(m);
	ent_logs_free(l);
}

static void
counts_broken_lines(void **state)
{
	static const char text[] = HEAD("dns") "#fields\tts\tquery\tanswers\n"
					       "#types\ttime\tstring\tvector[string]\n"
					       "1772366400.0\ta.example\n"
					       "1772366400.0\ta.example\t-\tmore\n"
					       "1772366400.0\t\xff\xfe\t-\n"
					       "1772366400.0\ta.example\t\n";
	struct ent_logs *l = open_log(ENT_LOGS_ZEEK, NULL, NULL);
	struct seen s = { .n = 0 };

	(void)state;
	ent_buf_init(&s.b, 1u << 20);
	assert_int_equal(lines(l, text, &s, NULL), 0);
	assert_int_equal(ent_logs_counts(l)->broken, 3);
	assert_int_equal(s.n, 1);
	ent_buf_release(&s.b);
	ent_logs_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_each_log),
		cmocka_unit_test(goes_on_with_the_header_it_was_given),
		cmocka_unit_test(counts_broken_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

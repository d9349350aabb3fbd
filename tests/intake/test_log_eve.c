/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_log_eve.c - Suricata's EVE JSON as observations, and what of all readers has one face:
 * counts, broken lines, times.
 */
#include "logs.h"

/* clang-format off */
static const struct log_case records[] = {
	/* an alert: addresses, ports, protocols; the offset of its time has no colon */
	{ "{\"timestamp\":\"2026-03-01T12:00:00.123456+0200\",\"flow_id\":1,\"event_type\":\"alert\","
	  "\"src_ip\":\"192.0.2.1\",\"src_port\":50096,\"dest_ip\":\"198.51.100.7\",\"dest_port\":80,"
	  "\"proto\":\"TCP\",\"app_proto\":\"http\",\"alert\":{\"signature_id\":7,\"severity\":2}}\n",
	  "2026-03-01T10:00:00.123456Z {\"type\":\"ipv4-addr\",\"value\":\"192.0.2.1\"} "
	  "{\"dst_port\":80,\"dst_ref\":\"2\",\"protocols\":[\"ipv4\",\"tcp\",\"http\"],\"src_port\":50096,"
	  "\"src_ref\":\"0\",\"type\":\"network-traffic\"} "
	  "{\"type\":\"ipv4-addr\",\"value\":\"198.51.100.7\"}\n" },
	/* dns, version 2: names in lower case without the last dot, answers by what they are */
	{ "{\"timestamp\":\"2026-03-01T12:00:00Z\",\"event_type\":\"dns\",\"dns\":{\"version\":2,"
	  "\"type\":\"answer\",\"rrname\":\"WWW.Example.COM.\",\"answers\":[{\"rrname\":\"www.example.com\","
	  "\"rrtype\":\"A\",\"ttl\":60,\"rdata\":\"203.0.113.9\"},{\"rdata\":\"edge.example.net\"}],"
	  "\"grouped\":{\"A\":[\"203.0.113.9\"]}}}\n",
	  "2026-03-01T12:00:00.000000Z {\"resolves_to_refs\":[\"1\",\"2\"],\"type\":\"domain-name\","
	  "\"value\":\"www.example.com\"} {\"type\":\"ipv4-addr\",\"value\":\"203.0.113.9\"} "
	  "{\"type\":\"domain-name\",\"value\":\"edge.example.net\"}\n" },
	/* dns, version 3 */
	{ "{\"timestamp\":\"2026-03-01T12:00:00Z\",\"event_type\":\"dns\",\"src_ip\":\"2001:DB8::1\","
	  "\"dns\":{\"version\":3,\"queries\":[{\"rrname\":\"a.example\",\"rrtype\":\"AAAA\"}]}}\n",
	  "2026-03-01T12:00:00.000000Z {\"type\":\"ipv6-addr\",\"value\":\"2001:db8::1\"} "
	  "{\"type\":\"domain-name\",\"value\":\"a.example\"} "
	  "{\"protocols\":[\"ipv6\"],\"src_ref\":\"0\",\"type\":\"network-traffic\"}\n" },
	/* http: the URL is put together, headers are lists */
	{ "{\"timestamp\":\"2026-03-01T12:00:00Z\",\"event_type\":\"http\",\"http\":{\"hostname\":\"shop.example\","
	  "\"http_port\":8080,\"url\":\"/a?b=c\",\"http_user_agent\":\"curl/8\",\"http_method\":\"GET\","
	  "\"protocol\":\"HTTP/1.1\",\"status\":200,\"length\":5}}\n",
	  "2026-03-01T12:00:00.000000Z {\"type\":\"domain-name\",\"value\":\"shop.example\"} "
	  "{\"extensions\":{\"http-request-ext\":{\"request_header\":{\"User-Agent\":[\"curl/8\"]},"
	  "\"request_method\":\"get\",\"request_value\":\"/a?b=c\",\"request_version\":\"http/1.1\"}},"
	  "\"type\":\"network-traffic\"} {\"type\":\"url\",\"value\":\"http://shop.example:8080/a?b=c\"}\n" },
	/* a host that is an address is one; a URL that is whole stays so */
	{ "{\"timestamp\":\"2026-03-01T12:00:00Z\",\"event_type\":\"http\",\"http\":{\"hostname\":\"192.0.2.4\","
	  "\"url\":\"http://192.0.2.4/x\"}}\n",
	  "2026-03-01T12:00:00.000000Z {\"type\":\"ipv4-addr\",\"value\":\"192.0.2.4\"} "
	  "{\"extensions\":{\"http-request-ext\":{\"request_value\":\"http://192.0.2.4/x\"}},"
	  "\"type\":\"network-traffic\"} {\"type\":\"url\",\"value\":\"http://192.0.2.4/x\"}\n" },
	/* tls */
	{ "{\"timestamp\":\"2026-03-01T12:00:00Z\",\"event_type\":\"tls\",\"tls\":{\"subject\":\"CN=a.example\","
	  "\"issuerdn\":\"CN=ca\",\"serial\":\"01:02\",\"fingerprint\":\"AA:bb:0C\",\"sni\":\"a.example\","
	  "\"version\":\"TLS 1.2\",\"notbefore\":\"2025-01-02T03:04:05\"}}\n",
	  "2026-03-01T12:00:00.000000Z {\"hashes\":{\"SHA-1\":\"aabb0c\"},\"issuer\":\"CN=ca\","
	  "\"serial_number\":\"01:02\",\"subject\":\"CN=a.example\",\"type\":\"x509-certificate\","
	  "\"validity_not_before\":\"2025-01-02T03:04:05Z\"} "
	  "{\"type\":\"domain-name\",\"value\":\"a.example\"}\n" },
	/* fileinfo: the name without its path, hashes by algorithm */
	{ "{\"timestamp\":\"2026-03-01T12:00:00Z\",\"event_type\":\"fileinfo\",\"fileinfo\":{"
	  "\"filename\":\"/dl/setup.exe\",\"size\":12,\"md5\":\"D41D8CD98F00B204E9800998ECF8427E\","
	  "\"state\":\"CLOSED\",\"stored\":false}}\n",
	  "2026-03-01T12:00:00.000000Z {\"hashes\":{\"MD5\":\"d41d8cd98f00b204e9800998ecf8427e\"},"
	  "\"name\":\"setup.exe\",\"size\":12,\"type\":\"file\"}\n" },
	/* a flow is an interval */
	{ "{\"timestamp\":\"2026-03-01T12:00:09Z\",\"event_type\":\"flow\",\"flow\":{\"pkts_toserver\":3,"
	  "\"bytes_toclient\":99,\"start\":\"2026-03-01T12:00:00.5+0000\",\"end\":\"2026-03-01T12:00:02Z\"}}\n",
	  "2026-03-01T12:00:00.500000Z/2026-03-01T12:00:02.000000Z {\"dst_byte_count\":99,\"src_packets\":3,"
	  "\"type\":\"network-traffic\"}\n" },
	/* smtp: addresses out of their brackets; each once */
	{ "{\"timestamp\":\"2026-03-01T12:00:00Z\",\"event_type\":\"smtp\",\"smtp\":{\"helo\":\"x\","
	  "\"mail_from\":\"<a@one.example>\",\"rcpt_to\":[\"<b@two.example>\",\"<c@two.example>\"]},"
	  "\"email\":{\"from\":\"A <a@one.example>\",\"to\":[\"b@two.example\"],\"subject\":\"Hello\","
	  "\"attachment\":[\"x.zip\",\"y.zip\"]}}\n",
	  "2026-03-01T12:00:00.000000Z {\"type\":\"email-addr\",\"value\":\"a@one.example\"} "
	  "{\"type\":\"email-addr\",\"value\":\"b@two.example\"} {\"type\":\"email-addr\",\"value\":\"c@two.example\"} "
	  "{\"from_ref\":\"0\",\"is_multipart\":false,\"subject\":\"Hello\",\"to_refs\":[\"1\",\"2\"],"
	  "\"type\":\"email-message\"} {\"name\":\"x.zip\",\"type\":\"file\"}\n" },
	/* statistics aren't observations; nor is a record with nothing in it */
	{ "{\"timestamp\":\"2026-03-01T12:00:00Z\",\"event_type\":\"stats\",\"stats\":{\"uptime\":8}}\n"
	  "{\"timestamp\":\"2026-03-01T12:00:00Z\",\"event_type\":\"dns\"}\n", "" },
};
/* clang-format on */

static void
maps_each_record(void **state)
{
	(void)state;
	check_log(ENT_LOGS_EVE, NULL, NULL, records, sizeof(records) / sizeof(records[0]));
	check_log(ENT_LOGS_AUTO, NULL, NULL, records, sizeof(records) / sizeof(records[0]) - 1);
}

static void
counts_what_it_can_not_use(void **state)
{
	static const char text[] =
	    "{\"timestamp\":\"2026-03-01T12:00:00Z\",\"event_type\":\"dns\",\"pcap_cnt\":1,"
	    "\"dns\":{\"rrname\":\"a.example\",\"id\":5}}\n"
	    "{\"timestamp\":\"2026-03-01T12:00:00Z\",\"event_type\":\n"
	    "not JSON\n"
	    "[]\n"
	    "\n"
	    "{\"timestamp\":\"2026-03-01T09:00:00Z\",\"event_type\":\"dns\",\"src_ip\":"
	    "\"none\","
	    "\"dest_port\":-1,\"pcap_cnt\":2,\"dns\":{\"rrname\":\"b.example\"}}\n"
	    "{\"timestamp\":\"yesterday\",\"event_type\":\"dns\",\"dns\":{\"rrname\":\"c."
	    "example\"}}\n";
	struct ent_logs *l = open_log(ENT_LOGS_EVE, NULL, NULL);
	const struct ent_logs_counts *c = ent_logs_counts(l);
	struct seen s = { .n = 0 };

	(void)state;
	ent_buf_init(&s.b, 1u << 20);
	assert_int_equal(lines(l, text, &s, NULL), 0);
	assert_int_equal(c->lines, 7);
	assert_int_equal(c->observations, 3);
	assert_int_equal(c->broken, 3);
	assert_int_equal(c->n_told, 3);
	assert_int_equal(c->told[0].line, 2);
	assert_int_equal(c->told[2].line, 4);
	assert_non_null(strstr(c->told[1].why, "byte "));
	assert_int_equal(c->ignored, 3);
	assert_int_equal(c->n_names, 2);
	assert_string_equal(c->names[0].name, "pcap_cnt");
	assert_int_equal(c->names[0].count, 2);
	assert_string_equal(c->names[1].name, "dns.id");
	assert_int_equal(c->values, 3);
	assert_int_equal(c->jumps, 1);
	/* what has no time of its own gets that of the one before */
	assert_non_null(strstr(s.b.p, "2026-03-01T09:00:00.000000Z {\"type\":\"domain-name\","
	                              "\"value\":\"c.example\"}"));
	ent_logs_too_long(l);
	assert_int_equal(c->broken, 4);
	ent_buf_release(&s.b);
	ent_logs_free(l);
}

static void
keeps_its_bounds(void **state)
{
	struct ent_logs *l = open_log(ENT_LOGS_EVE, NULL, NULL);
	struct seen s = { .n = 0 };
	struct ent_buf b;

	(void)state;
	ent_buf_init(&s.b, 1u << 20);
	ent_buf_init(&b, 1u << 20);
	ent_buf_c(&b, "{\"event_type\":\"dns\",\"timestamp\":\"2026-03-01T12:00:00Z\",\"dns\":{"
	              "\"grouped\":{\"A\":[\"192.0.2.1\"");
	for (int i = 0; i < 5000; i++)
		ent_buf_printf(&b, ",\"10.1.%d.%d\"", i / 250, i % 250);
	ent_buf_c(&b, "]}}}\n");
	for (int i = 0; i < 40; i++)
		ent_buf_c(&b, "[");
	ent_buf_c(&b, "\n");
	ent_buf_ch(&b, '\0');
	assert_int_equal(lines(l, b.p, &s, NULL), 0);
	assert_int_equal(s.n, 1);
	assert_int_equal(ent_logs_counts(l)->broken, 1);
	assert_true(ent_logs_counts(l)->values > 4900);
	ent_buf_release(&b);
	ent_buf_release(&s.b);
	ent_logs_free(l);
}

static int
refuse(void *self, const struct ent_logs_seen *o, struct ent_err *err)
{
	(void)self;
	(void)o;
	return ent_fail(err, ENT_EFULL, "no more");
}

static void
gives_back_what_its_caller_says(void **state)
{
	struct ent_logs *l = open_log(ENT_LOGS_AUTO, NULL, NULL);
	static const char line[512] =
	    "{\"timestamp\":\"2026-03-01T12:00:00Z\",\"event_type\":\"dns\","
	    "\"dns\":{\"rrname\":\"a.example\"}}";
	static const char other[128] = "Mar  1 12:00:00 host sshd[1]: hello";
	struct ent_err err;

	(void)state;
	assert_int_equal(ent_logs_line(l, ent_str_c(other), refuse, NULL, &err), ENT_EINVAL);
	assert_non_null(strstr(err.msg, "format"));
	assert_int_equal(ent_logs_line(l, ent_str_c(line), refuse, NULL, &err), ENT_EFULL);
	ent_logs_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_each_record),
		cmocka_unit_test(counts_what_it_can_not_use),
		cmocka_unit_test(keeps_its_bounds),
		cmocka_unit_test(gives_back_what_its_caller_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

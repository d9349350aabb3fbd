/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_log_csv.c - CSV with a mapping, and lines of STIX, as observations.
 */
#include "logs.h"

#define T "2026-03-01T12:00:00.000000Z "

/* clang-format off */
static const char mapping[] =
	"# what our proxy writes\n"
	"separator ;\n"
	"When time\n"
	"client network-traffic:src_ref.value\n"
	"server network-traffic:dst_ref.value\n"
	"dst port network-traffic:dst_port\n"
	"host domain-name:value\n"
	"url url:value\r\n"
	"md5 file:hashes.'MD5'\n"
	"md5 file:hashes.MD5\n"
	"mail email-message:from_ref.value\n";
static const struct log_case mapped[] = {
	{ "When;client;dst port;server;host;url;md5;mail;x\r\n"
	  "2026-03-01 12:00:00;192.0.2.1;443;192.0.2.2;A.example;\"http://a.example/?q=\"\"x;y\"\"\";AB;;zzz\r\n"
	  "1772366400;;;;;;;m@a.example;\n",
	  T "{\"type\":\"ipv4-addr\",\"value\":\"192.0.2.1\"} {\"dst_port\":443,\"dst_ref\":\"2\",\"protocols\":[\"ipv4\"],"
	  "\"src_ref\":\"0\",\"type\":\"network-traffic\"} {\"type\":\"ipv4-addr\",\"value\":\"192.0.2.2\"} "
	  "{\"type\":\"domain-name\",\"value\":\"a.example\"} {\"type\":\"url\",\"value\":\"http://a.example/?q=\\\"x;y\\\"\"} "
	  "{\"hashes\":{\"MD5\":\"ab\"},\"type\":\"file\"}\n"
	  T "{\"type\":\"email-addr\",\"value\":\"m@a.example\"}\n" },
	/* columns in another order; one of them missing */
	{ "host;When\nb.example;2026-03-01T12:00:00Z\n", T "{\"type\":\"domain-name\",\"value\":\"b.example\"}\n" },
};
static const struct log_case numbered[] = {
	{ "2026-03-01T12:00:00Z\tb.example\n", T "{\"type\":\"domain-name\",\"value\":\"b.example\"}\n" },
};
static const struct log_case stix[] = {
	/* an observed-data with its objects in it */
	{ "{\"type\":\"observed-data\",\"id\":\"observed-data--1\",\"first_observed\":\"2026-03-01T12:00:00Z\","
	  "\"last_observed\":\"2026-03-01T12:00:05Z\",\"number_observed\":3,\"objects\":{\"0\":{\"type\":\"url\","
	  "\"value\":\"http://a.example/\"}}}\n",
	  "2026-03-01T12:00:00.000000Z/2026-03-01T12:00:05.000000Z {\"type\":\"url\",\"value\":\"http://a.example/\"}\n" },
	/* a bundle a line; then an SCO, which has no time of its own */
	{ "{\"type\":\"bundle\",\"id\":\"bundle--1\",\"objects\":[{\"type\":\"mutex\",\"id\":\"mutex--1\",\"name\":\"m\"},"
	  "{\"type\":\"observed-data\",\"first_observed\":\"2026-03-01T12:00:00Z\",\"last_observed\":"
	  "\"2026-03-01T12:00:00Z\",\"number_observed\":1,\"object_refs\":[\"mutex--1\"]}]}\n"
	  "{\"type\":\"domain-name\",\"id\":\"domain-name--2\",\"value\":\"a.example\"}\n"
	  "{\"type\":\"indicator\"}\n",
	  T "{\"id\":\"mutex--1\",\"name\":\"m\",\"type\":\"mutex\"}\n"
	  T "{\"id\":\"domain-name--2\",\"type\":\"domain-name\",\"value\":\"a.example\"}\n" },
};
/* clang-format on */

static void
maps_columns(void **state)
{
	(void)state;
	check_log(ENT_LOGS_CSV, NULL, mapping, mapped, 2);
	check_log(ENT_LOGS_AUTO, NULL, mapping, mapped, 2);
	check_log(ENT_LOGS_CSV, NULL, "separator tab\nheader no\n1 time\n2 domain-name:value\n",
	          numbered, 1);
}

static void
refuses_a_mapping_that_is_none(void **state)
{
	static const struct {
		const char *mapping, *says;
	} cases[] = {
		{ "", "names no column" },           { "a b:c\n", "line 1 of the mapping" },
		{ "a file:\n", "line 1" },           { "# x\n\nfile:name\n", "line 3" },
		{ "a file:a.b.c.d.e.f\n", "steps" }, { "separator ;;\na time\n", "line 1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_logs_options o = { .format = ENT_LOGS_CSV,
			                      .mapping = ent_str_c(cases[i].mapping) };
		struct ent_logs *l = NULL;
		struct ent_err err;

		assert_int_equal(ent_logs_new(&o, &l, &err), ENT_EINVAL);
		if (!strstr(err.msg, cases[i].says))
			fail_msg("%zu: %s", i, err.msg);
	}
}

static void
refuses_a_file_without_its_columns(void **state)
{
	struct ent_logs *l = open_log(ENT_LOGS_CSV, NULL, mapping);
	struct seen s = { .n = 0 };
	struct ent_err err;

	(void)state;
	ent_buf_init(&s.b, 1u << 20);
	assert_int_equal(lines(l, "a;b;c\n1;2;3\n", &s, &err), ENT_EINVAL);
	assert_non_null(strstr(err.msg, "none of the columns"));
	ent_logs_free(l);
	l = open_log(ENT_LOGS_CSV, NULL, mapping);
	assert_int_equal(lines(l, "host;x\n\"a.example\n\"a\"b;c\nc.example;\xff\n", &s, &err),
	                 0);
	assert_int_equal(ent_logs_counts(l)->broken, 3);
	ent_logs_free(l);
	ent_buf_release(&s.b);
}

static void
takes_lines_of_stix(void **state)
{
	struct ent_logs *l = open_log(ENT_LOGS_STIX, NULL, NULL);
	struct seen s = { .n = 0 };

	(void)state;
	check_log(ENT_LOGS_STIX, NULL, NULL, stix, 2);
	check_log(ENT_LOGS_AUTO, NULL, NULL, stix, 2);
	ent_buf_init(&s.b, 1u << 20);
	assert_int_equal(lines(l,
	                       "{\"type\":\"observed-data\",\"objects\":{}}\n{\"a\":1}\n"
	                       "{\"type\":\"bundle\",\"objects\":7}\n",
	                       &s, NULL),
	                 0);
	assert_int_equal(ent_logs_counts(l)->broken, 3);
	ent_buf_release(&s.b);
	ent_logs_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_columns),
		cmocka_unit_test(refuses_a_mapping_that_is_none),
		cmocka_unit_test(refuses_a_file_without_its_columns),
		cmocka_unit_test(takes_lines_of_stix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

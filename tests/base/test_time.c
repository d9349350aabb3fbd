/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_time.c - RFC 3339 text, instants, and keys that order as the instants do.
 */
#include "test.h"

#include "base/time.h"

static void
reads_what_stix_allows_and_nothing_else(void **state)
{
	static const struct {
		const char *text;
		int64_t us; /* -1: refused */
		unsigned digits;
	} cases[] = {
		{ "1970-01-01T00:00:00Z", 0, 0 },
		{ "1970-01-01T00:00:01.5Z", 1500000, 1 },
		{ "2017-01-20T00:00:00.000Z", INT64_C(1484870400000000), 3 },
		{ "2000-02-29T12:00:00.123456789Z", INT64_C(951825600123456), 9 },
		{ "2016-12-31T23:59:60Z", INT64_C(1483228799999999), 0 },
		{ "2016-12-31T23:58:60Z", -1, 0 },
		{ "2001-02-29T00:00:00Z", -1, 0 },
		{ "1900-02-29T00:00:00Z", -1, 0 },
		{ "2001-13-01T00:00:00Z", -1, 0 },
		{ "2001-00-01T00:00:00Z", -1, 0 },
		{ "2001-04-31T00:00:00Z", -1, 0 },
		{ "2001-01-01T24:00:00Z", -1, 0 },
		{ "2001-01-01T00:60:00Z", -1, 0 },
		{ "2001-01-01T00:00:00", -1, 0 },
		{ "2001-01-01T00:00:00+00:00", -1, 0 },
		{ "2001-01-01t00:00:00Z", -1, 0 },
		{ "2001-01-01T00:00:00z", -1, 0 },
		{ "2001-01-01 00:00:00Z", -1, 0 },
		{ "2001-01-01T00:00:00.Z", -1, 0 },
		{ "2001-01-01T00:00:00,5Z", -1, 0 },
		{ "2001-01-01T00:00Z", -1, 0 },
		{ "2001-01-01", -1, 0 },
		{ "", -1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned digits = 99;
		int64_t us = -2;
		int rc = ent_time_parse(ent_str_c(cases[i].text), &us, &digits);

		if ((rc != 0) != (cases[i].us == -1) ||
		    (rc == 0 && (us != cases[i].us || digits != cases[i].digits)))
			fail_msg("%s: %d, %lld, %u", cases[i].text, rc, (long long)us, digits);
	}
}

static void
writes_what_it_reads(void **state)
{
	char text[ENT_TIME_TEXT];

	(void)state;
	for (int64_t us = INT64_C(-2208988800000000); us < INT64_C(7258118400000000);
	     us += INT64_C(86400000000) * 37 + 3601000123) {
		int64_t back;

		assert_int_equal(
		    ent_time_parse(ent_str_c(ent_time_text(us, 6, text)), &back, NULL), 0);
		assert_true(back == us);
	}
	assert_string_equal(ent_time_text(1500000, 3, text), "1970-01-01T00:00:01.500Z");
	assert_string_equal(ent_time_text(1500000, 0, text), "1970-01-01T00:00:01Z");
	assert_string_equal(ent_time_text(-1, 6, text), "1969-12-31T23:59:59.999999Z");
}

static void
keys_order_as_instants_do(void **state)
{
	static const char *const ascending[] = {
		"2016-12-31T23:59:59Z",
		"2016-12-31T23:59:59.0001Z",
		"2016-12-31T23:59:59.001Z",
		"2016-12-31T23:59:59.5Z",
		"2016-12-31T23:59:59.500000000001Z",
		"2016-12-31T23:59:60Z",
		"2017-01-01T00:00:00Z",
	};
	size_t n = sizeof(ascending) / sizeof(ascending[0]);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			int c = ent_str_cmp(ent_time_key(ent_str_c(ascending[i])),
			                    ent_time_key(ent_str_c(ascending[j])));

			assert_int_equal(c < 0 ? -1 : c > 0, i < j ? -1 : i > j);
		}
	assert_true(ent_str_eq(ent_time_key(ENT_STR("2017-01-01T00:00:00Z")),
	                       ent_time_key(ENT_STR("2017-01-01T00:00:00.000Z"))));
	assert_true(ent_str_eq(ent_time_key(ENT_STR("2017-01-01T00:00:10.50Z")),
	                       ent_time_key(ENT_STR("2017-01-01T00:00:10.5Z"))));
}

static void
each_failure_waits_twice_as_long_up_to_a_bound(void **state)
{
	static const struct {
		uint64_t failures;
		int64_t wait;
	} cases[] = { { 0, 60 },   { 1, 60 },   { 2, 120 },          { 6, 1920 },
		      { 7, 3600 }, { 8, 3600 }, { UINT64_MAX, 3600 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(ent_backoff(60, 3600, cases[i].failures), cases[i].wait);
	assert_int_equal(ent_backoff(60, 10, 1), 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_stix_allows_and_nothing_else),
		cmocka_unit_test(writes_what_it_reads),
		cmocka_unit_test(keys_order_as_instants_do),
		cmocka_unit_test(each_failure_waits_twice_as_long_up_to_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

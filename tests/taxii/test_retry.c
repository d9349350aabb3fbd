/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_retry.c - Retry-After as servers write it, and the pauses between attempts.
 */
#include "test.h"

#include "base/limits.h"
#include "taxii/retry.h"

#define NOW INT64_C(784111777000000) /* Sun, 06 Nov 1994 08:49:37 GMT */

static void
reads_seconds_and_dates(void **state)
{
	static const struct {
		const char *value;
		int rc;
		uint64_t seconds;
	} cases[] = {
		{ "0", 0, 0 },
		{ "120", 0, 120 },
		{ "Sun, 06 Nov 1994 08:49:37 GMT", 0, 0 },
		{ "Sun, 06 Nov 1994 08:51:37 GMT", 0, 120 },
		{ "Sat, 05 Nov 1994 08:51:37 GMT", 0, 0 },
		{ "", ENT_EPARSE, 0 },
		{ "-1", ENT_EPARSE, 0 },
		{ "1.5", ENT_EPARSE, 0 },
		{ "soon", ENT_EPARSE, 0 },
		{ "Sun, 31 Feb 1994 08:49:37 GMT", ENT_EPARSE, 0 },
		{ "Sun, 06 Nov 1994 25:49:37 GMT", ENT_EPARSE, 0 },
		{ "Sun, 06 Nop 1994 08:49:37 GMT", ENT_EPARSE, 0 },
		{ "Sun, 06 Nov 1994 08:49:37 CET", ENT_EPARSE, 0 },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", ENT_EPARSE, 0 },
		{ "99999999999999999999999", ENT_EPARSE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t s = 0;

		assert_int_equal(ent_retry_after(ent_str_c(cases[i].value), NOW, &s),
		                 cases[i].rc);
		if (!cases[i].rc)
			assert_int_equal(s, cases[i].seconds);
	}
}

static void
pauses_double_and_end_at_the_limit(void **state)
{
	uint64_t low, high, whole = ENT_RETRY_BASE_MS;

	(void)state;
	for (unsigned i = 1; i < 70; i++) {
		assert_int_equal(ent_retry_wait(i, 0, 0, &low), 0);
		assert_int_equal(ent_retry_wait(i, 0, whole / 2, &high), 0);
		assert_int_equal(low, whole / 2);
		assert_int_equal(high, whole);
		whole = whole * 2 > ENT_RETRY_MAX_MS ? ENT_RETRY_MAX_MS : whole * 2;
	}
	assert_int_equal(whole, ENT_RETRY_MAX_MS);
}

static void
never_asks_before_the_server_wants_it(void **state)
{
	uint64_t ms = 0;

	(void)state;
	assert_int_equal(ent_retry_wait(1, 30, 12345, &ms), 0);
	assert_int_equal(ms, 30000);
	assert_int_equal(ent_retry_wait(1, ENT_RETRY_MAX_MS / 1000 + 1, 0, &ms), ENT_ELIMIT);
	assert_int_equal(ent_retry_wait(1, UINT64_MAX, 0, &ms), ENT_ELIMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_seconds_and_dates),
		cmocka_unit_test(pauses_double_and_end_at_the_limit),
		cmocka_unit_test(never_asks_before_the_server_wants_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_text.c - slices, base64, UTF-8, UUIDs, failures.
 */
#include "test.h"

#include "base/enc.h"
#include "base/utf8.h"
#include "base/uuid.h"

static void
base64_takes_only_what_it_writes(void **state)
{
	static const char *const bad[] = {
		"A",        "AA",   "AAA",  "AA=A", "A===",  "====",
		"AAA=AAAA", "AB==", "AAB=", "AA A", "AA\nA", "AA-_"
	};
	uint8_t out[16];
	char text[16];
	size_t n;

	(void)state;
	ent_b64((const uint8_t *)"foobar", 4, text);
	assert_string_equal(text, "Zm9vYg==");
	assert_int_equal(ent_unb64(ENT_STR("Zm9vYg=="), out, &n), 0);
	assert_int_equal(n, 4);
	assert_int_equal(ent_unb64(ENT_STR(""), out, &n), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (ent_unb64(ent_str_c(bad[i]), out, &n) == 0)
			fail_msg("\"%s\" was taken", bad[i]);
}

static void
utf8_is_that_of_rfc_3629(void **state)
{
	static const struct {
		const char *text;
		size_t valid;
	} cases[] = {
		{ "plain", 5 },
		{ "\xc3\xa9", 2 },
		{ "\xe2\x82\xac", 3 },
		{ "\xf0\x9f\x98\x80", 4 },
		{ "\xc0\x80", 0 },
		{ "\xc1\xbf", 0 },
		{ "\xe0\x80\x80", 0 },
		{ "\xf0\x80\x80\x80", 0 },
		{ "\xed\xa0\x80", 0 },
		{ "\xed\x9f\xbf", 3 },
		{ "\xf4\x8f\xbf\xbf", 4 },
		{ "\xf4\x90\x80\x80", 0 },
		{ "\xf5\x80\x80\x80", 0 },
		{ "a\x80", 1 },
		{ "a\xe2\x82", 1 },
		{ "\xff", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(ent_utf8_valid(ent_str_c(cases[i].text)), cases[i].valid);
	assert_int_equal(ent_utf8_cut(ent_str_c("a\xe2\x82\xac"), 3).n, 1);
	assert_int_equal(ent_utf8_cut(ent_str_c("a\xe2\x82\xac"), 4).n, 4);
	/* U+FF61 sorts after U+1F600, whose first UTF-16 unit is D83D */
	assert_true(ent_utf8_cmp16(ent_str_c("\xef\xbd\xa1"), ent_str_c("\xf0\x9f\x98\x80")) >
	            0);
	assert_true(ent_utf8_cmp16(ent_str_c("a"), ent_str_c("ab")) < 0);
	assert_int_equal(
	    ent_utf8_cmp16(ent_str_c("\xf0\x9f\x98\x80"), ent_str_c("\xf0\x9f\x98\x80")), 0);
	assert_true(
	    ent_utf8_cmp16(ent_str_c("\xf0\x9f\x98\x80"), ent_str_c("\xf0\x9f\x98\x81")) < 0);
}

static void
uuids_and_numbers(void **state)
{
	uint8_t uuid[16];
	char text[ENT_UUID_TEXT];
	uint64_t v;

	(void)state;
	assert_int_equal(ent_uuid_parse(ENT_STR("2B9a3c52-9a3b-4c84-8a0f-000000000001"), uuid),
	                 0);
	assert_string_equal(ent_uuid_text(uuid, text), "2b9a3c52-9a3b-4c84-8a0f-000000000001");
	assert_int_not_equal(
	    ent_uuid_parse(ENT_STR("2b9a3c52-9a3b-4c84-8a0f-00000000000"), uuid), 0);
	assert_int_not_equal(
	    ent_uuid_parse(ENT_STR("2b9a3c529-a3b-4c84-8a0f-000000000001"), uuid), 0);
	assert_int_not_equal(
	    ent_uuid_parse(ENT_STR("2b9a3c52-9a3b-4c84-8a0f-00000000000g"), uuid), 0);
	assert_int_equal(ent_str_u64(ENT_STR("18446744073709551615"), UINT64_MAX, &v), 0);
	assert_true(v == UINT64_MAX);
	assert_int_not_equal(ent_str_u64(ENT_STR("18446744073709551616"), UINT64_MAX, &v), 0);
	assert_int_not_equal(ent_str_u64(ENT_STR("-1"), UINT64_MAX, &v), 0);
	assert_int_not_equal(ent_str_u64(ENT_STR(""), UINT64_MAX, &v), 0);
	assert_int_not_equal(ent_str_u64(ENT_STR("11"), 10, &v), 0);
}

static void
slices(void **state)
{
	struct ent_str rest = ENT_STR("a,,b"), part;
	int n = 0;

	(void)state;
	while (ent_str_next(&rest, ',', &part))
		n++;
	assert_int_equal(n, 3);
	assert_str(part, "b");
	assert_true(ent_str_caseis(ENT_STR("HoSt"), "host"));
	assert_str(ent_str_trim(ENT_STR(" \ta b\t ")), "a b");
	assert_true(ent_str_cmp(ENT_STR("a"), ENT_STR("ab")) < 0);
	assert_true(ent_str_ends(ENT_STR("object_refs"), "_refs"));
	assert_false(ent_str_starts((struct ent_str){ NULL, 0 }, "x"));
}

static void
failures_say_the_way_up(void **state)
{
	struct ent_err err;
	char big[2000];

	(void)state;
	assert_int_equal(ent_fail(&err, ENT_ENOENT, "no object %s", "indicator--1"),
	                 ENT_ENOENT);
	assert_int_equal(ent_within(&err, ENT_ENOENT, "collection %s", "c1"), ENT_ENOENT);
	assert_string_equal(err.msg, "collection c1: no object indicator--1");
	assert_int_equal(ent_fail(NULL, ENT_EPARSE, "nobody listens"), ENT_EPARSE);
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	(void)ent_fail(&err, ENT_EPARSE, "%s\xc3\xa9", big);
	assert_true(strlen(err.msg) < sizeof(err.msg));
	for (int code = 0; code >= ENT_CODE_LAST; code--)
		assert_string_not_equal(ent_code_name(code), "unknown");
	assert_string_equal(ent_code_name(-1000), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_takes_only_what_it_writes),
		cmocka_unit_test(utf8_is_that_of_rfc_3629),
		cmocka_unit_test(uuids_and_numbers),
		cmocka_unit_test(slices),
		cmocka_unit_test(failures_say_the_way_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_words.c - the code that two people compare, as words and back.
 */
#include "test.h"

#include "exchange/words.h"

static const char code[] = "00000 99999 12345 00319 00320 54321 31415 92653";

static void
words_are_the_same_code(void **state)
{
	char words[ENT_WORDS_TEXT], digits[ENT_CODE_DIGITS + 1];
	struct ent_err err;

	(void)state;
	ent_code_words(code, words);
	assert_int_equal(strlen(words), ENT_WORDS_TEXT - 1);
	assert_memory_equal(words, "baka bake ", 10);
	assert_int_equal(ent_code_read(ent_str_c(words), digits, &err), 0);
	assert_string_equal(digits, "0000099999123450031900320543213141592653");
	assert_int_equal(ent_code_read(ent_str_c(code), digits, &err), 0);
	assert_string_equal(digits, "0000099999123450031900320543213141592653");
}

static void
most_slips_are_seen_in_the_word(void **state)
{
	char words[ENT_WORDS_TEXT], bad[ENT_WORDS_TEXT], digits[ENT_CODE_DIGITS + 1],
	    right[ENT_CODE_DIGITS + 1];
	size_t tried = 0, seen = 0;
	struct ent_err err;

	(void)state;
	ent_code_words(code, words);
	assert_int_equal(ent_code_read(ent_str_c(words), right, &err), 0);
	for (size_t i = 0; i + 1 < ENT_WORDS_TEXT; i++)
		for (char c = 'a'; c <= 'z'; c++) {
			if (words[i] == ' ' || words[i] == c)
				continue;
			memcpy(bad, words, sizeof(bad));
			bad[i] = c;
			tried++;
			/* never the code that was meant */
			if (ent_code_read(ent_str_c(bad), digits, &err))
				seen++;
			else
				assert_string_not_equal(digits, right);
		}
	assert_true(seen * 10 > tried * 8);
}

static void
what_is_no_code_is_refused_with_the_reason(void **state)
{
	static const struct {
		const char *typed, *why;
	} cases[] = {
		{ "", "40 digits" },
		{ "12345", "40 digits, and this has 5" },
		{ "00000 99999 12345 00319 00320 54321 31415 926531", "this has 41" },
		{ "baka bake", "16 words" },
		{ "00000 99999 12345 00319 00320 54321 31415 9265x", "16 words" },
		{ "zaba zaba zaba zaba zaba zaba zaba zaba zaba zaba zaba zaba zaba zaba zaba "
		  "zaba",
		  "word 1" },
		{ "\xc3\xa4\x00", "nothing else" },
	};
	char digits[ENT_CODE_DIGITS + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_err err = { 0 };

		assert_int_equal(ent_code_read(ent_str_c(cases[i].typed), digits, &err),
		                 ENT_EINVAL);
		if (!strstr(err.msg, cases[i].why))
			fail_msg("\"%s\": %s", cases[i].typed, err.msg);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_the_same_code),
		cmocka_unit_test(most_slips_are_seen_in_the_word),
		cmocka_unit_test(what_is_no_code_is_refused_with_the_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

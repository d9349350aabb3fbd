/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_password.c - passwords verify against their own hash and nothing else.
 */
#include "test.h"

#include "crypto/password.h"

static void
only_the_password_verifies(void **state)
{
	char hash[ENT_PASSWORD_TEXT], again[ENT_PASSWORD_TEXT];

	(void)state;
	assert_int_equal(ent_password_hash(ENT_STR("correct horse"), hash, NULL), 0);
	assert_int_equal(strncmp(hash, "$argon2id$v=19$", 15), 0);
	assert_true(ent_password_verify(hash, ENT_STR("correct horse")));
	assert_false(ent_password_verify(hash, ENT_STR("correct horsf")));
	assert_false(ent_password_verify(hash, ENT_STR("correct horse\0")));
	assert_false(ent_password_verify(hash, ENT_STR("")));
	assert_int_equal(ent_password_hash(ENT_STR("correct horse"), again, NULL), 0);
	assert_string_not_equal(hash, again);
}

static void
what_is_no_hash_verifies_nothing(void **state)
{
	static const char *const cases[] = {
		"", "plain", "$argon2id$", "$argon2id$v=19$m=65536,t=2,p=1$$",
		"$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
	};
	char longer[400];

	(void)state;
	assert_false(ent_password_verify(NULL, ENT_STR("x")));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_false(ent_password_verify(cases[i], ENT_STR("")));
	memset(longer, 'A', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_false(ent_password_verify(longer, ENT_STR("x")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_password_verifies),
		cmocka_unit_test(what_is_no_hash_verifies_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

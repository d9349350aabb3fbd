/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_sign.c - keys, seed files, signatures and DSSE's encoding.
 */
#include "test.h"

#include <sys/stat.h>

#include "base/enc.h"
#include "base/file.h"
#include "crypto/sign.h"

static const struct ent_str none;

/* RFC 8032, 7.1: TEST 1 to 3. */
static const struct {
	const char *seed, *pub, *msg, *sig;
} rfc8032[] = {
	{ "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
	  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
	  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e"
	  "39701cf9b46b"
	  "d25bf5f0595bbe24655141438e7a100b" },
	{ "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
	  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
	  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f"
	  "3613d0f11d8c"
	  "387b2eaeb4302aeeb00d291612bb0c00" },
	{ "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
	  "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
	  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67"
	  "f760984dc659"
	  "4a7c15e9716ed28dc027beceea1ec40a" },
};

static void
signatures_of_rfc8032(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rfc8032) / sizeof(rfc8032[0]); i++) {
		struct ent_str msg_hex = ent_str_c(rfc8032[i].msg);
		uint8_t want[ENT_SIG], sig[ENT_SIG], msg[2];
		struct ent_str m = { (const char *)msg, msg_hex.n / 2 };
		struct ent_key k;

		assert_int_equal(ent_unhex(ent_str_c(rfc8032[i].seed), k.sec, 32), 0);
		assert_int_equal(ent_unhex(ent_str_c(rfc8032[i].pub), k.pub, 32), 0);
		assert_int_equal(ent_unhex(ent_str_c(rfc8032[i].sig), want, ENT_SIG), 0);
		assert_int_equal(ent_unhex(msg_hex, msg, m.n), 0);
		memcpy(k.sec + 32, k.pub, 32);
		ent_sign(&k, m, sig);
		assert_memory_equal(sig, want, ENT_SIG);
		assert_true(ent_verify(k.pub, m, sig));
		for (size_t bit = 0; bit < 8 * ENT_SIG; bit += 5) {
			sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_false(ent_verify(k.pub, m, sig));
			sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		assert_false(ent_verify(k.pub, ENT_STR("other"), sig));
	}
}

/* S + L in place of S, which an equation alone would take; points of small order; y of 2^255 -
 * 19 and more. */
static void
refuses_signatures_of_another_form(void **state)
{
	static const uint8_t order[32] = { 0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
		                           0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
		                           0,    0,    0,    0,    0,    0,    0,    0,
		                           0,    0,    0,    0,    0,    0,    0,    0x10 };
	static const uint8_t small[][32] = { { 1 }, /* the neutral point */
		                             { 0 },
		                             { 0xec, 0xff } };
	struct ent_str m = ENT_STR("a statement");
	uint8_t seed[ENT_SEED] = { 7 }, sig[ENT_SIG], other[ENT_SIG], key[ENT_PUB];
	struct ent_keys keys;
	unsigned carry = 0;

	(void)state;
	ent_keys_derive(seed, &keys);
	ent_sign(&keys.key[0], m, sig);
	assert_true(ent_verify(keys.key[0].pub, m, sig));
	memcpy(other, sig, sizeof(other));
	for (int i = 0; i < 32; i++) {
		carry += other[32 + i] + order[i];
		other[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	assert_false(ent_verify(keys.key[0].pub, m, other));
	for (size_t i = 0; i < sizeof(small) / sizeof(small[0]); i++) {
		uint8_t zero[ENT_SIG] = { 0 };

		memcpy(key, small[i], sizeof(key));
		if (i == 2) { /* 2^255 - 20: of order two */
			memset(key + 1, 0xff, 30);
			key[31] = 0x7f;
		}
		/* R of small order and S of 0 fit such a key for any message */
		memcpy(zero, key, 32);
		assert_false(ent_verify(key, m, zero));
		memcpy(other, sig, sizeof(other));
		memcpy(other, key, 32);
		assert_false(ent_verify(keys.key[0].pub, m, other));
	}
	memset(key, 0xff, sizeof(key)); /* no field element is written so */
	key[31] = 0x7f;
	memcpy(other, sig, sizeof(other));
	assert_false(ent_verify(key, m, sig));
	memcpy(other, key, 32);
	assert_false(ent_verify(keys.key[0].pub, m, other));
}

static void
one_seed_gives_three_keys(void **state)
{
	/* Computed apart: keyed BLAKE2b with salt (number) and personalisation (context), then
	 * RFC 8032 key generation. */
	static const char *const pubs[] = {
		"a0b399ff5e6535c4ffa17272e526d20b6a369bd40f3e786f33a36b22fc94e1ab",
		"97c33e9ac507a65b3e7bc003735a4dfe31d64f020fa54c488ddce7c8a3a4cc20",
		"4a6f53f1a3a03fd7a035978da1f8124e6545088aafd50c3abfde536d49ddfac1"
	};
	static const char *const ids[] = { "fad303389590281d9cb9fef4ed1eb7d1",
		                           "c6c33883dd3dc52369afab6972702188",
		                           "ef7148f130ebf8f9b35f9b27ab680791" };
	char hex[65], id[ENT_KEYID_TEXT];
	struct ent_keys keys, zero = { 0 };
	uint8_t seed[ENT_SEED], sig[ENT_SIG];

	(void)state;
	for (size_t i = 0; i < sizeof(seed); i++)
		seed[i] = (uint8_t)i;
	ent_keys_derive(seed, &keys);
	for (size_t i = 0; i < ENT_KEY_USES; i++) {
		ent_hex(keys.key[i].pub, 32, hex);
		assert_string_equal(hex, pubs[i]);
		assert_string_equal(ent_keyid(keys.key[i].pub, id), ids[i]);
		ent_sign(&keys.key[i], ENT_STR("x"), sig);
		for (size_t j = 0; j < ENT_KEY_USES; j++)
			assert_int_equal(ent_verify(keys.key[j].pub, ENT_STR("x"), sig),
			                 i == j);
	}
	ent_keys_wipe(&keys);
	assert_memory_equal(&keys, &zero, sizeof(keys));
}

struct dir {
	char dir[64], seed[80];
};

static int
setup(void **state)
{
	struct dir *d = calloc(1, sizeof(*d));

	strcpy(d->dir, "/tmp/ent-sign-XXXXXX");
	if (!mkdtemp(d->dir))
		return -1;
	snprintf(d->seed, sizeof(d->seed), "%s/seed", d->dir);
	*state = d;
	return 0;
}

static int
teardown(void **state)
{
	struct dir *d = *state;

	(void)unlink(d->seed);
	(void)rmdir(d->dir);
	free(d);
	return 0;
}

static void
seed_file_is_private_and_made_once(void **state)
{
	struct dir *d = *state;
	uint8_t one[ENT_SEED], two[ENT_SEED];
	struct stat st;

	assert_int_equal(ent_seed_create(d->seed, none, NULL), 0);
	assert_int_equal(stat(d->seed, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, ENT_SEED);
	assert_int_equal(ent_seed_read(d->seed, none, one, NULL, NULL), 0);
	assert_int_equal(ent_seed_create(d->seed, none, NULL), ENT_EEXIST);
	assert_int_equal(ent_seed_read(d->seed, none, two, NULL, NULL), 0);
	assert_memory_equal(one, two, ENT_SEED);
	(void)unlink(d->seed);
	assert_int_equal(ent_seed_create(d->seed, none, NULL), 0);
	assert_int_equal(ent_seed_read(d->seed, none, two, NULL, NULL), 0);
	assert_memory_not_equal(one, two, ENT_SEED);
}

static void
seed_file_that_others_may_read_is_refused(void **state)
{
	static const mode_t modes[] = { 0640, 0604, 0620, 0601, 0666 };
	struct dir *d = *state;
	uint8_t seed[ENT_SEED];
	struct ent_err err;

	assert_int_equal(ent_seed_create(d->seed, none, NULL), 0);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(d->seed, modes[i]), 0);
		assert_int_equal(ent_seed_read(d->seed, none, seed, NULL, &err), ENT_EDENIED);
		assert_non_null(strstr(err.msg, "chmod 600"));
	}
	assert_int_equal(chmod(d->seed, 0400), 0);
	assert_int_equal(ent_seed_read(d->seed, none, seed, NULL, &err), 0);
}

static void
a_seed_under_a_passphrase_opens_with_it_alone(void **state)
{
	struct dir *d = *state;
	uint8_t one[ENT_SEED], two[ENT_SEED];
	struct ent_err err;
	bool sealed;

	assert_int_equal(ent_seed_create(d->seed, ENT_STR(""), &err), ENT_EINVAL);
	assert_int_equal(ent_seed_create(d->seed, ENT_STR("correct horse"), &err), 0);
	assert_int_equal(ent_seed_read(d->seed, none, one, &sealed, &err), ENT_EAUTH);
	assert_true(sealed);
	assert_non_null(strstr(err.msg, "passphrase"));
	assert_int_equal(ent_seed_read(d->seed, ENT_STR("horse"), one, NULL, &err), ENT_EAUTH);
	assert_int_equal(ent_seed_read(d->seed, ENT_STR("correct horse"), one, NULL, &err), 0);
	assert_int_equal(ent_seed_write(d->seed, one, none, &err), 0);
	assert_int_equal(ent_seed_read(d->seed, none, two, &sealed, &err), 0);
	assert_false(sealed);
	assert_memory_equal(one, two, ENT_SEED);
}

static void
what_is_no_seed_is_refused(void **state)
{
	struct dir *d = *state;
	uint8_t seed[ENT_SEED];
	char raw[40] = { 0 };

	assert_int_equal(ent_seed_read(d->seed, none, seed, NULL, NULL), ENT_ENOENT);
	for (size_t n = 0; n < sizeof(raw); n++) {
		int want = n == ENT_SEED ? 0 : ENT_EPARSE;

		assert_int_equal(
		    ent_file_write(d->seed, (struct ent_str){ raw, n }, 0600, NULL), 0);
		assert_int_equal(ent_seed_read(d->seed, none, seed, NULL, NULL), want);
	}
	assert_int_equal(ent_seed_read(d->dir, none, seed, NULL, NULL), ENT_EPARSE);
	(void)unlink(d->seed);
	assert_int_equal(mkfifo(d->seed, 0600), 0);
	assert_int_equal(ent_seed_read(d->seed, none, seed, NULL, NULL),
	                 ENT_EPARSE); /* and doesn't wait for a writer */
}

static void
pae_tells_type_and_body_apart(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 16), *full = ent_arena_new(8);

	(void)state;
	assert_str(
	    ent_dsse_pae(a, ENT_STR("http://example.com/HelloWorld"), ENT_STR("hello world")),
	    "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
	assert_str(ent_dsse_pae(a, ENT_STR(""), ENT_STR("")), "DSSEv1 0  0 ");
	assert_str(ent_dsse_pae(a, (struct ent_str){ NULL, 0 }, (struct ent_str){ NULL, 0 }),
	           "DSSEv1 0  0 ");
	assert_null(ent_dsse_pae(full, ENT_STR("type"), ENT_STR("hello world")).p);
	assert_null(ent_dsse_pae(a, ENT_STR("type"), (struct ent_str){ "", SIZE_MAX - 4 }).p);
	ent_arena_free(a);
	ent_arena_free(full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signatures_of_rfc8032),
		cmocka_unit_test(refuses_signatures_of_another_form),
		cmocka_unit_test(one_seed_gives_three_keys),
		cmocka_unit_test_setup_teardown(seed_file_is_private_and_made_once, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(seed_file_that_others_may_read_is_refused,
		                                setup, teardown),
		cmocka_unit_test_setup_teardown(a_seed_under_a_passphrase_opens_with_it_alone,
		                                setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_seed_is_refused, setup, teardown),
		cmocka_unit_test(pae_tells_type_and_body_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_hash.c - hashes, UUIDs and MACs against published values, and from several threads at
 * once.
 */
#include "test.h"

#include <pthread.h>

#include "base/enc.h"
#include "crypto/hash.h"
#include "crypto/random.h"

static void
sha256_of_published_messages(void **state)
{
	/* FIPS 180-4 examples. */
	static const struct {
		const char *in, *hex;
	} cases[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};
	struct ent_arena *a = ent_arena_new(1 << 16);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_str(ent_sha256_hex(a, ent_str_c(cases[i].in)), cases[i].hex);
	ent_arena_free(a);
}

static void
parts_hash_as_the_whole(void **state)
{
	const struct ent_str parts[] = {
		ENT_STR("ab"), { NULL, 0 }, ENT_STR(""), ENT_STR("c")
	};
	uint8_t one[ENT_SHA256], many[ENT_SHA256], h512[ENT_SHA512];
	char hex[2 * ENT_SHA512 + 1];

	(void)state;
	ent_sha256(ENT_STR("abc"), one);
	ent_sha256_parts(parts, 4, many);
	assert_memory_equal(one, many, sizeof(one));
	ent_sha256_parts(NULL, 0, many);
	ent_sha256(ENT_STR(""), one);
	assert_memory_equal(one, many, sizeof(one));
	ent_sha512_parts(parts, 4, h512);
	ent_hex(h512, sizeof(h512), hex);
	assert_string_equal(hex,
	                    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	                    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

static void
uuids_have_their_version(void **state)
{
	static const uint8_t dns[16] = { 0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
		                         0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8 };
	uint8_t u[16], v[16];
	char text[ENT_UUID_TEXT];

	(void)state;
	ent_uuid5(dns, ENT_STR("www.example.com"), u); /* RFC 9562, A.4 */
	assert_string_equal(ent_uuid_text(u, text), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
	ent_uuid4(u);
	ent_uuid4(v);
	assert_memory_not_equal(u, v, 16);
	assert_int_equal(u[6] >> 4, 4);
	assert_int_equal(u[8] >> 6, 2);
}

static void
macs_depend_on_key_and_text(void **state)
{
	uint8_t key[32], mac[16], other[16];
	char hex[33];

	(void)state;
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)i;
	ent_mac(key, ENT_STR("cursor"), mac);
	ent_hex(mac, sizeof(mac), hex);
	assert_string_equal(hex,
	                    "5025694add1da6e84d584d644d377e3b"); /* BLAKE2b, keyed, 16 bytes */
	ent_mac(key, ENT_STR("cursos"), other);
	assert_false(ent_same(mac, other, sizeof(mac)));
	key[31] ^= 1;
	ent_mac(key, ENT_STR("cursor"), other);
	assert_false(ent_same(mac, other, sizeof(mac)));
	key[31] ^= 1;
	ent_mac(key, ENT_STR("cursor"), other);
	assert_true(ent_same(mac, other, sizeof(mac)));
}

static void *
hash_a_chain(void *out)
{
	uint8_t *h = out;

	for (size_t i = 0; i < 5000; i++)
		ent_sha256((struct ent_str){ (const char *)h, ENT_SHA256 }, h);
	return NULL;
}

static void
threads_do_not_disturb_each_other(void **state)
{
	uint8_t h[4][ENT_SHA256] = { { 0 } }, mine[ENT_SHA256] = { 0 };
	pthread_t t[4];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, hash_a_chain, h[i]), 0);
	hash_a_chain(mine);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(t[i], NULL), 0);
		assert_memory_equal(h[i], mine, sizeof(mine));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_of_published_messages),
		cmocka_unit_test(parts_hash_as_the_whole),
		cmocka_unit_test(uuids_have_their_version),
		cmocka_unit_test(macs_depend_on_key_and_text),
		cmocka_unit_test(threads_do_not_disturb_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

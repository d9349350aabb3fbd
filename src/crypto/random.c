/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random.c - random bytes, constant-time comparison and short keyed MACs, through libsodium.
 */
#include "crypto/random.h"

#include "crypto/sodium_int.h"

void
ent_random(void *out, size_t n)
{
	sodium_ready();
	randombytes_buf(out, n);
}

void
ent_uuid4(uint8_t out[16])
{
	ent_random(out, 16);
	out[6] = (uint8_t)((out[6] & 0x0f) | 0x40);
	out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
}

struct ent_str
ent_uuid4_dup(struct ent_arena *a)
{
	char text[ENT_UUID_TEXT];
	uint8_t uuid[16];

	ent_uuid4(uuid);
	return ent_arena_dup(a, ent_str_c(ent_uuid_text(uuid, text)));
}

bool
ent_same(const void *a, const void *b, size_t n)
{
	return sodium_memcmp(a, b, n) == 0;
}

void
ent_mac(const uint8_t key[32], struct ent_str in, uint8_t out[16])
{
	sodium_ready();
	/* Fails only for lengths that it doesn't take; these it does. */
	if (crypto_generichash(out, 16, (const uint8_t *)in.p, in.n, key, 32) != 0)
		abort();
}

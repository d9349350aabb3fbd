/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign.c - a node's Ed25519 keys, signatures, and DSSE's pre-authentication
 * encoding.
 */
#include "crypto/sign.h"

#include "base/enc.h"
#include "crypto/hash.h"
#include "crypto/sodium_int.h"

_Static_assert(ENT_SEED == crypto_kdf_KEYBYTES && ENT_SEED == crypto_sign_SEEDBYTES, "seed");
_Static_assert(ENT_PUB == crypto_sign_PUBLICKEYBYTES && ENT_SIG == crypto_sign_BYTES,
               "Ed25519");
_Static_assert(sizeof(((struct ent_key *)0)->sec) == crypto_sign_SECRETKEYBYTES, "Ed25519");

static const char context[crypto_kdf_CONTEXTBYTES + 1] = "entente1";

void
ent_keys_derive(const uint8_t seed[ENT_SEED], struct ent_keys *out)
{
	uint8_t sub[crypto_sign_SEEDBYTES];

	sodium_ready();
	for (unsigned i = 0; i < ENT_KEY_USES; i++) {
		/* Neither can fail with these lengths. */
		if (crypto_kdf_derive_from_key(sub, sizeof(sub), i + 1, context, seed) != 0 ||
		    crypto_sign_seed_keypair(out->key[i].pub, out->key[i].sec, sub) != 0)
			abort();
	}
	sodium_memzero(sub, sizeof(sub));
}

void
ent_keys_wipe(struct ent_keys *k)
{
	sodium_memzero(k, sizeof(*k));
}

void
ent_sign(const struct ent_key *k, struct ent_str msg, uint8_t sig[ENT_SIG])
{
	sodium_ready();
	if (crypto_sign_detached(sig, NULL, (const uint8_t *)msg.p, msg.n, k->sec) != 0)
		abort();
}

bool
ent_verify(const uint8_t pub[ENT_PUB], struct ent_str msg, const uint8_t sig[ENT_SIG])
{
	sodium_ready();
	return crypto_sign_verify_detached(sig, (const uint8_t *)msg.p, msg.n, pub) == 0;
}

const char *
ent_keyid(const uint8_t pub[ENT_PUB], char out[ENT_KEYID_TEXT])
{
	const struct ent_str parts[] = { ENT_STR("\x01"), { (const char *)pub, ENT_PUB } };
	uint8_t hash[ENT_SHA256];

	ent_sha256_parts(parts, 2, hash);
	ent_hex(hash, 16, out);
	return out;
}

struct ent_str
ent_dsse_pae(struct ent_arena *a, struct ent_str type, struct ent_str body)
{
	char head[64], middle[32];
	int h = snprintf(head, sizeof(head), "DSSEv1 %zu ", type.n);
	int m = snprintf(middle, sizeof(middle), " %zu ", body.n);
	size_t n = (size_t)h + type.n + (size_t)m;
	char *p;

	if (body.n >= SIZE_MAX - n - 1)
		return (struct ent_str){ NULL, 0 };
	n += body.n;
	p = ent_arena_alloc(a, n + 1);
	if (!p)
		return (struct ent_str){ NULL, 0 };
	memcpy(p, head, (size_t)h);
	if (type.n)
		memcpy(p + h, type.p, type.n);
	memcpy(p + h + type.n, middle, (size_t)m);
	if (body.n)
		memcpy(p + n - body.n, body.p, body.n);
	return (struct ent_str){ p, n };
}

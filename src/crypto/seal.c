/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seal.c - streams for one reader, by libsodium.
 */
#include "crypto/seal.h"

#include <stdlib.h>

#include "crypto/sodium_int.h"

#define KEY crypto_secretstream_xchacha20poly1305_KEYBYTES

_Static_assert(crypto_box_SEALBYTES + KEY + crypto_secretstream_xchacha20poly1305_HEADERBYTES ==
                   ENT_SEAL_HEAD,
               "the head has its documented size");
_Static_assert(crypto_secretstream_xchacha20poly1305_ABYTES == ENT_SEAL_EXTRA,
               "chunks grow as documented");

struct ent_seal {
	crypto_secretstream_xchacha20poly1305_state state;
};

static int
fresh(struct ent_seal **out, struct ent_err *err)
{
	sodium_ready();
	*out = calloc(1, sizeof(**out));
	return *out ? 0 : ent_fail(err, ENT_ENOMEM, "out of memory");
}

int
ent_seal_begin(const uint8_t pub[ENT_PUB], uint8_t head[ENT_SEAL_HEAD], struct ent_seal **out,
               struct ent_err *err)
{
	uint8_t key[KEY], to[crypto_box_PUBLICKEYBYTES];
	int rc = fresh(out, err);

	if (rc)
		return rc;
	if (crypto_sign_ed25519_pk_to_curve25519(to, pub)) {
		ent_seal_free(*out);
		*out = NULL;
		return ent_fail(err, ENT_EUNUSABLE, "the key is not one that can be sealed to");
	}
	crypto_secretstream_xchacha20poly1305_keygen(key);
	(void)crypto_box_seal(head, key, sizeof(key), to);
	(void)crypto_secretstream_xchacha20poly1305_init_push(
	    &(*out)->state, head + crypto_box_SEALBYTES + KEY, key);
	sodium_memzero(key, sizeof(key));
	return 0;
}

int
ent_seal_push(struct ent_seal *s, struct ent_str in, bool last, struct ent_buf *out,
              struct ent_err *err)
{
	char *to = ent_buf_room(out, in.n + ENT_SEAL_EXTRA);

	if (!to)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	(void)crypto_secretstream_xchacha20poly1305_push(
	    &s->state, (unsigned char *)to, NULL, (const unsigned char *)in.p, in.n, NULL, 0,
	    last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
		 : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
	ent_buf_grew(out, in.n + ENT_SEAL_EXTRA);
	return 0;
}

int
ent_seal_open(const struct ent_key *key, const uint8_t head[ENT_SEAL_HEAD],
              struct ent_seal **out, struct ent_err *err)
{
	uint8_t pk[crypto_box_PUBLICKEYBYTES], sk[crypto_box_SECRETKEYBYTES], k[KEY];
	int rc = fresh(out, err), bad;

	if (rc)
		return rc;
	bad = crypto_sign_ed25519_pk_to_curve25519(pk, key->pub) ||
	      crypto_sign_ed25519_sk_to_curve25519(sk, key->sec) ||
	      crypto_box_seal_open(k, head, crypto_box_SEALBYTES + KEY, pk, sk) ||
	      crypto_secretstream_xchacha20poly1305_init_pull(
		  &(*out)->state, head + crypto_box_SEALBYTES + KEY, k);
	sodium_memzero(sk, sizeof(sk));
	sodium_memzero(k, sizeof(k));
	if (!bad)
		return 0;
	ent_seal_free(*out);
	*out = NULL;
	return ent_fail(err, ENT_EAUTH, "it is sealed to another key: this node can't open it");
}

int
ent_seal_pull(struct ent_seal *s, struct ent_str in, bool *last, struct ent_buf *out,
              struct ent_err *err)
{
	size_t n = in.n < ENT_SEAL_EXTRA ? 0 : in.n - ENT_SEAL_EXTRA;
	unsigned char tag = 0;
	char *to;

	if (in.n < ENT_SEAL_EXTRA)
		return ent_fail(err, ENT_EAUTH, "a sealed chunk is too short");
	to = ent_buf_room(out, n + 1);
	if (!to)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	if (crypto_secretstream_xchacha20poly1305_pull(&s->state, (unsigned char *)to, NULL,
	                                               &tag, (const unsigned char *)in.p, in.n,
	                                               NULL, 0))
		return ent_fail(err, ENT_EAUTH, "a sealed chunk was changed");
	ent_buf_grew(out, n);
	*last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	return 0;
}

void
ent_seal_free(struct ent_seal *s)
{
	if (s)
		sodium_memzero(s, sizeof(*s));
	free(s);
}

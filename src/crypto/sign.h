/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sign.h - a node's Ed25519 keys (docs/exchange.md: three from one seed) and signatures (RFC
 * 8032).
 */
#ifndef ENT_CRYPTO_SIGN_H
#define ENT_CRYPTO_SIGN_H
#include <entente/arena.h>

#define ENT_SEED       32
#define ENT_PUB        32
#define ENT_SIG        64
#define ENT_KEYID_TEXT 33 /* 32 hex digits and a NUL */

enum ent_key_use { ENT_KEY_SIGN, ENT_KEY_LEDGER, ENT_KEY_WITNESS, ENT_KEY_USES };

struct ent_key {
	uint8_t pub[ENT_PUB];
	uint8_t sec[64];
};

struct ent_keys {
	struct ent_key key[ENT_KEY_USES];
};

/* crypto_kdf, context "entente1", subkeys 1, 2 and 3.  Wipe with ent_keys_wipe. */
void ent_keys_derive(const uint8_t seed[ENT_SEED], struct ent_keys *out);
void ent_keys_wipe(struct ent_keys *k);
/*
 * A seed file, mode 0600: 32 bytes, or, under a passphrase, the text of docs/keys.md (Argon2id,
 * XChaCha20-Poly1305).  passphrase is absent where there is none.
 */
#define ENT_PASSPHRASE_MAX 1024
/* A random new one; ENT_EEXIST if path is there. */
int ent_seed_create(const char *path, struct ent_str passphrase, struct ent_err *err);
/* Writes it over what is at path: the old one or the new one is there after a crash. */
int ent_seed_write(const char *path, const uint8_t seed[ENT_SEED], struct ent_str passphrase,
                   struct ent_err *err);
/* ENT_EAUTH if it needs a passphrase, or another one.  *sealed (may be NULL): it is under one.
 */
int ent_seed_read(const char *path, struct ent_str passphrase, uint8_t seed[ENT_SEED],
                  bool *sealed, struct ent_err *err);
/* Takes a seed file's bytes apart; ENT_EPARSE if they are none. */
int ent_seed_open(struct ent_str file, struct ent_str passphrase, uint8_t seed[ENT_SEED],
                  bool *sealed, struct ent_err *err);

void ent_sign(const struct ent_key *k, struct ent_str msg, uint8_t sig[ENT_SIG]);
/* Refuses malleable S, small-order keys and non-canonical points. */
bool ent_verify(const uint8_t pub[ENT_PUB], struct ent_str msg, const uint8_t sig[ENT_SIG]);
/* Lower-case hex of the first 16 bytes of SHA-256(0x01 || pub) (docs/exchange.md). */
const char *ent_keyid(const uint8_t pub[ENT_PUB], char out[ENT_KEYID_TEXT]);

/* DSSE v1 pre-authentication encoding (docs/exchange.md); absent if the arena is full. */
struct ent_str ent_dsse_pae(struct ent_arena *a, struct ent_str type, struct ent_str body);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seal.h - a stream of chunks that only the holder of an Ed25519 key can read.
 *
 * A fresh key is sealed to the receiver (libsodium: crypto_box_seal, to the X25519 form of its
 * key), and encrypts the chunks (crypto_secretstream, XChaCha20-Poly1305): none can be changed,
 * left out, repeated or cut off.  It says nothing about the sender: sign what is sealed.
 */
#ifndef ENT_CRYPTO_SEAL_H
#define ENT_CRYPTO_SEAL_H
#include "base/buf.h"
#include "crypto/sign.h"

/* What stands before the chunks: the sealed key and the stream's header. */
#define ENT_SEAL_HEAD  (48 + 32 + 24)
#define ENT_SEAL_EXTRA 17 /* bytes by which a chunk grows */

struct ent_seal;

/* For the holder of pub; ENT_EUNUSABLE if that is no key.  End with ent_seal_free. */
int ent_seal_begin(const uint8_t pub[ENT_PUB], uint8_t head[ENT_SEAL_HEAD],
                   struct ent_seal **out, struct ent_err *err);
/* One chunk, behind what is in out; last: none follows. */
int ent_seal_push(struct ent_seal *s, struct ent_str in, bool last, struct ent_buf *out,
                  struct ent_err *err);

/* ENT_EAUTH if it was sealed to another key, or changed. */
int ent_seal_open(const struct ent_key *key, const uint8_t head[ENT_SEAL_HEAD],
                  struct ent_seal **out, struct ent_err *err);
/* The next chunk, behind what is in out; *last: it was the last one. */
int ent_seal_pull(struct ent_seal *s, struct ent_str in, bool *last, struct ent_buf *out,
                  struct ent_err *err);
void ent_seal_free(struct ent_seal *s); /* NULL is fine; wipes it */

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash.h - SHA-256, SHA-512 and (for UUIDv5 alone) SHA-1, through OpenSSL's EVP.
 *
 * A failure of the library (out of memory) ends the program: no caller could go on safely.
 */
#ifndef ENT_CRYPTO_HASH_H
#define ENT_CRYPTO_HASH_H
#include <entente/arena.h>

#define ENT_SHA256 32
#define ENT_SHA512 64

void ent_sha256(struct ent_str in, uint8_t out[ENT_SHA256]);
/* Of several parts, one behind the other. */
void ent_sha256_parts(const struct ent_str *part, size_t parts, uint8_t out[ENT_SHA256]);
void ent_sha512_parts(const struct ent_str *part, size_t parts, uint8_t out[ENT_SHA512]);
/* The SHA-256 of what comes piece by piece.  NULL if memory ran out; end gives the hash and
 * frees, free frees without one (NULL is fine). */
struct ent_hasher;
struct ent_hasher *ent_hasher_new(void);
void ent_hasher_put(struct ent_hasher *h, struct ent_str piece);
void ent_hasher_end(struct ent_hasher *h, uint8_t out[ENT_SHA256]);
void ent_hasher_free(struct ent_hasher *h);
/* Lower-case hex of the SHA-256 of in; absent if the arena is full. */
struct ent_str ent_sha256_hex(struct ent_arena *a, struct ent_str in);
/* UUID version 5 (RFC 4122, 4.3). */
void ent_uuid5(const uint8_t ns[16], struct ent_str name, uint8_t out[16]);

#endif

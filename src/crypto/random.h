/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random.h - random bytes from the system.
 */
#ifndef ENT_CRYPTO_RANDOM_H
#define ENT_CRYPTO_RANDOM_H
#include "base/uuid.h"

void ent_random(void *out, size_t n);
/* UUID version 4. */
void ent_uuid4(uint8_t out[16]);
struct ent_str ent_uuid4_dup(struct ent_arena *a);
/* Equal bytes, in time that doesn't depend on them. */
bool ent_same(const void *a, const void *b, size_t n);
/* A keyed 16-byte MAC (BLAKE2b) for values that leave the process and come back: cursors,
 * cached logins. */
void ent_mac(const uint8_t key[32], struct ent_str in, uint8_t out[16]);

#endif

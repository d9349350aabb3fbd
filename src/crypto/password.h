/* SPDX-License-Identifier: Apache-2.0 */
/*
 * password.h - passwords of local users, as Argon2id hashes in libsodium's text form.
 */
#ifndef ENT_CRYPTO_PASSWORD_H
#define ENT_CRYPTO_PASSWORD_H
#include <entente/arena.h>

#define ENT_PASSWORD_TEXT 128

/* Interactive strength (64 MiB, 2 passes); ENT_ENOMEM if the memory isn't there. */
int ent_password_hash(struct ent_str password, char out[ENT_PASSWORD_TEXT],
                      struct ent_err *err);
bool ent_password_verify(const char *hash, struct ent_str password);

#endif

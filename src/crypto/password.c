/* SPDX-License-Identifier: Apache-2.0 */
/*
 * password.c - Argon2id hashes of passwords, through libsodium.
 */
#include "crypto/password.h"

#include "crypto/sodium_int.h"

_Static_assert(ENT_PASSWORD_TEXT == crypto_pwhash_STRBYTES, "room for libsodium's text form");

int
ent_password_hash(struct ent_str password, char out[ENT_PASSWORD_TEXT], struct ent_err *err)
{
	sodium_ready();
	if (password.n > crypto_pwhash_PASSWD_MAX)
		return ent_fail(err, ENT_ELIMIT, "the password is too long");
	if (crypto_pwhash_str(out, password.p ? password.p : "", password.n,
	                      crypto_pwhash_OPSLIMIT_INTERACTIVE,
	                      crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		return ent_fail(err, ENT_ENOMEM,
		                "hashing a password takes 64 MiB of memory, which isn't there");
	return 0;
}

bool
ent_password_verify(const char *hash, struct ent_str password)
{
	char text[ENT_PASSWORD_TEXT] = { 0 };
	size_t n = hash ? strlen(hash) : 0;

	if (n == 0 || n >= sizeof(text))
		return false;
	memcpy(text, hash, n);
	sodium_ready();
	return crypto_pwhash_str_verify(text, password.p ? password.p : "", password.n) == 0;
}

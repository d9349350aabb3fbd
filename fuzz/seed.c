/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seed.c - seed files: whatever comes is refused with a reason, or is 32 bytes as they are; one
 * under a passphrase asks for it.  (With a passphrase each input would cost an Argon2id.)
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/sign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ent_str file = { (const char *)data, size }, none = { NULL, 0 };
	uint8_t seed[ENT_SEED];
	struct ent_err err = { 0 };
	bool sealed;
	int rc = ent_seed_open(file, none, seed, &sealed, &err);

	if (rc == 0 && (sealed || size != ENT_SEED || memcmp(seed, data, size) != 0))
		abort();
	if (rc && !err.msg[0])
		abort();
	if (rc == ENT_EAUTH && !sealed)
		abort();
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sodium_int.h - libsodium, made ready before its first use.
 */
#ifndef ENT_CRYPTO_SODIUM_INT_H
#define ENT_CRYPTO_SODIUM_INT_H
#include <stdlib.h>

#include <sodium.h>

/*
 * sodium_init() has its own lock and does its work once, so each function here may begin with
 * it and nobody has to remember to: no flag of ours is needed.  It fails only where the system
 * has no randomness; nothing can go on then.
 */
static inline void
sodium_ready(void)
{
	if (sodium_init() < 0)
		abort();
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attempts.h - logins that failed: whoever guesses has to wait, and costs no password hashes
 * meanwhile.
 *
 * Counted by client, and by client and name; a name alone is never shut out, or anybody could
 * shut out anybody.  Belongs to one thread at a time.
 */
#ifndef ENT_EXCHANGE_ATTEMPTS_H
#define ENT_EXCHANGE_ATTEMPTS_H
#include <entente/str.h>

#include "base/limits.h"

struct ent_attempts {
	uint8_t key[32];
	struct ent_attempt {
		uint8_t key[16];
		int64_t first; /* microseconds */
		unsigned count;
	} place[ENT_ATTEMPTS];
};

void ent_attempts_init(struct ent_attempts *t);
/* Whether a password may be tried; from is "ADDRESS:PORT", absent where nobody knows; now:
 * microseconds of any clock, always the same. */
bool ent_attempt_allowed(const struct ent_attempts *t, struct ent_str from, struct ent_str name,
                         int64_t now);
/* It was the wrong one. */
void ent_attempt_failed(struct ent_attempts *t, struct ent_str from, struct ent_str name,
                        int64_t now);
/* What of "ADDRESS:PORT" is the client's: all of an IPv4 address, the first 64 bits of an IPv6
 * one, for who has one of these has all that begin so. */
#define ENT_ATTEMPT_CLIENT 12
void ent_attempt_client(struct ent_str from, uint8_t out[ENT_ATTEMPT_CLIENT]);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attempts.h - logins that failed: whoever guesses has to wait, and costs no password hashes
 * meanwhile.
 *
 * Counted by address, and by address and name, in the memory of one thread; a name alone is
 * never shut out, or anybody could shut out anybody.
 */
#ifndef ENT_EXCHANGE_ATTEMPTS_H
#define ENT_EXCHANGE_ATTEMPTS_H
#include "exchange/exchange.h"

/* Whether a password may be tried; from is "ADDRESS:PORT", absent where nobody knows. ENT_EBUSY
 * with how long to wait. */
int ent_attempt_allowed(struct ent_exchange *x, struct ent_str from, struct ent_str name,
                        struct ent_err *err);
/* It was the wrong one. */
void ent_attempt_failed(struct ent_exchange *x, struct ent_str from, struct ent_str name);

#endif

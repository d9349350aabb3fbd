/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retry.h - how long a client waits before it asks a busy server again.  Pure: no clock, no
 * random numbers, no sleep of its own.
 */
#ifndef ENT_TAXII_RETRY_H
#define ENT_TAXII_RETRY_H
#include <entente/str.h>

/*
 * The value of a Retry-After header (RFC 9110, 10.2.3) at the time now_us: seconds, or a date
 * in the form of today ("Sun, 06 Nov 1994 08:49:37 GMT").  *seconds is 0 for a date that is
 * over. ENT_EPARSE for anything else, also the obsolete forms of dates.
 */
int ent_retry_after(struct ent_str value, int64_t now_us, uint64_t *seconds);
/*
 * Milliseconds to wait before attempt number attempt (1 is the first repetition).  Never below
 * what the server asked for (after_s, 0 if it said nothing), never above ENT_RETRY_MAX_MS.  The
 * pause doubles from ENT_RETRY_BASE_MS; random, any number, spreads it over its upper half, so
 * that clients that failed together don't come back together.  ENT_ELIMIT if the server wants
 * more than ENT_RETRY_MAX_MS: don't wait.
 */
int ent_retry_wait(unsigned attempt, uint64_t after_s, uint64_t random, uint64_t *ms);

#endif

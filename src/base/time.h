/* SPDX-License-Identifier: Apache-2.0 */
/*
 * time.h - instants as microseconds since 1970-01-01T00:00:00Z, and RFC 3339 text.
 */
#ifndef ENT_BASE_TIME_H
#define ENT_BASE_TIME_H
#include <entente/arena.h>

#define ENT_TIME_TEXT 40 /* room for any text that these functions write, NUL included */

/* The clock of the machine. */
int64_t ent_now_us(void);
/* A clock that never steps, for timeouts. */
int64_t ent_tick_us(void);
/* How long to wait after so many failures in a row: first, then twice as long each time, but
 * not longer than most. */
int64_t ent_backoff(int64_t first, int64_t most, uint64_t failures);
/* "2017-01-20T00:00:00.000000Z" with digits fraction digits (0, 3 or 6); returns out. */
const char *ent_time_text(int64_t us, int digits, char out[ENT_TIME_TEXT]);
struct ent_str ent_time_dup(struct ent_arena *a, int64_t us, int digits);
/*
 * RFC 3339 with upper-case T and Z and no offset (STIX 2.1, 2.16): calendar checked, any number
 * of fraction digits, second 60 only at 23:59 (a leap second).  *us is cut to the microsecond;
 * a leap second counts as the last microsecond before it.  ENT_EPARSE if it is anything else.
 * Either of us, digits may be NULL.
 */
int ent_time_parse(struct ent_str s, int64_t *us, unsigned *digits);
/*
 * The order key of a timestamp at full precision: texts compare (ent_str_cmp) as the instants
 * do, and equal instants have equal keys.  Borrowed from s: its text without Z and without
 * trailing zeros of the fraction. Undefined for what ent_time_parse refuses.
 */
struct ent_str ent_time_key(struct ent_str s);

#endif

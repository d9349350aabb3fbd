/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retry.c - Retry-After, and pauses that double.
 */
#include "taxii/retry.h"

#include "base/limits.h"
#include "base/time.h"

/* "06 Nov 1994 08:49:37" to the RFC 3339 that base/time.h reads, calendar checks included. */
static int
read_date(struct ent_str s, int64_t *us)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char text[ENT_TIME_TEXT];
	unsigned month = 0;
	int n;

	while (month < 12 && memcmp(months + 3 * month, s.p + 3, 3) != 0)
		month++;
	if (month == 12 || s.p[2] != ' ' || s.p[6] != ' ' || s.p[11] != ' ')
		return ENT_EPARSE;
	n = snprintf(text, sizeof(text), "%.4s-%02u-%.2sT%.8sZ", s.p + 7, month + 1, s.p,
	             s.p + 12);
	if (n < 0 || (size_t)n >= sizeof(text))
		return ENT_EPARSE;
	return ent_time_parse((struct ent_str){ text, (size_t)n }, us, NULL);
}

int
ent_retry_after(struct ent_str value, int64_t now_us, uint64_t *seconds)
{
	int64_t us;

	if (ent_str_u64(value, UINT64_MAX, seconds) == 0)
		return 0;
	if (value.n != 29 || memcmp(value.p + 3, ", ", 2) != 0 ||
	    memcmp(value.p + 25, " GMT", 4) != 0 ||
	    read_date((struct ent_str){ value.p + 5, 20 }, &us))
		return ENT_EPARSE;
	*seconds = us > now_us ? ((uint64_t)us - (uint64_t)now_us + 999999) / 1000000 : 0;
	return 0;
}

int
ent_retry_wait(unsigned attempt, uint64_t after_s, uint64_t random, uint64_t *ms)
{
	uint64_t pause = ENT_RETRY_BASE_MS;

	if (after_s > ENT_RETRY_MAX_MS / 1000)
		return ENT_ELIMIT;
	while (attempt-- > 1 && pause < ENT_RETRY_MAX_MS)
		pause *= 2;
	if (pause > ENT_RETRY_MAX_MS)
		pause = ENT_RETRY_MAX_MS;
	pause = pause / 2 + random % (pause / 2 + 1);
	*ms = pause > after_s * 1000 ? pause : after_s * 1000;
	return 0;
}

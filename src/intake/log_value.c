/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_value.c - times and addresses as logs write them.
 */
#include <arpa/inet.h>

#include "intake/log_int.h"

/* Exactly n digits at *p. */
static bool
digits(struct ent_str *s, size_t n, int64_t *out)
{
	int64_t v = 0;

	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		unsigned d = (unsigned)(unsigned char)s->p[i] - '0';

		if (d > 9)
			return false;
		v = v * 10 + (int64_t)d;
	}
	*s = ent_str_from(*s, n);
	*out = v;
	return true;
}

static bool
one_of(struct ent_str *s, const char *set)
{
	if (!s->n || !s->p[0] || !strchr(set, s->p[0]))
		return false;
	*s = ent_str_from(*s, 1);
	return true;
}

/* Days since 1970-01-01 of a day of the Gregorian calendar. */
static int64_t
days(int64_t y, int64_t m, int64_t d)
{
	int64_t era, of_era, of_year;

	y -= m <= 2;
	era = y / 400;
	of_era = y - era * 400;
	of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool
in_calendar(int64_t y, int64_t m, int64_t d)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return y >= 1 && m >= 1 && m <= 12 && d >= 1 && d <= length[m - 1] + (m == 2 && leap);
}

/* Behind a point or comma: microseconds; finer digits are cut. */
static int64_t
fraction(struct ent_str *s)
{
	int64_t us = 0;
	int n = 0;

	if (!one_of(s, ".,"))
		return 0;
	for (; s->n && s->p[0] >= '0' && s->p[0] <= '9'; n++, *s = ent_str_from(*s, 1))
		if (n < 6)
			us = us * 10 + (s->p[0] - '0');
	for (; n < 6; n++)
		us *= 10;
	return us;
}

/* "Z", "+0200", "+02:00", "+02", or nothing, which is UTC. */
static bool
offset(struct ent_str s, int64_t *minutes)
{
	int64_t h, m = 0;
	bool minus = s.n && s.p[0] == '-';

	*minutes = 0;
	if (!s.n || (s.n == 1 && s.p[0] == 'Z'))
		return true;
	if (!one_of(&s, "+-") || !digits(&s, 2, &h))
		return false;
	(void)one_of(&s, ":");
	if ((s.n && !digits(&s, 2, &m)) || s.n || h > 23 || m > 59)
		return false;
	*minutes = (h * 60 + m) * (minus ? -1 : 1);
	return true;
}

bool
ent_logs_seconds(struct ent_str s, int64_t *us)
{
	int64_t v = 0;
	size_t n = 0;

	for (; n < s.n && n < 12 && s.p[n] >= '0' && s.p[n] <= '9'; n++)
		v = v * 10 + (s.p[n] - '0');
	s = ent_str_from(s, n);
	if (!n)
		return false;
	*us = v * 1000000 + fraction(&s);
	return !s.n;
}

bool
ent_logs_time(struct ent_str s, int64_t *us)
{
	int64_t y, mon, d, h, min, sec, frac, off;

	if (s.n < 11 || s.p[4] != '-')
		return ent_logs_seconds(s, us);
	if (!digits(&s, 4, &y) || !one_of(&s, "-") || !digits(&s, 2, &mon) ||
	    !one_of(&s, "-") || !digits(&s, 2, &d) || !one_of(&s, "T ") || !digits(&s, 2, &h) ||
	    !one_of(&s, ":") || !digits(&s, 2, &min) || !one_of(&s, ":") ||
	    !digits(&s, 2, &sec))
		return false;
	frac = fraction(&s);
	if (!offset(s, &off) || !in_calendar(y, mon, d) || h > 23 || min > 59 || sec > 60)
		return false;
	*us = (((days(y, mon, d) * 24 + h) * 60 + min - off) * 60 + sec) * 1000000 + frac;
	return true;
}

/* Four numbers of at most 255: what nearly all addresses are, without a copy. */
static bool
dotted(struct ent_str s)
{
	int parts = 0;
	size_t i = 0;

	for (; parts < 4; parts++) {
		unsigned v = 0, n = 0;

		for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && n < 3; i++, n++)
			v = v * 10 + (unsigned)(s.p[i] - '0');
		if (!n || v > 255)
			return false;
		if (parts < 3 && (i == s.n || s.p[i++] != '.'))
			return false;
	}
	return i == s.n;
}

int
ent_logs_address(struct ent_str s)
{
	char text[INET6_ADDRSTRLEN];
	unsigned char bytes[16];

	if (s.n < 2 || s.n >= sizeof(text))
		return 0;
	if (dotted(s))
		return 4;
	if (!memchr(s.p, ':', s.n) || memchr(s.p, '\0', s.n))
		return 0;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	return inet_pton(AF_INET6, text, bytes) == 1 ? 6 : 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * time.c - instants and RFC 3339 text; the calendar is the proleptic Gregorian one.
 */
#include "base/time.h"

#define SECOND INT64_C(1000000)

int64_t
ent_now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

int64_t
ent_tick_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

int64_t
ent_backoff(int64_t first, int64_t most, uint64_t failures)
{
	int64_t wait = first;

	for (uint64_t i = 1; i < failures && wait < most; i++)
		wait *= 2;
	return wait < most ? wait : most;
}

/* Days from 1970-01-01 to a date: years counted from March, so that the leap day is the last of
 * its year. */
static int64_t
days_of(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void
date_of(int64_t days, int *y, int *m, int *d)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = (int)(yoe + era * 400 + (*m <= 2));
}

const char *
ent_time_text(int64_t us, int digits, char out[ENT_TIME_TEXT])
{
	int64_t sec = us / SECOND, frac = us % SECOND, days, rest;
	int y, m, d, n;

	if (frac < 0) {
		frac += SECOND;
		sec--;
	}
	days = sec / 86400;
	rest = sec % 86400;
	if (rest < 0) {
		rest += 86400;
		days--;
	}
	date_of(days, &y, &m, &d);
	n = snprintf(out, ENT_TIME_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d", y, m, d,
	             (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
	if (n > 0 && digits > 0 && n < ENT_TIME_TEXT - 9)
		n += snprintf(out + n, (size_t)(ENT_TIME_TEXT - n), ".%0*d", digits,
		              (int)(digits == 3 ? frac / 1000 : frac));
	if (n > 0 && n < ENT_TIME_TEXT - 1) {
		out[n] = 'Z';
		out[n + 1] = '\0';
	}
	return out;
}

struct ent_str
ent_time_dup(struct ent_arena *a, int64_t us, int digits)
{
	char text[ENT_TIME_TEXT];

	return ent_arena_dup(a, ent_str_c(ent_time_text(us, digits, text)));
}

/* n digits at p; -1 if they aren't. */
static int
number(const char *p, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}

static int
month_days(int y, int m)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return m == 2 && leap ? 29 : days[m - 1];
}

/* The fraction: '.', digits; *frac in microseconds, cut. */
static int
fraction(struct ent_str s, int64_t *frac, unsigned *digits)
{
	int64_t unit = SECOND / 10;

	if (s.n < 2 || s.p[0] != '.')
		return ENT_EPARSE;
	for (size_t i = 1; i < s.n; i++, unit /= 10) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return ENT_EPARSE;
		*frac += unit * (s.p[i] - '0');
	}
	*digits = (unsigned)(s.n - 1);
	return 0;
}

int
ent_time_parse(struct ent_str s, int64_t *us, unsigned *digits)
{
	int y, mo, d, h, mi, sec;
	int64_t frac = 0;
	unsigned given = 0;
	bool leap;

	if (s.n < 20 || s.n > 256 || s.p[4] != '-' || s.p[7] != '-' || s.p[10] != 'T' ||
	    s.p[13] != ':' || s.p[16] != ':' || s.p[s.n - 1] != 'Z')
		return ENT_EPARSE;
	y = number(s.p, 4);
	mo = number(s.p + 5, 2);
	d = number(s.p + 8, 2);
	h = number(s.p + 11, 2);
	mi = number(s.p + 14, 2);
	sec = number(s.p + 17, 2);
	if (y < 0 || mo < 1 || mo > 12 || d < 1 || d > month_days(y, mo) || h < 0 || h > 23 ||
	    mi < 0 || mi > 59 || sec < 0 || sec > 60)
		return ENT_EPARSE;
	leap = sec == 60;
	if (leap && (h != 23 || mi != 59))
		return ENT_EPARSE;
	if (s.n > 20 && fraction((struct ent_str){ s.p + 19, s.n - 20 }, &frac, &given))
		return ENT_EPARSE;
	if (leap) {
		sec = 59;
		frac = SECOND - 1;
	}
	if (us)
		*us = (days_of(y, mo, d) * 86400 + h * 3600 + mi * 60 + sec) * SECOND + frac;
	if (digits)
		*digits = given;
	return 0;
}

struct ent_str
ent_time_key(struct ent_str s)
{
	if (s.n && s.p[s.n - 1] == 'Z')
		s.n--;
	if (s.n > 19) {
		while (s.p[s.n - 1] == '0')
			s.n--;
		if (s.p[s.n - 1] == '.')
			s.n--;
	}
	return s;
}

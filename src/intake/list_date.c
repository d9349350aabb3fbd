/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_date.c - the ways in which lists write days.
 */
#include "intake/list_int.h"

static const char *const months[12] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
	                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

/* Digits at the start, at most n of them, and what follows. */
static bool
number(struct ent_str *s, size_t n, int *out)
{
	size_t i = 0;

	*out = 0;
	while (i < n && i < s->n && s->p[i] >= '0' && s->p[i] <= '9')
		*out = *out * 10 + (s->p[i++] - '0');
	*s = ent_str_from(*s, i);
	return i > 0;
}

static bool
skip(struct ent_str *s, char c)
{
	if (!s->n || s->p[0] != c)
		return false;
	*s = ent_str_from(*s, 1);
	return true;
}

static bool
month_name(struct ent_str *s, int *out)
{
	for (int i = 0; i < 12; i++)
		if (ent_str_caseis((struct ent_str){ s->p, s->n < 3 ? s->n : 3 }, months[i])) {
			*out = i + 1;
			*s = ent_str_from(*s, 3);
			return true;
		}
	return false;
}

static bool
valid(int year, int month, int day, struct ent_listed_day *out)
{
	static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (year < 1000 || year > 9999 || month < 0 || month > 12 || day < 0 ||
	    (day && (!month || day > days[month - 1] + (month == 2 && leap))))
		return false;
	*out = (struct ent_listed_day){ (short)year, (unsigned char)month, (unsigned char)day };
	return true;
}

/* "-05:00" or "Z" or "T..." behind a day: an hour that the day doesn't need. */
static bool
zone(struct ent_str s)
{
	return !s.n || s.p[0] == 'T' || ent_str_is(s, "Z") ||
	       (s.n == 6 && (s.p[0] == '-' || s.p[0] == '+') && s.p[3] == ':');
}

bool
ent_listed_day(struct ent_str s, struct ent_listed_day *out)
{
	int first = 0, second = 0, third = 0;

	s = ent_str_trim(s);
	if (s.n && s.p[s.n - 1] == '.')
		s.n--;
	if (month_name(&s, &second)) /* Mar 1957 */
		return skip(&s, ' ') && s.n == 4 && number(&s, 4, &first) && !s.n &&
		       valid(first, second, 0, out);
	if (s.n >= 4 && number(&s, 4, &first) && first > 31) { /* 1957-03-10 */
		if (!s.n)
			return valid(first, 0, 0, out);
		if (!skip(&s, '-') || !number(&s, 2, &second) || !second)
			return false;
		if (!s.n)
			return valid(first, second, 0, out);
		return skip(&s, '-') && number(&s, 2, &third) && third && zone(s) &&
		       valid(first, second, third, out);
	}
	if (skip(&s, '/')) /* 03/10/1957 */
		return first && number(&s, 2, &second) && second && skip(&s, '/') && s.n == 4 &&
		       number(&s, 4, &third) && !s.n && valid(third, first, second, out);
	return first && skip(&s, ' ') && month_name(&s, &second) && skip(&s, ' ') && s.n == 4 &&
	       number(&s, 4, &third) && !s.n && valid(third, second, first, out);
}

/* Where one text stands in another, or s.n. */
static size_t
find(struct ent_str s, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i + n <= s.n; i++)
		if (memcmp(s.p + i, what, n) == 0)
			return i;
	return s.n;
}

bool
ent_listed_birth_read(struct ent_str s, struct ent_listed_birth *out)
{
	static const char *const about[] = { "circa ", "approximately ", "about ", "c. " };
	static const char *const between[] = { " to ", "-", " - " };

	s = ent_str_trim(s);
	*out = (struct ent_listed_birth){ .type = ENT_DATE_EXACT };
	for (size_t i = 0; i < sizeof(about) / sizeof(about[0]); i++)
		if (s.n > strlen(about[i]) &&
		    ent_str_caseis((struct ent_str){ s.p, strlen(about[i]) }, about[i])) {
			out->type = ENT_DATE_ABOUT;
			s = ent_str_from(s, strlen(about[i]));
		}
	if (ent_listed_day(s, &out->from)) {
		out->to = out->from;
		return true;
	}
	for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++) {
		size_t at = find(s, between[i]);

		if (at < s.n && ent_listed_day((struct ent_str){ s.p, at }, &out->from) &&
		    ent_listed_day(ent_str_from(s, at + strlen(between[i])), &out->to)) {
			out->type = ENT_DATE_BETWEEN;
			return out->from.year <= out->to.year;
		}
	}
	return false;
}

const char *
ent_listed_day_text(struct ent_listed_day d, char out[16])
{
	out[0] = '\0';
	if (d.year && d.day)
		(void)snprintf(out, 16, "%04d-%02d-%02d", d.year, d.month, d.day);
	else if (d.year && d.month)
		(void)snprintf(out, 16, "%04d-%02d", d.year, d.month);
	else if (d.year)
		(void)snprintf(out, 16, "%04d", d.year);
	return out;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str.c - slices of text.
 */
#include <entente/str.h>

struct ent_str
ent_str_c(const char *c)
{
	return (struct ent_str){ c, c ? strlen(c) : 0 };
}

bool
ent_str_eq(struct ent_str a, struct ent_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
ent_str_is(struct ent_str a, const char *c)
{
	return ent_str_eq(a, ent_str_c(c));
}

int
ent_str_cmp(struct ent_str a, struct ent_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	if (c)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool
ent_str_starts(struct ent_str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && memcmp(s.p ? s.p : "", prefix, n) == 0;
}

bool
ent_str_ends(struct ent_str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.n >= n && (n == 0 || memcmp(s.p + (s.n - n), suffix, n) == 0);
}

static int
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

bool
ent_str_caseis(struct ent_str a, const char *c)
{
	size_t n = strlen(c);

	if (a.n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (fold(a.p[i]) != fold(c[i]))
			return false;
	return true;
}

size_t
ent_str_find(struct ent_str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

struct ent_str
ent_str_from(struct ent_str s, size_t n)
{
	if (n > s.n)
		n = s.n;
	return (struct ent_str){ s.p ? s.p + n : s.p, s.n - n };
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t';
}

struct ent_str
ent_str_trim(struct ent_str s)
{
	while (s.n && blank(s.p[0]))
		s = ent_str_from(s, 1);
	while (s.n && blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
ent_str_next(struct ent_str *rest, char sep, struct ent_str *part)
{
	size_t n;

	if (!rest->p)
		return false;
	n = ent_str_find(*rest, sep);
	*part = (struct ent_str){ rest->p, n };
	*rest = n == rest->n ? (struct ent_str){ NULL, 0 } : ent_str_from(*rest, n + 1);
	return true;
}

int
ent_str_u64(struct ent_str s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0 || s.n > 20)
		return ENT_EPARSE;
	for (size_t i = 0; i < s.n; i++) {
		uint64_t digit = (uint64_t)(s.p[i] - '0');

		if (s.p[i] < '0' || s.p[i] > '9' || v > (UINT64_MAX - digit) / 10)
			return ENT_EPARSE;
		v = v * 10 + digit;
	}
	if (v > max)
		return ENT_EPARSE;
	*out = v;
	return 0;
}

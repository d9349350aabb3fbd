/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf8.c - UTF-8 as RFC 3629 has it.
 */
#include "base/utf8.h"

int32_t
ent_utf8_next(struct ent_str s, size_t *at)
{
	/* the least code point that may take 2, 3, 4 bytes */
	static const int32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	const uint8_t *p = (const uint8_t *)s.p + *at;
	unsigned more;
	int32_t c;

	if (*at >= s.n)
		return -1;
	if (p[0] < 0x80) {
		(*at)++;
		return p[0];
	}
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return -1;
	more = p[0] < 0xe0 ? 1 : p[0] < 0xf0 ? 2 : 3;
	if (s.n - *at <= more)
		return -1;
	c = p[0] & (0x3f >> more);
	for (unsigned i = 1; i <= more; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return -1;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return -1;
	*at += more + 1;
	return c;
}

size_t
ent_utf8_valid(struct ent_str s)
{
	size_t at = 0;

	while (at < s.n)
		if (ent_utf8_next(s, &at) < 0)
			break;
	return at;
}

/* The first UTF-16 code unit of a code point, and a second one where there is one. */
static int32_t
unit(int32_t c, bool second)
{
	if (c < 0x10000)
		return second ? -1 : c;
	c -= 0x10000;
	return second ? 0xdc00 | (c & 0x3ff) : 0xd800 | c >> 10;
}

int
ent_utf8_cmp16(struct ent_str a, struct ent_str b)
{
	size_t i = 0, j = 0;

	while (i < a.n && j < b.n) {
		int32_t x = ent_utf8_next(a, &i), y = ent_utf8_next(b, &j);
		int32_t u = unit(x, false), v = unit(y, false);

		if (u == v) {
			u = unit(x, true);
			v = unit(y, true);
		}
		if (u != v)
			return u < v ? -1 : 1;
		if (x < 0)
			return 0; /* not UTF-8: no order, and no endless loop */
	}
	return i < a.n ? 1 : j < b.n ? -1 : 0;
}

struct ent_str
ent_utf8_cut(struct ent_str s, size_t n)
{
	if (s.n > n)
		s.n = n;
	/* step back over a character that lost its end */
	for (size_t back = 1; back <= 4 && back <= s.n; back++) {
		uint8_t c = (uint8_t)s.p[s.n - back];

		if ((c & 0xc0) == 0x80)
			continue;
		if (c >= 0xc0) {
			size_t at = s.n - back;

			if (ent_utf8_next(s, &at) < 0)
				s.n -= back;
		}
		break;
	}
	return s;
}

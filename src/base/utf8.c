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
	uint64_t eight;

	while (at < s.n) {
		/* ASCII, eight at a time: what most text is */
		while (s.n - at >= sizeof(eight)) {
			memcpy(&eight, s.p + at, sizeof(eight));
			if (eight & UINT64_C(0x8080808080808080))
				break;
			at += sizeof(eight);
		}
		if (at < s.n && ent_utf8_next(s, &at) < 0)
			break;
	}
	return at;
}

/*
 * Bytes of UTF-8 are in the order of their code points, and so are UTF-16 code units, but that
 * characters beyond U+FFFF (first bytes from F0 on), being surrogates, come before U+E000 to
 * U+FFFF (first bytes EE and EF).
 */
int
ent_utf8_cmp16(struct ent_str a, struct ent_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;

	for (size_t i = 0; i < n; i++) {
		unsigned char x = (unsigned char)a.p[i], y = (unsigned char)b.p[i];

		if (x == y)
			continue;
		if (x >= 0xee && y >= 0xee && (x >= 0xf0) != (y >= 0xf0))
			return x >= 0xf0 ? -1 : 1;
		return x < y ? -1 : 1;
	}
	return a.n == b.n ? 0 : a.n < b.n ? -1 : 1;
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

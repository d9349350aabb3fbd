/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enc.c - hexadecimal and base64.
 */
#include "base/enc.h"

static const char hex_digit[] = "0123456789abcdef";
static const char b64_digit[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
ent_hex(const uint8_t *in, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = hex_digit[in[i] >> 4];
		out[2 * i + 1] = hex_digit[in[i] & 15];
	}
	out[2 * n] = '\0';
}

struct ent_str
ent_hex_dup(struct ent_arena *a, const uint8_t *in, size_t n)
{
	char *p = ent_arena_alloc(a, 2 * n + 1);

	if (!p)
		return (struct ent_str){ NULL, 0 };
	ent_hex(in, n, p);
	return (struct ent_str){ p, 2 * n };
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int
ent_unhex(struct ent_str s, uint8_t *out, size_t n)
{
	if (s.n != 2 * n)
		return ENT_EPARSE;
	for (size_t i = 0; i < n; i++) {
		int hi = nibble(s.p[2 * i]), lo = nibble(s.p[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return ENT_EPARSE;
		out[i] = (uint8_t)(hi << 4 | lo);
	}
	return 0;
}

int
ent_unhex_lower(struct ent_str s, uint8_t *out, size_t n)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 'A' && s.p[i] <= 'F')
			return ENT_EPARSE;
	return ent_unhex(s, out, n);
}

void
ent_b64(const uint8_t *in, size_t n, char *out)
{
	size_t o = 0;

	for (size_t i = 0; i < n; i += 3) {
		uint32_t v = (uint32_t)in[i] << 16;

		if (i + 1 < n)
			v |= (uint32_t)in[i + 1] << 8;
		if (i + 2 < n)
			v |= in[i + 2];
		out[o++] = b64_digit[v >> 18];
		out[o++] = b64_digit[v >> 12 & 63];
		out[o++] = i + 1 < n ? b64_digit[v >> 6 & 63] : '=';
		out[o++] = i + 2 < n ? b64_digit[v & 63] : '=';
	}
	out[o] = '\0';
}

struct ent_str
ent_b64_dup(struct ent_arena *a, const uint8_t *in, size_t n)
{
	char *p = ent_arena_alloc(a, ENT_B64_LEN(n) + 1);

	if (!p)
		return (struct ent_str){ NULL, 0 };
	ent_b64(in, n, p);
	return (struct ent_str){ p, ENT_B64_LEN(n) };
}

/* Each character's six bits and one; 0: it has none. */
static const uint8_t sextets[256] = {
	['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,
	['H'] = 8,  ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14,
	['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21,
	['V'] = 22, ['W'] = 23, ['X'] = 24, ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28,
	['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35,
	['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
	['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48, ['w'] = 49,
	['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
	['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63,
	['/'] = 64,
};

/* One group of four; pad is how many '=' end it. */
static int
group(const char *p, unsigned pad, uint8_t *out)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < 4; i++) {
		unsigned d = i < 4 - pad ? sextets[(uint8_t)p[i]] : 1;

		if (d == 0)
			return ENT_EPARSE;
		v = v << 6 | (d - 1);
	}
	if ((pad == 1 && (v & 0xff)) || (pad == 2 && (v & 0xffff)))
		return ENT_EPARSE; /* bits behind the last byte */
	for (unsigned i = 0; i < 3 - pad; i++)
		out[i] = (uint8_t)(v >> (16 - 8 * i));
	return 0;
}

int
ent_unb64(struct ent_str s, uint8_t *out, size_t *n)
{
	unsigned pad = 0;

	if (s.n % 4)
		return ENT_EPARSE;
	if (s.n && s.p[s.n - 1] == '=')
		pad = s.p[s.n - 2] == '=' ? 2 : 1;
	for (size_t i = 0; i < s.n; i += 4) {
		if (group(s.p + i, i + 4 == s.n ? pad : 0, out + i / 4 * 3))
			return ENT_EPARSE;
	}
	*n = s.n / 4 * 3 - pad;
	return 0;
}

int
ent_unb64_n(struct ent_str s, uint8_t *out, size_t n)
{
	uint8_t room[1024];
	size_t got;

	if (s.n != ENT_B64_LEN(n) || n + 3 > sizeof(room) || ent_unb64(s, room, &got) ||
	    got != n)
		return ENT_EPARSE;
	memcpy(out, room, n);
	return 0;
}

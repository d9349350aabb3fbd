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

static int
sextet(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

/* One group of four; pad is how many '=' end it. */
static int
group(const char *p, unsigned pad, uint8_t *out)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < 4; i++) {
		int d = i < 4 - pad ? sextet(p[i]) : 0;

		if (d < 0)
			return ENT_EPARSE;
		v = v << 6 | (uint32_t)d;
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

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * skip.c - strings and brackets as bits, 64 bytes at a time.
 */
#include "json/skip.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define BLOCK 64
#define EVEN  UINT64_C(0x5555555555555555)

/* Where the bytes of a block are that matter: bit i is byte i. */
struct bits {
	uint64_t quote, backslash, feed, open, close;
};

#if defined(__SSE2__)
static inline uint64_t
equal(__m128i v, char c)
{
	return (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(c)));
}

static inline void
look(struct bits *b, const char *p)
{
	*b = (struct bits){ 0 };
	for (int i = 0; i < BLOCK; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		/* '[' and '{' differ in this bit alone, and so do ']' and '}' */
		__m128i bracket = _mm_or_si128(v, _mm_set1_epi8(0x20));

		b->quote |= equal(v, '"') << i;
		b->backslash |= equal(v, '\\') << i;
		b->feed |= equal(v, '\n') << i;
		b->open |= equal(bracket, '{') << i;
		b->close |= equal(bracket, '}') << i;
	}
}
#else
static inline void
look(struct bits *b, const char *p)
{
	*b = (struct bits){ 0 };
	for (int i = 0; i < BLOCK; i++) {
		b->quote |= (uint64_t)(p[i] == '"') << i;
		b->backslash |= (uint64_t)(p[i] == '\\') << i;
		b->feed |= (uint64_t)(p[i] == '\n') << i;
		b->open |= (uint64_t)((p[i] | 0x20) == '{') << i;
		b->close |= (uint64_t)((p[i] | 0x20) == '}') << i;
	}
}
#endif

/* Bytes that a backslash escapes: every second one of a run of them escapes the next. */
static inline uint64_t
escaped(uint64_t backslash, bool *carry)
{
	uint64_t follows, starts, runs;

	if (!backslash) {
		follows = *carry;
		*carry = false;
		return follows;
	}
	backslash &= ~(uint64_t)*carry;
	follows = backslash << 1 | (uint64_t)*carry;
	starts = backslash & ~EVEN & ~follows;
	*carry = __builtin_add_overflow(starts, backslash, &runs);
	return (EVEN ^ runs << 1) & follows;
}

/* Bit i is the parity of bits 0 to i. */
static inline uint64_t
parity(uint64_t b)
{
	for (int i = 1; i < BLOCK; i *= 2)
		b ^= b << i;
	return b;
}

static inline unsigned
count(uint64_t b)
{
	b -= b >> 1 & EVEN;
	b = (b & UINT64_C(0x3333333333333333)) + (b >> 2 & UINT64_C(0x3333333333333333));
	b = (b + (b >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (unsigned)(b * UINT64_C(0x0101010101010101) >> 56);
}

/* The last bracket may be in this block: the byte behind it, or 0. */
static size_t
brackets(struct ent_skip *s, uint64_t open, uint64_t close)
{
	for (uint64_t both = open | close; both; both &= both - 1) {
		int at = __builtin_ctzll(both);

		if (open >> at & 1)
			s->depth++;
		else if (--s->depth == 0)
			return (size_t)at + 1;
	}
	return 0;
}

/* One byte after the other: at the beginning, at the end, and where a string isn't closed. */
static bool
bytes(struct ent_skip *s, const char *p, size_t n, size_t *used)
{
	for (size_t i = 0; i < n; i++) {
		char c = p[i];

		if (s->escape) {
			s->escape = false;
			if (c != '\n')
				continue;
		}
		if (c == '"')
			s->string = !s->string;
		else if (c == '\n')
			s->string = false;
		else if (c == '\\')
			s->escape = true; /* outside of strings no JSON either way */
		else if (!s->string && (c == '{' || c == '['))
			s->depth++;
		else if (!s->string && s->depth && (c == '}' || c == ']'))
			s->depth--;
		if (s->depth == 0 && !s->string) {
			*used = i + 1;
			return true;
		}
	}
	return false;
}

/* True if the value ended or the block must be read by its bytes. */
static inline bool
block(struct ent_skip *s, const char *p, size_t *end)
{
	struct bits b;
	uint64_t string, skipped;
	bool escape = s->escape;

	look(&b, p);
	skipped = escaped(b.backslash, &escape);
	string = parity(b.quote & ~skipped) ^ (s->string ? UINT64_MAX : 0);
	*end = 0;
	if (b.feed & (string | skipped))
		return true;
	s->escape = escape;
	s->string = string >> 63;
	b.open &= ~(string | skipped);
	b.close &= ~(string | skipped);
	if (!(b.open | b.close))
		return false;
	if (count(b.close) < s->depth) {
		s->depth = s->depth + count(b.open) - count(b.close);
		return false;
	}
	*end = brackets(s, b.open, b.close);
	return *end != 0;
}

bool
ent_skip(struct ent_skip *s, const char *p, size_t n, size_t *used)
{
	size_t at = 0, end, some;

	*used = n;
	if (!s->depth && !s->string && n && (p[0] | 0x20) == '{')
		s->depth = at = 1; /* so that blocks can be read at once */
	while (at < n) {
		if (s->depth && n - at >= BLOCK) {
			if (!block(s, p + at, &end)) {
				at += BLOCK;
				continue;
			}
			if (end) {
				s->string = s->escape = false;
				*used = at + end;
				return true;
			}
		}
		some = n - at < BLOCK ? n - at : BLOCK;
		if (bytes(s, p + at, some, &end)) {
			*used = at + end;
			return true;
		}
		at += some;
	}
	return false;
}

/* Bytes that are a line feed, or that begin a character of UTF-8. */
enum counted { LINES, CHARACTERS };

static inline bool
counts(char c, enum counted what)
{
	return what == LINES ? c == '\n' : ((unsigned char)c & 0xc0) != 0x80;
}

static inline size_t
count_of(const char *p, size_t n, enum counted what)
{
	size_t found = 0, at = 0;

#if defined(__SSE2__)
	while (n - at >= 16) {
		/* each byte counts to at most 255 */
		size_t end = n - at > 255 * 16 ? at + 255 * 16 : n;
		__m128i sum = _mm_setzero_si128(), pairs;

		for (; end - at >= 16; at += 16) {
			__m128i some = _mm_loadu_si128((const __m128i *)(const void *)(p + at));

			/* as signed numbers, the bytes 0x80 to 0xbf are the least */
			sum = _mm_sub_epi8(
			    sum, what == LINES
				     ? _mm_cmpeq_epi8(some, _mm_set1_epi8('\n'))
				     : _mm_cmpgt_epi8(some, _mm_set1_epi8((char)0xbf)));
		}
		pairs = _mm_sad_epu8(sum, _mm_setzero_si128());
		found += (size_t)_mm_cvtsi128_si64(pairs) +
		         (size_t)_mm_cvtsi128_si64(_mm_srli_si128(pairs, 8));
	}
#endif
	for (; at < n; at++)
		found += counts(p[at], what);
	return found;
}

size_t
ent_count_lines(const char *p, size_t n)
{
	return count_of(p, n, LINES);
}

size_t
ent_count_characters(const char *p, size_t n)
{
	return count_of(p, n, CHARACTERS);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan.h - looking for bytes, sixteen at a time where the processor can.
 */
#ifndef ENT_JSON_SCAN_H
#define ENT_JSON_SCAN_H
#include <entente/str.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* Whether c is one of the n bytes at p, behind which at least fifteen more are readable. */
static inline bool
ent_scan_has(const char *p, size_t n, char c)
{
#if defined(__SSE2__)
	const __m128i want = _mm_set1_epi8(c);

	for (; n > 16; n -= 16, p += 16)
		if (_mm_movemask_epi8(_mm_cmpeq_epi8(
			_mm_loadu_si128((const __m128i *)(const void *)p), want)))
			return true;
	return (_mm_movemask_epi8(
		    _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)p), want)) &
	        ((1 << n) - 1)) != 0;
#else
	return n && memchr(p, c, n);
#endif
}

/* How many bytes at p stand for themselves in a string of JSON and are ASCII. */
static inline size_t
ent_scan_plain(const char *p, size_t n)
{
	size_t at = 0;

#if defined(__SSE2__)
	for (; n - at >= 16; at += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + at));
		/* signed: bytes beyond ASCII are less than a blank too */
		__m128i special =
		    _mm_or_si128(_mm_cmplt_epi8(v, _mm_set1_epi8(' ')),
		                 _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')),
		                              _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))));
		unsigned bits = (unsigned)_mm_movemask_epi8(special);

		if (bits)
			return at + (size_t)__builtin_ctz(bits);
	}
#endif
	while (at < n && (signed char)p[at] >= ' ' && p[at] != '"' && p[at] != '\\')
		at++;
	return at;
}

#endif

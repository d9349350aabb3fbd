/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf8.h - UTF-8 as RFC 3629 has it: no surrogates, no overlong forms, nothing above U+10FFFF.
 */
#ifndef ENT_BASE_UTF8_H
#define ENT_BASE_UTF8_H
#include <entente/str.h>

/* The code point at *at, which moves behind it; -1 where the bytes aren't UTF-8 or s is at its
 * end. */
int32_t ent_utf8_next(struct ent_str s, size_t *at);
/* How many bytes at the start are valid UTF-8; s.n if all. */
size_t ent_utf8_valid(struct ent_str s);
/* Order of UTF-16 code units (RFC 8785, 3.2.3), of two valid texts. */
int ent_utf8_cmp16(struct ent_str a, struct ent_str b);
/* The longest start of s of at most n bytes that doesn't cut a character. */
struct ent_str ent_utf8_cut(struct ent_str s, size_t n);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enc.h - hexadecimal and base64, strict.
 */
#ifndef ENT_BASE_ENC_H
#define ENT_BASE_ENC_H
#include <entente/arena.h>

/* Lower-case hex of n bytes; out has room for 2n + 1. */
void ent_hex(const uint8_t *in, size_t n, char *out);
struct ent_str ent_hex_dup(struct ent_arena *a, const uint8_t *in, size_t n);
/* Exactly n bytes from 2n hex digits of either case; ENT_EPARSE if not. */
int ent_unhex(struct ent_str s, uint8_t *out, size_t n);
/* The same from lower-case digits alone: where there is one text for one value. */
int ent_unhex_lower(struct ent_str s, uint8_t *out, size_t n);

#define ENT_B64_LEN(n) (((n) + 2) / 3 * 4)
/* RFC 4648 section 4, padded; out has room for ENT_B64_LEN(n) + 1. */
void ent_b64(const uint8_t *in, size_t n, char *out);
struct ent_str ent_b64_dup(struct ent_arena *a, const uint8_t *in, size_t n);
/* Decodes what ent_b64 writes and nothing else: no blanks, no missing padding, no non-zero
 * trailing bits. out has room for s.n / 4 * 3; *n is what was written. */
int ent_unb64(struct ent_str s, uint8_t *out, size_t *n);
/* As ent_unb64, when exactly n bytes are expected. */
int ent_unb64_n(struct ent_str s, uint8_t *out, size_t n);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str.h - text as pointer and length, borrowed from whoever owns the bytes.
 *
 * A document's text may hold U+0000, so none of it ever meets a str*() function.
 */
#ifndef ENTENTE_STR_H
#define ENTENTE_STR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <entente/err.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ent_str {
	const char *p; /* NULL means "absent"; "" with n == 0 means empty */
	size_t n;
};

/* A string literal as a slice, and a slice as the arguments of "%.*s". */
#ifdef __cplusplus
#define ENT_STR(lit) (ent_str{ "" lit, sizeof(lit) - 1 })
#else
#define ENT_STR(lit) ((struct ent_str){ "" lit, sizeof(lit) - 1 })
#endif
#define ENT_FMT(s) (int)((s).n > 0x7fffffff ? 0x7fffffff : (s).n), ((s).p ? (s).p : "")

/* The slice of a C string; absent for NULL. */
ENT_API struct ent_str ent_str_c(const char *c);
/* Equal bytes; an absent slice equals an empty one. */
ENT_API bool ent_str_eq(struct ent_str a, struct ent_str b);
ENT_API bool ent_str_is(struct ent_str a, const char *c);
/* Order of bytes, as memcmp; the shorter of two with a common start comes first. */
ENT_API int ent_str_cmp(struct ent_str a, struct ent_str b);
ENT_API bool ent_str_starts(struct ent_str s, const char *prefix);
ENT_API bool ent_str_ends(struct ent_str s, const char *suffix);
/* Equal when ASCII letters are folded; other bytes compare as they are. */
ENT_API bool ent_str_caseis(struct ent_str a, const char *c);
/* Where c stands first, or s.n. */
ENT_API size_t ent_str_find(struct ent_str s, char c);
/* s without its first n bytes (nothing where it has fewer). */
ENT_API struct ent_str ent_str_from(struct ent_str s, size_t n);
/* s without blanks and tabs at both ends. */
ENT_API struct ent_str ent_str_trim(struct ent_str s);
/* Cuts the part before the next sep off *rest and gives it; false when nothing is left. */
ENT_API bool ent_str_next(struct ent_str *rest, char sep, struct ent_str *part);
/* Decimal digits only, no sign, no blank; ENT_EPARSE if not, or above max. */
ENT_API int ent_str_u64(struct ent_str s, uint64_t max, uint64_t *out);

#ifdef __cplusplus
}
#endif
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h - JSON texts as trees in an arena, and their canonical form (RFC 8785).
 *
 * Stricter than RFC 8259 where STIX and I-JSON are: valid UTF-8, no duplicate names, no lone
 * surrogates, integers of at most 2^53 - 1 in magnitude (however they are written, up to 1e21,
 * where their canonical form gets an exponent), finite numbers, bounded depth.  A tree is
 * immutable, lives as long as its arena, and keeps the text it was read from, so that an object
 * can be stored and sent again byte for byte.
 */
#ifndef ENTENTE_JSON_H
#define ENTENTE_JSON_H
#include <entente/arena.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ent_json_kind {
	ENT_JSON_NONE, /* there is no value: what a NULL tree is */
	ENT_JSON_NULL,
	ENT_JSON_BOOL,
	ENT_JSON_INT,    /* written without fraction and exponent, |value| <= 2^53 - 1 */
	ENT_JSON_DOUBLE, /* any other number */
	ENT_JSON_STRING,
	ENT_JSON_ARRAY,
	ENT_JSON_OBJECT
};

struct ent_json; /* one value of a tree */

/*
 * Reads text (which is copied into a: the tree borrows nothing from the caller).  Nesting above
 * depth is ENT_ELIMIT; anything that isn't JSON as above is ENT_EPARSE, with line and column in
 * err; ENT_ENOMEM at the arena's limit.  One value; only white space may follow it.  depth
 * counts open brackets: 1 takes [] and {}; more than 1,024 counts as 1,024.  Any threads may
 * read at the same time.
 */
ENT_API int ent_json_parse(struct ent_arena *a, struct ent_str text, unsigned depth,
                           const struct ent_json **out, struct ent_err *err) ENT_MUST;

/* All of these take NULL and answer as for a value of another kind. */
ENT_API enum ent_json_kind ent_json_kind(const struct ent_json *v);
ENT_API bool ent_json_is(const struct ent_json *v, enum ent_json_kind kind);
/* Elements of an array, members of an object, else 0. */
ENT_API size_t ent_json_count(const struct ent_json *v);
/* The member named key of an object, or NULL. */
ENT_API const struct ent_json *ent_json_get(const struct ent_json *v, struct ent_str key);
ENT_API const struct ent_json *ent_json_getc(const struct ent_json *v, const char *key);
/* The i-th element of an array or the value of the i-th member of an object, in document order,
 * or NULL. */
ENT_API const struct ent_json *ent_json_at(const struct ent_json *v, size_t i);
/* The name of the i-th member of an object; absent if there is none. */
ENT_API struct ent_str ent_json_key(const struct ent_json *v, size_t i);
/* The text of a string, unescaped, which may hold U+0000; absent for any other kind. */
ENT_API struct ent_str ent_json_str(const struct ent_json *v);
/* The member key of v when it is a string; absent if not. */
ENT_API struct ent_str ent_json_getstr(const struct ent_json *v, const char *key);
/* False for any other kind than INT (or BOOL; for double INT and DOUBLE); *out is then left
 * alone. */
ENT_API bool ent_json_int(const struct ent_json *v, int64_t *out);
ENT_API bool ent_json_bool(const struct ent_json *v, bool *out);
ENT_API bool ent_json_double(const struct ent_json *v, double *out);
/* The bytes of an object or array as they stood in the text, from bracket to bracket; absent
 * for other kinds. */
ENT_API struct ent_str ent_json_raw(const struct ent_json *v);
/* Line and column (both from 1, columns in bytes) of an object or array in its text; false for
 * other kinds. */
ENT_API bool ent_json_place(const struct ent_json *root, const struct ent_json *v, size_t *line,
                            size_t *column);

/*
 * The canonical form (RFC 8785) of a tree, into the arena; absent (.p NULL) if the arena is
 * full.  It can't fail otherwise: what ent_json_parse took has one.
 */
ENT_API struct ent_str ent_json_canon(struct ent_arena *a, const struct ent_json *v);

#ifdef __cplusplus
}
#endif
#endif

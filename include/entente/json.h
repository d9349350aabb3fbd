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

/*
 * For many texts one after the other: a parser keeps its memory between them, and belongs to
 * one thread at a time.
 */
struct ent_json_parser;
ENT_API struct ent_json_parser *ent_json_parser_new(void);    /* NULL if memory ran out */
ENT_API void ent_json_parser_free(struct ent_json_parser *p); /* NULL is fine */

/* What is wrong with a text, for who wants to place it himself. */
struct ent_json_fault {
	const char *code; /* "json-syntax", "json-utf8", "json-string", "json-surrogate",
	                     "json-number", "json-duplicate", "json-depth"; static */
	size_t at;        /* where, as an offset in the text */
	char text[160];   /* without the place */
};

enum ent_json_flag {
	/* The tree borrows from text, which then lives as long and is followed by
	 * ENT_JSON_PADDING readable bytes. */
	ENT_JSON_BORROW = 1,
	/* Numbers as RFC 8785 takes them: what is beyond 2^53 - 1 is a double, unless it is
	 * written as an integer that no double is. */
	ENT_JSON_WIDE = 2
};
#define ENT_JSON_PADDING 64

/*
 * As ent_json_parse; flags are of enum ent_json_flag; fault (NULL: not wanted) is filled for
 * ENT_EPARSE, and for ENT_ELIMIT because of depth.
 */
ENT_API int ent_json_parser_read(struct ent_json_parser *p, struct ent_arena *a,
                                 struct ent_str text, unsigned depth, unsigned flags,
                                 const struct ent_json **out, struct ent_json_fault *fault,
                                 struct ent_err *err) ENT_MUST;

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
/* Line and column (both from 1, columns in characters) of an object or array in its text; false
 * for other kinds. */
ENT_API bool ent_json_place(const struct ent_json *root, const struct ent_json *v, size_t *line,
                            size_t *column);
/*
 * Where the value that pointer (RFC 6901) names begins, as an offset in the text of the tree;
 * where it names nothing, where the last value on the way does, and false.  It looks into the
 * text around the value: for findings, of which there are few.
 */
ENT_API bool ent_json_find(const struct ent_json *root, struct ent_str pointer, size_t *at);

/*
 * The canonical form (RFC 8785) of a tree, into the arena; absent (.p NULL) if the arena is
 * full.  It can't fail otherwise: what ent_json_parse took has one.
 */
ENT_API struct ent_str ent_json_canon(struct ent_arena *a, const struct ent_json *v);

#ifdef __cplusplus
}
#endif
#endif

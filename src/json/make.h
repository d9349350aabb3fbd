/* SPDX-License-Identifier: Apache-2.0 */
/*
 * make.h - trees that weren't read from a text, for what is asked and written and not kept.
 *
 * A made object or array has its members by number: each is set once before anybody reads the
 * tree.  It has no text, so that ent_json_raw gives an absent one, and no place.  Names and
 * strings are borrowed and must be valid UTF-8 with at least ENT_JSON_MADE_AHEAD readable bytes
 * from their first on, whatever they are; that no name is there twice is the caller's business.
 */
#ifndef ENT_JSON_MAKE_H
#define ENT_JSON_MAKE_H
#include <entente/json.h>

#define ENT_JSON_MADE_AHEAD 16

/* With n members or elements that are null until they are set; NULL if the arena is full. */
struct ent_json *ent_json_make_object(struct ent_arena *a, size_t n);
struct ent_json *ent_json_make_array(struct ent_arena *a, size_t n);
/* A string by itself. */
struct ent_json *ent_json_make_str(struct ent_arena *a, struct ent_str s);
/* The i-th of v, which was made here; key is the name in an object. */
void ent_json_set_str(struct ent_json *v, size_t i, struct ent_str key, struct ent_str s);
void ent_json_set_int(struct ent_json *v, size_t i, struct ent_str key, int64_t n);
void ent_json_set_double(struct ent_json *v, size_t i, struct ent_str key, double d);
void ent_json_set_bool(struct ent_json *v, size_t i, struct ent_str key, bool b);
/* A value of any tree, which must live as long; NULL is null. */
void ent_json_set(struct ent_json *v, size_t i, struct ent_str key, const struct ent_json *to);

#endif

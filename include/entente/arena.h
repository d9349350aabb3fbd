/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h - memory that is freed all at once, with a limit.
 *
 * A request, a document, a command has one.  When the limit or the machine's memory is reached
 * the answer is NULL: an ordinary outcome that every caller handles.  An arena belongs to one
 * thread at a time.
 */
#ifndef ENTENTE_ARENA_H
#define ENTENTE_ARENA_H
#include <entente/str.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ent_arena;

/* An arena that never holds more than limit bytes; NULL if memory ran out. */
ENT_API struct ent_arena *ent_arena_new(size_t limit);
ENT_API void ent_arena_free(struct ent_arena *a); /* NULL is fine */
/* Forgets all that was allocated; keeps one block for the next use. */
ENT_API void ent_arena_reset(struct ent_arena *a);
/* n zeroed bytes, aligned for any type; NULL at the limit. n == 0 gives a valid pointer. */
ENT_API void *ent_arena_alloc(struct ent_arena *a, size_t n);
/* As ent_arena_alloc for count things of size bytes; NULL also where the product overflows. */
ENT_API void *ent_arena_array(struct ent_arena *a, size_t count, size_t size);
/* A copy of s, with a NUL after it that s.n doesn't count; .p is NULL at the limit. */
ENT_API struct ent_str ent_arena_dup(struct ent_arena *a, struct ent_str s);
/* Formatted text, with a NUL after it; .p is NULL at the limit. */
ENT_API struct ent_str ent_arena_printf(struct ent_arena *a, const char *fmt, ...)
    ENT_PRINTF(2, 3);
/* Bytes given out since the arena was made or reset. */
ENT_API size_t ent_arena_used(const struct ent_arena *a);

#ifdef __cplusplus
}
#endif
#endif

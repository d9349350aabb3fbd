/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h - what an arena does for us alone.
 */
#ifndef ENT_BASE_ARENA_H
#define ENT_BASE_ARENA_H
#include <entente/arena.h>

/* As ent_arena_alloc, but the bytes are whatever they were: for what is filled at once. */
void *ent_arena_raw(struct ent_arena *a, size_t n);
/* As ent_arena_new, for little: its first block has first bytes, not some thousands. */
struct ent_arena *ent_arena_small(size_t limit, size_t first);
/* What it takes of the machine's memory. */
size_t ent_arena_held(const struct ent_arena *a);

#endif

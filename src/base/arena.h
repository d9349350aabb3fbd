/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h - what an arena does for us alone.
 */
#ifndef ENT_BASE_ARENA_H
#define ENT_BASE_ARENA_H
#include <entente/arena.h>

/* As ent_arena_alloc, but the bytes are whatever they were: for what is filled at once. */
void *ent_arena_raw(struct ent_arena *a, size_t n);

#endif

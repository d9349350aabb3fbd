/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map.h - a hash table from text to a pointer, in an arena.
 *
 * Each table has a random seed, so that nobody can choose keys that collide.  Keys are
 * borrowed.
 */
#ifndef ENT_BASE_MAP_H
#define ENT_BASE_MAP_H
#include <entente/arena.h>

struct ent_map;

/* NULL if the arena is full. */
struct ent_map *ent_map_new(struct ent_arena *a);
/* Sets key to value (not NULL), replacing what was there; ENT_ENOMEM if the arena is full. */
int ent_map_put(struct ent_map *m, struct ent_str key, void *value);
void *ent_map_get(const struct ent_map *m, struct ent_str key); /* NULL if there is none */
size_t ent_map_count(const struct ent_map *m);

#endif

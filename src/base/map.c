/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map.c - open addressing with linear probing; the table doubles at three quarters.
 */
#include "base/map.h"

#include <sys/random.h>

struct slot {
	struct ent_str key;
	uint64_t hash;
	void *value; /* NULL: free */
};

struct ent_map {
	struct ent_arena *arena;
	struct slot *slots;
	size_t size, count; /* size is a power of two */
	uint64_t seed[2];
};

static uint64_t
mix(uint64_t a, uint64_t b)
{
	__uint128_t m = (__uint128_t)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* Multiply and fold eight bytes at a time under a secret seed. */
static uint64_t
hash(const struct ent_map *m, struct ent_str s)
{
	uint64_t h = m->seed[0] ^ s.n;

	while (s.n) {
		uint64_t word = 0;
		size_t n = s.n < 8 ? s.n : 8;

		memcpy(&word, s.p, n);
		h = mix(h ^ word, m->seed[1] | 1);
		s = ent_str_from(s, n);
	}
	return mix(h ^ m->seed[1], UINT64_C(0x9e3779b97f4a7c15));
}

struct ent_map *
ent_map_new(struct ent_arena *a)
{
	struct ent_map *m = ent_arena_alloc(a, sizeof(*m));

	if (!m)
		return NULL;
	m->arena = a;
	m->size = 16;
	m->slots = ent_arena_array(a, m->size, sizeof(*m->slots));
	if (!m->slots)
		return NULL;
	if (getrandom(m->seed, sizeof(m->seed), 0) != (ssize_t)sizeof(m->seed))
		abort(); /* 32 bytes never fail once the system is up */
	return m;
}

static struct slot *
find(struct slot *slots, size_t size, struct ent_str key, uint64_t h)
{
	size_t i = (size_t)h & (size - 1);

	while (slots[i].value && (slots[i].hash != h || !ent_str_eq(slots[i].key, key)))
		i = (i + 1) & (size - 1);
	return &slots[i];
}

static int
grow(struct ent_map *m)
{
	size_t size = m->size * 2;
	struct slot *slots = ent_arena_array(m->arena, size, sizeof(*slots));

	if (!slots)
		return ENT_ENOMEM;
	for (size_t i = 0; i < m->size; i++)
		if (m->slots[i].value)
			*find(slots, size, m->slots[i].key, m->slots[i].hash) = m->slots[i];
	m->slots = slots;
	m->size = size;
	return 0;
}

int
ent_map_put(struct ent_map *m, struct ent_str key, void *value)
{
	uint64_t h = hash(m, key);
	struct slot *s;

	if (m->count + 1 > m->size / 4 * 3 && grow(m))
		return ENT_ENOMEM;
	s = find(m->slots, m->size, key, h);
	m->count += s->value == NULL;
	*s = (struct slot){ key, h, value };
	return 0;
}

void *
ent_map_get(const struct ent_map *m, struct ent_str key)
{
	return find(m->slots, m->size, key, hash(m, key))->value;
}

size_t
ent_map_count(const struct ent_map *m)
{
	return m->count;
}

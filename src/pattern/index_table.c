/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_table.c - hashes under a secret seed, and an open table from them to pointers.
 *
 * A hash is the value of a polynomial modulo 2^61 - 1 at a secret place: two texts of n bytes
 * collide for at most n / 7 places of all, whoever chose them.
 */
#include <stdlib.h>
#include <sys/random.h>

#include "pattern/index_int.h"

#define PRIME ((UINT64_C(1) << 61) - 1)

int
ent_seed_make(struct ent_seed *seed)
{
	if (getrandom(seed, sizeof(*seed), 0) != (ssize_t)sizeof(*seed))
		return ENT_ESTATE;
	seed->k[0] = seed->k[0] % (PRIME - 2) + 1;
	seed->k[1] = seed->k[1] % (PRIME - 2) + 1;
	return 0;
}

static uint64_t
next(uint64_t h, uint64_t k, uint64_t word)
{
	__uint128_t m = (__uint128_t)h * k + word;
	uint64_t low = (uint64_t)m & PRIME, high = (uint64_t)(m >> 61);

	low += high;
	return low >= PRIME ? low - PRIME : low;
}

uint64_t
ent_seed_hash(const struct ent_seed *seed, uint64_t n, unsigned kind, struct ent_str s)
{
	uint64_t h = next(seed->k[1], seed->k[0], n * 64 + kind);

	for (size_t i = 0; i + 7 <= s.n; i += 7) {
		uint64_t word = 0;

		memcpy(&word, s.p + i, 7);
		h = next(h, seed->k[0], word + 1);
	}
	if (s.n % 7) {
		uint64_t word = 0;

		memcpy(&word, s.p + s.n - s.n % 7, s.n % 7);
		h = next(h, seed->k[0], word + 1);
	}
	return ent_seed_done(next(h, seed->k[0], s.n + 1));
}

uint64_t
ent_seed_gram(const struct ent_seed *seed, uint64_t n, const char *p)
{
	uint32_t word;
	__uint128_t m;

	memcpy(&word, p, ENT_GRAM);
	m = (__uint128_t)(seed->k[0] ^ word) * (seed->k[1] + n * 2);
	return ent_seed_done((uint64_t)m ^ (uint64_t)(m >> 64));
}

uint64_t
ent_seed_tail(const struct ent_seed *seed, uint64_t n, unsigned kind)
{
	return next(seed->k[1], seed->k[0], n * 64 + kind);
}

uint64_t
ent_seed_before(const struct ent_seed *seed, uint64_t h, unsigned char c)
{
	return next(h, seed->k[0], c + 1u);
}

uint64_t
ent_seed_done(uint64_t h)
{
	return h | UINT64_C(1) << 63;
}

/* ---- the table ---- */

static size_t
place(const struct ent_table *t, uint64_t hash)
{
	return (hash * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - __builtin_ctzll(t->size));
}

struct ent_slot *
ent_table_find(const struct ent_table *t, uint64_t hash)
{
	if (!t->size)
		return NULL;
	for (size_t i = place(t, hash);; i = (i + 1) & (t->size - 1)) {
		if (t->slots[i].hash == hash)
			return &t->slots[i];
		if (!t->slots[i].hash)
			return NULL;
	}
}

/* To a size where what is alive takes a quarter to a half. */
static int
resize(struct ent_table *t)
{
	struct ent_table to = { .size = 64, .moved = t->moved };

	while (to.size < (t->live + 1) * 2)
		to.size *= 2;
	to.slots = calloc(to.size, sizeof(*to.slots));
	if (!to.slots)
		return ENT_ENOMEM;
	for (size_t i = 0; i < t->size; i++) {
		size_t k;

		if (!t->slots[i].value)
			continue;
		for (k = place(&to, t->slots[i].hash); to.slots[k].hash;)
			k = (k + 1) & (to.size - 1);
		to.slots[k] = t->slots[i];
		to.used++;
		if (to.moved)
			to.moved(&to.slots[k]);
	}
	to.live = t->live;
	free(t->slots);
	*t = to;
	return 0;
}

struct ent_slot *
ent_table_make(struct ent_table *t, uint64_t hash)
{
	struct ent_slot *slot = ent_table_find(t, hash);
	size_t i;

	if (slot)
		return slot;
	if ((t->used + 1) * 4 > t->size * 3 && resize(t))
		return NULL;
	for (i = place(t, hash); t->slots[i].hash;)
		i = (i + 1) & (t->size - 1);
	t->slots[i] = (struct ent_slot){ hash, NULL };
	t->used++;
	return &t->slots[i];
}

void
ent_table_filled(struct ent_table *t)
{
	t->live++;
}

void
ent_table_emptied(struct ent_table *t)
{
	t->live--;
}

size_t
ent_table_bytes(const struct ent_table *t)
{
	return t->size * sizeof(*t->slots);
}

void
ent_table_release(struct ent_table *t)
{
	free(t->slots);
	t->slots = NULL;
	t->size = t->used = t->live = 0;
}

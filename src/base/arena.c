/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.c - blocks that grow, freed together.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>

#define FIRST_BLOCK  ((size_t)4096)
#define LARGEST_STEP ((size_t)1 << 20)
#define ALIGN        alignof(max_align_t)

struct block {
	struct block *prev;
	size_t size, used;
	alignas(max_align_t) char at[];
};

struct ent_arena {
	struct block *last;
	size_t limit, given, held, first; /* held: the sizes of all blocks */
};

struct ent_arena *
ent_arena_new(size_t limit)
{
	struct ent_arena *a = calloc(1, sizeof(*a));

	if (a) {
		a->limit = limit;
		a->first = FIRST_BLOCK;
	}
	return a;
}

struct ent_arena *
ent_arena_small(size_t limit, size_t first)
{
	struct ent_arena *a = ent_arena_new(limit);

	if (a)
		a->first = first;
	return a;
}

size_t
ent_arena_held(const struct ent_arena *a)
{
	size_t n = sizeof(*a) + a->held;

	for (const struct block *b = a->last; b; b = b->prev)
		n += sizeof(*b);
	return n;
}

/* Frees all blocks but one. */
static void
drop_but(struct ent_arena *a, struct block *keep)
{
	struct block *b = a->last, *prev;

	for (; b; b = prev) {
		prev = b->prev;
		if (b != keep)
			free(b);
	}
	a->last = keep;
	a->held = keep ? keep->size : 0;
}

void
ent_arena_free(struct ent_arena *a)
{
	if (a)
		drop_but(a, NULL);
	free(a);
}

/* The largest block of the usual sizes stays: who resets an arena again and again then needs no
 * other. */
void
ent_arena_reset(struct ent_arena *a)
{
	struct block *keep = NULL;

	for (struct block *b = a->last; b; b = b->prev)
		if (b->size <= LARGEST_STEP && (!keep || b->size > keep->size))
			keep = b;
	drop_but(a, keep);
	if (keep) {
		keep->prev = NULL;
		keep->used = 0;
	}
	a->given = 0;
}

/* A new block: twice the last one up to a step, or what is asked for. */
static struct block *
grow(struct ent_arena *a, size_t n)
{
	size_t size = a->last ? a->last->size * 2 : a->first;
	struct block *b;

	if (size > LARGEST_STEP)
		size = LARGEST_STEP;
	if (size < n)
		size = n;
	b = malloc(sizeof(*b) + size);
	if (!b)
		return NULL;
	*b = (struct block){ .prev = a->last, .size = size };
	a->last = b;
	a->held += size;
	return b;
}

void *
ent_arena_raw(struct ent_arena *a, size_t n)
{
	struct block *b = a->last;
	size_t full;
	void *p;

	if (n > SIZE_MAX / 2)
		return NULL;
	full = (n + ALIGN - 1) / ALIGN * ALIGN;
	if (full > a->limit - a->given || a->given > a->limit)
		return NULL;
	if (!b || full > b->size - b->used)
		b = grow(a, full);
	if (!b)
		return NULL;
	p = b->at + b->used;
	b->used += full;
	a->given += full;
	return p;
}

void *
ent_arena_alloc(struct ent_arena *a, size_t n)
{
	void *p = ent_arena_raw(a, n);

	return p ? memset(p, 0, n) : NULL;
}

void *
ent_arena_array(struct ent_arena *a, size_t count, size_t size)
{
	size_t n;

	return __builtin_mul_overflow(count, size, &n) ? NULL : ent_arena_alloc(a, n);
}

struct ent_str
ent_arena_dup(struct ent_arena *a, struct ent_str s)
{
	char *p = s.n < SIZE_MAX ? ent_arena_alloc(a, s.n + 1) : NULL;

	if (!p)
		return (struct ent_str){ NULL, 0 };
	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct ent_str){ p, s.n };
}

struct ent_str
ent_arena_printf(struct ent_arena *a, const char *fmt, ...)
{
	struct ent_str out = { NULL, 0 };
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	p = n < 0 ? NULL : ent_arena_alloc(a, (size_t)n + 1);
	if (p) {
		(void)vsnprintf(p, (size_t)n + 1, fmt, again);
		out = (struct ent_str){ p, (size_t)n };
	}
	va_end(again);
	va_end(ap);
	return out;
}

size_t
ent_arena_used(const struct ent_arena *a)
{
	return a->given;
}

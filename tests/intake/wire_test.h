/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_test.h - reading a text, and looking for what was found in it.
 */
#ifndef ENT_TESTS_WIRE_TEST_H
#define ENT_TESTS_WIRE_TEST_H
#include "base/limits.h"
#include "intake/wire.h"
#include "test.h"

static struct ent_arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = ent_arena_new(ENT_WIRE_ARENA);
	return arena ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	ent_arena_free(arena);
	return 0;
}

static inline struct ent_wire_report
read_text(struct ent_str text)
{
	struct ent_wire_report r;
	struct ent_err err = { 0 };

	if (ent_wire_read(arena, text, NULL, &r, &err))
		fail_msg("%s", err.msg);
	return r;
}

static inline struct ent_str
at(const struct ent_wire_report *r, struct ent_wire_span s)
{
	return (struct ent_str){ r->text.p + s.from, s.to - s.from };
}

/* The n-th item of a kind, from 0; NULL where there are fewer. */
static inline const struct ent_wire_item *
nth(const struct ent_wire_report *r, enum ent_wire_kind kind, size_t n)
{
	for (size_t i = 0; i < r->n_items; i++)
		if (r->items[i].kind == kind && n-- == 0)
			return &r->items[i];
	return NULL;
}

static inline size_t
count(const struct ent_wire_report *r, enum ent_wire_kind kind)
{
	size_t n = 0;

	while (nth(r, kind, n))
		n++;
	return n;
}

static inline const struct ent_wire_item *
figure(const struct ent_wire_report *r, const char *quantity)
{
	const struct ent_wire_item *i;

	for (size_t n = 0; (i = nth(r, ENT_WIRE_FIGURE, n)) != NULL; n++)
		if (i->quantity && strcmp(i->quantity, quantity) == 0 && !i->part)
			return i;
	return NULL;
}

#endif

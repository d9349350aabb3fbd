/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_index.c - the rows of the table made ready: a field is found by a hash of its name.
 *
 * Names in the index are ours, so nobody can choose them to collide; a name of a log that isn't
 * there costs one look, and compares only where all 32 bits agree.
 */
#include "base/arena.h"
#include "intake/log_int.h"
#include "json/make.h"

#define SIZE 256 /* of an index: four times as many as a kind has fields, a power of two */

struct ent_logs_index {
	struct ent_logs_field at[SIZE];
	size_t used;
};

struct ent_str
ent_logs_keep(struct ent_arena *a, struct ent_str s)
{
	char *p = ent_arena_alloc(a, s.n + ENT_JSON_MADE_AHEAD);

	if (!p)
		return (struct ent_str){ NULL, 0 };
	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct ent_str){ p, s.n };
}

struct ent_logs_way *
ent_logs_way_new(struct ent_arena *a, enum ent_logs_slot slot, const char *path,
                 enum ent_logs_conv conv)
{
	struct ent_logs_way *w = ent_arena_alloc(a, sizeof(*w));
	struct ent_str rest = ent_str_c(path), part;

	if (!w)
		return NULL;
	w->slot = slot;
	w->conv = conv;
	if (ent_str_ends(rest, "[]")) {
		w->append = true;
		rest.n -= 2;
	}
	while (ent_str_next(&rest, '.', &part)) {
		if (w->n == ENT_LOGS_STEPS)
			return NULL;
		w->step[w->n] = ent_logs_keep(a, part);
		if (!w->step[w->n++].p)
			return NULL;
	}
	return w;
}

static uint32_t
more(uint32_t h, struct ent_str s)
{
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT32_C(16777619);
	return h;
}

uint32_t
ent_logs_hash(struct ent_str prefix, struct ent_str name)
{
	uint32_t h = UINT32_C(2166136261);

	if (prefix.n)
		h = more(more(h, prefix), ENT_STR("."));
	h = more(h, name);
	return h ^ h >> 15;
}

static bool
same(struct ent_str whole, struct ent_str prefix, struct ent_str name)
{
	if (!prefix.n)
		return ent_str_eq(whole, name);
	return whole.n == prefix.n + 1 + name.n && memcmp(whole.p, prefix.p, prefix.n) == 0 &&
	       whole.p[prefix.n] == '.' &&
	       (!name.n || memcmp(whole.p + prefix.n + 1, name.p, name.n) == 0);
}

const struct ent_logs_field *
ent_logs_index_find(const struct ent_logs_index *x, uint32_t h, struct ent_str prefix,
                    struct ent_str name)
{
	for (size_t i = h & (SIZE - 1); x->at[i].name.p; i = (i + 1) & (SIZE - 1))
		if (x->at[i].hash == h && same(x->at[i].name, prefix, name))
			return &x->at[i];
	return NULL;
}

static struct ent_logs_field *
place(struct ent_logs_index *x, struct ent_str name)
{
	uint32_t h = ent_logs_hash((struct ent_str){ NULL, 0 }, name);
	size_t i = h & (SIZE - 1);

	while (x->at[i].name.p && !ent_str_eq(x->at[i].name, name))
		i = (i + 1) & (SIZE - 1);
	if (!x->at[i].name.p) {
		if (x->used == SIZE / 2)
			return NULL;
		x->used++;
		x->at[i].name = name;
		x->at[i].hash = h;
	}
	return &x->at[i];
}

static int
add(struct ent_logs_index *x, struct ent_arena *a, const struct ent_logs_row *row)
{
	struct ent_str name = ent_str_c(row->field);
	struct ent_logs_way *w = ent_logs_way_new(a, row->slot, row->path, row->conv);
	struct ent_logs_field *f = place(x, name);

	if (!w || !f)
		return ENT_ENOMEM;
	w->next = f->ways;
	f->ways = w;
	for (size_t i = 0; i < name.n; i++) {
		struct ent_logs_field *outer;

		if (name.p[i] != '.')
			continue;
		outer = place(x, (struct ent_str){ name.p, i });
		if (!outer)
			return ENT_ENOMEM;
		outer->outer = true;
	}
	return 0;
}

struct ent_logs_index *
ent_logs_index_new(struct ent_arena *a, const struct ent_logs_row *rows, size_t n,
                   const char *kind)
{
	struct ent_logs_index *x = ent_arena_alloc(a, sizeof(*x));

	/* from behind, for each row is put before those of the same field */
	for (size_t i = n; x && i > 0; i--)
		if ((!rows[i - 1].kind || !kind || strcmp(rows[i - 1].kind, kind) == 0) &&
		    add(x, a, &rows[i - 1]))
			return NULL;
	return x;
}

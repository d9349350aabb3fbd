/* SPDX-License-Identifier: Apache-2.0 */
/*
 * effective.c - what the markings of an object and of its parts come to.
 *
 * Each selector is followed once, to a value, and gives a pair of value and marking.  The pairs
 * are sorted; a walk over the object then finds those of each value and makes the parts in
 * document order.
 */
#include <entente/marking.h>

#include "base/limits.h"
#include "base/map.h"
#include "stix/stix_int.h"
#include "stix/version_int.h"

/* A marking of a value; by value, then by marking, in the sorted list. */
struct pair {
	const struct ent_json *value;
	size_t marking;
};

/* A member, as the table of names holds it. */
struct named {
	const struct ent_json *value;
};

/* An object with so many members that they are looked up in a table. */
struct wide {
	const struct ent_json *object;
	struct ent_map *names;
};

struct ent_marked_index {
	struct ent_arena *arena;
	const struct ent_json *root;
	struct ent_map *wides; /* address of an object: struct wide */
	struct pair *pairs;
	size_t count;
	size_t *part_of; /* of the first pair of a value: its part */
};

struct maker {
	struct ent_arena *arena;
	struct ent_effective *out;
	struct ent_marked_index *index;
	struct ent_map *ids; /* id: number of its marking, counted from 1, as a size_t */
	size_t pairs_room, markings_room, values;
	size_t
	    unreadable; /* number of the marking without an id, counted from 1; 0: none yet */
	const struct ent_json *base; /* what selectors begin at */
	bool nomem;
};

/* ---- collecting ---- */

/* Room for one more of count things of size bytes. */
static void *
room_for(struct maker *m, void *list, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 8;
	void *bigger;

	if (count < *room)
		return list;
	bigger = ent_arena_array(m->arena, more, size);
	if (!bigger) {
		m->nomem = true;
		return NULL;
	}
	if (count)
		memcpy(bigger, list, count * size);
	*room = more;
	return bigger;
}

/* The number of a marking in out->markings, counted from 1; 0 if the arena is full. */
static size_t
marking_of(struct maker *m, struct ent_str id)
{
	struct ent_effective *e = m->out;
	size_t *number = id.p ? ent_map_get(m->ids, id) : &m->unreadable;
	struct ent_marking *list;

	if (number && *number)
		return *number;
	if (!number)
		number = ent_arena_alloc(m->arena, sizeof(*number));
	list = room_for(m, e->markings, e->markings_count, &m->markings_room, sizeof(*list));
	if (!list || !number) {
		m->nomem = true;
		return 0;
	}
	e->markings = list;
	list[e->markings_count++] = (struct ent_marking){ .id = id, .tlp = ent_tlp_of(id) };
	*number = e->markings_count;
	if (id.p && ent_map_put(m->ids, id, number))
		m->nomem = true;
	return *number;
}

static void
mark(struct maker *m, const struct ent_json *value, struct ent_str id)
{
	struct ent_marked_index *x = m->index;
	size_t n = marking_of(m, id);
	struct pair *pairs =
	    n ? room_for(m, x->pairs, x->count, &m->pairs_room, sizeof(*pairs)) : NULL;

	if (!pairs)
		return;
	x->pairs = pairs;
	pairs[x->count++] = (struct pair){ value, n - 1 };
}

/* ---- selectors ---- */

static struct wide *
widen(struct maker *m, const struct ent_json *object)
{
	struct wide *w = ent_arena_alloc(m->arena, sizeof(*w));
	struct named *names = ent_arena_array(m->arena, ent_json_count(object), sizeof(*names));

	if (!w || !names)
		return NULL;
	w->object = object;
	w->names = ent_map_new(m->arena);
	for (size_t i = 0; w->names && i < ent_json_count(object); i++) {
		names[i].value = ent_json_at(object, i);
		if (ent_map_put(w->names, ent_json_key(object, i), &names[i]))
			return NULL;
	}
	if (!w->names ||
	    ent_map_put(m->index->wides,
	                (struct ent_str){ (const char *)&w->object, sizeof(w->object) }, w))
		return NULL;
	return w;
}

/* A member; m is NULL where no table may be made any more. */
static const struct ent_json *
member(const struct ent_marked_index *x, struct maker *m, const struct ent_json *object,
       struct ent_str name)
{
	const struct named *found;
	struct wide *w;

	if (ent_json_count(object) < ENT_WIDE_OBJECT)
		return ent_json_get(object, name);
	w = ent_map_get(x->wides, (struct ent_str){ (const char *)&object, sizeof(object) });
	if (!w && !m)
		return ent_json_get(object, name);
	if (!w)
		w = widen(m, object);
	if (!w) {
		m->nomem = true;
		return NULL;
	}
	found = ent_map_get(w->names, name);
	return found ? found->value : NULL;
}

/* One component of a selector: "[3]" or a name. */
static const struct ent_json *
step(const struct ent_marked_index *x, struct maker *m, const struct ent_json *v,
     struct ent_str part)
{
	uint64_t index;

	if (part.n > 2 && part.p[0] == '[') {
		struct ent_str number = { part.p + 1, part.n - 2 };

		if (!ent_json_is(v, ENT_JSON_ARRAY) || ent_str_u64(number, UINT32_MAX, &index))
			return NULL;
		return ent_json_at(v, index);
	}
	return ent_json_is(v, ENT_JSON_OBJECT) ? member(x, m, v, part) : NULL;
}

static const struct ent_json *
select_value(struct maker *m, struct ent_str selector)
{
	const struct ent_json *v = m->base;
	struct ent_str part;

	if (!ent_syntax_selector.fits(selector))
		return NULL;
	while (v && ent_str_next(&selector, '.', &part))
		v = step(m->index, m, v, part);
	return v;
}

/* ---- the object's markings ---- */

static void
unresolved(struct maker *m, struct ent_str id, struct ent_str selector)
{
	mark(m, m->base, id);
	if (!m->out->unresolved++)
		m->out->first_unresolved = selector.p ? selector : ENT_STR("");
}

static void
granular(struct maker *m, const struct ent_json *g)
{
	const struct ent_json *ref = ent_json_getc(g, "marking_ref");
	const struct ent_json *selectors = ent_json_getc(g, "selectors");
	struct ent_str id = ent_json_str(ref);

	if (ent_json_is(g, ENT_JSON_OBJECT) && !ref && ent_json_getstr(g, "lang").p)
		return; /* says a language, no handling */
	if (!ent_json_count(selectors) || !ent_json_is(selectors, ENT_JSON_ARRAY))
		unresolved(m, id, (struct ent_str){ NULL, 0 });
	for (size_t i = 0; !m->nomem && ent_json_is(selectors, ENT_JSON_ARRAY) &&
	                   i < ent_json_count(selectors);
	     i++) {
		struct ent_str s = ent_json_str(ent_json_at(selectors, i));
		const struct ent_json *v = s.p ? select_value(m, s) : NULL;

		if (v)
			mark(m, v, id);
		else
			unresolved(m, id, s);
	}
}

/* The markings that an object, or an observable inside one, brings itself. */
static void
collect(struct maker *m, const struct ent_json *v)
{
	static const struct ent_str nothing;
	const struct ent_json *refs = ent_json_getc(v, "object_marking_refs");
	const struct ent_json *list = ent_json_getc(v, "granular_markings");

	m->base = v;
	if (refs && !ent_json_is(refs, ENT_JSON_ARRAY))
		mark(m, v, nothing);
	else
		for (size_t i = 0; i < ent_json_count(refs) && !m->nomem; i++)
			mark(m, v, ent_json_str(ent_json_at(refs, i)));
	if (list && !ent_json_is(list, ENT_JSON_ARRAY))
		mark(m, v, nothing);
	else
		for (size_t i = 0; i < ent_json_count(list) && !m->nomem; i++)
			granular(m, ent_json_at(list, i));
}

/* ---- sorting ---- */

static int
by_value(const void *l, const void *r)
{
	const struct pair *a = l, *b = r;
	uintptr_t x = (uintptr_t)a->value, y = (uintptr_t)b->value;

	if (x != y)
		return x < y ? -1 : 1;
	return a->marking < b->marking ? -1 : a->marking > b->marking;
}

/* Each pair once; counts values and uses. */
static void
sort(struct maker *m)
{
	struct ent_marked_index *x = m->index;
	size_t kept = 0;

	if (x->count)
		qsort(x->pairs, x->count, sizeof(*x->pairs), by_value);
	for (size_t i = 0; i < x->count; i++) {
		if (kept && by_value(&x->pairs[kept - 1], &x->pairs[i]) == 0)
			continue;
		m->values += !kept || x->pairs[kept - 1].value != x->pairs[i].value;
		m->out->markings[x->pairs[i].marking].uses++;
		x->pairs[kept++] = x->pairs[i];
	}
	x->count = kept;
}

/* The first pair of a value; count if it has none. */
static size_t
first_pair(const struct ent_marked_index *x, const struct ent_json *value)
{
	size_t low = 0, high = x->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if ((uintptr_t)x->pairs[middle].value < (uintptr_t)value)
			low = middle + 1;
		else
			high = middle;
	}
	return low < x->count && x->pairs[low].value == value ? low : x->count;
}

/* ---- parts ---- */

static enum ent_tlp
stricter(enum ent_tlp a, enum ent_tlp b)
{
	return a > b ? a : b;
}

/* A part for a value whose pairs begin at first (none if that is their count). */
static struct ent_marked *
add_part(struct maker *m, const struct ent_json *v, const struct ent_at *at,
         const struct ent_marked *up, size_t first)
{
	struct ent_marked_index *x = m->index;
	size_t number = m->out->count, n = 0;
	struct ent_marked *p = &m->out->parts[number];
	const struct ent_marking **own;

	while (first + n < x->count && x->pairs[first + n].value == v)
		n++;
	own = ent_arena_array(m->arena, n, sizeof(*own));
	*p = (struct ent_marked){ .value = v, .up = up, .own = own, .own_count = n };
	p->pointer = ent_pointer_of(m->arena, at);
	if (!own || !p->pointer.p) {
		m->nomem = true;
		return NULL;
	}
	m->out->count++;
	if (n)
		x->part_of[first] = number;
	p->tlp = up ? up->tlp : ENT_TLP_NONE;
	p->unreadable = up && up->unreadable;
	for (size_t i = 0; i < n; i++) {
		own[i] = &m->out->markings[x->pairs[first + i].marking];
		p->tlp = stricter(p->tlp, own[i]->tlp);
		p->unreadable |= !own[i]->id.p;
	}
	p->most = p->tlp;
	p->unreadable_inside = p->unreadable;
	return p;
}

/* Makes the parts inside of v, which is inside of up.  As deep as the tree, whose depth its
 * parser bounded. */
static void
walk(struct maker *m, const struct ent_json *v, const struct ent_at *at, struct ent_marked *up)
{
	bool list = ent_json_is(v, ENT_JSON_ARRAY);

	for (size_t i = 0; i < ent_json_count(v) && m->values && !m->nomem; i++) {
		const struct ent_json *inner = ent_json_at(v, i);
		struct ent_at in = { at,
			             list ? (struct ent_str){ NULL, 0 } : ent_json_key(v, i),
			             i };
		size_t first = first_pair(m->index, inner);
		struct ent_marked *part = up;

		if (first < m->index->count) {
			m->values--;
			part = add_part(m, inner, &in, up, first);
			if (!part)
				return;
		}
		walk(m, inner, &in, part);
		if (part != up) {
			up->most = stricter(up->most, part->most);
			up->unreadable_inside |= part->unreadable_inside;
		}
	}
}

static void
make_parts(struct maker *m, const struct ent_json *v)
{
	struct ent_at at = { NULL, { NULL, 0 }, 0 };
	size_t first = first_pair(m->index, v);
	bool marked = first < m->index->count;
	struct ent_marked *root;

	/* the object is a part also where it has no marking itself */
	m->out->parts = ent_arena_array(m->arena, m->values + 1, sizeof(*m->out->parts));
	m->index->part_of = ent_arena_array(m->arena, m->index->count, sizeof(size_t));
	if (!m->out->parts || !m->index->part_of) {
		m->nomem = true;
		return;
	}
	m->values -= marked;
	root = add_part(m, v, &at, NULL, first);
	if (root)
		walk(m, v, &at, root);
}

int
ent_effective_make(struct ent_arena *a, const struct ent_json *v, struct ent_effective *out,
                   struct ent_err *err)
{
	struct maker m = { .arena = a, .out = out };
	const struct ent_json *objects = ent_json_getc(v, "objects");

	*out = (struct ent_effective){ 0 };
	if (!ent_json_is(v, ENT_JSON_OBJECT))
		return ent_fail(err, ENT_EUNUSABLE, "not a JSON object");
	m.index = out->index = ent_arena_alloc(a, sizeof(*m.index));
	m.ids = ent_map_new(a);
	if (!m.index || !m.ids)
		return ent_fail(err, ENT_ENOMEM, "markings");
	m.index->root = v;
	m.index->wides = ent_map_new(a);
	m.nomem = !m.index->wides;
	if (!m.nomem)
		collect(&m, v);
	/* observables in observed-data's deprecated container have markings of their own */
	if (ent_json_is(objects, ENT_JSON_OBJECT))
		for (size_t i = 0; i < ent_json_count(objects) && !m.nomem; i++)
			collect(&m, ent_json_at(objects, i));
	if (!m.nomem) {
		sort(&m);
		make_parts(&m, v);
	}
	return m.nomem ? ent_fail(err, ENT_ENOMEM, "markings") : 0;
}

const struct ent_marked *
ent_effective_at(const struct ent_effective *e, struct ent_str selector)
{
	const struct ent_marked_index *x = e->index;
	const struct ent_json *v = x->root;
	const struct ent_marked *part = &e->parts[0];
	struct ent_str part_of_selector;

	if (selector.n && !ent_syntax_selector.fits(selector))
		return NULL;
	while (v && selector.n && ent_str_next(&selector, '.', &part_of_selector)) {
		size_t first;

		v = step(x, NULL, v, part_of_selector);
		first = v ? first_pair(x, v) : x->count;
		if (first < x->count)
			part = &e->parts[x->part_of[first]];
	}
	return v ? part : NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff.c - what is different in one value from another, in linear time.
 *
 * Each value of both trees gets a hash first, from the leaves up, under a seed that nobody
 * knows. Other hashes are other values; equal ones are compared to be sure, once for each pair,
 * for what is equal isn't entered again.
 */
#include <assert.h>

#include "base/limits.h"
#include "base/map.h"
#include "crypto/random.h"
#include "stix/stix_int.h"
#include "stix/version_int.h"

struct sum {
	uint64_t hash;
	const struct sum *kids; /* as many as the value has; NULL: none */
};

/* A value with its sums, and where it is. */
struct side {
	const struct ent_json *v;
	const struct sum *sum;
	const struct ent_at *at;
};

struct differ {
	struct ent_arena *arena;
	struct ent_diff *out;
	size_t room, pointers; /* bytes of pointers so far */
	uint64_t seed[2];
	bool nomem;
};

const char *
ent_change_name(enum ent_change c)
{
	static const char *const names[] = {
		[ENT_CHANGE_ADDED] = "added",
		[ENT_CHANGE_REMOVED] = "removed",
		[ENT_CHANGE_VALUE] = "changed",
		[ENT_CHANGE_REORDERED] = "reordered",
	};

	return (unsigned)c < ENT_CHANGE_COUNT ? names[c] : "";
}

/* ---- sums ---- */

static uint64_t
mix(uint64_t a, uint64_t b)
{
	__uint128_t m = (__uint128_t)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static uint64_t
hash_text(const struct differ *d, struct ent_str s, uint64_t salt)
{
	uint64_t h = d->seed[0] ^ s.n ^ salt << 56;

	while (s.n) {
		uint64_t word = 0;
		size_t n = s.n < 8 ? s.n : 8;

		memcpy(&word, s.p, n);
		h = mix(h ^ word, d->seed[1] | 1);
		s = ent_str_from(s, n);
	}
	return mix(h ^ d->seed[1], UINT64_C(0x9e3779b97f4a7c15));
}

/* Numbers by their value: 1 and 1.0 are one, and so are 0 and -0. */
static uint64_t
hash_number(const struct differ *d, const struct ent_json *v)
{
	double n = 0;

	(void)ent_json_double(v, &n);
	n = n == 0 ? 0 : n;
	return hash_text(d, (struct ent_str){ (const char *)&n, sizeof(n) }, ENT_JSON_DOUBLE);
}

static void sum_of(struct differ *d, const struct ent_json *v, struct sum *out);

/* Of an object in any order of its members, of a list in its own. */
static void
sum_container(struct differ *d, const struct ent_json *v, struct sum *out)
{
	bool object = ent_json_is(v, ENT_JSON_OBJECT);
	size_t n = ent_json_count(v);
	struct sum *kids = ent_arena_array(d->arena, n, sizeof(*kids));
	uint64_t h = n;

	if (!kids) {
		d->nomem = true;
		return;
	}
	for (size_t i = 0; i < n && !d->nomem; i++) {
		sum_of(d, ent_json_at(v, i), &kids[i]);
		if (object)
			h += mix(hash_text(d, ent_json_key(v, i), 1) ^ d->seed[0],
			         kids[i].hash | 1);
		else
			h = mix(h ^ kids[i].hash, d->seed[1] | 1);
	}
	out->kids = kids;
	out->hash = mix(h ^ d->seed[0], object ? 3 : 5);
}

static void
sum_of(struct differ *d, const struct ent_json *v, struct sum *out)
{
	enum ent_json_kind kind = ent_json_kind(v);
	bool is = false;

	switch (kind) {
	case ENT_JSON_OBJECT:
	case ENT_JSON_ARRAY:
		sum_container(d, v, out);
		break;
	case ENT_JSON_INT:
	case ENT_JSON_DOUBLE:
		out->hash = hash_number(d, v);
		break;
	case ENT_JSON_STRING:
		out->hash = hash_text(d, ent_json_str(v), ENT_JSON_STRING);
		break;
	default:
		(void)ent_json_bool(v, &is);
		out->hash = hash_text(d, is ? ENT_STR("t") : ENT_STR("f"), (uint64_t)kind);
		break;
	}
}

/* ---- equality ---- */

static bool
is_number(const struct ent_json *v)
{
	return ent_json_is(v, ENT_JSON_INT) || ent_json_is(v, ENT_JSON_DOUBLE);
}

static bool equal(struct differ *d, const struct ent_json *v, const struct ent_json *w);

static bool
equal_objects(struct differ *d, const struct ent_json *v, const struct ent_json *w)
{
	size_t n = ent_json_count(v), i = 0, m;
	struct ent_member *one, *two;

	while (i < n && ent_str_eq(ent_json_key(v, i), ent_json_key(w, i)) &&
	       equal(d, ent_json_at(v, i), ent_json_at(w, i)))
		i++;
	/* the rest may be in another order */
	if (i == n || ent_str_eq(ent_json_key(v, i), ent_json_key(w, i)))
		return i == n;
	one = ent_members_sorted(d->arena, v, &n);
	two = ent_members_sorted(d->arena, w, &m);
	if (!one || !two) {
		d->nomem = true;
		return false;
	}
	for (size_t k = 0; k < n; k++)
		if (!ent_str_eq(one[k].key, two[k].key) ||
		    /* those before i are known to be equal */
		    ((one[k].index >= i || two[k].index >= i) &&
		     !equal(d, one[k].value, two[k].value)))
			return false;
	return true;
}

static bool
equal(struct differ *d, const struct ent_json *v, const struct ent_json *w)
{
	enum ent_json_kind kind = ent_json_kind(v);
	bool one = false, two = false;
	double x = 0, y = 0;

	if (is_number(v) && is_number(w))
		return ent_json_double(v, &x) && ent_json_double(w, &y) && x == y;
	if (kind != ent_json_kind(w) || ent_json_count(v) != ent_json_count(w))
		return false;
	switch (kind) {
	case ENT_JSON_OBJECT:
		return equal_objects(d, v, w);
	case ENT_JSON_ARRAY:
		for (size_t i = 0; i < ent_json_count(v); i++)
			if (!equal(d, ent_json_at(v, i), ent_json_at(w, i)))
				return false;
		return true;
	case ENT_JSON_STRING:
		return ent_str_eq(ent_json_str(v), ent_json_str(w));
	default:
		(void)ent_json_bool(v, &one);
		(void)ent_json_bool(w, &two);
		return one == two;
	}
}

static bool
same(struct differ *d, struct side v, struct side w)
{
	return v.sum->hash == w.sum->hash && equal(d, v.v, w.v);
}

/* ---- what is found ---- */

/* The i-th child of a side; at is filled for it. */
static struct side
child(struct side s, size_t i, struct ent_at *at)
{
	bool list = ent_json_is(s.v, ENT_JSON_ARRAY);

	assert(s.sum->kids); /* a value with children has their sums */
	*at = (struct ent_at){ s.at, list ? (struct ent_str){ NULL, 0 } : ent_json_key(s.v, i),
		               i };
	return (struct side){ ent_json_at(s.v, i), &s.sum->kids[i], at };
}

static bool
grow(struct differ *d)
{
	size_t room = d->room ? d->room * 2 : 16;
	struct ent_difference *list = ent_arena_array(d->arena, room, sizeof(*list));

	if (!list)
		return false;
	if (d->room)
		memcpy(list, d->out->list, d->room * sizeof(*list));
	d->out->list = list;
	d->room = room;
	return true;
}

static void
found(struct differ *d, enum ent_change what, const struct ent_at *at,
      const struct ent_json *before, const struct ent_json *after)
{
	struct ent_difference one = { .what = what, .before = before, .after = after };
	size_t n = ent_pointer_size(at);

	d->out->total++;
	if (d->nomem || d->out->count >= ENT_DIFFERENCES_MAX ||
	    n > ENT_POINTERS_MAX - d->pointers)
		return;
	d->pointers += n;
	one.pointer = ent_pointer_of(d->arena, at);
	if (!one.pointer.p || (d->out->count == d->room && !grow(d)))
		d->nomem = true;
	else
		d->out->list[d->out->count++] = one;
}

static void
removed(struct differ *d, struct side v)
{
	found(d, ENT_CHANGE_REMOVED, v.at, v.v, NULL);
}

static void
added(struct differ *d, struct side w)
{
	found(d, ENT_CHANGE_ADDED, w.at, NULL, w.v);
}

static void compare(struct differ *d, struct side v, struct side w);

/* ---- objects ---- */

/* Walks the members of both by their names; only says whether any is equal if it is asked that.
 */
static bool
members(struct differ *d, struct side v, struct side w, bool ask)
{
	size_t n, m, i = 0, j = 0;
	struct ent_member *one = ent_members_sorted(d->arena, v.v, &n);
	struct ent_member *two = ent_members_sorted(d->arena, w.v, &m);
	bool top = !w.at->up;

	if (!one || !two) {
		d->nomem = true;
		return false;
	}
	while ((i < n || j < m) && !d->nomem) {
		int order = i == n ? 1 : j == m ? -1 : ent_str_cmp(one[i].key, two[j].key);
		const struct ent_member *x = order <= 0 ? &one[i++] : NULL;
		const struct ent_member *y = order >= 0 ? &two[j++] : NULL;
		struct ent_at a, b;

		if (ask && x && y && v.sum->kids[x->index].hash == w.sum->kids[y->index].hash)
			return true;
		if (ask)
			continue;
		if (x && y)
			compare(d, child(v, x->index, &a), child(w, y->index, &b));
		else if (x && !(top && ent_is_default(x->key, x->value)))
			removed(d, child(v, x->index, &a));
		else if (y && !(top && ent_is_default(y->key, y->value)))
			added(d, child(w, y->index, &b));
	}
	return false;
}

/* ---- lists ---- */

/* An element of the old list that waits for its equal in the new one. */
struct waiting {
	size_t index;
	struct waiting *next, *last; /* last is kept in the first alone */
};

struct lists {
	struct side v, w;
	size_t begin, end_v,
	    end_w;               /* what stands between the equal starts and the equal ends */
	bool *found_v, *found_w; /* elements that are equal to one of the other */
	bool reordered;
};

static void
trim(struct differ *d, struct lists *l)
{
	struct ent_at a, b;
	size_t n = ent_json_count(l->v.v), m = ent_json_count(l->w.v);

	while (l->begin < n && l->begin < m &&
	       same(d, child(l->v, l->begin, &a), child(l->w, l->begin, &b)))
		l->begin++;
	while (n > l->begin && m > l->begin &&
	       same(d, child(l->v, n - 1, &a), child(l->w, m - 1, &b))) {
		n--;
		m--;
	}
	l->end_v = n;
	l->end_w = m;
}

static struct ent_str
key_of(const struct sum *s)
{
	return (struct ent_str){ (const char *)&s->hash, sizeof(s->hash) };
}

/* The old elements by their sums, each chain in their order. */
static struct ent_map *
wait_all(struct differ *d, const struct lists *l)
{
	struct ent_map *map = ent_map_new(d->arena);
	struct waiting *all = ent_arena_array(d->arena, l->end_v - l->begin, sizeof(*all));

	if (!map || !all)
		return NULL;
	for (size_t i = l->begin; i < l->end_v; i++) {
		struct waiting *one = &all[i - l->begin], *first;

		one->index = i;
		one->last = one;
		first = ent_map_get(map, key_of(&l->v.sum->kids[i]));
		if (first) {
			first->last->next = one;
			first->last = one;
		} else if (ent_map_put(map, key_of(&l->v.sum->kids[i]), one)) {
			return NULL;
		}
	}
	return map;
}

/* Finds for each new element the first old one that is equal and not taken. */
static void
match(struct differ *d, struct lists *l)
{
	struct ent_map *map = wait_all(d, l);
	size_t before = 0;
	bool any = false;

	if (!map) {
		d->nomem = true;
		return;
	}
	for (size_t j = l->begin; j < l->end_w; j++) {
		struct waiting *one = ent_map_get(map, key_of(&l->w.sum->kids[j]));
		struct ent_at a, b;

		/* the first of a chain stays in the map and points to the next that waits */
		while (one && l->found_v[one->index - l->begin] && one->next)
			one = one->next;
		if (!one || l->found_v[one->index - l->begin] ||
		    !same(d, child(l->v, one->index, &a), child(l->w, j, &b)))
			continue;
		l->found_v[one->index - l->begin] = true;
		l->found_w[j - l->begin] = true;
		if (one->next &&
		    ent_map_put(map, key_of(&l->v.sum->kids[one->index]), one->next)) {
			d->nomem = true;
			return;
		}
		l->reordered |= any && one->index < before;
		before = one->index;
		any = true;
	}
}

/* Two elements that stand between the same neighbours. */
static void
pair(struct differ *d, struct side v, struct side w)
{
	if (ent_json_is(v.v, ENT_JSON_OBJECT) && ent_json_is(w.v, ENT_JSON_OBJECT) &&
	    !members(d, v, w, true)) {
		removed(d, v);
		added(d, w);
	} else {
		compare(d, v, w);
	}
}

static void
lists(struct differ *d, struct side v, struct side w)
{
	struct lists l = { .v = v, .w = w };
	size_t i, j;

	trim(d, &l);
	l.found_v = ent_arena_array(d->arena, l.end_v - l.begin, sizeof(bool));
	l.found_w = ent_arena_array(d->arena, l.end_w - l.begin, sizeof(bool));
	if (!l.found_v || !l.found_w)
		d->nomem = true;
	else if (l.end_v > l.begin && l.end_w > l.begin)
		match(d, &l);
	if (d->nomem)
		return;
	if (l.reordered)
		found(d, ENT_CHANGE_REORDERED, w.at, v.v, w.v);
	for (i = j = l.begin; (i < l.end_v || j < l.end_w) && !d->nomem;) {
		bool old = i < l.end_v && !l.found_v[i - l.begin];
		bool new = j < l.end_w && !l.found_w[j - l.begin];
		struct ent_at a, b;

		if (old && new)
			pair(d, child(v, i, &a), child(w, j, &b));
		else if (old)
			removed(d, child(v, i, &a));
		else if (new)
			added(d, child(w, j, &b));
		/* both are known elsewhere: the next gap begins behind them */
		i += old || !new;
		j += new || !old;
	}
}

/* ---- values ---- */

/* As deep as the trees, whose depth their parser bounded. */
static void
compare(struct differ *d, struct side v, struct side w)
{
	enum ent_json_kind kind = ent_json_kind(v.v);

	if (d->nomem || same(d, v, w))
		return;
	if (kind == ENT_JSON_OBJECT && ent_json_is(w.v, kind))
		(void)members(d, v, w, false);
	else if (kind == ENT_JSON_ARRAY && ent_json_is(w.v, kind))
		lists(d, v, w);
	else
		found(d, ENT_CHANGE_VALUE, w.at, v.v, w.v);
}

int
ent_stix_diff(struct ent_arena *a, const struct ent_json *v, const struct ent_json *w,
              struct ent_diff *out, struct ent_err *err)
{
	struct differ d = { .arena = a, .out = out };
	struct ent_at at = { NULL, { NULL, 0 }, 0 };
	struct sum one = { 0 }, two = { 0 };

	*out = (struct ent_diff){ 0 };
	ent_random(d.seed, sizeof(d.seed));
	sum_of(&d, v, &one);
	sum_of(&d, w, &two);
	if (!d.nomem)
		compare(&d, (struct side){ v, &one, &at }, (struct side){ w, &two, &at });
	return d.nomem ? ent_fail(err, ENT_ENOMEM, "comparison of two objects") : 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * make.c - trees that weren't read from a text.
 */
#include "json/make.h"

#include <assert.h>

#include "base/arena.h"
#include "json/tree_int.h"

_Static_assert(ENT_JSON_MADE_AHEAD == ENT_JSON_AHEAD, "one promise about strings");

static struct ent_json *
make(struct ent_arena *a, enum ent_json_kind kind, size_t n)
{
	size_t nodes = kind == ENT_JSON_OBJECT ? 2 * n : n;
	struct ent_json *v;

	if (n > UINT32_MAX / 2)
		return NULL;
	/* the value itself, its header, its children */
	v = ent_arena_raw(a, (nodes + 2) * sizeof(*v));
	if (!v)
		return NULL;
	v[0] = (struct ent_json){ .kind = kind, .n = (uint32_t)n, .u.kids = v + 2 };
	v[1] = (struct ent_json){ .kind = 0, .n = 0, .u.s = NULL };
	for (size_t i = 2; i < nodes + 2; i++)
		v[i] = (struct ent_json){ .kind = ENT_JSON_NULL };
	return v;
}

struct ent_json *
ent_json_make_object(struct ent_arena *a, size_t n)
{
	return make(a, ENT_JSON_OBJECT, n);
}

struct ent_json *
ent_json_make_array(struct ent_arena *a, size_t n)
{
	return make(a, ENT_JSON_ARRAY, n);
}

static struct ent_json
string(struct ent_str s)
{
	return (struct ent_json){ .kind = ENT_JSON_STRING, .n = (uint32_t)s.n, .u.s = s.p };
}

struct ent_json *
ent_json_make_str(struct ent_arena *a, struct ent_str s)
{
	struct ent_json *v = s.n <= UINT32_MAX ? ent_arena_raw(a, sizeof(*v)) : NULL;

	if (v)
		*v = string(s);
	return v;
}

/* What was made stands in one block: the children follow the value and its header. */
static void
set(struct ent_json *v, size_t i, struct ent_str key, struct ent_json to)
{
	assert(i < v->n && v->u.kids == v + 2);
	if (v->kind == ENT_JSON_ARRAY) {
		v[2 + i] = to;
		return;
	}
	v[2 + 2 * i] = string(key);
	v[3 + 2 * i] = to;
}

void
ent_json_set_str(struct ent_json *v, size_t i, struct ent_str key, struct ent_str s)
{
	set(v, i, key, string(s));
}

void
ent_json_set_int(struct ent_json *v, size_t i, struct ent_str key, int64_t n)
{
	set(v, i, key, (struct ent_json){ .kind = ENT_JSON_INT, .u.i = n });
}

void
ent_json_set_double(struct ent_json *v, size_t i, struct ent_str key, double d)
{
	set(v, i, key, (struct ent_json){ .kind = ENT_JSON_DOUBLE, .u.d = d });
}

void
ent_json_set_bool(struct ent_json *v, size_t i, struct ent_str key, bool b)
{
	set(v, i, key, (struct ent_json){ .kind = ENT_JSON_BOOL, .u.i = b });
}

void
ent_json_set(struct ent_json *v, size_t i, struct ent_str key, const struct ent_json *to)
{
	set(v, i, key, to ? *to : (struct ent_json){ .kind = ENT_JSON_NULL });
}

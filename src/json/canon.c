/* SPDX-License-Identifier: Apache-2.0 */
/*
 * canon.c - the canonical form (RFC 8785) of a tree.
 */
#include <endian.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "json/tree_int.h"
#include "json/write.h"

#define FEW                                                                                    \
	32 /* up to here members are sorted by insertion: most objects come nearly sorted      \
	    */

struct member {
	uint64_t prefix; /* the first bytes of its name, the first the highest */
	const struct ent_json *name;
};

struct canon {
	struct ent_buf *b;
	struct member *list; /* of all open objects, one behind the other */
	size_t n, room;
};

static inline char *
room(struct ent_buf *b, size_t n)
{
	return b->p && !b->failed && n <= b->cap - b->n ? b->p + b->n : ent_buf_room(b, n);
}

static inline void
put_str(struct ent_buf *b, const struct ent_json *v)
{
	char *to;

	if (!(v->kind & ENT_JSON_PLAIN)) {
		struct ent_jw w = { b, false };

		ent_jw_str(&w, (struct ent_str){ v->u.s, v->n });
		return;
	}
	to = room(b, (size_t)v->n + 2);
	if (!to)
		return;
	*to++ = '"';
	memcpy(to, v->u.s, v->n);
	to[v->n] = '"';
	b->n += (size_t)v->n + 2;
}

/* ---- the order of members: by the UTF-16 code units of their names ---- */

static uint64_t
prefix_of(const struct ent_json *name)
{
	uint64_t u;

	memcpy(&u, name->u.s, sizeof(u)); /* ENT_JSON_AHEAD bytes are readable */
	u = be64toh(u);
	if (name->n < sizeof(u))
		u = name->n ? u >> (64 - 8 * name->n) << (64 - 8 * name->n) : 0;
	return u;
}

static inline int
order(const struct member *a, const struct member *b)
{
	const uint64_t beyond_ascii = UINT64_C(0x8080808080808080);

	if (a->prefix != b->prefix && !((a->prefix | b->prefix) & beyond_ascii))
		return a->prefix < b->prefix ? -1 : 1;
	/* names of one source begin alike: x_mitre_... */
	return ent_utf8_cmp16((struct ent_str){ a->name->u.s, a->name->n },
	                      (struct ent_str){ b->name->u.s, b->name->n });
}

static int
by_name(const void *a, const void *b)
{
	return order(a, b);
}

static void
sort(struct member *list, size_t n)
{
	if (n > FEW) {
		qsort(list, n, sizeof(*list), by_name);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		struct member m = list[i];
		size_t j = i;

		for (; j > 0 && order(&list[j - 1], &m) > 0; j--)
			list[j] = list[j - 1];
		list[j] = m;
	}
}

/* Room for the members of one more object; false if memory ran out. */
static bool
make_room(struct canon *c, size_t n)
{
	size_t want = c->n + n > 64 ? 2 * (c->n + n) : 64;
	struct member *list;

	if (c->n + n <= c->room)
		return true;
	list = realloc(c->list, want * sizeof(*list));
	if (!list)
		return false;
	c->list = list;
	c->room = want;
	return true;
}

static void put(struct canon *c, const struct ent_json *v);

static void
put_object(struct canon *c, const struct ent_json *v)
{
	size_t from = c->n;

	if (!make_room(c, v->n)) {
		c->b->failed = true;
		return;
	}
	for (size_t i = 0; i < v->n; i++) {
		const struct ent_json *name = &v->u.kids[2 * i];

		c->list[c->n++] = (struct member){ prefix_of(name), name };
	}
	if (v->n)
		sort(c->list + from, v->n);
	ent_buf_ch(c->b, '{');
	for (size_t i = 0; i < v->n; i++) {
		const struct ent_json *name = c->list[from + i].name;

		if (i)
			ent_buf_ch(c->b, ',');
		put_str(c->b, name);
		ent_buf_ch(c->b, ':');
		put(c, name + 1);
	}
	ent_buf_ch(c->b, '}');
	c->n = from;
}

static void
put_array(struct canon *c, const struct ent_json *v)
{
	ent_buf_ch(c->b, '[');
	for (size_t i = 0; i < v->n; i++) {
		if (i)
			ent_buf_ch(c->b, ',');
		put(c, &v->u.kids[i]);
	}
	ent_buf_ch(c->b, ']');
}

/* Recursion is as deep as the tree, whose depth its parser bounded. */
static void
put(struct canon *c, const struct ent_json *v)
{
	struct ent_jw w = { c->b, false };

	switch (ent_json_kind(v)) {
	case ENT_JSON_STRING:
		put_str(c->b, v);
		break;
	case ENT_JSON_OBJECT:
		put_object(c, v);
		break;
	case ENT_JSON_ARRAY:
		put_array(c, v);
		break;
	case ENT_JSON_INT:
		ent_json_put_int(c->b, v->u.i);
		break;
	case ENT_JSON_DOUBLE:
		ent_jw_double(&w, v->u.d);
		break;
	case ENT_JSON_BOOL:
		ent_jw_bool(&w, v->u.i != 0);
		break;
	default:
		ent_jw_null(&w);
	}
}

void
ent_json_canon_put(struct ent_buf *b, const struct ent_json *v)
{
	struct canon c = { .b = b };
	struct ent_str raw = ent_json_raw(v);

	(void)ent_buf_room(b, raw.n < b->max - b->n ? raw.n : 0); /* mostly enough */
	put(&c, v);
	free(c.list);
}

struct ent_str
ent_json_canon(struct ent_arena *a, const struct ent_json *v)
{
	struct ent_str out = { NULL, 0 };
	struct ent_buf b;
	char *p;

	ent_buf_init(&b, (size_t)UINT32_MAX);
	ent_json_canon_put(&b, v);
	p = ent_buf_ok(&b) ? ent_arena_raw(a, b.n + 1) : NULL;
	if (p) {
		memcpy(p, b.p, b.n);
		p[b.n] = '\0';
		out = (struct ent_str){ p, b.n };
	}
	ent_buf_release(&b);
	return out;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_path.c - object paths (STIX 2.1, 9.7), and comparison expressions over one object.
 */
#include "base/map.h"
#include "pattern/match_int.h"

static int
nomem(struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM, "no memory to follow an object path");
}

void
ent_eval_release(struct ent_eval *e)
{
	ent_buf_release(&e->a);
	ent_buf_release(&e->b);
	free(e->now);
	free(e->to);
	free(e->stamps);
}

static int
room(struct ent_eval *e, size_t n)
{
	size_t want = n < 16 ? 16 : n * 2;
	const struct ent_json **p;

	if (n <= e->room)
		return 0;
	p = realloc(e->now, want * sizeof(*p));
	if (!p)
		return ENT_ENOMEM;
	e->now = p;
	p = realloc(e->to, want * sizeof(*p));
	if (!p)
		return ENT_ENOMEM;
	e->to = p;
	e->room = want;
	return 0;
}

/* A fresh mark for the objects of o. */
static int
stamp(struct ent_eval *e, const struct ent_observed *o)
{
	if (o->n > e->n_stamps) {
		uint32_t *p = realloc(e->stamps, o->n * sizeof(*p));

		if (!p)
			return ENT_ENOMEM;
		memset(p + e->n_stamps, 0, (o->n - e->n_stamps) * sizeof(*p));
		e->stamps = p;
		e->n_stamps = o->n;
	}
	if (++e->stamp == 0) {
		memset(e->stamps, 0, e->n_stamps * sizeof(*e->stamps));
		e->stamp = 1;
	}
	return 0;
}

const struct ent_sighted *
ent_sighted_find(const struct ent_observed *o, struct ent_str id)
{
	if (o->ids)
		return ent_map_get(o->ids, id);
	for (size_t i = 0; i < o->n; i++)
		if (ent_str_eq(o->objects[i].id, id))
			return &o->objects[i];
	return NULL;
}

/* The object that v refers to, once a step; NULL if there is none or it was there before. */
static const struct ent_json *
follow(const struct ent_observed *o, const struct ent_json *v, struct ent_eval *e)
{
	const struct ent_sighted *s = ent_sighted_find(o, ent_json_str(v));

	if (!s || e->stamps[s - o->objects] == e->stamp)
		return NULL;
	e->stamps[s - o->objects] = e->stamp;
	return s->object;
}

static bool
index_of(struct ent_str text, size_t *out)
{
	uint64_t i;

	if (text.n && text.p[0] == '+')
		text = ent_str_from(text, 1);
	if (ent_str_is(text, "-0"))
		text = ENT_STR("0");
	if (ent_str_u64(text, SIZE_MAX, &i))
		return false; /* below 0, or above what any list has */
	*out = (size_t)i;
	return true;
}

/* From all of e->now one step on, into e->to; refs: the values there are references. */
static int
go(const struct ent_pat_step *s, const struct ent_observed *o, bool refs, struct ent_eval *e,
   size_t *n)
{
	size_t k = 0, at = 0;

	if (refs && stamp(e, o))
		return ENT_ENOMEM;
	if (s->kind == ENT_PAT_INDEX && !index_of(s->text, &at)) {
		*n = 0;
		return 0;
	}
	for (size_t i = 0; i < *n; i++) {
		const struct ent_json *v = e->now[i], *w = NULL;
		size_t all = ent_json_count(v);

		if (s->kind == ENT_PAT_NAME) {
			if (refs && ent_json_is(v, ENT_JSON_STRING))
				v = follow(o, v, e);
			w = ent_json_get(v, s->text);
		} else if (s->kind == ENT_PAT_INDEX && ent_json_is(v, ENT_JSON_ARRAY)) {
			w = ent_json_at(v, at);
		}
		if (w)
			e->to[k++] = w;
		if (s->kind != ENT_PAT_ANY || !ent_json_is(v, ENT_JSON_ARRAY))
			continue;
		if (room(e, k + all + *n))
			return ENT_ENOMEM;
		for (size_t j = 0; j < all; j++)
			e->to[k++] = ent_json_at(v, j);
	}
	*n = k;
	return 0;
}

static bool
is_ref(struct ent_str name)
{
	return ent_str_ends(name, "_ref") || ent_str_ends(name, "_refs");
}

/* All values that a path leads to, in e->now. */
static int
walk(const struct ent_cond *c, const struct ent_observed *o, size_t object, struct ent_eval *e,
     size_t *n, bool *refs)
{
	*n = 1;
	*refs = false;
	if (room(e, 1))
		return ENT_ENOMEM;
	e->now[0] = o->objects[object].object;
	for (const struct ent_pat_step *s = c->path; s && *n; s = s->next) {
		const struct ent_json **swap;

		if (go(s, o, *refs, e, n))
			return ENT_ENOMEM;
		if (s->kind == ENT_PAT_NAME)
			*refs = is_ref(s->text);
		swap = e->now;
		e->now = e->to;
		e->to = swap;
	}
	return 0;
}

static int
test(const struct ent_cond *c, const struct ent_observed *o, size_t object, struct ent_eval *e,
     struct ent_err *err)
{
	size_t n;
	bool refs;
	int yes = 0;

	if (!ent_str_eq(o->objects[object].type, c->type))
		return 0;
	if (walk(c, o, object, e, &n, &refs))
		return nomem(err);
	if (c->op == ENT_PAT_EXISTS)
		return (n > 0) != c->negated;
	/* A reference is the object, and an object compares with nothing. */
	for (size_t i = 0; i < n && !refs && (!yes || c->raises); i++) {
		int rc = ent_cond_value(c, e->now[i], e, err);

		if (rc < 0)
			return rc;
		yes = yes || rc;
	}
	return yes;
}

/* Recurses as deep as the parser did. */
int
ent_cond_object(const struct ent_cond *c, const struct ent_observed *o, size_t object,
                struct ent_eval *e, struct ent_err *err)
{
	bool any = c->kind == ENT_PAT_OR;
	int yes = !any;

	if (c->kind == ENT_PAT_TEST)
		return test(c, o, object, e, err);
	for (const struct ent_cond *k = c->child; k; k = k->next) {
		int rc;

		if (yes == (int)any && !c->raises)
			break;
		rc = ent_cond_object(k, o, object, e, err);
		if (rc < 0)
			return rc;
		yes = any ? yes || rc : yes && rc;
	}
	return yes;
}

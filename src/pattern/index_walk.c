/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_walk.c - an observation through the tree of paths: which brackets could it satisfy, and
 * which does it?
 *
 * At each node stand the values that the path leads to.  References are followed once for each
 * step and object, so the values of a node are never more than those of the observation.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "pattern/index_int.h"

#define FEW_CHILDREN 16 /* so many are asked for by name */

struct walk {
	struct ent_pattern_set *s;
	const struct ent_observed *o;
	size_t object;
	size_t top; /* of the stack of values */
	int rc;
	struct ent_err *err;
};

static void
nomem(struct walk *w)
{
	w->rc = ent_fail(w->err, ENT_ENOMEM, "no memory to look at an observation");
}

/* ---- candidates ---- */

static void
holds(struct walk *w, struct ent_rule_bracket *b, size_t object)
{
	struct ent_rule *r = b->rule;

	b->held = w->s->now;
	b->object = object;
	if (r->seen == w->s->now)
		return;
	r->seen = w->s->now;
	r->touched = w->s->touched;
	w->s->touched = r;
}

static void
candidate(struct walk *w, struct ent_rule_bracket *b)
{
	struct ent_pattern_set *s = w->s;
	const struct ent_cond *c = b->is->cond;
	struct ent_err err = { 0 };
	size_t object = w->object;
	int yes;

	if (b->held == s->now ||
	    (b->tried == s->now && (c->raises || b->tried_object == w->object)))
		return;
	b->tried = s->now;
	b->tried_object = w->object;
	if (w->o->last < b->span.from || w->o->first > b->span.to)
		return;
	s->stats.candidates++;
	yes = c->raises ? ent_bracket_holds(b->is, w->o, &s->eval, &object, &err)
	                : ent_cond_object(c, w->o, w->object, &s->eval, &err);
	if (yes == ENT_ENOMEM)
		nomem(w);
	else if (yes < 0)
		ent_set_failed(s, b->rule, &err);
	else if (yes)
		holds(w, b, object);
}

static void
all_on(struct walk *w, const struct ent_post *p)
{
	for (; p && w->rc == 0; p = p->next)
		candidate(w, p->bracket);
}

static void
look(struct walk *w, uint64_t hash)
{
	struct ent_slot *slot = ent_table_find(&w->s->posts, hash);

	if (slot)
		all_on(w, slot->value);
}

static void
look_string(struct walk *w, const struct ent_node *n, enum ent_anchor kind, struct ent_str s)
{
	if (n->count[kind] && s.p)
		look(w, ent_seed_hash(&w->s->seed, n->id, kind, s));
}

/* ---- values ---- */

static void
look_net(struct walk *w, const struct ent_node *n, struct ent_str s)
{
	const uint32_t *lengths;
	struct ent_net net;

	if (s.n > 64 || !ent_net_read(s, &net))
		return;
	lengths = n->lengths + (net.size == 128 ? ENT_NET_6 : 0);
	for (unsigned bits = 0; bits <= net.bits && w->rc == 0; bits++)
		if (lengths[bits])
			look(w, ent_anchor_net(w->s, n, &net, bits));
}

static void
look_suffix(struct walk *w, const struct ent_node *n, struct ent_str s)
{
	uint64_t h = ent_seed_tail(&w->s->seed, n->id, ENT_ANCHOR_SUFFIX);

	for (size_t i = s.n; i-- > 0 && w->rc == 0;) {
		h = ent_seed_before(&w->s->seed, h, (unsigned char)s.p[i]);
		if (s.p[i] == '.')
			look(w, ent_seed_done(h));
	}
}

static bool
stands(const struct ent_post *p, struct ent_str s, size_t at)
{
	return p->at <= at && p->literal.n - p->at <= s.n - at &&
	       memcmp(s.p + at - p->at, p->literal.p, p->literal.n) == 0;
}

static void
look_grams(struct walk *w, const struct ent_node *n, struct ent_str s)
{
	for (size_t i = 0; i + ENT_GRAM <= s.n && w->rc == 0; i++) {
		uint64_t hash = ent_seed_gram(&w->s->seed, n->id, s.p + i);
		struct ent_slot *slot;

		if (!w->s->grams[ENT_GRAM_PLACE(hash)])
			continue;
		slot = ent_table_find(&w->s->posts, hash);
		for (const struct ent_post *p = slot ? slot->value : NULL; p && w->rc == 0;
		     p = p->next)
			if (stands(p, s, i))
				candidate(w, p->bracket);
	}
}

static void
look_text(struct walk *w, const struct ent_node *n, struct ent_str s)
{
	struct ent_str normal = ent_nfc(s, &w->s->normal);

	if (!normal.p) {
		nomem(w);
		return;
	}
	look_string(w, n, ENT_ANCHOR_TEXT, normal);
	if (n->count[ENT_ANCHOR_SUFFIX])
		look_suffix(w, n, normal);
	if (!n->count[ENT_ANCHOR_GRAM])
		return;
	normal = ent_fold(normal, &w->s->folded);
	if (normal.p)
		look_grams(w, n, normal);
	else
		nomem(w);
}

static void
string(struct walk *w, const struct ent_node *n, struct ent_str s)
{
	look_string(w, n, ENT_ANCHOR_STRING, s);
	if (n->count[ENT_ANCHOR_FOLDED])
		look_string(w, n, ENT_ANCHOR_FOLDED, ent_lower(s, &w->s->folded));
	if (n->count[ENT_ANCHOR_BYTES])
		look_string(w, n, ENT_ANCHOR_BYTES, ent_form_bytes(s, n->form, &w->s->folded));
	if (n->count[ENT_ANCHOR_NET])
		look_net(w, n, s);
	if (n->count[ENT_ANCHOR_TEXT] || n->count[ENT_ANCHOR_SUFFIX] ||
	    n->count[ENT_ANCHOR_GRAM])
		look_text(w, n, s);
}

static void
value(struct walk *w, const struct ent_node *n, const struct ent_json *v)
{
	bool truth;
	double d;

	if (ent_json_is(v, ENT_JSON_STRING))
		string(w, n, ent_json_str(v));
	else if (n->count[ENT_ANCHOR_NUMBER] && ent_json_double(v, &d))
		look(w, ent_anchor_number(w->s, n, d));
	else if (n->count[ENT_ANCHOR_BOOL] && ent_json_bool(v, &truth))
		look_string(w, n, ENT_ANCHOR_BOOL, truth ? ENT_STR("t") : ENT_STR("f"));
}

/* ---- the tree ---- */

static void
push(struct walk *w, const struct ent_json *v)
{
	struct ent_pattern_set *s = w->s;

	if (w->top == s->room) {
		size_t room = s->room * 2 + 64;
		const struct ent_json **p = realloc(s->values, room * sizeof(*p));

		if (!p) {
			nomem(w);
			return;
		}
		s->values = p;
		s->room = room;
	}
	s->values[w->top++] = v;
}

/* Each object once, from here on. */
static bool
fresh(struct walk *w, size_t object)
{
	struct ent_pattern_set *s = w->s;

	if (s->marks[object] == s->mark)
		return false;
	s->marks[object] = s->mark;
	return true;
}

static int
mark(struct walk *w)
{
	struct ent_pattern_set *s = w->s;

	if (w->o->n > s->n_marks) {
		uint32_t *p = realloc(s->marks, w->o->n * sizeof(*p));

		if (!p) {
			nomem(w);
			return w->rc;
		}
		memset(p + s->n_marks, 0, (w->o->n - s->n_marks) * sizeof(*p));
		s->marks = p;
		s->n_marks = w->o->n;
	}
	if (++s->mark == 0) {
		memset(s->marks, 0, s->n_marks * sizeof(*s->marks));
		s->mark = 1;
	}
	return 0;
}

/* The objects among the values from on, or that they refer to, onto the stack. */
static void
objects(struct walk *w, const struct ent_node *n, size_t from, size_t to)
{
	if (n->refs && mark(w))
		return;
	for (size_t i = from; i < to && w->rc == 0; i++) {
		const struct ent_json *v = w->s->values[i];
		const struct ent_sighted *at = NULL;

		if (ent_json_is(v, ENT_JSON_OBJECT)) {
			push(w, v);
			continue;
		}
		if (n->refs && ent_json_is(v, ENT_JSON_STRING))
			at = ent_sighted_find(w->o, ent_json_str(v));
		if (at && fresh(w, (size_t)(at - w->o->objects)))
			push(w, at->object);
	}
}

static void visit(struct walk *w, struct ent_node *n, size_t from);

/* A node of many children, asked for by the members that there are. */
static void
members(struct walk *w, const struct ent_node *n, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		for (size_t k = 0; k < ent_json_count(w->s->values[i]) && w->rc == 0; k++) {
			const struct ent_json *v = w->s->values[i];
			struct ent_node *c = ent_node_find(w->s, n, ent_json_key(v, k));
			size_t top = w->top;

			if (!c)
				continue;
			push(w, ent_json_at(v, k));
			visit(w, c, top);
			w->top = top;
		}
}

static void
named(struct walk *w, const struct ent_node *n, size_t from)
{
	size_t objs = w->top, top;

	objects(w, n, from, objs);
	top = w->top;
	if (n->children > FEW_CHILDREN) {
		members(w, n, objs, top);
	} else {
		for (struct ent_node *c = n->child; c && w->rc == 0; c = c->next) {
			for (size_t i = objs; i < top && w->rc == 0; i++) {
				const struct ent_json *v =
				    ent_json_get(w->s->values[i], c->name);

				if (v)
					push(w, v);
			}
			visit(w, c, top);
			w->top = top;
		}
	}
	w->top = objs;
}

/* The values of n are on the stack, from on.  Recurses ENT_INDEX_DEPTH deep. */
static void
visit(struct walk *w, struct ent_node *n, size_t from)
{
	size_t top = w->top;

	if (top == from || w->rc)
		return;
	all_on(w, n->here);
	for (size_t i = from; i < top && !n->refs && w->rc == 0; i++)
		value(w, n, w->s->values[i]);
	if (n->children)
		named(w, n, from);
	if (!n->any)
		return;
	for (size_t i = from; i < top && w->rc == 0; i++) {
		const struct ent_json *v = w->s->values[i];

		for (size_t k = 0;
		     ent_json_is(v, ENT_JSON_ARRAY) && k < ent_json_count(v) && w->rc == 0; k++)
			push(w, ent_json_at(v, k));
	}
	visit(w, n->any, top);
	w->top = top;
}

int
ent_walk(struct ent_pattern_set *s, const struct ent_observed *o, struct ent_err *err)
{
	struct walk w = { .s = s, .o = o, .err = err };

	for (size_t i = 0; i < o->n && w.rc == 0; i++) {
		struct ent_node *n = ent_node_find(s, NULL, o->objects[i].type);

		if (!n || !o->objects[i].type.p)
			continue;
		w.object = i;
		push(&w, o->objects[i].object);
		visit(&w, n, 0);
		w.top = 0;
	}
	return w.rc;
}

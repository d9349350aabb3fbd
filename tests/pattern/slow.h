/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slow.h - patterns by trying everything: each way in which observations can be bound to
 * brackets is made, and looked at.
 *
 * It shares nothing with the matcher but the tree and the observations.  A binding says how
 * many of each observation it takes, at most number_observed times.  Comparisons are of whole
 * numbers and ASCII strings alone.
 */
#ifndef ENT_TESTS_PATTERN_SLOW_H
#define ENT_TESTS_PATTERN_SLOW_H
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "pattern/match.h"

#define SLOW_OBSERVED 8
#define SLOW_BINDINGS 4000

struct slow_binding {
	unsigned char takes[SLOW_OBSERVED];
};

struct slow_set {
	struct slow_binding *list;
	size_t n;
	bool full; /* there would be more: no answer */
};

struct slow {
	const struct ent_observations *o;
};

/* ---- within brackets ---- */

static inline bool
slow_like(struct ent_str s, struct ent_str like)
{
	if (!like.n)
		return !s.n;
	if (like.p[0] == '%')
		return slow_like(s, ent_str_from(like, 1)) ||
		       (s.n && slow_like(ent_str_from(s, 1), like));
	return s.n && (like.p[0] == '_' || like.p[0] == s.p[0]) &&
	       slow_like(ent_str_from(s, 1), ent_str_from(like, 1));
}

/* A number of the pattern, whose text doesn't end with a NUL. */
static inline double
slow_number(struct ent_str s)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%.*s", ENT_FMT(s));
	return strtod(text, NULL);
}

/* -1, 0, 1; 2 where the types differ. */
static inline int
slow_order(const struct ent_json *v, const struct ent_pat_value *k)
{
	int64_t i = 0;
	int order;

	if (k->type == ENT_PAT_STRING && ent_json_is(v, ENT_JSON_STRING)) {
		order = ent_str_cmp(ent_json_str(v), k->text);
		return order < 0 ? -1 : order > 0;
	}
	if (k->type != ENT_PAT_INT || !ent_json_is(v, ENT_JSON_INT))
		return 2;
	(void)ent_json_int(v, &i);
	return (double)i < slow_number(k->text) ? -1 : (double)i > slow_number(k->text);
}

static inline bool
slow_value(const struct ent_pat_node *n, const struct ent_json *v)
{
	bool yes = false;

	if (ent_json_is(v, ENT_JSON_ARRAY) || ent_json_is(v, ENT_JSON_OBJECT))
		return false;
	for (const struct ent_pat_value *k = n->value; k; k = k->next) {
		int r = slow_order(v, k);

		yes = yes ||
		      (n->op == ENT_PAT_NE     ? r != 0
		       : n->op == ENT_PAT_LT   ? r == -1
		       : n->op == ENT_PAT_GE   ? r == 0 || r == 1
		       : n->op == ENT_PAT_LIKE ? r != 2 && slow_like(ent_json_str(v), k->text)
		                               : r == 0);
	}
	return yes != n->negated;
}

static inline const struct ent_json *
slow_find(const struct ent_observed *o, struct ent_str id)
{
	for (size_t i = 0; id.p && i < o->n; i++)
		if (ent_str_eq(o->objects[i].id, id))
			return o->objects[i].object;
	return NULL;
}

/* EXISTS: is there anything?  Else: is there a value that holds? */
static inline bool
slow_path(const struct ent_pat_node *n, const struct ent_observed *o,
          const struct ent_pat_step *s, const struct ent_json *v, bool ref)
{
	bool list = ent_json_is(v, ENT_JSON_ARRAY), yes = false;

	if (!v)
		return false;
	if (!s)
		return n->op == ENT_PAT_EXISTS || (!ref && slow_value(n, v));
	if (s->kind == ENT_PAT_NAME) {
		if (ref && ent_json_is(v, ENT_JSON_STRING))
			v = slow_find(o, ent_json_str(v));
		return slow_path(n, o, s->next, ent_json_get(v, s->text),
		                 ent_str_ends(s->text, "_ref") ||
		                     ent_str_ends(s->text, "_refs"));
	}
	for (size_t i = 0; list && i < ent_json_count(v); i++)
		if (s->kind == ENT_PAT_ANY || i == (uint64_t)slow_number(s->text))
			yes = yes || slow_path(n, o, s->next, ent_json_at(v, i), ref);
	return yes;
}

static inline bool
slow_object(const struct ent_pat_node *n, const struct ent_observed *o, size_t i)
{
	bool any = false, all = true;

	if (n->kind == ENT_PAT_TEST && n->op == ENT_PAT_EXISTS)
		return ent_str_eq(o->objects[i].type, n->type) &&
		       slow_path(n, o, n->path, o->objects[i].object, false) != n->negated;
	if (n->kind == ENT_PAT_TEST)
		return ent_str_eq(o->objects[i].type, n->type) &&
		       slow_path(n, o, n->path, o->objects[i].object, false);
	for (const struct ent_pat_node *c = n->child; c; c = c->next) {
		bool yes = slow_object(c, o, i);

		any = any || yes;
		all = all && yes;
	}
	return n->kind == ENT_PAT_OR ? any : all;
}

static inline bool
slow_holds(const struct ent_pat_node *n, const struct ent_observed *o)
{
	for (size_t i = 0; i < o->n; i++)
		if (slow_object(n->child, o, i))
			return true;
	return false;
}

/* ---- around them ---- */

static inline void
slow_add(struct slow_set *s, const struct slow_binding *b)
{
	for (size_t i = 0; i < s->n; i++)
		if (memcmp(&s->list[i], b, sizeof(*b)) == 0)
			return;
	if (s->n == SLOW_BINDINGS) {
		s->full = true;
		return;
	}
	s->list[s->n++] = *b;
}

static inline struct slow_set
slow_new(void)
{
	struct slow_set s = { calloc(SLOW_BINDINGS, sizeof(*s.list)), 0, false };

	if (!s.list)
		abort();
	return s;
}

/* The earliest end and the latest start of what a binding takes. */
static inline void
slow_times(const struct slow *w, const struct slow_binding *b, int64_t *last, int64_t *first)
{
	*last = INT64_MAX;
	*first = INT64_MIN;
	for (size_t i = 0; i < w->o->n; i++) {
		if (!b->takes[i])
			continue;
		*last = w->o->list[i].last < *last ? w->o->list[i].last : *last;
		*first = w->o->list[i].first > *first ? w->o->list[i].first : *first;
	}
}

/* Each of x with each of y that takes other observations; ordered: y not before x. */
static inline struct slow_set
slow_both(const struct slow *w, struct slow_set x, struct slow_set y, bool ordered)
{
	struct slow_set out = slow_new();

	out.full = x.full || y.full;
	for (size_t i = 0; i < x.n && !out.full; i++)
		for (size_t j = 0; j < y.n && !out.full; j++) {
			struct slow_binding b = x.list[i];
			int64_t none, start, end;
			bool fits = true;

			slow_times(w, &x.list[i], &none, &start);
			slow_times(w, &y.list[j], &end, &none);
			for (size_t k = 0; k < w->o->n; k++) {
				b.takes[k] = (unsigned char)(b.takes[k] + y.list[j].takes[k]);
				fits = fits && b.takes[k] <= w->o->list[k].count;
			}
			if (fits && (!ordered || start <= end))
				slow_add(&out, &b);
		}
	return out;
}

static inline struct slow_set
slow_keep(const struct slow *w, struct slow_set s, const struct ent_pat_node *n, unsigned kind)
{
	int64_t from = 0, to = 0, window;
	size_t k = 0;

	(void)ent_time_parse(n->start, &from, NULL);
	(void)ent_time_parse(n->stop, &to, NULL);
	window = kind == ENT_PAT_WITHIN ? (int64_t)(slow_number(n->within) * 1e6 + .5) : 0;
	for (size_t i = 0; i < s.n; i++) {
		int64_t last, first;
		bool yes = true;

		slow_times(w, &s.list[i], &last, &first);
		if (kind == ENT_PAT_WITHIN)
			yes = first - last <= window;
		for (size_t o = 0; kind == ENT_PAT_STARTSTOP && o < w->o->n; o++) {
			const struct ent_observed *at = &w->o->list[o];
			int64_t begin = at->first > from ? at->first : from;

			/* the first instant of both is before the end of both */
			if (s.list[i].takes[o])
				yes = yes && begin <= at->last && begin < to;
		}
		if (yes)
			s.list[k++] = s.list[i];
	}
	s.n = k;
	return s;
}

static inline struct slow_set slow_node(const struct slow *w, const struct ent_pat_node *n);

static inline struct slow_set
slow_qualified(const struct slow *w, const struct ent_pat_node *n)
{
	struct slow_set s = slow_node(w, n->child);

	for (unsigned order = n->order; order; order >>= 4) {
		unsigned kind = order & 15;
		unsigned long times =
		    kind == ENT_PAT_REPEATS ? (size_t)slow_number(n->repeats) : 0;
		struct slow_set all = s;

		if (!times) {
			s = slow_keep(w, s, n, kind);
			continue;
		}
		for (unsigned long i = 1; i < times; i++) {
			struct slow_set more = slow_both(w, all, s, false);

			if (all.list != s.list)
				free(all.list);
			all = more;
		}
		if (all.list != s.list)
			free(s.list);
		s = all;
	}
	return s;
}

static inline struct slow_set
slow_node(const struct slow *w, const struct ent_pat_node *n)
{
	struct slow_set out;

	if (n->kind == ENT_PAT_QUALIFIED)
		return slow_qualified(w, n);
	out = slow_new();
	for (size_t i = 0; n->kind == ENT_PAT_OBS && i < w->o->n; i++) {
		struct slow_binding b = { { 0 } };

		b.takes[i] = 1;
		if (slow_holds(n, &w->o->list[i]))
			slow_add(&out, &b);
	}
	if (n->kind == ENT_PAT_OBS)
		return out;
	for (const struct ent_pat_node *c = n->child; c; c = c->next) {
		struct slow_set s = slow_node(w, c), both;

		if (c == n->child || n->kind == ENT_PAT_OBS_OR) {
			out.full = out.full || s.full;
			for (size_t i = 0; i < s.n; i++)
				slow_add(&out, &s.list[i]);
		} else {
			both = slow_both(w, out, s, n->kind == ENT_PAT_FOLLOWEDBY);
			free(out.list);
			out = both;
		}
		free(s.list);
	}
	return out;
}

/* 1, 0, or -1 where there are too many bindings. */
static inline int
slow_match(const struct slow *w, const struct ent_pat_node *tree)
{
	struct slow_set s = slow_node(w, tree);
	int rc = s.full ? -1 : s.n > 0;

	free(s.list);
	return rc;
}

#endif

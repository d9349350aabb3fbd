/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_greedy.c - REPEATS of more than brackets: copy after copy, each of what those before it
 * have left.
 *
 * That finds most of what can be found, in copies times observations, where the search would go
 * through all ways to share the observations among the copies.  When it finds nothing that says
 * nothing.
 */
#include "base/limits.h"
#include "pattern/match_int.h"

struct greedy {
	const uint64_t *counts;
	uint64_t *left; /* of each observation */
	size_t observed;
	struct ent_arena *each; /* for one copy */
	struct ent_hit *hits;   /* of all so far */
	size_t n, room;
	uint64_t work;
	struct ent_err *err;
};

static int
nomem(struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM, "no memory to combine observations");
}

/* p without what is used up or not in span.  Recurses as deep as the parser did. */
static struct ent_part *
filtered(struct greedy *g, const struct ent_part *p, struct ent_span span)
{
	struct ent_part *to = ent_arena_alloc(g->each, sizeof(*to)), **last;

	if (!to)
		return NULL;
	*to = *p;
	to->child = to->next = NULL;
	to->n_items = 0;
	to->items = ent_arena_array(g->each, p->n_items, sizeof(*to->items));
	if (!to->items)
		return NULL;
	for (size_t i = 0; i < p->n_items; i++) {
		struct ent_part_item item = p->items[i];

		item.count = g->left[item.observed];
		if (item.count && ent_span_has(span, &item))
			to->items[to->n_items++] = item;
	}
	g->work -= g->work < p->n_items + 1 ? g->work : p->n_items + 1;
	last = &to->child;
	for (const struct ent_part *c = p->child; c; c = c->next) {
		*last = filtered(g, c, span);
		if (!*last)
			return NULL;
		last = &(*last)->next;
	}
	return to;
}

static int
keep(struct greedy *g, const struct ent_hits *h, uint64_t times)
{
	if (g->room - g->n < h->n) {
		size_t room = (g->room + h->n) * 2;
		struct ent_hit *list = realloc(g->hits, room * sizeof(*list));

		if (!list)
			return nomem(g->err);
		g->hits = list;
		g->room = room;
	}
	for (size_t i = 0; i < h->n; i++) {
		g->hits[g->n] = h->list[i];
		g->hits[g->n++].times *= times;
	}
	return 0;
}

/* How often the same observations can be taken so: uses them up.  want is above 0. */
static uint64_t
take(struct greedy *g, const struct ent_hits *h, uint64_t want)
{
	for (size_t i = 0; i < h->n; i++)
		g->left[h->list[i].observed] -= h->list[i].times; /* the first */
	for (size_t i = 0; i < h->n; i++)
		for (size_t k = i; k < h->n; k++)
			if (k != i && h->list[k].observed == h->list[i].observed)
				return 1; /* two brackets share it: one by one */
	for (size_t i = 0; i < h->n; i++) {
		uint64_t n = g->left[h->list[i].observed] / h->list[i].times + 1;

		want = n < want ? n : want;
	}
	for (size_t i = 0; i < h->n; i++)
		g->left[h->list[i].observed] -= h->list[i].times * (want - 1);
	return want;
}

/* 1 if n copies of p fit, 0 if it doesn't know, or an error. */
static int
copies(struct greedy *g, const struct ent_part *p, uint64_t n, struct ent_span span)
{
	memcpy(g->left, g->counts, g->observed * sizeof(*g->left));
	g->n = 0;
	while (n > 0) {
		struct ent_hits h = { NULL, 0 };
		struct ent_part *one;
		uint64_t steps = g->work, took;
		int rc;

		ent_arena_reset(g->each);
		one = filtered(g, p, span);
		if (!one)
			return nomem(g->err);
		rc = g->work ? ent_part_search(one, g->observed, g->left, &steps, g->each, &h,
		                               g->err)
		             : 0;
		g->work = steps < g->work ? steps : g->work;
		if (rc <= 0 || !h.n)
			return rc == ENT_ENOMEM ? rc : 0;
		took = take(g, &h, n);
		rc = keep(g, &h, took);
		if (rc)
			return rc;
		n -= took;
	}
	return 1;
}

static int
down(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a < b) - (a > b);
}

/* Where windows begin: the ends of observations, each once, the latest first.  Recurses as deep
 * as the parser did. */
static size_t
ends(const struct ent_part *p, int64_t *list, size_t n)
{
	for (size_t i = 0; i < p->n_items; i++)
		list[n++] = p->items[i].last;
	for (const struct ent_part *c = p->child; c; c = c->next)
		n = ends(c, list, n);
	return n;
}

static size_t
items(const struct ent_part *p)
{
	size_t n = p->n_items;

	for (const struct ent_part *c = p->child; c; c = c->next)
		n += items(c);
	return n;
}

/* All windows of that length. */
static int
windows(struct greedy *g, const struct ent_part *p, int64_t within)
{
	size_t n = items(p);
	int64_t *list = calloc(n + 1, sizeof(*list));
	int rc = list ? 0 : nomem(g->err);

	if (list && n) {
		(void)ends(p, list, 0);
		qsort(list, n, sizeof(*list), down);
	}
	for (size_t i = 0; rc == 0 && i < n && g->work; i++) {
		struct ent_span span = { list[i], 0 };

		if (i && list[i] == list[i - 1])
			continue;
		if (__builtin_add_overflow(list[i], within, &span.to))
			span.to = INT64_MAX;
		rc = copies(g, p->child, p->n, span);
	}
	free(list);
	return rc;
}

int
ent_part_greedy(const struct ent_part *p, size_t observed, const uint64_t *counts,
                uint64_t steps, struct ent_arena *a, struct ent_hits *out, struct ent_err *err)
{
	struct greedy g = { .counts = counts, .observed = observed, .work = steps, .err = err };
	const struct ent_part *c = p->kind == ENT_PART_WITHIN ? p->child : p;
	struct ent_span always = { INT64_MIN / 4, INT64_MAX / 4 };
	struct ent_hit *list = NULL;
	int rc = 0;

	if (c->kind != ENT_PART_COPIES)
		return 0;
	g.left = calloc(observed + 1, sizeof(*g.left));
	g.each = ent_arena_new(ENT_MATCH_ARENA);
	if (!g.left || !g.each)
		rc = nomem(err);
	else
		rc = c == p ? copies(&g, c->child, c->n, always) : windows(&g, c, p->within);
	if (rc == 1 && out) {
		list = ent_arena_array(a, g.n, sizeof(*list));
		if (!list)
			rc = nomem(err);
		else if (g.hits)
			memcpy(list, g.hits, g.n * sizeof(*list));
		*out = (struct ent_hits){ list, list ? g.n : 0 };
	}
	ent_arena_free(g.each);
	free(g.left);
	free(g.hits);
	return rc;
}

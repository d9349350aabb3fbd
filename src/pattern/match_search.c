/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_search.c - different observations for all brackets of a pattern.
 *
 * Once the branch of each OR and the instants that part each FOLLOWEDBY and begin each WITHIN
 * are chosen, each bracket only has a span of time, and who takes which observation is a flow.
 * The choices are gone through depth first; one is left as soon as the flow of the brackets so
 * far fails, or a part has no observations in its span.  The first that is tried is what the
 * fronts propose: where no observation is wanted twice, it is right.
 */
#include "base/limits.h"
#include "pattern/match_int.h"

/* What is still to be satisfied, times over. */
struct todo {
	const struct ent_part *part;
	const struct todo *next;
	size_t upto; /* children of a SEQ */
	uint64_t times;
	size_t from; /* choices before this one have been used up */
	struct ent_span span;
};

/* An end or a beginning, and how many observations there are up to it. */
struct edge {
	int64_t at;
	uint64_t upto;
};

struct search {
	struct ent_arena *a; /* of todos and demands */
	size_t observed;
	const uint64_t *counts;
	struct ent_demand *demands;
	size_t n, room;
	uint64_t work;
	struct edge *lasts, *firsts; /* of all observations, in order */
	size_t edges;
	unsigned depth;
	struct ent_arena *out;
	struct ent_hits *hits;
	struct ent_err *err;
};

static int
nomem(struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM, "no memory to combine observations");
}

static int
spend(struct search *s, uint64_t n)
{
	if (s->work < n)
		return ent_fail(s->err, ENT_ELIMIT,
		                "too many ways in which observations can be combined");
	s->work -= n;
	return 0;
}

/* ---- choices ---- */

static int solve(struct search *s, const struct todo *list);

static const struct todo *
add(struct search *s, const struct todo *next, const struct ent_part *p, size_t upto,
    uint64_t times, struct ent_span span)
{
	struct todo *t = ent_arena_alloc(s->a, sizeof(*t));

	if (t)
		*t = (struct todo){ p, next, upto, times, 0, span };
	return t;
}

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t
product(uint64_t a, uint64_t b)
{
	uint64_t out;

	return __builtin_mul_overflow(a, b, &out) ? UINT64_MAX : out;
}

static int
demand(struct search *s, const struct todo *t)
{
	if (s->n == s->room) {
		size_t room = s->room * 2 + 16;
		struct ent_demand *p = ent_arena_array(s->a, room, sizeof(*p));

		if (!p)
			return nomem(s->err);
		if (s->n)
			memcpy(p, s->demands, s->n * sizeof(*p));
		s->demands = p;
		s->room = room;
	}
	s->demands[s->n++] =
	    (struct ent_demand){ t->part, product(t->part->n, t->times), t->span };
	return 0;
}

/* Instants that the observations of a part end or begin at, in its span; each once. */
struct instants {
	int64_t *list;
	size_t n, room;
};

static int
up(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return (a > b) - (a < b);
}

/* Recurses as deep as the parser did. */
static int
gather(struct search *s, const struct ent_part *p, size_t upto, struct ent_span span, bool ends,
       struct instants *out)
{
	int rc = spend(s, p->n_items + 1);

	for (const struct ent_part *c = p->child; rc == 0 && c && upto > 0; c = c->next, upto--)
		rc = gather(s, c, SIZE_MAX, span, ends, out);
	for (size_t i = 0; rc == 0 && i < p->n_items; i++) {
		if (!ent_span_has(span, &p->items[i]))
			continue;
		if (out->n == out->room) {
			size_t room = out->room * 2 + 64;
			int64_t *list = realloc(out->list, room * sizeof(*list));

			if (!list)
				return nomem(s->err);
			out->list = list;
			out->room = room;
		}
		out->list[out->n++] = ends ? p->items[i].last : p->items[i].first;
	}
	return rc;
}

static int
instants(struct search *s, const struct todo *t, struct instants *out)
{
	bool ends = t->part->kind == ENT_PART_WITHIN;
	size_t k = 0;
	int rc = gather(s, t->part, ends ? SIZE_MAX : t->upto - 1, t->span, ends, out);

	if (rc)
		return rc;
	if (out->n)
		qsort(out->list, out->n, sizeof(*out->list), up);
	for (size_t i = 0; i < out->n; i++)
		if (!i || out->list[i] != out->list[k - 1])
			out->list[k++] = out->list[i];
	out->n = k;
	return 0;
}

static int64_t
later(int64_t t, int64_t d)
{
	int64_t out;

	return __builtin_add_overflow(t, d, &out) ? INT64_MAX : out;
}

/* The rest of the list behind the part of t, of which times are done by choice i. */
static const struct todo *
rest(struct search *s, const struct todo *t, size_t i, uint64_t times)
{
	struct todo *more;

	if (times == t->times)
		return t->next;
	more = ent_arena_alloc(s->a, sizeof(*more));
	if (!more)
		return t;
	*more = *t;
	more->times -= times;
	more->from = i + 1;
	return more;
}

/* With choice i, which is a branch or the instant at. */
static int
choose(struct search *s, const struct todo *t, size_t i, int64_t at, uint64_t times)
{
	const struct todo *list = rest(s, t, i, times);
	const struct ent_part *p = t->part, *c = p->child;
	struct ent_span span = t->span, left = span;
	size_t n = s->n;
	int rc;

	if (list == t)
		return nomem(s->err);
	if (p->kind == ENT_PART_ANY) {
		while (i-- > 0)
			c = c->next;
		list = add(s, list, c, SIZE_MAX, times, span);
	} else if (p->kind == ENT_PART_WITHIN) {
		int64_t to = later(at, p->within);

		span.from = at > span.from ? at : span.from;
		span.to = to < span.to ? to : span.to;
		list = add(s, list, c, SIZE_MAX, times, span);
	} else {
		for (size_t k = 1; k < t->upto; k++)
			c = c->next;
		left.to = at < left.to ? at : left.to;
		span.from = at > span.from ? at : span.from;
		list = add(s, list, c, SIZE_MAX, times, span);
		if (list)
			list = add(s, list, p, t->upto - 1, times, left);
	}
	if (!list)
		return nomem(s->err);
	rc = solve(s, list);
	s->n = n;
	return rc;
}

/* The instant that the fronts propose; *fits: there is one at all. */
static int
propose(struct search *s, const struct todo *t, int64_t *at, bool *fits)
{
	bool seq = t->part->kind == ENT_PART_SEQ;
	struct ent_front x = { NULL, 0 }, y = { NULL, 0 };
	const struct ent_part *c = t->part->child;
	int rc = spend(s, seq ? t->upto : 1);

	if (rc == 0)
		rc = ent_part_front(t->part, seq ? t->upto - 1 : SIZE_MAX, t->span, &s->work,
		                    &x, s->err);
	*fits = rc == 0 && x.n > 0;
	if (*fits && !seq)
		*at = x.list[0].last;
	if (*fits && seq) {
		for (size_t k = 1; k < t->upto; k++)
			c = c->next;
		rc = ent_part_front(c, SIZE_MAX, t->span, &s->work, &y, s->err);
		*at = x.list[x.n - 1].first; /* then all on the left have begun */
		*fits = rc == 0 && y.n > 0 && y.list[0].last >= *at;
	}
	ent_front_release(&x);
	ent_front_release(&y);
	return rc;
}

static int
by_instant(const void *x, const void *y)
{
	int64_t a = ((const struct edge *)x)->at, b = ((const struct edge *)y)->at;

	return (a > b) - (a < b);
}

/* Each observation of a part once.  Recurses as deep as the parser did. */
static void
edges(struct search *s, const struct ent_part *p, uint8_t *seen)
{
	for (size_t i = 0; i < p->n_items; i++) {
		const struct ent_part_item *item = &p->items[i];

		if (seen[item->observed]++)
			continue;
		seen[item->observed] = 1;
		s->lasts[s->edges] = (struct edge){ item->last, s->counts[item->observed] };
		s->firsts[s->edges++] = (struct edge){ item->first, s->counts[item->observed] };
	}
	for (const struct ent_part *c = p->child; c; c = c->next)
		edges(s, c, seen);
}

static int
edges_make(struct search *s, const struct ent_part *p)
{
	uint8_t *seen = calloc(1, s->observed + 1);

	s->lasts = calloc(s->observed + 1, sizeof(*s->lasts));
	s->firsts = calloc(s->observed + 1, sizeof(*s->firsts));
	if (!seen || !s->lasts || !s->firsts) {
		free(seen);
		return nomem(s->err);
	}
	edges(s, p, seen);
	free(seen);
	qsort(s->lasts, s->edges, sizeof(*s->lasts), by_instant);
	qsort(s->firsts, s->edges, sizeof(*s->firsts), by_instant);
	for (size_t i = 1; i < s->edges; i++) {
		s->lasts[i].upto += s->lasts[i - 1].upto;
		s->firsts[i].upto += s->firsts[i - 1].upto;
	}
	return 0;
}

/* How many are before an instant, or at it. */
static uint64_t
before(const struct edge *list, size_t n, int64_t t, bool at)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (list[mid].at < t || (at && list[mid].at == t))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? list[lo - 1].upto : 0;
}

/* How many observations there are in a span, at most. */
static uint64_t
total(const struct search *s, struct ent_span span)
{
	uint64_t all = s->edges ? s->lasts[s->edges - 1].upto : 0;
	uint64_t ended = before(s->lasts, s->edges, span.from, false);
	uint64_t begun = before(s->firsts, s->edges, span.to, true);

	if (span.from > span.to) /* what ended and what hasn't begun isn't apart then */
		return least(all - ended, begun);
	return begun - ended;
}

/* No more copies of a part than this fit into a span.  Recurses as deep as the parser did. */
static uint64_t
most(struct search *s, const struct ent_part *p, size_t upto, struct ent_span span, int *rc)
{
	bool any = p->kind == ENT_PART_ANY;
	uint64_t all = p->child && !any ? UINT64_MAX : 0;
	size_t k = 0;

	if (*rc == 0)
		*rc = spend(s, p->n_items + 1);
	for (const struct ent_part *c = p->child; *rc == 0 && c && k < upto; c = c->next, k++) {
		uint64_t n = most(s, c, SIZE_MAX, span, rc);

		if (any)
			all = __builtin_add_overflow(all, n, &n) ? UINT64_MAX : n;
		else
			all = least(all, n);
	}
	for (size_t i = 0; *rc == 0 && i < p->n_items; i++)
		all += ent_span_has(span, &p->items[i]) ? p->items[i].count : 0;
	all /= p->n;
	return p->kind != ENT_PART_LEAF ? least(all, total(s, span) / ent_part_needs(p, upto))
	                                : all;
}

/* The same, for choice i of t. */
static uint64_t
most_of(struct search *s, const struct todo *t, size_t i, int64_t at, int *rc)
{
	const struct ent_part *p = t->part, *c = p->child;
	struct ent_span left = t->span, right = t->span;
	uint64_t n;

	if (p->kind == ENT_PART_WITHIN) {
		int64_t to = later(at, p->within);

		left.from = at > left.from ? at : left.from;
		left.to = to < left.to ? to : left.to;
		return most(s, c, SIZE_MAX, left, rc);
	}
	for (size_t k = p->kind == ENT_PART_ANY ? i : t->upto - 1; k > 0; k--)
		c = c->next;
	if (p->kind == ENT_PART_ANY)
		return most(s, c, SIZE_MAX, t->span, rc);
	left.to = at < left.to ? at : left.to;
	right.from = at > right.from ? at : right.from;
	n = most(s, c, SIZE_MAX, right, rc);
	return n ? least(n, most(s, p, t->upto - 1, left, rc)) : 0;
}

/* All choices of the first on the list, those that take all copies first. */
static int
choices(struct search *s, const struct todo *t)
{
	struct instants in = { 0 };
	int64_t hint = 0;
	bool fits, any = t->part->kind == ENT_PART_ANY;
	uint64_t *most_at = NULL;
	int rc = propose(s, t, &hint, &fits);

	if (rc || !fits)
		return rc;
	if (!any && t->from == 0) {
		rc = choose(s, t, 0, hint, t->times);
		if (rc)
			return rc;
	}
	if (any)
		for (const struct ent_part *c = t->part->child; c; c = c->next)
			in.n++;
	else
		rc = instants(s, t, &in);
	if (rc == 0 && most(s, t->part, t->upto, t->span, &rc) < t->times)
		in.n = 0;
	most_at = rc ? NULL : calloc(in.n + 1, sizeof(*most_at));
	if (rc == 0 && !most_at)
		rc = nomem(s->err);
	for (size_t i = t->from; rc == 0 && i < in.n; i++) {
		most_at[i] = most_of(s, t, i, any ? 0 : in.list[i], &rc);
		if (rc == 0 && most_at[i] >= t->times)
			rc = choose(s, t, i, any ? 0 : in.list[i], t->times);
	}
	for (size_t i = t->from; rc == 0 && i < in.n && t->times > 1; i++)
		for (uint64_t k = least(t->times - 1, most_at[i]); rc == 0 && k > 0; k--)
			rc = choose(s, t, i, any ? 0 : in.list[i], k);
	free(most_at);
	free(in.list);
	return rc;
}

/* Takes from the list what needs no choice, in the order of the list. */
static int
simple(struct search *s, const struct todo **list, bool *more)
{
	const struct todo *t = *list, *next = t->next;
	const struct ent_part *p = t->part;

	*more = true;
	if (p->kind == ENT_PART_LEAF) {
		*list = next;
		return demand(s, t);
	}
	if (p->kind == ENT_PART_COPIES && p->child) {
		*list = add(s, next, p->child, SIZE_MAX, product(t->times, p->n), t->span);
	} else if (p->kind == ENT_PART_SEQ && p->child && t->upto == 1) {
		*list = add(s, next, p->child, SIZE_MAX, t->times, t->span);
	} else if (p->kind == ENT_PART_ALL) {
		for (const struct ent_part *c = p->child; c; c = c->next) {
			next = add(s, next, c, SIZE_MAX, t->times, t->span);
			if (!next)
				return nomem(s->err);
		}
		*list = next;
	} else {
		*more = false;
	}
	return *list ? 0 : nomem(s->err);
}

static size_t
children(const struct ent_part *p)
{
	size_t n = 0;

	for (const struct ent_part *c = p->child; c; c = c->next)
		n++;
	return n;
}

/* 1 if all of the list and the demands so far can be satisfied, 0 if not, or an error. */
static int
solve(struct search *s, const struct todo *list)
{
	const struct todo *hard = NULL;
	bool more = true;
	int rc = spend(s, 1);

	/* What needs a choice goes behind what needs none. */
	while (rc == 0 && list) {
		struct todo *t;

		rc = spend(s, 1);
		if (rc == 0)
			rc = simple(s, &list, &more);
		if (rc || more)
			continue;
		t = ent_arena_alloc(s->a, sizeof(*t));
		if (!t)
			return nomem(s->err);
		*t = *list;
		if (t->part->kind == ENT_PART_SEQ && t->upto == SIZE_MAX)
			t->upto = children(t->part);
		list = list->next;
		t->next = hard;
		hard = t;
	}
	if (rc == 0)
		rc = ent_flow(s->demands, s->n, s->observed, s->counts, &s->work, s->out,
		              hard ? NULL : s->hits, s->err);
	if (rc <= 0 || !hard)
		return rc;
	if (++s->depth > ENT_MATCH_DEPTH)
		return ent_fail(s->err, ENT_ELIMIT,
		                "too many parts that want the same observations");
	rc = choices(s, hard);
	s->depth--;
	return rc;
}

int
ent_part_search(const struct ent_part *p, size_t observed, const uint64_t *counts,
                uint64_t *steps, struct ent_arena *a, struct ent_hits *out, struct ent_err *err)
{
	struct search s = { .observed = observed,
		            .counts = counts,
		            .work = *steps,
		            .out = a,
		            .hits = out,
		            .err = err };
	const struct todo *first;
	int rc;

	s.a = ent_arena_new(ENT_MATCH_ARENA);
	first = s.a ? add(&s, NULL, p, SIZE_MAX, 1,
	                  (struct ent_span){ INT64_MIN / 4, INT64_MAX / 4 })
	            : NULL;
	rc = first ? edges_make(&s, p) : nomem(err);
	if (rc == 0)
		rc = solve(&s, first);
	*steps = s.work;
	ent_arena_free(s.a);
	free(s.lasts);
	free(s.firsts);
	return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_parts.c - what each part of a pattern can be satisfied by, as far as time goes.
 *
 * A choice of observations matters to what is around it by two instants: the earliest of their
 * ends and the latest of their starts.  WITHIN d holds if start - end <= d, FOLLOWEDBY if the
 * start of the left is not after the end of the right.  A later end and an earlier start are
 * never worse, so a front of at most N pairs says everything.
 */
#include "base/limits.h"
#include "pattern/match_int.h"

/* The n earliest starts so far: a heap with the latest on top. */
struct heap {
	struct held {
		int64_t first;
		uint64_t count;
	} * of;
	size_t n;
	uint64_t sum;
};

static int
spend(uint64_t *work, uint64_t n, struct ent_err *err)
{
	if (*work < n)
		return ent_fail(err, ENT_ELIMIT,
		                "too many ways in which observations can be combined");
	*work -= n;
	return 0;
}

static int
nomem(struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM, "no memory to combine observations");
}

static void
swap(struct heap *h, size_t i, size_t j)
{
	struct held t = h->of[i];

	h->of[i] = h->of[j];
	h->of[j] = t;
}

static void
push(struct heap *h, const struct ent_part_item *item)
{
	size_t i = h->n++;

	h->of[i] = (struct held){ item->first, item->count };
	h->sum += item->count;
	for (; i && h->of[(i - 1) / 2].first < h->of[i].first; i = (i - 1) / 2)
		swap(h, i, (i - 1) / 2);
}

static void
pop(struct heap *h)
{
	size_t i = 0, k;

	h->sum -= h->of[0].count;
	h->of[0] = h->of[--h->n];
	while ((k = 2 * i + 1) < h->n) {
		k += k + 1 < h->n && h->of[k + 1].first > h->of[k].first;
		if (h->of[k].first <= h->of[i].first)
			break;
		swap(h, i, k);
		i = k;
	}
}

/* last falls from point to point: one is kept if its first falls too. */
static void
keep(struct ent_front *f, int64_t last, int64_t first)
{
	if (f->n && f->list[f->n - 1].first <= first)
		return;
	f->list[f->n++] = (struct ent_point){ last, first };
}

static int
front_new(struct ent_front *f, size_t n, struct ent_err *err)
{
	f->list = calloc(n + 1, sizeof(*f->list));
	f->n = 0;
	return f->list ? 0 : nomem(err);
}

void
ent_front_release(struct ent_front *f)
{
	free(f->list);
	*f = (struct ent_front){ NULL, 0 };
}

/* Recurses as deep as the parser did. */
uint64_t
ent_part_needs(const struct ent_part *p, size_t upto)
{
	uint64_t all = p->kind == ENT_PART_ANY ? UINT64_MAX : 0;

	if (p->kind == ENT_PART_LEAF)
		return p->n;
	for (const struct ent_part *c = p->child; c && upto; c = c->next, upto--) {
		uint64_t n = ent_part_needs(c, SIZE_MAX);

		if (p->kind == ENT_PART_ANY)
			all = n < all ? n : all;
		else if (__builtin_add_overflow(all, n, &all))
			return UINT64_MAX;
	}
	return __builtin_mul_overflow(all, p->n, &all) ? UINT64_MAX : all;
}

static int
leaf(const struct ent_part *p, struct ent_span span, uint64_t *work, struct ent_front *out,
     struct ent_err *err)
{
	struct heap h = { 0 };
	int rc = spend(work, p->n_items + 1, err);

	if (rc == 0)
		rc = front_new(out, p->n_items, err);
	if (rc)
		return rc;
	h.of = calloc(p->n_items + 1, sizeof(*h.of));
	if (!h.of) {
		ent_front_release(out);
		return nomem(err);
	}
	for (size_t i = 0; i < p->n_items; i++) {
		if (!ent_span_has(span, &p->items[i]))
			continue;
		push(&h, &p->items[i]);
		while (h.sum - h.of[0].count >= p->n)
			pop(&h);
		if (h.sum >= p->n)
			keep(out, p->items[i].last, h.of[0].first);
	}
	free(h.of);
	return 0;
}

bool
ent_front_at(const struct ent_front *f, int64_t from, int64_t *first)
{
	size_t lo = 0, hi = f->n; /* before lo: last >= from */

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->list[mid].last >= from)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo)
		*first = f->list[lo - 1].first;
	return lo > 0;
}

/* Both, either, or y behind x, for each end that occurs; x becomes it. */
static int
join(enum ent_part_kind kind, struct ent_front *x, const struct ent_front *y, uint64_t *work,
     struct ent_err *err)
{
	size_t i = 0, j = 0;
	struct ent_front f;
	int rc = spend(work, x->n + y->n + 1, err);

	if (rc == 0)
		rc = front_new(&f, x->n + y->n, err);
	while (rc == 0 && (i < x->n || j < y->n)) {
		bool left = j == y->n || (i < x->n && x->list[i].last >= y->list[j].last);
		int64_t t = left ? x->list[i++].last : y->list[j++].last, fx = 0, fy = 0;
		bool hx = ent_front_at(x, t, &fx), hy = ent_front_at(y, t, &fy);

		if (kind == ENT_PART_SEQ && hx)
			hy = ent_front_at(y, fx > t ? fx : t, &fy);
		if (kind == ENT_PART_ANY && (hx || hy))
			keep(&f, t, !hy || (hx && fx < fy) ? fx : fy);
		else if (hx && hy)
			keep(&f, t, fx > fy ? fx : fy);
	}
	if (rc == 0) {
		free(x->list);
		*x = f;
	}
	return rc;
}

/* Recurses as deep as the parser did. */
int
ent_part_front(const struct ent_part *p, size_t upto, struct ent_span span, uint64_t *work,
               struct ent_front *out, struct ent_err *err)
{
	size_t k = 0, kept = 0;
	int rc = 0;

	*out = (struct ent_front){ NULL, 0 };
	if (p->kind == ENT_PART_LEAF)
		return leaf(p, span, work, out, err);
	for (const struct ent_part *c = p->child; rc == 0 && c && k < upto; c = c->next, k++) {
		struct ent_front f = { NULL, 0 };

		rc = ent_part_front(c, SIZE_MAX, span, work, k ? &f : out, err);
		if (rc == 0 && k > 0)
			rc = join(p->kind, out, &f, work, err);
		ent_front_release(&f);
		if (out->n == 0 && p->kind != ENT_PART_ANY)
			break;
	}
	for (size_t i = 0; p->kind == ENT_PART_WITHIN && i < out->n; i++)
		if (out->list[i].first - out->list[i].last <= p->within)
			out->list[kept++] = out->list[i];
	if (p->kind == ENT_PART_WITHIN)
		out->n = kept;
	if (rc)
		ent_front_release(out);
	return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_copies.c - REPEATS of a few brackets, where each observation is an instant and
 * satisfies one of them at most: how often do they fit?
 *
 * Both AND within a time and FOLLOWEDBY only bound differences of two instants, and such bounds
 * still hold when the copies' instants are put in order bracket by bracket.  So the earliest of
 * each bracket are a copy, or one of them fits to nothing that is left.
 */
#include "base/limits.h"
#include "pattern/match_int.h"

/* A bracket, and the earliest of its items that is left. */
struct row {
	const struct ent_part_item *items; /* the earliest at the end */
	size_t left;
	uint64_t used; /* of that one's number_observed */
};

struct rows {
	struct row *list;
	size_t n;
	bool ordered; /* FOLLOWEDBY */
	int64_t within;
};

static const struct ent_part_item *
head(const struct row *r)
{
	return &r->items[r->left - 1];
}

/* Which row's earliest fits to none of the others' any more; n if they all fit. */
static size_t
misfit(const struct rows *r)
{
	size_t low = 0, high = 0;

	for (size_t i = 1; i < r->n; i++) {
		if (r->ordered && head(&r->list[i])->first < head(&r->list[i - 1])->first)
			return i;
		low = head(&r->list[i])->first < head(&r->list[low])->first ? i : low;
		high = head(&r->list[i])->first > head(&r->list[high])->first ? i : high;
	}
	if (head(&r->list[high])->first - head(&r->list[low])->first > r->within)
		return low;
	return r->n;
}

static bool
take(struct row *r, uint64_t n)
{
	r->used += n;
	if (n == 0 || r->used == head(r)->count) {
		r->left--;
		r->used = 0;
	}
	return r->left > 0;
}

/* Is each of them an instant, and of no other row? */
static bool
plain(const struct rows *r, uint8_t *seen)
{
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->list[i].left; k++) {
			const struct ent_part_item *item = &r->list[i].items[k];

			if (item->first != item->last || seen[item->observed]++)
				return false;
		}
	return true;
}

static int
count(struct rows *r, uint64_t want, struct ent_hit *hits, size_t *n_hits)
{
	bool left = true;
	uint64_t copies = 0;

	for (size_t i = 0; i < r->n; i++)
		left = left && r->list[i].items && r->list[i].left > 0;
	while (left && copies < want) {
		size_t bad = misfit(r);
		uint64_t n = want - copies;

		if (bad < r->n) {
			left = take(&r->list[bad], 0);
			continue;
		}
		for (size_t i = 0; i < r->n; i++)
			n = head(&r->list[i])->count - r->list[i].used < n
			        ? head(&r->list[i])->count - r->list[i].used
			        : n;
		for (size_t i = 0; i < r->n; i++) {
			const struct ent_part_item *h = head(&r->list[i]);

			if (hits)
				hits[(*n_hits)++] =
				    (struct ent_hit){ h->observed, h->object, h->pos, n };
			left = take(&r->list[i], n) && left;
		}
		copies += n;
	}
	return copies == want;
}

int
ent_part_copies(const struct ent_part *p, size_t observed, struct ent_arena *a,
                struct ent_hits *out, bool *known, struct ent_err *err)
{
	struct rows r = { .within = INT64_MAX };
	const struct ent_part *c = p->child;
	struct ent_hit *hits = NULL;
	uint8_t *seen = NULL;
	size_t n = 0, n_hits = 0, items = 0;
	int rc = 0;

	*known = false;
	if (p->kind != ENT_PART_COPIES)
		return 0;
	if (c->kind == ENT_PART_WITHIN) {
		r.within = c->within;
		c = c->child;
	}
	r.ordered = c->kind == ENT_PART_SEQ;
	if (c->kind != ENT_PART_SEQ && c->kind != ENT_PART_ALL)
		return 0;
	for (const struct ent_part *k = c->child; k; k = k->next, r.n++) {
		if (k->kind != ENT_PART_LEAF || k->n != 1)
			return 0;
		items += k->n_items;
	}
	r.list = calloc(r.n + 1, sizeof(*r.list));
	seen = calloc(1, observed + 1);
	/* each row that a step takes of ends an item of one row at least */
	if (out && items * r.n < ENT_MATCH_STEPS)
		hits = ent_arena_array(a, (items + 1) * r.n, sizeof(*hits));
	if (!r.list || !seen || (out && items * r.n < ENT_MATCH_STEPS && !hits))
		rc = ent_fail(err, ENT_ENOMEM, "no memory to combine observations");
	for (const struct ent_part *k = c->child; rc == 0 && k; k = k->next)
		r.list[n++] = (struct row){ k->items, k->n_items, 0 };
	*known = rc == 0 && plain(&r, seen);
	if (*known)
		rc = count(&r, p->n, hits, &n_hits);
	if (rc == 1 && hits)
		*out = (struct ent_hits){ hits, n_hits };
	free(r.list);
	free(seen);
	return rc;
}

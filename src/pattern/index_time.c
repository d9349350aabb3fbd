/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_time.c - patterns about several observations: what is kept of the stream for them.
 *
 * After each observation nothing that is kept satisfies the pattern: what did has been used up,
 * and fewer observations never satisfy more.  So a new match has the new observation in it, and
 * the matcher is only asked when one has come that satisfies a bracket.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "pattern/index_int.h"

/* ---- what a pattern asks for ---- */

static uint64_t
repeats(const struct ent_pat_node *n)
{
	uint64_t times = UINT64_MAX;

	(void)ent_str_u64(n->repeats.p[0] == '+' ? ent_str_from(n->repeats, 1) : n->repeats,
	                  UINT64_MAX, &times);
	return times;
}

/* No two observations of a match are further apart.  Recurses as deep as the parser did. */
static int64_t
apart(const struct ent_pat_node *n)
{
	int64_t all = 0;

	if (n->kind == ENT_PAT_OBS)
		return 0;
	if (n->kind != ENT_PAT_OBS_OR && n->child && n->child->next)
		return INT64_MAX;
	for (const struct ent_pat_node *c = n->child; c; c = c->next) {
		int64_t one = apart(c);

		all = one > all ? one : all;
	}
	for (unsigned order = n->kind == ENT_PAT_QUALIFIED ? n->order : 0; order; order >>= 4) {
		int64_t us;

		if ((order & 15) == ENT_PAT_REPEATS)
			all = INT64_MAX;
		if ((order & 15) != ENT_PAT_WITHIN)
			continue;
		us = ent_within_us(n->within);
		all = us < all ? us : all;
	}
	return all;
}

/* How many observations at least.  Recurses as deep as the parser did. */
static uint64_t
needs(const struct ent_pat_node *n)
{
	bool any = n->kind == ENT_PAT_OBS_OR;
	uint64_t all = any ? UINT64_MAX : 0;

	if (n->kind == ENT_PAT_OBS)
		return 1;
	for (const struct ent_pat_node *c = n->child; c; c = c->next) {
		uint64_t one = needs(c);

		if (any)
			all = one < all ? one : all;
		else if (__builtin_add_overflow(all, one, &all))
			return UINT64_MAX;
	}
	for (unsigned order = n->kind == ENT_PAT_QUALIFIED ? n->order : 0; order; order >>= 4)
		if ((order & 15) == ENT_PAT_REPEATS &&
		    __builtin_mul_overflow(all, repeats(n), &all))
			return UINT64_MAX;
	return all;
}

int
ent_timed_make(const struct ent_pattern_set *s, struct ent_rule *r, struct ent_err *err)
{
	bool single = r->tree->kind == ENT_PAT_OBS || r->tree->kind == ENT_PAT_OBS_OR;

	for (const struct ent_pat_node *c = r->tree->child; c && single; c = c->next)
		single = r->tree->kind == ENT_PAT_OBS || c->kind == ENT_PAT_OBS;
	r->timed = !single;
	r->within = apart(r->tree);
	if (r->timed && needs(r->tree) > s->limits.kept)
		return ent_fail(err, ENT_ELIMIT,
		                "the pattern needs %llu observations, and a set keeps %zu",
		                (unsigned long long)needs(r->tree), s->limits.kept);
	return 0;
}

/* ---- what is kept ---- */

static size_t
bytes(const struct ent_kept *k)
{
	return sizeof(*k) + k->n * sizeof(k->of[0]) + 16; /* and what malloc takes */
}

/* Takes k, which follows before (NULL: it is the first), out of the list. */
static void
forget(struct ent_pattern_set *s, struct ent_rule *r, struct ent_kept *before,
       struct ent_kept *k)
{
	if (before)
		before->next = k->next;
	else
		r->first = k->next;
	if (r->last == k)
		r->last = before;
	for (size_t i = 0; i < k->n; i++)
		r->of[k->of[i].bracket].total -= k->count;
	r->kept--;
	s->stats.kept--;
	ent_set_give(s, bytes(k));
	free(k);
}

void
ent_timed_clear(struct ent_pattern_set *s, struct ent_rule *r)
{
	while (r->first)
		forget(s, r, NULL, r->first);
}

static bool
late(const struct ent_pattern_set *s, const struct ent_rule *r, const struct ent_kept *k,
     int64_t now)
{
	int64_t end;

	return !__builtin_add_overflow(k->last, r->within, &end) &&
	       !__builtin_add_overflow(end, s->limits.lateness, &end) && end < now;
}

/* Out of their window: those at the front, or all. */
static void
expire(struct ent_pattern_set *s, struct ent_rule *r, int64_t now, bool all)
{
	struct ent_kept *before = NULL;

	for (struct ent_kept *k = r->first, *next; k; k = next) {
		next = k->next;
		if (late(s, r, k, now)) {
			forget(s, r, before, k);
			s->stats.expired++;
		} else if (all) {
			before = k;
		} else {
			break;
		}
	}
}

static void
drop(struct ent_pattern_set *s, struct ent_rule *r)
{
	forget(s, r, NULL, r->first);
	s->stats.dropped++;
}

/* The observation at hand, kept as the last; *held: it was, and not too large for the set. */
static int
keep(struct ent_pattern_set *s, struct ent_rule *r, const struct ent_observation *o,
     const struct ent_observed *seen, bool *held, struct ent_err *err)
{
	struct ent_kept *k;
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->of[i].held == s->now;
	k = calloc(1, sizeof(*k) + n * sizeof(k->of[0]));
	if (!k)
		return ent_fail(err, ENT_ENOMEM, "no memory to keep an observation");
	k->tag = o->tag;
	k->first = o->first;
	k->last = o->last;
	k->count = o->count < ENT_SET_COUNT ? o->count : ENT_SET_COUNT;
	for (size_t i = 0; i < r->n; i++) {
		const struct ent_rule_bracket *b = &r->of[i];

		if (b->held == s->now)
			k->of[k->n++] =
			    (struct ent_kept_bracket){ (uint32_t)i, (uint32_t)b->object,
				                       ent_bracket_tests(s, b, seen,
				                                         b->object) };
	}
	expire(s, r, o->first, r->kept == s->limits.kept);
	while (r->first &&
	       (r->kept >= s->limits.kept || ent_set_bytes(s) + bytes(k) > s->limits.bytes))
		drop(s, r);
	*held = ent_set_bytes(s) + bytes(k) <= s->limits.bytes;
	if (!*held) {
		s->stats.dropped++;
		free(k);
		return 0;
	}
	ent_set_take(s, bytes(k));
	for (size_t i = 0; i < k->n; i++)
		r->of[k->of[i].bracket].total += k->count;
	if (r->last)
		r->last->next = k;
	else
		r->first = k;
	r->last = k;
	r->kept++;
	s->stats.kept++;
	return 0;
}

/* Are there enough for each bracket, whatever the time?  i is the next bracket.  Recurses as
 * deep as the parser did. */
static bool
possible(const struct ent_rule *r, const struct ent_pat_node *n, uint64_t times, size_t *i)
{
	bool any = n->kind == ENT_PAT_OBS_OR, yes = !any;

	if (n->kind == ENT_PAT_OBS)
		return r->of[(*i)++].total >= times;
	for (unsigned order = n->kind == ENT_PAT_QUALIFIED ? n->order : 0; order; order >>= 4)
		if ((order & 15) == ENT_PAT_REPEATS && n->child->kind == ENT_PAT_OBS &&
		    __builtin_mul_overflow(times, repeats(n), &times))
			times = UINT64_MAX;
	for (const struct ent_pat_node *c = n->child; c; c = c->next) {
		bool one = possible(r, c, c->kind == ENT_PAT_OBS && !any ? times : 1, i);

		yes = any ? yes || one : yes && one;
	}
	return yes;
}

/* ---- matched ---- */

struct kept_list {
	struct ent_kept **list;
	struct ent_observed *o;
};

static int
by_bracket(const void *key, const void *item)
{
	size_t a = *(const size_t *)key, b = ((const struct ent_kept_bracket *)item)->bracket;

	return a < b ? -1 : a > b;
}

static const struct ent_kept_bracket *
satisfied(const struct ent_kept *k, size_t bracket)
{
	return bsearch(&bracket, k->of, k->n, sizeof(k->of[0]), by_bracket);
}

static int
known(void *self, size_t bracket, size_t observed, size_t *object, struct ent_err *err)
{
	const struct kept_list *l = self;
	const struct ent_kept_bracket *b = satisfied(l->list[observed], bracket);

	(void)err;
	if (b)
		*object = b->object;
	return b != NULL;
}

static int
listed(struct ent_pattern_set *s, const struct ent_rule *r, struct kept_list *l,
       struct ent_err *err)
{
	size_t n = 0;

	l->list = ent_arena_array(s->scratch, r->kept, sizeof(*l->list));
	l->o = ent_arena_array(s->scratch, r->kept, sizeof(*l->o));
	if (!l->list || !l->o)
		return ent_fail(err, ENT_ENOMEM, "no memory to combine observations");
	for (struct ent_kept *k = r->first; k; k = k->next, n++) {
		l->list[n] = k;
		l->o[n] = (struct ent_observed){ .first = k->first,
			                         .last = k->last,
			                         .count = k->count };
	}
	return 0;
}

static size_t
bracket_at(const struct ent_rule *r, size_t pos)
{
	size_t lo = 0, hi = r->n;

	while (lo + 1 < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (r->of[mid].is->pos <= pos)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static int
by_observed(const void *x, const void *y)
{
	const struct ent_hit *a = x, *b = y;

	if (a->observed != b->observed)
		return a->observed < b->observed ? -1 : 1;
	return a->pos < b->pos ? -1 : a->pos > b->pos;
}

/* Tells of a hit, and uses up what made it. */
static int
tell(struct ent_pattern_set *s, struct ent_rule *r, const struct kept_list *l,
     const struct ent_hits *hits, ent_pattern_hit_fn *hit, void *self, struct ent_err *err)
{
	struct ent_pattern_seen *seen = ent_arena_array(s->scratch, hits->n, sizeof(*seen));
	struct ent_hit *sorted = ent_arena_array(s->scratch, hits->n, sizeof(*sorted));
	struct ent_kept *before = NULL;
	struct ent_pattern_hit h = { r->key, seen, hits->n };
	size_t i = 0, all = r->kept;

	if (!seen || !sorted)
		return ent_fail(err, ENT_ENOMEM, "no memory for a hit");
	memcpy(sorted, hits->list, hits->n * sizeof(*sorted));
	qsort(sorted, hits->n, sizeof(*sorted), by_observed);
	for (size_t k = 0; k < hits->n; k++) {
		const struct ent_kept *at = l->list[sorted[k].observed];
		const struct ent_kept_bracket *b = satisfied(at, bracket_at(r, sorted[k].pos));

		seen[k] = (struct ent_pattern_seen){ .tag = at->tag,
			                             .first = at->first,
			                             .last = at->last,
			                             .times = sorted[k].times,
			                             .object = sorted[k].object,
			                             .pos = sorted[k].pos,
			                             .tests = b ? b->tests : 0 };
	}
	for (size_t k = 0; k < all; k++) {
		bool used = i < hits->n && sorted[i].observed == k;

		while (i < hits->n && sorted[i].observed == k)
			i++;
		if (used)
			forget(s, r, before, l->list[k]);
		else
			before = l->list[k];
	}
	s->stats.hits++;
	return hit(self, &h);
}

int
ent_timed_feed(struct ent_pattern_set *s, struct ent_rule *r, const struct ent_observation *o,
               const struct ent_observed *seen, ent_pattern_hit_fn *hit, void *self,
               struct ent_err *err)
{
	struct kept_list l;
	struct ent_verdicts verdicts = { known, &l };
	struct ent_observations all = { NULL, 0 };
	struct ent_hits hits = { NULL, 0 };
	struct ent_err why = { 0 };
	bool held = false;
	size_t i = 0;
	int rc = keep(s, r, o, seen, &held, err);

	if (rc || !held || !possible(r, r->tree, 1, &i))
		return rc;
	rc = listed(s, r, &l, err);
	if (rc)
		return rc;
	all = (struct ent_observations){ l.o, r->kept };
	rc = ent_match_parts(r->tree, r->brackets, &all, &verdicts, ENT_SET_STEPS, s->scratch,
	                     &hits, &why);
	if (rc < 0) { /* the same again would come of it with each that comes */
		ent_set_failed(s, r, &why);
		s->stats.dropped += r->kept;
		ent_timed_clear(s, r);
		return 0;
	}
	return rc ? tell(s, r, &l, &hits, hit, self, err) : 0;
}

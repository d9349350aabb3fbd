/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index.c - a set of patterns: what comes, what goes, and what is fed to it.
 */
#include "pattern/index.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/map.h"
#include "pattern/index_int.h"

#define FIRST_BLOCK 512             /* of a pattern's arena: most have one comparison */
#define FEW         8               /* so many ids are compared one after the other */
#define RULES       1               /* the kind of their keys */
#define TIME_MAX    (INT64_MAX / 4) /* microseconds: their sums and differences are numbers */

/* ---- made and freed ---- */

static int
nomem(struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM, "no memory for a set of patterns");
}

static void
post_moved(struct ent_slot *slot)
{
	union {
		void **any;
		struct ent_post **post;
	} at = { &slot->value };

	if (*at.post)
		(*at.post)->link = at.post;
}

int
ent_pattern_set_new(const struct ent_pattern_set_limits *limits, struct ent_pattern_set **out,
                    struct ent_err *err)
{
	struct ent_pattern_set *s = *out = calloc(1, sizeof(*s));

	if (!s)
		return nomem(err);
	if (limits)
		s->limits = *limits;
	if (!s->limits.bytes)
		s->limits.bytes = ENT_SET_BYTES;
	if (!s->limits.kept)
		s->limits.kept = ENT_SET_KEPT;
	if (s->limits.kept > ENT_SET_KEPT_MAX)
		s->limits.kept = ENT_SET_KEPT_MAX;
	if (!s->limits.lateness)
		s->limits.lateness = ENT_SET_LATE;
	s->posts.moved = post_moved;
	ent_buf_init(&s->eval.a, ENT_ITEM_MAX * 2);
	ent_buf_init(&s->eval.b, ENT_ITEM_MAX * 4);
	ent_buf_init(&s->folded, ENT_ITEM_MAX * 4);
	ent_buf_init(&s->normal, ENT_ITEM_MAX * 4);
	s->scratch = ent_arena_new(ENT_SET_ARENA);
	s->grams = calloc(ENT_GRAM_PLACES, sizeof(*s->grams));
	if (!s->scratch || !s->grams || ent_seed_make(&s->seed)) {
		ent_pattern_set_free(s);
		*out = NULL;
		return nomem(err);
	}
	return 0;
}

static void
rule_free(struct ent_pattern_set *s, struct ent_rule *r)
{
	struct ent_slot *slot;
	struct ent_str key = { (const char *)&r->key, sizeof(r->key) };

	ent_timed_clear(s, r);
	ent_anchors_drop(s, r);
	slot = ent_table_find(&s->rules, ent_seed_hash(&s->seed, 0, RULES, key));
	if (slot && slot->value == r) {
		slot->value = NULL;
		ent_table_emptied(&s->rules);
		s->stats.patterns--;
		s->stats.timed -= r->timed;
		if (r->prev)
			r->prev->next = r->next;
		else
			s->first = r->next;
		if (r->next)
			r->next->prev = r->prev;
	}
	ent_set_give(s, r->bytes);
	ent_brackets_release(r->brackets, r->n);
	ent_arena_free(r->arena);
	free(r);
}

void
ent_pattern_set_free(struct ent_pattern_set *s)
{
	if (!s)
		return;
	while (s->first)
		rule_free(s, s->first);
	ent_table_release(&s->rules);
	ent_table_release(&s->nodes);
	ent_table_release(&s->posts);
	ent_eval_release(&s->eval);
	ent_buf_release(&s->folded);
	ent_buf_release(&s->normal);
	ent_arena_free(s->scratch);
	free(s->grams);
	free(s->values);
	free(s->marks);
	free(s);
}

/* ---- memory ---- */

void
ent_set_take(struct ent_pattern_set *s, size_t bytes)
{
	s->bytes += bytes;
}

void
ent_set_give(struct ent_pattern_set *s, size_t bytes)
{
	s->bytes -= bytes;
}

size_t
ent_set_bytes(const struct ent_pattern_set *s)
{
	return s->bytes + ent_table_bytes(&s->rules) + ent_table_bytes(&s->nodes) +
	       ent_table_bytes(&s->posts) + ENT_GRAM_PLACES;
}

void
ent_set_failed(struct ent_pattern_set *s, struct ent_rule *r, const struct ent_err *err)
{
	if (r->failed == s->now)
		return;
	r->failed = s->now;
	s->stats.failed++;
	s->stats.failed_key = r->key;
	s->stats.failure = *err;
}

static size_t
regex_bytes(const struct ent_cond *c)
{
	size_t n = ent_regex_bytes(c->text) + ent_regex_bytes(c->bytes);

	for (const struct ent_cond *k = c->child; k; k = k->next)
		n += regex_bytes(k);
	return n;
}

/* ---- patterns come and go ---- */

static struct ent_rule *
find(const struct ent_pattern_set *s, uint64_t key)
{
	struct ent_str text = { (const char *)&key, sizeof(key) };
	struct ent_slot *slot =
	    ent_table_find(&s->rules, ent_seed_hash(&s->seed, 0, RULES, text));

	return slot ? slot->value : NULL;
}

/* The brackets of the tree in the order of the text, and what START and STOP say of them.
 * Recurses as deep as the parser did. */
static void
nodes(struct ent_rule *r, const struct ent_pat_node *n, struct ent_span span, size_t *i)
{
	if (n->kind == ENT_PAT_OBS) {
		r->of[*i] = (struct ent_rule_bracket){
			.rule = r, .is = &r->brackets[*i], .node = n, .span = span
		};
		++*i;
		return;
	}
	if (n->kind == ENT_PAT_QUALIFIED && n->has & ENT_PAT_STARTSTOP)
		span = ent_span_narrow(span, n);
	for (const struct ent_pat_node *c = n->child; c; c = c->next)
		nodes(r, c, span, i);
}

static int
parse(struct ent_rule *r, struct ent_err *err)
{
	struct ent_pat_node *tree = NULL;
	int rc = ent_pattern_parse_loose(r->arena, r->text, ENT_PAT_21, &tree, NULL, err);

	if (rc == ENT_EPARSE &&
	    !ent_pattern_parse_loose(r->arena, r->text, ENT_PAT_20, &tree, NULL, NULL))
		rc = 0;
	r->tree = tree;
	return rc;
}

static int
ready(struct ent_pattern_set *s, struct ent_rule *r, struct ent_err *err)
{
	struct ent_span always = { INT64_MIN / 4, INT64_MAX / 4 };
	size_t n = 0;
	int rc = parse(r, err);

	if (rc == 0)
		rc = ent_brackets_make(r->arena, r->tree, !s->limits.exact_hashes, &r->brackets,
		                       &r->n, err);
	if (rc)
		return rc;
	r->of = ent_arena_array(r->arena, r->n, sizeof(*r->of));
	if (!r->of)
		return nomem(err);
	nodes(r, r->tree, always, &n);
	rc = ent_timed_make(s, r, err);
	if (rc)
		return rc;
	r->bytes = sizeof(*r) + ent_arena_held(r->arena);
	for (size_t i = 0; i < r->n; i++)
		r->bytes += regex_bytes(r->brackets[i].cond);
	ent_set_take(s, r->bytes);
	return ent_anchors_put(s, r, err);
}

static int
enter(struct ent_pattern_set *s, struct ent_rule *r, struct ent_err *err)
{
	struct ent_str key = { (const char *)&r->key, sizeof(r->key) };
	struct ent_slot *slot =
	    ent_table_make(&s->rules, ent_seed_hash(&s->seed, 0, RULES, key));

	if (!slot || slot->value)
		return nomem(err);
	if (ent_set_bytes(s) > s->limits.bytes)
		return ent_fail(err, ENT_ELIMIT,
		                "the set of patterns is full: %zu MiB for %zu of them",
		                s->limits.bytes >> 20, s->stats.patterns);
	slot->value = r;
	ent_table_filled(&s->rules);
	s->stats.patterns++;
	s->stats.timed += r->timed;
	r->next = s->first;
	if (r->next)
		r->next->prev = r;
	s->first = r;
	return 0;
}

int
ent_pattern_set_add(struct ent_pattern_set *s, uint64_t key, struct ent_str pattern,
                    struct ent_err *err)
{
	struct ent_rule *r;
	int rc;

	if (find(s, key))
		return ent_fail(err, ENT_EEXIST, "there is a pattern %llu in the set",
		                (unsigned long long)key);
	r = calloc(1, sizeof(*r));
	if (!r)
		return nomem(err);
	r->key = key;
	r->arena = ent_arena_small(ENT_SET_ARENA, FIRST_BLOCK);
	if (r->arena)
		r->text = ent_arena_dup(r->arena, pattern);
	rc = r->text.p ? ready(s, r, err) : nomem(err);
	if (rc == 0)
		rc = enter(s, r, err);
	if (rc)
		rule_free(s, r);
	return rc;
}

bool
ent_pattern_set_remove(struct ent_pattern_set *s, uint64_t key)
{
	struct ent_rule *r = find(s, key);

	if (r)
		rule_free(s, r);
	return r != NULL;
}

/* ---- observations ---- */

static int
observed(struct ent_pattern_set *s, const struct ent_observation *o, struct ent_observed *to,
         struct ent_err *err)
{
	bool keyed = ent_json_is(o->objects, ENT_JSON_OBJECT);
	size_t n = ent_json_count(o->objects);

	if ((!keyed && !ent_json_is(o->objects, ENT_JSON_ARRAY)) || o->last < o->first ||
	    o->count < 1 || o->first < -TIME_MAX || o->last > TIME_MAX)
		return ent_fail(err, ENT_EINVAL,
		                "an observation without objects, of no number, that ends "
		                "before it begins, or is further from 1970 than 70,000 years");
	*to = (struct ent_observed){ .first = o->first, .last = o->last, .count = o->count };
	to->objects = ent_arena_raw(s->scratch, n * sizeof(*to->objects));
	if (n > FEW)
		to->ids = ent_map_new(s->scratch);
	if (!to->objects || n >= UINT32_MAX || (n > FEW && !to->ids))
		return nomem(err);
	for (size_t i = 0; i < n; i++) {
		const struct ent_json *v = ent_json_at(o->objects, i);
		struct ent_sighted *at = &to->objects[to->n++];

		*at = (struct ent_sighted){ v,
			                    keyed ? ent_json_key(o->objects, i)
			                          : ent_json_getstr(v, "id"),
			                    ent_json_getstr(v, "type") };
		if (to->ids && at->id.p && !ent_map_get(to->ids, at->id) &&
		    ent_map_put(to->ids, at->id, at))
			return nomem(err);
	}
	return 0;
}

/* A pattern of one bracket, or OR of such: about this observation alone. */
static int
single(struct ent_pattern_set *s, const struct ent_rule *r, const struct ent_observation *o,
       const struct ent_observed *seen, ent_pattern_hit_fn *hit, void *self)
{
	const struct ent_rule_bracket *b = r->of;
	struct ent_pattern_seen one;
	struct ent_pattern_hit h = { r->key, &one, 1 };

	while (b->held != s->now)
		b++;
	one = (struct ent_pattern_seen){ .tag = o->tag,
		                         .first = o->first,
		                         .last = o->last,
		                         .times = 1,
		                         .object = b->object,
		                         .pos = b->is->pos,
		                         .tests = ent_bracket_tests(s, b, seen, b->object) };
	s->stats.hits++;
	return hit(self, &h);
}

int
ent_pattern_set_feed(struct ent_pattern_set *s, const struct ent_observation *o,
                     ent_pattern_hit_fn *hit, void *self, struct ent_err *err)
{
	struct ent_observed seen;
	int rc;

	ent_arena_reset(s->scratch);
	s->now++;
	s->touched = NULL;
	rc = observed(s, o, &seen, err);
	if (rc)
		return rc;
	s->stats.observations++;
	rc = ent_walk(s, &seen, err);
	for (struct ent_rule *r = s->touched; r && rc == 0; r = r->touched) {
		if (r->failed == s->now)
			continue;
		rc = r->timed ? ent_timed_feed(s, r, o, &seen, hit, self, err)
		              : single(s, r, o, &seen, hit, self);
	}
	return rc;
}

struct ent_str
ent_pattern_set_why(const struct ent_pattern_set *s, uint64_t key,
                    const struct ent_pattern_seen *seen, struct ent_arena *a)
{
	const struct ent_rule *r = find(s, key);

	return r ? ent_rule_why(r, seen, a) : (struct ent_str){ NULL, 0 };
}

void
ent_pattern_set_stats(const struct ent_pattern_set *s, struct ent_pattern_stats *out)
{
	*out = s->stats;
	out->bytes = ent_set_bytes(s);
}

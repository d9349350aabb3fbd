/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.c - a pattern made ready, and whether observations satisfy it.
 */
#include "base/limits.h"
#include "pattern/match_int.h"

struct ent_matcher {
	struct ent_arena *arena;
	const struct ent_pat_node *tree;
	struct ent_bracket *brackets;
	size_t n;
	struct ent_eval eval;
};

static int
nomem(struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM, "no memory for the pattern");
}

/* ---- made ready ---- */

static enum ent_form
form_of(const struct ent_pat_step *path)
{
	struct ent_str name = path->text;

	for (const struct ent_pat_step *s = path; s; s = s->next)
		if (s->kind == ENT_PAT_NAME)
			name = s->text;
	return ent_str_ends(name, "_hex")   ? ENT_FORM_HEX
	       : ent_str_ends(name, "_bin") ? ENT_FORM_BIN
	                                    : ENT_PLAIN;
}

/* Recurses as deep as the parser did. */
static int
cond(struct ent_arena *a, const struct ent_pat_node *n, struct ent_cond **out,
     struct ent_err *err)
{
	struct ent_cond *c = *out = ent_arena_alloc(a, sizeof(*c)), **last;
	int rc = 0;

	if (!c)
		return nomem(err);
	c->kind = n->kind;
	if (n->kind == ENT_PAT_TEST) {
		c->op = n->op;
		c->negated = n->negated;
		c->type = n->type;
		c->path = n->path;
		c->form = form_of(n->path);
		return ent_cond_constants(a, n, c, err);
	}
	last = &c->child;
	for (const struct ent_pat_node *k = n->child; rc == 0 && k; k = k->next) {
		rc = cond(a, k, last, err);
		if (rc == 0) {
			c->raises = c->raises || (*last)->raises;
			last = &(*last)->next;
		}
	}
	return rc;
}

static size_t
count(const struct ent_pat_node *n)
{
	size_t all = 0;

	if (n->kind == ENT_PAT_OBS)
		return 1;
	for (const struct ent_pat_node *c = n->child; c; c = c->next)
		all += count(c);
	return all;
}

static int
brackets(struct ent_matcher *m, const struct ent_pat_node *n, struct ent_err *err)
{
	struct ent_cond *c = NULL;
	int rc = 0;

	if (n->kind == ENT_PAT_OBS) {
		rc = cond(m->arena, n->child, &c, err);
		m->brackets[m->n++] = (struct ent_bracket){ n->pos, c };
		return rc;
	}
	for (const struct ent_pat_node *k = n->child; rc == 0 && k; k = k->next)
		rc = brackets(m, k, err);
	return rc;
}

/* So that the regular expressions of what was made are freed with it. */
static void
release(const struct ent_cond *c)
{
	if (!c)
		return;
	ent_regex_free(c->text);
	ent_regex_free(c->bytes);
	for (const struct ent_cond *k = c->child; k; k = k->next)
		release(k);
}

int
ent_matcher_new(const struct ent_pat_node *tree, struct ent_matcher **out, struct ent_err *err)
{
	struct ent_matcher *m = calloc(1, sizeof(*m));
	int rc;

	*out = NULL;
	if (!m)
		return nomem(err);
	ent_buf_init(&m->eval.a, ENT_ITEM_MAX * 2);
	ent_buf_init(&m->eval.b, ENT_ITEM_MAX * 4);
	m->tree = tree;
	m->arena = ent_arena_new(ENT_MATCH_ARENA);
	if (m->arena)
		m->brackets = ent_arena_array(m->arena, count(tree), sizeof(*m->brackets));
	rc = m->brackets ? brackets(m, tree, err) : nomem(err);
	if (rc)
		ent_matcher_free(m);
	else
		*out = m;
	return rc;
}

void
ent_matcher_free(struct ent_matcher *m)
{
	if (!m)
		return;
	for (size_t i = 0; m->brackets && i < m->n; i++)
		release(m->brackets[i].cond);
	ent_eval_release(&m->eval);
	ent_arena_free(m->arena);
	free(m);
}

/* ---- evaluated ---- */

int
ent_match_one(struct ent_matcher *m, const struct ent_observed *o, size_t *object,
              struct ent_err *err)
{
	return ent_bracket_holds(&m->brackets[0], o, &m->eval, object, err);
}

/* One bracket alone: one observation is enough. */
static int
single(struct ent_matcher *m, const struct ent_observations *o, struct ent_arena *a,
       struct ent_hits *hits, struct ent_err *err)
{
	int yes = 0;

	for (size_t i = 0; i < o->n && (!yes || m->brackets[0].cond->raises); i++) {
		size_t object = 0;
		int rc = ent_match_one(m, &o->list[i], &object, err);
		struct ent_hit *hit;

		if (rc < 0)
			return rc;
		if (rc && !yes && hits) {
			hit = ent_arena_alloc(a, sizeof(*hit));
			if (!hit)
				return nomem(err);
			*hit = (struct ent_hit){ i, object, m->brackets[0].pos, 1 };
			*hits = (struct ent_hits){ hit, 1 };
		}
		yes = yes || rc;
	}
	return yes;
}

/* Does no observation satisfy two brackets?  Then fronts are the whole truth. */
static bool
apart(const struct ent_part *p, uint8_t *seen)
{
	for (size_t i = 0; i < p->n_items; i++)
		if (seen[p->items[i].observed]++)
			return false;
	for (const struct ent_part *c = p->child; c; c = c->next)
		if (p->kind == ENT_PART_COPIES || !apart(c, seen))
			return false;
	return true;
}

/* How many observations it takes at least.  Recurses as deep as the parser did. */
static uint64_t
needs(const struct ent_part *p)
{
	uint64_t all = p->kind == ENT_PART_ANY ? UINT64_MAX : 0;

	if (p->kind == ENT_PART_LEAF)
		return p->n;
	for (const struct ent_part *c = p->child; c; c = c->next) {
		uint64_t n = needs(c);

		if (p->kind == ENT_PART_ANY)
			all = n < all ? n : all;
		else if (__builtin_add_overflow(all, n, &all))
			return UINT64_MAX;
	}
	return __builtin_mul_overflow(all, p->n, &all) ? UINT64_MAX : all;
}

static int
parts(const struct ent_part *p, const struct ent_observations *o, const uint64_t *counts,
      struct ent_arena *a, struct ent_hits *hits, struct ent_err *err)
{
	struct ent_span always = { INT64_MIN / 4, INT64_MAX / 4 };
	struct ent_front f;
	uint64_t work = UINT64_MAX, all = 0;
	uint8_t *seen;
	bool sure, none, known;
	int rc;

	for (size_t i = 0; i < o->n; i++)
		all += counts[i];
	if (needs(p) > all)
		return 0;
	rc = ent_part_front(p, SIZE_MAX, always, &work, &f, err);
	if (rc)
		return rc;
	none = f.n == 0;
	ent_front_release(&f);
	if (none)
		return 0;
	rc = ent_part_copies(p, o->n, a, hits, &known, err);
	if (rc < 0 || known)
		return rc;
	seen = calloc(1, o->n + 1);
	if (!seen)
		return nomem(err);
	sure = apart(p, seen);
	free(seen);
	if (sure && !hits)
		return 1;
	rc = ent_part_search(p, o->n, counts, a, hits, err);
	return sure && rc == ENT_ELIMIT ? 1 : rc; /* known, only not by which of them */
}

int
ent_match(struct ent_matcher *m, const struct ent_observations *o, struct ent_arena *a,
          struct ent_hits *hits, struct ent_err *err)
{
	struct ent_arena *mine;
	struct ent_part *p = NULL;
	uint64_t *counts;
	int rc;

	if (hits)
		*hits = (struct ent_hits){ NULL, 0 };
	if (m->tree->kind == ENT_PAT_OBS)
		return single(m, o, a, hits, err);
	mine = ent_arena_new(ENT_MATCH_ARENA);
	counts = mine ? ent_arena_array(mine, o->n, sizeof(*counts)) : NULL;
	rc = counts ? ent_part_build(m->tree, m->brackets, o, &m->eval, mine, &p, err)
	            : nomem(err);
	for (size_t i = 0; rc == 0 && i < o->n; i++)
		counts[i] = o->list[i].count;
	if (rc == 0 && p->kind == ENT_PART_ANY) {
		for (const struct ent_part *c = p->child; rc == 0 && c; c = c->next)
			rc = parts(c, o, counts, a, hits, err);
	} else if (rc == 0) {
		rc = parts(p, o, counts, a, hits, err);
	}
	ent_arena_free(mine);
	return rc;
}

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

enum ent_form
ent_path_form(const struct ent_pat_step *path)
{
	struct ent_str name = path ? path->text : (struct ent_str){ NULL, 0 };

	for (const struct ent_pat_step *s = path; s; s = s->next)
		if (s->kind == ENT_PAT_NAME)
			name = s->text;
	return ent_str_ends(name, "_hex")   ? ENT_FORM_HEX
	       : ent_str_ends(name, "_bin") ? ENT_FORM_BIN
	                                    : ENT_PLAIN;
}

/* SSDEEP and TLSH are no digits; the first of them is told apart by case. */
bool
ent_path_is_hash(const struct ent_pat_step *path)
{
	static const char *const names[] = { "MD5",     "SHA-1",    "SHA-256",
		                             "SHA-512", "SHA3-256", "SHA3-512" };
	const struct ent_pat_step *last = path, *before = NULL;

	for (; last && last->next; last = last->next)
		before = last;
	if (!before || before->kind != ENT_PAT_NAME || last->kind != ENT_PAT_NAME ||
	    !ent_str_ends(before->text, "hashes"))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (ent_str_caseis(last->text, names[i]))
			return true;
	return false;
}

struct making {
	struct ent_arena *a;
	bool fold_hashes;
	struct ent_bracket *brackets;
	size_t n;
	struct ent_err *err;
};

/* Recurses as deep as the parser did. */
static int
cond(struct making *m, const struct ent_pat_node *n, struct ent_cond **out)
{
	struct ent_cond *c = *out = ent_arena_alloc(m->a, sizeof(*c)), **last;
	int rc = 0;

	if (!c)
		return nomem(m->err);
	c->kind = n->kind;
	if (n->kind == ENT_PAT_TEST) {
		c->op = n->op;
		c->negated = n->negated;
		c->type = n->type;
		c->path = n->path;
		c->form = ent_path_form(n->path);
		if (m->fold_hashes && ent_path_is_hash(n->path) &&
		    (n->op == ENT_PAT_EQ || n->op == ENT_PAT_NE || n->op == ENT_PAT_IN))
			c->form = ENT_FORM_HASH;
		return ent_cond_constants(m->a, n, c, m->err);
	}
	last = &c->child;
	for (const struct ent_pat_node *k = n->child; rc == 0 && k; k = k->next) {
		rc = cond(m, k, last);
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
brackets(struct making *m, const struct ent_pat_node *n)
{
	struct ent_cond *c = NULL;
	int rc = 0;

	if (n->kind == ENT_PAT_OBS) {
		rc = cond(m, n->child, &c);
		m->brackets[m->n++] = (struct ent_bracket){ n->pos, c };
		return rc;
	}
	for (const struct ent_pat_node *k = n->child; rc == 0 && k; k = k->next)
		rc = brackets(m, k);
	return rc;
}

int
ent_brackets_make(struct ent_arena *a, const struct ent_pat_node *tree, bool fold_hashes,
                  struct ent_bracket **out, size_t *n, struct ent_err *err)
{
	struct making m = { .a = a, .fold_hashes = fold_hashes, .err = err };
	int rc;

	m.brackets = ent_arena_array(a, count(tree), sizeof(*m.brackets));
	rc = m.brackets ? brackets(&m, tree) : nomem(err);
	*out = m.brackets;
	*n = m.n;
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

void
ent_brackets_release(struct ent_bracket *list, size_t n)
{
	for (size_t i = 0; list && i < n; i++)
		release(list[i].cond);
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
	rc = m->arena ? ent_brackets_make(m->arena, tree, false, &m->brackets, &m->n, err)
	              : nomem(err);
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
	ent_brackets_release(m->brackets, m->n);
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

static int
parts(const struct ent_part *p, const struct ent_observations *o, const uint64_t *counts,
      uint64_t steps, struct ent_arena *a, struct ent_hits *hits, struct ent_err *err)
{
	struct ent_span always = { INT64_MIN / 4, INT64_MAX / 4 };
	struct ent_front f;
	uint64_t work = UINT64_MAX, all = 0;
	uint8_t *seen;
	bool sure, none, known;
	int rc;

	for (size_t i = 0; i < o->n; i++)
		all += counts[i];
	if (ent_part_needs(p, SIZE_MAX) > all)
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
	rc = ent_part_greedy(p, o->n, counts, steps / 4, a, hits, err);
	if (rc)
		return rc;
	rc = ent_part_search(p, o->n, counts, &steps, a, hits, err);
	return sure && rc == ENT_ELIMIT ? 1 : rc; /* known, only not by which of them */
}

int
ent_match_parts(const struct ent_pat_node *tree, const struct ent_bracket *list,
                const struct ent_observations *o, const struct ent_verdicts *v, uint64_t steps,
                struct ent_arena *a, struct ent_hits *hits, struct ent_err *err)
{
	struct ent_arena *mine = ent_arena_new(ENT_MATCH_ARENA);
	struct ent_part *p = NULL;
	uint64_t *counts = mine ? ent_arena_array(mine, o->n, sizeof(*counts)) : NULL;
	int rc = counts ? ent_part_build(tree, list, o, v, mine, &p, err) : nomem(err);

	for (size_t i = 0; rc == 0 && i < o->n; i++)
		counts[i] = o->list[i].count;
	if (rc == 0 && p->kind == ENT_PART_ANY) {
		for (const struct ent_part *c = p->child; rc == 0 && c; c = c->next)
			rc = parts(c, o, counts, steps, a, hits, err);
	} else if (rc == 0) {
		rc = parts(p, o, counts, steps, a, hits, err);
	}
	ent_arena_free(mine);
	return rc;
}

struct given {
	struct ent_matcher *m;
	const struct ent_observations *o;
};

static int
evaluate(void *self, size_t bracket, size_t observed, size_t *object, struct ent_err *err)
{
	struct given *g = self;

	return ent_bracket_holds(&g->m->brackets[bracket], &g->o->list[observed], &g->m->eval,
	                         object, err);
}

int
ent_match(struct ent_matcher *m, const struct ent_observations *o, struct ent_arena *a,
          struct ent_hits *hits, struct ent_err *err)
{
	struct given given = { m, o };
	struct ent_verdicts verdicts = { evaluate, &given };

	if (hits)
		*hits = (struct ent_hits){ NULL, 0 };
	if (m->tree->kind == ENT_PAT_OBS)
		return single(m, o, a, hits, err);
	return ent_match_parts(m->tree, m->brackets, o, &verdicts, ENT_MATCH_STEPS, a, hits,
	                       err);
}

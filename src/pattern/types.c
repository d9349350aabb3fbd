/* SPDX-License-Identifier: Apache-2.0 */
/*
 * types.c - whether one object can satisfy each AND of an observation (STIX 2.1, 9.5).
 */
#include "pattern/lexer_int.h"

struct sets {
	struct ent_str *of; /* a stack of sets, each sorted */
	size_t n;
};

static int
order(const void *a, const void *b)
{
	return ent_str_cmp(*(const struct ent_str *)a, *(const struct ent_str *)b);
}

static void
unite(struct sets *s, size_t from)
{
	size_t k = from;

	qsort(s->of + from, s->n - from, sizeof(*s->of), order);
	for (size_t i = from; i < s->n; i++)
		if (i == from || !ent_str_eq(s->of[i], s->of[k - 1]))
			s->of[k++] = s->of[i];
	s->n = k;
}

/* The set at [from, mid) keeps what is in [mid, n) too. */
static void
intersect(struct sets *s, size_t from, size_t mid)
{
	size_t k = from, j = mid;

	for (size_t i = from; i < mid; i++) {
		while (j < s->n && ent_str_cmp(s->of[j], s->of[i]) < 0)
			j++;
		if (j < s->n && ent_str_eq(s->of[j], s->of[i]))
			s->of[k++] = s->of[i];
	}
	s->n = k;
}

/* Recurses as deep as the parser did. */
static const struct ent_pat_node *
walk(struct sets *s, const struct ent_pat_node *n)
{
	size_t from = s->n;

	if (n->kind == ENT_PAT_TEST) {
		s->of[s->n++] = n->type;
		return NULL;
	}
	for (const struct ent_pat_node *c = n->child; c; c = c->next) {
		size_t mid = s->n;
		const struct ent_pat_node *bad = walk(s, c);

		if (bad)
			return bad;
		if (n->kind == ENT_PAT_AND && c != n->child)
			intersect(s, from, mid);
		if (n->kind == ENT_PAT_AND && s->n == from)
			return n;
	}
	if (n->kind == ENT_PAT_OR)
		unite(s, from);
	return NULL;
}

const struct ent_pat_node *
ent_pattern_types(struct ent_arena *a, const struct ent_pat_node *n, size_t tests, bool *nomem)
{
	struct sets s = { .of = ent_arena_array(a, tests, sizeof(*s.of)) };

	*nomem = !s.of;
	return s.of ? walk(&s, n) : NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_why.c - what a hit is made of, in terms of its pattern.
 */
#include "base/limits.h"
#include "pattern/index_int.h"

#define TOLD 64 /* comparisons of a bracket, as many as a mask has bits */

/* Recurses as deep as the parser did. */
static void
tests(struct ent_pattern_set *s, const struct ent_cond *c, const struct ent_observed *o,
      size_t object, unsigned *i, uint64_t *out)
{
	for (const struct ent_cond *k = c->child; k && *i < TOLD; k = k->next)
		tests(s, k, o, object, i, out);
	if (c->kind != ENT_PAT_TEST)
		return;
	if (ent_cond_object(c, o, object, &s->eval, NULL) == 1)
		*out |= UINT64_C(1) << *i;
	++*i;
}

uint64_t
ent_bracket_tests(struct ent_pattern_set *s, const struct ent_rule_bracket *b,
                  const struct ent_observed *o, size_t object)
{
	uint64_t out = 0;
	unsigned i = 0;

	tests(s, b->is->cond, o, object, &i, &out);
	return out;
}

/* Recurses as deep as the parser did. */
static bool
print(struct ent_arena *a, const struct ent_pat_node *n, uint64_t mask, unsigned *i,
      struct ent_buf *b)
{
	struct ent_str text;

	for (const struct ent_pat_node *c = n->child; c && *i < TOLD; c = c->next)
		if (!print(a, c, mask, i, b))
			return false;
	if (n->kind != ENT_PAT_TEST || *i == TOLD)
		return true;
	if (!(mask >> (*i)++ & 1))
		return true;
	text = ent_pattern_print(a, n, ENT_PAT_21);
	if (b->n)
		ent_buf_c(b, "; ");
	ent_buf_str(b, text);
	return text.p != NULL;
}

struct ent_str
ent_rule_why(const struct ent_rule *r, const struct ent_pattern_seen *seen, struct ent_arena *a)
{
	struct ent_str out = { NULL, 0 };
	struct ent_buf b;
	unsigned i = 0;
	size_t k = 0;

	while (k < r->n && r->of[k].is->pos != seen->pos)
		k++;
	if (k == r->n)
		return out;
	ent_buf_init(&b, (size_t)ENT_PATTERN_MAX * 4);
	if (print(a, r->of[k].node, seen->tests, &i, &b))
		out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out;
}

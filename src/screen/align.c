/* SPDX-License-Identifier: Apache-2.0 */
/*
 * align.c - which tokens of two names belong together, and the score that follows from it.
 *
 * What both names have unexplained (a contradiction) costs far more than what only one of them
 * has (an omission).
 */
#include "screen/screen_int.h"

#define LEAST        0.6  /* likeness from which tokens belong together */
#define MUCH         0.45 /* weight of what is left over that is a whole word */
#define JOINED_ABJAD 0.8
#define BETTER       0.05 /* that a word must be than one of them alone */
#define ALONE        0.95 /* likeness from which a word is one of them alone */
#define LOOSE        0.25 /* of the weight of a particle, title or legal form that is left over */
#define JOINED       0.88 /* likeness from which words written together are one */

static void
take(struct ent_alignment *g, size_t a, size_t a_n, size_t b, size_t b_n, enum ent_pairing why,
     double likeness)
{
	g->pair[g->n].a = (uint8_t)a;
	g->pair[g->n].b = (uint8_t)b;
	g->pair[g->n].a_n = (uint8_t)a_n;
	g->pair[g->n].b_n = (uint8_t)b_n;
	g->pair[g->n].why = why;
	g->pair[g->n++].likeness = likeness;
	for (size_t i = 0; i < a_n; i++)
		g->a_used[a + i] = true;
	for (size_t i = 0; i < b_n; i++)
		g->b_used[b + i] = true;
}

bool
ent_token_join(const struct ent_token *t, size_t n, struct ent_token *out)
{
	*out = (struct ent_token){ .abjad = t[0].abjad, .from = t[0].from };
	for (size_t i = 0; i < n; i++) {
		if ((size_t)out->n + t[i].n >= ENT_TOKEN_ROOM)
			return false;
		memcpy(out->text + out->n, t[i].text, t[i].n);
		out->n = (uint8_t)(out->n + t[i].n);
	}
	ent_token_finish(out);
	return true;
}

/* Whether some of used[at] to used[at + n - 1] are. */
static bool
any_used(const bool *used, size_t at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (used[at + i])
			return true;
	return false;
}

/* Whether what some adjacent words make up may be one word of the other name: they have
 * together about its letters, and no word of them is it alone. */
static bool
may_join(const struct ent_token *one, const struct ent_token *t, size_t n)
{
	size_t letters = 0;

	for (size_t i = 0; i < n; i++)
		letters += t[i].n;
	if (one->n < 5 || letters + 3 < one->n || letters > one->n + 3u)
		return false;
	if (one->skeleton[0] && t->skeleton[0] && one->skeleton[0] != t->skeleton[0])
		return false;
	/* Without vowels too much sounds alike. */
	return one->abjad == t->abjad || (one->abjad ? one->n : letters) >= 5;
}

/* The word of one that n adjacent ones of two make up, from two's j on. */
static void
take_join(const struct ent_name *one, const struct ent_name *two, size_t j, size_t n,
          const struct ent_match *m, bool swapped, struct ent_alignment *g)
{
	const bool *one_used = swapped ? g->b_used : g->a_used;
	struct ent_token joined = { 0 };

	if (any_used(swapped ? g->a_used : g->b_used, j, n))
		return;
	for (size_t i = 0; i < one->n; i++) {
		enum ent_pairing why;
		double l, alone = 0;

		if (one_used[i] || !may_join(&one->token[i], two->token + j, n))
			continue;
		for (size_t k = j; k < j + n; k++) {
			double single =
			    (double)(swapped ? m->likeness[k][i] : m->likeness[i][k]);

			alone = single > alone ? single : alone;
		}
		if (alone > ALONE || (!joined.n && !ent_token_join(two->token + j, n, &joined)))
			continue;
		l = ent_token_likeness(&one->token[i], &joined, &why);
		if (l < (one->token[i].abjad == joined.abjad ? JOINED : JOINED_ABJAD) ||
		    l < alone + BETTER)
			continue;
		if (swapped)
			take(g, j, n, i, 1, ENT_PAIR_JOINED, l);
		else
			take(g, i, 1, j, n, ENT_PAIR_JOINED, l);
		return;
	}
}

static void
take_joins(const struct ent_name *one, const struct ent_name *two, const struct ent_match *m,
           bool swapped, struct ent_alignment *g)
{
	for (size_t n = 2; n <= 3; n++)
		for (size_t j = 0; j + n <= two->n; j++)
			take_join(one, two, j, n, m, swapped, g);
}

static void
take_pairs(const struct ent_name *a, const struct ent_name *b, const struct ent_match *m,
           struct ent_alignment *g)
{
	for (;;) {
		double best = 0, rank = 0;
		size_t at = 0, to = 0;

		for (size_t i = 0; i < a->n; i++)
			for (size_t j = 0; j < b->n && !g->a_used[i]; j++) {
				double l = (double)m->likeness[i][j];
				double here = l + 1e-3 * (i == j);

				if (g->b_used[j] || l < LEAST || here <= rank)
					continue;
				rank = here;
				best = l;
				at = i;
				to = j;
			}
		if (best < LEAST)
			return;
		take(g, at, 1, to, 1, m->why[at][to], best);
	}
}

static double
weight_of(const struct ent_name *name, size_t at, size_t n)
{
	double w = 0;

	for (size_t i = 0; i < n; i++)
		w += name->token[at + i].weight;
	return w;
}

double
ent_token_left(const struct ent_token *t)
{
	bool loose = t->kind == ENT_TOKEN_PARTICLE || t->kind == ENT_TOKEN_TITLE ||
	             t->kind == ENT_TOKEN_FORM;

	return t->weight * (loose ? LOOSE : 1);
}

static double
weight_left(const struct ent_name *name, const bool *used)
{
	double w = 0;

	for (size_t i = 0; i < name->n; i++)
		w += used[i] ? 0 : ent_token_left(&name->token[i]);
	return w;
}

static void
add_up(const struct ent_name *a, const struct ent_name *b, struct ent_alignment *g)
{
	double la = weight_left(a, g->a_used), lb = weight_left(b, g->b_used);
	double wa = la, wb = lb, ca = 0, cb = 0, high, low, larger = ENT_SCORE_LARGER;
	/* Where one name has more, what is merely alike counts for less. */
	bool whole = la < MUCH && lb < MUCH;

	g->partial = !whole;

	for (size_t i = 0; i < g->n; i++) {
		double l = whole ? g->pair[i].likeness : 1.5 * g->pair[i].likeness - 0.5;
		double x = weight_of(a, g->pair[i].a, g->pair[i].a_n);
		double y = weight_of(b, g->pair[i].b, g->pair[i].b_n);

		wa += x;
		wb += y;
		ca += l * x;
		cb += l * y;
	}
	if (wa <= 0 || wb <= 0)
		return;
	high = ca / wa > cb / wb ? ca / wa : cb / wb;
	low = ca / wa > cb / wb ? cb / wb : ca / wa;
	/* Nobody leaves out a sign of a Chinese or Korean name. */
	if (a->n && b->n && (a->token[0].from || b->token[0].from))
		larger = ENT_SCORE_SIGNS;
	g->score = larger * high + (1 - larger) * low -
	           ENT_SCORE_CONTRADICTION * (la < lb ? la : lb) / (wa < wb ? wa : wb);
	g->score = g->score < 0 ? 0 : g->score > 1 ? 1 : g->score;
}

void
ent_align_by(const struct ent_name *a, const struct ent_name *b, const struct ent_match *m,
             struct ent_alignment *out)
{
	memset(out, 0, sizeof(*out));
	take_joins(a, b, m, false, out);
	take_joins(b, a, m, true, out);
	take_pairs(a, b, m, out);
	add_up(a, b, out);
}

void
ent_align(const struct ent_name *a, const struct ent_name *b, struct ent_alignment *out)
{
	struct ent_match m = { 0 };

	for (size_t i = 0; i < a->n; i++)
		for (size_t j = 0; j < b->n; j++) {
			enum ent_pairing why;

			m.likeness[i][j] =
			    (float)ent_token_likeness(&a->token[i], &b->token[j], &why);
			m.why[i][j] = (uint8_t)why;
		}
	ent_align_by(a, b, &m, out);
}

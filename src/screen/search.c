/* SPDX-License-Identifier: Apache-2.0 */
/*
 * search.c - a name looked for in an index: words that are alike, the names that have them, and
 * of those that may be alike enough the full comparison.
 */
#include "screen/index_int.h"

#include <stdlib.h>

#define LEAST    0.6  /* likeness of words, as in align.c */
#define FREQUENT 0.01 /* of all names: whose have such a word is looked at last */
#define ENOUGH   0.6  /* of the query's weight that is followed from words to names */
#define SLACK    0.02 /* below what is asked for that a name is still compared */

/* A listed word, and how like it is to each of the query's; below 0: not known yet. */
struct like {
	float likeness[ENT_NAME_TOKENS];
	uint8_t why[ENT_NAME_TOKENS];
	uint32_t token;
};

/* What a name has gathered in this search. */
struct gathered {
	uint32_t search;
	float ours, theirs; /* likeness by weight, of the query's words and of the name's */
	float met;          /* weight of the query's words that have met some */
	float best;         /* likeness of the last of them */
	uint8_t last;
	bool joined;
};

struct ent_searcher {
	const struct ent_index *x;
	struct ent_folder *folder;
	uint32_t search; /* counts them, so that nothing has to be wiped */
	struct gathered *gathered;
	uint32_t *touched; /* names */
	size_t n_touched;
	uint32_t *like_at, *like_in; /* of each word: its row in like, and of which search */
	struct like *like;
	size_t n_like;
	struct ent_name query, name; /* of the search; the one that is looked at */
	enum ent_name_of kind;
	double floor, weight; /* least score asked for; of the query */
	struct ent_hit *hit;
	size_t n_hits;
	bool cut;
	uint32_t *hit_in, *hit_at; /* of each entry, as like_in and like_at */
};

struct ent_searcher *
ent_searcher_new(const struct ent_index *x, struct ent_err *err)
{
	struct ent_searcher *s = calloc(1, sizeof(*s));

	if (!s) {
		ent_fail(err, ENT_ENOMEM, "out of memory");
		return NULL;
	}
	s->x = x;
	s->folder = ent_folder_new(err);
	if (!s->folder) {
		free(s);
		return NULL;
	}
	s->gathered = calloc(x->n_names + 1, sizeof(*s->gathered));
	s->touched = calloc(x->n_names + 1, sizeof(*s->touched));
	s->like_at = calloc(x->n_tokens + 1, sizeof(*s->like_at));
	s->like_in = calloc(x->n_tokens + 1, sizeof(*s->like_in));
	s->hit_at = calloc(x->n_entries + 1, sizeof(*s->hit_at));
	s->hit_in = calloc(x->n_entries + 1, sizeof(*s->hit_in));
	s->like = calloc(ENT_SEARCH_WORDS, sizeof(*s->like));
	s->hit = calloc(ENT_HITS_MAX, sizeof(*s->hit));
	if (s->gathered && s->touched && s->like_at && s->like_in && s->hit_at && s->hit_in &&
	    s->like && s->hit)
		return s;
	ent_fail(err, ENT_ENOMEM, "out of memory");
	ent_searcher_free(s);
	return NULL;
}

void
ent_searcher_free(struct ent_searcher *s)
{
	if (!s)
		return;
	ent_folder_free(s->folder);
	free(s->gathered);
	free(s->touched);
	free(s->like_at);
	free(s->like_in);
	free(s->hit_at);
	free(s->hit_in);
	free(s->like);
	free(s->hit);
	free(s);
}

/* ---- words ---- */

/* The row of a listed word; NULL where it has none, or with make if there is no room. */
static struct like *
row_of(struct ent_searcher *s, uint32_t token, bool make)
{
	struct like *l;

	if (s->like_in[token] == s->search)
		return &s->like[s->like_at[token]];
	if (!make || s->n_like == ENT_SEARCH_WORDS)
		return NULL;
	l = &s->like[s->n_like];
	for (size_t i = 0; i < s->query.n; i++)
		l->likeness[i] = -1;
	l->token = token;
	s->like_in[token] = s->search;
	s->like_at[token] = (uint32_t)s->n_like++;
	return l;
}

static float
liken(struct ent_searcher *s, struct like *l, size_t i)
{
	enum ent_pairing why;

	if (l->likeness[i] < 0) {
		l->likeness[i] =
		    (float)ent_token_likeness(&s->query.token[i], &s->x->token[l->token], &why);
		l->why[i] = (uint8_t)why;
	}
	return l->likeness[i];
}

/* The listed words that are like the query's i-th, and how many names have them. */
static size_t
alike(struct ent_searcher *s, size_t i)
{
	uint32_t keys[ENT_WORD_KEYS];
	size_t n = ent_word_keys(&s->query.token[i], true, keys), names = 0;

	for (size_t k = 0; k < n; k++) {
		const struct ent_key *row = NULL;
		size_t rows = ent_keys_find(&s->x->words, keys[k], &row);

		for (size_t r = 0; r < rows; r++) {
			struct like *l = row_of(s, row[r].value, true);

			if (!l || l->likeness[i] >= 0 || liken(s, l, i) < (float)LEAST)
				continue;
			names += s->x->posts[l->token + 1] - s->x->posts[l->token];
		}
	}
	return names;
}

/* ---- names ---- */

static struct gathered *
touch(struct ent_searcher *s, uint32_t name)
{
	struct gathered *g = &s->gathered[name];

	if (g->search == s->search)
		return g;
	*g = (struct gathered){ .search = s->search, .last = UINT8_MAX };
	s->touched[s->n_touched++] = name;
	return g;
}

/* The names that have a word like the query's i-th. */
static void
follow(struct ent_searcher *s, size_t i)
{
	const struct ent_index *x = s->x;
	float w = (float)s->query.token[i].weight;

	for (size_t r = 0; r < s->n_like; r++) {
		const struct like *l = &s->like[r];
		float likeness = l->likeness[i];
		float theirs = likeness * (float)x->token[l->token].weight;

		if (likeness < (float)LEAST)
			continue;
		for (uint32_t p = x->posts[l->token]; p < x->posts[l->token + 1]; p++) {
			struct gathered *g = touch(s, x->post[p]);

			g->theirs += theirs;
			if (g->last != i) {
				g->last = (uint8_t)i;
				g->best = 0;
				g->met += w;
			}
			if (likeness > g->best) {
				g->ours += w * (likeness - g->best);
				g->best = likeness;
			}
		}
	}
}

static void
follow_joined(struct ent_searcher *s, const uint32_t *keys, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		const struct ent_key *row = NULL;
		size_t rows = ent_keys_find(&s->x->joins, keys[k], &row);

		for (size_t r = 0; r < rows; r++)
			touch(s, row[r].value)->joined = true;
	}
}

/* Words of the query that are several in a name, and the other way round. */
static void
follow_joins(struct ent_searcher *s)
{
	const struct ent_name *q = &s->query;
	uint32_t keys[ENT_JOIN_KEYS];

	for (size_t i = 0; i < q->n; i++)
		if (q->token[i].n >= 4)
			follow_joined(s, keys, ent_joined_keys(&q->token[i], keys));
	for (size_t n = 2; n <= 3; n++)
		for (size_t i = 0; i + n <= q->n; i++) {
			struct ent_token joined;
			uint32_t word[ENT_WORD_KEYS];

			if (!ent_token_join(q->token + i, n, &joined))
				continue;
			for (size_t k = ent_word_keys(&joined, true, word); k > 0; k--) {
				const struct ent_key *row = NULL;
				size_t rows = ent_keys_find(&s->x->words, word[k - 1], &row);

				for (size_t r = 0; r < rows; r++) {
					const struct ent_token *t = &s->x->token[row[r].value];
					enum ent_pairing why;

					if (t->n < 4 ||
					    ent_token_likeness(&joined, t, &why) < 0.8)
						continue;
					for (uint32_t p = s->x->posts[row[r].value];
					     p < s->x->posts[row[r].value + 1]; p++)
						touch(s, s->x->post[p])->joined = true;
				}
			}
		}
}

/* From words to names: all that have the query's rarer words.  *left is the weight of those
 * that were not followed. */
static void
gather(struct ent_searcher *s, double *left)
{
	struct ent_name *q = &s->query;
	size_t names[ENT_NAME_TOKENS];
	bool done[ENT_NAME_TOKENS] = { false };
	double followed = 0;

	for (size_t i = 0; i < q->n; i++)
		names[i] = alike(s, i);
	for (;;) {
		size_t next = SIZE_MAX;

		for (size_t i = 0; i < q->n; i++)
			if (!done[i] && (next == SIZE_MAX || names[i] < names[next]))
				next = i;
		if (next == SIZE_MAX ||
		    (followed >= ENOUGH * s->weight &&
		     (double)names[next] > FREQUENT * (double)s->x->n_names))
			break;
		done[next] = true;
		followed += q->token[next].weight;
		follow(s, next);
	}
	*left = s->weight - followed;
	follow_joins(s);
}

/* What the score can be at most. */
static double
at_most(const struct ent_searcher *s, const struct gathered *g,
        const struct ent_index_name *row, double left)
{
	double a = s->weight, b = (double)row->weight;
	double ca = (double)g->ours + left, cb = (double)g->theirs + left, high, low, la, lb;

	ca = ca < a ? ca : a;
	cb = cb < b ? cb : b;
	la = a - (double)g->met - left;
	la = la > 0 ? la : 0;
	lb = b - cb / LEAST;
	lb = lb > 0 ? lb : 0;
	high = ca / a > cb / b ? ca / a : cb / b;
	low = ca / a > cb / b ? cb / b : ca / a;
	return ENT_SCORE_LARGER * high + ENT_SCORE_SMALLER * low -
	       ENT_SCORE_CONTRADICTION * (la < lb ? la : lb) / (a < b ? a : b);
}

/* ---- hits ---- */

static struct ent_str
value_of(const struct ent_index *x, const struct ent_index_entry *e, size_t i)
{
	return x->value[e->values + i];
}

static enum ent_evidence
best_evidence(enum ent_evidence a, enum ent_evidence b)
{
	return a == ENT_EVIDENCE_AGREES || b == ENT_EVIDENCE_NONE ? a : b;
}

/* What is known of an entry beside its name. */
static void
witness(const struct ent_index *x, const struct ent_query *q, const struct ent_index_entry *e,
        struct ent_hit *h)
{
	for (size_t i = 0; q->birth.n && i < e->births; i++)
		h->birth =
		    best_evidence(h->birth, ent_birth_evidence(q->birth, value_of(x, e, i)));
	for (size_t i = 0; q->country.n && i < e->countries; i++)
		h->country = best_evidence(
		    h->country,
		    ent_country_evidence(q->country, value_of(x, e, e->births + i)));
	for (size_t i = 0; q->document.n && i < e->documents; i++)
		if (ent_document_same(q->document,
		                      value_of(x, e, (size_t)e->births + e->countries + i)))
			h->document = ENT_EVIDENCE_AGREES;
}

/* Keeps a hit if it is the best of its entry. */
static void
keep(struct ent_searcher *s, const struct ent_query *q, uint32_t at, const struct ent_hit *seen)
{
	const struct ent_index_name *row = &s->x->name[at];
	const struct ent_index_entry *e = &s->x->entry[row->entry];
	struct ent_hit h = *seen;
	bool there = s->hit_in[row->entry] == s->search;

	h.number = e->number;
	h.name = row->text;
	h.strength = row->strength;
	h.kind = e->kind;
	h.row = at;
	witness(s->x, q, e, &h);
	h.band = ent_judge(h.score, h.birth, h.country);
	if (h.strength == ENT_STRENGTH_WEAK && h.band > ENT_BAND_POSSIBLE &&
	    h.birth != ENT_EVIDENCE_AGREES)
		h.band = ENT_BAND_POSSIBLE;
	if (h.document == ENT_EVIDENCE_AGREES)
		h.band = h.score >= s->floor ? ENT_BAND_EXACT : ENT_BAND_STRONG;
	if (h.band < q->least)
		return;
	if (there) {
		struct ent_hit *old = &s->hit[s->hit_at[row->entry]];

		if (h.band > old->band || (h.band == old->band && h.score > old->score))
			*old = h;
		return;
	}
	if (s->n_hits == ENT_HITS_MAX) {
		s->cut = true;
		return;
	}
	s->hit_in[row->entry] = s->search;
	s->hit_at[row->entry] = (uint32_t)s->n_hits;
	s->hit[s->n_hits++] = h;
}

/* The full comparison of the query with a name. */
static void
compare(struct ent_searcher *s, uint32_t at, struct ent_hit *h)
{
	const struct ent_index_name *row = &s->x->name[at];
	struct ent_match m;

	ent_index_words(s->x, at, &s->name);
	for (size_t j = 0; j < row->n; j++) {
		struct like *l = row_of(s, s->x->id[row->first + j], true);

		for (size_t i = 0; i < s->query.n; i++) {
			m.likeness[i][j] = l ? liken(s, l, i) : 0;
			m.why[i][j] = l ? l->why[i] : ENT_PAIR_EQUAL;
		}
	}
	*h = (struct ent_hit){ 0 };
	ent_align_by(&s->query, &s->name, &m, &h->alignment);
	ent_weigh(&s->query, s->kind, &s->name, s->x->entry[row->entry].kind, &h->alignment);
	h->score = h->alignment.score;
}

static void
by_document(struct ent_searcher *s, const struct ent_query *q)
{
	const struct ent_key *row = NULL;
	size_t rows = q->document.n
	                  ? ent_keys_find(&s->x->documents, ent_document_key(q->document), &row)
	                  : 0;

	for (size_t r = 0; r < rows; r++)
		for (uint32_t i = 0; i < s->x->n_names; i++) {
			struct ent_hit h;

			if (s->x->name[i].entry != row[r].value)
				continue;
			compare(s, i, &h);
			keep(s, q, i, &h);
		}
}

static int
best_first(const void *a, const void *b)
{
	const struct ent_hit *x = a, *y = b;

	if (x->band != y->band)
		return x->band > y->band ? -1 : 1;
	if (x->score > y->score || x->score < y->score)
		return x->score > y->score ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

int
ent_search(struct ent_searcher *s, const struct ent_query *q, const struct ent_hit **hits,
           size_t *n, bool *cut, struct ent_err *err)
{
	double left = 0;
	int rc = ent_name_fold(s->folder, q->name, &s->query, err);

	if (rc == 0 && !s->query.n && !q->document.n)
		rc = ent_fail(err, ENT_EINVAL,
		              "the name has no letter or digit that can be read");
	if (rc)
		return rc;
	if (++s->search == 0) { /* after four thousand million */
		memset(s->gathered, 0, s->x->n_names * sizeof(*s->gathered));
		memset(s->like_in, 0, s->x->n_tokens * sizeof(*s->like_in));
		memset(s->hit_in, 0, s->x->n_entries * sizeof(*s->hit_in));
		s->search = 1;
	}
	s->n_touched = s->n_like = s->n_hits = 0;
	s->cut = false;
	s->kind = q->kind;
	s->floor = ent_band_floor(q->least);
	s->weight = 0;
	for (size_t i = 0; i < s->query.n; i++)
		s->weight += s->query.token[i].weight;
	gather(s, &left);
	for (size_t i = 0; i < s->n_touched; i++) {
		uint32_t at = s->touched[i];
		const struct gathered *g = &s->gathered[at];
		struct ent_hit h;

		if (!g->joined && at_most(s, g, &s->x->name[at], left) < s->floor - SLACK)
			continue;
		compare(s, at, &h);
		if (h.score >= s->floor)
			keep(s, q, at, &h);
	}
	by_document(s, q);
	qsort(s->hit, s->n_hits, sizeof(*s->hit), best_first);
	*hits = s->hit;
	*n = s->n_hits;
	if (cut)
		*cut = s->cut;
	return 0;
}

void
ent_hit_explain(const struct ent_searcher *s, const struct ent_hit *h, struct ent_buf *b)
{
	struct ent_name name;

	ent_index_words(s->x, h->row, &name);
	ent_explain(b, &s->query, &name, &h->alignment, h->birth, h->country);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * search.c - a name looked for in an index: words that are alike, the names that have them, and
 * of those that may be alike enough the full comparison.
 */
#include "screen/index_int.h"

#include <math.h>
#include <stdlib.h>

#define LEAST         0.6   /* likeness of words, as in align.c */
#define FREQUENT      0.003 /* of all names: whose have such a word is looked at last */
#define FEW           100   /* and that are always */
#define MANY          400   /* listed words that may be like one, likewise */
#define ENOUGH        0.6   /* of the query's weight that is followed from words to names */
#define MANY_NAMES    50000.0
#define RARE          21   /* nats from which a part of a name says enough */
#define COMMON        0.04 /* off for each that is missing */
#define AHEAD         8    /* names that are fetched while one is looked at */
#define JOINED_WEIGHT 3.0  /* of words of a name that are one in the query, at most */
#define SLACK         0.02 /* below what is asked for that a name is still compared */

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
	struct ent_match match;      /* of the two: large, and not to be wiped each time */
	struct ent_hit seen;         /* what came of it */
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
	size_t letters, names = 0;
	const struct ent_token *t = &s->query.token[i];
	size_t n = ent_word_keys(t, true, keys, &letters);
	bool strict = !t->abjad && !t->from;

	for (size_t k = 0; k < n; k++) {
		const struct ent_key *row = NULL;
		size_t rows = ent_keys_find(&s->x->words, keys[k], &row);

		for (size_t r = 0; r < rows; r++) {
			const struct ent_index_shape *shape = &s->x->shape[row[r].value];
			struct like *l;

			if (k >= letters && strict && shape->strict &&
			    ent_letters_differ(t->letters, t->n, shape->letters, shape->n))
				continue;
			l = row_of(s, row[r].value, true);
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
	g->search = s->search;
	g->ours = g->theirs = g->met = g->best = 0;
	g->last = UINT8_MAX;
	g->joined = false;
	s->touched[s->n_touched++] = name;
	return g;
}

/* The names that have a word like the query's i-th. */
static void
follow(struct ent_searcher *s, size_t i)
{
	const struct ent_index *x = s->x;
	float w = (float)ent_token_left(&s->query.token[i]);

	for (size_t r = 0; r < s->n_like; r++) {
		const struct like *l = &s->like[r];
		float likeness = l->likeness[i];
		float theirs = likeness * x->left[l->token];

		if (likeness < (float)LEAST)
			continue;
		for (uint32_t p = x->posts[l->token]; p < x->posts[l->token + 1]; p++) {
			struct gathered *g;

			if (p + AHEAD < x->posts[l->token + 1])
				__builtin_prefetch(&s->gathered[x->post[p + AHEAD]], 1);
			g = touch(s, x->post[p]);

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

/* Words that are one in the other name: what they may add to both sides. */
static void
meet(struct ent_searcher *s, uint32_t name, double ours, double theirs)
{
	struct gathered *g = touch(s, name);

	g->ours += (float)ours;
	g->met += (float)ours;
	g->theirs += (float)theirs;
	g->joined = true;
}

static void
follow_joined(struct ent_searcher *s, size_t i, const uint32_t *keys, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		const struct ent_key *row = NULL;
		size_t rows = ent_keys_find(&s->x->joins, keys[k], &row);

		for (size_t r = 0; r < rows; r++)
			meet(s, row[r].value, ent_token_left(&s->query.token[i]),
			     JOINED_WEIGHT);
	}
}

/* The names that have n words of the query, from the i-th on, as one. */
static void
follow_join(struct ent_searcher *s, size_t i, size_t n)
{
	uint32_t keys[ENT_WORD_KEYS];
	struct ent_token joined;
	double weight = 0;

	if (!ent_token_join(s->query.token + i, n, &joined) || joined.n < 5)
		return;
	for (size_t k = 0; k < n; k++)
		weight += ent_token_left(&s->query.token[i + k]);
	for (size_t k = ent_word_keys(&joined, true, keys, NULL); k > 0; k--) {
		const struct ent_key *row = NULL;
		size_t rows = ent_keys_find(&s->x->words, keys[k - 1], &row);

		for (size_t r = 0; r < rows; r++) {
			const struct ent_token *t = &s->x->token[row[r].value];
			enum ent_pairing why;

			if (t->n < 5 || ent_token_likeness(&joined, t, &why) < 0.8)
				continue;
			for (uint32_t p = s->x->posts[row[r].value];
			     p < s->x->posts[row[r].value + 1]; p++)
				meet(s, s->x->post[p], weight, ent_token_left(t));
		}
	}
}

/* Words of the query that are several in a name, and the other way round. */
static void
follow_joins(struct ent_searcher *s)
{
	const struct ent_name *q = &s->query;
	uint32_t keys[ENT_JOIN_KEYS];

	for (size_t i = 0; i < q->n; i++)
		if (q->token[i].n >= 5)
			follow_joined(s, i, keys, ent_joined_keys(&q->token[i], keys));
	for (size_t n = 2; n <= 3; n++)
		for (size_t i = 0; i + n <= q->n; i++)
			follow_join(s, i, n);
}

/* How many rows of keys a word of the query has, at most. */
static size_t
rows_of(const struct ent_searcher *s, size_t i)
{
	uint32_t keys[ENT_WORD_KEYS];
	size_t n = ent_word_keys(&s->query.token[i], true, keys, NULL), all = 0;
	const struct ent_key *row = NULL;

	for (size_t k = 0; k < n; k++)
		all += ent_keys_find(&s->x->words, keys[k], &row);
	return all;
}

/* The place of the least of n numbers that isn't done; SIZE_MAX if all are. */
static size_t
least_of(const size_t *number, const bool *done, size_t n)
{
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < n; i++)
		if (!done[i] && (least == SIZE_MAX || number[i] < number[least]))
			least = i;
	return least;
}

/* From words to names: all that have the query's rarer words.  *left is the weight of those
 * that were not followed, which the names that are found answer for themselves. */
static void
gather(struct ent_searcher *s, double *left)
{
	struct ent_name *q = &s->query;
	size_t names[ENT_NAME_TOKENS] = { 0 }, rows[ENT_NAME_TOKENS] = { 0 }, i;
	bool looked[ENT_NAME_TOKENS] = { false }, done[ENT_NAME_TOKENS] = { false };
	double followed = 0, seen = 0;

	for (i = 0; i < q->n; i++) {
		rows[i] = rows_of(s, i);
		names[i] = SIZE_MAX;
	}
	while ((i = least_of(rows, looked, q->n)) != SIZE_MAX &&
	       (seen < ENOUGH * s->weight || rows[i] <= MANY)) {
		looked[i] = true;
		names[i] = alike(s, i);
		seen += ent_token_left(&q->token[i]);
	}
	while ((i = least_of(names, done, q->n)) != SIZE_MAX && looked[i] &&
	       (followed < ENOUGH * s->weight ||
	        (double)names[i] <= FEW + FREQUENT * (double)s->x->n_names)) {
		done[i] = true;
		/* What a letter stands for no key tells: it stays open. */
		if (q->token[i].kind != ENT_TOKEN_INITIAL)
			followed += ent_token_left(&q->token[i]);
		follow(s, i);
	}
	*left = s->weight - followed;
	follow_joins(s);
}

/* What the score can be at most; weight is the name's. */
static float
at_most(const struct ent_searcher *s, const struct gathered *g, float weight, float left)
{
	float a = (float)s->weight, one = 1 / a, other = 1 / weight;
	float ca = (g->ours + left) * one, cb = (g->theirs + left) * other;
	float la = a - g->met - left, lb, least;

	ca = ca < 1 ? ca : 1;
	cb = cb < 1 && weight > ENT_INDEX_WEIGHT ? cb : 1;
	lb = weight * (1 - cb * (float)(1 / LEAST));
	least = la < lb ? la : lb;
	return (float)ENT_SCORE_LARGER * (ca > cb ? ca : cb) +
	       (float)(1 - ENT_SCORE_LARGER) * (ca > cb ? cb : ca) -
	       (least > 0 ? (float)ENT_SCORE_CONTRADICTION * least * (one > other ? one : other)
	                  : 0);
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
keep(struct ent_searcher *s, const struct ent_query *q, uint32_t at)
{
	const struct ent_index_name *row = &s->x->name[at];
	const struct ent_index_entry *e = &s->x->entry[row->entry];
	struct ent_hit h = s->seen;
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

/*
 * What is taken off where one name has a word more and what they share, many names have: how
 * rare it is on the lists, in nats, as if words came independently.
 */
static double
too_common(const struct ent_searcher *s, const struct ent_index_name *row,
           const struct ent_alignment *g)
{
	/* Of a short list nobody knows what is rare. */
	double told = 0,
	       all = (double)s->x->n_names > MANY_NAMES ? (double)s->x->n_names : MANY_NAMES;

	for (size_t i = 0; i < g->n; i++) {
		double most = 0;

		for (size_t k = 0; k < g->pair[i].b_n; k++) {
			uint32_t t = s->x->id[row->first + g->pair[i].b + k];
			double names = s->x->posts[t + 1] - s->x->posts[t];
			double here = log(all / names);

			if (s->x->token[t].weight >= 0.5 && here > most)
				most = here;
		}
		told += most * g->pair[i].likeness;
	}
	return told < RARE ? COMMON * (RARE - told) : 0;
}

/* Sets how like the words of the query are to those of a name; what the score can then be at
 * most, words written together aside. */
static float
match(struct ent_searcher *s, const struct ent_index_name *row)
{
	struct ent_match *m = &s->match;
	float ours[ENT_NAME_TOKENS] = { 0 };
	struct gathered g = { 0 };

	for (size_t j = 0; j < row->n; j++) {
		uint32_t id = s->x->id[row->first + j];
		struct like *l = row_of(s, id, true);
		float best = 0;

		for (size_t i = 0; i < s->query.n; i++) {
			float likeness = l ? liken(s, l, i) : 0;

			m->likeness[i][j] = likeness;
			m->why[i][j] = l ? l->why[i] : ENT_PAIR_EQUAL;
			if (likeness < (float)LEAST)
				continue;
			best = likeness > best ? likeness : best;
			ours[i] = likeness > ours[i] ? likeness : ours[i];
		}
		g.theirs += best * s->x->left[id];
	}
	for (size_t i = 0; i < s->query.n; i++) {
		float w = (float)ent_token_left(&s->query.token[i]);

		g.ours += ours[i] * w;
		g.met += ours[i] > 0 ? w : 0;
	}
	return at_most(s, &g, s->x->weight[row - s->x->name], 0);
}

/* The full comparison of the query with a name; false where it can't be as like as asked. */
static bool
compare(struct ent_searcher *s, uint32_t at, bool always)
{
	const struct ent_index_name *row = &s->x->name[at];
	struct ent_hit *h = &s->seen;

	if (match(s, row) < (float)(s->floor - SLACK) && !always)
		return false;
	ent_index_words(s->x, at, &s->name);
	memset(h, 0, sizeof(*h));
	ent_align_by(&s->query, &s->name, &s->match, &h->alignment);
	ent_weigh(&s->query, s->kind, &s->name, s->x->entry[row->entry].kind, &h->alignment);
	h->score = h->alignment.score;
	if (h->alignment.partial)
		h->score -= too_common(s, row, &h->alignment);
	h->score = h->score > 0 ? h->score : 0;
	return true;
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
			if (s->x->name[i].entry != row[r].value)
				continue;
			if (compare(s, i, true))
				keep(s, q, i);
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
		s->weight += ent_token_left(&s->query.token[i]);
	gather(s, &left);
	for (size_t i = 0; i < s->n_touched; i++) {
		uint32_t at = s->touched[i];
		const struct gathered *g = &s->gathered[at];
		if (i + AHEAD < s->n_touched)
			__builtin_prefetch(&s->x->weight[s->touched[i + AHEAD]]);
		if (at_most(s, g, s->x->weight[at], (float)left) < (float)(s->floor - SLACK))
			continue;
		if (compare(s, at, g->joined) && s->seen.score >= s->floor)
			keep(s, q, at);
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

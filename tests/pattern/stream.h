/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream.h - a set of patterns beside one that tries everything: the same observations for
 * both, one after the other, and the same hits of both.
 *
 * What the slow one knows of a pattern of time: the observations that no hit has used up.
 */
#ifndef ENT_TESTS_PATTERN_STREAM_H
#define ENT_TESTS_PATTERN_STREAM_H
#include "base/limits.h"
#include "pairs.h"
#include "pattern/index.h"
#include "slow.h"

#define STREAM_PATTERNS 48

struct stream_pattern {
	const struct ent_pat_node *tree;
	bool timed, lost;         /* lost: one of the two couldn't tell */
	bool used[SLOW_OBSERVED]; /* up, by a hit */
	unsigned hits;            /* of the observation at hand */
};

struct stream {
	struct ent_pattern_set *set;
	struct stream_pattern of[STREAM_PATTERNS];
	struct ent_observations o;
	size_t at; /* the observation at hand */
	const char *wrong;
	size_t key; /* of what is wrong */
	size_t pairs, matched, lost;
};

/* Do those observations that of says satisfy the pattern?  -1: too many ways. */
static inline int
stream_slowly(const struct stream *s, const struct stream_pattern *p, const bool *of)
{
	struct ent_observed list[SLOW_OBSERVED];
	struct ent_observations o = { list, 0 };
	struct slow slow = { &o };

	for (size_t i = 0; i <= s->at; i++)
		if (of[i])
			list[o.n++] = s->o.list[i];
	return slow_match(&slow, p->tree);
}

static inline int
stream_hit(void *self, const struct ent_pattern_hit *h)
{
	struct stream *s = self;
	struct stream_pattern *p = &s->of[h->key];
	bool these[SLOW_OBSERVED] = { false };

	p->hits++;
	s->key = h->key;
	for (size_t i = 0; i < h->n; i++) {
		if (h->seen[i].tag > s->at || p->used[h->seen[i].tag])
			s->wrong = "an observation that was used up";
		else
			these[h->seen[i].tag] = true;
		if (h->seen[i].tests == 0 && h->seen[i].times == 0)
			s->wrong = "an observation that nothing says why";
	}
	if (!s->wrong && p->timed && stream_slowly(s, p, these) == 0)
		s->wrong = "a hit that doesn't satisfy the pattern";
	if (!these[s->at])
		s->wrong = "a hit without the new observation";
	for (size_t i = 0; p->timed && i <= s->at; i++)
		p->used[i] = p->used[i] || these[i];
	return 0;
}

/* What the slow one says of a pattern before the hits of an observation. */
static inline int
stream_want(struct stream *s, struct stream_pattern *p)
{
	bool left[SLOW_OBSERVED];

	if (!p->timed)
		return slow_holds(p->tree, &s->o.list[s->at]);
	for (size_t i = 0; i <= s->at; i++)
		left[i] = !p->used[i];
	return stream_slowly(s, p, left);
}

/* The next observation to both. */
static inline void
stream_feed(struct stream *s, const struct ent_json *objects)
{
	const struct ent_observed *o = &s->o.list[s->at];
	struct ent_observation in = { s->at, o->first, o->last, o->count, objects };
	struct ent_pattern_stats before, after;
	int want[STREAM_PATTERNS];

	for (size_t i = 0; i < STREAM_PATTERNS; i++) {
		want[i] = s->of[i].tree && !s->of[i].lost ? stream_want(s, &s->of[i]) : -1;
		s->of[i].hits = 0;
	}
	ent_pattern_set_stats(s->set, &before);
	if (ent_pattern_set_feed(s->set, &in, stream_hit, s, NULL))
		s->wrong = "an observation that was refused";
	ent_pattern_set_stats(s->set, &after);
	for (size_t i = 0; i < STREAM_PATTERNS && !s->wrong; i++) {
		bool failed = after.failed > before.failed && after.failed_key == i;

		s->of[i].lost = s->of[i].lost || (s->of[i].tree && (want[i] < 0 || failed));
		if (s->of[i].lost || !s->of[i].tree) {
			s->lost += s->of[i].lost;
			continue;
		}
		s->pairs++;
		s->matched += want[i] == 1;
		if (s->of[i].hits != (unsigned)want[i]) {
			s->wrong = want[i] ? "a hit is missing" : "a hit too many";
			s->key = i;
		}
	}
}

/* A set out of numbers, patterns come and gone; and n observations shown to both.  The text of
 * pattern i is in texts, absent if there is none. */
static inline void
stream_run(struct dice *d, struct ent_arena *a, unsigned n, unsigned patterns,
           struct ent_buf *text, struct ent_str *texts, struct stream *s)
{
	struct ent_pattern_set_limits limits = { .lateness = 3600000000 };
	const struct ent_json *v;
	struct ent_pat_node *tree;

	*s = (struct stream){ .wrong = NULL };
	if (ent_pattern_set_new(&limits, &s->set, NULL))
		abort();
	for (size_t k = 0; k < patterns + patterns / 2; k++) {
		size_t i = k % patterns; /* the first half twice */

		if (k >= patterns && s->of[i].tree) {
			if (!ent_pattern_set_remove(s->set, i))
				s->wrong = "a pattern that went by itself";
			s->of[i] = (struct stream_pattern){ 0 };
			if (dice(d, 2))
				continue;
		}
		ent_buf_clear(text);
		if (dice(d, 8))
			pairs_bracket(d, text);
		else
			pairs_expr(d, text, 2);
		texts[i] = ent_buf_done(text, a);
		if (!texts[i].p ||
		    ent_pattern_parse(a, texts[i], ENT_PAT_21, &tree, NULL, NULL) ||
		    ent_pattern_set_add(s->set, i, texts[i], NULL))
			continue;
		s->of[i].tree = tree;
		s->of[i].timed = tree->kind != ENT_PAT_OBS;
	}
	pairs_data(d, n, text);
	if (ent_json_parse(a, ent_buf_view(text), ENT_JSON_DEPTH, &v, NULL) ||
	    ent_observations_read(a, v, &s->o, NULL))
		abort();
	for (s->at = 0; s->at < s->o.n && !s->wrong; s->at++)
		stream_feed(s, ent_json_getc(ent_json_at(v, s->at), "objects"));
	ent_pattern_set_free(s->set);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch_hits.c - an observation against all indicators, and the lines that hits become.
 */
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"
#include "cli/watch.h"

#define MUTE_MIN  100 /* hits, before a share of all means anything */
#define FLUSH_AT  ((size_t)1 << 20)
#define TAG_INPUT 48 /* bits of a line's number below the input's */

static uint64_t
tag_of(const struct ent_watch *w)
{
	return (uint64_t)(w->input - w->inputs) << TAG_INPUT | ent_logs_at(w->input->logs);
}

static void
time_member(struct ent_jw *j, const char *key, int64_t us)
{
	char t[ENT_TIME_TEXT];

	ent_jw_kc(j, key, ent_time_text(us, 6, t));
}

static bool
now(const struct ent_watch *w, const struct ent_pattern_seen *s)
{
	return s->tag == tag_of(w);
}

/* What the hit is made of: which lines, and which object of each. */
static void
observations(struct ent_watch *w, struct ent_jw *j, const struct ent_pattern_hit *h)
{
	ent_jw_key(j, "observations");
	ent_jw_array(j);
	for (size_t i = 0; i < h->n; i++) {
		const struct ent_pattern_seen *s = &h->seen[i];
		size_t input = (size_t)(s->tag >> TAG_INPUT);

		ent_jw_object(j);
		if (input < w->n_inputs)
			ent_jw_kc(j, "source", w->inputs[input].path);
		ent_jw_kint(j, "line", (int64_t)(s->tag & ((UINT64_C(1) << TAG_INPUT) - 1)));
		time_member(j, "first", s->first);
		time_member(j, "last", s->last);
		if (s->times > 1)
			ent_jw_kint(j, "times", (int64_t)s->times);
		if (now(w, s))
			ent_jw_kstr(j, "object", ent_json_key(w->seen->objects, s->object));
		ent_jw_end_object(j);
	}
	ent_jw_end_array(j);
}

static void
why(struct ent_watch *w, struct ent_jw *j, const struct ent_pattern_hit *h)
{
	ent_jw_key(j, "why");
	ent_jw_array(j);
	for (size_t i = 0; i < h->n; i++) {
		struct ent_str s;

		ent_arena_reset(w->scratch);
		s = ent_pattern_set_why(w->set, h->key, &h->seen[i], w->scratch);
		if (s.p)
			ent_jw_str(j, s);
	}
	ent_jw_end_array(j);
}

static int
line(struct ent_watch *w, const struct ent_watched *i, const struct ent_pattern_hit *h)
{
	size_t before = w->hits.n;
	struct ent_jw j;

	ent_jw_init(&j, &w->hits);
	ent_jw_object(&j);
	ent_jw_kstr(&j, "indicator", i->id);
	if (i->name.n)
		ent_jw_kstr(&j, "name", i->name);
	time_member(&j, "time", w->seen->first);
	why(w, &j, h);
	observations(w, &j, h);
	ent_jw_key(&j, "objects");
	ent_jw_value(&j, w->seen->objects);
	ent_jw_end_object(&j);
	ent_buf_ch(&w->hits, '\n');
	if (!ent_buf_ok(&w->hits))
		return ent_cli_nomem(w->err);
	w->hits_length += w->hits.n - before;
	return w->hits.n >= FLUSH_AT ? ent_watch_flush(w, w->err) : 0;
}

static int
mute(struct ent_watch *w, struct ent_watched *i)
{
	size_t before = w->hits.n;
	struct ent_jw j;

	i->muted = true;
	w->counts.muted++;
	w->muting = true;
	ent_cli_complain(w->c,
	                 "%.*s is muted: it hits %llu of %llu observations, which says more "
	                 "about it than about them",
	                 ENT_FMT(i->id), (unsigned long long)i->hits,
	                 (unsigned long long)w->counts.observations);
	ent_jw_init(&j, &w->hits);
	ent_jw_object(&j);
	ent_jw_kstr(&j, "indicator", i->id);
	time_member(&j, "time", w->seen->first);
	ent_jw_kbool(&j, "muted", true);
	ent_jw_kint(&j, "hits", (int64_t)i->hits);
	ent_jw_kint(&j, "observations", (int64_t)w->counts.observations);
	ent_jw_end_object(&j);
	ent_buf_ch(&w->hits, '\n');
	w->hits_length += w->hits.n - before;
	return ent_buf_ok(&w->hits) ? 0 : ent_cli_nomem(w->err);
}

static bool
allowed(const struct ent_watch *w, const struct ent_pattern_hit *h)
{
	for (size_t i = 0; w->allow && i < h->n; i++)
		if (now(w, &h->seen[i]) &&
		    ent_allow_has(w->allow, ent_json_at(w->seen->objects, h->seen[i].object),
		                  w->seen->objects))
			return true;
	return false;
}

/* A sighting counts how often, and from when until when (STIX 2.1, 5.2). */
static void
count(struct ent_watched *i, const struct ent_pattern_hit *h)
{
	int64_t first = h->seen[0].first, last = h->seen[0].last;

	for (size_t k = 1; k < h->n; k++) {
		first = h->seen[k].first < first ? h->seen[k].first : first;
		last = h->seen[k].last > last ? h->seen[k].last : last;
	}
	if (!i->count || first < i->first)
		i->first = first;
	if (!i->count || last > i->last)
		i->last = last;
	i->count++;
	i->hits++;
}

static int
on_hit(void *self, const struct ent_pattern_hit *h)
{
	struct ent_watch *w = self;
	struct ent_watched *i = &w->list[h->key - 1];

	if (!i->active || i->muted || !h->n)
		return 0;
	if (w->seen->last < i->from || w->seen->first >= i->until) {
		w->counts.outside++;
		return 0;
	}
	if (allowed(w, h)) {
		w->counts.allowed++;
		return 0;
	}
	count(i, h);
	w->counts.hits++;
	w->rc = line(w, i, h);
	if (w->rc == 0 && w->mute_share < 1 && i->hits >= MUTE_MIN &&
	    (double)i->hits > w->mute_share * (double)w->counts.observations)
		w->rc = mute(w, i);
	return w->rc;
}

/* What was muted has no more business in the set. */
static void
take_out(struct ent_watch *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->list[i].muted && w->list[i].active) {
			(void)ent_pattern_set_remove(w->set, i + 1);
			w->list[i].active = false;
		}
	w->muting = false;
}

/* What was told before a restart: the set is to know it, nobody else. */
static int
told(void *self, const struct ent_pattern_hit *h)
{
	(void)self;
	(void)h;
	return 0;
}

int
ent_watch_see(void *self, const struct ent_logs_seen *seen, struct ent_err *err)
{
	struct ent_watch *w = self;
	struct ent_observation o = { .tag = tag_of(w),
		                     .first = seen->first,
		                     .last = seen->last,
		                     .count = seen->count,
		                     .objects = seen->objects };
	int rc;

	w->seen = seen;
	w->err = err;
	w->rc = 0;
	w->input->time = seen->last;
	if (w->input->at < w->input->told_until)
		return ent_pattern_set_feed(w->set, &o, told, w, err);
	w->counts.observations++;
	rc = ent_pattern_set_feed(w->set, &o, on_hit, w, err);
	if (w->muting)
		take_out(w);
	return w->rc ? w->rc : rc;
}

int
ent_watch_flush(struct ent_watch *w, struct ent_err *err)
{
	int rc = 0;

	if (w->hits.n)
		rc = ent_fd_write(w->hits_fd, ent_buf_view(&w->hits), err);
	ent_buf_clear(&w->hits);
	return rc ? ent_within(err, rc, "writing hits") : 0;
}

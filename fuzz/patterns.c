/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patterns.c - a set of patterns and a stream made of the bytes: the index agrees with one that
 * tries everything.  And patterns as they are, a line each up to an empty one, on the JSON
 * behind it: patterns of one bracket hit as the matcher says, and when all have gone nothing is
 * left of them.
 */
#include <stdlib.h>

#include "../tests/pattern/stream.h"
#include "pattern/index_int.h"

#define LIMIT ((size_t)64 << 20)
#define LINES 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int
count(void *self, const struct ent_pattern_hit *h)
{
	unsigned *hits = self;

	if (h->key >= LINES || !h->n)
		abort();
	hits[h->key]++;
	return 0;
}

/* What the matcher says of a pattern of one bracket: 1 or 0, else -1. */
static int
alone(struct ent_arena *a, struct ent_str text, const struct ent_json *objects)
{
	struct ent_observed o = { .count = 1 };
	struct ent_pat_node *tree;
	struct ent_matcher *m = NULL;
	size_t object;
	int rc = -1;

	o.objects = ent_arena_array(a, ent_json_count(objects), sizeof(*o.objects));
	if (!o.objects || !ent_json_is(objects, ENT_JSON_ARRAY) || ent_json_count(objects) > 8)
		return -1;
	for (; o.n < ent_json_count(objects); o.n++) {
		const struct ent_json *v = ent_json_at(objects, o.n);

		o.objects[o.n] = (struct ent_sighted){ v, ent_json_getstr(v, "id"),
			                               ent_json_getstr(v, "type") };
	}
	if (!ent_pattern_parse_loose(a, text, ENT_PAT_21, &tree, NULL, NULL) &&
	    tree->kind == ENT_PAT_OBS && !ent_matcher_new(tree, &m, NULL))
		rc = ent_match_one(m, &o, &object, NULL);
	ent_matcher_free(m);
	return rc;
}

static void
as_they_are(struct ent_arena *a, struct ent_str text)
{
	struct ent_pattern_set_limits limits = { .kept = 8, .exact_hashes = true };
	struct ent_observation o = { .first = 0, .last = 5, .count = 1 };
	struct ent_str line, lines[LINES];
	struct ent_pattern_set *s = NULL;
	unsigned hits[LINES] = { 0 };
	bool in[LINES] = { false }, fed;
	size_t n = 0;

	if (ent_pattern_set_new(&limits, &s, NULL))
		return;
	while (n < LINES && ent_str_next(&text, '\n', &line) && line.n) {
		in[n] = !ent_pattern_set_add(s, n, line, NULL);
		lines[n++] = line;
	}
	fed = !ent_json_parse(a, text, ENT_JSON_DEPTH, &o.objects, NULL) &&
	      !ent_pattern_set_feed(s, &o, count, hits, NULL);
	for (size_t i = 0; i < n; i++) {
		int want = fed && in[i] ? alone(a, lines[i], o.objects) : -1;

		if (want >= 0 && hits[i] != (unsigned)want)
			abort();
		if (ent_pattern_set_remove(s, i) != in[i])
			abort();
	}
	if (s->bytes || s->posts.live || s->nodes.live || s->rules.live || s->stats.kept)
		abort();
	ent_pattern_set_free(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new(LIMIT);
	struct ent_str text = { (const char *)data, len };
	struct dice d = { data, len, 1 };
	struct ent_str texts[STREAM_PATTERNS];
	struct ent_buf b;
	struct stream s;

	if (!a)
		return 0;
	ent_buf_init(&b, 1 << 20);
	if (len && data[0] == '[') {
		as_they_are(a, text);
	} else {
		stream_run(&d, a, 4, 6, &b, texts, &s);
		if (s.wrong)
			abort();
	}
	ent_buf_release(&b);
	ent_arena_free(a);
	return 0;
}

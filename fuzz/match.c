/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.c - a pattern and observed data made of the bytes: the matcher agrees with one that
 * tries everything.  And a pattern as it is, before a line feed, on the JSON behind it: no
 * crash, and the same answer whether a hit is asked for or not.
 */
#include <stdlib.h>

#include "../tests/pattern/pairs.h"
#include "../tests/pattern/slow.h"
#include "base/limits.h"

#define LIMIT ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
run(struct ent_arena *a, struct ent_str pattern, struct ent_str data, bool slowly)
{
	struct ent_observations o;
	struct ent_pat_node *tree;
	struct ent_matcher *m = NULL;
	struct ent_hits hits;
	const struct ent_json *v;
	int got, want;

	if (ent_pattern_parse_loose(a, pattern, ENT_PAT_21, &tree, NULL, NULL) ||
	    ent_json_parse(a, data, ENT_JSON_DEPTH, &v, NULL) ||
	    ent_observations_read(a, v, &o, NULL) || ent_matcher_new(tree, &m, NULL))
		return;
	got = ent_match(m, &o, a, &hits, NULL);
	want = ent_match(m, &o, a, NULL, NULL);
	if (got >= 0 && (got != want || (got == 0 && hits.n)))
		abort();
	if (slowly && got >= 0) {
		struct slow slow = { &o };

		want = slow_match(&slow, tree);
		if (want >= 0 && want != got)
			abort();
	}
	ent_matcher_free(m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new(LIMIT);
	struct ent_str text = { (const char *)data, len };
	struct dice d = { data, len, 1 };
	struct ent_buf pattern, bundles;
	size_t n = ent_str_find(text, '\n');

	ent_buf_init(&pattern, 1 << 20);
	ent_buf_init(&bundles, 1 << 20);
	if (a && n < len) {
		run(a, (struct ent_str){ text.p, n }, ent_str_from(text, n + 1), false);
	} else if (a) {
		pairs_make(&d, 4, &pattern, &bundles);
		run(a, ent_buf_view(&pattern), ent_buf_view(&bundles), true);
	}
	ent_buf_release(&pattern);
	ent_buf_release(&bundles);
	ent_arena_free(a);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_search.c - any lines as names, each an entry: each that has words finds itself, with a
 * score from 0 to 1, and hits are in order.
 */
#include <stdlib.h>
#include <string.h>

#include "screen/index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define LINES 32

static void
look(struct ent_searcher *s, struct ent_str line, uint64_t number)
{
	struct ent_query q = { .name = line, .document = line, .least = ENT_BAND_POSSIBLE };
	const struct ent_hit *hits;
	struct ent_buf b;
	size_t n;
	bool itself = false, more;
	int rc = ent_search(s, &q, &hits, &n, &more, NULL);

	if (rc && rc != ENT_EINVAL)
		abort();
	ent_buf_init(&b, ENT_EXPLANATION_MAX);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (!(hits[i].score >= 0 && hits[i].score <= 1) ||
		    (i && hits[i].band > hits[i - 1].band))
			abort();
		itself = itself || hits[i].number == number;
		ent_hit_explain(s, &hits[i], &b);
	}
	ent_buf_release(&b);
	q = (struct ent_query){ .name = line, .least = ENT_BAND_POSSIBLE };
	rc = ent_search(s, &q, &hits, &n, NULL, NULL);
	if (rc == 0 && !itself)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_str all = { (const char *)data, len }, line[LINES];
	struct ent_index_builder *b = ent_index_begin(NULL);
	struct ent_searcher *s;
	struct ent_index *x;
	size_t n = 0;

	if (!b)
		abort();
	while (n < LINES && ent_str_next(&all, '\n', &line[n])) {
		struct ent_screen_name name = { .text = line[n] };
		struct ent_screen_entry e = { .number = n,
			                      .names = &name,
			                      .n_names = 1,
			                      .births = &line[n],
			                      .n_births = 1,
			                      .documents = &line[n],
			                      .n_documents = 1 };

		if (ent_index_add(b, &e, NULL))
			abort();
		n++;
	}
	if (ent_index_done(b, &x, NULL))
		abort();
	s = ent_searcher_new(x, NULL);
	if (!s)
		abort();
	for (size_t i = 0; i < n; i++)
		look(s, line[i], i);
	ent_searcher_free(s);
	ent_index_free(x);
	return 0;
}

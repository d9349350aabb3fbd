/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taxii_query.c - a query that is taken makes a cursor, and the cursor alone says the same
 * query again.
 */
#include <stdlib.h>
#include <string.h>

#include "taxii/taxii_int.h"

#define ALL (ENT_ASK_PAGE | ENT_ASK_MATCH)
#define MUST(x)                                                                                \
	do {                                                                                   \
		if (!(x))                                                                      \
			abort();                                                               \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const uint8_t key[32] = { 1 };
static const struct ent_scope here = { "/x/", ENT_STR("r"), ENT_STR("c"), { NULL, 0 } };

static void
same(const struct ent_str *a, size_t n_a, const struct ent_str *b, size_t n_b)
{
	MUST(n_a == n_b);
	for (size_t i = 0; i < n_a; i++)
		MUST(ent_str_eq(a[i], b[i]));
}

static void
there_and_back(struct ent_arena *a, const struct ent_asked *was)
{
	const struct ent_position at = { 7, INT64_MAX };
	struct ent_asked is = { .q = { .added_after = INT64_MIN }, .given = ENT_ASK_NEXT };
	struct ent_asked again = *was;
	struct ent_str next = ent_cursor_print(a, key, &here, &was->q, at);

	if (!next.p)
		return; /* the arena is full */
	again.next = next;
	MUST(ent_cursor_apply(a, key, &here, 1000, &again, NULL) == 0);
	MUST(again.q.after_seq == 7 && again.q.limit == was->q.limit);
	is.next = next;
	if (ent_cursor_apply(a, key, &here, 1000, &is, NULL))
		return; /* long filters, which have to be repeated */
	MUST(is.q.added_after == was->q.added_after && is.q.limit == was->q.limit);
	MUST(is.q.last == was->q.last && is.q.first == was->q.first && is.q.all == was->q.all);
	same(is.q.ids, is.q.n_ids, was->q.ids, was->q.n_ids);
	same(is.q.types, is.q.n_types, was->q.types, was->q.n_types);
	same(is.q.specs, is.q.n_specs, was->q.specs, was->q.n_specs);
	same(is.q.versions, is.q.n_versions, was->q.versions, was->q.n_versions);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new((size_t)16 << 20);
	struct ent_str text = { (const char *)data, len };
	struct ent_asked q;

	if (a && len <= 32768 && ent_query_read(a, text, ALL, 100, 1000, &q, NULL) == 0) {
		MUST(q.q.limit >= 1 && q.q.limit <= 1000);
		there_and_back(a, &q);
		/* A next from outside was not made with our key. */
		MUST(!(q.given & ENT_ASK_NEXT) ||
		     ent_cursor_apply(a, key, &here, 1000, &q, NULL));
	}
	ent_arena_free(a);
	return 0;
}

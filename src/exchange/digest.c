/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest.c - one hash over what a channel carries, to compare the two ends of it; and the check
 * of a whole database.
 */
#include "crypto/hash.h"
#include "exchange/agreement.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/holdings.h"

#define BATCH 1000

static int
by_bytes(const void *l, const void *r)
{
	return memcmp(l, r, 32);
}

/* The hashes of all that a channel carries; *all is malloc'd. */
static int
collect(struct ent_exchange *x, uint32_t channel, uint8_t (**all)[32], size_t *count,
        struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ENT_REQUEST_ARENA);
	struct ent_query q = { .channel = channel,
		               .after_date = INT64_MIN,
		               .which = ENT_WHICH_ALL,
		               .limit = BATCH };
	struct ent_page page = { .more = true };
	uint64_t total = 0;
	int rc =
	    a ? ent_store_tip(x->store, channel, NULL, NULL, &total, err) : ent_x_nomem(err);

	*count = 0;
	*all = rc ? NULL : calloc(total ? total : 1, sizeof(**all));
	if (rc == 0 && !*all)
		rc = ent_x_nomem(err);
	while (rc == 0 && page.more) {
		ent_arena_reset(a);
		rc = ent_store_page(x->store, a, &q, &page, err);
		for (size_t i = 0; rc == 0 && i < page.count && *count < total; i++) {
			memcpy((*all)[(*count)++], page.entries[i].row.sha256, 32);
			q.after_seq = page.entries[i].seq;
		}
	}
	ent_arena_free(a);
	return rc;
}

int
ent_digest(struct ent_exchange *x, struct ent_str agreement, struct ent_str direction,
           size_t *count, uint8_t digest[32], struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new((size_t)16 << 20);
	struct ent_agreement *g = a ? ent_arena_alloc(a, sizeof(*g)) : NULL;
	uint8_t(*all)[32] = NULL;
	int rc = g ? ent_agreement_load(x, a, agreement, g, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = collect(x, ent_str_is(direction, "outbound") ? g->outbound : g->inbound,
		             &all, count, err);
	if (rc == 0) {
		qsort(all, *count, sizeof(*all), by_bytes);
		ent_sha256((struct ent_str){ (const char *)all, *count * sizeof(*all) },
		           digest);
	}
	free(all);
	ent_arena_free(a);
	return rc;
}

int
ent_exchange_check(struct ent_exchange *x, struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new((size_t)16 << 20);
	struct ent_str *names;
	struct ent_hash root;
	uint64_t size;
	size_t n = 0;
	int rc = a ? ent_store_check(x->store, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_book_names(x, a, &names, &n, err);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = ent_book_verify(x, names[i], &size, &root, NULL, err);
	ent_arena_free(a);
	return rc;
}

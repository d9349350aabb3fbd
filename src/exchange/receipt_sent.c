/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receipt_sent.c - holding a receipt against what our channel had.
 *
 * Entries are withheld when an amendment narrows the terms, and a page may have gone out before
 * one such judging and after another: a receipt is honest if it fits the channel as it was at
 * any of those times.
 */
#include "exchange/receipt_int.h"

#include <inttypes.h>

#include "exchange/rejudge.h"

/* A range of the channel, and when each entry was withheld: in the order of judgings, 0 if it
 * wasn't. */
struct sent {
	struct ent_entry *entries;
	uint64_t *withheld;
	uint8_t (*sha256)[32];
	size_t n;
};

/* The notes that withholding leaves; an entry without one was taken off before all of them. */
static int
read_withheld(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
              struct sent *s, struct ent_err *err)
{
	struct ent_str prefix = ent_arena_printf(a, "%.*s/", ENT_FMT(g->id)), key;
	struct ent_doc *docs;
	size_t n, d = 0;
	int rc;

	key = s->n ? ent_withheld_key(a, g->id, s->entries[0].seq - 1) : prefix;
	if (!prefix.p || !key.p)
		return ent_x_nomem(err);
	rc = ent_store_docs(x->store, a, ENT_SPACE_WITHHELD, prefix, key, s->n, &docs, &n, err);
	for (size_t i = 0; rc == 0 && i < s->n; i++) {
		s->withheld[i] = s->entries[i].removed;
		key = ent_withheld_key(a, g->id, s->entries[i].seq);
		if (!key.p)
			return ent_x_nomem(err);
		if (d < n && ent_str_eq(docs[d].key, key) &&
		    ent_str_u64(docs[d++].value, UINT64_MAX, &s->withheld[i]))
			rc = ent_fail(err, ENT_ECORRUPT, "stored mark %.*s is damaged",
			              ENT_FMT(key));
	}
	return rc;
}

static int
read_sent(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
          const struct ent_receipt *r, struct sent *s, struct ent_err *err)
{
	int rc = ent_store_range(x->store, a, g->outbound, r->first, r->last, &s->entries,
	                         &s->n, err);

	if (rc)
		return rc;
	s->withheld = ent_arena_array(a, s->n, sizeof(*s->withheld));
	s->sha256 = ent_arena_array(a, s->n, sizeof(*s->sha256));
	return s->withheld && s->sha256 ? read_withheld(x, a, g, s, err) : ent_x_nomem(err);
}

/* What was there after a judging (0: before any), into s->sha256; how many. */
static size_t
there_after(struct sent *s, uint64_t judging)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->withheld[i] == 0 || s->withheld[i] > judging)
			memcpy(s->sha256[n++], s->entries[i].row.sha256, 32);
	return n;
}

/* Whether the receipt is for that. */
static bool
fits(struct sent *s, const struct ent_receipt *r, uint64_t judging)
{
	uint8_t root[32];
	size_t n = there_after(s, judging);

	if (n != r->count)
		return false;
	ent_receipt_root((const uint8_t(*)[32])s->sha256, n, root);
	return memcmp(root, r->root, sizeof(root)) == 0;
}

/* The first judging after one that withheld something of the range; 0 if there is none. */
static uint64_t
next_judging(const struct sent *s, uint64_t after)
{
	uint64_t next = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->withheld[i] > after && (next == 0 || s->withheld[i] < next))
			next = s->withheld[i];
	return next;
}

int
ent_receipt_compare(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                    const struct ent_receipt *r, struct ent_err *err)
{
	struct sent s = { 0 };
	uint64_t judging = 0;
	int rc = read_sent(x, a, g, r, &s, err);

	if (rc)
		return rc;
	if (s.n != r->last - r->first + 1)
		return ent_fail(err, ENT_ESIG,
		                "the receipt for %" PRIu64 " to %" PRIu64
		                " goes beyond what the channel has",
		                r->first, r->last);
	/* documents of an agreement are few (limits.h), and each judges once */
	do {
		if (fits(&s, r, judging))
			return 0;
		judging = next_judging(&s, judging);
	} while (judging);
	return ent_fail(err, ENT_ESIG,
	                "the receipt for %" PRIu64 " to %" PRIu64
	                " (%zu objects) is for other bytes than the %zu entries that were sent",
	                r->first, r->last, r->count, s.n);
}

int
ent_receipt_sent(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                 const struct ent_receipt *r, size_t *count, uint8_t root[32],
                 struct ent_err *err)
{
	struct sent s = { 0 };
	uint64_t judging = 0, next;
	int rc = read_sent(x, a, g, r, &s, err);

	if (rc)
		return rc;
	while ((*count = there_after(&s, judging)) != r->count &&
	       (next = next_judging(&s, judging)) != 0)
		judging = next;
	ent_receipt_root((const uint8_t(*)[32])s.sha256, *count, root);
	return 0;
}

int
ent_receipt_leaves(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                   const struct ent_receipt *r, uint64_t seq, uint8_t (**sha256)[32],
                   size_t *count, size_t *place, struct ent_err *err)
{
	struct sent s = { 0 };
	uint64_t judging = 0;
	int rc = read_sent(x, a, g, r, &s, err);

	if (rc)
		return rc;
	while (!fits(&s, r, judging)) {
		judging = next_judging(&s, judging);
		if (!judging)
			return ent_fail(err, ENT_ESIG, "the receipt does not fit the channel");
	}
	*sha256 = s.sha256;
	*count = 0;
	*place = SIZE_MAX;
	for (size_t i = 0; i < s.n; i++) {
		if (s.withheld[i] && s.withheld[i] <= judging)
			continue;
		if (s.entries[i].seq == seq)
			*place = *count;
		(*count)++;
	}
	return *place < SIZE_MAX ? 0
	                         : ent_fail(err, ENT_ENOENT,
	                                    "the receipt does not hold number %" PRIu64, seq);
}

int
ent_receipt_follows(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                    const struct ent_receipt *r, uint64_t last, struct ent_err *err)
{
	struct ent_query q = { .channel = g->outbound,
		               .after_seq = last,
		               .upto = r->first - 1,
		               .after_date = INT64_MIN,
		               .which = ENT_WHICH_ALL,
		               .limit = 1 };
	struct ent_page page;
	int rc;

	if (r->first <= last + 1)
		return 0;
	rc = ent_store_page(x->store, a, &q, &page, err);
	return rc || page.count == 0
	           ? rc /* nothing of it is there any more */
	           : ent_fail(err, ENT_EUNUSABLE,
	                      "the receipt begins at %" PRIu64
	                      ", and what was sent after %" PRIu64 " has not been receipted",
	                      r->first, last);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rejudge.c - an amendment that narrows the terms holds for what waits on the channel too.
 */
#include "exchange/rejudge.h"

#include <inttypes.h>

#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/gate.h"
#include "exchange/receipt.h"

#define BATCH 200

struct judging {
	struct ent_exchange *x;
	struct ent_arena *a, *each; /* each: reset for each batch */
	const struct ent_agreement *g;
	size_t withheld;
};

/* The last entry that every counterpart has: what they hold was sent, and stays sent. */
static int
receipted_by_all(const struct judging *j, uint64_t *out, struct ent_err *err)
{
	*out = UINT64_MAX;
	for (size_t p = 0; p < j->g->parties; p++) {
		uint64_t last;
		int rc;

		if (p == j->g->self)
			continue;
		rc = ent_receipted(j->x, j->a, j->g->id, j->g->party[p].id, &last, err);
		if (rc)
			return rc;
		if (last < *out)
			*out = last;
	}
	return 0;
}

static int
withhold(struct judging *j, const struct ent_entry *e, struct ent_err *err)
{
	uint64_t removed;
	int rc = ent_store_remove(j->x->store, j->g->outbound, e->row.type, e->row.uuid,
	                          e->row.vkey.n ? ENT_WHICH_LISTED : ENT_WHICH_ALL,
	                          &e->row.vkey, e->row.vkey.n ? 1 : 0, &removed, err);

	if (rc == 0)
		rc = ent_book_note(j->x, j->each, j->g->id,
		                   ent_arena_printf(j->each,
		                                    "{\"kind\":\"withhold\",\"seq\":%" PRIu64
		                                    ",\"document\":\"%.*s\",\"at\":\"%.*s\"}",
		                                    e->seq, ENT_FMT(j->g->document),
		                                    ENT_FMT(ent_x_at(j->x, j->each))),
		                   err);
	j->withheld += rc == 0;
	return rc;
}

static int
judge_one(struct judging *j, const struct ent_entry *e, struct ent_err *err)
{
	const struct ent_json *json;
	struct ent_held h;
	bool allowed;
	int rc = ent_holdings_by_oid(j->x, j->each, e->row.oid, &h, err);

	if (rc == 0)
		rc = ent_json_parse(j->each, h.bytes, ENT_JSON_DEPTH, &json, err);
	if (rc == 0)
		rc = ent_gate_terms(j->x, j->each, j->g, &h, json, &allowed, err);
	return rc || allowed ? rc : withhold(j, e, err);
}

static int
judge_from(struct judging *j, uint64_t after, struct ent_err *err)
{
	struct ent_query q = { .channel = j->g->outbound,
		               .after_seq = after,
		               .after_date = INT64_MIN,
		               .which = ENT_WHICH_ALL,
		               .limit = BATCH };
	struct ent_page page = { .more = true };
	int rc = 0;

	while (rc == 0 && page.more) {
		ent_arena_reset(j->each);
		rc = ent_store_page(j->x->store, j->each, &q, &page, err);
		for (size_t i = 0; rc == 0 && i < page.count; i++) {
			q.after_seq = page.entries[i].seq;
			rc = judge_one(j, &page.entries[i], err);
		}
	}
	return rc;
}

int
ent_rejudge(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
            struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	struct judging j = { .x = x, .a = a, .g = g };
	struct ent_str before;
	uint64_t after;
	int rc = g ? ent_agreement_load(x, a, agreement, g, err) : ent_x_nomem(err);

	if (rc || g->state == ENT_PROPOSED)
		return rc;
	rc = ent_store_doc_get(x->store, a, ENT_SPACE_JUDGED, agreement, &before, err);
	if ((rc && rc != ENT_ENOENT) || (rc == 0 && ent_str_eq(before, g->document)))
		return rc;
	j.each = ent_arena_new(ENT_REQUEST_ARENA);
	rc = j.each ? receipted_by_all(&j, &after, err) : ent_x_nomem(err);
	if (rc == 0)
		rc = judge_from(&j, after, err);
	if (rc == 0)
		rc = ent_store_doc_put(x->store, ENT_SPACE_JUDGED, agreement, g->document, err);
	if (rc == 0 && j.withheld)
		ent_log_about(x->c.log, ENT_LOG_WARN, ent_str_c(x->c.party), agreement,
		              "%zu entries are withheld: version %" PRId64
		              " of the agreement does not allow them",
		              j.withheld, g->version);
	ent_arena_free(j.each);
	return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rejudge.c - an amendment that narrows the terms holds for what waits on the channel too.
 */
#include "exchange/rejudge.h"

#include <inttypes.h>

#include "exchange/agreement.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/gate.h"
#include "exchange/receipt.h"
#include "exchange/window.h"

#define BATCH 200

struct judging {
	struct ent_exchange *x;
	struct ent_arena *a, *page, *each; /* reset for each batch, for each object */
	const struct ent_agreement *g;
	uint64_t when; /* the ledger's size when this began: the order of judgings */
	size_t withheld;
};

struct ent_str
ent_withheld_key(struct ent_arena *a, struct ent_str agreement, uint64_t seq)
{
	return ent_arena_printf(a, "%.*s/%020" PRIu64, ENT_FMT(agreement), seq);
}

/* Receipts may come for pages that went out before or after it (receipt_int.h). */
static int
mark(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g, uint64_t seq,
     uint64_t when, struct ent_err *err)
{
	struct ent_str key = ent_withheld_key(a, g->id, seq),
		       text = ent_arena_printf(a, "%" PRIu64, when);

	return key.p && text.p ? ent_store_doc_put(x->store, ENT_SPACE_WITHHELD, key, text, err)
	                       : ent_x_nomem(err);
}

int
ent_withhold(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
             const struct ent_entry *e, uint64_t when, struct ent_err *err)
{
	struct ent_str entry;
	uint64_t removed;
	int rc = ent_store_remove(x->store, g->outbound, e->row.type, e->row.uuid,
	                          e->row.vkey.n ? ENT_WHICH_LISTED : ENT_WHICH_ALL,
	                          &e->row.vkey, e->row.vkey.n ? 1 : 0, &removed, err);

	if (rc == 0)
		rc = mark(x, a, g, e->seq, when, err);
	if (rc)
		return rc;
	entry = ent_arena_printf(a,
	                         "{\"kind\":\"withhold\",\"seq\":%" PRIu64
	                         ",\"document\":\"%.*s\",\"at\":\"%.*s\"}",
	                         e->seq, ENT_FMT(g->document), ENT_FMT(ent_x_at(x, a)));
	return entry.p ? ent_book_note(x, a, g->id, entry, err) : ent_x_nomem(err);
}

static int
judge_one(struct judging *j, const struct ent_entry *e, struct ent_err *err)
{
	const struct ent_json *json;
	struct ent_held h;
	bool allowed;
	int rc;

	ent_arena_reset(j->each);
	rc = ent_holdings_by_oid(j->x, j->each, e->row.oid, &h, err);
	if (rc == 0)
		rc = ent_json_parse(j->each, h.bytes, ENT_JSON_DEPTH, &json, err);
	if (rc == 0)
		rc = ent_gate_terms(j->x, j->each, j->g, &h, json, &allowed, err);
	if (rc || allowed)
		return rc;
	rc = ent_withhold(j->x, j->each, j->g, e, j->when, err);
	j->withheld += rc == 0;
	return rc;
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
		ent_arena_reset(j->page);
		rc = ent_store_page(j->x->store, j->page, &q, &page, err);
		for (size_t i = 0; rc == 0 && i < page.count; i++) {
			q.after_seq = page.entries[i].seq;
			rc = judge_one(j, &page.entries[i], err);
		}
	}
	return rc;
}

/* All that waits on one agreement's channel. */
static int
judge_channel(struct judging *j, struct ent_err *err)
{
	struct ent_hash root;
	uint64_t after;
	int rc = ent_receipted_by_all(j->x, j->a, j->g, &after, err);

	if (rc == 0)
		rc = ent_book_tip(j->x, j->a, j->g->id, &j->when, &root, err);
	j->withheld = 0;
	if (rc == 0)
		rc = judge_from(j, after, err);
	if (rc == 0 && j->withheld)
		ent_log_about(j->x->c.log, ENT_LOG_WARN, ent_str_c(j->x->c.party), j->g->id,
		              "%zu entries are withheld: version %" PRId64
		              " of the agreement, or one under which they came, does not allow "
		              "them",
		              j->withheld, j->g->version);
	return rc;
}

/* ---- channels of other agreements ---- */

struct others {
	struct judging *j;
	struct ent_str but;
	struct ent_err *err;
};

static int
judge_other(void *self, struct ent_str id, const struct ent_agreement *g,
            const struct ent_err *why)
{
	struct others *o = self;

	(void)why; /* one that can't be read can't be served */
	if (!g || !ent_agreement_settled(g) || ent_str_eq(id, o->but))
		return 0;
	o->j->g = g;
	return judge_channel(o->j, o->err);
}

static int
judge_all(struct judging *j, struct ent_err *err)
{
	const struct ent_agreement *g = j->g;
	struct others o = { j, g->id, err };
	int rc = judge_channel(j, err);

	if (rc == 0)
		rc = ent_agreement_each(j->x, judge_other, &o, err);
	j->g = g;
	return rc;
}

/* ---- who has joined ---- */

static int
mark_joined(struct judging *j, struct ent_str party, struct ent_err *err)
{
	struct ent_str key = ent_arena_printf(j->a, "%.*s/%.*s", ENT_FMT(j->g->id),
	                                      ENT_FMT(party)),
		       text;
	uint64_t tip, last;
	int rc = ent_store_tip(j->x->store, j->g->outbound, &tip, NULL, NULL, err);

	if (rc == 0)
		rc = ent_receipted(j->x, j->a, j->g->id, party, &last, err);
	if (rc || tip <= last)
		return rc;
	text = ent_arena_printf(j->a, "%" PRIu64, tip);
	if (!key.p || !text.p)
		return ent_x_nomem(err);
	rc = ent_store_doc_put(j->x->store, ENT_SPACE_JOINED, key, text, err);
	return rc ? rc : ent_store_doc_put(j->x->store, ENT_SPACE_RECEIPTED, key, text, err);
}

/* What was sent before somebody became a party was sent to the others alone. */
static int
note_joined(struct judging *j, struct ent_str before, struct ent_err *err)
{
	struct ent_agreement *was = ent_arena_alloc(j->a, sizeof(*was));
	int rc = was ? ent_agreement_document(j->x, j->a, j->g->id, before, was, err)
	             : ent_x_nomem(err);

	for (size_t p = 0; rc == 0 && p < j->g->parties; p++)
		if (ent_agreement_party(was, j->g->party[p].id) < 0)
			rc = mark_joined(j, j->g->party[p].id, err);
	return rc;
}

int
ent_rejudge(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
            struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	struct judging j = { .x = x, .a = a, .g = g };
	struct ent_str before;
	int rc = g ? ent_agreement_load(x, a, agreement, g, err) : ent_x_nomem(err);

	if (rc || !ent_agreement_settled(g))
		return rc;
	rc = ent_store_doc_get(x->store, a, ENT_SPACE_JUDGED, agreement, &before, err);
	if ((rc && rc != ENT_ENOENT) || (rc == 0 && ent_str_eq(before, g->document)))
		return rc;
	if (rc == ENT_ENOENT) {
		rc = 0; /* nothing went out before the first document */
	} else {
		rc = note_joined(&j, before, err);
		j.page = ent_arena_new(ENT_REQUEST_ARENA);
		j.each = ent_arena_new(ENT_REQUEST_ARENA);
		if (rc == 0)
			rc = j.page && j.each ? judge_all(&j, err) : ent_x_nomem(err);
		ent_arena_free(j.page);
		ent_arena_free(j.each);
	}
	if (rc == 0)
		rc = ent_store_doc_put(x->store, ENT_SPACE_JUDGED, agreement, g->document, err);
	return rc;
}

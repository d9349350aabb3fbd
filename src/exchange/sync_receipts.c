/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sync_receipts.c - the receipts that are owed to a counterpart.
 */
#include "exchange/audit.h"
#include "exchange/sync_int.h"

#include <inttypes.h>

#include "base/enc.h"
#include "exchange/book.h"
#include "exchange/receipt_int.h"

/* Receipts that are looked at, at once. */
#define UNSENT_BATCH 1000

/* Whether they will never take it: the request was understood, and refused for what is in it.
 */
static bool
refused_for_good(int status)
{
	return status == 400 || status == 409 || status == 413 || status == 422;
}

/* It is set aside for a person, with an alarm; the others behind it go on. */
static int
set_aside(struct talk *t, struct ent_arena *a, struct ent_doc d, const struct ent_err *why,
          struct ent_err *err)
{
	struct ent_str reason = ent_arena_dup(a, ent_str_c(why->msg)),
		       detail = ent_arena_printf(
			   a, "{\"agreement\":\"%.*s\",\"by\":\"%.*s\",\"sha256\":\"%.*s\"}",
			   ENT_FMT(t->id), ENT_FMT(t->peer.party),
			   ENT_FMT(ent_sha256_hex(a, d.value)));
	int rc =
	    reason.p && detail.p
		? ent_store_doc_put(t->x->store, ENT_SPACE_RECEIPT_REFUSED, d.key, reason, err)
		: ent_x_nomem(err);

	ent_log_about(t->x->c.log, ENT_LOG_ERROR, t->peer.party, t->id,
	              "alarm: they refuse our receipt: %s", why->msg);
	if (rc || !ent_alarm_allowed(t->x, a, t->peer.party))
		return rc;
	return ent_audit_note(t->x, a, "receipt-refused", detail, err);
}

/* ---- a gap ---- */

/* What the counterpart has no receipt of: [next, before). */
struct gap {
	struct talk *t;
	struct ent_arena *each; /* reset for each */
	uint64_t next, before;
	size_t owed;
};

/* One that we signed: what falls into the gap is owed again. */
static int
owe(void *self, struct ent_doc d, struct ent_err *err)
{
	struct gap *g = self;
	struct ent_receipt r;
	int rc;

	ent_arena_reset(g->each);
	rc = ent_receipt_stored(g->each, d, true, &r, err);
	if (rc || r.last < g->next || r.first >= g->before)
		return rc;
	g->owed++;
	return ent_store_doc_put(g->t->x->store, ENT_SPACE_RECEIPT_UNSENT, d.key, d.value, err);
}

static int
scan(struct gap *g, struct ent_err *err)
{
	uint64_t from = g->next > ENT_RECEIPT_SPAN ? g->next - ENT_RECEIPT_SPAN : 0;
	struct ent_arena *a = ent_arena_new(4096);
	struct ent_str none = { NULL, 0 }, prefix, after;
	int rc;

	prefix =
	    a ? ent_arena_printf(a, "%.*s/%.*s/", ENT_FMT(g->t->id), ENT_FMT(g->t->peer.party))
	      : none;
	after = prefix.p ? ent_arena_printf(a, "%.*s%020" PRIu64, ENT_FMT(prefix), from) : none;
	rc = after.p
	         ? ent_x_docs_each(g->t->x, ENT_SPACE_RECEIPT_OUT, prefix, after, owe, g, err)
	         : ent_x_nomem(err);
	ent_arena_free(a);
	return rc;
}

/*
 * They want the receipts from a number on that we sent before: they went back to an old copy,
 * or one of ours was set aside.  *filled: what they want is owed again.
 */
static int
fill_gap(struct talk *t, struct ent_str answer, struct ent_doc d, bool *filled,
         struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ENT_REQUEST_ARENA);
	const struct ent_json *v;
	struct ent_receipt r;
	struct gap g;
	int64_t next = 0;
	int rc = a ? ent_receipt_stored(a, d, true, &r, err) : ent_x_nomem(err);

	*filled = false;
	if (rc == 0 && ent_json_parse(a, answer, ENT_ENVELOPE_DEPTH, &v, NULL) == 0 &&
	    ent_json_int(ent_json_getc(v, "next"), &next) && next > 0 &&
	    (uint64_t)next < r.first && !t->resent) {
		t->resent = true; /* once: a counterpart that never has enough isn't followed */
		g = (struct gap){ t, a, (uint64_t)next, r.first, 0 };
		rc = ent_x_begin(t->x, err);
		if (rc == 0)
			rc = ent_x_end(t->x, scan(&g, err), err);
		*filled = rc == 0 && g.owed > 0;
	}
	ent_arena_free(a);
	return rc;
}

/* ---- sending ---- */

/* *again: others have to go before it. */
static int
send_receipt(struct talk *t, struct ent_arena *a, struct ent_doc d, bool *again,
             struct ent_err *err)
{
	struct ent_answer raw = { .status = 0 };
	struct ent_err why = { 0 };
	int sent = ent_talk_call(t, a, "POST", "receipts", d.value, JSON_TYPE, &raw, &why), rc;

	if (sent && !refused_for_good(raw.status)) {
		(void)ent_fail(err, sent, "%s", why.msg);
		return ent_within(err, sent, "receipt");
	}
	rc = raw.status == 409 ? fill_gap(t, raw.body, d, again, err) : 0;
	if (rc || *again)
		return rc;
	rc = ent_x_begin(t->x, err);
	if (rc)
		return rc;
	rc = sent ? set_aside(t, a, d, &why, err) : 0;
	if (rc == 0)
		rc = ent_store_doc_del(t->x->store, ENT_SPACE_RECEIPT_UNSENT, d.key, err);
	rc = ent_x_end(t->x, rc, err);
	t->out->receipts += rc == 0 && !sent;
	return rc;
}

int
ent_talk_receipts(struct talk *t, struct ent_arena *a, struct ent_err *err)
{
	struct ent_str prefix =
	    ent_arena_printf(a, "%.*s/%.*s/", ENT_FMT(t->id), ENT_FMT(t->peer.party));
	bool again = true;
	int rc = prefix.p ? 0 : ent_x_nomem(err);

	while (rc == 0 && again && !ent_talk_over(t)) {
		struct ent_doc *docs;
		size_t n;

		rc = ent_store_docs(t->x->store, a, ENT_SPACE_RECEIPT_UNSENT, prefix,
		                    (struct ent_str){ NULL, 0 }, UNSENT_BATCH, &docs, &n, err);
		again = false;
		for (size_t i = 0; rc == 0 && !again && !ent_talk_over(t) && i < n; i++)
			rc = send_receipt(t, a, docs[i], &again, err);
		again |= rc == 0 && n == UNSENT_BATCH;
	}
	return rc;
}

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

/* It is set aside and offered again later, with an alarm the first time; the others behind it
 * go on. */
static int
set_aside(struct talk *t, struct ent_arena *a, struct ent_doc d, const struct ent_err *why,
          struct ent_err *err)
{
	struct ent_receipt_try tried = { .tries = 0 };
	struct ent_str detail = ent_arena_printf(
	    a, "{\"agreement\":\"%.*s\",\"by\":\"%.*s\",\"sha256\":\"%.*s\"}", ENT_FMT(t->id),
	    ENT_FMT(t->peer.party), ENT_FMT(ent_sha256_hex(a, d.value)));
	int rc = detail.p ? ent_try_again(t->x, a, ENT_SPACE_RECEIPT_REFUSED, d.key, why->msg,
	                                  &tried, err)
	                  : ent_x_nomem(err);

	if (rc)
		return rc;
	ent_log_about(t->x->c.log, tried.tries == 1 ? ENT_LOG_ERROR : ENT_LOG_WARN,
	              t->peer.party, t->id, "%s: they refuse our receipt: %s",
	              tried.tries == 1 ? "alarm" : "once more", why->msg);
	if (tried.tries > 1 || !ent_alarm_allowed(t->x, a, t->peer.party))
		return 0;
	return ent_audit_note(t->x, a, "receipt-refused", detail, err);
}

/* ---- those that don't get there ---- */

static struct ent_str
line_key(const struct talk *t, struct ent_arena *a)
{
	return ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(t->id), ENT_FMT(t->peer.party));
}

/* Before the first of a conversation: whether it is time to try again. */
static int
look_at_line(struct talk *t, struct ent_arena *a, struct ent_err *err)
{
	struct ent_receipt_try tried;
	struct ent_str key = line_key(t, a);
	int rc = key.p ? ent_try_read(t->x, a, ENT_SPACE_RECEIPT_TRY, key, &tried, err)
	               : ent_x_nomem(err);

	if (rc == ENT_ENOENT) {
		t->line = LINE_OPEN;
		return 0;
	}
	if (rc)
		return rc;
	t->line = t->o->at_once || ent_try_due(t->x, &tried) ? LINE_FAILED : LINE_CLOSED;
	return 0;
}

/* One didn't get there: none goes any more in this conversation, and none in the next ones for
 * a while. */
static int
close_line(struct talk *t, struct ent_arena *a, const char *why, struct ent_err *err)
{
	struct ent_receipt_try tried;
	struct ent_str key = line_key(t, a);
	int rc = key.p ? ent_x_begin(t->x, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_x_end(
		    t->x, ent_try_again(t->x, a, ENT_SPACE_RECEIPT_TRY, key, why, &tried, err),
		    err);
	t->line = LINE_CLOSED;
	return rc;
}

/* One got there, inside the write: whatever was wrong is over. */
static int
open_line(struct talk *t, struct ent_arena *a, struct ent_err *err)
{
	struct ent_str key;

	if (t->line != LINE_FAILED)
		return 0;
	key = line_key(t, a);
	t->line = LINE_OPEN;
	return key.p ? ent_store_doc_del(t->x->store, ENT_SPACE_RECEIPT_TRY, key, err)
	             : ent_x_nomem(err);
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
 * or one of ours was set aside.  *gap: they say so; *filled: what they want is owed again.
 */
static int
fill_gap(struct talk *t, struct ent_str answer, struct ent_doc d, bool *gap, bool *filled,
         struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ENT_REQUEST_ARENA);
	const struct ent_json *v;
	struct ent_receipt r = { .first = 0 };
	struct gap g;
	int64_t next = 0;
	int rc = a ? ent_receipt_stored(a, d, true, &r, err) : ent_x_nomem(err);

	*filled = false;
	*gap = rc == 0 && ent_json_parse(a, answer, ENT_ENVELOPE_DEPTH, &v, NULL) == 0 &&
	       ent_json_int(ent_json_getc(v, "next"), &next) && next > 0 &&
	       (uint64_t)next < r.first;
	if (*gap && !t->resent) {
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

/* What came of one: why is absent if they took it. */
static int
settle(struct talk *t, struct ent_arena *a, struct ent_doc d, const struct ent_err *why,
       struct ent_err *err)
{
	int rc = why ? set_aside(t, a, d, why, err)
	             : ent_store_doc_del(t->x->store, ENT_SPACE_RECEIPT_REFUSED, d.key, err);

	if (rc == 0)
		rc = ent_store_doc_del(t->x->store, ENT_SPACE_RECEIPT_UNSENT, d.key, err);
	return rc || why ? rc : open_line(t, a, err);
}

/* *again: others have to go before it. */
static int
send_receipt(struct talk *t, struct ent_arena *a, struct ent_doc d, bool *again,
             struct ent_err *err)
{
	struct ent_answer raw = { .status = 0 };
	struct ent_err why = { 0 };
	int sent = ent_talk_call(t, a, "POST", "receipts", d.value, JSON_TYPE, &raw, &why), rc;
	bool gap = false;

	if (sent && !refused_for_good(raw.status)) {
		rc = close_line(t, a, why.msg, err);
		if (rc)
			return rc;
		(void)ent_fail(err, sent, "%s", why.msg);
		return ent_within(err, sent, "receipt");
	}
	rc = raw.status == 409 ? fill_gap(t, raw.body, d, &gap, again, err) : 0;
	if (rc || *again)
		return rc;
	if (gap) /* it is right, and waits for those that they want first */
		return close_line(t, a, "they want receipts that were sent before it", err);
	rc = ent_x_begin(t->x, err);
	if (rc == 0)
		rc = ent_x_end(t->x, settle(t, a, d, sent ? &why : NULL, err), err);
	t->out->receipts += rc == 0 && !sent;
	return rc;
}

/* ---- those that were refused ---- */

struct offering {
	struct talk *t;
	struct ent_arena *each; /* reset for each */
	size_t n;
};

/* One that was set aside, when its time has come. */
static int
offer(void *self, struct ent_doc d, struct ent_err *err)
{
	struct offering *o = self;
	struct ent_receipt_try tried;
	struct ent_doc out = { .key = d.key };
	bool again = false;
	int rc;

	if (o->n >= ENT_RECEIPT_OFFERED || o->t->line == LINE_CLOSED || ent_talk_over(o->t))
		return 0;
	ent_arena_reset(o->each);
	rc = ent_try_read(o->t->x, o->each, ENT_SPACE_RECEIPT_REFUSED, d.key, &tried, err);
	if (rc || !(o->t->o->at_once || ent_try_due(o->t->x, &tried)))
		return rc == ENT_ENOENT ? 0 : rc;
	rc = ent_store_doc_get(o->t->x->store, o->each, ENT_SPACE_RECEIPT_OUT, d.key,
	                       &out.value, err);
	if (rc)
		return rc == ENT_ENOENT ? 0 : rc; /* nobody signed it */
	o->n++;
	return send_receipt(o->t, o->each, out, &again, err);
}

static int
offer_refused(struct talk *t, struct ent_str prefix, struct ent_err *err)
{
	struct offering o = { .t = t, .each = ent_arena_new(ENT_REQUEST_ARENA) };
	int rc = o.each ? ent_x_docs_each(t->x, ENT_SPACE_RECEIPT_REFUSED, prefix,
	                                  (struct ent_str){ NULL, 0 }, offer, &o, err)
	                : ent_x_nomem(err);

	t->offered = true;
	ent_arena_free(o.each);
	return rc;
}

/* ---- all ---- */

static int
send_owed(struct talk *t, struct ent_arena *a, struct ent_str prefix, struct ent_err *err)
{
	bool again = true;
	int rc = 0;

	while (rc == 0 && again && t->line != LINE_CLOSED && !ent_talk_over(t)) {
		struct ent_doc *docs;
		size_t n;

		rc = ent_store_docs(t->x->store, a, ENT_SPACE_RECEIPT_UNSENT, prefix,
		                    (struct ent_str){ NULL, 0 }, UNSENT_BATCH, &docs, &n, err);
		again = false;
		for (size_t i = 0;
		     rc == 0 && !again && t->line != LINE_CLOSED && !ent_talk_over(t) && i < n;
		     i++)
			rc = send_receipt(t, a, docs[i], &again, err);
		again |= rc == 0 && n == UNSENT_BATCH;
	}
	return rc;
}

int
ent_talk_receipts(struct talk *t, struct ent_arena *a, struct ent_err *err)
{
	struct ent_str prefix =
	    ent_arena_printf(a, "%.*s/%.*s/", ENT_FMT(t->id), ENT_FMT(t->peer.party));
	int rc = prefix.p ? 0 : ent_x_nomem(err);

	if (rc == 0 && t->line == LINE_UNKNOWN)
		rc = look_at_line(t, a, err);
	if (rc == 0)
		rc = send_owed(t, a, prefix, err);
	if (rc == 0 && !t->offered && t->line != LINE_CLOSED)
		rc = offer_refused(t, prefix, err);
	return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arrival.c - taking in what counterparts send.
 */
#include "exchange/arrival.h"

#include <inttypes.h>

#include "base/enc.h"
#include "crypto/hash.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/gate.h"
#include "exchange/message.h"
#include "exchange/quarantine.h"
#include "exchange/receipt.h"
#include "exchange/refusal.h"
#include "exchange/testimony.h"

/* Sequence numbers go through JSON, which has 53 bits for them. */
#define SEQ_MAX ((UINT64_C(1) << 53) - 1)

static struct ent_str
cursor_key(struct ent_arena *a, struct ent_str agreement, struct ent_str party)
{
	return ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(agreement), ENT_FMT(party));
}

int
ent_cursor_read(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                struct ent_str party, struct ent_cursor *out, struct ent_err *err)
{
	struct ent_str key = cursor_key(a, agreement, party), text, date;
	uint64_t us;
	int rc = key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_CURSOR, key, &text, err)
	               : ent_x_nomem(err);

	*out = (struct ent_cursor){ .date = INT64_MIN };
	if (rc == ENT_ENOENT)
		return 0;
	if (rc)
		return rc;
	if (!ent_str_next(&text, ' ', &date) || ent_str_u64(date, INT64_MAX, &us) ||
	    ent_str_u64(text, UINT64_MAX, &out->seq))
		return ent_fail(err, ENT_ECORRUPT, "stored cursor %.*s is damaged",
		                ENT_FMT(key));
	out->date = (int64_t)us;
	return 0;
}

static int
cursor_write(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
             struct ent_str party, const struct ent_cursor *c, struct ent_err *err)
{
	struct ent_str key = cursor_key(a, agreement, party);
	struct ent_str text = ent_arena_printf(a, "%" PRId64 " %" PRIu64, c->date, c->seq);

	if (!key.p || !text.p)
		return ent_x_nomem(err);
	return ent_store_doc_put(x->store, ENT_SPACE_CURSOR, key, text, err);
}

int
ent_cursor_forget(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                  struct ent_str party, struct ent_err *err)
{
	struct ent_str key = cursor_key(a, agreement, party);

	return key.p ? ent_store_doc_del(x->store, ENT_SPACE_CURSOR, key, err)
	             : ent_x_nomem(err);
}

int
ent_arrival_object(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                   struct ent_str from, const struct ent_json *v, struct ent_arrived *out,
                   struct ent_err *err)
{
	enum ent_taken how;
	uint64_t oid, seq;
	int64_t date;
	struct ent_object o;
	bool held = false;
	int rc = ent_holdings_check(a, v, &o, err);

	*out = (struct ent_arrived){ 0 };
	if (rc == 0)
		rc = ent_gate_arrival(x, a, g, from, v, &held, err);
	if (rc == 0) {
		rc = ent_holdings_put_checked(x, a, &o, g->id, &oid, &how, err);
		held = rc == ENT_ECONFLICT;
	}
	if (rc && ent_about_object(rc) && held && ent_quarantine_hides(x, a, g, v))
		return ent_quarantine_judge(x, a, g->id, &o, rc, &out->hidden, err);
	if (rc)
		return rc;
	rc = ent_store_append(x->store, g->inbound, oid, ent_x_now(x), &seq, &date, err);
	out->fresh = rc == 0;
	if (rc == ENT_EEXIST)
		return 0;
	if (rc == 0)
		rc = ent_message_index(x, a, g->id, v, false, err);
	if (rc == 0 && ent_message_is(v) &&
	    ent_str_eq(ent_json_getstr(v, "created_by_ref"), from))
		rc = ent_testimony_want_message(x, a, g->id, from, ent_json_getstr(v, "id"),
		                                err);
	return rc;
}

/* ---- a page ---- */

static int
take_one(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
         struct ent_arrival *in, size_t i, uint8_t sha256[32], struct ent_refusals *refusals,
         struct ent_err *err)
{
	const struct ent_json *v = ent_json_at(in->objects, i);
	struct ent_str canon = ent_json_canon(a, v);
	struct ent_err why = { 0 };
	struct ent_arrived arrived = { 0 };
	int rc = canon.p ? ent_x_begin(x, err) : ent_x_nomem(err);

	if (rc)
		return rc;
	ent_sha256(canon, sha256);
	/* the mark: one object that fails leaves nothing behind */
	rc = ent_x_end(x, ent_arrival_object(x, a, g, in->from, v, &arrived, &why), &why);
	in->fresh += arrived.fresh && rc == 0;
	if (rc && !ent_about_object(rc))
		return ent_fail(err, rc, "%s", why.msg);
	if (rc == 0)
		return 0;
	in->aside += arrived.hidden;
	in->refused += !arrived.hidden;
	rc = arrived.hidden ? ent_quarantine_put(x, a, g->id, in->from, v, &why, err) : 0;
	return rc ? rc : ent_refusals_add(refusals, a, i, v, &why, err);
}

static int
take_objects(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
             struct ent_arrival *in, uint8_t (*sha256)[32], size_t n, struct ent_err *err)
{
	struct ent_refusals refusals;
	int rc = 0;

	ent_refusals_begin(&refusals, x, in->agreement, in->from);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = take_one(x, a, g, in, i, sha256[i], &refusals, err);
	return ent_refusals_end(&refusals, a, rc, err);
}

static int
store_page(struct ent_exchange *x, struct ent_arena *a, struct ent_arrival *in,
           struct ent_cursor *at, size_t n, struct ent_err *err)
{
	uint8_t(*sha256)[32] = ent_arena_array(a, n, sizeof(*sha256));
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	struct ent_cursor next = { in->date_last, in->seq_last };
	int rc =
	    sha256 && g ? ent_agreement_load(x, a, in->agreement, g, err) : ent_x_nomem(err);

	/* as it stands now: it may have been suspended, or changed, since the page was asked
	 * for */
	if (rc == 0)
		rc = ent_agreement_open(g, ent_str_c(x->c.party), in->from, NULL, err);
	if (rc == 0)
		rc = take_objects(x, a, g, in, sha256, n, err);
	if (rc == 0)
		rc = cursor_write(x, a, g->id, in->from, &next, err);
	if (rc == 0)
		rc = ent_receipt_make(x, a, g, in->from, in->seq_first, in->seq_last,
		                      (const uint8_t(*)[32])sha256, n, in->refused, err);
	if (rc == 0)
		*at = next;
	return rc;
}

/* A page's own numbers come from the counterpart: what they make of ours is bounded here. */
static int
check_numbers(const struct ent_arrival *in, const struct ent_cursor *at, size_t n,
              struct ent_err *err)
{
	if (in->seq_first <= at->seq || in->seq_last < in->seq_first ||
	    in->seq_last > SEQ_MAX || in->seq_last - in->seq_first >= ENT_RECEIPT_SPAN ||
	    in->seq_last - in->seq_first + 1 < n)
		return ent_fail(err, ENT_EPROTO,
		                "the page's numbers %" PRIu64 "-%" PRIu64
		                " do not follow %" PRIu64 " with %zu objects",
		                in->seq_first, in->seq_last, at->seq, n);
	if (n > ENT_PAGE_MAX)
		return ent_fail(err, ENT_EPROTO, "the page has %zu objects, more than %d", n,
		                ENT_PAGE_MAX);
	if (in->date_last < 0 || (at->seq && in->date_last <= at->date))
		return ent_fail(err, ENT_EPROTO,
		                "the page's last date does not follow that of the page before");
	return 0;
}

int
ent_arrival_page(struct ent_exchange *x, struct ent_arena *a, struct ent_arrival *in,
                 struct ent_cursor *at, struct ent_err *err)
{
	size_t n = ent_json_count(in->objects);
	struct ent_cursor now;
	int rc = check_numbers(in, at, n, err);

	if (rc == 0)
		rc = ent_x_begin(x, err);
	if (rc)
		return rc;
	/* another sync may have been here between the request and now */
	rc = ent_cursor_read(x, a, in->agreement, in->from, &now, err);
	if (rc == 0 && now.seq != at->seq)
		rc = ent_fail(err, ENT_EBUSY,
		              "another sync of this agreement is under way: it has this page");
	if (rc == 0)
		rc = store_page(x, a, in, at, n, err);
	return ent_x_end(x, rc, err);
}

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
#include "exchange/receipt.h"

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
ent_arrival_object(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                   struct ent_str from, const struct ent_json *v, bool *fresh,
                   struct ent_err *err)
{
	enum ent_taken how;
	uint64_t oid, seq;
	int64_t date;
	int rc = ent_gate_arrival(x, a, g, from, v, err);

	if (rc == 0)
		rc = ent_holdings_put(x, a, v, g->id, &oid, &how, err);
	if (rc)
		return rc;
	rc = ent_store_append(x->store, g->inbound, oid, ent_x_now(x), &seq, &date, err);
	*fresh = rc == 0;
	if (rc == ENT_EEXIST)
		return 0;
	return rc ? rc
	          : ent_message_index(x, a, g->id, ent_json_getstr(v, "id"), v, false, err);
}

/* Whether a failure is about the object and not about this node. */
static bool
about_object(int rc)
{
	return rc == ENT_EUNUSABLE || rc == ENT_ECONFLICT || rc == ENT_EDENIED;
}

static int
note_refusal(struct ent_exchange *x, struct ent_arena *a, const struct ent_arrival *in,
             size_t i, const uint8_t sha256[32], const struct ent_err *why, struct ent_err *err)
{
	ent_log_about(x->c.log, ENT_LOG_WARN, in->from, in->agreement->id, "refused: %s",
	              why->msg);
	return ent_book_act(
	    x, a, "refused",
	    ent_arena_printf(a,
	                     "{\"agreement\":\"%.*s\",\"from\":\"%.*s\",\"place\":%zu,"
	                     "\"sha256\":\"%.*s\",\"why\":\"%s\"}",
	                     ENT_FMT(in->agreement->id), ENT_FMT(in->from), i,
	                     ENT_FMT(ent_hex_dup(a, sha256, 32)), ent_code_name(why->code)),
	    err);
}

static int
take_objects(struct ent_exchange *x, struct ent_arena *a, struct ent_arrival *in,
             uint8_t (*sha256)[32], size_t n, struct ent_err *err)
{
	for (size_t i = 0; i < n; i++) {
		const struct ent_json *v = ent_json_at(in->objects, i);
		struct ent_str canon = ent_json_canon(a, v);
		struct ent_err why = { 0 };
		bool fresh = false;
		int rc;

		if (!canon.p)
			return ent_x_nomem(err);
		ent_sha256(canon, sha256[i]);
		rc = ent_x_begin(x,
		                 err); /* a mark: one object that fails leaves nothing behind */
		if (rc)
			return rc;
		rc = ent_x_end(
		    x, ent_arrival_object(x, a, in->agreement, in->from, v, &fresh, &why),
		    &why);
		in->fresh += fresh && rc == 0;
		if (rc && !about_object(rc))
			return ent_fail(err, rc, "%s", why.msg);
		if (rc) {
			in->refused++;
			rc = note_refusal(x, a, in, i, sha256[i], &why, err);
		}
		if (rc)
			return rc;
	}
	return 0;
}

static int
store_page(struct ent_exchange *x, struct ent_arena *a, struct ent_arrival *in,
           struct ent_cursor *at, size_t n, struct ent_err *err)
{
	uint8_t(*sha256)[32] = ent_arena_array(a, n, sizeof(*sha256));
	struct ent_cursor next = { in->date_last, in->seq_last };
	int rc = sha256 ? take_objects(x, a, in, sha256, n, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = cursor_write(x, a, in->agreement->id, in->from, &next, err);
	if (rc == 0)
		rc =
		    ent_receipt_make(x, a, in->agreement, in->from, in->seq_first, in->seq_last,
		                     (const uint8_t(*)[32])sha256, n, in->refused, err);
	if (rc == 0)
		*at = next;
	return rc;
}

int
ent_arrival_page(struct ent_exchange *x, struct ent_arena *a, struct ent_arrival *in,
                 struct ent_cursor *at, struct ent_err *err)
{
	size_t n = ent_json_count(in->objects);
	struct ent_cursor now;
	int rc;

	if (in->seq_first <= at->seq || in->seq_last < in->seq_first ||
	    in->seq_last - in->seq_first + 1 < n)
		return ent_fail(err, ENT_EPROTO,
		                "the page's numbers %" PRIu64 "-%" PRIu64
		                " do not follow %" PRIu64 " with %zu objects",
		                in->seq_first, in->seq_last, at->seq, n);
	rc = ent_x_begin(x, err);
	if (rc)
		return rc;
	/* another sync may have been here between the request and now */
	rc = ent_cursor_read(x, a, in->agreement->id, in->from, &now, err);
	if (rc == 0 && now.seq != at->seq)
		rc = ent_fail(err, ENT_EBUSY,
		              "another sync of this agreement is under way: it has this page");
	if (rc == 0)
		rc = store_page(x, a, in, at, n, err);
	return ent_x_end(x, rc, err);
}

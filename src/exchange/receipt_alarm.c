/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receipt_alarm.c - receipts that don't fit what was sent: kept, shown, dealt with.
 */
#include "exchange/receipt_alarm.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/enc.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/receipt_int.h"
#include "json/write.h"

/* What isn't signed is evidence of nothing: the last one is kept, so that a person sees it. */
#define UNSIGNED "unsigned"

/* Digits of a number in a key; alarms that are closed at once. */
#define NUMBER      20
#define CLOSE_BATCH 64

/* ---- one comes ---- */

/* Whether there is something that it can be held against. */
static bool
has_range(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
          const struct ent_receipt *r)
{
	return r->first >= 1 && r->last >= r->first && r->last - r->first < ENT_RECEIPT_SPAN &&
	       ent_str_eq(r->agreement, g->id) &&
	       ent_str_eq(r->channel, ent_collection_id(a, g->id, ent_str_c(x->c.party), true));
}

static void
write_version(struct ent_jw *w, size_t count, const uint8_t root[32])
{
	char hex[65];

	ent_hex(root, 32, hex);
	ent_jw_kint(w, "count", (int64_t)count);
	ent_jw_kc(w, "root", hex);
}

/* Absent if memory ran out. */
static struct ent_str
print(struct ent_arena *a, const struct ent_receipt_alarm *m)
{
	struct ent_str text;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, 2 * ENT_ENVELOPE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "agreement", m->claimed.agreement);
	ent_jw_kstr(&w, "at", m->at);
	ent_jw_kstr(&w, "by", m->claimed.by);
	ent_jw_kstr(&w, "sha256", m->sha256);
	ent_jw_kstr(&w, "why", m->why);
	if (m->readable) {
		ent_jw_kint(&w, "first", (int64_t)m->claimed.first);
		ent_jw_kint(&w, "last", (int64_t)m->claimed.last);
		ent_jw_kint(&w, "refused", (int64_t)m->claimed.refused);
		write_version(&w, m->claimed.count, m->claimed.root);
	}
	if (m->known) {
		ent_jw_key(&w, "sent");
		ent_jw_object(&w);
		write_version(&w, m->count, m->root);
		ent_jw_end_object(&w);
	}
	if (m->envelope.p)
		ent_jw_kstr(&w, "envelope", m->envelope);
	if (m->closed.p) {
		ent_jw_kstr(&w, "closed", m->closed);
		ent_jw_kstr(&w, "how", m->how);
	}
	ent_jw_end_object(&w);
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text;
}

static int
has_doc(struct ent_exchange *x, struct ent_arena *a, struct ent_str space, struct ent_str key,
        bool *has, struct ent_err *err)
{
	struct ent_str text;
	int rc = ent_store_doc_get(x->store, a, space, key, &text, err);

	*has |= rc == 0;
	return rc == ENT_ENOENT ? 0 : rc;
}

static int
act(struct ent_exchange *x, struct ent_arena *a, const struct ent_receipt_alarm *m,
    struct ent_err *err)
{
	struct ent_str detail = ent_arena_printf(
	    a,
	    "{\"agreement\":\"%.*s\",\"by\":\"%.*s\",\"first\":%" PRIu64 ",\"last\":%" PRIu64
	    ",\"root\":\"%.*s\",\"sha256\":\"%.*s\"}",
	    ENT_FMT(m->claimed.agreement), ENT_FMT(m->claimed.by), m->claimed.first,
	    m->claimed.last, ENT_FMT(ent_hex_dup(a, m->claimed.root, 32)), ENT_FMT(m->sha256));

	return detail.p ? ent_audit_note(x, a, "receipt-mismatch", detail, err)
	                : ent_x_nomem(err);
}

/* Inside the write: what is known already, or too much for a day, changes nothing. */
static int
raise_alarm(struct ent_exchange *x, struct ent_arena *a, const struct ent_receipt_alarm *m,
            struct ent_err *err)
{
	const bool by_them = m->envelope.p != NULL;
	struct ent_str key, text = print(a, m);
	bool has = false;
	int rc;

	key = ent_arena_printf(a, "%.*s/%.*s/%0*" PRIu64 "/%.*s", ENT_FMT(m->claimed.agreement),
	                       ENT_FMT(m->claimed.by), NUMBER, by_them ? m->claimed.first : 0,
	                       ENT_FMT(by_them ? m->sha256 : ENT_STR(UNSIGNED)));
	rc = key.p && text.p ? 0 : ent_x_nomem(err);
	if (rc == 0 && by_them)
		rc = has_doc(x, a, ENT_SPACE_RECEIPT_ALARM, key, &has, err);
	if (rc == 0 && by_them)
		rc = has_doc(x, a, ENT_SPACE_RECEIPT_ALARM_OLD, key, &has, err);
	ent_log_about(x->c.log, has ? ENT_LOG_WARN : ENT_LOG_ERROR, m->claimed.by,
	              m->claimed.agreement, "%s: a receipt does not fit: %.*s",
	              has ? "once more" : "alarm", ENT_FMT(m->why));
	if (rc || has)
		return rc;
	if (by_them ? !ent_alarm_allowed(x, a, m->claimed.by)
	            : !ent_x_daily(x, a, "receipt-" UNSIGNED, m->claimed.by, ENT_ALARMS_DAY))
		return 0;
	rc = ent_store_doc_put(x->store, ENT_SPACE_RECEIPT_ALARM, key, text, err);
	return rc || !by_them ? rc : act(x, a, m, err);
}

int
ent_receipt_alarm(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                  struct ent_str from, const struct ent_receipt *r,
                  const struct ent_envelope *e, struct ent_str text, const struct ent_err *why,
                  struct ent_err *err)
{
	struct ent_receipt_alarm m = { .at = ent_x_at(x, a), .why = ent_str_c(why->msg) };
	int rc = 0;

	m.sha256 = e ? ent_hex_dup(a, e->sha256, ENT_SHA256) : ent_sha256_hex(a, text);
	if (r && e) {
		m.readable = true;
		m.claimed = *r;
		m.known = has_range(x, a, g, r);
		if (m.known)
			rc = ent_receipt_sent(x, a, g, r, &m.count, m.root, err);
	}
	m.claimed.agreement = g->id; /* under which it came */
	m.claimed.by = from;
	if (rc == 0 && e)
		rc = ent_envelope_remake(a, e, &m.envelope, err);
	if (rc == 0)
		rc = m.at.p && m.sha256.p ? ent_x_begin(x, err) : ent_x_nomem(err);
	return rc ? rc : ent_x_end(x, raise_alarm(x, a, &m, err), err);
}

/* ---- those that are kept ---- */

static int
read_root(const struct ent_json *v, size_t *count, uint8_t root[32])
{
	int64_t n = 0;

	if (!ent_json_int(ent_json_getc(v, "count"), &n) || n < 0)
		return ENT_ECORRUPT;
	*count = (size_t)n;
	return ent_unhex(ent_json_getstr(v, "root"), root, 32);
}

static int
read_alarm(struct ent_arena *a, struct ent_doc d, struct ent_receipt_alarm *out,
           struct ent_err *err)
{
	const struct ent_json *v, *sent;
	int64_t first, last, refused;
	int rc = ent_json_parse(a, d.value, ENT_JSON_DEPTH, &v, err);

	*out = (struct ent_receipt_alarm){ .known = false };
	if (rc)
		return ent_within(err, rc == ENT_ENOMEM ? rc : ENT_ECORRUPT,
		                  "alarm about a receipt %.*s", ENT_FMT(d.key));
	out->at = ent_json_getstr(v, "at");
	out->why = ent_json_getstr(v, "why");
	out->sha256 = ent_json_getstr(v, "sha256");
	out->envelope = ent_json_getstr(v, "envelope");
	out->closed = ent_json_getstr(v, "closed");
	out->how = ent_json_getstr(v, "how");
	out->claimed.agreement = ent_json_getstr(v, "agreement");
	out->claimed.by = ent_json_getstr(v, "by");
	sent = ent_json_getc(v, "sent");
	out->known = sent && read_root(sent, &out->count, out->root) == 0;
	if (ent_json_int(ent_json_getc(v, "first"), &first) &&
	    ent_json_int(ent_json_getc(v, "last"), &last) &&
	    ent_json_int(ent_json_getc(v, "refused"), &refused) &&
	    read_root(v, &out->claimed.count, out->claimed.root) == 0) {
		out->claimed.first = (uint64_t)first;
		out->claimed.last = (uint64_t)last;
		out->claimed.refused = (size_t)refused;
		out->readable = true;
	}
	return out->sha256.n == 2 * ENT_SHA256
	           ? 0
	           : ent_fail(err, ENT_ECORRUPT, "alarm about a receipt %.*s is damaged",
	                      ENT_FMT(d.key));
}

struct walk {
	struct ent_arena *each; /* reset for each */
	int (*see)(void *self, const struct ent_receipt_alarm *alarm, struct ent_err *err);
	void *self;
};

static int
see_doc(void *self, struct ent_doc d, struct ent_err *err)
{
	const struct walk *w = self;
	struct ent_receipt_alarm m;
	int rc;

	ent_arena_reset(w->each);
	rc = read_alarm(w->each, d, &m, err);
	return rc ? rc : w->see(w->self, &m, err);
}

int
ent_receipt_alarms_each(struct ent_exchange *x, struct ent_str agreement, bool closed,
                        int (*see)(void *self, const struct ent_receipt_alarm *alarm,
                                   struct ent_err *err),
                        void *self, struct ent_err *err)
{
	struct ent_str none = { NULL, 0 }, prefix;
	struct ent_arena *a = ent_arena_new(4096);
	struct walk w = { ent_arena_new(ENT_REQUEST_ARENA), see, self };
	int rc;

	prefix = a ? ent_arena_printf(a, "%.*s/", ENT_FMT(agreement)) : none;
	rc = prefix.p && w.each
	         ? ent_x_docs_each(x, ENT_SPACE_RECEIPT_ALARM, prefix, none, see_doc, &w, err)
	         : ent_x_nomem(err);
	if (rc == 0 && closed)
		rc = ent_x_docs_each(x, ENT_SPACE_RECEIPT_ALARM_OLD, prefix, none, see_doc, &w,
		                     err);
	ent_arena_free(w.each);
	ent_arena_free(a);
	return rc;
}

/* ---- dealt with ---- */

static int
close_alarm(struct ent_exchange *x, struct ent_arena *a, struct ent_doc d, struct ent_str how,
            struct ent_err *err)
{
	struct ent_receipt_alarm m;
	struct ent_str text;
	int rc = read_alarm(a, d, &m, err);

	if (rc)
		return rc;
	m.closed = ent_x_at(x, a);
	m.how = how;
	text = m.closed.p ? print(a, &m) : m.closed;
	rc = text.p ? ent_store_doc_put(x->store, ENT_SPACE_RECEIPT_ALARM_OLD, d.key, text, err)
	            : ent_x_nomem(err);
	return rc ? rc : ent_store_doc_del(x->store, ENT_SPACE_RECEIPT_ALARM, d.key, err);
}

/* The open ones behind a key, up to that number. */
static int
close_from(struct ent_exchange *x, struct ent_arena *a, struct ent_str prefix,
           struct ent_str after, uint64_t last, struct ent_err *err)
{
	struct ent_doc *docs;
	uint64_t first = 0;
	size_t n = CLOSE_BATCH;
	int rc = after.p ? 0 : ent_x_nomem(err);

	while (rc == 0 && n == CLOSE_BATCH && first <= last) {
		rc = ent_store_docs(x->store, a, ENT_SPACE_RECEIPT_ALARM, prefix, after,
		                    CLOSE_BATCH, &docs, &n, err);
		for (size_t i = 0; rc == 0 && i < n; i++) {
			struct ent_str number = ent_str_from(docs[i].key, prefix.n);

			number.n = number.n < NUMBER ? number.n : NUMBER;
			if (ent_str_u64(number, UINT64_MAX, &first) || first > last)
				return 0;
			rc = close_alarm(x, a, docs[i], ENT_STR("receipted"), err);
		}
	}
	return rc;
}

int
ent_receipt_alarms_over(struct ent_exchange *x, struct ent_arena *a,
                        const struct ent_receipt *r, struct ent_err *err)
{
	struct ent_str prefix = ent_arena_printf(a, "%.*s/%.*s/", ENT_FMT(r->agreement),
	                                         ENT_FMT(r->by)),
		       after = ent_arena_printf(a, "%.*s%0*" PRIu64, ENT_FMT(prefix), NUMBER,
	                                        r->first);
	int rc = prefix.p ? close_from(x, a, prefix, prefix, 0, err) : ent_x_nomem(err);

	return rc ? rc : close_from(x, a, prefix, after, r->last, err);
}

struct settling {
	struct ent_exchange *x;
	struct ent_arena *a;
	struct ent_str hash; /* what it begins with */
	struct ent_doc found;
	size_t n;
};

static int
look(void *self, struct ent_doc d, struct ent_err *err)
{
	struct settling *s = self;
	struct ent_receipt_alarm m;
	int rc = read_alarm(s->a, d, &m, err);

	if (rc || !ent_str_starts(m.sha256, s->hash.p))
		return rc;
	s->n++;
	s->found.key = ent_arena_dup(s->a, d.key);
	s->found.value = ent_arena_dup(s->a, d.value);
	return s->found.key.p && s->found.value.p ? 0 : ent_x_nomem(err);
}

static int
settle(struct settling *s, struct ent_err *err)
{
	int rc = ent_x_docs_each(s->x, ENT_SPACE_RECEIPT_ALARM, ENT_STR(""),
	                         (struct ent_str){ NULL, 0 }, look, s, err);

	if (rc)
		return rc;
	if (s->n != 1)
		return ent_fail(err, s->n ? ENT_EINVAL : ENT_ENOENT,
		                "%s alarm about a receipt begins with \"%.*s\"",
		                s->n ? "more than one" : "no open", ENT_FMT(s->hash));
	rc = close_alarm(s->x, s->a, s->found, ENT_STR("settled"), err);
	return rc ? rc
	          : ent_audit_note(
			s->x, s->a, "receipt-settled",
			ent_arena_printf(s->a, "{\"sha256\":\"%.*s\"}", ENT_FMT(s->hash)), err);
}

int
ent_receipt_settle(struct ent_exchange *x, struct ent_arena *a, struct ent_str hash,
                   struct ent_err *err)
{
	struct settling s = { .x = x, .a = a, .hash = ent_arena_dup(a, hash) };
	int rc;

	if (hash.n < 8)
		return ent_fail(err, ENT_EINVAL, "give 8 digits or more of the hash");
	rc = s.hash.p ? ent_x_begin(x, err) : ent_x_nomem(err);
	return rc ? rc : ent_x_end(x, settle(&s, err), err);
}

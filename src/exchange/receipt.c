/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receipt.c - signing receipts, and holding those of counterparts against what was sent.
 */
#include "exchange/receipt_int.h"

#include <inttypes.h>

#include "base/enc.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/peer.h"
#include "exchange/receipt_alarm.h"
#include "exchange/served.h"
#include "exchange/testimony.h"
#include "proof/envelope.h"
#include "json/write.h"

void
ent_receipt_root(const uint8_t (*sha256)[32], size_t n, uint8_t root[32])
{
	struct ent_range r;
	struct ent_hash leaf, out;

	ent_range_init(&r);
	for (size_t i = 0; i < n; i++) {
		ent_leaf_hash((struct ent_str){ (const char *)sha256[i], 32 }, &leaf);
		(void)ent_range_add(&r, &leaf, NULL, NULL, NULL);
	}
	ent_range_root(&r, &out);
	memcpy(root, out.b, 32);
}

struct ent_str
ent_receipt_key(struct ent_arena *a, struct ent_str agreement, struct ent_str party,
                uint64_t first, const uint8_t sha256[ENT_SHA256])
{
	char hex[2 * ENT_SHA256 + 1];

	ent_hex(sha256, ENT_SHA256, hex);
	return ent_arena_printf(a, "%.*s/%.*s/%020" PRIu64 "/%s", ENT_FMT(agreement),
	                        ENT_FMT(party), first, hex);
}

/* The bytes of a receipt: what was got, and our ledger as it stood with that in it. */
static int
write_body(struct ent_exchange *x, struct ent_arena *a, const struct ent_receipt *r,
           struct ent_str *body, struct ent_err *err)
{
	struct ent_str note;
	uint64_t size;
	char hex[65];
	struct ent_buf b;
	struct ent_jw w;
	int rc = ent_book_checkpoint(x, a, r->agreement, &note, &size, err);

	if (rc)
		return rc;
	ent_buf_init(&b, 65536);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kint(&w, "v", 1);
	ent_jw_kc(&w, "kind", "receipt");
	ent_jw_kc(&w, "by", x->c.party);
	ent_jw_kstr(&w, "at", ent_x_at(x, a));
	ent_jw_kstr(&w, "agreement", r->agreement);
	ent_jw_kstr(&w, "channel", r->channel);
	ent_jw_kint(&w, "first", (int64_t)r->first);
	ent_jw_kint(&w, "last", (int64_t)r->last);
	ent_jw_kint(&w, "count", (int64_t)r->count);
	ent_jw_kint(&w, "refused", (int64_t)r->refused);
	ent_hex(r->root, 32, hex);
	ent_jw_kc(&w, "root", hex);
	ent_jw_kstr(&w, "checkpoint", note);
	ent_jw_end_object(&w);
	*body = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return body->p ? 0 : ent_x_nomem(err);
}

static int
note(struct ent_exchange *x, struct ent_arena *a, const char *kind, const struct ent_receipt *r,
     struct ent_str of, const uint8_t sha256[32], uint64_t *index, struct ent_err *err)
{
	struct ent_str entry = ent_arena_printf(
	    a,
	    "{\"kind\":\"%s\",\"%s\":\"%.*s\",\"first\":%" PRIu64 ",\"last\":%" PRIu64
	    ",\"count\":%zu,\"refused\":%zu,\"root\":\"%.*s\",\"at\":\"%.*s\"%s%.*s%s}",
	    kind, sha256 ? "by" : "from", ENT_FMT(of), r->first, r->last, r->count, r->refused,
	    ENT_FMT(ent_hex_dup(a, r->root, 32)), ENT_FMT(ent_x_at(x, a)),
	    sha256 ? ",\"sha256\":\"" : "",
	    ENT_FMT(sha256 ? ent_hex_dup(a, sha256, 32) : ENT_STR("")), sha256 ? "\"" : "");

	return ent_book_note_at(x, a, r->agreement, entry, index, err);
}

int
ent_receipt_make(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                 struct ent_str from, uint64_t first, uint64_t last,
                 const uint8_t (*sha256)[32], size_t count, size_t refused, struct ent_err *err)
{
	struct ent_receipt r = { .agreement = g->id,
		                 .first = first,
		                 .last = last,
		                 .count = count,
		                 .refused = refused };
	uint8_t hash[ENT_SHA256];
	struct ent_str body, text, key;
	int rc;

	r.channel = ent_collection_id(a, g->id, from, true);
	if (!r.channel.p)
		return ent_x_nomem(err);
	ent_receipt_root(sha256, count, r.root);
	rc = note(x, a, "delivery", &r, from, NULL, NULL, err);
	if (rc == 0)
		rc = write_body(x, a, &r, &body, err);
	if (rc == 0)
		rc = ent_envelope_make(a, ENT_ENV_RECEIPT, body, &x->c.keys->key[ENT_KEY_SIGN],
		                       &text, hash, err);
	if (rc)
		return rc;
	key = ent_receipt_key(a, g->id, from, first, hash);
	rc = key.p ? ent_store_doc_put(x->store, ENT_SPACE_RECEIPT_OUT, key, text, err)
	           : ent_x_nomem(err);
	if (rc == 0)
		rc = ent_store_doc_put(x->store, ENT_SPACE_RECEIPT_UNSENT, key, text, err);
	if (rc == 0)
		rc = note(x, a, "receipt", &r, ent_str_c(x->c.party), hash, NULL, err);
	return rc;
}

/* 0 where there is no number, or none that counts something. */
static uint64_t
read_count(const struct ent_json *v, const char *key, bool *ok)
{
	int64_t n = -1;

	if (!ent_json_int(ent_json_getc(v, key), &n) || n < 0)
		*ok = false;
	return n < 0 ? 0 : (uint64_t)n;
}

int
ent_receipt_read(const struct ent_json *v, struct ent_receipt *out, struct ent_err *err)
{
	bool ok = true;

	out->agreement = ent_json_getstr(v, "agreement");
	out->channel = ent_json_getstr(v, "channel");
	out->by = ent_json_getstr(v, "by");
	out->at = ent_json_getstr(v, "at");
	out->first = read_count(v, "first", &ok);
	out->last = read_count(v, "last", &ok);
	out->count = (size_t)read_count(v, "count", &ok);
	out->refused = (size_t)read_count(v, "refused", &ok);
	if (ent_unhex(ent_json_getstr(v, "root"), out->root, sizeof(out->root)) || !ok ||
	    out->first < 1 || out->last < out->first ||
	    out->last - out->first >= ENT_RECEIPT_SPAN || out->count < 1 ||
	    out->count > out->last - out->first + 1 || out->refused > out->count)
		return ent_fail(err, ENT_EUNUSABLE,
		                "receipt: range, count or root is missing or impossible");
	return 0;
}

/* Whether it is known already; ENT_ELIMIT if others of the same start fill the place. */
static int
check_new(struct ent_exchange *x, struct ent_arena *a, struct ent_str start, struct ent_str key,
          bool *repeated, struct ent_err *err)
{
	struct ent_doc *docs;
	size_t n;
	int rc = ent_store_docs(x->store, a, ENT_SPACE_RECEIPT_IN, start,
	                        (struct ent_str){ NULL, 0 }, ENT_RECEIPTS_SAME, &docs, &n, err);

	*repeated = false;
	for (size_t i = 0; rc == 0 && i < n; i++)
		*repeated |= ent_str_eq(docs[i].key, key);
	if (rc == 0 && !*repeated && n == ENT_RECEIPTS_SAME)
		rc = ent_fail(err, ENT_ECONFLICT,
		              "there are %d other receipts that begin at the same number",
		              ENT_RECEIPTS_SAME);
	return rc;
}

/* In the ledger, with its place there kept beside it; its entry in theirs is asked for at the
 * next sync. */
static int
note_theirs(struct ent_exchange *x, struct ent_arena *a, const struct ent_receipt *r,
            struct ent_str key, const uint8_t sha256[ENT_SHA256], struct ent_err *err)
{
	struct ent_str text;
	uint64_t index;
	int rc = note(x, a, "receipt", r, r->by, sha256, &index, err);

	if (rc)
		return rc;
	text = ent_arena_printf(a, "%" PRIu64, index);
	rc = text.p ? ent_store_doc_put(x->store, ENT_SPACE_RECEIPT_AT, key, text, err)
	            : ent_x_nomem(err);
	return rc ? rc : ent_testimony_want_receipt(x, a, r, sha256, err);
}

static int
keep(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
     const struct ent_receipt *r, const struct ent_envelope *e, uint64_t *next,
     struct ent_err *err)
{
	struct ent_str key = ent_receipt_key(a, r->agreement, r->by, r->first, e->sha256),
		       start, upto, who, text;
	bool repeated;
	uint64_t last;
	int rc;

	who = ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(r->agreement), ENT_FMT(r->by));
	if (!key.p || !who.p)
		return ent_x_nomem(err);
	start = (struct ent_str){ key.p, key.n - 2 * ENT_SHA256 };
	rc = check_new(x, a, start, key, &repeated, err);
	if (rc || repeated)
		return rc;
	rc = ent_receipted(x, a, r->agreement, r->by, &last, err);
	if (rc)
		return rc;
	/* once more for what was receipted: as a node does that went back to an old copy */
	if (r->last <= last && !ent_x_daily(x, a, "receipt-again", r->by, ENT_RECEIPTS_AGAIN))
		return ent_fail(err, ENT_EBUSY,
		                "too many receipts today for what was receipted before");
	rc = ent_receipt_follows(x, a, g, r, last, err);
	if (rc == ENT_EUNUSABLE)
		*next = last + 1;
	if (rc == 0)
		rc = ent_envelope_remake(a, e, &text, err);
	if (rc == 0)
		rc = ent_store_doc_put(x->store, ENT_SPACE_RECEIPT_IN, key, text, err);
	if (rc == 0)
		rc = note_theirs(x, a, r, key, e->sha256, err);
	if (rc == 0)
		rc = ent_receipt_alarms_over(x, a, r, err);
	if (rc || last >= r->last)
		return rc;
	rc = ent_served_receipted(x, a, r->agreement, r->by, r->last, err);
	if (rc)
		return rc;
	upto = ent_arena_printf(a, "%" PRIu64, r->last);
	return upto.p ? ent_store_doc_put(x->store, ENT_SPACE_RECEIPTED, who, upto, err)
	              : ent_x_nomem(err);
}

/* Its signer must be who brings it, and a confirmed peer. */
static int
open_envelope(struct ent_exchange *x, struct ent_arena *a, struct ent_str from,
              struct ent_str envelope, struct ent_envelope *e, struct ent_err *err)
{
	struct ent_peer p;
	int rc = ent_envelope_parse(a, envelope, e, err);

	if (rc == 0 && e->body.n > ENT_RECEIPT_BYTES)
		return ent_fail(err, ENT_ELIMIT,
		                "receipt: its body has %zu bytes, more than the %d of one",
		                e->body.n, ENT_RECEIPT_BYTES);
	if (rc == 0 && !ent_str_eq(ent_envelope_claims(a, e), from))
		return ent_fail(err, ENT_EDENIED, "receipt: its signer is not who brings it");
	if (rc == 0)
		rc = ent_peer_get(x, a, from, &p, err);
	if (rc == 0 && !p.confirmed)
		rc = ent_fail(err, ENT_EDENIED, "receipt: its signer is not a confirmed peer");
	return rc ? rc : ent_envelope_open_new(a, e, ENT_ENV_RECEIPT, "receipt", p.keys, err);
}

/* Read, for this agreement and our channel, and for what was sent on it. */
static int
check(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
      const struct ent_envelope *e, struct ent_receipt *r, struct ent_err *err)
{
	int rc = ent_receipt_read(e->json, r, err);

	if (rc)
		return rc;
	if (!ent_str_eq(r->agreement, g->id) ||
	    !ent_str_eq(r->channel, ent_collection_id(a, g->id, ent_str_c(x->c.party), true)))
		return ent_fail(err, ENT_EUNUSABLE,
		                "receipt: it is for another agreement or channel");
	return ent_receipt_compare(x, a, g, r, err);
}

/* Whether it lies in what is written there, rather than in us. */
static bool
is_theirs(int rc)
{
	return rc == ENT_ESIG || rc == ENT_EUNUSABLE || rc == ENT_EPARSE || rc == ENT_ELIMIT ||
	       rc == ENT_EDENIED;
}

int
ent_receipt_take(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                 struct ent_str from, struct ent_str envelope, uint64_t *next,
                 struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	struct ent_receipt r = { 0 };
	struct ent_err why = { 0 };
	struct ent_envelope e;
	bool theirs = false;
	int rc = g ? ent_agreement_load(x, a, agreement, g, err) : ent_x_nomem(err);

	*next = 0;
	if (rc)
		return rc;
	if (ent_agreement_party(g, from) < 0)
		return ent_fail(err, ENT_EDENIED,
		                "receipt: who brings it is no party of the agreement");
	rc = open_envelope(x, a, from, envelope, &e, &why);
	if (rc == 0) {
		theirs = true; /* they signed it */
		rc = check(x, a, g, &e, &r, &why);
	}
	if (is_theirs(rc))
		(void)ent_receipt_alarm(x, a, g, from, &r, theirs ? &e : NULL, envelope, &why,
		                        NULL);
	if (rc)
		return ent_fail(err, rc, "%s", why.msg);
	rc = ent_x_begin(x, err);
	return rc ? rc : ent_x_end(x, keep(x, a, g, &r, &e, next, err), err);
}

int
ent_receipted(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
              struct ent_str party, uint64_t *last, struct ent_err *err)
{
	struct ent_str who =
			   ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(agreement), ENT_FMT(party)),
		       text;
	int rc = who.p ? ent_store_doc_get(x->store, a, ENT_SPACE_RECEIPTED, who, &text, err)
	               : ent_x_nomem(err);

	*last = 0;
	if (rc == ENT_ENOENT)
		return 0;
	if (rc == 0 && ent_str_u64(text, UINT64_MAX, last))
		return ent_fail(err, ENT_ECORRUPT, "stored receipt mark %.*s is damaged",
		                ENT_FMT(who));
	return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receipt.c - signing receipts, and holding those of counterparts against what was sent.
 */
#include "exchange/receipt.h"

#include <inttypes.h>

#include "base/enc.h"
#include "exchange/book.h"
#include "exchange/envelope.h"
#include "exchange/exchange_int.h"
#include "exchange/peer.h"
#include "json/write.h"

#define RECEIPTS_MAX 100000

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

static struct ent_str
receipt_key(struct ent_arena *a, struct ent_str agreement, struct ent_str party, uint64_t first)
{
	return ent_arena_printf(a, "%.*s/%.*s/%020" PRIu64, ENT_FMT(agreement), ENT_FMT(party),
	                        first);
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
     struct ent_str of, const uint8_t sha256[32], struct ent_err *err)
{
	struct ent_str entry = ent_arena_printf(
	    a,
	    "{\"kind\":\"%s\",\"%s\":\"%.*s\",\"first\":%" PRIu64 ",\"last\":%" PRIu64
	    ",\"count\":%zu,\"refused\":%zu,\"root\":\"%.*s\",\"at\":\"%.*s\"%s%.*s%s}",
	    kind, sha256 ? "by" : "from", ENT_FMT(of), r->first, r->last, r->count, r->refused,
	    ENT_FMT(ent_hex_dup(a, r->root, 32)), ENT_FMT(ent_x_at(x, a)),
	    sha256 ? ",\"sha256\":\"" : "",
	    ENT_FMT(sha256 ? ent_hex_dup(a, sha256, 32) : ENT_STR("")), sha256 ? "\"" : "");

	return ent_book_note(x, a, r->agreement, entry, err);
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
	struct ent_str body, text, key = receipt_key(a, g->id, from, first);
	int rc;

	r.channel = ent_collection_id(a, g->id, from, true);
	if (!key.p || !r.channel.p)
		return ent_x_nomem(err);
	ent_receipt_root(sha256, count, r.root);
	rc = note(x, a, "delivery", &r, from, NULL, err);
	if (rc == 0)
		rc = write_body(x, a, &r, &body, err);
	if (rc == 0)
		rc = ent_envelope_make(a, ENT_ENV_RECEIPT, body, &x->c.keys->key[ENT_KEY_SIGN],
		                       &text, hash, err);
	if (rc == 0)
		rc = ent_store_doc_put(x->store, ENT_SPACE_RECEIPT_OUT, key, text, err);
	if (rc == 0)
		rc = ent_store_doc_put(x->store, ENT_SPACE_RECEIPT_UNSENT, key, text, err);
	if (rc == 0)
		rc = note(x, a, "receipt", &r, ent_str_c(x->c.party), hash, err);
	return rc;
}

/* Fills a receipt from an opened (or already verified) body. */
static int
read_body(const struct ent_json *v, struct ent_receipt *out, struct ent_err *err)
{
	int64_t first, last, count, refused;

	out->agreement = ent_json_getstr(v, "agreement");
	out->channel = ent_json_getstr(v, "channel");
	out->by = ent_json_getstr(v, "by");
	out->at = ent_json_getstr(v, "at");
	if (!ent_json_int(ent_json_getc(v, "first"), &first) ||
	    !ent_json_int(ent_json_getc(v, "last"), &last) ||
	    !ent_json_int(ent_json_getc(v, "count"), &count) ||
	    !ent_json_int(ent_json_getc(v, "refused"), &refused) || first < 1 || last < first ||
	    last - first >= (int64_t)ENT_RECEIPT_SPAN || count < 1 ||
	    count > last - first + 1 || refused < 0 || refused > count ||
	    ent_unhex(ent_json_getstr(v, "root"), out->root, sizeof(out->root)))
		return ent_fail(err, ENT_EUNUSABLE,
		                "receipt: range, count or root is missing or impossible");
	out->first = (uint64_t)first;
	out->last = (uint64_t)last;
	out->count = (size_t)count;
	out->refused = (size_t)refused;
	return 0;
}

/* The root over entries of a channel; live: without those that were taken from it. */
static int
root_of(struct ent_arena *a, const struct ent_entry *e, size_t n, bool live, size_t *count,
        uint8_t root[32])
{
	uint8_t(*sha256)[32] = ent_arena_array(a, n, sizeof(*sha256));

	*count = 0;
	if (!sha256)
		return ENT_ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (!live || !e[i].removed)
			memcpy(sha256[(*count)++], e[i].row.sha256, 32);
	ent_receipt_root((const uint8_t(*)[32])sha256, *count, root);
	return 0;
}

/*
 * Holds a receipt against the entries of our channel: as they are, or as they were before some
 * of them were withheld (exchange/rejudge.h), for the page may have gone before that.
 */
static int
compare(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
        const struct ent_receipt *r, struct ent_err *err)
{
	struct ent_entry *entries;
	uint8_t root[32];
	size_t n, count = 0;
	int rc =
	    ent_store_range(x->store, a, g->outbound, r->first, r->last, &entries, &n, err);

	for (int live = 0; rc == 0 && live < 2; live++) {
		if (root_of(a, entries, n, live, &count, root))
			return ent_x_nomem(err);
		if (count == r->count && memcmp(root, r->root, sizeof(root)) == 0)
			return 0;
	}
	if (rc)
		return rc;
	return ent_fail(err, ENT_ESIG,
	                "the receipt for %" PRIu64 " to %" PRIu64
	                " (%zu objects) is for other bytes than the %zu objects that were sent",
	                r->first, r->last, r->count, count);
}

/* A receipt moves the window that we serve, so it must leave nothing out. */
static int
check_follows(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
              const struct ent_receipt *r, uint64_t last, struct ent_err *err)
{
	struct ent_entry *gap;
	size_t n = 0;
	int rc = 0;

	if (r->first <= last + 1)
		return 0;
	if (r->first - last <= ENT_RECEIPT_SPAN)
		rc = ent_store_range(x->store, a, g->outbound, last + 1, r->first - 1, &gap, &n,
		                     err);
	for (size_t i = 0; rc == 0 && i < n && gap[i].removed; i++)
		if (i + 1 == n)
			return 0; /* nothing of it is there any more */
	return rc ? rc
	          : ent_fail(err, ENT_EUNUSABLE,
	                     "the receipt begins at %" PRIu64
	                     ", and what was sent after %" PRIu64 " has not been receipted",
	                     r->first, last);
}

static int
alarm_of(struct ent_exchange *x, struct ent_arena *a, const struct ent_receipt *r,
         const struct ent_envelope *e)
{
	struct ent_str detail = ent_arena_printf(
	    a,
	    "{\"agreement\":\"%.*s\",\"by\":\"%.*s\",\"first\":%" PRIu64 ",\"last\":%" PRIu64
	    ",\"root\":\"%.*s\",\"sha256\":\"%.*s\"}",
	    ENT_FMT(r->agreement), ENT_FMT(r->by), r->first, r->last,
	    ENT_FMT(ent_hex_dup(a, r->root, 32)), ENT_FMT(ent_hex_dup(a, e->sha256, 32)));
	int rc = detail.p ? ent_x_begin(x, NULL) : ENT_ENOMEM;

	ent_log_about(x->c.log, ENT_LOG_ERROR, r->by, r->agreement,
	              "alarm: a receipt is for other bytes than were sent");
	if (rc)
		return rc;
	if (ent_alarm_allowed(x, a, r->by))
		rc = ent_book_act(x, a, "receipt-mismatch", detail, NULL);
	return ent_x_end(x, rc, NULL);
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

static int
keep(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
     const struct ent_receipt *r, const struct ent_envelope *e, struct ent_str text,
     struct ent_err *err)
{
	struct ent_str start = receipt_key(a, r->agreement, r->by, r->first), upto, key, who;
	bool repeated;
	uint64_t last;
	int rc;

	start = ent_arena_printf(a, "%.*s/", ENT_FMT(start));
	key = ent_arena_printf(a, "%.*s%.*s", ENT_FMT(start),
	                       ENT_FMT(ent_hex_dup(a, e->sha256, ENT_SHA256)));
	who = ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(r->agreement), ENT_FMT(r->by));
	if (!start.p || !key.p || !who.p)
		return ent_x_nomem(err);
	rc = check_new(x, a, start, key, &repeated, err);
	if (rc || repeated)
		return rc;
	rc = ent_receipted(x, a, r->agreement, r->by, &last, err);
	if (rc == 0)
		rc = check_follows(x, a, g, r, last, err);
	if (rc == 0)
		rc = ent_store_doc_put(x->store, ENT_SPACE_RECEIPT_IN, key, text, err);
	if (rc == 0)
		rc = note(x, a, "receipt", r, r->by, e->sha256, err);
	if (rc || last >= r->last)
		return rc;
	upto = ent_arena_printf(a, "%" PRIu64, r->last);
	return upto.p ? ent_store_doc_put(x->store, ENT_SPACE_RECEIPTED, who, upto, err)
	              : ent_x_nomem(err);
}

int
ent_receipt_take(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                 struct ent_str envelope, struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	struct ent_receipt r = { 0 };
	struct ent_envelope e;
	struct ent_peer p;
	int rc = g ? ent_envelope_parse(a, envelope, &e, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_peer_get(x, a, ent_envelope_claims(a, &e), &p, err);
	if (rc == 0 && !p.confirmed)
		rc = ent_fail(err, ENT_EDENIED, "receipt: its signer is not a confirmed peer");
	if (rc == 0)
		rc = ent_envelope_open(a, &e, ENT_ENV_RECEIPT, "receipt", p.sign_pub, err);
	if (rc == 0)
		rc = read_body(e.json, &r, err);
	if (rc == 0)
		rc = ent_agreement_load(x, a, agreement, g, err);
	if (rc)
		return rc;
	if (!ent_str_eq(r.agreement, agreement) || ent_agreement_party(g, r.by) < 0 ||
	    !ent_str_eq(r.channel, ent_collection_id(a, g->id, ent_str_c(x->c.party), true)))
		return ent_fail(err, ENT_EUNUSABLE,
		                "receipt: it is for another agreement or channel");
	rc = compare(x, a, g, &r, err);
	if (rc == ENT_ESIG) {
		(void)alarm_of(x, a, &r, &e);
		return rc;
	}
	if (rc == 0)
		rc = ent_x_begin(x, err);
	return rc ? rc : ent_x_end(x, keep(x, a, g, &r, &e, envelope, err), err);
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

/* One stored envelope as a receipt. */
static int
read_stored(struct ent_arena *a, struct ent_doc d, bool ours, struct ent_receipt *out,
            struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_envelope e;
	int rc = ent_envelope_parse(a, d.value, &e, err);

	if (rc == 0)
		rc = ent_json_parse(a, e.body, ENT_ENVELOPE_DEPTH, &v, err);
	if (rc == 0)
		rc = read_body(v, out, err);
	if (rc)
		return rc == ENT_ENOMEM
		           ? rc
		           : ent_fail(err, ENT_ECORRUPT, "stored receipt %.*s is damaged",
		                      ENT_FMT(d.key));
	out->ours = ours;
	out->envelope = d.value;
	out->sha256 = ent_hex_dup(a, e.sha256, 32);
	return 0;
}

int
ent_receipts(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
             struct ent_receipt **out, size_t *count, struct ent_err *err)
{
	struct ent_str prefix = ent_arena_printf(a, "%.*s/", ENT_FMT(agreement)),
		       none = { NULL, 0 }, unsent;
	struct ent_doc *in, *sent;
	size_t n_in, n_out;
	int rc = prefix.p ? 0 : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_store_docs(x->store, a, ENT_SPACE_RECEIPT_IN, prefix, none,
		                    RECEIPTS_MAX, &in, &n_in, err);
	if (rc == 0)
		rc = ent_store_docs(x->store, a, ENT_SPACE_RECEIPT_OUT, prefix, none,
		                    RECEIPTS_MAX, &sent, &n_out, err);
	if (rc)
		return rc;
	*count = n_in + n_out;
	*out = ent_arena_array(a, *count, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	for (size_t i = 0; rc == 0 && i < *count; i++) {
		struct ent_doc d = i < n_in ? in[i] : sent[i - n_in];

		rc = read_stored(a, d, i >= n_in, &(*out)[i], err);
		if (rc == 0 && i >= n_in)
			(*out)[i].unsent =
			    ent_store_doc_get(x->store, a, ENT_SPACE_RECEIPT_UNSENT, d.key,
			                      &unsent, NULL) == 0;
	}
	return rc;
}

/* Whose key signed a stored receipt: ours or a peer's. */
static int
signer(struct ent_exchange *x, struct ent_arena *a, const struct ent_receipt *r,
       uint8_t pub[ENT_PUB], struct ent_err *err)
{
	struct ent_peer p;
	int rc = 0;

	if (r->ours) {
		memcpy(pub, x->c.keys->key[ENT_KEY_SIGN].pub, ENT_PUB);
		return 0;
	}
	rc = ent_peer_get(x, a, r->by, &p, err);
	if (rc == 0)
		memcpy(pub, p.sign_pub, ENT_PUB);
	return rc;
}

int
ent_receipts_verify(struct ent_exchange *x, struct ent_str agreement, size_t *checked,
                    struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ENT_REQUEST_ARENA);
	struct ent_agreement *g = a ? ent_arena_alloc(a, sizeof(*g)) : NULL;
	struct ent_receipt *r;
	size_t n = 0;
	int rc = g ? ent_agreement_load(x, a, agreement, g, err) : ent_x_nomem(err);

	*checked = 0;
	if (rc == 0)
		rc = ent_receipts(x, a, agreement, &r, &n, err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ent_envelope e;
		uint8_t pub[ENT_PUB];

		rc = signer(x, a, &r[i], pub, err);
		if (rc == 0)
			rc = ent_envelope_parse(a, r[i].envelope, &e, err);
		if (rc == 0)
			rc = ent_envelope_open(a, &e, ENT_ENV_RECEIPT, "receipt", pub, err);
		if (rc == 0 && !r[i].ours)
			rc = compare(x, a, g, &r[i], err);
		*checked += rc == 0;
	}
	ent_arena_free(a);
	return rc;
}

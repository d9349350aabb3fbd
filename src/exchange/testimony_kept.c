/* SPDX-License-Identifier: Apache-2.0 */
/*
 * testimony_kept.c - entries of counterparts' ledgers: asked for, held against what they are
 * about, kept.
 */
#include "exchange/testimony.h"

#include <inttypes.h>

#include "base/enc.h"
#include "exchange/exchange_int.h"
#include "exchange/holdings.h"
#include "exchange/receipt_int.h"
#include "ledger/witness.h"
#include "proof/entry.h"
#include "proof/fields.h"
#include "json/write.h"

static struct ent_str
message_key(struct ent_arena *a, struct ent_str agreement, struct ent_str party,
            struct ent_str note)
{
	return ent_arena_printf(a, "%.*s/%.*s/m/%.*s", ENT_FMT(agreement), ENT_FMT(party),
	                        ENT_FMT(note));
}

static struct ent_str
receipt_key(struct ent_arena *a, struct ent_str agreement, struct ent_str party, uint64_t first,
            struct ent_str sha256)
{
	return ent_arena_printf(a, "%.*s/%.*s/r/%020" PRIu64 "/%.*s", ENT_FMT(agreement),
	                        ENT_FMT(party), first, ENT_FMT(sha256));
}

static int
want(struct ent_exchange *x, struct ent_str key, struct ent_err *err)
{
	return key.p ? ent_store_doc_put(x->store, ENT_SPACE_WANTED, key, ENT_STR(""), err)
	             : ent_x_nomem(err);
}

int
ent_testimony_want_message(struct ent_exchange *x, struct ent_arena *a,
                           struct ent_str agreement, struct ent_str party, struct ent_str note,
                           struct ent_err *err)
{
	return want(x, message_key(a, agreement, party, note), err);
}

int
ent_testimony_want_receipt(struct ent_exchange *x, struct ent_arena *a,
                           const struct ent_receipt *r, const uint8_t sha256[32],
                           struct ent_err *err)
{
	struct ent_str hex = ent_hex_dup(a, sha256, ENT_SHA256);

	return hex.p ? want(x, receipt_key(a, r->agreement, r->by, r->first, hex), err)
	             : ent_x_nomem(err);
}

/* ---- asking ---- */

/* What a key is about, behind "agreement/party/": a message's id, or a receipt's place. */
struct about {
	bool message;
	struct ent_str note, sha256;
	uint64_t first;
};

static bool
read_key(struct ent_str key, size_t head, struct about *out)
{
	struct ent_str rest = ent_str_from(key, head), kind, first;

	*out = (struct about){ 0 };
	if (!ent_str_next(&rest, '/', &kind))
		return false;
	if (ent_str_is(kind, "m")) {
		out->message = true;
		out->note = rest;
		return rest.n > 0;
	}
	out->sha256 = (struct ent_str){ NULL, 0 };
	if (!ent_str_is(kind, "r") || !ent_str_next(&rest, '/', &first) ||
	    ent_str_u64(first, INT64_MAX, &out->first))
		return false;
	out->sha256 = rest;
	return true;
}

int
ent_testimony_ask(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                  struct ent_str party, uint64_t size, struct ent_str after,
                  struct ent_asked *out, struct ent_err *err)
{
	struct ent_str prefix =
	    ent_arena_printf(a, "%.*s/%.*s/", ENT_FMT(agreement), ENT_FMT(party));
	struct ent_doc *docs;
	struct ent_buf b;
	struct ent_jw w;
	size_t n;
	int rc = prefix.p ? ent_store_docs(x->store, a, ENT_SPACE_WANTED, prefix, after,
	                                   ENT_TESTIMONY_BATCH, &docs, &n, err)
	                  : ent_x_nomem(err);

	*out = (struct ent_asked){ .size = size };
	if (rc || n == 0)
		return rc;
	ent_buf_init(&b, ENT_PAGE_BYTES);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kint(&w, "size", (int64_t)size);
	/* messages come first, in the keys as in the body */
	for (int receipts = 0; receipts < 2; receipts++) {
		ent_jw_key(&w, receipts ? "receipts" : "messages");
		ent_jw_array(&w);
		for (size_t i = 0; i < n; i++) {
			struct about about;

			if (!read_key(docs[i].key, prefix.n, &about) ||
			    about.message == (receipts == 1))
				continue;
			out->key[out->messages + out->receipts] = docs[i].key;
			if (about.message) {
				ent_jw_str(&w, about.note);
				out->messages++;
				continue;
			}
			ent_jw_object(&w);
			ent_jw_kint(&w, "first", (int64_t)about.first);
			ent_jw_kstr(&w, "sha256", about.sha256);
			ent_jw_end_object(&w);
			out->receipts++;
		}
		ent_jw_end_array(&w);
	}
	ent_jw_end_object(&w);
	out->body = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out->body.p ? 0 : ent_x_nomem(err);
}

/* ---- what they answer ---- */

struct taking {
	struct ent_exchange *x;
	struct ent_arena *a;
	const struct ent_peer *from;
	struct ent_str agreement, checkpoint;
	struct ent_checkpoint cp;
	size_t head; /* of the keys: "agreement/party/" */
	size_t kept;
};

/* Their ledger's line and ours, and no other. */
static int
two_lines(struct taking *t, struct ent_str note, struct ent_err *err)
{
	const uint8_t *pub = t->x->c.keys->key[ENT_KEY_WITNESS].pub;
	struct ent_str name = ent_arena_printf(t->a, "%s/entente", t->x->c.host), own;
	struct ent_cosignature cs;
	int rc = name.p ? ent_checkpoint_open(note, t->from->ledger_pub, &t->cp, err)
	                : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_cosignature_find(note, name, pub, &cs, err);
	if (rc)
		return rc;
	own = ent_note_only_by(t->a, note, t->cp.origin);
	t->checkpoint =
	    own.p ? ent_arena_printf(t->a, "%.*s%.*s", ENT_FMT(own),
	                             ENT_FMT(ent_cosignature_print(t->a, name, pub, &cs)))
		  : own;
	return t->checkpoint.p ? 0 : ent_x_nomem(err);
}

/* That the entry stands in the ledger that we cosigned. */
static int
check_place(struct taking *t, const struct ent_json *v, const struct ent_json **entry,
            struct ent_err *err)
{
	struct ent_str text;
	bool fine = ent_entry_stands(v, &t->cp, &text) == 0 && text.n <= ENT_LEDGER_ENTRY_MAX &&
	            ent_json_parse(t->a, text, ENT_ENVELOPE_DEPTH, entry, NULL) == 0;

	return fine ? 0
	            : ent_fail(err, ENT_EPROTO,
	                       "the entry that they show does not stand in their ledger");
}

static int
check_message(struct taking *t, const struct about *about, const struct ent_json *v,
              const struct ent_json *entry, struct ent_err *err)
{
	struct ent_str none = { NULL, 0 };
	const struct ent_json *note;
	uint8_t sha256[ENT_SHA256];
	struct ent_held h;
	int rc = ent_holdings_get(t->x, t->a, about->note, none, &h, err);

	if (rc == 0)
		rc = ent_json_parse(t->a, h.bytes, ENT_JSON_DEPTH, &note, err);
	if (rc == 0 && !ent_str_is(ent_json_getstr(entry, "kind"), "release"))
		rc = ent_fail(err, ENT_EPROTO, "the entry that they show is no release");
	return rc ? rc
	          : ent_release_fits(t->a, entry, note, ent_json_getstr(v, "salt"),
	                             t->agreement, sha256, err);
}

static int
check_delivery(struct taking *t, const struct about *about, const struct ent_json *entry,
               struct ent_err *err)
{
	struct ent_receipt r;
	struct ent_doc d;
	uint8_t sha256[ENT_SHA256], root[ENT_HASH];
	int64_t first = 0, last = 0;
	int rc = ent_unhex(about->sha256, sha256, sizeof(sha256));

	if (rc == 0) {
		d.key =
		    ent_receipt_key(t->a, t->agreement, t->from->party, about->first, sha256);
		rc = d.key.p ? ent_store_doc_get(t->x->store, t->a, ENT_SPACE_RECEIPT_IN, d.key,
		                                 &d.value, err)
		             : ent_x_nomem(err);
	}
	if (rc == 0)
		rc = ent_receipt_stored(t->a, d, false, &r, err);
	if (rc)
		return rc;
	if (!ent_str_is(ent_json_getstr(entry, "kind"), "delivery") ||
	    !ent_str_is(ent_json_getstr(entry, "from"), t->x->c.party) ||
	    !ent_json_int(ent_json_getc(entry, "first"), &first) ||
	    !ent_json_int(ent_json_getc(entry, "last"), &last) || (uint64_t)first != r.first ||
	    (uint64_t)last != r.last ||
	    ent_unhex(ent_json_getstr(entry, "root"), root, sizeof(root)) ||
	    memcmp(root, r.root, sizeof(root)) != 0)
		return ent_fail(err, ENT_EPROTO,
		                "the delivery that they show is not that of their receipt");
	return 0;
}

static int
keep(struct taking *t, struct ent_str key, const struct ent_json *v, struct ent_err *err)
{
	struct ent_str salt = ent_json_getstr(v, "salt"), text;
	int64_t index = 0;
	struct ent_buf b;
	struct ent_jw w;
	int rc;

	(void)ent_json_int(ent_json_getc(v, "index"), &index);
	ent_buf_init(&b, ENT_PAGE_BYTES);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "entry", ent_json_getstr(v, "entry"));
	ent_jw_kint(&w, "index", index);
	ent_jw_kraw(&w, "proof", ent_json_raw(ent_json_getc(v, "proof")));
	if (salt.p)
		ent_jw_kstr(&w, "salt", salt);
	ent_jw_kstr(&w, "checkpoint", t->checkpoint);
	ent_jw_end_object(&w);
	text = ent_buf_done(&b, t->a);
	ent_buf_release(&b);
	rc = text.p ? ent_store_doc_put(t->x->store, ENT_SPACE_TESTIMONY, key, text, err)
	            : ent_x_nomem(err);
	if (rc == 0)
		rc = ent_store_doc_del(t->x->store, ENT_SPACE_WANTED, key, err);
	t->kept += rc == 0;
	return rc;
}

static int
take_list(struct taking *t, const struct ent_str *key, size_t n, const struct ent_json *list,
          struct ent_err *err)
{
	if (ent_json_count(list) != n)
		return ent_fail(err, ENT_EPROTO, "they answer other questions than were asked");
	for (size_t i = 0; i < n; i++) {
		const struct ent_json *v = ent_json_at(list, i), *entry = NULL;
		struct about about;
		int rc;

		if (!ent_json_is(v, ENT_JSON_OBJECT) || !read_key(key[i], t->head, &about))
			continue; /* not yet, or not at all */
		rc = check_place(t, v, &entry, err);
		if (rc == 0)
			rc = about.message ? check_message(t, &about, v, entry, err)
			                   : check_delivery(t, &about, entry, err);
		if (rc == 0)
			rc = keep(t, key[i], v, err);
		if (rc)
			return rc;
	}
	return 0;
}

int
ent_testimony_take(struct ent_exchange *x, struct ent_arena *a, const struct ent_peer *from,
                   struct ent_str agreement, const struct ent_asked *asked, struct ent_str note,
                   struct ent_str answer, size_t *kept, struct ent_err *err)
{
	struct taking t = { .x = x,
		            .a = a,
		            .from = from,
		            .agreement = agreement,
		            .head = agreement.n + from->party.n + 2 };
	const struct ent_json *v;
	int rc = ent_json_parse(a, answer, ENT_ENVELOPE_DEPTH, &v, err);

	*kept = 0;
	if (rc == 0)
		rc = two_lines(&t, note, err);
	if (rc == 0 && t.cp.size != asked->size)
		rc = ent_fail(err, ENT_ESTATE, "their ledger was cosigned anew meanwhile");
	if (rc == 0)
		rc = ent_x_begin(x, err);
	if (rc)
		return rc;
	rc = take_list(&t, asked->key, asked->messages, ent_json_getc(v, "messages"), err);
	if (rc == 0)
		rc = take_list(&t, asked->key + asked->messages, asked->receipts,
		               ent_json_getc(v, "receipts"), err);
	rc = ent_x_end(x, rc, err);
	*kept = rc ? 0 : t.kept;
	return rc;
}

/* ---- what is kept ---- */

static int
load(struct ent_exchange *x, struct ent_arena *a, struct ent_str key, struct ent_testimony *out,
     struct ent_err *err)
{
	const struct ent_json *v;
	int64_t index = 0;
	int rc = key.p ? ent_x_doc(x, a, ENT_SPACE_TESTIMONY, key, &v, err) : ent_x_nomem(err);

	if (rc)
		return rc;
	(void)ent_json_int(ent_json_getc(v, "index"), &index);
	*out = (struct ent_testimony){ .entry = ent_json_getstr(v, "entry"),
		                       .proof = ent_json_raw(ent_json_getc(v, "proof")),
		                       .checkpoint = ent_json_getstr(v, "checkpoint"),
		                       .salt = ent_json_getstr(v, "salt"),
		                       .index = (uint64_t)index };
	return 0;
}

int
ent_testimony_message(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                      struct ent_str party, struct ent_str note, struct ent_testimony *out,
                      struct ent_err *err)
{
	return load(x, a, message_key(a, agreement, party, note), out, err);
}

int
ent_testimony_receipt(struct ent_exchange *x, struct ent_arena *a, const struct ent_receipt *r,
                      struct ent_testimony *out, struct ent_err *err)
{
	return load(x, a, receipt_key(a, r->agreement, r->by, r->first, r->sha256), out, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * testimony.c - entries of our own ledgers: found without reading them all, proved, and given
 * to a counterpart that asks.
 */
#include "exchange/testimony.h"

#include <inttypes.h>

#include "base/enc.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/receipt_int.h"
#include "proof/envelope.h"
#include "proof/fields.h"
#include "json/write.h"

#define LOOK 64 /* entries read at once */

static struct ent_str
secret_key(struct ent_arena *a, struct ent_str agreement)
{
	return ent_arena_printf(a, "%.*s/secret", ENT_FMT(agreement));
}

int
ent_channel_secret(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                   uint8_t out[32], struct ent_err *err)
{
	struct ent_str key = secret_key(a, agreement), value;
	int rc = key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_SALT, key, &value, err)
	               : ent_x_nomem(err);

	if (rc == 0 && value.n != ENT_SECRET)
		rc = ent_fail(err, ENT_ECORRUPT, "the secret of channel %.*s is damaged",
		              ENT_FMT(agreement));
	if (rc == 0)
		memcpy(out, value.p, ENT_SECRET);
	return rc;
}

int
ent_channel_secret_put(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                       const uint8_t secret[32], struct ent_err *err)
{
	struct ent_str key = secret_key(a, agreement);

	return key.p ? ent_store_doc_put(x->store, ENT_SPACE_SALT, key,
	                                 (struct ent_str){ (const char *)secret, ENT_SECRET },
	                                 err)
	             : ent_x_nomem(err);
}

/* ---- finding ---- */

/* Whether an entry is a release, and its number. */
static bool
is_release(struct ent_arena *a, struct ent_str entry, uint64_t *seq)
{
	const struct ent_json *v;
	int64_t n;

	/* most entries are told apart without reading them */
	if (memmem(entry.p, entry.n, "\"kind\":\"release\"", 16) == NULL ||
	    ent_json_parse(a, entry, ENT_ENVELOPE_DEPTH, &v, NULL) ||
	    !ent_str_is(ent_json_getstr(v, "kind"), "release") ||
	    !ent_json_int(ent_json_getc(v, "seq"), &n) || n < 1)
		return false;
	*seq = (uint64_t)n;
	return true;
}

struct search {
	struct ent_exchange *x;
	struct ent_arena *each; /* reset for each look */
	struct ent_str name;
};

/* The first release entry from a place on, before the end; *at is the end if there is none. */
static int
first_release(struct search *s, uint64_t *at, uint64_t end, uint64_t *seq,
              struct ent_str *entry, struct ent_err *err)
{
	while (*at < end) {
		struct ent_str *list;
		size_t n;
		int rc;

		ent_arena_reset(s->each);
		rc = ent_book_entries(s->x, s->each, s->name, *at, LOOK, &list, &n, err);
		if (rc)
			return rc;
		if (n == 0)
			return ent_fail(err, ENT_ECORRUPT,
			                "ledger %.*s: entry %" PRIu64
			                " is missing: `entente ledger verify`",
			                ENT_FMT(s->name), *at);
		for (size_t i = 0; i < n && *at < end; i++, (*at)++)
			if (is_release(s->each, list[i], seq)) {
				*entry = list[i];
				return 0;
			}
	}
	return 0;
}

/* Halving: the least place at and behind which all release entries have seq or more. */
static int
halve(struct search *s, uint64_t size, uint64_t seq, uint64_t *place, struct ent_err *err)
{
	uint64_t low = 0, high = size;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2, at = middle, n = 0;
		struct ent_str entry;
		int rc = first_release(s, &at, high, &n, &entry, err);

		if (rc)
			return rc;
		if (at < high && n < seq)
			low = at + 1;
		else
			high = middle;
	}
	*place = low;
	return 0;
}

int
ent_find_release(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                 uint64_t seq, struct ent_found *out, struct ent_err *err)
{
	struct search s = { .x = x,
		            .each = ent_arena_new(LOOK * (ENT_LEDGER_ENTRY_MAX + 64) +
		                                  ENT_DOC_ARENA(ENT_LEDGER_ENTRY_MAX)),
		            .name = agreement };
	struct ent_str entry = { NULL, 0 };
	struct ent_hash root;
	uint64_t size, n = 0;
	int rc = s.each ? ent_book_tip(x, a, agreement, &size, &root, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = halve(&s, size, seq, &out->index, err);
	if (rc == 0)
		rc = first_release(&s, &out->index, size, &n, &entry, err);
	if (rc == 0 && (!entry.p || n != seq))
		rc = ent_fail(err, ENT_ENOENT,
		              "the ledger has no entry of the release with number %" PRIu64
		              ": `entente ledger verify`",
		              seq);
	if (rc == 0) {
		out->entry = ent_arena_dup(a, entry);
		rc = out->entry.p ? 0 : ent_x_nomem(err);
	}
	ent_arena_free(s.each);
	return rc;
}

int
ent_release_salt(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                 uint64_t seq, struct ent_str id, struct ent_str entry, struct ent_str *hex,
                 struct ent_err *err)
{
	uint8_t channel[ENT_SECRET], secret[ENT_SECRET], salt[ENT_SALT];
	struct ent_str key, kept, none = { NULL, 0 };
	int rc;

	*hex = none;
	if (memmem(entry.p, entry.n, "\"salted\"", 8) == NULL)
		return 0;
	if (memmem(entry.p, entry.n, "\"fields\"", 8)) {
		rc = ent_channel_secret(x, a, agreement, channel, err);
		if (rc)
			return rc;
		ent_fields_secret(channel, seq, id, secret);
		ent_fields_salt(secret, none, salt);
		*hex = ent_hex_dup(a, salt, sizeof(salt));
		return hex->p ? 0 : ent_x_nomem(err);
	}
	key = ent_arena_printf(a, "%.*s/%020" PRIu64, ENT_FMT(agreement), seq);
	rc = key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_SALT, key, &kept, err)
	           : ent_x_nomem(err);
	if (rc)
		return rc;
	*hex = ent_hex_dup(a, (const uint8_t *)kept.p, kept.n);
	return hex->p ? 0 : ent_x_nomem(err);
}

/* An entry by its number. */
static int
entry_at(struct ent_exchange *x, struct ent_arena *a, struct ent_str name, uint64_t index,
         struct ent_found *out, struct ent_err *err)
{
	struct ent_str *list;
	size_t n;
	int rc = ent_book_entries(x, a, name, index, 1, &list, &n, err);

	if (rc == 0 && n == 0)
		rc = ent_fail(err, ENT_ENOENT, "the ledger has no entry %" PRIu64, index);
	if (rc == 0)
		*out = (struct ent_found){ list[0], index };
	return rc;
}

struct reading {
	struct ent_arena *a;
	struct ent_str sha256;
	struct ent_found found;
	uint64_t at;
};

/* 1 where it is the one. */
static int
see_entry(void *self, struct ent_str entry)
{
	struct reading *r = self;

	if (memmem(entry.p, entry.n, "\"kind\":\"receipt\"", 16) &&
	    memmem(entry.p, entry.n, r->sha256.p, r->sha256.n)) {
		r->found = (struct ent_found){ ent_arena_dup(r->a, entry), r->at };
		return r->found.entry.p ? 1 : ENT_ENOMEM;
	}
	r->at++;
	return 0;
}

int
ent_find_receipt(struct ent_exchange *x, struct ent_arena *a, const struct ent_receipt *r,
                 struct ent_found *out, struct ent_err *err)
{
	struct reading all = { .a = a, .sha256 = r->sha256 };
	uint8_t sha256[ENT_SHA256];
	struct ent_range range;
	struct ent_str key, text;
	uint64_t index;
	int rc;

	if (ent_unhex(r->sha256, sha256, sizeof(sha256)))
		return ent_fail(err, ENT_EINVAL, "not a receipt's hash");
	key = ent_receipt_key(a, r->agreement, r->by, r->first, sha256);
	rc = key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_RECEIPT_AT, key, &text, err)
	           : ent_x_nomem(err);
	if (rc == 0 && ent_str_u64(text, UINT64_MAX, &index))
		rc = ent_fail(err, ENT_ECORRUPT, "stored mark %.*s is damaged", ENT_FMT(key));
	if (rc == 0)
		return entry_at(x, a, r->agreement, index, out, err);
	if (rc != ENT_ENOENT)
		return rc;
	rc = ent_book_walk(x, r->agreement, &range, see_entry, &all, err);
	if (rc == ENT_ENOMEM)
		return ent_x_nomem(err);
	*out = all.found;
	if (rc == 0)
		return ent_fail(
		    err, ENT_ECORRUPT,
		    "the ledger has no entry of its receipt: `entente ledger verify`");
	return rc < 0 ? rc : 0;
}

/* ---- proving ---- */

struct ent_str
ent_path_json(struct ent_arena *a, const struct ent_hash *proof, size_t n)
{
	struct ent_str out;
	struct ent_buf b;

	ent_buf_init(&b, 65536);
	ent_buf_ch(&b, '[');
	for (size_t i = 0; i < n; i++) {
		char b64[ENT_B64_LEN(ENT_HASH) + 1];

		ent_b64(proof[i].b, ENT_HASH, b64);
		ent_buf_printf(&b, "%s\"%s\"", i ? "," : "", b64);
	}
	ent_buf_ch(&b, ']');
	out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out;
}

int
ent_entry_proof(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                uint64_t index, uint64_t size, struct ent_str *json, struct ent_err *err)
{
	struct ent_hash proof[ENT_LEDGER_PROOF_MAX];
	size_t n;
	int rc = ent_book_inclusion(x, agreement, index, size, proof, &n, err);

	if (rc)
		return rc;
	*json = ent_path_json(a, proof, n);
	return json->p ? 0 : ent_x_nomem(err);
}

/* ---- answering ---- */

struct answering {
	struct ent_exchange *x;
	struct ent_arena *a;
	const struct ent_agreement *g;
	struct ent_str party;
	uint64_t size, receipted;
	struct ent_jw w;
};

static int
answer(struct answering *q, const struct ent_found *f, struct ent_str salt, struct ent_err *err)
{
	struct ent_str proof;
	int rc;

	if (f->index >= q->size) { /* not in what they cosigned yet */
		ent_jw_null(&q->w);
		return 0;
	}
	rc = ent_entry_proof(q->x, q->a, q->g->id, f->index, q->size, &proof, err);
	if (rc)
		return rc;
	ent_jw_object(&q->w);
	ent_jw_kstr(&q->w, "entry", f->entry);
	ent_jw_kint(&q->w, "index", (int64_t)f->index);
	ent_jw_kraw(&q->w, "proof", proof);
	if (salt.p)
		ent_jw_kstr(&q->w, "salt", salt);
	ent_jw_end_object(&q->w);
	return 0;
}

/* A message of ours that they have receipted; else null, whether there is one or not. */
static int
answer_message(struct answering *q, struct ent_str id, struct ent_err *err)
{
	struct ent_str type, salt = { NULL, 0 }, none = { NULL, 0 };
	struct ent_found f;
	uint8_t uuid[16];
	uint64_t seq;
	int rc =
	    ent_stix_id_parse(id, &type, uuid) || !ent_str_is(type, "note") ? ENT_ENOENT : 0;

	if (rc == 0)
		rc = ent_store_on_channel(q->x->store, q->g->outbound, type, uuid, none, &seq,
		                          err);
	if (rc == 0 && seq > q->receipted)
		rc = ENT_ENOENT;
	if (rc == 0)
		rc = ent_find_release(q->x, q->a, q->g->id, seq, &f, err);
	if (rc == 0)
		rc = ent_release_salt(q->x, q->a, q->g->id, seq, id, f.entry, &salt, err);
	if (rc == 0)
		return answer(q, &f, salt, err);
	if (rc != ENT_ENOENT)
		return rc;
	ent_jw_null(&q->w);
	return 0;
}

/* The delivery entry stands last in the ledger that a receipt of ours has the checkpoint of. */
static int
answer_receipt(struct answering *q, const struct ent_json *v, struct ent_err *err)
{
	struct ent_str key, none = { NULL, 0 };
	struct ent_doc d = { .key = none };
	const struct ent_json *body;
	struct ent_checkpoint cp;
	uint8_t sha256[ENT_SHA256];
	struct ent_envelope e;
	struct ent_found f;
	int64_t first;
	int rc = ENT_ENOENT;

	if (ent_json_int(ent_json_getc(v, "first"), &first) && first > 0 &&
	    ent_unhex_lower(ent_json_getstr(v, "sha256"), sha256, sizeof(sha256)) == 0) {
		key = ent_receipt_key(q->a, q->g->id, q->party, (uint64_t)first, sha256);
		rc = key.p ? ent_store_doc_get(q->x->store, q->a, ENT_SPACE_RECEIPT_OUT, key,
		                               &d.value, err)
		           : ent_x_nomem(err);
	}
	if (rc == ENT_ENOENT) {
		ent_jw_null(&q->w);
		return 0;
	}
	if (rc == 0)
		rc = ent_envelope_parse(q->a, d.value, &e, err);
	if (rc == 0)
		rc = ent_json_parse(q->a, e.body, ENT_ENVELOPE_DEPTH, &body, err);
	if (rc == 0)
		rc = ent_checkpoint_parse(ent_json_getstr(body, "checkpoint"), &cp, err);
	if (rc == 0)
		rc = entry_at(q->x, q->a, q->g->id, cp.size - 1, &f, err);
	return rc ? rc : answer(q, &f, none, err);
}

static int
answer_all(struct answering *q, const struct ent_json *v, struct ent_err *err)
{
	const struct ent_json *messages = ent_json_getc(v, "messages"),
			      *receipts = ent_json_getc(v, "receipts");
	int rc = 0;

	ent_jw_object(&q->w);
	ent_jw_key(&q->w, "messages");
	ent_jw_array(&q->w);
	for (size_t i = 0; rc == 0 && i < ent_json_count(messages); i++)
		rc = answer_message(q, ent_json_str(ent_json_at(messages, i)), err);
	ent_jw_end_array(&q->w);
	ent_jw_key(&q->w, "receipts");
	ent_jw_array(&q->w);
	for (size_t i = 0; rc == 0 && i < ent_json_count(receipts); i++)
		rc = answer_receipt(q, ent_json_at(receipts, i), err);
	ent_jw_end_array(&q->w);
	ent_jw_end_object(&q->w);
	return rc;
}

int
ent_testimony_answer(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                     struct ent_str party, struct ent_str body, struct ent_str *out,
                     struct ent_err *err)
{
	struct answering q = { .x = x, .a = a, .g = g, .party = party };
	const struct ent_json *v;
	struct ent_hash root;
	struct ent_buf b;
	uint64_t now;
	int64_t size;
	int rc = ent_json_parse(a, body, ENT_ENVELOPE_DEPTH, &v, err);

	if (rc)
		return rc;
	if (!ent_json_int(ent_json_getc(v, "size"), &size) || size < 0 ||
	    ent_json_count(ent_json_getc(v, "messages")) +
	            ent_json_count(ent_json_getc(v, "receipts")) >
	        ENT_TESTIMONY_BATCH)
		return ent_fail(err, ENT_EUNUSABLE,
		                "not a size and at most %d messages and receipts",
		                ENT_TESTIMONY_BATCH);
	rc = ent_book_tip(x, a, g->id, &now, &root, err);
	if (rc == 0)
		rc = ent_receipted(x, a, g->id, party, &q.receipted, err);
	if (rc)
		return rc;
	q.size = (uint64_t)size < now ? (uint64_t)size : now;
	ent_buf_init(&b, ENT_PAGE_BYTES);
	ent_jw_init(&q.w, &b);
	rc = (uint64_t)size > now
	         ? ent_fail(err, ENT_EUNUSABLE, "the ledger has %" PRIu64 " entries", now)
	         : answer_all(&q, v, err);
	*out = rc ? (struct ent_str){ NULL, 0 } : ent_buf_done(&b, a);
	ent_buf_release(&b);
	return rc ? rc : out->p ? 0 : ent_x_nomem(err);
}

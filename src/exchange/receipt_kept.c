/* SPDX-License-Identifier: Apache-2.0 */
/*
 * receipt_kept.c - receipts that are kept: one after the other, and verified anew.
 */
#include "exchange/receipt_int.h"

#include "base/enc.h"
#include "exchange/peer.h"
#include "proof/envelope.h"

int
ent_receipt_stored(struct ent_arena *a, struct ent_doc d, bool ours, struct ent_receipt *out,
                   struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_envelope e;
	int rc = ent_envelope_parse(a, d.value, &e, err);

	*out = (struct ent_receipt){ .ours = ours, .envelope = d.value };
	if (rc == 0)
		rc = ent_json_parse(a, e.body, ENT_ENVELOPE_DEPTH, &v, err);
	if (rc == 0)
		rc = ent_receipt_read(v, out, err);
	if (rc)
		return rc == ENT_ENOMEM
		           ? rc
		           : ent_fail(err, ENT_ECORRUPT, "stored receipt %.*s is damaged",
		                      ENT_FMT(d.key));
	out->sha256 = ent_hex_dup(a, e.sha256, 32);
	return out->sha256.p ? 0 : ent_x_nomem(err);
}

struct walk {
	struct ent_exchange *x;
	struct ent_arena *each; /* reset for each */
	bool ours;
	int (*see)(void *self, const struct ent_receipt *r, struct ent_err *err);
	void *self;
};

static int
see_one(void *self, struct ent_doc d, struct ent_err *err)
{
	struct walk *w = self;
	struct ent_receipt r;
	struct ent_str unsent;
	int rc;

	ent_arena_reset(w->each);
	rc = ent_receipt_stored(w->each, d, w->ours, &r, err);
	if (rc == 0 && w->ours) {
		rc = ent_store_doc_get(w->x->store, w->each, ENT_SPACE_RECEIPT_UNSENT, d.key,
		                       &unsent, err);
		r.unsent = rc == 0;
		rc = rc == ENT_ENOENT ? 0 : rc;
	}
	return rc ? rc : w->see(w->self, &r, err);
}

int
ent_receipts_each(struct ent_exchange *x, struct ent_str agreement,
                  int (*see)(void *self, const struct ent_receipt *r, struct ent_err *err),
                  void *self, struct ent_err *err)
{
	struct ent_str none = { NULL, 0 }, prefix;
	struct ent_arena *a = ent_arena_new(4096);
	struct walk w = { .x = x, .see = see, .self = self };
	int rc;

	w.each = ent_arena_new(ENT_REQUEST_ARENA);
	prefix = a ? ent_arena_printf(a, "%.*s/", ENT_FMT(agreement)) : none;
	rc = prefix.p && w.each ? 0 : ent_x_nomem(err);
	if (rc == 0)
		rc = ent_x_docs_each(x, ENT_SPACE_RECEIPT_IN, prefix, none, see_one, &w, err);
	w.ours = true;
	if (rc == 0)
		rc = ent_x_docs_each(x, ENT_SPACE_RECEIPT_OUT, prefix, none, see_one, &w, err);
	ent_arena_free(w.each);
	ent_arena_free(a);
	return rc;
}

/* ---- verifying ---- */

struct verifying {
	struct ent_exchange *x;
	struct ent_arena *each;
	const struct ent_agreement *g;
	size_t checked;
};

/* Whose keys signed a stored receipt: ours or a peer's. */
static int
signer(struct verifying *v, const struct ent_receipt *r, const struct ent_key_history **keys,
       struct ent_err *err)
{
	struct ent_peer p;
	int rc;

	if (r->ours)
		return ent_exchange_keys(v->x, v->each, keys, err);
	rc = ent_peer_get(v->x, v->each, r->by, &p, err);
	if (rc == ENT_ENOENT)
		return ent_fail(
		    err, ENT_ESIG,
		    "a receipt of %.*s can't be verified: its keys went when it was "
		    "removed",
		    ENT_FMT(r->by));
	*keys = rc ? NULL : p.keys;
	return rc;
}

static int
verify(void *self, const struct ent_receipt *r, struct ent_err *err)
{
	struct verifying *v = self;
	const struct ent_key_history *keys;
	struct ent_envelope e;
	int rc;

	ent_arena_reset(v->each);
	rc = signer(v, r, &keys, err);
	if (rc == 0)
		rc = ent_envelope_parse(v->each, r->envelope, &e, err);
	if (rc == 0)
		rc = ent_envelope_open_at(v->each, &e, ENT_ENV_RECEIPT, "receipt", keys, err);
	if (rc == 0 && !r->ours)
		rc = ent_receipt_compare(v->x, v->each, v->g, r, err);
	v->checked += rc == 0;
	return rc;
}

int
ent_receipts_verify(struct ent_exchange *x, struct ent_str agreement, size_t *checked,
                    struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ENT_REQUEST_ARENA);
	struct ent_agreement *g = a ? ent_arena_alloc(a, sizeof(*g)) : NULL;
	struct verifying v = { .x = x, .g = g };
	int rc = g ? ent_agreement_load(x, a, agreement, g, err) : ent_x_nomem(err);

	v.each = ent_arena_new(ENT_REQUEST_ARENA);
	if (rc == 0)
		rc = v.each ? ent_receipts_each(x, agreement, verify, &v, err)
		            : ent_x_nomem(err);
	*checked = v.checked;
	ent_arena_free(v.each);
	ent_arena_free(a);
	return rc;
}

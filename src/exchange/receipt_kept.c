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

	*out = (struct ent_receipt){ .ours = ours,
		                     .envelope = d.value,
		                     .state = ours ? ENT_RECEIPT_TAKEN : ENT_RECEIPT_HELD };
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
	bool ours, refused;
	int (*see)(void *self, const struct ent_receipt *r, struct ent_err *err);
	void *self;
};

/* Whom a receipt of ours is for: UUID/PARTY of its key. */
static struct ent_str
line_of(struct ent_str key)
{
	size_t slashes = 0, i = 0;

	while (i < key.n && (key.p[i] != '/' || ++slashes < 2))
		i++;
	return (struct ent_str){ key.p, i };
}

/* How it stands with one of ours. */
static int
read_state(struct walk *w, struct ent_str key, struct ent_receipt *r, struct ent_err *err)
{
	struct ent_receipt_try t = { .tries = 0 };
	struct ent_str unsent;
	int rc = ent_store_doc_get(w->x->store, w->each, ENT_SPACE_RECEIPT_UNSENT, key, &unsent,
	                           NULL);

	if (rc == 0) {
		r->unsent = true;
		r->state = ENT_RECEIPT_UNSENT;
		rc = ent_try_read(w->x, w->each, ENT_SPACE_RECEIPT_TRY, line_of(key), &t, err);
	} else if (rc == ENT_ENOENT) {
		rc = ent_try_read(w->x, w->each, ENT_SPACE_RECEIPT_REFUSED, key, &t, err);
		if (rc == 0)
			r->state = ENT_RECEIPT_REFUSED;
	} else {
		return ent_fail(err, rc, "the queue of receipts can't be read");
	}
	r->why = t.why;
	r->tries = t.tries;
	r->next = t.next;
	return rc == ENT_ENOENT ? 0 : rc;
}

static int
see_one(void *self, struct ent_doc d, struct ent_err *err)
{
	struct walk *w = self;
	struct ent_receipt r;
	int rc;

	ent_arena_reset(w->each);
	rc = ent_receipt_stored(w->each, d, w->ours, &r, err);
	if (rc == 0 && w->ours)
		rc = read_state(w, d.key, &r, err);
	return rc ? rc : w->see(w->self, &r, err);
}

/* One that is owed: the receipt itself is among all that were signed. */
static int
see_owed(void *self, struct ent_doc d, struct ent_err *err)
{
	struct walk *w = self;
	struct ent_receipt r;
	struct ent_doc out = { .key = d.key };
	int rc;

	ent_arena_reset(w->each);
	rc = ent_store_doc_get(w->x->store, w->each, ENT_SPACE_RECEIPT_OUT, d.key, &out.value,
	                       err);
	if (rc == ENT_ENOENT)
		return 0; /* nobody signed it */
	if (rc == 0)
		rc = ent_receipt_stored(w->each, out, true, &r, err);
	if (rc == 0)
		rc = read_state(w, d.key, &r, err);
	if (rc || (w->refused && r.state != ENT_RECEIPT_REFUSED))
		return rc; /* unsent too: it has been seen */
	return w->see(w->self, &r, err);
}

/* In these two spaces, one after the other. */
static int
walk_both(struct walk *w, struct ent_str agreement, const struct ent_str space[2],
          int (*see)(void *self, struct ent_doc d, struct ent_err *err), struct ent_err *err)
{
	struct ent_str none = { NULL, 0 }, prefix;
	struct ent_arena *a = ent_arena_new(4096);
	bool owed = w->ours;
	int rc;

	w->each = ent_arena_new(ENT_REQUEST_ARENA);
	prefix = a ? ent_arena_printf(a, "%.*s/", ENT_FMT(agreement)) : none;
	rc = prefix.p && w->each ? 0 : ent_x_nomem(err);
	for (int i = 0; rc == 0 && i < 2; i++) {
		w->ours = owed || i == 1;
		w->refused = owed && i == 1;
		rc = ent_x_docs_each(w->x, space[i], prefix, none, see, w, err);
	}
	ent_arena_free(w->each);
	ent_arena_free(a);
	return rc;
}

int
ent_receipts_each(struct ent_exchange *x, struct ent_str agreement,
                  int (*see)(void *self, const struct ent_receipt *r, struct ent_err *err),
                  void *self, struct ent_err *err)
{
	const struct ent_str space[2] = { ENT_SPACE_RECEIPT_IN, ENT_SPACE_RECEIPT_OUT };
	struct walk w = { .x = x, .see = see, .self = self };

	return walk_both(&w, agreement, space, see_one, err);
}

int
ent_receipts_owed(struct ent_exchange *x, struct ent_str agreement,
                  int (*see)(void *self, const struct ent_receipt *r, struct ent_err *err),
                  void *self, struct ent_err *err)
{
	const struct ent_str space[2] = { ENT_SPACE_RECEIPT_UNSENT, ENT_SPACE_RECEIPT_REFUSED };
	struct walk w = { .x = x, .see = see, .self = self, .ours = true };

	return walk_both(&w, agreement, space, see_owed, err);
}

int
ent_receipt_has_it(struct ent_exchange *x, struct ent_arena *a, const struct ent_receipt *r,
                   struct ent_str party, struct ent_err *err)
{
	uint8_t sha256[ENT_SHA256];
	struct ent_str key;
	int rc;

	if (ent_unhex(r->sha256, sha256, sizeof(sha256)))
		return ent_fail(err, ENT_ECORRUPT, "a receipt has no hash");
	key = ent_receipt_key(a, r->agreement, party, r->first, sha256);
	if (!key.p)
		return ent_x_nomem(err);
	rc = ent_store_doc_del(x->store, ENT_SPACE_RECEIPT_UNSENT, key, err);
	return rc ? rc : ent_store_doc_del(x->store, ENT_SPACE_RECEIPT_REFUSED, key, err);
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

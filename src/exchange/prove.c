/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prove.c - gathers a proof of warning: entries, receipts, cosignatures.
 */
#include "exchange/prove_int.h"

#include <inttypes.h>

#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/testimony.h"
#include "ledger/witness.h"
#include "proof/envelope.h"
#include "proof/fields.h"

/* ---- the object, and its number on the channel ---- */

static int
find_object(struct ent_proving_node *p, struct ent_err *err)
{
	struct ent_str object = p->o->object, version = p->o->version;
	struct ent_str type, vkey = { NULL, 0 };
	uint8_t uuid[16];
	int rc = ent_holdings_get(p->x, p->a, object, version, &p->held, err);

	if (rc)
		return rc;
	(void)ent_stix_id_parse(object, &type, uuid);
	if (version.p)
		vkey = ent_time_key(version);
	rc = ent_store_on_channel(p->x->store, p->g->outbound, type, uuid, vkey, &p->seq, err);
	if (rc == ENT_ENOENT)
		return ent_fail(err, rc,
		                "%.*s was not sent under this agreement: who sent it can prove "
		                "it",
		                ENT_FMT(object));
	if (rc == 0 && !version.p) { /* the newest that was sent, not the newest of all */
		struct ent_entry *e;
		size_t n;

		rc = ent_store_range(p->x->store, p->a, p->g->outbound, p->seq, p->seq, &e, &n,
		                     err);
		if (rc == 0 && n == 1)
			rc = ent_holdings_by_oid(p->x, p->a, e[0].row.oid, &p->held, err);
	}
	p->parts.object = p->held.bytes;
	return rc;
}

/* ---- the receipt ---- */

static int
see_receipt(void *self, const struct ent_receipt *r, struct ent_err *err)
{
	struct ent_proving_node *p = self;

	if (r->ours || !ent_str_eq(r->by, p->to.party) || p->seq < r->first || p->seq > r->last)
		return 0;
	p->receipt = *r;
	p->receipt.by = p->to.party;
	p->receipt.envelope = ent_arena_dup(p->a, r->envelope);
	p->receipt.sha256 = ent_arena_dup(p->a, r->sha256);
	p->receipt.agreement = p->g->id;
	p->receipted = true;
	return p->receipt.envelope.p && p->receipt.sha256.p ? 1 : ent_x_nomem(err);
}

/* The leaves of a page, from which the hash of any complete subtree is made. */
struct leaves {
	const uint8_t (*sha256)[32];
	size_t n;
};

static int
subtree(void *self, unsigned level, uint64_t index, struct ent_hash *out, struct ent_err *err)
{
	const struct leaves *l = self;
	struct ent_range r;
	uint64_t first = index << level, end = first + (UINT64_C(1) << level);

	if (end > l->n)
		return ent_fail(err, ENT_EINVAL, "a page has no such subtree");
	ent_range_init(&r);
	for (uint64_t i = first; i < end; i++) {
		struct ent_hash leaf;

		ent_leaf_hash((struct ent_str){ (const char *)l->sha256[i], 32 }, &leaf);
		(void)ent_range_add(&r, &leaf, NULL, NULL, NULL);
	}
	ent_range_root(&r, out);
	return 0;
}

static int
find_receipt(struct ent_proving_node *p, struct ent_err *err)
{
	struct ent_hash proof[ENT_LEDGER_PROOF_MAX];
	struct ent_warning_leaf *page = &p->parts.page;
	struct leaves l;
	struct ent_nodes nodes = { subtree, &l };
	uint8_t(*sha256)[32];
	size_t place, n;
	int rc = ent_receipts_each(p->x, p->g->id, see_receipt, p, err);

	if (rc < 0)
		return rc;
	if (!p->receipted)
		return ent_fail(err, ENT_ESTATE,
		                "%.*s has not receipted it yet: it is proved once it did",
		                ENT_FMT(p->to.name));
	rc = ent_receipt_leaves(p->x, p->a, p->g, &p->receipt, p->seq, &sha256, &l.n, &place,
	                        err);
	if (rc)
		return rc;
	l.sha256 = (const uint8_t(*)[32])sha256;
	rc = ent_prove_inclusion(&nodes, place, l.n, proof, &n, err);
	if (rc)
		return rc;
	*page =
	    (struct ent_warning_leaf){ .index = place, .proof = ent_path_json(p->a, proof, n) };
	p->parts.receipt = p->receipt.envelope;
	return page->proof.p ? 0 : ent_x_nomem(err);
}

/* ---- entries of the ledger ---- */

static int
find_entries(struct ent_proving_node *p, struct ent_err *err)
{
	struct ent_found release, receipt;
	int rc = ent_find_release(p->x, p->a, p->g->id, p->seq, &release, err);

	if (rc == 0)
		rc = ent_find_receipt(p->x, p->a, &p->receipt, &receipt, err);
	if (rc == ENT_ENOENT)
		return ent_fail(err, ENT_ECORRUPT,
		                "the ledger has no entry of its %s: `entente ledger verify`",
		                release.entry.p ? "receipt" : "release");
	if (rc)
		return rc;
	p->parts.release =
	    (struct ent_warning_leaf){ .entry = release.entry, .index = release.index };
	p->parts.receipt_entry =
	    (struct ent_warning_leaf){ .entry = receipt.entry, .index = receipt.index };
	return 0;
}

/* What stands in for the properties that are kept back, and no hash of the whole object. */
static int
redact(struct ent_proving_node *p, struct ent_err *err)
{
	uint8_t channel[ENT_SECRET], secret[ENT_SECRET];
	const struct ent_json *v;
	int rc;

	if (memmem(p->parts.release.entry.p, p->parts.release.entry.n, "\"fields\"", 8) == NULL)
		return ent_fail(err, ENT_ESTATE,
		                "it was released before properties could be kept back: it is "
		                "proved whole, or after it was released in a new version");
	if (p->receipt.refused || p->receipt.count != p->receipt.last - p->receipt.first + 1)
		return ent_fail(err, ENT_ESTATE,
		                "%.*s did not take all of the page that it was in: its "
		                "receipt says nothing of an object that is not shown whole",
		                ENT_FMT(p->to.name));
	rc = ent_channel_secret(p->x, p->a, p->g->id, channel, err);
	if (rc == 0)
		rc = ent_json_parse(p->a, p->held.bytes, ENT_JSON_DEPTH, &v, err);
	if (rc)
		return rc;
	ent_fields_secret(channel, p->seq, p->held.id, secret);
	p->parts.page.proof = (struct ent_str){ NULL, 0 };
	return ent_fields_hide(p->a, v, secret, p->o->redact, p->o->n_redact, &p->parts.object,
	                       &p->parts.fields, err);
}

static int
find_hash(struct ent_proving_node *p, struct ent_err *err)
{
	if (p->o->n_redact)
		return redact(p, err);
	return ent_release_salt(p->x, p->a, p->g->id, p->seq, p->held.id,
	                        p->parts.release.entry, &p->parts.salt, err);
}

/* ---- the checkpoint that the counterpart cosigned first with an entry in it ---- */

struct cosigned {
	struct ent_proving_node *p;
	struct ent_str note;
	uint64_t size;
};

/* 1 where it is the one. */
static int
use_note(void *self, struct ent_doc d, struct ent_err *err)
{
	struct cosigned *c = self;
	struct ent_proving_node *p = c->p;
	struct ent_str name = ent_arena_printf(p->a, "%.*s/entente", ENT_FMT(p->to.host)), own;
	struct ent_cosignature cs;
	struct ent_checkpoint cp;
	const uint8_t *pub;
	int rc;

	if (!name.p)
		return ent_x_nomem(err);
	if (ent_str_ends(d.key, "/last") || ent_checkpoint_parse(d.value, &cp, NULL) ||
	    ent_cosignature_by(d.value, name, p->to.keys, &cs, &pub, NULL))
		return 0; /* another party's, or no note */
	rc = ent_book_checkpoint_at(p->x, p->a, p->g->id, cp.size, &own, err);
	if (rc)
		return rc;
	c->size = cp.size;
	c->note = ent_arena_printf(p->a, "%.*s%.*s", ENT_FMT(own),
	                           ENT_FMT(ent_cosignature_print(p->a, name, pub, &cs)));
	return c->note.p ? 1 : ent_x_nomem(err);
}

int
ent_prove_cosigned(struct ent_proving_node *p, uint64_t index, struct ent_str *note,
                   uint64_t *size, struct ent_err *err)
{
	struct cosigned c = { .p = p };
	struct ent_str prefix = ent_arena_printf(p->a, "%.*s/", ENT_FMT(p->g->id)),
		       after =
			   ent_arena_printf(p->a, "%.*s/%020" PRIu64, ENT_FMT(p->g->id), index);
	int rc = prefix.p && after.p ? ent_x_docs_each(p->x, ENT_SPACE_COSIGNED, prefix, after,
	                                               use_note, &c, err)
	                             : ent_x_nomem(err);

	*note = c.note;
	*size = c.size;
	return rc < 0 ? rc : rc == 0 ? ENT_ENOENT : 0;
}

static int
find_checkpoint(struct ent_proving_node *p, struct ent_err *err)
{
	struct ent_warning_leaf *leaf[] = { &p->parts.release, &p->parts.receipt_entry };
	uint64_t last = leaf[0]->index > leaf[1]->index ? leaf[0]->index : leaf[1]->index, size;
	int rc = ent_prove_cosigned(p, last, &p->parts.checkpoint, &size, err);

	if (rc == ENT_ENOENT)
		return ent_fail(
		    err, ENT_ESTATE,
		    "%.*s has not cosigned our ledger since: it is proved after the "
		    "next sync",
		    ENT_FMT(p->to.name));
	for (int i = 0; rc == 0 && i < 2; i++)
		rc = ent_entry_proof(p->x, p->a, p->g->id, leaf[i]->index, size,
		                     &leaf[i]->proof, err);
	return rc;
}

bool
ent_prove_counts(struct ent_proving_node *p, struct ent_str note)
{
	struct ent_str name = ent_arena_printf(p->a, "%s/entente", p->x->c.host);
	const struct ent_key_history *own;
	struct ent_cosignature cs;
	struct ent_checkpoint cp;
	const uint8_t *pub;

	return name.p && ent_exchange_keys(p->x, p->a, &own, NULL) == 0 &&
	       ent_cosignature_by(note, name, own, &cs, &pub, NULL) == 0 &&
	       ent_checkpoint_by(note, p->to.keys, cs.time, &cp, NULL) == 0;
}

/* The delivery in the counterpart's own ledger, if it has shown it. */
static int
find_delivery(struct ent_proving_node *p, struct ent_err *err)
{
	struct ent_testimony t;
	int rc = ent_testimony_receipt(p->x, p->a, &p->receipt, &t, err);

	if (rc == 0 && ent_prove_counts(p, t.checkpoint))
		p->parts.delivery = (struct ent_warning_leaf){ .entry = t.entry,
			                                       .index = t.index,
			                                       .proof = t.proof,
			                                       .checkpoint = t.checkpoint };
	return rc == ENT_ENOENT ? 0 : rc;
}

/* ---- who, and under what ---- */

static int
find_statement(struct ent_proving_node *p, struct ent_str party, struct ent_str *out,
               struct ent_err *err)
{
	struct ent_str prefix = ent_arena_printf(p->a, "%.*s/", ENT_FMT(p->g->id));
	struct ent_doc *docs;
	size_t n;
	int rc = prefix.p ? ent_store_docs(p->x->store, p->a, ENT_SPACE_STATEMENT, prefix,
	                                   (struct ent_str){ NULL, 0 }, ENT_STATEMENTS_ALL * 2,
	                                   &docs, &n, err)
	                  : ent_x_nomem(err);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		const struct ent_json *v;
		struct ent_envelope e;
		struct ent_str act;

		rc = ent_envelope_parse(p->a, docs[i].value, &e, err);
		if (rc == 0)
			rc = ent_json_parse(p->a, e.body, ENT_ENVELOPE_DEPTH, &v, err);
		if (rc)
			return rc;
		act = ent_json_getstr(v, "act");
		*out = docs[i].value;
		if (ent_str_eq(ent_json_getstr(v, "by"), party) &&
		    ent_str_eq(ent_json_getstr(v, "document"), p->g->document) &&
		    (ent_str_is(act, "accept") || ent_str_is(act, "propose")))
			return 0;
	}
	return rc ? rc
	          : ent_fail(err, ENT_ECORRUPT, "there is no statement by which %.*s accepts",
	                     ENT_FMT(party));
}

static int
find_papers(struct ent_proving_node *p, struct ent_err *err)
{
	struct ent_str key = ent_arena_printf(p->a, "%.*s/%.*s", ENT_FMT(p->g->id),
	                                      ENT_FMT(p->g->document)),
		       *own;
	size_t n;
	int rc = key.p ? ent_store_doc_get(p->x->store, p->a, ENT_SPACE_DOCUMENT, key,
	                                   &p->parts.document, err)
	               : ent_x_nomem(err);

	if (rc == 0)
		rc = find_statement(p, ent_str_c(p->x->c.party), &p->parts.statements[0], err);
	if (rc == 0)
		rc = find_statement(p, p->to.party, &p->parts.statements[1], err);
	if (rc == 0)
		rc = ent_exchange_cards(p->x, p->a, &own, &n, err);
	if (rc)
		return rc;
	p->parts.cards[0] = own[n - 1];
	p->parts.before[0] = own;
	p->parts.n_before[0] = n - 1;
	p->parts.cards[1] = p->to.card;
	p->parts.before[1] = p->to.before;
	p->parts.n_before[1] = p->to.n_before;
	return 0;
}

static int
find_receiver(struct ent_proving_node *p, struct ent_err *err)
{
	if (p->o->to.p)
		return ent_peer_get(p->x, p->a, p->o->to, &p->to, err);
	if (p->g->parties != 2)
		return ent_fail(err, ENT_EINVAL,
		                "the agreement has %zu parties: say to whom it was sent",
		                p->g->parties);
	return ent_peer_get(p->x, p->a, p->g->party[1 - p->g->self].id, &p->to, err);
}

static int (*const steps[])(struct ent_proving_node *p, struct ent_err *err) = {
	find_receiver,   find_object, find_receipt,  find_entries,   find_hash,
	find_checkpoint, find_papers, find_delivery, ent_prove_said,
};

int
ent_prove(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
          const struct ent_prove_options *o, struct ent_str *out, struct ent_err *err)
{
	struct ent_proving_node *p = ent_arena_alloc(a, sizeof(*p));
	struct ent_warning *w = ent_arena_alloc(a, sizeof(*w));
	int rc = p && w ? 0 : ent_x_nomem(err);

	if (rc)
		return rc;
	memset(p, 0, sizeof(*p));
	p->x = x;
	p->a = a;
	p->g = g;
	p->o = o;
	for (size_t i = 0; rc == 0 && i < sizeof(steps) / sizeof(*steps); i++)
		rc = steps[i](p, err);
	if (rc)
		return rc;
	*out = ent_warning_print(a, &p->parts);
	if (!out->p)
		return ent_x_nomem(err);
	/* nothing leaves that a third person would not accept */
	rc = ent_warning_verify(a, *out, w, err);
	return rc ? ent_within(err, ENT_ECORRUPT, "the proof does not verify") : 0;
}

/* ---- under which agreement ---- */

struct looking {
	struct ent_exchange *x;
	struct ent_arena *a;
	struct ent_str type, *ids;
	uint8_t uuid[16];
	size_t n;
};

static int
see_agreement(void *self, struct ent_str id, const struct ent_agreement *g,
              const struct ent_err *why)
{
	struct looking *l = self;
	uint64_t seq;

	(void)why; /* under one that can't be read nothing is proved */
	if (!g || l->n == ENT_PARTIES_MAX ||
	    ent_store_on_channel(l->x->store, g->outbound, l->type, l->uuid,
	                         (struct ent_str){ NULL, 0 }, &seq, NULL))
		return 0;
	l->ids[l->n] = ent_arena_dup(l->a, id);
	return l->ids[l->n++].p ? 0 : ENT_ENOMEM;
}

int
ent_sent_under(struct ent_exchange *x, struct ent_arena *a, struct ent_str object,
               struct ent_str **ids, size_t *n, struct ent_err *err)
{
	struct looking l = { .x = x, .a = a };
	int rc;

	if (ent_stix_id_parse(object, &l.type, l.uuid))
		return ent_fail(err, ENT_EINVAL,
		                "\"%.*s\" is not a STIX identifier: type--UUID",
		                ENT_FMT(object));
	l.ids = ent_arena_array(a, ENT_PARTIES_MAX, sizeof(*l.ids));
	rc = l.ids ? ent_agreement_each(x, see_agreement, &l, err) : ent_x_nomem(err);
	*ids = l.ids;
	*n = l.n;
	return rc;
}

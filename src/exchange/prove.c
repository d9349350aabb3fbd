/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prove.c - gathers a proof of warning: entries, receipts, cosignatures.
 */
#include "exchange/prove.h"

#include <inttypes.h>

#include "base/enc.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/holdings.h"
#include "exchange/peer.h"
#include "exchange/receipt.h"
#include "ledger/witness.h"
#include "proof/envelope.h"
#include "proof/warning.h"

struct proving {
	struct ent_exchange *x;
	struct ent_arena *a;
	const struct ent_agreement *g;
	struct ent_peer to;
	struct ent_held held;
	uint64_t seq;
	struct ent_receipt receipt;
	bool receipted;
	struct ent_warning_parts parts;
};

/* ---- the object, and its number on the channel ---- */

static int
find_object(struct proving *p, struct ent_str object, struct ent_str version,
            struct ent_err *err)
{
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
	struct proving *p = self;

	if (r->ours || !ent_str_eq(r->by, p->to.party) || p->seq < r->first || p->seq > r->last)
		return 0;
	p->receipt = *r;
	p->receipt.envelope = ent_arena_dup(p->a, r->envelope);
	p->receipt.sha256 = ent_arena_dup(p->a, r->sha256);
	p->receipt.agreement = p->g->id;
	p->receipted = true;
	return p->receipt.envelope.p && p->receipt.sha256.p ? 1 : ent_x_nomem(err);
}

static struct ent_str
path_text(struct ent_arena *a, const struct ent_hash *proof, size_t n)
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
find_receipt(struct proving *p, struct ent_err *err)
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
	*page = (struct ent_warning_leaf){ .index = place, .proof = path_text(p->a, proof, n) };
	p->parts.receipt = p->receipt.envelope;
	return page->proof.p ? 0 : ent_x_nomem(err);
}

/* ---- entries of the ledger ---- */

struct search {
	struct proving *p;
	struct ent_arena *each; /* reset for each entry */
	uint64_t at;
	bool release, receipt; /* found */
};

static int
found(struct search *s, struct ent_warning_leaf *to, struct ent_str entry)
{
	*to =
	    (struct ent_warning_leaf){ .entry = ent_arena_dup(s->p->a, entry), .index = s->at };
	return to->entry.p ? 0 : ENT_ENOMEM;
}

static int
see_entry(void *self, struct ent_str entry)
{
	struct search *s = self;
	struct proving *p = s->p;
	const struct ent_json *v;
	struct ent_str kind;
	int64_t seq = 0;
	int rc = 0;

	/* most entries are told apart without reading them */
	if (memmem(entry.p, entry.n, "\"kind\":\"re", 10) == NULL) {
		s->at++;
		return 0;
	}
	ent_arena_reset(s->each);
	if (ent_json_parse(s->each, entry, ENT_ENVELOPE_DEPTH, &v, NULL) == 0) {
		kind = ent_json_getstr(v, "kind");
		if (!s->release && ent_str_is(kind, "release") &&
		    ent_json_int(ent_json_getc(v, "seq"), &seq) && (uint64_t)seq == p->seq) {
			s->release = true;
			rc = found(s, &p->parts.release, entry);
		} else if (!s->receipt && ent_str_is(kind, "receipt") &&
		           ent_str_eq(ent_json_getstr(v, "sha256"), p->receipt.sha256)) {
			s->receipt = true;
			rc = found(s, &p->parts.receipt_entry, entry);
		}
	}
	s->at++;
	return rc;
}

static int
find_entries(struct proving *p, struct ent_err *err)
{
	struct search s = { .p = p,
		            .each = ent_arena_new(ENT_DOC_ARENA(ENT_LEDGER_ENTRY_MAX)) };
	struct ent_range range;
	int rc =
	    s.each ? ent_book_walk(p->x, p->g->id, &range, see_entry, &s, err) : ENT_ENOMEM;

	ent_arena_free(s.each);
	if (rc == ENT_ENOMEM)
		return ent_x_nomem(err);
	if (rc == 0 && !(s.release && s.receipt))
		rc = ent_fail(err, ENT_ECORRUPT,
		              "the ledger has no entry of its %s: `entente ledger verify`",
		              s.release ? "receipt" : "release");
	return rc;
}

static int
read_salt(struct proving *p, struct ent_err *err)
{
	struct ent_str key, salt;
	int rc;

	if (memmem(p->parts.release.entry.p, p->parts.release.entry.n, "\"salted\"", 8) == NULL)
		return 0;
	key = ent_arena_printf(p->a, "%.*s/%020" PRIu64, ENT_FMT(p->g->id), p->seq);
	rc = key.p ? ent_store_doc_get(p->x->store, p->a, ENT_SPACE_SALT, key, &salt, err)
	           : ent_x_nomem(err);
	if (rc)
		return rc;
	p->parts.salt = ent_hex_dup(p->a, (const uint8_t *)salt.p, salt.n);
	return p->parts.salt.p ? 0 : ent_x_nomem(err);
}

/* ---- the checkpoint that the counterpart cosigned first with both entries in it ---- */

/* 1 where it is the one. */
static int
use_note(void *self, struct ent_doc d, struct ent_err *err)
{
	struct proving *p = self;
	struct ent_str name = ent_arena_printf(p->a, "%.*s/entente", ENT_FMT(p->to.host)), own;
	struct ent_warning_leaf *leaf[] = { &p->parts.release, &p->parts.receipt_entry };
	struct ent_hash proof[ENT_LEDGER_PROOF_MAX];
	struct ent_cosignature cs;
	struct ent_checkpoint cp;
	size_t n;
	int rc;

	if (!name.p)
		return ent_x_nomem(err);
	if (ent_str_ends(d.key, "/last") || ent_checkpoint_parse(d.value, &cp, NULL) ||
	    ent_cosignature_find(d.value, name, p->to.witness_pub, &cs, NULL))
		return 0; /* another party's, or no note */
	rc = ent_book_checkpoint_at(p->x, p->a, p->g->id, cp.size, &own, err);
	if (rc)
		return rc;
	p->parts.checkpoint = ent_arena_printf(
	    p->a, "%.*s%.*s", ENT_FMT(own),
	    ENT_FMT(ent_cosignature_print(p->a, name, p->to.witness_pub, &cs)));
	for (int i = 0; rc == 0 && i < 2; i++) {
		rc =
		    ent_book_inclusion(p->x, p->g->id, leaf[i]->index, cp.size, proof, &n, err);
		if (rc == 0)
			leaf[i]->proof = path_text(p->a, proof, n);
	}
	return rc ? rc : p->parts.checkpoint.p ? 1 : ent_x_nomem(err);
}

static int
find_checkpoint(struct proving *p, struct ent_err *err)
{
	uint64_t last = p->parts.receipt_entry.index > p->parts.release.index
	                    ? p->parts.receipt_entry.index
	                    : p->parts.release.index;
	struct ent_str prefix = ent_arena_printf(p->a, "%.*s/", ENT_FMT(p->g->id)),
		       after =
			   ent_arena_printf(p->a, "%.*s/%020" PRIu64, ENT_FMT(p->g->id), last);
	int rc = prefix.p && after.p ? ent_x_docs_each(p->x, ENT_SPACE_COSIGNED, prefix, after,
	                                               use_note, p, err)
	                             : ent_x_nomem(err);

	if (rc == 0)
		return ent_fail(
		    err, ENT_ESTATE,
		    "%.*s has not cosigned our ledger since: it is proved after the "
		    "next sync",
		    ENT_FMT(p->to.name));
	return rc < 0 ? rc : 0;
}

/* ---- who, and under what ---- */

static int
find_statement(struct proving *p, struct ent_str party, struct ent_str *out,
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
find_papers(struct proving *p, struct ent_err *err)
{
	struct ent_str key =
	    ent_arena_printf(p->a, "%.*s/%.*s", ENT_FMT(p->g->id), ENT_FMT(p->g->document));
	int rc = key.p ? ent_store_doc_get(p->x->store, p->a, ENT_SPACE_DOCUMENT, key,
	                                   &p->parts.document, err)
	               : ent_x_nomem(err);

	if (rc == 0)
		rc = find_statement(p, ent_str_c(p->x->c.party), &p->parts.statements[0], err);
	if (rc == 0)
		rc = find_statement(p, p->to.party, &p->parts.statements[1], err);
	if (rc == 0)
		rc = ent_exchange_card(p->x, p->a, &p->parts.cards[0], err);
	p->parts.cards[1] = p->to.card;
	return rc;
}

static int
find_receiver(struct proving *p, struct ent_str to, struct ent_err *err)
{
	if (to.p)
		return ent_peer_get(p->x, p->a, to, &p->to, err);
	if (p->g->parties != 2)
		return ent_fail(err, ENT_EINVAL,
		                "the agreement has %zu parties: say to whom it was sent",
		                p->g->parties);
	return ent_peer_get(p->x, p->a, p->g->party[1 - p->g->self].id, &p->to, err);
}

int
ent_prove(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
          struct ent_str to, struct ent_str object, struct ent_str version, struct ent_str *out,
          struct ent_err *err)
{
	struct proving *p = ent_arena_alloc(a, sizeof(*p));
	struct ent_warning *w = ent_arena_alloc(a, sizeof(*w));
	int rc;

	if (!p || !w)
		return ent_x_nomem(err);
	*p = (struct proving){ .x = x, .a = a, .g = g };
	rc = find_receiver(p, to, err);
	if (rc == 0)
		rc = find_object(p, object, version, err);
	if (rc == 0)
		rc = find_receipt(p, err);
	if (rc == 0)
		rc = find_entries(p, err);
	if (rc == 0)
		rc = read_salt(p, err);
	if (rc == 0)
		rc = find_checkpoint(p, err);
	if (rc == 0)
		rc = find_papers(p, err);
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

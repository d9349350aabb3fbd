/* SPDX-License-Identifier: Apache-2.0 */
/*
 * warning.c - verifies proofs of warning: the form, the parties, the agreement, the delivery.
 */
#include "proof/warning_int.h"

#include "base/enc.h"
#include "base/limits.h"
#include "proof/entry.h"
#include "proof/envelope.h"
#include "proof/fields.h"

/* The members of a proof, and the first form that has each. */
static const struct {
	const char *name;
	int form;
} members[] = {
	{ "entente_proof", 1 },    { "object", 1 },        { "sender", 1 },
	{ "receiver", 1 },         { "document", 1 },      { "sender_accepts", 1 },
	{ "receiver_accepts", 1 }, { "release", 1 },       { "salt", 1 },
	{ "receipt", 1 },          { "page", 1 },          { "receipt_entry", 1 },
	{ "checkpoint", 1 },       { "fields", 2 },        { "delivery", 2 },
	{ "messages", 2 },         { "sender_before", 2 }, { "receiver_before", 2 },
};
#define FORMS 2

/* Canonical, with these members and no other: there is one file for one proof. */
static int
check_form(struct ent_proving *r, struct ent_str text, struct ent_err *err)
{
	size_t known = 0, n;
	struct ent_str canon;
	/* the messages' objects stand three levels down */
	int rc = ent_json_parse(r->a, text, ENT_JSON_DEPTH + 4, &r->v, err);

	if (rc)
		return ent_within(err, rc, "proof of warning");
	n = ent_json_count(r->v);
	if (!ent_json_int(ent_json_getc(r->v, "entente_proof"), &r->form))
		return ent_fail(err, ENT_EPARSE, "it is no proof of warning");
	if (r->form < 1 || r->form > FORMS)
		return ent_fail(err, ENT_EPARSE,
		                "it is a proof of warning of form %lld, and 1 to %d are known "
		                "here: made by a newer program?",
		                (long long)r->form, FORMS);
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		known += members[i].form <= r->form && ent_json_getc(r->v, members[i].name);
	if (known != n)
		return ent_fail(err, ENT_EPARSE,
		                "the proof has a member that no proof of form %lld has",
		                (long long)r->form);
	canon = ent_json_canon(r->a, r->v);
	if (!canon.p)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	return ent_str_eq(canon, text)
	           ? 0
	           : ent_fail(err, ENT_EPARSE,
	                      "the proof isn't in canonical form (RFC 8785): it was edited");
}

static int
parse(struct ent_proving *r, const char *member, struct ent_envelope *e, struct ent_err *err)
{
	struct ent_str raw = ent_json_raw(ent_json_getc(r->v, member));
	int rc = raw.p ? ent_envelope_parse(r->a, raw, e, err)
	               : ent_fail(err, ENT_EPARSE, "it is missing");

	if (rc == 0 && e->signatures != 1)
		rc = ent_fail(err, ENT_EPARSE, "it has more than one signature");
	return rc ? ent_within(err, rc, "%s", member) : 0;
}

static int
open_member(struct ent_proving *r, const char *member, enum ent_envelope_type type,
            const char *kind, const struct ent_key_history *keys, struct ent_envelope *e,
            struct ent_err *err)
{
	struct ent_str alone;
	int rc = parse(r, member, e, err);

	if (rc == 0)
		rc = ent_envelope_open_at(r->a, e, type, kind, keys, err);
	if (rc == 0)
		rc = ent_envelope_remake(r->a, e, &alone, err);
	/* a member that nobody signed would make another file of the same proof */
	if (rc == 0 && !ent_str_eq(alone, ent_json_raw(ent_json_getc(r->v, member))))
		rc = ent_fail(err, ENT_EPARSE, "more than an envelope has");
	return rc ? ent_within(err, rc, "%s", member) : 0;
}

/* An envelope has three members, and a signature two: nothing that nobody signed. */
static bool
bare(const struct ent_json *v)
{
	const struct ent_json *list = ent_json_getc(v, "signatures");

	for (size_t i = 0; i < ent_json_count(list); i++)
		if (ent_json_count(ent_json_at(list, i)) != 2)
			return false;
	return ent_json_count(v) == 3 && ent_json_count(list) <= 2;
}

/* The cards of a party, each following the one before it; the agreement says whose they are. */
static int
check_cards(struct ent_proving *r, const char *member, const char *before,
            struct ent_warning_party *p, struct ent_err *err)
{
	const struct ent_json *list = ent_json_getc(r->v, before),
			      *card = ent_json_getc(r->v, member);
	size_t n = ent_json_count(list);
	struct ent_str *cards = ent_arena_array(r->a, n + 1, sizeof(*cards));
	bool fine = bare(card);
	struct ent_card last;
	int rc;

	if (!cards)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		cards[i] = ent_json_raw(ent_json_at(list, i));
		fine &= bare(ent_json_at(list, i));
	}
	cards[n] = ent_json_raw(card);
	if (!fine || (list && (n == 0 || !ent_json_is(list, ENT_JSON_ARRAY))))
		return ent_fail(err, ENT_EPARSE, "%s: not cards", member);
	rc = ent_cards_read(r->a, cards, n + 1, &last, &p->keys, err);
	if (rc)
		return ent_within(err, rc, "%s", member);
	p->id = last.party;
	p->name = last.name;
	p->host = last.host;
	memcpy(p->sign, last.sign, ENT_PUB);
	return 0;
}

/* The key that the document gives a party must have been that of its card. */
static int
check_party(const struct ent_envelope *document, const struct ent_warning_party *p,
            struct ent_err *err)
{
	const struct ent_json *parties = ent_json_getc(document->json, "parties");

	for (size_t i = 0; i < ent_json_count(parties); i++) {
		const struct ent_json *v = ent_json_at(parties, i);
		uint8_t key[ENT_PUB];

		if (!ent_str_eq(ent_json_getstr(v, "id"), p->id))
			continue;
		if (ent_unb64_n(ent_json_getstr(v, "key"), key, ENT_PUB) ||
		    !ent_sign_key_was(&p->keys, key, document->at))
			return ent_fail(err, ENT_ESIG,
			                "document: it gives %.*s another signing key than the "
			                "card",
			                ENT_FMT(p->name));
		return 0;
	}
	return ent_fail(err, ENT_ESIG, "document: %.*s is no party of it", ENT_FMT(p->name));
}

/* A party has signed that it takes this document and no other. */
static int
check_accepts(struct ent_proving *r, const char *member, struct ent_warning_party *p,
              struct ent_err *err)
{
	struct ent_envelope e;
	struct ent_str act;
	int rc = open_member(r, member, ENT_ENV_STATEMENT, "statement", &p->keys, &e, err);

	if (rc)
		return rc;
	act = ent_json_getstr(e.json, "act");
	p->agreed = e.at;
	if (!ent_str_eq(e.by, p->id) ||
	    !(ent_str_is(act, "accept") || ent_str_is(act, "propose")) ||
	    !ent_str_eq(ent_json_getstr(e.json, "agreement"), r->out->agreement) ||
	    !ent_str_eq(ent_json_getstr(e.json, "document"), r->out->document))
		return ent_fail(err, ENT_ESIG, "%s: it isn't that %.*s accepts this document",
		                member, ENT_FMT(p->name));
	return 0;
}

static int
check_agreement(struct ent_proving *r, struct ent_err *err)
{
	struct ent_warning *out = r->out;
	const struct ent_json *body;
	struct ent_envelope e;
	struct ent_str by;
	int rc = parse(r, "document", &e, err);

	if (rc)
		return rc;
	/* either party may have written it */
	by = ent_envelope_claims(r->a, &e);
	rc = open_member(r, "document", ENT_ENV_AGREEMENT, "agreement",
	                 ent_str_eq(by, out->receiver.id) ? &out->receiver.keys
	                                                  : &out->sender.keys,
	                 &e, err);
	if (rc)
		return rc;
	body = e.json;
	out->agreement = ent_json_getstr(body, "id");
	out->title = ent_json_getstr(body, "title");
	out->document = ent_hex_dup(r->a, e.sha256, ENT_SHA256);
	rc = check_party(&e, &out->sender, err);
	if (rc == 0)
		rc = check_party(&e, &out->receiver, err);
	if (rc == 0)
		rc = check_accepts(r, "sender_accepts", &out->sender, err);
	if (rc == 0)
		rc = check_accepts(r, "receiver_accepts", &out->receiver, err);
	return rc;
}

static bool
number(const struct ent_json *v, const char *key, uint64_t *out)
{
	int64_t n;

	if (!ent_json_int(ent_json_getc(v, key), &n) || n < 0)
		return false;
	*out = (uint64_t)n;
	return true;
}

/* ---- what was sent ---- */

/* Of an object of which properties are kept back the others stand under the entry's root. */
static int
check_shown(struct ent_proving *r, const struct ent_json *object, const struct ent_json *entry,
            struct ent_err *err)
{
	const struct ent_json *fields = ent_json_getc(r->v, "fields");
	struct ent_hash root, stands;
	int rc = ent_fields_check(r->a, object, fields, &root, &r->out->hidden, err);

	if (rc)
		return rc;
	if (!ent_json_is(fields, ENT_JSON_ARRAY) || r->out->hidden == 0 ||
	    ent_json_getc(r->v, "salt") || ent_json_getc(r->v, "page"))
		return ent_fail(err, ENT_EPARSE,
		                "fields: nothing is kept back, or what would betray it is in "
		                "the proof");
	if (ent_unhex_lower(ent_json_getstr(entry, "fields"), stands.b, ENT_HASH) ||
	    memcmp(&stands, &root, sizeof(root)) != 0)
		return ent_fail(err, ENT_ESIG,
		                "release: the ledger's entry is about another object than "
		                "these properties are of");
	if (!ent_str_eq(ent_json_getstr(entry, "to"), r->out->agreement))
		return ent_fail(err, ENT_ESIG, "release: it was under another agreement");
	return 0;
}

/* A file of the older form would show less than its maker's ledger has. */
static int
check_age(const struct ent_proving *r, const struct ent_json *entry, struct ent_err *err)
{
	if (r->form == (ent_json_getc(entry, "fields") ? 2 : 1))
		return 0;
	return ent_fail(err, ENT_ESIG,
	                r->form == 1
	                    ? "downgraded: this entry was made by a program that writes "
	                      "proofs of form 2, and the file says form 1"
	                    : "this entry is of the days of form 1, and the file says "
	                      "form 2");
}

static int
check_release(struct ent_proving *r, const struct ent_proof_ledger *l, struct ent_err *err)
{
	const struct ent_json *object = ent_json_getc(r->v, "object"), *entry;
	struct ent_warning *out = r->out;
	int rc = ent_proof_entry(r, ent_json_getc(r->v, "release"), false, l, "release", &entry,
	                         &out->released, err);

	out->object = ent_json_getstr(object, "id");
	out->version = ent_json_getstr(object, "modified");
	if (!out->version.p)
		out->version = ent_json_getstr(object, "created");
	if (!out->version.p)
		out->version = ENT_STR("");
	if (rc == 0 && !out->object.n)
		rc = ent_fail(err, ENT_EPARSE, "the object is none");
	if (rc == 0)
		rc = check_age(r, entry, err);
	if (rc == 0 && ent_json_getc(r->v, "fields"))
		rc = check_shown(r, object, entry, err);
	else if (rc == 0)
		rc = ent_release_fits(r->a, entry, object, ent_json_getstr(r->v, "salt"),
		                      out->agreement, r->sha256, err);
	if (rc == 0 && (!number(entry, "seq", &out->seq) || out->seq == 0))
		rc = ent_fail(err, ENT_ESIG, "it has no number on the channel");
	if (rc == 0 && out->hidden == 0) {
		out->sha256 = ent_hex_dup(r->a, r->sha256, ENT_SHA256);
		rc = out->sha256.p ? 0 : ent_fail(err, ENT_ENOMEM, "out of memory");
	}
	return rc ? ent_within(err, rc, "release") : 0;
}

/* ---- what was receipted ---- */

struct range {
	uint64_t first, last, count, refused;
	struct ent_str root; /* hex */
};

static bool
read_range(const struct ent_json *v, struct range *out)
{
	out->root = ent_json_getstr(v, "root");
	return number(v, "first", &out->first) && number(v, "last", &out->last) &&
	       number(v, "count", &out->count) && number(v, "refused", &out->refused) &&
	       out->root.n;
}

/* The object is a leaf of what was receipted.  Of one with properties kept back the hash would
 * betray them: it was receipted if all numbers of the page were. */
static int
check_place(struct ent_proving *r, const struct range *range, struct ent_err *err)
{
	const struct ent_json *page = ent_json_getc(r->v, "page");
	struct ent_hash leaf, root, proof[ENT_LEDGER_PROOF_MAX];
	uint64_t index;
	size_t count;

	if (r->out->hidden) {
		if (range->refused == 0 && range->count - 1 == range->last - range->first)
			return 0;
		return ent_fail(err, ENT_ESIG,
		                "receipt: it is for a page of which not all was taken, so it "
		                "says nothing of an object that is not shown whole");
	}
	if (ent_json_count(page) != 2 || ent_proof_path(page, &index, proof, &count))
		return ent_fail(err, ENT_EPARSE, "page: not a place with its proof");
	ent_leaf_hash((struct ent_str){ (const char *)r->sha256, ENT_SHA256 }, &leaf);
	if (ent_unhex(range->root, root.b, ENT_HASH) ||
	    ent_check_inclusion(&leaf, index, range->count, proof, count, &root))
		return ent_fail(err, ENT_ESIG,
		                "receipt: this object is not among those that "
		                "were receipted");
	return 0;
}

/* The receiver's own ledger has the page too. */
static int
check_delivery(struct ent_proving *r, const struct range *receipt, struct ent_err *err)
{
	const struct ent_json *v = ent_json_getc(r->v, "delivery"), *entry;
	struct ent_warning *out = r->out;
	struct ent_proof_ledger l;
	struct range range;
	int rc;

	if (!v)
		return 0;
	rc = ent_proof_ledger(r, ent_json_getstr(v, "checkpoint"), &out->receiver, &out->sender,
	                      &l, err);
	if (rc == 0)
		rc = ent_proof_entry(r, v, true, &l, "delivery", &entry, &out->stored, err);
	if (rc == 0 &&
	    (!read_range(entry, &range) || range.first != receipt->first ||
	     range.last != receipt->last || range.count != receipt->count ||
	     range.refused != receipt->refused || !ent_str_eq(range.root, receipt->root) ||
	     !ent_str_eq(ent_json_getstr(entry, "from"), out->sender.id)))
		rc = ent_fail(err, ENT_ESIG, "the entry is about another page");
	return rc ? ent_within(err, rc, "delivery") : 0;
}

/* The receiver signed a root over the page. */
static int
check_receipt(struct ent_proving *r, struct ent_err *err)
{
	struct ent_warning *out = r->out;
	struct ent_envelope e;
	struct range range;
	int rc =
	    open_member(r, "receipt", ENT_ENV_RECEIPT, "receipt", &out->receiver.keys, &e, err);

	if (rc)
		return rc;
	out->receipted = e.at;
	r->receipt_sha256 = ent_hex_dup(r->a, e.sha256, ENT_SHA256);
	if (!r->receipt_sha256.p)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	if (!ent_str_eq(e.by, out->receiver.id) ||
	    !ent_str_eq(ent_json_getstr(e.json, "agreement"), out->agreement) ||
	    !read_range(e.json, &range) || out->seq < range.first || out->seq > range.last)
		return ent_fail(err, ENT_ESIG,
		                "receipt: it isn't %.*s's for this object's number under this "
		                "agreement",
		                ENT_FMT(out->receiver.name));
	rc = check_place(r, &range, err);
	return rc ? rc : check_delivery(r, &range, err);
}

/* The receipt itself stands in the cosigned ledger: it was there before the cosignature. */
static int
check_receipt_entry(struct ent_proving *r, const struct ent_proof_ledger *l,
                    struct ent_err *err)
{
	const struct ent_json *entry;
	int64_t at;
	int rc = ent_proof_entry(r, ent_json_getc(r->v, "receipt_entry"), false, l, "receipt",
	                         &entry, &at, err);

	if (rc == 0 && !ent_str_eq(ent_json_getstr(entry, "sha256"), r->receipt_sha256))
		rc = ent_fail(err, ENT_ESIG, "it is about another receipt");
	return rc ? ent_within(err, rc, "receipt_entry") : 0;
}

static int
check_delivered(struct ent_proving *r, struct ent_err *err)
{
	struct ent_warning *out = r->out;
	struct ent_proof_ledger l;
	int rc = ent_proof_ledger(r, ent_json_getstr(r->v, "checkpoint"), &out->sender,
	                          &out->receiver, &l, err);

	if (rc)
		return rc;
	out->cosigned = l.cosigned;
	out->size = l.cp.size;
	rc = check_release(r, &l, err);
	if (rc == 0)
		rc = check_receipt(r, err);
	if (rc == 0)
		rc = check_receipt_entry(r, &l, err);
	return rc;
}

int
ent_warning_verify(struct ent_arena *a, struct ent_str text, struct ent_warning *out,
                   struct ent_err *err)
{
	struct ent_proving r = { .a = a, .out = out };
	int rc;

	memset(out, 0, sizeof(*out));
	if (text.n > ENT_PROOF_FILE_MAX)
		return ent_fail(err, ENT_ELIMIT, "larger than any proof of warning");
	rc = check_form(&r, text, err);
	if (rc == 0)
		rc = check_cards(&r, "sender", "sender_before", &out->sender, err);
	if (rc == 0)
		rc = check_cards(&r, "receiver", "receiver_before", &out->receiver, err);
	if (rc == 0 && ent_str_eq(out->sender.id, out->receiver.id))
		rc = ent_fail(err, ENT_ESIG, "sender and receiver are the same");
	if (rc == 0)
		rc = check_agreement(&r, err);
	if (rc == 0)
		rc = check_delivered(&r, err);
	if (rc == 0)
		rc = ent_proof_messages(&r, err);
	return rc;
}

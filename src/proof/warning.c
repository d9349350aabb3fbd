/* SPDX-License-Identifier: Apache-2.0 */
/*
 * warning.c - writes and verifies proofs of warning.
 */
#include "proof/warning.h"

#include <entente/json.h>
#include <entente/ledger.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/limits.h"
#include "base/time.h"
#include "proof/envelope.h"
#include "json/write.h"

/* ---- writing ---- */

static void
write_leaf(struct ent_jw *w, const char *key, const struct ent_warning_leaf *l)
{
	ent_jw_key(w, key);
	ent_jw_object(w);
	if (l->entry.p)
		ent_jw_kstr(w, "entry", l->entry);
	ent_jw_kint(w, "index", (int64_t)l->index);
	ent_jw_kraw(w, "proof", l->proof);
	ent_jw_end_object(w);
}

struct ent_str
ent_warning_print(struct ent_arena *a, const struct ent_warning_parts *p)
{
	const struct ent_json *v;
	struct ent_str raw;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, ENT_PROOF_FILE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kint(&w, "entente_proof", 1);
	ent_jw_kraw(&w, "object", p->object);
	ent_jw_kraw(&w, "sender", p->cards[0]);
	ent_jw_kraw(&w, "receiver", p->cards[1]);
	ent_jw_kraw(&w, "document", p->document);
	ent_jw_kraw(&w, "sender_accepts", p->statements[0]);
	ent_jw_kraw(&w, "receiver_accepts", p->statements[1]);
	write_leaf(&w, "release", &p->release);
	if (p->salt.p)
		ent_jw_kstr(&w, "salt", p->salt);
	ent_jw_kraw(&w, "receipt", p->receipt);
	write_leaf(&w, "page", &p->page);
	write_leaf(&w, "receipt_entry", &p->receipt_entry);
	ent_jw_kstr(&w, "checkpoint", p->checkpoint);
	ent_jw_end_object(&w);
	raw = ent_buf_done(&b, a);
	ent_buf_release(&b);
	if (!raw.p || ent_json_parse(a, raw, ENT_JSON_DEPTH + 1, &v, NULL))
		return (struct ent_str){ NULL, 0 };
	return ent_json_canon(a, v);
}

/* ---- verifying ---- */

struct reading {
	struct ent_arena *a;
	const struct ent_json *v;
	struct ent_warning *out;
	struct ent_checkpoint cp;
	struct ent_str receipt_sha256; /* hex */
	uint8_t sha256[ENT_SHA256];    /* of the object */
};

static const char *const members[] = {
	"entente_proof",  "object",           "sender",     "receiver", "document",
	"sender_accepts", "receiver_accepts", "release",    "salt",     "receipt",
	"page",           "receipt_entry",    "checkpoint",
};

/* Canonical, with these members and no other: there is one file for one proof. */
static int
check_form(struct reading *r, struct ent_str text, struct ent_err *err)
{
	size_t known = 0, n;
	struct ent_str canon;
	int64_t v = 0;
	int rc = ent_json_parse(r->a, text, ENT_JSON_DEPTH + 1, &r->v, err);

	if (rc)
		return ent_within(err, rc, "proof of warning");
	n = ent_json_count(r->v);
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		known += ent_json_getc(r->v, members[i]) != NULL;
	if (!ent_json_int(ent_json_getc(r->v, "entente_proof"), &v))
		return ent_fail(err, ENT_EPARSE, "it is no proof of warning");
	if (v != 1)
		return ent_fail(err, ENT_EPARSE,
		                "it is a proof of warning of form %lld, and 1 is known here: "
		                "made by a newer program?",
		                (long long)v);
	if (known != n)
		return ent_fail(err, ENT_EPARSE,
		                "the proof has a member that no proof of form 1 has");
	canon = ent_json_canon(r->a, r->v);
	if (!canon.p)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	return ent_str_eq(canon, text)
	           ? 0
	           : ent_fail(err, ENT_EPARSE,
	                      "the proof isn't in canonical form (RFC 8785): it was edited");
}

static int
parse(struct reading *r, const char *member, struct ent_envelope *e, struct ent_err *err)
{
	struct ent_str raw = ent_json_raw(ent_json_getc(r->v, member));
	int rc = raw.p ? ent_envelope_parse(r->a, raw, e, err)
	               : ent_fail(err, ENT_EPARSE, "it is missing");

	if (rc == 0 && e->signatures != 1)
		rc = ent_fail(err, ENT_EPARSE, "it has more than one signature");
	return rc ? ent_within(err, rc, "%s", member) : 0;
}

static int
open_member(struct reading *r, const char *member, enum ent_envelope_type type,
            const char *kind, const uint8_t pub[ENT_PUB], struct ent_envelope *e,
            struct ent_err *err)
{
	int rc = parse(r, member, e, err);

	if (rc == 0)
		rc = ent_envelope_open(r->a, e, type, kind, pub, err);
	return rc ? ent_within(err, rc, "%s", member) : 0;
}

/* A card, signed with the key that it names; the agreement says whose key that is. */
static int
check_card(struct reading *r, const char *member, struct ent_warning_party *p,
           struct ent_err *err)
{
	const struct ent_json *body, *keys, *identity;
	struct ent_envelope e;
	int rc = parse(r, member, &e, err);

	if (rc == 0)
		rc = ent_json_parse(r->a, e.body, ENT_ENVELOPE_DEPTH, &body, err);
	if (rc)
		return rc;
	keys = ent_json_getc(body, "keys");
	identity = ent_json_getc(body, "identity");
	if (ent_unb64_n(ent_json_getstr(keys, "sign"), p->sign, ENT_PUB) ||
	    ent_unb64_n(ent_json_getstr(keys, "ledger"), p->ledger, ENT_PUB) ||
	    ent_unb64_n(ent_json_getstr(keys, "witness"), p->witness, ENT_PUB))
		return ent_fail(err, ENT_EPARSE, "%s: the card has not its three keys", member);
	rc = open_member(r, member, ENT_ENV_CARD, "card", p->sign, &e, err);
	if (rc)
		return rc;
	p->id = e.by;
	p->name = ent_json_getstr(identity, "name");
	p->host = ent_json_getstr(body, "host");
	if (!p->name.n || !p->host.n || !ent_str_eq(ent_json_getstr(identity, "id"), p->id))
		return ent_fail(err, ENT_EPARSE, "%s: the card names nobody", member);
	return 0;
}

/* The key that the document gives a party must be that of its card. */
static int
check_party(struct reading *r, const struct ent_json *parties,
            const struct ent_warning_party *p, struct ent_err *err)
{
	(void)r;
	for (size_t i = 0; i < ent_json_count(parties); i++) {
		const struct ent_json *v = ent_json_at(parties, i);
		uint8_t key[ENT_PUB];

		if (!ent_str_eq(ent_json_getstr(v, "id"), p->id))
			continue;
		if (ent_unb64_n(ent_json_getstr(v, "key"), key, ENT_PUB) ||
		    memcmp(key, p->sign, ENT_PUB) != 0)
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
check_accepts(struct reading *r, const char *member, struct ent_warning_party *p,
              struct ent_err *err)
{
	struct ent_envelope e;
	struct ent_str act;
	int rc = open_member(r, member, ENT_ENV_STATEMENT, "statement", p->sign, &e, err);

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
check_agreement(struct reading *r, struct ent_err *err)
{
	struct ent_warning *out = r->out;
	const struct ent_json *body, *parties;
	struct ent_envelope e;
	struct ent_str by;
	int rc = parse(r, "document", &e, err);

	if (rc)
		return rc;
	/* either party may have written it */
	by = ent_envelope_claims(r->a, &e);
	rc = open_member(
	    r, "document", ENT_ENV_AGREEMENT, "agreement",
	    ent_str_eq(by, out->receiver.id) ? out->receiver.sign : out->sender.sign, &e, err);
	if (rc)
		return rc;
	body = e.json;
	parties = ent_json_getc(body, "parties");
	out->agreement = ent_json_getstr(body, "id");
	out->title = ent_json_getstr(body, "title");
	out->document = ent_hex_dup(r->a, e.sha256, ENT_SHA256);
	rc = check_party(r, parties, &out->sender, err);
	if (rc == 0)
		rc = check_party(r, parties, &out->receiver, err);
	if (rc == 0)
		rc = check_accepts(r, "sender_accepts", &out->sender, err);
	if (rc == 0)
		rc = check_accepts(r, "receiver_accepts", &out->receiver, err);
	return rc;
}

/* The sender's ledger, as its key signed it and the receiver cosigned it; nobody else's line.
 */
static int
check_checkpoint(struct reading *r, struct ent_err *err)
{
	struct ent_warning *out = r->out;
	struct ent_str note = ent_json_getstr(r->v, "checkpoint"), origin, witness;
	struct ent_cosignature cs;
	size_t lines = 0;
	int rc;

	origin = ent_arena_printf(r->a, "%.*s/entente/%.*s", ENT_FMT(out->sender.host),
	                          ENT_FMT(out->agreement));
	witness = ent_arena_printf(r->a, "%.*s/entente", ENT_FMT(out->receiver.host));
	if (!origin.p || !witness.p)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	for (size_t i = 0; i < note.n; i++)
		lines += note.p[i] == '\n';
	if (lines != 6)
		return ent_fail(err, ENT_EPARSE,
		                "checkpoint: it isn't a note with two signatures");
	rc = ent_checkpoint_open(note, out->sender.ledger, &r->cp, err);
	if (rc == 0 && !ent_str_eq(r->cp.origin, origin))
		rc = ent_fail(err, ENT_ESIG, "it is of another ledger than %.*s",
		              ENT_FMT(origin));
	if (rc == 0)
		rc = ent_cosignature_find(note, witness, out->receiver.witness, &cs, err);
	if (rc == ENT_ENOENT)
		rc = ent_fail(err, ENT_ESIG, "it is not cosigned by %.*s", ENT_FMT(witness));
	if (rc)
		return ent_within(err, rc, "checkpoint");
	if (cs.time > INT64_MAX / 1000000)
		return ent_fail(err, ENT_ESIG,
		                "checkpoint: cosigned at a time beyond reckoning");
	out->cosigned = cs.time * 1000000;
	out->size = r->cp.size;
	return 0;
}

/* Index and hashes of a leaf. */
static int
read_path(const struct ent_json *v, uint64_t *index, struct ent_hash *proof, size_t *count)
{
	const struct ent_json *list = ent_json_getc(v, "proof");
	int64_t at;

	*count = ent_json_count(list);
	if (!ent_json_is(list, ENT_JSON_ARRAY) || *count > ENT_LEDGER_PROOF_MAX ||
	    !ent_json_int(ent_json_getc(v, "index"), &at) || at < 0)
		return ENT_EPARSE;
	*index = (uint64_t)at;
	for (size_t i = 0; i < *count; i++)
		if (ent_unb64_n(ent_json_str(ent_json_at(list, i)), proof[i].b, ENT_HASH))
			return ENT_EPARSE;
	return 0;
}

/* An entry that stands in the cosigned ledger; *out is what it says. */
static int
check_entry(struct reading *r, const char *member, const char *kind,
            const struct ent_json **out, int64_t *at, struct ent_err *err)
{
	const struct ent_json *v = ent_json_getc(r->v, member);
	struct ent_hash leaf, proof[ENT_LEDGER_PROOF_MAX];
	struct ent_str entry = ent_json_getstr(v, "entry");
	uint64_t index;
	size_t count;
	int rc;

	if (ent_json_count(v) != 3 || !entry.n || read_path(v, &index, proof, &count))
		return ent_fail(err, ENT_EPARSE, "%s: not an entry with its proof", member);
	ent_leaf_hash(entry, &leaf);
	if (ent_check_inclusion(&leaf, index, r->cp.size, proof, count, &r->cp.root))
		return ent_fail(err, ENT_ESIG,
		                "%s: this entry does not stand in the ledger that was signed",
		                member);
	rc = ent_json_parse(r->a, entry, ENT_ENVELOPE_DEPTH, out, err);
	if (rc)
		return ent_within(err, rc, "%s", member);
	if (!ent_str_is(ent_json_getstr(*out, "kind"), kind) ||
	    ent_time_parse(ent_json_getstr(*out, "at"), at, NULL))
		return ent_fail(err, ENT_ESIG, "%s: the entry is no %s with a time", member,
		                kind);
	return 0;
}

/* The entry's hash is the object's; where the object could be guessed, with a salt. */
static int
check_release(struct reading *r, struct ent_err *err)
{
	const struct ent_json *object = ent_json_getc(r->v, "object"), *entry;
	struct ent_str salt = ent_json_getstr(r->v, "salt"), canon, hex, stands, version;
	struct ent_warning *out = r->out;
	uint8_t bytes[16], hash[ENT_SHA256];
	int64_t seq;
	int rc = check_entry(r, "release", "release", &entry, &out->released, err);

	if (rc)
		return rc;
	canon = ent_json_canon(r->a, object);
	out->object = ent_json_getstr(object, "id");
	version = ent_json_getstr(object, "modified");
	out->version = version.p ? version : ent_json_getstr(object, "created");
	if (!out->version.p)
		out->version = ENT_STR("");
	if (!canon.p || !out->object.n)
		return ent_fail(err, ENT_EPARSE, "object: it is none");
	ent_sha256(canon, r->sha256);
	memcpy(hash, r->sha256, sizeof(hash));
	stands = ent_json_getstr(entry, salt.p ? "salted" : "sha256");
	if (salt.p) {
		struct ent_str parts[3] = { { (const char *)bytes, sizeof(bytes) },
			                    out->object,
			                    { (const char *)r->sha256, ENT_SHA256 } };

		if (ent_unhex(salt, bytes, sizeof(bytes)) ||
		    !ent_str_eq(salt, ent_hex_dup(r->a, bytes, sizeof(bytes))))
			return ent_fail(err, ENT_EPARSE, "salt: not 16 bytes in hex");
		ent_sha256_parts(parts, 3, hash);
	}
	hex = ent_hex_dup(r->a, hash, ENT_SHA256);
	out->sha256 = ent_hex_dup(r->a, r->sha256, ENT_SHA256);
	if (!hex.p || !out->sha256.p)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	if (!ent_str_eq(stands, hex))
		return ent_fail(err, ENT_ESIG,
		                "release: the ledger's entry is about other bytes than this "
		                "object");
	if (!ent_str_eq(ent_json_getstr(entry, "to"), out->agreement) ||
	    !ent_json_int(ent_json_getc(entry, "seq"), &seq) || seq < 1)
		return ent_fail(err, ENT_ESIG, "release: it was under another agreement");
	out->seq = (uint64_t)seq;
	return 0;
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

/* The receiver signed a root over the page, and the object is a leaf of it. */
static int
check_receipt(struct reading *r, struct ent_err *err)
{
	const struct ent_json *page = ent_json_getc(r->v, "page");
	struct ent_hash leaf, root, proof[ENT_LEDGER_PROOF_MAX];
	struct ent_warning *out = r->out;
	uint64_t index, first, last, n;
	struct ent_envelope e;
	size_t count;
	int rc =
	    open_member(r, "receipt", ENT_ENV_RECEIPT, "receipt", out->receiver.sign, &e, err);

	if (rc)
		return rc;
	out->receipted = e.at;
	r->receipt_sha256 = ent_hex_dup(r->a, e.sha256, ENT_SHA256);
	if (!r->receipt_sha256.p)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	if (!ent_str_eq(e.by, out->receiver.id) ||
	    !ent_str_eq(ent_json_getstr(e.json, "agreement"), out->agreement) ||
	    !number(e.json, "first", &first) || !number(e.json, "last", &last) ||
	    !number(e.json, "count", &n) || out->seq < first || out->seq > last ||
	    ent_unhex(ent_json_getstr(e.json, "root"), root.b, ENT_HASH))
		return ent_fail(err, ENT_ESIG,
		                "receipt: it isn't %.*s's for this object's number under this "
		                "agreement",
		                ENT_FMT(out->receiver.name));
	if (ent_json_count(page) != 2 || read_path(page, &index, proof, &count))
		return ent_fail(err, ENT_EPARSE, "page: not a place with its proof");
	ent_leaf_hash((struct ent_str){ (const char *)r->sha256, ENT_SHA256 }, &leaf);
	if (ent_check_inclusion(&leaf, index, n, proof, count, &root))
		return ent_fail(err, ENT_ESIG,
		                "receipt: this object is not among those that "
		                "were receipted");
	return 0;
}

/* The receipt itself stands in the cosigned ledger: it was there before the cosignature. */
static int
check_receipt_entry(struct reading *r, struct ent_err *err)
{
	const struct ent_json *entry;
	int64_t at;
	int rc = check_entry(r, "receipt_entry", "receipt", &entry, &at, err);

	if (rc == 0 && !ent_str_eq(ent_json_getstr(entry, "sha256"), r->receipt_sha256))
		rc = ent_fail(err, ENT_ESIG, "receipt_entry: it is about another receipt");
	return rc;
}

int
ent_warning_verify(struct ent_arena *a, struct ent_str text, struct ent_warning *out,
                   struct ent_err *err)
{
	struct reading r = { .a = a, .out = out };
	int rc;

	*out = (struct ent_warning){ 0 };
	if (text.n > ENT_PROOF_FILE_MAX)
		return ent_fail(err, ENT_ELIMIT, "larger than any proof of warning");
	rc = check_form(&r, text, err);
	if (rc == 0)
		rc = check_card(&r, "sender", &out->sender, err);
	if (rc == 0)
		rc = check_card(&r, "receiver", &out->receiver, err);
	if (rc == 0 && ent_str_eq(out->sender.id, out->receiver.id))
		rc = ent_fail(err, ENT_ESIG, "sender and receiver are the same");
	if (rc == 0)
		rc = check_agreement(&r, err);
	if (rc == 0)
		rc = check_checkpoint(&r, err);
	if (rc == 0)
		rc = check_release(&r, err);
	if (rc == 0)
		rc = check_receipt(&r, err);
	if (rc == 0)
		rc = check_receipt_entry(&r, err);
	return rc;
}

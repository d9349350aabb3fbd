/* SPDX-License-Identifier: Apache-2.0 */
/*
 * take.c - taking documents and statements of counterparts: all that is hostile about an
 * agreement comes in here.
 */
#include "base/enc.h"
#include "base/map.h"
#include "exchange/agreement_int.h"
#include "exchange/exchange_int.h"
#include "exchange/peer.h"
#include "exchange/rejudge.h"

/*
 * How far ahead of our clock a counterpart's statement may be dated, and how far before the
 * document that it is about: two clocks may differ, but not by more than a day.
 */
#define SKEW_US (INT64_C(86400) * 1000000)

/* A document as statements name it. */
struct known {
	struct ent_str sha256;
	int64_t at;
	struct ent_agreement *g;
};

struct taking {
	struct ent_exchange *x;
	struct ent_arena *a;
	struct ent_str id, from;
	struct known *doc;
	size_t docs;
	struct ent_map *signed_by; /* party: how much of the kind in hand it has signed */
	size_t *fresh;
};

/* The key of a party: our own, or that of a confirmed peer. */
static int
party_key(struct ent_exchange *x, struct ent_arena *a, struct ent_str party,
          uint8_t key[ENT_PUB], struct ent_err *err)
{
	struct ent_peer p;
	int rc;

	if (ent_str_is(party, x->c.party)) {
		memcpy(key, x->c.keys->key[ENT_KEY_SIGN].pub, ENT_PUB);
		return 0;
	}
	rc = ent_peer_get(x, a, party, &p, err);
	if (rc == ENT_ENOENT || (rc == 0 && !p.confirmed))
		return ent_fail(err, ENT_EUNUSABLE,
		                "%.*s is not a confirmed peer of this node: enrol it first",
		                ENT_FMT(party));
	if (rc == 0)
		memcpy(key, p.sign_pub, ENT_PUB);
	return rc;
}

/* Verifies one envelope by whoever it says it is from. */
static int
open_one(const struct taking *t, const struct ent_json *v, enum ent_envelope_type type,
         const char *kind, struct ent_envelope *out, struct ent_str *text, struct ent_err *err)
{
	uint8_t key[ENT_PUB];
	int rc;

	*text = ent_json_raw(v);
	if (!ent_json_is(v, ENT_JSON_OBJECT))
		return ent_fail(err, ENT_EPARSE, "%s: not an envelope", kind);
	rc = ent_envelope_parse(t->a, *text, out, err);
	if (rc == 0)
		rc = party_key(t->x, t->a, ent_envelope_claims(t->a, out), key, err);
	if (rc == 0)
		rc = ent_envelope_open(t->a, out, type, kind, key, err);
	if (rc == 0 && out->at > ent_x_now(t->x) + SKEW_US)
		rc = ent_fail(
		    err, ENT_EUNUSABLE,
		    "it is dated more than a day ahead: one of the two clocks is wrong");
	return rc ? ent_within(err, rc, "%s", kind) : 0;
}

/* One more by a party; ENT_ELIMIT above the limit. */
static int
count_one(struct taking *t, struct ent_str by, size_t limit, const char *what,
          struct ent_err *err)
{
	size_t *n = ent_map_get(t->signed_by, by);

	if (!n) {
		n = ent_arena_alloc(t->a, sizeof(*n));
		if (!n || ent_map_put(t->signed_by, by, n))
			return ent_x_nomem(err);
		*n = 0;
	}
	if (++*n > limit)
		return ent_fail(err, ENT_ELIMIT,
		                "%.*s has signed more than %zu %s under this agreement",
		                ENT_FMT(by), limit, what);
	return 0;
}

/* ---- documents ---- */

/* A later version comes from a party of the agreement as it stands, and is between the same
 * ones. */
static int
check_amendment(const struct taking *t, const struct ent_agreement *g, struct ent_str by,
                struct ent_err *err)
{
	struct ent_agreement *now = ent_arena_alloc(t->a, sizeof(*now));
	int rc = now ? ent_agreement_load(t->x, t->a, g->id, now, NULL) : ent_x_nomem(err);

	if (rc == ENT_ENOENT)
		return 0; /* the first that we hear of it */
	if (rc)
		return ent_fail(err, rc, "agreement %.*s can't be read", ENT_FMT(g->id));
	if (now->parties != g->parties || ent_agreement_party(now, by) < 0)
		return ent_fail(err, ENT_EUNUSABLE,
		                "the document is not between the parties of agreement %.*s",
		                ENT_FMT(g->id));
	for (size_t i = 0; i < g->parties; i++)
		if (ent_agreement_party(now, g->party[i].id) < 0)
			return ent_fail(err, ENT_EUNUSABLE,
			                "%.*s is not a party of agreement %.*s",
			                ENT_FMT(g->party[i].name), ENT_FMT(g->id));
	return 0;
}

/* A document binds us only if we and all others are in it under the keys that we know. */
static int
check_document(const struct taking *t, const struct ent_envelope *e, struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	uint8_t key[ENT_PUB];
	int rc = g ? ent_document_read(t->a, e->json, g, err) : ent_x_nomem(err);

	if (rc == 0 && e->body.n > ENT_DOCUMENT_BYTES)
		rc = ent_fail(err, ENT_ELIMIT, "the document has more than %u bytes",
		              ENT_DOCUMENT_BYTES);
	if (rc)
		return rc;
	if (!ent_str_eq(g->id, t->id))
		return ent_fail(err, ENT_EUNUSABLE, "the document is of another agreement");
	if (ent_agreement_party(g, ent_str_c(t->x->c.party)) < 0 ||
	    ent_agreement_party(g, e->by) < 0)
		return ent_fail(err, ENT_EUNUSABLE,
		                "this node or the proposer is not a party of the document");
	if (ent_agreement_party(g, t->from) < 0)
		return ent_fail(err, ENT_EUNUSABLE, "who sent the document is no party of it");
	rc = check_amendment(t, g, e->by, err);
	for (size_t i = 0; rc == 0 && i < g->parties; i++) {
		rc = party_key(t->x, t->a, g->party[i].id, key, err);
		if (rc == 0 && memcmp(key, g->party[i].key, ENT_PUB) != 0)
			rc = ent_fail(err, ENT_ESIG,
			              "the document names another key for %.*s than its card",
			              ENT_FMT(g->party[i].name));
	}
	return rc;
}

static int
take_document(struct taking *t, const struct ent_json *v, struct ent_err *err)
{
	struct ent_envelope e;
	struct ent_str text;
	bool fresh = false;
	int rc = open_one(t, v, ENT_ENV_AGREEMENT, "agreement", &e, &text, err);

	if (rc == 0)
		rc = check_document(t, &e, err);
	if (rc == 0)
		rc = ent_agreement_local(t->x, t->a, t->id, t->from, err);
	if (rc == 0)
		rc = ent_stored_put(t->x, t->a, ENT_SPACE_DOCUMENT, t->id, &e, text, &fresh,
		                    err);
	if (rc == 0 && fresh)
		rc = count_one(t, e.by, ENT_DOCUMENTS_MAX, "documents", err);
	*t->fresh += rc == 0 && fresh;
	return rc;
}

/* Counts what is there of one kind, by its author. */
static int
count_stored(struct taking *t, const struct ent_stored *s, size_t n, struct ent_err *err)
{
	t->signed_by = ent_map_new(t->a);
	if (!t->signed_by)
		return ent_x_nomem(err);
	for (size_t i = 0; i < n; i++) {
		int rc =
		    count_one(t, ent_json_getstr(s[i].body, "by"), SIZE_MAX, "records", err);

		if (rc)
			return rc;
	}
	return 0;
}

static int
take_documents(struct taking *t, const struct ent_json *list, struct ent_err *err)
{
	struct ent_stored *s;
	size_t n;
	int rc = ent_stored_all(t->x, t->a, ENT_SPACE_DOCUMENT, t->id, &s, &n, err);

	if (rc == 0)
		rc = count_stored(t, s, n, err);
	for (size_t i = 0; rc == 0 && i < ent_json_count(list); i++)
		rc = take_document(t, ent_json_at(list, i), err);
	return rc;
}

/* ---- statements ---- */

/* Reads the documents once, for all statements that name them. */
static int
know_documents(struct taking *t, struct ent_err *err)
{
	struct ent_stored *s;
	int rc = ent_stored_all(t->x, t->a, ENT_SPACE_DOCUMENT, t->id, &s, &t->docs, err);

	if (rc == 0 && t->docs == 0)
		rc = ent_fail(err, ENT_ENOENT, "there is no agreement %.*s", ENT_FMT(t->id));
	if (rc)
		return rc;
	t->doc = ent_arena_array(t->a, t->docs, sizeof(*t->doc));
	if (!t->doc)
		return ent_x_nomem(err);
	for (size_t i = 0; i < t->docs; i++) {
		struct known *k = &t->doc[i];

		k->sha256 = s[i].sha256;
		k->g = ent_arena_alloc(t->a, sizeof(*k->g));
		if (!k->g)
			return ent_x_nomem(err);
		rc = ent_document_read(t->a, s[i].body, k->g, err);
		if (rc == 0 && ent_time_parse(ent_json_getstr(s[i].body, "at"), &k->at, NULL))
			rc = ent_fail(err, ENT_ECORRUPT, "a stored document has no time");
		if (rc)
			return rc;
	}
	return 0;
}

/* A statement must be about this agreement and a document that is known, by a party of it. */
static int
check_statement(const struct taking *t, const struct ent_envelope *e, struct ent_err *err)
{
	struct ent_stored s = { .sha256 = ent_hex_dup(t->a, e->sha256, ENT_SHA256),
		                .body = e->json };
	struct ent_statement st;
	int rc = ent_statement_read(&s, &st, err);

	if (rc)
		return rc;
	if (!ent_str_eq(ent_json_getstr(e->json, "agreement"), t->id))
		return ent_fail(err, ENT_EUNUSABLE, "the statement is about another agreement");
	if (st.act == ENT_ACT_ROTATE)
		return ent_fail(err, ENT_EUNUSABLE,
		                "rotate-key has no meaning to this version: enrol anew");
	if (st.reason.n > ENT_REASON_BYTES)
		return ent_fail(err, ENT_ELIMIT, "the reason has more than %d bytes",
		                ENT_REASON_BYTES);
	for (size_t i = 0; i < t->docs; i++) {
		const struct known *k = &t->doc[i];

		if (!ent_str_eq(k->sha256, st.document))
			continue;
		if (ent_agreement_party(k->g, st.by) < 0)
			return ent_fail(err, ENT_EUNUSABLE, "the statement is not by a party");
		if (st.at < k->at - SKEW_US)
			return ent_fail(err, ENT_EUNUSABLE,
			                "the statement is dated before the document that it is "
			                "about");
		return 0;
	}
	return ent_fail(err, ENT_EUNUSABLE,
	                "the statement names a document that this node does not have");
}

static int
take_statement(struct taking *t, const struct ent_json *v, struct ent_err *err)
{
	struct ent_envelope e;
	struct ent_str text;
	bool fresh = false;
	int rc = open_one(t, v, ENT_ENV_STATEMENT, "statement", &e, &text, err);

	if (rc == 0)
		rc = check_statement(t, &e, err);
	if (rc == 0)
		rc = ent_stored_put(t->x, t->a, ENT_SPACE_STATEMENT, t->id, &e, text, &fresh,
		                    err);
	if (rc == 0 && fresh)
		rc = count_one(t, e.by, ENT_STATEMENTS_MAX, "statements", err);
	*t->fresh += rc == 0 && fresh;
	return rc;
}

static int
take_statements(struct taking *t, const struct ent_json *list, struct ent_err *err)
{
	struct ent_stored *s;
	size_t n;
	int rc = know_documents(t, err);

	if (rc == 0)
		rc = ent_stored_all(t->x, t->a, ENT_SPACE_STATEMENT, t->id, &s, &n, err);
	if (rc == 0)
		rc = count_stored(t, s, n, err);
	for (size_t i = 0; rc == 0 && i < ent_json_count(list); i++)
		rc = take_statement(t, ent_json_at(list, i), err);
	return rc;
}

/* ---- the whole ---- */

/* Whoever isn't a party of what is known here learns no more than that it asked for nothing. */
static int
check_sender(const struct taking *t, struct ent_err *err)
{
	struct ent_agreement *now = ent_arena_alloc(t->a, sizeof(*now));
	int rc = now ? ent_agreement_load(t->x, t->a, t->id, now, err) : ent_x_nomem(err);

	if (rc == ENT_ENOENT)
		return 0; /* it may bring it */
	if (rc == 0 && ent_agreement_party(now, t->from) < 0)
		rc = ent_fail(err, ENT_ENOENT, "there is no agreement %.*s", ENT_FMT(t->id));
	return rc;
}

int
ent_agreement_take(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                   struct ent_str from, struct ent_str bundle, size_t *fresh,
                   struct ent_err *err)
{
	struct taking t = { .x = x, .a = a, .id = id, .from = from, .fresh = fresh };
	const struct ent_json *v;
	int rc = ent_json_parse(a, bundle, ENT_ENVELOPE_DEPTH, &v, err);

	*fresh = 0;
	if (rc)
		return rc;
	if (!ent_json_is(v, ENT_JSON_OBJECT))
		return ent_fail(err, ENT_EPARSE, "not an object with documents and statements");
	rc = ent_x_begin(x, err);
	if (rc)
		return rc;
	rc = check_sender(&t, err);
	if (rc == 0)
		rc = take_documents(&t, ent_json_getc(v, "documents"), err);
	if (rc == 0)
		rc = take_statements(&t, ent_json_getc(v, "statements"), err);
	if (rc == 0 && *fresh)
		rc = ent_rejudge(x, a, id, err);
	return ent_x_end(x, rc, err);
}

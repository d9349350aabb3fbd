/* SPDX-License-Identifier: Apache-2.0 */
/*
 * statement.c - signing statements, and taking those of counterparts.
 */
#include <inttypes.h>

#include "base/enc.h"
#include "crypto/random.h"
#include "exchange/agreement_int.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/peer.h"
#include "json/write.h"

/* How far ahead of our clock a counterpart's statement may be dated. */
#define SKEW_US (INT64_C(86400) * 1000000)

static int
next_channel(struct ent_exchange *x, struct ent_arena *a, uint32_t *out, struct ent_err *err)
{
	struct ent_str text;
	uint64_t last = 0;
	int rc =
	    ent_store_doc_get(x->store, a, ENT_SPACE_META, ENT_STR("channels"), &text, err);

	if (rc && rc != ENT_ENOENT)
		return rc;
	if (rc == 0 && ent_str_u64(text, (1u << 19) - 2, &last))
		return ent_fail(err, ENT_ECORRUPT,
		                "the counter of channels is damaged or used up");
	*out = (uint32_t)last + 1;
	text = ent_arena_printf(a, "%" PRIu32, *out);
	return text.p
	           ? ent_store_doc_put(x->store, ENT_SPACE_META, ENT_STR("channels"), text, err)
	           : ent_x_nomem(err);
}

int
ent_agreement_local(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                    struct ent_err *err)
{
	uint32_t out, in;
	struct ent_str text;
	int rc = ent_store_doc_get(x->store, a, ENT_SPACE_AGREEMENT, id, &text, err);

	if (rc != ENT_ENOENT)
		return rc;
	rc = next_channel(x, a, &out, err);
	if (rc == 0)
		rc = next_channel(x, a, &in, err);
	if (rc)
		return rc;
	text =
	    ent_arena_printf(a, "{\"outbound\":%" PRIu32 ",\"inbound\":%" PRIu32 "}", out, in);
	return text.p ? ent_store_doc_put(x->store, ENT_SPACE_AGREEMENT, id, text, err)
	              : ent_x_nomem(err);
}

int
ent_stored_put(struct ent_exchange *x, struct ent_arena *a, struct ent_str space,
               struct ent_str agreement, const struct ent_envelope *e, struct ent_str text,
               bool *fresh, struct ent_err *err)
{
	struct ent_str hex = ent_hex_dup(a, e->sha256, ENT_SHA256);
	struct ent_str key = ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(agreement), ENT_FMT(hex));
	struct ent_str old, entry, act = ent_json_getstr(e->json, "act");
	int rc;

	if (!key.p)
		return ent_x_nomem(err);
	*fresh = false;
	rc = ent_store_doc_get(x->store, a, space, key, &old, err);
	if (rc != ENT_ENOENT)
		return rc;
	*fresh = true;
	rc = ent_store_doc_put(x->store, space, key, text, err);
	if (rc)
		return rc;
	entry = ent_arena_printf(a,
	                         "{\"kind\":\"statement\",\"act\":\"%.*s\",\"by\":\"%.*s\","
	                         "\"sha256\":\"%.*s\",\"at\":\"%.*s\"}",
	                         ENT_FMT(act.p ? act : ENT_STR("document")), ENT_FMT(e->by),
	                         ENT_FMT(hex), ENT_FMT(ent_x_at(x, a)));
	return ent_book_note(x, a, agreement, entry, err);
}

/* Signs a body and keeps it as one of our own. */
static int
sign_and_keep(struct ent_exchange *x, struct ent_arena *a, enum ent_envelope_type type,
              struct ent_str agreement, struct ent_str body, struct ent_str *sha256,
              struct ent_err *err)
{
	const struct ent_key *k = &x->c.keys->key[ENT_KEY_SIGN];
	struct ent_str text,
	    space = type == ENT_ENV_AGREEMENT ? ENT_SPACE_DOCUMENT : ENT_SPACE_STATEMENT;
	struct ent_envelope e;
	bool fresh;
	int rc;

	if (!body.p)
		return ent_x_nomem(err);
	rc = ent_envelope_make(a, type, body, k, &text, NULL, err);
	if (rc == 0)
		rc = ent_envelope_parse(a, text, &e, err);
	if (rc == 0)
		rc = ent_envelope_open(a, &e, type,
		                       type == ENT_ENV_AGREEMENT ? "agreement" : "statement",
		                       k->pub, err);
	if (rc == 0)
		rc = ent_stored_put(x, a, space, agreement, &e, text, &fresh, err);
	if (sha256)
		*sha256 = ent_hex_dup(a, e.sha256, ENT_SHA256);
	return rc;
}

static int
sign_statement(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
               struct ent_str document, enum ent_act act, struct ent_str reason,
               struct ent_str suspension, struct ent_err *err)
{
	struct ent_buf b;
	struct ent_jw w;
	struct ent_str body;

	ent_buf_init(&b, ENT_ENVELOPE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kint(&w, "v", 1);
	ent_jw_kc(&w, "kind", "statement");
	ent_jw_kc(&w, "by", x->c.party);
	ent_jw_kstr(&w, "at", ent_x_at(x, a));
	ent_jw_kstr(&w, "agreement", agreement);
	ent_jw_kstr(&w, "document", document);
	ent_jw_kc(&w, "act", ent_act_name(act));
	if (reason.n)
		ent_jw_kstr(&w, "reason", reason);
	if (suspension.n)
		ent_jw_kstr(&w, "suspension", suspension);
	ent_jw_end_object(&w);
	body = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return sign_and_keep(x, a, ENT_ENV_STATEMENT, agreement, body, NULL, err);
}

int
ent_document_sign(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                  struct ent_str body, struct ent_err *err)
{
	struct ent_str sha256;
	int rc = ent_agreement_local(x, a, agreement, err);

	if (rc == 0)
		rc = sign_and_keep(x, a, ENT_ENV_AGREEMENT, agreement, body, &sha256, err);
	if (rc == 0)
		rc = sign_statement(x, a, agreement, sha256, ENT_ACT_PROPOSE,
		                    (struct ent_str){ NULL, 0 }, (struct ent_str){ NULL, 0 },
		                    err);
	return rc;
}

/* One resume for each open suspension that this node hasn't resumed yet. */
static int
resume_all(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
           struct ent_str reason, struct ent_err *err)
{
	size_t signed_now = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < g->suspensions; i++) {
		if (g->suspension[i].resumed[g->self])
			continue;
		rc = sign_statement(x, a, g->id, g->document, ENT_ACT_RESUME, reason,
		                    g->suspension[i].sha256, err);
		signed_now++;
	}
	if (rc == 0 && signed_now == 0)
		return ent_fail(err, ENT_ESTATE,
		                g->suspensions
		                    ? "this node has resumed already; the other side has not"
		                    : "nothing is suspended");
	return rc;
}

static int
accept(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
       struct ent_str reason, struct ent_err *err)
{
	struct ent_str none = { NULL, 0 };

	if (g->newer.p)
		return sign_statement(x, a, g->id, g->newer, ENT_ACT_ACCEPT, reason, none, err);
	if (g->party[g->self].accepted)
		return ent_fail(err, ENT_ESTATE, "this node has accepted it already");
	return sign_statement(x, a, g->id, g->document, ENT_ACT_ACCEPT, reason, none, err);
}

static int
already_suspended(const struct ent_agreement *g, struct ent_err *err)
{
	for (size_t i = 0; i < g->suspensions; i++)
		if (ent_str_eq(g->suspension[i].by, g->party[g->self].id))
			return ent_fail(err, ENT_ESTATE, "this node has suspended it already");
	return 0;
}

static int
act(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
    enum ent_act what, struct ent_str reason, struct ent_err *err)
{
	struct ent_str none = { NULL, 0 };
	int rc;

	if (g->state == ENT_TERMINATED || g->state == ENT_EXPIRED)
		return ent_fail(err, ENT_ESTATE,
		                "the agreement is %s for good: propose a new one",
		                ent_state_name(g->state));
	switch (what) {
	case ENT_ACT_ACCEPT:
		return accept(x, a, g, reason, err);
	case ENT_ACT_RESUME:
		return resume_all(x, a, g, reason, err);
	case ENT_ACT_SUSPEND:
		rc = already_suspended(g, err);
		return rc ? rc
		          : sign_statement(x, a, g->id, g->document, what, reason, none, err);
	case ENT_ACT_TERMINATE:
		if (g->ends != INT64_MAX)
			return ent_fail(err, ENT_ESTATE, "notice has been given already");
		return sign_statement(x, a, g->id, g->document, what, reason, none, err);
	default:
		return ent_fail(err, ENT_EINVAL, "%s is not signed this way",
		                ent_act_name(what));
	}
}

int
ent_agreement_act(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                  enum ent_act what, struct ent_str reason, struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	int rc = g ? ent_x_begin(x, err) : ent_x_nomem(err);

	if (rc)
		return rc;
	rc = ent_agreement_load(x, a, id, g, err);
	if (rc == 0)
		rc = act(x, a, g, what, reason, err);
	return ent_x_end(x, rc, err);
}

static void
write_stored(struct ent_jw *w, const char *key, const struct ent_stored *s, size_t n)
{
	ent_jw_key(w, key);
	ent_jw_array(w);
	for (size_t i = 0; i < n; i++)
		ent_jw_raw(w, s[i].envelope);
	ent_jw_end_array(w);
}

int
ent_agreement_bundle(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                     struct ent_str *out, struct ent_err *err)
{
	struct ent_stored *docs, *statements;
	size_t n_docs, n;
	struct ent_buf b;
	struct ent_jw w;
	int rc = ent_stored_all(x, a, ENT_SPACE_DOCUMENT, id, &docs, &n_docs, err);

	if (rc == 0)
		rc = ent_stored_all(x, a, ENT_SPACE_STATEMENT, id, &statements, &n, err);
	if (rc)
		return rc;
	ent_buf_init(&b, ENT_HTTP_BODY_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	write_stored(&w, "documents", docs, n_docs);
	write_stored(&w, "statements", statements, n);
	ent_jw_end_object(&w);
	*out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out->p ? 0 : ent_x_nomem(err);
}

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
	rc = ent_peer_find(x, a, party, &p, err);
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
open_one(struct ent_exchange *x, struct ent_arena *a, const struct ent_json *v,
         enum ent_envelope_type type, const char *kind, struct ent_envelope *out,
         struct ent_str *text, struct ent_err *err)
{
	uint8_t key[ENT_PUB];
	int rc;

	*text = ent_json_raw(v);
	if (!ent_json_is(v, ENT_JSON_OBJECT))
		return ent_fail(err, ENT_EPARSE, "%s: not an envelope", kind);
	rc = ent_envelope_parse(a, *text, out, err);
	if (rc == 0)
		rc = party_key(x, a, ent_envelope_claims(a, out), key, err);
	if (rc == 0)
		rc = ent_envelope_open(a, out, type, kind, key, err);
	if (rc == 0 && out->at > ent_x_now(x) + SKEW_US)
		rc = ent_fail(
		    err, ENT_EUNUSABLE,
		    "it is dated more than a day ahead: one of the two clocks is wrong");
	return rc ? ent_within(err, rc, "%s", kind) : 0;
}

/* A later version comes from a party of the agreement as it stands, and is between the same
 * ones. */
static int
check_amendment(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                struct ent_str by, struct ent_err *err)
{
	struct ent_agreement *now = ent_arena_alloc(a, sizeof(*now));
	int rc = now ? ent_agreement_load(x, a, g->id, now, NULL) : ent_x_nomem(err);

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
check_document(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
               const struct ent_envelope *e, struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	uint8_t key[ENT_PUB];
	int rc = g ? ent_document_read(a, e->json, g, err) : ent_x_nomem(err);

	if (rc)
		return rc;
	if (!ent_str_eq(g->id, id))
		return ent_fail(err, ENT_EUNUSABLE, "the document is of another agreement");
	if (ent_agreement_party(g, ent_str_c(x->c.party)) < 0 ||
	    ent_agreement_party(g, e->by) < 0)
		return ent_fail(err, ENT_EUNUSABLE,
		                "this node or the proposer is not a party of the document");
	rc = check_amendment(x, a, g, e->by, err);
	for (size_t i = 0; rc == 0 && i < g->parties; i++) {
		rc = party_key(x, a, g->party[i].id, key, err);
		if (rc == 0 && memcmp(key, g->party[i].key, ENT_PUB) != 0)
			rc = ent_fail(err, ENT_ESIG,
			              "the document names another key for %.*s than its card",
			              ENT_FMT(g->party[i].name));
	}
	return rc;
}

static int
take_documents(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
               const struct ent_json *list, size_t *fresh, struct ent_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ent_json_count(list); i++) {
		struct ent_envelope e;
		struct ent_str text;
		bool is_new = false;

		rc = open_one(x, a, ent_json_at(list, i), ENT_ENV_AGREEMENT, "agreement", &e,
		              &text, err);
		if (rc == 0)
			rc = check_document(x, a, id, &e, err);
		if (rc == 0)
			rc = ent_agreement_local(x, a, id, err);
		if (rc == 0)
			rc = ent_stored_put(x, a, ENT_SPACE_DOCUMENT, id, &e, text, &is_new,
			                    err);
		*fresh += is_new;
	}
	return rc;
}

/* A statement must be about this agreement and a document that is known, by a party of it. */
static int
check_statement(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                const struct ent_envelope *e, struct ent_err *err)
{
	struct ent_stored s = { .sha256 = ent_hex_dup(a, e->sha256, ENT_SHA256),
		                .body = e->json };
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	struct ent_statement st;
	struct ent_stored *docs;
	size_t n;
	int rc = g ? ent_statement_read(&s, &st, err) : ent_x_nomem(err);

	if (rc == 0 && !ent_str_eq(ent_json_getstr(e->json, "agreement"), id))
		rc = ent_fail(err, ENT_EUNUSABLE, "the statement is about another agreement");
	if (rc == 0)
		rc = ent_stored_all(x, a, ENT_SPACE_DOCUMENT, id, &docs, &n, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (!ent_str_eq(docs[i].sha256, st.document))
			continue;
		rc = ent_document_read(a, docs[i].body, g, err);
		if (rc == 0 && ent_agreement_party(g, st.by) < 0)
			rc = ent_fail(err, ENT_EUNUSABLE, "the statement is not by a party");
		return rc;
	}
	return ent_fail(err, ENT_EUNUSABLE,
	                "the statement names a document that this node does not have");
}

static int
take_statements(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                const struct ent_json *list, size_t *fresh, struct ent_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ent_json_count(list); i++) {
		struct ent_envelope e;
		struct ent_str text;
		bool is_new = false;

		rc = open_one(x, a, ent_json_at(list, i), ENT_ENV_STATEMENT, "statement", &e,
		              &text, err);
		if (rc == 0)
			rc = check_statement(x, a, id, &e, err);
		if (rc == 0)
			rc = ent_stored_put(x, a, ENT_SPACE_STATEMENT, id, &e, text, &is_new,
			                    err);
		*fresh += is_new;
	}
	return rc;
}

int
ent_agreement_take(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                   struct ent_str bundle, size_t *fresh, struct ent_err *err)
{
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
	rc = take_documents(x, a, id, ent_json_getc(v, "documents"), fresh, err);
	if (rc == 0)
		rc = take_statements(x, a, id, ent_json_getc(v, "statements"), fresh, err);
	return ent_x_end(x, rc, err);
}

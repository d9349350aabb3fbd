/* SPDX-License-Identifier: Apache-2.0 */
/*
 * statement.c - signing statements, and keeping them.
 */
#include <inttypes.h>

#include "base/enc.h"
#include "crypto/random.h"
#include "exchange/agreement_int.h"
#include "exchange/book.h"
#include "exchange/exchange_int.h"
#include "exchange/rejudge.h"
#include "json/write.h"

/* Whether one more agreement may come from there: proposals cost the proposer nothing. */
static int
check_room(struct ent_exchange *x, struct ent_arena *a, struct ent_str from,
           struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	size_t n, waiting = 0;
	struct ent_doc *docs;
	int rc =
	    g ? ent_store_docs(x->store, a, ENT_SPACE_AGREEMENT, ENT_STR(""),
	                       (struct ent_str){ NULL, 0 }, ENT_AGREEMENTS_MAX, &docs, &n, err)
	      : ent_x_nomem(err);

	if (rc == 0 && n == ENT_AGREEMENTS_MAX)
		rc = ent_fail(err, ENT_ELIMIT, "this node has %d agreements: no more",
		              ENT_AGREEMENTS_MAX);
	if (rc || ent_str_is(from, x->c.party))
		return rc;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const struct ent_json *v;

		rc = ent_x_doc(x, a, ENT_SPACE_AGREEMENT, docs[i].key, &v, err);
		if (rc || !ent_str_eq(ent_json_getstr(v, "from"), from))
			continue;
		rc = ent_agreement_load(x, a, docs[i].key, g, err);
		waiting += rc == 0 && !g->party[g->self].accepted && g->ends == INT64_MAX;
	}
	if (rc == 0 && waiting >= ENT_PROPOSALS_MAX)
		rc = ent_fail(err, ENT_ELIMIT,
		              "%zu proposals of that counterpart wait already: accept or "
		              "terminate some first",
		              waiting);
	return rc;
}

int
ent_agreement_local(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                    struct ent_str from, struct ent_err *err)
{
	uint32_t out, in;
	struct ent_str text;
	int rc = ent_store_doc_get(x->store, a, ENT_SPACE_AGREEMENT, id, &text, err);

	if (rc != ENT_ENOENT)
		return rc;
	rc = check_room(x, a, from, err);
	if (rc == 0)
		rc = ent_x_channel(x, a, &out, err);
	if (rc == 0)
		rc = ent_x_channel(x, a, &in, err);
	if (rc)
		return rc;
	text = ent_arena_printf(
	    a, "{\"from\":\"%.*s\",\"outbound\":%" PRIu32 ",\"inbound\":%" PRIu32 "}",
	    ENT_FMT(from), out, in);
	return text.p ? ent_store_doc_put(x->store, ENT_SPACE_AGREEMENT, id, text, err)
	              : ent_x_nomem(err);
}

/* What our ledger says of an envelope.  The act is one of our own words for it, never the
 * text of somebody else's body. */
static struct ent_str
stored_entry(struct ent_exchange *x, struct ent_arena *a, const struct ent_envelope *e,
             struct ent_str hex, bool document)
{
	struct ent_stored s = { .sha256 = hex, .body = e->json };
	struct ent_statement st;
	struct ent_str out;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, ENT_LEDGER_ENTRY_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kc(&w, "kind", "statement");
	ent_jw_kc(&w, "act",
	          document || ent_statement_read(&s, &st, NULL) ? "document"
	                                                        : ent_act_name(st.act));
	ent_jw_kstr(&w, "by", e->by);
	ent_jw_kstr(&w, "sha256", hex);
	ent_jw_kstr(&w, "at", ent_x_at(x, a));
	ent_jw_end_object(&w);
	out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out;
}

int
ent_stored_put(struct ent_exchange *x, struct ent_arena *a, struct ent_str space,
               struct ent_str agreement, const struct ent_envelope *e, struct ent_str text,
               bool *fresh, struct ent_err *err)
{
	struct ent_str hex = ent_hex_dup(a, e->sha256, ENT_SHA256);
	struct ent_str key = ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(agreement), ENT_FMT(hex));
	struct ent_str old, entry;
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
	entry = stored_entry(x, a, e, hex, ent_str_eq(space, ENT_SPACE_DOCUMENT));
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
	int rc = ent_agreement_local(x, a, agreement, ent_str_c(x->c.party), err);

	if (rc == 0 && body.n > ENT_DOCUMENT_BYTES)
		rc = ent_fail(err, ENT_ELIMIT,
		              "the document has %zu bytes, and at most %u may be proposed",
		              body.n, ENT_DOCUMENT_BYTES);
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

/* The one document that can be meant where none was named. */
static int
only_waiting(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
             struct ent_str *document, struct ent_err *err)
{
	struct ent_waiting *w;
	size_t n, open = 0;
	int rc = ent_agreement_waiting(x, a, g->id, &w, &n, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++) {
		if (w[i].accepted)
			continue;
		*document = w[i].sha256;
		open++;
	}
	if (open == 0)
		return ent_fail(err, ENT_ESTATE, "this node has accepted it already");
	if (open > 1)
		return ent_fail(err, ENT_ESTATE,
		                "%zu documents of it wait to be read: `entente agreement show` "
		                "lists them; then name the one that you accept (--document)",
		                open);
	return 0;
}

static int
accept(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
       struct ent_str document, struct ent_str reason, struct ent_err *err)
{
	struct ent_agreement *d = ent_arena_alloc(a, sizeof(*d));
	struct ent_str none = { NULL, 0 };
	int rc = d ? 0 : ent_x_nomem(err);

	if (rc == 0 && !document.p)
		rc = only_waiting(x, a, g, &document, err);
	if (rc == 0)
		rc = ent_agreement_document(x, a, g->id, document, d, err);
	if (rc)
		return rc;
	if (d->party[d->self].accepted)
		return ent_fail(err, ENT_ESTATE, "this node has accepted it already");
	if (g->state != ENT_PROPOSED && d->version <= g->version)
		return ent_fail(err, ENT_ESTATE,
		                "version %" PRId64 " of the agreement stands already: document "
		                "%.*s is version %" PRId64,
		                g->version, ENT_FMT(d->document), d->version);
	return sign_statement(x, a, g->id, d->document, ENT_ACT_ACCEPT, reason, none, err);
}

/* Whether the others would still take a statement of ours. */
static int
check_own(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
          struct ent_err *err)
{
	struct ent_statement *s;
	size_t n, own = 0;
	int rc = ent_statements(x, a, g->id, &s, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		own += ent_str_eq(s[i].by, g->party[g->self].id);
	if (rc == 0 && own >= ENT_STATEMENTS_MAX - ENT_OWN_RESERVE)
		rc = ent_fail(err, ENT_ELIMIT,
		              "this node has signed %zu statements under the agreement: it may "
		              "still suspend or terminate it; propose a new one to go on",
		              own);
	return rc;
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
    enum ent_act what, struct ent_str document, struct ent_str reason, struct ent_err *err)
{
	struct ent_str none = { NULL, 0 };
	int rc = 0;

	if (reason.n > ENT_REASON_BYTES)
		return ent_fail(err, ENT_EINVAL, "a reason has at most %d bytes",
		                ENT_REASON_BYTES);
	if (document.p && what != ENT_ACT_ACCEPT)
		return ent_fail(err, ENT_EINVAL, "only accepting names a document");
	if (what == ENT_ACT_ACCEPT || what == ENT_ACT_RESUME)
		rc = check_own(x, a, g, err);
	if (rc)
		return rc;
	if (g->state == ENT_TERMINATED || g->state == ENT_EXPIRED)
		return ent_fail(err, ENT_ESTATE,
		                "the agreement is %s for good: propose a new one",
		                ent_state_name(g->state));
	switch (what) {
	case ENT_ACT_ACCEPT:
		return accept(x, a, g, document, reason, err);
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
                  enum ent_act what, struct ent_str document, struct ent_str reason,
                  struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	int rc = g ? ent_x_begin(x, err) : ent_x_nomem(err);

	if (rc)
		return rc;
	rc = ent_agreement_load(x, a, id, g, err);
	if (rc == 0)
		rc = act(x, a, g, what, document, reason, err);
	if (rc == 0)
		rc = ent_rejudge(x, a, id, err);
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

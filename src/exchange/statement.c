/* SPDX-License-Identifier: Apache-2.0 */
/*
 * statement.c - signing statements, and keeping them.
 */
#include <inttypes.h>

#include "base/enc.h"
#include "crypto/random.h"
#include "exchange/agreement_int.h"
#include "exchange/audit.h"
#include "exchange/book.h"
#include "exchange/dispatch.h"
#include "exchange/exchange_int.h"
#include "exchange/rehearsal.h"
#include "exchange/rejudge.h"
#include "exchange/tally.h"
#include "json/write.h"

/* Agreements that a counterpart brought and this node has not answered. */
struct room {
	struct ent_exchange *x;
	struct ent_arena *a; /* reset for each */
	struct ent_str from;
	size_t all, waiting;
};

static int
see_waiting(void *self, struct ent_str id, const struct ent_agreement *g,
            const struct ent_err *why)
{
	struct room *r = self;
	const struct ent_json *v;
	struct ent_statement *s;
	size_t n;
	int rc;

	(void)why;
	r->all++;
	if (!g || g->party[g->self].accepted || ent_agreement_party(g, r->from) < 0)
		return 0;
	ent_arena_reset(r->a);
	rc = ent_x_doc(r->x, r->a, ENT_SPACE_AGREEMENT, id, &v, NULL);
	if (rc == 0 && !ent_str_eq(ent_json_getstr(v, "from"), r->from))
		return 0;
	if (rc == 0)
		rc = ent_statements(r->x, r->a, id, &s, &n, NULL);
	if (rc)
		return 0; /* a broken one takes no room */
	for (size_t i = 0; i < n; i++)
		if (ent_str_eq(s[i].by, g->party[g->self].id))
			return 0; /* terminated, or accepted in an earlier version */
	r->waiting++;
	return 0;
}

/* Whether one more agreement may come from there: proposals cost the proposer nothing, also
 * those that it takes back. */
static int
check_room(struct ent_exchange *x, struct ent_str from, struct ent_err *err)
{
	bool own = ent_str_is(from, x->c.party);
	size_t most = own ? ENT_AGREEMENTS_MAX : ENT_AGREEMENTS_MAX - ENT_AGREEMENTS_OWN;
	struct room r = { .x = x, .a = ent_arena_new(ENT_REQUEST_ARENA), .from = from };
	int rc = r.a ? ent_agreement_each(x, see_waiting, &r, err) : ent_x_nomem(err);

	ent_arena_free(r.a);
	if (rc == 0 && r.all >= most)
		return ent_fail(err, ENT_ELIMIT, "this node has %zu agreements: no more",
		                r.all);
	if (rc == 0 && !own && r.waiting >= ENT_PROPOSALS_MAX)
		rc = ent_fail(err, ENT_ELIMIT,
		              "%zu proposals of that counterpart wait already: accept or "
		              "terminate some first",
		              r.waiting);
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
	rc = check_room(x, from, err);
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

int
ent_sign_and_keep(struct ent_exchange *x, struct ent_arena *a, enum ent_envelope_type type,
                  struct ent_str agreement, struct ent_str body, const struct ent_key *k,
                  struct ent_str *sha256, struct ent_err *err)
{
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

int
ent_document_at(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                struct ent_str document, int64_t *at, struct ent_err *err)
{
	struct ent_str key =
	    ent_arena_printf(a, "%.*s/%.*s", ENT_FMT(agreement), ENT_FMT(document));
	const struct ent_json *body;
	struct ent_envelope e;
	struct ent_str text;
	int rc = key.p ? ent_store_doc_get(x->store, a, ENT_SPACE_DOCUMENT, key, &text, err)
	               : ent_x_nomem(err);

	if (rc == 0)
		rc = ent_envelope_parse(a, text, &e, err);
	if (rc == 0)
		rc = ent_json_parse(a, e.body, ENT_ENVELOPE_DEPTH, &body, err);
	if (rc == 0 && ent_time_parse(ent_json_getstr(body, "at"), at, NULL))
		rc =
		    ent_fail(err, ENT_ECORRUPT, "document %.*s has no time", ENT_FMT(document));
	return rc;
}

struct ent_str
ent_statement_body(struct ent_arena *a, struct ent_str agreement, struct ent_str by,
                   const struct ent_draft *d, int64_t at)
{
	char text[ENT_TIME_TEXT];
	struct ent_buf b;
	struct ent_jw w;
	struct ent_str body;

	ent_buf_init(&b, ENT_ENVELOPE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kint(&w, "v", 1);
	ent_jw_kc(&w, "kind", "statement");
	ent_jw_kstr(&w, "by", by);
	ent_jw_kc(&w, "at", ent_time_text(at, 3, text));
	ent_jw_kstr(&w, "agreement", agreement);
	ent_jw_kstr(&w, "document", d->document);
	ent_jw_kc(&w, "act", ent_act_name(d->act));
	if (d->reason.n)
		ent_jw_kstr(&w, "reason", d->reason);
	if (d->suspension.n)
		ent_jw_kstr(&w, "suspension", d->suspension);
	if (d->rehearsal.n)
		ent_jw_kstr(&w, "rehearsal", d->rehearsal);
	if (d->notice.n)
		ent_jw_kstr(&w, "notice", d->notice);
	if (d->from)
		ent_jw_kc(&w, "from", ent_time_text(d->from, 3, text));
	ent_jw_end_object(&w);
	body = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return body;
}

int
ent_statement_sign(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                   struct ent_tally *t, const struct ent_draft *d, struct ent_err *err)
{
	struct ent_statement st = { .by = ent_str_c(x->c.party),
		                    .act = d->act,
		                    .sha256 = ENT_STR(""),
		                    .suspension = d->suspension };
	int64_t at = 0;
	struct ent_str body;
	int rc = ent_tally_statement(t, &st, err);

	if (rc == 0)
		rc = ent_document_at(x, a, agreement, d->document, &at, err);
	if (rc)
		return rc;
	body =
	    ent_statement_body(a, agreement, st.by, d, at > ent_x_now(x) ? at : ent_x_now(x));
	if (body.p && body.n > ENT_STATEMENT_BYTES)
		return ent_fail(err, ENT_ELIMIT,
		                "the statement has %zu bytes, and at most %d are taken: give a "
		                "shorter reason",
		                body.n, ENT_STATEMENT_BYTES);
	rc = ent_sign_and_keep(x, a, ENT_ENV_STATEMENT, agreement, body,
	                       &x->c.keys->key[ENT_KEY_SIGN], NULL, err);
	if (rc)
		return rc;
	return ent_audit_note(x, a, ent_act_name(d->act),
	                      ent_arena_printf(a, "{\"of\":\"%.*s\"}", ENT_FMT(agreement)),
	                      err);
}

int
ent_own_tally(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
              struct ent_tally **t, struct ent_err *err)
{
	bool settled = true;

	for (size_t i = 0; i < g->parties; i++)
		settled &= g->party[i].accepted;
	return ent_tally(x, a, g, settled, t, err);
}

/* The tally for a document: of its agreement as it stands, or of a new one. */
static int
document_tally(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
               struct ent_str body, struct ent_tally **t, struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	const struct ent_json *v;
	int rc = g ? ent_agreement_load(x, a, agreement, g, err) : ent_x_nomem(err);

	if (rc == ENT_ENOENT) {
		rc = ent_json_parse(a, body, ENT_ENVELOPE_DEPTH, &v, err);
		if (rc == 0)
			rc = ent_document_read(a, v, g, err);
	}
	return rc ? rc : ent_own_tally(x, a, g, t, err);
}

int
ent_document_sign(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                  struct ent_str body, struct ent_err *err)
{
	struct ent_draft d = { .act = ENT_ACT_PROPOSE };
	struct ent_str self = ent_str_c(x->c.party);
	struct ent_tally *t;
	int rc = document_tally(x, a, agreement, body, &t, err);

	if (rc == 0)
		rc = ent_tally_document(t, self, err);
	if (rc == 0)
		rc = ent_agreement_local(x, a, agreement, self, err);
	if (rc == 0 && body.n > ENT_DOCUMENT_BYTES)
		rc = ent_fail(err, ENT_ELIMIT,
		              "the document has %zu bytes, and at most %u may be proposed",
		              body.n, ENT_DOCUMENT_BYTES);
	if (rc == 0)
		rc = ent_sign_and_keep(x, a, ENT_ENV_AGREEMENT, agreement, body,
		                       &x->c.keys->key[ENT_KEY_SIGN], &d.document, err);
	return rc ? rc : ent_statement_sign(x, a, agreement, t, &d, err);
}

/* One resume for each open suspension that this node hasn't resumed yet. */
static int
resume_all(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
           struct ent_tally *t, struct ent_str reason, struct ent_err *err)
{
	struct ent_rehearsal_report *r = ent_arena_alloc(a, sizeof(*r));
	size_t signed_now = 0;
	int rc = r ? 0 : ent_x_nomem(err);

	if (rc == 0 && g->suspensions)
		rc = ent_rehearsal_report(x, a, g, r, err);
	for (size_t i = 0; rc == 0 && i < g->suspensions; i++) {
		struct ent_draft d = { .act = ENT_ACT_RESUME,
			               .document = g->document,
			               .reason = reason,
			               .suspension = g->suspension[i].sha256,
			               .rehearsal = r->sha256 };

		if (g->suspension[i].resumed[g->self])
			continue;
		rc = ent_statement_sign(x, a, g->id, t, &d, err);
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

/* What isn't settled yet is not accepted. */
static int
check_initialled(const struct ent_agreement *d, struct ent_err *err)
{
	for (size_t i = 0; d->initialling && i < d->parties; i++)
		if (!d->party[i].initialled)
			return ent_fail(err, ENT_ESTATE,
			                "it is a draft: %.*s has not initialled it (`entente "
			                "agreement initial`)",
			                ENT_FMT(d->party[i].name));
	return 0;
}

static int
accept(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
       struct ent_tally *t, struct ent_draft *draft, struct ent_err *err)
{
	struct ent_agreement *d = ent_arena_alloc(a, sizeof(*d));
	int rc = d ? 0 : ent_x_nomem(err);

	if (rc == 0 && !draft->document.p)
		rc = only_waiting(x, a, g, &draft->document, err);
	if (rc == 0)
		rc = ent_agreement_document(x, a, g->id, draft->document, d, err);
	if (rc)
		return rc;
	if (draft->act == ENT_ACT_INITIAL ? d->party[d->self].initialled
	                                  : d->party[d->self].accepted)
		return ent_fail(err, ENT_ESTATE, "this node has %s it already",
		                draft->act == ENT_ACT_INITIAL ? "initialled" : "accepted");
	rc = draft->act == ENT_ACT_ACCEPT ? check_initialled(d, err) : 0;
	if (rc)
		return rc;
	if (ent_agreement_settled(g) && d->version <= g->version)
		return ent_fail(err, ENT_ESTATE,
		                "version %" PRId64 " of the agreement stands already: document "
		                "%.*s is version %" PRId64,
		                g->version, ENT_FMT(d->document), d->version);
	draft->document = d->document;
	return ent_statement_sign(x, a, g->id, t, draft, err);
}

/* Whether something is suspended by this node, or notice given for all. */
static int
already(const struct ent_agreement *g, enum ent_act what, struct ent_err *err)
{
	for (size_t i = 0; what == ENT_ACT_SUSPEND && i < g->suspensions; i++)
		if (ent_str_eq(g->suspension[i].by, g->party[g->self].id))
			return ent_fail(err, ENT_ESTATE, "this node has suspended it already");
	if (what == ENT_ACT_TERMINATE && g->ends != INT64_MAX)
		return ent_fail(err, ENT_ESTATE, "notice has been given already");
	if (what == ENT_ACT_LEAVE && g->party[g->self].left != INT64_MAX)
		return ent_fail(err, ENT_ESTATE, "this node has said already that it leaves");
	return 0;
}

/* A proposal that its author took back waits for this node's word all the same: until then it
 * counts among those that wait. */
static int
is_answer(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
          enum ent_act what, bool *answer, struct ent_err *err)
{
	struct ent_statement *s;
	size_t n = 0;
	int rc = ent_statements(x, a, g->id, &s, &n, err);

	*answer = what == ENT_ACT_TERMINATE;
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (ent_str_eq(s[i].by, g->party[g->self].id))
			*answer = false;
	return rc;
}

static int
act(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
    enum ent_act what, int64_t from, struct ent_str document, struct ent_str reason,
    struct ent_err *err)
{
	struct ent_draft d = { .act = what, .document = document, .reason = reason };
	struct ent_tally *t;
	bool answer = false;
	int rc = 0;

	if (what == ENT_ACT_PROPOSE || what == ENT_ACT_ROTATE || what == ENT_ACT_COUNTERSIGN)
		return ent_fail(err, ENT_EINVAL, "%s is not signed this way",
		                ent_act_name(what));
	if (reason.n > ENT_REASON_BYTES)
		return ent_fail(err, ENT_EINVAL, "a reason has at most %d bytes",
		                ENT_REASON_BYTES);
	if (document.p && what != ENT_ACT_ACCEPT && what != ENT_ACT_INITIAL)
		return ent_fail(err, ENT_EINVAL, "only accepting names a document");
	rc = is_answer(x, a, g, what, &answer, err);
	if (rc)
		return rc;
	if ((g->state == ENT_TERMINATED || g->state == ENT_EXPIRED) && !answer)
		return ent_fail(err, ENT_ESTATE,
		                "the agreement is %s for good: propose a new one",
		                ent_state_name(g->state));
	rc = ent_own_tally(x, a, g, &t, err);
	if (rc)
		return rc;
	if (what == ENT_ACT_ACCEPT || what == ENT_ACT_INITIAL)
		return accept(x, a, g, t, &d, err);
	if (what == ENT_ACT_RESUME)
		return resume_all(x, a, g, t, reason, err);
	if (what == ENT_ACT_WITHDRAW)
		return ent_notices_withdraw(x, a, g, t, reason, err);
	rc = answer ? 0 : already(g, what, err);
	d.from = from;
	d.document = g->document;
	return rc ? rc : ent_statement_sign(x, a, g->id, t, &d, err);
}

static int
act_in_write(struct ent_exchange *x, struct ent_arena *a, struct ent_str id, enum ent_act what,
             int64_t from, struct ent_str document, struct ent_str reason, struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	int rc = g ? ent_x_begin(x, err) : ent_x_nomem(err);

	if (rc)
		return rc;
	rc = ent_agreement_load(x, a, id, g, err);
	if (rc == 0)
		rc = act(x, a, g, what, from, document, reason, err);
	if (rc == 0)
		rc = ent_rejudge(x, a, id, err);
	return ent_x_end(x, rc, err);
}

int
ent_agreement_act(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                  enum ent_act what, struct ent_str document, struct ent_str reason,
                  struct ent_err *err)
{
	return act_in_write(x, a, id, what, 0, document, reason, err);
}

int
ent_agreement_suspend(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                      int64_t from, struct ent_str reason, struct ent_err *err)
{
	struct ent_str none = { NULL, 0 };

	if (from < ent_x_now(x))
		return ent_fail(err, ENT_EINVAL,
		                "the first day of a suspension must be to come");
	return act_in_write(x, a, id, ENT_ACT_SUSPEND, from, none, reason, err);
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

static void
write_refused(struct ent_jw *w, const struct ent_statements_taken *answers)
{
	ent_jw_key(w, "refused");
	ent_jw_array(w);
	for (size_t i = 0; i < answers->n_told; i++) {
		ent_jw_object(w);
		ent_jw_kstr(w, "sha256", answers->told[i].sha256);
		ent_jw_kstr(w, "why", answers->told[i].why);
		ent_jw_end_object(w);
	}
	ent_jw_end_array(w);
}

int
ent_agreement_bundle(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                     struct ent_str to, const struct ent_statements_taken *answers,
                     struct ent_str *out, struct ent_err *err)
{
	struct ent_stored *docs, *statements;
	struct ent_str *cards;
	size_t n_docs, n, n_cards;
	struct ent_buf b;
	struct ent_jw w;
	int rc = ent_stored_all(x, a, ENT_SPACE_DOCUMENT, id, &docs, &n_docs, err);

	if (rc == 0)
		rc = ent_stored_all(x, a, ENT_SPACE_STATEMENT, id, &statements, &n, err);
	if (rc == 0)
		rc = ent_exchange_cards(x, a, &cards, &n_cards, err);
	if (rc)
		return rc;
	ent_buf_init(&b, ENT_HTTP_BODY_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_key(&w, "cards");
	ent_jw_array(&w);
	for (size_t i = 0; i < n_cards; i++)
		ent_jw_raw(&w, cards[i]);
	ent_jw_end_array(&w);
	write_stored(&w, "documents", docs, n_docs);
	write_stored(&w, "statements", statements, n);
	rc = to.p ? ent_dispatches_write(x, a, id, to, &w, err) : 0;
	if (answers && answers->n_told)
		write_refused(&w, answers);
	ent_jw_end_object(&w);
	*out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	if (rc)
		return rc;
	return out->p ? 0 : ent_x_nomem(err);
}

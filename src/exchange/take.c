/* SPDX-License-Identifier: Apache-2.0 */
/*
 * take.c - taking documents and statements of counterparts: all that is hostile about an
 * agreement comes in here.
 *
 * Each envelope stands by itself: what is wrong with one keeps no other out, for a counterpart
 * passes on what third parties signed, and nobody may be kept from suspending by what somebody
 * else did.
 */
#include "base/enc.h"
#include "exchange/dispatch.h"
#include "exchange/exchange_int.h"
#include "exchange/peer.h"
#include "exchange/rejudge.h"
#include "exchange/take_int.h"

/* An envelope of the bundle that isn't here yet. */
struct item {
	struct ent_envelope e;
	enum ent_envelope_type type;
};

struct bundle {
	struct ent_taking t;
	struct ent_statements_taken *out;
	struct item *item; /* verified ones */
	size_t items;
};

/* Each kind's member of a bundle, the space of the store, and what its body calls itself. */
static const struct kind {
	enum ent_envelope_type type;
	const char *list, *kind;
} kinds[] = {
	{ ENT_ENV_AGREEMENT, "documents", "agreement" },
	{ ENT_ENV_STATEMENT, "statements", "statement" },
};

static struct ent_str
space_of(enum ent_envelope_type type)
{
	return type == ENT_ENV_AGREEMENT ? ENT_SPACE_DOCUMENT : ENT_SPACE_STATEMENT;
}

static const char *
kind_of(enum ent_envelope_type type)
{
	return type == ENT_ENV_AGREEMENT ? "agreement" : "statement";
}

/* ---- what is not taken ---- */

/* Whether it is the envelope's fault, and not that of this node's disk or memory. */
static bool
its_fault(int rc)
{
	return rc == ENT_EPARSE || rc == ENT_ELIMIT || rc == ENT_ESIG || rc == ENT_EUNUSABLE ||
	       rc == ENT_EINVAL;
}

/*
 * Notes why one was refused, and goes on.  by: whom it claims to be from.  The sender is told
 * of its own, and of what has no author; what it passed on for others isn't its fault.
 */
static int
refuse(struct bundle *b, const struct ent_envelope *e, struct ent_str by, int rc,
       const struct ent_err *why, struct ent_err *err)
{
	struct ent_statements_taken *out = b->out;
	struct ent_refused *to = &out->told[out->n_told];

	if (!its_fault(rc))
		return ent_fail(err, rc, "%s", why->msg);
	if (out->refused++ == 0)
		out->why = *why;
	if ((by.n && !ent_str_eq(by, b->t.from)) || out->n_told == ENT_REFUSED_TOLD)
		return 0;
	to->sha256 = e ? ent_hex_dup(b->t.a, e->sha256, ENT_SHA256) : ENT_STR("");
	to->why = ent_arena_dup(b->t.a, ent_str_c(why->msg));
	if (!to->sha256.p || !to->why.p)
		return ent_x_nomem(err);
	out->n_told++;
	return 0;
}

/* ---- reading, before anybody is kept waiting ---- */

static bool
is_stored(struct bundle *b, enum ent_envelope_type type, struct ent_str hex)
{
	struct ent_str key =
	    ent_arena_printf(b->t.a, "%.*s/%.*s", ENT_FMT(b->t.id), ENT_FMT(hex));
	struct ent_str text;

	return key.p &&
	       ent_store_doc_get(b->t.x->store, b->t.a, space_of(type), key, &text, NULL) == 0;
}

/* The document of a hash, in this bundle or kept. */
static const struct ent_json *
document_of(struct bundle *b, struct ent_str sha256)
{
	struct ent_str key =
	    ent_arena_printf(b->t.a, "%.*s/%.*s", ENT_FMT(b->t.id), ENT_FMT(sha256));
	const struct ent_json *v;
	struct ent_envelope e;
	struct ent_str text;

	for (size_t i = 0; i < b->items; i++)
		if (b->item[i].type == ENT_ENV_AGREEMENT &&
		    ent_str_eq(ent_hex_dup(b->t.a, b->item[i].e.sha256, ENT_SHA256), sha256))
			return b->item[i].e.json;
	if (!key.p ||
	    ent_store_doc_get(b->t.x->store, b->t.a, ENT_SPACE_DOCUMENT, key, &text, NULL) ||
	    ent_envelope_parse(b->t.a, text, &e, NULL) ||
	    ent_json_parse(b->t.a, e.body, ENT_ENVELOPE_DEPTH, &v, NULL))
		return NULL;
	return v;
}

/* Whether who claims to have signed a statement is an approver of its document, and the key
 * that the document gives it.  The body is not verified yet. */
static bool
approver_key(struct bundle *b, const struct ent_envelope *e, struct ent_str claims,
             uint8_t pub[ENT_PUB])
{
	const struct ent_json *v, *body;
	const struct ent_approver *who;
	struct ent_agreement *g;

	if (ent_json_parse(b->t.a, e->body, ENT_ENVELOPE_DEPTH, &v, NULL) ||
	    !ent_str_is(ent_json_getstr(v, "act"), ent_act_name(ENT_ACT_COUNTERSIGN)))
		return false;
	g = ent_arena_alloc(b->t.a, sizeof(*g));
	body = document_of(b, ent_json_getstr(v, "document"));
	if (!g || !body || ent_document_read(b->t.a, body, g, NULL))
		return false;
	who = ent_agreement_approver(g, claims);
	if (who)
		memcpy(pub, who->key, ENT_PUB);
	return who != NULL;
}

/* Verifies one envelope by whoever it says it is from. */
static int
open_one(struct bundle *b, struct ent_envelope *e, enum ent_envelope_type type,
         struct ent_str claims, struct ent_err *err)
{
	const struct ent_key_history *keys;
	uint8_t pub[ENT_PUB];
	int rc;

	if (type == ENT_ENV_STATEMENT && approver_key(b, e, claims, pub)) {
		rc = ent_envelope_open(b->t.a, e, type, kind_of(type), pub, err);
	} else {
		rc = ent_party_keys(&b->t, claims, &keys, err);
		if (rc == 0)
			rc = ent_envelope_open_new(b->t.a, e, type, kind_of(type), keys, err);
	}
	if (rc == 0 && e->at > ent_x_now(b->t.x) + ENT_SKEW_US)
		rc = ent_fail(
		    err, ENT_EUNUSABLE,
		    "it is dated more than a day ahead: one of the two clocks is wrong");
	return rc;
}

/* Reads one; what is known, or was in the bundle already, costs no signature. */
static int
read_one(struct bundle *b, const struct ent_json *v, enum ent_envelope_type type,
         struct ent_map *seen, struct ent_err *err)
{
	struct item *to = &b->item[b->items];
	struct ent_str hex, claims = { NULL, 0 };
	struct ent_err why = { 0 };
	int rc = ent_json_is(v, ENT_JSON_OBJECT)
	             ? ent_envelope_parse(b->t.a, ent_json_raw(v), &to->e, &why)
	             : ent_fail(&why, ENT_EPARSE, "not an envelope");

	if (rc) {
		(void)ent_within(&why, rc, "%s", kind_of(type));
		return refuse(b, NULL, claims, rc, &why, err);
	}
	hex = ent_hex_dup(b->t.a, to->e.sha256, ENT_SHA256);
	if (!hex.p)
		return ent_x_nomem(err);
	if (ent_map_get(seen, hex))
		return 0;
	if (ent_map_put(seen, hex, to))
		return ent_x_nomem(err);
	if (is_stored(b, type, hex)) {
		b->out->known++;
		return 0;
	}
	claims = ent_envelope_claims(b->t.a, &to->e);
	rc = open_one(b, &to->e, type, claims, &why);
	if (rc) {
		(void)ent_within(&why, rc, "%s", kind_of(type));
		return refuse(b, &to->e, claims, rc, &why, err);
	}
	to->type = type;
	b->items++;
	return 0;
}

static int
read_all(struct bundle *b, const struct ent_json *v, struct ent_err *err)
{
	size_t n = 0;
	int rc = 0;

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		n += ent_json_count(ent_json_getc(v, kinds[k].list));
	if (n > ENT_BUNDLE_MAX)
		return ent_fail(err, ENT_ELIMIT,
		                "%zu documents and statements in one call: at most %d are read",
		                n, ENT_BUNDLE_MAX);
	b->item = ent_arena_array(b->t.a, n, sizeof(*b->item));
	if (!b->item)
		return ent_x_nomem(err);
	for (size_t k = 0; rc == 0 && k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		const struct ent_json *list = ent_json_getc(v, kinds[k].list);
		struct ent_map *seen = ent_map_new(b->t.a);

		if (!seen)
			return ent_x_nomem(err);
		for (size_t i = 0; rc == 0 && i < ent_json_count(list); i++)
			rc = read_one(b, ent_json_at(list, i), kinds[k].type, seen, err);
	}
	return rc;
}

/* ---- keeping ---- */

/* Only what was verified is kept, as this node writes it. */
static int
keep(struct bundle *b, const struct item *i, struct ent_err *err)
{
	struct ent_str text;
	bool fresh;
	int rc = ent_envelope_remake(b->t.a, &i->e, &text, err);

	if (rc == 0)
		rc = ent_stored_put(b->t.x, b->t.a, space_of(i->type), b->t.id, &i->e, text,
		                    &fresh, err);
	b->out->fresh += rc == 0 && fresh;
	return rc;
}

/* What each may sign is counted from what is here. */
static int
begin_tally(struct bundle *b, const struct ent_agreement *g, struct ent_err *err)
{
	const struct ent_agreement *now = b->t.now;

	if (b->t.tally)
		return 0;
	return ent_tally(b->t.x, b->t.a, now ? now : g, now && now->party[now->self].accepted,
	                 &b->t.tally, err);
}

static int
take_document(struct bundle *b, const struct item *i, struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(b->t.a, sizeof(*g));
	int rc = g ? 0 : ent_x_nomem(err);

	if (rc == 0 && i->e.body.n > ENT_DOCUMENT_BYTES)
		rc = ent_fail(err, ENT_ELIMIT, "the document has more than %u bytes",
		              ENT_DOCUMENT_BYTES);
	if (rc == 0)
		rc = ent_document_read(b->t.a, i->e.json, g, err);
	if (rc == 0)
		rc = ent_check_document(&b->t, &i->e, g, err);
	if (rc == 0)
		rc = begin_tally(b, g, err);
	if (rc == 0)
		rc = ent_tally_document(b->t.tally, i->e.by, err);
	if (rc == 0)
		rc = ent_agreement_local(b->t.x, b->t.a, b->t.id, b->t.from, err);
	if (rc == 0)
		rc = keep(b, i, err);
	if (rc == 0 && !b->t.now)
		b->t.now = g;
	return rc;
}

static int
take_statement(struct bundle *b, const struct item *i, struct ent_err *err)
{
	struct ent_statement st;
	int rc = ent_check_statement(&b->t, &i->e, &st, err);

	if (rc == 0)
		rc = begin_tally(b, b->t.doc[0].g, err);
	if (rc == 0)
		rc = ent_tally_statement(b->t.tally, &st, err);
	return rc ? rc : keep(b, i, err);
}

/* A resume closes what would count against a suspension that came with it. */
static bool
is_suspension(const struct item *i)
{
	return ent_str_is(ent_json_getstr(i->e.json, "act"), ent_act_name(ENT_ACT_SUSPEND));
}

enum turn { TURN_DOCUMENTS, TURN_STATEMENTS, TURN_SUSPENSIONS, TURNS };

static enum turn
turn_of(const struct item *i)
{
	if (i->type == ENT_ENV_AGREEMENT)
		return TURN_DOCUMENTS;
	return is_suspension(i) ? TURN_SUSPENSIONS : TURN_STATEMENTS;
}

static int
take_turn(struct bundle *b, enum turn turn, struct ent_err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < b->items; i++) {
		const struct item *it = &b->item[i];
		struct ent_err why = { 0 };

		if (turn_of(it) != turn)
			continue;
		rc = turn == TURN_DOCUMENTS ? take_document(b, it, &why)
		                            : take_statement(b, it, &why);
		if (rc) {
			(void)ent_within(&why, rc, "%s", kind_of(it->type));
			rc = refuse(b, &it->e, it->e.by, rc, &why, err);
		}
	}
	return rc;
}

/* Whether a document names it that waits to be accepted: it may bring its word. */
static int
check_invited(struct ent_taking *t, const struct ent_agreement *now, struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_stored *docs;
	size_t n;
	int rc = g ? ent_stored_all(t->x, t->a, ENT_SPACE_DOCUMENT, t->id, &docs, &n, err)
	           : ent_x_nomem(err);

	for (size_t i = 0; rc == 0 && now->accession && i < n; i++)
		if (ent_document_read(t->a, docs[i].body, g, NULL) == 0 &&
		    g->version > now->version && ent_agreement_party(g, t->from) >= 0)
			return 0;
	return rc ? rc
	          : ent_fail(err, ENT_ENOENT, "there is no agreement %.*s", ENT_FMT(t->id));
}

/* Loads the agreement as it stands.  Whoever isn't a party of it learns no more than that it
 * asked for nothing. */
static int
check_sender(struct ent_taking *t, struct ent_err *err)
{
	struct ent_agreement *now = ent_arena_alloc(t->a, sizeof(*now));
	int rc = now ? ent_agreement_load(t->x, t->a, t->id, now, err) : ent_x_nomem(err);

	t->now = rc ? NULL : now;
	if (rc == ENT_ENOENT)
		return 0; /* it may bring it */
	if (rc == 0 && ent_agreement_party(now, t->from) < 0)
		rc = check_invited(t, now, err);
	return rc;
}

static int
take_all(struct bundle *b, struct ent_err *err)
{
	int rc = take_turn(b, TURN_DOCUMENTS, err);

	if (rc == 0)
		rc = ent_know_documents(&b->t, err);
	if (rc == ENT_ENOENT && b->out->refused)
		return ent_fail(err, b->out->why.code, "%s", b->out->why.msg);
	b->t.tally = NULL; /* a document may have brought further parties */
	for (enum turn turn = TURN_STATEMENTS; rc == 0 && turn < TURNS; turn++)
		rc = take_turn(b, turn, err);
	/* all of it refused: an answer that nobody can overlook */
	if (rc == 0 && b->out->refused && !b->out->fresh && !b->out->known)
		return ent_fail(err, b->out->why.code, "%s", b->out->why.msg);
	if (rc == 0 && b->out->fresh)
		rc = ent_notices_answer(b->t.x, b->t.a, b->t.id, err);
	/* also where nothing came: the first day of a version may have */
	if (rc == 0)
		rc = ent_rejudge(b->t.x, b->t.a, b->t.id, err);
	return rc;
}

int
ent_agreement_take(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                   struct ent_str from, struct ent_str bundle, struct ent_statements_taken *out,
                   struct ent_err *err)
{
	struct bundle b = { .t = { .x = x, .a = a, .id = id, .from = from }, .out = out };
	const struct ent_json *v;
	int rc = ent_json_parse(a, bundle, ENT_ENVELOPE_DEPTH, &v, err);

	*out = (struct ent_statements_taken){ .fresh = 0 };
	if (rc)
		return rc;
	if (!ent_json_is(v, ENT_JSON_OBJECT))
		return ent_fail(err, ENT_EPARSE, "not an object with documents and statements");
	rc = ent_peer_cards(x, a, from, ent_json_getc(v, "cards"), err);
	if (rc)
		return rc;
	b.t.keys = ent_map_new(a);
	rc = b.t.keys ? check_sender(&b.t, err) : ent_x_nomem(err);
	if (rc == 0)
		rc = read_all(&b, v, err);
	if (rc == 0)
		rc = ent_x_begin(x, err);
	if (rc)
		return rc;
	rc = check_sender(&b.t, err);
	if (rc == 0)
		rc = take_all(&b, err);
	if (rc == 0)
		rc = ent_dispatches_take(x, a, id, from, v, &out->dispatches, &out->more, err);
	return ent_x_end(x, rc, err);
}

void
ent_statements_taken_log(struct ent_exchange *x, struct ent_str id, struct ent_str from,
                         const struct ent_statements_taken *taken)
{
	for (size_t i = 0; i < taken->n_told; i++)
		ent_log_about(x->c.log, ENT_LOG_WARN, from, id, "not taken from them: %.*s",
		              ENT_FMT(taken->told[i].why));
}

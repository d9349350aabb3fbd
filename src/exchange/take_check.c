/* SPDX-License-Identifier: Apache-2.0 */
/*
 * take_check.c - whether a counterpart's document or statement may be taken.
 */
#include "base/enc.h"
#include "exchange/exchange_int.h"
#include "exchange/peer.h"
#include "exchange/take_int.h"

int
ent_party_keys(struct ent_taking *t, struct ent_str party, const struct ent_key_history **keys,
               struct ent_err *err)
{
	/* a map's values may be written to, these keys not */
	const struct ent_key_history **known = ent_map_get(t->keys, party);
	struct ent_peer *p;
	int rc = 0;

	*keys = known ? *known : NULL;
	if (known)
		return 0;
	if (ent_str_is(party, t->x->c.party)) {
		rc = ent_exchange_keys(t->x, t->a, keys, err);
	} else {
		p = ent_arena_alloc(t->a, sizeof(*p));
		rc = p ? ent_peer_get(t->x, t->a, party, p, err) : ent_x_nomem(err);
		if (rc == ENT_ENOENT || (rc == 0 && !p->confirmed))
			return ent_fail(
			    err, ENT_EUNUSABLE,
			    "%.*s is not a confirmed peer of this node: enrol it first",
			    ENT_FMT(party));
		*keys = rc ? NULL : p->keys;
	}
	party = ent_arena_dup(t->a, party);
	known = ent_arena_alloc(t->a, sizeof(*known));
	if (rc)
		return rc;
	if (!party.p || !known || ent_map_put(t->keys, party, known))
		return ent_x_nomem(err);
	*known = *keys;
	return 0;
}

/* ---- documents ---- */

static int
not_between(const struct ent_agreement *g, struct ent_str name, struct ent_err *err)
{
	return ent_fail(err, ENT_EUNUSABLE,
	                "the document is not between the parties of agreement %.*s: %.*s",
	                ENT_FMT(g->id), ENT_FMT(name));
}

/* A later version comes from a party of the agreement as it stands, and is between the same
 * ones, less those that left; where that one allows it, further ones. */
static int
check_amendment(const struct ent_agreement *now, const struct ent_agreement *g,
                struct ent_str by, struct ent_err *err)
{
	bool later;

	if (!now)
		return 0; /* the first that we hear of it */
	later = g->version > now->version;
	if (later && ent_agreement_party(now, by) < 0)
		return not_between(g, by, err);
	for (size_t i = 0; i < g->parties; i++)
		if (ent_agreement_party(now, g->party[i].id) < 0 && !(later && now->accession))
			return not_between(g, g->party[i].name, err);
	for (size_t i = 0; later && i < now->parties; i++)
		if (ent_agreement_party(g, now->party[i].id) < 0 && !now->party[i].gone)
			return not_between(g, now->party[i].name, err);
	return 0;
}

static int
check_parties(struct ent_taking *t, const struct ent_agreement *g, const struct ent_envelope *e,
              struct ent_err *err)
{
	const struct ent_key_history *keys;
	int rc = 0;

	if (ent_agreement_party(g, ent_str_c(t->x->c.party)) < 0 ||
	    ent_agreement_party(g, e->by) < 0)
		return ent_fail(err, ENT_EUNUSABLE,
		                "this node or the proposer is not a party of the document");
	if (ent_agreement_party(g, t->from) < 0)
		return ent_fail(err, ENT_EUNUSABLE, "who sent the document is no party of it");
	for (size_t i = 0; rc == 0 && i < g->parties; i++) {
		rc = ent_party_keys(t, g->party[i].id, &keys, err);
		if (rc == 0 && !ent_sign_key_was(keys, g->party[i].key, e->at))
			rc = ent_fail(err, ENT_ESIG,
			              "the document names another key for %.*s than its cards",
			              ENT_FMT(g->party[i].name));
	}
	return rc;
}

int
ent_check_document(struct ent_taking *t, const struct ent_envelope *e,
                   const struct ent_agreement *g, struct ent_err *err)
{
	int rc;

	if (!ent_str_eq(g->id, t->id))
		return ent_fail(err, ENT_EUNUSABLE, "the document is of another agreement");
	/* numbers are for all to go on with: nobody uses them up */
	if (g->version > (t->now ? t->now->version : 0) + ENT_VERSIONS_AHEAD)
		return ent_fail(err, ENT_EUNUSABLE,
		                "the document's version leaves out too many");
	rc = check_parties(t, g, e, err);
	return rc ? rc : check_amendment(t->now, g, e->by, err);
}

/* ---- statements ---- */

int
ent_know_documents(struct ent_taking *t, struct ent_err *err)
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
		struct ent_known *k = &t->doc[i];

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

/* What has no meaning is not signed for nothing, and not kept for anybody. */
static int
check_members(const struct ent_envelope *e, struct ent_err *err)
{
	static const char *const members[] = { "v",          "kind",      "by",     "at",
		                               "agreement",  "document",  "act",    "reason",
		                               "suspension", "rehearsal", "notice", "from" };
	size_t known = 0;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		known += ent_json_getc(e->json, members[i]) != NULL;
	if (known != ent_json_count(e->json))
		return ent_fail(err, ENT_EUNUSABLE,
		                "the statement has a member without meaning");
	return 0;
}

static int
check_sizes(const struct ent_envelope *e, const struct ent_statement *st, struct ent_err *err)
{
	if (st->reason.n > ENT_REASON_BYTES)
		return ent_fail(err, ENT_ELIMIT, "the reason has more than %d bytes",
		                ENT_REASON_BYTES);
	if (e->body.n > ENT_STATEMENT_BYTES)
		return ent_fail(err, ENT_ELIMIT, "the statement has more than %d bytes",
		                ENT_STATEMENT_BYTES);
	return 0;
}

static int
check_about(const struct ent_taking *t, const struct ent_statement *st, struct ent_err *err)
{
	for (size_t i = 0; i < t->docs; i++) {
		const struct ent_known *k = &t->doc[i];

		if (!ent_str_eq(k->sha256, st->document))
			continue;
		if (st->act == ENT_ACT_COUNTERSIGN ? !ent_agreement_approver(k->g, st->by)
		                                   : ent_agreement_party(k->g, st->by) < 0)
			return ent_fail(err, ENT_EUNUSABLE, "the statement is not by a party");
		if (st->at < k->at - ENT_SKEW_US)
			return ent_fail(err, ENT_EUNUSABLE,
			                "the statement is dated before the document that it is "
			                "about");
		return 0;
	}
	return ent_fail(err, ENT_EUNUSABLE,
	                "the statement names a document that this node does not have");
}

int
ent_check_statement(const struct ent_taking *t, const struct ent_envelope *e,
                    struct ent_statement *st, struct ent_err *err)
{
	struct ent_stored s = { .sha256 = ent_hex_dup(t->a, e->sha256, ENT_SHA256),
		                .body = e->json };
	int rc = s.sha256.p ? ent_statement_read(&s, st, err) : ent_x_nomem(err);

	if (rc == 0)
		rc = check_members(e, err);
	if (rc == 0)
		rc = check_sizes(e, st, err);
	if (rc)
		return rc;
	if (!ent_str_eq(ent_json_getstr(e->json, "agreement"), t->id))
		return ent_fail(err, ENT_EUNUSABLE, "the statement is about another agreement");
	if (st->act == ENT_ACT_ROTATE)
		return ent_fail(err, ENT_EUNUSABLE,
		                "rotate-key has no meaning to this version: enrol anew");
	return check_about(t, st, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * countersign.c - the signatures of approvers, who run no node.
 */
#include "exchange/agreement_int.h"
#include "exchange/audit.h"
#include "exchange/exchange_int.h"
#include "exchange/rejudge.h"

static const struct ent_approver *
with_key(const struct ent_agreement *g, const uint8_t pub[ENT_PUB])
{
	for (size_t i = 0; i < g->approvers; i++)
		if (memcmp(g->approver[i].key, pub, ENT_PUB) == 0)
			return &g->approver[i];
	return NULL;
}

static int
countersign(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
            const struct ent_key *key, struct ent_str document, struct ent_str reason,
            struct ent_err *err)
{
	struct ent_draft d = { .act = ENT_ACT_COUNTERSIGN, .reason = reason };
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	const struct ent_approver *who;
	struct ent_str body;
	int64_t at, now = ent_x_now(x);
	int rc = g ? ent_agreement_document(x, a, id, document, g, err) : ent_x_nomem(err);

	if (rc)
		return rc;
	who = with_key(g, key->pub);
	if (!who)
		return ent_fail(err, ENT_EDENIED,
		                "the document names no approver with that key");
	if (who->agreed)
		return ent_fail(err, ENT_ESTATE, "%.*s has countersigned it already",
		                ENT_FMT(who->name));
	d.document = g->document;
	rc = ent_document_at(x, a, id, d.document, &at, err);
	if (rc)
		return rc;
	body = ent_statement_body(a, id, who->id, &d, at > now ? at : now);
	if (body.p && body.n > ENT_STATEMENT_BYTES)
		return ent_fail(err, ENT_ELIMIT,
		                "the statement is too long: give a shorter "
		                "reason");
	rc = ent_sign_and_keep(x, a, ENT_ENV_STATEMENT, id, body, key, NULL, err);
	return rc ? rc
	          : ent_audit_note(x, a, ent_act_name(d.act),
	                           ent_arena_printf(a, "{\"of\":\"%.*s\"}", ENT_FMT(id)), err);
}

int
ent_agreement_countersign(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                          const struct ent_key *key, struct ent_str document,
                          struct ent_str reason, struct ent_err *err)
{
	int rc;

	if (reason.n > ENT_REASON_BYTES)
		return ent_fail(err, ENT_EINVAL, "a reason has at most %d bytes",
		                ENT_REASON_BYTES);
	rc = ent_x_begin(x, err);
	if (rc)
		return rc;
	rc = countersign(x, a, id, key, document, reason, err);
	if (rc == 0)
		rc = ent_rejudge(x, a, id, err);
	return ent_x_end(x, rc, err);
}

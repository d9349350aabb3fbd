/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice.c - taking back what was announced and has no effect yet.
 *
 * A notice is withdrawn by its author alone (VCLT, 68), but a date in a statement is no proof
 * that it came in time, and what has ended must not be revived by one side.  So each other
 * party's node signs that it had the withdrawal while the notice had no effect.
 */
#include "exchange/agreement_int.h"
#include "exchange/exchange_int.h"

static int
sign_back(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
          const struct ent_notice *n, struct ent_tally *t, struct ent_str reason,
          struct ent_err *err)
{
	struct ent_draft d = { .act = ENT_ACT_WITHDRAW,
		               .document = g->document,
		               .reason = reason,
		               .notice = n->sha256 };

	return ent_statement_sign(x, a, g->id, t, &d, err);
}

int
ent_notices_withdraw(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                     struct ent_tally *t, struct ent_str reason, struct ent_err *err)
{
	struct ent_str self = g->party[g->self].id;
	size_t own = 0, done = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < g->notices; i++) {
		const struct ent_notice *n = &g->notice[i];

		own += ent_str_eq(n->by, self);
		if (!ent_str_eq(n->by, self) || n->back[g->self])
			continue;
		rc = sign_back(x, a, g, n, t, reason, err);
		done++;
	}
	if (rc || done)
		return rc;
	return ent_fail(err, ENT_ESTATE,
	                own ? "this node has withdrawn it; the other side has not had it yet"
	                    : "this node has announced nothing that could be withdrawn");
}

/* Whether the author of a notice has withdrawn it, and this node hasn't answered. */
static bool
is_asked(const struct ent_agreement *g, const struct ent_notice *n)
{
	int p = ent_agreement_party(g, n->by);

	return p >= 0 && (size_t)p != g->self && n->back[p] && !n->back[g->self];
}

int
ent_notices_answer(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                   struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	struct ent_str none = { NULL, 0 };
	struct ent_tally *t = NULL;
	int rc = g ? ent_agreement_load(x, a, id, g, err) : ent_x_nomem(err);

	for (size_t i = 0; rc == 0 && i < g->notices; i++) {
		if (!is_asked(g, &g->notice[i]))
			continue;
		if (!t)
			rc = ent_own_tally(x, a, g, &t, err);
		if (rc == 0)
			rc = sign_back(x, a, g, &g->notice[i], t, none, err);
		if (rc == ENT_ELIMIT) /* no room to answer: the notice runs on, as it did */
			return 0;
	}
	return rc;
}

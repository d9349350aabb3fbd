/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement_say.c - whether information may pass between two parties, and the state in words.
 */
#include "exchange/agreement_int.h"
#include "exchange/exchange_int.h"

static struct ent_str
name_of(const struct ent_agreement *g, struct ent_str party)
{
	int p = ent_agreement_party(g, party);

	return p < 0 ? party : g->party[p].name;
}

/* The first approver whose word is missing. */
static struct ent_str
missing(const struct ent_agreement *g)
{
	for (size_t i = 0; i < g->approvers; i++)
		if (!g->approver[i].agreed)
			return g->approver[i].name;
	return ENT_STR("somebody");
}

/* Why an agreement isn't in force, for a refusal. */
static int
closed(const struct ent_agreement *g, const char **error_id, struct ent_err *err)
{
	static const char *const ids[] = { "agreement-proposed",
		                           "agreement-pending",
		                           NULL,
		                           "agreement-suspended",
		                           "agreement-terminated",
		                           "agreement-expired",
		                           "agreement-draft",
		                           "agreement-initialled",
		                           "agreement-signed",
		                           NULL };
	char t[ENT_TIME_TEXT];

	if (error_id)
		*error_id = ids[g->state];
	switch (g->state) {
	case ENT_PROPOSED:
		return ent_fail(err, ENT_ESTATE,
		                "the agreement is proposed: not every party has accepted it");
	case ENT_DRAFT:
		return ent_fail(err, ENT_ESTATE,
		                "the agreement is a draft: not every party has initialled it");
	case ENT_INITIALLED:
		return ent_fail(err, ENT_ESTATE,
		                "the agreement is initialled: not every party has accepted it");
	case ENT_SIGNED:
		return ent_fail(err, ENT_ESTATE,
		                "the agreement is signed, and %.*s has not countersigned it",
		                ENT_FMT(missing(g)));
	case ENT_PENDING:
		return ent_fail(err, ENT_ESTATE, "the agreement comes into force on %s",
		                ent_time_text(g->valid_from, 0, t));
	case ENT_TERMINATED:
		if (g->party[g->self].gone && g->ends > g->party[g->self].left)
			return ent_fail(err, ENT_ESTATE, "this party has left the agreement");
		return ent_fail(err, ENT_ESTATE, "the agreement was terminated by %.*s: %.*s",
		                ENT_FMT(name_of(g, g->ended_by)), ENT_FMT(g->ended_reason));
	default:
		return ent_fail(err, ENT_ESTATE, "the agreement expired on %s",
		                ent_time_text(g->valid_until, 0, t));
	}
}

int
ent_agreement_open(const struct ent_agreement *g, struct ent_str one, struct ent_str other,
                   const char **error_id, struct ent_err *err)
{
	char t[ENT_TIME_TEXT];

	if (error_id)
		*error_id = NULL;
	for (size_t i = 0; i < g->parties; i++)
		if (g->party[i].gone &&
		    (ent_str_eq(g->party[i].id, one) || ent_str_eq(g->party[i].id, other))) {
			if (error_id)
				*error_id = "agreement-terminated";
			return ent_fail(err, ENT_ESTATE, "%.*s left the agreement on %s",
			                ENT_FMT(g->party[i].name),
			                ent_time_text(g->party[i].left, 0, t));
		}
	if (ent_agreement_applies(g))
		return 0;
	if (g->state != ENT_SUSPENDED)
		return closed(g, error_id, err);
	for (size_t i = 0; i < g->suspensions; i++) {
		const struct ent_suspension *s = &g->suspension[i];

		/* with more than two parties the others go on among themselves */
		if (!ent_str_eq(s->by, one) && !ent_str_eq(s->by, other))
			continue;
		if (error_id)
			*error_id = "agreement-suspended";
		return ent_fail(err, ENT_ESTATE,
		                "the agreement is suspended by %.*s since %s: %.*s",
		                ENT_FMT(name_of(g, s->by)), ent_time_text(s->at, 0, t),
		                ENT_FMT(s->reason.n ? s->reason : ENT_STR("no reason given")));
	}
	return 0;
}

static const char *
in_force(const struct ent_agreement *g)
{
	return g->state == ENT_PROVISIONAL ? "applied provisionally" : "in force";
}

struct ent_str
ent_agreement_describe(struct ent_arena *a, const struct ent_agreement *g)
{
	char t[ENT_TIME_TEXT];
	struct ent_err why;

	if (ent_agreement_applies(g) && g->ends != INT64_MAX)
		return ent_arena_printf(a, "%s, notice given by %.*s: ends %s (%.*s)",
		                        in_force(g), ENT_FMT(name_of(g, g->ended_by)),
		                        ent_time_text(g->ends, 0, t), ENT_FMT(g->ended_reason));
	if (g->state == ENT_SUSPENDED) {
		const struct ent_suspension *s = &g->suspension[0];

		return ent_arena_printf(
		    a, "suspended by %.*s since %s: %.*s", ENT_FMT(name_of(g, s->by)),
		    ent_time_text(s->at, 0, t),
		    ENT_FMT(s->reason.n ? s->reason : ENT_STR("no reason given")));
	}
	if (ent_agreement_applies(g) && g->notices)
		return ent_arena_printf(
		    a, "%s, %s announced by %.*s for %s: %.*s", in_force(g),
		    g->notice[0].act == ENT_ACT_LEAVE ? "leaving" : "a suspension",
		    ENT_FMT(name_of(g, g->notice[0].by)),
		    ent_time_text(g->notice[0].effect, 0, t),
		    ENT_FMT(g->notice[0].reason.n ? g->notice[0].reason
		                                  : ENT_STR("no reason given")));
	if (ent_agreement_applies(g))
		return ent_str_c(in_force(g));
	(void)closed(g, NULL, &why);
	return ent_arena_dup(a, ent_str_c(why.msg));
}

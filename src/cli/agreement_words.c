/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement_words.c - an agreement in sentences, as a person reads it.
 */
#include <inttypes.h>

#include "base/time.h"
#include "cli/agreement.h"

static struct ent_str
with(struct ent_cli *c, struct ent_str all, const char *more, struct ent_str a)
{
	return ent_arena_printf(c->arena, "%.*s%s%.*s", ENT_FMT(all), more, ENT_FMT(a));
}

/* "North, South and East" */
static struct ent_str
names(struct ent_cli *c, const struct ent_str *list, size_t n)
{
	struct ent_str all = ENT_STR("");

	for (size_t i = 0; i < n; i++)
		all = ent_arena_printf(c->arena, "%.*s%s%.*s", ENT_FMT(all),
		                       i == 0       ? ""
		                       : i + 1 == n ? " and "
		                                    : ", ",
		                       ENT_FMT(list[i]));
	return all;
}

static const char *const onward[] = {
	"must not pass it on",
	"may pass it on with consent",
	"may pass it on within its TLP",
};

static struct ent_str
limits(struct ent_cli *c, struct ent_str s, const struct ent_gate_limits *l)
{
	if (l->n_purposes)
		s = with(c, s, ", to be used only for ", names(c, l->purposes, l->n_purposes));
	if (l->n_required)
		s = with(c, s, ", only what is marked ", names(c, l->required, l->n_required));
	if (l->quota_day)
		s = ent_arena_printf(c->arena, "%.*s, at most %" PRId64 " objects a day",
		                     ENT_FMT(s), l->quota_day);
	if (l->no_expired)
		s = with(c, s, "", ENT_STR(", nothing that is past its validity"));
	if (l->protect_source)
		s = with(c, s, "", ENT_STR(", nothing that tells who the source is"));
	return s;
}

struct ent_str
ent_cli_terms_words(struct ent_cli *c, const struct ent_agreement *g, size_t p)
{
	const struct ent_terms *t = &g->party[p].terms;
	struct ent_str s = ent_arena_printf(
	    c->arena, "%.*s sends %.*s up to TLP:%s", ENT_FMT(g->party[p].name),
	    ENT_FMT(t->all_types ? ENT_STR("objects of every type")
	                         : names(c, t->types, t->n_types)),
	    ent_tlp_name(t->tlp_max));

	s = t->unmarked == ENT_TLP_NONE
	        ? with(c, s, "", ENT_STR(", nothing that has no TLP"))
	        : with(c, s, ", what has no TLP as ", ent_str_c(ent_tlp_name(t->unmarked)));
	s = limits(c, s, &t->gate);
	if (t->two_person)
		s = with(c, s, "", ENT_STR(", each time with two people's word"));
	s = with(c, s, ". Who receives it ", ent_str_c(onward[t->onward]));
	if (t->retention_days)
		s = ent_arena_printf(c->arena, "%.*s and keeps it %" PRId64 " days at most",
		                     ENT_FMT(s), t->retention_days);
	if (t->reply_hours)
		s = ent_arena_printf(c->arena,
		                     "%.*s. It answers requests within %" PRId64 " hours",
		                     ENT_FMT(s), t->reply_hours);
	return with(c, s, "", ENT_STR("."));
}

static void
who(struct ent_cli *c, const struct ent_agreement *g)
{
	struct ent_str list[ENT_PARTIES_MAX];

	for (size_t i = 0; i < g->parties; i++)
		list[i] = g->party[i].name;
	ent_out_line(&c->out, "It is between %.*s%s.", ENT_FMT(names(c, list, g->parties)),
	             g->binding ? "" : ", and it does not bind in law: it is an arrangement");
	for (size_t i = 0; i < g->parties; i++)
		if (g->party[i].auspices.n)
			ent_out_line(&c->out, "%.*s acts under the authority of: %.*s.",
			             ENT_FMT(g->party[i].name), ENT_FMT(g->party[i].auspices));
	for (size_t i = 0; i < g->parties; i++) {
		char t[ENT_TIME_TEXT];

		if (g->party[i].left != INT64_MAX)
			ent_out_line(&c->out, "%.*s %s it on %s.", ENT_FMT(g->party[i].name),
			             g->party[i].gone ? "left" : "leaves",
			             ent_time_text(g->party[i].left, 0, t));
	}
}

static void
into_force(struct ent_cli *c, const struct ent_agreement *g)
{
	char from[ENT_TIME_TEXT], until[ENT_TIME_TEXT];

	if (g->initialling)
		ent_out_line(&c->out, "Every party initials the text before it is accepted.");
	for (size_t i = 0; i < g->approvers; i++)
		ent_out_line(&c->out, "%.*s must countersign it for %.*s, and has%s done so.",
		             ENT_FMT(g->approver[i].name),
		             ENT_FMT(ent_cli_party(g, g->approver[i].party)),
		             g->approver[i].agreed ? "" : " not");
	if (g->approvers && g->provisional)
		ent_out_line(&c->out, "Until then it is applied provisionally.");
	ent_out_line(&c->out, "It applies from %s %s%s.",
	             g->valid_from == INT64_MIN ? "the day on which all have signed"
	                                        : ent_time_text(g->valid_from, 0, from),
	             g->valid_until == INT64_MAX ? "without end" : "until ",
	             g->valid_until == INT64_MAX ? ""
	                                         : ent_time_text(g->valid_until, 0, until));
}

static void
out_of_force(struct ent_cli *c, const struct ent_agreement *g)
{
	static const char *const endings[] = {
		"It does not say what happens then to what was received",
		"What was received is then returned",
		"What was received is then destroyed",
		"What was received may then be kept under the same handling",
	};

	if (g->suspension_days)
		ent_out_line(&c->out,
		             "Each party may suspend it with %" PRId64 " days' notice.",
		             g->suspension_days);
	else
		ent_out_line(&c->out, "Each party may suspend it at once, alone; reviving it "
		                      "takes all.");
	ent_out_line(&c->out, "Each party may end it with %" PRId64 " days' notice.",
	             g->notice_days);
	if (g->ending && g->ending != ENT_ENDING_KEEP && g->ending_days)
		ent_out_line(&c->out, "%s, within %" PRId64 " days.", endings[g->ending],
		             g->ending_days);
	else
		ent_out_line(&c->out, "%s.", endings[g->ending]);
	if (g->accession)
		ent_out_line(&c->out, "Further parties may join by a version that all accept.");
}

void
ent_cli_agreement_words(struct ent_cli *c, const struct ent_agreement *g)
{
	if (c->json)
		return;
	ent_out_line(&c->out, "%s", "");
	who(c, g);
	into_force(c, g);
	for (size_t i = 0; i < g->parties; i++)
		ent_out_line(&c->out, "%.*s", ENT_FMT(ent_cli_terms_words(c, g, i)));
	out_of_force(c, g);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * propose.c - `entente agreement propose`: from options to a signed document.
 */
#include "base/file.h"
#include "base/limits.h"
#include "cli/commands.h"

static const struct ent_option options[] = {
	{ "title", "TITLE", "what it is about; needed", 0, false },
	{ "with", "PEER", "a confirmed counterpart; needed", 0, true },
	{ "types", "LIST", "STIX types that may cross, by commas, or '*' (*)", 0, false },
	{ "tlp-max", "LEVEL", "highest TLP: clear, green, amber, amber+strict, red (amber)", 0,
	  false },
	{ "unmarked", "LEVEL", "TLP of objects that have none (they do not cross)", 0, false },
	{ "marking", "ID", "a further marking definition that stops nothing", 0, true },
	{ "onward", "RULE", "passing on: never, consent, within-tlp (never)", 0, false },
	{ "auspices", "TEXT", "the authority under which this party acts", 0, false },
	{ "text", "REF", "where the text that was signed on paper is found", 0, false },
	{ "binding", NULL, "it binds in law, not only in words", 0, false },
	{ "valid-from", "TIME", "first day (now)", 0, false },
	{ "valid-until", "TIME", "last day (no end)", 0, false },
	{ "notice-days", "N", "days from notice to termination (0)", 0, false },
	{ "retention-days", "N", "days that received objects may be kept (no limit)", 0,
	  false },
	{ "reply-hours", "N", "hours in which requests are answered (no limit)", 0, false },
	{ "life-ack-minutes", "N",
	  "threats to life pass even while suspended, acknowledged within N", 0, false },
	{ "life-report-hours", "N", "and reported on within N hours (72)", 0, false },
	{ "two-person", NULL, "a release needs two people", 0, false },
	{ "terms", "FILE", "terms for each party, as JSON, instead of the options above", 0,
	  false },
	{ "initialled", NULL, "every party initials it before it is accepted", 0, false },
	{ "approvers", "FILE", "who must countersign: a JSON list of id, name, key, party", 0,
	  false },
	{ "provisional", NULL, "it applies before the approvers have signed", 0, false },
	{ "suspension-days", "N", "days from a suspension to its effect (0)", 0, false },
	{ "ending", "WHAT",
	  "what happens to received information when it ends: return, destroy, keep", 0,
	  false },
	{ "ending-days", "N", "days within which that is done", 0, false },
	{ "accession", NULL, "a later version may have further parties", 0, false },
	{ "amend", "AGREEMENT", "propose a new version of that one", 0, false },
	{ "no-send", NULL, "do not tell the others now", 0, false },
	{ 0 },
};

static int
level(const struct ent_cli *c, const char *name, enum ent_tlp *out, struct ent_err *err)
{
	struct ent_str v = ent_cli_value(c, name);

	if (!v.p)
		return 0;
	if (ent_tlp_parse(v, out))
		return ent_fail(err, ENT_EINVAL,
		                "--%s: \"%.*s\" is no TLP level: clear, green, amber, "
		                "amber+strict or red",
		                name, ENT_FMT(v));
	return 0;
}

static int
onward(const struct ent_cli *c, enum ent_onward *out, struct ent_err *err)
{
	static const struct {
		const char *name;
		enum ent_onward rule;
	} rules[] = { { "never", ENT_ONWARD_NEVER },
		      { "consent", ENT_ONWARD_CONSENT },
		      { "within-tlp", ENT_ONWARD_TLP } };
	struct ent_str v = ent_cli_value(c, "onward");

	if (!v.p)
		return 0;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (ent_str_is(v, rules[i].name)) {
			*out = rules[i].rule;
			return 0;
		}
	return ent_fail(err, ENT_EINVAL,
	                "--onward: \"%.*s\" is none of never, consent, "
	                "within-tlp",
	                ENT_FMT(v));
}

static int
types(struct ent_cli *c, struct ent_terms *t, struct ent_err *err)
{
	struct ent_str v = ent_cli_value(c, "types"), part, *list;

	t->all_types = !v.p || ent_str_is(v, "*");
	if (t->all_types)
		return 0;
	list = ent_arena_array(c->arena, v.n + 1, sizeof(*list));
	if (!list)
		return ent_cli_nomem(err);
	while (ent_str_next(&v, ',', &part)) {
		part = ent_str_trim(part);
		if (part.n == 0)
			return ent_fail(err, ENT_EINVAL,
			                "--types: an empty name between commas");
		list[t->n_types++] = part;
	}
	t->types = list;
	return t->n_types ? 0 : ent_fail(err, ENT_EINVAL, "--types names no type");
}

static int
terms(struct ent_cli *c, struct ent_terms *t, struct ent_err *err)
{
	struct ent_str *markings;
	int rc = types(c, t, err);

	t->tlp_max = ENT_TLP_AMBER;
	t->two_person = ent_cli_flag(c, "two-person");
	if (rc == 0)
		rc = level(c, "tlp-max", &t->tlp_max, err);
	if (rc == 0)
		rc = level(c, "unmarked", &t->unmarked, err);
	if (rc == 0)
		rc = onward(c, &t->onward, err);
	if (rc == 0)
		rc = ent_cli_number(c, "retention-days", 1, 36500, &t->retention_days, err);
	if (rc == 0)
		rc = ent_cli_number(c, "reply-hours", 1, 87600, &t->reply_hours, err);
	if (rc == 0)
		rc = ent_given_all(&c->given, c->arena, "marking", &markings, &t->n_markings,
		                   err);
	if (rc == 0)
		t->markings = markings;
	return rc;
}

/* --with and operands alike name counterparts. */
static int
peers(struct ent_cli *c, struct ent_proposal *p, struct ent_err *err)
{
	struct ent_str *with, *all;
	size_t n;
	int rc = ent_given_all(&c->given, c->arena, "with", &with, &n, err);

	if (rc)
		return rc;
	all = ent_arena_array(c->arena, n + c->given.n_operands, sizeof(*all));
	if (!all)
		return ent_cli_nomem(err);
	for (size_t i = 0; i < n; i++)
		all[p->n_peers++] = with[i];
	for (size_t i = 0; i < c->given.n_operands; i++)
		all[p->n_peers++] = ent_cli_operand(c, i);
	p->peers = all;
	return n ? 0 : ent_fail(err, ENT_EINVAL, "--with PEER is needed: with whom?");
}

static int
read_terms_file(struct ent_cli *c, struct ent_proposal *p, struct ent_err *err)
{
	const char *path = ent_given_value(&c->given, "terms");
	int rc;

	if (!path)
		return 0;
	rc = ent_file_read(c->arena, path, ENT_ENVELOPE_MAX, &p->terms_json, err);
	return rc;
}

/* How it comes into force, is suspended, and ends. */
static int
course(struct ent_cli *c, struct ent_proposal *p, struct ent_err *err)
{
	const char *path = ent_given_value(&c->given, "approvers");
	struct ent_str ending = ent_cli_value(c, "ending");
	int rc;

	p->initialling = ent_cli_flag(c, "initialled");
	p->provisional = ent_cli_flag(c, "provisional");
	p->accession = ent_cli_flag(c, "accession");
	if (ending.p && ent_ending_parse(ending, &p->ending))
		return ent_fail(err, ENT_EINVAL,
		                "--ending: \"%.*s\" is none of return, destroy, keep",
		                ENT_FMT(ending));
	rc = ent_cli_number(c, "ending-days", 0, 36500, &p->ending_days, err);
	if (rc == 0)
		rc = ent_cli_number(c, "suspension-days", 0, 3650, &p->suspension_days, err);
	if (rc == 0 && path)
		rc = ent_file_read(c->arena, path, ENT_ENVELOPE_MAX, &p->approvers, err);
	return rc;
}

static int
fill(struct ent_cli *c, struct ent_proposal *p, struct ent_err *err)
{
	int rc = 0;

	*p = (struct ent_proposal){
		.title = ent_cli_value(c, "title"),
		.text = ent_cli_value(c, "text"),
		.auspices = ent_cli_value(c, "auspices"),
		.binding = ent_cli_flag(c, "binding"),
		.valid_from = INT64_MIN,
		.valid_until = INT64_MAX,
		.amends = ent_cli_value(c, "amend"),
	};
	if (!p->title.n)
		return ent_fail(err, ENT_EINVAL, "--title TITLE is needed");
	rc = peers(c, p, err);
	if (rc == 0)
		rc = ent_cli_time(c, "valid-from", &p->valid_from, err);
	if (rc == 0)
		rc = ent_cli_time(c, "valid-until", &p->valid_until, err);
	if (rc == 0)
		rc = ent_cli_number(c, "notice-days", 0, 3650, &p->notice_days, err);
	p->life_report_hours = 72;
	if (rc == 0)
		rc = ent_cli_number(c, "life-ack-minutes", 1, 10080, &p->life_ack_minutes, err);
	if (rc == 0)
		rc =
		    ent_cli_number(c, "life-report-hours", 1, 8760, &p->life_report_hours, err);
	if (rc == 0)
		rc = course(c, p, err);
	if (rc == 0)
		rc = terms(c, &p->terms, err);
	return rc ? rc : read_terms_file(c, p, err);
}

static int
propose(struct ent_cli *c, struct ent_err *err)
{
	struct ent_agreement *g = ent_arena_alloc(c->arena, sizeof(*g));
	struct ent_proposal p;
	int rc;

	if (!g)
		return ent_cli_nomem(err);
	rc = fill(c, &p, err);
	if (rc == 0)
		rc = ent_agreement_propose(c->x, c->arena, &p, g, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "id", "agreement", g->id);
	ent_out_str(&c->out, "title", "title", g->title);
	ent_out_int(&c->out, "version", "version", g->version);
	ent_out_str(&c->out, "document", "document", g->document);
	ent_out_c(&c->out, "state", NULL, ent_state_name(g->state));
	ent_out_str(&c->out, "describe", "state", ent_agreement_describe(c->arena, g));
	return ent_cli_tell(c, g, err);
}

const struct ent_command ent_cmd_agreement_propose = {
	.name = "agreement propose",
	.help = "propose an agreement, or a new version of one",
	.operands = "[PEER...]",
	.max = -1,
	.node = true,
	.json = true,
	.options = options,
	.text =
	    "The document is signed and the counterparts are told at once.  It is in force\n"
	    "when every party has accepted it (entente agreement accept).",
	.run = propose,
};

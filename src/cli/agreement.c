/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement.c - `entente agreement`: signing statements, and showing what was signed.
 */
#include "cli/agreement.h"
#include "cli/verdicts.h"

static const struct ent_option accept_options[] = {
	{ "document", "HASH", "the document that you read, by the start of its hash", 0,
	  false },
	ENT_OPTION_REASON,
	ENT_OPTION_NO_SEND,
	{ 0 },
};

static const struct ent_option act_options[] = {
	ENT_OPTION_REASON,
	ENT_OPTION_NO_SEND,
	{ 0 },
};

int
ent_cli_acted(struct ent_cli *c, struct ent_agreement *g, enum ent_act what,
              struct ent_err *err)
{
	int rc = ent_agreement_load(c->x, c->arena, g->id, g, err);

	if (rc)
		return rc;
	ent_out_str(&c->out, "id", "agreement", g->id);
	ent_out_str(&c->out, "title", "title", g->title);
	ent_out_c(&c->out, "signed", "signed", ent_act_name(what));
	ent_out_c(&c->out, "state", NULL, ent_state_name(g->state));
	ent_out_str(&c->out, "describe", "state", ent_agreement_describe(c->arena, g));
	return ent_cli_tell(c, g, err);
}

int
ent_cli_act(struct ent_cli *c, enum ent_act what, struct ent_str document, struct ent_err *err)
{
	struct ent_agreement *g;
	int rc = ent_cli_agreement(c, ent_cli_operand(c, 0), &g, err);

	if (rc == 0)
		rc = ent_agreement_act(c->x, c->arena, g->id, what, document,
		                       ent_cli_value(c, "reason"), err);
	return rc ? rc : ent_cli_acted(c, g, what, err);
}

static int
accept_it(struct ent_cli *c, struct ent_err *err)
{
	return ent_cli_act(c, ENT_ACT_ACCEPT, ent_cli_value(c, "document"), err);
}

static int
suspend(struct ent_cli *c, struct ent_err *err)
{
	struct ent_agreement *g;
	int64_t from = INT64_MIN;
	int rc = ent_cli_time(c, "from", &from, err);

	if (rc || from == INT64_MIN)
		return rc ? rc : ent_cli_act(c, ENT_ACT_SUSPEND, (struct ent_str){ 0 }, err);
	rc = ent_cli_agreement(c, ent_cli_operand(c, 0), &g, err);
	if (rc == 0)
		rc = ent_agreement_suspend(c->x, c->arena, g->id, from,
		                           ent_cli_value(c, "reason"), err);
	return rc ? rc : ent_cli_acted(c, g, ENT_ACT_SUSPEND, err);
}

static int
resume(struct ent_cli *c, struct ent_err *err)
{
	return ent_cli_act(c, ENT_ACT_RESUME, (struct ent_str){ 0 }, err);
}

static int
terminate(struct ent_cli *c, struct ent_err *err)
{
	return ent_cli_act(c, ENT_ACT_TERMINATE, (struct ent_str){ 0 }, err);
}

static const struct ent_option suspend_options[] = {
	{ "from", "TIME", "from that day on (at once, or as soon as the document allows)", 0,
	  false },
	ENT_OPTION_REASON,
	ENT_OPTION_NO_SEND,
	{ 0 },
};

#define ACT(NAME, HELP, OPTIONS, TEXT, RUN)                                                    \
	{                                                                                      \
		.name = NAME, .help = HELP, .operands = "AGREEMENT", .min = 1, .max = 1,       \
		.node = true, .json = true, .options = OPTIONS, .text = TEXT, .run = RUN       \
	}

const struct ent_command ent_cmd_agreement_accept =
    ACT("agreement accept", "accept a document of an agreement", accept_options,
        "It is in force when every party has accepted the same document.  Where several\n"
        "documents wait, --document names the one that you have read\n"
        "(entente agreement show AGREEMENT --document HASH).",
        accept_it);
const struct ent_command ent_cmd_agreement_suspend =
    ACT("agreement suspend", "suspend an agreement, alone, at once or from a day on",
        suspend_options,
        "Nothing is served or fetched under it until every party has resumed it.", suspend);
const struct ent_command ent_cmd_agreement_resume =
    ACT("agreement resume", "resume a suspended agreement, with the others", act_options,
        "It is in force again when every party has resumed it; both sides go on where\n"
        "they were.",
        resume);
const struct ent_command ent_cmd_agreement_terminate =
    ACT("agreement terminate", "end an agreement for good, after its notice", act_options,
        "What was exchanged, and the ledger, stay.", terminate);

/* ---- list ---- */

static struct ent_str
party_names(struct ent_cli *c, const struct ent_agreement *g)
{
	struct ent_str all = ENT_STR("");

	for (size_t i = 0; i < g->parties && all.p; i++)
		if (i != g->self)
			all = ent_arena_printf(c->arena, "%.*s%s%.*s", ENT_FMT(all),
			                       all.n ? ", " : "", ENT_FMT(g->party[i].name));
	return all;
}

static const struct ent_column list_columns[] = {
	{ "id", "AGREEMENT", false },   { "state", NULL, false },
	{ "describe", "STATE", false }, { "with", "WITH", false },
	{ "version", NULL, false },     { "title", "TITLE", false },
};

static int
see_agreement(void *self, struct ent_str id, const struct ent_agreement *g,
              const struct ent_err *why)
{
	struct ent_cli *c = self;
	struct ent_str none = { NULL, 0 };

	ent_cell(&c->out, id);
	ent_cell_c(&c->out, g ? ent_state_name(g->state) : "unreadable");
	ent_cell(&c->out, g ? ent_agreement_describe(c->arena, g) : ent_str_c(why->msg));
	ent_cell(&c->out, g ? party_names(c, g) : none);
	ent_cell_int(&c->out, g ? g->version : 0);
	ent_cell(&c->out, g ? g->title : none);
	return 0;
}

static int
list(struct ent_cli *c, struct ent_err *err)
{
	int rc;

	ent_out_list(&c->out, "agreements", ENT_COLUMNS(list_columns));
	rc = ent_agreement_each(c->x, see_agreement, c, err);
	ent_out_list_end(&c->out,
	                 rc ? NULL : "There are no agreements yet: entente agreement propose");
	return rc;
}

const struct ent_command ent_cmd_agreement_list = {
	.name = "agreement list",
	.help = "list the agreements and their states",
	.operands = "",
	.node = true,
	.json = true,
	.run = list,
};

/* ---- show ---- */

static const struct ent_column party_columns[] = {
	{ "name", "PARTY", false },        { "accepted", "ACCEPTED", false },
	{ "initialled", NULL, false },     { "left", NULL, false },
	{ "self", NULL, false },           { "id", NULL, false },
	{ "auspices", "AUSPICES", false },
};

static void
show_parties(struct ent_cli *c, const struct ent_agreement *g)
{
	ent_out_line(&c->out, "%s", "");
	ent_out_list(&c->out, "parties", ENT_COLUMNS(party_columns));
	for (size_t i = 0; i < g->parties; i++) {
		ent_cell(&c->out, g->party[i].name);
		ent_cell_bool(&c->out, g->party[i].accepted);
		ent_cell_bool(&c->out, g->party[i].initialled);
		ent_cell_bool(&c->out, g->party[i].gone);
		ent_cell_bool(&c->out, i == g->self);
		ent_cell(&c->out, g->party[i].id);
		ent_cell(&c->out,
		         g->party[i].auspices.n ? g->party[i].auspices : (struct ent_str){ 0 });
	}
	ent_out_list_end(&c->out, NULL);
}

static const struct ent_column term_columns[] = {
	{ "party", "SENDS", false },      { "types", "TYPES", false },
	{ "tlp_max", "TLP MAX", false },  { "unmarked", "UNMARKED", false },
	{ "markings", NULL, false },      { NULL, "MARKINGS", true },
	{ "onward", "ONWARD", false },    { "retention_days", "RETENTION", true },
	{ "reply_hours", "REPLY", true }, { "two_person", "TWO-PERSON", false },
};

static struct ent_str
type_names(struct ent_cli *c, const struct ent_terms *t)
{
	struct ent_str all = ENT_STR("");

	if (t->all_types)
		return ENT_STR("*");
	for (size_t i = 0; i < t->n_types && all.p; i++)
		all = ent_arena_printf(c->arena, "%.*s%s%.*s", ENT_FMT(all), i ? "," : "",
		                       ENT_FMT(t->types[i]));
	return all;
}

/* As a JSON array. */
static struct ent_str
marking_ids(struct ent_cli *c, const struct ent_terms *t)
{
	struct ent_str all;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, ENT_ENVELOPE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_array(&w);
	for (size_t i = 0; i < t->n_markings; i++)
		ent_jw_str(&w, t->markings[i]);
	ent_jw_end_array(&w);
	all = ent_buf_done(&b, c->arena);
	ent_buf_release(&b);
	return all.p ? all : ENT_STR("[]");
}

static void
show_terms(struct ent_cli *c, const struct ent_agreement *g)
{
	static const char *const onward[] = { "never", "consent", "within-tlp" };

	ent_out_line(&c->out, "%s", "");
	ent_out_list(&c->out, "terms", ENT_COLUMNS(term_columns));
	for (size_t i = 0; i < g->parties; i++) {
		const struct ent_terms *t = &g->party[i].terms;

		ent_cell(&c->out, g->party[i].name);
		ent_cell(&c->out, type_names(c, t));
		ent_cell_c(&c->out, ent_tlp_name(t->tlp_max));
		ent_cell_c(&c->out,
		           t->unmarked == ENT_TLP_NONE ? NULL : ent_tlp_name(t->unmarked));
		ent_cell_raw(&c->out, marking_ids(c, t));
		ent_cell_int(&c->out, (int64_t)t->n_markings);
		ent_cell_c(&c->out, onward[t->onward]);
		ent_cell_int(&c->out, t->retention_days);
		ent_cell_int(&c->out, t->reply_hours);
		ent_cell_bool(&c->out, t->two_person);
	}
	ent_out_list_end(&c->out, NULL);
	ent_out_line(&c->out, "(retention in days, reply in hours; 0: no limit)");
}

static const struct ent_column suspension_columns[] = {
	{ "by", "SUSPENDED BY", false }, { "at", "SINCE", false },
	{ "reason", "REASON", false },   { "resumed", "RESUMED BY", false },
	{ "sha256", NULL, false },
};

static struct ent_str
resumed_by(struct ent_cli *c, const struct ent_agreement *g, const struct ent_suspension *s)
{
	struct ent_str all = ENT_STR("");

	for (size_t i = 0; i < g->parties && all.p; i++)
		if (s->resumed[i])
			all = ent_arena_printf(c->arena, "%.*s%s%.*s", ENT_FMT(all),
			                       all.n ? ", " : "", ENT_FMT(g->party[i].name));
	return all.n ? all : ENT_STR("nobody yet");
}

static void
show_suspensions(struct ent_cli *c, const struct ent_agreement *g)
{
	if (!g->suspensions && !c->json)
		return;
	ent_out_line(&c->out, "%s", "");
	ent_out_list(&c->out, "suspensions", ENT_COLUMNS(suspension_columns));
	for (size_t i = 0; i < g->suspensions; i++) {
		const struct ent_suspension *s = &g->suspension[i];

		ent_cell(&c->out, ent_cli_party(g, s->by));
		ent_cell_time(&c->out, s->at);
		ent_cell(&c->out, s->reason.n ? s->reason : (struct ent_str){ 0 });
		ent_cell(&c->out, resumed_by(c, g, s));
		ent_cell(&c->out, s->sha256);
	}
	ent_out_list_end(&c->out, NULL);
}

static const struct ent_column waiting_columns[] = {
	{ "document", "WAITING DOCUMENT", false },
	{ "version", "VERSION", true },
	{ "by", "BY", false },
	{ "at", "AT", false },
	{ "accepted", "ACCEPTED HERE", false },
};

static int
show_waiting(struct ent_cli *c, const struct ent_agreement *g, struct ent_err *err)
{
	struct ent_waiting *w;
	size_t n;
	int rc = ent_agreement_waiting(c->x, c->arena, g->id, &w, &n, err);

	if (rc || (n == 0 && !c->json))
		return rc;
	ent_out_line(&c->out, "%s", "");
	ent_out_list(&c->out, "waiting", ENT_COLUMNS(waiting_columns));
	for (size_t i = 0; i < n; i++) {
		ent_cell(&c->out, w[i].sha256);
		ent_cell_int(&c->out, w[i].version);
		ent_cell(&c->out, ent_cli_party(g, w[i].by));
		ent_cell(&c->out, w[i].at);
		ent_cell_bool(&c->out, w[i].accepted);
	}
	ent_out_list_end(&c->out, NULL);
	ent_out_line(&c->out, "(read one with: entente agreement show %.8s --document HASH)",
	             g->id.p);
	return 0;
}

static const struct ent_column approver_columns[] = {
	{ "name", "APPROVER", false },
	{ "party", "FOR", false },
	{ "countersigned", "COUNTERSIGNED", false },
	{ "id", NULL, false },
};

static void
show_approvers(struct ent_cli *c, const struct ent_agreement *g)
{
	if (!g->approvers && !c->json)
		return;
	ent_out_line(&c->out, "%s", "");
	ent_out_list(&c->out, "approvers", ENT_COLUMNS(approver_columns));
	for (size_t i = 0; i < g->approvers; i++) {
		ent_cell(&c->out, g->approver[i].name);
		ent_cell(&c->out, ent_cli_party(g, g->approver[i].party));
		ent_cell_bool(&c->out, g->approver[i].agreed);
		ent_cell(&c->out, g->approver[i].id);
	}
	ent_out_list_end(&c->out, NULL);
}

static const struct ent_column notice_columns[] = {
	{ "act", "ANNOUNCED", false },
	{ "by", "BY", false },
	{ "at", "AT", false },
	{ "effect", "EFFECT", false },
	{ "withdrawn", "WITHDRAWN BY AUTHOR", false },
	{ "reason", "REASON", false },
	{ "sha256", NULL, false },
};

static void
show_notices(struct ent_cli *c, const struct ent_agreement *g)
{
	if (!g->notices && !c->json)
		return;
	ent_out_line(&c->out, "%s", "");
	ent_out_list(&c->out, "notices", ENT_COLUMNS(notice_columns));
	for (size_t i = 0; i < g->notices; i++) {
		const struct ent_notice *n = &g->notice[i];
		int p = ent_agreement_party(g, n->by);

		ent_cell_c(&c->out, ent_act_name((enum ent_act)n->act));
		ent_cell(&c->out, ent_cli_party(g, n->by));
		ent_cell_time(&c->out, n->at);
		ent_cell_time(&c->out, n->effect);
		ent_cell_bool(&c->out, p >= 0 && n->back[p]);
		ent_cell(&c->out, n->reason.n ? n->reason : (struct ent_str){ 0 });
		ent_cell(&c->out, n->sha256);
	}
	ent_out_list_end(&c->out, NULL);
}

/* How it comes into force and ends, as data; people read it in the sentences. */
static void
show_course(struct ent_cli *c, const struct ent_agreement *g)
{
	struct ent_out *o = &c->out;

	ent_out_bool(o, "initialled", NULL, g->initialling);
	ent_out_bool(o, "provisional", NULL, g->provisional);
	ent_out_bool(o, "accession", NULL, g->accession);
	ent_out_int(o, "suspension_days", NULL, g->suspension_days);
	ent_out_str(o, "ending", NULL,
	            g->ending ? ent_str_c(ent_ending_name(g->ending)) : (struct ent_str){ 0 });
	ent_out_int(o, "ending_days", NULL, g->ending_days);
}

static int
show(struct ent_cli *c, struct ent_err *err)
{
	struct ent_out *o = &c->out;
	struct ent_agreement *g;
	struct ent_str document = ent_cli_value(c, "document");
	int rc = ent_cli_agreement(c, ent_cli_operand(c, 0), &g, err);

	if (rc == 0 && document.p)
		rc = ent_agreement_document(c->x, c->arena, g->id, document, g, err);
	if (rc)
		return rc;
	ent_out_str(o, "id", "agreement", g->id);
	ent_out_str(o, "title", "title", g->title);
	if (!document.p) {
		ent_out_c(o, "state", NULL, ent_state_name(g->state));
		ent_out_str(o, "describe", "state", ent_agreement_describe(c->arena, g));
	}
	ent_out_int(o, "version", "version", g->version);
	ent_out_str(o, "document", "document", g->document);
	ent_out_str(o, "text", "text", g->text.n ? g->text : (struct ent_str){ 0 });
	ent_out_bool(o, "binding", "binding", g->binding);
	if (g->valid_from != INT64_MIN)
		ent_out_time(o, "valid_from", "valid from", g->valid_from);
	ent_out_time(o, "valid_until", "valid until", g->valid_until);
	ent_out_int(o, "notice_days", "notice days", g->notice_days);
	ent_out_time(o, "ends", "ends", g->ends);
	ent_out_str(o, "newer", "newer", g->newer);
	if (ent_cli_value(c, "document").p && g->party[g->self].accepted)
		ent_out_line(o, "This node has accepted this document.");
	show_course(c, g);
	ent_cli_agreement_words(c, g);
	show_parties(c, g);
	show_approvers(c, g);
	show_terms(c, g);
	ent_cli_gate_terms(c, g);
	if (ent_cli_value(c, "document").p)
		return 0;
	show_notices(c, g);
	show_suspensions(c, g);
	return show_waiting(c, g, err);
}

static const struct ent_option show_options[] = {
	{ "document", "HASH",
	  "that document, by the start of its hash, not the one that governs", 0, false },
	{ 0 },
};

const struct ent_command ent_cmd_agreement_show = {
	.name = "agreement show",
	.help = "show an agreement: state, parties, terms",
	.operands = "AGREEMENT",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = show_options,
	.run = show,
};

/* ---- log ---- */

static const struct ent_column log_columns[] = {
	{ "at", "AT", false },         { "act", "ACT", false },
	{ "by", "BY", false },         { "document", NULL, false },
	{ "suspension", NULL, false }, { "rehearsal", NULL, false },
	{ "sha256", NULL, false },     { "reason", "REASON", false },
};

static int
show_log(struct ent_cli *c, struct ent_err *err)
{
	struct ent_statement *s;
	struct ent_agreement *g;
	size_t n;
	int rc = ent_cli_agreement(c, ent_cli_operand(c, 0), &g, err);

	if (rc == 0)
		rc = ent_statements(c->x, c->arena, g->id, &s, &n, err);
	if (rc)
		return rc;
	ent_out_list(&c->out, "statements", ENT_COLUMNS(log_columns));
	for (size_t i = 0; i < n; i++) {
		ent_cell_time(&c->out, s[i].at);
		ent_cell_c(&c->out, ent_act_name(s[i].act));
		ent_cell(&c->out, ent_cli_party(g, s[i].by));
		ent_cell(&c->out, s[i].document);
		ent_cell(&c->out, s[i].suspension);
		ent_cell(&c->out, s[i].rehearsal);
		ent_cell(&c->out, s[i].sha256);
		ent_cell(&c->out, s[i].reason.n ? s[i].reason : (struct ent_str){ 0 });
	}
	ent_out_list_end(&c->out, "No statement yet.");
	return 0;
}

const struct ent_command ent_cmd_agreement_log = {
	.name = "agreement log",
	.help = "list the signed statements of an agreement in order",
	.operands = "AGREEMENT",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.run = show_log,
};

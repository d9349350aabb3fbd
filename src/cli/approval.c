/* SPDX-License-Identifier: Apache-2.0 */
/*
 * approval.c - `entente approval`: the second person's part in a release that needs two.
 */
#include "cli/commands.h"
#include "exchange/release.h"

static const struct ent_column columns[] = {
	{ "id", NULL, false },           { NULL, "APPROVAL", false },
	{ "state", "STATE", false },     { "object", "OBJECT", false },
	{ "version", NULL, false },      { "sha256", NULL, false },
	{ "agreement", NULL, false },    { "requested_by", "ASKED BY", false },
	{ "requested_at", "AT", false }, { "decided_by", "DECIDED BY", false },
	{ "decided_at", NULL, false },   { "reason", "REASON", false },
};

static struct ent_str
or_absent(struct ent_str s)
{
	return s.n ? s : (struct ent_str){ NULL, 0 };
}

static int
row(void *self, const struct ent_approval *v, struct ent_err *err)
{
	struct ent_cli *c = self;

	(void)err;
	ent_cell(&c->out, v->id);
	ent_cell(&c->out, (struct ent_str){ v->id.p, 12 });
	ent_cell_c(&c->out, ent_approval_state_name(v->state));
	ent_cell(&c->out, v->object);
	ent_cell(&c->out, or_absent(v->version));
	ent_cell(&c->out, v->sha256);
	ent_cell(&c->out, v->agreement);
	ent_cell(&c->out, v->requested_by);
	ent_cell(&c->out, v->requested_at);
	ent_cell(&c->out, or_absent(v->decided_by));
	ent_cell(&c->out, or_absent(v->decided_at));
	ent_cell(&c->out, or_absent(v->reason));
	return 0;
}

static const struct ent_option list_options[] = {
	{ "all", NULL, "those that are decided too", 0, false },
	{ 0 },
};

static int
list(struct ent_cli *c, struct ent_err *err)
{
	int rc;

	ent_out_list(&c->out, "approvals", ENT_COLUMNS(columns));
	rc = ent_approvals_each(c->x, ent_cli_flag(c, "all"), row, c, err);
	ent_out_list_end(&c->out, "Nothing waits for a second person.");
	return rc;
}

const struct ent_command ent_cmd_approval_list = {
	.name = "approval list",
	.help = "list what waits for a second person",
	.operands = "",
	.node = true,
	.json = true,
	.options = list_options,
	.run = list,
};

static void
show_record(struct ent_cli *c, const struct ent_approval *v)
{
	struct ent_out *o = &c->out;

	ent_out_str(o, "id", "approval", v->id);
	ent_out_c(o, "state", "state", ent_approval_state_name(v->state));
	ent_out_str(o, "agreement", "agreement", v->agreement);
	ent_out_str(o, "object", "object", v->object);
	ent_out_str(o, "version", "version", or_absent(v->version));
	ent_out_str(o, "sha256", "sha256", v->sha256);
	ent_out_str(o, "requested_by", "asked by", v->requested_by);
	ent_out_str(o, "requested_at", "at", v->requested_at);
	ent_out_str(o, "decided_by", "decided by", or_absent(v->decided_by));
	ent_out_str(o, "decided_at", "at", or_absent(v->decided_at));
	ent_out_str(o, "reason", "reason", or_absent(v->reason));
}

/* With the object as it stands: nobody approves what he has not seen. */
static int
show(struct ent_cli *c, struct ent_err *err)
{
	struct ent_approval v;
	struct ent_held h;
	int rc = ent_approval_find(c->x, c->arena, ent_cli_operand(c, 0), &v, err);

	if (rc == 0)
		rc = ent_holdings_get(c->x, c->arena, v.object, or_absent(v.version), &h, err);
	if (rc)
		return rc;
	show_record(c, &v);
	ent_out_raw(&c->out, "content", h.bytes);
	ent_out_line(&c->out, "%.*s", ENT_FMT(h.bytes));
	return 0;
}

const struct ent_command ent_cmd_approval_show = {
	.name = "approval show",
	.help = "show a request and the object that it is about",
	.operands = "APPROVAL",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.run = show,
};

static const struct ent_option decide_options[] = {
	{ "reason", "TEXT", "why; kept with the decision", 0, false },
	{ 0 },
};

static int
approve(struct ent_cli *c, struct ent_err *err)
{
	struct ent_release_report rep;
	struct ent_approval v;
	const char *came;
	int rc = ent_approve(c->x, c->arena, ent_cli_operand(c, 0), ent_cli_value(c, "reason"),
	                     &v, &rep, err);

	if (rc)
		return rc;
	came = rep.released ? "released"
	       : rep.queued ? "queued until the agreement is revived"
	       : rep.already
	           ? "on the channel already"
	           : "not released: it has a newer version, or another rule denies it "
	             "(entente release --dry-run)";
	show_record(c, &v);
	ent_out_c(&c->out, "outcome", NULL, came);
	ent_out_line(&c->out, "It is %s.", came);
	return rep.released || rep.queued || rep.already ? 0 : ENT_NO;
}

static int
refuse(struct ent_cli *c, struct ent_err *err)
{
	struct ent_approval v;
	int rc = ent_approval_decide(c->x, c->arena, ent_cli_operand(c, 0), false,
	                             ent_cli_value(c, "reason"), &v, err);

	if (rc == 0)
		show_record(c, &v);
	return rc;
}

const struct ent_command ent_cmd_approval_approve = {
	.name = "approval approve",
	.help = "approve a release as the second person, and let it go",
	.operands = "APPROVAL",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = decide_options,
	.text =
	    "Needs --login with a user who has the role approver and has not asked for it.\n"
	    "What is approved is this version; a later one needs a request of its own.",
	.run = approve,
};

const struct ent_command ent_cmd_approval_refuse = {
	.name = "approval refuse",
	.help = "refuse a release as the second person",
	.operands = "APPROVAL",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = decide_options,
	.text = "Needs --login as `approval approve` does, and --reason.",
	.run = refuse,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * life.c - `entente life`: tips about threats to life, which pass also while an agreement is
 * suspended.
 */
#include "exchange/life.h"
#include "base/time.h"
#include "cli/commands.h"

/* ---- write, send, drop ---- */

static const struct ent_option write_options[] = {
	{ "place", "TEXT", "where; needed", 0, false },
	{ "from", "TIME", "from when it holds (now)", 0, false },
	{ "until", "TIME", "until when it holds; needed", 0, false },
	{ "what", "KIND",
	  "attack, bombing, shooting, stabbing, vehicle, hijacking, kidnapping, "
	  "poison, sabotage or other (attack)",
	  0, false },
	{ "confidence", "N", "0 to 100 (50)", 0, false },
	{ "contact", "TEXT", "whom to call; needed", 0, false },
	{ 0 },
};

static int
take_tip(struct ent_cli *c, struct ent_life_tip *t, struct ent_err *err)
{
	int64_t from = INT64_MIN, until = INT64_MIN;
	int rc = ent_cli_time(c, "from", &from, err);

	*t = (struct ent_life_tip){ .place = ent_cli_value(c, "place"),
		                    .what = ent_cli_value(c, "what"),
		                    .confidence = 50,
		                    .contact = ent_cli_value(c, "contact") };
	if (!t->what.p)
		t->what = ENT_STR("attack");
	if (rc == 0)
		rc = ent_cli_time(c, "until", &until, err);
	if (rc == 0)
		rc = ent_cli_number(c, "confidence", 0, 100, &t->confidence, err);
	if (rc == 0 && (!t->place.n || !t->contact.n || until == INT64_MIN))
		rc = ent_fail(err, ENT_EINVAL, "--place, --until and --contact are needed");
	if (rc)
		return rc;
	if (from != INT64_MIN)
		t->from = ent_time_dup(c->arena, from, 0);
	t->until = ent_time_dup(c->arena, until, 0);
	return t->until.p ? 0 : ent_cli_nomem(err);
}

static int
write_tip(struct ent_cli *c, struct ent_err *err)
{
	struct ent_life_draft d;
	struct ent_life_tip tip;
	struct ent_agreement *g;
	int rc = take_tip(c, &tip, err);

	if (rc == 0)
		rc = ent_cli_agreement(c, ent_cli_operand(c, 0), &g, err);
	if (rc == 0)
		rc = ent_life_write(c->x, c->arena, g->id, &tip, &d, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "draft", "draft", d.id);
	ent_out_line(&c->out,
	             "It waits for another person: entente --login USER life send %.12s",
	             d.id.p);
	return 0;
}

const struct ent_command ent_cmd_life_write = {
	.name = "life write",
	.help = "write a tip about a threat to life, for another person to send",
	.operands = "AGREEMENT",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = write_options,
	.text =
	    "Needs --login.  What it says is place, time, kind, confidence and contact, and\n"
	    "nothing else.  The agreement must provide for it (--life-ack-minutes).",
	.run = write_tip,
};

static const struct ent_option send_options[] = {
	{ "no-send", NULL, "sign it, but do not tell the others now", 0, false },
	{ 0 },
};

static int
tell(struct ent_cli *c, struct ent_str agreement, struct ent_err *err)
{
	struct ent_agreement *g;
	int rc = ent_cli_agreement(c, agreement, &g, err);

	return rc ? rc : ent_cli_tell(c, g, err);
}

static int
send(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str agreement, tip;
	int rc = ent_life_send(c->x, c->arena, ent_cli_operand(c, 0), &agreement, &tip, err);

	if (rc)
		return rc;
	ent_out_str(&c->out, "tip", "tip", tip);
	return tell(c, agreement, err);
}

const struct ent_command ent_cmd_life_send = {
	.name = "life send",
	.help = "send a tip about a threat to life that another person wrote",
	.operands = "DRAFT",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = send_options,
	.text = "Needs --login.  It passes also while the agreement is suspended.",
	.run = send,
};

static int
drop(struct ent_cli *c, struct ent_err *err)
{
	int rc = ent_life_drop(c->x, c->arena, ent_cli_operand(c, 0), err);

	if (rc == 0)
		ent_out_line(&c->out, "The draft is dropped.");
	return rc;
}

const struct ent_command ent_cmd_life_drop = {
	.name = "life drop",
	.help = "drop a tip that was not sent",
	.operands = "DRAFT",
	.min = 1,
	.max = 1,
	.node = true,
	.run = drop,
};

/* ---- list, show ---- */

static const struct ent_column draft_columns[] = {
	{ "draft", NULL, false },      { NULL, "DRAFT", false },
	{ "agreement", NULL, false },  { "written_by", "WRITTEN BY", false },
	{ "written_at", "AT", false }, { "place", "PLACE", false },
};
static const struct ent_column columns[] = {
	{ "tip", NULL, false },
	{ NULL, "TIP", false },
	{ "agreement", NULL, false },
	{ "by", "BY", false },
	{ "at", "AT", false },
	{ "what", "WHAT", false },
	{ "place", "PLACE", false },
	{ "from", NULL, false },
	{ "until", "UNTIL", false },
	{ "confidence", NULL, false },
	{ "contact", "CONTACT", false },
	{ "party", "PARTY", false },
	{ "acknowledged", "ACKNOWLEDGED", false },
	{ "late", "LATE", false },
	{ "reported", "REPORTED", false },
	{ "report", NULL, false },
};

struct listing {
	struct ent_cli *c;
	const struct ent_agreement *g;
};

static void
tip_cells(struct ent_cli *c, const struct ent_life *l)
{
	struct ent_out *o = &c->out;

	ent_cell(o, l->tip.what);
	ent_cell(o, l->tip.place);
	ent_cell(o, l->tip.from);
	ent_cell(o, l->tip.until);
	ent_cell_int(o, l->tip.confidence);
	ent_cell(o, l->tip.contact);
}

static int
row(void *self, const struct ent_life *l, struct ent_err *err)
{
	struct listing *s = self;
	struct ent_out *o = &s->c->out;

	(void)err;
	for (size_t i = 0; i < l->answers; i++) {
		const struct ent_life_answer *one = &l->answer[i];

		ent_cell(o, l->sha256);
		ent_cell(o, (struct ent_str){ l->sha256.p, 12 });
		ent_cell(o, l->agreement);
		ent_cell(o, ent_cli_party(s->g, l->by));
		ent_cell(o, l->at);
		tip_cells(s->c, l);
		ent_cell(o, ent_cli_party(s->g, one->party));
		ent_cell(o, one->acked_at);
		ent_cell_bool(o, one->ack_late || (!one->reported_at.p && one->report_late));
		ent_cell(o, one->reported_at);
		ent_cell(o, one->report);
	}
	return 0;
}

static int
see_agreement(struct ent_cli *c, void *self, const struct ent_agreement *g, struct ent_err *err)
{
	struct listing *s = self;

	s->g = g;
	return ent_life_each(c->x, c->arena, g, row, s, err);
}

static int
list_drafts(struct ent_cli *c, struct ent_err *err)
{
	struct ent_life_draft *d;
	size_t n;
	int rc = ent_life_drafts(c->x, c->arena, &d, &n, err);

	if (rc || (n == 0 && !c->json))
		return rc;
	ent_out_list(&c->out, "drafts", ENT_COLUMNS(draft_columns));
	for (size_t i = 0; i < n; i++) {
		ent_cell(&c->out, d[i].id);
		ent_cell(&c->out, (struct ent_str){ d[i].id.p, 12 });
		ent_cell(&c->out, d[i].agreement);
		ent_cell(&c->out, d[i].written_by);
		ent_cell(&c->out, d[i].written_at);
		ent_cell(&c->out, d[i].tip.place);
	}
	ent_out_list_end(&c->out, NULL);
	return 0;
}

static int
list(struct ent_cli *c, struct ent_err *err)
{
	struct listing s = { .c = c };
	size_t broken = 0;
	int rc = list_drafts(c, err);

	if (rc)
		return rc;
	ent_out_list(&c->out, "tips", ENT_COLUMNS(columns));
	rc = ent_cli_agreements(c, see_agreement, &s, &broken, err);
	ent_out_list_end(&c->out, "There are no tips about threats to life.");
	return rc ? rc : broken ? ENT_NO : 0;
}

const struct ent_command ent_cmd_life_list = {
	.name = "life list",
	.help = "list tips about threats to life, with their answers",
	.operands = "[AGREEMENT...]",
	.max = -1,
	.node = true,
	.json = true,
	.text =
	    "LATE: the acknowledgement or the report was due before now, or came after that.",
	.run = list,
};

static int
show(struct ent_cli *c, struct ent_err *err)
{
	struct ent_out *o = &c->out;
	struct ent_life *l = ent_arena_alloc(c->arena, sizeof(*l));
	struct ent_agreement *g;
	int rc = l ? ent_life_find(c->x, c->arena, ent_cli_operand(c, 0), l, err)
	           : ent_cli_nomem(err);

	if (rc == 0)
		rc = ent_cli_agreement(c, l->agreement, &g, err);
	if (rc)
		return rc;
	ent_out_str(o, "tip", "tip", l->sha256);
	ent_out_str(o, "agreement", "agreement", l->agreement);
	ent_out_str(o, "by", "by", ent_cli_party(g, l->by));
	ent_out_str(o, "at", "at", l->at);
	ent_out_str(o, "what", "what", l->tip.what);
	ent_out_str(o, "place", "place", l->tip.place);
	ent_out_str(o, "from", "from", l->tip.from);
	ent_out_str(o, "until", "until", l->tip.until);
	ent_out_int(o, "confidence", "confidence", l->tip.confidence);
	ent_out_str(o, "contact", "contact", l->tip.contact);
	ent_out_str(o, "acknowledge_by", "acknowledge by",
	            ent_time_dup(c->arena, l->ack_due, 0));
	ent_out_str(o, "report_by", "report by", ent_time_dup(c->arena, l->report_due, 0));
	return 0;
}

const struct ent_command ent_cmd_life_show = {
	.name = "life show",
	.help = "show a tip about a threat to life",
	.operands = "TIP",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.run = show,
};

/* ---- answers ---- */

static int
answered(struct ent_cli *c, bool report, struct ent_err *err)
{
	struct ent_life *l = ent_arena_alloc(c->arena, sizeof(*l));
	struct ent_str text = ent_cli_operand(c, 1);
	int rc = l ? ent_life_find(c->x, c->arena, ent_cli_operand(c, 0), l, err)
	           : ent_cli_nomem(err);

	if (rc == 0)
		rc = report ? ent_life_report(c->x, c->arena, l, text, err)
		            : ent_life_ack(c->x, c->arena, l, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "tip", "tip", l->sha256);
	return tell(c, l->agreement, err);
}

static int
ack(struct ent_cli *c, struct ent_err *err)
{
	return answered(c, false, err);
}

static int
report(struct ent_cli *c, struct ent_err *err)
{
	return answered(c, true, err);
}

const struct ent_command ent_cmd_life_ack = {
	.name = "life ack",
	.help = "acknowledge a counterpart's tip about a threat to life",
	.operands = "TIP",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = send_options,
	.run = ack,
};

const struct ent_command ent_cmd_life_report = {
	.name = "life report",
	.help = "report to a counterpart what came of its tip about a threat to life",
	.operands = "TIP TEXT",
	.min = 2,
	.max = 2,
	.node = true,
	.json = true,
	.options = send_options,
	.run = report,
};

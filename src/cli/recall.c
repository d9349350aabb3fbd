/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recall.c - `entente recall`: taking back what was sent, and what came of it.
 */
#include "exchange/recall.h"
#include "cli/commands.h"

static const struct ent_option options[] = {
	{ "reason", "TEXT", "why; the counterparts read it; needed", 0, false },
	{ "to", "AGREEMENT", "under that one alone (wherever it was released)", 0, false },
	{ "modified", "TIME", "that version alone (all of them)", 0, false },
	{ "no-send", NULL, "do not tell the others now", 0, false },
	{ 0 },
};

/* ---- telling ---- */

static int
tell_one(void *self, struct ent_str id, const struct ent_agreement *g,
         const struct ent_err *why)
{
	struct ent_cli *c = self;
	struct ent_err err;

	(void)id;
	(void)why;
	return g && g->state != ENT_PROPOSED ? ent_cli_tell(c, g, &err) : 0;
}

static int
tell_all(struct ent_cli *c, struct ent_str only, struct ent_err *err)
{
	struct ent_agreement *g;
	int rc;

	if (!only.p)
		return ent_agreement_each(c->x, tell_one, c, err);
	rc = ent_cli_agreement(c, only, &g, err);
	return rc ? rc : ent_cli_tell(c, g, err);
}

/* ---- recalling ---- */

static int
recall(struct ent_cli *c, struct ent_err *err)
{
	struct ent_recall_what what = {
		.object = ent_cli_operand(c, 0),
		.version = ent_cli_value(c, "modified"),
		.reason = ent_cli_value(c, "reason"),
	};
	struct ent_agreement *g;
	size_t count = 0;
	int rc = what.reason.n ? 0 : ent_fail(err, ENT_EINVAL, "--reason TEXT is needed: why?");

	if (rc == 0 && ent_cli_flag(c, "to")) {
		rc = ent_cli_agreement(c, ent_cli_value(c, "to"), &g, err);
		if (rc == 0)
			what.agreement = g->id;
	}
	if (rc == 0)
		rc = ent_recall(c->x, c->arena, &what, &count, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "object", "object", what.object);
	ent_out_int(&c->out, "recalls", "recalled under agreements", (int64_t)count);
	return tell_all(c, what.agreement, err);
}

const struct ent_command ent_cmd_recall = {
	.name = "recall",
	.help = "take back what was sent: no longer served, purged by those who have it",
	.operands = "OBJECT",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = options,
	.text =
	    "Works while an agreement is suspended too.  `entente recall list` shows who has\n"
	    "confirmed with a signature that it is purged.",
	.run = recall,
};

/* ---- list ---- */

static const struct ent_option list_options[] = {
	{ "open", NULL, "those alone that somebody has not confirmed", 0, false },
	{ 0 },
};

static const struct ent_column columns[] = {
	{ "recall", NULL, false },       { NULL, "RECALL", false },
	{ "object", "OBJECT", false },   { "version", NULL, false },
	{ "agreement", NULL, false },    { "by", "BY", false },
	{ "at", "AT", false },           { "ground", "GROUND", false },
	{ "party", "PARTY", false },     { "state", "STATE", false },
	{ "confirmed_at", NULL, false }, { "reason", "REASON", false },
};

struct listing {
	struct ent_cli *c;
	const struct ent_agreement *g;
	bool open;
	size_t waiting;
};

static void
row(struct listing *l, const struct ent_recall *r, const struct ent_recall_answer *answer)
{
	struct ent_out *o = &l->c->out;

	ent_cell(o, r->sha256);
	ent_cell(o, (struct ent_str){ r->sha256.p, 12 });
	ent_cell(o, r->object);
	ent_cell(o, r->version.n ? r->version : (struct ent_str){ NULL, 0 });
	ent_cell(o, r->agreement);
	ent_cell(o, ent_cli_party(l->g, r->by));
	ent_cell(o, r->at);
	ent_cell_c(o, ent_recall_ground_name(r->ground));
	ent_cell(o, ent_cli_party(l->g, answer->party));
	ent_cell_c(o, answer->at.p ? ent_purge_state_name(answer->state) : "waiting");
	ent_cell(o, answer->at);
	ent_cell(o, r->reason);
}

static int
see_recall(void *self, const struct ent_recall *r, const struct ent_recall_answer *answers,
           size_t n, struct ent_err *err)
{
	struct listing *l = self;

	(void)err;
	for (size_t i = 0; i < n; i++) {
		l->waiting += !answers[i].at.p;
		if (!l->open || !answers[i].at.p)
			row(l, r, &answers[i]);
	}
	return 0;
}

static int
see_agreement(struct ent_cli *c, void *self, const struct ent_agreement *g, struct ent_err *err)
{
	struct listing *l = self;

	l->g = g;
	return ent_recalls_each(c->x, c->arena, g, see_recall, l, err);
}

static int
list(struct ent_cli *c, struct ent_err *err)
{
	struct listing l = { .c = c, .open = ent_cli_flag(c, "open") };
	size_t broken = 0;
	int rc;

	ent_out_list(&c->out, "recalls", ENT_COLUMNS(columns));
	rc = ent_cli_agreements(c, see_agreement, &l, &broken, err);
	ent_out_list_end(&c->out,
	                 l.open ? "All recalls are confirmed." : "Nothing has been recalled.");
	ent_out_int(&c->out, "waiting", NULL, (int64_t)l.waiting);
	return rc ? rc : broken ? ENT_NO : 0;
}

const struct ent_command ent_cmd_recall_list = {
	.name = "recall list",
	.help = "list recalls, and who has confirmed them",
	.operands = "[AGREEMENT...]",
	.max = -1,
	.node = true,
	.json = true,
	.options = list_options,
	.text = "STATE is what PARTY signed: purged; kept, for it has the object from another\n"
		"source too; not-held; or waiting, for it has said nothing yet.",
	.run = list,
};

/* ---- due ---- */

static const struct ent_option due_options[] = {
	{ "dry-run", NULL, "count, and do nothing", 0, false },
	{ "no-send", NULL, "do not tell the others now", 0, false },
	{ 0 },
};

static int
due(struct ent_cli *c, struct ent_err *err)
{
	bool dry_run = ent_cli_flag(c, "dry-run");
	struct ent_recall_due d;
	int rc = ent_recall_what_is_due(c->x, c->arena, dry_run, &d, err);

	if (rc)
		return rc;
	ent_out_int(&c->out, "purged", "past their retention", (int64_t)d.purged);
	ent_out_int(&c->out, "recalled", "whose handling changed", (int64_t)d.recalled);
	if (dry_run || d.purged + d.recalled == 0)
		return 0;
	return tell_all(c, (struct ent_str){ NULL, 0 }, err);
}

const struct ent_command ent_cmd_recall_due = {
	.name = "recall due",
	.help = "purge what may be kept no longer, recall what the gate would not let go now",
	.operands = "",
	.node = true,
	.json = true,
	.options = due_options,
	.text =
	    "For a timer, once a day: objects that came under an agreement are purged when\n"
	    "its days of retention are over, and own ones are recalled when a newer version\n"
	    "is marked so that it may not go.",
	.run = due,
};

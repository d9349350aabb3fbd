/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screening.c - `entente screening`: who was screened, what was found, what a person decided.
 */
#include "cli/commands.h"
#include "exchange/screened.h"

/* clang-format off */
static const struct ent_option list_options[] = {
	{ "state", "STATE", "only these: open, hit, cleared or clear", 0, false },
	{ 0 },
};
static const struct ent_option decide_options[] = {
	{ "reason", "TEXT", "why; needed", 0, false },
	{ "by", "NAME", "who decides", 0, false },
	{ 0 },
};
static const struct ent_option forget_options[] = {
	{ "before", "DAY", "all that were screened last before this day", 0, false },
	{ 0 },
};
/* clang-format on */

static const struct ent_column list_columns[] = {
	{ "id", "ID", false },         { "name", "NAME", false },
	{ "state", "STATE", false },   { "result", NULL, false },
	{ "hits", "HITS", true },      { "first", NULL, false },
	{ "last", "SCREENED", false }, { "reason", "REASON", false },
	{ "by", NULL, false },
};

static int
list_one(void *self, const struct ent_json *record, struct ent_err *err)
{
	struct ent_cli *c = self;
	const struct ent_json *decision = ent_json_getc(record, "decision");
	struct ent_str state = ent_cli_value(c, "state");
	struct ent_str name = ent_json_getstr(ent_json_getc(record, "query"), "name");
	struct ent_str reason = ent_json_getstr(decision, "reason");
	struct ent_out *o = &c->out;

	(void)err;
	if (state.p && !ent_str_eq(state, ent_json_getstr(record, "state")))
		return 0;
	ent_cell(o, ent_json_getstr(record, "id"));
	ent_cell(o, o->json ? name : ent_cli_cut(c, name, 40));
	ent_cell(o, ent_json_getstr(record, "state"));
	ent_cell(o, ent_json_getstr(record, "result"));
	ent_cell_int(o, (int64_t)ent_json_count(ent_json_getc(record, "hits")));
	ent_cell(o, ent_json_getstr(record, "first"));
	ent_cell(o, ent_json_getstr(record, "last"));
	ent_cell(o, o->json ? reason : ent_cli_cut(c, reason, 40));
	ent_cell(o, ent_json_getstr(decision, "by"));
	return 0;
}

static int
list(struct ent_cli *c, struct ent_err *err)
{
	static const char *const states[] = { "open", "hit", "cleared", "clear" };
	struct ent_str state = ent_cli_value(c, "state");
	bool known = !state.p;
	int rc;

	for (size_t i = 0; i < 4; i++)
		known = known || ent_str_is(state, states[i]);
	if (!known)
		return ent_fail(err, ENT_EINVAL, "--state: open, hit, cleared or clear");
	ent_out_list(&c->out, "screenings", ENT_COLUMNS(list_columns));
	rc = ent_screened_each(c->x, list_one, c, err);
	ent_out_list_end(&c->out, "Nobody was screened here: `entente screen NAME`.");
	return rc;
}

/* ---- show ---- */

static void
show_record(struct ent_cli *c, const struct ent_json *record)
{
	const struct ent_json *hits = ent_json_getc(record, "hits");
	const struct ent_json *decision = ent_json_getc(record, "decision");
	const struct ent_json *query = ent_json_getc(record, "query");
	struct ent_out *o = &c->out;

	if (o->json) {
		ent_out_value(o, "screening", record);
		return;
	}
	for (size_t i = 0; i < ent_json_count(query); i++)
		ent_out_line(o, "%.*s: %.*s", ENT_FMT(ent_json_key(query, i)),
		             ENT_FMT(ent_json_str(ent_json_at(query, i))));
	ent_out_str(o, NULL, "screened first", ent_json_getstr(record, "first"));
	ent_out_str(o, NULL, "screened last", ent_json_getstr(record, "last"));
	ent_out_str(o, NULL, "state", ent_json_getstr(record, "state"));
	for (size_t i = 0; i < ent_json_count(hits); i++) {
		const struct ent_json *h = ent_json_at(hits, i);

		ent_out_line(o, "hit: %.*s (%.*s%s%.*s), %.*s",
		             ENT_FMT(ent_json_getstr(h, "name")),
		             ENT_FMT(ent_json_getstr(h, "list")),
		             ent_json_getc(h, "reference") ? " " : "",
		             ENT_FMT(ent_json_getstr(h, "reference")),
		             ENT_FMT(ent_json_getstr(h, "band")));
		ent_out_line(o, "     %.*s", ENT_FMT(ent_json_getstr(h, "explanation")));
		ent_out_line(o, "     entente designation show %.*s",
		             ENT_FMT(ent_json_getstr(h, "object")));
	}
	if (!decision)
		return;
	ent_out_line(o, "decided: %.*s, %.*s%s%.*s",
	             ENT_FMT(ent_json_getstr(decision, "verdict")),
	             ENT_FMT(ent_json_getstr(decision, "at")),
	             ent_json_getc(decision, "by") ? ", by " : "",
	             ENT_FMT(ent_json_getstr(decision, "by")));
	ent_out_str(o, NULL, "reason", ent_json_getstr(decision, "reason"));
}

static int
show(struct ent_cli *c, struct ent_err *err)
{
	const struct ent_json *record;
	int rc = ent_screened_find(c->x, c->arena, ent_cli_operand(c, 0), &record, err);

	if (rc == 0)
		show_record(c, record);
	return rc;
}

static int
decide(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str verdict = ent_cli_operand(c, 1), reason = ent_cli_value(c, "reason");
	const struct ent_json *record;
	int rc;

	if (!ent_str_is(verdict, "hit") && !ent_str_is(verdict, "clear"))
		return ent_fail(err, ENT_EINVAL, "a decision is hit or clear");
	if (!reason.n)
		return ent_fail(err, ENT_EINVAL,
		                "--reason is needed: who reads it later wasn't there");
	rc = ent_screened_decide(c->x, c->arena, ent_cli_operand(c, 0),
	                         ent_str_is(verdict, "hit"), reason, ent_cli_value(c, "by"),
	                         &record, err);
	if (rc == 0)
		show_record(c, record);
	return rc;
}

static int
forget(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str id = ent_cli_operand(c, 0), before = ent_cli_value(c, "before");
	int64_t ignored;
	size_t n = 0;
	int rc = ent_cli_time(c, "before", &ignored, err);

	if (rc == 0 && !id.p == !before.p)
		rc = ent_fail(err, ENT_EINVAL, "name one by its id, or all --before DAY");
	rc = rc ? rc : ent_screened_forget(c->x, c->arena, id, before, &n, err);
	if (rc == 0)
		ent_out_int(&c->out, "forgotten", "forgotten", (int64_t)n);
	return rc;
}

const struct ent_command ent_cmd_screening_list = {
	.name = "screening list",
	.help = "who was screened against the register, and what came of it",
	.operands = "",
	.node = true,
	.json = true,
	.options = list_options,
	.text = "open: there are hits that nobody has decided on. hit, cleared: a person has "
		"decided.\n"
		"clear: there is no hit.",
	.run = list,
};
const struct ent_command ent_cmd_screening_show = {
	.name = "screening show",
	.help = "one screening: what was asked, found and decided",
	.operands = "ID",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.text = "The start of the id is enough.",
	.run = show,
};
const struct ent_command ent_cmd_screening_decide = {
	.name = "screening decide",
	.help = "say of a screening's hits whether it is who is listed",
	.operands = "ID hit|clear",
	.min = 2,
	.max = 2,
	.node = true,
	.json = true,
	.options = decide_options,
	.text = "The decision holds for the hits that there are now. Another entry, or one "
		"that is more\n"
		"alike after a list has changed, opens the screening again.",
	.run = decide,
};
const struct ent_command ent_cmd_screening_forget = {
	.name = "screening forget",
	.help = "delete what is kept of screenings",
	.operands = "[ID]",
	.min = 0,
	.max = 1,
	.node = true,
	.json = true,
	.options = forget_options,
	.text = "Decisions are deleted with them; the internal ledger keeps their hashes.",
	.run = forget,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release.c - `entente release`: what may leave, and why, or why not.
 */
#include "exchange/release.h"
#include "base/progress.h"
#include "cli/commands.h"
#include "cli/verdicts.h"

static const struct ent_option options[] = {
	{ "to", "AGREEMENT", "under which it is released; needed", 0, false },
	{ "all", NULL, "every own object instead of some, its newest version", 0, false },
	{ "type", "TYPE", "with --all: of this type only", 0, false },
	{ "dry-run", NULL, "decide and explain, and release nothing", 0, false },
	{ "explain", NULL, "show every rule for every object", 0, false },
	{ 0 },
};

struct releasing {
	struct ent_cli *c;
	bool explain;
	struct ent_progress progress;
	struct ent_buf b; /* JSON of the rules of one object */
};

static const struct ent_column columns[] = {
	{ "id", NULL, false },         { "version", NULL, false },  { "result", NULL, false },
	{ "already", NULL, false },    { "sequence", NULL, false }, { "rules", NULL, false },
	{ "properties", NULL, false }, { "extract", NULL, false },  { "left_out", NULL, false },
	{ "requested", NULL, false },
};

static void
each_json(struct releasing *r, const struct ent_released *one)
{
	struct ent_out *o = &r->c->out;

	ent_cell(o, one->held.id);
	ent_cell(o, one->held.version.n ? one->held.version : (struct ent_str){ 0 });
	ent_cell_c(o, ent_result_name(one->decision->result));
	ent_cell_bool(o, one->already);
	ent_cell_int(o, (int64_t)one->seq);
	ent_cell_raw(o, ent_verdicts_rules(&r->b, one->decision));
	ent_cell_raw(o, ent_verdicts_properties(&r->b, one->decision));
	ent_cell_bool(o, one->decision->extract);
	ent_cell_raw(o, ent_verdicts_left_out(&r->b, one->decision));
	ent_cell_bool(o, one->requested);
}

static void
each_text(struct releasing *r, const struct ent_released *one)
{
	const struct ent_decision *d = one->decision;
	struct ent_out *o = &r->c->out;

	if ((d->result != ENT_DENY || one->requested) && !r->explain)
		return;
	ent_out_line(o, "%-6s %.*s%s", ent_result_name(d->result), ENT_FMT(one->held.id),
	             one->already ? " (on the channel already)" : "");
	ent_verdicts_print(o, d, false);
}

static void
on_each(void *self, const struct ent_released *one)
{
	struct releasing *r = self;

	if (r->c->json)
		each_json(r, one);
	else
		each_text(r, one);
}

static void
on_progress(void *self, size_t done, size_t total)
{
	struct releasing *r = self;

	r->progress.total = total;
	ent_progress_step(&r->progress, done);
}

static int
fill(struct ent_cli *c, struct ent_release_options *o, struct ent_err *err)
{
	struct ent_str *ids = ent_arena_array(c->arena, c->given.n_operands, sizeof(*ids));

	if (!ids)
		return ent_cli_nomem(err);
	for (size_t i = 0; i < c->given.n_operands; i++)
		ids[i] = ent_cli_operand(c, i);
	o->ids = ids;
	o->n_ids = c->given.n_operands;
	o->all = ent_cli_flag(c, "all");
	o->type = ent_cli_value(c, "type");
	o->dry_run = ent_cli_flag(c, "dry-run");
	if (!ent_cli_value(c, "to").p)
		return ent_fail(err, ENT_EINVAL, "--to AGREEMENT is needed");
	if (o->all == (o->n_ids > 0))
		return ent_fail(err, ENT_EINVAL, "name objects by their ids, or say --all");
	if (o->type.p && !o->all)
		return ent_fail(err, ENT_EINVAL, "--type goes with --all");
	return 0;
}

static void
summary(struct ent_cli *c, const struct ent_release_report *rep, bool dry_run)
{
	ent_out_int(&c->out, "total", NULL, (int64_t)rep->objects);
	ent_out_int(&c->out, "released", NULL, (int64_t)rep->released);
	ent_out_int(&c->out, "queued", NULL, (int64_t)rep->queued);
	ent_out_int(&c->out, "denied", NULL, (int64_t)rep->denied);
	ent_out_int(&c->out, "already", NULL, (int64_t)rep->already);
	ent_out_int(&c->out, "requested", NULL, (int64_t)rep->requested);
	ent_out_line(&c->out,
	             "%zu object%s: %zu %sreleased, %zu queued, %zu denied, %zu on the "
	             "channel already",
	             rep->objects, ent_cli_s(rep->objects), rep->released,
	             dry_run ? "would be " : "", rep->queued, rep->denied, rep->already);
	if (rep->requested)
		ent_out_line(&c->out, "%zu wait%s for a second person: `entente approval list`",
		             rep->requested, rep->requested == 1 ? "s" : "");
	if (rep->queued && !dry_run)
		ent_out_line(&c->out,
		             "What is queued goes when the agreement is in force again.");
}

static int
release(struct ent_cli *c, struct ent_err *err)
{
	struct releasing r = { .c = c };
	struct ent_release_options o = { .each = on_each, .progress = on_progress, .self = &r };
	struct ent_release_report rep = { 0 };
	struct ent_agreement *g;
	int rc = fill(c, &o, err);

	if (rc == 0)
		rc = ent_cli_agreement(c, ent_cli_value(c, "to"), &g, err);
	if (rc)
		return rc;
	r.explain = o.dry_run || ent_cli_flag(c, "explain");
	ent_buf_init(&r.b, ENT_VERDICTS_MAX);
	ent_out_str(&c->out, "agreement", NULL, g->id);
	ent_out_bool(&c->out, "dry_run", NULL, o.dry_run);
	ent_out_list(&c->out, "objects", ENT_COLUMNS(columns));
	ent_progress_init(&r.progress, "release", 0);
	rc = ent_release(c->x, g->id, &o, &rep, err);
	ent_progress_end(&r.progress);
	ent_out_list_end(&c->out, NULL);
	ent_buf_release(&r.b);
	if (rc)
		return ent_within(err, rc, "nothing was released");
	summary(c, &rep, o.dry_run);
	return rep.denied ? ENT_NO : 0;
}

const struct ent_command ent_cmd_release = {
	.name = "release",
	.help = "decide what may leave under an agreement, and put it on the channel",
	.operands = "[ID...]",
	.max = -1,
	.node = true,
	.json = true,
	.options = options,
	.text = "Every rule is shown with its verdict, its reason and, where it does not pass, "
		"the\n"
		"clause of the agreement: for what is denied, and for all with --dry-run or\n"
		"--explain.  What passes is released, also when something else\n"
		"is denied; the exit status is then 1.",
	.run = release,
};

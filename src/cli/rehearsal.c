/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rehearsal.c - `entente agreement rehearse`: the page that is read before a suspended
 * agreement is resumed.
 */
#include <inttypes.h>

#include "base/progress.h"
#include "cli/commands.h"
#include "exchange/rehearsal.h"

static const struct ent_option options[] = {
	{ "no-send", NULL, "do not tell the others now", 0, false },
	{ "show", NULL, "show what there is, and compute nothing", 0, false },
	{ 0 },
};

static void
on_progress(void *self, size_t done)
{
	ent_progress_step(self, done);
}

/* ---- as JSON ---- */

static const struct ent_column part_columns[] = {
	{ "party", NULL, false },   { "rehearsed", NULL, false }, { "at", NULL, false },
	{ "sha256", NULL, false },  { "waits", NULL, false },     { "bytes", NULL, false },
	{ "expired", NULL, false }, { "approval", NULL, false },  { "kept_back", NULL, false },
};

static void
parts_json(struct ent_cli *c, const struct ent_agreement *g,
           const struct ent_rehearsal_report *r)
{
	ent_out_list(&c->out, "parts", ENT_COLUMNS(part_columns));
	for (size_t p = 0; p < g->parties; p++) {
		const struct ent_rehearsal *part = &r->part[p];

		ent_cell(&c->out, g->party[p].id);
		ent_cell_bool(&c->out, part->by.p != NULL);
		ent_cell(&c->out, part->at);
		ent_cell(&c->out, part->sha256);
		ent_cell_int(&c->out, part->waits);
		ent_cell_int(&c->out, part->bytes);
		ent_cell_int(&c->out, part->expired);
		ent_cell_int(&c->out, part->approval);
		ent_cell_int(&c->out, part->kept_back);
	}
	ent_out_list_end(&c->out, NULL);
}

static const struct ent_column key_columns[] = {
	{ "seen_by", NULL, false }, { "party", NULL, false }, { "changed", NULL, false },
	{ "stands", NULL, false },  { "since", NULL, false }, { "fingerprint", NULL, false },
};

static void
keys_json(struct ent_cli *c, const struct ent_agreement *g,
          const struct ent_rehearsal_report *r)
{
	ent_out_list(&c->out, "keys", ENT_COLUMNS(key_columns));
	for (size_t p = 0; p < g->parties; p++)
		for (size_t k = 0; k < r->part[p].keys; k++) {
			const struct ent_rehearsed_key *key = &r->part[p].key[k];

			ent_cell(&c->out, r->part[p].by);
			ent_cell(&c->out, key->party);
			ent_cell_bool(&c->out, key->changed);
			ent_cell_bool(&c->out, key->stands);
			ent_cell(&c->out, key->since);
			ent_cell(&c->out, key->fingerprint);
		}
	ent_out_list_end(&c->out, NULL);
}

/* ---- as a page ---- */

static void
part_text(struct ent_cli *c, const struct ent_party *p, const struct ent_rehearsal *r)
{
	struct ent_out *o = &c->out;

	if (!r->by.p) {
		ent_out_line(o, "%.*s has not rehearsed yet.", ENT_FMT(p->name));
		return;
	}
	ent_out_line(o, "%.*s, %.*s:", ENT_FMT(p->name), ENT_FMT(r->at));
	ent_out_line(o,
	             "  waits on its channel     %10" PRId64 " object%s, of which %" PRId64
	             " bytes could go",
	             r->waits, ent_cli_s((size_t)r->waits), r->bytes);
	ent_out_line(o, "  past its valid_until     %10" PRId64, r->expired);
	ent_out_line(o, "  needs a second person    %10" PRId64, r->approval);
	ent_out_line(o, "  the gate would keep back %10" PRId64, r->kept_back);
	for (size_t i = 0; i < r->rules; i++)
		ent_out_line(o, "    by the rule %-10.*s %10" PRId64, ENT_FMT(r->rule[i].rule),
		             r->rule[i].objects);
}

static void
keys_text(struct ent_cli *c, const struct ent_agreement *g, const struct ent_party *p,
          const struct ent_rehearsal *r)
{
	for (size_t i = 0; i < r->keys; i++) {
		const struct ent_rehearsed_key *k = &r->key[i];
		struct ent_str whose = ent_cli_party(g, k->party);

		if (!k->stands)
			ent_out_line(&c->out,
			             "  %.*s: nothing passes under the key of %.*s until it is "
			             "confirmed (entente peer code)",
			             ENT_FMT(p->name), ENT_FMT(whose));
		else if (k->changed)
			ent_out_line(&c->out,
			             "  %.*s: the key of %.*s is new since %.*s (%.*s)",
			             ENT_FMT(p->name), ENT_FMT(whose), ENT_FMT(k->since),
			             ENT_FMT(k->fingerprint));
	}
}

static void
page(struct ent_cli *c, const struct ent_agreement *g, const struct ent_rehearsal_report *r)
{
	size_t odd = 0;

	for (size_t p = 0; p < g->parties; p++) {
		part_text(c, &g->party[p], &r->part[p]);
		for (size_t k = 0; k < r->part[p].keys; k++)
			odd += r->part[p].key[k].changed || !r->part[p].key[k].stands;
	}
	ent_out_line(&c->out, odd ? "Keys that are not those of then:"
	                          : "Keys are those of when it was suspended.");
	for (size_t p = 0; p < g->parties; p++)
		keys_text(c, g, &g->party[p], &r->part[p]);
	if (r->complete)
		ent_out_line(&c->out, "All have rehearsed; `entente agreement resume` will "
		                      "name this report.");
	else
		ent_out_line(&c->out, "The report is whole when every party has run `entente "
		                      "agreement rehearse`.");
}

static int
rehearse(struct ent_cli *c, struct ent_err *err)
{
	struct ent_rehearsal *own = ent_arena_alloc(c->arena, sizeof(*own));
	struct ent_rehearsal_report *r = ent_arena_alloc(c->arena, sizeof(*r));
	struct ent_progress progress;
	struct ent_agreement *g;
	int rc = own && r ? ent_cli_agreement(c, ent_cli_operand(c, 0), &g, err)
	                  : ent_cli_nomem(err);

	if (rc)
		return rc;
	if (!ent_cli_flag(c, "show")) {
		ent_progress_init(&progress, "rehearse", 0);
		rc = ent_rehearse(c->x, c->arena, g->id, on_progress, &progress, own, err);
		ent_progress_end(&progress);
	}
	if (rc)
		return rc;
	ent_out_str(&c->out, "agreement", NULL, g->id);
	ent_out_str(&c->out, "title", "agreement", g->title);
	ent_out_str(&c->out, "describe", "state", ent_agreement_describe(c->arena, g));
	if (!ent_cli_flag(c, "show"))
		rc = ent_cli_tell(c, g, err);
	if (rc == 0) /* the others may have told us theirs */
		rc = ent_agreement_load(c->x, c->arena, g->id, g, err);
	if (rc == 0)
		rc = ent_rehearsal_report(c->x, c->arena, g, r, err);
	if (rc)
		return rc;
	ent_out_bool(&c->out, "complete", NULL, r->complete);
	ent_out_str(&c->out, "report", "report", r->sha256);
	parts_json(c, g, r);
	keys_json(c, g, r);
	if (!c->json)
		page(c, g, r);
	return 0;
}

const struct ent_command ent_cmd_agreement_rehearse = {
	.name = "agreement rehearse",
	.help = "before resuming: what would flow, what expired, what changed, on both sides",
	.operands = "AGREEMENT",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = options,
	.text =
	    "Puts everything that waits before the gate, signs what came of it and sends\n"
	    "it to the others.  When all have done so, all see the same page, and `entente\n"
	    "agreement resume` names its hash.",
	.run = rehearse,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sync.c - `entente sync` and `digest`: fetching, and what both sides hold.
 */
#include <inttypes.h>

#include "base/limits.h"
#include "base/progress.h"
#include "cli/commands.h"
#include "cli/reads.h"
#include "exchange/holdings.h"
#include "exchange/sync.h"

/* What one counterpart gets before the next one's turn. */
#define SECONDS_A_TURN 1800

static const struct ent_option sync_options[] = {
	{ "page", "N", "objects a page (1,000)", 0, false },
	{ 0 },
};

static const struct ent_column sync_columns[] = {
	{ "agreement", NULL, false },     { "title", NULL, false },
	{ "peer", NULL, false },          { "statements", NULL, false },
	{ "pages", NULL, false },         { "objects", NULL, false },
	{ "new", NULL, false },           { "refused", NULL, false },
	{ "quarantined", NULL, false },   { "receipts", NULL, false },
	{ "cursor", NULL, false },        { "our_entries", NULL, false },
	{ "their_entries", NULL, false }, { "cosigned", NULL, false },
	{ "untold", NULL, false },        { "result", NULL, false },
	{ "problem", NULL, false },
};

static void
on_objects(void *self, size_t objects)
{
	ent_progress_step(self, objects);
}

static void
row(struct ent_cli *c, const struct ent_agreement *g, const struct ent_party *p,
    const struct ent_sync_report *r, int rc, const struct ent_err *why)
{
	struct ent_out *o = &c->out;

	ent_cell(o, g->id);
	ent_cell(o, g->title);
	ent_cell(o, p->name);
	ent_cell_int(o, (int64_t)r->statements);
	ent_cell_int(o, (int64_t)r->pages);
	ent_cell_int(o, (int64_t)r->objects);
	ent_cell_int(o, (int64_t)r->fresh);
	ent_cell_int(o, (int64_t)r->refused);
	ent_cell_int(o, (int64_t)r->aside);
	ent_cell_int(o, (int64_t)r->receipts);
	ent_cell_int(o, (int64_t)r->cursor);
	ent_cell_int(o, (int64_t)r->our_size);
	ent_cell_int(o, (int64_t)r->their_size);
	ent_cell_bool(o, r->cosigned);
	ent_cell_int(o, (int64_t)r->untold);
	ent_cell_c(o, ent_code_name(rc));
	ent_cell(o, rc ? ent_str_c(why->msg) : r->untold_why);
}

static void
line(struct ent_cli *c, const struct ent_agreement *g, const struct ent_party *p,
     const struct ent_sync_report *r)
{
	char refused[48] = "";

	if (r->refused)
		(void)snprintf(refused, sizeof(refused), ", %zu refused", r->refused);
	ent_out_line(&c->out,
	             "%.*s, %.*s: %zu object%s (%zu new%s) in %zu page%s, %zu receipt%s sent, "
	             "%zu statement%s, up to number %" PRIu64 "; ledgers: ours %" PRIu64
	             " entries%s, theirs %" PRIu64,
	             ENT_FMT(p->name), ENT_FMT(g->title), r->objects, ent_cli_s(r->objects),
	             r->fresh, refused, r->pages, ent_cli_s(r->pages), r->receipts,
	             ent_cli_s(r->receipts), r->statements, ent_cli_s(r->statements), r->cursor,
	             r->our_size, r->cosigned ? " (cosigned)" : "", r->their_size);
	if (r->aside)
		ent_cli_complain(c,
		                 "%zu object%s of %.*s contradict%s what is held: `entente "
		                 "quarantine` has %s",
		                 r->aside, ent_cli_s(r->aside), ENT_FMT(p->name),
		                 r->aside == 1 ? "s" : "", r->aside == 1 ? "it" : "them");
	if (r->more)
		ent_cli_complain(c, "%.*s has more after half an hour: sync again",
		                 ENT_FMT(p->name));
	if (r->untold)
		ent_cli_complain(c, "%.*s does not take %zu of our statements: %.*s",
		                 ENT_FMT(p->name), r->untold, ENT_FMT(r->untold_why));
}

/* What a failure of one conversation means for the whole: what is wrong here weighs more than
 * what is wrong there.  Here is storage and memory; all else, an agreement not in force apart,
 * is there.
 */
static int
weigh(int rc)
{
	int status = ent_exit_of(rc);

	return status == 5 || status == 6 || rc == 0 || rc == ENT_ESTATE ? rc : ENT_EPROTO;
}

static int
worse(int a, int b)
{
	return ent_exit_of(weigh(b)) > ent_exit_of(a) ? weigh(b) : a;
}

static int
sync_one(struct ent_cli *c, const struct ent_agreement *g, const struct ent_party *p,
         size_t page)
{
	struct ent_arena *a = ent_arena_new(ENT_REQUEST_ARENA);
	struct ent_progress progress;
	struct ent_sync_options o = { .page = page,
		                      .seconds = SECONDS_A_TURN,
		                      .at_once = true,
		                      .progress = on_objects,
		                      .self = &progress };
	struct ent_sync_report r = { 0 };
	struct ent_err why = { 0 };
	int rc;

	ent_progress_init(&progress, "objects", 0);
	rc = a ? ent_cli_exports(c, g->id, (struct ent_str){ NULL, 0 }, &why)
	       : ent_cli_nomem(&why);
	if (rc == 0)
		rc = ent_sync(c->x, a, g->id, p->id, &o, &r, &why);
	ent_progress_end(&progress);
	if (c->json)
		row(c, g, p, &r, rc, &why);
	else if (rc == 0)
		line(c, g, p, &r);
	if (rc)
		ent_cli_complain(c, "%.*s, %.*s: %s", ENT_FMT(p->name), ENT_FMT(g->title),
		                 why.msg);
	ent_arena_free(a);
	return rc;
}

struct syncing {
	int64_t page;
	size_t agreements;
	int worst;
};

static int
sync_agreement(struct ent_cli *c, void *self, const struct ent_agreement *g,
               struct ent_err *err)
{
	struct syncing *s = self;

	(void)err;
	s->agreements++;
	for (size_t j = 0; j < g->parties; j++)
		if (j != g->self)
			s->worst =
			    worse(s->worst, sync_one(c, g, &g->party[j], (size_t)s->page));
	return 0;
}

static int
sync_all(struct ent_cli *c, struct ent_err *err)
{
	struct syncing s = { .page = 0 };
	size_t broken;
	int rc = ent_cli_number(c, "page", 1, ENT_PAGE_MAX, &s.page, err);

	if (rc)
		return rc;
	ent_out_list(&c->out, "syncs", ENT_COLUMNS(sync_columns));
	rc = ent_cli_agreements(c, sync_agreement, &s, &broken, err);
	ent_out_list_end(&c->out, NULL);
	if (rc)
		return rc;
	if (s.agreements + broken == 0)
		ent_out_line(&c->out, "There are no agreements yet.");
	return ent_exit_of(broken ? worse(s.worst, ENT_ECORRUPT) : s.worst);
}

const struct ent_command ent_cmd_sync = {
	.name = "sync",
	.help = "exchange statements and checkpoints, fetch and receipt what is new",
	.operands = "[AGREEMENT...]",
	.max = -1,
	.node = true,
	.json = true,
	.options = sync_options,
	.text = "With every counterpart under every agreement, if none is named.",
	.run = sync_all,
};

/* ---- digest ---- */

static int
digest_one(struct ent_cli *c, const struct ent_agreement *g, const char *direction,
           struct ent_err *err)
{
	uint8_t hash[32];
	size_t count;
	int rc = ent_digest(c->x, g->id, ent_str_c(direction), &count, hash, err);

	if (rc)
		return rc;
	ent_out_object(&c->out, direction);
	ent_out_int(&c->out, "count", direction, (int64_t)count);
	ent_out_hex(&c->out, "digest", "  digest", hash, sizeof(hash));
	ent_out_object_end(&c->out);
	return 0;
}

static int
digest(struct ent_cli *c, struct ent_err *err)
{
	struct ent_agreement *g;
	int rc = ent_cli_agreement(c, ent_cli_operand(c, 0), &g, err);

	if (rc)
		return rc;
	ent_out_str(&c->out, "agreement", "agreement", g->id);
	rc = digest_one(c, g, "outbound", err);
	return rc ? rc : digest_one(c, g, "inbound", err);
}

const struct ent_command ent_cmd_digest = {
	.name = "digest",
	.help = "count and digest of what a channel carries, the same on both sides",
	.operands = "AGREEMENT",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.text = "When everything has arrived, the outbound digest of one side is the inbound\n"
		"digest of the other.",
	.run = digest,
};

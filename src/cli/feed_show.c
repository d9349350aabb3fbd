/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feed_show.c - `entente feed list`, `show` and `run`: what feeds do, and have done.
 */
#include "base/progress.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/feed.h"
#include "cli/session.h"

#define TOLD_MAX 100 /* refused objects that a run tells one by one */

/* ---- list, show ---- */

/* In a word or two; what failed stands beside it. */
static const char *
condition(const struct ent_harvest_state *s)
{
	return s->failures                        ? "failing"
	       : s->began == 0                    ? "not run yet"
	       : s->complete                      ? "complete"
	       : s->ended && s->began <= s->ended ? "more to come"
	                                          : "running or cut short";
}

/* To the microsecond, as the server is asked with it; absent at the start. */
struct ent_str
ent_feed_mark(struct ent_cli *c, int64_t us)
{
	return us == INT64_MIN ? (struct ent_str){ NULL, 0 } : ent_time_dup(c->arena, us, 6);
}

static void
cell_time(struct ent_out *o, int64_t us)
{
	if (us > 0)
		ent_cell_time(o, us);
	else
		ent_cell(o, (struct ent_str){ NULL, 0 });
}

static const struct ent_column columns[] = {
	{ "name", "NAME", false },
	{ "url", "FROM", false },
	{ "root", NULL, false },
	{ "collection", NULL, false },
	{ "into", NULL, false },
	{ "every", NULL, true },
	{ NULL, "EVERY", true },
	{ "tlp", NULL, false },
	{ "onward", NULL, false },
	{ "last_run", "LAST RUN", false },
	{ "last_success", NULL, false },
	{ "next_run", "NEXT RUN", false },
	{ "mark", NULL, false },
	{ "objects", "OBJECTS", true },
	{ "new", NULL, true },
	{ "refused", "REFUSED", true },
	{ "failures", NULL, true },
	{ "complete", NULL, false },
	{ "undated", NULL, false },
	{ "state", "STATE", false },
	{ "last_error", "LAST ERROR", false },
};

static void
row(struct ent_cli *c, const struct ent_feed_record *f, const struct ent_harvest_state *s)
{
	struct ent_out *o = &c->out;

	ent_cell(o, f->name);
	ent_cell(o, f->url);
	ent_cell(o, f->root);
	ent_cell(o, f->collection);
	ent_cell(o, f->into);
	ent_cell_int(o, f->every);
	ent_cell(o, ent_duration_text(c, f->every));
	ent_cell_c(o, f->tlp == ENT_TLP_NONE ? NULL : ent_tlp_name(f->tlp));
	ent_cell_c(o, f->onward ? "within-tlp" : "never");
	cell_time(o, s->ended);
	cell_time(o, s->good);
	cell_time(o, s->due);
	ent_cell(o, ent_feed_mark(c, s->mark.after));
	ent_cell_int(o, (int64_t)s->objects);
	ent_cell_int(o, (int64_t)s->fresh);
	ent_cell_int(o, (int64_t)s->refused);
	ent_cell_int(o, (int64_t)s->failures);
	ent_cell_bool(o, s->complete);
	ent_cell_bool(o, s->undated);
	ent_cell_c(o, condition(s));
	ent_cell(o, c->json ? s->error : ent_cli_cut(c, s->error, 60));
}

static int
list(struct ent_cli *c, struct ent_err *err)
{
	struct ent_feed_record *f;
	size_t n = 0;
	int rc = ent_feeds(c->x, c->arena, &f, &n, err);

	if (rc)
		return rc;
	ent_out_list(&c->out, "feeds", ENT_COLUMNS(columns));
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ent_harvest_state s;

		rc = ent_feed_state(c->x, c->arena, f[i].name, &s, err);
		if (rc == 0)
			row(c, &f[i], &s);
	}
	ent_out_list_end(&c->out,
	                 rc ? NULL : "There are no feeds: `entente feed add` makes one.");
	return rc;
}

const struct ent_command ent_cmd_feed_list = {
	.name = "feed list",
	.help = "list the feeds: last run, last error, how complete",
	.operands = "",
	.node = true,
	.json = true,
	.run = list,
};

static void
out_time(struct ent_out *o, const char *key, const char *label, int64_t us)
{
	if (us > 0)
		ent_out_time(o, key, label, us);
	else
		ent_out_str(o, key, label, (struct ent_str){ NULL, 0 });
}

static const struct ent_column bad_columns[] = {
	{ "id", "REFUSED", false },
	{ "why", "WHY", false },
	{ "at", "AT", false },
};

static void
show_feed(struct ent_cli *c, const struct ent_feed_record *f)
{
	static const char *const secrets[] = { NULL, "password", "token" };
	struct ent_out *o = &c->out;

	ent_out_str(o, "name", "name", f->name);
	ent_out_str(o, "url", "url", f->url);
	ent_out_str(o, "root", "root", f->root);
	ent_out_str(o, "collection", "collection", f->collection);
	ent_out_str(o, "match", "filters", f->match);
	ent_out_str(o, "into", "put on", f->into);
	ent_out_int(o, "every", NULL, f->every);
	ent_out_str(o, NULL, "every", ent_duration_text(c, f->every));
	ent_out_int(o, "limit", "objects a page", f->limit);
	ent_out_c(o, "tlp", "unmarked is",
	          f->tlp == ENT_TLP_NONE ? NULL : ent_tlp_name(f->tlp));
	ent_out_c(o, "onward", "onward", f->onward ? "within-tlp" : "never");
	ent_out_str(o, "source", "source", ent_feed_source(c->arena, f->name));
	ent_out_str(o, "user", "user", f->user);
	ent_out_c(o, "secret", "secret", secrets[f->secret]);
	ent_out_str(o, "cert", "certificate", f->cert);
	ent_out_str(o, "pin", "pin", f->pin);
	ent_out_str(o, "ca", "roots", f->ca);
	out_time(o, "added", "added", f->added);
}

static void
show_state(struct ent_cli *c, const struct ent_harvest_state *s)
{
	struct ent_out *o = &c->out;

	ent_out_c(o, "state", "state", condition(s));
	out_time(o, "last_run", "last run", s->ended);
	out_time(o, "last_success", "last success", s->good);
	out_time(o, "next_run", "next run", s->due);
	ent_out_int(o, "failures", s->failures ? "failures" : NULL, (int64_t)s->failures);
	ent_out_str(o, "last_error", "last error", s->error);
	ent_out_str(o, "last_error_code", NULL, s->code);
	ent_out_bool(o, "complete", NULL, s->complete);
	ent_out_bool(o, "undated", NULL, s->undated);
	ent_out_str(o, "mark", "taken up to", ent_feed_mark(c, s->mark.after));
	ent_out_int(o, "runs", "runs", (int64_t)s->runs);
	ent_out_int(o, "pages", NULL, (int64_t)s->pages);
	ent_out_int(o, "objects", "objects", (int64_t)s->objects);
	ent_out_int(o, "new", "new", (int64_t)s->fresh);
	ent_out_int(o, "refused", "refused", (int64_t)s->refused);
	if (s->undated)
		ent_out_line(o, "The server gives no usable dates: each run reads all it has.");
	ent_out_list(o, "last_refused", ENT_COLUMNS(bad_columns));
	for (size_t i = 0; i < s->n_bad; i++) {
		ent_cell(o, s->bad[i].id);
		ent_cell(o, s->bad[i].why);
		ent_cell_time(o, s->bad[i].at);
	}
	ent_out_list_end(o, NULL);
}

static int
show(struct ent_cli *c, struct ent_err *err)
{
	struct ent_harvest_state s;
	struct ent_feed_record f;
	int rc = ent_feed_get(c->x, c->arena, ent_cli_operand(c, 0), &f, err);

	if (rc == 0)
		rc = ent_feed_state(c->x, c->arena, f.name, &s, err);
	if (rc)
		return rc;
	show_feed(c, &f);
	show_state(c, &s);
	return 0;
}

const struct ent_command ent_cmd_feed_show = {
	.name = "feed show",
	.help = "show a feed, what came of it, and the last objects that it was refused",
	.operands = "NAME",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.run = show,
};

/* ---- run ---- */

static const struct ent_column run_columns[] = {
	{ "name", "FEED", false },      { "pages", "PAGES", true },
	{ "objects", "OBJECTS", true }, { "new", "NEW", true },
	{ "same", "KNOWN", true },      { "added", NULL, true },
	{ "refused", "REFUSED", true }, { "complete", "COMPLETE", false },
	{ "undated", NULL, false },     { "result", NULL, false },
	{ "problem", NULL, false },
};

struct running {
	struct ent_cli *c;
	struct ent_progress progress;
	struct ent_str name;
	size_t told; /* of refused objects */
};

static void
on_objects(void *self, uint64_t objects)
{
	struct running *r = self;

	ent_progress_step(&r->progress, objects);
}

static void
on_bad(void *self, struct ent_str id, const struct ent_err *why)
{
	struct running *r = self;

	(void)id;
	if (r->told++ >= TOLD_MAX)
		return;
	ent_progress_end(&r->progress);
	ent_cli_complain(r->c, "%.*s: refused: %s", ENT_FMT(r->name), why->msg);
}

static bool
on_busy(void *self, uint64_t ms, const struct ent_err *why)
{
	const struct running *r = self;

	return ent_session_wait(r->c, ms, why);
}

static int
run_one(struct ent_cli *c, const struct ent_feed_record *f, uint64_t *refused)
{
	struct running run = { .c = c, .name = f->name };
	struct ent_feed_run o = { .tries = ENT_SESSION_TRIES,
		                  .wait = on_busy,
		                  .progress = on_objects,
		                  .bad = on_bad,
		                  .self = &run };
	struct ent_feed_report r = { 0 };
	struct ent_err why = { 0 };
	struct ent_out *out = &c->out;
	int rc;

	ent_progress_init(&run.progress, "objects", 0);
	rc = ent_node_feed_run(c->node, c->x, f, &o, &r, &why);
	ent_progress_end(&run.progress);
	ent_cell(out, f->name);
	ent_cell_int(out, (int64_t)r.pages);
	ent_cell_int(out, (int64_t)r.objects);
	ent_cell_int(out, (int64_t)r.fresh);
	ent_cell_int(out, (int64_t)r.same);
	ent_cell_int(out, (int64_t)r.added);
	ent_cell_int(out, (int64_t)r.refused);
	ent_cell_bool(out, r.complete);
	ent_cell_bool(out, r.undated);
	ent_cell_c(out, ent_code_name(rc));
	ent_cell_c(out, rc ? why.msg : NULL);
	if (rc)
		ent_cli_complain(c, "%.*s: %s", ENT_FMT(f->name), why.msg);
	if (run.told > TOLD_MAX)
		ent_cli_complain(c, "%.*s: and %zu more refused", ENT_FMT(f->name),
		                 run.told - TOLD_MAX);
	*refused += r.refused;
	return rc;
}

static int
run(struct ent_cli *c, struct ent_err *err)
{
	struct ent_feed_record one, *f;
	uint64_t refused = 0;
	size_t n = 1;
	int rc, worst = 0;

	if (c->given.n_operands) {
		f = &one;
		rc = ent_feed_get(c->x, c->arena, ent_cli_operand(c, 0), f, err);
	} else {
		rc = ent_feeds(c->x, c->arena, &f, &n, err);
	}
	if (rc)
		return rc;
	ent_out_list(&c->out, "runs", ENT_COLUMNS(run_columns));
	for (size_t i = 0; i < n; i++) {
		int failed = run_one(c, &f[i], &refused);

		worst = worst ? worst : failed;
	}
	ent_out_list_end(&c->out, "There are no feeds: `entente feed add` makes one.");
	return worst ? ent_exit_of(worst) : refused ? ENT_NO : 0;
}

const struct ent_command ent_cmd_feed_run = {
	.name = "feed run",
	.help = "fetch a feed, or all, now",
	.operands = "[NAME]",
	.max = 1,
	.node = true,
	.json = true,
	.text =
	    "It goes on from the feed's mark.  An object that can't be taken is told with the\n"
	    "reason, and the exit status is then 1.",
	.run = run,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feed.c - `entente feed`: collections of other people's servers, mirrored on a schedule.
 */
#include "exchange/feed.h"

#include <errno.h>
#include <inttypes.h>

#include "base/enc.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/session.h"

#define EVERY      3600 /* seconds between two runs, if nothing is said */
#define SECRET_MAX 4096

/* clang-format off */
static const struct ent_option add_options[] = {
	{ "collection", "ID", "put the objects on this collection of the node too", 0, false },
	{ "every", "DURATION", "how often: 90s, 15m, 6h, 1d (1h)", 0, false },
	{ "tlp", "LEVEL", "as what an object without a TLP counts: clear, green, amber, amber+strict, red", 0, false },
	{ "onward", "RULE", "releasing them under agreements: never, within-tlp (never)", 0, false },
	{ "match-id", "ID", "only that object", 0, true },
	{ "match-type", "TYPE", "only objects of that type", 0, true },
	{ "match-version", "VERSION", "that version, or first, last, all (all)", 0, true },
	{ "match-spec-version", "VERSION", "only that version of STIX", 0, true },
	{ "limit", "N", "objects a page (1000)", 0, false },
	{ "user", "NAME", "call as a user with a password", 0, false },
	{ "password-file", "FILE", "its first line is the password; else it is asked for", 0, false },
	{ "password-stdin", NULL, "the first line of standard input is the password", 0, false },
	{ "token-file", "FILE", "call with the bearer token of its first line; - is standard input", 0, false },
	{ "cert", "FILE", "call with this certificate (PEM)", 0, false },
	{ "key", "FILE", "its private key (PEM)", 0, false },
	{ "pin", "HEX", "the server's key must have this SHA-256", 0, false },
	{ "ca", "FILE", "roots to trust instead of the system's (PEM)", 0, false },
	{ 0 },
};
/* clang-format on */

/* ---- durations ---- */

static const struct {
	const char *unit;
	int64_t seconds;
} units[] = { { "d", 86400 }, { "h", 3600 }, { "m", 60 }, { "s", 1 } };
#define UNITS (sizeof(units) / sizeof(units[0]))

static int
duration(const struct ent_cli *c, const char *name, int64_t *out, struct ent_err *err)
{
	struct ent_str v = ent_cli_value(c, name);
	uint64_t n = 0;

	if (!v.p)
		return 0;
	for (size_t i = 0; i < UNITS; i++)
		if (ent_str_ends(v, units[i].unit) &&
		    ent_str_u64((struct ent_str){ v.p, v.n - 1 }, ENT_FEED_EVERY_MAX, &n) ==
		        0) {
			*out = (int64_t)n * units[i].seconds;
			return 0;
		}
	return ent_fail(err, ENT_EINVAL,
	                "--%s: \"%.*s\" is not a duration: write 90s, 15m, 6h or 1d", name,
	                ENT_FMT(v));
}

static struct ent_str
duration_text(struct ent_cli *c, int64_t seconds)
{
	size_t i = 0;

	while (i + 1 < UNITS && seconds % units[i].seconds)
		i++;
	return ent_arena_printf(c->arena, "%" PRId64 "%s", seconds / units[i].seconds,
	                        units[i].unit);
}

/* ---- add ---- */

/* A file by its whole path: the server that reads it later stands elsewhere. */
static int
whole_path(struct ent_cli *c, const char *name, struct ent_str *out, struct ent_err *err)
{
	const char *given = ent_given_value(&c->given, name);
	char *path;

	if (!given)
		return 0;
	path = realpath(given, NULL);
	if (!path)
		return ent_fail(err, ent_errno_code(errno), "--%s: %s: %m", name, given);
	*out = ent_arena_dup(c->arena, ent_str_c(path));
	free(path);
	return out->p ? 0 : ent_cli_nomem(err);
}

static int
take_secret(struct ent_cli *c, struct ent_feed_record *f, struct ent_str *secret,
            struct ent_err *err)
{
	const char *token = ent_given_value(&c->given, "token-file");
	int rc = 0;

	f->user = ent_cli_value(c, "user");
	if (f->user.p && token)
		return ent_fail(err, ENT_EINVAL, "--user or --token-file: one of them");
	if (token) {
		rc = ent_file_read(c->arena, token, SECRET_MAX, secret, err);
		f->secret = ENT_FEED_TOKEN;
	} else if (f->user.p) {
		rc = ent_cli_password(c, "Password: ", secret, err);
		f->secret = ENT_FEED_PASSWORD;
	}
	if (rc || !secret->p)
		return rc;
	secret->n = ent_str_find(*secret, '\n');
	*secret = ent_str_trim(*secret);
	if (secret->n && secret->p[secret->n - 1] == '\r')
		secret->n--;
	return secret->n ? 0 : ent_fail(err, ENT_EINVAL, "the secret is empty");
}

static int
take_access(struct ent_cli *c, struct ent_feed_record *f, struct ent_str *secret,
            struct ent_err *err)
{
	uint8_t pin[32];
	int rc = whole_path(c, "cert", &f->cert, err);

	if (rc == 0)
		rc = whole_path(c, "key", &f->key, err);
	if (rc == 0)
		rc = whole_path(c, "ca", &f->ca, err);
	if (rc == 0 && !f->cert.p != !f->key.p)
		rc = ent_fail(err, ENT_EINVAL, "--cert and --key go together");
	f->pin = ent_cli_value(c, "pin");
	if (rc == 0 && f->pin.p && ent_unhex(f->pin, pin, sizeof(pin)))
		rc = ent_fail(err, ENT_EINVAL, "--pin: 64 hex digits are a SHA-256");
	return rc ? rc : take_secret(c, f, secret, err);
}

static int
take_handling(struct ent_cli *c, struct ent_feed_record *f, struct ent_err *err)
{
	struct ent_str tlp = ent_cli_value(c, "tlp"), onward = ent_cli_value(c, "onward");

	if (tlp.p && ent_tlp_parse(tlp, &f->tlp))
		return ent_fail(
		    err, ENT_EINVAL,
		    "--tlp: \"%.*s\" is not clear, green, amber, amber+strict or red",
		    ENT_FMT(tlp));
	f->onward = ent_str_is(onward, "within-tlp");
	if (onward.p && !f->onward && !ent_str_is(onward, "never"))
		return ent_fail(err, ENT_EINVAL,
		                "--onward: \"%.*s\" is not never or within-tlp",
		                ENT_FMT(onward));
	return 0;
}

/* The filters as they stand in the URL, without the first '&'. */
static int
take_match(struct ent_cli *c, struct ent_str *out, struct ent_err *err)
{
	int rc = ent_session_filters(c, out, err);

	if (rc == 0 && !ent_cli_flag(c, "match-version")) {
		*out = ent_arena_printf(c->arena, "%.*s%smatch%%5Bversion%%5D=all",
		                        ENT_FMT(*out), out->n ? "&" : "");
		rc = out->p ? 0 : ent_cli_nomem(err);
	}
	return rc;
}

/* Whether the address can be one: nothing is asked of it. */
static int
check_url(const struct ent_cli *c, struct ent_err *err)
{
	struct ent_client_config cc = { 0 };
	struct ent_taxii_client *t = NULL;
	int rc = ent_taxii_open(c->given.operands[1], &cc, &t, err);

	ent_taxii_close(t);
	return rc;
}

/* A feed is known by its name already: its secret isn't touched then. */
static int
check_new(struct ent_cli *c, struct ent_str name, struct ent_err *err)
{
	struct ent_feed_record old;
	int rc = ent_feed_get(c->x, c->arena, name, &old, NULL);

	return rc == 0
	           ? ent_fail(err, ENT_EEXIST, "there is a feed %.*s already", ENT_FMT(name))
	           : 0;
}

static int
add(struct ent_cli *c, struct ent_err *err)
{
	struct ent_feed_record f = { .name = ent_cli_operand(c, 0),
		                     .url = ent_cli_operand(c, 1),
		                     .root = ent_cli_operand(c, 2),
		                     .collection = ent_cli_operand(c, 3),
		                     .every = EVERY,
		                     .limit = ENT_PAGE_MAX };
	struct ent_str secret = { NULL, 0 };
	struct ent_collection into;
	int rc = check_new(c, f.name, err);

	if (rc == 0)
		rc = check_url(c, err);
	if (rc == 0)
		rc = duration(c, "every", &f.every, err);
	if (rc == 0)
		rc = ent_cli_number(c, "limit", 1, 1000000, &f.limit, err);
	if (rc == 0)
		rc = take_handling(c, &f, err);
	if (rc == 0)
		rc = take_match(c, &f.match, err);
	if (rc == 0 && ent_cli_flag(c, "collection")) {
		rc = ent_collection_find(c->x, c->arena, ent_cli_value(c, "collection"), &into,
		                         err);
		f.into = into.id;
	}
	if (rc == 0)
		rc = ent_feed_check(&f, err);
	if (rc == 0)
		rc = take_access(c, &f, &secret, err);
	if (rc == 0 && secret.p)
		rc = ent_node_feed_secret(c->node, c->arena, f.name, secret, err);
	if (rc == 0)
		rc = ent_feed_add(c->x, c->arena, &f, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "name", NULL, f.name);
	ent_out_int(&c->out, "every", NULL, f.every);
	ent_out_line(&c->out,
	             "%.*s is a feed: `entente serve` fetches it every %.*s, `entente feed run "
	             "%.*s` now.",
	             ENT_FMT(f.name), ENT_FMT(duration_text(c, f.every)), ENT_FMT(f.name));
	return 0;
}

const struct ent_command ent_cmd_feed_add = {
	.name = "feed add",
	.help = "mirror a collection of another server on a schedule",
	.operands = "NAME URL ROOT COLLECTION",
	.min = 4,
	.max = 4,
	.node = true,
	.json = true,
	.options = add_options,
	.text = "URL is the server's address, https://host:port; ROOT a path below it or a "
		"whole URL.\n"
		"Without --user, --token-file and --cert the node's own certificate is shown.  "
		"The\n"
		"secret is kept in the node's folder; objects get the source \"feed:NAME\".",
	.run = add,
};

/* ---- list, show ---- */

/* In a word or two; what failed stands beside it. */
static const char *
condition(const struct ent_intake_state *s)
{
	return s->failures                        ? "failing"
	       : s->began == 0                    ? "not run yet"
	       : s->complete                      ? "complete"
	       : s->ended && s->began <= s->ended ? "more to come"
	                                          : "running or cut short";
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
row(struct ent_cli *c, const struct ent_feed_record *f, const struct ent_intake_state *s)
{
	struct ent_out *o = &c->out;

	ent_cell(o, f->name);
	ent_cell(o, f->url);
	ent_cell(o, f->root);
	ent_cell(o, f->collection);
	ent_cell(o, f->into);
	ent_cell_int(o, f->every);
	ent_cell(o, duration_text(c, f->every));
	ent_cell_c(o, f->tlp == ENT_TLP_NONE ? NULL : ent_tlp_name(f->tlp));
	ent_cell_c(o, f->onward ? "within-tlp" : "never");
	cell_time(o, s->ended);
	cell_time(o, s->good);
	cell_time(o, s->due);
	cell_time(o, s->mark.after);
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
		struct ent_intake_state s;

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
	ent_out_str(o, NULL, "every", duration_text(c, f->every));
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
show_state(struct ent_cli *c, const struct ent_intake_state *s)
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
	out_time(o, "mark", "taken up to", s->mark.after);
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
	struct ent_intake_state s;
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

/* ---- remove ---- */

static int
drop(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str name = ent_cli_operand(c, 0);
	int rc = ent_feed_remove(c->x, c->arena, name, err);

	if (rc == 0)
		rc = ent_node_feed_forget(c->node, c->arena, name, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "removed", NULL, name);
	ent_out_line(&c->out, "%.*s is no feed any more; what it gave is still held.",
	             ENT_FMT(name));
	return 0;
}

const struct ent_command ent_cmd_feed_remove = {
	.name = "feed remove",
	.help = "fetch a feed no more; its objects stay in the holdings",
	.operands = "NAME",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.run = drop,
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
	*refused += r.refused;
	return rc;
}

static int
run(struct ent_cli *c, struct ent_err *err)
{
	struct ent_feed_record *f;
	uint64_t refused = 0;
	size_t n = 1;
	int rc, worst = 0;

	if (c->given.n_operands) {
		f = ent_arena_alloc(c->arena, sizeof(*f));
		rc = f ? ent_feed_get(c->x, c->arena, ent_cli_operand(c, 0), f, err)
		       : ent_cli_nomem(err);
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

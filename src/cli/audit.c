/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit.c - `entente audit`: who did what and when on this node.
 */
#include "exchange/audit.h"

#include <inttypes.h>

#include "cli/commands.h"
#include "cli/reads.h"
#include "exchange/book.h"

/* ---- reads by commands ---- */

int
ent_cli_read(struct ent_cli *c, const struct ent_held *h, size_t n, struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ENT_REQUEST_ARENA);
	struct ent_audit_read r = { 0 };
	int rc = a ? ent_audit_read_begin(&r, c->x, a, n, err) : ent_cli_nomem(err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		ent_audit_read_see(&r, h[i].type, h[i].id, h[i].bytes);
	if (rc == 0)
		rc = ent_audit_read_note(&r, a, ent_str_c(c->command->name), err);
	ent_audit_read_end(&r);
	ent_arena_free(a);
	return rc;
}

int
ent_cli_exports(struct ent_cli *c, struct ent_str name, struct ent_str object,
                struct ent_err *err)
{
	struct ent_str act = ent_arena_printf(c->arena, "%s", c->command->name);

	if (!act.p)
		return ent_cli_nomem(err);
	return ent_audit_export(c->x, c->arena, act.p, name, object, err);
}

/* ---- list ---- */

static const struct ent_option list_options[] = {
	{ "since", "TIME", "from that day or instant on", 0, false },
	{ "until", "TIME", "up to that day or instant", 0, false },
	{ "who", "TEXT", "by whom that is a part of: alice, user:desk, peer:identity--...", 0,
	  false },
	{ "what", "ACT", "of that kind: read, release, \"peer-confirm\", ...", 0, false },
	{ "object", "ID", "about that object", 0, false },
	{ 0 },
};

static const struct ent_column columns[] = {
	{ "index", "ENTRY", true }, { "at", "AT", false },     { "who", "WHO", false },
	{ "what", "WHAT", false },  { "detail", NULL, false }, { NULL, "DETAIL", false },
};

static int
see(void *self, const struct ent_audit_entry *e, struct ent_err *err)
{
	struct ent_cli *c = self;

	(void)err;
	ent_cell_int(&c->out, (int64_t)e->index);
	ent_cell(&c->out, e->at);
	ent_cell(&c->out, e->who);
	ent_cell(&c->out, e->what);
	ent_cell_raw(&c->out, e->detail.p ? e->detail : ENT_STR("null"));
	ent_cell(&c->out, ent_cli_cut(c, e->detail, 100));
	return 0;
}

static int
list(struct ent_cli *c, struct ent_err *err)
{
	struct ent_audit_query q = { .since = INT64_MIN,
		                     .until = INT64_MAX,
		                     .who = ent_cli_value(c, "who"),
		                     .what = ent_cli_value(c, "what"),
		                     .object = ent_cli_value(c, "object") };
	int rc = ent_cli_time(c, "since", &q.since, err);

	if (rc == 0)
		rc = ent_cli_time(c, "until", &q.until, err);
	if (rc)
		return rc;
	ent_out_list(&c->out, "entries", ENT_COLUMNS(columns));
	rc = ent_audit_each(c->x, &q, see, c, err);
	ent_out_list_end(&c->out, rc ? NULL : "No entry fits.");
	return rc;
}

const struct ent_command ent_cmd_audit_list = {
	.name = "audit list",
	.help = "who did what and when on this node",
	.operands = "",
	.node = true,
	.json = true,
	.options = list_options,
	.text = "Reads of TLP:RED and of personal data are among it.  Objects stand in it by\n"
		"hashes that only this node can make: --object finds them again.",
	.run = list,
};

/* ---- verify ---- */

static int
verify(struct ent_cli *c, struct ent_err *err)
{
	struct ent_err why = { 0 };
	struct ent_hash root = { { 0 } };
	struct ent_clock clock = { 0 };
	uint64_t size = 0;
	int rc = ent_book_verify(c->x, ENT_BOOK_INTERNAL, &size, &root, &clock, &why);

	if (rc && rc != ENT_ECORRUPT)
		return ent_fail(err, rc, "%s", why.msg);
	ent_out_bool(&c->out, "holds", "holds", rc == 0);
	ent_out_int(&c->out, "entries", "entries", (int64_t)size);
	ent_out_hex(&c->out, "root", "root", root.b, sizeof(root.b));
	ent_out_int(&c->out, "backwards", clock.backwards ? "time runs backwards at" : NULL,
	            (int64_t)clock.backwards);
	ent_out_str(&c->out, "problem", "problem",
	            rc ? ent_str_c(why.msg) : (struct ent_str){ NULL, 0 });
	return rc ? ENT_NO : 0;
}

const struct ent_command ent_cmd_audit_verify = {
	.name = "audit verify",
	.help = "recompute the internal ledger",
	.operands = "",
	.node = true,
	.json = true,
	.text = "That no entry was changed, added or removed from outside.  Who can write the\n"
		"database can write all of it anew: compare it with an earlier `audit export`\n"
		"that is kept elsewhere (entente-verify EARLIER LATER).",
	.run = verify,
};

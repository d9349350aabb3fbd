/* SPDX-License-Identifier: Apache-2.0 */
/*
 * package.c - `entente package`: the exchange between networks that don't touch.
 */
#include "exchange/package.h"
#include "cli/commands.h"

/* ---- export ---- */

static const struct ent_option export_options[] = {
	{ "output", "FILE", "where it is written; needed", 'o', false },
	{ "to", "PARTY", "for whom; needed where there are several counterparts", 0, false },
	{ "plain", NULL, "signed, but readable by anybody", 0, false },
	{ 0 },
};

static void
show_head(struct ent_cli *c, const struct ent_agreement *g, const struct ent_package_head *h)
{
	struct ent_out *o = &c->out;

	ent_out_str(o, "package", "package", h->sha256);
	ent_out_str(o, "agreement", "agreement", h->agreement);
	ent_out_str(o, "by", "by", g ? ent_cli_party(g, h->by) : h->by);
	ent_out_str(o, "to", "for", g ? ent_cli_party(g, h->to) : h->to);
	ent_out_str(o, "at", "at", h->at);
	ent_out_int(o, "number", "number", h->number);
	ent_out_int(o, "bytes", "bytes", h->bytes);
	ent_out_bool(o, "sealed", "sealed", h->sealed);
}

static void
show_counts(struct ent_cli *c, const struct ent_package_report *r)
{
	ent_out_int(&c->out, "objects", "objects", (int64_t)r->objects);
	ent_out_int(&c->out, "pages", NULL, (int64_t)r->pages);
	ent_out_int(&c->out, "receipts", "receipts", (int64_t)r->receipts);
	ent_out_bool(&c->out, "in_force", NULL, r->open);
	if (!r->open)
		ent_out_line(&c->out, "Statements alone: %.*s", ENT_FMT(r->why));
}

static int export(struct ent_cli *c, struct ent_err *err)
{
	const char *path = ent_given_value(&c->given, "output");
	struct ent_package_report r;
	struct ent_agreement *g;
	int rc = path ? ent_cli_agreement(c, ent_cli_operand(c, 0), &g, err)
	              : ent_fail(err, ENT_EINVAL, "--output FILE is needed");

	if (rc == 0)
		rc = ent_package_export(c->x, c->arena, g, ent_cli_value(c, "to"), path,
		                        !ent_cli_flag(c, "plain"), &r, err);
	if (rc)
		return rc;
	ent_out_c(&c->out, "file", "file", path);
	show_head(c, g, &r.head);
	show_counts(c, &r);
	return 0;
}

const struct ent_command ent_cmd_package_export = {
	.name = "package export",
	.help =
	    "write what a sync would carry into a file, for a counterpart without a network",
	.operands = "AGREEMENT",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = export_options,
	.text =
	    "It has statements, receipts, and all that the counterpart has not receipted.  It\n"
	    "is signed, and sealed to the counterpart's key.  Making another one before the\n"
	    "receipts are back does no harm, and loses nothing if this one is lost.",
	.run = export,
};

/* ---- import ---- */

static int
import_one(struct ent_cli *c, const char *path, struct ent_err *err)
{
	struct ent_package_report r;
	struct ent_agreement *g;
	int rc = ent_package_import(c->x, c->arena, path, &r, err);

	if (rc == 0)
		rc = ent_cli_agreement(c, r.head.agreement, &g, err);
	if (rc)
		return ent_within(err, rc, "%s", path);
	ent_out_c(&c->out, "file", "file", path);
	show_head(c, g, &r.head);
	show_counts(c, &r);
	ent_out_int(&c->out, "new", "of them new", (int64_t)r.fresh);
	ent_out_int(&c->out, "refused", r.refused ? "refused" : NULL, (int64_t)r.refused);
	ent_out_int(&c->out, "statements", "statements", (int64_t)r.statements);
	ent_out_int(&c->out, "dispatches", NULL, (int64_t)r.dispatches);
	ent_out_bool(&c->out, "known", NULL, r.known);
	ent_out_int(&c->out, "missing", NULL, r.missing);
	if (r.known)
		ent_out_line(&c->out, "It was imported before: nothing was done twice.");
	if (r.missing)
		ent_cli_complain(
		    c,
		    "%lld package%s before this one never came: nothing of them is "
		    "missing here, for this one has it",
		    (long long)r.missing, ent_cli_s((size_t)r.missing));
	ent_out_line(&c->out, "To answer: entente package export %.*s -o FILE",
	             ENT_FMT(r.head.agreement));
	return 0;
}

static int
import(struct ent_cli *c, struct ent_err *err)
{
	return import_one(c, c->given.operands[0], err);
}

const struct ent_command ent_cmd_package_import = {
	.name = "package import",
	.help = "verify a counterpart's package, and take what it has",
	.operands = "FILE",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.text = "The whole file is verified before anything of it is stored.  The receipts go\n"
		"back in the next `entente package export`.",
	.run = import,
};

/* ---- show, list ---- */

static int
show(struct ent_cli *c, struct ent_err *err)
{
	struct ent_package_head h;
	bool verified;
	int rc = ent_package_look(c->x, c->arena, c->given.operands[0], &h, &verified, err);

	if (rc)
		return rc;
	show_head(c, NULL, &h);
	ent_out_bool(&c->out, "verified", "signature verified", verified);
	return 0;
}

const struct ent_command ent_cmd_package_show = {
	.name = "package show",
	.help = "show what a package says of itself",
	.operands = "FILE",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.text =
	    "A signature is verified where its author is a confirmed counterpart or this node.",
	.run = show,
};

static const struct ent_column columns[] = {
	{ "agreement", "AGREEMENT", false },
	{ "party", "PARTY", false },
	{ "direction", "WAY", false },
	{ "number", "NUMBER", true },
	{ "at", "AT", false },
	{ "objects", "OBJECTS", true },
	{ "sha256", NULL, false },
};

static int
row(void *self, const struct ent_package_seen *p, struct ent_err *err)
{
	struct ent_cli *c = self;

	(void)err;
	ent_cell(&c->out, p->agreement);
	ent_cell(&c->out, p->party);
	ent_cell_c(&c->out, p->ours ? "out" : "in");
	ent_cell_int(&c->out, p->number);
	ent_cell(&c->out, p->at);
	ent_cell_int(&c->out, (int64_t)p->objects);
	ent_cell(&c->out, p->sha256);
	return 0;
}

static int
list(struct ent_cli *c, struct ent_err *err)
{
	int rc;

	ent_out_list(&c->out, "packages", ENT_COLUMNS(columns));
	rc = ent_packages_each(c->x, c->arena, row, c, err);
	ent_out_list_end(&c->out, "No packages have been made or imported.");
	return rc;
}

const struct ent_command ent_cmd_package_list = {
	.name = "package list",
	.help = "list the packages that were made and imported",
	.operands = "",
	.node = true,
	.json = true,
	.run = list,
};

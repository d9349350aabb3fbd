/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extract.c - `entente extract`: a copy of an object with less in it, side by side with the
 * original.
 */
#include "exchange/extract.h"
#include "base/file.h"
#include "cli/commands.h"

#define RULES_MAX 65536
#define WIDTH     50

static const struct ent_option options[] = {
	{ "rules", "FILE", "what is dropped, replaced and made coarser, as JSON; needed", 0,
	  false },
	{ "dry-run", NULL, "show it, and keep nothing", 0, false },
	{ 0 },
};

static const struct ent_column columns[] = {
	{ "property", "PROPERTY", false },
	{ "what", "WHAT", false },
	{ "before", "BEFORE", false },
	{ "after", "AFTER", false },
};

static void
cell(struct ent_cli *c, struct ent_str s)
{
	if (c->json && s.p)
		ent_cell_raw(&c->out, s);
	else
		ent_cell(&c->out, c->json ? s : ent_cli_cut(c, s, WIDTH));
}

static int
extract(struct ent_cli *c, struct ent_err *err)
{
	const char *path = ent_given_value(&c->given, "rules");
	struct ent_str rules = { NULL, 0 };
	struct ent_extract e;
	int rc = path ? ent_file_read(c->arena, path, RULES_MAX, &rules, err)
	              : ent_fail(err, ENT_EINVAL, "--rules FILE is needed");

	if (rc == 0)
		rc = ent_extract(c->x, c->arena, ent_cli_operand(c, 0), rules, &e, err);
	if (rc == 0 && !ent_cli_flag(c, "dry-run"))
		rc = ent_extract_keep(c->x, c->arena, &e, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "id", "extract", e.id);
	ent_out_str(&c->out, "relationship", NULL, e.relation);
	ent_out_bool(&c->out, "dry_run", NULL, ent_cli_flag(c, "dry-run"));
	ent_out_raw(&c->out, "object", e.object);
	ent_out_list(&c->out, "properties", ENT_COLUMNS(columns));
	for (size_t i = 0; i < e.n_rows; i++) {
		ent_cell(&c->out, e.rows[i].property);
		ent_cell_c(&c->out, ent_extracted_name(e.rows[i].what));
		cell(c, e.rows[i].before);
		cell(c, e.rows[i].after);
	}
	ent_out_list_end(&c->out, NULL);
	ent_out_line(&c->out,
	             ent_cli_flag(c, "dry-run")
	                 ? "Nothing was kept."
	                 : "It is held as this node's own; `entente release` lets it go.");
	return 0;
}

const struct ent_command ent_cmd_extract = {
	.name = "extract",
	.help = "make a copy of an object with less in it, and show both side by side",
	.operands = "OBJECT",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = options,
	.text = "The copy has an id of its own.  That it was made of the other is kept as a\n"
		"relationship derived-from, TLP:RED, which stays here (docs/extracts.md).",
	.run = extract,
};

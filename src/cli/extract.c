/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extract.c - `entente extract`: a copy of an object, or of several, with less in it, side by
 * side with what it was made of; and the proof that nothing in it was changed.
 */
#include "exchange/extract.h"
#include "base/file.h"
#include "cli/commands.h"
#include "json/write.h"

#define RULES_MAX  65536
#define OBJECT_MAX ((size_t)16 << 20)
#define WIDTH      50

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

/* Of the relationships that stay here. */
static struct ent_str
relation_ids(struct ent_arena *a, const struct ent_extract *e)
{
	struct ent_str s;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, OBJECT_MAX);
	ent_jw_init(&w, &b);
	ent_jw_array(&w);
	for (size_t i = 0; i < e->n_relations; i++)
		ent_jw_str(&w, e->relations[i].id);
	ent_jw_end_array(&w);
	s = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return s;
}

static void
show_extract(struct ent_cli *c, const struct ent_extract *e)
{
	bool dry = ent_cli_flag(c, "dry-run");

	ent_out_str(&c->out, "id", "extract", e->id);
	ent_out_raw(&c->out, "relationships", relation_ids(c->arena, e));
	ent_out_bool(&c->out, "dry_run", NULL, dry);
	ent_out_raw(&c->out, "object", e->object);
	ent_out_list(&c->out, "properties", ENT_COLUMNS(columns));
	for (size_t i = 0; i < e->n_rows; i++) {
		ent_cell(&c->out, e->rows[i].property);
		ent_cell_c(&c->out, ent_extracted_name(e->rows[i].what));
		cell(c, e->rows[i].before);
		cell(c, e->rows[i].after);
	}
	ent_out_list_end(&c->out, NULL);
	ent_out_line(&c->out,
	             dry ? "Nothing was kept."
	                 : "It is held as this node's own; `entente release` lets it go.");
}

static int
extract(struct ent_cli *c, struct ent_err *err)
{
	const char *path = ent_given_value(&c->given, "rules");
	size_t n = c->given.n_operands;
	struct ent_str rules = { NULL, 0 }, *ids = ent_arena_array(c->arena, n, sizeof(*ids));
	struct ent_extract e;
	int rc = path ? ent_file_read(c->arena, path, RULES_MAX, &rules, err)
	              : ent_fail(err, ENT_EINVAL, "--rules FILE is needed");

	if (rc == 0 && !ids)
		rc = ent_fail(err, ENT_ENOMEM, "out of memory");
	for (size_t i = 0; rc == 0 && i < n; i++)
		ids[i] = ent_cli_operand(c, i);
	if (rc == 0)
		rc = ent_extract(c->x, c->arena, ids, n, rules, &e, err);
	if (rc == 0 && !ent_cli_flag(c, "dry-run"))
		rc = ent_extract_keep(c->x, c->arena, &e, err);
	if (rc == 0)
		show_extract(c, &e);
	return rc;
}

const struct ent_command ent_cmd_extract = {
	.name = "extract",
	.help = "make a copy of objects with less in it, and show both side by side",
	.operands = "OBJECT...",
	.min = 1,
	.max = ENT_EXTRACT_ORIGINALS,
	.node = true,
	.json = true,
	.options = options,
	.text =
	    "The copy has an id of its own.  That it was made of the others is kept as\n"
	    "relationships derived-from, TLP:RED, which stay here.  Of several objects of one\n"
	    "type it has what all have alike, and what the rules aggregate (docs/extracts.md).",
	.run = extract,
};

/* ---- the proof ---- */

static int
show_opening(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str copy = ent_cli_operand(c, 0);
	struct ent_extract_opening o;
	int rc = ent_extract_opening(c->x, c->arena, copy, &o, err);

	if (rc)
		return rc;
	ent_out_str(&c->out, "extract", "extract", copy);
	ent_out_str(&c->out, "original", "original", o.original);
	ent_out_str(&c->out, "version", "version", o.version);
	ent_out_str(&c->out, "secret", "secret", o.secret);
	return 0;
}

const struct ent_command ent_cmd_extract_show = {
	.name = "extract show",
	.help = "tell what a copy with a proof was made of, and what opens the proof",
	.operands = "OBJECT",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.text = "For whoever may see the original: with it and the secret, `entente extract\n"
		"verify` shows that the copy is an unchanged part of it.",
	.run = show_opening,
};

static const struct ent_option verify_options[] = {
	{ "original", "FILE", "what it is said to be a part of", 0, false },
	{ "secret", "HEX", "what opens the proof", 0, false },
	{ 0 },
};

static int
read_object(struct ent_cli *c, const char *path, const struct ent_json **out,
            struct ent_err *err)
{
	struct ent_str text;
	int rc = ent_file_read(c->arena, path, OBJECT_MAX, &text, err);

	if (rc == 0)
		rc = ent_json_parse(c->arena, text, ENT_JSON_DEPTH, out, err);
	return rc ? ent_within(err, rc, "%s", path) : 0;
}

static int
verify(struct ent_cli *c, struct ent_err *err)
{
	const char *path = ent_given_value(&c->given, "original"),
		   *secret = ent_given_value(&c->given, "secret");
	const struct ent_json *copy, *original;
	struct ent_extract_proof p;
	int rc = !path == !secret
	             ? 0
	             : ent_fail(err, ENT_EINVAL, "--original and --secret go together");

	if (rc == 0)
		rc = read_object(c, ent_cli_operand(c, 0).p, &copy, err);
	if (rc == 0)
		rc = ent_extract_verify(c->arena, copy, &p, err);
	if (rc == 0 && path)
		rc = read_object(c, path, &original, err);
	if (rc == 0 && path)
		rc = ent_extract_verify_with(c->arena, &p, original, ent_str_c(secret), err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "root", "root", p.root);
	ent_out_raw(&c->out, "unchanged", ent_json_raw(p.unchanged));
	ent_out_int(&c->out, "hidden", "kept back", (int64_t)p.hidden);
	ent_out_bool(&c->out, "opened", NULL, path != NULL);
	ent_out_line(&c->out, "unchanged: %.*s", ENT_FMT(ent_json_raw(p.unchanged)));
	ent_out_line(&c->out,
	             path ? "The copy is an unchanged part of that object."
	                  : "These are properties of one object, as its author had fixed it; "
	                    "which one, the original and its secret show.");
	return 0;
}

const struct ent_command ent_cmd_extract_verify = {
	.name = "extract verify",
	.help = "hold a copy against the proof in it",
	.operands = "FILE",
	.min = 1,
	.max = 1,
	.json = true,
	.options = verify_options,
	.text = "Needs no node.  Exit status 1: a property was changed, or the original is\n"
		"another.",
	.run = verify,
};

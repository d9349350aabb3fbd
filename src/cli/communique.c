/* SPDX-License-Identifier: Apache-2.0 */
/*
 * communique.c - `entente communique`: figures that all parties compute alike and sign.
 */
#include "exchange/communique.h"
#include "base/file.h"
#include "cli/commands.h"

static const struct ent_option options[] = {
	{ "from", "TIME", "first day of the period; needed", 0, false },
	{ "until", "TIME", "the day after its last; needed", 0, false },
	{ "sign", NULL, "sign the text, and send the signature to the others", 0, false },
	{ "output", "FILE", "write the text that all signed as a TLP:CLEAR report", 'o',
	  false },
	{ "no-send", NULL, "with --sign: do not tell the others now", 0, false },
	{ 0 },
};

static const struct ent_column columns[] = {
	{ "party", "PARTY", false },
	{ "at", "SIGNED", false },
	{ "tips", "TIPS", true },
	{ "requests", "REQUESTS", true },
	{ "answers", "ANSWERS", true },
	{ "declined", "DECLINED", true },
	{ "median_minutes", "MEDIAN MIN", true },
	{ "outcomes", "OUTCOMES", true },
	{ "prevented", "PREVENTED", true },
	{ "text", NULL, false },
	{ "sha256", NULL, false },
};

static void
row(struct ent_cli *c, struct ent_str who, struct ent_str at, const struct ent_figures *f,
    struct ent_str text, struct ent_str sha256)
{
	const int64_t numbers[] = { f->tips,           f->requests, f->answers,  f->declined,
		                    f->median_minutes, f->outcomes, f->prevented };

	ent_cell(&c->out, who);
	ent_cell(&c->out, at);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		ent_cell_int(&c->out, numbers[i]);
	ent_cell(&c->out, text);
	ent_cell(&c->out, sha256);
}

static int
show(struct ent_cli *c, const struct ent_agreement *g, const struct ent_period *p,
     struct ent_err *err)
{
	struct ent_communique_part *part =
	    ent_arena_array(c->arena, ENT_PARTIES_MAX, sizeof(*part));
	struct ent_communique now;
	bool agreed;
	size_t signatures = 0;
	int rc = part ? ent_communique(c->x, c->arena, g, p, &now, err) : ent_cli_nomem(err);

	if (rc == 0)
		rc = ent_communique_parts(c->x, c->arena, g, p, part, &agreed, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "text", NULL, now.text);
	ent_out_str(&c->out, "sha256", NULL, now.sha256);
	ent_out_line(&c->out, "%.*s\n", ENT_FMT(now.text));
	ent_out_list(&c->out, "parties", ENT_COLUMNS(columns));
	for (size_t i = 0; i < g->parties; i++) {
		signatures += part[i].at.p != NULL;
		if (part[i].at.p)
			row(c, g->party[i].name, part[i].at, &part[i].figures,
			    part[i].text_sha256, part[i].sha256);
	}
	ent_out_list_end(&c->out, "Nobody has signed figures for this period.");
	ent_out_bool(&c->out, "agreed", NULL, agreed);
	if (agreed)
		ent_out_line(&c->out, "All have signed this text.");
	else if (signatures == g->parties)
		ent_out_line(&c->out,
		             "The parties have signed different figures: sync, look at "
		             "what differs, and sign anew.");
	return 0;
}

static int
write_report(struct ent_cli *c, const struct ent_agreement *g, const struct ent_period *p,
             const char *path, struct ent_err *err)
{
	struct ent_str bundle;
	int rc = ent_communique_report(c->x, c->arena, g, p, &bundle, err);

	if (rc == 0)
		rc = ent_file_write(path, bundle, 0644, err);
	if (rc == 0)
		ent_out_c(&c->out, "file", "file", path);
	return rc;
}

static int
communique(struct ent_cli *c, struct ent_err *err)
{
	struct ent_period p = { INT64_MIN, INT64_MIN };
	const char *path = ent_given_value(&c->given, "output");
	struct ent_agreement *g;
	int rc = ent_cli_time(c, "from", &p.from, err);

	if (rc == 0)
		rc = ent_cli_time(c, "until", &p.until, err);
	if (rc == 0 && (p.from == INT64_MIN || p.until == INT64_MIN))
		rc = ent_fail(err, ENT_EINVAL, "--from and --until are needed");
	if (rc == 0)
		rc = ent_cli_agreement(c, ent_cli_operand(c, 0), &g, err);
	if (rc == 0 && ent_cli_flag(c, "sign"))
		rc = ent_communique_sign(c->x, c->arena, g, &p, err);
	if (rc == 0)
		rc = show(c, g, &p, err);
	if (rc == 0 && ent_cli_flag(c, "sign"))
		rc = ent_cli_tell(c, g, err);
	if (rc == 0 && path)
		rc = write_report(c, g, &p, path, err);
	return rc;
}

const struct ent_command ent_cmd_communique = {
	.name = "communique",
	.help = "figures of a dialogue that all parties compute alike, and sign as one text",
	.operands = "AGREEMENT",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = options,
	.text =
	    "Counted are messages that were delivered.  A difference between the parties is\n"
	    "shown, not averaged; sync and sign anew.",
	.run = communique,
};

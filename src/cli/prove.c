/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prove.c - `entente prove`: one file that shows a third person that an object was sent, and
 * that the counterpart has it.
 */
#include "exchange/prove.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/reads.h"

static const struct ent_option prove_options[] = {
	{ "agreement", "AGREEMENT", "under which it was sent, where it was under several", 0,
	  false },
	{ "to", "PEER", "the counterpart that has it, where an agreement has several", 0,
	  false },
	{ "version", "TIME", "that version instead of the newest that was sent", 0, false },
	{ "redact", "PROPERTY",
	  "keep a property of the object back; may be given several times", 0, true },
	{ "no-dialogue", NULL, "without the messages about it", 0, false },
	{ "output", "FILE", "into that file instead of standard output", 'o', false },
	{ 0 },
};

static int
receiver(struct ent_cli *c, const struct ent_agreement *g, struct ent_str *out,
         struct ent_err *err)
{
	struct ent_str who = ent_cli_value(c, "to");

	*out = (struct ent_str){ NULL, 0 };
	if (!who.p)
		return 0;
	for (size_t i = 0; i < g->parties; i++)
		if (i != g->self &&
		    (ent_str_eq(g->party[i].id, who) || ent_str_eq(g->party[i].name, who))) {
			*out = g->party[i].id;
			return 0;
		}
	return ent_fail(err, ENT_ENOENT, "%.*s is no counterpart of this agreement",
	                ENT_FMT(who));
}

/* The agreement that was named, or the one under which it was sent. */
static int
agreement_of(struct ent_cli *c, struct ent_agreement **g, struct ent_err *err)
{
	struct ent_str named = ent_cli_value(c, "agreement"), *ids;
	size_t n;
	int rc;

	if (named.p)
		return ent_cli_agreement(c, named, g, err);
	rc = ent_sent_under(c->x, c->arena, ent_cli_operand(c, 0), &ids, &n, err);
	if (rc == 0 && n != 1)
		rc = ent_fail(err, n ? ENT_EINVAL : ENT_ENOENT,
		              n ? "%s was sent under %zu agreements: name one with --agreement"
		                : "%s was not sent under any agreement",
		              c->given.operands[0], n);
	return rc ? rc : ent_cli_agreement(c, ids[0], g, err);
}

static int
redacted(struct ent_cli *c, struct ent_prove_options *o, struct ent_err *err)
{
	struct ent_str *list;
	int rc = ent_given_all(&c->given, c->arena, "redact", &list, &o->n_redact, err);

	o->redact = list;
	return rc;
}

static int
prove(struct ent_cli *c, struct ent_err *err)
{
	const char *path = ent_given_value(&c->given, "output");
	struct ent_prove_options o = { .object = ent_cli_operand(c, 0),
		                       .version = ent_cli_value(c, "version"),
		                       .no_dialogue =
		                           ent_given_flag(&c->given, "no-dialogue") };
	struct ent_str proof;
	struct ent_agreement *g;
	int rc = agreement_of(c, &g, err);

	if (rc == 0)
		rc = receiver(c, g, &o.to, err);
	if (rc == 0)
		rc = redacted(c, &o, err);
	if (rc == 0)
		rc = ent_prove(c->x, c->arena, g, &o, &proof, err);
	if (rc == 0)
		rc = ent_cli_exports(c, g->id, o.object, err);
	if (rc)
		return rc;
	if (!path || strcmp(path, "-") == 0) {
		ent_out_bytes(&c->out, proof);
		return 0;
	}
	rc = ent_file_write(path, proof, 0644, err);
	if (rc == 0)
		ent_out_line(&c->out,
		             "%s: %zu bytes; anybody verifies it with: entente-verify %s", path,
		             proof.n, path);
	return rc;
}

const struct ent_command ent_cmd_prove = {
	.name = "prove",
	.help = "write a proof that an object was sent and receipted",
	.operands = "OBJECT",
	.min = 1,
	.max = 1,
	.node = true,
	.options = prove_options,
	.text =
	    "The proof has the object, the signed agreement, the entries of this node's\n"
	    "ledger, the counterpart's receipt and its cosignature of that ledger; and, as\n"
	    "far as both ledgers show it, that the counterpart stored it and what both\n"
	    "said about it: its answer, the outcome. entente-verify reads it without a\n"
	    "node, a network or a configuration.",
	.run = prove,
};

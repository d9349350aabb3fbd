/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quarantine.c - `entente quarantine`: what came and was put aside.
 */
#include "exchange/quarantine.h"
#include "cli/commands.h"
#include "cli/reads.h"

static const struct ent_option quarantine_options[] = {
	{ "drop", "HASH", "forget one: 8 digits or more of its hash", 0, false },
	{ 0 },
};

static const struct ent_column columns[] = {
	{ "sha256", "HASH", false },  { "at", "AT", false },     { "from", "FROM", false },
	{ "agreement", NULL, false }, { "id", "OBJECT", false }, { "why", NULL, false },
	{ "object", NULL, false },
};

struct listing {
	struct ent_cli *c;
	size_t n;
};

static int
list(void *self, const struct ent_quarantined *q, struct ent_err *err)
{
	struct listing *l = self;
	struct ent_out *o = &l->c->out;

	if (l->c->json && q->object.p) {
		struct ent_held h = { .id = q->id, .bytes = q->object };
		uint8_t uuid[16];
		int rc;

		if (ent_stix_id_parse(q->id, &h.type, uuid))
			h.type = ENT_STR("");
		rc = ent_cli_read(l->c, &h, 1, err);
		if (rc)
			return rc;
	}
	l->n++;
	ent_cell(o, l->c->json ? q->sha256 : (struct ent_str){ q->sha256.p, 16 });
	ent_cell(o, q->at);
	ent_cell(o, q->from);
	ent_cell(o, q->agreement);
	ent_cell(o, q->id);
	ent_cell(o, q->why);
	ent_cell_raw(o, q->object.p ? q->object : ENT_STR("null"));
	return 0;
}

static int
quarantine(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str hash = ent_cli_value(c, "drop");
	struct listing l = { c, 0 };
	int rc;

	if (hash.p) {
		rc = ent_quarantine_drop(c->x, c->arena, hash, err);
		if (rc == 0)
			ent_out_line(&c->out, "%.*s is forgotten.", ENT_FMT(hash));
		return rc;
	}
	ent_out_list(&c->out, "quarantine", ENT_COLUMNS(columns));
	rc = ent_quarantine_each(c->x, list, &l, err);
	ent_out_list_end(&c->out, rc ? NULL : "Nothing is in quarantine.");
	return rc;
}

const struct ent_command ent_cmd_quarantine = {
	.name = "quarantine",
	.help = "list what counterparts sent and what contradicts the holdings",
	.operands = "",
	.node = true,
	.json = true,
	.options = quarantine_options,
	.text =
	    "An object that contradicts what is held from elsewhere is put aside here, and\n"
	    "its sender is told that it was delivered: to refuse it would tell what is held.\n"
	    "With --json, the objects themselves and the reasons are shown too.",
	.run = quarantine,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor.c - `entente doctor`: which step of the road to a counterpart fails, and what to do.
 */
#include "exchange/doctor.h"
#include "cli/commands.h"

static const struct ent_column columns[] = {
	{ "step", "STEP", false },
	{ "ok", "OK", false },
	{ "text", "WHAT", false },
};

static int
doctor(struct ent_cli *c, struct ent_err *err)
{
	struct ent_doctor d;
	struct ent_peer p;
	int rc = ent_peer_find(c->x, c->arena, ent_cli_operand(c, 0), &p, err);

	if (rc == 0)
		rc = ent_doctor(c->x, c->arena, &p, &d, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "peer", NULL, p.name);
	ent_out_bool(&c->out, "well", NULL, d.failed == ENT_STEPS);
	ent_out_str(&c->out, "failed", NULL,
	            d.failed < ENT_STEPS ? ent_str_c(ent_doctor_step_name(d.failed))
	                                 : (struct ent_str){ NULL, 0 });
	ent_out_str(&c->out, "problem", NULL,
	            d.failed < ENT_STEPS ? d.text[d.failed] : (struct ent_str){ NULL, 0 });
	ent_out_list(&c->out, "steps", ENT_COLUMNS(columns));
	for (int s = 0; s < ENT_STEPS; s++) {
		if (!d.text[s].p)
			continue;
		ent_cell_c(&c->out, ent_doctor_step_name(s));
		ent_cell_bool(&c->out, s != d.failed);
		ent_cell(&c->out, c->json || s != d.failed ? d.text[s] : ENT_STR("fails"));
	}
	ent_out_list_end(&c->out, NULL);
	if (d.failed < ENT_STEPS)
		ent_out_line(&c->out, "\n%s: %.*s.", ent_doctor_step_name(d.failed),
		             ENT_FMT(d.text[d.failed]));
	else
		ent_out_line(&c->out, "\nAll is well.");
	return d.failed < ENT_STEPS ? ENT_NO : 0;
}

const struct ent_command ent_cmd_doctor = {
	.name = "doctor",
	.help = "walk the road to a counterpart, and say which step fails",
	.operands = "PEER",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.text = "Name, port, TLS, certificate, pin, clock, whether they know this node,\n"
		"agreement, ledger, cursor.  Nothing is changed, here or there.  The exit\n"
		"status is 1 if a step fails.",
	.run = doctor,
};

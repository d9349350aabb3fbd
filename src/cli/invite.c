/* SPDX-License-Identifier: Apache-2.0 */
/*
 * invite.c - `entente peer invite` and `peer accept`: enrolment with one text instead of two
 * cards.
 */
#include "exchange/invite.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/code.h"
#include "cli/commands.h"

#define DAYS 14

static const struct ent_option invite_options[] = {
	{ "for", "PARTY", "only for the node with that host or party id", 0, false },
	{ "days", "N", "until it expires (14)", 0, false },
	{ "output", "FILE", "into that file instead of standard output", 'o', false },
	{ 0 },
};

/* An invitation's text, into a file or onto the screen. */
static int
put(struct ent_cli *c, struct ent_str text, struct ent_err *err)
{
	const char *path = ent_given_value(&c->given, "output");

	if (c->json)
		ent_out_str(&c->out, "invitation", NULL, text);
	if (path && strcmp(path, "-") != 0)
		return ent_file_write(path, text, 0644, err);
	if (!c->json)
		ent_out_bytes(&c->out, text);
	return 0;
}

static int
days(const struct ent_cli *c, int *out, struct ent_err *err)
{
	int64_t n = DAYS;
	int rc = ent_cli_number(c, "days", 1, ENT_INVITE_DAYS_MAX, &n, err);

	*out = (int)n;
	return rc;
}

static int
invite(struct ent_cli *c, struct ent_err *err)
{
	const char *path = ent_given_value(&c->given, "output");
	struct ent_invite_options o = { .invited = ent_cli_value(c, "for") };
	struct ent_invitation in;
	struct ent_str text;
	int rc = days(c, &o.days, err);

	if (rc == 0)
		rc = ent_invite(c->x, c->arena, &o, &text, &in, err);
	if (rc == 0)
		rc = put(c, text, err);
	if (rc)
		return rc;
	if (c->json) {
		ent_out_time(&c->out, "expires", NULL, in.expires);
		ent_out_hex(&c->out, "pin", NULL, ent_exchange_pin(c->x), 32);
	} else if (path && strcmp(path, "-") != 0) {
		ent_out_line(&c->out,
		             "%s: send it to them; on their node: entente peer accept FILE",
		             path);
	}
	return 0;
}

const struct ent_command ent_cmd_peer_invite = {
	.name = "peer invite",
	.help = "write an invitation: this node's card, for one counterpart to accept",
	.operands = "",
	.node = true,
	.json = true,
	.options = invite_options,
	.text = "Whoever accepts it leaves his card here, once.  It is no secret that opens\n"
		"anything: nothing is exchanged before both have compared the code.",
	.run = invite,
};

/* ---- accept ---- */

static const struct ent_option accept_options[] = {
	{ "name", "NAME", "under which it is known here (the name on its card)", 0, false },
	{ "words", NULL, "show the code as words", 0, false },
	{ "output", "FILE", "the answer, where one is needed, into that file", 'o', false },
	{ 0 },
};

/* They could not be reached: they get our card by the road on which theirs came. */
static int
answer(struct ent_cli *c, const struct ent_invitation *in, struct ent_err *err)
{
	struct ent_invite_options o = { .invited = in->by, .answers = in->token, .days = DAYS };
	const char *path = ent_given_value(&c->given, "output");
	struct ent_invitation mine;
	struct ent_str text;
	int rc = ent_invite(c->x, c->arena, &o, &text, &mine, err);

	if (rc == 0)
		rc = put(c, text, err);
	if (rc == 0)
		ent_out_line(&c->out,
		             "\nSend %s to %.*s; on their node: entente peer accept FILE",
		             path ? path : "the text above", ENT_FMT(in->name));
	return rc;
}

static int
accept(struct ent_cli *c, struct ent_err *err)
{
	struct ent_invitation in;
	struct ent_accepted got;
	struct ent_str text;
	int rc = ent_file_read(c->arena, c->given.operands[0], ENT_INVITE_BYTES, &text, err);

	if (rc == 0)
		rc = ent_invitation_read(c->x, c->arena, text, &in, err);
	if (rc == 0)
		rc = ent_invitation_accept(c->x, c->arena, &in,
		                           ent_given_value(&c->given, "name"), &got, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "name", "name", got.peer.name);
	ent_out_str(&c->out, "party", "party", got.peer.party);
	ent_out_str(&c->out, "host", "host", got.peer.host);
	ent_out_str(&c->out, "url", "url", got.peer.url);
	ent_out_bool(&c->out, "confirmed", "verified", got.peer.confirmed);
	ent_out_bool(&c->out, "delivered", NULL, got.delivered || got.answer);
	ent_out_str(&c->out, "problem", NULL,
	            got.delivered || got.answer ? (struct ent_str){ NULL, 0 }
	                                        : ent_str_c(got.why.msg));
	if (got.delivered || got.answer)
		ent_out_line(&c->out, "They have this node's card.");
	else
		ent_out_line(&c->out, "This node's card could not be brought to them (%s).",
		             got.why.msg);
	rc = ent_cli_code(c, &got.peer, err);
	return rc || got.delivered || got.answer || got.already ? rc : answer(c, &in, err);
}

const struct ent_command ent_cmd_peer_accept = {
	.name = "peer accept",
	.help = "accept an invitation, and show the code to compare",
	.operands = "FILE",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = accept_options,
	.text = "FILE - is standard input.  This node's card is brought to whoever invited,\n"
		"where it can be reached; else an answer is written, to be accepted there.\n"
		"Nothing is exchanged before both have compared the code: peer verify.",
	.run = accept,
};

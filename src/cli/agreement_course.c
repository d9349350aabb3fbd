/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement_course.c - `entente agreement` initial, countersign, approver-key, withdraw-notice
 * and leave: what is signed on the way into force and out of it.
 */
#include "base/enc.h"
#include "cli/agreement.h"
#include "crypto/sign.h"

static int
initial(struct ent_cli *c, struct ent_err *err)
{
	return ent_cli_act(c, ENT_ACT_INITIAL, ent_cli_value(c, "document"), err);
}

static int
withdraw(struct ent_cli *c, struct ent_err *err)
{
	return ent_cli_act(c, ENT_ACT_WITHDRAW, (struct ent_str){ 0 }, err);
}

static int
leave(struct ent_cli *c, struct ent_err *err)
{
	return ent_cli_act(c, ENT_ACT_LEAVE, (struct ent_str){ 0 }, err);
}

static const struct ent_option initial_options[] = {
	{ "document", "HASH", "the document that you read, by the start of its hash", 0,
	  false },
	ENT_OPTION_REASON,
	ENT_OPTION_NO_SEND,
	{ 0 },
};

static const struct ent_option options[] = {
	ENT_OPTION_REASON,
	ENT_OPTION_NO_SEND,
	{ 0 },
};

const struct ent_command ent_cmd_agreement_initial = {
	.name = "agreement initial",
	.help = "initial a draft: its text is settled",
	.operands = "AGREEMENT",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = initial_options,
	.text = "Of a document that was proposed with --initialled.  It can be accepted when\n"
		"every party has initialled it; nothing passes before.",
	.run = initial,
};

const struct ent_command ent_cmd_agreement_withdraw = {
	.name = "agreement withdraw-notice",
	.help = "take back this node's own notice before it has its effect",
	.operands = "AGREEMENT",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = options,
	.text = "Of a termination, of leaving, and of a suspension that was announced.  It is\n"
		"withdrawn when every other party's node has had this in time, which each\n"
		"signs by itself.",
	.run = withdraw,
};

const struct ent_command ent_cmd_agreement_leave = {
	.name = "agreement leave",
	.help = "leave an agreement after its notice; the others go on",
	.operands = "AGREEMENT",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = options,
	.text = "Where fewer than two parties remain it ends.",
	.run = leave,
};

/* ---- approvers ---- */

static int
passphrase(struct ent_cli *c, struct ent_str *out, struct ent_err *err)
{
	return ent_cli_first_line(c, "passphrase-file", out, err);
}

static int
read_key(struct ent_cli *c, const char *path, struct ent_keys *keys, struct ent_err *err)
{
	struct ent_str secret = { NULL, 0 };
	uint8_t seed[ENT_SEED];
	int rc = passphrase(c, &secret, err);

	if (rc == 0)
		rc = ent_seed_read(path, secret, seed, NULL, err);
	if (rc == 0)
		ent_keys_derive(seed, keys);
	explicit_bzero(seed, sizeof(seed));
	return rc;
}

static int
countersign(struct ent_cli *c, struct ent_err *err)
{
	const char *path = ent_given_value(&c->given, "key");
	struct ent_agreement *g;
	struct ent_keys keys;
	int rc = ent_cli_agreement(c, ent_cli_operand(c, 0), &g, err);

	if (rc == 0 && (!path || !ent_cli_value(c, "document").p))
		rc = ent_fail(err, ENT_EINVAL,
		              "--key FILE and --document HASH are needed: whose signature "
		              "under what?");
	if (rc == 0)
		rc = read_key(c, path, &keys, err);
	if (rc)
		return rc;
	rc = ent_agreement_countersign(c->x, c->arena, g->id, &keys.key[ENT_KEY_SIGN],
	                               ent_cli_value(c, "document"), ent_cli_value(c, "reason"),
	                               err);
	ent_keys_wipe(&keys);
	return rc ? rc : ent_cli_acted(c, g, ENT_ACT_COUNTERSIGN, err);
}

static const struct ent_option countersign_options[] = {
	{ "key", "FILE", "the approver's key file; needed", 0, false },
	{ "passphrase-file", "FILE", "its first line is the passphrase of that key", 0, false },
	{ "document", "HASH",
	  "the document that the approver has read, by the start of its hash; needed", 0,
	  false },
	ENT_OPTION_REASON,
	ENT_OPTION_NO_SEND,
	{ 0 },
};

const struct ent_command ent_cmd_agreement_countersign = {
	.name = "agreement countersign",
	.help = "sign as one of the approvers that the document names",
	.operands = "AGREEMENT",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = countersign_options,
	.text = "An approver runs no node.  Who it is, is known by its key alone.  The\n"
		"agreement is in force when all parties have accepted and all approvers have\n"
		"signed.",
	.run = countersign,
};

static int
approver_key(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str path = ent_cli_operand(c, 0), secret = { NULL, 0 };
	char b64[ENT_B64_LEN(ENT_PUB) + 1];
	struct ent_keys keys;
	int rc = passphrase(c, &secret, err);

	if (rc == 0)
		rc = ent_seed_create(path.p, secret, err);
	if (rc == 0)
		rc = read_key(c, path.p, &keys, err);
	if (rc)
		return rc;
	ent_b64(keys.key[ENT_KEY_SIGN].pub, ENT_PUB, b64);
	ent_keys_wipe(&keys);
	ent_out_str(&c->out, "file", "key file", path);
	ent_out_c(&c->out, "key", "key", b64);
	return 0;
}

static const struct ent_option key_options[] = {
	{ "passphrase-file", "FILE", "its first line is the passphrase that protects the key",
	  0, false },
	{ 0 },
};

const struct ent_command ent_cmd_agreement_approver_key = {
	.name = "agreement approver-key",
	.help = "make the key with which an approver signs",
	.operands = "FILE",
	.min = 1,
	.max = 1,
	.json = true,
	.options = key_options,
	.text =
	    "The key that it prints is what the list of approvers names (agreement propose\n"
	    "--approvers).",
	.run = approver_key,
};

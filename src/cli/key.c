/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key.c - `entente key`: the node's own keys, their change, their passphrase, the certificate.
 */
#include "base/time.h"
#include "cli/commands.h"
#include "exchange/peer.h"
#include "node/node.h"

#define PASSPHRASE_FILE                                                                        \
	{                                                                                      \
		"passphrase-file", "FILE",                                                     \
		    "the new passphrase is its first line; else it is asked for", 0, false     \
	}

/* ---- show, history ---- */

static int
own(struct ent_cli *c, struct ent_peer *out, struct ent_err *err)
{
	struct ent_str *cards;
	size_t n;
	int rc = ent_exchange_cards(c->x, c->arena, &cards, &n, err);

	return rc ? rc : ent_cards_open(c->arena, cards, n, out, err);
}

static int
show(struct ent_cli *c, struct ent_err *err)
{
	char id[ENT_KEYID_TEXT], when[ENT_TIME_TEXT];
	struct ent_peer p;
	int64_t ends;
	int rc = own(c, &p, err);

	if (rc == 0)
		rc = ent_node_certificate_ends(c->node, &ends, err);
	if (rc)
		return rc;
	ent_out_c(&c->out, "keyid", "signing key", ent_keyid(p.sign_pub, id));
	ent_out_hex(&c->out, "sign_key", NULL, p.sign_pub, ENT_PUB);
	ent_out_hex(&c->out, "ledger_key", NULL, p.ledger_pub, ENT_PUB);
	ent_out_hex(&c->out, "witness_key", NULL, p.witness_pub, ENT_PUB);
	ent_out_hex(&c->out, "card_sha256", "card", p.card_sha256, 32);
	ent_out_bool(&c->out, "passphrase", "passphrase", ent_node_sealed(c->node));
	ent_out_hex(&c->out, "tls_pin", "TLS key", p.pin, 32);
	ent_out_c(&c->out, "certificate_ends", "certificate ends",
	          ent_time_text(ends, 0, when));
	if (ends - ent_now_us() < ENT_CERT_WARN_US)
		ent_out_line(&c->out,
		             "The certificate ends soon: entente key certificate --renew");
	return 0;
}

const struct ent_command ent_cmd_key_show = {
	.name = "key show",
	.help = "show this node's keys and when its certificate ends",
	.operands = "",
	.node = true,
	.json = true,
	.run = show,
};

static const struct ent_column history_columns[] = {
	{ "keyid", "SIGNING KEY", false },
	{ "from", "FROM", false },
	{ "until", "UNTIL", false },
	{ "revoked", "REVOKED", false },
};

static int
history(struct ent_cli *c, struct ent_err *err)
{
	struct ent_peer p;
	struct ent_str who =
	    c->given.n_operands ? ent_cli_operand(c, 0) : (struct ent_str){ NULL, 0 };
	int rc = who.p ? ent_peer_find(c->x, c->arena, who, &p, err) : own(c, &p, err);

	if (rc)
		return rc;
	ent_out_list(&c->out, "keys", ENT_COLUMNS(history_columns));
	for (size_t i = 0; i < p.keys->n; i++) {
		const struct ent_key_period *k = &p.keys->period[i];
		char id[ENT_KEYID_TEXT], from[ENT_TIME_TEXT], until[ENT_TIME_TEXT];
		struct ent_str none = { NULL, 0 };

		ent_cell(&c->out, ent_arena_dup(c->arena, ent_str_c(ent_keyid(k->sign, id))));
		ent_cell(
		    &c->out,
		    k->from == INT64_MIN
			? none
			: ent_arena_dup(c->arena, ent_str_c(ent_time_text(k->from, 3, from))));
		ent_cell(&c->out,
		         k->until == INT64_MAX
		             ? none
		             : ent_arena_dup(c->arena,
		                             ent_str_c(ent_time_text(k->until, 3, until))));
		ent_cell_bool(&c->out, k->revoked);
	}
	ent_out_list_end(&c->out, NULL);
	return 0;
}

const struct ent_command ent_cmd_key_history = {
	.name = "key history",
	.help = "list which signing key was good at which time",
	.operands = "[PEER]",
	.max = 1,
	.node = true,
	.json = true,
	.text = "Of this node, or of a counterpart. What was signed stays valid when its key\n"
		"goes: it counts which key was good then.",
	.run = history,
};

/* ---- rotate ---- */

static const struct ent_option rotate_options[] = {
	{ "seed", "FILE", "the successor's seed, where it was kept (next.seed in the node)", 0,
	  false },
	{ "seed-passphrase-file", "FILE",
	  "its passphrase, where it has another than the node's", 0, false },
	{ "revoke-from", "TIME",
	  "the present key is lost or known to others: void from then on", 0, false },
	{ 0 },
};

static int
rotate(struct ent_cli *c, struct ent_err *err)
{
	struct ent_key_change k = { .seed = ent_given_value(&c->given, "seed"),
		                    .revoked_from = ent_cli_value(c, "revoke-from") };
	char id[ENT_KEYID_TEXT];
	struct ent_peer p;
	int64_t at;
	int rc = ent_cli_first_line(c, "seed-passphrase-file", &k.passphrase, err);

	if (rc == 0 && k.revoked_from.p && ent_time_parse(k.revoked_from, &at, NULL))
		rc = ent_fail(err, ENT_EINVAL,
		              "--revoke-from is not a timestamp such as 2019-06-30T12:00:00Z");
	if (rc == 0 && k.revoked_from.p && at > ent_now_us())
		rc = ent_fail(err, ENT_EINVAL, "--revoke-from is in the future");
	if (rc == 0)
		rc = ent_node_rotate(c->node, &k, err);
	if (rc == 0)
		rc = own(c, &p, err);
	if (rc)
		return rc;
	ent_out_c(&c->out, "keyid", "signing key", ent_keyid(p.sign_pub, id));
	ent_out_hex(&c->out, "card_sha256", "card", p.card_sha256, 32);
	ent_out_line(
	    &c->out,
	    "The successor of this key is %s/next.seed: move it to a safe place.\n"
	    "At the next sync each counterpart stops, until somebody there has compared\n"
	    "the new code with you (`entente peer code PEER` shows it here) and confirmed.",
	    ent_node_dir(c->node));
	return 0;
}

const struct ent_command ent_cmd_key_rotate = {
	.name = "key rotate",
	.help = "change the signing keys to the announced successor",
	.operands = "",
	.node = true,
	.json = true,
	.options = rotate_options,
	.text =
	    "The card names the hash of the key that will follow; only that one can. The new\n"
	    "card is signed with both keys, and with --revoke-from with the new one alone:\n"
	    "what the old one signs from then on is refused, what it signed before stays.\n"
	    "The node must not be served meanwhile. A certificate whose key was stolen too is\n"
	    "replaced by a new tls.key and tls.crt.",
	.run = rotate,
};

/* ---- passphrase ---- */

static const struct ent_option passphrase_options[] = {
	PASSPHRASE_FILE,
	{ "remove", NULL, "the seed is then in the file as it is", 0, false },
	{ 0 },
};

/* Asked for twice, so that a slip of the finger locks nobody out. */
static int
new_passphrase(struct ent_cli *c, struct ent_str *out, struct ent_err *err)
{
	struct ent_str again;
	int rc = ent_cli_first_line(c, "passphrase-file", out, err);

	if (rc || out->p)
		return rc;
	rc = ent_cli_ask(c, "New passphrase: ", true, out, err);
	if (rc == 0)
		rc = ent_cli_ask(c, "Once more: ", true, &again, err);
	if (rc == 0 && !ent_str_eq(*out, again))
		rc = ent_fail(err, ENT_EINVAL, "the two differ");
	if (rc == 0 && out->n == 0)
		rc = ent_fail(err, ENT_EINVAL,
		              "the passphrase is empty: --remove takes it away");
	return rc;
}

static int
passphrase(struct ent_cli *c, struct ent_err *err)
{
	bool remove = ent_cli_flag(c, "remove");
	struct ent_str text = { NULL, 0 };
	int rc = remove ? 0 : new_passphrase(c, &text, err);

	if (rc == 0)
		rc = ent_node_passphrase(c->node, text, err);
	if (rc == 0)
		ent_out_line(&c->out,
		             remove ? "The seed of the keys is under no passphrase any more."
		                    : "The seed of the keys is under the new passphrase.");
	return rc;
}

const struct ent_command ent_cmd_key_passphrase = {
	.name = "key passphrase",
	.help = "set, change or remove the passphrase of the key files",
	.operands = "",
	.node = true,
	.options = passphrase_options,
	.text =
	    "Of node.seed, and of next.seed where that is still in the node. Commands ask for\n"
	    "it on a terminal; a service reads it from the file that passphrase_file in\n"
	    "entente.conf or ENTENTE_PASSPHRASE_FILE names.",
	.run = passphrase,
};

/* ---- certificate ---- */

static const struct ent_option certificate_options[] = {
	{ "renew", NULL, "a new one with the same key: counterparts notice nothing", 0, false },
	{ "days", "N", "for so many days (3650)", 0, false },
	{ 0 },
};

static int
certificate(struct ent_cli *c, struct ent_err *err)
{
	char when[ENT_TIME_TEXT];
	int64_t days, ends;
	int rc = ent_cli_number(c, "days", 1, 36500, &days, err);

	if (rc == 0 && !ent_given_value(&c->given, "days"))
		days = 3650;
	if (rc == 0 && ent_cli_flag(c, "renew"))
		rc = ent_node_renew_certificate(c->node, (int)days, err);
	if (rc == 0)
		rc = ent_node_certificate_ends(c->node, &ends, err);
	if (rc)
		return rc;
	ent_out_c(&c->out, "certificate_ends", "certificate ends",
	          ent_time_text(ends, 0, when));
	if (ent_cli_flag(c, "renew"))
		ent_out_line(&c->out, "A node that is served takes it at SIGHUP.");
	return 0;
}

const struct ent_command ent_cmd_key_certificate = {
	.name = "key certificate",
	.help = "show when the certificate ends, or renew it",
	.operands = "",
	.node = true,
	.json = true,
	.options = certificate_options,
	.run = certificate,
};

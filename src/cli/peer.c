/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer.c - `entente peer`: counterparts, and the code that two people compare.
 */
#include "exchange/peer.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/code.h"
#include "cli/commands.h"
#include "exchange/words.h"

int
ent_cli_code(struct ent_cli *c, const struct ent_peer *p, struct ent_err *err)
{
	bool said = ent_given_flag(&c->given, "words");
	char code[ENT_SAS_TEXT], words[ENT_WORDS_TEXT];
	int rc = ent_peer_code(c->x, c->arena, p, code, err);

	if (rc)
		return rc;
	ent_code_words(code, words);
	ent_out_c(&c->out, "code", said ? NULL : "code", code);
	ent_out_c(&c->out, "words", said ? "words" : NULL, words);
	if (p->confirmed)
		ent_out_line(&c->out, "\n%.*s is verified already.", ENT_FMT(p->name));
	else
		ent_out_line(
		    &c->out,
		    "\nLet somebody you know at %.*s read their code out to you, by telephone "
		    "or in\n"
		    "person (entente peer code \"%s\").  It must be this one.  Then type what "
		    "you\n"
		    "heard into: entente peer verify \"%.*s\"",
		    ENT_FMT(p->name), ent_exchange_name(c->x), ENT_FMT(p->name));
	return 0;
}

/* ---- add ---- */

static const struct ent_option add_options[] = {
	{ "name", "NAME", "under which it is known here (the name on its card)", 0, false },
	{ "card", "FILE", "its card, brought by another road; URL may then be left out", 0,
	  false },
	{ "words", NULL, "show the code as words", 0, false },
	{ 0 },
};

static int
add(struct ent_cli *c, struct ent_err *err)
{
	const char *name = ent_given_value(&c->given, "name");
	const char *file = ent_given_value(&c->given, "card");
	struct ent_str url = ent_cli_operand(c, 0), card;
	struct ent_peer p;
	int rc;

	if (!url.p && !file)
		return ent_fail(err, ENT_EINVAL,
		                "the URL of its node is needed, or --card FILE");
	if (file) {
		rc = ent_file_read(c->arena, file, ENT_ENVELOPE_MAX, &card, err);
		if (rc == 0)
			rc = ent_peer_add_card(c->x, c->arena, ent_str_trim(card),
			                       url.p ? url.p : "", name, &p, err);
	} else {
		rc = ent_peer_add(c->x, c->arena, url.p, name, &p, err);
	}
	if (rc)
		return rc;
	ent_out_str(&c->out, "name", "name", p.name);
	ent_out_str(&c->out, "party", "party", p.party);
	ent_out_str(&c->out, "host", "host", p.host);
	ent_out_str(&c->out, "url", "url", p.url);
	ent_out_bool(&c->out, "confirmed", "confirmed", p.confirmed);
	return ent_cli_code(c, &p, err);
}

const struct ent_command ent_cmd_peer_add = {
	.name = "peer add",
	.help = "fetch a counterpart's card and show the code to compare",
	.operands = "[URL]",
	.max = 1,
	.node = true,
	.json = true,
	.options = add_options,
	.text = "Nothing is exchanged with a counterpart that has not been confirmed.",
	.run = add,
};

/* ---- code, confirm ---- */

static const struct ent_option code_options[] = {
	{ "words", NULL, "as words instead of digits", 0, false },
	{ 0 },
};

static int
code(struct ent_cli *c, struct ent_err *err)
{
	struct ent_peer p;
	int rc = ent_peer_find(c->x, c->arena, ent_cli_operand(c, 0), &p, err);

	if (rc)
		return rc;
	ent_out_str(&c->out, "name", "name", p.name);
	ent_out_bool(&c->out, "confirmed", NULL, p.confirmed);
	return ent_cli_code(c, &p, err);
}

const struct ent_command ent_cmd_peer_code = {
	.name = "peer code",
	.help = "show the code to compare",
	.operands = "PEER",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = code_options,
	.run = code,
};

static const struct ent_option confirm_options[] = {
	{ "code", "CODE", "what they read out; else it is asked for", 0, false },
	{ 0 },
};

static int
confirm(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str said = ent_cli_value(c, "code"), who = ent_cli_operand(c, 0);
	struct ent_peer p;
	int rc = ent_peer_find(c->x, c->arena, who, &p, err);

	if (rc == 0 && !said.p)
		rc = ent_cli_ask(c,
		                 "The code that they read out (40 digits or 16 words): ", false,
		                 &said, err);
	if (rc == 0)
		rc = ent_peer_confirm(c->x, c->arena, who, said, &p, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "name", NULL, p.name);
	ent_out_str(&c->out, "party", NULL, p.party);
	ent_out_bool(&c->out, "confirmed", NULL, p.confirmed);
	ent_out_line(&c->out,
	             "%.*s is verified.  Next: entente agreement propose --title TITLE --with "
	             "\"%.*s\"",
	             ENT_FMT(p.name), ENT_FMT(p.name));
	return 0;
}

const struct ent_command ent_cmd_peer_verify = {
	.name = "peer verify",
	.help = "verify a counterpart with the code that it read out",
	.operands = "PEER",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = confirm_options,
	.text = "Typing the code is the check: each side types what the other reads out.\n"
		"Only then something is exchanged.",
	.run = confirm,
};

const struct ent_command ent_cmd_peer_confirm = {
	.name = "peer confirm",
	.help = "the same as peer verify",
	.operands = "PEER",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = confirm_options,
	.run = confirm,
};

/* ---- list, show, remove ---- */

static const struct ent_column columns[] = {
	{ "name", "NAME", false },    { "state", "STATE", false },
	{ "confirmed", NULL, false }, { "host", "HOST", false },
	{ "url", "URL", false },      { "party", NULL, false },
	{ "added", NULL, false },     { "confirmed_at", NULL, false },
};

static int
list(struct ent_cli *c, struct ent_err *err)
{
	struct ent_peer *p;
	size_t n;
	int rc = ent_peers(c->x, c->arena, &p, &n, err);

	if (rc)
		return rc;
	ent_out_list(&c->out, "peers", ENT_COLUMNS(columns));
	for (size_t i = 0; i < n; i++) {
		ent_cell(&c->out, p[i].name);
		ent_cell(&c->out, ent_str_c(ent_peer_state_name(p[i].state)));
		ent_cell_bool(&c->out, p[i].confirmed);
		ent_cell(&c->out, p[i].host);
		ent_cell(&c->out, p[i].url);
		ent_cell(&c->out, p[i].party);
		ent_cell(&c->out, p[i].added);
		ent_cell(&c->out, p[i].confirmed_at);
	}
	ent_out_list_end(&c->out, "There are no counterparts yet: entente peer add URL");
	return 0;
}

const struct ent_command ent_cmd_peer_list = {
	.name = "peer list",
	.help = "list the counterparts",
	.operands = "",
	.node = true,
	.json = true,
	.run = list,
};

static int
show(struct ent_cli *c, struct ent_err *err)
{
	struct ent_peer p;
	char id[ENT_KEYID_TEXT];
	int rc = ent_peer_find(c->x, c->arena, ent_cli_operand(c, 0), &p, err);

	if (rc)
		return rc;
	ent_out_str(&c->out, "name", "name", p.name);
	ent_out_str(&c->out, "party", "party", p.party);
	ent_out_str(&c->out, "host", "host", p.host);
	ent_out_str(&c->out, "url", "url", p.url);
	ent_out_str(&c->out, "added", "added", p.added);
	ent_out_c(&c->out, "state", "state", ent_peer_state_name(p.state));
	ent_out_bool(&c->out, "confirmed", NULL, p.confirmed);
	ent_out_str(&c->out, "confirmed_at", "confirmed at", p.confirmed_at);
	ent_out_hex(&c->out, "tls_pin", "TLS pin", p.pin, 32);
	ent_out_hex(&c->out, "sign_key", "signing key", p.sign_pub, ENT_PUB);
	ent_out_c(&c->out, "sign_keyid", "its id", ent_keyid(p.sign_pub, id));
	ent_out_hex(&c->out, "ledger_key", "ledger key", p.ledger_pub, ENT_PUB);
	ent_out_hex(&c->out, "witness_key", "witness key", p.witness_pub, ENT_PUB);
	ent_out_hex(&c->out, "card_sha256", "card", p.card_sha256, 32);
	ent_out_raw(&c->out, "identity", p.identity);
	return 0;
}

const struct ent_command ent_cmd_peer_show = {
	.name = "peer show",
	.help = "show a counterpart's card",
	.operands = "PEER",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.run = show,
};

static const struct ent_option drop_options[] = {
	{ "force", NULL, "also while an agreement with it runs", 0, false },
	{ 0 },
};

static int
drop(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str who = ent_cli_operand(c, 0);
	int rc = ent_peer_remove(c->x, c->arena, who, ent_cli_flag(c, "force"), err);

	if (rc == 0)
		ent_out_line(&c->out, "%.*s is no counterpart any more.", ENT_FMT(who));
	return rc;
}

const struct ent_command ent_cmd_peer_remove = {
	.name = "peer remove",
	.help = "forget a counterpart",
	.operands = "PEER",
	.min = 1,
	.max = 1,
	.node = true,
	.options = drop_options,
	.run = drop,
};

/* ---- the node's own card ---- */

static int
card(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str text;
	int rc = ent_exchange_card(c->x, c->arena, &text, err);

	if (rc == 0) {
		ent_out_bytes(&c->out, text);
		ent_out_bytes(&c->out, ENT_STR("\n"));
	}
	return rc;
}

const struct ent_command ent_cmd_peer_card = {
	.name = "peer card",
	.help = "print this node's own card, to be given to a counterpart",
	.operands = "",
	.node = true,
	.run = card,
};

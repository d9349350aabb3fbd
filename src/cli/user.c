/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user.c - `entente user`: local people and programs that come with a password, a token or a
 * certificate.
 */
#include "cli/commands.h"
#include "crypto/cert.h"
#include "exchange/token.h"

/* clang-format off */
#define PASSWORD                                                                                 \
	{ "password-file", "FILE", "its first line is the password; else it is asked for", 0, false }, \
	{ "password-stdin", NULL, "the first line of standard input is the password", 0, false }

static const struct ent_option add_options[] = {
	{ "role", "ROLE", "reader, writer, analyst, release-officer, approver, auditor or admin", 0, true },
	PASSWORD,
	{ "agreements", NULL, "with --role: may use the agreements' collections too", 0, false },
	{ "read", NULL, "without --role: may read, agreements too (also without this)", 0, false },
	{ "write", NULL, "without --role: may also write and delete", 0, false },
	{ 0 },
};
static const struct ent_option set_options[] = {
	{ "role", "ROLE", "reader, writer, analyst, release-officer, approver, auditor or admin", 0, true },
	PASSWORD,
	{ "agreements", "YES", "yes or no: may use the agreements' collections", 0, false },
	{ 0 },
};
/* clang-format on */

/* All that --role names, instead of what the user had. */
static int
take_role(struct ent_cli *c, struct ent_user *u, struct ent_err *err)
{
	struct ent_str *names;
	size_t n;
	int rc = ent_given_all(&c->given, c->arena, "role", &names, &n, err);

	u->roles = 0;
	u->can_read = u->can_write = u->admin = false;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		const struct ent_role *role = ent_role_find(names[i]);

		if (!role)
			return ent_fail(err, ENT_EINVAL, "--role: \"%.*s\" is not a role: %.*s",
			                ENT_FMT(names[i]),
			                ENT_FMT(ent_right_roles(c->arena, ENT_MAY_READ)));
		ent_user_take_role(u, role);
	}
	return rc;
}

/* By a role, or as it was before there were any: by rights to the agreements' collections. */
static int
take_rights(struct ent_cli *c, struct ent_user *u, struct ent_err *err)
{
	bool read = ent_cli_flag(c, "read"), write = ent_cli_flag(c, "write");
	int rc;

	if (!ent_cli_flag(c, "role")) {
		u->can_write = write;
		u->can_read = read || !write;
		u->agreements = true;
		return 0;
	}
	if (read || write)
		return ent_fail(err, ENT_EINVAL, "--role says it all: no --read or --write");
	rc = take_role(c, u, err);
	u->agreements = u->admin || ent_cli_flag(c, "agreements");
	return rc;
}

static void
show(struct ent_cli *c, const struct ent_user *u)
{
	ent_out_str(&c->out, "name", NULL, u->name);
	ent_out_str(&c->out, "role", NULL, ent_user_roles(c->arena, u));
	ent_out_bool(&c->out, "read", NULL, u->can_read);
	ent_out_bool(&c->out, "write", NULL, u->can_write);
	ent_out_bool(&c->out, "agreements", NULL, u->agreements);
	ent_out_line(&c->out, "%.*s may %s%s.", ENT_FMT(u->name),
	             u->can_read && u->can_write ? "read and write"
	             : u->can_read               ? "read"
	                                         : "write",
	             u->admin        ? " all there is"
	             : u->agreements ? ", agreements' collections too"
	                             : "");
}

static int
add(struct ent_cli *c, struct ent_err *err)
{
	struct ent_user u = { .name = ent_cli_operand(c, 0) };
	struct ent_str password;
	int rc = take_rights(c, &u, err);

	if (rc == 0)
		rc = ent_cli_password(c, "Password: ", &password, err);
	if (rc == 0)
		rc = ent_user_add(c->x, c->arena, &u, password, err);
	if (rc == 0)
		show(c, &u);
	return rc;
}

const struct ent_command ent_cmd_user_add = {
	.name = "user add",
	.help = "let a local user in, by HTTP Basic over TLS",
	.operands = "NAME",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = add_options,
	.text = "A reader may read collections that need no agreement and have no lists of\n"
		"their own (`entente collection`), a writer also add and delete, an admin all\n"
		"collections of the node.  Other roles are for people at the commands, with "
		"--login:\n"
		"analyst, release-officer, approver, auditor (docs/approval.md).",
	.run = add,
};

static int
set(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str password = { NULL, 0 }, agreements = ent_cli_value(c, "agreements");
	struct ent_user u;
	int rc = ent_user_get(c->x, c->arena, ent_cli_operand(c, 0), &u, err);

	if (rc == 0 && ent_cli_flag(c, "role")) {
		rc = take_role(c, &u, err);
		u.agreements |= u.admin;
	}
	if (rc == 0 && agreements.p) {
		u.agreements = ent_str_is(agreements, "yes");
		if (!u.agreements && !ent_str_is(agreements, "no"))
			rc = ent_fail(err, ENT_EINVAL, "--agreements: yes or no");
	}
	if (rc == 0 && (ent_cli_flag(c, "password-file") || ent_cli_flag(c, "password-stdin")))
		rc = ent_cli_password(c, "Password: ", &password, err);
	if (rc == 0)
		rc = ent_user_set(c->x, c->arena, &u, password, err);
	if (rc == 0)
		show(c, &u);
	return rc;
}

const struct ent_command ent_cmd_user_set = {
	.name = "user set",
	.help = "give a local user another role or password",
	.operands = "NAME",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = set_options,
	.text = "What isn't given stays as it is.",
	.run = set,
};

static const struct ent_column columns[] = {
	{ "name", "USER", false },
	{ "role", "ROLE", false },
	{ "read", "READ", false },
	{ "write", "WRITE", false },
	{ "agreements", "AGREEMENTS", false },
};

static int
list(struct ent_cli *c, struct ent_err *err)
{
	struct ent_user *u;
	size_t n;
	int rc = ent_users(c->x, c->arena, &u, &n, err);

	if (rc)
		return rc;
	ent_out_list(&c->out, "users", ENT_COLUMNS(columns));
	for (size_t i = 0; i < n; i++) {
		ent_cell(&c->out, u[i].name);
		ent_cell(&c->out, ent_user_roles(c->arena, &u[i]));
		ent_cell_bool(&c->out, u[i].can_read);
		ent_cell_bool(&c->out, u[i].can_write);
		ent_cell_bool(&c->out, u[i].agreements);
	}
	ent_out_list_end(&c->out, "There are no local users.");
	return 0;
}

const struct ent_command ent_cmd_user_list = {
	.name = "user list",
	.help = "list the local users",
	.operands = "",
	.node = true,
	.json = true,
	.run = list,
};

static int
drop(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str name = ent_cli_operand(c, 0);
	int rc = ent_user_remove(c->x, c->arena, name, err);

	if (rc == 0)
		ent_out_line(&c->out, "%.*s is no user any more.", ENT_FMT(name));
	return rc;
}

const struct ent_command ent_cmd_user_remove = {
	.name = "user remove",
	.help = "shut a local user out, with its tokens and rights",
	.operands = "NAME",
	.min = 1,
	.max = 1,
	.node = true,
	.run = drop,
};

/* ---- tokens ---- */

static const struct ent_option token_options[] = {
	{ "label", "TEXT", "what it is for", 0, false },
	{ "days", "N", "it expires after so many days (never)", 0, false },
	{ 0 },
};

static int
token(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str name = ent_cli_operand(c, 0), text;
	struct ent_str label = ent_cli_value(c, "label");
	int64_t days = 0;
	int rc = ent_cli_number(c, "days", 1, 36500, &days, err);

	if (rc == 0)
		rc = ent_token_add(c->x, c->arena, name, label, days, &text, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "token", NULL, text);
	ent_out_line(&c->out, "%.*s", ENT_FMT(text));
	return 0;
}

const struct ent_command ent_cmd_user_token = {
	.name = "user token",
	.help = "make a bearer token for a local user, and print it this once",
	.operands = "NAME",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = token_options,
	.text = "It is sent as \"Authorization: Bearer TOKEN\" and may what its user may.",
	.run = token,
};

static int
certificate(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str name = ent_cli_operand(c, 0);
	struct ent_str label = ent_cli_value(c, "label");
	uint8_t pin[ENT_PIN];
	struct ent_token t;
	int64_t days = 0;
	int rc = ent_cli_number(c, "days", 1, 36500, &days, err);

	if (rc == 0)
		rc = ent_cert_pin(c->given.operands[1], pin, err);
	if (rc == 0)
		rc = ent_certificate_add(c->x, c->arena, name, pin, label, days, &t, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "user", NULL, name);
	ent_out_str(&c->out, "pin", NULL, t.id);
	ent_out_line(&c->out, "Whoever has the key of %s comes as %.*s.", c->given.operands[1],
	             ENT_FMT(name));
	return 0;
}

const struct ent_command ent_cmd_user_certificate = {
	.name = "user certificate",
	.help = "let a local user in by a client certificate",
	.operands = "NAME FILE",
	.min = 2,
	.max = 2,
	.node = true,
	.json = true,
	.options = token_options,
	.text =
	    "FILE is the certificate, PEM. What counts is its key: the certificate may be\n"
	    "self-signed, and be renewed for the same key; its name and dates aren't looked\n"
	    "at. It is listed and revoked as tokens are.",
	.run = certificate,
};

static const struct ent_column token_columns[] = {
	{ "id", NULL, false },           { NULL, "TOKEN", false },
	{ "kind", "KIND", false },       { "user", "USER", false },
	{ "label", "LABEL", false },     { "created", "CREATED", false },
	{ "expires", "EXPIRES", false },
};

static int
tokens(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str none = { NULL, 0 };
	struct ent_token *t;
	size_t n;
	int rc = ent_tokens(c->x, c->arena, ent_cli_operand(c, 0), &t, &n, err);

	if (rc)
		return rc;
	ent_out_list(&c->out, "tokens", ENT_COLUMNS(token_columns));
	for (size_t i = 0; i < n; i++) {
		ent_cell(&c->out, t[i].id);
		ent_cell(&c->out,
		         (struct ent_str){ t[i].id.p, t[i].id.n < 12 ? t[i].id.n : 12 });
		ent_cell_c(&c->out, t[i].certificate ? "certificate" : "token");
		ent_cell(&c->out, t[i].user);
		ent_cell(&c->out, t[i].label);
		ent_cell_time(&c->out, t[i].created);
		if (t[i].expires)
			ent_cell_time(&c->out, t[i].expires);
		else
			ent_cell(&c->out, none);
	}
	ent_out_list_end(&c->out, "There are no tokens.");
	return 0;
}

const struct ent_command ent_cmd_user_tokens = {
	.name = "user tokens",
	.help = "list bearer tokens by their hashes and certificates by their pins, of one "
		"user or all",
	.operands = "[NAME]",
	.max = 1,
	.node = true,
	.json = true,
	.run = tokens,
};

static int
revoke(struct ent_cli *c, struct ent_err *err)
{
	struct ent_token t;
	int rc = ent_token_revoke(c->x, c->arena, ent_cli_operand(c, 0), &t, err);

	if (rc)
		return rc;
	ent_out_str(&c->out, "revoked", NULL, t.id);
	ent_out_line(&c->out, "A %s of %.*s is worth nothing any more.",
	             t.certificate ? "certificate" : "token", ENT_FMT(t.user));
	return 0;
}

const struct ent_command ent_cmd_user_revoke = {
	.name = "user revoke",
	.help = "make a bearer token or a certificate worthless",
	.operands = "TOKEN",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.text = "TOKEN is the beginning of its hash, as `entente user tokens` shows it.",
	.run = revoke,
};

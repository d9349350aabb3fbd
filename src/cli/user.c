/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user.c - `entente user`: local people and programs that come with a password.
 */
#include "exchange/user.h"
#include "cli/commands.h"

static const struct ent_option add_options[] = {
	{ "password-file", "FILE", "its first line is the password; else it is asked for", 0,
	  false },
	{ "read", NULL, "may read what the agreements' collections hold (also without this)", 0,
	  false },
	{ "write", NULL, "may also write and delete", 0, false },
	{ 0 },
};

static int
add(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str name = ent_cli_operand(c, 0), password;
	bool can_write = ent_cli_flag(c, "write");
	bool can_read = ent_cli_flag(c, "read") || !can_write;
	int rc = ent_cli_password(c, "Password: ", &password, err);

	if (rc == 0)
		rc = ent_user_add(c->x, c->arena, name, password, can_read, can_write, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "name", NULL, name);
	ent_out_bool(&c->out, "read", NULL, can_read);
	ent_out_bool(&c->out, "write", NULL, can_write);
	ent_out_line(&c->out, "%.*s may %s.", ENT_FMT(name),
	             can_read && can_write ? "read and write"
	             : can_read            ? "read"
	                                   : "write");
	return 0;
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
	.run = add,
};

static const struct ent_column columns[] = {
	{ "name", "USER", false },
	{ "read", "READ", false },
	{ "write", "WRITE", false },
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
		ent_cell_bool(&c->out, u[i].can_read);
		ent_cell_bool(&c->out, u[i].can_write);
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
	.help = "shut a local user out",
	.operands = "NAME",
	.min = 1,
	.max = 1,
	.node = true,
	.run = drop,
};

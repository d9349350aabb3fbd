/* SPDX-License-Identifier: Apache-2.0 */
/*
 * help.c - `entente help` and `entente version`, and what --help prints.
 */
#include "cli/commands.h"

static size_t
first_word(const char *name)
{
	return strcspn(name, " ");
}

void
ent_help_list(struct ent_out *o, const char *group)
{
	size_t n = group ? strlen(group) : 0;

	if (!group)
		ent_out_line(o, "usage: entente [--node DIR] COMMAND ...\n");
	for (size_t i = 0; i < ent_commands_n; i++) {
		const struct ent_command *c = ent_commands[i];

		if (!group || (first_word(c->name) == n && strncmp(c->name, group, n) == 0))
			ent_out_line(o, "  %-22s %s", c->name, c->help);
	}
	if (group)
		return;
	ent_out_line(o, "\n`entente COMMAND --help` explains one of them, entente(1) all.\n\n"
	                "exit status:");
	for (size_t i = 0; i < ent_exits_n; i++)
		ent_out_line(o, "  %d  %s", ent_exits[i].status, ent_exits[i].meaning);
}

static void
option_line(struct ent_out *o, const struct ent_option *p)
{
	char left[64], letter[6] = "";

	if (p->letter)
		(void)snprintf(letter, sizeof(letter), "-%c, ", p->letter);
	(void)snprintf(left, sizeof(left), "%s--%s%s%s", letter, p->name, p->arg ? " " : "",
	               p->arg ? p->arg : "");
	ent_out_line(o, "  %-30s %s%s", left, p->help,
	             p->many ? " (may be given more than once)" : "");
}

static char
capital(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

void
ent_help_command(struct ent_out *o, const struct ent_command *c)
{
	ent_out_line(o, "usage: entente [--node DIR] %s%s%s%s%s\n\n%c%s.", c->name,
	             c->operands[0] ? " " : "", c->operands, c->options ? " [options]" : "",
	             c->json ? " [--json]" : "", capital(c->help[0]), c->help + 1);
	if (c->text)
		ent_out_line(o, "\n%s", c->text);
	ent_out_line(o, "\noptions:");
	for (const struct ent_option *p = c->options; p && p->name; p++)
		option_line(o, p);
	for (const struct ent_option *p = ent_global_options; p->name; p++)
		if ((c->json || strcmp(p->name, "json") != 0) &&
		    strcmp(p->name, "version") != 0)
			option_line(o, p);
}

static int
help(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str name = ent_cli_operand(c, 0);
	bool any = false;

	if (!name.p) {
		ent_help_list(&c->out, NULL);
		return 0;
	}
	if (c->given.n_operands == 2)
		name = ent_arena_printf(c->arena, "%s %s", c->given.operands[0],
		                        c->given.operands[1]);
	if (!name.p)
		return ent_cli_nomem(err);
	for (size_t i = 0; i < ent_commands_n; i++) {
		const char *k = ent_commands[i]->name;

		if (strcmp(k, name.p) == 0) {
			ent_help_command(&c->out, ent_commands[i]);
			return 0;
		}
		any |= first_word(k) == name.n && memcmp(k, name.p, name.n) == 0;
	}
	if (!any)
		return ent_fail(err, ENT_EINVAL,
		                "%.80s is not a command; `entente help` lists them all",
		                name.p);
	ent_help_list(&c->out, name.p);
	return 0;
}

const struct ent_command ent_cmd_help = {
	.name = "help",
	.help = "list the commands, or explain one",
	.operands = "[COMMAND]",
	.max = 2,
	.run = help,
};

static int
version(struct ent_cli *c, struct ent_err *err)
{
	(void)err;
	if (c->json)
		ent_out_c(&c->out, "version", NULL, c->version);
	else
		ent_out_line(&c->out, "entente %s", c->version);
	return 0;
}

const struct ent_command ent_cmd_version = {
	.name = "version",
	.help = "print the version",
	.operands = "",
	.json = true,
	.run = version,
};

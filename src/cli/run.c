/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.c - finds the command in the table, hands it what was given, and turns what comes back
 * into an exit status.
 */
#include "base/limits.h"
#include "cli/cli.h"

const struct ent_option ent_global_options[] = {
	{ "node", "DIR", "folder of the node; else ENTENTE_NODE, else the present folder", 'C',
	  false },
	{ "login", "USER", "who acts: a user of the node; else ENTENTE_USER, else the account",
	  0, false },
	{ "json", NULL, "print one JSON document", 0, false },
	{ "help", NULL, "print this and do nothing", 'h', false },
	{ "version", NULL, "print the version and do nothing", 0, false },
	{ 0 },
};

static const struct ent_command *
find(const char *name)
{
	for (size_t i = 0; i < ent_commands_n; i++)
		if (strcmp(ent_commands[i]->name, name) == 0)
			return ent_commands[i];
	return NULL;
}

/* Whether some commands begin with this word. */
static bool
is_group(const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i < ent_commands_n; i++)
		if (strncmp(ent_commands[i]->name, word, n) == 0 &&
		    ent_commands[i]->name[n] == ' ')
			return true;
	return false;
}

/* By one word or two; *words is how many. */
static const struct ent_command *
look_up(struct ent_arena *a, int argc, char **argv, int *words)
{
	struct ent_str two = { NULL, 0 };
	const struct ent_command *c = NULL;

	if (argc > 1)
		two = ent_arena_printf(a, "%s %s", argv[0], argv[1]);
	if (two.p)
		c = find(two.p);
	*words = c ? 2 : 1;
	return c ? c : find(argv[0]);
}

static int
no_command(struct ent_cli *c, int argc, char **argv, struct ent_err *err)
{
	if (argc == 0)
		return ent_fail(err, ENT_EINVAL,
		                "which command?  `entente help` lists them all");
	if (!is_group(argv[0]))
		return ent_fail(err, ENT_EINVAL,
		                "%.80s is not a command; `entente help` lists them all",
		                argv[0]);
	if (argc > 1 && strcmp(argv[1], "--help") != 0 && strcmp(argv[1], "-h") != 0)
		return ent_fail(err, ENT_EINVAL,
		                "%.80s: %.80s is not one of its commands; `entente help %.80s` "
		                "lists them",
		                argv[0], argv[1], argv[0]);
	if (argc > 1) {
		ent_help_list(&c->out, argv[0]);
		return 0;
	}
	return ent_fail(err, ENT_EINVAL,
	                "%.80s: which of its commands?  `entente help %.80s` "
	                "lists them",
	                argv[0], argv[0]);
}

static int
check_given(const struct ent_cli *c, struct ent_err *err)
{
	const struct ent_command *k = c->command;
	size_t n = c->given.n_operands;
	char words[64];

	(void)snprintf(words, sizeof(words), "%s%s", k->operands[0] ? k->operands : "nothing",
	               k->options ? " and options" : "");
	if (n < (size_t)k->min)
		return ent_fail(err, ENT_EINVAL, "it needs %s; `entente help %s` explains",
		                words, k->name);
	if (k->max >= 0 && n > (size_t)k->max)
		return ent_fail(err, ENT_EINVAL,
		                "\"%.80s\" is too much: it takes %s; `entente "
		                "help %s` explains",
		                c->given.operands[k->max], words, k->name);
	if (c->json && !k->json)
		return ent_fail(err, ENT_EINVAL, "it has no --json");
	return 0;
}

static int
run(struct ent_cli *c, struct ent_err *err)
{
	int rc = check_given(c, err), end;

	if (rc == 0 && c->command->node)
		rc = ent_cli_open_node(c, err);
	if (rc == 0)
		rc = c->command->run(c, err);
	if (rc < 0)
		return rc;
	end = ent_out_end(&c->out, err);
	return end ? end : rc;
}

static int
with_hint(const struct ent_cli *c, int rc, struct ent_err *err)
{
	char why[sizeof(err->msg)];

	memcpy(why, err->msg, sizeof(why));
	return ent_fail(err, rc, "%s; `entente help %s` explains", why, c->command->name);
}

static int
dispatch(struct ent_cli *c, int argc, char **argv, struct ent_err *err)
{
	const struct ent_option *table[2] = { ent_global_options, NULL };
	int used = 0, words = 0, rc;

	rc = ent_given_init(c->arena, argc, &c->given, err);
	if (rc == 0)
		rc = ent_options_parse(table, argc, argv, true, &used, &c->given, err);
	if (rc)
		return rc;
	argc -= used;
	argv += used;
	if (argc > 0)
		c->command = look_up(c->arena, argc, argv, &words);
	if (!c->command && argc == 0 && ent_cli_flag(c, "version"))
		c->command = find("version");
	if (!c->command && argc == 0 && ent_cli_flag(c, "help"))
		c->command = find("help");
	if (!c->command)
		return no_command(c, argc, argv, err);
	table[1] = c->command->options;
	rc = argc == 0 ? 0
	               : ent_options_parse(table, argc - words, argv + words, false, &used,
	                                   &c->given, err);
	if (rc)
		return with_hint(c, rc, err);
	c->json = ent_cli_flag(c, "json");
	c->out.json = c->json;
	if (ent_given_value(&c->given, "node")) {
		c->dir = ent_given_value(&c->given, "node");
		c->dir_named = true;
	}
	if (argc > 0 && ent_cli_flag(c, "help")) {
		c->out.json = false;
		ent_help_command(&c->out, c->command);
		return 0;
	}
	return run(c, err);
}

int
ent_cli_main(int argc, char **argv, const char *version)
{
	struct ent_cli c = { .version = version, .argv = argv, .dir = getenv("ENTENTE_NODE") };
	struct ent_err err = { 0 };
	int rc;

	c.dir_named = c.dir && c.dir[0];
	if (!c.dir_named)
		c.dir = ".";
	ent_out_init(&c.out, stdout, false);
	c.arena = ent_arena_new(ENT_REQUEST_ARENA);
	rc = c.arena ? dispatch(&c, argc > 0 ? argc - 1 : 0, argv + 1, &err)
	             : ent_cli_nomem(&err);
	if (rc < 0)
		ent_cli_complain(&c, "%s", err.msg[0] ? err.msg : ent_code_name(rc));
	ent_node_close(c.node);
	ent_out_release(&c.out);
	ent_arena_free(c.arena);
	return ent_exit_of(rc);
}

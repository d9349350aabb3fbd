/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_manual.c - the table of commands against its own help and against man/entente.1.
 */
#include "base/file.h"
#include "cli/rights.h"
#include "exchange/user.h"
#include "test.h"

static struct ent_arena *arena;
static const char *man;

static int
setup(void **state)
{
	struct ent_err err = { 0 };
	struct ent_str text;

	(void)state;
	arena = ent_arena_new((size_t)8 << 20);
	if (!arena ||
	    ent_file_read(arena, source_file("man/entente.1"), 1 << 20, &text, &err)) {
		print_error("%s\n", err.msg);
		return -1;
	}
	man = text.p;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	ent_arena_free(arena);
	return 0;
}

/* The part of the manual between a command's item and the next command's. */
static struct ent_str
section_of(const struct ent_command *c)
{
	struct ent_str item = ent_arena_printf(arena, "\n.It Ic %s", c->name);
	const char *at = man, *end;

	for (;;) {
		at = strstr(at, item.p);
		if (!at)
			return (struct ent_str){ NULL, 0 };
		at += item.n;
		/* "list" isn't "list something": the next word is a macro, or the line ends */
		if (*at == '\n' || strncmp(at, " Ar", 3) == 0 || strncmp(at, " O", 2) == 0)
			break;
	}
	end = strstr(at, "\n.It Ic ");
	return (struct ent_str){ at, end ? (size_t)(end - at) : strlen(at) };
}

static bool
has(struct ent_str in, const char *what)
{
	return in.p && memmem(in.p, in.n, what, strlen(what));
}

static void
every_command_is_in_the_manual_with_its_options(void **state)
{
	(void)state;
	for (size_t i = 0; i < ent_commands_n; i++) {
		const struct ent_command *c = ent_commands[i];
		struct ent_str section = section_of(c);

		if (!section.p)
			fail_msg("man/entente.1 has no item for %s", c->name);
		/* those of taxii share a list, which stands before them */
		if (strncmp(c->name, "taxii ", 6) == 0)
			section = ent_str_c(man);
		for (const struct ent_option *o = c->options; o && o->name; o++) {
			struct ent_str fl =
			    ent_arena_printf(arena, "Fl -%s%s", o->name, o->arg ? " Ar" : "");

			if (!has(section, fl.p))
				fail_msg("man/entente.1, %s: no --%s", c->name, o->name);
		}
	}
	for (const struct ent_option *o = ent_global_options; o->name; o++)
		if (!strstr(man, ent_arena_printf(arena, ".It Fl -%s", o->name).p))
			fail_msg("man/entente.1 has no --%s", o->name);
}

/* And no other: an item for what isn't there any more would be found here. */
static void
the_manual_has_no_command_that_is_not_there(void **state)
{
	(void)state;
	for (const char *at = strstr(man, "\n.It Ic "); at; at = strstr(at + 1, "\n.It Ic ")) {
		bool found = false;

		for (size_t i = 0; i < ent_commands_n; i++)
			found |= strncmp(at + 8, ent_commands[i]->name,
			                 strlen(ent_commands[i]->name)) == 0;
		if (!found)
			fail_msg("man/entente.1 has %.40s", at + 8);
	}
}

static void
every_command_has_help_and_a_row_that_makes_sense(void **state)
{
	(void)state;
	for (size_t i = 0; i < ent_commands_n; i++) {
		const struct ent_command *c = ent_commands[i];
		struct ent_out o;
		char *text = NULL;
		size_t n = 0;
		FILE *f = open_memstream(&text, &n);

		ent_out_init(&o, f, false);
		ent_help_command(&o, c);
		ent_out_release(&o);
		fclose(f);
		assert_memory_equal(text, "usage: entente ", 15);
		assert_non_null(strstr(text, c->name));
		assert_non_null(strstr(text, c->help + 1)); /* it begins with a capital there */
		for (const struct ent_option *p = c->options; p && p->name; p++) {
			assert_non_null(strstr(text, p->name));
			assert_non_null(strstr(text, p->help));
			for (const struct ent_option *g = ent_global_options; g->name; g++)
				if (strcmp(g->name, p->name) == 0 &&
				    strcmp(g->name, "version") != 0)
					fail_msg("%s: --%s is everybody's", c->name, p->name);
		}
		free(text);
		assert_non_null(c->run);
		assert_true(c->max == -1 || c->max >= c->min);
		assert_int_equal(c->operands[0] == '\0', c->max == 0);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(ent_commands[k]->name, c->name);
	}
}

static void
exit_statuses_are_in_the_manual(void **state)
{
	const char *section = strstr(man, ".Sh EXIT STATUS");

	(void)state;
	assert_non_null(section);
	for (size_t i = 0; i < ent_exits_n; i++) {
		struct ent_str item =
		    ent_arena_printf(arena, "\n.It %d\n", ent_exits[i].status);
		const char *at = strstr(section, item.p);

		assert_non_null(at);
		/* the same words, a capital letter apart */
		assert_memory_equal(at + item.n + 1, ent_exits[i].meaning + 1,
		                    strlen(ent_exits[i].meaning) - 1);
	}
}

static void
every_code_has_an_exit_status(void **state)
{
	(void)state;
	assert_int_equal(ent_exit_of(0), 0);
	for (int rc = -1; rc >= ENT_CODE_LAST; rc--) {
		int status = ent_exit_of(rc);

		if (status < 1 || status > 6)
			fail_msg("%s: %d", ent_code_name(rc), status);
	}
	assert_int_equal(ent_exit_of(ENT_CODE_LAST - 1), 6);
	assert_int_equal(ent_exit_of(ENT_NO), 1);
}

/* The whole program, as a user meets it when something is wrong. */
static void
wrong_words_are_usage_errors(void **state)
{
	static const char *const lines[][5] = {
		{ "entente", NULL },
		{ "entente", "frobnicate", NULL },
		{ "entente", "agreement", NULL },
		{ "entente", "agreement", "dance", NULL },
		{ "entente", "list", "too", "many", NULL },
		{ "entente", "import", NULL },
		{ "entente", "import", "--nonsense", "x", NULL },
		{ "entente", "help", "nothing", NULL },
		{ "entente", "serve", "--json", NULL },
		{ "entente", "--node", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char *argv[6] = { NULL };
		int argc = 0;

		for (; lines[i][argc]; argc++)
			argv[argc] = strdup(lines[i][argc]);
		assert_int_equal(ent_cli_main(argc, argv, "0"), 2);
		while (argc > 0)
			free(argv[--argc]);
	}
}

/* What is in no row is for administrators alone: nobody meant that. */
static void
every_command_has_a_right(void **state)
{
	bool known;

	(void)state;
	for (size_t i = 0; i < ent_commands_n; i++) {
		(void)ent_cli_right(ent_commands[i]->name, &known);
		if (!known)
			fail_msg("src/cli/rights.c has no row for %s", ent_commands[i]->name);
	}
	assert_int_equal(ent_cli_right("agreement suspend", NULL), ENT_MAY_AGREE);
	assert_int_equal(ent_cli_right("agreement list", NULL), ENT_MAY_READ);
	assert_int_equal(ent_cli_right("frobnicate", NULL), ENT_MAY_ADMIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_command_is_in_the_manual_with_its_options),
		cmocka_unit_test(the_manual_has_no_command_that_is_not_there),
		cmocka_unit_test(every_command_has_help_and_a_row_that_makes_sense),
		cmocka_unit_test(exit_statuses_are_in_the_manual),
		cmocka_unit_test(every_code_has_an_exit_status),
		cmocka_unit_test(every_command_has_a_right),
		cmocka_unit_test(wrong_words_are_usage_errors),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}

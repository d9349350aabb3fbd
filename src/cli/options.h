/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h - the words behind a command: options by a table, and operands.
 *
 * "--name VALUE", "--name=VALUE", "-n VALUE", "--flag"; "--" ends the options; they may stand
 * before, between and behind operands.  "-" alone is an operand.
 */
#ifndef ENT_CLI_OPTIONS_H
#define ENT_CLI_OPTIONS_H
#include <entente/arena.h>

struct ent_option {
	const char *name; /* without dashes; NULL ends a table */
	const char *arg;  /* what the value is, in capitals; NULL: a flag */
	const char *help;
	char letter; /* of the short form; 0: none */
	bool many;   /* may be given more than once */
};

/* What was given.  Everything is borrowed from argv and the arena. */
struct ent_given {
	struct ent_given_option {
		const struct ent_option *option;
		const char *value; /* "" for a flag */
	} * options;
	size_t n_options;
	const char **operands;
	size_t n_operands;
};

/* Room for argc words; ENT_ENOMEM. */
int ent_given_init(struct ent_arena *a, int argc, struct ent_given *g, struct ent_err *err);
/*
 * Reads argv[0] to argv[argc - 1] by up to two tables (either may be NULL) and adds what it
 * finds to g.  With first, it stops before the first operand; *used is how many words were
 * read. ENT_EINVAL for an option that is in neither, lacks its value, has one too many, or is
 * given twice.
 */
int ent_options_parse(const struct ent_option *const table[2], int argc, char **argv,
                      bool first, int *used, struct ent_given *g, struct ent_err *err);

/* The (last) value of an option; NULL if it wasn't given. */
const char *ent_given_value(const struct ent_given *g, const char *name);
bool ent_given_flag(const struct ent_given *g, const char *name);
/* All values of an option that may be given more than once; .p in *list are borrowed. */
int ent_given_all(const struct ent_given *g, struct ent_arena *a, const char *name,
                  struct ent_str **list, size_t *n, struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli.h - the command line: one table of commands, a file for each group of them.
 *
 * A command gets what was given to it and, where it asks for one, an open node.  It prints
 * through out.h and returns 0; or a failure, whose text the caller prints; or, where everything
 * has been said already, an exit status.
 */
#ifndef ENT_CLI_CLI_H
#define ENT_CLI_CLI_H
#include "cli/options.h"
#include "cli/out.h"
#include "exchange/agreement.h"
#include "node/node.h"

/* The exit status where the answer is no, and everything about it has been printed. */
#define ENT_NO 1

struct ent_cli;

struct ent_command {
	const char *name;                 /* one or two words: "peer add" */
	const char *help;                 /* one line, for lists */
	const char *operands;             /* as usage shows them; "" if it takes none */
	int min, max;                     /* how many operands; max -1: any number */
	bool node;                        /* opens the node first */
	bool json;                        /* knows --json */
	const struct ent_option *options; /* NULL: none of its own */
	const char *text;                 /* more for --help; NULL: nothing */
	int (*run)(struct ent_cli *c, struct ent_err *err);
};

/* In the order in which help shows them. */
extern const struct ent_command *const ent_commands[];
extern const size_t ent_commands_n;
/* --node, --json, --help: for every command. */
extern const struct ent_option ent_global_options[];

struct ent_cli {
	const struct ent_command *command;
	struct ent_given given;
	const char *version;
	char *const *argv; /* as the program was started */
	const char *dir;   /* of the node */
	bool dir_named;    /* by --node or the environment */
	bool json;
	struct ent_arena *arena;
	struct ent_node *node; /* NULL unless the command asks for it */
	struct ent_exchange *x;
	struct ent_str passphrase; /* of the node's keys, once it was asked for */
	struct ent_out out;
};
/* The first line of the file that an option names; absent if it wasn't given. */
int ent_cli_first_line(struct ent_cli *c, const char *option, struct ent_str *out,
                       struct ent_err *err);
/* Opens the node, and asks for the passphrase of its keys where somebody sits at a terminal. */
int ent_cli_open_node(struct ent_cli *c, struct ent_err *err);

/* Exit statuses, and which of them belongs to an enum ent_code. */
struct ent_exit {
	int status;
	const char *meaning;
};
extern const struct ent_exit ent_exits[];
extern const size_t ent_exits_n;
/* Of what a command returned. */
int ent_exit_of(int rc);

/* The whole program: returns its exit status. */
int ent_cli_main(int argc, char **argv, const char *version);
/* What --help prints. */
void ent_help_command(struct ent_out *o, const struct ent_command *c);
/* All commands, or those whose first word is group. */
void ent_help_list(struct ent_out *o, const char *group);

/* ---- for commands ---- */
int ent_cli_nomem(struct ent_err *err);
/* The i-th operand; absent if there are fewer. */
struct ent_str ent_cli_operand(const struct ent_cli *c, size_t i);
/* An option's value; absent if it wasn't given. */
struct ent_str ent_cli_value(const struct ent_cli *c, const char *name);
bool ent_cli_flag(const struct ent_cli *c, const char *name);
/* A whole number; *out is left alone if the option wasn't given.  ENT_EINVAL. */
int ent_cli_number(const struct ent_cli *c, const char *name, int64_t min, int64_t max,
                   int64_t *out, struct ent_err *err);
/* A day or an instant: 2027-01-31 or 2027-01-31T12:00:00Z; as above. */
int ent_cli_time(const struct ent_cli *c, const char *name, int64_t *out, struct ent_err *err);
/* An agreement as a person names it. */
int ent_cli_agreement(struct ent_cli *c, struct ent_str who, struct ent_agreement **out,
                      struct ent_err *err);
/*
 * Those named by operands, or all if there are none, one after the other: see() gets self and
 * an agreement, which lasts until it returns; other than 0 ends it.  Of all, one that can't be
 * read is complained of and counted in *broken, and the others go on.
 */
int ent_cli_agreements(struct ent_cli *c,
                       int (*see)(struct ent_cli *c, void *self, const struct ent_agreement *g,
                                  struct ent_err *err),
                       void *self, size_t *broken, struct ent_err *err);
/* A party's name where the agreement has it, else its id. */
struct ent_str ent_cli_party(const struct ent_agreement *g, struct ent_str id);
/* Brings an agreement's statements to its other parties now, unless --no-send was given, and
 * says what came of it: as the list "told" in JSON.  Not reaching them is no failure. */
int ent_cli_tell(struct ent_cli *c, const struct ent_agreement *g, struct ent_err *err);
/* A line from standard input, with a prompt if that is a terminal, and without echo if secret.
 */
int ent_cli_ask(struct ent_cli *c, const char *prompt, bool secret, struct ent_str *out,
                struct ent_err *err);
/* A password: the first line of --password-file, with --password-stdin of standard input, else
 * asked for. */
int ent_cli_password(struct ent_cli *c, const char *prompt, struct ent_str *out,
                     struct ent_err *err);
/* "s", or "" for one. */
const char *ent_cli_s(size_t n);
/* At most n columns of s, with "..." where it was cut. */
struct ent_str ent_cli_cut(struct ent_cli *c, struct ent_str s, size_t n);
/* A message on standard error: "entente: COMMAND: text". */
void ent_cli_complain(const struct ent_cli *c, const char *fmt, ...) ENT_PRINTF(2, 3);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * designation.h - what the commands of `entente designation` share: a list read to its end, and
 * what changed in words.
 */
#ifndef ENT_CLI_DESIGNATION_H
#define ENT_CLI_DESIGNATION_H
#include "cli/cli.h"
#include "exchange/register.h"
#include "intake/list.h"

/* A list, all of it. */
struct ent_gathered {
	struct ent_arena *arena;
	struct ent_register_entry *entries;
	size_t n;
	struct ent_list_about about;
};
/* Reads a file or folder, with --list of the command; a progress bar where it takes long.  *out
 * is to be released, also after a failure. */
int ent_gather(struct ent_cli *c, const char *path, struct ent_gathered *out,
               struct ent_err *err);
void ent_gathered_release(struct ent_gathered *g);

/* The list "changes": one row each. */
struct ent_changes {
	struct ent_cli *c;
	struct ent_change_row {
		const char *what;
		struct ent_str list, ref, id, name, words, json;
	} * rows;
	size_t n, room;
	bool off; /* they aren't kept: a list's first time */
};
int ent_changes_add(struct ent_changes *s, const struct ent_register_change *change,
                    struct ent_err *err);
/* Prints them: to people the first few, unless all is set. */
void ent_changes_print(const struct ent_changes *s, bool all);

#endif

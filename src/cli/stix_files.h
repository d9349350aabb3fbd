/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_files.h - files of STIX objects as commands take them: one object, a bundle, an
 * envelope, a list, or JSON lines of these; told apart by themselves.
 */
#ifndef ENT_CLI_STIX_FILES_H
#define ENT_CLI_STIX_FILES_H
#include <entente/version.h>

#include "cli/cli.h"

struct ent_stix_file {
	const char *path;
	size_t size;
	struct ent_arena *arena; /* of the trees */
	const struct ent_json **objects;
	size_t count;
	bool single; /* one object, not in a bundle or list */
};

/* Reads a file ("-": standard input) whole.  ENT_EPARSE also where it can't be opened or is no
 * STIX, for all of that is unusable input; ENT_ENOMEM. */
int ent_stix_file_open(const char *path, struct ent_stix_file *out, struct ent_err *err);
void ent_stix_file_close(struct ent_stix_file *f);

/* All operands together. */
struct ent_stix_files {
	struct ent_stix_file *list;
	size_t count;
	struct ent_arena *arena; /* of what is found out about them */
	struct ent_histories *histories;
	size_t objects, unusable;
};

/* Opens each operand and adds its objects to the set; those that can't be used are complained
 * about and counted. */
int ent_stix_files_open(struct ent_cli *c, struct ent_stix_files *out, struct ent_err *err);
void ent_stix_files_close(struct ent_stix_files *f);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines.h - a file of lines, as commands read that take a JSON text in each.
 */
#ifndef ENT_CLI_LINES_H
#define ENT_CLI_LINES_H
#include <entente/str.h>

/*
 * Gives each line of a file ("-": standard input; gzip and zstd are taken) that isn't blank to
 * see(), without the blanks around it and its end, with its number from 1; in memory of one
 * line of at most ENT_ITEM_MAX bytes (ENT_ELIMIT).  Ends with what see() returns other than 0.
 */
int ent_lines_each(const char *path,
                   int (*see)(void *self, struct ent_str line, uint64_t number,
                              struct ent_err *err),
                   void *self, struct ent_err *err);

#endif

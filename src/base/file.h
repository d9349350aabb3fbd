/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.h - whole files, read with a limit and written so that a crash leaves the old one or the
 * new one.
 */
#ifndef ENT_BASE_FILE_H
#define ENT_BASE_FILE_H
#include <sys/types.h>

#include <entente/arena.h>

/* All of a file ("-": standard input) in the arena, with a NUL after it.  ENT_ELIMIT above max.
 */
int ent_file_read(struct ent_arena *a, const char *path, size_t max, struct ent_str *out,
                  struct ent_err *err);
/* Writes beside it, syncs, renames over path and syncs the folder.  mode as in open(2). */
int ent_file_write(const char *path, struct ent_str text, mode_t mode, struct ent_err *err);
/* As ent_file_write, but ENT_EEXIST if path is there already. */
int ent_file_create(const char *path, struct ent_str text, mode_t mode, struct ent_err *err);
/* All of text to a descriptor, however often write(2) is interrupted. */
int ent_fd_write(int fd, struct ent_str text, struct ent_err *err);
/* The code that belongs to an errno: ENT_EFULL for ENOSPC and EDQUOT, ENT_ENOENT, ENT_EEXIST,
 * else ENT_ESTORE. */
int ent_errno_code(int e);

#endif

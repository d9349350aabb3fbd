/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mirror_files.h - a mirrored collection as a folder of files, one for each version of each
 * object:
 *
 *   DIR/TYPE/ID/20170120000000000.json   a version; its time in digits, milliseconds and more
 *   DIR/TYPE/ID.json                     an object without versions (no `modified`)
 *   DIR/mirror.json                      of which collection it is, and the mark
 *
 * It is how the STIX 2 file system stores of others lay out theirs.  All of a page is durable
 * before its mark is; an object that is there already isn't written again.
 */
#ifndef ENT_CLI_MIRROR_FILES_H
#define ENT_CLI_MIRROR_FILES_H
#include "taxii/mirror.h"

/* Which collection it is; all text is borrowed. */
struct ent_mirror_from {
	struct ent_str url, root, collection, match;
};

struct ent_mirror_files {
	struct ent_mirror_from from;
	struct ent_arena *arena, *each; /* its own; of one object */
	const char *path;
	int dir, lock;
	size_t fresh, same, refused;
	/* told of each object that could not be kept; may be NULL */
	void (*bad)(void *self, struct ent_str id, const struct ent_err *why);
	void *self;
};

/*
 * Opens or makes the folder; *mark is where it stands, in memory of f.  ENT_EINVAL if it is the
 * mirror of something else, or holds other files; ENT_EBUSY if another process is at it.  Close
 * in any case.
 */
int ent_mirror_files_open(struct ent_mirror_files *f, const char *path,
                          const struct ent_mirror_from *from, struct ent_mirror_mark *mark,
                          struct ent_err *err);
void ent_mirror_files_close(struct ent_mirror_files *f);
/* Keeps a page and its mark. */
int ent_mirror_files_page(struct ent_mirror_files *f, const struct ent_mirror_page *p,
                          struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_feed.h - the objects of all files that a command was given, one after the other, in
 * bounded memory.
 *
 * An operand is a file, "-" or a folder, of which all files whose names end in .json, .jsonl,
 * .gz or .zst are taken, those of its folders too, sorted by name.
 */
#ifndef ENT_CLI_STIX_FEED_H
#define ENT_CLI_STIX_FEED_H
#include <entente/reader.h>

#include "base/progress.h"
#include "cli/cli.h"
#include "codec/source.h"

struct ent_feed_file {
	const char *path;
	uint64_t size;    /* 0: not known */
	uint64_t objects; /* given so far; a bundle around others counts */
	bool failed;      /* and it has been said why */
};

struct ent_feed {
	struct ent_cli *c;
	struct ent_feed_file *files;
	size_t n_files, room, at;
	struct ent_source *source;
	struct ent_reader *reader;
	uint64_t done; /* bytes of the files before */
	int worst;     /* exit status, for files that can't be used */
	struct ent_progress progress;
};

/* Lists the files, which are the operands from that one on.  ENT_ENOMEM; what can't be opened
 * is only found when its turn comes. */
int ent_feed_open(struct ent_cli *c, size_t first, struct ent_feed *f, struct ent_err *err);
void ent_feed_close(struct ent_feed *f);
/*
 * The next item: 1, f->files[f->at] being its file; 2 when a file ended; 0 after the last; or
 * ENT_ENOMEM.  Files that can't be read are complained about, and f->worst says so.
 */
int ent_feed_next(struct ent_feed *f, struct ent_item *out, struct ent_err *err);
/* Why a file is no use: a message, and f->worst. */
void ent_feed_complain(struct ent_feed *f, struct ent_feed_file *file, int rc, const char *why);

#endif

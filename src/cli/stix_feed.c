/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_feed.c - files, folders and standard input as one series of objects.
 */
#include "cli/stix_feed.h"

#include <dirent.h>
#include <sys/stat.h>

#include "base/file.h"

#define FOLDERS_MAX 32 /* one in the other: links that lead in circles end here */
#define MEGABYTE    1000000

/* ---- what files there are ---- */

static int
add_file(struct ent_feed *f, const char *path, uint64_t size, struct ent_err *err)
{
	if (f->n_files == f->room) {
		size_t room = f->room ? 2 * f->room : 16;
		struct ent_feed_file *files =
		    ent_arena_array(f->c->arena, room, sizeof(*files));

		if (!files)
			return ent_cli_nomem(err);
		if (f->n_files)
			memcpy(files, f->files, f->n_files * sizeof(*files));
		f->files = files;
		f->room = room;
	}
	f->files[f->n_files++] = (struct ent_feed_file){ .path = path, .size = size };
	return 0;
}

static bool
wanted(struct ent_str name)
{
	static const char *const ends[] = { ".json", ".jsonl", ".gz", ".zst" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ent_str_ends(name, ends[i]))
			return name.p[0] != '.';
	return false;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int add_path(struct ent_feed *f, const char *path, unsigned depth, struct ent_err *err);

static int
add_folder(struct ent_feed *f, const char *path, unsigned depth, struct ent_err *err)
{
	struct dirent **list = NULL;
	int n = scandir(path, &list, visible, by_name), rc = 0;

	if (n < 0) {
		ent_cli_complain(f->c, "%s: %m", path);
		f->worst = 2;
		return 0;
	}
	for (int i = 0; i < n; i++) {
		struct ent_str inner =
		    ent_arena_printf(f->c->arena, "%s/%s", path, list[i]->d_name);

		if (rc == 0)
			rc =
			    inner.p ? add_path(f, inner.p, depth + 1, err) : ent_cli_nomem(err);
		free(list[i]);
	}
	free(list);
	return rc;
}

/* depth 0: an operand, which is taken whatever its name is. */
static int
add_path(struct ent_feed *f, const char *path, unsigned depth, struct ent_err *err)
{
	struct stat st;
	bool found = strcmp(path, "-") != 0 && stat(path, &st) == 0;

	if (found && S_ISDIR(st.st_mode)) {
		if (depth < FOLDERS_MAX)
			return add_folder(f, path, depth, err);
		ent_cli_complain(f->c, "%s: folders nest too deep, or in circles", path);
		f->worst = 2;
		return 0;
	}
	if (depth && !wanted(ent_str_c(path)))
		return 0;
	return add_file(f, path, found && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0, err);
}

int
ent_feed_open(struct ent_cli *c, size_t first, struct ent_feed *f, struct ent_err *err)
{
	uint64_t total = 0;
	bool known = true;
	int rc = 0;

	*f = (struct ent_feed){ .c = c };
	for (size_t i = first; rc == 0 && i < c->given.n_operands; i++) {
		size_t before = f->n_files;

		rc = add_path(f, c->given.operands[i], 0, err);
		if (rc == 0 && f->n_files == before && !f->worst) {
			ent_cli_complain(c, "%s: no .json, .jsonl, .gz or .zst files in it",
			                 c->given.operands[i]);
			f->worst = 2;
		}
	}
	for (size_t i = 0; i < f->n_files; i++) {
		total += f->files[i].size;
		known = known && f->files[i].size;
	}
	ent_progress_init(&f->progress, "MB read", known ? total / MEGABYTE : 0);
	return rc;
}

/* ---- one after the other ---- */

static void
end_file(struct ent_feed *f)
{
	if (f->source)
		f->done += ent_source_done(f->source);
	ent_reader_free(f->reader);
	ent_source_close(f->source);
	f->reader = NULL;
	f->source = NULL;
}

void
ent_feed_close(struct ent_feed *f)
{
	end_file(f);
	ent_progress_end(&f->progress);
}

/* Whatever keeps a file from being read makes it unusable input; memory is another matter. */
void
ent_feed_complain(struct ent_feed *f, struct ent_feed_file *file, int rc, const char *why)
{
	int status = rc == ENT_ENOMEM ? ent_exit_of(rc) : 2;

	file->failed = true;
	ent_progress_end(&f->progress);
	ent_cli_complain(f->c, "%s: %s", file->path, why);
	if (status > f->worst)
		f->worst = status;
}

static bool
is_lines(struct ent_str name)
{
	return ent_str_ends(name, ".jsonl") || ent_str_ends(name, ".jsonl.gz") ||
	       ent_str_ends(name, ".jsonl.zst") || ent_str_ends(name, ".ndjson");
}

static int
begin_file(struct ent_feed *f, struct ent_err *err)
{
	const struct ent_feed_file *file = &f->files[f->at];
	struct ent_reader_options o = { .lines = is_lines(ent_str_c(file->path)) };
	int rc = ent_source_open(file->path, &f->source, err);

	return rc ? rc : ent_reader_new(ent_source_read, f->source, &o, &f->reader, err);
}

int
ent_feed_next(struct ent_feed *f, struct ent_item *out, struct ent_err *err)
{
	struct ent_err why = { 0 };
	int rc;

	(void)err;
	while (f->at < f->n_files) {
		struct ent_feed_file *file = &f->files[f->at];

		rc = f->reader ? 0 : begin_file(f, &why);
		if (rc == 0)
			rc = ent_reader_next(f->reader, out, &why);
		if (rc == 1) {
			file->objects++;
			ent_progress_step(&f->progress,
			                  (f->done + ent_source_done(f->source)) / MEGABYTE);
			return 1;
		}
		if (rc < 0)
			ent_feed_complain(f, file, rc, why.msg);
		else if (!file->objects)
			ent_feed_complain(f, file, ENT_EPARSE, "nothing is in it");
		end_file(f);
		f->at++;
		return 2;
	}
	return 0;
}

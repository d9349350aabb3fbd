/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch_input.c - the lines of a file, of standard input, or of a log that goes on.
 *
 * A followed log is read to its end; then its path is looked at: where another file stands
 * there, the old one is read to its end once more, for the sensor may have written between, and
 * the new one begins.  A file that has become shorter than what was read of it was cut and
 * written anew.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/watch.h"
#include "json/skip.h"

#define AT_ONCE ((size_t)1 << 20)
#define APART   (ENT_WATCH_BACK / (ENT_WATCH_MARKS / 2)) /* from mark to mark */

static int
grow(struct ent_watch_input *in, struct ent_err *err)
{
	size_t more = in->n + AT_ONCE + ENT_JSON_PADDING;
	char *p;

	if (more <= in->room)
		return 0;
	if (more < in->room * 2)
		more = in->room * 2;
	p = realloc(in->buf, more);
	if (!p)
		return ent_cli_nomem(err);
	in->buf = p;
	in->room = more;
	return 0;
}

/* ---- marks ---- */

static void
begin_marks(struct ent_watch_input *in)
{
	in->marks[0] = (struct ent_watch_mark){ 0, 0, INT64_MIN };
	in->n_marks = 1;
	in->time = INT64_MIN;
}

/* The newest that is far enough back, or the first. */
static size_t
mark_back(const struct ent_watch_mark *m, size_t n, int64_t time)
{
	size_t i = n;

	while (i > 1 &&
	       (time < INT64_MIN + ENT_WATCH_BACK || m[i - 1].time > time - ENT_WATCH_BACK))
		i--;
	return i ? i - 1 : 0;
}

void
ent_watch_input_mark(struct ent_watch_input *in)
{
	size_t n = in->n_marks, back = mark_back(in->marks, n, in->time);

	memmove(in->marks, in->marks + back, (n - back) * sizeof(in->marks[0]));
	in->n_marks = n -= back;
	if (n == ENT_WATCH_MARKS || (n && (in->time < INT64_MIN + ENT_WATCH_BACK ||
	                                   in->marks[n - 1].time > in->time - APART)))
		return;
	in->marks[in->n_marks++] =
	    (struct ent_watch_mark){ in->offset, ent_logs_at(in->logs), in->time };
}

/* Where to read on from: *lines are before it.  What was told before goes up to place. */
static uint64_t
read_from(struct ent_watch *w, struct ent_watch_input *in, const struct ent_watch_place *place,
          uint64_t *lines)
{
	struct ent_pattern_stats s;
	const struct ent_watch_mark *m;

	ent_pattern_set_stats(w->set, &s);
	memcpy(in->marks, place->marks, sizeof(in->marks));
	in->n_marks = place->n_marks;
	in->told_until = place->offset;
	in->offset = place->offset;
	*lines = place->lines;
	if (s.timed && place->n_marks) {
		m = &place->marks[mark_back(place->marks, place->n_marks,
		                            place->marks[place->n_marks - 1].time)];
		in->offset = m->offset;
		*lines = m->lines;
		in->n_marks = (size_t)(m - place->marks) + 1;
	}
	in->time = in->n_marks ? in->marks[in->n_marks - 1].time : INT64_MIN;
	return in->offset;
}

/* ---- opening ---- */

static int
skip_to(struct ent_watch *w, struct ent_watch_input *in, uint64_t offset, struct ent_err *err)
{
	uint64_t left = offset;

	while (left > 0) {
		size_t want = left < AT_ONCE ? (size_t)left : AT_ONCE;
		ptrdiff_t got = ent_source_read(in->source, in->buf, want, err);

		if (got < 0)
			return (int)got;
		if (got == 0) {
			ent_cli_complain(w->c,
			                 "%s is shorter than what was read of it before: "
			                 "there is nothing more to read",
			                 in->path);
			return 0;
		}
		left -= (uint64_t)got;
	}
	return 0;
}

static int
open_fd(struct ent_watch_input *in, const char *path, struct ent_err *err)
{
	struct stat st;

	in->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (in->fd < 0)
		return ent_fail(err, ent_errno_code(errno), "%s: %m", path);
	if (fstat(in->fd, &st))
		return ent_fail(err, ENT_ESTORE, "%s: %m", path);
	in->dev = (uint64_t)st.st_dev;
	in->ino = (uint64_t)st.st_ino;
	return 0;
}

static bool
opened_as(struct ent_watch_input *in, const struct ent_watch_place *place, const char *folder,
          size_t n, const char *name)
{
	char path[4096];
	struct ent_err ignored;
	struct stat st;

	return snprintf(path, sizeof(path), "%.*s%s", (int)n, folder, name) <
	           (int)sizeof(path) &&
	       stat(path, &st) == 0 && (uint64_t)st.st_dev == place->dev &&
	       (uint64_t)st.st_ino == place->ino && open_fd(in, path, &ignored) == 0;
}

/* The file that stood at the path before it was renamed: one beside it with that number. */
static bool
find_renamed(struct ent_watch_input *in, const struct ent_watch_place *place)
{
	const char *slash = strrchr(in->path, '/');
	size_t n = slash ? (size_t)(slash - in->path) + 1 : 0;
	char folder[4096] = ".";
	struct dirent **list;
	bool found = false;
	int all;

	if (n >= sizeof(folder))
		return false;
	if (n) {
		memcpy(folder, in->path, n);
		folder[n] = '\0';
	}
	all = scandir(folder, &list, NULL, NULL);
	for (int i = 0; i < all; i++) {
		found = found || opened_as(in, place, in->path, n, list[i]->d_name);
		free(list[i]);
	}
	if (all >= 0)
		free(list);
	return found;
}

static int
follow_from(struct ent_watch *w, struct ent_watch_input *in,
            const struct ent_watch_place *place, struct ent_err *err)
{
	uint64_t lines;
	struct stat st;
	int rc = open_fd(in, in->path, err);

	if (!place || (rc && rc != ENT_ENOENT))
		return rc;
	if (rc || in->dev != place->dev || in->ino != place->ino) {
		if (in->fd >= 0)
			(void)close(in->fd);
		in->fd = -1;
		if (!find_renamed(in, place)) {
			ent_cli_complain(
			    w->c,
			    "%s was replaced, and the file that was read before isn't "
			    "beside it: lines at its end may be missed",
			    in->path);
			return open_fd(in, in->path, err);
		}
	}
	if (fstat(in->fd, &st) || (uint64_t)st.st_size < place->offset) {
		in->truncated++;
		return 0;
	}
	if (lseek(in->fd, (off_t)read_from(w, in, place, &lines), SEEK_SET) < 0)
		return ent_fail(err, ENT_ESTORE, "%s: %m", in->path);
	return ent_logs_resume(in->logs, place->header, lines, err);
}

int
ent_watch_input_open(struct ent_watch *w, struct ent_watch_input *in, const char *path,
                     const struct ent_watch_place *place, struct ent_err *err)
{
	uint64_t lines;
	int rc;

	in->path = path;
	in->fd = -1;
	begin_marks(in);
	rc = grow(in, err);
	if (rc)
		return rc;
	if (w->follow)
		return follow_from(w, in, place, err);
	rc = ent_source_open(path, &in->source, err);
	if (rc || !place)
		return rc;
	rc = skip_to(w, in, read_from(w, in, place, &lines), err);
	return rc ? rc : ent_logs_resume(in->logs, place->header, lines, err);
}

void
ent_watch_input_close(struct ent_watch_input *in)
{
	ent_source_close(in->source);
	if (in->fd >= 0)
		(void)close(in->fd);
	free(in->buf);
	ent_logs_free(in->logs);
	*in = (struct ent_watch_input){ .fd = -1 };
}

/* ---- lines ---- */

static int
one_line(struct ent_watch *w, struct ent_watch_input *in, size_t at, size_t n,
         struct ent_err *err)
{
	int rc;

	if (in->skipping) {
		in->skipping = false;
		ent_logs_too_long(in->logs);
		return 0;
	}
	rc =
	    ent_logs_line(in->logs, (struct ent_str){ in->buf + at, n }, ent_watch_see, w, err);
	return rc ? ent_within(err, rc, "%s: line %llu", in->path,
	                       (unsigned long long)ent_logs_at(in->logs))
	          : 0;
}

/* All whole lines in the buffer; with rest also what is behind the last. */
static int
all_lines(struct ent_watch *w, struct ent_watch_input *in, bool rest, struct ent_err *err)
{
	size_t at = 0;
	int rc = 0;

	w->input = in;
	while (rc == 0 && at < in->n) {
		const char *end = memchr(in->buf + at, '\n', in->n - at);
		size_t n = end ? (size_t)(end - in->buf) - at : in->n - at;

		if (!end && !rest)
			break;
		in->at = in->offset + at;
		rc = one_line(w, in, at, n, err);
		at += n + (end != NULL);
	}
	in->offset += at;
	in->n -= at;
	memmove(in->buf, in->buf + at, in->n);
	if (rc == 0 && in->n > ENT_LOGS_LINE) {
		in->skipping = true;
		in->offset += in->n;
		in->n = 0;
	}
	return rc;
}

/* Up to AT_ONCE bytes behind what is there; 0 at the end of what there is now. */
static ptrdiff_t
fill(struct ent_watch_input *in, struct ent_err *err)
{
	int rc = grow(in, err);
	ssize_t got;

	if (rc)
		return rc;
	if (in->source)
		return ent_source_read(in->source, in->buf + in->n, AT_ONCE, err);
	do
		got = read(in->fd, in->buf + in->n, AT_ONCE);
	while (got < 0 && errno == EINTR);
	return got < 0 ? ent_fail(err, ENT_ESTORE, "%s: %m", in->path) : got;
}

/* Whether a first line is the beginning of a document that goes over many. */
static bool
is_document(const struct ent_watch *w, const struct ent_watch_input *in)
{
	struct ent_skip s = { 0 };
	const char *end = memchr(in->buf, '\n', in->n);
	size_t used = 0;

	if (w->follow || in->offset || ent_logs_at(in->logs) || in->n < 1 || in->buf[0] != '{')
		return false;
	if (!end)
		return in->n >= ENT_LOGS_LINE;
	return !ent_skip(&s, in->buf, (size_t)(end - in->buf), &used);
}

static int
document(struct ent_watch *w, struct ent_watch_input *in, struct ent_err *err)
{
	ptrdiff_t got = 1;
	int rc;

	while (got > 0) {
		if (in->n > ENT_ITEM_MAX)
			return ent_fail(err, ENT_ELIMIT,
			                "%s: a document of more than %zu bytes; as a line an "
			                "object it could have any size",
			                in->path, (size_t)ENT_ITEM_MAX);
		got = fill(in, err);
		if (got > 0)
			in->n += (size_t)got;
	}
	if (got < 0)
		return (int)got;
	w->input = in;
	rc = ent_logs_document(in->logs, (struct ent_str){ in->buf, in->n }, ent_watch_see, w,
	                       err);
	in->offset += in->n;
	in->n = 0;
	in->end = true;
	return rc ? ent_within(err, rc, "%s", in->path) : 0;
}

/* ---- following ---- */

/* At the end of what there is: is it another file by now, or the same anew? */
static int
turn(struct ent_watch *w, struct ent_watch_input *in, bool *got, struct ent_err *err)
{
	struct stat now, own;
	struct ent_err gone;
	ptrdiff_t more;
	int rc;

	if (fstat(in->fd, &own) == 0 && (uint64_t)own.st_size < in->offset + in->n) {
		in->truncated++;
		in->offset = 0;
		in->n = 0;
		in->skipping = false;
		in->told_until = 0;
		begin_marks(in);
		ent_logs_restart(in->logs);
		*got = true;
		return lseek(in->fd, 0, SEEK_SET) < 0
		           ? ent_fail(err, ENT_ESTORE, "%s: %m", in->path)
		           : 0;
	}
	if (stat(in->path, &now) ||
	    ((uint64_t)now.st_dev == in->dev && (uint64_t)now.st_ino == in->ino))
		return 0; /* between two files there may be none for a moment */
	do {
		more = fill(in, err);
		if (more < 0)
			return (int)more;
		in->n += (size_t)more;
		rc = all_lines(w, in, more == 0, err);
	} while (rc == 0 && more > 0);
	if (rc)
		return rc;
	(void)close(in->fd);
	in->fd = -1;
	rc = open_fd(in, in->path, &gone);
	if (rc == ENT_ENOENT) {
		/* gone again: an empty file in its place, until there is one */
		in->dev = in->ino = 0;
		rc = open_fd(in, "/dev/null", err);
		in->dev = in->ino = 0;
	} else if (rc) {
		return ent_fail(err, rc, "%s", gone.msg);
	}
	in->rotated++;
	in->offset = 0;
	in->told_until = 0;
	in->skipping = false;
	begin_marks(in);
	ent_logs_restart(in->logs);
	*got = true;
	return rc;
}

int
ent_watch_input_step(struct ent_watch *w, struct ent_watch_input *in, bool *got,
                     struct ent_err *err)
{
	ptrdiff_t n;

	*got = false;
	if (in->end)
		return 0;
	n = fill(in, err);
	if (n < 0)
		return ent_within(err, (int)n, "%s", in->path);
	if (n == 0 && w->follow)
		return turn(w, in, got, err);
	*got = true;
	in->n += (size_t)n;
	if (n == 0)
		in->end = true;
	else if (is_document(w, in))
		return document(w, in, err);
	return all_lines(w, in, n == 0, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mirror_files.c - a mirrored collection as a folder of files.
 */
#include "cli/mirror_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <entente/stix.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/time.h"
#include "json/write.h"

#define MARK_FILE "mirror.json"
#define MARK_NEW  MARK_FILE ".new-"
#define LOCK_FILE ".lock"
#define NEW_FILE  ".new"
#define MARK_MAX  ((size_t)64 << 10)
#define ID_MAX    200 /* a file's name has at most 255 bytes */
#define FILE_MODE (S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH)
#define DIR_MODE  (FILE_MODE | S_IXUSR | S_IXGRP | S_IXOTH)

static int
fail_at(const struct ent_mirror_files *f, const char *name, struct ent_err *err)
{
	return ent_fail(err, ent_errno_code(errno), "%s/%s: %m", f->path, name);
}

/* ---- the mark ---- */

static int64_t
date_of(const struct ent_json *v, const char *key)
{
	struct ent_str text = ent_json_getstr(v, key);
	int64_t us;

	return text.p && ent_time_parse(text, &us, NULL) == 0 ? us : INT64_MIN;
}

static int
check_from(const struct ent_mirror_files *f, const struct ent_json *v, struct ent_err *err)
{
	const struct {
		const char *key;
		struct ent_str is;
	} parts[] = { { "url", f->from.url },
		      { "root", f->from.root },
		      { "collection", f->from.collection },
		      { "match", f->from.match } };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct ent_str was = ent_json_getstr(v, parts[i].key);

		if (!was.p)
			return ent_fail(err, ENT_ECORRUPT, "%s/" MARK_FILE " is damaged",
			                f->path);
		if (!ent_str_eq(was, parts[i].is))
			return ent_fail(err, ENT_EINVAL,
			                "%s is the mirror of another collection or other "
			                "filters (%s was \"%.*s\"): name another folder",
			                f->path, parts[i].key, ENT_FMT(was));
	}
	return 0;
}

static int
read_mark(struct ent_mirror_files *f, struct ent_mirror_mark *mark, struct ent_err *err)
{
	struct ent_str path = ent_arena_printf(f->arena, "%s/" MARK_FILE, f->path), text;
	const struct ent_json *v;
	int rc = path.p ? ent_file_read(f->arena, path.p, MARK_MAX, &text, err)
	                : ent_fail(err, ENT_ENOMEM, "out of memory");

	*mark = ENT_MIRROR_START;
	if (rc == 0)
		rc = ent_json_parse(f->arena, text, ENT_JSON_DEPTH, &v, err);
	if (rc)
		return rc == ENT_ENOENT ? 0 : ent_within(err, rc, "%s", path.p ? path.p : "");
	rc = check_from(f, v, err);
	mark->after = date_of(v, "after");
	mark->from = date_of(v, "from");
	mark->next = ent_json_getstr(v, "next");
	return rc;
}

static void
put_date(struct ent_jw *w, const char *key, int64_t us)
{
	char text[ENT_TIME_TEXT];

	if (us != INT64_MIN)
		ent_jw_kc(w, key, ent_time_text(us, 6, text));
}

static int
write_mark(struct ent_mirror_files *f, const struct ent_mirror_page *p, struct ent_err *err)
{
	struct ent_str path = ent_arena_printf(f->each, "%s/" MARK_FILE, f->path);
	struct ent_buf b;
	struct ent_jw w;
	int rc;

	ent_buf_init(&b, MARK_MAX);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kstr(&w, "url", f->from.url);
	ent_jw_kstr(&w, "root", f->from.root);
	ent_jw_kstr(&w, "collection", f->from.collection);
	ent_jw_kstr(&w, "match", f->from.match);
	put_date(&w, "after", p->mark.after);
	put_date(&w, "from", p->mark.from);
	if (p->mark.next.n)
		ent_jw_kstr(&w, "next", p->mark.next);
	ent_jw_kbool(&w, "complete", !p->more);
	ent_jw_end_object(&w);
	ent_buf_ch(&b, '\n');
	rc = path.p && ent_buf_ok(&b) ? ent_file_write(path.p, ent_buf_view(&b), FILE_MODE, err)
	                              : ent_fail(err, ENT_ENOMEM, "out of memory");
	ent_buf_release(&b);
	return rc;
}

/* ---- the folder ---- */

/*
 * Takes away marks that a kill left half written (base/file.h writes beside, then renames).
 * *other: there is something else than what begins with a dot.
 */
static int
tidy(const struct ent_mirror_files *f, bool *other, struct ent_err *err)
{
	DIR *d = opendir(f->path);
	const struct dirent *e;

	*other = false;
	if (!d)
		return ent_fail(err, ent_errno_code(errno), "%s: %m", f->path);
	while ((e = readdir(d)) != NULL) { /* NOLINT(concurrency-mt-unsafe) */
		if (strncmp(e->d_name, MARK_NEW, sizeof(MARK_NEW) - 1) == 0)
			(void)unlinkat(f->dir, e->d_name, 0);
		else
			*other |= e->d_name[0] != '.';
	}
	(void)closedir(d);
	return 0;
}

/* A folder without a mark has to be empty: what stands in it could be anybody's.  It says whose
 * it is before there is anything in it. */
static int
begin_folder(struct ent_mirror_files *f, struct ent_err *err)
{
	const struct ent_mirror_page begin = { .more = true, .mark = ENT_MIRROR_START };
	bool other;
	int rc = tidy(f, &other, err);

	if (rc || (faccessat(f->dir, MARK_FILE, F_OK, 0) == 0 || errno != ENOENT))
		return rc;
	return other ? ent_fail(err, ENT_EINVAL,
	                        "%s holds files and no mirror: name an empty folder or a new "
	                        "one",
	                        f->path)
	             : write_mark(f, &begin, err);
}

static int
take_lock(struct ent_mirror_files *f, struct ent_err *err)
{
	f->lock =
	    openat(f->dir, LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
	if (f->lock < 0)
		return fail_at(f, LOCK_FILE, err);
	if (flock(f->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return errno == EWOULDBLOCK
	           ? ent_fail(err, ENT_EBUSY, "%s: another mirror is at work there", f->path)
	           : fail_at(f, LOCK_FILE, err);
}

int
ent_mirror_files_open(struct ent_mirror_files *f, const char *path,
                      const struct ent_mirror_from *from, struct ent_mirror_mark *mark,
                      struct ent_err *err)
{
	int rc;

	*f = (struct ent_mirror_files){ .from = *from, .path = path, .dir = -1, .lock = -1 };
	f->arena = ent_arena_new((size_t)8 << 20);
	f->each = ent_arena_new(ENT_DOC_ARENA(ENT_HTTP_ANSWER_MAX));
	if (!f->arena || !f->each)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	if (mkdir(path, DIR_MODE) && errno != EEXIST)
		return ent_fail(err, ent_errno_code(errno), "%s: %m", path);
	f->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->dir < 0)
		return ent_fail(err, ent_errno_code(errno), "%s: %m", path);
	rc = take_lock(f, err);
	if (rc == 0)
		rc = begin_folder(f, err);
	return rc ? rc : read_mark(f, mark, err);
}

void
ent_mirror_files_close(struct ent_mirror_files *f)
{
	if (f->lock >= 0)
		(void)close(f->lock);
	if (f->dir >= 0)
		(void)close(f->dir);
	ent_arena_free(f->arena);
	ent_arena_free(f->each);
}

/* ---- objects ---- */

/* "TYPE/ID/DIGITS.json" or "TYPE/ID.json", with the folders made. */
static int
path_of(struct ent_mirror_files *f, const struct ent_object *o, struct ent_str *out,
        struct ent_err *err)
{
	struct ent_str modified = ent_json_getstr(o->json, "modified"), folder;
	char digits[48];
	size_t n = 0;

	if (o->id.n > ID_MAX)
		return ent_fail(err, ENT_EUNUSABLE, "an id of %zu bytes is no file's name",
		                o->id.n);
	folder = ent_arena_printf(f->each, "%.*s", ENT_FMT(o->type));
	if (folder.p && mkdirat(f->dir, folder.p, DIR_MODE) && errno != EEXIST)
		return fail_at(f, folder.p, err);
	if (!modified.p) {
		*out = ent_arena_printf(f->each, "%.*s/%.*s.json", ENT_FMT(o->type),
		                        ENT_FMT(o->id));
		return out->p ? 0 : ent_fail(err, ENT_ENOMEM, "out of memory");
	}
	/* the same instant has the same name, however many zeros it came with */
	modified = ent_time_key(modified);
	for (size_t i = 0; i < modified.n && n < sizeof(digits) - 4; i++)
		if (modified.p[i] >= '0' && modified.p[i] <= '9')
			digits[n++] = modified.p[i];
	while (n < 17)
		digits[n++] = '0';
	folder = ent_arena_printf(f->each, "%.*s/%.*s", ENT_FMT(o->type), ENT_FMT(o->id));
	if (folder.p && mkdirat(f->dir, folder.p, DIR_MODE) && errno != EEXIST)
		return fail_at(f, folder.p, err);
	*out = ent_arena_printf(f->each, "%.*s/%.*s.json", ENT_FMT(folder), (int)n, digits);
	return out->p && folder.p ? 0 : ent_fail(err, ENT_ENOMEM, "out of memory");
}

/*
 * Whether the file is there with this content (*same).  One that isn't JSON was being written
 * when the machine stopped: it counts as not there.  ENT_ECONFLICT for other content.
 */
static int
look(struct ent_mirror_files *f, struct ent_str path, const struct ent_object *o, bool *same,
     struct ent_err *err)
{
	struct ent_str whole = ent_arena_printf(f->each, "%s/%.*s", f->path, ENT_FMT(path)),
		       text;
	const struct ent_json *v;
	int rc;

	*same = false;
	if (faccessat(f->dir, path.p, F_OK, AT_SYMLINK_NOFOLLOW) && errno == ENOENT)
		return 0;
	rc = whole.p ? ent_file_read(f->each, whole.p, ENT_ITEM_MAX, &text, err)
	             : ent_fail(err, ENT_ENOMEM, "out of memory");
	if (rc)
		return rc;
	*same = ent_str_eq(ent_str_trim(text), o->bytes);
	if (*same || ent_json_parse(f->each, text, ENT_JSON_DEPTH, &v, NULL))
		return 0;
	*same = ent_str_eq(ent_json_canon(f->each, v), ent_json_canon(f->each, o->json));
	return *same ? 0
	             : ent_fail(err, ENT_ECONFLICT,
	                        "%.*s is there with other content (%s): an object must not "
	                        "change without a new version",
	                        ENT_FMT(o->id), whole.p);
}

/* A kill leaves the file whole or not there. */
static int
write_file(const struct ent_mirror_files *f, struct ent_str path, struct ent_str bytes,
           struct ent_err *err)
{
	int fd = openat(f->dir, NEW_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
	                FILE_MODE);
	int rc = fd < 0 ? fail_at(f, NEW_FILE, err) : ent_fd_write(fd, bytes, err);

	if (fd >= 0 && close(fd) && rc == 0)
		rc = fail_at(f, NEW_FILE, err);
	if (rc == 0 && renameat(f->dir, NEW_FILE, f->dir, path.p))
		rc = fail_at(f, path.p, err);
	return rc;
}

static int
keep(struct ent_mirror_files *f, const struct ent_json *v, struct ent_err *err)
{
	struct ent_object o;
	struct ent_str path = ENT_STR("");
	bool same = false;
	int rc = ent_object_read(v, &o, err);

	if (rc == 0)
		rc = path_of(f, &o, &path, err);
	if (rc == 0)
		rc = look(f, path, &o, &same, err);
	if (rc == 0 && !same)
		rc = write_file(f, path, o.bytes, err);
	f->same += rc == 0 && same;
	f->fresh += rc == 0 && !same;
	return rc;
}

int
ent_mirror_files_page(struct ent_mirror_files *f, const struct ent_mirror_page *p,
                      struct ent_err *err)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct ent_json *v = ent_json_at(p->list, i);
		struct ent_err why;
		int rc;

		ent_arena_reset(f->each);
		rc = keep(f, v, &why);
		if (rc == 0)
			continue;
		if (rc != ENT_EUNUSABLE && rc != ENT_ECONFLICT)
			return ent_fail(err, rc, "%s", why.msg);
		f->refused++;
		if (f->bad)
			f->bad(f->self, ent_json_getstr(v, "id"), &why);
	}
	/* one call for the page instead of one a file and one a folder */
	if (p->count && syncfs(f->dir))
		return ent_fail(err, ent_errno_code(errno), "%s: %m", f->path);
	ent_arena_reset(f->each);
	return write_mark(f, p, err);
}

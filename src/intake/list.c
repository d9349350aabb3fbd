/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list.c - a list of designations: its file found and opened, its format told by its content.
 */
#include <dirent.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/limits.h"
#include "codec/source.h"
#include "crypto/hash.h"
#include "intake/list_int.h"

#define LOOK ((size_t)64 << 10) /* bytes that tell what a file is */

/* ---- bytes ---- */

ptrdiff_t
ent_feed_read(void *self, void *to, size_t n, struct ent_err *err)
{
	struct ent_feed *f = self;
	ptrdiff_t got;

	if (f->head && f->given < f->head->n) {
		size_t left = f->head->n - f->given;

		n = n < left ? n : left;
		memcpy(to, f->head->p + f->given, n);
		f->given += n;
		return (ptrdiff_t)n;
	}
	got = f->read(f->self, to, n, err);
	if (got <= 0)
		return got;
	f->bytes += (uint64_t)got;
	if (f->bytes > ENT_LIST_MAX)
		return ent_fail(err, ENT_ELIMIT, "a list of more than %zu MiB",
		                ENT_LIST_MAX >> 20);
	ent_hasher_put(f->hasher, (struct ent_str){ to, (size_t)got });
	if (f->o && f->o->progress)
		f->o->progress(f->o->progress_self, f->source ? ent_source_done(f->source) : 0,
		               f->source ? ent_source_size(f->source) : 0);
	return got;
}

static ptrdiff_t
text_read(void *self, void *to, size_t n, struct ent_err *err)
{
	struct ent_text *t = self;

	(void)err;
	n = n < t->rest.n ? n : t->rest.n;
	memcpy(to, t->rest.p, n);
	t->rest = ent_str_from(t->rest, n);
	return (ptrdiff_t)n;
}

static int
feed_open(struct ent_lister *l, ent_read_fn *read, void *self, struct ent_feed *out,
          struct ent_err *err)
{
	*out = (struct ent_feed){
		.read = read, .self = self, .hasher = ent_hasher_new(), .o = l->o
	};
	return out->hasher ? 0 : ent_fail(err, ENT_ENOMEM, "out of memory");
}

int
ent_lister_open(struct ent_lister *l, const char *name, struct ent_feed *out,
                struct ent_err *err)
{
	struct ent_source *s;
	char path[800];
	int rc;

	*out = (struct ent_feed){ 0 };
	if (!l->path)
		return ent_fail(err, ENT_ENOENT, "%s: there is no file beside a text", name);
	if (snprintf(path, sizeof(path), "%s%s", l->folder, name) >= (int)sizeof(path))
		return ent_fail(err, ENT_EINVAL, "%s: the path is too long", name);
	rc = ent_source_open(strcmp(name, "-") == 0 ? l->path : path, &s, err);
	if (rc)
		return rc;
	rc = feed_open(l, ent_source_read, s, out, err);
	out->source = s;
	if (rc)
		ent_source_close(s);
	return rc;
}

int
ent_lister_close(struct ent_lister *l, struct ent_feed *f, const char *name, int rc,
                 struct ent_err *err)
{
	struct ent_list_about *about = l->about;
	char rest[4096];
	ptrdiff_t got = 1;

	while (rc == 0 && got > 0)
		if ((got = ent_feed_read(f, rest, sizeof(rest), err)) < 0)
			rc = (int)got;
	if (rc == 0 && about->n_files < ENT_LIST_FILES) {
		size_t i = about->n_files++;

		(void)snprintf(about->files[i].name, sizeof(about->files[i].name), "%s", name);
		about->files[i].bytes = f->bytes;
		ent_hasher_end(f->hasher, about->files[i].sha256);
		f->hasher = NULL;
	}
	ent_hasher_free(f->hasher);
	ent_source_close(f->source);
	*f = (struct ent_feed){ 0 };
	return rc;
}

/* ---- what it is ---- */

/* The first bytes, which stay to be read. */
static int
look(struct ent_feed *f, struct ent_buf *head, struct ent_err *err)
{
	ptrdiff_t got = 1;

	while (head->n < LOOK && got > 0) {
		char *to = ent_buf_room(head, LOOK - head->n);

		if (!to)
			return ent_fail(err, ENT_ENOMEM, "out of memory");
		got = ent_feed_read(f, to, LOOK - head->n, err);
		if (got < 0)
			return (int)got;
		ent_buf_grew(head, (size_t)got);
	}
	f->head = head;
	return 0;
}

/* "<" behind blanks, in UTF-8 or UTF-16. */
static bool
is_xml(struct ent_str head)
{
	size_t i = 0;

	if (ent_str_starts(head, "\xef\xbb\xbf"))
		i = 3;
	if (head.n >= 4 &&
	    (memcmp(head.p, "\xff\xfe<\0", 4) == 0 || memcmp(head.p, "\xfe\xff\0<", 4) == 0))
		return true;
	while (i < head.n && (head.p[i] == ' ' || (head.p[i] >= '\t' && head.p[i] <= '\r')))
		i++;
	return i < head.n && head.p[i] == '<';
}

static const struct ent_list_table *
table_of(struct ent_str head)
{
	for (const struct ent_list_table *t = ent_list_tables; t->format; t++) {
		struct ent_text text = { head };
		struct ent_csv_row row;
		struct ent_csv *c;
		bool is;

		if (ent_csv_new(text_read, &text, t->separator, &c, NULL))
			return NULL;
		is = ent_csv_next(c, &row, NULL) == 1 && t->is(&row);
		ent_csv_free(c);
		if (is)
			return t;
	}
	return NULL;
}

static int
read_feed(struct ent_lister *l, struct ent_feed *f, struct ent_err *err)
{
	const struct ent_list_table *t;
	struct ent_buf head;
	int rc;

	ent_buf_init(&head, LOOK);
	rc = look(f, &head, err);
	if (rc == 0 && !head.n)
		rc = ent_fail(err, ENT_EPARSE, "the file is empty");
	else if (rc == 0 && is_xml(ent_buf_view(&head)))
		rc = ent_list_xml_read(l, f, err);
	else if (rc == 0 && (t = table_of(ent_buf_view(&head))) != NULL) {
		l->about->format = t->format;
		l->about->list = ent_list_find(ent_str_c(t->list));
		rc = t->read(l, t, f, err);
	} else if (rc == 0)
		rc = ent_list_plain(l, f, err);
	if (l->o && l->o->list)
		l->about->list = l->o->list;
	if (rc == 0 && !l->about->records)
		rc = ent_fail(err, ENT_EPARSE, "there is no entry in it");
	f->head = NULL;
	ent_buf_release(&head);
	return rc;
}

/* ---- where it is ---- */

/* Of a folder, the file that the others belong to. */
static int
main_file(struct ent_lister *l, struct ent_err *err)
{
	static const char *const mains[] = { "sdn.csv", "SDN.CSV", "cons_prim.csv",
		                             "CONS_PRIM.CSV" };
	DIR *d = opendir(l->path);
	struct dirent *e;
	size_t best = sizeof(mains) / sizeof(mains[0]);

	if (!d)
		return ent_fail(err, ENT_ENOENT, "%m");
	l->name[0] = '\0';
	while ((e = readdir(d)) != NULL) { // NOLINT(concurrency-mt-unsafe): a stream of our own
		size_t n = strlen(e->d_name);

		for (size_t i = 0; i < best; i++)
			if (strcmp(e->d_name, mains[i]) == 0) {
				best = i;
				(void)snprintf(l->name, sizeof(l->name), "%s", e->d_name);
			}
		if (!l->name[0] && n > 7 && n < sizeof(l->name) &&
		    strncmp(e->d_name, "alt", 3) == 0 && strcmp(e->d_name + n - 4, ".csv") == 0)
			(void)snprintf(l->name, sizeof(l->name), "%s", e->d_name);
	}
	(void)closedir(d);
	if (!l->name[0])
		return ent_fail(
		    err, ENT_ENOENT,
		    "the folder has neither sdn.csv nor cons_prim.csv; name a file");
	return 0;
}

static int
find_file(struct ent_lister *l, struct ent_err *err)
{
	const char *slash = strrchr(l->path, '/');
	struct stat st;
	bool folder =
	    strcmp(l->path, "-") != 0 && stat(l->path, &st) == 0 && S_ISDIR(st.st_mode);
	size_t n = folder ? strlen(l->path) : slash ? (size_t)(slash - l->path) + 1 : 0;

	if (n + 2 > sizeof(l->folder))
		return ent_fail(err, ENT_EINVAL, "the path is too long");
	(void)snprintf(l->folder, sizeof(l->folder), "%.*s%s", (int)n, l->path,
	               folder && n && l->path[n - 1] != '/' ? "/" : "");
	if (folder)
		return main_file(l, err);
	if (strlen(l->path + n) >= sizeof(l->name))
		return ent_fail(err, ENT_EINVAL, "the name is too long");
	(void)snprintf(l->name, sizeof(l->name), "%s", l->path + n);
	return 0;
}

/* The main file is read to its end last, and named first. */
static void
main_first(struct ent_list_about *about)
{
	struct ent_list_file main;

	if (about->n_files < 2)
		return;
	main = about->files[about->n_files - 1];
	memmove(about->files + 1, about->files, (about->n_files - 1) * sizeof(main));
	about->files[0] = main;
}

static int
begin(struct ent_lister *l, struct ent_err *err)
{
	*l->about = (struct ent_list_about){ .format = "" };
	l->a = ent_arena_new(ENT_LIST_RECORD);
	l->kept = ent_arena_new(ENT_LIST_REFS);
	l->refs = l->kept ? ent_map_new(l->kept) : NULL;
	return l->a && l->refs ? 0 : ent_fail(err, ENT_ENOMEM, "out of memory");
}

int
ent_list_read(const char *path, const struct ent_list_options *o, ent_list_each *each,
              void *self, struct ent_list_about *about, struct ent_err *err)
{
	struct ent_lister l = {
		.o = o, .about = about, .each = each, .self = self, .path = path
	};
	struct ent_feed f = { 0 };
	int rc = begin(&l, err);

	rc = rc ? rc : find_file(&l, err);
	if (rc == 0) {
		rc = ent_lister_open(&l, l.name, &f, err);
		if (rc == 0) {
			rc = read_feed(&l, &f, err);
			rc = ent_lister_close(&l, &f, l.name, rc, err);
			main_first(about);
		}
	}
	ent_arena_free(l.a);
	ent_arena_free(l.kept);
	return rc ? ent_within(err, rc, "%s%s", l.folder, l.name[0] ? l.name : path) : 0;
}

int
ent_list_text(struct ent_str text, const char *name, const struct ent_list_options *o,
              ent_list_each *each, void *self, struct ent_list_about *about,
              struct ent_err *err)
{
	struct ent_lister l = { .o = o, .about = about, .each = each, .self = self };
	struct ent_text from = { text };
	struct ent_feed f = { 0 };
	int rc = begin(&l, err);

	(void)snprintf(l.name, sizeof(l.name), "%s", name);
	rc = rc ? rc : feed_open(&l, text_read, &from, &f, err);
	if (rc == 0) {
		rc = read_feed(&l, &f, err);
		rc = ent_lister_close(&l, &f, name, rc, err);
	}
	ent_arena_free(l.a);
	ent_arena_free(l.kept);
	return rc ? ent_within(err, rc, "%s", name) : 0;
}

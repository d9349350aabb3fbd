/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_files.c - files of STIX objects: read, told apart, opened.
 */
#include "cli/stix_files.h"

#include "base/buf.h"
#include "base/limits.h"
#include "codec/source.h"

#define COMPLAINTS_MAX 20
/* What is read at once. */
#define CHUNK ((size_t)1 << 20)
/* A line of JSON may be "{}": each has a tree with its padding. */
#define LINES_ARENA(n) ((size_t)(n)*64 + ((size_t)1 << 20))
/* What is found out: versions, vertices, edges, markings; some hundred bytes an object. */
#define FOUND_ARENA(n) ((size_t)(n)*64 + ((size_t)64 << 20))

static bool
blank(struct ent_str s)
{
	for (size_t i = 0; s.p && i < s.n; i++)
		if (!memchr(" \t\r\n", s.p[i], 4))
			return false;
	return true;
}

/* Room for more objects, for the list grows with the lines. */
static int
add_members(struct ent_stix_file *f, size_t *room, const struct ent_json *doc,
            struct ent_err *err)
{
	const struct ent_json *list;
	size_t n;
	int rc = ent_stix_members(doc, &list, &n, err);

	if (rc)
		return rc;
	if (n > *room - f->count) {
		size_t more = (f->count + n) * 2;
		const struct ent_json **objects =
		    ent_arena_array(f->arena, more, sizeof(*objects));

		if (!objects)
			return ent_cli_nomem(err);
		if (f->count)
			memcpy(objects, f->objects, f->count * sizeof(*objects));
		f->objects = objects;
		*room = more;
	}
	for (size_t i = 0; i < n; i++)
		f->objects[f->count++] = list ? ent_json_at(list, i) : doc;
	f->single = !list && f->count == 1;
	return 0;
}

/* Whether the first line is a value by itself and others follow. */
static bool
is_lines(struct ent_str text)
{
	size_t end = ent_str_find(text, '\n');
	struct ent_str line = { text.p, end };
	struct ent_arena *a;
	const struct ent_json *doc;
	bool is;

	if (end == text.n || blank(line) || blank(ent_str_from(text, end)))
		return false;
	a = ent_arena_new(ENT_DOC_ARENA(line.n));
	is = a && ent_json_parse(a, line, ENT_JSON_DEPTH, &doc, NULL) == 0;
	ent_arena_free(a);
	return is;
}

static int
read_lines(struct ent_stix_file *f, struct ent_str text, struct ent_err *err)
{
	size_t room = 0, number = 0;
	struct ent_str line;
	int rc = 0;

	while (rc == 0 && ent_str_next(&text, '\n', &line)) {
		const struct ent_json *doc;

		number++;
		if (blank(line))
			continue;
		rc = ent_json_parse(f->arena, line, ENT_JSON_DEPTH, &doc, err);
		if (rc == 0)
			rc = add_members(f, &room, doc, err);
		if (rc)
			rc = ent_within(err, rc, "line %zu", number);
	}
	f->single = false;
	return rc;
}

static int
read_text(struct ent_stix_file *f, struct ent_str text, struct ent_err *err)
{
	bool lines = is_lines(text);
	const struct ent_json *doc;
	size_t room = 0;
	int rc;

	f->arena = ent_arena_new(lines ? LINES_ARENA(text.n) : ENT_DOC_ARENA(text.n));
	if (!f->arena)
		return ent_cli_nomem(err);
	if (lines)
		return read_lines(f, text, err);
	rc = ent_json_parse(f->arena, text, ENT_JSON_DEPTH, &doc, err);
	return rc ? rc : add_members(f, &room, doc, err);
}

/* All of a file, unpacked. */
static int
read_whole(const char *path, struct ent_buf *b, struct ent_err *err)
{
	struct ent_source *s = NULL;
	ptrdiff_t got = 1;
	int rc = ent_source_open(path, &s, err);

	while (rc == 0 && got > 0) {
		char *room = ent_buf_room(b, CHUNK);

		if (!room) {
			rc = b->n + CHUNK > b->max
			         ? ent_fail(err, ENT_ELIMIT, "more than %zu bytes",
			                    ENT_IMPORT_MAX)
			         : ent_cli_nomem(err);
			break;
		}
		got = ent_source_read(s, room, CHUNK, err);
		if (got > 0)
			ent_buf_grew(b, (size_t)got);
		else if (got < 0)
			rc = (int)got;
	}
	ent_source_close(s);
	return rc;
}

int
ent_stix_file_open(const char *path, struct ent_stix_file *out, struct ent_err *err)
{
	struct ent_buf b;
	int rc;

	*out = (struct ent_stix_file){ .path = path };
	ent_buf_init(&b, ENT_IMPORT_MAX + CHUNK);
	rc = read_whole(path, &b, err);
	out->size = b.n;
	if (rc == 0)
		rc = read_text(out, b.n ? ent_buf_view(&b) : ENT_STR(""), err);
	ent_buf_release(&b);
	if (rc == 0)
		return 0;
	ent_stix_file_close(out);
	if (rc != ENT_ENOMEM)
		rc = ENT_EPARSE;
	return ent_within(err, rc, "%s", path);
}

void
ent_stix_file_close(struct ent_stix_file *f)
{
	ent_arena_free(f->arena);
	f->arena = NULL;
	f->objects = NULL;
	f->count = 0;
}

static int
add_all(struct ent_cli *c, struct ent_stix_files *f, const struct ent_stix_file *one,
        struct ent_err *err)
{
	for (size_t i = 0; i < one->count; i++) {
		struct ent_err why = { 0 };
		int rc = ent_histories_add(f->histories, one->objects[i], NULL, NULL, &why);

		f->objects++;
		if (rc == ENT_ENOMEM)
			return ent_cli_nomem(err);
		if (rc && f->unusable++ < COMPLAINTS_MAX)
			ent_cli_complain(c, "%s: object %zu: %s", one->path, i, why.msg);
	}
	return 0;
}

int
ent_stix_files_open(struct ent_cli *c, struct ent_stix_files *out, struct ent_err *err)
{
	size_t bytes = 0;
	int rc = 0;

	*out = (struct ent_stix_files){ 0 };
	out->list = ent_arena_array(c->arena, c->given.n_operands, sizeof(*out->list));
	if (!out->list)
		return ent_cli_nomem(err);
	for (size_t i = 0; rc == 0 && i < c->given.n_operands; i++) {
		rc = ent_stix_file_open(c->given.operands[i], &out->list[i], err);
		out->count += rc == 0;
		bytes += out->list[i].size;
	}
	out->arena = ent_arena_new(FOUND_ARENA(bytes));
	if (rc == 0)
		rc = out->arena ? ent_histories_new(out->arena, &out->histories, err)
		                : ent_cli_nomem(err);
	for (size_t i = 0; rc == 0 && i < out->count; i++)
		rc = add_all(c, out, &out->list[i], err);
	if (rc)
		ent_stix_files_close(out);
	return rc;
}

void
ent_stix_files_close(struct ent_stix_files *f)
{
	for (size_t i = 0; i < f->count; i++)
		ent_stix_file_close(&f->list[i]);
	ent_arena_free(f->arena);
	*f = (struct ent_stix_files){ 0 };
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_files.c - files of STIX objects: read, told apart, opened.
 */
#include "cli/stix_files.h"

#include "base/limits.h"
#include "codec/source.h"

#define COMPLAINTS_MAX 20
#define READ_AT_ONCE   ((size_t)1 << 20)
/* A line of JSON may be "{}": each has a tree with its padding. */
#define LINES_ARENA(n) ((size_t)(n)*64 + ((size_t)1 << 20))
/* What is found out: versions, vertices, edges, markings; some hundred bytes an object. */
#define FOUND_ARENA(n) ((size_t)(n)*64 + ((size_t)64 << 20))

int
ent_stix_read(const char *path, struct ent_buf *b, struct ent_err *err)
{
	struct ent_source *s = NULL;
	int rc = ent_source_open(path, &s, err);
	ptrdiff_t got = 1;

	while (rc == 0 && got > 0) {
		char *to = ent_buf_room(b, READ_AT_ONCE);

		if (!to) {
			rc = ent_fail(err, ENT_ELIMIT, "more than %zu bytes", b->max);
			break;
		}
		got = ent_source_read(s, to, READ_AT_ONCE, err);
		if (got < 0)
			rc = (int)got;
		else
			ent_buf_grew(b, (size_t)got);
	}
	ent_source_close(s);
	return rc;
}

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

int
ent_stix_file_open(const char *path, struct ent_stix_file *out, struct ent_err *err)
{
	struct ent_buf text;
	int rc;

	*out = (struct ent_stix_file){ .path = path };
	ent_buf_init(&text, ENT_IMPORT_MAX);
	rc = ent_stix_read(path, &text, err);
	out->size = text.n;
	if (rc == 0)
		rc = read_text(out, ent_buf_view(&text), err);
	ent_buf_release(&text);
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

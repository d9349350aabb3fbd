/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.c - reading JSON text, and the values of its tree.
 */
#include "base/limits.h"
#include "base/utf8.h"
#include "json/tree_int.h"

#define FEW_MEMBERS                                                                            \
	12 /* up to here all pairs of names are compared, beyond they are sorted               \
	    */

static void
place(struct ent_str text, size_t at, size_t *line, size_t *column)
{
	size_t begin = 0;

	*line = 1;
	for (size_t i = 0; i < at && i < text.n; i++) {
		if (text.p[i] == '\n') {
			(*line)++;
			begin = i + 1;
		}
	}
	*column = at - begin + 1;
}

static int
fail(struct ent_str text, int rc, size_t at, const char *why, struct ent_str name,
     unsigned depth, struct ent_err *err)
{
	size_t line, column;

	name = ent_utf8_cut(name, 60);
	if (rc == ENT_ENOMEM)
		return ent_fail(err, rc, "JSON: not enough memory for %zu bytes", text.n);
	if (rc == ENT_ELIMIT && strcmp(why, "nesting") == 0)
		return ent_fail(err, rc, "JSON: nested deeper than %u", depth);
	if (at > text.n)
		at = ent_json_locate(text);
	place(text, at, &line, &column);
	return ent_fail(err, rc, "JSON: line %zu, column %zu: %s%s%.*s", line, column, why,
	                name.p ? ": " : "", ENT_FMT(name));
}

int
ent_json_parse(struct ent_arena *a, struct ent_str text, unsigned depth,
               const struct ent_json **out, struct ent_err *err)
{
	struct ent_json *root = ent_arena_alloc(a, sizeof(*root));
	struct ent_str copy;
	struct ent_str name = { NULL, 0 };
	const char *why = "";
	size_t at = 0;
	char *p;
	int rc;

	if (depth > ENT_JSON_DEPTH_MAX)
		depth = ENT_JSON_DEPTH_MAX;
	if (text.n > UINT32_MAX - ENT_JSON_PADDING)
		return ent_fail(err, ENT_ELIMIT, "JSON: %zu bytes, 4 GB are the most", text.n);
	p = ent_arena_alloc(a, text.n + ENT_JSON_PADDING);
	if (!root || !p)
		return fail(text, ENT_ENOMEM, 0, why, name, depth, err);
	if (text.n)
		memcpy(p, text.p, text.n);
	copy = (struct ent_str){ p, text.n };
	rc = ent_json_fill(a, copy, depth, root, &at, &why, &name);
	if (rc)
		return fail(copy, rc, at, why, name, depth, err);
	*out = root;
	return 0;
}

static struct ent_str
text_of(const struct ent_json *v)
{
	return (struct ent_str){ v->u.s, v->n };
}

static int
by_name(const void *l, const void *r)
{
	const struct ent_json *const *a = l, *const *b = r;

	return ent_str_cmp(text_of(*a), text_of(*b));
}

int
ent_json_duplicate(const struct ent_json *object, struct ent_str *second)
{
	const struct ent_json **names;
	size_t n = object->n;
	int found = 0;

	if (n <= FEW_MEMBERS) {
		for (size_t i = 1; i < n; i++)
			for (size_t j = 0; j < i; j++)
				if (ent_str_eq(text_of(&object->u.kids[2 * i]),
				               text_of(&object->u.kids[2 * j]))) {
					*second = text_of(&object->u.kids[2 * i]);
					return 1;
				}
		return 0;
	}
	names = calloc(n, sizeof(*names));
	if (!names)
		return -1;
	for (size_t i = 0; i < n; i++)
		names[i] = &object->u.kids[2 * i];
	qsort(names, n, sizeof(*names), by_name);
	for (size_t i = 1; i < n && !found; i++)
		if (by_name(&names[i - 1], &names[i]) == 0) {
			*second = text_of(names[i]);
			found = 1;
		}
	free(names);
	return found;
}

enum ent_json_kind
ent_json_kind(const struct ent_json *v)
{
	return v ? (enum ent_json_kind)v->kind : ENT_JSON_NONE;
}

bool
ent_json_is(const struct ent_json *v, enum ent_json_kind kind)
{
	return ent_json_kind(v) == kind;
}

static bool
container(const struct ent_json *v)
{
	return v && (v->kind == ENT_JSON_ARRAY || v->kind == ENT_JSON_OBJECT);
}

size_t
ent_json_count(const struct ent_json *v)
{
	return container(v) ? v->n : 0;
}

const struct ent_json *
ent_json_get(const struct ent_json *v, struct ent_str key)
{
	if (!ent_json_is(v, ENT_JSON_OBJECT))
		return NULL;
	for (size_t i = 0; i < v->n; i++) {
		const struct ent_json *name = &v->u.kids[2 * i];

		/* lengths nearly always differ, so that no name is compared in vain */
		if (name->n == key.n && (!key.n || memcmp(name->u.s, key.p, key.n) == 0))
			return name + 1;
	}
	return NULL;
}

const struct ent_json *
ent_json_getc(const struct ent_json *v, const char *key)
{
	return ent_json_get(v, ent_str_c(key));
}

const struct ent_json *
ent_json_at(const struct ent_json *v, size_t i)
{
	if (!container(v) || i >= v->n)
		return NULL;
	return v->kind == ENT_JSON_ARRAY ? &v->u.kids[i] : &v->u.kids[2 * i + 1];
}

struct ent_str
ent_json_key(const struct ent_json *v, size_t i)
{
	if (!ent_json_is(v, ENT_JSON_OBJECT) || i >= v->n)
		return (struct ent_str){ NULL, 0 };
	return text_of(&v->u.kids[2 * i]);
}

struct ent_str
ent_json_str(const struct ent_json *v)
{
	return ent_json_is(v, ENT_JSON_STRING) ? text_of(v) : (struct ent_str){ NULL, 0 };
}

struct ent_str
ent_json_getstr(const struct ent_json *v, const char *key)
{
	return ent_json_str(ent_json_getc(v, key));
}

bool
ent_json_int(const struct ent_json *v, int64_t *out)
{
	if (!ent_json_is(v, ENT_JSON_INT))
		return false;
	*out = v->u.i;
	return true;
}

bool
ent_json_bool(const struct ent_json *v, bool *out)
{
	if (!ent_json_is(v, ENT_JSON_BOOL))
		return false;
	*out = v->u.i != 0;
	return true;
}

bool
ent_json_double(const struct ent_json *v, double *out)
{
	if (ent_json_is(v, ENT_JSON_INT))
		*out = (double)v->u.i;
	else if (ent_json_is(v, ENT_JSON_DOUBLE))
		*out = v->u.d;
	else
		return false;
	return true;
}

struct ent_str
ent_json_raw(const struct ent_json *v)
{
	return container(v) ? text_of(&v->u.kids[-1]) : (struct ent_str){ NULL, 0 };
}

bool
ent_json_place(const struct ent_json *root, const struct ent_json *v, size_t *line,
               size_t *column)
{
	const struct ent_json *header;

	(void)root;
	if (!container(v))
		return false;
	header = &v->u.kids[-1];
	place((struct ent_str){ header->u.s - header->kind, (size_t)header->kind + header->n },
	      header->kind, line, column);
	return true;
}

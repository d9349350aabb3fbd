/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.c - reading JSON text, and the values of its tree.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "base/utf8.h"
#include <endian.h>

#include "json/skip.h"
#include "json/tree_int.h"

#define FEW_MEMBERS 64 /* beyond, names are sorted to find one that is there twice */

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
	*column =
	    begin < at && begin < text.n
		? 1 + ent_count_characters(text.p + begin, (at < text.n ? at : text.n) - begin)
		: 1;
}

struct ent_json_parser *
ent_json_parser_new(void)
{
	struct ent_json_parser *p = calloc(1, sizeof(*p));

	if (p && ent_json_index_new(&p->index)) {
		free(p);
		return NULL;
	}
	return p;
}

void
ent_json_parser_free(struct ent_json_parser *p)
{
	if (!p)
		return;
	ent_json_index_free(p->index);
	free(p->nodes);
	free(p);
}

static int
fail(struct ent_str text, int rc, struct ent_json_fault *fault, struct ent_err *err)
{
	size_t line, column;

	if (rc == ENT_ENOMEM)
		return ent_fail(err, rc, "JSON: not enough memory for %zu bytes", text.n);
	if (fault->at > text.n)
		fault->at = ent_json_locate(text);
	place(text, fault->at, &line, &column);
	/* a name that was cut off may end within a character */
	fault->text[ent_utf8_valid(ent_str_c(fault->text))] = '\0';
	return ent_fail(err, rc, "JSON: line %zu, column %zu: %s", line, column, fault->text);
}

/* A copy of the text with padding behind it. */
static const char *
padded(struct ent_arena *a, struct ent_str text)
{
	char *p = ent_arena_raw(a, text.n + ENT_JSON_PADDING);

	if (!p)
		return NULL;
	if (text.n)
		memcpy(p, text.p, text.n);
	memset(p + text.n, 0, ENT_JSON_PADDING);
	return p;
}

int
ent_json_parser_read(struct ent_json_parser *p, struct ent_arena *a, struct ent_str text,
                     unsigned depth, unsigned flags, const struct ent_json **out,
                     struct ent_json_fault *fault, struct ent_err *err)
{
	struct ent_json *root = ent_arena_raw(a, sizeof(*root));
	struct ent_json_fault own;
	int rc = ENT_ENOMEM;

	if (!fault)
		fault = &own;
	if (depth > ENT_JSON_DEPTH_MAX)
		depth = ENT_JSON_DEPTH_MAX;
	if (text.n > UINT32_MAX - ENT_JSON_PADDING)
		return ent_fail(err, ENT_ELIMIT, "JSON: %zu bytes, 4 GB are the most", text.n);
	if (root && (!(flags & ENT_JSON_BORROW) || !text.p))
		text.p = padded(a, text);
	if (root && text.p)
		rc = ent_json_fill(p, a, text, depth, flags, root, fault);
	if (rc)
		return fail(text, rc, fault, err);
	*out = root;
	return 0;
}

int
ent_json_parse(struct ent_arena *a, struct ent_str text, unsigned depth,
               const struct ent_json **out, struct ent_err *err)
{
	struct ent_json_parser *p = ent_json_parser_new();
	int rc = p ? ent_json_parser_read(p, a, text, depth, 0, out, NULL, err)
	           : ent_fail(err, ENT_ENOMEM, "JSON: not enough memory for %zu bytes", text.n);

	ent_json_parser_free(p);
	return rc;
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

/* Ten bits that differ for most names, by their length, first and last bytes. */
static unsigned
print_of(const struct ent_json *name)
{
	uint64_t first, last;

	if (name->n >= sizeof(first)) {
		memcpy(&first, name->u.s, sizeof(first));
		memcpy(&last, name->u.s + name->n - sizeof(last), sizeof(last));
	} else {
		/* ENT_JSON_AHEAD bytes are readable; those behind the name are shifted out */
		memcpy(&first, name->u.s, sizeof(first));
		first = name->n ? le64toh(first) << (8 * (sizeof(first) - name->n)) : 0;
		last = 0;
	}
	return (unsigned)(((first ^ (last << 29 | last >> 35) ^ name->n) *
	                   UINT64_C(0x9e3779b97f4a7c15)) >>
	                  54);
}

/* Each name sets a bit; only one whose bit is set already is compared with those before it. */
static bool
few_twice(const struct ent_json *names, size_t n, struct ent_str *second)
{
	uint64_t seen[16] = { 0 };

	for (size_t i = 0; i < n; i++) {
		const struct ent_json *name = &names[2 * i];
		unsigned print = print_of(name);
		uint64_t bit = UINT64_C(1) << (print & 63), *word = &seen[print >> 6];

		for (size_t j = 0; *word & bit && j < i; j++)
			if (names[2 * j].n == name->n &&
			    memcmp(names[2 * j].u.s, name->u.s, name->n) == 0) {
				*second = text_of(name);
				return true;
			}
		*word |= bit;
	}
	return false;
}

int
ent_json_duplicate(const struct ent_json *object, struct ent_str *second)
{
	const struct ent_json **names;
	size_t n = object->n;
	int found = 0;

	if (n <= FEW_MEMBERS)
		return few_twice(object->u.kids, n, second);
	names = malloc(n * sizeof(*names));
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
	return v ? ENT_JSON_KIND(v) : ENT_JSON_NONE;
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

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * set.c - what only several objects together show: duplicates, references that lead nowhere,
 * authors that aren't there.
 *
 * Of an object and of a reference a row of fixed size is kept.  In the end both lists are
 * sorted by identifier and gone through side by side.
 */
#include "base/map.h"
#include "base/time.h"
#include "base/uuid.h"
#include "stix/stix_int.h"

#define NAMES_MAX  ((size_t)4 << 20) /* bytes of names of types and properties; then "?" */
#define FIRST_ROWS 64

enum what {
	OBJECT = 1, /* one that is there */
	REFERENCE,  /* one that has to lead somewhere */
	AUTHOR,     /* to an identity, which has an author too */
	NO_AUTHOR,
	DUPLICATE
};

struct row {
	uint8_t uuid[16];
	uint64_t version;   /* a hash of an object's; 0: has none */
	uint64_t index;     /* of the object, as the caller counts */
	uint32_t type;      /* a number of a name */
	uint32_t name : 27; /* of the property, for a reference */
	uint32_t what : 3;
	uint32_t top : 1;    /* the property is the object's own */
	uint32_t author : 1; /* the object has created_by_ref */
};

struct rows {
	struct row *list;
	size_t count, room;
};

struct ent_stix_set {
	struct ent_stix_options o;
	size_t limit;
	struct rows objects, references;
	struct ent_arena *arena; /* of names */
	struct ent_map *numbers;
	struct ent_str *names; /* by number; 0 is "?" */
	size_t n_names, room_names;
};

int
ent_stix_set_new(const struct ent_stix_options *o, size_t limit, struct ent_stix_set **out,
                 struct ent_err *err)
{
	struct ent_stix_set *s = calloc(1, sizeof(*s));

	if (s) {
		s->o = *o;
		s->limit = limit;
		s->arena = ent_arena_new(NAMES_MAX);
		s->numbers = s->arena ? ent_map_new(s->arena) : NULL;
	}
	if (!s || !s->numbers) {
		ent_stix_set_free(s);
		return ent_fail(err, ENT_ENOMEM, "set of objects");
	}
	s->n_names = 1;
	*out = s;
	return 0;
}

void
ent_stix_set_free(struct ent_stix_set *s)
{
	if (!s)
		return;
	free(s->objects.list);
	free(s->references.list);
	free(s->names);
	ent_arena_free(s->arena);
	free(s);
}

/* By how many rows a list may grow: by half, but near the limit by half of what is left, so
 * that the other list has room too. */
static size_t
growth(const struct ent_stix_set *s, const struct rows *r)
{
	size_t held = (s->objects.room + s->references.room) * sizeof(struct row);
	size_t left = held < s->limit ? (s->limit - held) / sizeof(struct row) : 0;
	size_t step = r->room / 2 < FIRST_ROWS ? FIRST_ROWS : r->room / 2;

	return step <= left / 2 ? step : (left + 1) / 2;
}

/* One more row, zeroed; NULL at the limit. */
static struct row *
more(struct ent_stix_set *s, struct rows *r)
{
	if (r->count == r->room) {
		size_t step = growth(s, r);
		struct row *list =
		    step ? reallocarray(r->list, r->room + step, sizeof(*list)) : NULL;

		if (!list)
			return NULL;
		r->list = list;
		r->room += step;
	}
	return memset(&r->list[r->count++], 0, sizeof(struct row));
}

/* The number of a name; 0 where there is no more room for names. */
static uint32_t
number_of(struct ent_stix_set *s, struct ent_str name)
{
	uint32_t *number = ent_map_get(s->numbers, name);
	struct ent_str copy;

	if (number)
		return *number;
	if (s->n_names >= s->room_names) {
		size_t room = s->room_names ? 2 * s->room_names : 64;
		struct ent_str *names = reallocarray(s->names, room, sizeof(*names));

		if (!names)
			return 0;
		s->names = names;
		s->room_names = room;
	}
	copy = ent_arena_dup(s->arena, name);
	number = ent_arena_alloc(s->arena, sizeof(*number));
	if (!copy.p || !number || ent_map_put(s->numbers, copy, number))
		return 0;
	s->names[s->n_names] = copy;
	*number = (uint32_t)s->n_names++;
	return *number;
}

static struct ent_str
name_of(const struct ent_stix_set *s, uint32_t number)
{
	return number ? s->names[number] : ENT_STR("?");
}

static uint64_t
hash(struct ent_str text)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < text.n; i++)
		h = (h ^ (unsigned char)text.p[i]) * UINT64_C(1099511628211);
	return h ? h : 1;
}

struct adding {
	struct ent_stix_set *s;
	const struct ent_json *v;
	uint64_t index;
};

static int
add_reference(void *self, struct ent_str name, struct ent_str id)
{
	struct adding *a = self;
	struct row *r;
	struct ent_str type;
	uint8_t uuid[16];

	if (ent_tlp_of(id) != ENT_TLP_NONE || ent_stix_id_parse(id, &type, uuid))
		return 0;
	r = more(a->s, &a->s->references);
	if (!r)
		return ENT_ELIMIT;
	memcpy(r->uuid, uuid, sizeof(uuid));
	r->type = number_of(a->s, type);
	r->name = number_of(a->s, name) & 0x7ffffff;
	r->index = a->index;
	r->what = REFERENCE;
	r->top = ent_json_get(a->v, name) != NULL;
	return 0;
}

/* created_by_ref, as interoperability asks for it. */
static int
add_author(struct ent_stix_set *s, const struct ent_json *v, const struct row *object,
           uint64_t index)
{
	struct ent_str by = ent_json_getstr(v, "created_by_ref"), type;
	enum ent_stix_class class_ = ent_stix_class_of(name_of(s, object->type));
	struct row *r;

	if (class_ == ENT_STIX_SCO || class_ == ENT_STIX_BUNDLE ||
	    ent_str_is(name_of(s, object->type), "identity") ||
	    ent_tlp_of(ent_json_getstr(v, "id")) != ENT_TLP_NONE)
		return 0;
	r = more(s, &s->references);
	if (!r)
		return ENT_ELIMIT;
	r->index = index;
	r->what = AUTHOR;
	r->top = true;
	r->name = number_of(s, ENT_STR("created_by_ref")) & 0x7ffffff;
	if (ent_stix_id_parse(by, &type, r->uuid))
		r->what = NO_AUTHOR;
	else
		r->type = number_of(s, type);
	return 0;
}

int
ent_stix_set_add(struct ent_stix_set *s, const struct ent_json *v, uint64_t index,
                 struct ent_err *err)
{
	struct adding a = { s, v, index };
	struct ent_str type, modified = ent_json_getstr(v, "modified");
	struct row *r, object = { .index = index, .what = OBJECT };
	int rc = 0;

	if (ent_stix_id_parse(ent_json_getstr(v, "id"), &type, object.uuid))
		return 0; /* an error by itself already */
	object.type = number_of(s, type);
	object.author = ent_json_getstr(v, "created_by_ref").p != NULL;
	if (modified.p && ent_time_parse(modified, NULL, NULL) == 0)
		object.version = hash(ent_time_key(modified));
	r = more(s, &s->objects);
	if (!r)
		rc = ENT_ELIMIT;
	else
		*r = object;
	if (!rc && s->o.enforce_refs)
		rc = ent_stix_refs(v, add_reference, &a);
	if (!rc && s->o.interop)
		rc = add_author(s, v, &object, index);
	return rc ? ent_fail(err, rc, "more objects than %zu bytes can note", s->limit) : 0;
}

/* ---- the end ---- */

static int
by_id(const struct row *a, const struct row *b)
{
	int c = memcmp(a->uuid, b->uuid, sizeof(a->uuid));

	if (c)
		return c;
	return a->type < b->type ? -1 : a->type > b->type;
}

static int
by_all(const void *l, const void *r)
{
	const struct row *a = l, *b = r;
	int c = by_id(a, b);

	if (c)
		return c;
	if (a->version != b->version)
		return a->version < b->version ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

static int
by_index(const void *l, const void *r)
{
	const struct row *a = l, *b = r;

	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	if (a->what != b->what)
		return a->what > b->what ? -1 : 1;
	return by_id(a, b);
}

/*
 * Keeps of the references, which are sorted, those that lead nowhere.  Objects of one id are
 * gone over once, however many references lead there.
 */
static void
keep_dangling(struct ent_stix_set *s)
{
	struct rows *r = &s->references;
	const struct row *object = s->objects.list;
	const struct row *end = object ? object + s->objects.count : NULL;
	bool there = false, author = false;
	size_t kept = 0;
	struct row last = { 0 };

	for (size_t i = 0; i < r->count; i++) {
		struct row reference = r->list[i];

		if (i == 0 || by_id(&last, &reference) != 0) {
			there = author = false;
			while (object < end && by_id(object, &reference) < 0)
				object++;
			for (; object < end && by_id(object, &reference) == 0; object++) {
				there = true;
				author |= object->author;
			}
		}
		last = reference;
		if (reference.what == NO_AUTHOR ||
		    (reference.what == REFERENCE ? !there : !author))
			r->list[kept++] = reference;
	}
	r->count = kept;
}

/* Keeps of the objects, which are sorted, those that were there before. */
static void
keep_duplicates(struct rows *r)
{
	size_t kept = 0;

	for (size_t i = 1; i < r->count; i++) {
		/* what is kept stands before i, and the row before i is still there or equal */
		struct row before = r->list[i - 1];

		if (r->list[i].version && r->list[i].version == before.version &&
		    by_id(&r->list[i], &before) == 0) {
			r->list[kept] = r->list[i];
			r->list[kept++].what = DUPLICATE;
		}
	}
	r->count = kept;
}

struct telling {
	struct ent_stix_set *s;
	int (*each)(void *self, uint64_t index, struct ent_str id, const struct ent_finding *f);
	void *self;
};

static enum ent_find
find_of(const struct row *r)
{
	switch ((enum what)r->what) {
	case DUPLICATE:
		return ENT_F_DUPLICATE;
	case REFERENCE:
		return ENT_F_UNRESOLVED;
	default:
		return ENT_F_INTEROP;
	}
}

static struct ent_str
text_of(const struct ent_stix_set *s, const struct row *r, char *text, size_t n)
{
	char uuid[ENT_UUID_TEXT];
	struct ent_str type = name_of(s, r->type), name = name_of(s, r->name);
	int length;

	(void)ent_uuid_text(r->uuid, uuid);
	if (r->what == DUPLICATE)
		length = snprintf(text, n,
		                  "%.*s--%s with the same \"modified\" stands before it: "
		                  "versions of an object should differ in it",
		                  ENT_FMT(type), uuid);
	else if (r->what == REFERENCE)
		length = snprintf(text, n, "\"%.*s\" leads to %.*s--%s, which is not here",
		                  ENT_FMT(name), ENT_FMT(type), uuid);
	else if (r->what == NO_AUTHOR)
		length = snprintf(text, n, "needs \"created_by_ref\"");
	else
		length = snprintf(text, n,
		                  "its author %.*s--%s is not here, or has no "
		                  "\"created_by_ref\" itself",
		                  ENT_FMT(type), uuid);
	return (struct ent_str){ text, length < 0 ? 0 : (size_t)length };
}

static int
tell(const struct telling *t, const struct row *r)
{
	const struct ent_check c = { .o = &t->s->o };
	enum ent_find what = find_of(r);
	struct ent_str name = name_of(t->s, r->name);
	struct ent_finding f = { .code = ent_find_rows[what].code,
		                 .number = ent_find_rows[what].number,
		                 .section = r->what == DUPLICATE ? "3.6" : "",
		                 .pointer = ENT_STR("") };
	char text[640], pointer[300], id[320];
	int n = 0;

	if (!ent_wanted(&c, what))
		return 0;
	f.severity = ent_severity_of(&t->s->o, what);
	f.text = text_of(t->s, r, text, sizeof(text));
	if (r->what == DUPLICATE) {
		char uuid[ENT_UUID_TEXT];

		f.pointer = ENT_STR("/id");
		n = snprintf(id, sizeof(id), "%.*s--%s", ENT_FMT(name_of(t->s, r->type)),
		             ent_uuid_text(r->uuid, uuid));
	} else if (r->top && r->what != NO_AUTHOR && name.n < sizeof(pointer) - 1) {
		pointer[0] = '/';
		memcpy(pointer + 1, name.p, name.n);
		f.pointer = (struct ent_str){ pointer, name.n + 1 };
	}
	return t->each(t->self, r->index,
	               n > 0 ? (struct ent_str){ id, (size_t)n } : (struct ent_str){ NULL, 0 },
	               &f);
}

/* Both lists are in the order of the indexes. */
static int
tell_all(const struct telling *t)
{
	const struct rows *a = &t->s->objects, *b = &t->s->references;
	size_t i = 0, j = 0;
	int rc = 0;

	while (!rc && (i < a->count || j < b->count)) {
		if (j >= b->count || (i < a->count && a->list[i].index <= b->list[j].index))
			rc = tell(t, &a->list[i++]);
		else
			rc = tell(t, &b->list[j++]);
	}
	return rc;
}

static void
sort(struct rows *r, int (*order)(const void *, const void *))
{
	if (r->count > 1)
		qsort(r->list, r->count, sizeof(*r->list), order);
}

int
ent_stix_set_finish(struct ent_stix_set *s,
                    int (*each)(void *self, uint64_t index, struct ent_str id,
                                const struct ent_finding *f),
                    void *self, struct ent_err *err)
{
	struct telling t = { s, each, self };
	int rc;

	(void)err;
	sort(&s->objects, by_all);
	sort(&s->references, by_all);
	keep_dangling(s);
	keep_duplicates(&s->objects);
	sort(&s->objects, by_index);
	sort(&s->references, by_index);
	rc = tell_all(&t);
	s->objects.count = s->references.count = 0;
	return rc;
}

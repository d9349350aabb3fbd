/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix.c - any JSON can be checked: each finding has a code, a place that is in the object, and
 * a sentence; the canonical form is found wrong for the same number of reasons; where warnings
 * become errors, nothing is lost and nothing is new.
 */
#include <stdlib.h>
#include <string.h>

#include <entente/stix.h>

#include "base/limits.h"
#include "base/utf8.h"

#define LIMIT ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The value that a JSON Pointer leads to; names with escapes are followed by comparing. */
static const struct ent_json *
follow(struct ent_arena *a, const struct ent_json *v, struct ent_str pointer)
{
	struct ent_str part;

	pointer = ent_str_from(pointer, 1);
	for (;;) {
		size_t n = ent_str_find(pointer, '/'), out = 0;
		char *name = ent_arena_alloc(a, n + 1);
		uint64_t index;

		if (!name)
			return v;
		for (size_t i = 0; i < n; i++, out++) {
			name[out] = pointer.p[i];
			if (pointer.p[i] == '~' && i + 1 < n)
				name[out] = pointer.p[++i] == '0' ? '~' : '/';
		}
		part = (struct ent_str){ name, out };
		if (ent_json_is(v, ENT_JSON_ARRAY))
			v = ent_str_u64(part, UINT32_MAX, &index) ? NULL
			                                          : ent_json_at(v, index);
		else
			v = ent_json_get(v, part);
		if (!v || n == pointer.n)
			return v;
		pointer = ent_str_from(pointer, n + 1);
	}
}

static void
finding(struct ent_arena *a, const struct ent_json *v, const struct ent_finding *f)
{
	if (!f->code || !f->section || !f->pointer.p || !f->text.n ||
	    ent_utf8_valid(f->text) != f->text.n)
		abort();
	if (!f->pointer.n)
		return;
	/* external_id of a reference that has none is the one place that isn't there */
	if (f->pointer.p[0] != '/' ||
	    (!follow(a, v, f->pointer) && !ent_str_ends(f->pointer, "/external_id") &&
	     !ent_str_ends(f->pointer, "/definition")))
		abort();
}

static int
reference(void *self, struct ent_str name, struct ent_str id)
{
	struct ent_str type;
	uint8_t uuid[16];

	(void)self;
	if (!name.n || ent_stix_id_parse(id, &type, uuid))
		abort();
	return 0;
}

static int
marking(void *self, struct ent_str id, struct ent_str selector)
{
	(void)self;
	(void)selector;
	return ent_tlp_of(id) == ENT_TLP_NONE ? 0 : 1;
}

static int
together(void *self, uint64_t index, struct ent_str id, const struct ent_finding *f)
{
	(void)self;
	(void)id;
	if (index > 1 || !f->text.n || ent_utf8_valid(f->text) != f->text.n)
		abort();
	return 0;
}

/* The same object twice: with a version it is a duplicate. */
static void
twice(const struct ent_json *v)
{
	const struct ent_stix_options o = { .enforce_refs = true, .interop = true };
	struct ent_stix_set *s = NULL;

	if (ent_stix_set_new(&o, 1 << 16, &s, NULL))
		return;
	(void)ent_stix_set_add(s, v, 0, NULL);
	(void)ent_stix_set_add(s, v, 1, NULL);
	(void)ent_stix_set_finish(s, together, NULL, NULL);
	ent_stix_set_free(s);
}

static void
strictly(struct ent_arena *a, const struct ent_json *v, const struct ent_findings *normal)
{
	const struct ent_stix_options o = { .strict = true };
	struct ent_findings f;

	ent_findings_init(&f, a);
	if (ent_stix_check_with(v, &o, &f, NULL))
		return; /* the arena is full */
	if (f.warnings || f.errors != normal->errors + normal->warnings ||
	    f.notes != normal->notes)
		abort();
}

static bool
warned(const struct ent_findings *f, const char *code)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->list[i].code, code) == 0)
			return true;
	return f->count < f->warnings; /* it may be among those that weren't kept */
}

static size_t
check(struct ent_arena *a, const struct ent_json *v)
{
	struct ent_findings f;
	struct ent_object o;
	int rc;

	ent_findings_init(&f, a);
	rc = ent_stix_check(v, &f, NULL);
	if (rc)
		return SIZE_MAX; /* the arena is full */
	for (size_t i = 0; i < f.count; i++)
		finding(a, v, &f.list[i]);
	/* what has no errors can be stored, but for an identifier that contradicts its type */
	if (f.errors == 0 && !warned(&f, "identifier-prefix-custom") &&
	    ent_object_read(v, &o, NULL))
		abort();
	strictly(a, v, &f);
	twice(v);
	(void)ent_stix_refs(v, reference, NULL);
	(void)ent_stix_markings(v, marking, NULL);
	(void)ent_tlp_genuine(v);
	return f.errors;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new(LIMIT);
	struct ent_str text = { (const char *)data, len }, canon;
	const struct ent_json *v, *w;
	size_t errors, again;

	if (a && ent_json_parse(a, text, ENT_JSON_DEPTH, &v, NULL) == 0) {
		errors = check(a, v);
		canon = ent_json_canon(a, v);
		if (canon.p && ent_json_parse(a, canon, ENT_JSON_DEPTH, &w, NULL) == 0) {
			again = check(a, w);
			if (errors != again && errors != SIZE_MAX && again != SIZE_MAX)
				abort();
		}
	}
	ent_arena_free(a);
	return 0;
}

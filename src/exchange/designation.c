/* SPDX-License-Identifier: Apache-2.0 */
/*
 * designation.c - designations, found and compared.
 */
#include "exchange/designation.h"

#include "crypto/hash.h"
#include "json/make.h"

const struct ent_json *
ent_designations(const struct ent_json *object)
{
	const struct ent_json *list = ent_json_getc(
	    ent_json_getc(ent_json_getc(object, "extensions"), ENT_EXT_DESIGNATION),
	    "designations");

	return ent_json_is(list, ENT_JSON_ARRAY) && ent_json_count(list) ? list : NULL;
}

bool
ent_designation_lifted(const struct ent_json *d)
{
	return ent_json_getstr(d, "lifted_on").n > 0;
}

struct ent_str
ent_designation_name(const struct ent_json *d, struct ent_str fallback)
{
	struct ent_str first = ent_json_str(ent_json_at(ent_json_getc(d, "names"), 0));

	return first.n ? first : fallback;
}

struct ent_str
ent_designation_since(const struct ent_json *d)
{
	static const char *const days[] = { "in_force_from", "published_on", "decided_on",
		                            "first_seen_on" };

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++)
		if (ent_json_getstr(d, days[i]).n)
			return ent_json_getstr(d, days[i]);
	return (struct ent_str){ NULL, 0 };
}

/* What a version of a list says about itself, and not the authority about the subject. */
static bool
aside(struct ent_str property)
{
	return ent_str_is(property, "source") || ent_str_is(property, "first_seen_on") ||
	       ent_str_is(property, "lifted_on") || ent_str_is(property, "lifting_instrument");
}

/* ---- compared: the order in which a list has things says nothing ---- */

struct element {
	struct ent_str canon;
	const struct ent_json *v;
};

static int
by_text(const void *x, const void *y)
{
	const struct element *a = x, *b = y;

	return ent_str_cmp(a->canon, b->canon);
}

static const struct ent_json *sorted(struct ent_arena *a, const struct ent_json *v);

static const struct ent_json *
sorted_array(struct ent_arena *a, const struct ent_json *v)
{
	size_t n = ent_json_count(v);
	struct element *list = ent_arena_array(a, n + 1, sizeof(*list));
	struct ent_json *out = ent_json_make_array(a, n);

	if (!list || !out)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		list[i].v = sorted(a, ent_json_at(v, i));
		if (list[i].v)
			list[i].canon = ent_json_canon(a, list[i].v);
		if (!list[i].canon.p)
			return NULL;
	}
	qsort(list, n, sizeof(*list), by_text);
	for (size_t i = 0; i < n; i++)
		ent_json_set(out, i, (struct ent_str){ NULL, 0 }, list[i].v);
	return out;
}

/* The same with its arrays in the order of their elements' text; NULL if the arena is full.  As
 * deep as what ent_json_parse took. */
static const struct ent_json *
sorted(struct ent_arena *a, const struct ent_json *v)
{
	struct ent_json *out;

	if (ent_json_is(v, ENT_JSON_ARRAY))
		return sorted_array(a, v);
	if (!ent_json_is(v, ENT_JSON_OBJECT))
		return v;
	out = ent_json_make_object(a, ent_json_count(v));
	for (size_t i = 0; out && i < ent_json_count(v); i++) {
		const struct ent_json *m = sorted(a, ent_json_at(v, i));

		if (!m)
			return NULL;
		ent_json_set(out, i, ent_json_key(v, i), m);
	}
	return out;
}

/* The text by which two values are compared; absent if the arena is full. */
static struct ent_str
text_of(struct ent_arena *a, const struct ent_json *v)
{
	v = sorted(a, v);
	return v ? ent_json_canon(a, v) : (struct ent_str){ NULL, 0 };
}

int
ent_designation_view(struct ent_arena *a, const struct ent_json *d, uint8_t out[32],
                     struct ent_err *err)
{
	size_t n = 0, at = 0;
	struct ent_json *view;
	struct ent_str text = { NULL, 0 };

	for (size_t i = 0; i < ent_json_count(d); i++)
		n += !aside(ent_json_key(d, i));
	view = ent_json_make_object(a, n);
	for (size_t i = 0; view && i < ent_json_count(d); i++)
		if (!aside(ent_json_key(d, i)))
			ent_json_set(view, at++, ent_json_key(d, i), ent_json_at(d, i));
	if (view)
		text = text_of(a, view);
	if (!text.p)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	ent_sha256(text, out);
	return 0;
}

typedef int see_fn(void *self, struct ent_str property, const struct ent_json *was,
                   const struct ent_json *is, struct ent_err *err);

static int
compare_one(struct ent_arena *a, struct ent_str property, const struct ent_json *was,
            const struct ent_json *is, see_fn *see, void *self, struct ent_err *err)
{
	struct ent_str x, y;

	if (!was || !is)
		return see(self, property, was, is, err);
	x = text_of(a, was);
	y = text_of(a, is);
	if (!x.p || !y.p)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	return ent_str_eq(x, y) ? 0 : see(self, property, was, is, err);
}

/* Of two objects, each member that differs; those of both in the order of the first. */
static int
compare_members(struct ent_arena *a, const struct ent_json *was, const struct ent_json *is,
                bool entry, see_fn *see, void *self, struct ent_err *err)
{
	bool skip = !entry && ent_json_getc(was, "entry") && ent_json_getc(is, "entry");
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ent_json_count(was); i++) {
		struct ent_str key = ent_json_key(was, i);

		if (!entry && aside(key))
			continue;
		if (skip && ent_str_is(key, "entry"))
			rc = compare_members(a, ent_json_at(was, i), ent_json_get(is, key),
			                     true, see, self, err);
		else if (!(skip && ent_str_is(key, "names")))
			rc = compare_one(a, key, ent_json_at(was, i), ent_json_get(is, key),
			                 see, self, err);
	}
	for (size_t i = 0; rc == 0 && i < ent_json_count(is); i++) {
		struct ent_str key = ent_json_key(is, i);

		if ((entry || !aside(key)) && !ent_json_get(was, key))
			rc = see(self, key, NULL, ent_json_at(is, i), err);
	}
	return rc;
}

int
ent_designation_compare(struct ent_arena *a, const struct ent_json *was,
                        const struct ent_json *is, see_fn *see, void *self, struct ent_err *err)
{
	return compare_members(a, was, is, false, see, self, err);
}

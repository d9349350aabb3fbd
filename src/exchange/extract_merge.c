/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extract_merge.c - several objects as one, before rules make a copy of it.
 */
#include <stdlib.h>

#include "base/time.h"
#include "exchange/exchange_int.h"
#include "exchange/extract_int.h"
#include "json/write.h"

#define MARKINGS ENT_STR("object_marking_refs")
#define GRANULAR ENT_STR("granular_markings")

struct merging {
	struct ent_arena *a;
	const struct ent_json *const *object;
	size_t n;
	const struct ent_json *how;
	struct ent_jw w;
};

static struct ent_str
canon(const struct merging *m, const struct ent_json *v)
{
	return ent_json_canon(m->a, v);
}

static int
cannot(struct ent_err *err, struct ent_str property, const char *why)
{
	return ent_fail(err, ENT_EINVAL, "rules: aggregate \"%.*s\": %s", ENT_FMT(property),
	                why);
}

/* ---- one value of many ---- */

/* Timestamps by their instant, numbers by their size: less than 0, 0, more than 0.  *fine is
 * false for anything else. */
static int
order(const struct ent_json *l, const struct ent_json *r, bool *fine)
{
	double a, b;

	*fine = true;
	if (ent_json_double(l, &a) && ent_json_double(r, &b))
		return (a > b) - (a < b);
	*fine = ent_time_parse(ent_json_str(l), NULL, NULL) == 0 &&
	        ent_time_parse(ent_json_str(r), NULL, NULL) == 0;
	return *fine ? ent_str_cmp(ent_time_key(ent_json_str(l)), ent_time_key(ent_json_str(r)))
	             : 0;
}

static int
put_extreme(struct merging *m, struct ent_str property, int sign, struct ent_err *err)
{
	const struct ent_json *best = NULL;

	for (size_t i = 0; i < m->n; i++) {
		const struct ent_json *v = ent_json_get(m->object[i], property);
		bool fine = true;

		if (v && (!best || sign * order(v, best, &fine) > 0))
			best = v;
		if (v)
			(void)order(v, v, &fine);
		if (!fine)
			return cannot(err, property,
			              "min and max are of timestamps or of numbers");
	}
	ent_jw_key_str(&m->w, property);
	ent_jw_value(&m->w, best);
	return 0;
}

static int
put_min(struct merging *m, struct ent_str property, struct ent_err *err)
{
	return put_extreme(m, property, -1, err);
}

static int
put_max(struct merging *m, struct ent_str property, struct ent_err *err)
{
	return put_extreme(m, property, 1, err);
}

static int
put_sum(struct merging *m, struct ent_str property, struct ent_err *err)
{
	int64_t sum = 0, one;

	for (size_t i = 0; i < m->n; i++) {
		const struct ent_json *v = ent_json_get(m->object[i], property);

		if (v && (!ent_json_int(v, &one) || __builtin_add_overflow(sum, one, &sum)))
			return cannot(err, property, "a sum is of whole numbers");
	}
	ent_jw_key_str(&m->w, property);
	ent_jw_int(&m->w, sum);
	return 0;
}

static int
by_text(const void *l, const void *r)
{
	const struct ent_str *a = l, *b = r;

	return ent_str_cmp(*a, *b);
}

/* Each element once, in the order of their texts, so that it doesn't tell whose they were. */
static int
put_elements(struct merging *m, struct ent_str property, size_t total, struct ent_err *err)
{
	struct ent_str *all = ent_arena_array(m->a, total + 1, sizeof(*all));
	size_t count = 0;

	if (!all)
		return ent_x_nomem(err);
	for (size_t i = 0; i < m->n; i++) {
		const struct ent_json *v = ent_json_get(m->object[i], property);

		for (size_t k = 0; k < ent_json_count(v); k++) {
			all[count] = canon(m, ent_json_at(v, k));
			if (!all[count++].p)
				return ent_x_nomem(err);
		}
	}
	qsort(all, count, sizeof(*all), by_text);
	ent_jw_key_str(&m->w, property);
	ent_jw_array(&m->w);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || !ent_str_eq(all[i], all[i - 1]))
			ent_jw_raw(&m->w, all[i]);
	ent_jw_end_array(&m->w);
	return 0;
}

static int
put_union(struct merging *m, struct ent_str property, struct ent_err *err)
{
	size_t total = 0;

	for (size_t i = 0; i < m->n; i++) {
		const struct ent_json *v = ent_json_get(m->object[i], property);

		if (v && !ent_json_is(v, ENT_JSON_ARRAY))
			return cannot(err, property, "a union is of lists");
		total += ent_json_count(v);
	}
	return put_elements(m, property, total, err);
}

static const struct {
	const char *name;
	int (*put)(struct merging *m, struct ent_str property, struct ent_err *err);
} ways[] = {
	{ "min", put_min },
	{ "max", put_max },
	{ "union", put_union },
	{ "sum", put_sum },
};

static int
put_aggregated(struct merging *m, struct ent_str property, const struct ent_json *way,
               struct ent_err *err)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (ent_str_is(ent_json_str(way), ways[i].name))
			return ways[i].put(m, property, err);
	return cannot(err, property, "it is min, max, union or sum");
}

/* ---- markings ---- */

/* The markings of all objects, and those of their parts too: the copy is no less guarded than
 * any of what it was made of. */
static int
put_markings(struct merging *m, struct ent_err *err)
{
	struct ent_str *refs;
	size_t total = 0, count = 0;

	for (size_t i = 0; i < m->n; i++)
		total += ent_json_count(ent_json_get(m->object[i], MARKINGS)) +
		         ent_json_count(ent_json_get(m->object[i], GRANULAR));
	refs = ent_arena_array(m->a, total + 1, sizeof(*refs));
	if (!refs)
		return ent_x_nomem(err);
	for (size_t i = 0; i < m->n; i++) {
		const struct ent_json *whole = ent_json_get(m->object[i], MARKINGS),
				      *parts = ent_json_get(m->object[i], GRANULAR);

		for (size_t k = 0; k < ent_json_count(whole); k++)
			refs[count++] = ent_json_str(ent_json_at(whole, k));
		for (size_t k = 0; k < ent_json_count(parts); k++) {
			struct ent_str ref =
			    ent_json_getstr(ent_json_at(parts, k), "marking_ref");

			if (ref.n) /* one of a language guards nothing */
				refs[count++] = ref;
		}
	}
	if (count == 0)
		return 0;
	qsort(refs, count, sizeof(*refs), by_text);
	ent_jw_key_str(&m->w, MARKINGS);
	ent_jw_array(&m->w);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || !ent_str_eq(refs[i], refs[i - 1]))
			ent_jw_str(&m->w, refs[i]);
	ent_jw_end_array(&m->w);
	return 0;
}

/* ---- all ---- */

static bool
alike(const struct merging *m, struct ent_str property)
{
	const struct ent_json *first = ent_json_get(m->object[0], property);
	struct ent_str text = first ? canon(m, first) : (struct ent_str){ NULL, 0 };

	for (size_t i = 1; text.p && i < m->n; i++) {
		const struct ent_json *v = ent_json_get(m->object[i], property);

		if (!v || !ent_str_eq(canon(m, v), text))
			return false;
	}
	return text.p != NULL;
}

/* Whether an object before the i-th has the property, which is written already then. */
static bool
seen(const struct merging *m, size_t i, struct ent_str property)
{
	while (i-- > 0)
		if (ent_json_get(m->object[i], property))
			return true;
	return false;
}

static int
put_property(struct merging *m, const struct ent_json *of, size_t k, struct ent_err *err)
{
	struct ent_str name = ent_json_key(of, k);
	const struct ent_json *way = ent_json_get(m->how, name);

	if (ent_str_eq(name, MARKINGS) || ent_str_eq(name, GRANULAR))
		return 0;
	if (way)
		return put_aggregated(m, name, way, err);
	if (ent_extract_anew(name) || alike(m, name)) {
		ent_jw_key_str(&m->w, name);
		ent_jw_value(&m->w, ent_json_at(of, k));
	}
	return 0;
}

int
ent_extract_merge(struct ent_arena *a, const struct ent_json *const *objects, size_t n,
                  const struct ent_json *how, struct ent_str *text, struct ent_err *err)
{
	struct merging m = { .a = a, .object = objects, .n = n, .how = how };
	struct ent_buf b;
	int rc = 0;

	ent_buf_init(&b, ENT_ITEM_MAX);
	ent_jw_init(&m.w, &b);
	ent_jw_object(&m.w);
	for (size_t i = 0; rc == 0 && i < n; i++)
		for (size_t k = 0; rc == 0 && k < ent_json_count(objects[i]); k++)
			if (!seen(&m, i, ent_json_key(objects[i], k)))
				rc = put_property(&m, objects[i], k, err);
	if (rc == 0)
		rc = put_markings(&m, err);
	ent_jw_end_object(&m.w);
	*text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	if (rc)
		return rc;
	return text->p ? 0
	               : ent_fail(err, ENT_ELIMIT,
	                          "together the objects are larger than one may be");
}

struct ent_str
ent_extract_all(struct ent_arena *a, const struct ent_json *const *objects, size_t n,
                struct ent_str property)
{
	struct ent_str s;
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, ENT_ITEM_MAX);
	ent_jw_init(&w, &b);
	ent_jw_array(&w);
	for (size_t i = 0; i < n; i++)
		ent_jw_value(&w, ent_json_get(objects[i], property));
	ent_jw_end_array(&w);
	s = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return s;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * observed.c - the observed-data of bundles, with the objects that they refer to.
 */
#include "base/map.h"
#include "base/time.h"
#include "pattern/match.h"

#define FEW 8 /* so many ids are compared one after the other */

static int
nomem(struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM, "no memory for the observed data");
}

static bool
is_observed(const struct ent_json *v)
{
	return ent_str_is(ent_json_getstr(v, "type"), "observed-data");
}

/* The objects of a bundle by id; the first of two counts. */
static int
by_id(struct ent_arena *a, const struct ent_json *list, struct ent_map **out)
{
	struct ent_map *m = *out = ent_map_new(a);

	if (!m)
		return ENT_ENOMEM;
	for (size_t i = 0; i < ent_json_count(list); i++) {
		const struct ent_json *v = ent_json_at(list, i);
		struct ent_str id = ent_json_getstr(v, "id");
		union {
			const struct ent_json *in;
			void *out;
		} keep = { v };

		if (id.p && !ent_map_get(m, id) && ent_map_put(m, id, keep.out))
			return ENT_ENOMEM;
	}
	return 0;
}

static int
add(struct ent_observed *o, const struct ent_json *v, struct ent_str id)
{
	struct ent_sighted *s = &o->objects[o->n];

	if (!ent_json_is(v, ENT_JSON_OBJECT) || (o->ids && ent_map_get(o->ids, id)))
		return 0;
	*s = (struct ent_sighted){ v, id, ent_json_getstr(v, "type") };
	o->n++;
	return o->ids ? ent_map_put(o->ids, id, s) : 0;
}

static int
objects(struct ent_arena *a, struct ent_map *all, struct ent_observed *o, struct ent_err *err)
{
	const struct ent_json *refs = ent_json_getc(o->data, "object_refs");
	const struct ent_json *old = ent_json_getc(o->data, "objects");
	size_t n = ent_json_count(refs), m = ent_json_count(old);
	int rc = 0;

	if (!ent_json_is(refs, ENT_JSON_ARRAY) && !ent_json_is(old, ENT_JSON_OBJECT))
		return ent_fail(err, ENT_EPARSE,
		                "an observed-data without object_refs and objects");
	o->objects = ent_arena_array(a, n + m, sizeof(*o->objects));
	if (n + m > FEW)
		o->ids = ent_map_new(a);
	if (!o->objects || (n + m > FEW && !o->ids))
		return nomem(err);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ent_str id = ent_json_str(ent_json_at(refs, i));

		rc = add(o, id.p ? ent_map_get(all, id) : NULL, id);
	}
	for (size_t i = 0; rc == 0 && i < m; i++)
		rc = add(o, ent_json_at(old, i), ent_json_key(old, i));
	return rc ? nomem(err) : 0;
}

static int
observed(struct ent_arena *a, struct ent_map *all, const struct ent_json *v,
         struct ent_observed *o, struct ent_err *err)
{
	struct ent_str first = ent_json_getstr(v, "first_observed");
	struct ent_str last = ent_json_getstr(v, "last_observed");
	int64_t count = 0;

	*o = (struct ent_observed){ .data = v };
	if (ent_time_parse(first, &o->first, NULL) || ent_time_parse(last, &o->last, NULL))
		return ent_fail(err, ENT_EPARSE,
		                "an observed-data whose first_observed or last_observed is no "
		                "time like 2026-01-31T12:00:00Z");
	if (o->last < o->first)
		return ent_fail(err, ENT_EPARSE,
		                "an observed-data whose last_observed is before its "
		                "first_observed");
	if (!ent_json_int(ent_json_getc(v, "number_observed"), &count) || count < 1)
		return ent_fail(err, ENT_EPARSE,
		                "an observed-data whose number_observed is no whole number "
		                "above zero");
	o->count = (uint64_t)count;
	return objects(a, all, o, err);
}

static int
bundle(struct ent_arena *a, const struct ent_json *list, struct ent_observations *out,
       struct ent_err *err)
{
	struct ent_map *all;
	int rc = by_id(a, list, &all) ? nomem(err) : 0;

	for (size_t i = 0; rc == 0 && i < ent_json_count(list); i++)
		if (is_observed(ent_json_at(list, i)))
			rc = observed(a, all, ent_json_at(list, i), &out->list[out->n++], err);
	return rc;
}

int
ent_observations_read(struct ent_arena *a, const struct ent_json *bundles,
                      struct ent_observations *out, struct ent_err *err)
{
	size_t n = 0;

	*out = (struct ent_observations){ NULL, 0 };
	if (!ent_json_is(bundles, ENT_JSON_ARRAY))
		return ent_fail(err, ENT_EPARSE, "the observed data are no list of bundles");
	for (size_t i = 0; i < ent_json_count(bundles); i++) {
		const struct ent_json *b = ent_json_at(bundles, i);
		const struct ent_json *list = ent_json_getc(b, "objects");

		if (!ent_str_is(ent_json_getstr(b, "type"), "bundle") ||
		    (list && !ent_json_is(list, ENT_JSON_ARRAY)))
			return ent_fail(err, ENT_EPARSE, "observed data %zu: this is no bundle",
			                i);
		for (size_t j = 0; j < ent_json_count(list); j++)
			n += is_observed(ent_json_at(list, j));
	}
	out->list = ent_arena_array(a, n, sizeof(*out->list));
	if (!out->list)
		return nomem(err);
	for (size_t i = 0; i < ent_json_count(bundles); i++) {
		int rc = bundle(a, ent_json_getc(ent_json_at(bundles, i), "objects"), out, err);

		if (rc)
			return ent_within(err, rc, "observed data %zu", i);
	}
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_stix.c - lines that are STIX: an SCO, an observed-data that has its objects in it, a
 * bundle.
 *
 * An SCO by itself has no time: it gets that of the observation before, or the machine's.
 */
#include <entente/stix.h>

#include "base/time.h"
#include "intake/log_int.h"
#include "pattern/match.h"
#include "json/make.h"

/* A bundle in a list around it, or an observed-data in a bundle in a list: what is asked for.
 */
static const struct ent_json *
around(struct ent_arena *a, const struct ent_json *v, bool bundle)
{
	struct ent_json *list = ent_json_make_array(a, 1), *outer, *b;
	struct ent_str none = { NULL, 0 };
	struct ent_str type = ent_logs_keep(a, ENT_STR("type"));
	struct ent_str what = ent_logs_keep(a, ENT_STR("bundle"));
	struct ent_str objects = ent_logs_keep(a, ENT_STR("objects"));

	if (!list || !type.p || !what.p || !objects.p)
		return NULL;
	ent_json_set(list, 0, none, v);
	if (bundle)
		return list;
	b = ent_json_make_object(a, 2);
	outer = ent_json_make_array(a, 1);
	if (!b || !outer)
		return NULL;
	ent_json_set_str(b, 0, type, what);
	ent_json_set(b, 1, objects, list);
	ent_json_set(outer, 0, none, b);
	return outer;
}

/* An observed-data with its objects, by their ids. */
static int
give(struct ent_logs *l, const struct ent_observed *o, ent_logs_each *each, void *self,
     struct ent_err *err)
{
	struct ent_json *all = ent_json_make_object(l->arena, o->n);
	struct ent_logs_seen seen = { o->first, o->last, o->count, all };

	for (size_t i = 0; all && i < o->n; i++) {
		struct ent_str id = ent_logs_keep(l->arena, o->objects[i].id);

		if (!id.p) {
			all = NULL;
			break;
		}
		ent_json_set(all, i, id, o->objects[i].object);
	}
	if (!all)
		return ent_fail(err, ENT_ENOMEM, "no memory for the observed data");
	return ent_logs_given(l, &seen, each, self, err);
}

static int
observations(struct ent_logs *l, const struct ent_json *v, bool bundle, ent_logs_each *each,
             void *self, struct ent_err *err)
{
	const struct ent_json *list = around(l->arena, v, bundle);
	struct ent_observations all;
	struct ent_err why;
	int rc;

	rc = list ? ent_observations_read(l->arena, list, &all, &why)
	          : ent_fail(&why, ENT_ENOMEM, "no memory for the observed data");
	if (rc == ENT_ENOMEM)
		return ent_fail(err, rc, "%s", why.msg);
	if (rc) {
		ent_logs_broken(l, "%s", why.msg);
		return 0;
	}
	if (!all.n)
		l->counts.skipped++;
	for (size_t i = 0; rc == 0 && i < all.n; i++)
		rc = give(l, &all.list[i], each, self, err);
	return rc;
}

int
ent_logs_stix_value(struct ent_logs *l, const struct ent_json *v, ent_logs_each *each,
                    void *self, struct ent_err *err)
{
	struct ent_str type = ent_json_getstr(v, "type");
	struct ent_sighted one = { v, ent_json_getstr(v, "id"), type };
	struct ent_observed o = { .count = 1, .objects = &one, .n = 1 };

	if (ent_str_is(type, "bundle"))
		return observations(l, v, true, each, self, err);
	if (ent_str_is(type, "observed-data"))
		return observations(l, v, false, each, self, err);
	if (ent_stix_class_of(type) != ENT_STIX_SCO) {
		if (type.p)
			l->counts.skipped++;
		else
			ent_logs_broken(l, "an object without a type");
		return 0;
	}
	if (!l->timed)
		l->last = ent_now_us();
	o.first = o.last = l->last;
	return give(l, &o, each, self, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_read.c - what the gate's rules look at, read from an object.
 */
#include "base/map.h"
#include "base/time.h"
#include "exchange/gate_core.h"

#define FEW 8 /* ids that are compared one by one; more go into a table */

struct reading {
	struct ent_arena *a;
	const struct ent_gate_definitions *d;
	struct ent_gate_object *o;
	size_t room;
	struct ent_map *seen;
	int rc;
	struct ent_err *err;
};

static int
nomem(struct reading *r)
{
	r->rc = ent_fail(r->err, ENT_ENOMEM, "out of memory");
	return r->rc;
}

/* Room for one more element of a list that doubles. */
static void *
grown(struct reading *r, void *list, size_t n, size_t size)
{
	void *more;

	if (n < r->room)
		return list;
	r->room = n ? 2 * n : 4;
	more = ent_arena_array(r->a, r->room, size);
	if (more && n)
		memcpy(more, list, n * size);
	return more;
}

static int
mark(void *self, struct ent_str id, struct ent_str selector)
{
	struct reading *r = self;
	struct ent_gate_object *o = r->o;
	struct ent_gate_mark *m;

	o->marks = grown(r, o->marks, o->n_marks, sizeof(*o->marks));
	if (!o->marks)
		return nomem(r);
	m = &o->marks[o->n_marks++];
	*m = (struct ent_gate_mark){ .id = id, .selector = selector };
	if (!id.p)
		return 0;
	m->tlp = ent_tlp_of(id);
	m->pap = ent_pap_of(id);
	if (m->tlp == ENT_TLP_NONE)
		r->rc = r->d->find(r->d->self, id, &m->says, r->err);
	return r->rc;
}

/* Whether a reference to an id was noted before. */
static int
was_seen(struct reading *r, struct ent_str id, bool *yes)
{
	const struct ent_gate_object *o = r->o;

	*yes = false;
	if (o->n_refs < FEW) {
		for (size_t i = 0; i < o->n_refs && !*yes; i++)
			*yes = ent_str_eq(o->refs[i].id, id);
		return 0;
	}
	if (!r->seen) {
		r->seen = ent_map_new(r->a);
		for (size_t i = 0; r->seen && i < o->n_refs; i++)
			if (ent_map_put(r->seen, o->refs[i].id, r))
				return nomem(r);
	}
	if (!r->seen)
		return nomem(r);
	*yes = ent_map_get(r->seen, id) != NULL;
	return *yes || ent_map_put(r->seen, id, r) == 0 ? 0 : nomem(r);
}

static int
reference(void *self, struct ent_str tail, struct ent_str id)
{
	struct reading *r = self;
	struct ent_gate_object *o = r->o;
	bool seen;

	if (was_seen(r, id, &seen) || seen)
		return r->rc;
	o->refs = grown(r, o->refs, o->n_refs, sizeof(*o->refs));
	if (!o->refs)
		return nomem(r);
	o->refs[o->n_refs++] = (struct ent_gate_ref){ tail, id };
	return 0;
}

/* A timestamp that is more than a day, at midnight. */
static bool
is_precise(struct ent_str s)
{
	if (!s.p)
		return false;
	if (s.n < sizeof("YYYY-MM-DDT00:00:00Z") - 1 || memcmp(s.p + 10, "T00:00:00", 9) != 0)
		return true;
	for (size_t i = 19; i + 1 < s.n; i++)
		if (s.p[i] != '.' && s.p[i] != '0')
			return true;
	return false;
}

static void
read_times(const struct ent_json *v, struct ent_gate_object *o)
{
	static const char *const seen[] = { "first_seen", "last_seen", "first_observed",
		                            "last_observed" };

	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++)
		if (is_precise(ent_json_getstr(v, seen[i])))
			o->precise[o->n_precise++] = ent_str_c(seen[i]);
}

static int
check_it(struct ent_arena *a, const struct ent_json *v, struct ent_gate_object *o,
         struct ent_err *err)
{
	struct ent_findings f;
	int rc;

	ent_findings_init(&f, a);
	rc = ent_stix_check(v, &f, err);
	for (size_t i = 0; rc == 0 && f.errors && i < f.count && !o->invalid.p; i++)
		if (f.list[i].severity == ENT_MUST_RULE)
			o->invalid = f.list[i].text;
	if (rc == 0 && f.errors && !o->invalid.p)
		o->invalid = ENT_STR("it has errors");
	return rc;
}

int
ent_gate_object_read(struct ent_arena *a, const struct ent_json *v, bool check,
                     const struct ent_gate_definitions *d, struct ent_gate_object *out,
                     struct ent_err *err)
{
	struct reading r = { .a = a, .d = d, .o = out, .err = err };
	struct ent_str until = ent_json_getstr(v, "valid_until");
	int rc;

	*out = (struct ent_gate_object){ .valid_until = INT64_MAX };
	out->id = ent_json_getstr(v, "id");
	out->type = ent_json_getstr(v, "type");
	out->created_by = ent_json_getstr(v, "created_by_ref");
	out->places = ent_json_getc(v, "where_sighted_refs");
	out->tlp = ent_tlp_of(out->id);
	read_times(v, out);
	if (until.p && ent_time_parse(until, &out->valid_until, NULL))
		out->valid_until = INT64_MAX; /* then it isn't valid STIX */
	rc = ent_handling_read(a, v, &out->self, err);
	if (rc == 0 && check)
		rc = check_it(a, v, out, err);
	if (rc)
		return rc;
	(void)ent_stix_markings(v, mark, &r);
	r.room = 0;
	if (r.rc == 0)
		(void)ent_stix_refs(v, reference, &r);
	return r.rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_world.c - the circumstances under which an object is to leave, found in the store.
 */
#include "exchange/gate_world.h"

#include "exchange/exchange_int.h"
#include "exchange/feed.h"
#include "exchange/message.h"
#include "exchange/quarantine.h"
#include "exchange/recall.h"

#define SENT "released" /* the day's count of an agreement */

static const struct ent_str absent;

/* ---- definitions ---- */

struct definitions {
	struct ent_exchange *x;
	struct ent_arena *a;
	const struct ent_agreement *g; /* those that passed under it alone; NULL: all */
	struct ent_map *known; /* id: struct ent_handling, or itself where there is none */
	size_t n;
};

/* Whether an object passed under an agreement, in either direction. */
static bool
has_passed(struct ent_exchange *x, const struct ent_agreement *g, struct ent_str id)
{
	struct ent_str type;
	uint8_t uuid[16];
	uint64_t seq;

	return ent_stix_id_parse(id, &type, uuid) == 0 &&
	       (ent_store_on_channel(x->store, g->inbound, type, uuid, absent, &seq, NULL) ==
	            0 ||
	        ent_store_on_channel(x->store, g->outbound, type, uuid, absent, &seq, NULL) ==
	            0);
}

/* ENT_ENOENT if there is none; *out is NULL where it is too long to be read. */
static int
definition(struct definitions *d, struct ent_str id, const struct ent_json **out,
           struct ent_err *err)
{
	struct ent_held h;
	int rc;

	*out = NULL;
	if (d->g && !has_passed(d->x, d->g, id))
		return ent_quarantine_definition(d->x, d->a, d->g->id, id, out, err);
	rc = ent_holdings_get(d->x, d->a, id, absent, &h, err);
	if (rc || h.bytes.n > ENT_GATE_DEFINITION_BYTES)
		return rc == ENT_EINVAL || rc == ENT_EPARSE ? ENT_ENOENT : rc;
	return ent_json_parse(d->a, h.bytes, ENT_JSON_DEPTH, out, err);
}

/* What the definition of a marking says, or NULL. */
static int
look_up(struct definitions *d, struct ent_str id, struct ent_handling **out,
        struct ent_err *err)
{
	const struct ent_json *v;
	int rc = definition(d, id, &v, err);

	*out = NULL;
	if (rc)
		return rc == ENT_ENOENT ? 0 : rc;
	*out = ent_arena_alloc(d->a, sizeof(**out));
	if (!*out)
		return ent_x_nomem(err);
	(*out)->other = true; /* unless it is read */
	return v ? ent_handling_read(d->a, v, *out, err) : 0;
}

static int
find(void *self, struct ent_str id, const struct ent_handling **out, struct ent_err *err)
{
	struct definitions *d = self;
	struct ent_handling *one = NULL;
	void *known;
	int rc;

	*out = NULL;
	/* what a TLP marking says is its id; no other content is taken in (ent_holdings_check)
	 */
	if (!d->g && ent_tlp_of(id) != ENT_TLP_NONE)
		return 0;
	if (!d->known)
		d->known = ent_map_new(d->a);
	if (!d->known)
		return ent_x_nomem(err);
	known = ent_map_get(d->known, id);
	if (known) {
		*out = known == d ? NULL : known;
		return 0;
	}
	if (d->n++ >= ENT_GATE_DEFINITIONS)
		return 0;
	rc = look_up(d, id, &one, err);
	*out = one;
	if (rc == 0 && ent_map_put(d->known, id, one ? (void *)one : (void *)d))
		rc = ent_x_nomem(err);
	return rc;
}

int
ent_gate_world_object(struct ent_exchange *x, struct ent_arena *a, const struct ent_json *json,
                      bool check, struct ent_gate_object *out, struct ent_err *err)
{
	struct definitions known = { .x = x, .a = a };
	struct ent_gate_definitions d = { find, &known };

	return ent_gate_object_read(a, json, check, &d, out, err);
}

int
ent_gate_world_arrived(struct ent_exchange *x, struct ent_arena *a,
                       const struct ent_agreement *g, const struct ent_json *json,
                       struct ent_gate_object *out, struct ent_err *err)
{
	struct definitions known = { .x = x, .a = a, .g = g };
	struct ent_gate_definitions d = { find, &known };

	return ent_gate_object_read(a, json, false, &d, out, err);
}

/* ---- where it came from ---- */

struct sources {
	struct ent_exchange *x;
	struct ent_arena *a;
	const struct ent_held *h;
	struct ent_gate_case *c;
	int64_t added;      /* when it was first stored; INT64_MIN: not looked up */
	bool kept_for_ever; /* a source of it sets no end */
};

static struct ent_clause
clause_in(struct ent_arena *a, const struct ent_agreement *from, size_t party,
          const char *member)
{
	return (struct ent_clause){ ent_arena_printf(a, "/terms/%.*s/%s",
		                                     ENT_FMT(from->party[party].id), member),
		                    from->id, from->version };
}

/*
 * Whether what came under another agreement may go on under this one: which of its other
 * parties sent it isn't known, so every one of them must allow it.
 */
static void
onward(struct sources *s, const struct ent_agreement *from)
{
	for (size_t p = 0; p < from->parties && !s->c->against.p; p++) {
		if (p == from->self || from->party[p].terms.onward == ENT_ONWARD_TLP)
			continue;
		s->c->against = s->c->against_name = from->id;
		s->c->onward = clause_in(s->a, from, p, "onward");
	}
}

/* Whether one of the parties that may have sent it let it be kept for less than it has been. */
static int
kept(struct sources *s, const struct ent_agreement *from, struct ent_err *err)
{
	struct ent_row row;
	bool over = false;
	int rc = 0;

	for (size_t p = 0; p < from->parties && !over; p++) {
		int64_t days = from->party[p].terms.retention_days;

		if (p == from->self || days == 0)
			continue;
		if (s->added == INT64_MIN) {
			rc = ent_store_get_oid(s->x->store, s->a, s->h->oid, &row, err);
			if (rc)
				return rc;
			s->added = row.added;
		}
		over = s->added + days * INT64_C(86400000000) <= s->c->now;
		if (!over || s->c->kept.p)
			continue;
		s->c->kept = from->id;
		s->c->retention = clause_in(s->a, from, p, "retention_days");
	}
	s->kept_for_ever |= !over;
	return 0;
}

/* A source that is a feed: false if it is none. */
static int
from_feed(struct sources *s, struct ent_str source, bool *is, struct ent_err *err)
{
	struct ent_feed_record f;
	int rc = ent_feed_of(s->x, s->a, source, &f, err);

	*is = rc == 0;
	if (rc)
		return rc == ENT_ENOENT ? 0 : rc;
	s->kept_for_ever = true;
	if (f.tlp > s->c->feed_tlp) {
		s->c->feed_tlp = f.tlp;
		s->c->feed = f.name;
	}
	if (!f.onward && !s->c->against.p)
		s->c->against = s->c->against_name = source;
	return 0;
}

static int
from_one(struct sources *s, struct ent_str source, struct ent_err *err)
{
	struct ent_agreement *from;
	bool feed;
	int rc = from_feed(s, source, &feed, err);

	if (rc || feed)
		return rc;
	from = ent_arena_alloc(s->a, sizeof(*from));
	if (!from)
		return ent_x_nomem(err);
	rc = ent_agreement_load(s->x, s->a, source, from, err);
	if (rc == ENT_ENOENT) { /* from a card or a road that is gone */
		s->kept_for_ever = true;
		if (!s->c->against.p)
			s->c->against = s->c->against_name = source;
		return 0;
	}
	if (rc)
		return rc;
	onward(s, from);
	return kept(s, from, err);
}

static int
find_sources(struct ent_exchange *x, struct ent_arena *a, const struct ent_held *h,
             struct ent_gate_case *c, struct ent_err *err)
{
	struct sources s = { .x = x, .a = a, .h = h, .c = c, .added = INT64_MIN };
	struct ent_str *list;
	size_t n;
	int rc = ent_holdings_sources(x, a, h->oid, &list, &n, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++) {
		c->own |= ent_str_eq(list[i], ENT_SOURCE_OWN);
		c->here |= ent_str_eq(list[i], c->g->id);
	}
	if (c->own)
		return 0;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = from_one(&s, list[i], err);
	if (s.kept_for_ever)
		c->kept = absent;
	if (n == 0)
		c->against = c->against_name = ENT_STR("an unknown source");
	return rc;
}

/* ---- what the counterparts have ---- */

/* Whether the counterpart has an object, or will have it after this release. */
static bool
is_known(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
         const struct ent_map *together, struct ent_str id)
{
	struct ent_str type, *sources;
	struct ent_row row;
	uint8_t uuid[16];
	uint64_t seq;
	size_t n;

	if (together && ent_map_get(together, id))
		return true;
	if (ent_agreement_party(g, id) >= 0 || ent_tlp_of(id) != ENT_TLP_NONE)
		return true; /* the parties know each other's cards; TLP goes along */
	if (ent_stix_id_parse(id, &type, uuid))
		return false;
	if (ent_store_on_channel(x->store, g->outbound, type, uuid, absent, &seq, NULL) == 0)
		return true;
	if (ent_store_get(x->store, a, type, uuid, absent, &row, NULL) ||
	    ent_store_sources(x->store, a, row.oid, &sources, &n, NULL))
		return false;
	for (size_t i = 0; i < n; i++)
		if (ent_str_eq(sources[i], g->id))
			return true;
	return false;
}

static int
find_known(struct ent_exchange *x, struct ent_arena *a, const struct ent_gate_object *o,
           const struct ent_map *together, struct ent_gate_case *c, struct ent_err *err)
{
	const struct ent_terms *t = &c->g->party[c->party].terms;
	bool *known = ent_arena_array(a, o->n_refs ? o->n_refs : 1, sizeof(*known));
	struct ent_map *along = NULL; /* markings that the terms know and that are held */

	if (!known)
		return ent_x_nomem(err);
	for (size_t m = 0; m < o->n_marks; m++) {
		struct ent_gate_mark *mark = &o->marks[m];

		if (!mark->says || !ent_gate_mark_known(t, mark))
			continue;
		if (!along)
			along = ent_map_new(a);
		if (!along || ent_map_put(along, mark->id, mark))
			return ent_x_nomem(err);
	}
	for (size_t i = 0; i < o->n_refs; i++)
		known[i] = (along && ent_map_get(along, o->refs[i].id)) ||
		           is_known(x, a, c->g, together, o->refs[i].id);
	c->known = known;
	return 0;
}

/* ---- the day's count ---- */

static int
find_count(struct ent_exchange *x, struct ent_arena *a, const struct ent_held *h,
           uint64_t planned, struct ent_gate_case *c, struct ent_err *err)
{
	struct ent_str type;
	uint8_t uuid[16];
	uint64_t seq;
	int rc;

	if (c->g->party[c->party].terms.gate.quota_day == 0)
		return 0;
	c->sent_today = ent_x_daily_count(x, a, SENT, c->g->id) + planned;
	if (ent_stix_id_parse(h->id, &type, uuid))
		return 0;
	rc = ent_store_on_channel(x->store, c->g->outbound, type, uuid,
	                          h->version.n ? ent_time_key(h->version) : ENT_STR(""), &seq,
	                          err);
	c->counted = rc == 0;
	return rc == ENT_ENOENT ? 0 : rc;
}

int
ent_gate_sent(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
              const struct ent_held *h, struct ent_err *err)
{
	if (g->party[g->self].terms.gate.quota_day == 0 ||
	    ent_str_is(h->type, "marking-definition") || ent_message_of(x, a, h->id).p)
		return 0;
	return ent_x_daily(x, a, SENT, g->id, UINT64_MAX)
	           ? 0
	           : ent_fail(err, ENT_ESTORE, "the day's count can't be kept");
}

/* What was decided about it here: by two people, or by taking it back. */
static int
find_decisions(struct ent_exchange *x, struct ent_arena *a, const struct ent_held *h,
               struct ent_gate_case *c, struct ent_err *err)
{
	int rc = c->g->recalls
	             ? ent_recalled(x, a, c->g->id, h->id, h->version, &c->recalled, err)
	             : 0;

	if (rc || !c->g->party[c->party].terms.two_person)
		return rc;
	rc = ent_approval_of(x, a, c->g->id, h, &c->approval, err);
	c->asked = rc == 0;
	c->approved = rc == 0 && c->approval.state == ENT_APPROVAL_APPROVED;
	return rc == ENT_ENOENT ? 0 : rc;
}

int
ent_gate_world_case(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                    const struct ent_held *h, const struct ent_gate_object *o, bool refs,
                    const struct ent_map *together, uint64_t planned, struct ent_gate_case *out,
                    struct ent_err *err)
{
	int rc;

	*out = (struct ent_gate_case){ .g = g, .party = g->self, .now = ent_x_now(x) };
	out->dialogue = ent_message_of(x, a, h->id);
	rc = find_sources(x, a, h, out, err);
	if (rc == 0)
		rc = find_decisions(x, a, h, out, err);
	if (rc == 0 && refs)
		rc = find_count(x, a, h, planned, out, err);
	if (rc == 0 && refs)
		rc = find_known(x, a, o, together, out, err);
	return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attack.c - incidents with their attack records written, their next versions, what is
 * well-formed in them, and claims as ranges.
 */
#include "intake/attack.h"

#include <string.h>

#include "base/utf8.h"

#define COUNT(t) (sizeof(t) / sizeof((t)[0]))

/* clang-format off */
/* What STIX calls a region of the database; where it has none that holds it, it is left out. */
static const struct {
	const char *word, *stix;
} stix_regions[] = {
	{ "north-america", "northern-america" },
	{ "central-america-and-caribbean", "latin-america-caribbean" },
	{ "south-america", "south-america" },
	{ "east-asia", "eastern-asia" },
	{ "southeast-asia", "south-eastern-asia" },
	{ "south-asia", "southern-asia" },
	{ "central-asia", "central-asia" },
	{ "western-europe", "western-europe" },
	{ "eastern-europe", "eastern-europe" },
	{ "sub-saharan-africa", "africa" },
	{ "australasia-and-oceania", "oceania" },
};
/* clang-format on */

/* ---- what is well-formed ---- */

bool
ent_attack_date_ok(struct ent_str s)
{
	static const uint64_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	uint64_t n[3] = { 1, 1, 1 };
	struct ent_str part;
	size_t parts = 0;
	bool leap;

	if (s.n != 4 && s.n != 7 && s.n != 10)
		return false;
	while (parts < 3 && s.n && ent_str_next(&s, '-', &part)) {
		if (part.n != (parts ? 2u : 4u) || ent_str_u64(part, 9999, &n[parts]) ||
		    !n[parts])
			return false;
		parts++;
	}
	leap = n[0] % 4 == 0 && (n[0] % 100 || n[0] % 400 == 0);
	return !s.n && n[1] <= 12 && n[2] <= days[n[1] - 1] &&
	       (n[1] != 2 || n[2] != 29 || leap);
}

bool
ent_attack_time_ok(struct ent_str s)
{
	uint64_t hour, minute = 0;

	if (s.n != 2 && (s.n != 5 || s.p[2] != ':'))
		return false;
	return !ent_str_u64((struct ent_str){ s.p, 2 }, 23, &hour) &&
	       (s.n == 2 || !ent_str_u64(ent_str_from(s, 3), 59, &minute));
}

bool
ent_attack_zone_ok(struct ent_str s)
{
	uint64_t hour, minute;

	if (ent_str_is(s, "Z"))
		return true;
	if (s.n == 6 && (s.p[0] == '+' || s.p[0] == '-'))
		return s.p[3] == ':' &&
		       !ent_str_u64((struct ent_str){ s.p + 1, 2 }, 14, &hour) &&
		       !ent_str_u64(ent_str_from(s, 4), 59, &minute);
	if (s.n < 3 || s.n > 64 || ent_str_find(s, '/') == s.n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
		      (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] && strchr("/_+-", s.p[i]))))
			return false;
	return true;
}

bool
ent_attack_text_ok(struct ent_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t' && s.p[i] != '\n' &&
		     s.p[i] != '\r') ||
		    s.p[i] == 0x7f)
			return false;
	return ent_utf8_valid(s) == s.n;
}

/* ---- figures ---- */

struct ent_attack_range
ent_attack_range(const struct ent_json *record, const char *quantity)
{
	const struct ent_json *claims = ent_json_getc(record, "claims");
	struct ent_attack_range r = { 0 };

	for (size_t i = 0; i < ent_json_count(claims); i++) {
		const struct ent_json *c = ent_json_at(claims, i);
		struct ent_str bound = ent_json_getstr(c, "bound");
		int64_t low, high;

		if (!ent_str_is(ent_json_getstr(c, "quantity"), quantity) ||
		    !ent_json_int(ent_json_getc(c, "value"), &low))
			continue;
		high = low;
		(void)ent_json_int(ent_json_getc(c, "highest"), &high);
		high = high < low ? low : high;
		r.low = !r.claims || low < r.low ? low : r.low;
		r.high = !r.claims || high > r.high ? high : r.high;
		r.open |= ent_str_is(bound, "at-least") || ent_str_is(bound, "more-than");
		r.claims++;
	}
	return r;
}

/* With commas between the thousands. */
static struct ent_str
number(struct ent_arena *a, int64_t n)
{
	struct ent_str digits = ent_arena_printf(a, "%lld", (long long)n);
	char *to = ent_arena_alloc(a, digits.n + digits.n / 3 + 1);
	struct ent_str out = { to, 0 };

	if (!digits.p || !to)
		return (struct ent_str){ NULL, 0 };
	for (size_t i = 0; i < digits.n; i++) {
		if (i && (digits.n - i) % 3 == 0)
			to[out.n++] = ',';
		to[out.n++] = digits.p[i];
	}
	return out;
}

struct ent_str
ent_attack_range_text(struct ent_arena *a, const struct ent_attack_range *r)
{
	struct ent_str low = number(a, r->low), high = number(a, r->high);

	if (!low.p || !high.p)
		return (struct ent_str){ NULL, 0 };
	if (!r->claims)
		return ENT_STR("not known");
	if (r->low == r->high)
		return ent_arena_printf(a, "%.*s%s", ENT_FMT(low), r->open ? " or more" : "");
	return ent_arena_printf(a, "%.*s to %.*s%s", ENT_FMT(low), ENT_FMT(high),
	                        r->open ? " or more" : "");
}

/* ---- writing ---- */

static void
put(struct ent_jw *w, const char *key, struct ent_str s)
{
	if (s.n)
		ent_jw_kstr(w, key, s);
}

static void
put_maybe(struct ent_jw *w, const char *key, enum ent_maybe m)
{
	if (m != ENT_MAYBE)
		ent_jw_kbool(w, key, m == ENT_IS);
}

static void
put_number(struct ent_jw *w, const char *key, double d)
{
	ent_jw_key(w, key);
	ent_jw_double(w, d);
}

static void
begin(struct ent_jw *w, const struct ent_attack *x, const char *type, struct ent_str id)
{
	ent_jw_object(w);
	ent_jw_kc(w, "type", type);
	ent_jw_kc(w, "spec_version", "2.1");
	ent_jw_kstr(w, "id", id);
	put(w, "created_by_ref", x->created_by);
	ent_jw_kstr(w, "created", x->created);
	ent_jw_kstr(w, "modified", x->created);
	if (x->marking.n) {
		ent_jw_key(w, "object_marking_refs");
		ent_jw_array(w);
		ent_jw_str(w, x->marking);
		ent_jw_end_array(w);
	}
}

void
ent_attack_put_claim(struct ent_jw *w, const struct ent_attack_claim *c)
{
	ent_jw_object(w);
	ent_jw_kc(w, "quantity", c->quantity);
	ent_jw_kint(w, "value", c->value);
	if (c->highest >= 0)
		ent_jw_kint(w, "highest", c->highest);
	if (c->bound)
		ent_jw_kc(w, "bound", c->bound);
	put_maybe(w, "includes_perpetrators", c->includes);
	put(w, "as_of", c->as_of);
	ent_jw_key(w, "source");
	ent_jw_object(w);
	ent_jw_kstr(w, "name", c->source);
	put(w, "url", c->url);
	put(w, "text", c->text);
	put(w, "date", c->date);
	ent_jw_end_object(w);
	ent_jw_end_object(w);
}

/* Each code once. */
static void
put_codes(struct ent_jw *w, const char *key, const struct ent_attack_code *const *list)
{
	bool any = false;

	for (size_t i = 0; i < ENT_ATTACK_MANY; i++) {
		bool had = !list[i];

		for (size_t k = 0; k < i; k++)
			had |= list[k] == list[i];
		if (had)
			continue;
		if (!any) {
			ent_jw_key(w, key);
			ent_jw_array(w);
		}
		any = true;
		ent_jw_c(w, list[i]->word);
	}
	if (any)
		ent_jw_end_array(w);
}

static void
put_place(struct ent_jw *w, const struct ent_attack_place *p)
{
	if (!p->location.p)
		return;
	ent_jw_key(w, "places");
	ent_jw_array(w);
	ent_jw_object(w);
	ent_jw_kstr(w, "location_ref", p->location);
	ent_jw_kc(w, "role", p->role ? p->role : "scene");
	put(w, "country", p->country);
	if (p->region)
		ent_jw_kc(w, "region", p->region->word);
	put(w, "province", p->province);
	put(w, "city", p->city);
	put(w, "detail", p->detail);
	if (p->located) {
		put_number(w, "latitude", p->latitude);
		put_number(w, "longitude", p->longitude);
	}
	if (p->specificity)
		ent_jw_kint(w, "specificity", p->specificity);
	put_maybe(w, "vicinity", p->vicinity);
	ent_jw_end_object(w);
	ent_jw_end_array(w);
}

static void
put_groups(struct ent_jw *w, const struct ent_attack *x)
{
	if (!x->n_groups)
		return;
	ent_jw_key(w, "perpetrators");
	ent_jw_array(w);
	for (size_t i = 0; i < x->n_groups; i++) {
		const struct ent_attack_group *g = &x->groups[i];

		ent_jw_object(w);
		ent_jw_kstr(w, "actor_ref", g->actor);
		put(w, "name", g->name);
		put(w, "subgroup", g->subgroup);
		if (g->count >= 0)
			ent_jw_kint(w, "count", g->count);
		put_maybe(w, "uncertain", g->uncertain);
		put_maybe(w, "claimed", g->claimed);
		if (g->mode)
			ent_jw_kc(w, "claim_mode", g->mode->word);
		ent_jw_end_object(w);
	}
	ent_jw_end_array(w);
}

static void
put_link(struct ent_jw *w, const struct ent_attack_link *l)
{
	ent_jw_object(w);
	ent_jw_kstr(w,
	            ent_str_find(l->ref, '-') + 1 < l->ref.n &&
	                    l->ref.p[ent_str_find(l->ref, '-') + 1] == '-'
	                ? "object_ref"
	                : "thread",
	            l->ref);
	ent_jw_kstr(w, "role", l->role);
	ent_jw_end_object(w);
}

static void
put_record(struct ent_jw *w, const struct ent_attack *x)
{
	ent_jw_object(w);
	ent_jw_kc(w, "extension_type", "property-extension");
	ent_jw_kc(w, "phase", x->phase);
	put(w, "date", x->date);
	put(w, "end_date", x->end_date);
	if (x->approximate)
		ent_jw_kbool(w, "approximate", true);
	put(w, "time", x->time);
	put(w, "zone", x->zone);
	put_codes(w, "attack_types", x->attacks);
	put_codes(w, "target_types", x->targets);
	put_codes(w, "weapon_types", x->weapons);
	put_maybe(w, "suicide", x->suicide);
	put_place(w, &x->place);
	put_groups(w, x);
	if (x->n_claims) {
		ent_jw_key(w, "claims");
		ent_jw_array(w);
		for (size_t i = 0; i < x->n_claims; i++)
			ent_attack_put_claim(w, &x->claims[i]);
		ent_jw_end_array(w);
	}
	if (x->n_links) {
		ent_jw_key(w, "links");
		ent_jw_array(w);
		for (size_t i = 0; i < x->n_links; i++)
			put_link(w, &x->links[i]);
		ent_jw_end_array(w);
	}
	ent_jw_end_object(w);
}

void
ent_attack_put(struct ent_jw *w, const struct ent_attack *x)
{
	begin(w, x, "incident", x->id);
	ent_jw_kstr(w, "name", x->name);
	put(w, "description", x->description);
	if (x->external_id.n) {
		ent_jw_key(w, "external_references");
		ent_jw_array(w);
		ent_jw_object(w);
		ent_jw_kstr(w, "source_name", x->source_name);
		ent_jw_kstr(w, "external_id", x->external_id);
		ent_jw_end_object(w);
		ent_jw_end_array(w);
	}
	ent_jw_key(w, "extensions");
	ent_jw_object(w);
	ent_jw_key(w, ENT_INCIDENT_CORE);
	ent_jw_object(w);
	ent_jw_kc(w, "extension_type", "property-extension");
	ent_jw_kc(w, "determination", ent_attack_determination(ent_str_c(x->phase)));
	ent_jw_kc(w, "investigation_status", "new");
	ent_jw_end_object(w);
	ent_jw_key(w, ENT_ATTACK_RECORD);
	put_record(w, x);
	ent_jw_end_object(w);
	ent_jw_end_object(w);
}

void
ent_attack_put_location(struct ent_jw *w, const struct ent_attack *x)
{
	const struct ent_attack_place *p = &x->place;
	struct ent_str name = p->city.n ? p->city : p->province.n ? p->province : p->country;
	bool region = false;

	begin(w, x, "location", p->location);
	put(w, "name", name.n || !p->region ? name : ent_str_c(p->region->name));
	put(w, "administrative_area", p->province);
	put(w, "city", p->city);
	for (size_t i = 0; p->region && i < COUNT(stix_regions); i++)
		if (strcmp(stix_regions[i].word, p->region->word) == 0) {
			ent_jw_kc(w, "region", stix_regions[i].stix);
			region = true;
		}
	if (p->located) {
		put_number(w, "latitude", p->latitude);
		put_number(w, "longitude", p->longitude);
	}
	if (!region && !p->located)
		ent_jw_kc(w, "country", "ZZ"); /* ISO 3166-1's code for one's own use */
	ent_jw_end_object(w);
}

void
ent_attack_put_actor(struct ent_jw *w, const struct ent_attack *x, struct ent_str id,
                     struct ent_str name)
{
	begin(w, x, "intrusion-set", id);
	ent_jw_kstr(w, "name", name);
	ent_jw_end_object(w);
}

/* ---- versions ---- */

const struct ent_json *
ent_attack_record(const struct ent_json *incident)
{
	if (!ent_str_is(ent_json_getstr(incident, "type"), "incident"))
		return NULL;
	return ent_json_getc(ent_json_getc(incident, "extensions"), ENT_ATTACK_RECORD);
}

static bool
same(struct ent_arena *a, const struct ent_json *v, const struct ent_json *to)
{
	struct ent_str x = ent_json_canon(a, v), y = ent_json_canon(a, to);

	return x.p && y.p && ent_str_eq(x, y);
}

static bool
among(struct ent_arena *a, const struct ent_json *v, const struct ent_json *list)
{
	for (size_t i = 0; i < ent_json_count(list); i++)
		if (same(a, v, ent_json_at(list, i)))
			return true;
	return false;
}

static void
next_claims(struct ent_jw *w, struct ent_arena *a, const struct ent_attack_next *n)
{
	const struct ent_json *old = ent_json_getc(ent_attack_record(n->was), "claims");
	const struct ent_json *fresh = ent_json_getc(ent_attack_record(n->now), "claims");

	if (n->now == n->was)
		old = NULL;
	if (!ent_json_count(old) && !ent_json_count(fresh) && !n->more)
		return;
	ent_jw_key(w, "claims");
	ent_jw_array(w);
	for (size_t i = 0; i < ent_json_count(old); i++)
		if ((!n->keep || n->keep(n->self, ent_json_at(old, i))) &&
		    !among(a, ent_json_at(old, i), fresh))
			ent_jw_value(w, ent_json_at(old, i));
	for (size_t i = 0; i < ent_json_count(fresh); i++)
		ent_jw_value(w, ent_json_at(fresh, i));
	if (n->more && !among(a, n->more, fresh))
		ent_jw_value(w, n->more);
	ent_jw_end_array(w);
}

static void
next_links(struct ent_jw *w, const struct ent_attack_next *n)
{
	const struct ent_json *links = ent_json_getc(ent_attack_record(n->was), "links");

	if (!links && !n->link)
		return;
	ent_jw_key(w, "links");
	ent_jw_array(w);
	for (size_t i = 0; i < ent_json_count(links); i++)
		ent_jw_value(w, ent_json_at(links, i));
	if (n->link)
		put_link(w, n->link);
	ent_jw_end_array(w);
}

static void
next_record(struct ent_jw *w, struct ent_arena *a, const struct ent_attack_next *n)
{
	const struct ent_json *record = ent_attack_record(n->now);

	ent_jw_object(w);
	for (size_t i = 0; i < ent_json_count(record); i++) {
		struct ent_str key = ent_json_key(record, i);

		if (ent_str_is(key, "claims") || ent_str_is(key, "links"))
			continue;
		ent_jw_key_str(w, key);
		ent_jw_value(w, ent_json_at(record, i));
	}
	next_claims(w, a, n);
	next_links(w, n);
	ent_jw_end_object(w);
}

/* A determination that a person set stays as long as the phase does. */
void
ent_attack_put_next(struct ent_jw *w, struct ent_arena *a, const struct ent_attack_next *n)
{
	const struct ent_json *was = ent_json_getc(n->was, "extensions");
	const struct ent_json *now = ent_json_getc(n->now, "extensions");
	bool moved = !ent_str_eq(ent_json_getstr(ent_attack_record(n->was), "phase"),
	                         ent_json_getstr(ent_attack_record(n->now), "phase"));

	ent_jw_object(w);
	for (size_t i = 0; i < ent_json_count(was); i++) {
		struct ent_str key = ent_json_key(was, i);

		ent_jw_key_str(w, key);
		if (ent_str_is(key, ENT_ATTACK_RECORD))
			next_record(w, a, n);
		else if (moved && ent_json_get(now, key))
			ent_jw_value(w, ent_json_get(now, key));
		else
			ent_jw_value(w, ent_json_at(was, i));
	}
	ent_jw_end_object(w);
}

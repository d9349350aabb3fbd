/* SPDX-License-Identifier: Apache-2.0 */
/*
 * incident.c - the register of attacks as it is held: found, named, given new versions.
 */
#include "cli/incident.h"

#include <entente/version.h>

#include "base/time.h"
#include "base/uuid.h"
#include "crypto/hash.h"

#define PAGE 200

static bool
is_revoked(const struct ent_json *v)
{
	bool b = false;

	return ent_json_bool(ent_json_getc(v, "revoked"), &b) && b;
}

int
ent_incident_each(struct ent_cli *c,
                  int (*see)(void *self, struct ent_arena *a, const struct ent_held *held,
                             const struct ent_json *incident, struct ent_err *err),
                  void *self, struct ent_err *err)
{
	struct ent_holdings_query q = { .type = ENT_STR("incident"),
		                        .limit = PAGE,
		                        .with_bytes = true };
	struct ent_arena *a = ent_arena_new((size_t)1 << 30), *one;
	int rc = a ? 0 : ent_cli_nomem(err);
	size_t n = PAGE;

	one = ent_arena_new(ENT_INCIDENT_ARENA);
	if (!one)
		rc = ent_cli_nomem(err);
	while (rc == 0 && n == PAGE) {
		struct ent_held *held;

		ent_arena_reset(a);
		rc = ent_holdings_list(c->x, a, &q, &held, &n, err);
		for (size_t i = 0; rc == 0 && i < n; i++) {
			const struct ent_json *v;

			ent_arena_reset(one);
			q.after = held[i].oid;
			rc = ent_json_parse(one, held[i].bytes, ENT_JSON_DEPTH, &v, err);
			if (rc == 0 && !is_revoked(v))
				rc = see(self, one, &held[i], v, err);
		}
	}
	ent_arena_free(one);
	ent_arena_free(a);
	return rc;
}

/* ---- finding ---- */

struct finding {
	struct ent_arena *a;
	struct ent_str what, id;
	size_t n;
};

static int
find_one(void *self, struct ent_arena *a, const struct ent_held *held,
         const struct ent_json *incident, struct ent_err *err)
{
	struct finding *f = self;
	const struct ent_json *refs = ent_json_getc(incident, "external_references");
	bool is = ent_str_eq(ent_json_getstr(incident, "name"), f->what);

	(void)a;
	for (size_t i = 0; i < ent_json_count(refs); i++)
		is |= ent_str_eq(ent_json_getstr(ent_json_at(refs, i), "external_id"), f->what);
	if (!is)
		return 0;
	f->n++;
	f->id = ent_arena_dup(f->a, held->id);
	return f->id.p ? 0 : ent_cli_nomem(err);
}

int
ent_incident_find(struct ent_cli *c, struct ent_str what, struct ent_held *held,
                  const struct ent_json **incident, struct ent_err *err)
{
	struct finding f = { .a = c->arena, .what = what, .id = what, .n = 1 };
	int rc = 0;

	if (!ent_str_starts(what, "incident--")) {
		f.n = 0;
		rc = ent_incident_each(c, find_one, &f, err);
	}
	if (rc == 0 && f.n == 0)
		rc = ent_fail(err, ENT_ENOENT,
		              "no incident has \"%.*s\" as its id, name or number: `entente "
		              "incident list` shows them",
		              ENT_FMT(what));
	if (rc == 0 && f.n > 1)
		rc = ent_fail(err, ENT_EINVAL,
		              "%zu incidents are called \"%.*s\": take the id of one", f.n,
		              ENT_FMT(what));
	if (rc == 0)
		rc = ent_holdings_get(c->x, c->arena, f.id, (struct ent_str){ NULL, 0 }, held,
		                      err);
	return rc ? rc : ent_json_parse(c->arena, held->bytes, ENT_JSON_DEPTH, incident, err);
}

/* ---- new versions ---- */

struct putting {
	struct ent_cli *c;
	struct ent_arena *a;
	struct ent_str text;
	const struct ent_attack *attack;
};

static int
put_text(void *self, struct ent_err *err)
{
	struct putting *p = self;

	return ent_holdings_put_text(p->c->x, p->a, p->text, ENT_SOURCE_OWN, err);
}

int
ent_incident_next(struct ent_cli *c, const struct ent_json *was,
                  const struct ent_attack_next *n, struct ent_str *text, struct ent_err *err)
{
	struct ent_str creator = ent_json_getstr(was, "created_by_ref");
	struct ent_set set = { .property = ENT_STR("extensions") };
	struct putting p = { .c = c, .a = c->arena };
	struct ent_buf b;
	struct ent_jw w;
	int rc = 0;

	if (!ent_str_is(creator, ent_exchange_party(c->x)))
		return ent_fail(err, ENT_EDENIED,
		                "%.*s is not this node's own: only its creator makes new "
		                "versions; what you know of it goes back as a message",
		                ENT_FMT(ent_json_getstr(was, "id")));
	ent_buf_init(&b, ENT_INCIDENT_ARENA);
	ent_jw_init(&w, &b);
	ent_attack_put_next(&w, c->arena, n);
	if (!ent_buf_ok(&b))
		rc = ent_cli_nomem(err);
	if (rc == 0)
		rc =
		    ent_json_parse(c->arena, ent_buf_view(&b), ENT_JSON_DEPTH, &set.value, err);
	if (rc == 0)
		rc = ent_version_next(c->arena, was, &set, 1, false,
		                      (struct ent_str){ NULL, 0 }, &p.text, err);
	if (rc == 0)
		rc = ent_holdings_write(c->x, put_text, &p, err);
	*text = p.text;
	ent_buf_release(&b);
	return rc;
}

/* ---- names ---- */

/* The name of a held object; its id where it isn't held. */
static struct ent_str
name_of(struct ent_cli *c, struct ent_arena *a, struct ent_str id)
{
	struct ent_held h;
	struct ent_err ignored;
	const struct ent_json *v;
	struct ent_str name = { NULL, 0 };

	if (ent_holdings_get(c->x, a, id, (struct ent_str){ NULL, 0 }, &h, &ignored) == 0 &&
	    ent_json_parse(a, h.bytes, ENT_JSON_DEPTH, &v, &ignored) == 0)
		name = ent_json_getstr(v, "name");
	return name.n ? name : id;
}

struct ent_str
ent_incident_actor(struct ent_cli *c, struct ent_arena *a, const struct ent_json *perpetrator)
{
	struct ent_str name = ent_json_getstr(perpetrator, "name");

	return name.n ? name : name_of(c, a, ent_json_getstr(perpetrator, "actor_ref"));
}

struct ent_str
ent_incident_actors(struct ent_cli *c, struct ent_arena *a, const struct ent_json *record)
{
	const struct ent_json *list = ent_json_getc(record, "perpetrators");
	struct ent_str all = ENT_STR("");

	for (size_t i = 0; i < ent_json_count(list); i++)
		all = ent_arena_printf(a, "%.*s%s%.*s", ENT_FMT(all), all.n ? "; " : "",
		                       ENT_FMT(ent_incident_actor(c, a, ent_json_at(list, i))));
	return all;
}

struct ent_str
ent_incident_place(struct ent_cli *c, struct ent_arena *a, const struct ent_json *place)
{
	static const char *const parts[] = { "city", "province", "country" };
	struct ent_str all = ENT_STR("");

	for (size_t i = 0; i < 3; i++) {
		struct ent_str s = ent_json_getstr(place, parts[i]);

		if (s.n && !ent_str_eq(s, all))
			all = ent_arena_printf(a, "%.*s%s%.*s", ENT_FMT(all), all.n ? ", " : "",
			                       ENT_FMT(s));
	}
	if (!all.n && ent_json_getstr(place, "region").n)
		return ent_json_getstr(place, "region");
	return all.n || !place ? all : name_of(c, a, ent_json_getstr(place, "location_ref"));
}

/* ---- new ones ---- */

struct ent_str
ent_incident_id(struct ent_cli *c, struct ent_arena *a, const char *type, const char *kind,
                struct ent_str key)
{
	struct ent_str party = ent_str_c(ent_exchange_party(c->x)), none = { NULL, 0 };
	struct ent_str all = ent_arena_printf(a, "%s/%.*s", kind, ENT_FMT(key)), of;
	uint8_t space[16], uuid[16];
	char text[ENT_UUID_TEXT];

	if (!all.p || ent_stix_id_parse(party, &of, space))
		return none;
	ent_uuid5(space, all, uuid);
	return ent_arena_printf(a, "%s--%s", type, ent_uuid_text(uuid, text));
}

int
ent_incident_ids(struct ent_cli *c, struct ent_arena *a, struct ent_attack *x,
                 struct ent_err *err)
{
	struct ent_attack_place *p = &x->place;
	struct ent_str key;
	bool failed = false;

	if (p->country.n || p->province.n || p->city.n || p->detail.n || p->region ||
	    p->located) {
		key = ent_arena_printf(
		    a, "%.*s\n%d\n%.*s\n%.*s\n%.17g\n%.17g", ENT_FMT(p->country),
		    p->region ? p->region->number : 0, ENT_FMT(p->province), ENT_FMT(p->city),
		    p->located ? p->latitude : 0, p->located ? p->longitude : 0);
		p->location = ent_incident_id(c, a, "location", "attack-place", key);
		failed |= !p->location.p;
	}
	for (size_t i = 0; i < x->n_groups; i++) {
		if (x->groups[i].actor.p)
			continue;
		x->groups[i].actor =
		    ent_incident_id(c, a, "intrusion-set", "attack-group", x->groups[i].name);
		failed |= !x->groups[i].actor.p;
	}
	return failed ? ent_cli_nomem(err) : 0;
}

/* Puts an object unless some version of it is held. */
static int
put_part(struct ent_cli *c, struct ent_arena *a, struct ent_str id, struct ent_buf *b,
         struct ent_err *err)
{
	struct ent_str text = ent_buf_done(b, a);
	struct ent_held h;
	struct ent_err none;
	int rc = ent_holdings_get(c->x, a, id, (struct ent_str){ NULL, 0 }, &h, &none);

	if (rc == 0)
		return 0;
	if (rc != ENT_ENOENT) {
		*err = none;
		return rc;
	}
	return text.p ? ent_holdings_put_text(c->x, a, text, ENT_SOURCE_OWN, err)
	              : ent_cli_nomem(err);
}

int
ent_incident_put_parts(struct ent_cli *c, struct ent_arena *a, const struct ent_attack *x,
                       struct ent_err *err)
{
	struct ent_buf b;
	struct ent_jw w;
	int rc = 0;

	ent_buf_init(&b, ENT_INCIDENT_ARENA);
	if (x->place.location.p) {
		ent_jw_init(&w, &b);
		ent_attack_put_location(&w, x);
		rc = put_part(c, a, x->place.location, &b, err);
	}
	for (size_t i = 0; rc == 0 && i < x->n_groups; i++) {
		if (!x->groups[i].name.n)
			continue; /* an object that is there already */
		ent_buf_clear(&b);
		ent_jw_init(&w, &b);
		ent_attack_put_actor(&w, x, x->groups[i].actor, x->groups[i].name);
		rc = put_part(c, a, x->groups[i].actor, &b, err);
	}
	ent_buf_release(&b);
	return rc;
}

int
ent_incident_put_new(struct ent_cli *c, struct ent_arena *a, const struct ent_attack *x,
                     struct ent_err *err)
{
	struct ent_buf b;
	struct ent_jw w;
	int rc = ent_incident_put_parts(c, a, x, err);

	if (rc)
		return rc;
	ent_buf_init(&b, ENT_INCIDENT_ARENA);
	ent_jw_init(&w, &b);
	ent_attack_put(&w, x);
	rc = ent_buf_ok(&b)
	         ? ent_holdings_put_text(c->x, a, ent_buf_view(&b), ENT_SOURCE_OWN, err)
	         : ent_cli_nomem(err);
	ent_buf_release(&b);
	return rc;
}

int
ent_incident_tlp(const struct ent_cli *c, struct ent_str *marking, struct ent_err *err)
{
	enum ent_tlp tlp;

	if (!ent_cli_flag(c, "tlp"))
		return 0;
	if (ent_tlp_parse(ent_cli_value(c, "tlp"), &tlp))
		return ent_fail(err, ENT_EINVAL,
		                "--tlp: \"%.*s\" is none of clear, green, amber, amber+strict, "
		                "red",
		                ENT_FMT(ent_cli_value(c, "tlp")));
	*marking = ent_tlp_id(tlp);
	return 0;
}

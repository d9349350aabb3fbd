/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_attack.c - an attack that a report speaks of as a STIX incident: the Incident Core
 * extension, and the attack record with its claims.
 */
#include "intake/attack.h"
#include "intake/wire_stix_int.h"

static void
list(struct ent_wire_making *m, const char *key, const char *const *words, size_t n)
{
	if (!n)
		return;
	ent_jw_key(&m->w, key);
	ent_jw_array(&m->w);
	for (size_t i = 0; i < n; i++)
		ent_jw_c(&m->w, words[i]);
	ent_jw_end_array(&m->w);
}

static const char *const bounds[] = {
	[ENT_BOUND_EXACT] = NULL,       [ENT_BOUND_MORE] = "more-than",
	[ENT_BOUND_LEAST] = "at-least", [ENT_BOUND_ABOUT] = "about",
	[ENT_BOUND_NEARLY] = "about",   [ENT_BOUND_MOST] = "about",
	[ENT_BOUND_LESS] = "about",     [ENT_BOUND_RANGE] = NULL,
};

static void
claim(struct ent_wire_making *m, const struct ent_wire_item *it)
{
	struct ent_buf more;

	ent_buf_init(&more, 4096);
	if (it->thing)
		ent_buf_printf(&more, ", according to %.*s",
		               ENT_FMT(m->r->things[it->thing].name));
	if (it->bound >= ENT_BOUND_NEARLY)
		ent_buf_printf(&more, ": \"%.*s\"", ENT_FMT(text_at(m->r, it->at)));
	ent_jw_object(&m->w);
	ent_jw_kc(&m->w, "quantity", it->quantity);
	ent_jw_kint(&m->w, "value", it->value);
	if (it->bound == ENT_BOUND_RANGE)
		ent_jw_kint(&m->w, "highest", it->most);
	if (bounds[it->bound])
		ent_jw_kc(&m->w, "bound", bounds[it->bound]);
	ent_jw_key(&m->w, "source");
	ent_wire_source(m, ent_buf_ok(&more) ? ent_buf_view(&more) : ENT_STR(""));
	ent_jw_end_object(&m->w);
	ent_buf_release(&more);
}

/* The claims of an incident, each once; true if there are any. */
static void
claims(struct ent_wire_making *m, uint32_t x)
{
	bool any = false;

	for (uint32_t k = m->claims[x]; k; k = m->next[k - 1]) {
		const struct ent_wire_item *it = &m->r->items[k - 1];
		struct ent_str key = ent_arena_printf(
		    m->a, "%u/%s/%lld/%lld/%d/%u", x, it->quantity, (long long)it->value,
		    (long long)it->most, (int)it->bound, it->thing);

		if (!key.p || ent_map_get(m->told, key))
			continue;
		if (ent_map_put(m->told, key, m))
			m->failed = true;
		if (!any) {
			ent_jw_key(&m->w, "claims");
			ent_jw_array(&m->w);
		}
		any = true;
		claim(m, it);
	}
	if (any)
		ent_jw_end_array(&m->w);
}

static void
attack_places(struct ent_wire_making *m, const struct ent_wire_incident *x)
{
	bool any = false;

	for (size_t i = 0; i < x->n_places; i++) {
		if (!m->id[x->places[i]].p)
			continue;
		if (!any) {
			ent_jw_key(&m->w, "places");
			ent_jw_array(&m->w);
		}
		any = true;
		ent_jw_object(&m->w);
		ent_jw_kstr(&m->w, "location_ref", m->id[x->places[i]]);
		ent_jw_kc(&m->w, "role", x->roles[i]);
		ent_jw_end_object(&m->w);
	}
	if (any)
		ent_jw_end_array(&m->w);
}

static void
perpetrators(struct ent_wire_making *m, const struct ent_wire_incident *x)
{
	if (!x->n_groups)
		return;
	ent_jw_key(&m->w, "perpetrators");
	ent_jw_array(&m->w);
	for (size_t i = 0; i < x->n_groups; i++) {
		ent_jw_object(&m->w);
		ent_jw_kstr(&m->w, "actor_ref", m->id[x->groups[i]]);
		if (x->perpetrators >= 0 && x->sure[i] && x->n_groups == 1)
			ent_jw_kint(&m->w, "count", x->perpetrators);
		if (!x->sure[i])
			ent_jw_kbool(&m->w, "uncertain", true);
		ent_jw_end_object(&m->w);
	}
	ent_jw_end_array(&m->w);
}

void
ent_wire_put_incident(struct ent_wire_making *m, uint32_t n)
{
	const struct ent_wire_incident *x = &m->r->incidents[n];
	struct ent_str day = ent_wire_date_text(m->a, x->date);

	ent_wire_begin(m, "incident", m->attack[n]);
	ent_jw_kstr(&m->w, "name",
	            x->date.year ? ent_arena_printf(m->a, "Attack of %.*s", ENT_FMT(day))
	                         : ENT_STR("Attack, date not stated"));
	ent_jw_kstr(&m->w, "description", text_at(m->r, x->at));
	ent_jw_key(&m->w, "extensions");
	ent_jw_object(&m->w);
	ent_jw_key(&m->w, ENT_INCIDENT_CORE);
	ent_jw_object(&m->w);
	ent_jw_kc(&m->w, "extension_type", "property-extension");
	ent_jw_kc(&m->w, "determination", ent_attack_determination(ent_str_c(x->phase)));
	ent_jw_kc(&m->w, "investigation_status", "new");
	ent_jw_end_object(&m->w);
	ent_jw_key(&m->w, ENT_ATTACK_RECORD);
	ent_jw_object(&m->w);
	ent_jw_kc(&m->w, "extension_type", "property-extension");
	ent_jw_kc(&m->w, "phase", x->phase);
	ent_wire_put_date(m, "date", x->date);
	list(m, "attack_types", x->types, x->n_types);
	list(m, "weapon_types", x->weapons, x->n_weapons);
	attack_places(m, x);
	perpetrators(m, x);
	claims(m, n);
	ent_jw_end_object(&m->w);
	ent_jw_end_object(&m->w);
	ent_jw_end_object(&m->w);
}

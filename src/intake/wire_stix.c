/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_stix.c - a wire report as a STIX 2.1 bundle: the report, who and what it names, what was
 * said (notes), attacks with figures as claims, designations.
 *
 * Identifiers are UUIDv5 over the text's SHA-256 and what the object is: the same text gives
 * the same bundle.  created and modified are the dateline's day for the same reason.
 */
#include "crypto/hash.h"
#include "intake/wire_stix_int.h"
#include "json/write.h"

#define NAME_MAX_BYTES 200
#define DESIGNATION    "extension-definition--0378b046-b356-48d5-b6d6-615bc9f3a829"
#define NO_COUNTRY     "ZZ" /* of ISO 3166-1's codes for one's own use: a country not known */

/* The namespace of identifiers that are made of a text. */
static const uint8_t space[16] = { 0x5f, 0x0f, 0x2f, 0x6c, 0x63, 0xa2, 0x4c, 0x0b,
	                           0x9a, 0x4e, 0x7d, 0x0c, 0x6f, 0x1b, 0x8e, 0x21 };

/* ---- identifiers ---- */

static struct ent_str
id_of(struct ent_wire_making *m, const char *type, const char *key, uint64_t n,
      struct ent_str name)
{
	char text[ENT_UUID_TEXT];
	uint8_t uuid[16];
	struct ent_str all = ent_arena_printf(m->a, "%.*s/%s/%llu/%.*s", ENT_FMT(m->sha256),
	                                      key, (unsigned long long)n, ENT_FMT(name));
	struct ent_str id;

	if (!all.p) {
		m->failed = true;
		return all;
	}
	ent_uuid5(space, all, uuid);
	id = ent_arena_printf(m->a, "%s--%s", type, ent_uuid_text(uuid, text));
	m->failed |= !id.p;
	return id;
}

/* What STIX calls the regions that reports name. */
static const struct {
	const char *name, *region;
} regions[] = {
	{ "Europe", "europe" },
	{ "Asia", "asia" },
	{ "Africa", "africa" },
	{ "Middle East", "western-asia" },
	{ "Central Asia", "central-asia" },
	{ "Latin America", "latin-america-caribbean" },
	{ "Balkans", "southern-europe" },
	{ "Sahel", "western-africa" },
};

static const char *
region_of(struct ent_str name)
{
	for (size_t i = 0; i < sizeof(regions) / sizeof(regions[0]); i++)
		if (ent_str_is(name, regions[i].name))
			return regions[i].region;
	return NULL;
}

static const char *
type_of(const struct ent_wire_thing *t)
{
	if (!t->mentions)
		return NULL;
	switch (t->kind) {
	case ENT_WIRE_PLACE:
		return t->country.n == 2 || region_of(t->name) ? "location" : NULL;
	case ENT_WIRE_DESIGNATED:
		return "intrusion-set";
	case ENT_WIRE_PERSON:
	case ENT_WIRE_ORGANISATION:
		return "identity";
	case ENT_WIRE_NAME:
		return t->speaks ? "identity" : NULL;
	default:
		return NULL;
	}
}

/* ---- objects ---- */

void
ent_wire_begin(struct ent_wire_making *m, const char *type, struct ent_str id)
{
	ent_jw_object(&m->w);
	ent_jw_kc(&m->w, "type", type);
	ent_jw_kc(&m->w, "spec_version", "2.1");
	ent_jw_kstr(&m->w, "id", id);
	ent_jw_kstr(&m->w, "created", m->when);
	ent_jw_kstr(&m->w, "modified", m->when);
	if (!ent_str_starts(id, "report--")) {
		ent_buf_c(&m->refs, m->n_refs++ ? ",\"" : "\"");
		ent_buf_str(&m->refs, id);
		ent_buf_ch(&m->refs, '"');
	}
}

void
ent_wire_put_date(struct ent_wire_making *m, const char *key, struct ent_wire_date d)
{
	if (d.year)
		ent_jw_kstr(&m->w, key, ent_wire_date_text(m->a, d));
}

/* {"name":"TASS","text":"report of 2021-09-11, datelined Washington"} */
void
ent_wire_source(struct ent_wire_making *m, struct ent_str more)
{
	const struct ent_wire_dateline *l = &m->r->dateline;
	struct ent_buf b;

	ent_buf_init(&b, 4096);
	ent_jw_object(&m->w);
	ent_jw_kstr(&m->w, "name", m->source);
	ent_buf_c(&b, "news report");
	if (l->date.year)
		ent_buf_printf(&b, " of %.*s", ENT_FMT(ent_wire_date_text(m->a, l->date)));
	if (l->place_thing)
		ent_buf_printf(&b, ", datelined %.*s",
		               ENT_FMT(m->r->things[l->place_thing].name));
	ent_buf_str(&b, more);
	ent_jw_kstr(&m->w, "text", ent_buf_view(&b));
	ent_wire_put_date(m, "date", l->date);
	ent_jw_end_object(&m->w);
	ent_buf_release(&b);
}

static void
identity(struct ent_wire_making *m, const struct ent_wire_thing *t)
{
	ent_jw_kstr(&m->w, "name", t->name);
	if (t->office.p) {
		ent_jw_key(&m->w, "roles");
		ent_jw_array(&m->w);
		ent_jw_str(&m->w, t->office);
		ent_jw_end_array(&m->w);
	}
	ent_jw_kstr(&m->w, "identity_class", t->class_.p ? t->class_ : ENT_STR("unknown"));
}

static void
location(struct ent_wire_making *m, const struct ent_wire_thing *t)
{
	const char *region = region_of(t->name);

	ent_jw_kstr(&m->w, "name", t->name);
	if (region)
		ent_jw_kc(&m->w, "region", region);
	if (t->country.n == 2)
		ent_jw_kstr(&m->w, "country", t->country);
	if (t->country.n == 2 && !t->is_country)
		ent_jw_kstr(&m->w, "city", t->name);
}

/* ---- designations ---- */

static void
designation(struct ent_wire_making *m, const struct ent_wire_ruling *r)
{
	const struct ent_wire_thing *entity = &m->r->things[r->entity];
	struct ent_str act = { m->r->text.p + r->at.from, r->at.to - r->at.from };

	ent_jw_object(&m->w);
	ent_jw_kstr(&m->w, "authority", m->r->things[r->authority].name);
	ent_jw_kc(&m->w, "authority_kind", r->authority_kind);
	ent_jw_kstr(&m->w, "jurisdiction",
	            r->jurisdiction.n == 2 ? r->jurisdiction : ENT_STR(NO_COUNTRY));
	ent_jw_key(&m->w, "names");
	ent_jw_array(&m->w);
	ent_jw_str(&m->w, entity->name);
	ent_jw_end_array(&m->w);
	ent_jw_kstr(&m->w, "instrument", act);
	ent_wire_put_date(m, "decided_on", r->date);
	ent_jw_key(&m->w, "effects");
	ent_jw_array(&m->w);
	for (size_t i = 0; i < r->n_effects; i++)
		ent_jw_c(&m->w, r->effects[i]);
	ent_jw_end_array(&m->w);
	if (entity->notice.p && ent_str_eq(entity->notice_country, r->jurisdiction)) {
		ent_jw_key(&m->w, "notice");
		ent_jw_object(&m->w);
		ent_jw_kstr(&m->w, (unsigned char)entity->notice.p[0] < 0x80 ? "en" : "ru",
		            entity->notice);
		ent_jw_end_object(&m->w);
	}
	ent_jw_key(&m->w, "source");
	ent_jw_object(&m->w);
	ent_jw_kstr(&m->w, "name", m->source);
	ent_jw_kstr(&m->w, "sha256", m->sha256);
	ent_jw_end_object(&m->w);
	ent_jw_end_object(&m->w);
}

bool
ent_wire_ruling_whole(const struct ent_wire_ruling *r)
{
	return r->date.year && r->date.month && r->date.day && r->n_effects;
}

static void
group(struct ent_wire_making *m, uint32_t thing)
{
	const struct ent_wire_thing *t = &m->r->things[thing];
	bool any = false;

	ent_jw_kstr(&m->w, "name", t->name);
	for (size_t i = 1; i < m->r->n_rulings; i++) {
		const struct ent_wire_ruling *r = &m->r->rulings[i];

		if (r->entity != thing || !ent_wire_ruling_whole(r))
			continue;
		if (!any) {
			ent_jw_key(&m->w, "extensions");
			ent_jw_object(&m->w);
			ent_jw_key(&m->w, DESIGNATION);
			ent_jw_object(&m->w);
			ent_jw_kc(&m->w, "extension_type", "property-extension");
			ent_jw_key(&m->w, "designations");
			ent_jw_array(&m->w);
		}
		any = true;
		designation(m, r);
	}
	if (any) {
		ent_jw_end_array(&m->w);
		ent_jw_end_object(&m->w);
		ent_jw_end_object(&m->w);
	}
}

static void
things(struct ent_wire_making *m)
{
	for (uint32_t i = 1; i < m->r->n_things; i++) {
		const struct ent_wire_thing *t = &m->r->things[i];

		if (!m->id[i].p)
			continue;
		ent_wire_begin(m, type_of(t), m->id[i]);
		if (t->kind == ENT_WIRE_PLACE)
			location(m, t);
		else if (t->kind == ENT_WIRE_DESIGNATED)
			group(m, i);
		else
			identity(m, t);
		ent_jw_end_object(&m->w);
	}
}

/* ---- what was said ---- */

/* An act that doesn't say all that a designation must have is told in words. */
static void
act(struct ent_wire_making *m, size_t index)
{
	const struct ent_wire_item *it = &m->r->items[index];
	const struct ent_wire_ruling *r = &m->r->rulings[it->ruling];

	ent_wire_begin(m, "note",
	               id_of(m, "note", "designation", index, text_at(m->r, it->at)));
	ent_jw_kstr(&m->w, "abstract",
	            ent_arena_printf(m->a, "Designation: %.*s, by %.*s",
	                             ENT_FMT(m->r->things[r->entity].name),
	                             ENT_FMT(m->r->things[r->authority].name)));
	ent_jw_kstr(&m->w, "content", text_at(m->r, it->at));
	ent_jw_key(&m->w, "object_refs");
	ent_jw_array(&m->w);
	ent_jw_str(&m->w, m->id[r->entity]);
	ent_jw_end_array(&m->w);
	ent_jw_end_object(&m->w);
}

static void
note(struct ent_wire_making *m, size_t index, struct ent_str report)
{
	const struct ent_wire_item *it = &m->r->items[index];
	const struct ent_wire_thing *who = &m->r->things[it->thing];
	bool quoted = it->kind == ENT_WIRE_QUOTATION;

	ent_wire_begin(
	    m, "note",
	    id_of(m, "note", ent_wire_kind_name(it->kind), index, text_at(m->r, it->at)));
	if (it->verb.to)
		ent_jw_kstr(&m->w, "abstract",
		            ent_arena_printf(
				m->a, "%s: %.*s %.*s", quoted ? "Quotation" : "Statement",
				ENT_FMT(it->thing ? who->name : text_at(m->r, it->subject)),
				ENT_FMT(text_at(m->r, it->verb))));
	ent_jw_kstr(&m->w, "content", text_at(m->r, it->at));
	if (it->thing) {
		ent_jw_key(&m->w, "authors");
		ent_jw_array(&m->w);
		ent_jw_str(&m->w, who->name);
		ent_jw_end_array(&m->w);
	}
	ent_jw_key(&m->w, "object_refs");
	ent_jw_array(&m->w);
	ent_jw_str(&m->w, it->thing && m->id[it->thing].p ? m->id[it->thing] : report);
	ent_jw_end_array(&m->w);
	ent_jw_end_object(&m->w);
}

/* ---- the report ---- */

static struct ent_str
title(struct ent_wire_making *m)
{
	struct ent_str body = m->r->text, t = m->r->headline;
	size_t n;

	if (!t.p) {
		body = ent_str_from(body, m->r->dateline.found ? m->r->dateline.at.to : 0);
		while (body.n && (unsigned char)body.p[0] <= ' ')
			body = ent_str_from(body, 1);
		t = (struct ent_str){ body.p, ent_str_find(body, '\n') };
	}
	if (t.n > NAME_MAX_BYTES) {
		n = ent_utf8_cut(t, NAME_MAX_BYTES).n;
		while (n > NAME_MAX_BYTES / 2 && t.p[n - 1] != ' ')
			n--;
		t.n = n;
		return ent_arena_printf(m->a, "%.*s...", ENT_FMT(ent_str_trim(t)));
	}
	t = ent_str_trim(t);
	return t.n ? t : ENT_STR("News report");
}

static void
report(struct ent_wire_making *m, struct ent_str id)
{
	const struct ent_wire_dateline *l = &m->r->dateline;

	ent_wire_begin(m, "report", id);
	ent_jw_kstr(&m->w, "name", title(m));
	ent_jw_kc(&m->w, "description",
	          "Read from the text of a news report; what it says is its source's.");
	ent_jw_key(&m->w, "report_types");
	ent_jw_array(&m->w);
	ent_jw_c(&m->w, m->r->n_incidents > 1 ? "incident" : "threat-report");
	ent_jw_end_array(&m->w);
	ent_jw_kstr(&m->w, "published", m->when);
	ent_jw_key(&m->w, "external_references");
	ent_jw_array(&m->w);
	ent_jw_object(&m->w);
	ent_jw_kstr(&m->w, "source_name", m->source);
	ent_jw_kstr(&m->w, "description",
	            l->found ? text_at(m->r, l->at) : ENT_STR("no dateline"));
	ent_jw_key(&m->w, "hashes");
	ent_jw_object(&m->w);
	ent_jw_kstr(&m->w, "SHA-256", m->sha256);
	ent_jw_end_object(&m->w);
	ent_jw_end_object(&m->w);
	ent_jw_end_array(&m->w);
	ent_jw_key(&m->w, "object_refs");
	ent_jw_array(&m->w);
	ent_jw_raw(&m->w, ent_buf_view(&m->refs));
	ent_jw_end_array(&m->w);
	ent_jw_end_object(&m->w);
}

/* Who published it: the agency, where the text names one that isn't among its things. */
static void
publisher(struct ent_wire_making *m)
{
	for (uint32_t i = 1; i < m->r->n_things; i++)
		if (m->id[i].p && ent_str_eq(m->r->things[i].name, m->source))
			return;
	ent_wire_begin(m, "identity", id_of(m, "identity", "source", 0, m->source));
	ent_jw_kstr(&m->w, "name", m->source);
	ent_jw_kc(&m->w, "identity_class",
	          m->r->dateline.agency_name.p ? "organization" : "unknown");
	ent_jw_end_object(&m->w);
}

static int
prepare(struct ent_wire_making *m)
{
	const struct ent_wire_report *r = m->r;
	struct ent_wire_date d = r->dateline.date;

	m->sha256 = ent_sha256_hex(m->a, r->text);
	m->id = ent_arena_array(m->a, r->n_things, sizeof(*m->id));
	m->attack = ent_arena_array(m->a, r->n_incidents, sizeof(*m->attack));
	m->claims = ent_arena_array(m->a, r->n_incidents, sizeof(*m->claims));
	m->next = ent_arena_array(m->a, r->n_items + 1, sizeof(*m->next));
	m->told = ent_map_new(m->a);
	if (!d.year) /* not known */
		d = (struct ent_wire_date){ 1970, 1, 1 };
	m->when = ent_arena_printf(m->a, "%04d-%02d-%02dT00:00:00.000Z", d.year,
	                           d.month ? d.month : 1, d.day ? d.day : 1);
	if (!m->sha256.p || !m->id || !m->attack || !m->claims || !m->next || !m->told ||
	    !m->when.p)
		return ENT_ENOMEM;
	m->source =
	    r->dateline.agency_name.p ? r->dateline.agency_name : ENT_STR("unnamed source");
	for (uint32_t i = 1; i < r->n_things; i++)
		if (type_of(&r->things[i]))
			m->id[i] =
			    id_of(m, type_of(&r->things[i]),
			          ent_wire_kind_name(r->things[i].kind), 0, r->things[i].name);
	for (uint32_t i = 1; i < r->n_incidents; i++)
		m->attack[i] = id_of(m, "incident", "incident", i,
		                     ent_wire_date_text(m->a, r->incidents[i].date));
	for (size_t i = r->n_items; i > 0; i--) {
		uint32_t x = r->items[i - 1].incident;

		if (r->items[i - 1].kind == ENT_WIRE_FIGURE && x) {
			m->next[i - 1] = m->claims[x];
			m->claims[x] = (uint32_t)i;
		}
	}
	return m->failed ? ENT_ENOMEM : 0;
}

static void
bundle(struct ent_wire_making *m)
{
	struct ent_str id = id_of(m, "report", "report", 0, ENT_STR(""));

	ent_jw_object(&m->w);
	ent_jw_kc(&m->w, "type", "bundle");
	ent_jw_kstr(&m->w, "id", id_of(m, "bundle", "bundle", 0, ENT_STR("")));
	ent_jw_key(&m->w, "objects");
	ent_jw_array(&m->w);
	publisher(m);
	things(m);
	for (uint32_t i = 1; i < m->r->n_incidents; i++)
		ent_wire_put_incident(m, i);
	for (size_t i = 0; i < m->r->n_items; i++)
		if (m->r->items[i].kind == ENT_WIRE_QUOTATION ||
		    m->r->items[i].kind == ENT_WIRE_STATEMENT)
			note(m, i, id);
		else if (m->r->items[i].kind == ENT_WIRE_RULING &&
		         !ent_wire_ruling_whole(&m->r->rulings[m->r->items[i].ruling]))
			act(m, i);
	report(m, id);
	ent_jw_end_array(&m->w);
	ent_jw_end_object(&m->w);
}

int
ent_wire_bundle_with(const struct ent_wire_report *r, struct ent_arena *a, struct ent_buf *to,
                     struct ent_wire_ids *ids, struct ent_err *err)
{
	struct ent_wire_making m = { .r = r, .a = a };
	int rc;

	ent_jw_init(&m.w, to);
	ent_buf_init(&m.refs, to->max);
	rc = prepare(&m);
	if (rc == 0)
		bundle(&m);
	if (rc || m.failed || !ent_buf_ok(&m.refs) || !ent_buf_ok(to))
		rc = ent_fail(err, ENT_ENOMEM, "no memory for the bundle");
	ent_buf_release(&m.refs);
	if (ids)
		*ids = (struct ent_wire_ids){ m.id, m.attack, m.sha256 };
	return rc;
}

int
ent_wire_bundle(const struct ent_wire_report *r, struct ent_arena *a, struct ent_buf *to,
                struct ent_err *err)
{
	return ent_wire_bundle_with(r, a, to, NULL, err);
}

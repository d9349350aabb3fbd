/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_json.c - the items of a wire report with their places: for programs as JSON, for people
 * as lines.
 */
#include "intake/wire_stix_int.h"
#include "json/write.h"

static const char *const kinds[] = {
	[ENT_WIRE_DATELINE] = "dateline",
	[ENT_WIRE_QUOTATION] = "quotation",
	[ENT_WIRE_STATEMENT] = "statement",
	[ENT_WIRE_PERSON] = "person",
	[ENT_WIRE_ORGANISATION] = "organisation",
	[ENT_WIRE_PLACE] = "place",
	[ENT_WIRE_NAME] = "name",
	[ENT_WIRE_DESIGNATED] = "designated-name",
	[ENT_WIRE_DATE] = "date",
	[ENT_WIRE_FIGURE] = "figure",
	[ENT_WIRE_RULING] = "designation",
	[ENT_WIRE_INCIDENT] = "incident",
};
static const char *const bases[] = {
	[ENT_BASIS_STATED] = "stated",           [ENT_BASIS_GIVEN] = "given",
	[ENT_BASIS_ANNIVERSARY] = "anniversary", [ENT_BASIS_WEEKDAY] = "weekday",
	[ENT_BASIS_DATELINE] = "dateline",       [ENT_BASIS_YEARS] = "latest-year",
	[ENT_BASIS_UNKNOWN] = "unknown",
};
static const char *const bounds[] = {
	[ENT_BOUND_EXACT] = "exact",    [ENT_BOUND_MORE] = "more-than",
	[ENT_BOUND_LEAST] = "at-least", [ENT_BOUND_ABOUT] = "about",
	[ENT_BOUND_NEARLY] = "nearly",  [ENT_BOUND_MOST] = "up-to",
	[ENT_BOUND_LESS] = "less-than", [ENT_BOUND_RANGE] = "range",
};

const char *
ent_wire_kind_name(enum ent_wire_kind kind)
{
	return kind < ENT_WIRE_KINDS ? kinds[kind] : "";
}

struct ent_str
ent_wire_date_text(struct ent_arena *a, struct ent_wire_date d)
{
	if (d.year && d.month && d.day)
		return ent_arena_printf(a, "%04d-%02d-%02d", d.year, d.month, d.day);
	if (d.year && d.month)
		return ent_arena_printf(a, "%04d-%02d", d.year, d.month);
	if (d.year)
		return ent_arena_printf(a, "%04d", d.year);
	if (d.month && d.day)
		return ent_arena_printf(a, "--%02d-%02d", d.month, d.day);
	if (d.month)
		return ent_arena_printf(a, "--%02d", d.month);
	return ENT_STR("");
}

struct writing {
	const struct ent_wire_report *r;
	struct ent_arena *a;
	const struct ent_wire_places *places;
	struct ent_wire_ids ids;
	struct ent_jw w;
};

static void
range(struct writing *x, struct ent_wire_span s)
{
	ent_jw_key(&x->w, "range");
	ent_jw_array(&x->w);
	ent_jw_int(&x->w, (int64_t)ent_wire_characters(x->places, s.from));
	ent_jw_int(&x->w, (int64_t)ent_wire_characters(x->places, s.to));
	ent_jw_end_array(&x->w);
}

static void
or_null(struct writing *x, const char *key, struct ent_str s)
{
	if (s.p && s.n)
		ent_jw_kstr(&x->w, key, s);
	else
		ent_jw_kraw(&x->w, key, ENT_STR("null"));
}

static void
date(struct writing *x, const char *key, struct ent_wire_date d)
{
	or_null(x, key, ent_wire_date_text(x->a, d));
}

/* {"text":"said","range":[10,14]}, or null */
static void
span(struct writing *x, const char *key, struct ent_wire_span s)
{
	if (!s.to) {
		ent_jw_kraw(&x->w, key, ENT_STR("null"));
		return;
	}
	ent_jw_key(&x->w, key);
	ent_jw_object(&x->w);
	ent_jw_kstr(&x->w, "text", text_at(x->r, s));
	range(x, s);
	ent_jw_end_object(&x->w);
}

static void
named(struct writing *x, uint32_t thing)
{
	const struct ent_wire_thing *t = &x->r->things[thing];

	ent_jw_kstr(&x->w, "name", t->name);
	if (t->kind == ENT_WIRE_PERSON)
		or_null(x, "office", t->office);
	if (t->country.p)
		ent_jw_kstr(&x->w, "country", t->country);
	or_null(x, "ref", x->ids.thing[thing]);
}

static void
speech(struct writing *x, const struct ent_wire_item *i)
{
	if (!i->thing && !i->subject.to) {
		ent_jw_kraw(&x->w, "speaker", ENT_STR("null"));
	} else {
		ent_jw_key(&x->w, "speaker");
		ent_jw_object(&x->w);
		if (i->thing)
			named(x, i->thing);
		else
			ent_jw_kraw(&x->w, "name", ENT_STR("null"));
		if (i->subject.to) {
			ent_jw_kstr(&x->w, "text", text_at(x->r, i->subject));
			range(x, i->subject);
		}
		ent_jw_end_object(&x->w);
	}
	span(x, "verb", i->verb);
	if (i->kind == ENT_WIRE_QUOTATION) {
		ent_jw_kbool(&x->w, "carried", i->carried);
		ent_jw_kbool(&x->w, "open", i->open);
	}
}

static void
dates(struct writing *x, const struct ent_wire_item *i)
{
	date(x, "value", i->date);
	if (i->until.year)
		date(x, "until", i->until);
	ent_jw_kc(&x->w, "basis", bases[i->basis]);
	ent_jw_kbool(&x->w, "relative", i->unit && i->unit != 'A');
}

static void
figure(struct writing *x, const struct ent_wire_item *i)
{
	or_null(x, "quantity", ent_str_c(i->quantity));
	ent_jw_kint(&x->w, "value", i->value);
	if (i->most)
		ent_jw_kint(&x->w, "until", i->most);
	ent_jw_kc(&x->w, "bound", bounds[i->bound]);
	ent_jw_kbool(&x->w, "part", i->part);
	ent_jw_key(&x->w, "source");
	ent_jw_object(&x->w);
	or_null(x, "name", x->r->dateline.agency_name);
	or_null(x, "speaker",
	        i->thing ? x->r->things[i->thing].name : (struct ent_str){ NULL, 0 });
	ent_jw_end_object(&x->w);
	or_null(x, "incident",
	        i->incident ? x->ids.incident[i->incident] : (struct ent_str){ NULL, 0 });
	if (i->incident)
		date(x, "incident_date", x->r->incidents[i->incident].date);
}

static void
ruling(struct writing *x, const struct ent_wire_item *i)
{
	const struct ent_wire_ruling *r = &x->r->rulings[i->ruling];

	ent_jw_key(&x->w, "entity");
	ent_jw_object(&x->w);
	named(x, r->entity);
	ent_jw_end_object(&x->w);
	ent_jw_key(&x->w, "authority");
	ent_jw_object(&x->w);
	named(x, r->authority);
	ent_jw_kc(&x->w, "kind", r->authority_kind);
	ent_jw_end_object(&x->w);
	or_null(x, "jurisdiction", r->jurisdiction);
	span(x, "verb", r->verb);
	date(x, "date", r->date);
	ent_jw_key(&x->w, "effects");
	ent_jw_array(&x->w);
	for (size_t k = 0; k < r->n_effects; k++)
		ent_jw_c(&x->w, r->effects[k]);
	ent_jw_end_array(&x->w);
	ent_jw_kbool(&x->w, "effects_stated", r->effects_stated);
	ent_jw_kbool(&x->w, "in_bundle", ent_wire_ruling_whole(r));
}

static void
words(struct writing *x, const char *key, const char *const *list, size_t n)
{
	ent_jw_key(&x->w, key);
	ent_jw_array(&x->w);
	for (size_t i = 0; i < n; i++)
		ent_jw_c(&x->w, list[i]);
	ent_jw_end_array(&x->w);
}

static void
incident(struct writing *x, const struct ent_wire_item *i)
{
	const struct ent_wire_incident *c = &x->r->incidents[i->incident];

	date(x, "date", c->date);
	ent_jw_kc(&x->w, "phase", c->phase);
	words(x, "attack_types", c->types, c->n_types);
	words(x, "weapon_types", c->weapons, c->n_weapons);
	ent_jw_key(&x->w, "places");
	ent_jw_array(&x->w);
	for (size_t k = 0; k < c->n_places; k++) {
		ent_jw_object(&x->w);
		named(x, c->places[k]);
		ent_jw_kc(&x->w, "role", c->roles[k]);
		ent_jw_end_object(&x->w);
	}
	ent_jw_end_array(&x->w);
	ent_jw_key(&x->w, "perpetrators");
	ent_jw_array(&x->w);
	for (size_t k = 0; k < c->n_groups; k++) {
		ent_jw_object(&x->w);
		named(x, c->groups[k]);
		ent_jw_kbool(&x->w, "uncertain", !c->sure[k]);
		ent_jw_end_object(&x->w);
	}
	ent_jw_end_array(&x->w);
	ent_jw_kint(&x->w, "claims", (int64_t)c->claims);
	or_null(x, "ref", x->ids.incident[i->incident]);
}

static void
dateline(struct writing *x)
{
	const struct ent_wire_dateline *l = &x->r->dateline;

	or_null(x, "agency", l->agency_name);
	or_null(x, "place",
	        l->place_thing ? x->r->things[l->place_thing].name
	                       : (struct ent_str){ NULL, 0 });
	if (l->place_thing)
		or_null(x, "country", x->r->things[l->place_thing].country);
	date(x, "date", l->date);
	ent_jw_kc(&x->w, "basis", bases[l->basis]);
}

static void
item(struct writing *x, const struct ent_wire_item *i)
{
	ent_jw_object(&x->w);
	ent_jw_kc(&x->w, "kind", kinds[i->kind]);
	range(x, i->at);
	ent_jw_kstr(&x->w, "text", text_at(x->r, i->at));
	switch (i->kind) {
	case ENT_WIRE_DATELINE:
		dateline(x);
		break;
	case ENT_WIRE_QUOTATION:
	case ENT_WIRE_STATEMENT:
		speech(x, i);
		break;
	case ENT_WIRE_DATE:
		dates(x, i);
		break;
	case ENT_WIRE_FIGURE:
		figure(x, i);
		break;
	case ENT_WIRE_RULING:
		ruling(x, i);
		break;
	case ENT_WIRE_INCIDENT:
		incident(x, i);
		break;
	case ENT_WIRE_DESIGNATED:
		named(x, i->thing);
		span(x, "notice", i->notice);
		if (i->notice.to)
			or_null(x, "notice_jurisdiction", i->notice_country);
		break;
	case ENT_WIRE_PERSON:
	case ENT_WIRE_ORGANISATION:
	case ENT_WIRE_PLACE:
	case ENT_WIRE_NAME:
	case ENT_WIRE_KINDS:
		named(x, i->thing);
		break;
	}
	ent_jw_end_object(&x->w);
}

int
ent_wire_json(const struct ent_wire_report *r, struct ent_arena *a, struct ent_buf *to,
              struct ent_err *err)
{
	struct writing x = { .r = r, .a = a };
	int rc;

	x.places = ent_wire_places_new(a, r->text);
	if (!x.places)
		return ent_fail(err, ENT_ENOMEM, "no memory for the places");
	ent_buf_c(to, "{\"bundle\":");
	rc = ent_wire_bundle_with(r, a, to, &x.ids, err);
	if (rc)
		return rc;
	ent_jw_init(&x.w, to);
	x.w.comma = true;
	ent_jw_key(&x.w, "source");
	ent_jw_object(&x.w);
	dateline(&x);
	or_null(&x, "headline", r->headline);
	ent_jw_kstr(&x.w, "sha256", x.ids.sha256);
	ent_jw_kint(&x.w, "characters",
	            (int64_t)ent_wire_characters(x.places, (uint32_t)r->text.n));
	ent_jw_kc(&x.w, "unit", "code-point");
	ent_jw_end_object(&x.w);
	ent_jw_key(&x.w, "items");
	ent_jw_array(&x.w);
	for (size_t i = 0; i < r->n_items; i++)
		item(&x, &r->items[i]);
	ent_jw_end_array(&x.w);
	ent_jw_kint(&x.w, "dropped", (int64_t)r->dropped);
	ent_jw_end_object(&x.w);
	return ent_buf_ok(to) ? 0 : ent_fail(err, ENT_ENOMEM, "no memory for the document");
}

/* ---- for people ---- */

static void
line_speech(struct ent_buf *b, const struct ent_wire_report *r, const struct ent_wire_item *i)
{
	struct ent_str who = i->thing ? r->things[i->thing].name : text_at(r, i->subject);

	if (!i->verb.to) {
		ent_buf_c(b, " <- nobody is named");
		return;
	}
	ent_buf_printf(b, " <- %.*s", ENT_FMT(who.n ? who : ENT_STR("?")));
	if (i->thing && r->things[i->thing].office.p)
		ent_buf_printf(b, " (%.*s)", ENT_FMT(r->things[i->thing].office));
	ent_buf_printf(b, ", \"%.*s\"%s%.*s%s", ENT_FMT(text_at(r, i->verb)),
	               i->subject.to ? " by " : "", ENT_FMT(text_at(r, i->subject)),
	               i->carried ? ", carried on" : "");
}

static void
line_ruling(struct ent_buf *b, const struct ent_wire_report *r, const struct ent_wire_item *i,
            struct ent_arena *a)
{
	const struct ent_wire_ruling *x = &r->rulings[i->ruling];

	ent_buf_printf(b, " <- %.*s, by %.*s (%s", ENT_FMT(r->things[x->entity].name),
	               ENT_FMT(r->things[x->authority].name), x->authority_kind);
	if (x->jurisdiction.p)
		ent_buf_printf(b, ", %.*s", ENT_FMT(x->jurisdiction));
	ent_buf_printf(
	    b, "), %.*s:",
	    ENT_FMT(x->date.year ? ent_wire_date_text(a, x->date) : ENT_STR("no date")));
	for (size_t k = 0; k < x->n_effects; k++)
		ent_buf_printf(b, " %s", x->effects[k]);
	if (!ent_wire_ruling_whole(x))
		ent_buf_c(b, " (not in the bundle: a day or an effect is missing)");
}

static void
line_figure(struct ent_buf *b, const struct ent_wire_report *r, const struct ent_wire_item *i,
            struct ent_arena *a)
{
	ent_buf_printf(b, " <- %s %s %lld", i->quantity ? i->quantity : "?", bounds[i->bound],
	               (long long)i->value);
	if (i->most)
		ent_buf_printf(b, " to %lld", (long long)i->most);
	if (i->part)
		ent_buf_c(b, ", a part of another");
	if (i->incident && r->incidents[i->incident].date.year)
		ent_buf_printf(b, ", attack of %.*s",
		               ENT_FMT(ent_wire_date_text(a, r->incidents[i->incident].date)));
	else if (i->incident)
		ent_buf_c(b, ", attack without a date");
	if (i->thing)
		ent_buf_printf(b, ", says %.*s", ENT_FMT(r->things[i->thing].name));
}

static void
line_incident(struct ent_buf *b, const struct ent_wire_report *r, const struct ent_wire_item *i,
              struct ent_arena *a)
{
	const struct ent_wire_incident *x = &r->incidents[i->incident];

	ent_buf_printf(
	    b, " <- %s, %.*s", x->phase,
	    ENT_FMT(x->date.year ? ent_wire_date_text(a, x->date) : ENT_STR("no date")));
	for (size_t k = 0; k < x->n_types; k++)
		ent_buf_printf(b, ", %s", x->types[k]);
	for (size_t k = 0; k < x->n_places; k++)
		ent_buf_printf(b, ", %s: %.*s", x->roles[k],
		               ENT_FMT(r->things[x->places[k]].name));
	for (size_t k = 0; k < x->n_groups; k++)
		ent_buf_printf(b, ", %sby %.*s", x->sure[k] ? "" : "perhaps ",
		               ENT_FMT(r->things[x->groups[k]].name));
}

struct ent_str
ent_wire_line_of(const struct ent_wire_report *r, struct ent_arena *a,
                 const struct ent_wire_item *i)
{
	const struct ent_wire_thing *t = &r->things[i->thing];
	struct ent_buf b;
	struct ent_str out;

	ent_buf_init(&b, (size_t)64 << 20);
	ent_buf_str(&b, text_at(r, i->at));
	if (i->kind == ENT_WIRE_QUOTATION || i->kind == ENT_WIRE_STATEMENT) {
		line_speech(&b, r, i);
	} else if (i->kind == ENT_WIRE_RULING) {
		line_ruling(&b, r, i, a);
	} else if (i->kind == ENT_WIRE_INCIDENT) {
		line_incident(&b, r, i, a);
	} else if (i->kind == ENT_WIRE_FIGURE) {
		line_figure(&b, r, i, a);
	} else if (i->kind == ENT_WIRE_DATE || i->kind == ENT_WIRE_DATELINE) {
		if (i->kind == ENT_WIRE_DATELINE)
			ent_buf_printf(&b, " <- %.*s, %.*s", ENT_FMT(r->dateline.agency_name),
			               ENT_FMT(t->name));
		ent_buf_printf(
		    &b, " <- %.*s%s%.*s (%s)", ENT_FMT(ent_wire_date_text(a, i->date)),
		    i->until.year ? "/" : "",
		    ENT_FMT(i->until.year ? ent_wire_date_text(a, i->until) : ENT_STR("")),
		    bases[i->basis]);
	} else if (!ent_str_eq(t->name, text_at(r, i->at)) || t->office.p || t->country.p) {
		ent_buf_printf(&b, " <- %.*s", ENT_FMT(t->name));
		if (t->office.p)
			ent_buf_printf(&b, ", %.*s", ENT_FMT(t->office));
		if (t->country.p)
			ent_buf_printf(&b, ", %.*s", ENT_FMT(t->country));
	}
	if (i->kind == ENT_WIRE_DESIGNATED)
		ent_buf_printf(&b, i->notice.to ? ", notice \"%.*s\"" : ", no notice%.*s",
		               ENT_FMT(text_at(r, i->notice)));
	out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out;
}

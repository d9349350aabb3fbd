/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_stix.c - an entry of a list as a designation of docs/extensions.
 */
#include "intake/list.h"

#include <string.h>

#include "base/map.h"
#include "json/write.h"

/*
 * What the Security Council's regimes do to those that they list, by the letters that a
 * reference number begins with; a travel ban is for persons.  An embargo on arms is told where
 * it is on the listed themselves and not on a territory.
 */
static const struct {
	const char *regime;
	bool freeze, travel, arms;
} regimes[] = {
	{ "QD", true, true, true },   { "TA", true, true, true },  { "IQ", true, false, false },
	{ "CD", true, true, false },  { "SD", true, true, false }, { "SO", true, true, true },
	{ "KP", true, true, false },  { "IR", true, true, false }, { "LY", true, true, false },
	{ "GB", false, true, false }, { "CF", true, true, false }, { "YE", true, true, true },
	{ "SS", true, true, false },  { "ML", true, true, false }, { "HT", true, true, true },
};

static void
effects(struct ent_jw *w, const struct ent_listed *r)
{
	struct ent_str words = ent_str_c(r->list->effects), word;
	bool person = r->kind == ENT_LISTED_PERSON || r->kind == ENT_LISTED_UNKNOWN;
	size_t i = sizeof(regimes) / sizeof(regimes[0]);

	ent_jw_key(w, "effects");
	ent_jw_array(w);
	if (strcmp(r->list->id, "un-sc") == 0)
		for (i = 0; i < sizeof(regimes) / sizeof(regimes[0]); i++)
			if (ent_str_starts(r->ref, regimes[i].regime))
				break;
	if (i < sizeof(regimes) / sizeof(regimes[0])) {
		if (regimes[i].freeze)
			ent_jw_c(w, "asset-freeze");
		if (regimes[i].travel && (person || !regimes[i].freeze))
			ent_jw_c(w, "travel-ban");
		if (regimes[i].arms)
			ent_jw_c(w, "arms-embargo");
	} else {
		while (ent_str_next(&words, ' ', &word))
			ent_jw_str(w, word);
	}
	ent_jw_end_array(w);
}

static void
some(struct ent_jw *w, const char *key, struct ent_str s)
{
	if (s.n)
		ent_jw_kstr(w, key, s);
}

static void
texts(struct ent_jw *w, const char *key, const struct ent_str *s, size_t n)
{
	if (!n)
		return;
	ent_jw_key(w, key);
	ent_jw_array(w);
	for (size_t i = 0; i < n; i++)
		ent_jw_str(w, s[i]);
	ent_jw_end_array(w);
}

static void
names(struct ent_jw *w, const struct ent_listed *r)
{
	ent_jw_key(w, "names");
	ent_jw_array(w);
	for (size_t i = 0; i < r->n_names; i++) {
		const struct ent_listed_name *n = &r->names[i];

		ent_jw_object(w);
		ent_jw_kstr(w, "name", n->text);
		ent_jw_kc(w, "quality", ent_listed_quality_name(n->quality));
		if (n->original)
			ent_jw_kbool(w, "original_script", true);
		if (n->last_first)
			ent_jw_kbool(w, "last_name_first", true);
		if (n->former)
			ent_jw_kbool(w, "former", true);
		some(w, "note", n->note);
		ent_jw_end_object(w);
	}
	ent_jw_end_array(w);
}

static void
births(struct ent_jw *w, const struct ent_listed *r)
{
	static const char *const certainties[] = { "exact", "about", "between" };
	char day[16];

	if (!r->n_births)
		return;
	ent_jw_key(w, "births");
	ent_jw_array(w);
	for (size_t i = 0; i < r->n_births; i++) {
		const struct ent_listed_birth *b = &r->births[i];

		ent_jw_object(w);
		ent_jw_kc(w, "certainty", certainties[b->type]);
		if (b->from.year)
			ent_jw_kc(w, "date", ent_listed_day_text(b->from, day));
		if (b->type == ENT_DATE_BETWEEN && b->to.year)
			ent_jw_kc(w, "until", ent_listed_day_text(b->to, day));
		some(w, "note", b->note);
		ent_jw_end_object(w);
	}
	ent_jw_end_array(w);
}

static void
places(struct ent_jw *w, const char *key, const struct ent_listed_place *p, size_t n)
{
	if (!n)
		return;
	ent_jw_key(w, key);
	ent_jw_array(w);
	for (size_t i = 0; i < n; i++) {
		ent_jw_object(w);
		some(w, "street", p[i].street);
		some(w, "city", p[i].city);
		some(w, "province", p[i].province);
		some(w, "postal_code", p[i].postal);
		some(w, "country", p[i].country);
		some(w, "note", p[i].note);
		ent_jw_end_object(w);
	}
	ent_jw_end_array(w);
}

static void
documents(struct ent_jw *w, const struct ent_listed *r)
{
	if (!r->n_documents)
		return;
	ent_jw_key(w, "documents");
	ent_jw_array(w);
	for (size_t i = 0; i < r->n_documents; i++) {
		const struct ent_listed_document *d = &r->documents[i];

		ent_jw_object(w);
		some(w, "type", d->type);
		some(w, "number", d->number);
		some(w, "country", d->country);
		some(w, "note", d->note);
		ent_jw_end_object(w);
	}
	ent_jw_end_array(w);
}

/* Each name once, for readers that take the names alone. */
static int
plain_names(struct ent_jw *w, struct ent_arena *a, const struct ent_listed *r)
{
	struct ent_map *seen = ent_map_new(a);
	static char there[1];

	if (!seen)
		return ENT_ENOMEM;
	ent_jw_key(w, "names");
	ent_jw_array(w);
	for (size_t i = 0; i < r->n_names; i++) {
		if (ent_map_get(seen, r->names[i].text))
			continue;
		if (ent_map_put(seen, r->names[i].text, there))
			return ENT_ENOMEM;
		ent_jw_str(w, r->names[i].text);
	}
	ent_jw_end_array(w);
	return 0;
}

static void
day(struct ent_jw *w, const char *key, struct ent_listed_day d)
{
	char text[16];

	if (d.year && d.day)
		ent_jw_kc(w, key, ent_listed_day_text(d, text));
}

int
ent_listed_write(const struct ent_listed *r, struct ent_arena *a, struct ent_buf *b,
                 struct ent_err *err)
{
	bool ofac = strncmp(r->list->id, "us-ofac", 7) == 0;
	struct ent_jw w;

	ent_jw_init(&w, b);
	ent_jw_object(&w);
	ent_jw_kc(&w, "authority", r->list->authority);
	ent_jw_kc(&w, "authority_kind", r->list->authority_kind);
	ent_jw_kc(&w, "jurisdiction", r->list->jurisdiction);
	ent_jw_kc(&w, "instrument", r->list->title);
	ent_jw_kc(&w, "list", r->list->id);
	ent_jw_kstr(&w, "reference_number", r->ref);
	some(&w, "legal_basis", r->basis);
	day(&w, ofac ? "published_on" : "in_force_from", r->listed_on);
	day(&w, "updated_on", r->updated_on);
	day(&w, "expires_on", r->expires_on);
	effects(&w, r);
	if (plain_names(&w, a, r))
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	ent_jw_key(&w, "entry");
	ent_jw_object(&w);
	ent_jw_kc(&w, "kind", ent_listed_kind_name(r->kind));
	names(&w, r);
	births(&w, r);
	places(&w, "birth_places", r->birth_places, r->n_birth_places);
	texts(&w, "nationalities", r->nationalities, r->n_nationalities);
	documents(&w, r);
	places(&w, "addresses", r->addresses, r->n_addresses);
	texts(&w, "programmes", r->programmes, r->n_programmes);
	texts(&w, "positions", r->positions, r->n_positions);
	some(&w, "gender", r->gender);
	some(&w, "remarks", r->remarks);
	ent_jw_end_object(&w);
	ent_jw_end_object(&w);
	return ent_buf_ok(b) ? 0 : ent_fail(err, ENT_ELIMIT, "an entry that is too large");
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_ruling.c - acts of authorities that a report speaks of: who declared or banned whom,
 * when, to what effect.
 */
#include "intake/wire_int.h"

#define ENTITIES_MAX    8 /* of one sentence */
#define AUTHORITIES_MAX 6
#define VERBS_MAX       8

struct act {
	struct ent_wire *w;
	size_t from, to; /* tokens of the sentence */
	size_t verb;
	bool terrorist; /* it speaks of terrorists or extremists */
	size_t date, dates;
	uint32_t court, group; /* the last that were named */
};

static bool
terrorist(const struct ent_wire *w, size_t i)
{
	return ent_wire_word_is(w, i, "terrorist") || ent_wire_word_is(w, i, "extremist") ||
	       ent_wire_word_is(w, i, "terrorism");
}

/* What is asked for, doubted or undone is no act. */
static bool
happened(const struct act *a)
{
	static const char *const undone[] = { "lifted",     "removed",  "revoked",
		                              "overturned", "annulled", "delisted" };
	static const char *const asked[] = { "to",  "not",   "should", "would", "could", "must",
		                             "may", "might", "will",   "never", "shall" };
	const struct ent_wire *w = a->w;

	for (size_t i = a->from; i < a->to; i++)
		for (size_t k = 0; k < sizeof(undone) / sizeof(undone[0]); k++)
			if (ent_wire_word_is(w, i, undone[k]))
				return false;
	for (size_t k = 0; k < sizeof(asked) / sizeof(asked[0]); k++)
		if (ent_wire_word_is(w, a->verb - 1, asked[k]))
			return false;
	return true;
}

/* ---- whom ---- */

static bool
group_at(const struct ent_wire *w, size_t i)
{
	uint32_t m = tok(w, i)->mention;

	return m && w->mention[m].from == i &&
	       w->thing[w->mention[m].thing].kind == ENT_THING_GROUP;
}

/* A name of which nothing was known: what stands between the verb and "terrorist". */
static struct run
unknown_entity(const struct act *a)
{
	const struct ent_wire *w = a->w;
	struct run r = { 0, 0 };

	for (size_t i = a->verb + 1; i < a->to && !terrorist(w, i); i++) {
		uint32_t m = tok(w, i)->mention;

		if (punct(w, i, '.') || punct(w, i, ';'))
			break;
		if (m && w->thing[w->mention[m].thing].kind != ENT_THING_COUNTRY &&
		    w->thing[w->mention[m].thing].kind != ENT_THING_DEMONYM &&
		    w->thing[w->mention[m].thing].kind != ENT_THING_PLACE) {
			for (size_t k = i; k < w->mention[m].to; k++)
				if (terrorist(w, k)) /* "a Foreign Terrorist Organization" */
					return r;
			return (struct run){ w->mention[m].from, w->mention[m].to };
		}
		if (!m && cap(w, i) && !is(w, i, W_NOT_NAME | W_MONTH | W_WEEKDAY)) {
			r.from = r.to = i;
			while (r.to < a->to && cap(w, r.to) && !tok(w, r.to)->mention &&
			       !terrorist(w, r.to))
				r.to++;
			if (terrorist(w, r.to) && cap(w, r.to))
				break; /* "a Foreign Terrorist Organization" is no name */
			return r;
		}
	}
	r = (struct run){ 0, 0 };
	/* "Red Dawn was declared a terrorist organisation by ..." */
	for (size_t i = a->verb; i > a->from; i--) {
		uint32_t m = tok(w, i - 1)->mention;

		if (m && (w->thing[w->mention[m].thing].kind == ENT_THING_NAME ||
		          w->thing[w->mention[m].thing].kind == ENT_THING_ORGANISATION))
			return (struct run){ w->mention[m].from, w->mention[m].to };
		if (!m && cap(w, i - 1) &&
		    !is(w, i - 1, W_NOT_NAME | W_MONTH | W_WEEKDAY | W_HEAD)) {
			r.to = i;
			for (r.from = i - 1; r.from > a->from && cap(w, r.from - 1) &&
			                     !is(w, r.from - 1, W_NOT_NAME);)
				r.from--;
			return r;
		}
	}
	return r;
}

/* "the group" */
static bool
the_group(const struct ent_wire *w, size_t i)
{
	return ent_wire_word_is(w, i, "the") &&
	       (ent_wire_word_is(w, i + 1, "group") || ent_wire_word_is(w, i + 1, "movement") ||
	        ent_wire_word_is(w, i + 1, "organization") ||
	        ent_wire_word_is(w, i + 1, "organisation") ||
	        ent_wire_word_is(w, i + 1, "network"));
}

static bool
passive(const struct act *a)
{
	const struct ent_wire *w = a->w;

	for (size_t k = a->verb; k > a->from && a->verb - k < 4; k--)
		if (ent_wire_word_is(w, k - 1, "was") || ent_wire_word_is(w, k - 1, "were") ||
		    ent_wire_word_is(w, k - 1, "been") || ent_wire_word_is(w, k - 1, "is") ||
		    ent_wire_word_is(w, k - 1, "are"))
			return true;
	return false;
}

/* ---- by whom ---- */

static bool
may_act(const struct ent_wire *w, uint32_t thing)
{
	const struct thing *t = &w->thing[thing];

	return t->kind == ENT_THING_ORGANISATION || t->kind == ENT_THING_COUNTRY ||
	       (t->kind == ENT_THING_PLACE && t->code.p) || /* Washington */
	       (t->kind == ENT_THING_PERSON &&
	        (t->offices & (ENT_OFFICE_MINISTER | ENT_OFFICE_HEAD | ENT_OFFICE_LAW)));
}

static bool
is_agency(const struct thing *t)
{
	for (const struct ent_wire_names *r = ent_wire_agencies; r->names; r++)
		if (t->row == r)
			return true;
	return false;
}

/* An office that ends before a token: somebody is known by it alone. */
static uint32_t
office(const struct act *a, size_t end)
{
	struct ent_wire *w = a->w;
	struct run r = ent_wire_phrase_before(w, end, a->from);
	uint32_t thing;

	while (r.from < r.to && !tok(w, r.from)->mention && is(w, r.from, W_NOT_NAME))
		r.from++;
	thing =
	    ent_wire_thing(w, ENT_THING_ORGANISATION, ent_wire_run_text(w, r.from, r.to), NULL);
	for (size_t i = r.from; thing && i < r.to; i++) {
		uint32_t m = tok(w, i)->mention;

		if (m && !w->thing[thing].code.p)
			w->thing[thing].code = w->thing[w->mention[m].thing].code;
	}
	return thing;
}

/* An authority that has no name: "the Norlandian government". */
static uint32_t
unnamed(const struct act *a, size_t from, size_t to)
{
	struct ent_wire *w = a->w;
	uint32_t m = ent_wire_word_is(w, to, "in") ? tok(w, to + 1)->mention : 0, thing;

	from += is(w, from, W_NOT_NAME);
	if (m) /* a court in Astana */
		to = w->mention[m].to;
	thing = ent_wire_thing(w, ENT_THING_ORGANISATION, ent_wire_run_text(w, from, to), NULL);
	if (thing && m && !w->thing[thing].code.p)
		w->thing[thing].code = w->thing[w->mention[m].thing].code;
	return thing;
}

static uint32_t
authority(const struct act *a, uint32_t entity)
{
	const struct ent_wire *w = a->w;
	uint32_t found = 0;

	for (size_t i = a->verb + 1; i < a->to; i++) { /* by the Supreme Court */
		if (!ent_wire_word_is(w, i, "by"))
			continue;
		for (size_t k = i + 1; k < i + 6 && k < a->to; k++) {
			uint32_t m = tok(w, k)->mention;

			if (m && may_act(w, w->mention[m].thing) &&
			    w->mention[m].thing != entity)
				return w->mention[m].thing;
			if (!m && is(w, k, W_HEAD) && value_of(w, k) == 1) /* its government */
				return unnamed(a, i + 1, k + 1);
		}
	}
	if (passive(a))
		return 0;
	for (size_t i = a->verb; i > a->from; i--) {
		uint32_t m = tok(w, i - 1)->mention;
		const struct thing *t = m ? &w->thing[w->mention[m].thing] : NULL;

		if (is(w, i - 1, W_OFFICE) &&
		    (value_of(w, i - 1) & (ENT_OFFICE_MINISTER | ENT_OFFICE_HEAD)) &&
		    value_of(w, i - 1) != ENT_OFFICE_ANY) /* Norlandia's interior minister */
			return office(a, i);
		if (!m || w->mention[m].thing == entity || !may_act(w, w->mention[m].thing) ||
		    is_agency(t))
			continue;
		if (t->kind > ENT_THING_PLACE)
			return w->mention[m].thing;
		if (!found && !is(w, w->mention[m].from - 1, W_PREP) &&
		    !(ent_wire_word_is(w, w->mention[m].from - 1, "the") &&
		      is(w, w->mention[m].from - 2, W_PREP)))
			found = w->mention[m].thing;
	}
	if (found)
		return found;
	for (size_t i = a->verb; i > a->from; i--) /* the court, the government */
		if (is(w, i - 1, W_HEAD) && value_of(w, i - 1) == 1 &&
		    is(w, i - 2, W_NOT_NAME | W_OFFICE_MOD)) {
			if (ent_wire_word_is(w, i - 1, "court") && a->court)
				return a->court;
			return unnamed(a, i - 2, i);
		}
	return 0;
}

/* "by Turkey, the United States and the European Union": those behind the first, from also[1]
 * on. */
static size_t
others(const struct act *a, uint32_t first, uint32_t also[AUTHORITIES_MAX])
{
	const struct ent_wire *w = a->w;
	size_t n = 0, k = a->verb + 1;

	while (k < a->to &&
	       !(tok(w, k)->mention && w->mention[tok(w, k)->mention].thing == first))
		k++;
	while (k < a->to && n + 1 < AUTHORITIES_MAX) {
		size_t end = w->mention[tok(w, k)->mention].to;

		k = end;
		while (punct(w, k, ',') || ent_wire_word_is(w, k, "and") ||
		       ent_wire_word_is(w, k, "the"))
			k++;
		if (k == end || k >= a->to || !tok(w, k)->mention ||
		    !may_act(w, w->mention[tok(w, k)->mention].thing) ||
		    is_agency(&w->thing[w->mention[tok(w, k)->mention].thing]))
			break;
		also[1 + n++] = w->mention[tok(w, k)->mention].thing;
	}
	return n;
}

static const char *
kind_of(const struct ent_wire *w, uint32_t thing)
{
	static const struct {
		const char *word, *kind;
	} kinds[] = {
		{ "ministry", "ministry" },  { "minister", "minister" },
		{ "secretary", "minister" }, { "president", "other" },
		{ "court", "court" },        { "tribunal", "court" },
		{ "ministry", "ministry" },  { "department", "ministry" },
		{ "office", "ministry" },    { "treasury", "ministry" },
		{ "council", "council" },    { "parliament", "council" },
		{ "congress", "council" },   { "union", "council" },
		{ "duma", "council" },       { "assembly", "council" },
		{ "committee", "council" },  { "commission", "council" },
	};
	struct ent_str name = w->thing[thing].name;
	char folded[4 * FOLDED];
	struct ent_str f = { folded, ent_wire_fold(name, folded, sizeof(folded)) };

	if (w->thing[thing].kind == ENT_THING_PERSON)
		return "minister";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (memmem(f.p, f.n, kinds[i].word, strlen(kinds[i].word)))
			return kinds[i].kind;
	return "other";
}

/* ---- to what effect ---- */

static void
effect(struct ent_wire_ruling *r, const char *name)
{
	for (size_t i = 0; i < r->n_effects; i++)
		if (ent_str_is(ent_str_c(r->effects[i]), name))
			return;
	r->effects[r->n_effects++] = name;
}

static void
effects(const struct act *a, struct ent_wire_ruling *r)
{
	const struct ent_wire *w = a->w;
	bool assets = false, freeze = false;

	for (size_t i = a->from; i < a->to; i++) {
		if (is(w, i, W_BAN) && !ent_wire_word_is(w, i - 1, "travel"))
			effect(r, "outlawed");
		assets |= ent_wire_word_is(w, i, "asset") || ent_wire_word_is(w, i, "assets");
		freeze |= ent_wire_word_is(w, i, "freeze") ||
		          ent_wire_word_is(w, i, "frozen") ||
		          ent_wire_word_is(w, i, "freezing");
		if (ent_wire_word_is(w, i, "travel") && is(w, i + 1, W_BAN))
			effect(r, "travel-ban");
		if (ent_wire_word_is(w, i, "embargo"))
			effect(r, "arms-embargo");
		if (ent_wire_word_is(w, i, "membership"))
			effect(r, "membership-offence");
	}
	if (assets && freeze)
		effect(r, "asset-freeze");
	r->effects_stated = r->n_effects > 0;
	/* what a court declares a terrorist organisation may not go on */
	if (!r->n_effects && ent_str_is(ent_str_c(r->authority_kind), "court"))
		effect(r, "outlawed");
}

/* ---- the act ---- */

static struct ent_str
where(const struct act *a)
{
	const struct ent_wire *w = a->w;

	for (size_t i = a->verb; i < a->to; i++) {
		uint32_t m = tok(w, i)->mention;

		if (m && ent_wire_word_is(w, w->mention[m].from - 1, "in") &&
		    w->thing[w->mention[m].thing].kind == ENT_THING_COUNTRY)
			return w->thing[w->mention[m].thing].code;
	}
	return (struct ent_str){ NULL, 0 };
}

static void
put(struct act *a, uint32_t entity, uint32_t by)
{
	struct ent_wire *w = a->w;
	struct ent_wire_item *it = ent_wire_item(w, ENT_WIRE_RULING, a->from, a->to);
	struct ent_wire_ruling *r;
	uint64_t best = UINT64_MAX;

	r = ent_wire_grow(w, (void **)&w->ruling, &w->rulings, &w->rulings_room, sizeof(*r));
	if (!it || !r)
		return;
	*r = (struct ent_wire_ruling){
		.at = ent_wire_span(w, a->from, a->to),
		.entity = entity,
		.authority = by,
		.verb = ent_wire_span(w, a->verb, a->verb + 1),
		.authority_kind = kind_of(w, by),
		.jurisdiction = w->thing[by].code,
	};
	if (!r->jurisdiction.p)
		r->jurisdiction = where(a);
	for (size_t k = a->date; k < a->date + a->dates; k++) {
		const struct ent_wire_item *d = &w->item[k];
		uint32_t verb = w->t[a->verb].at;
		uint64_t distance = d->at.from > verb ? d->at.from - verb : verb - d->at.from;

		if (d->date.year && distance < best && !is(w, a->verb, W_PREP)) {
			best = distance;
			r->date = d->date;
		}
	}
	effects(a, r);
	w->thing[entity].designated = true;
	w->thing[by].wanted = w->thing[entity].wanted = true;
	it->ruling = (uint32_t)(w->rulings - 1);
	it->thing = entity;
	it->date = r->date;
	it->verb = r->verb;
}

/* Whether the verb at i makes an act of the sentence. */
static bool
try_verb(struct act *a, size_t i)
{
	struct ent_wire *w = a->w;
	uint32_t entities[ENTITIES_MAX], also[AUTHORITIES_MAX], by, m;
	size_t n = 0, n_by;
	struct run unknown;

	a->verb = i;
	if ((tok(w, i)->flags & F_USED) || !happened(a))
		return false;
	if (!passive(a))
		for (size_t k = i + 1; k < a->to && n < ENTITIES_MAX; k++)
			if (group_at(w, k) && !(n && is(w, k - 1, W_PREP))) /* an alias of */
				entities[n++] = w->mention[tok(w, k)->mention].thing;
	if (the_group(w, i + 1) && a->group && !n)
		entities[n++] = a->group;
	for (size_t k = i; !n && k > a->from; k--)
		if (group_at(w, k - 1))
			entities[n++] = w->mention[tok(w, k - 1)->mention].thing;
	for (size_t k = a->from; !n && passive(a) && a->group && k < i; k++)
		if (the_group(w, k)) /* the group was banned by */
			entities[n++] = a->group;
	if (!n && a->terrorist && is(w, i, W_DECLARE)) {
		unknown = unknown_entity(a);
		m = unknown.to ? tok(w, unknown.from)->mention : 0;
		by = unknown.to ? authority(a, m ? w->mention[m].thing : 0) : 0;
		if (!by)
			return false;
		entities[0] = ent_wire_designated(w, unknown);
		n = entities[0] && entities[0] != by;
	}
	if (!n)
		return false;
	by = authority(a, entities[0]);
	if (!by)
		return false;
	n_by = 1 + others(a, by, also);
	also[0] = by;
	for (size_t k = 0; k < n; k++) {
		bool again = false;

		for (size_t j = 0; j < k; j++)
			again |= entities[j] == entities[k];
		for (size_t j = 0; !again && j < n_by; j++)
			put(a, entities[k], also[j]);
	}
	return true;
}

static void
sentence(struct act *a)
{
	const struct ent_wire *w = a->w;
	bool banned = false, listed = false, group = false;
	size_t verbs[VERBS_MAX], n = 0, last = 0;

	a->terrorist = false;
	for (size_t i = a->from; i < a->to; i++) {
		a->terrorist |= terrorist(w, i);
		banned |= is(w, i, W_BAN) && !(tok(w, i)->flags & F_USED);
		listed |= ent_wire_word_is(w, i, "list") ||
		          ent_wire_word_is(w, i, "sanctions") ||
		          ent_wire_word_is(w, i, "sanctioned") ||
		          ent_wire_word_is(w, i, "assets") || ent_wire_word_is(w, i, "embargo");
		group |= group_at(w, i) || (a->group && the_group(w, i));
	}
	if (!a->terrorist && !(group && (banned || listed)))
		return;
	/* the verb next before the entity, as "handed down a ruling declaring" */
	for (size_t i = a->from; i < a->to; i++) {
		if (is(w, i, W_DECLARE) || is(w, i, W_BAN)) {
			last = i;
			verbs[n % VERBS_MAX] = i;
			n++;
		}
		if (last &&
		    (group_at(w, i) || the_group(w, i) || i + 1 == a->to ||
		     !is(w, i + 1, W_DECLARE | W_BAN)) &&
		    (group_at(w, i) || the_group(w, i) || i + 1 == a->to || terrorist(w, i))) {
			if (try_verb(a, last))
				return;
		}
	}
	for (size_t k = 1; k <= n && k <= VERBS_MAX; k++)
		if (try_verb(a, verbs[(n - k) % VERBS_MAX]))
			return;
}

void
ent_wire_rulings(struct ent_wire *w)
{
	struct act a = { .w = w, .from = w->body };

	for (size_t i = w->body; i < w->n; i++) {
		bool end = tok(w, i)->kind == T_PARAGRAPH;
		uint32_t m;

		if (!end && !(tok(w, i)->flags & F_LAST) && i - a.from < SENTENCE_MAX)
			continue;
		a.to = end ? i : i + 1;
		while (a.date < w->dates && a.to > a.from &&
		       w->item[a.date].at.from < w->t[a.from].at)
			a.date++;
		a.dates = 0;
		while (a.date + a.dates < w->dates && a.to > a.from &&
		       w->item[a.date + a.dates].at.from < w->t[a.to - 1].at + w->t[a.to - 1].n)
			a.dates++;
		if (a.to > a.from)
			sentence(&a);
		for (size_t k = a.from; k < a.to; k++) {
			m = tok(w, k)->mention;
			if (m && group_at(w, k))
				a.group = w->mention[m].thing;
			if (m && ent_wire_word_is(w, w->mention[m].to - 1, "court") &&
			    w->thing[w->mention[m].thing].kind == ENT_THING_ORGANISATION)
				a.court = w->mention[m].thing;
		}
		a.from = i + 1;
	}
}

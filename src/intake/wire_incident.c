/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_incident.c - attacks that a report speaks of, with the figures that it states for them.
 *
 * An incident is known by its date: what stands in a sentence with the date, or behind it
 * without another, belongs to it.
 */
#include "intake/wire_figure_int.h"

/* ---- dates of a sentence ---- */

struct scene {
	struct ent_wire *w;
	size_t from, to;           /* tokens of the sentence */
	size_t date, dates;        /* the items that are its dates */
	size_t attacked;           /* the paragraph that spoke of an attack last */
	size_t paragraph, current; /* the paragraph's first token; the one of w->current */
	bool attack, casualties, perpetrators;
	size_t attack_at;
	size_t anniversary; /* the token, of something that has no date of its own */
	const char *phase;
};

static const char *
phase_of(const struct ent_wire *w, size_t from, size_t to)
{
	static const struct {
		const char *stem, *phase;
	} stems[] = {
		{ "thwart", "thwarted" },  { "foil", "thwarted" },
		{ "prevent", "thwarted" }, { "avert", "thwarted" },
		{ "deter", "thwarted" },   { "disrupt", "thwarted" },
		{ "plott", "plotted" },    { "attempted", "attempted" },
		{ "failed", "attempted" },
	};

	for (size_t i = from; i < to; i++)
		for (size_t k = 0; tok(w, i)->word && tok(w, i)->kind == T_WORD &&
		                   k < sizeof(stems) / sizeof(stems[0]);
		     k++)
			if (ent_str_starts(w->d.word[tok(w, i)->word].text, stems[k].stem))
				return stems[k].phase;
	return "executed";
}

/* A date that says when somebody spoke is no date of an attack. */
static bool
of_speech(const struct ent_wire *w, size_t i)
{
	for (size_t k = i; k > 1 && i - k < 8; k--) {
		if (is(w, k - 1, W_SAY))
			return true;
		if (ent_wire_word_is(w, k - 1, "that"))
			return false; /* "said that on Monday": of what was said */
		if (!is(w, k - 1, W_PREP | W_DOCUMENT | W_NOT_NAME) &&
		    !ent_wire_word_is(w, k - 1, "reporters") &&
		    !ent_wire_word_is(w, k - 1, "journalists"))
			return false;
	}
	return false;
}

static size_t
token_at(const struct scene *s, uint32_t at)
{
	size_t low = s->from, high = s->to;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (s->w->t[mid].at < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The date of the sentence that is nearest to a token; NULL if there is none. */
static const struct ent_wire_item *
nearest(const struct scene *s, size_t i, size_t *index)
{
	const struct ent_wire_item *best = NULL;
	size_t distance = SIZE_MAX;

	for (size_t k = s->date; k < s->date + s->dates; k++) {
		const struct ent_wire_item *it = &s->w->item[k];
		size_t at = token_at(s, it->at.from);
		size_t d = at > i ? (at - i) * 2 : i - at; /* what stands before it is nearer */

		if (ent_wire_word_is(s->w, at - 1, "since") || !it->date.year ||
		    it->unit == 'y' || it->unit == 'A' || of_speech(s->w, at))
			continue;
		if (d < distance) {
			distance = d;
			best = it;
			*index = k;
		}
	}
	return best;
}

/* ---- incidents ---- */

static uint32_t
incident(struct ent_wire *w, struct ent_wire_date d, const struct scene *s)
{
	struct ent_str key = ent_wire_date_text(w->a, d);
	struct ent_wire_incident *x;
	uint32_t had = key.p ? ent_wire_number(w->by_date, key) : 0;

	if (had)
		return had;
	x = ent_wire_grow(w, (void **)&w->incident, &w->incidents, &w->incidents_room,
	                  sizeof(*x));
	if (!x || !key.p) {
		w->failed = true;
		return 0;
	}
	ent_wire_number_set(w, w->by_date, key, (uint32_t)(w->incidents - 1));
	*x = (struct ent_wire_incident){ .date = d,
		                         .phase = s->phase,
		                         .at = ent_wire_span(w, s->from, s->to),
		                         .perpetrators = -1 };
	return (uint32_t)(w->incidents - 1);
}

static void
add_word(const char **list, size_t *n, const char *word)
{
	for (size_t i = 0; i < *n; i++)
		if (list[i] == word || ent_str_is(ent_str_c(list[i]), word))
			return;
	if (word && *n < ENT_WIRE_LINKS)
		list[(*n)++] = word;
}

/* "into", "outside", "in": what a place is to an attack; NULL: nothing that is said. */
static const char *
role(const struct ent_wire *w, size_t i, bool into, bool crashed)
{
	size_t k = i - 1;

	if (ent_wire_word_is(w, k, "the"))
		k--;
	if (ent_wire_word_is(w, k, "near") || ent_wire_word_is(w, k, "outside"))
		return crashed && !into ? "crash-site" : "near";
	if (ent_wire_word_is(w, k, "in") || ent_wire_word_is(w, k, "at"))
		return crashed && !into ? "crash-site" : "scene";
	if (ent_wire_word_is(w, k, "into") || ent_wire_word_is(w, k, "on") || into)
		return "target";
	return NULL;
}

static void
add_place(struct ent_wire_incident *x, uint32_t thing, const char *role_)
{
	for (size_t i = 0; i < x->n_places; i++)
		if (x->places[i] == thing)
			return;
	if (x->n_places == ENT_WIRE_LINKS)
		return;
	x->places[x->n_places] = thing;
	x->roles[x->n_places++] = role_;
}

static void
add_group(struct ent_wire_incident *x, uint32_t thing, bool sure)
{
	for (size_t i = 0; i < x->n_groups; i++)
		if (x->groups[i] == thing) {
			x->sure[i] |= sure;
			return;
		}
	if (x->n_groups == ENT_WIRE_LINKS)
		return;
	x->groups[x->n_groups] = thing;
	x->sure[x->n_groups++] = sure;
}

/* Types, places and groups of the sentence. */
static void
describe(const struct scene *s, struct ent_wire_incident *x)
{
	const struct ent_wire *w = s->w;
	bool into = false, crashed = false, responsible = s->perpetrators;

	for (size_t i = s->from; i < s->to; i++)
		responsible |= ent_wire_word_is(w, i, "responsibility");
	for (size_t i = s->from; i < s->to; i++) {
		uint32_t m = tok(w, i)->mention;

		if (is(w, i, W_ATTACK) && !tok(w, i)->mention) {
			add_word(x->types, &x->n_types, ent_wire_attacks[value_of(w, i)].type);
			add_word(x->weapons, &x->n_weapons,
			         ent_wire_attacks[value_of(w, i)].weapon);
		}
		into |= ent_wire_word_is(w, i, "into");
		crashed |= ent_wire_word_is(w, i, "crashed");
		if (!m || w->mention[m].from != i || (tok(w, i)->flags & F_USED))
			continue;
		if (w->thing[w->mention[m].thing].kind <= ENT_THING_PLACE) {
			const char *r = role(w, i, into, crashed);

			if (r && tok(w, w->mention[m].to)->kind != T_POSSESSIVE)
				add_place(x, w->mention[m].thing, r);
			else if (r && into)
				add_place(x, w->mention[m].thing, "target");
		} else if (w->thing[w->mention[m].thing].kind == ENT_THING_GROUP) {
			add_group(x, w->mention[m].thing, responsible);
		}
	}
}

/* ---- figures ---- */

static void
claim(struct scene *s, const struct figure *f)
{
	struct ent_wire *w = s->w;
	struct ent_wire_item *it = ent_wire_item(w, ENT_WIRE_FIGURE, f->from, f->end);
	const struct ent_wire_item *date;
	size_t index;
	uint32_t x;

	if (!it)
		return;
	it->value = f->value;
	it->most = f->most;
	it->bound = f->bound;
	it->quantity = f->quantity;
	it->part = f->part;
	if (f->part)
		return;
	date = nearest(s, f->from, &index);
	if (s->anniversary && s->anniversary < f->from && w->line.date.year) {
		struct ent_wire_date d = w->line.date;

		d.year = (int16_t)(d.year - w->t[s->anniversary].spare);
		if (w->base.year)
			d = w->base;
		x = incident(w, d, s);
	} else if (date || !w->current)
		x = incident(w, date ? date->date : (struct ent_wire_date){ 0 }, s);
	else
		x = w->current;
	if (!x)
		return;
	w->current = x;
	s->current = s->paragraph;
	it->incident = x;
	if (!w->incident[x].claims++) /* it says more than the one that speaks of it first */
		w->incident[x].at = ent_wire_span(w, s->from, s->to);
	if (ent_str_is(ent_str_c(f->quantity), "perpetrators") &&
	    w->incident[x].perpetrators < 0 && !f->most)
		w->incident[x].perpetrators = f->value;
}

static void
figures(struct scene *s)
{
	struct setting setting = { s->attack || s->attacked == s->paragraph ||
		                       (s->w->current && s->current == s->paragraph),
		                   s->casualties, NULL, 0 };

	for (size_t i = s->from; i < s->to;) {
		struct figure f;
		size_t end = ent_wire_figure_at(s->w, i, &setting, &f);

		if (!end) {
			i++;
			continue;
		}
		if (f.quantity)
			claim(s, &f);
		setting.fate = f.quantity && f.noun && !f.part &&
		                       ent_str_is(ent_str_c(f.quantity), "killed")
		                   ? f.quantity
		                   : NULL;
		setting.fate_end = f.end;
		i = end > i ? end : i + 1;
	}
}

/* Whether a sentence without a date says where, or by whom: else it speaks of attacks at large.
 */
static bool
told_of(const struct scene *s)
{
	const struct ent_wire *w = s->w;

	for (size_t i = s->from; i < s->to; i++) {
		uint32_t m = tok(w, i)->mention;

		if (m && (w->thing[w->mention[m].thing].kind == ENT_THING_PLACE ||
		          w->thing[w->mention[m].thing].kind == ENT_THING_GROUP))
			return true;
	}
	return false;
}

/* Dates that stand in a list are as many incidents: "attacks in 2017 and 2019". */
static void
dated_attacks(struct scene *s)
{
	struct ent_wire *w = s->w;
	size_t first = 0, index;
	const struct ent_wire_item *date = nearest(s, s->attack_at, &first);
	uint32_t x;

	if ((!date && (ent_str_is(ent_str_c(s->phase), "executed") || !told_of(s))) ||
	    s->anniversary)
		return;
	x = incident(w, date ? date->date : (struct ent_wire_date){ 0 }, s);
	if (!x)
		return;
	describe(s, &w->incident[x]);
	w->current = x;
	s->current = s->paragraph;
	for (index = first + 1; date && index < s->date + s->dates; index++) {
		const struct ent_wire_item *a = &w->item[index - 1], *b = &w->item[index];
		struct ent_str between = { w->text.p + a->at.to, b->at.from - a->at.to };

		if (!ent_str_is(ent_str_trim(between), "and") &&
		    !ent_str_is(ent_str_trim(between), ","))
			return;
		x = incident(w, b->date, s);
		if (x)
			describe(s, &w->incident[x]);
	}
}

static void
sentence(struct scene *s)
{
	struct ent_wire *w = s->w;
	size_t claims = w->items;

	s->attack = s->casualties = s->perpetrators = false;
	s->anniversary = 0;
	for (size_t i = s->from; i < s->to; i++) {
		if (is(w, i, W_ATTACK) && !(tok(w, i)->flags & F_USED)) {
			if (!s->attack)
				s->attack_at = i;
			s->attack = true;
		}
		if (tok(w, i)->spare)
			s->anniversary = i;
		s->casualties |= is(w, i, W_KILL | W_INJURE);
		s->perpetrators |= is(w, i, W_PERPETRATOR);
	}
	if (!s->attack && !s->casualties && !s->perpetrators &&
	    !(w->current && s->current == s->paragraph))
		return;
	if (s->attack)
		s->attacked = s->paragraph;
	s->phase = phase_of(w, s->from, s->to);
	if (s->attack)
		dated_attacks(s);
	figures(s);
	if (w->current && (w->items > claims || (s->current == s->paragraph)))
		describe(s, &w->incident[w->current]);
}

void
ent_wire_figures(struct ent_wire *w)
{
	struct scene s = { .w = w, .from = w->body };

	for (size_t i = w->body; i < w->n; i++) {
		bool end = tok(w, i)->kind == T_PARAGRAPH;

		if (!end && !(tok(w, i)->flags & F_LAST) && i - s.from < SENTENCE_MAX)
			continue;
		s.to = end ? i : i + 1;
		while (s.date < w->dates && s.to > s.from &&
		       w->item[s.date].at.from < w->t[s.from].at)
			s.date++;
		s.dates = 0;
		while (s.date + s.dates < w->dates && s.to > s.from &&
		       w->item[s.date + s.dates].at.from < w->t[s.to - 1].at + w->t[s.to - 1].n)
			s.dates++;
		if (s.to > s.from)
			sentence(&s);
		s.from = i + 1;
		if (end)
			s.paragraph = i + 1;
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_names.c - names in a report: those that the tables have, and those that their capitals
 * and the words around them give away.
 */
#include "intake/wire_int.h"

#define RUN_MAX 14 /* tokens of a name */

/* ---- things and mentions ---- */

/* Blanks and line ends between words are one blank; what is invisible goes. */
static struct ent_str
tidy(struct ent_wire *w, struct ent_str s)
{
	struct ent_str out = ent_arena_dup(w->a, s);
	char *p;
	size_t n = 0;

	if (!out.p) {
		w->failed = true;
		return out;
	}
	p = ent_arena_alloc(w->a, s.n + 1);
	if (!p) {
		w->failed = true;
		return out;
	}
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool blank = c <= ' ';

		if (c == 0xe2 && i + 2 < s.n && (unsigned char)s.p[i + 1] == 0x80 &&
		    (((unsigned char)s.p[i + 2] >= 0x8b && (unsigned char)s.p[i + 2] <= 0x8f) ||
		     ((unsigned char)s.p[i + 2] >= 0xaa &&
		      (unsigned char)s.p[i + 2] <= 0xae))) {
			i += 2;
			continue;
		}
		if ((blank && n && p[n - 1] == ' ') || c == '[' || c == ']')
			continue;
		p[n++] = blank ? ' ' : s.p[i];
	}
	return (struct ent_str){ p, n };
}

uint32_t
ent_wire_thing(struct ent_wire *w, uint8_t kind, struct ent_str name,
               const struct ent_wire_names *row)
{
	char key[4 * FOLDED];
	struct ent_str k = { key, 1 };
	struct thing *t;
	uint32_t had;

	key[0] = (char)('a' + kind);
	name = row ? name : tidy(w, name);
	k.n += ent_wire_fold(name, key + 1, sizeof(key) - 1);
	had = ent_wire_number(w->by_name, k);
	if (had)
		return had;
	t = ent_wire_grow(w, (void **)&w->thing, &w->things, &w->things_room, sizeof(*t));
	if (!t)
		return 0;
	ent_wire_number_set(w, w->by_name, k, (uint32_t)(w->things - 1)); /* not 0 */
	*t = (struct thing){ .kind = kind, .name = name, .row = row };
	if (row && row->code[0])
		t->code = ent_str_c(row->code);
	return (uint32_t)(w->things - 1);
}

static const enum ent_wire_kind item_kinds[] = {
	[ENT_THING_COUNTRY] = ENT_WIRE_PLACE,
	[ENT_THING_PLACE] = ENT_WIRE_PLACE,
	[ENT_THING_ORGANISATION] = ENT_WIRE_ORGANISATION,
	[ENT_THING_GROUP] = ENT_WIRE_DESIGNATED,
	[ENT_THING_PERSON] = ENT_WIRE_PERSON,
	[ENT_THING_NAME] = ENT_WIRE_NAME,
	[ENT_THING_DEMONYM] = ENT_WIRE_KINDS,
};

void
ent_wire_mention(struct ent_wire *w, uint32_t thing, size_t from, size_t to)
{
	struct mention *m;
	struct ent_wire_item *it;

	m = ent_wire_grow(w, (void **)&w->mention, &w->mentions, &w->mentions_room, sizeof(*m));
	if (!m || !thing)
		return;
	*m = (struct mention){ thing, (uint32_t)from, (uint32_t)to };
	for (size_t i = from; i < to; i++)
		w->t[i].mention = (uint32_t)(w->mentions - 1);
	w->thing[thing].mentions++;
	if (item_kinds[w->thing[thing].kind] == ENT_WIRE_KINDS)
		return;
	it = ent_wire_item(w, item_kinds[w->thing[thing].kind], from, to);
	if (it)
		it->thing = thing;
}

/* ---- names that are known ---- */

static bool
shouted(const struct ent_wire *w, size_t i)
{
	return (tok(w, i)->kind == T_WORD) && (tok(w, i)->flags & F_UPPER);
}

static bool
matches(const struct ent_wire *w, size_t i, const struct ent_wire_phrase *p)
{
	for (size_t k = 0; k < p->n; k++) {
		const struct token *t = tok(w, i + k);

		if (t->kind != T_WORD || t->word != p->word[k])
			return false;
		if ((p->caps >> k & 1) && !(t->flags & F_CAP))
			return false;
		if ((p->upper >> k & 1) && !(t->flags & F_UPPER))
			return false;
	}
	/* "IS", "US" in a headline of capitals are the words */
	return !(p->n == 1 && p->upper && is(w, i, W_NOT_NAME | W_PREP) &&
	         (shouted(w, i - 1) || shouted(w, i + 1)));
}

static const struct ent_wire_phrase *
longest(const struct ent_wire *w, size_t i)
{
	const struct ent_wire_phrase *best = NULL;

	if (tok(w, i)->kind != T_WORD)
		return NULL;
	for (uint32_t p = w->d.word[tok(w, i)->word].phrase; p; p = w->d.phrase[p].next)
		if ((!best || w->d.phrase[p].n > best->n) && matches(w, i, &w->d.phrase[p]))
			best = &w->d.phrase[p];
	return best;
}

/* Behind a country: the Russian embassy, Russia's foreign ministry. */
static size_t
small_head(const struct ent_wire *w, size_t i)
{
	size_t k = i + (size_t)(tok(w, i)->kind == T_POSSESSIVE);

	for (size_t n = 0; n < 4; n++, k++) {
		if (tok(w, k)->flags & F_CAP)
			return 0;
		if (is(w, k, W_HEAD) && value_of(w, k) == 1 && !is(w, k + 1, W_OFFICE))
			return k + 1;
		if (!is(w, k, W_OFFICE_MOD))
			return 0;
	}
	return 0;
}

/* HALVERSTADT as Halverstadt. */
static struct ent_str
lowered(struct ent_wire *w, struct ent_str s)
{
	char *p = ent_arena_alloc(w->a, s.n + 1);

	if (!p) {
		w->failed = true;
		return s;
	}
	for (size_t i = 0; i < s.n; i++) {
		bool inside = i && ((s.p[i - 1] | 32) >= 'a' && (s.p[i - 1] | 32) <= 'z');

		p[i] = (char)(inside && s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]);
	}
	return (struct ent_str){ p, s.n };
}

void
ent_wire_known_names(struct ent_wire *w)
{
	for (size_t i = 1; i < w->n; i++) {
		const struct ent_wire_phrase *p = longest(w, i);
		size_t end;
		uint32_t thing;

		if (!p || (is(w, i, W_MONTH | W_WEEKDAY) && p->n == 1))
			continue;
		if ((w->t[i].flags & F_USED) && p->kind == ENT_THING_DEMONYM)
			continue;
		thing = ent_wire_thing(w, p->kind, p->name, p->row);
		end = i + p->n;
		if (!thing)
			return;
		ent_wire_mention(w, thing, i, end);
		if (w->line.found && !w->line.place_thing && p->kind <= ENT_THING_PLACE &&
		    w->t[i].at >= w->line.place.from && w->t[i].at < w->line.place.to)
			w->line.place_thing = thing;
		if (p->kind <= ENT_THING_PLACE || p->kind == ENT_THING_DEMONYM) {
			size_t to = small_head(w, end);

			if (to) {
				uint32_t org =
				    ent_wire_thing(w, ENT_THING_ORGANISATION,
				                   ent_wire_run_text(w, i, to), NULL);

				if (!org)
					return;
				w->thing[org].code = ent_str_c(p->row->code);
				ent_wire_mention(w, org, i, to);
				end = to;
			}
		}
		i = end - 1;
	}
	if (w->line.place.to && !w->line.place_thing) { /* a place that the tables don't have */
		size_t i = 1, from;

		while (i < w->n && w->t[i].at < w->line.place.from)
			i++;
		for (from = i; i < w->n && w->t[i].at < w->line.place.to && !punct(w, i, ',') &&
		               !punct(w, i, '/');)
			i++;
		w->line.place_thing = ent_wire_thing(
		    w, ENT_THING_PLACE, lowered(w, ent_wire_run_text(w, from, i)), NULL);
		if (w->line.place_thing)
			ent_wire_mention(w, w->line.place_thing, from, i);
	}
}

/* ---- people ---- */

void
ent_wire_person_recent(struct ent_wire *w, uint32_t person)
{
	size_t i = 0;

	while (i < w->n_recent && w->recent[i] != person)
		i++;
	if (i == w->n_recent && w->n_recent < RECENT)
		w->n_recent++;
	else if (i == RECENT)
		i--;
	memmove(w->recent + 1, w->recent, i * sizeof(w->recent[0]));
	w->recent[0] = person;
}

/* Enters what a token says as a word for a thing; over what was there only if replace is set.
 */
static void
known_as(struct ent_wire *w, struct ent_map *map, size_t i, uint32_t thing, bool replace)
{
	char key[FOLDED];
	struct ent_str k = { key, ent_wire_fold(text_of(w, i), key, sizeof(key)) };

	if (replace || !ent_wire_number(map, k))
		ent_wire_number_set(w, map, k, thing);
}

uint32_t
ent_wire_person(struct ent_wire *w, struct run name)
{
	char key[FOLDED];
	struct ent_str k = { key, 0 }, text = ent_wire_run_text(w, name.from, name.to);
	uint32_t had, p;

	while (name.to > name.from + 1 && is(w, name.to - 1, W_ABBREVIATION)) /* Jr. */
		name.to--;
	k.n = ent_wire_fold(text_of(w, name.to - 1), key, sizeof(key));
	had = ent_wire_number(w->by_surname, k);
	if (name.to == name.from + 1 && had)
		return had;
	p = name.to == name.from + 1 ? ent_wire_number(w->by_last, k) : 0;
	if (p) { /* a name of which more is known now */
		if (w->thing[p].kind == ENT_THING_NAME)
			w->thing[p].kind = ENT_THING_PERSON;
	} else {
		p = ent_wire_thing(w, ENT_THING_PERSON, text, NULL);
	}
	if (!p)
		return 0;
	known_as(w, w->by_surname, name.to - 1, p, true);
	if (name.to == name.from + 2) /* Wang Lei is Wang */
		known_as(w, w->by_surname, name.from, p, false);
	return p;
}

/* What is said of a person: "Russia's Ambassador to the United States", as far as it is news.
 */
static void
office(struct ent_wire *w, uint32_t person, size_t from, size_t to)
{
	struct thing *p = &w->thing[person];

	while (from < to && !tok(w, from)->mention &&
	       (is(w, from, W_NOT_NAME | W_PREP) || tok(w, from)->kind == T_PUNCT))
		from++;
	while (to > from && tok(w, to - 1)->kind == T_PUNCT)
		to--;
	if (from == to)
		return;
	for (size_t i = from; i < to; i++) {
		if (is(w, i, W_OFFICE)) {
			p->offices |= (uint16_t)value_of(w, i);
			p->office_word = tok(w, i)->word;
			if (ent_wire_word_is(w, i, "spokeswoman") ||
			    ent_wire_word_is(w, i, "chairwoman"))
				p->gender = ENT_SHE;
			if (ent_wire_word_is(w, i, "spokesman") ||
			    ent_wire_word_is(w, i, "chairman"))
				p->gender = ENT_HE;
		}
		if (ent_wire_word_is(w, i, "foreign"))
			p->offices |= ENT_OFFICE_DIPLOMAT;
		if (ent_wire_word_is(w, i, "mr"))
			p->gender = ENT_HE;
		if (ent_wire_word_is(w, i, "mrs") || ent_wire_word_is(w, i, "ms"))
			p->gender = ENT_SHE;
		if (!p->code.p && tok(w, i)->mention) {
			const struct thing *t = &w->thing[w->mention[tok(w, i)->mention].thing];

			p = &w->thing[person];
			if (t->kind == ENT_THING_COUNTRY || t->kind == ENT_THING_DEMONYM ||
			    t->kind == ENT_THING_ORGANISATION)
				p->code = t->code;
		}
	}
	if (!p->office.p && !(to == from + 1 && is(w, from, W_HONOUR)))
		p->office = tidy(w, ent_wire_run_text(w, from, to));
}

/* ", mayor of Springfield," behind a name at i. */
static size_t
apposition(const struct ent_wire *w, size_t i)
{
	size_t k = i + 1;
	bool found = false;

	if (!punct(w, i, ','))
		return 0;
	for (; k < i + 16; k++) {
		const struct token *t = tok(w, k);

		if (t->kind == T_PARAGRAPH || is(w, k, W_SAY) ||
		    (t->kind == T_NUMBER && !ent_str_ends(text_of(w, k), "-old")))
			break;
		if (found && (ent_wire_word_is(w, k, "who") || ent_wire_word_is(w, k, "which")))
			return k;
		found |= is(w, k, W_OFFICE);
		if (t->kind == T_PUNCT && !punct(w, k, '\''))
			return found && (punct(w, k, ',') || punct(w, k, '.')) ? k : 0;
		if (!found && k > i + 7)
			return 0;
	}
	return found && is(w, k, W_SAY) ? k : 0;
}

/* The office before a name: "Russia's Ambassador to the United States" Anatoly Antonov. */
static struct run
office_before(const struct ent_wire *w, size_t name, size_t least)
{
	struct run r = ent_wire_phrase_before(w, name, least);

	for (size_t i = r.from; i < r.to; i++)
		if (is(w, i, W_OFFICE | W_HONOUR))
			return r;
	return (struct run){ name, name };
}

/* The same, where a comma stands between: it ends with the office. */
static struct run
office_alone(const struct ent_wire *w, size_t end)
{
	struct run r = ent_wire_office_phrase(w, end, end > 12 ? end - 12 : 0);

	for (size_t i = r.from; i < r.to; i++)
		if (tok(w, i)->mention &&
		    w->thing[w->mention[tok(w, i)->mention].thing].kind == ENT_THING_PERSON)
			return (struct run){ end, end };
	return r;
}

/* ---- runs of capitals ---- */

static bool
in_name(const struct ent_wire *w, size_t i)
{
	return cap(w, i) && !(tok(w, i)->flags & F_USED) &&
	       !is(w, i, W_NOT_NAME | W_MONTH | W_WEEKDAY | W_PRONOUN);
}

/* What a run of capitals goes on with after i: another, a particle, "of" in an organisation. */
static size_t
run_end(const struct ent_wire *w, size_t i, bool *head)
{
	size_t from = i, k;

	*head = false;
	for (; i - from < RUN_MAX; i++) {
		if (in_name(w, i) && !(tok(w, i - 1)->flags & F_LAST && i > from)) {
			*head |= is(w, i, W_HEAD) && !is(w, i, W_OFFICE);
			continue;
		}
		if (i > from && cap(w, i) && is(w, i, W_HEAD)) { /* Sussex Police */
			*head = true;
			continue;
		}
		k = i;
		if (i > from && is(w, i, W_PARTICLE) && in_name(w, i + 1))
			continue;
		if (i > from && is(w, i - 1, W_HEAD) &&
		    (ent_wire_word_is(w, k, "of") || ent_wire_word_is(w, k, "for"))) {
			k++;
			k += ent_wire_word_is(w, k, "the");
			if (!in_name(w, k))
				return i;
			i = k;
			continue;
		}
		return i;
	}
	return i;
}

static bool
begins_sentence(const struct ent_wire *w, size_t i)
{
	const struct token *b = tok(w, i - 1);

	return b->kind == T_PARAGRAPH || (b->flags & F_LAST) ||
	       (b->kind == T_PUNCT && (b->flags & F_OPEN)) || punct(w, i - 1, ':');
}

/* The country that a name belongs to: "Russia's", "Russian" before it or at its beginning. */
static struct ent_str
country_near(const struct ent_wire *w, size_t from, size_t *begin)
{
	size_t k = from;
	const struct thing *t;

	if (!tok(w, k)->mention && tok(w, k - 1)->kind == T_POSSESSIVE)
		k = from - 2;
	else if (!tok(w, k)->mention && tok(w, k - 1)->mention)
		k = from - 1;
	if (!tok(w, k)->mention)
		return (struct ent_str){ NULL, 0 };
	t = &w->thing[w->mention[tok(w, k)->mention].thing];
	if (t->kind != ENT_THING_COUNTRY && t->kind != ENT_THING_DEMONYM &&
	    t->kind != ENT_THING_PLACE)
		return (struct ent_str){ NULL, 0 };
	if (t->kind != ENT_THING_PLACE)
		*begin = w->mention[tok(w, k)->mention].from;
	return t->code;
}

static void
organisation(struct ent_wire *w, size_t from, size_t to)
{
	size_t begin = from;
	struct ent_str code = country_near(w, from, &begin), name;
	uint32_t org;

	for (size_t i = from; i < to && !code.p; i++) /* the Supreme Court of Russia */
		if (tok(w, i)->mention)
			code = w->thing[w->mention[tok(w, i)->mention].thing].code;
	if (to == from + 1 && !code.p)
		return;
	name = ent_wire_run_text(w, begin, to);
	if (begin < from && tok(w, from - 1)->kind == T_POSSESSIVE) {
		struct ent_str rest = ent_wire_run_text(w, from, to);
		struct ent_str country =
		    w->thing[w->mention[tok(w, begin)->mention].thing].name;

		name = ent_arena_printf(w->a, "%.*s of %.*s", ENT_FMT(rest), ENT_FMT(country));
	} else if (begin < from && tok(w, from)->mention) {
		begin = from;
	}
	if (!name.p) {
		w->failed = true;
		return;
	}
	org = ent_wire_thing(w, ENT_THING_ORGANISATION, name, NULL);
	if (!org)
		return;
	if (!w->thing[org].code.p)
		w->thing[org].code = code;
	ent_wire_mention(w, org, begin, to);
}

static void
person(struct ent_wire *w, struct run name, struct run before)
{
	uint32_t p = ent_wire_person(w, name);
	size_t after;

	if (!p)
		return;
	if (before.to > before.from)
		office(w, p, before.from, before.to);
	after = apposition(w, name.to);
	if (after)
		office(w, p, name.to + 1, after);
	ent_wire_mention(w, p, name.from, name.to);
	ent_wire_person_recent(w, p);
}

/* A run without head or office, from which a place or a person can still be told. */
static void
other(struct ent_wire *w, size_t from, size_t to)
{
	struct run before = office_before(w, from, from > 12 ? from - 12 : 0);
	char key[FOLDED];
	struct ent_str k = { key, ent_wire_fold(text_of(w, to - 1), key, sizeof(key)) };
	bool place =
	    ent_wire_word_is(w, from - 1, "near") || ent_wire_word_is(w, from - 1, "outside") ||
	    (ent_wire_word_is(w, from - 1, "in") && to - from <= 2) ||
	    (punct(w, to, ',') && tok(w, to + 1)->mention &&
	     w->thing[w->mention[tok(w, to + 1)->mention].thing].kind <= ENT_THING_PLACE &&
	     is(w, from - 1, W_PREP));
	bool first = is(w, to, W_SAY) || (is(w, to, W_LINK) && is(w, to + 1, W_SAY));
	bool says =
	    first || (is(w, from - 1, W_SAY) && !ent_wire_word_is(w, from - 1, "told")) ||
	    (ent_wire_word_is(w, from - 1, "to") && ent_wire_word_is(w, from - 2, "according"));
	uint32_t thing;

	if (before.to == before.from && punct(w, from - 1, ',') && to - from >= 2 &&
	    (punct(w, to, ',') || punct(w, to, '.'))) /* the mayor, Jane Doe, */
		before = office_alone(w, from - 1);
	if (before.to > before.from || (!place && apposition(w, to)) ||
	    (says && to - from <= 4 && (to - from > 1 || ent_map_get(w->by_surname, k)))) {
		person(w, (struct run){ from, to }, before);
		return;
	}
	if (to == from + 1 && ent_map_get(w->by_surname, k)) {
		person(w, (struct run){ from, to }, before);
		return;
	}
	if (place) {
		thing =
		    ent_wire_thing(w, ENT_THING_PLACE, ent_wire_run_text(w, from, to), NULL);
	} else {
		if (first && !ent_str_ends(text_of(w, to - 1), "s")) {
			person(w, (struct run){ from, to }, before);
			return;
		}
		if (to - from < 2)
			return;
		thing = ent_wire_thing(w, ENT_THING_NAME, ent_wire_run_text(w, from, to), NULL);
		if (thing && to - from <= 3)
			known_as(w, w->by_last, to - 1, thing, true);
	}
	if (thing)
		ent_wire_mention(w, thing, from, to);
}

static void
unknown_run(struct ent_wire *w, size_t from, size_t to, bool head)
{
	size_t last = to; /* the last office in it */

	if (begins_sentence(w, from) &&
	    is(w, from, W_SAY | W_SAYING | W_COLLECTIVE | W_KILL | W_ATTACK) && to == from + 1)
		return;
	for (size_t i = from; i < to; i++)
		if (is(w, i, W_OFFICE | W_HONOUR) && !(tok(w, i)->mention))
			last = i;
	if (last < to) {
		size_t name = last + 1;

		while (name < to && (is(w, name, W_OFFICE_MOD) || tok(w, name)->mention))
			name++;
		for (size_t i = from; i < last; i++)
			if (is(w, i, W_HEAD) && !is(w, i, W_OFFICE) && i > from &&
			    !tok(w, i)->mention) {
				organisation(w, from, i + 1);
				break;
			}
		if (name < to)
			person(w, (struct run){ name, to },
			       office_before(w, name, name > 24 ? name - 24 : 0));
		return;
	}
	/* the Secretary of State John Miller, Minister of Foreign Affairs Anna Weber */
	if ((ent_wire_word_is(w, from - 1, "of") || ent_wire_word_is(w, from - 1, "on") ||
	     ent_wire_word_is(w, from - 1, "for")) &&
	    is(w, from - 2, W_OFFICE | W_HEAD)) {
		size_t name = from;

		while (name < to && is(w, name, W_OFFICE_MOD | W_HEAD))
			name++;
		if (name < to && name > from) {
			person(w, (struct run){ name, to },
			       office_before(w, name, name > 24 ? name - 24 : 0));
			return;
		}
	}
	if (head) {
		organisation(w, from, to);
		return;
	}
	while (from < to && tok(w, from)->mention)
		from++;
	while (to > from && tok(w, to - 1)->mention)
		to--;
	if (from == to)
		return;
	for (size_t i = from; i < to; i++)
		if (tok(w, i)->mention)
			return;
	other(w, from, to);
}

void
ent_wire_other_names(struct ent_wire *w)
{
	for (size_t i = w->body; i < w->n;) {
		size_t to;
		bool head, news = false;

		if (!in_name(w, i)) {
			i++;
			continue;
		}
		to = run_end(w, i, &head);
		if (to == i)
			to = i + 1;
		for (size_t k = i; k < to; k++)
			news |= !tok(w, k)->mention;
		if (news)
			unknown_run(w, i, to, head);
		i = to;
	}
}

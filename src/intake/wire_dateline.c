/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_dateline.c - where a report comes from, when, and whose it is: "OSLO, May 3 (Reuters)
 * -".
 */
#include "intake/wire_int.h"

#define DATELINE_PARAGRAPHS 12 /* headline, byline, "UPDATE 2", ... */
#define DATELINE_TOKENS     14

static const struct ent_wire_names *
agency_of(const struct ent_wire *w, size_t from, size_t to)
{
	for (uint32_t p = w->d.word[tok(w, from)->word].phrase; p; p = w->d.phrase[p].next) {
		const struct ent_wire_phrase *x = &w->d.phrase[p];
		bool same = x->kind == ENT_THING_ORGANISATION && x->n == to - from;

		for (size_t k = 0; same && k < x->n; k++)
			same = tok(w, from + k)->word == x->word[k];
		if (!same)
			continue;
		for (const struct ent_wire_names *r = ent_wire_agencies; r->names; r++)
			if (r == x->row)
				return r;
	}
	return NULL;
}

/* "(Reuters)" or "/TASS/": the tokens between, 0 if there is none. */
static size_t
bracketed(const struct ent_wire *w, size_t i, char open, char close)
{
	size_t k = i + 1;

	if (!punct(w, i, open))
		return 0;
	while (k < i + 6 && (tok(w, k)->kind == T_WORD || punct(w, k, '-')))
		k++;
	if (k == i + 1 || !punct(w, k, close))
		return 0;
	for (size_t m = i + 1; m < k; m++)
		if (tok(w, m)->kind == T_WORD && !cap(w, m) && !agency_of(w, i + 1, k))
			return 0;
	return k - i - 1;
}

static bool
place_word(const struct ent_wire *w, size_t i)
{
	return cap(w, i) && !is(w, i, W_MONTH | W_WEEKDAY | W_PRONOUN) &&
	       (!is(w, i, W_NOT_NAME) || (tok(w, i)->flags & F_UPPER));
}

struct line {
	struct run place, agency;
	struct ent_wire_date date;
	size_t end;
	size_t alone; /* behind "(Reuters) -" that begins it; 0: it doesn't */
};

/* WASHINGTON, September 11. /TASS/.   WASHINGTON, Sept 11 (Reuters) -   WASHINGTON (AP) -- */
static bool
line_at(const struct ent_wire *w, size_t i, struct line *l)
{
	struct ent_wire_date until;
	size_t n;

	*l = (struct line){ .end = i };
	n = bracketed(w, i, '(', ')');
	if (n && n <= 3 && punct(w, i + n + 2, '-')) { /* (ANSA) - ROME, SEP 11 - */
		l->agency = (struct run){ i + 1, i + 1 + n };
		i += n + 3;
		l->alone = i;
	}
	l->place.from = i;
	while (i - l->place.from < 6 &&
	       (place_word(w, i) ||
	        (i > l->place.from && punct(w, i, '/') && place_word(w, i + 1)) ||
	        (i > l->place.from && punct(w, i, ',') && place_word(w, i + 1) &&
	         !ent_wire_month_at(w, i + 1))))
		i++;
	l->place.to = i;
	if (l->place.to == l->place.from) {
		l->end = l->alone;
		l->place = (struct run){ 0, 0 };
		return l->alone && agency_of(w, l->agency.from, l->agency.to);
	}
	for (int turn = 0; turn < 3; turn++) {
		while (punct(w, i, ',') || punct(w, i, '.'))
			i++;
		if (is(w, i, W_WEEKDAY))
			i += 1 + (size_t)punct(w, i + 1, ',');
		n = l->date.month ? 0 : ent_wire_date_at(w, i, &l->date, &until);
		if (n) {
			i += n;
			continue;
		}
		n = bracketed(w, i, '(', ')');
		if (!n)
			n = bracketed(w, i, '/', '/');
		if (!n && !l->agency.to && turn == 0)
			for (size_t k = i + 1; k < i + 4; k++) /* ASTANA. KAZINFORM - */
				if (cap(w, i) && punct(w, k, '-') && agency_of(w, i, k)) {
					l->agency = (struct run){ i, k };
					i = k;
				}
		if (!n || l->agency.to)
			break;
		l->agency = (struct run){ i + 1, i + 1 + n };
		i += n + 2;
	}
	n = 0;
	while (n < 4 &&
	       (punct(w, i, '-') || punct(w, i, '.') || punct(w, i, '_') || punct(w, i, ':'))) {
		if (!l->agency.to && punct(w, i, '-')) { /* MOSCOW, 11 Sep - RIA Novosti. */
			for (size_t to = i + 2; to < i + 5 && cap(w, to - 1); to++)
				if (agency_of(w, i + 1, to) &&
				    (punct(w, to, '.') || punct(w, to, ','))) {
					l->agency = (struct run){ i + 1, to };
					i = to;
				}
		}
		i++;
		n++;
	}
	l->end = i;
	if (l->alone && !n) { /* (Reuters) - Gunmen killed: no place is named */
		l->place = (struct run){ 0, 0 };
		l->date = (struct ent_wire_date){ 0 };
		l->end = l->alone;
		return agency_of(w, l->agency.from, l->agency.to) != NULL;
	}
	return (n || l->date.month ||
	        (l->agency.to && agency_of(w, l->agency.from, l->agency.to))) &&
	       i - l->place.from <= DATELINE_TOKENS + 6;
}

static bool
place_known(const struct ent_wire *w, struct run r)
{
	for (size_t i = r.from; i < r.to; i++)
		if (tok(w, i)->flags & F_UPPER)
			return true;
	for (uint32_t p = w->d.word[tok(w, r.from)->word].phrase; p; p = w->d.phrase[p].next)
		if (w->d.phrase[p].kind <= ENT_THING_PLACE)
			return true;
	return false;
}

/* Whether it is a dateline: one that names an agency or a day; else, where there is none of
 * those, one whose place is in capitals: "OSLO - ". */
static bool
convincing(const struct ent_wire *w, const struct line *l, bool capitals)
{
	if (l->agency.to)
		return true;
	if (l->date.month)
		return place_known(w, l->place);
	return capitals && (tok(w, l->place.from)->flags & F_UPPER);
}

static void
put(struct ent_wire *w, size_t from, const struct line *l)
{
	w->line.found = true;
	w->line.at = ent_wire_span(w, from, l->end);
	w->line.place = ent_wire_span(w, l->place.from, l->place.to);
	w->line.date = l->date;
	if (l->agency.to) {
		const struct ent_wire_names *row = agency_of(w, l->agency.from, l->agency.to);

		w->line.agency = ent_wire_span(w, l->agency.from, l->agency.to);
		w->line.agency_name = ent_wire_run_text(w, l->agency.from, l->agency.to);
		if (row) {
			struct ent_str names = ent_str_c(row->names);

			w->line.agency_name =
			    (struct ent_str){ names.p, ent_str_find(names, '|') };
		}
	}
	w->body = l->end;
	for (size_t k = from; k < l->end; k++)
		w->t[k].flags |= F_USED;
	w->t[l->end - 1].flags |= F_LAST;
}

void
ent_wire_dateline(struct ent_wire *w)
{
	w->body = 1;
	for (int capitals = 0; capitals < 2 && !w->line.found; capitals++) {
		size_t paragraphs = 0;

		for (size_t i = 0; i + 1 < w->n && paragraphs < DATELINE_PARAGRAPHS; i++) {
			struct line l;

			if (tok(w, i)->kind != T_PARAGRAPH)
				continue;
			paragraphs++;
			if (!line_at(w, i + 1, &l) || !convincing(w, &l, capitals))
				continue;
			put(w, i + 1, &l);
			break;
		}
	}
}

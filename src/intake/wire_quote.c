/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_quote.c - quotations and what attributes each of them; and what somebody said without
 * one.
 */
#include "intake/wire_int.h"

#define SHORT_CLAUSE 10 /* tokens of a sentence that only says who said it */
#define TERM_WORDS   3  /* as many in quotation marks, said by nobody, are a term */

struct quote {
	size_t from, to;   /* tokens inside the marks */
	size_t mark, past; /* the opening mark, and behind the closing one */
	bool open;         /* not closed in its paragraph */
	bool continues;    /* the one before it, which was open */
	struct speech by;
};

struct quotes {
	struct ent_wire *w;
	struct quote *list;
	size_t n, room;
	size_t seen;            /* tokens whose people are remembered */
	struct speech last;     /* the last attribution */
	size_t chain;           /* where quotations begin that wait for their speaker */
	struct speech fallback; /* who had the word before them */
};

/* ---- finding them ---- */

static bool
quotation_mark(const struct ent_wire *w, size_t i, char c)
{
	return punct(w, i, c) && (tok(w, i)->flags & (F_OPEN | F_CLOSE));
}

/* A single mark ends a quotation where it can't be an apostrophe. */
static bool
ends_single(const struct ent_wire *w, size_t i)
{
	const struct token *b = tok(w, i - 1);

	if (!(tok(w, i)->flags & F_CLOSE))
		return false;
	if (b->kind == T_PUNCT)
		return true;
	if (tok(w, i + 1)->kind == T_WORD && !(tok(w, i + 1)->flags & F_SPACE))
		return false;
	return b->n && (w->text.p[b->at + b->n - 1] | 32) != 's';
}

static bool
begins_single(const struct ent_wire *w, size_t i)
{
	const struct token *t = tok(w, i), *next = tok(w, i + 1);

	return (t->flags & F_OPEN) && next->kind == T_WORD && !(next->flags & F_SPACE) &&
	       ((t->flags & F_SPACE) || tok(w, i - 1)->kind != T_WORD);
}

static void
put(struct quotes *q, size_t mark, size_t end, bool open)
{
	struct ent_wire *w = q->w;
	struct quote *x;

	if (end <= mark + 1)
		return;
	x = ent_wire_grow(w, (void **)&q->list, &q->n, &q->room, sizeof(*x));
	if (!x)
		return;
	*x = (struct quote){
		.mark = mark, .from = mark + 1, .to = end, .past = end + !open, .open = open
	};
	for (size_t i = x->from; i < x->to; i++)
		w->t[i].flags |= F_QUOTED;
}

static void
find(struct quotes *q, size_t from, size_t to)
{
	const struct ent_wire *w = q->w;
	char mark = '\'';
	size_t begin = 0;

	for (size_t i = from; i < to && mark == '\''; i++)
		if (quotation_mark(w, i, '"') && (tok(w, i)->flags & F_OPEN))
			mark = '"';
	for (size_t i = from; i < to; i++) {
		bool single = mark == '\'';

		if (!quotation_mark(w, i, mark))
			continue;
		if (begin && (single ? ends_single(w, i) : (tok(w, i)->flags & F_CLOSE) != 0)) {
			put(q, begin, i, false);
			begin = 0;
		} else if (single ? !begin && begins_single(w, i)
		                  : (tok(w, i)->flags & F_OPEN) != 0) {
			if (begin)
				put(q, begin, i, true);
			begin = i;
		}
	}
	if (begin && mark == '"')
		put(q, begin, to, true);
}

/* ---- attribution ---- */

/* People are looked back to as they were named up to here, outside of quotations. */
static void
see_people(struct quotes *q, size_t upto)
{
	struct ent_wire *w = q->w;

	for (; q->seen < upto && q->seen < w->n; q->seen++) {
		uint32_t m = w->t[q->seen].mention;

		if (m && w->mention[m].from == q->seen && !(w->t[q->seen].flags & F_QUOTED) &&
		    w->thing[w->mention[m].thing].kind == ENT_THING_PERSON)
			ent_wire_person_recent(w, w->mention[m].thing);
	}
}

static size_t
clause_end(const struct ent_wire *w, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (tok(w, i)->flags & F_LAST)
			return i + 1;
	return to;
}

static size_t
clause_begin(const struct ent_wire *w, size_t from, size_t to)
{
	for (size_t i = to; i > from; i--)
		if (tok(w, i - 1)->flags & F_LAST)
			return i;
	return from;
}

static void
said(struct quotes *q, struct speech *by)
{
	struct ent_wire *w = q->w;

	if (by->thing) {
		w->thing[by->thing].speaks = true;
		if (w->thing[by->thing].kind == ENT_THING_PERSON)
			ent_wire_person_recent(w, by->thing);
		else
			w->thing[by->thing].wanted = true;
	}
	q->last = *by;
}

/* least, most: what is outside of quotations around it. */
static void
attribute(struct quotes *q, struct quote *x, size_t least, size_t most, struct quote *before)
{
	struct ent_wire *w = q->w;
	size_t last = x->to - 1;
	bool goes_on = punct(w, last, ',') || punct(w, last, '?') || punct(w, last, '!') ||
	               punct(w, last, '-') || punct(w, x->past, ',') || punct(w, x->past, '-');
	bool ends = punct(w, last, '.') || punct(w, last, '?') || punct(w, last, '!');
	size_t begin = clause_begin(w, least, x->mark), end = clause_end(w, x->past, most);

	see_people(q, x->mark);
	if (goes_on && ent_wire_speech(w, x->past, end, false, false, &x->by))
		goto found;
	if (ent_wire_speech(w, begin, x->mark, true, false, &x->by)) {
		if (x->by.carried && before && before->by.found) {
			x->by.thing = before->by.thing;
			x->by.subject = before->by.subject;
		}
		goto found;
	}
	if (punct(w, x->mark - 1, ':') && x->mark - begin < 12) { /* Antonov: "..." */
		x->by = (struct speech){
			.subject = ent_wire_phrase_before(w, x->mark - 1, begin),
		};
		if (x->by.subject.from == begin && x->by.subject.to > begin) {
			x->by.thing = ent_wire_speaker(w, x->by.subject);
			x->by.found = true;
			goto found;
		}
		x->by = (struct speech){ 0 };
	}
	if (!ends && !goes_on && ent_wire_speech(w, x->past, end, false, false, &x->by))
		goto found;
	if (before && before->by.found) { /* "...," he said. "..." */
		x->by = before->by;
		x->by.carried = true;
		goto found;
	}
	/* "..." Doe told a briefing. */
	if (ends && end - x->past <= SHORT_CLAUSE &&
	    ent_wire_speech(w, x->past, end, false, false, &x->by))
		goto found;
	return;
found:
	said(q, &x->by);
}

/* Those that wait for their speaker get the one that was found last. */
static void
settle(struct quotes *q, size_t upto, const struct speech *from)
{
	const struct speech by_value = *from, *by = &by_value;

	q->fallback = (struct speech){ 0 };
	for (size_t i = q->chain; i < upto; i++)
		if (!q->list[i].by.found && by->found) {
			q->list[i].by = *by;
			q->list[i].by.carried = true;
		}
	q->chain = upto;
}

/* What somebody said: a sentence outside of quotations with a verb of speech. */
static void
statements(struct quotes *q, size_t from, size_t to)
{
	struct ent_wire *w = q->w;

	while (from < to) {
		size_t end = clause_end(w, from, to);
		struct ent_wire_item *it;
		struct speech by;
		bool quoted = false;

		for (size_t i = from; i < end && !quoted; i++)
			quoted = (tok(w, i)->flags & F_QUOTED) || punct(w, i, '"');
		if (!quoted) {
			see_people(q, end);
			if (ent_wire_speech(w, from, end, false, true, &by)) {
				said(q, &by);
				it = ent_wire_item(w, ENT_WIRE_STATEMENT, from, end);
				if (it) {
					it->thing = by.thing;
					it->subject =
					    ent_wire_span(w, by.subject.from, by.subject.to);
					it->verb = ent_wire_span(w, by.verb.from, by.verb.to);
				}
			}
		}
		from = end;
	}
}

static void
paragraph(struct quotes *q, size_t from, size_t to)
{
	struct ent_wire *w = q->w;
	struct speech before = q->last;
	size_t first = q->n;
	bool alone;

	find(q, from, to);
	if (first == q->n) {
		settle(q, q->n, &q->fallback);
		statements(q, from, to);
		return;
	}
	q->list[first].continues =
	    first && q->list[first - 1].open && q->list[first].mark == from;
	if (!q->list[first].continues)
		settle(q, first, &q->fallback);
	for (size_t i = first; i < q->n; i++)
		attribute(q, &q->list[i], i > first ? q->list[i - 1].past : from,
		          i + 1 < q->n ? q->list[i + 1].mark : to,
		          i > first ? &q->list[i - 1] : NULL);
	alone = q->list[first].mark == from && q->list[first].past >= to && q->n == first + 1;
	if (q->list[first].by.found) {
		/* what was left open before it is the same speaker's */
		settle(q, first, &q->list[first].by);
		for (size_t i = first + 1; i < q->n && q->list[i].by.found; i++)
			q->chain = i + 1;
	} else if (alone && q->list[first].open) {
		if (q->chain == first) /* it goes on, and perhaps says who later */
			q->fallback = before;
	} else if ((q->list[first].continues || alone) && before.found) {
		q->list[first].by = before;
		q->list[first].by.carried = true;
		settle(q, first + 1, q->chain == first ? &before : &q->fallback);
	}
	(void)w;
	statements(q, from, to);
}

static size_t
words_in(const struct ent_wire *w, const struct quote *x)
{
	size_t n = 0;

	for (size_t i = x->from; i < x->to && n <= TERM_WORDS; i++)
		n += tok(w, i)->kind == T_WORD || tok(w, i)->kind == T_NUMBER;
	return n;
}

static void
items(struct quotes *q)
{
	struct ent_wire *w = q->w;

	for (size_t i = 0; i < q->n; i++) {
		const struct quote *x = &q->list[i];
		struct ent_wire_item *it;

		if (!x->by.found && words_in(w, x) <= TERM_WORDS)
			continue;
		it = ent_wire_item(w, ENT_WIRE_QUOTATION, x->from, x->to);
		if (!it)
			continue;
		it->open = x->open;
		it->carried = x->by.carried;
		it->thing = x->by.thing;
		if (x->by.found) {
			it->subject = ent_wire_span(w, x->by.subject.from, x->by.subject.to);
			it->verb = ent_wire_span(w, x->by.verb.from, x->by.verb.to);
		}
	}
}

void
ent_wire_quotes(struct ent_wire *w)
{
	struct quotes q = { .w = w, .seen = w->body };
	size_t from = w->body;

	w->n_recent = 0;
	for (size_t i = w->body; i < w->n; i++) {
		if (tok(w, i)->kind != T_PARAGRAPH)
			continue;
		if (i > from)
			paragraph(&q, from, i);
		from = i + 1;
	}
	settle(&q, q.n, &q.fallback);
	items(&q);
}

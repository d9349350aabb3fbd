/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_tokens.c - a text as words, numbers and marks, cut into sentences and paragraphs.
 */
#include "base/utf8.h"
#include "intake/wire_int.h"

#define WRAPPED_MAX  120  /* characters of a line, in a text whose lines were broken */
#define WORD_MAX     1000 /* bytes: longer ones are several */
#define WRAPPED_SURE 2    /* lines that end in the middle of a sentence and are full */

enum look {
	L_OTHER, /* a mark of no meaning here */
	L_BLANK,
	L_LINE,
	L_LETTER,
	L_DIGIT,
	L_NOTHING, /* takes no place */
	L_MARK
};

struct glance {
	enum look look;
	char mark;        /* of L_MARK: in ASCII */
	bool open, close; /* quotation marks that have a direction */
	size_t n;
};

static const struct {
	int32_t c;
	char mark;
	bool open, close;
} marks[] = {
	{ 0xab, '"', true, true },     { 0xbb, '"', true, true },
	{ 0x201c, '"', true, true },   { 0x201d, '"', true, true },
	{ 0x201e, '"', true, false },  { 0x201f, '"', true, false },
	{ 0x2018, '\'', true, false }, { 0x2019, '\'', false, true },
	{ 0x201a, '\'', true, false }, { 0x201b, '\'', true, false },
	{ 0x2039, '\'', true, false }, { 0x203a, '\'', false, true },
	{ 0x2010, '-', false, false }, { 0x2011, '-', false, false },
	{ 0x2012, '-', false, false }, { 0x2013, '-', false, false },
	{ 0x2014, '-', false, false }, { 0x2015, '-', false, false },
	{ 0x2212, '-', false, false }, { 0x2026, '.', false, false },
	{ 0xff02, '"', true, true },   { 0x300c, '"', true, false },
	{ 0x300d, '"', false, true },  { 0x3002, '.', false, false },
	{ 0xff0c, ',', false, false },
};

static struct glance
wide(struct ent_str s, size_t at)
{
	size_t end = at;
	int32_t c = ent_utf8_next(s, &end);
	struct glance g = { .look = L_LETTER, .n = end - at };

	if (c >= 0x2000 && c <= 0x206f) {
		g.look = L_OTHER;
		if (c <= 0x200a || c == 0x202f || c == 0x205f)
			g.look = L_BLANK;
		else if (c <= 0x200f || (c >= 0x202a && c <= 0x202e) || c >= 0x2060)
			g.look = L_NOTHING;
		else if (c == 0x2028 || c == 0x2029)
			g.look = L_LINE;
	} else if (c == 0xa0 || c == 0x3000) {
		g.look = L_BLANK;
	} else if (c == 0xad || c == 0xfeff) {
		g.look = L_NOTHING;
	} else if (c < 0xc0 || c == 0xd7 || c == 0xf7 || (c >= 0x2100 && c < 0x2c00)) {
		g.look = c == 0xaa || c == 0xb5 || c == 0xba ? L_LETTER : L_OTHER;
	}
	if (g.look == L_OTHER || c >= 0x3000) {
		for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
			if (marks[i].c == c)
				return (struct glance){ L_MARK, marks[i].mark, marks[i].open,
					                marks[i].close, g.n };
	}
	return g;
}

static struct glance
glance(struct ent_str s, size_t at)
{
	unsigned char c;

	if (at >= s.n)
		return (struct glance){ .look = L_LINE };
	c = (unsigned char)s.p[at];
	if (c >= 0x80)
		return wide(s, at);
	if ((c | 32) >= 'a' && (c | 32) <= 'z')
		return (struct glance){ .look = L_LETTER, .n = 1 };
	if (c >= '0' && c <= '9')
		return (struct glance){ .look = L_DIGIT, .n = 1 };
	if (c == '\n')
		return (struct glance){ .look = L_LINE, .n = 1 };
	if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v')
		return (struct glance){ .look = L_BLANK, .n = 1 };
	if (c < ' ' || c == 0x7f)
		return (struct glance){ .look = L_OTHER, .n = 1 };
	return (struct glance){ L_MARK, (char)c, c == '"' || c == '\'', c == '"' || c == '\'',
		                1 };
}

static bool
inner(struct glance g)
{
	return g.look == L_LETTER || g.look == L_DIGIT;
}

static struct token *
add(struct ent_wire *w, uint8_t kind, size_t at, size_t n, uint8_t flags)
{
	struct token *t;

	if (w->n == w->room) {
		size_t room = w->room ? w->room * 2 : 4096;

		t = realloc(w->t, room * sizeof(*t));
		if (!t) {
			w->failed = true;
			return NULL;
		}
		w->t = t;
		w->room = room;
	}
	t = &w->t[w->n++];
	*t = (struct token){
		.at = (uint32_t)at, .n = (uint16_t)n, .kind = kind, .flags = flags
	};
	return t;
}

/* ---- words and numbers ---- */

static uint8_t
capitals(struct ent_str s)
{
	size_t upper = 0, small = 0, at = 0;
	bool first = true;
	uint8_t flags = 0;

	while (at < s.n) {
		unsigned char c = (unsigned char)s.p[at];
		bool is_upper = c >= 'A' && c <= 'Z';

		if (c >= 0x80) {
			int32_t u = ent_utf8_next(s, &at);

			if (u < 0)
				break;
			is_upper = (u >= 0xc0 && u <= 0xde) || (u >= 0x400 && u <= 0x42f) ||
			           (u >= 0x391 && u <= 0x3a9) ||
			           (u >= 0x100 && u < 0x180 && !(u & 1));
		} else {
			at++;
		}
		upper += is_upper;
		small += !is_upper && ((c >= 'a' && c <= 'z') || c >= 0x80);
		if (first && is_upper)
			flags |= F_CAP;
		first = false;
	}
	return upper > 1 && !small ? flags | F_UPPER : flags;
}

/* The end of a word that begins at at: letters and digits, with single apostrophes, hyphens and
 * what is invisible inside; 's is left. */
static size_t
word_end(struct ent_str s, size_t at)
{
	size_t begin = at;

	for (;;) {
		struct glance g = glance(s, at), next;

		if (at - begin > WORD_MAX)
			return at;
		if (at < s.n && (inner(g) || g.look == L_NOTHING)) {
			at += g.n;
			continue;
		}
		if (g.look != L_MARK || (g.mark != '\'' && g.mark != '-'))
			return at;
		next = glance(s, at + g.n);
		if (!inner(next))
			return at;
		if (g.mark == '-' && g.n > 1 && s.p[at + 2] != (char)0x90 &&
		    s.p[at + 2] != (char)0x91)
			return at; /* a dash, though nobody set blanks around it */
		if (g.mark == '\'' && (s.p[at + g.n] | 32) == 's' &&
		    !inner(glance(s, at + g.n + 1)))
			return at;
		at += g.n;
	}
}

/* "U.S.", "D.C.", "a.m.", "W.": behind a single letter. */
static size_t
initials_end(struct ent_str s, size_t from, size_t at)
{
	bool upper = s.p[from] >= 'A' && s.p[from] <= 'Z';
	bool more = at + 2 < s.n && s.p[at + 2] == '.' && glance(s, at + 1).look == L_LETTER;

	if (!upper && !more)
		return at;
	at++;
	while (at + 1 < s.n && s.p[at + 1] == '.' && glance(s, at).look == L_LETTER &&
	       (unsigned char)s.p[at] < 0x80)
		at += 2;
	return at;
}

static size_t
word(struct ent_wire *w, size_t at, uint8_t flags)
{
	size_t end = word_end(w->text, at);
	char folded[FOLDED];
	struct token *t;
	struct ent_str f;
	uint16_t number;

	if (end - at == 1 && end < w->text.n && w->text.p[end] == '.')
		end = initials_end(w->text, at, end);
	f = (struct ent_str){ folded, 0 };
	if (end - at < FOLDED)
		f.n = ent_wire_fold((struct ent_str){ w->text.p + at, end - at }, folded,
		                    sizeof(folded));
	number = ent_wire_dictionary_find(&w->d, f);
	flags |= capitals((struct ent_str){ w->text.p + at, end - at });
	if (end < w->text.n && w->text.p[end] == '.' && (flags & F_CAP) &&
	    (w->d.word[number].classes & W_ABBREVIATION))
		end++;
	t = add(w, T_WORD, at, end - at, flags);
	if (t)
		t->word = number;
	return end;
}

/* 2,997  1.5  2018-2019  9/11  20th  10:30 */
static size_t
number(struct ent_wire *w, size_t at, uint8_t flags)
{
	struct ent_str s = w->text;
	size_t end = at;

	while (end < s.n && end - at < 1000) {
		struct glance g = glance(s, end);

		if (inner(g)) {
			end += g.n;
			continue;
		}
		if (g.look != L_MARK || !memchr(",.-/:'", g.mark, 6) ||
		    glance(s, end + g.n).look != L_DIGIT) {
			if (g.look == L_MARK && g.mark == '-' && g.n == 1 &&
			    inner(glance(s, end + 1))) {
				end += 1; /* 20-year-old */
				continue;
			}
			break;
		}
		end += g.n;
	}
	if (end == at)
		end++;
	(void)add(w, T_NUMBER, at, end - at, flags);
	return end;
}

static size_t
mark(struct ent_wire *w, size_t at, struct glance g, uint8_t flags)
{
	struct ent_str s = w->text;
	struct glance next = glance(s, at + g.n);
	bool after_word = w->n && w->t[w->n - 1].at + w->t[w->n - 1].n == at &&
	                  (w->t[w->n - 1].kind == T_WORD || w->t[w->n - 1].kind == T_NUMBER);
	size_t end = at + g.n;
	struct token *t;

	if (g.mark == '\'' && after_word && end < s.n && (s.p[end] | 32) == 's' &&
	    !inner(glance(s, end + 1))) {
		(void)add(w, T_POSSESSIVE, at, g.n + 1, flags);
		return end + 1;
	}
	if (g.open && g.close) { /* which of them, its neighbours say */
		bool blank_before = (flags & F_SPACE) || w->t[w->n - 1].kind == T_PARAGRAPH ||
		                    w->t[w->n - 1].kind == T_PUNCT;
		bool blank_after = next.look == L_BLANK || next.look == L_LINE ||
		                   (next.look == L_MARK && next.mark != '\'');

		g.open = blank_before && next.look != L_BLANK && next.look != L_LINE;
		g.close = !after_word || blank_after || !g.open;
		if (w->t[w->n - 1].kind == T_PARAGRAPH || (flags & F_SPACE))
			g.close = !g.open;
	}
	while (end < s.n && end - at < 1000 && memchr(".!?-_*=", g.mark, 7) &&
	       s.p[end] == s.p[at])
		end++; /* "..." is one */
	if (g.open)
		flags |= F_OPEN;
	if (g.close)
		flags |= F_CLOSE;
	t = add(w, T_PUNCT, at, end - at, flags);
	if (t)
		t->word = (uint16_t)(unsigned char)g.mark;
	return end;
}

/* ---- lines ---- */

struct lines {
	size_t widest;
	bool wrapped;
};

static size_t
line_end(struct ent_str s, size_t at)
{
	const char *p = at < s.n ? memchr(s.p + at, '\n', s.n - at) : NULL;

	return p ? (size_t)(p - s.p) : s.n;
}

static size_t
width(struct ent_str s, size_t from, size_t to)
{
	while (to > from && (s.p[to - 1] == '\r' || s.p[to - 1] == ' '))
		to--;
	return to - from;
}

/* Whether the line that ends at end, with its width, was broken there because the next word had
 * no room. */
static bool
full(struct ent_str s, const struct lines *l, size_t begin, size_t end)
{
	size_t next = end + 1, word_to;

	if (next >= s.n || s.p[next] == '\n' || s.p[next] == '\r' || s.p[next] == ' ' ||
	    s.p[next] == '\t' || begin == end)
		return false;
	for (word_to = next;
	     word_to < s.n && word_to - next < WRAPPED_MAX && s.p[word_to] > ' ';)
		word_to++;
	return width(s, begin, end) + 1 + (word_to - next) > l->widest;
}

/* Finds out whether lines were broken to a width: then one may end within a sentence. */
static struct lines
look_at_lines(struct ent_str s)
{
	struct lines l = { 0, false };
	size_t sure = 0;

	for (size_t at = 0; at < s.n && l.widest <= WRAPPED_MAX;) {
		size_t end = line_end(s, at);

		l.widest = width(s, at, end) > l.widest ? width(s, at, end) : l.widest;
		at = end + 1;
	}
	if (l.widest > WRAPPED_MAX || l.widest < 40)
		return l;
	for (size_t at = 0; at < s.n;) {
		size_t end = line_end(s, at), n = width(s, at, end);

		if (n && !memchr(".?!:\"'", s.p[at + n - 1], 6) && s.p[at + n - 1] > 0)
			sure += full(s, &l, at, end);
		at = end + 1;
	}
	l.wrapped = sure >= WRAPPED_SURE;
	return l;
}

/* ---- sentences ---- */

static void
sentences(struct ent_wire *w)
{
	for (size_t i = 0; i < w->n; i++) {
		size_t k = i + 1;
		const struct token *next;

		if (w->t[i].kind == T_PARAGRAPH && i)
			w->t[i - 1].flags |= F_LAST;
		if (!punct(w, i, '.') && !punct(w, i, '!') && !punct(w, i, '?'))
			continue;
		while (k - i < 4 &&
		       ((tok(w, k)->kind == T_PUNCT && (tok(w, k)->flags & F_CLOSE) &&
		         !(tok(w, k)->flags & F_SPACE)) ||
		        punct(w, k, ')') || punct(w, k, ']')))
			k++;
		next = tok(w, k);
		if (next->kind == T_PARAGRAPH || next->kind == T_NUMBER ||
		    (next->flags & F_CAP) ||
		    ((next->flags & F_SPACE) && next->kind == T_PUNCT && next->word != ',' &&
		     next->word != '-') ||
		    (next->kind == T_WORD && (unsigned char)w->text.p[next->at] >= 0xd7))
			w->t[k - 1].flags |= F_LAST;
	}
}

int
ent_wire_tokens(struct ent_wire *w)
{
	struct lines l = look_at_lines(w->text);
	size_t at = 0, line = 0;
	uint8_t space = 0;

	(void)add(w, T_PARAGRAPH, 0, 0, 0);
	while (at < w->text.n && !w->failed) {
		struct glance g = glance(w->text, at);

		switch (g.look) {
		case L_LETTER:
			at = word(w, at, space);
			space = 0;
			break;
		case L_DIGIT:
			at = number(w, at, space);
			space = 0;
			break;
		case L_MARK:
			at = mark(w, at, g, space);
			space = 0;
			break;
		case L_LINE:
			if (!(l.wrapped && full(w->text, &l, line, at)) &&
			    w->t[w->n - 1].kind != T_PARAGRAPH)
				(void)add(w, T_PARAGRAPH, at, 0, 0);
			at += g.n;
			line = at;
			space = F_SPACE;
			break;
		case L_BLANK:
		case L_OTHER:
			space = F_SPACE;
			at += g.n;
			break;
		case L_NOTHING:
			at += g.n;
			break;
		}
	}
	(void)add(w, T_PARAGRAPH, w->text.n, 0, 0);
	if (w->failed)
		return ENT_ENOMEM;
	sentences(w);
	return 0;
}

/* ---- looking at them ---- */

struct ent_wire_span
ent_wire_span(const struct ent_wire *w, size_t from, size_t to)
{
	struct ent_wire_span s = { 0, 0 };

	if (from < to && to <= w->n) {
		s.from = w->t[from].at;
		s.to = w->t[to - 1].at + w->t[to - 1].n;
	}
	return s;
}

struct ent_str
ent_wire_run_text(const struct ent_wire *w, size_t from, size_t to)
{
	struct ent_wire_span s = ent_wire_span(w, from, to);

	return (struct ent_str){ w->text.p + s.from, s.to - s.from };
}

struct run
ent_wire_sentence(const struct ent_wire *w, size_t i)
{
	struct run r = { i, i };

	while (r.from > 0 && i - r.from < SENTENCE_MAX &&
	       tok(w, r.from - 1)->kind != T_PARAGRAPH && !(tok(w, r.from - 1)->flags & F_LAST))
		r.from--;
	while (tok(w, r.to)->kind != T_PARAGRAPH && r.to - i < SENTENCE_MAX) {
		r.to++;
		if (tok(w, r.to - 1)->flags & F_LAST)
			break;
	}
	return r;
}

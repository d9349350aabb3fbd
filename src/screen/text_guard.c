/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_guard.c - whether a listed name that stands in a text is meant: short names, and names
 * that are made of common words, need more than to stand there.
 */
#include <strings.h>

#include "base/utf8.h"
#include "screen/text_int.h"

#define NEAR_WORDS   8
#define NEAR_BYTES   240 /* that these words take: more is no sentence */
#define QUOTED_BYTES 400 /* how far back a quotation may have begun */
#define URL_BYTES    200

static struct ent_str
part(struct ent_str s, size_t from, size_t to)
{
	return (struct ent_str){ s.p + from, to - from };
}

static bool
speaks(struct ent_folder *f, struct ent_str word)
{
	struct ent_token t;
	unsigned flags = ent_word_flags(word);

	return !(flags & WORD_SIGN) && ent_word_fold(f, word, flags, &t) &&
	       ent_word_context(t.text);
}

/* Whether a word near it speaks of organisations. */
static bool
context(struct ent_folder *f, struct ent_str text, size_t from, size_t to)
{
	struct ent_str before = part(text, 0, from);
	struct word last[NEAR_WORDS], w = { 0, to };
	size_t n = 0, at = from > NEAR_BYTES ? from - NEAR_BYTES : 0, most = to + NEAR_BYTES;

	for (size_t i = 0; i < NEAR_WORDS && ent_word_next(text, w.to, &w) && w.from < most;
	     i++)
		if (w.to - w.from <= ENT_TEXT_WORD && speaks(f, part(text, w.from, w.to)))
			return true;
	for (; ent_word_next(before, at, &w); at = w.to)
		last[n++ % NEAR_WORDS] = w;
	for (size_t i = n > NEAR_WORDS ? n - NEAR_WORDS : 0; i < n; i++) {
		w = last[i % NEAR_WORDS];
		if (w.to - w.from <= ENT_TEXT_WORD && speaks(f, part(text, w.from, w.to)))
			return true;
	}
	return false;
}

static bool
sentence_start(struct ent_str text, size_t from)
{
	while (from && text.p[from - 1] == ' ')
		from--;
	if (!from)
		return true;
	return memchr(".!?:;\"'()[]*-\n\r\t>|", text.p[from - 1], 19) != NULL ||
	       (unsigned char)text.p[from - 1] >= 0x80; /* quotation marks, dashes, bullets */
}

/* Words that stand beside it without a mark between them; false where there are none. */
static bool
neighbour(struct ent_str text, const struct candidate *c, bool behind, struct word *w)
{
	if (behind)
		return ent_word_next(text, c->to, w) &&
		       !ent_word_gap(part(text, c->to, w->from), false);
	return ent_word_before(text, c->from, 80, w) &&
	       !ent_word_gap(part(text, w->to, c->from), false);
}

/* Whether it is a part of another name, or of a line in capitals. */
static bool
inside_another(struct ent_str text, const struct candidate *c, bool upper)
{
	struct word w;
	unsigned flags;

	if (neighbour(text, c, true, &w)) {
		flags = ent_word_flags(part(text, w.from, w.to));
		if (upper ? flags & WORD_UPPER : flags & WORD_CAP)
			return true;
	}
	if (neighbour(text, c, false, &w)) {
		flags = ent_word_flags(part(text, w.from, w.to));
		if (upper ? flags & WORD_UPPER
		          : (flags & WORD_CAP) && !sentence_start(text, w.from))
			return true;
	}
	return false;
}

/* Whether the text has the capitals of the list: word by word where it does. */
static bool
in_capitals(struct ent_str text, const struct candidate *c, struct ent_str listed, bool shortly)
{
	struct ent_str said = part(text, c->from, c->to);
	struct word a = { 0, 0 }, b = { 0, 0 };
	bool first = true, all_upper = true, cased = false;
	size_t words = 0;

	if (shortly && ent_str_eq(said, listed)) {
		for (size_t i = 1; i < said.n; i++)
			if (ent_word_bytes[(unsigned char)said.p[i]] & BYTE_CAPITAL)
				return true;
		return !(ent_word_flags(said) & WORD_CASED) || !sentence_start(text, c->from);
	}
	while (ent_word_next(said, a.to, &a)) {
		unsigned is = ent_word_flags(part(said, a.from, a.to)), as = WORD_CAP;

		if (ent_word_next(listed, b.to, &b)) {
			as = ent_word_flags(part(listed, b.from, b.to));
			if (shortly && (as & WORD_UPPER) && !(is & WORD_UPPER))
				return false;
		}
		cased = cased || (is & WORD_CASED);
		all_upper = all_upper && (is & WORD_UPPER);
		if ((is & WORD_CASED) && (as & WORD_CAP) && !(is & WORD_CAP))
			return false;
		first = false;
		words++;
	}
	if (!cased)
		return true;
	if (words == 1 && !all_upper && sentence_start(text, c->from))
		return false;
	if (shortly && !all_upper)
		return false;
	return !first;
}

static enum verdict
one(const struct ent_text_names *n, struct ent_folder *f, struct ent_str text,
    const struct candidate *c, const struct listed *l, int *speaking)
{
	struct ent_str said = part(text, c->from, c->to);
	struct ent_str listed = { n->text.p + l->text, l->n };
	unsigned flags = ent_word_flags(said);
	bool alone = n->node[c->node].words == 1, alike = alone && c->how >= ENT_TEXT_SIMILAR;
	bool guarded = l->guard & (GUARD_SHORT | GUARD_COMMON | GUARD_LONE);

	/* A word that only sounds like a name is mostly another word, unless it had to be
	 * written in other letters. */
	if (alike && ((flags & WORD_ASCII) || c->how == HOW_SPELT ||
	              ent_word_letters(said) < ENT_TEXT_SPELT))
		return VERDICT_NO;
	if (l->guard & GUARD_LONE) {
		if ((flags & WORD_CASED && !(flags & WORD_CAP)) ||
		    inside_another(text, c, false))
			return VERDICT_NO;
	} else if (guarded) {
		if (c->how >= ENT_TEXT_SIMILAR ||
		    !in_capitals(text, c, listed, l->guard & GUARD_SHORT))
			return VERDICT_NO;
		if ((l->guard & GUARD_COMMON || flags & WORD_UPPER) &&
		    inside_another(text, c, flags & WORD_UPPER))
			return VERDICT_NO;
	}
	if (l->guard & GUARD_WEAK)
		return VERDICT_WITH_OTHERS;
	/* In small letters a single word may be any word. */
	if (!guarded && !alike &&
	    !(alone && (flags & WORD_CASED) && !(flags & (WORD_CAP | WORD_UPPER))))
		return VERDICT_YES;
	if (*speaking < 0)
		*speaking = context(f, text, c->from, c->to);
	return *speaking ? VERDICT_YES : VERDICT_WITH_OTHERS;
}

enum verdict
ent_text_guard(const struct ent_text_names *n, struct ent_folder *f, struct ent_str text,
               const struct candidate *c)
{
	enum verdict best = VERDICT_NO;
	int speaking = -1, looked = 0;

	for (uint32_t i = n->node[c->node].names; i && best != VERDICT_YES && looked < 16;
	     i = n->name[i - 1].next, looked++) {
		enum verdict v = one(n, f, text, c, &n->name[i - 1], &speaking);

		best = v > best ? v : best;
	}
	return best;
}

/* ---- quotations and addresses ---- */

enum mark { MARK_NONE, MARK_OPEN, MARK_CLOSE, MARK_EITHER };

static enum mark
quotation_mark(struct ent_str text, size_t at)
{
	static const struct {
		char text[4];
		uint8_t n, mark;
	} marks[] = {
		{ "\"", 1, MARK_EITHER },          { "\xc2\xab", 2, MARK_OPEN },
		{ "\xc2\xbb", 2, MARK_CLOSE },     { "\xe2\x80\x9c", 3, MARK_OPEN },
		{ "\xe2\x80\x9d", 3, MARK_CLOSE }, { "\xe2\x80\x9e", 3, MARK_OPEN },
	};

	if (at >= text.n || (text.p[at] != '"' && (unsigned char)text.p[at] < 0xc2))
		return MARK_NONE;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (at + marks[i].n <= text.n &&
		    !memcmp(text.p + at, marks[i].text, marks[i].n))
			return (enum mark)marks[i].mark;
	return MARK_NONE;
}

bool
ent_text_quoted(struct ent_str text, size_t from, size_t to)
{
	size_t least = from > QUOTED_BYTES ? from - QUOTED_BYTES : 0, at = from, straight = 0;
	enum mark next = quotation_mark(text, to);

	while (at > least && text.p[at - 1] != '\n') {
		enum mark m;
		size_t n;

		if (text.p[--at] != '"' && (unsigned char)text.p[at] < 0xc2)
			continue;
		m = quotation_mark(text, at);
		n = text.p[at] == '"' ? 1 : (unsigned char)text.p[at] == 0xc2 ? 2 : 3;

		if (m == MARK_EITHER) {
			/* A name between marks is no quotation. */
			if (!straight++ && at + 1 == from && next == MARK_EITHER)
				return false;
		} else if (m == MARK_CLOSE) {
			return straight & 1;
		} else if (m == MARK_OPEN) {
			return !(at + n == from && next == MARK_CLOSE);
		}
	}
	return straight & 1;
}

bool
ent_text_in_url(struct ent_str text, size_t from, size_t to)
{
	size_t least = from > URL_BYTES ? from - URL_BYTES : 0;
	size_t most = text.n - to > URL_BYTES ? to + URL_BYTES : text.n;

	while (from > least && (unsigned char)text.p[from - 1] > ' ')
		from--;
	while (to < most && (unsigned char)text.p[to] > ' ')
		to++;
	for (size_t i = from; i + 3 < to; i++)
		if (text.p[i] == '@' || !memcmp(text.p + i, "://", 3) ||
		    ((text.p[i] | 32) == 'w' && !strncasecmp(text.p + i, "www.", 4)))
			return true;
	return false;
}

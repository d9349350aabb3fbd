/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice.c - whether a name in a text has its notice beside it.
 */
#include "screen/notice.h"
#include "base/utf8.h"
#include "screen/notice_int.h"

#define SENTENCE_BYTES 600 /* of a sentence on either side: more is none */
#define FRONT_WORDS    6   /* between a notice and the name behind it */
#define FOOT_LINES     64  /* footnotes that are looked at */

/* Up to n characters from at on, or back. */
static size_t
characters(struct ent_str s, size_t at, size_t n, bool back)
{
	while (n && (back ? at > 0 : at < s.n)) {
		at += back ? -(size_t)1 : 1;
		if (at == s.n || ((unsigned char)s.p[at] & 0xc0) != 0x80)
			n--;
	}
	return at;
}

static bool
ends_sentence(struct ent_str s, size_t at)
{
	unsigned char next = at + 1 < s.n ? (unsigned char)s.p[at + 1] : '\n';

	if (s.p[at] == '\n')
		return next == '\n';
	if (!memchr(".!?", s.p[at], 3) || (next != ' ' && next != '\n'))
		return false;
	/* W. and U.S. end none. */
	return at < 2 || !(s.p[at - 2] == '.' || s.p[at - 2] == ' ');
}

/* The sentence around the name, or the distance where that is more. */
static struct ent_notice_span
zone(const struct ent_notice_rules *r, struct ent_str s, struct ent_notice_span name)
{
	struct ent_notice_span z = { name.from, name.to };
	size_t least = name.from > SENTENCE_BYTES ? name.from - SENTENCE_BYTES : 0;
	size_t most = s.n - name.to > SENTENCE_BYTES ? name.to + SENTENCE_BYTES : s.n;
	size_t near = characters(s, name.from, r->distance, true);
	const char *foot;

	while (z.from > least && !ends_sentence(s, z.from - 1))
		z.from--;
	z.from = near < z.from ? near : z.from;
	near = characters(s, name.to, r->distance, false);
	while (z.to < most && !ends_sentence(s, z.to))
		z.to++;
	z.to = near > z.to ? near : z.to;
	/* A footnote belongs to its asterisk. */
	foot = memmem(s.p + name.to, z.to - name.to, "\n*", 2);
	if (foot)
		z.to = (size_t)(foot - s.p);
	return z;
}

/* "both banned", "запрещены" */
static bool
of_several(const struct notice_text *t, size_t first, size_t last)
{
	static const char *const words[] = { "both",  "all",          "each",
		                             "obe",   "oba",          "vse",
		                             "vsekh", "zapreshcheny", "zapreshchennye" };

	for (size_t i = first > 2 ? first - 2 : 0; i <= last; i++)
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
			if (!strcmp(t->text[i], words[k]))
				return true;
	return false;
}

/* Whether nothing but words stands between a notice and the name behind it. */
static bool
in_front(struct ent_str s, size_t from, size_t to)
{
	struct word w = { from, from };
	struct ent_str cut = { s.p, to };
	size_t n = 0;

	while (ent_word_next(cut, w.to, &w))
		if (++n > FRONT_WORDS)
			return false;
	for (size_t i = from; i < to; i++)
		if (memchr(",.;:()[]!?\n", s.p[i], 11))
			return false;
	return true;
}

struct search {
	const struct ent_notice_pattern *p;
	size_t n;
	size_t name_from, name_to, before, after;
};

/* The notice of the name among the words around it. */
static bool
beside(const struct search *q, struct ent_str s, const struct notice_text *t,
       struct ent_notice_span *at)
{
	size_t first, last;

	for (size_t i = 0; ent_notice_match(q->p, q->n, t, i, &first, &last); i = first + 1) {
		size_t from = t->at[first].from, to = t->at[last].to;
		bool mine;

		if (from >= q->name_to)
			mine = from < q->after || of_several(t, first, last);
		else
			mine = to <= q->name_from && from >= q->before &&
			       in_front(s, to, q->name_from);
		if (!mine)
			continue;
		*at = (struct ent_notice_span){ from, to };
		return true;
	}
	return false;
}

/* ---- footnotes ---- */

static size_t
asterisks(struct ent_str s, size_t at)
{
	size_t n = 0;

	while (at + n < s.n && s.p[at + n] == '*')
		n++;
	return n;
}

/* The line that begins with so many asterisks, and no more; false if there is none. */
static bool
footnote(struct ent_str s, size_t from, size_t stars, struct ent_notice_span *line)
{
	size_t lines = 0;

	while (from < s.n && lines < FOOT_LINES) {
		const char *p = memmem(s.p + from, s.n - from, "\n*", 2);
		const char *end;

		if (!p)
			return false;
		from = (size_t)(p - s.p) + 1;
		lines++;
		if (asterisks(s, from) != stars)
			continue;
		end = memchr(s.p + from, '\n', s.n - from);
		*line = (struct ent_notice_span){ from, end ? (size_t)(end - s.p) : s.n };
		if (line->to - from > SENTENCE_BYTES)
			line->to = from + SENTENCE_BYTES;
		return true;
	}
	return false;
}

size_t
ent_notice_place(struct ent_str s, struct ent_notice_span name)
{
	static const char *const closes[] = { "\xe2\x80\x99s", "'s", "\xc2\xbb",
		                              "\xe2\x80\x9d",  "\"", "\xe2\x80\x9c" };
	size_t at = name.to;
	bool opened = name.from > 0 &&
	              (s.p[name.from - 1] == '"' || (unsigned char)s.p[name.from - 1] >= 0x80);

	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < sizeof(closes) / sizeof(closes[0]); i++) {
			size_t n = strlen(closes[i]);

			if (at + n > s.n || memcmp(s.p + at, closes[i], n) != 0 ||
			    (i >= 2 && !opened))
				continue;
			at += n;
			opened = opened && i < 2;
			break;
		}
	return at;
}

enum ent_notice_found
ent_notice_beside(const struct ent_notice_rules *r, struct ent_folder *f, struct ent_str text,
                  struct ent_notice_span name, size_t before, size_t after,
                  struct ent_notice_span *at)
{
	struct ent_notice_span z = zone(r, text, name), found = { 0, 0 };
	struct search q = { r->own, r->n_own, name.from, name.to, before, after };
	struct notice_text *t = malloc(sizeof(*t));
	size_t place = ent_notice_place(text, name), stars = asterisks(text, place);
	enum ent_notice_found what = ENT_NOTICE_MISSING;
	struct ent_notice_span note = { 0, 0 };
	size_t first, last;

	if (!t)
		return what;
	if (stars && footnote(text, place + stars, stars, &note)) {
		ent_notice_text(f, text, note.from, note.to, t);
		if (ent_notice_match(r->own, r->n_own, t, 0, &first, &last))
			what = ENT_NOTICE_HERE;
		else if (ent_notice_match(r->others, r->n_others, t, 0, &first, &last))
			what = ENT_NOTICE_OTHER;
		if (what != ENT_NOTICE_MISSING)
			found = (struct ent_notice_span){ t->at[first].from, t->at[last].to };
	}
	if (what != ENT_NOTICE_HERE) {
		ent_notice_text(f, text, z.from, z.to, t);
		if (beside(&q, text, t, &found)) {
			what = ENT_NOTICE_HERE;
		} else if (what == ENT_NOTICE_MISSING) {
			q.p = r->others;
			q.n = r->n_others;
			what = beside(&q, text, t, &found) ? ENT_NOTICE_OTHER : what;
		}
	}
	free(t);
	if (at)
		*at = found;
	return what;
}

bool
ent_notice_in_line(const struct ent_notice_rules *r, struct ent_folder *f, struct ent_str text,
                   struct ent_notice_span name, struct ent_notice_span *at)
{
	struct notice_text *t = malloc(sizeof(*t));
	struct ent_notice_span line = name;
	size_t first, last;
	bool found;

	if (!t)
		return false;
	while (line.from && name.from - line.from < SENTENCE_BYTES &&
	       text.p[line.from - 1] != '\n')
		line.from--;
	while (line.to < text.n && line.to - name.to < SENTENCE_BYTES &&
	       text.p[line.to] != '\n')
		line.to++;
	ent_notice_text(f, text, line.from, line.to, t);
	found = ent_notice_match(r->own, r->n_own, t, 0, &first, &last);
	if (found && at)
		*at = (struct ent_notice_span){ t->at[first].from, t->at[last].to };
	free(t);
	return found;
}

struct ent_str
ent_notice_words(const struct ent_notice_rules *r, struct ent_str name)
{
	for (size_t at = 0; r->proposed_ru.p && at < name.n;) {
		int32_t c = ent_utf8_next(name, &at);

		if (c < 0)
			break;
		if (c >= 0x400 && c < 0x530)
			return r->proposed_ru;
	}
	return r->proposed_en;
}

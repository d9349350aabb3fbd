/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_text.c - literals that a text must hold if LIKE or MATCHES holds for it.
 *
 * All is in ASCII and without case, so that the options of an expression don't matter.  Where
 * an expression has something that isn't known here for certain, there are no literals.
 */
#include "base/limits.h"
#include "pattern/index_int.h"

struct ent_str
ent_fold(struct ent_str s, struct ent_buf *b)
{
	size_t k = 0;
	char *to;

	ent_buf_clear(b);
	to = ent_buf_room(b, s.n + 1);
	if (!to)
		return (struct ent_str){ NULL, 0 };
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == 0xc5 && i + 1 < s.n && (unsigned char)s.p[i + 1] == 0xbf) {
			c = 's';
			i++;
		}
		to[k++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	return (struct ent_str){ to, k };
}

/* ---- literals of a sequence: the longest run of characters ---- */

struct scan {
	struct ent_arena *a;
	struct ent_str in;
	size_t at;
	char *run; /* the characters of the run that is open; room for the whole text */
	size_t n;
	unsigned depth;
	bool lost; /* something that isn't known */
	bool nomem;
};

/* How good: the shortest of them. */
static size_t
worth(const struct ent_literals *l)
{
	size_t least = l->n ? SIZE_MAX : 0;

	for (size_t i = 0; i < l->n; i++)
		least = l->list[i].n < least ? l->list[i].n : least;
	return least;
}

static void
better(struct ent_literals *best, const struct ent_literals *l)
{
	size_t x = worth(best), y = worth(l);

	if (y >= ENT_GRAM && (y > x || (y == x && l->n < best->n)))
		*best = *l;
}

/* The run ends, and is a literal if it is long enough. */
static void
close_run(struct scan *s, struct ent_literals *best)
{
	if (s->n >= ENT_GRAM && s->n > worth(best)) {
		struct ent_literals one = { .n = 1 };

		one.list[0] = ent_arena_dup(s->a, (struct ent_str){ s->run, s->n });
		if (one.list[0].p)
			*best = one;
		else
			s->nomem = true;
	}
	s->n = 0;
}

static void
put(struct scan *s, struct ent_literals *best, unsigned char c)
{
	if (c >= 0x80 || c == 0) {
		close_run(s, best);
		return;
	}
	s->run[s->n++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

int
ent_like_literals(struct ent_arena *a, struct ent_str like, struct ent_literals *out)
{
	struct scan s = { .a = a, .in = like, .run = ent_arena_alloc(a, like.n + 1) };

	*out = (struct ent_literals){ .n = 0 };
	if (!s.run)
		return ENT_ENOMEM;
	for (size_t i = 0; i < like.n; i++)
		if (like.p[i] == '%' || like.p[i] == '_')
			close_run(&s, out);
		else
			put(&s, out, (unsigned char)like.p[i]);
	close_run(&s, out);
	return s.nomem ? ENT_ENOMEM : 0;
}

/* ---- regular expressions ---- */

static int
peek(const struct scan *s, size_t ahead)
{
	return s->at + ahead < s->in.n ? (unsigned char)s->in.p[s->at + ahead] : -1;
}

static bool
one_of(int c, const char *list)
{
	return c > 0 && memchr(list, c, strlen(list));
}

/* Behind '[': to behind the ']' that ends the class. */
static void
skip_class(struct scan *s)
{
	if (peek(s, 0) == '^')
		s->at++;
	if (peek(s, 0) == ']')
		s->at++;
	for (int c; (c = peek(s, 0)) != ']'; s->at++) {
		if (c < 0) {
			s->lost = true;
			return;
		}
		if (c == '\\') {
			s->at++;
			s->lost = s->lost || one_of(peek(s, 0), "QEc");
		} else if (c == '[' && one_of(peek(s, 1), ":.=")) {
			/* [:alpha:]; a '[' that begins no such name stands for itself, and
			 * then its end may be taken for ours, or not: nobody needs that. */
			size_t k = 2;

			while (one_of(peek(s, k), "^abcdefghijklmnopqrstuvwxyz"))
				k++;
			if (peek(s, k) != peek(s, 1) || peek(s, k + 1) != ']') {
				s->lost = true;
				return;
			}
			s->at += k + 1;
		}
	}
	s->at++;
}

/* Behind '\': the character that it stands for, or -1 where it is something else. */
static int
escape(struct scan *s)
{
	int c = peek(s, 0);
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

	s->at++;
	if (c < 0 || (c >= '0' && c <= '9') ||
	    (letter && !one_of(c, "dDwWsSbBAzZhHvVRXGKntrfea")))
		s->lost = true;
	return s->lost || letter ? -1 : c;
}

/* At '{': behind it where it is a number of times. */
static bool
times(struct scan *s)
{
	size_t k = 1;

	while (one_of(peek(s, k), "0123456789, "))
		k++;
	if (peek(s, k) != '}')
		return false;
	s->at += k + 1;
	return true;
}

/* Behind '(' and '?': false where the group holds nothing that must be there. */
static bool
group_kind(struct scan *s)
{
	int c = peek(s, 0), d = peek(s, 1);

	if (c == ':' || c == '>') {
		s->at++;
		return true;
	}
	if (c == '=' || c == '!' || (c == '<' && (d == '=' || d == '!'))) {
		s->at += c == '<' ? 2 : 1;
		return false;
	}
	if (c == '<' || (c == 'P' && d == '<')) {
		while (peek(s, 0) >= 0 && peek(s, 0) != '>')
			s->at++;
		s->at++;
		return true;
	}
	while (one_of(peek(s, 0), "imsUJn-"))
		s->at++;
	c = peek(s, 0);
	s->lost = s->lost || (c != ')' && c != ':');
	s->at += c == ':';
	return true;
}

static struct ent_literals branches(struct scan *s);

/* At '(': the group, and what in it must be there. */
static struct ent_literals
group(struct scan *s)
{
	struct ent_literals in = { .n = 0 };
	bool needed = true;

	s->at++;
	if (peek(s, 0) == '*' || s->depth == ENT_LITERAL_DEPTH) {
		s->lost = true;
		return in;
	}
	if (peek(s, 0) == '?') {
		s->at++;
		needed = group_kind(s);
	}
	s->depth++;
	in = branches(s);
	s->depth--;
	if (peek(s, 0) != ')')
		s->lost = true;
	s->at++;
	if (!needed || one_of(peek(s, 0), "*?{"))
		in.n = 0;
	return in;
}

/* Up to '|', ')' or the end. */
static struct ent_literals
sequence(struct scan *s)
{
	struct ent_literals best = { .n = 0 }, in;
	int c;

	while (!s->lost && !s->nomem && (c = peek(s, 0)) >= 0 && c != '|' && c != ')') {
		bool stands = !one_of(c, ".^$+[");

		if (c == '(') {
			close_run(s, &best);
			in = group(s);
			better(&best, &in);
			continue;
		}
		if (one_of(c, "*?{")) { /* what is before it may be missing */
			s->n -= s->n > 0;
			close_run(s, &best);
			if (c != '{' || !times(s))
				s->at++;
			continue;
		}
		s->at++;
		if (c == '\\')
			c = escape(s);
		else if (c == '[')
			skip_class(s);
		if (stands && c >= 0)
			put(s, &best, (unsigned char)c);
		else
			close_run(s, &best);
	}
	close_run(s, &best);
	return best;
}

/* All branches, up to ')' or the end: one literal of each, if each has one. */
static struct ent_literals
branches(struct scan *s)
{
	struct ent_literals all = { .n = 0 };
	bool every = true;

	for (;;) {
		struct ent_literals one = sequence(s);

		every = every && one.n > 0 && all.n + one.n <= ENT_LITERALS;
		for (size_t i = 0; every && i < one.n; i++)
			all.list[all.n++] = one.list[i];
		if (s->lost || s->nomem || peek(s, 0) != '|')
			break;
		s->at++;
	}
	if (!every || s->lost)
		all.n = 0;
	return all;
}

int
ent_regex_literals(struct ent_arena *a, struct ent_str expr, struct ent_literals *out)
{
	struct scan s = { .a = a, .in = expr, .run = ent_arena_alloc(a, expr.n + 1) };

	*out = (struct ent_literals){ .n = 0 };
	if (!s.run)
		return ENT_ENOMEM;
	*out = branches(&s);
	if (s.at < expr.n) /* a ')' too many */
		out->n = 0;
	return s.nomem ? ENT_ENOMEM : 0;
}

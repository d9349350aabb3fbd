/* SPDX-License-Identifier: Apache-2.0 */
/*
 * locate.c - finds where a text stops being JSON, for the message of a failure.
 *
 * It runs only where simdjson has refused a text already, so it need not be exact about
 * numbers: what it can't find it places at the end.
 */
#include "base/limits.h"
#include "base/utf8.h"
#include "json/tree_int.h"

#define DEEPEST 1024

struct reader {
	struct ent_str s;
	size_t at;
	unsigned depth;
	char open[DEEPEST]; /* the brackets that are open */
};

static void
blanks(struct reader *r)
{
	while (r->at < r->s.n && strchr(" \t\r\n", r->s.p[r->at]) && r->s.p[r->at])
		r->at++;
}

static bool
hex4(const struct reader *r, size_t at)
{
	if (at + 4 > r->s.n)
		return false;
	for (size_t i = at; i < at + 4; i++)
		if (!strchr("0123456789abcdefABCDEF", r->s.p[i]) || !r->s.p[i])
			return false;
	return true;
}

static bool
string(struct reader *r)
{
	if (r->at >= r->s.n || r->s.p[r->at] != '"')
		return false;
	for (r->at++; r->at < r->s.n; r->at++) {
		unsigned char c = (unsigned char)r->s.p[r->at];

		if (c == '"') {
			r->at++;
			return true;
		}
		if (c < 0x20)
			return false;
		if (c != '\\')
			continue;
		if (r->at + 1 >= r->s.n || !strchr("\"\\/bfnrtu", r->s.p[r->at + 1]) ||
		    !r->s.p[r->at + 1])
			return false;
		r->at++;
		if (r->s.p[r->at] == 'u' && !hex4(r, r->at + 1))
			return false;
	}
	return false;
}

static bool
digits(struct reader *r)
{
	size_t begin = r->at;

	while (r->at < r->s.n && r->s.p[r->at] >= '0' && r->s.p[r->at] <= '9')
		r->at++;
	return r->at > begin;
}

static bool
number(struct reader *r)
{
	size_t begin;

	if (r->s.p[r->at] == '-')
		r->at++;
	begin = r->at;
	if (!digits(r))
		return false;
	if (r->s.p[begin] == '0' && r->at - begin > 1) {
		r->at = begin;
		return false;
	}
	if (r->at < r->s.n && r->s.p[r->at] == '.') {
		r->at++;
		if (!digits(r))
			return false;
	}
	if (r->at < r->s.n && (r->s.p[r->at] == 'e' || r->s.p[r->at] == 'E')) {
		r->at++;
		if (r->at < r->s.n && (r->s.p[r->at] == '+' || r->s.p[r->at] == '-'))
			r->at++;
		return digits(r);
	}
	return true;
}

static bool
word(struct reader *r)
{
	static const char *const words[] = { "true", "false", "null" };
	struct ent_str rest = ent_str_from(r->s, r->at);

	for (size_t i = 0; i < 3; i++)
		if (ent_str_starts(rest, words[i])) {
			r->at += strlen(words[i]);
			return true;
		}
	return false;
}

/* A member's name and its colon. */
static bool
name(struct reader *r)
{
	blanks(r);
	if (!string(r))
		return false;
	blanks(r);
	if (r->at >= r->s.n || r->s.p[r->at] != ':')
		return false;
	r->at++;
	return true;
}

/* Opens a bracket; true if a value comes next. */
static bool
open(struct reader *r, bool *failed)
{
	char c = r->s.p[r->at];

	if (r->depth == DEEPEST) {
		*failed = true;
		return false;
	}
	r->open[r->depth++] = c;
	r->at++;
	blanks(r);
	if (r->at < r->s.n && r->s.p[r->at] == (c == '{' ? '}' : ']'))
		return false; /* empty: the closing comes next */
	if (c == '{' && !name(r))
		*failed = true;
	return !*failed;
}

static bool
scalar(struct reader *r)
{
	char c = r->s.p[r->at];

	if (c == '"')
		return string(r);
	return c == '-' || (c >= '0' && c <= '9') ? number(r) : word(r);
}

/* What may follow a value: closings, then a comma; true if another value comes next. */
static bool
after(struct reader *r, bool *failed)
{
	for (;;) {
		char c, o;

		blanks(r);
		if (r->depth == 0) {
			*failed = r->at < r->s.n;
			return false;
		}
		o = r->open[r->depth - 1];
		c = r->at < r->s.n ? r->s.p[r->at] : '\0';
		if (c == ',') {
			r->at++;
			*failed = o == '{' && !name(r);
			return !*failed;
		}
		if (c != (o == '{' ? '}' : ']')) {
			*failed = true;
			return false;
		}
		r->depth--;
		r->at++;
	}
}

size_t
ent_json_locate(struct ent_str text)
{
	struct reader r = { .s = text };
	size_t utf8 = ent_utf8_valid(text);
	bool failed = false, value = true;

	while (value && !failed) {
		blanks(&r);
		if (r.at >= text.n)
			break;
		if (text.p[r.at] == '{' || text.p[r.at] == '[') {
			value = open(&r, &failed);
			if (value || failed)
				continue;
		} else if (!scalar(&r)) {
			break;
		}
		value = after(&r, &failed);
	}
	return utf8 < r.at ? utf8 : r.at;
}

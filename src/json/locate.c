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

struct reader {
	struct ent_str s;
	size_t at;
	unsigned depth;
	char open[ENT_JSON_DEPTH_MAX]; /* the brackets that are open */
};

static void
blanks(struct reader *r)
{
	while (r->at < r->s.n && strchr(" \t\r\n", r->s.p[r->at]) && r->s.p[r->at])
		r->at++;
}

/* The four digits of a \\u escape at at; -1 if they aren't. */
static int
unit(const struct reader *r, size_t at)
{
	int u = 0;

	if (at + 4 > r->s.n)
		return -1;
	for (size_t i = at; i < at + 4; i++) {
		static const char digits[] = "0123456789abcdefABCDEF";
		const char *digit = r->s.p[i] ? strchr(digits, r->s.p[i]) : NULL;
		int value = digit ? (int)(digit - digits) : -1;

		if (value < 0)
			return -1;
		u = u << 4 | (value > 15 ? value - 6 : value);
	}
	return u;
}

/* Past an escape that is JSON and no half of a surrogate pair. */
static bool
escape(struct reader *r)
{
	char c = r->at + 1 < r->s.n ? r->s.p[r->at + 1] : '\0';
	int u, low;

	if (!c || !strchr("\"\\/bfnrtu", c))
		return false;
	if (c != 'u') {
		r->at += 2;
		return true;
	}
	u = unit(r, r->at + 2);
	if (u >= 0xd800 && u <= 0xdfff) {
		if (u > 0xdbff || !ent_str_starts(ent_str_from(r->s, r->at + 6), "\\u"))
			return false;
		low = unit(r, r->at + 8);
		if (low < 0xdc00 || low > 0xdfff)
			return false;
		r->at += 6;
	}
	r->at += 6;
	return u >= 0;
}

static bool
string(struct reader *r)
{
	if (r->at >= r->s.n || r->s.p[r->at] != '"')
		return false;
	r->at++;
	while (r->at < r->s.n) {
		unsigned char c = (unsigned char)r->s.p[r->at];

		if (c == '"') {
			r->at++;
			return true;
		}
		if (c < 0x20)
			return false;
		if (c != '\\')
			r->at++;
		else if (!escape(r))
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

	if (r->depth == ENT_JSON_DEPTH_MAX) {
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

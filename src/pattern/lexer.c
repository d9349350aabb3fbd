/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lexer.c - the words of the pattern language (STIX 2.1, 9.2 and its grammar).
 */
#include "base/utf8.h"
#include "pattern/lexer_int.h"

static const char *const keywords[] = { "AND",     "OR",      "NOT",        "FOLLOWEDBY",
	                                "LIKE",    "MATCHES", "ISSUPERSET", "ISSUBSET",
	                                "EXISTS",  "LAST",    "IN",         "START",
	                                "STOP",    "SECONDS", "TIMES",      "WITHIN",
	                                "REPEATS", "true",    "false",      NULL };
static const struct {
	const char *text;
	enum ent_pat_op op;
} ops[] = {
	{ "==", ENT_PAT_EQ }, { "=", ENT_PAT_EQ },  { "!=", ENT_PAT_NE }, { "<>", ENT_PAT_NE },
	{ "<=", ENT_PAT_LE }, { ">=", ENT_PAT_GE }, { "<", ENT_PAT_LT },  { ">", ENT_PAT_GT },
};

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
blank(int32_t c)
{
	return (c >= 9 && c <= 13) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
	       c == 0x205f || c == 0x3000;
}

/* Blanks and comments; false where a comment has no end. */
static bool
skip(struct ent_str s, size_t *at)
{
	for (;;) {
		size_t i = *at;
		struct ent_str rest = ent_str_from(s, i);

		if (ent_str_starts(rest, "//")) {
			*at = i + ent_str_find(rest, '\n');
		} else if (ent_str_starts(rest, "/*")) {
			const char *e = memmem(rest.p + 2, rest.n - 2, "*/", 2);

			if (!e)
				return false;
			*at = (size_t)(e - s.p) + 2;
		} else if (i < s.n && blank(ent_utf8_next(s, &i))) {
			*at = i;
		} else {
			return true;
		}
	}
}

/* i is behind the opening quote; gives what is behind the closing one, or 0. */
static size_t
quoted(struct ent_str s, size_t i, struct token *t)
{
	size_t from = i;

	for (; i < s.n && s.p[i] != '\''; i++) {
		if (s.p[i] != '\\')
			continue;
		if (i + 1 >= s.n || (s.p[i + 1] != '\\' && s.p[i + 1] != '\'')) {
			t->why = "a backslash in a string must be doubled (\\\\)";
			t->pos = i;
			return 0;
		}
		t->escaped = true;
		i++;
	}
	if (i >= s.n) {
		t->why = "this string has no closing quote";
		return 0;
	}
	t->inner = (struct ent_str){ s.p + from, i - from };
	return i + 1;
}

static size_t
number(struct ent_str s, size_t i, struct token *t)
{
	size_t from, whole;

	if (s.p[i] == '+' || s.p[i] == '-')
		i++;
	from = i;
	while (i < s.n && digit(s.p[i]))
		i++;
	whole = i - from;
	t->kind = T_INT;
	if (i + 1 < s.n && s.p[i] == '.' && digit(s.p[i + 1])) {
		t->kind = T_FLOAT;
		for (i++; i < s.n && digit(s.p[i]); i++)
			;
	}
	if (whole > 1 && s.p[from] == '0')
		t->why = "a number may not begin with 0";
	else if (i == from)
		t->why = "a sign without a number";
	else if (i < s.n && (letter(s.p[i]) || digit(s.p[i])))
		t->why = "a letter in a number";
	return t->why ? 0 : i;
}

static size_t
word(struct ent_str s, size_t i, struct token *t)
{
	static const char prefix[] = "hbt";
	static const enum tok kinds[] = { T_HEX, T_BIN, T_TIME };
	const char *k = strchr(prefix, s.p[i]);
	size_t from = i;

	if (k && i + 1 < s.n && s.p[i + 1] == '\'') {
		t->kind = kinds[k - prefix];
		return quoted(s, i + 2, t);
	}
	while (i < s.n && (letter(s.p[i]) || digit(s.p[i]) || s.p[i] == '-'))
		i++;
	t->kind = T_NAME;
	for (size_t j = 0; keywords[j]; j++)
		if (ent_str_is((struct ent_str){ s.p + from, i - from }, keywords[j]))
			t->kind = letter(keywords[j][0]) && keywords[j][0] >= 'a' ? T_BOOL
			                                                          : T_KEYWORD;
	return i;
}

static size_t
sign(struct ent_str s, size_t i, struct token *t)
{
	for (size_t j = 0; j < sizeof(ops) / sizeof(*ops); j++)
		if (ent_str_starts(ent_str_from(s, i), ops[j].text)) {
			t->kind = T_OP;
			t->op = ops[j].op;
			return i + strlen(ops[j].text);
		}
	t->kind = T_PUNCT;
	if (s.p[i] && strchr("[]():.,*", s.p[i]))
		return i + 1;
	t->why = s.p[i] == '"' ? "strings stand in single quotes, '...'"
	                       : "a character that patterns do not have here";
	return 0;
}

void
ent_pattern_lex(struct ent_str s, size_t *at, struct token *t)
{
	bool ok = skip(s, at);
	size_t i = *at, end;
	char c = i < s.n ? s.p[i] : 0;

	*t = (struct token){ .pos = i };
	if (!ok) {
		t->why = "this comment has no end";
		end = 0;
	} else if (i >= s.n) {
		return;
	} else if (c == '\'') {
		t->kind = T_STRING;
		end = quoted(s, i + 1, t);
	} else if (letter(c)) {
		end = word(s, i, t);
	} else if (digit(c) || c == '-' || c == '+' ||
	           (c == '.' && i + 1 < s.n && digit(s.p[i + 1]))) {
		end = number(s, i, t);
	} else {
		end = sign(s, i, t);
	}
	if (!end) {
		t->kind = T_BAD;
		end = i + 1;
	}
	t->raw = (struct ent_str){ s.p + i, end - i };
	*at = end;
}

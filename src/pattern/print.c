/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print.c - a pattern's tree as text, and a place in a text for people.
 */
#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "pattern/lexer_int.h"

static const char *const op_text[] = { "=",       "!=",       ">",          "<",
	                               ">=",      "<=",       "IN",         "LIKE",
	                               "MATCHES", "ISSUBSET", "ISSUPERSET", "EXISTS" };
static const char *const joints[] = { [ENT_PAT_FOLLOWEDBY] = " FOLLOWEDBY ",
	                              [ENT_PAT_OBS_OR] = " OR ",
	                              [ENT_PAT_OBS_AND] = " AND ",
	                              [ENT_PAT_OR] = " OR ",
	                              [ENT_PAT_AND] = " AND " };
static const char *const prefix[] = {
	[ENT_PAT_HEX] = "h", [ENT_PAT_BIN] = "b", [ENT_PAT_TIME] = "t", [ENT_PAT_STRING] = ""
};

static void
quote(struct ent_buf *b, struct ent_str s)
{
	ent_buf_ch(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'' || s.p[i] == '\\')
			ent_buf_ch(b, '\\');
		ent_buf_ch(b, s.p[i]);
	}
	ent_buf_ch(b, '\'');
}

/* A name goes without quotes where it reads back as the same one word. */
static void
print_name(struct ent_buf *b, struct ent_str s, bool hyphens)
{
	struct token t = { 0 };
	size_t at = 0;

	ent_pattern_lex(s, &at, &t);
	if (t.kind == T_NAME && ent_str_eq(t.raw, s) &&
	    (hyphens || ent_str_find(s, '-') == s.n))
		ent_buf_str(b, s);
	else
		quote(b, s);
}

static void
print_value(struct ent_buf *b, const struct ent_pat_value *v)
{
	if (!prefix[v->type] || v->type == ENT_PAT_BOOL) {
		ent_buf_str(b, v->text);
		return;
	}
	ent_buf_c(b, prefix[v->type]);
	quote(b, v->text);
}

static void
print_test(struct ent_buf *b, const struct ent_pat_node *n)
{
	if (n->op == ENT_PAT_EXISTS)
		ent_buf_c(b, n->negated ? "NOT EXISTS " : "EXISTS ");
	print_name(b, n->type, true);
	for (const struct ent_pat_step *s = n->path; s; s = s->next) {
		if (s->kind == ENT_PAT_NAME) {
			ent_buf_ch(b, s == n->path ? ':' : '.');
			print_name(b, s->text, false);
		} else {
			ent_buf_ch(b, '[');
			ent_buf_str(b, s->text);
			ent_buf_ch(b, ']');
		}
	}
	if (n->op == ENT_PAT_EXISTS)
		return;
	ent_buf_c(b, n->negated ? " NOT " : " ");
	ent_buf_c(b, op_text[n->op]);
	ent_buf_c(b, n->op == ENT_PAT_IN ? " (" : " ");
	for (const struct ent_pat_value *v = n->value; v; v = v->next) {
		print_value(b, v);
		if (v->next)
			ent_buf_c(b, ", ");
	}
	if (n->op == ENT_PAT_IN)
		ent_buf_ch(b, ')');
}

static void
print_qualifiers(struct ent_buf *b, const struct ent_pat_node *n, enum ent_pat_version version)
{
	const char *t = version == ENT_PAT_20 ? "" : "t";

	for (unsigned order = n->order; order; order >>= 4) {
		unsigned kind = order & 15;

		if (kind == ENT_PAT_WITHIN)
			ent_buf_printf(b, " WITHIN %.*s SECONDS", ENT_FMT(n->within));
		else if (kind == ENT_PAT_REPEATS)
			ent_buf_printf(b, " REPEATS %.*s TIMES", ENT_FMT(n->repeats));
		else
			ent_buf_printf(b, " START %s'%.*s' STOP %s'%.*s'", t, ENT_FMT(n->start),
			               t, ENT_FMT(n->stop));
	}
}

/* Recurses as deep as the parser did. */
static void
print_node(struct ent_buf *b, const struct ent_pat_node *n, enum ent_pat_version version)
{
	if (n->kind == ENT_PAT_TEST) {
		print_test(b, n);
		return;
	}
	if (n->kind == ENT_PAT_OBS)
		ent_buf_ch(b, '[');
	for (const struct ent_pat_node *c = n->child; c; c = c->next) {
		bool wrap = n->kind != ENT_PAT_OBS && c->kind <= n->kind;

		if (wrap)
			ent_buf_ch(b, '(');
		print_node(b, c, version);
		if (wrap)
			ent_buf_ch(b, ')');
		if (c->next)
			ent_buf_c(b, joints[n->kind]);
	}
	if (n->kind == ENT_PAT_OBS)
		ent_buf_ch(b, ']');
	if (n->kind == ENT_PAT_QUALIFIED)
		print_qualifiers(b, n, version);
}

struct ent_str
ent_pattern_print(struct ent_arena *a, const struct ent_pat_node *n,
                  enum ent_pat_version version)
{
	struct ent_buf b;
	struct ent_str out;

	ent_buf_init(&b, (size_t)ENT_PATTERN_MAX * 4);
	print_node(&b, n, version);
	out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out;
}

static size_t
line_start(struct ent_str text, size_t pos)
{
	while (pos > 0 && text.p[pos - 1] != '\n')
		pos--;
	return pos;
}

static size_t
characters(struct ent_str text, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += (text.p[i] & 0xc0) != 0x80;
	return n;
}

void
ent_pattern_place(struct ent_str text, size_t pos, size_t *line, size_t *column)
{
	pos = pos < text.n ? pos : text.n;
	*line = 1;
	for (size_t i = 0; i < pos; i++)
		*line += text.p[i] == '\n';
	*column = 1 + characters(text, line_start(text, pos), pos);
}

struct ent_str
ent_pattern_caret(struct ent_arena *a, struct ent_str text, size_t pos)
{
	enum { AROUND = 60 };
	size_t from, to;
	struct ent_buf b;
	struct ent_str out;

	pos = pos < text.n ? pos : text.n;
	from = line_start(text, pos);
	if (pos - from > AROUND)
		from = pos - AROUND;
	while (from < pos && (text.p[from] & 0xc0) == 0x80)
		from++;
	to = pos + ent_str_find(ent_str_from(text, pos), '\n');
	if (to - pos > AROUND)
		to = pos + AROUND;
	while (to > pos && to < text.n && (text.p[to] & 0xc0) == 0x80)
		to--;
	ent_buf_init(&b, 1024);
	for (size_t i = from; i < to; i++) /* no control character reaches a terminal */
		ent_buf_ch(
		    &b, (unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7f ? ' ' : text.p[i]);
	ent_buf_ch(&b, '\n');
	for (size_t n = characters(text, from, pos); n > 0; n--)
		ent_buf_ch(&b, ' ');
	ent_buf_ch(&b, '^');
	out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out;
}

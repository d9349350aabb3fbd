/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.c - a pattern in plain words, a line for each part.
 */
#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "pattern/pattern.h"

#define LINE_MAX_BYTES 200 /* of a value that is told */

static const char *const is_words[] = {
	[ENT_PAT_EQ] = "is",
	[ENT_PAT_NE] = "is there and is not",
	[ENT_PAT_GT] = "is above",
	[ENT_PAT_LT] = "is below",
	[ENT_PAT_GE] = "is at least",
	[ENT_PAT_LE] = "is at most",
	[ENT_PAT_IN] = "is one of",
	[ENT_PAT_LIKE] = "is like (% any run, _ one character)",
	[ENT_PAT_MATCHES] = "matches the regular expression",
	[ENT_PAT_ISSUBSET] = "lies within the network",
	[ENT_PAT_ISSUPERSET] = "is a network that contains",
};
static const char *const not_words[] = {
	[ENT_PAT_EQ] = "is there and is not",
	[ENT_PAT_NE] = "is",
	[ENT_PAT_GT] = "is there and is not above",
	[ENT_PAT_LT] = "is there and is not below",
	[ENT_PAT_GE] = "is there and is not at least",
	[ENT_PAT_LE] = "is there and is not at most",
	[ENT_PAT_IN] = "is there and is none of",
	[ENT_PAT_LIKE] = "is there and is not like (% any run, _ one character)",
	[ENT_PAT_MATCHES] = "is there and does not match the regular expression",
	[ENT_PAT_ISSUBSET] = "is there and does not lie within the network",
	[ENT_PAT_ISSUPERSET] = "is there and is no network that contains",
};
/* What stands above the parts of each kind. */
static const char *const heads[] = {
	[ENT_PAT_FOLLOWEDBY] = "in this order, by different observations:",
	[ENT_PAT_OBS_OR] = "one of these:",
	[ENT_PAT_OBS_AND] = "each of these, by different observations:",
	[ENT_PAT_OBS] = "an observation with",
	[ENT_PAT_OR] = "at least one of these holds:",
	[ENT_PAT_AND] = "all of these hold:",
};

static void
line(struct ent_buf *b, unsigned depth)
{
	if (b->n)
		ent_buf_ch(b, '\n');
	for (unsigned i = 0; i < depth; i++)
		ent_buf_c(b, "  ");
}

static void
cut(struct ent_buf *b, struct ent_str s)
{
	struct ent_str most = ent_utf8_cut(s, LINE_MAX_BYTES);

	ent_buf_str(b, most);
	if (most.n < s.n)
		ent_buf_c(b, "...");
}

static void
value(struct ent_buf *b, const struct ent_pat_value *v)
{
	static const char *const kinds[] = { [ENT_PAT_HEX] = "the bytes (hexadecimal) ",
		                             [ENT_PAT_BIN] = "the bytes (base64) ",
		                             [ENT_PAT_TIME] = "the time " };

	if (v->type >= ENT_PAT_HEX)
		ent_buf_c(b, kinds[v->type]);
	if (v->type == ENT_PAT_STRING)
		ent_buf_ch(b, '"');
	cut(b, v->text);
	if (v->type == ENT_PAT_STRING)
		ent_buf_ch(b, '"');
}

static void
path(struct ent_buf *b, const struct ent_pat_node *n)
{
	for (const struct ent_pat_step *s = n->path; s; s = s->next) {
		if (s->kind == ENT_PAT_ANY) {
			ent_buf_c(b, ", any of them");
		} else if (s->kind == ENT_PAT_INDEX) {
			ent_buf_printf(b, ", number %.*s of them (from 0)", ENT_FMT(s->text));
		} else {
			ent_buf_c(b, s == n->path ? "" : ", its ");
			cut(b, s->text);
		}
	}
}

static void
test(struct ent_buf *b, const struct ent_pat_node *n)
{
	unsigned told = 0;

	ent_buf_c(b, "of type ");
	cut(b, n->type);
	ent_buf_c(b, ": ");
	path(b, n);
	if (n->op == ENT_PAT_EXISTS) {
		ent_buf_c(b, n->negated ? " is not there" : " is there");
		return;
	}
	ent_buf_ch(b, ' ');
	ent_buf_c(b, (n->negated ? not_words : is_words)[n->op]);
	for (const struct ent_pat_value *v = n->value; v && told < 20; v = v->next, told++) {
		ent_buf_c(b, told ? ", " : " ");
		value(b, v);
	}
	if (told == 20)
		ent_buf_c(b, " and so on");
	else if (!told)
		ent_buf_c(b, " nothing");
}

static void
qualifiers(struct ent_buf *b, const struct ent_pat_node *n)
{
	const char *and = "";

	for (unsigned order = n->order; order; order >>= 4) {
		unsigned kind = order & 15;

		ent_buf_c(b, and);
		if (kind == ENT_PAT_WITHIN)
			ent_buf_printf(b, "within %.*s seconds", ENT_FMT(n->within));
		else if (kind == ENT_PAT_REPEATS)
			ent_buf_printf(b, "at least %.*s times, by different observations",
			               ENT_FMT(n->repeats));
		else
			ent_buf_printf(b, "from %.*s on and before %.*s", ENT_FMT(n->start),
			               ENT_FMT(n->stop));
		and = "; that ";
	}
	ent_buf_ch(b, ':');
}

/* Recurses as deep as the parser did. */
static void
node(struct ent_buf *b, const struct ent_pat_node *n, unsigned depth)
{
	line(b, depth);
	if (n->kind == ENT_PAT_TEST) {
		test(b, n);
		return;
	}
	if (n->kind == ENT_PAT_QUALIFIED)
		qualifiers(b, n);
	else
		ent_buf_c(b, heads[n->kind]);
	if (n->kind == ENT_PAT_OBS) {
		ent_buf_c(b, " an object");
		if (n->child->kind == ENT_PAT_TEST) {
			ent_buf_ch(b, ' ');
			test(b, n->child);
			return;
		}
		ent_buf_c(b, " for which");
	}
	for (const struct ent_pat_node *c = n->child; c; c = c->next)
		node(b, c, depth + 1);
}

struct ent_str
ent_pattern_explain(struct ent_arena *a, const struct ent_pat_node *n)
{
	struct ent_buf b;
	struct ent_str out;

	/* a line for each part, indented by at most five levels for each parenthesis */
	ent_buf_init(&b, (size_t)ENT_PATTERN_MAX * 64);
	node(&b, n, 0);
	out = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return out;
}

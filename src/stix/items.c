/* SPDX-License-Identifier: Apache-2.0 */
/*
 * items.c - a stream cut into objects.
 */
#include "base/limits.h"
#include "stix/reader_int.h"

#define BLANKS  " \t\r\n"
#define SAMPLED 16 /* lines that are looked at to tell what a stream is */

/* In a bundle's text it stands for all members, which are checked by themselves. */
static const char member[] =
    "{\"type\":\"identity\",\"id\":\"identity--00000000-0000-4000-8000-000000000000\"}";

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* ---- what is given ---- */

static int
fault(struct ent_item *out, const char *code, const char *text)
{
	out->kind = ENT_ITEM_FAULT;
	out->bytes = (struct ent_str){ NULL, 0 };
	out->code = code;
	out->text = text;
	return 1;
}

static int
truncated(struct ent_reader *r, struct ent_item *out, const char *text)
{
	r->state = ENT_AT_END;
	return fault(out, "json-truncated", text);
}

static int
too_large(struct ent_reader *r, struct ent_item *out)
{
	r->large = false;
	(void)snprintf(r->words, sizeof(r->words),
	               "more than %zu bytes, the most for one object", r->max);
	return fault(out, "json-too-large", r->words);
}

/* Something at r->at that has no place in a list: up to where an element may begin. */
static int
garbage(struct ent_reader *r, struct ent_item *out, const char *text)
{
	out->at = ent_reader_place(r, r->at);
	r->keep = ++r->at;
	ent_reader_until(r, ",{[\"]", 5);
	r->keep = r->at;
	r->large = false;
	return fault(out, "json-garbage", text);
}

static void
begin(struct ent_reader *r, struct ent_item *out)
{
	r->keep = r->at;
	out->at = ent_reader_place(r, r->at);
}

/* The item from r->keep to r->at, or what kept it from being one. */
static int
give(struct ent_reader *r, struct ent_item *out, bool whole)
{
	const char *p = ent_reader_at(r, r->keep);
	size_t n = (size_t)(r->at - r->keep);

	r->keep = r->at;
	if (r->large)
		return too_large(r, out);
	if (!whole)
		return truncated(r, out, "the text ends before what begins here does");
	while (n && blank(p[n - 1]))
		n--;
	out->kind = ENT_ITEM_OBJECT;
	out->bytes = (struct ent_str){ p, n };
	return 1;
}

/* A value in a list. */
static int
element(struct ent_reader *r, struct ent_item *out, int first)
{
	struct ent_skip s = { 0 };
	bool whole = true;

	begin(r, out);
	if (first == '{' || first == '[' || first == '"')
		whole = ent_reader_skip(r, &s);
	else
		ent_reader_until(r, BLANKS ",{}[]\"", 10);
	out->member = true;
	return give(r, out, whole);
}

/* ---- lists ---- */

static void
open_list(struct ent_reader *r, bool bundle)
{
	r->bundle = bundle;
	r->comma = false;
	r->elements = 0;
	r->keep = ++r->at; /* the bracket */
	r->state = ENT_AT_LIST;
}

/* What is behind a bundle's members, together with what was before them. */
static int
close_bundle(struct ent_reader *r, struct ent_item *out)
{
	static const char padding[ENT_JSON_PADDING];
	struct ent_skip s = { .depth = 1 };
	struct ent_str text;
	bool whole;

	begin(r, out);
	out->tail_at = out->at;
	out->at = r->opened;
	r->at++;
	whole = ent_reader_skip(r, &s);
	r->state = ENT_AT_VALUES;
	if (r->large || !whole)
		return give(r, out, whole);
	if (r->elements)
		ent_buf_put(&r->head, member, sizeof(member) - 1);
	out->tail = r->head.n;
	ent_buf_put(&r->head, ent_reader_at(r, r->keep), (size_t)(r->at - r->keep));
	ent_buf_put(&r->head, padding, sizeof(padding));
	text = ent_buf_view(&r->head);
	if (!text.p) {
		r->rc = ent_fail(&r->err, ENT_ENOMEM, "reader: out of memory");
		return r->rc;
	}
	r->keep = r->at;
	out->kind = ENT_ITEM_BUNDLE;
	out->bytes = (struct ent_str){ text.p, text.n - sizeof(padding) };
	out->members = r->elements;
	return 1;
}

/* Commas behind a comma are one fault, however many they are. */
static int
commas(struct ent_reader *r, struct ent_item *out)
{
	begin(r, out);
	do {
		r->keep = ++r->at;
	} while (ent_reader_blanks(r) == ',');
	return fault(out, "json-garbage", "a comma without a value before it");
}

/* 0: nothing to give yet. */
static int
in_list(struct ent_reader *r, struct ent_item *out)
{
	int c = ent_reader_blanks(r);

	switch (c) {
	case -1:
		begin(r, out);
		return truncated(r, out, "the text ends within a list");
	case ',':
		if (r->comma || !r->elements)
			return commas(r, out);
		r->comma = true;
		r->keep = ++r->at;
		return 0;
	case ']':
		if (r->comma) {
			r->comma = false;
			begin(r, out);
			return fault(out, "json-garbage",
			             "a list that ends behind a comma: a value is missing");
		}
		if (r->bundle)
			return close_bundle(r, out);
		r->keep = ++r->at;
		r->state = ENT_AT_VALUES;
		return 0;
	case '}':
	case ':':
		return garbage(r, out, "a bracket or colon that has no place in a list");
	default:
		if (r->elements && !r->comma) {
			r->comma = true;
			begin(r, out);
			return fault(out, "json-garbage",
			             "two values of a list without a comma between them");
		}
		r->comma = false;
		r->elements++;
		return element(r, out, c);
	}
}

/* ---- values at the top ---- */

/* Fills the buffer behind r->at as far as it goes without growing. */
static void
look_ahead(struct ent_reader *r)
{
	while (r->end - r->keep < ENT_ITEM_WINDOW / 2 && ent_reader_more(r))
		;
}

/* Whether the value at r->at ends within what is read, and something else follows it there. */
static bool
one_of_several(struct ent_reader *r)
{
	struct ent_skip s = { 0 };
	const char *p, *end;
	size_t used;

	look_ahead(r);
	p = ent_reader_at(r, r->at);
	end = ent_reader_at(r, r->end);
	if (!ent_skip(&s, p, (size_t)(end - p), &used))
		return false;
	for (p += used; p < end && blank(*p);)
		p++;
	return p < end || r->values > 0;
}

/* A member of the object at the top, r->at being at its name: false where that can't be. */
struct top {
	bool other;   /* its type is something else than bundle */
	bool objects; /* r->at is at the list of its objects */
};

static bool
is_text(const struct ent_reader *r, uint64_t from, const char *text)
{
	size_t n = strlen(text);

	return r->at - from == n && memcmp(ent_reader_at(r, from), text, n) == 0;
}

static bool
top_member(struct ent_reader *r, struct top *t)
{
	struct ent_skip name = { 0 }, value = { 0 };
	uint64_t from = r->at;
	bool objects, type;
	int c;

	if (ent_reader_peek(r) != '"' || !ent_reader_skip(r, &name) || r->large)
		return false;
	objects = is_text(r, from, "\"objects\"");
	type = is_text(r, from, "\"type\"");
	if (ent_reader_blanks(r) != ':')
		return false;
	r->at++;
	c = ent_reader_blanks(r);
	t->objects = objects && c == '[' && !t->other;
	if (t->objects)
		return true;
	from = r->at;
	if (c == '{' || c == '[' || c == '"') {
		if (!ent_reader_skip(r, &value))
			return false;
		t->other = type ? !is_text(r, from, "\"bundle\"") : t->other;
	} else {
		ent_reader_until(r, BLANKS ",{}[]\"", 10);
	}
	return !r->large && r->at > from;
}

/* Reads the object at r->at up to the list of its objects; false if it has none, r->at being
 * wherever that showed. */
static bool
find_objects(struct ent_reader *r)
{
	struct top t = { 0 };
	int c;

	for (r->at++;;) {
		c = ent_reader_blanks(r);
		if (c == ',')
			r->at++;
		else if (c != '"' || !top_member(r, &t))
			return false;
		if (t.objects)
			return true;
	}
}

static int
top_object(struct ent_reader *r, struct ent_item *out)
{
	struct ent_skip all = { 0 }, rest = { .depth = 1 };
	bool several, found, whole;

	begin(r, out);
	several = one_of_several(r);
	r->values++;
	if (!several) {
		r->holding = true;
		found = find_objects(r);
		r->holding = false;
		if (found && !r->large) {
			r->opened = out->at;
			ent_buf_clear(&r->head);
			ent_buf_put(&r->head, ent_reader_at(r, r->keep),
			            (size_t)(r->at + 1 - r->keep));
			open_list(r, true);
			return 0;
		}
	}
	if (r->large) /* what was before isn't there any more */
		return ent_reader_skip(r, &rest) ? too_large(r, out) : give(r, out, false);
	r->at = r->keep;
	whole = ent_reader_skip(r, &all);
	return give(r, out, whole);
}

/* Something at the top that is neither object nor list: a line of it. */
static int
line(struct ent_reader *r, struct ent_item *out)
{
	begin(r, out);
	ent_reader_line(r);
	return give(r, out, true);
}

static int
at_top(struct ent_reader *r, struct ent_item *out)
{
	int c = ent_reader_blanks(r);

	if (c == '{' && r->state == ENT_AT_VALUES)
		return top_object(r, out);
	if (c < 0)
		r->state = ENT_AT_END;
	else if (c != '[' || r->state == ENT_AT_LINES)
		return line(r, out);
	else
		open_list(r, false);
	r->values++;
	return 0;
}

/*
 * Whether what is read looks like JSON lines: at least two, which begin with a brace and none
 * of which ends or begins as it does only in a value of several lines.
 */
static bool
looks_like_lines(const struct ent_reader *r)
{
	const char *p = ent_reader_at(r, r->at), *end = ent_reader_at(r, r->end), *stop, *next;
	size_t lines = 0, braces = 0;

	for (; p < end && lines < SAMPLED; p = next) {
		stop = memchr(p, '\n', (size_t)(end - p));
		next = stop ? stop + 1 : end;
		while (stop && stop > p && blank(stop[-1]))
			stop--;
		if (stop == p)
			continue;
		if (memchr(" \t\",}]", *p, 6) || (lines == 0 && *p == '['))
			return false;
		if (stop && memchr("{[,:", stop[-1], 4))
			return false;
		braces += *p == '{';
		lines++;
	}
	return lines >= 2 && 2 * braces >= lines;
}

static void
start(struct ent_reader *r)
{
	static const char bom[] = { '\xef', '\xbb', '\xbf' };

	look_ahead(r);
	if (r->end >= sizeof(bom) && memcmp(ent_reader_at(r, 0), bom, sizeof(bom)) == 0)
		r->keep = r->at = sizeof(bom);
	(void)ent_reader_blanks(r);
	look_ahead(r);
	r->state = r->lines || looks_like_lines(r) ? ENT_AT_LINES : ENT_AT_VALUES;
}

int
ent_reader_next(struct ent_reader *r, struct ent_item *out, struct ent_err *err)
{
	int rc = 0;

	*out = (struct ent_item){ 0 };
	while (rc == 0 && r->state != ENT_AT_END && !r->rc) {
		if (r->state == ENT_AT_START)
			start(r);
		else
			rc = r->state == ENT_AT_LIST ? in_list(r, out) : at_top(r, out);
	}
	if (r->rc) {
		if (err)
			*err = r->err;
		return r->rc;
	}
	return rc;
}

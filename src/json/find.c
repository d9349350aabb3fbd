/* SPDX-License-Identifier: Apache-2.0 */
/*
 * find.c - from a JSON Pointer (RFC 6901) to the place of a value in the text of a tree.
 *
 * A tree keeps where containers and plain strings stand.  Where other values do is found by
 * reading from the last place that is known.
 */
#include "json/tree_int.h"

/* Whether a reference token, in which ~ and / are escaped, is a name. */
static bool
token_is(struct ent_str token, struct ent_str name)
{
	size_t at = 0;

	for (size_t i = 0; i < token.n; i++, at++) {
		char c = token.p[i];

		if (c == '~' && i + 1 < token.n)
			c = token.p[++i] == '1' ? '/' : '~';
		if (at == name.n || name.p[at] != c)
			return false;
	}
	return at == name.n;
}

/* Which child a token names; false if none. */
static bool
child(const struct ent_json *v, struct ent_str token, size_t *i)
{
	uint64_t number;

	if (ent_json_is(v, ENT_JSON_OBJECT)) {
		for (*i = 0; *i < v->n; (*i)++)
			if (token_is(token, ent_json_key(v, *i)))
				return true;
		return false;
	}
	if (!ent_json_is(v, ENT_JSON_ARRAY) || !v->n || (token.n > 1 && token.p[0] == '0') ||
	    ent_str_u64(token, v->n - 1, &number))
		return false;
	*i = number;
	return true;
}

static const char *
past_string(const char *p)
{
	for (p++; *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p + 1;
}

/* Past blanks, commas and colons. */
static const char *
to_value(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r' || *p == ',' || *p == ':')
		p++;
	return p;
}

/* Past a number or a word. */
static const char *
past_word(const char *p)
{
	while (*p == '-' || *p == '+' || *p == '.' || (*p >= '0' && *p <= '9') ||
	       ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z'))
		p++;
	return p;
}

/* Where a value begins, if the tree knows. */
static const char *
known(const struct ent_json *v)
{
	enum ent_json_kind kind = ENT_JSON_KIND(v);

	if (kind == ENT_JSON_ARRAY || kind == ENT_JSON_OBJECT)
		return v->u.kids[-1].u.s;
	return v->kind & ENT_JSON_PLAIN ? v->u.s - 1 : NULL;
}

static const char *
past(const struct ent_json *v, const char *p)
{
	enum ent_json_kind kind = ENT_JSON_KIND(v);

	if (kind == ENT_JSON_ARRAY || kind == ENT_JSON_OBJECT)
		return p + v->u.kids[-1].n;
	return kind == ENT_JSON_STRING ? past_string(p) : past_word(p);
}

/* Where the node k of the n of a block begins: read from the last one that is known. */
static const char *
node_at(const struct ent_json *kids, size_t k)
{
	size_t from = k;
	const char *p = known(&kids[k]);

	while (!p && from > 0)
		p = known(&kids[--from]);
	if (!p)
		p = to_value(kids[-1].u.s + 1);
	for (; from < k; from++)
		p = to_value(past(&kids[from], p));
	return p;
}

bool
ent_json_find(const struct ent_json *root, struct ent_str pointer, size_t *at)
{
	const struct ent_json *v = root, *header;
	const char *p, *text;
	size_t i;

	*at = 0;
	if (!ent_json_is(v, ENT_JSON_OBJECT) && !ent_json_is(v, ENT_JSON_ARRAY))
		return pointer.n == 0;
	header = &v->u.kids[-1];
	text = header->u.s - header->kind;
	p = header->u.s;
	while (pointer.n) {
		struct ent_str token = ent_str_from(pointer, 1);

		token.n = ent_str_find(token, '/');
		if (!child(v, token, &i))
			break;
		pointer = ent_str_from(pointer, 1 + token.n);
		if (ent_json_is(v, ENT_JSON_OBJECT))
			i = 2 * i + 1;
		p = node_at(v->u.kids, i);
		v = &v->u.kids[i];
	}
	*at = (size_t)(p - text);
	return pointer.n == 0;
}

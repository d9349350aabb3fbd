/* SPDX-License-Identifier: Apache-2.0 */
/*
 * simdjson.cpp - the one file of C++.  simdjson parses and validates, and this walks its result
 * in step with the text to fill our own tree; std::to_chars finds the digits of doubles.
 */
#include "json/tree_int.h"

#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <charconv>
#include <math.h>
#include <string.h>

namespace
{

const int64_t LARGEST = (INT64_C(1) << 53) - 1;
const char BEYOND[] = "an integer beyond 2^53 - 1";

/* The walk: where it is in the text, and why it stopped. */
struct walk {
	struct ent_arena *arena;
	struct ent_str text;
	size_t at;
	const char *why;
	struct ent_str name; /* that an object has twice */
	int rc;
};

int
stop(walk &w, int rc, const char *why)
{
	w.rc = rc;
	w.why = why;
	return rc;
}

/* Past blanks, commas and colons, to where the next value or bracket begins.  The text is known
 * to be JSON. */
void
skip(walk &w)
{
	for (;; w.at++) {
		switch (w.text.p[w.at]) {
		case ' ':
		case '\t':
		case '\n':
		case '\r':
		case ',':
		case ':':
			continue;
		default:
			return;
		}
	}
}

/* The four digits of an escape \\u, which simdjson has seen to be hexadecimal. */
unsigned
escaped_unit(const char *p)
{
	unsigned unit = 0;

	for (int i = 0; i < 4; i++)
		unit = unit << 4 | (unsigned)((p[i] & 0xf) + (p[i] > '9' ? 9 : 0));
	return unit;
}

/*
 * Past an escape whose backslash p is at; NULL where it is half of a surrogate pair.  simdjson
 * 3.0 lets a low half pass alone, and a high one before any other escape.
 */
const char *
past_escape(const char *p)
{
	unsigned unit, low;

	if (p[1] != 'u')
		return p + 2;
	unit = escaped_unit(p + 2);
	if (unit < 0xd800 || unit > 0xdfff)
		return p + 6;
	if (unit > 0xdbff || p[6] != '\\' || p[7] != 'u')
		return nullptr;
	low = escaped_unit(p + 8);
	return low >= 0xdc00 && low <= 0xdfff ? p + 12 : nullptr;
}

/* A string, of which only the length of its spelling is wanted from the text. */
int
string(walk &w, std::string_view value, struct ent_json *to)
{
	const char *begin = w.text.p + w.at + 1, *p = begin;
	bool escaped = false;

	while (*p != '"') {
		if (*p != '\\') {
			p++;
			continue;
		}
		escaped = true;
		const char *next = past_escape(p);
		if (!next) {
			w.at = (size_t)(p - w.text.p);
			return stop(w, ENT_EPARSE, "half of a surrogate pair");
		}
		p = next;
	}
	to->kind = ENT_JSON_STRING;
	to->n = (uint32_t)value.size();
	to->u.s = begin;
	if (escaped) {
		struct ent_str unescaped = { value.data(), value.size() };
		struct ent_str kept = ent_arena_dup(w.arena, unescaped);

		if (!kept.p)
			return stop(w, ENT_ENOMEM, "memory");
		to->u.s = kept.p;
	}
	w.at = (size_t)(p + 1 - w.text.p);
	return 0;
}

void
past_scalar(walk &w)
{
	while (w.at < w.text.n && !strchr(" \t\r\n,]}", w.text.p[w.at]))
		w.at++;
}

/* The block of a container with its header, whose span is filled when the container ends. */
struct ent_json *
block(walk &w, size_t n)
{
	struct ent_json *b =
	    static_cast<struct ent_json *>(ent_arena_array(w.arena, n + 1, sizeof(*b)));

	if (!b) {
		(void)stop(w, ENT_ENOMEM, "memory");
		return nullptr;
	}
	b->u.s = w.text.p + w.at;
	b->kind = (uint32_t)w.at;
	return b + 1;
}

void
end_block(walk &w, struct ent_json *kids)
{
	skip(w); /* to the closing bracket */
	w.at++;
	kids[-1].n = (uint32_t)(w.text.p + w.at - kids[-1].u.s);
}

int fill(walk &w, simdjson::dom::element e, struct ent_json *to);

int
array(walk &w, simdjson::dom::array list, struct ent_json *to)
{
	size_t n = 0, i = 0;

	for (auto e : list) {
		(void)e;
		n++;
	}
	struct ent_json *kids = block(w, n);
	if (!kids)
		return w.rc;
	w.at++;
	for (auto e : list) {
		if (fill(w, e, &kids[i++]))
			return w.rc;
	}
	end_block(w, kids);
	to->kind = ENT_JSON_ARRAY;
	to->n = (uint32_t)n;
	to->u.kids = kids;
	return 0;
}

int
object(walk &w, simdjson::dom::object members, struct ent_json *to)
{
	size_t n = 0, i = 0, begin = w.at;

	for (auto m : members) {
		(void)m;
		n++;
	}
	struct ent_json *kids = block(w, 2 * n);
	if (!kids)
		return w.rc;
	w.at++;
	for (auto m : members) {
		skip(w);
		if (string(w, m.key, &kids[i++]) || fill(w, m.value, &kids[i++]))
			return w.rc;
	}
	end_block(w, kids);
	to->kind = ENT_JSON_OBJECT;
	to->n = (uint32_t)n;
	to->u.kids = kids;
	switch (ent_json_duplicate(to, &w.name)) {
	case 0:
		return 0;
	case 1:
		w.at = begin;
		return stop(w, ENT_EPARSE, "an object that has a name twice");
	default:
		return stop(w, ENT_ENOMEM, "memory");
	}
}

int
integer(walk &w, int64_t i, struct ent_json *to)
{
	if (i > LARGEST || i < -LARGEST)
		return stop(w, ENT_EPARSE, BEYOND);
	past_scalar(w);
	to->kind = ENT_JSON_INT;
	to->u.i = i;
	return 0;
}

/*
 * From 2^53 to 1e21 the canonical form of a double has neither fraction nor exponent, so that
 * it would be refused as an integer when it is read again.
 */
int
fraction(walk &w, double d, struct ent_json *to)
{
	if (fabs(d) > (double)LARGEST && fabs(d) < 1e21)
		return stop(w, ENT_EPARSE, BEYOND);
	past_scalar(w);
	to->kind = ENT_JSON_DOUBLE;
	to->u.d = d;
	return 0;
}

int
fill(walk &w, simdjson::dom::element e, struct ent_json *to)
{
	skip(w);
	switch (e.type()) {
	case simdjson::dom::element_type::ARRAY:
		return array(w, simdjson::dom::array(e.get_array().value_unsafe()), to);
	case simdjson::dom::element_type::OBJECT:
		return object(w, simdjson::dom::object(e.get_object().value_unsafe()), to);
	case simdjson::dom::element_type::STRING:
		return string(w, e.get_string().value_unsafe(), to);
	case simdjson::dom::element_type::INT64:
		/* "-0" is a number that an integer can't hold */
		if (w.text.p[w.at] == '-' && w.text.p[w.at + 1] == '0')
			return fraction(w, -0.0, to);
		return integer(w, e.get_int64().value_unsafe(), to);
	case simdjson::dom::element_type::UINT64:
		return stop(w, ENT_EPARSE, BEYOND);
	case simdjson::dom::element_type::DOUBLE:
		return fraction(w, e.get_double().value_unsafe(), to);
	case simdjson::dom::element_type::BOOL:
		past_scalar(w);
		to->kind = ENT_JSON_BOOL;
		to->u.i = e.get_bool().value_unsafe();
		return 0;
	default:
		past_scalar(w);
		to->kind = ENT_JSON_NULL;
		return 0;
	}
}

/* What simdjson calls a failure, in our words. */
int
failure(simdjson::error_code code, const char **why)
{
	switch (code) {
	case simdjson::MEMALLOC:
		*why = "memory";
		return ENT_ENOMEM;
	case simdjson::CAPACITY:
		*why = "more than 4 GB";
		return ENT_ELIMIT;
	case simdjson::DEPTH_ERROR:
		*why = "nesting";
		return ENT_ELIMIT;
	case simdjson::UTF8_ERROR:
		*why = "bytes that are not UTF-8";
		return ENT_EPARSE;
	case simdjson::EMPTY:
		*why = "nothing";
		return ENT_EPARSE;
	case simdjson::NUMBER_ERROR:
		*why = "a number that is malformed or too large";
		return ENT_EPARSE;
	case simdjson::STRING_ERROR:
	case simdjson::UNESCAPED_CHARS:
	case simdjson::UNCLOSED_STRING:
		*why = "a malformed string: not closed, a bad escape, half of a surrogate pair";
		return ENT_EPARSE;
	default:
		*why = "something that is not JSON";
		return ENT_EPARSE;
	}
}

} // namespace

int
ent_json_fill(struct ent_arena *a, struct ent_str text, unsigned depth, struct ent_json *root,
              size_t *at, const char **why, struct ent_str *name)
{
	simdjson::dom::parser parser;
	simdjson::dom::element e;
	simdjson::error_code code = parser.allocate(text.n ? text.n : 1, depth);
	walk w = { a, text, 0, nullptr, {}, 0 };

	static_assert(ENT_JSON_PADDING >= simdjson::SIMDJSON_PADDING,
	              "simdjson reads behind the text");
	if (!code)
		code = parser.parse(text.p, text.n, false).get(e);
	if (code) {
		*at = text.n + 1; /* simdjson doesn't say */
		return failure(code, why);
	}
	(void)fill(w, e, root);
	*at = w.at;
	*why = w.why;
	*name = w.name;
	return w.rc;
}

int
ent_json_digits(double d, char digits[ENT_JSON_DIGITS], int *exponent)
{
	char text[32]; /* "d.ddddddddddddddd(17)e-ddd" has 24 */
	auto end = std::to_chars(text, text + sizeof(text), d, std::chars_format::scientific);
	const char *p = text;
	int n = 0;

	for (; p < end.ptr && *p != 'e'; p++)
		if (*p != '.')
			digits[n++] = *p;
	p += p + 1 < end.ptr && p[1] == '+' ? 2 : 1;
	(void)std::from_chars(p, end.ptr, *exponent);
	return n;
}

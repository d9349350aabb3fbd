/* SPDX-License-Identifier: Apache-2.0 */
/*
 * simdjson.cpp - the one file of C++.  simdjson checks UTF-8 and finds where strings, words and
 * brackets begin, of which fill.c makes the tree; the standard library reads and writes
 * doubles.
 */
#include "json/tree_int.h"

#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <charconv>
#include <new>
#include <stdio.h>
#include <string.h>

struct ent_json_index {
	std::unique_ptr<simdjson::internal::dom_parser_implementation> impl;
};

namespace
{

const size_t LEAST = 1u << 14;
const size_t LARGE = 8u << 20; /* four times that are kept from one text to the next */

struct meaning {
	simdjson::error_code code;
	int rc;
	const char *name, *why;
};

/* What simdjson calls a failure, in our words. */
const meaning meanings[] = {
	{ simdjson::MEMALLOC, ENT_ENOMEM, "", "memory" },
	{ simdjson::CAPACITY, ENT_ELIMIT, "json-syntax", "more than 4 GB" },
	{ simdjson::UTF8_ERROR, ENT_EPARSE, "json-utf8", "bytes that are not UTF-8" },
	{ simdjson::EMPTY, ENT_EPARSE, "json-syntax", "nothing" },
	{ simdjson::UNESCAPED_CHARS, ENT_EPARSE, "json-string",
	  "a malformed string: a control character" },
	{ simdjson::UNCLOSED_STRING, ENT_EPARSE, "json-string",
	  "a malformed string: it is not closed" },
};

int
failure(simdjson::error_code code, struct ent_json_fault *fault)
{
	static const meaning other = { code, ENT_EPARSE, "json-syntax",
		                       "something that is not JSON" };
	const meaning *m = &other;

	for (const meaning &known : meanings)
		if (known.code == code)
			m = &known;
	fault->code = m->name;
	fault->at = SIZE_MAX;
	(void)snprintf(fault->text, sizeof(fault->text), "%s", m->why);
	return m->rc;
}

/* Room for a text of n bytes; what a large one needed isn't kept for small ones. */
simdjson::error_code
make_room(struct ent_json_index *x, size_t n)
{
	size_t has = x->impl ? x->impl->capacity() : 0;

	if (n <= has && (has <= LARGE || n > has / 4))
		return simdjson::SUCCESS;
	if (n < LEAST)
		n = LEAST;
	if (has < n && n < 2 * has)
		n = 2 * has;
	if (x->impl)
		return x->impl->set_capacity(n);
	return simdjson::get_active_implementation()->create_dom_parser_implementation(n, 1,
	                                                                               x->impl);
}

} // namespace

int
ent_json_index_new(struct ent_json_index **out)
{
	*out = new (std::nothrow) ent_json_index();
	return *out ? 0 : ENT_ENOMEM;
}

void
ent_json_index_free(struct ent_json_index *x)
{
	delete x;
}

int
ent_json_scan(struct ent_json_index *x, struct ent_str text, const uint32_t **at, size_t *n,
              struct ent_json_fault *fault)
{
	simdjson::error_code code = make_room(x, text.n ? text.n : 1);
	uint32_t *found;

	static_assert(ENT_JSON_PADDING >= simdjson::SIMDJSON_PADDING,
	              "simdjson reads behind the text");
	if (!code)
		code = x->impl->stage1(reinterpret_cast<const uint8_t *>(text.p), text.n,
		                       simdjson::stage1_mode::regular);
	if (code)
		return failure(code, fault);
	*n = x->impl->n_structural_indexes;
	found = x->impl->structural_indexes.get();
	found[*n] = found[*n + 1] = (uint32_t)text.n;
	*at = found;
	return 0;
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

namespace
{

/* Whether a number that no double is near to is too small rather than too large: by the power
 * of ten of its first digit that isn't 0. */
bool
tiny(struct ent_str number)
{
	const char *p = number.p, *end = p + number.n, *e = p;
	long power = 0, first = 0, exponent = 0;
	bool seen = false, behind = false;

	while (e < end && *e != 'e' && *e != 'E')
		e++;
	for (; p < e; p++) {
		if (*p == '.')
			behind = true;
		else if (*p != '-' && !behind && (seen || *p != '0'))
			power++;
		else if (behind && !seen && *p == '0')
			first--;
		seen = seen || (*p > '0' && *p <= '9');
	}
	p = e + 1 < end && e[1] == '+' ? e + 2 : e + 1;
	if (e < end && std::from_chars(p, end, exponent).ec != std::errc())
		return *p == '-';
	return exponent < -(power + first);
}

} // namespace

bool
ent_json_nearest(struct ent_str number, double *out)
{
	auto end = std::from_chars(number.p, number.p + number.n, *out);

	if (end.ec == std::errc())
		return end.ptr == number.p + number.n;
	*out = 0;
	return end.ec == std::errc::result_out_of_range && tiny(number);
}

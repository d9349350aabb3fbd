/* SPDX-License-Identifier: Apache-2.0 */
/*
 * glance.c - what can be seen of a STIX pattern without its grammar: comparisons stand in
 * brackets; brackets and strings are closed; names could be names (STIX 2.1, 9).
 */
#include "stix/stix_int.h"

static bool
name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

/* What is around a colon between an object's type and its first property. */
static const char *
names_problem(struct ent_str s, size_t colon)
{
	size_t begin = colon, end = colon + 1;
	struct ent_str type, property;

	while (begin > 0 && name_char(s.p[begin - 1]))
		begin--;
	while (end < s.n && name_char(s.p[end]))
		end++;
	type = (struct ent_str){ s.p + begin, colon - begin };
	property = (struct ent_str){ s.p + colon + 1, end - colon - 1 };
	if (type.n && !ent_is_type_name(type))
		return "a type's name has 3 to 250 of a-z, 0-9 and hyphens";
	if (property.n && !ent_is_property_name(property))
		return "a property's name has 3 to 250 of a-z, 0-9 and _";
	return NULL;
}

/* The end of the string that begins at i; s.n if it has none. */
static size_t
string_end(struct ent_str s, size_t i)
{
	for (i++; i < s.n && s.p[i] != '\''; i++)
		i += s.p[i] == '\\';
	return i < s.n ? i : s.n;
}

const char *
ent_pattern_problem(struct ent_str s)
{
	int square = 0, round = 0, comparisons = 0;
	const char *problem = NULL;

	for (size_t i = 0; i < s.n && !problem; i++) {
		switch (s.p[i]) {
		case '\'':
			i = string_end(s, i);
			if (i == s.n)
				problem = "a string is not closed";
			break;
		case '[':
			/* inside of brackets there are indexes in their own ones */
			comparisons += ++square == 1;
			if (square > 2)
				problem = "brackets in brackets";
			break;
		case ']':
			if (--square < 0)
				problem = "a bracket is closed that isn't open";
			break;
		case '(':
			round++;
			break;
		case ')':
			if (--round < 0)
				problem = "a parenthesis is closed that isn't open";
			break;
		case ':':
			if (square == 1)
				problem = names_problem(s, i);
			break;
		case '"':
			problem = "strings stand in single quotation marks";
			break;
		default:
			break;
		}
	}
	if (problem)
		return problem;
	if (square || round)
		return "a bracket or parenthesis is not closed";
	return comparisons ? NULL : "comparisons stand in square brackets";
}

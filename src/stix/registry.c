/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.c - searching a list of names.
 */
#include "stix/registry.h"

#define LONGEST 128 /* of a name that is folded; the longest media type has 82 bytes */

/* The name around byte at, which is at or after from: where it begins and ends. */
static struct ent_str
name_at(const struct ent_registry *r, size_t from, size_t at)
{
	size_t begin, end = at;

	if (r->width) {
		begin = at - at % r->width;
		return (struct ent_str){ r->text + begin, r->width };
	}
	for (begin = at; begin > from && r->text[begin - 1] != '|'; begin--)
		;
	while (end < r->n && r->text[end] != '|')
		end++;
	return (struct ent_str){ r->text + begin, end - begin };
}

static bool
search(const struct ent_registry *r, struct ent_str s)
{
	size_t from = 0, to = r->n, gap = r->width ? 0 : 1;

	while (from < to) {
		struct ent_str name = name_at(r, from, from + (to - from) / 2);
		int order = ent_str_cmp(s, name);
		size_t begin = (size_t)(name.p - r->text);

		if (order == 0)
			return true;
		if (order < 0)
			to = begin > from + gap ? begin - gap : from;
		else
			from = begin + name.n + gap;
	}
	return false;
}

bool
ent_registry_has(const struct ent_registry *r, struct ent_str s)
{
	char folded[LONGEST];

	if (!s.n || (r->fold && s.n > sizeof(folded)))
		return false;
	if (!r->fold)
		return search(r, s);
	for (size_t i = 0; i < s.n; i++)
		folded[i] =
		    s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + ('a' - 'A')) : s.p[i];
	return search(r, (struct ent_str){ folded, s.n });
}

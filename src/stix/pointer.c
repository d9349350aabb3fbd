/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pointer.c - places in a value as JSON Pointers (RFC 6901), written from their end.
 */
#include "stix/stix_int.h"
#include "stix/version_int.h"

static size_t
escapes(struct ent_str name)
{
	size_t n = 0;

	for (size_t i = 0; i < name.n; i++)
		n += name.p[i] == '~' || name.p[i] == '/';
	return n;
}

static size_t
digits(size_t index)
{
	size_t n = 1;

	for (; index > 9; index /= 10)
		n++;
	return n;
}

size_t
ent_pointer_size(const struct ent_at *at)
{
	size_t n = 0;

	for (; at && at->up; at = at->up)
		n += 1 + (at->name.p ? at->name.n + escapes(at->name) : digits(at->index));
	return n;
}

/* Writes name so that it ends at to; where it begins. */
static char *
put_name(char *to, struct ent_str name)
{
	for (size_t i = name.n; i-- > 0;) {
		char c = name.p[i];

		*--to = c == '~' ? '0' : c == '/' ? '1' : c;
		if (c == '~' || c == '/')
			*--to = '~';
	}
	return to;
}

static char *
put_index(char *to, size_t index)
{
	do {
		*--to = (char)('0' + index % 10);
		index /= 10;
	} while (index);
	return to;
}

struct ent_str
ent_pointer_of(struct ent_arena *a, const struct ent_at *at)
{
	size_t n = ent_pointer_size(at);
	char *text, *to;

	if (!n)
		return ENT_STR("");
	text = ent_arena_alloc(a, n + 1);
	if (!text)
		return (struct ent_str){ NULL, 0 };
	for (to = text + n; at->up; at = at->up) {
		to = at->name.p ? put_name(to, at->name) : put_index(to, at->index);
		*--to = '/';
	}
	return (struct ent_str){ text, n };
}

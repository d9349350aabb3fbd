/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pointer.c - places in a value as JSON Pointers (RFC 6901), written from their end.
 */
#include "stix/stix_int.h"
#include "stix/version_int.h"

#define INDEX_TEXT 24

static size_t
escapes(struct ent_str name)
{
	size_t n = 0;

	for (size_t i = 0; i < name.n; i++)
		n += name.p[i] == '~' || name.p[i] == '/';
	return n;
}

size_t
ent_pointer_size(const struct ent_at *at)
{
	char text[INDEX_TEXT];
	size_t n = 0;

	for (; at && at->up; at = at->up)
		n += 1 + (at->name.p ? at->name.n + escapes(at->name)
		                     : (size_t)snprintf(text, sizeof(text), "%zu", at->index));
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

struct ent_str
ent_pointer_of(struct ent_arena *a, const struct ent_at *at)
{
	size_t n = ent_pointer_size(at);
	char *text = ent_arena_alloc(a, n + 1), *to, index[INDEX_TEXT];

	if (!text)
		return (struct ent_str){ NULL, 0 };
	to = text + n;
	for (; at && at->up; at = at->up) {
		if (at->name.p) {
			to = put_name(to, at->name);
		} else {
			(void)snprintf(index, sizeof(index), "%zu", at->index);
			to = put_name(to, ent_str_c(index));
		}
		*--to = '/';
	}
	return (struct ent_str){ text, n };
}

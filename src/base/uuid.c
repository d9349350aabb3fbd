/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uuid.c - UUIDs as bytes and text.
 */
#include "base/uuid.h"

#include "base/enc.h"

/* Bytes in each group of the text. */
static const unsigned groups[] = { 4, 2, 2, 2, 6 };

const char *
ent_uuid_text(const uint8_t uuid[16], char out[ENT_UUID_TEXT])
{
	char *o = out;

	for (size_t g = 0; g < 5; g++) {
		ent_hex(uuid, groups[g], o);
		uuid += groups[g];
		o += (size_t)2 * groups[g];
		*o++ = g < 4 ? '-' : '\0';
	}
	return out;
}

int
ent_uuid_parse(struct ent_str s, uint8_t out[16])
{
	if (s.n != 36)
		return ENT_EPARSE;
	for (size_t g = 0; g < 5; g++) {
		if (ent_unhex((struct ent_str){ s.p, (size_t)2 * groups[g] }, out, groups[g]))
			return ENT_EPARSE;
		out += groups[g];
		s = ent_str_from(s, (size_t)2 * groups[g]);
		if (g < 4 && (s.n == 0 || s.p[0] != '-'))
			return ENT_EPARSE;
		s = ent_str_from(s, 1);
	}
	return 0;
}

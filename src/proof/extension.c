/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extension.c - what makes a note a message, and what it is about.
 */
#include "proof/extension.h"

const struct ent_json *
ent_message_extension(const struct ent_json *note)
{
	return ent_json_getc(ent_json_getc(note, "extensions"), ENT_EXT_MESSAGE);
}

bool
ent_message_refers(const struct ent_json *note, struct ent_str object)
{
	const struct ent_json *refs = ent_json_getc(note, "object_refs");

	for (size_t i = 0; i < ent_json_count(refs); i++)
		if (ent_str_eq(ent_json_str(ent_json_at(refs, i)), object))
			return true;
	return false;
}

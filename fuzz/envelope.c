/* SPDX-License-Identifier: Apache-2.0 */
/*
 * envelope.c - whatever the bytes, nothing opens under a key that didn't sign it, and what
 * parses can be asked who it is from.
 */
#include <stdlib.h>

#include "proof/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t pub[ENT_PUB] = { 1 };
	struct ent_arena *a = ent_arena_new((size_t)32 << 20);
	struct ent_envelope e;

	if (a &&
	    ent_envelope_parse(a, (struct ent_str){ (const char *)data, len }, &e, NULL) == 0) {
		(void)ent_envelope_claims(a, &e);
		for (int t = 0; t < ENT_ENV_TYPES; t++)
			if (ent_envelope_open(a, &e, (enum ent_envelope_type)t, "card", pub,
			                      NULL) == 0)
				abort(); /* nobody holds the key of that point */
	}
	ent_arena_free(a);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * witness.c - fuzzes add-checkpoint bodies: what parses is printed as it stood.
 */
#include <stdint.h>
#include <stdlib.h>

#include "ledger/witness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_str body = { (const char *)data, len }, text;
	struct ent_arena *a = ent_arena_new((size_t)1 << 20);
	struct ent_add_checkpoint in;

	if (a && ent_add_checkpoint_parse(body, &in, NULL) == 0) {
		text = ent_add_checkpoint_print(a, &in);
		if (!ent_str_eq(text, body))
			abort();
	}
	ent_arena_free(a);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * warning.c - proofs of warning: whatever comes is refused with a reason, or is the canonical
 * text of what it shows.
 */
#include <stdlib.h>

#include <entente/json.h>

#include "proof/warning.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	struct ent_str text = { (const char *)data, size };
	const struct ent_json *v;
	struct ent_warning w;
	struct ent_err err = { 0 };

	if (!a)
		return 0;
	if (ent_warning_verify(a, text, &w, &err)) {
		if (!err.msg[0])
			abort();
	} else if (ent_json_parse(a, text, 70, &v, NULL) ||
	           !ent_str_eq(ent_json_canon(a, v), text) || !w.object.n || !w.size) {
		abort();
	}
	ent_arena_free(a);
	return 0;
}

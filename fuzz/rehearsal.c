/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rehearsal.c - a part of a rehearsal that is read has all its counts, and no more rules, keys
 * and suspensions than there is room for.
 */
#include <stdlib.h>

#include "exchange/rehearsal_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new((size_t)32 << 20);
	struct ent_rehearsal *r = a ? ent_arena_alloc(a, sizeof(*r)) : NULL;
	const struct ent_json *v;

	if (r && ent_json_parse(a, (struct ent_str){ (const char *)data, len },
	                        ENT_ENVELOPE_DEPTH, &v, NULL) == 0) {
		*r = (struct ent_rehearsal){ 0 };
		if (ent_rehearsal_read_body(v, r, NULL) == 0) {
			if (!r->by.n || r->document.n != 64 || r->n_suspensions == 0 ||
			    r->n_suspensions > ENT_SUSPENSIONS_REHEARSED ||
			    r->rules > ENT_RULES || r->keys > ENT_PARTIES_MAX)
				abort();
			if (r->waits < 0 || r->bytes < 0 || r->expired < 0 || r->approval < 0 ||
			    r->kept_back < 0)
				abort();
			for (size_t i = 1; i < r->n_suspensions; i++)
				if (ent_str_cmp(r->suspensions[i - 1], r->suspensions[i]) >= 0)
					abort();
		}
	}
	ent_arena_free(a);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement.c - an agreement's document that is read is one whose every part can be used:
 * parties in bounds, terms filled.
 */
#include <stdlib.h>

#include "exchange/agreement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new((size_t)32 << 20);
	struct ent_agreement *g = a ? ent_arena_alloc(a, sizeof(*g)) : NULL;
	const struct ent_json *v;

	if (g &&
	    ent_json_parse(a, (struct ent_str){ (const char *)data, len }, ENT_ENVELOPE_DEPTH,
	                   &v, NULL) == 0 &&
	    ent_document_read(a, v, g, NULL) == 0) {
		if (g->parties < 2 || g->parties > ENT_PARTIES_MAX ||
		    g->valid_until <= g->valid_from || g->id.n != 36)
			abort();
		for (size_t i = 0; i < g->parties; i++)
			if (g->party[i].terms.tlp_max == ENT_TLP_NONE ||
			    ent_agreement_party(g, g->party[i].id) != (int)i)
				abort();
	}
	ent_arena_free(a);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern.c - what a pattern prints as must parse, and print the same again.
 */
#include <stdlib.h>

#include "pattern/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new((size_t)16 << 20);
	struct ent_str in = { (const char *)data, len };
	struct ent_pat_node *p, *q;
	size_t pos;

	for (int v = ENT_PAT_20; a && v <= ENT_PAT_21; v++) {
		enum ent_pat_version version = (enum ent_pat_version)v;
		struct ent_str once, twice;
		int rc = ent_pattern_parse(a, in, version, &p, &pos, NULL);

		if (rc == ENT_EPARSE) {
			if (pos > len)
				abort();
			(void)ent_pattern_caret(a, in, pos);
		}
		if (rc)
			continue;
		once = ent_pattern_print(a, p, version);
		if (!once.p)
			continue;
		rc = ent_pattern_parse(a, once, version, &q, NULL, NULL);
		if (rc == ENT_ENOMEM)
			continue;
		if (rc)
			abort();
		twice = ent_pattern_print(a, q, version);
		if (twice.p && !ent_str_eq(once, twice))
			abort();
	}
	ent_arena_free(a);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.c - settings that were read are printed as a file that reads back as the same
 * settings.
 */
#include "node/config.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
same(struct ent_arena *a, const struct ent_config *one, const struct ent_config *two)
{
	for (size_t i = 0; i < ent_settings_n; i++) {
		struct ent_str v = ent_setting_value(a, one, &ent_settings[i]);

		if (!v.p || !ent_str_eq(v, ent_setting_value(a, two, &ent_settings[i])))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new((size_t)4 << 20);
	struct ent_str in = { (const char *)data, len }, text;
	struct ent_config one, two;

	if (a && ent_config_parse(a, in, "fuzz", &one, NULL) == 0) {
		if (ent_config_print(a, &one, &text, NULL) ||
		    ent_config_parse(a, text, "printed", &two, NULL))
			abort(); /* what was taken is printed, and what is printed is taken */
		same(a, &one, &two);
	}
	ent_arena_free(a);
	return 0;
}

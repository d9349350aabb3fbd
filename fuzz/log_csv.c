/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_csv.c - a mapping up to an empty line, and a CSV behind it: see logs.h.
 */
#include "logs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const uint8_t *gap = len > 1 ? memmem(data, len, "\n\n", 2) : NULL;
	size_t n = gap ? (size_t)(gap - data) + 1 : len;
	struct ent_logs_options o = { .format = ENT_LOGS_CSV,
		                      .mapping = { (const char *)data, n } };

	return fuzz_log(&o, data + n, len - n);
}

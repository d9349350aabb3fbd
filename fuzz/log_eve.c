/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_eve.c - lines of the format "eve": see logs.h.
 */
#include "logs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_logs_options o = { .format = ENT_LOGS_EVE };

	return fuzz_log(&o, data, len);
}

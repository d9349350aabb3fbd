/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_stix.c - lines of the format "stix": see logs.h.
 */
#include "logs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_logs_options o = { .format = ENT_LOGS_STIX };

	return fuzz_log(&o, data, len);
}

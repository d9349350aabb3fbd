/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lib.c - libentente is the lower layers, linked whole; this file has only its version.
 */
#include <entente/err.h>

ENT_API const char *ent_version(void);

const char *
ent_version(void)
{
	return "0.1.0";
}

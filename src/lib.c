/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lib.c - libentente is the lower layers, linked whole; this file has only its version.
 */
#include <entente/entente.h>

#define TEXT(x)    TEXT_OF(x)
#define TEXT_OF(x) #x

_Static_assert(__builtin_strcmp(ENT_VERSION, ENT_PROJECT_VERSION) == 0,
               "entente/entente.h has another version than meson.build");
_Static_assert(__builtin_strcmp(ENT_VERSION,
                                TEXT(ENT_VERSION_MAJOR) "." TEXT(ENT_VERSION_MINOR) "." TEXT(
				    ENT_VERSION_PATCH)) == 0,
               "entente/entente.h contradicts itself");

const char *
ent_version(void)
{
	return ENT_VERSION;
}

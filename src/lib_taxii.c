/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lib_taxii.c - libentente-taxii is the client's objects; this file holds them to their header.
 */
#include <entente/taxii.h>

_Static_assert(ENT_LIST_OBJECTS == 0, "a zeroed query asks for objects");

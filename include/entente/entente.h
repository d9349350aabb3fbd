/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entente.h - all of libentente and of libentente-taxii, and the version of both.  The manual
 * pages libentente(3) and libentente-taxii(3) explain.
 *
 * Versions are semantic (semver.org): programs that were built against 1.2 run with every later
 * 1.x.  Before 1.0 that holds within 0.1, 0.2, ...
 */
#ifndef ENTENTE_ENTENTE_H
#define ENTENTE_ENTENTE_H
#include <entente/graph.h>
#include <entente/ledger.h>
#include <entente/marking.h>
#include <entente/pattern.h>
#include <entente/reader.h>
#include <entente/stix.h>
#include <entente/taxii.h>
#include <entente/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of these headers; ent_version() is that of the library that the program runs with. */
#define ENT_VERSION_MAJOR 0
#define ENT_VERSION_MINOR 1
#define ENT_VERSION_PATCH 0
#define ENT_VERSION       "0.1.0"
#define ENT_VERSION_NUMBER                                                                     \
	(ENT_VERSION_MAJOR * 10000 + ENT_VERSION_MINOR * 100 + ENT_VERSION_PATCH)

/* "0.1.0"; static memory. */
ENT_API const char *ent_version(void);

#ifdef __cplusplus
}
#endif
#endif

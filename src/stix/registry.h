/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.h - lists of names, compact and searched by halving: vocabularies of the standard
 * and registries of others.
 */
#ifndef ENT_STIX_REGISTRY_H
#define ENT_STIX_REGISTRY_H
#include <entente/str.h>

/* Names in the order of their bytes, each once, in one text. */
struct ent_registry {
	const char *text;
	size_t n;
	unsigned width; /* each name has so many bytes; 0: there is a | between two names */
	bool fold;      /* names are in lower case, and what is searched is folded */
};

bool ent_registry_has(const struct ent_registry *r, struct ent_str s);

extern const struct ent_registry ent_registry_charsets, ent_registry_countries,
    ent_registry_http_headers, ent_registry_ipfix, ent_registry_lang2, ent_registry_lang3,
    ent_registry_pdf_info, ent_registry_services_a, ent_registry_services_n,
    ent_registry_socket_options;

bool ent_media_type_known(struct ent_str s); /* "type/subtype" */
bool ent_protocol_known(struct ent_str s);   /* a service's or an IP protocol's name */

#endif

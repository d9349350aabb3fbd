/* SPDX-License-Identifier: Apache-2.0 */
/*
 * types.c - the types of STIX 2.1: class, section, properties, rules, and what an SCO's id is
 * made of.
 */
#include "stix/stix_int.h"

/* clang-format off */
static const struct ent_type types[] = { /* in the order of their names: found by halving */
	{ "artifact",             ENT_STIX_SCO,  "6.1",  NULL, NULL, "hashes payload_bin" },
	{ "attack-pattern",       ENT_STIX_SDO,  "4.1",  NULL, NULL, NULL },
	{ "autonomous-system",    ENT_STIX_SCO,  "6.2",  NULL, NULL, "number" },
	{ "bundle",               ENT_STIX_BUNDLE, "8",  NULL, NULL, NULL },
	{ "campaign",             ENT_STIX_SDO,  "4.2",  NULL, NULL, NULL },
	{ "course-of-action",     ENT_STIX_SDO,  "4.3",  NULL, NULL, NULL },
	{ "directory",            ENT_STIX_SCO,  "6.3",  NULL, NULL, "path" },
	{ "domain-name",          ENT_STIX_SCO,  "6.4",  NULL, NULL, "value" },
	{ "email-addr",           ENT_STIX_SCO,  "6.5",  NULL, NULL, "value" },
	{ "email-message",        ENT_STIX_SCO,  "6.6",  NULL, NULL, "body from_ref subject" },
	{ "extension-definition", ENT_STIX_META, "7.3",  NULL, NULL, NULL },
	{ "file",                 ENT_STIX_SCO,  "6.7",  NULL, NULL, "extensions hashes name parent_directory_ref" },
	{ "grouping",             ENT_STIX_SDO,  "4.4",  NULL, NULL, NULL },
	{ "identity",             ENT_STIX_SDO,  "4.5",  NULL, NULL, NULL },
	{ "incident",             ENT_STIX_SDO,  "4.6",  NULL, NULL, NULL },
	{ "indicator",            ENT_STIX_SDO,  "4.7",  NULL, NULL, NULL },
	{ "infrastructure",       ENT_STIX_SDO,  "4.8",  NULL, NULL, NULL },
	{ "intrusion-set",        ENT_STIX_SDO,  "4.9",  NULL, NULL, NULL },
	{ "ipv4-addr",            ENT_STIX_SCO,  "6.8",  NULL, NULL, "value" },
	{ "ipv6-addr",            ENT_STIX_SCO,  "6.9",  NULL, NULL, "value" },
	{ "language-content",     ENT_STIX_META, "7.1",  NULL, NULL, NULL },
	{ "location",             ENT_STIX_SDO,  "4.10", NULL, NULL, NULL },
	{ "mac-addr",             ENT_STIX_SCO,  "6.10", NULL, NULL, "value" },
	{ "malware",              ENT_STIX_SDO,  "4.11", NULL, NULL, NULL },
	{ "malware-analysis",     ENT_STIX_SDO,  "4.12", NULL, NULL, NULL },
	{ "marking-definition",   ENT_STIX_META, "7.2",  NULL, NULL, NULL },
	{ "mutex",                ENT_STIX_SCO,  "6.11", NULL, NULL, "name" },
	{ "network-traffic",      ENT_STIX_SCO,  "6.12", NULL, NULL,
	  "dst_port dst_ref end extensions protocols src_port src_ref start" },
	{ "note",                 ENT_STIX_SDO,  "4.13", NULL, NULL, NULL },
	{ "observed-data",        ENT_STIX_SDO,  "4.14", NULL, NULL, NULL },
	{ "opinion",              ENT_STIX_SDO,  "4.15", NULL, NULL, NULL },
	{ "process",              ENT_STIX_SCO,  "6.13", NULL, NULL, NULL },
	{ "relationship",         ENT_STIX_SRO,  "5.1",  NULL, NULL, NULL },
	{ "report",               ENT_STIX_SDO,  "4.16", NULL, NULL, NULL },
	{ "sighting",             ENT_STIX_SRO,  "5.2",  NULL, NULL, NULL },
	{ "software",             ENT_STIX_SCO,  "6.14", NULL, NULL, "cpe name swid vendor version" },
	{ "threat-actor",         ENT_STIX_SDO,  "4.17", NULL, NULL, NULL },
	{ "tool",                 ENT_STIX_SDO,  "4.18", NULL, NULL, NULL },
	{ "url",                  ENT_STIX_SCO,  "6.15", NULL, NULL, "value" },
	{ "user-account",         ENT_STIX_SCO,  "6.16", NULL, NULL, "account_login account_type user_id" },
	{ "vulnerability",        ENT_STIX_SDO,  "4.19", NULL, NULL, NULL },
	{ "windows-registry-key", ENT_STIX_SCO,  "6.17", NULL, NULL, "key values" },
	{ "x509-certificate",     ENT_STIX_SCO,  "6.18", NULL, NULL, "hashes serial_number" },
};
/* clang-format on */

#define TYPES (sizeof(types) / sizeof(types[0]))

const struct ent_type *
ent_type_at(size_t i)
{
	return i < TYPES ? &types[i] : NULL;
}

const struct ent_type *
ent_type_of(struct ent_str name)
{
	size_t low = 0, high = TYPES;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = ent_str_cmp(name, ent_str_c(types[mid].name));

		if (order == 0)
			return &types[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

enum ent_stix_class
ent_stix_class_of(struct ent_str type)
{
	const struct ent_type *t = ent_type_of(type);

	return t ? t->class_ : ENT_STIX_UNKNOWN;
}

bool
ent_word_in(struct ent_str word, const char *list)
{
	struct ent_str rest = ent_str_c(list), one;

	while (ent_str_next(&rest, ' ', &one))
		if (ent_str_eq(one, word))
			return true;
	return false;
}

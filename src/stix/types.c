/* SPDX-License-Identifier: Apache-2.0 */
/*
 * types.c - finding types, properties and extensions in the tables.
 */
#include "stix/stix_int.h"

const struct ent_shape *
ent_type_find(struct ent_str type)
{
	static const struct ent_shape *const *const tables[] = { ent_sdo_types, ent_sco_types,
		                                                 ent_meta_types };

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (size_t j = 0; tables[i][j]; j++)
			if (ent_str_is(type, tables[i][j]->name))
				return tables[i][j];
	return NULL;
}

enum ent_stix_class
ent_stix_class_of(struct ent_str type)
{
	const struct ent_shape *s = ent_type_find(type);

	return s ? s->class_ : ENT_STIX_UNKNOWN;
}

const struct ent_prop *
ent_prop_find(const struct ent_prop *table, struct ent_str name)
{
	for (const struct ent_prop *p = table; p && p->name.p; p++)
		if (ent_str_eq(p->name, name))
			return p;
	return NULL;
}

const struct ent_extension *
ent_extension_find(struct ent_str key)
{
	for (const struct ent_extension *e = ent_extensions; e->key; e++)
		if (ent_str_is(key, e->key))
			return e;
	return NULL;
}

static bool
class_is(const char *name, size_t n, enum ent_stix_class class_)
{
	static const struct {
		const char *name;
		enum ent_stix_class class_;
	} classes[] = { { "@sdo", ENT_STIX_SDO },
		        { "@sro", ENT_STIX_SRO },
		        { "@sco", ENT_STIX_SCO } };

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (n == 4 && memcmp(name, classes[i].name, 4) == 0)
			return class_ == classes[i].class_ || class_ == ENT_STIX_UNKNOWN;
	return false;
}

bool
ent_type_allowed(const char *to, struct ent_str type)
{
	bool but = *to == '!', found = false;
	struct ent_str rest = ent_str_c(but ? to + 1 : to), one;
	enum ent_stix_class class_ = ent_stix_class_of(type);

	while (!found && ent_str_next(&rest, ' ', &one))
		found = ent_str_eq(one, type) || class_is(one.p, one.n, class_);
	return found != but;
}

/* Relationships as appendix B has them: source, type, targets.  "@sco" is any SCO. */
static const struct {
	const char *source, *type, *targets;
} relations[] = {
	/* clang-format off */
	{ "attack-pattern", "delivers", "malware" },
	{ "attack-pattern", "targets", "location vulnerability identity" },
	{ "attack-pattern", "uses", "malware tool" },
	{ "campaign", "attributed-to", "intrusion-set threat-actor" },
	{ "campaign", "compromises", "infrastructure" },
	{ "campaign", "originates-from", "location" },
	{ "campaign", "targets", "location identity vulnerability" },
	{ "campaign", "uses", "attack-pattern infrastructure malware tool" },
	{ "course-of-action", "investigates", "indicator" },
	{ "course-of-action", "mitigates", "attack-pattern indicator malware tool vulnerability" },
	{ "course-of-action", "remediates", "malware vulnerability" },
	{ "domain-name", "resolves-to", "domain-name ipv4-addr ipv6-addr" },
	{ "identity", "located-at", "location" },
	{ "indicator", "based-on", "observed-data" },
	{ "indicator", "indicates", "attack-pattern campaign infrastructure intrusion-set malware "
	  "threat-actor tool" },
	{ "infrastructure", "communicates-with", "infrastructure ipv4-addr ipv6-addr domain-name url" },
	{ "infrastructure", "consists-of", "infrastructure observed-data @sco" },
	{ "infrastructure", "controls", "infrastructure malware" },
	{ "infrastructure", "delivers", "malware" },
	{ "infrastructure", "has", "vulnerability" },
	{ "infrastructure", "hosts", "tool malware" },
	{ "infrastructure", "located-at", "location" },
	{ "infrastructure", "uses", "infrastructure" },
	{ "intrusion-set", "attributed-to", "threat-actor" },
	{ "intrusion-set", "compromises", "infrastructure" },
	{ "intrusion-set", "hosts", "infrastructure" },
	{ "intrusion-set", "originates-from", "location" },
	{ "intrusion-set", "owns", "infrastructure" },
	{ "intrusion-set", "targets", "identity location vulnerability" },
	{ "intrusion-set", "uses", "attack-pattern infrastructure malware tool" },
	{ "ipv4-addr", "belongs-to", "autonomous-system" },
	{ "ipv4-addr", "resolves-to", "mac-addr" },
	{ "ipv6-addr", "belongs-to", "autonomous-system" },
	{ "ipv6-addr", "resolves-to", "mac-addr" },
	{ "malware", "authored-by", "threat-actor intrusion-set" },
	{ "malware", "beacons-to", "infrastructure" },
	{ "malware", "communicates-with", "ipv4-addr ipv6-addr domain-name url" },
	{ "malware", "controls", "malware" },
	{ "malware", "downloads", "malware tool file" },
	{ "malware", "drops", "malware tool file" },
	{ "malware", "exfiltrates-to", "infrastructure" },
	{ "malware", "exploits", "vulnerability" },
	{ "malware", "originates-from", "location" },
	{ "malware", "targets", "identity infrastructure location vulnerability" },
	{ "malware", "uses", "attack-pattern infrastructure malware tool" },
	{ "malware", "variant-of", "malware" },
	{ "malware-analysis", "analysis-of", "malware" },
	{ "malware-analysis", "av-analysis-of", "malware" },
	{ "malware-analysis", "characterizes", "malware" },
	{ "malware-analysis", "dynamic-analysis-of", "malware" },
	{ "malware-analysis", "static-analysis-of", "malware" },
	{ "threat-actor", "attributed-to", "identity" },
	{ "threat-actor", "compromises", "infrastructure" },
	{ "threat-actor", "hosts", "infrastructure" },
	{ "threat-actor", "impersonates", "identity" },
	{ "threat-actor", "located-at", "location" },
	{ "threat-actor", "owns", "infrastructure" },
	{ "threat-actor", "targets", "identity location vulnerability" },
	{ "threat-actor", "uses", "attack-pattern infrastructure malware tool" },
	{ "tool", "delivers", "malware" },
	{ "tool", "drops", "malware" },
	{ "tool", "has", "vulnerability" },
	{ "tool", "targets", "identity infrastructure location vulnerability" },
	{ "tool", "uses", "infrastructure" },
	/* clang-format on */
};

bool
ent_relation_suggested(struct ent_str source, struct ent_str type, struct ent_str target)
{
	static const char *const common[] = { "derived-from", "duplicate-of", "related-to" };

	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		if (ent_str_is(type, common[i]))
			return true;
	for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++)
		if (ent_str_is(source, relations[i].source) &&
		    ent_str_is(type, relations[i].type))
			return ent_type_allowed(relations[i].targets, target);
	return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * types.c - finding types and properties in the tables, and the relationships between types.
 */
#include "stix/stix_int.h"

/* Types by the length of their names. */
/* clang-format off */
static const struct ent_shape *const of_3[] = { &ent_type_url, NULL };
static const struct ent_shape *const of_4[] = { &ent_type_file, &ent_type_note,
	&ent_type_tool, NULL };
static const struct ent_shape *const of_5[] = { &ent_type_mutex, NULL };
static const struct ent_shape *const of_6[] = { &ent_type_bundle, &ent_type_report, NULL };
static const struct ent_shape *const of_7[] = { &ent_type_malware, &ent_type_opinion,
	&ent_type_process, NULL };
static const struct ent_shape *const of_8[] = { &ent_type_artifact, &ent_type_campaign,
	&ent_type_grouping, &ent_type_identity, &ent_type_incident, &ent_type_location,
	&ent_type_mac_addr, &ent_type_sighting, &ent_type_software, NULL };
static const struct ent_shape *const of_9[] = { &ent_type_directory, &ent_type_indicator,
	&ent_type_ipv4_addr, &ent_type_ipv6_addr, NULL };
static const struct ent_shape *const of_10[] = { &ent_type_email_addr, NULL };
static const struct ent_shape *const of_11[] = { &ent_type_domain_name, NULL };
static const struct ent_shape *const of_12[] = { &ent_type_relationship,
	&ent_type_threat_actor, &ent_type_user_account, NULL };
static const struct ent_shape *const of_13[] = { &ent_type_email_message,
	&ent_type_intrusion_set, &ent_type_observed_data, &ent_type_vulnerability, NULL };
static const struct ent_shape *const of_14[] = { &ent_type_attack_pattern,
	&ent_type_infrastructure, NULL };
static const struct ent_shape *const of_15[] = { &ent_type_network_traffic, NULL };
static const struct ent_shape *const of_16[] = { &ent_type_course_of_action,
	&ent_type_language_content, &ent_type_malware_analysis, &ent_type_x509_certificate, NULL };
static const struct ent_shape *const of_17[] = { &ent_type_autonomous_system, NULL };
static const struct ent_shape *const of_18[] = { &ent_type_marking_definition, NULL };
static const struct ent_shape *const of_20[] = { &ent_type_extension_definition,
	&ent_type_registry_key, NULL };
static const struct ent_shape *const *const by_length[] = {
	[3] = of_3, [4] = of_4, [5] = of_5, [6] = of_6, [7] = of_7, [8] = of_8, [9] = of_9, [10] =
	of_10, [11] = of_11, [12] = of_12, [13] = of_13, [14] = of_14, [15] = of_15, [16] = of_16,
	[17] = of_17, [18] = of_18, [20] = of_20,
};
/* clang-format on */

const struct ent_shape *
ent_type_find(struct ent_str type)
{
	if (type.n >= sizeof(by_length) / sizeof(by_length[0]))
		return NULL;
	for (const struct ent_shape *const *t = by_length[type.n]; t && *t; t++)
		if (memcmp((*t)->name, type.p, type.n) == 0)
			return *t;
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

/* "@sdo" and the like; a type that the tables don't have may be of any class. */
static bool
class_is(struct ent_str name, enum ent_stix_class class_)
{
	static const struct {
		struct ent_str name;
		enum ent_stix_class class_;
	} classes[] = { { ENT_STR("@sdo"), ENT_STIX_SDO },
		        { ENT_STR("@sro"), ENT_STIX_SRO },
		        { ENT_STR("@sco"), ENT_STIX_SCO } };

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (ent_slice_is(name, classes[i].name))
			return class_ == classes[i].class_ || class_ == ENT_STIX_UNKNOWN;
	return false;
}

bool
ent_type_allowed(const char *to, struct ent_str type)
{
	bool but = *to == '!', found = false;
	const char *end;

	for (const char *p = but ? to + 1 : to; !found && *p; p = *end ? end + 1 : end) {
		end = strchrnul(p, ' ');
		if (*p == '@')
			found = class_is((struct ent_str){ p, (size_t)(end - p) },
			                 ent_stix_class_of(type));
		else if (type.n && *p == type.p[0])
			found = ent_slice_is(type, (struct ent_str){ p, (size_t)(end - p) });
	}
	return found != but;
}

/* Relationships as appendix B has them: source, type, targets.  "@sco" is any SCO. */
#define REL(s, t, to)                                                                          \
	{                                                                                      \
		{ s, sizeof(s) - 1 }, { t, sizeof(t) - 1 }, to                                 \
	}
static const struct {
	struct ent_str source, type;
	const char *targets;
} relations[] = {
	/* clang-format off */
	REL("attack-pattern", "delivers", "malware"),
	REL("attack-pattern", "targets", "location vulnerability identity"),
	REL("attack-pattern", "uses", "malware tool"),
	REL("campaign", "attributed-to", "intrusion-set threat-actor"),
	REL("campaign", "compromises", "infrastructure"),
	REL("campaign", "originates-from", "location"),
	REL("campaign", "targets", "location identity vulnerability"),
	REL("campaign", "uses", "attack-pattern infrastructure malware tool"),
	REL("course-of-action", "investigates", "indicator"),
	REL("course-of-action", "mitigates", "attack-pattern indicator malware tool vulnerability"),
	REL("course-of-action", "remediates", "malware vulnerability"),
	REL("domain-name", "resolves-to", "domain-name ipv4-addr ipv6-addr"),
	REL("identity", "located-at", "location"),
	REL("indicator", "based-on", "observed-data"),
	REL("indicator", "indicates", "attack-pattern campaign infrastructure intrusion-set malware "
	  "threat-actor tool"),
	REL("infrastructure", "communicates-with", "infrastructure ipv4-addr ipv6-addr domain-name url"),
	REL("infrastructure", "consists-of", "infrastructure observed-data @sco"),
	REL("infrastructure", "controls", "infrastructure malware"),
	REL("infrastructure", "delivers", "malware"),
	REL("infrastructure", "has", "vulnerability"),
	REL("infrastructure", "hosts", "tool malware"),
	REL("infrastructure", "located-at", "location"),
	REL("infrastructure", "uses", "infrastructure"),
	REL("intrusion-set", "attributed-to", "threat-actor"),
	REL("intrusion-set", "compromises", "infrastructure"),
	REL("intrusion-set", "hosts", "infrastructure"),
	REL("intrusion-set", "originates-from", "location"),
	REL("intrusion-set", "owns", "infrastructure"),
	REL("intrusion-set", "targets", "identity location vulnerability"),
	REL("intrusion-set", "uses", "attack-pattern infrastructure malware tool"),
	REL("ipv4-addr", "belongs-to", "autonomous-system"),
	REL("ipv4-addr", "resolves-to", "mac-addr"),
	REL("ipv6-addr", "belongs-to", "autonomous-system"),
	REL("ipv6-addr", "resolves-to", "mac-addr"),
	REL("malware", "authored-by", "threat-actor intrusion-set"),
	REL("malware", "beacons-to", "infrastructure"),
	REL("malware", "communicates-with", "ipv4-addr ipv6-addr domain-name url"),
	REL("malware", "controls", "malware"),
	REL("malware", "downloads", "malware tool file"),
	REL("malware", "drops", "malware tool file"),
	REL("malware", "exfiltrates-to", "infrastructure"),
	REL("malware", "exploits", "vulnerability"),
	REL("malware", "originates-from", "location"),
	REL("malware", "targets", "identity infrastructure location vulnerability"),
	REL("malware", "uses", "attack-pattern infrastructure malware tool"),
	REL("malware", "variant-of", "malware"),
	REL("malware-analysis", "analysis-of", "malware"),
	REL("malware-analysis", "av-analysis-of", "malware"),
	REL("malware-analysis", "characterizes", "malware"),
	REL("malware-analysis", "dynamic-analysis-of", "malware"),
	REL("malware-analysis", "static-analysis-of", "malware"),
	REL("threat-actor", "attributed-to", "identity"),
	REL("threat-actor", "compromises", "infrastructure"),
	REL("threat-actor", "hosts", "infrastructure"),
	REL("threat-actor", "impersonates", "identity"),
	REL("threat-actor", "located-at", "location"),
	REL("threat-actor", "owns", "infrastructure"),
	REL("threat-actor", "targets", "identity location vulnerability"),
	REL("threat-actor", "uses", "attack-pattern infrastructure malware tool"),
	REL("tool", "delivers", "malware"),
	REL("tool", "drops", "malware"),
	REL("tool", "has", "vulnerability"),
	REL("tool", "targets", "identity infrastructure location vulnerability"),
	REL("tool", "uses", "infrastructure"),
	/* clang-format on */
};

bool
ent_relation_suggested(struct ent_str source, struct ent_str type, struct ent_str target)
{
	static const struct ent_str common[] = { ENT_STR("derived-from"),
		                                 ENT_STR("duplicate-of"),
		                                 ENT_STR("related-to") };

	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		if (ent_slice_is(type, common[i]))
			return true;
	for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++)
		if (ent_slice_is(type, relations[i].type) &&
		    ent_slice_is(source, relations[i].source))
			return ent_type_allowed(relations[i].targets, target);
	return false;
}

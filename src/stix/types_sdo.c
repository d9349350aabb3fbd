/* SPDX-License-Identifier: Apache-2.0 */
/*
 * types_sdo.c - the domain and relationship objects of STIX 2.1, 4 and 5, as tables.
 */
#include "stix/stix_int.h"

#define R             ENT_REQUIRED
#define L             ENT_LIST
#define WORDS(w)      .words = &ent_##w
#define TO(t)         .to = (t)
#define RANGE(lo, hi) .min = (lo), .max = (hi)
#define SHAPE(s)      .shape = &ent_shape_##s
#define SYNTAX(s)     .syntax = &ent_syntax_##s
#define ADVICE(a)     .advice = &ent_advice_##a

#define PHASES P("kill_chain_phases", OBJECT, L, SHAPE(kill_chain_phase))
#define SEEN   P("first_seen", TIMESTAMP, 0), P("last_seen", TIMESTAMP, 0)
#define NAME   P("name", STRING, R), P("description", STRING, 0)

/* What a report, a note and the like may speak of: anything but a bundle. */
#define ANYTHING "!bundle"

/* clang-format off */
static const struct ent_rule seen_rules[] = {
	{ ENT_R_ORDER, "first_seen", "last_seen" },
	{ ENT_R_END, NULL, NULL },
};

/* One type: its table, and its row of the register. */
#define SDO(ident, type, where, row_rules, fn, ...)                                                  \
	static const struct ent_prop ident##_props[] = { __VA_ARGS__, P_END };                       \
	const struct ent_shape ent_type_##ident = { type, where, ENT_STIX_SDO, ident##_props,            \
	                                        ent_common_sdo, row_rules, fn, false }
#define SRO(ident, type, where, row_rules, fn, ...)                                                  \
	static const struct ent_prop ident##_props[] = { __VA_ARGS__, P_END };                       \
	const struct ent_shape ent_type_##ident = { type, where, ENT_STIX_SRO, ident##_props,            \
	                                        ent_common_sdo, row_rules, fn, false }

SDO(attack_pattern, "attack-pattern", "4.1", NULL, NULL,
	NAME,
	P("aliases", STRING, L),
	PHASES);

SDO(campaign, "campaign", "4.2", seen_rules, NULL,
	NAME,
	P("aliases", STRING, L),
	SEEN,
	P("objective", STRING, 0));

SDO(course_of_action, "course-of-action", "4.3", NULL, NULL,
	NAME);

SDO(grouping, "grouping", "4.4", NULL, NULL,
	P("name", STRING, 0),
	P("description", STRING, 0),
	P("context", VOCAB, R, WORDS(grouping_context_ov)),
	P("object_refs", REF, R | L, TO(ANYTHING)));

SDO(identity, "identity", "4.5", NULL, NULL,
	NAME,
	P("roles", STRING, L),
	P("identity_class", VOCAB, 0, WORDS(identity_class_ov)),
	P("sectors", VOCAB, L, WORDS(industry_sector_ov)),
	P("contact_information", STRING, 0));

SDO(incident, "incident", "4.6", NULL, NULL,
	NAME);

static const struct ent_rule indicator_rules[] = {
	{ ENT_R_AFTER, "valid_from", "valid_until" },
	{ ENT_R_END, NULL, NULL },
};
SDO(indicator, "indicator", "4.7", indicator_rules, ent_also_indicator,
	P("name", STRING, 0),
	P("description", STRING, 0),
	P("indicator_types", VOCAB, L, WORDS(indicator_type_ov)),
	P("pattern", STRING, R),
	P("pattern_type", VOCAB, R, WORDS(pattern_type_ov)),
	P("pattern_version", STRING, 0),
	P("valid_from", TIMESTAMP, R),
	P("valid_until", TIMESTAMP, 0),
	PHASES);

SDO(infrastructure, "infrastructure", "4.8", seen_rules, NULL,
	NAME,
	P("infrastructure_types", VOCAB, L, WORDS(infrastructure_type_ov)),
	P("aliases", STRING, L),
	PHASES,
	SEEN);

SDO(intrusion_set, "intrusion-set", "4.9", seen_rules, NULL,
	NAME,
	P("aliases", STRING, L),
	SEEN,
	P("goals", STRING, L),
	P("resource_level", VOCAB, 0, WORDS(attack_resource_level_ov)),
	P("primary_motivation", VOCAB, 0, WORDS(attack_motivation_ov)),
	P("secondary_motivations", VOCAB, L, WORDS(attack_motivation_ov)));

static const struct ent_rule location_rules[] = {
	{ ENT_R_ANY, "region country latitude", NULL },
	{ ENT_R_NEEDS, "latitude", "longitude" },
	{ ENT_R_NEEDS, "longitude", "latitude" },
	{ ENT_R_NEEDS, "precision", "latitude" },
	{ ENT_R_END, NULL, NULL },
};
SDO(location, "location", "4.10", location_rules, NULL,
	P("name", STRING, 0),
	P("description", STRING, 0),
	P("latitude", FLOAT, 0, RANGE(-90, 90)),
	P("longitude", FLOAT, 0, RANGE(-180, 180)),
	P("precision", FLOAT, 0),
	P("region", VOCAB, 0, WORDS(region_ov)),
	P("country", STRING, 0, ADVICE(country)),
	P("administrative_area", STRING, 0),
	P("city", STRING, 0),
	P("street_address", STRING, 0),
	P("postal_code", STRING, 0));

SDO(malware, "malware", "4.11", seen_rules, ent_also_malware,
	P("name", STRING, 0),
	P("description", STRING, 0),
	P("malware_types", VOCAB, L, WORDS(malware_type_ov)),
	P("is_family", BOOLEAN, R),
	P("aliases", STRING, L),
	PHASES,
	SEEN,
	P("operating_system_refs", REF, L, TO("software")),
	P("architecture_execution_envs", VOCAB, L, WORDS(processor_architecture_ov)),
	P("implementation_languages", VOCAB, L, WORDS(implementation_language_ov)),
	P("capabilities", VOCAB, L, WORDS(malware_capabilities_ov)),
	P("sample_refs", REF, L, TO("artifact file")));

static const struct ent_rule analysis_rules[] = {
	{ ENT_R_ANY, "result analysis_sco_refs", NULL },
	{ ENT_R_END, NULL, NULL },
};
SDO(malware_analysis, "malware-analysis", "4.12", analysis_rules, NULL,
	P("product", STRING, R, ADVICE(product)),
	P("version", STRING, 0),
	P("host_vm_ref", REF, 0, TO("software")),
	P("operating_system_ref", REF, 0, TO("software")),
	P("installed_software_refs", REF, L, TO("software")),
	P("configuration_version", STRING, 0),
	P("modules", STRING, L),
	P("analysis_engine_version", STRING, 0),
	P("analysis_definition_version", STRING, 0),
	P("submitted", TIMESTAMP, 0),
	P("analysis_started", TIMESTAMP, 0),
	P("analysis_ended", TIMESTAMP, 0),
	P("result_name", STRING, 0),
	P("result", VOCAB, 0, WORDS(malware_result_ov)),
	P("analysis_sco_refs", REF, L, TO("@sco")),
	P("sample_ref", REF, 0, TO("artifact file network-traffic")));

SDO(note, "note", "4.13", NULL, NULL,
	P("abstract", STRING, 0),
	P("content", STRING, R),
	P("authors", STRING, L),
	P("object_refs", REF, R | L, TO(ANYTHING)));

static const struct ent_rule observed_rules[] = {
	{ ENT_R_ONE, "object_refs objects", NULL },
	{ ENT_R_ORDER, "first_observed", "last_observed" },
	{ ENT_R_END, NULL, NULL },
};
SDO(observed_data, "observed-data", "4.14", observed_rules, ent_also_observed,
	P("first_observed", TIMESTAMP, R),
	P("last_observed", TIMESTAMP, R),
	P("number_observed", INTEGER, R, RANGE(1, 999999999)),
	P("objects", DICTIONARY, ENT_DEPRECATED, .values = ENT_V_ANY),
	P("object_refs", REF, L, TO("@sco @sro")));

SDO(opinion, "opinion", "4.15", NULL, NULL,
	P("explanation", STRING, 0),
	P("authors", STRING, L),
	P("opinion", ENUM, R, WORDS(opinion_enum)),
	P("object_refs", REF, R | L, TO(ANYTHING)));

SDO(report, "report", "4.16", NULL, NULL,
	NAME,
	P("report_types", VOCAB, L, WORDS(report_type_ov)),
	P("published", TIMESTAMP, R),
	P("object_refs", REF, R | L, TO(ANYTHING)));

SDO(threat_actor, "threat-actor", "4.17", seen_rules, NULL,
	NAME,
	P("threat_actor_types", VOCAB, L, WORDS(threat_actor_type_ov)),
	P("aliases", STRING, L),
	SEEN,
	P("roles", VOCAB, L, WORDS(threat_actor_role_ov)),
	P("goals", STRING, L),
	P("sophistication", VOCAB, 0, WORDS(threat_actor_sophistication_ov)),
	P("resource_level", VOCAB, 0, WORDS(attack_resource_level_ov)),
	P("primary_motivation", VOCAB, 0, WORDS(attack_motivation_ov)),
	P("secondary_motivations", VOCAB, L, WORDS(attack_motivation_ov)),
	P("personal_motivations", VOCAB, L, WORDS(attack_motivation_ov)));

SDO(tool, "tool", "4.18", NULL, NULL,
	NAME,
	P("tool_types", VOCAB, L, WORDS(tool_type_ov)),
	P("aliases", STRING, L),
	PHASES,
	P("tool_version", STRING, 0));

SDO(vulnerability, "vulnerability", "4.19", NULL, NULL,
	NAME);

static const struct ent_rule relationship_rules[] = {
	{ ENT_R_AFTER, "start_time", "stop_time" },
	{ ENT_R_END, NULL, NULL },
};
#define RELATED TO(ENT_TO_RELATED)
SRO(relationship, "relationship", "5.1", relationship_rules, ent_also_relationship,
	P("relationship_type", SYNTAX, R, SYNTAX(relationship)),
	P("description", STRING, 0),
	P("source_ref", REF, R, RELATED),
	P("target_ref", REF, R, RELATED),
	P("start_time", TIMESTAMP, 0),
	P("stop_time", TIMESTAMP, 0));

SRO(sighting, "sighting", "5.2", seen_rules, NULL,
	P("description", STRING, 0),
	SEEN,
	P("count", INTEGER, 0, RANGE(0, 999999999)),
	P("sighting_of_ref", REF, R, TO("@sdo")),
	P("observed_data_refs", REF, L, TO("observed-data")),
	P("where_sighted_refs", REF, L, TO("identity location")),
	P("summary", BOOLEAN, 0));
/* clang-format on */

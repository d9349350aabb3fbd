/* SPDX-License-Identifier: Apache-2.0 */
/*
 * types_meta.c - common properties (STIX 2.1, 3.2), the types used inside objects (2), the meta
 * objects (7) and the bundle (8), as tables.
 */
#include "stix/stix_int.h"

#define R        ENT_REQUIRED
#define L        ENT_LIST
#define NOT      ENT_FORBIDDEN
#define SHAPE(s) .shape = &ent_shape_##s
#define MARKERS  .to = "marking-definition"
#define VERSION  .words = &ent_spec_version_enum
#define LANG     .syntax = &ent_syntax_lang, .advice = &ent_advice_lang
#define TYPE     .syntax = &ent_syntax_type

/* clang-format off */
#define MARKINGS                                                                                     \
	P("object_marking_refs", REF, L, MARKERS),                                                   \
	P("granular_markings", OBJECT, L, SHAPE(granular_marking))
#define VERSIONED(needed)                                                                            \
	P("created_by_ref", REF, 0, .to = "identity"),                                               \
	P("created", TIMESTAMP, (needed) | ENT_MILLIS),                                              \
	P("modified", TIMESTAMP, (needed) | ENT_MILLIS),                                             \
	P("revoked", BOOLEAN, 0),                                                                    \
	P("labels", STRING, L),                                                                      \
	P("confidence", INTEGER, 0, .min = 0, .max = 100),                                           \
	P("lang", SYNTAX, 0, LANG),                                                                  \
	P("external_references", OBJECT, L, SHAPE(external_reference)),                              \
	P("extensions", EXTENSIONS, 0)

const struct ent_prop ent_common_sdo[] = {
	P("type", SYNTAX, R, TYPE),
	P("id", ANY, R),
	P("spec_version", ENUM, R, VERSION),
	VERSIONED(R),
	MARKINGS,
	P("defanged", BOOLEAN, NOT),
	P_END,
};

const struct ent_prop ent_common_sco[] = {
	P("type", SYNTAX, R, TYPE),
	P("id", ANY, R),
	P("spec_version", ENUM, 0, VERSION),
	P("defanged", BOOLEAN, 0),
	P("extensions", EXTENSIONS, 0),
	MARKINGS,
	P_END,
};

/* What a type of somebody else's may have, where nothing says of which class it is. */
const struct ent_prop ent_common_custom[] = {
	P("type", SYNTAX, R, TYPE),
	P("id", ANY, R),
	P("spec_version", ENUM, 0, VERSION),
	VERSIONED(0),
	P("defanged", BOOLEAN, 0),
	MARKINGS,
	P_END,
};

/* ---- inside objects ---- */
static const struct ent_prop external_reference_props[] = {
	P("source_name", STRING, R),
	P("description", STRING, 0),
	P("url", SYNTAX, 0, .syntax = &ent_syntax_uri),
	P("hashes", HASHES, 0),
	P("external_id", STRING, 0),
	P_END,
};
static const struct ent_rule external_reference_rules[] = {
	{ ENT_R_ANY, "description url external_id", NULL },
	{ ENT_R_END, NULL, NULL },
};
const struct ent_shape ent_shape_external_reference = {
	"external-reference", "2.5", ENT_STIX_UNKNOWN, external_reference_props, NULL,
	external_reference_rules, ent_also_external_reference, false,
};

static const struct ent_prop kill_chain_phase_props[] = {
	P("kill_chain_name", STRING, R, .advice = &ent_advice_kill_chain),
	P("phase_name", STRING, R, .advice = &ent_advice_kill_chain),
	P_END,
};
const struct ent_shape ent_shape_kill_chain_phase = {
	"kill-chain-phase", "2.11", ENT_STIX_UNKNOWN, kill_chain_phase_props, NULL, NULL, NULL, false,
};

static const struct ent_prop granular_marking_props[] = {
	P("lang", SYNTAX, 0, LANG),
	P("marking_ref", REF, 0, MARKERS),
	P("selectors", SYNTAX, R | L, .syntax = &ent_syntax_selector),
	P_END,
};
static const struct ent_rule granular_marking_rules[] = {
	{ ENT_R_ONE, "lang marking_ref", NULL },
	{ ENT_R_END, NULL, NULL },
};
const struct ent_shape ent_shape_granular_marking = {
	"granular-marking", "7.2.3", ENT_STIX_UNKNOWN, granular_marking_props, NULL,
	granular_marking_rules, ent_also_granular, false,
};

/* ---- meta objects ---- */
static const struct ent_prop marking_common[] = {
	P("type", SYNTAX, R, TYPE),
	P("id", ANY, R),
	P("spec_version", ENUM, R, VERSION),
	P("created_by_ref", REF, 0, .to = "identity"),
	P("created", TIMESTAMP, R | ENT_MILLIS | ENT_LENIENT),
	P("external_references", OBJECT, L, SHAPE(external_reference)),
	P("extensions", EXTENSIONS, 0),
	MARKINGS,
	P("modified", TIMESTAMP, NOT),
	P("defanged", BOOLEAN, NOT),
	P_END,
};
static const struct ent_prop marking_props[] = {
	P("name", STRING, 0),
	P("definition_type", STRING, 0, .advice = &ent_advice_definition_type),
	P("definition", ANY, 0),
	P_END,
};
static const struct ent_rule marking_rules[] = {
	{ ENT_R_NEEDS, "definition_type", "definition" },
	{ ENT_R_NEEDS, "definition", "definition_type" },
	{ ENT_R_ANY, "definition extensions", NULL },
	{ ENT_R_END, NULL, NULL },
};
const struct ent_shape ent_type_marking_definition = {
	"marking-definition", "7.2.1", ENT_STIX_META, marking_props, marking_common, marking_rules,
	ent_also_marking, false,
};

static const struct ent_prop language_props[] = {
	P("object_ref", REF, R, .to = "!bundle language-content"),
	P("object_modified", TIMESTAMP, 0),
	P("contents", DICTIONARY, R, .values = ENT_V_ANY),
	P("lang", SYNTAX, NOT, LANG),
	P_END,
};
const struct ent_shape ent_type_language_content = {
	"language-content", "7.1", ENT_STIX_META, language_props, ent_common_sdo, NULL,
	ent_also_language, false,
};

static const struct ent_prop extension_definition_props[] = {
	P("created_by_ref", REF, R, .to = "identity"),
	P("name", STRING, R),
	P("description", STRING, 0),
	P("schema", STRING, R),
	P("version", STRING, R),
	P("extension_types", ENUM, R | L, .words = &ent_extension_type_enum),
	P("extension_properties", SYNTAX, L, .syntax = &ent_syntax_property),
	P("confidence", INTEGER, NOT),
	P("lang", SYNTAX, NOT, LANG),
	P_END,
};
const struct ent_shape ent_type_extension_definition = {
	"extension-definition", "7.3", ENT_STIX_META, extension_definition_props, ent_common_sdo, NULL,
	ent_also_extension_definition, false,
};

static const struct ent_prop bundle_common[] = {
	P("type", SYNTAX, R, TYPE),
	P("id", ANY, R),
	P_END,
};
static const struct ent_prop bundle_props[] = {
	P("objects", ANY, L),
	P_END,
};
const struct ent_shape ent_type_bundle = {
	"bundle", "8", ENT_STIX_BUNDLE, bundle_props, bundle_common, NULL, ent_also_bundle, false,
};
/* clang-format on */

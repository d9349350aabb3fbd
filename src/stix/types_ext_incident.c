/* SPDX-License-Identifier: Apache-2.0 */
/*
 * types_ext_incident.c - the Incident Core extension 2.0 of the CTI TC as tables.
 *
 * A draft: the tables are those of its revision 06 (2024-02-15).  Values that they do not have
 * are kept and warned of, for other revisions have others.
 */
#include "stix/stix_int.h"

#define R             ENT_REQUIRED
#define L             ENT_LIST
#define WORDS(w)      .words = &w
#define TO(t)         .to = (t)
#define RANGE(lo, hi) .min = (lo), .max = (hi)
#define SHAPE(s)      .shape = &s
#define KIND          P("extension_type", ENUM, R, .words = &ent_extension_type_enum)
#define ANY_TYPE      TO("!bundle")
#define NATURAL       RANGE(0, INT64_MAX)
#define PERCENT       RANGE(0, 100)
#define COUNTS        P("impacted_entity_counts", DICTIONARY, 0, .values = ENT_V_INTEGER, NATURAL)
#define TIMES                                                                                  \
	P("start_time", TIMESTAMP, 0), P("start_time_fidelity", VOCAB, 0, WORDS(fidelities)),  \
	    P("end_time", TIMESTAMP, 0), P("end_time_fidelity", VOCAB, 0, WORDS(fidelities))

/* clang-format off */
#define VOCAB(v, n, ...)                                                                             \
	static const struct ent_words v = {                                                          \
		n, ENT_F_EXTENSION_VALUE, { __VA_ARGS__, sizeof(__VA_ARGS__) - 1, 0, false }         \
	}
#define RULES(ident, ...)                                                                            \
	static const struct ent_rule ident##_rules[] = { __VA_ARGS__, { ENT_R_END, NULL, NULL } }
#define INNER(ident, called, row_rules, ...)                                                         \
	static const struct ent_prop ident##_props[] = { __VA_ARGS__, P_END };                       \
	static const struct ent_shape ident = { called, "", ENT_STIX_UNKNOWN, ident##_props, NULL,   \
	                                        row_rules, NULL, true }
#define NEW(ident, type, row_rules, fn, ...)                                                         \
	static const struct ent_prop ident##_props[] = { __VA_ARGS__, P_END };                       \
	const struct ent_shape ent_incident_##ident = { type, "", ENT_STIX_SDO, ident##_props,       \
	                                                ent_common_sdo, row_rules, fn, true }

VOCAB(determinations, "determinations",
	"blocked|confirmed|failed-attempt|false-positive|low-value|suspected");
VOCAB(investigations, "states of an investigation", "closed|new|open");
VOCAB(event_states, "states of an event", "not-occurred|occurred|ongoing|pending|undetermined");
VOCAB(outcomes, "outcomes of a task", "cancelled|failed|ongoing|pending|successful|unknown");
VOCAB(methods, "detection methods",
	"automated-tool|commercial-solution|external-notification|human-review|message-from-attacker|"
	"propriety-solution|system-outage|user-reporting");
VOCAB(recoverabilities, "degrees of recoverability",
	"extended|not-applicable|not-recoverable|regular|supplemented");
VOCAB(fidelities, "units of time", "day|hour|minute|month|second|year");
VOCAB(categories, "categories of impacts",
	"availability|confidentiality|external|integrity|monetary|physical|traceability");
VOCAB(changes, "changes of state", "caused|contributed-to|input|mitigated|output|resolved");

INNER(score, "incident-score", NULL,
	P("name", STRING, R),
	P("value", FLOAT, R),
	P("description", STRING, 0));
INNER(event_step, "event-sequence-entry", NULL,
	P("event_ref", REF, R, TO("event")),
	P("condition_type", STRING, R),
	P("transition_type", STRING, R));
INNER(event_entry, "event-entry", NULL,
	P("event_ref", REF, R, TO("event")),
	P("next_steps", OBJECT, L, SHAPE(event_step)));
INNER(task_step, "task-sequence-entry", NULL,
	P("task_ref", REF, R, TO("task")),
	P("condition_type", STRING, R),
	P("transition_type", STRING, R));
INNER(task_entry, "task-entry", NULL,
	P("task_ref", REF, R, TO("task")),
	P("next_steps", OBJECT, L, SHAPE(task_step)));
RULES(state_change,
	{ ENT_R_ANY, "initial_ref result_ref", NULL });
INNER(state_change, "state-change", state_change_rules,
	P("state_change_type", VOCAB, R, WORDS(changes)),
	P("initial_ref", REF, 0, ANY_TYPE),
	P("result_ref", REF, 0, ANY_TYPE));

static const struct ent_prop core_props[] = {
	KIND,
	P("determination", VOCAB, R, WORDS(determinations)),
	P("investigation_status", VOCAB, R, WORDS(investigations)),
	P("criticality", INTEGER, 0, PERCENT),
	P("detection_methods", VOCAB, L, WORDS(methods)),
	P("events", OBJECT, L, SHAPE(event_entry)),
	P("impact_refs", REF, L, TO("impact")),
	COUNTS,
	P("incident_types", STRING, L),
	P("recoverability", VOCAB, 0, WORDS(recoverabilities)),
	P("scores", OBJECT, L, SHAPE(score)),
	P("tasks", OBJECT, L, SHAPE(task_entry)),
	P_END,
};
const struct ent_shape ent_incident_core = {
	"incident-core", "", ENT_STIX_UNKNOWN, core_props, NULL, NULL, NULL, true,
};

RULES(times,
	{ ENT_R_ORDER, "start_time", "end_time" });
NEW(event, "event", times_rules, NULL,
	P("status", VOCAB, R, WORDS(event_states)),
	P("changed_objects", OBJECT, L, SHAPE(state_change)),
	P("description", STRING, 0),
	TIMES,
	P("event_types", STRING, L),
	P("goal", STRING, 0),
	P("name", STRING, 0),
	P("sighting_refs", REF, L, TO("sighting")),
	P("subevents", OBJECT, L, SHAPE(event_entry)));

/* Exactly one extension beside the one that makes it an impact, and that of its category. */
static void
also_impact(struct ent_check *c, const struct ent_at *at, const struct ent_json *v)
{
	const struct ent_json *list = ent_json_getc(v, "extensions");
	struct ent_str category = ent_json_getstr(v, "impact_category");
	struct ent_at in = { at, ENT_STR("extensions"), 0 };
	size_t found = 0, others = 0;

	for (size_t i = 0; i < ent_json_count(list); i++) {
		struct ent_str key = ent_json_key(list, i);

		if (!ent_registry_has(&categories.list, key))
			continue;
		found += ent_str_eq(key, category);
		others += !ent_str_eq(key, category);
	}
	if (category.p && (found != 1 || others))
		ent_finding(c, ENT_F_ONE_OF, &in,
		            "an impact needs the details of its own category, %s, and of no other",
		            ent_quote(c, category));
}

RULES(impact,
	{ ENT_R_ORDER, "start_time", "end_time" },
	{ ENT_R_NEEDS, "superseded_by_ref", "end_time" });
NEW(impact, "impact", impact_rules, also_impact,
	P("impact_category", VOCAB, R, WORDS(categories)),
	P("criticality", INTEGER, 0, PERCENT),
	P("description", STRING, 0),
	TIMES,
	COUNTS,
	P("impacted_refs", REF, L, ANY_TYPE),
	P("recoverability", VOCAB, 0, WORDS(recoverabilities)),
	P("superseded_by_ref", REF, 0, TO("impact")));

NEW(task, "task", times_rules, NULL,
	P("outcome", VOCAB, R, WORDS(outcomes)),
	P("changed_objects", OBJECT, L, SHAPE(state_change)),
	P("task_types", STRING, L),
	P("description", STRING, 0),
	TIMES,
	P("error", STRING, 0),
	COUNTS,
	P("name", STRING, 0),
	P("priority", INTEGER, 0, PERCENT),
	P("subtasks", OBJECT, L, SHAPE(task_entry)));

/* ---- what an impact has under its category ---- */
VOCAB(external_impacts, "external impacts",
	"economic|emergency-services|foreign-relations|national-security|public-confidence|public-health|"
	"public-safety");
VOCAB(physical_impacts, "physical impacts",
	"damaged-functional|damaged-nonfunctional|destruction|none|unknown");

INNER(availability, "availability", NULL,
	P("availability_impact", INTEGER, R, PERCENT));
INNER(confidentiality, "confidentiality", NULL,
	P("information_type", STRING, 0),
	P("loss_type", STRING, R),
	P("record_count", INTEGER, 0, NATURAL),
	P("record_size", INTEGER, 0, NATURAL));
INNER(external, "external", NULL,
	P("impact_type", VOCAB, R, WORDS(external_impacts)));
INNER(integrity, "integrity", NULL,
	P("alteration", STRING, R),
	P("information_type", STRING, 0),
	P("record_count", INTEGER, 0, NATURAL),
	P("record_size", INTEGER, 0, NATURAL));
RULES(monetary,
	{ ENT_R_NEEDS, "conversion_rate", "conversion_time" },
	{ ENT_R_NEEDS, "currency_actual", "currency" },
	{ ENT_R_NEEDS, "min_amount", "max_amount" },
	{ ENT_R_NEEDS, "max_amount", "min_amount" },
	{ ENT_R_NEEDS, "min_amount", "currency" });
INNER(monetary, "monetary", monetary_rules,
	P("variety", STRING, R),
	P("conversion_rate", FLOAT, 0),
	P("conversion_time", TIMESTAMP, 0),
	P("currency", STRING, 0),
	P("currency_actual", STRING, 0),
	P("max_amount", FLOAT, 0),
	P("min_amount", FLOAT, 0));
INNER(physical, "physical", NULL,
	P("impact_type", VOCAB, R, WORDS(physical_impacts)),
	P("asset_type", STRING, 0));
INNER(traceability, "traceability", NULL,
	P("traceability_impact", STRING, R));

#define EXT(key, shape)                                                                              \
	{                                                                                            \
		{ key, sizeof(key) - 1 }, "impact", NULL, shape, NULL                                \
	}
const struct ent_extension ent_impact_extensions[] = {
	EXT("availability", &availability),
	EXT("confidentiality", &confidentiality),
	EXT("external", &external),
	EXT("integrity", &integrity),
	EXT("monetary", &monetary),
	EXT("physical", &physical),
	EXT("traceability", &traceability),
	{ { NULL, 0 }, NULL, NULL, NULL, NULL },
};
/* clang-format on */

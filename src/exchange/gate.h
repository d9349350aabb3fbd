/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate.h - the one decision about what may leave (docs/exchange.md, Release and handling).
 *
 * Every rule is evaluated and reported, in order; a denial is the default, and a marking that
 * the node does not know denies.
 */
#ifndef ENT_EXCHANGE_GATE_H
#define ENT_EXCHANGE_GATE_H
#include "base/map.h"
#include "exchange/agreement.h"
#include "exchange/holdings.h"

enum ent_rule {
	ENT_RULE_AGREEMENT,  /* in force; suspended: the release is queued */
	ENT_RULE_VALID,      /* valid STIX */
	ENT_RULE_TYPE,       /* type in scope */
	ENT_RULE_MARKINGS,   /* object markings within the ceiling */
	ENT_RULE_GRANULAR,   /* granular markings within the ceiling */
	ENT_RULE_GENUINE,    /* published markings say what is published */
	ENT_RULE_REQUIRED,   /* the markings are there that the agreement asks for */
	ENT_RULE_PAP,        /* permissible actions within the ceiling */
	ENT_RULE_IEP,        /* policies of the information exchange policy framework */
	ENT_RULE_HANDLING,   /* handling codes H0 to H3, not in court */
	ENT_RULE_RELEASABLE, /* markings that say who may have it */
	ENT_RULE_PURPOSE,    /* markings that say what for */
	ENT_RULE_SOURCE,     /* it doesn't tell who the source was */
	ENT_RULE_ORIGINATOR, /* received under another agreement: onward release allowed there
	                      */
	ENT_RULE_RETENTION,  /* and not longer ago than that one lets it be kept */
	ENT_RULE_RECALL,     /* not recalled under this agreement */
	ENT_RULE_EXPIRY,     /* past its valid_until */
	ENT_RULE_QUOTA,      /* objects a day */
	ENT_RULE_REFERENCES, /* referenced objects: releasable, known already, or named as left
	                        out */
	ENT_RULE_APPROVAL,   /* two-person release */
	ENT_RULES
};

enum ent_result { ENT_PASS, ENT_DENY, ENT_QUEUE };

/* Where an agreement says what decided. */
struct ent_clause {
	struct ent_str pointer;   /* JSON Pointer into its document; absent: no agreement says
	                             it, it is a rule of every node */
	struct ent_str agreement; /* its id */
	int64_t version;          /* of the document */
};

struct ent_verdict {
	enum ent_result result;
	struct ent_str reason; /* a sentence */
	struct ent_clause clause;
};

/* A property that may not leave.  The object stays because of it, unless an extract without it
 * is made. */
struct ent_property_verdict {
	struct ent_str selector; /* as in a granular marking: "labels.[0]" */
	enum ent_rule rule;
	struct ent_verdict verdict;
};

struct ent_decision {
	enum ent_result
	    result; /* DENY if any rule denies, else QUEUE if any queues, else PASS */
	struct ent_verdict rule[ENT_RULES];
	const struct ent_property_verdict *property;
	size_t n_properties;
	bool extract; /* it is this node's own, and nothing but these properties is against it
	               */
	bool counts;  /* it is one more of the day's quota, if it goes */
	const struct ent_str *left_out; /* ids referenced and not going along */
	size_t n_left_out;
	/* marking-definitions and the like that must go along so that the receiver can read the
	 * markings */
	const struct ent_str *needs;
	size_t n_needs;
};

const char *ent_rule_name(enum ent_rule r);
const char *ent_result_name(enum ent_result r);

/*
 * Decides on one held version.  together: the ids that go along in the same call (may be NULL).
 * Memory is the arena's.  0, or an error that isn't about the object (memory, store).
 */
int ent_gate(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
             const struct ent_held *h, const struct ent_json *json,
             const struct ent_map *together, struct ent_decision *out, struct ent_err *err);
/* The same for many objects one after the other: what passes has no reasons and no clauses, and
 * costs less. */
int ent_gate_brief(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                   const struct ent_held *h, const struct ent_json *json,
                   const struct ent_map *together, struct ent_decision *out,
                   struct ent_err *err);
/* The same as ent_gate, with planned objects before it that count for the day's quota as if
 * they were on the channel. */
int ent_gate_behind(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                    const struct ent_held *h, const struct ent_json *json,
                    const struct ent_map *together, uint64_t planned, struct ent_decision *out,
                    struct ent_err *err);
/* Notes that an object was put on g's channel, inside an open write: for the quota. */
int ent_gate_sent(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                  const struct ent_held *h, struct ent_err *err);

/* Whether our own terms of an agreement allow a held version (type, markings, originator,
 * approval), whatever the agreement's state: for what was released under an earlier document.
 */
int ent_gate_terms(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                   const struct ent_held *h, const struct ent_json *json, bool *allowed,
                   struct ent_err *err);

/*
 * The other direction: whether the sender's terms allow what came from it (type, markings), and
 * whether it is the sender's to say: messages are its own and don't change, and nobody else's
 * objects get new versions (lineage.h).  0, or ENT_EDENIED with the reason, and *held: whether
 * that is because of what is held here.  Messages of the dialogue are always in scope.
 */
int ent_gate_arrival(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                     struct ent_str from, const struct ent_json *json, bool *held,
                     struct ent_err *err);

#endif

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
	ENT_RULE_ORIGINATOR, /* received under another agreement: onward release allowed there
	                      */
	ENT_RULE_REFERENCES, /* referenced objects: releasable, known already, or named as left
	                        out */
	ENT_RULE_APPROVAL,   /* two-person release */
	ENT_RULES
};

enum ent_result { ENT_PASS, ENT_DENY, ENT_QUEUE };

struct ent_verdict {
	enum ent_result result;
	struct ent_str reason; /* a sentence */
};

struct ent_decision {
	enum ent_result
	    result; /* DENY if any rule denies, else QUEUE if any queues, else PASS */
	struct ent_verdict rule[ENT_RULES];
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

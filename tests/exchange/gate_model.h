/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_model.h - the gate once more, slow and plain: from the JSON of the terms, the object and
 * the definitions to a yes or no for each rule.  It shares nothing with src/exchange/gate*.c
 * but the names of the rules.
 */
#ifndef ENT_TESTS_EXCHANGE_GATE_MODEL_H
#define ENT_TESTS_EXCHANGE_GATE_MODEL_H
#include <entente/json.h>

#include "exchange/gate.h"

/* The circumstances, as plain facts. */
struct model_facts {
	const char *state; /* of the agreement, as people call it */
	const char *parties[3];
	size_t n_parties;     /* the first is the one whose channel it is */
	const char *dialogue; /* "this", "other", or NULL */
	bool invalid, own, here, against, kept, approved, counted, recalled;
	const char *feed_tlp; /* NULL: no feed */
	int64_t sent_today;
	const char *now; /* as a timestamp of 20 characters */
	const char *known[8];
	size_t n_known; /* ids that the counterparts have */
};

struct model_verdict {
	enum ent_result result, rule[ENT_RULES];
	size_t parts; /* granular markings that have something against them */
	bool extract;
};

void model_judge(const struct ent_json *terms, const struct ent_json *object,
                 const struct ent_json *const *definitions, size_t n,
                 const struct model_facts *f, struct model_verdict *out);

#endif

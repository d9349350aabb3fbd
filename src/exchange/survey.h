/* SPDX-License-Identifier: Apache-2.0 */
/*
 * survey.h - the gate asked about everything at once: what a counterpart sees of this node,
 * what it would see, and what is kept from it and by which rule.
 *
 * Nothing is written and nothing is released.
 */
#ifndef ENT_EXCHANGE_SURVEY_H
#define ENT_EXCHANGE_SURVEY_H
#include "exchange/gate.h"

enum ent_survey_of {
	ENT_SURVEY_HOLDINGS, /* every own object's newest version; messages are not among them
	                      */
	ENT_SURVEY_CHANNEL   /* what stands on our channel and the counterpart has not receipted
	                      */
};

#define ENT_SURVEY_REASON 160
#define ENT_SURVEY_ID     300 /* bytes: a type is at most 250 long */

/* What one rule keeps back; an object that several rules keep back is counted with each. */
struct ent_survey_rule {
	size_t count;
	char example[ENT_SURVEY_ID];    /* the first of them, by its place in the store */
	char reason[ENT_SURVEY_REASON]; /* of that one, cut where it is longer */
	uint64_t oid;
};

struct ent_survey {
	size_t objects;    /* that were looked at */
	size_t on_channel; /* of the holdings: there already, and not judged */
	size_t passes;     /* allowed, whatever the agreement's state */
	size_t denied;     /* by one rule or more */
	uint64_t bytes;    /* of those that pass */
	size_t expired;    /* of those that pass: indicators that are past their valid_until */
	struct ent_survey_rule rule[ENT_RULES]; /* ENT_RULE_AGREEMENT stays empty */
};

struct ent_survey_options {
	enum ent_survey_of of;
	bool again;     /* of the holdings: what is on the channel is judged too */
	uint64_t after; /* of a channel: the number behind which it begins */
	int threads;    /* 0: as many as there are cores; one where the database is in memory */
	/* Told of each object that is judged, with its decision, and NULL of one that is on the
	 * channel; from one thread at a time, in no particular order.  Both may be NULL. */
	void (*each)(void *self, const struct ent_held *h, const struct ent_decision *d);
	void (*progress)(void *self, size_t done);
	void *self;
};

/*
 * What the agreement's state says is left out of the verdicts: it is one fact about all of
 * them.  Each object is judged as if it were released alone.
 */
int ent_survey(struct ent_exchange *x, const struct ent_agreement *g,
               const struct ent_survey_options *o, struct ent_survey *out, struct ent_err *err);

#endif

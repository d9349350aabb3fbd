/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rehearsal.h - before a suspended agreement is resumed: what would flow, what has expired,
 * what the gate would keep back, which keys changed (docs/exchange.md, Rehearsal).
 *
 * Each party computes and signs its own part.  The parts of all parties for the same open
 * suspensions are one report, the same on every node, and a resumption can name its hash.
 */
#ifndef ENT_EXCHANGE_REHEARSAL_H
#define ENT_EXCHANGE_REHEARSAL_H
#include "exchange/survey.h"

/* A rule that would keep back what waits. */
struct ent_rehearsed_rule {
	struct ent_str rule;
	int64_t objects;
};
/* A party's keys, as the author of the part knows them. */
struct ent_rehearsed_key {
	struct ent_str party, fingerprint, since;
	bool changed,
	    stands; /* since the first suspension; whether something may pass under it */
};

/* One party's part. */
struct ent_rehearsal {
	struct ent_str sha256, by, at, document;
	int64_t when;                                          /* at, in microseconds */
	struct ent_str suspensions[ENT_SUSPENSIONS_REHEARSED]; /* hex, ascending */
	size_t n_suspensions;
	int64_t waits, bytes; /* entries that no counterpart has receipted, and what they are */
	int64_t expired;      /* of them: past their valid_until */
	int64_t approval;     /* of them: they need two people, and have not had them */
	int64_t kept_back;    /* of them: the gate would not let them go today */
	struct ent_rehearsed_rule rule[ENT_RULES];
	struct ent_rehearsed_key key[ENT_PARTIES_MAX];
	size_t rules, keys;
};

/* Where the rehearsals of an agreement's parties stand. */
struct ent_rehearsal_report {
	struct ent_rehearsal part[ENT_PARTIES_MAX]; /* by party, in the document's order; .by
	                                               absent: that one hasn't rehearsed */
	bool complete;
	struct ent_str json,
	    sha256; /* the report in canonical form and its hash; only if complete
	             */
};

/* Computes this node's part, signs and keeps it, as a dispatch.  ENT_ESTATE if nothing is
 * suspended.  progress may be NULL. */
int ent_rehearse(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                 void (*progress)(void *self, size_t done), void *self,
                 struct ent_rehearsal *out, struct ent_err *err);
/* The newest part of each party for the suspensions that are open. */
int ent_rehearsal_report(struct ent_exchange *x, struct ent_arena *a,
                         const struct ent_agreement *g, struct ent_rehearsal_report *out,
                         struct ent_err *err);

#endif

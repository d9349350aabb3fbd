/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_core.h - the gate's rules as pure functions: what an object says of itself, the terms of
 * an agreement and the circumstances go in, a ruling for each rule comes out.
 *
 * No store and no clock: gate_world.c finds the circumstances, gate_words.c says the rulings in
 * words.  Judging takes no memory, so that one object can be judged under many agreements.
 */
#ifndef ENT_EXCHANGE_GATE_CORE_H
#define ENT_EXCHANGE_GATE_CORE_H
#include "exchange/approval.h"
#include "exchange/gate.h"
#include "exchange/handling.h"

/* A marking where it stands. */
struct ent_gate_mark {
	struct ent_str id;       /* absent: not an identifier */
	struct ent_str selector; /* absent: it holds for the whole object */
	enum ent_tlp tlp;
	enum ent_pap pap;
	const struct ent_handling *says; /* its definition; NULL: not known here */
};

/* A reference: the member that it stands in, and what it names.  Each id once. */
struct ent_gate_ref {
	struct ent_str member, id;
};

/* All that the rules look at of one object. */
struct ent_gate_object {
	struct ent_str id, type, created_by;
	struct ent_str invalid;   /* the first error by the STIX tables; absent: none */
	enum ent_tlp tlp;         /* the object is that TLP marking itself */
	struct ent_handling self; /* what it says, if it is a marking definition */
	struct ent_gate_mark *marks;
	size_t n_marks;
	struct ent_gate_ref *refs;
	size_t n_refs;
	const struct ent_json *places; /* where_sighted_refs */
	struct ent_str precise[4]; /* members that say when it was seen, to less than a day */
	size_t n_precise;
	int64_t valid_until; /* microseconds; INT64_MAX: it says none */
};

/* Where the definitions of markings are found: NULL, or one that lasts as long as the arena.
 * ENT_ENOMEM and the store's failures end the reading. */
struct ent_gate_definitions {
	int (*find)(void *self, struct ent_str id, const struct ent_handling **out,
	            struct ent_err *err);
	void *self;
};
/* Reads an object; check: also whether it is valid STIX.  What it has is the tree's and the
 * arena's. */
int ent_gate_object_read(struct ent_arena *a, const struct ent_json *v, bool check,
                         const struct ent_gate_definitions *d, struct ent_gate_object *out,
                         struct ent_err *err);

/* The circumstances under which an object is to leave by one party's channel of an agreement.
 */
struct ent_gate_case {
	const struct ent_agreement *g;
	size_t party; /* whose channel it is */
	int64_t now;  /* INT64_MIN: dates are not looked at */

	struct ent_str dialogue; /* for which agreement this node wrote it; absent: no message
	                          */
	bool own, here;          /* it is this node's own; it came under this agreement */
	struct ent_str feed;     /* the feed that counts it as feed_tlp; absent: none */
	enum ent_tlp feed_tlp;
	struct ent_str against;      /* a source that doesn't allow onward release */
	struct ent_str against_name; /* as people know it */
	struct ent_clause onward;    /* where that is said; .pointer absent: nowhere */
	struct ent_str kept;         /* the agreement under which its time here is over; absent:
	                                none */
	struct ent_clause retention; /* where that is said */
	bool approved;               /* by a second person */
	bool asked; /* one person has asked for it: approval has who and when */
	struct ent_approval approval;
	bool recalled; /* under this agreement, by this node */
	bool counted;  /* it is on the channel, and in the day's count, already */
	uint64_t sent_today;
	const bool *known; /* of each reference: the counterparts have what it names; NULL: all
	                    */
};

/* Why a rule decided as it did: gate_words.c has a text and a clause for each. */
enum ent_why {
	ENT_WHY_IN_FORCE,
	ENT_WHY_WAITS,
	ENT_WHY_NOT_IN_FORCE,
	ENT_WHY_VALID,
	ENT_WHY_INVALID,
	ENT_WHY_DIALOGUE_OTHER,
	ENT_WHY_DIALOGUE,
	ENT_WHY_TYPE,
	ENT_WHY_TYPE_MARKING,
	ENT_WHY_TYPE_NOT,
	ENT_WHY_MARK_UNREADABLE,
	ENT_WHY_TLP_ABOVE,
	ENT_WHY_MARK_UNKNOWN,
	ENT_WHY_TLP_WITHIN,
	ENT_WHY_MARK_ITSELF,
	ENT_WHY_UNMARKED_NOT,
	ENT_WHY_UNMARKED_FEED,
	ENT_WHY_UNMARKED_ABOVE,
	ENT_WHY_UNMARKED,
	ENT_WHY_GRANULAR,
	ENT_WHY_GRANULAR_NONE,
	ENT_WHY_FORGED,
	ENT_WHY_FORGED_ITSELF,
	ENT_WHY_GENUINE,
	ENT_WHY_REQUIRED_MISSING,
	ENT_WHY_REQUIRED,
	ENT_WHY_REQUIRED_NONE,
	ENT_WHY_REQUIRED_EXEMPT,
	ENT_WHY_PAP_ABOVE,
	ENT_WHY_PAP,
	ENT_WHY_PAP_NONE,
	ENT_WHY_IEP_UNREADABLE,
	ENT_WHY_IEP_ABOVE,
	ENT_WHY_IEP_EARLY,
	ENT_WHY_IEP_OVER,
	ENT_WHY_IEP,
	ENT_WHY_IEP_NONE,
	ENT_WHY_CODES_UNREADABLE,
	ENT_WHY_CODE_NOT,
	ENT_WHY_CODE_COURT,
	ENT_WHY_CODE_PERMISSION,
	ENT_WHY_CODES,
	ENT_WHY_CODES_NONE,
	ENT_WHY_RELEASABLE_NOT,
	ENT_WHY_RELEASABLE,
	ENT_WHY_RELEASABLE_NONE,
	ENT_WHY_PURPOSE_UNBOUND,
	ENT_WHY_PURPOSE_NOT,
	ENT_WHY_PURPOSE,
	ENT_WHY_PURPOSE_NONE,
	ENT_WHY_SOURCE_ITSELF,
	ENT_WHY_SOURCE_NAMED,
	ENT_WHY_SOURCE_PLACE,
	ENT_WHY_SOURCE_TIME,
	ENT_WHY_SOURCE,
	ENT_WHY_SOURCE_NONE,
	ENT_WHY_OWN,
	ENT_WHY_CAME_HERE,
	ENT_WHY_ONWARD,
	ENT_WHY_ONWARD_NOT,
	ENT_WHY_KEPT_TOO_LONG,
	ENT_WHY_KEPT,
	ENT_WHY_RECALLED,
	ENT_WHY_NOT_RECALLED,
	ENT_WHY_EXPIRED,
	ENT_WHY_EXPIRED_MAY,
	ENT_WHY_LASTS,
	ENT_WHY_QUOTA_USED,
	ENT_WHY_QUOTA,
	ENT_WHY_QUOTA_NONE,
	ENT_WHY_REFS,
	ENT_WHY_REFS_LEFT_OUT,
	ENT_WHY_REFS_BETRAY,
	ENT_WHY_REFS_NOT,
	ENT_WHY_ONE_PERSON,
	ENT_WHY_TWO_PEOPLE,
	ENT_WHY_TWO_PEOPLE_NOT,
	ENT_WHY_TWO_PEOPLE_WAIT,
	ENT_WHY_TWO_PEOPLE_REFUSED,
	ENT_WHY_TWO_PEOPLE_MARKING,
	ENT_WHYS
};

struct ent_ruling {
	enum ent_result result;
	enum ent_why why;
	size_t at; /* the mark, the reference, the required marking or the purpose that decided
	            */
	unsigned detail; /* a handling code, a party, a level */
};

struct ent_judgement {
	enum ent_result result; /* as of struct ent_decision */
	struct ent_ruling rule[ENT_RULES];
};

/* When a rule is asked. */
enum ent_gate_when {
	ENT_GATE_RELEASE = 1,  /* an object is to go on the channel */
	ENT_GATE_STANDING = 2, /* it is on the channel, and other terms hold */
	ENT_GATE_ARRIVAL = 4   /* it came from the party whose channel it is */
};
/* Judges by the rules of one occasion; the others pass.  Memory: none. */
void ent_gate_judge(const struct ent_gate_object *o, const struct ent_gate_case *c,
                    enum ent_gate_when when, struct ent_judgement *out);

/* What one mark has against it by itself, by the rules MARKINGS to PURPOSE; ENT_RULES: nothing.
 */
enum ent_rule ent_gate_mark_judge(const struct ent_gate_object *o,
                                  const struct ent_gate_case *c, size_t mark,
                                  struct ent_ruling *out);
/* Whether a text is one of a list. */
bool ent_gate_listed(const struct ent_str *list, size_t n, struct ent_str s);
/* Whether a marking goes along with what it marks: the terms know it. */
bool ent_gate_mark_known(const struct ent_terms *t, const struct ent_gate_mark *m);

/* A ruling in words, with the clause that decides it.  ENT_ENOMEM. */
int ent_gate_words(struct ent_arena *a, const struct ent_gate_object *o,
                   const struct ent_gate_case *c, const struct ent_ruling *r,
                   struct ent_verdict *out, struct ent_err *err);
/* All of a judgement: rulings, properties, what is left out and what must go along.  brief:
 * words for what doesn't pass alone.  ENT_ENOMEM. */
int ent_gate_decide(struct ent_arena *a, const struct ent_gate_object *o,
                    const struct ent_gate_case *c, const struct ent_judgement *j, bool brief,
                    struct ent_decision *out, struct ent_err *err);

#endif

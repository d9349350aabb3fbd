/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_terms.h - what an agreement asks of the gate beyond types and TLP (docs/handling.md).
 */
#ifndef ENT_EXCHANGE_GATE_TERMS_H
#define ENT_EXCHANGE_GATE_TERMS_H
#include "exchange/handling.h"
#include "json/write.h"

/* What an object that refers to something that stays may do. */
enum ent_references {
	ENT_REFERENCES_NAME,   /* go, with the reference in it */
	ENT_REFERENCES_SILENT, /* not go with that reference: an extract without it may */
	ENT_REFERENCES_DENY    /* not go */
};

/* Of one party's channel.  All zero: as a document that has none of these members. */
struct ent_gate_limits {
	const struct ent_str *purposes; /* what the receivers may use it for; none: not said */
	size_t n_purposes;
	const struct ent_str *required; /* markings that each object must have */
	size_t n_required;
	bool handles;         /* handling codes are read, and those of handling may cross */
	unsigned handling;    /* ENT_H() of each */
	enum ent_pap pap_max; /* ENT_PAP_NONE: PAP markings are unknown */
	bool iep;             /* IEP policies are read */
	int64_t quota_day;    /* objects a day; 0: no limit */
	bool no_expired;      /* what is past its valid_until stays */
	enum ent_references references;
	bool protect_source; /* nothing that tells who the source was */
};

const char *ent_references_name(enum ent_references r);
/* Reads the members out of one party's terms; ENT_EUNUSABLE with what is wrong. */
int ent_gate_limits_read(struct ent_arena *a, const struct ent_json *terms,
                         struct ent_gate_limits *out, struct ent_err *err);
/* Writes those that are there, inside the object of the terms. */
void ent_gate_limits_write(struct ent_jw *w, const struct ent_gate_limits *l);

/* For people, a line for each member that is there: "at most 500 objects a day\n"; "" if none
 * is. Absent if memory ran out. */
struct ent_str ent_gate_limits_words(struct ent_arena *a, const struct ent_gate_limits *l);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attack.h - attacks, attempts and plots: the words and numbers of their codes, and an incident
 * with Incident Core and the attack record (docs/extensions) written from plain data.
 *
 * Reports (wire_attack.c), tables (gtd.c) and people (cli/incident_add.c) all come through
 * here.
 */
#ifndef ENT_INTAKE_ATTACK_H
#define ENT_INTAKE_ATTACK_H
#include "json/write.h"

#define ENT_INCIDENT_CORE "extension-definition--ef765651-680c-498d-9894-99799f2fa126"
#define ENT_ATTACK_RECORD "extension-definition--7f5f05e1-1d92-4790-af3e-a379fd251eee"

/* A code of the Global Terrorism Database: its number, our word, its own name. */
struct ent_attack_code {
	int number;
	const char *word, *name;
};
enum ent_attack_codes {
	ENT_CODES_ATTACK,
	ENT_CODES_TARGET,
	ENT_CODES_WEAPON,
	ENT_CODES_REGION,
	ENT_CODES_CLAIM_MODE,
	ENT_CODES_PHASE, /* numbers are ours: the order in which it happens */
	ENT_CODES_COUNT
};
/* The i-th of a table; NULL where there are fewer. */
const struct ent_attack_code *ent_attack_code_at(enum ent_attack_codes t, size_t i);
/* By number; by word, name or number as text; NULL if there is none. */
const struct ent_attack_code *ent_attack_code(enum ent_attack_codes t, int64_t number);
const struct ent_attack_code *ent_attack_code_find(enum ent_attack_codes t, struct ent_str s);
/* "attack type", for messages. */
const char *ent_attack_codes_name(enum ent_attack_codes t);

/* What Incident Core's "determination" is for a phase. */
const char *ent_attack_determination(struct ent_str phase);

enum ent_maybe { ENT_MAYBE, ENT_IS, ENT_IS_NOT }; /* not said; yes; no */

struct ent_attack_claim {
	const char *quantity;    /* "killed" */
	int64_t value, highest;  /* highest -1: no range */
	const char *bound;       /* NULL: exact */
	enum ent_maybe includes; /* the perpetrators among them */
	struct ent_str source, url, text,
	    date;             /* of the source; all but the first may be absent */
	struct ent_str as_of; /* the day for which it was said; may be absent */
};

/* Text that is absent isn't written. */
struct ent_attack_place {
	struct ent_str location; /* id of the location; absent: there is no place at all */
	const char *role;
	struct ent_str country, province, city, detail;
	const struct ent_attack_code *region;
	bool located;
	double latitude, longitude;
	int specificity; /* 1 to 5; 0: not said */
	enum ent_maybe vicinity;
};

struct ent_attack_group {
	struct ent_str actor; /* id */
	struct ent_str name, subgroup;
	int64_t count; /* -1: not said */
	enum ent_maybe uncertain, claimed;
	const struct ent_attack_code *mode; /* of the claim of responsibility; NULL: not said */
};

struct ent_attack_link {
	struct ent_str ref;  /* id of an object, or the UUID of a thread */
	struct ent_str role; /* "tip", "outcome" */
};

#define ENT_ATTACK_TYPES  3
#define ENT_ATTACK_MANY   4
#define ENT_ATTACK_CLAIMS 64
struct ent_attack {
	struct ent_str id, created_by, created, marking; /* marking may be absent */
	struct ent_str name, description;
	struct ent_str source_name, external_id; /* of the reference; may be absent */
	const char *phase;
	struct ent_str date, end_date; /* as many parts as are known */
	struct ent_str time, zone;     /* "HH" or "HH:MM", local; "+02:00" or a name */
	bool approximate;
	enum ent_maybe suicide;
	const struct ent_attack_code *attacks[ENT_ATTACK_MANY], *targets[ENT_ATTACK_MANY],
	    *weapons[ENT_ATTACK_MANY];
	struct ent_attack_place place;
	struct ent_attack_group groups[ENT_ATTACK_MANY];
	size_t n_groups;
	struct ent_attack_claim claims[ENT_ATTACK_CLAIMS];
	size_t n_claims;
	struct ent_attack_link links[ENT_ATTACK_MANY * 4];
	size_t n_links;
};

/* The object; "modified" is as "created". */
void ent_attack_put(struct ent_jw *w, const struct ent_attack *x);
/* A claim, as it stands in the record. */
void ent_attack_put_claim(struct ent_jw *w, const struct ent_attack_claim *c);
/* A location and an intrusion set that an attack refers to. */
void ent_attack_put_location(struct ent_jw *w, const struct ent_attack *x);
void ent_attack_put_actor(struct ent_jw *w, const struct ent_attack *x, struct ent_str id,
                          struct ent_str name);

/* The attack record of an incident; NULL if it has none, or is none. */
const struct ent_json *ent_attack_record(const struct ent_json *incident);
/*
 * The extensions of the next version of an incident, as it was held and as it shall be (the
 * same one where only a claim or a link is added).  Claims of was stay if keep() says so (NULL:
 * all); behind them come those of now, and more (may be NULL).  Equal claims are there once;
 * links stay, and link (may be NULL) is added.  a is for comparing.
 */
struct ent_attack_next {
	const struct ent_json *was, *now;
	bool (*keep)(void *self, const struct ent_json *claim);
	void *self;
	const struct ent_json *more;
	const struct ent_attack_link *link;
};
void ent_attack_put_next(struct ent_jw *w, struct ent_arena *a,
                         const struct ent_attack_next *n);

/* A day or part of one that the calendar has: YYYY, YYYY-MM, YYYY-MM-DD, years 1 to 9999. */
bool ent_attack_date_ok(struct ent_str s);
/* "HH" or "HH:MM". */
bool ent_attack_time_ok(struct ent_str s);
/* "+02:00", "Z" or a name such as Europe/Berlin. */
bool ent_attack_zone_ok(struct ent_str s);
/* No control characters but tab and line feed, and UTF-8. */
bool ent_attack_text_ok(struct ent_str s);

/* ---- figures ---- */

/* What the claims of a quantity say together: their range, never a mean. */
struct ent_attack_range {
	size_t claims;
	int64_t low, high;
	bool open; /* one of them says "at least" or "more than" */
};
struct ent_attack_range ent_attack_range(const struct ent_json *record, const char *quantity);
/* "2,977 to 2,997", "6,000 or more", "not known"; absent if the arena is full. */
struct ent_str ent_attack_range_text(struct ent_arena *a, const struct ent_attack_range *r);

#endif

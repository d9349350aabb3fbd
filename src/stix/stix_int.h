/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_int.h - the tables of types, and what the files that check against them share.
 */
#ifndef ENT_STIX_STIX_INT_H
#define ENT_STIX_STIX_INT_H
#include <stdarg.h>

#include <entente/stix.h>

/* ---- findings ---- */

/* One row of the table in findings.c each, in this order; docs/findings.md lists them all. */
enum ent_rule {
	ENT_R_OBJECT,
	ENT_R_REQUIRED,
	ENT_R_KIND,
	ENT_R_NULL,
	ENT_R_EMPTY,
	ENT_R_TYPE,
	ENT_R_ID,
	ENT_R_ID_TYPE,
	ENT_R_ID_SCO,
	ENT_R_SPEC,
	ENT_R_TIME,
	ENT_R_TIME_ORDER,
	ENT_R_RANGE,
	ENT_R_ENUM,
	ENT_R_VALUE,
	ENT_R_HASH_NAME,
	ENT_R_HASH_VALUE,
	ENT_R_HEX,
	ENT_R_BASE64,
	ENT_R_LANG,
	ENT_R_URL,
	ENT_R_REF,
	ENT_R_REF_TYPE,
	ENT_R_EXTERNAL,
	ENT_R_SELECTOR,
	ENT_R_GRANULAR,
	ENT_R_SELF_MARKING,
	ENT_R_TLP,
	ENT_R_EXTENSION_KEY,
	ENT_R_EXTENSION_TYPE,
	ENT_R_NAME,
	ENT_R_RESERVED,
	ENT_R_ONE_OF,
	ENT_R_NOT_BOTH,
	ENT_R_NEEDS,
	ENT_R_PATTERN,
	ENT_R_CONTENTS,
	ENT_R_DEPTH,
	ENT_R_UUID,
	ENT_R_VOCABULARY,
	ENT_R_UNDEFINED,
	ENT_R_DEPRECATED,
	ENT_RULES
};

struct ent_rule_text {
	const char *code;
	enum ent_severity severity;
	const char *section; /* "": the section of the type at hand */
};
const struct ent_rule_text *ent_rule_text(enum ent_rule r);

/* Where in an object: from the leaf up to the object itself, which is NULL.  On the stack of
 * who checks. */
struct ent_path {
	const struct ent_path *up;
	struct ent_str name; /* absent: an element of a list */
	size_t index;
};

struct ent_check {
	const struct ent_json *root;
	const struct ent_type *type; /* NULL: not in the tables */
	struct ent_str id_type;      /* the value of "type" */
	const char *section;
	struct ent_findings *f;
	unsigned depth;
	bool full; /* the arena is */
};

/* Adds a finding at a place; fmt makes its one sentence. */
void ent_find(struct ent_check *c, const struct ent_path *at, enum ent_rule rule,
              const char *fmt, ...) ENT_PRINTF(4, 5);

/* ---- tables ---- */

struct ent_prop;

struct ent_type {
	const char *name;
	enum ent_stix_class class_;
	const char *section;
	const struct ent_prop *props; /* ended by a row without a name */
	void (*rules)(struct ent_check *c, const struct ent_json *v, const struct ent_path *at);
	const char
	    *contributing; /* to the id of an SCO, in order of their names, blanks between */
};

/* NULL if the tables don't have it. */
const struct ent_type *ent_type_of(struct ent_str name);
/* All types, in the order of their names. */
const struct ent_type *ent_type_at(size_t i);

/* Whether word stands in a list of words with blanks between. */
bool ent_word_in(struct ent_str word, const char *list);

#endif

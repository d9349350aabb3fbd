/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern.h - the STIX pattern language: text to tree and back (STIX 2.1, 9).
 *
 * The tree lives in the caller's arena, and its texts point into the pattern or into the arena.
 * Parsing takes time and memory linear in the text, times the depth where types are compared.
 * Depth is bounded by ENT_PATTERN_DEPTH, length by ENT_PATTERN_MAX.
 */
#ifndef ENT_PATTERN_PATTERN_H
#define ENT_PATTERN_PATTERN_H

#include <entente/arena.h>

enum ent_pat_version { ENT_PAT_20, ENT_PAT_21 };

/* From the loosest to the tightest. */
enum ent_pat_kind {
	ENT_PAT_FOLLOWEDBY,
	ENT_PAT_OBS_OR,
	ENT_PAT_OBS_AND,
	ENT_PAT_QUALIFIED, /* one child; within, repeats, start and stop as far as has says */
	ENT_PAT_OBS,       /* [ ]: one child */
	ENT_PAT_OR,
	ENT_PAT_AND,
	ENT_PAT_TEST,
};

enum ent_pat_op {
	ENT_PAT_EQ,
	ENT_PAT_NE,
	ENT_PAT_GT,
	ENT_PAT_LT,
	ENT_PAT_GE,
	ENT_PAT_LE,
	ENT_PAT_IN,
	ENT_PAT_LIKE,
	ENT_PAT_MATCHES,
	ENT_PAT_ISSUBSET,
	ENT_PAT_ISSUPERSET,
	ENT_PAT_EXISTS,
};

enum ent_pat_type {
	ENT_PAT_INT,
	ENT_PAT_FLOAT,
	ENT_PAT_STRING,
	ENT_PAT_BOOL,
	ENT_PAT_HEX,
	ENT_PAT_BIN,
	ENT_PAT_TIME
};

/* A literal.  text is a string's characters without escapes, a number or true/false as
 * written, and what stands between the quotes of h'', b'' and t''. */
struct ent_pat_value {
	enum ent_pat_type type;
	struct ent_str text;
	size_t pos;
	struct ent_pat_value *next; /* of a set */
};

enum ent_pat_step_kind { ENT_PAT_NAME, ENT_PAT_INDEX, ENT_PAT_ANY };

struct ent_pat_step {
	enum ent_pat_step_kind kind;
	struct ent_str text; /* the name, or the index as written */
	struct ent_pat_step *next;
};

enum { ENT_PAT_WITHIN = 1, ENT_PAT_REPEATS = 2, ENT_PAT_STARTSTOP = 4 };

struct ent_pat_node {
	enum ent_pat_kind kind;
	size_t pos; /* where it begins in the text */
	struct ent_pat_node *child, *next;
	/* ENT_PAT_TEST */
	enum ent_pat_op op;
	bool negated;
	struct ent_str type; /* the object type */
	struct ent_pat_step *path;
	struct ent_pat_value *value; /* NULL for EXISTS and for an empty set */
	/* ENT_PAT_QUALIFIED; order holds the kinds as written, the first in the lowest 4 bits
	 */
	unsigned has, order;
	struct ent_str within, repeats; /* numbers as written, above zero */
	struct ent_str start, stop;
};

/*
 * Parses text.  ENT_EPARSE, or ENT_ELIMIT where it is longer or deeper than allowed: then *pos
 * (if not NULL) is the byte where, and err says line, column, what was expected and found.
 * Refused besides what the grammar refuses: AND over object types that no object can have at
 * once, a hash of the wrong length, sets of mixed types, WITHIN and REPEATS of zero.
 */
int ent_pattern_parse(struct ent_arena *a, struct ent_str text, enum ent_pat_version version,
                      struct ent_pat_node **out, size_t *pos, struct ent_err *err);

/*
 * As ent_pattern_parse, for those who match and do not judge: a qualifier may stand again, up
 * to eight times, as if what is before it were in parentheses.  The standard has it once; the
 * reference's matcher takes it.
 */
int ent_pattern_parse_loose(struct ent_arena *a, struct ent_str text,
                            enum ent_pat_version version, struct ent_pat_node **out,
                            size_t *pos, struct ent_err *err);

/* The pattern in its one canonical spelling, which parses to the same tree; absent if memory
 * ran out. */
struct ent_str ent_pattern_print(struct ent_arena *a, const struct ent_pat_node *n,
                                 enum ent_pat_version version);

/* The pattern in plain words, a line for each part, indented by how deep it stands; long values
 * and sets are cut.  Absent if memory ran out. */
struct ent_str ent_pattern_explain(struct ent_arena *a, const struct ent_pat_node *n);

/* Line and column of a byte, both from 1; columns count characters. */
void ent_pattern_place(struct ent_str text, size_t pos, size_t *line, size_t *column);

/* The line (or a part around the place) and under it a caret; absent if memory ran out. */
struct ent_str ent_pattern_caret(struct ent_arena *a, struct ent_str text, size_t pos);

#endif

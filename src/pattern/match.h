/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match.h - does observed data satisfy a pattern, and by what (STIX 2.1, 9.5 to 9.7)?
 *
 * Where the text leaves room, the judged cases of the reference decide:
 * - an observed-data is an interval; a temporal test holds if some choice of one instant from
 *   each interval passes it.  WITHIN is inclusive: 5 seconds apart is WITHIN 5 SECONDS.
 * - number_observed n lets one observed-data stand for n observations.
 * - NOT negates what the comparison of each single value gives, also where the types differ.
 *   A path that isn't there is false, with and without NOT; EXISTS alone may be negated.
 * - A list or dictionary as a whole compares with nothing.
 * - t'..' compared with a string that is no time can't be evaluated: ENT_EUNUSABLE.
 *
 * Time.  Let P be the pattern's bytes, S those of the observed data, N the number of
 * observed-data objects.  Comparisons take at most O(P * S) for each object that has the type
 * (a reference is followed once for each step and object, so circles end), and MATCHES at most
 * ENT_REGEX_STEPS of PCRE2 each.  Observation expressions take O(P * N log N) for each level of
 * parentheses where no observation satisfies two of the brackets, and REPEATS, if it is of
 * more than brackets, stands around the whole and observations are instants.  Elsewhere copies
 * of REPEATS are taken one by one (O(copies * P * N log N), for each window of a WITHIN around
 * them), and what doesn't find enough so is not decided: which
 * bracket takes which observation is a flow problem for each choice of windows.  In general
 * that is NP-hard (three observations a branch of OR, AND over the branches: 3-dimensional
 * matching), so the search ends after ENT_MATCH_STEPS with ENT_ELIMIT.  It never answers
 * wrongly.
 */
#ifndef ENT_PATTERN_MATCH_H
#define ENT_PATTERN_MATCH_H
#include <entente/pattern.h>

#include "pattern/pattern.h"

/* ---- observed data ---- */

struct ent_sighted {
	const struct ent_json *object;
	struct ent_str id, type; /* id: the key, in the deprecated form */
};

/* One observed-data with the objects that it refers to. */
struct ent_observed {
	const struct ent_json *data;
	int64_t first, last; /* microseconds; finer digits are cut */
	uint64_t count;      /* number_observed */
	struct ent_sighted *objects;
	size_t n;
	struct ent_map *ids; /* to objects; NULL if there are few */
};

struct ent_observations {
	struct ent_observed *list;
	size_t n;
};

/*
 * Takes the observed-data of a list of bundles, in object_refs and in the deprecated form, in
 * document order; everything is borrowed from the tree and a.  Objects that are not in the same
 * bundle are left out.  ENT_EPARSE where a bundle or observed-data is none.
 */
int ent_observations_read(struct ent_arena *a, const struct ent_json *bundles,
                          struct ent_observations *out, struct ent_err *err);

/* ---- patterns ---- */

/* A pattern made ready.  It has scratch memory: one thread at a time. */
struct ent_matcher;

/*
 * The tree and its text must live as long as the matcher.  ENT_EINVAL where a constant can't be
 * used: a regular expression that PCRE2 refuses, no address behind ISSUBSET; ENT_ENOMEM.
 */
int ent_matcher_new(const struct ent_pat_node *tree, struct ent_matcher **out,
                    struct ent_err *err);
void ent_matcher_free(struct ent_matcher *m); /* NULL is fine */

/*
 * 1 if o satisfies the pattern, 0 if not; ENT_EUNUSABLE where a value can't be compared,
 * ENT_ELIMIT where it takes more steps than allowed, ENT_ENOMEM.  hits (NULL: not wanted) is
 * one set of observations that satisfies it, in a.
 */
int ent_match(struct ent_matcher *m, const struct ent_observations *o, struct ent_arena *a,
              struct ent_hits *hits, struct ent_err *err);

/* Whether o satisfies one bracket alone, the first in the tree: 1, 0 or an error, and in
 * *object by which of its objects. */
int ent_match_one(struct ent_matcher *m, const struct ent_observed *o, size_t *object,
                  struct ent_err *err);

#endif

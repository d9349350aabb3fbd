/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern.h - STIX patterns (STIX 2.1, 9): one against observed data, or a hundred thousand
 * against a stream of observations.
 *
 * Patterns are of STIX 2.1; one that isn't is read by the grammar of 2.0.  Everything here
 * belongs to one thread at a time.  docs/pattern.md has the semantics and the bounds.
 */
#ifndef ENTENTE_PATTERN_H
#define ENTENTE_PATTERN_H
#include <entente/json.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- one pattern ---- */

struct ent_pattern;

/*
 * Reads a pattern (the text is copied) and makes it ready.  ENT_EPARSE or ENT_ELIMIT as the
 * grammar says, with *pos (NULL: not wanted) the byte where; ENT_EINVAL where a constant can't
 * be used, as a regular expression that is none; ENT_ENOMEM.
 */
ENT_API int ent_pattern_new(struct ent_str text, struct ent_pattern **out, size_t *pos,
                            struct ent_err *err) ENT_MUST;
ENT_API void ent_pattern_free(struct ent_pattern *p); /* NULL is fine */

/* An observation that a match is made of. */
struct ent_hit {
	size_t observed; /* which */
	size_t object;   /* the object in it that satisfied the bracket */
	size_t pos;      /* of that bracket in the pattern's text */
	uint64_t times;  /* for how many observations it stands */
};

struct ent_hits {
	const struct ent_hit *list;
	size_t n;
};

/*
 * Whether observed data satisfy the pattern: 1 or 0.  bundles is an array of bundles, each with
 * observed-data and the objects that they refer to; hits (NULL: not wanted) counts both in the
 * order of the text, and is in a.  ENT_EPARSE where bundles are none, ENT_EUNUSABLE where a
 * value can't be compared, ENT_ELIMIT where it takes too many steps, ENT_ENOMEM.
 */
ENT_API int ent_pattern_match(struct ent_pattern *p, const struct ent_json *bundles,
                              struct ent_arena *a, struct ent_hits *hits, struct ent_err *err);

/* ---- many patterns ---- */

/* Patterns by key, and what those that are about time keep of the stream. */
struct ent_pattern_set;

/* 0 is the default, for each. */
struct ent_pattern_set_limits {
	size_t bytes;      /* of everything: 512 MiB */
	size_t kept;       /* observations that are kept for one pattern: 4,096 */
	int64_t lateness;  /* microseconds that an observation may come late: 60 seconds */
	bool exact_hashes; /* else the case of MD5, SHA-1, SHA-2 and SHA-3 hashes is nothing */
};

/* limits: NULL is all defaults. */
ENT_API int ent_pattern_set_new(const struct ent_pattern_set_limits *limits,
                                struct ent_pattern_set **out, struct ent_err *err) ENT_MUST;
ENT_API void ent_pattern_set_free(struct ent_pattern_set *s); /* NULL is fine */

/*
 * Adds a pattern, whose text is copied.  The others aren't touched.  As ent_pattern_new;
 * ENT_EEXIST where there is one with that key, ENT_ELIMIT also where the set is full or the
 * pattern needs more observations than are kept.  On failure the set is as it was.
 */
ENT_API int ent_pattern_set_add(struct ent_pattern_set *s, uint64_t key, struct ent_str pattern,
                                struct ent_err *err) ENT_MUST;
/* False if there is none.  What it has kept of the stream goes with it. */
ENT_API bool ent_pattern_set_remove(struct ent_pattern_set *s, uint64_t key);

/* What was seen: an observed-data, and the objects (SCOs) that it refers to. */
struct ent_observation {
	uint64_t tag;        /* the caller's own number: hits give it back */
	int64_t first, last; /* microseconds since 1970, first <= last */
	uint64_t count;      /* number_observed, above 0 */
	/* An array of objects whose references are their ids; or an object whose members they
	 * are, and references the names of members.  Borrowed for the call. */
	const struct ent_json *objects;
};

/* An observation that made a hit. */
struct ent_pattern_seen {
	uint64_t tag;
	int64_t first, last;
	uint64_t times; /* for how many observations it stands */
	size_t object;  /* of its objects, the one that satisfied the bracket */
	size_t pos;     /* of the bracket in the pattern's text */
	uint64_t tests; /* bit i: the bracket's comparison i, from 0, holds for the object */
};

struct ent_pattern_hit {
	uint64_t key;
	const struct ent_pattern_seen *seen; /* borrowed for the call */
	size_t n;
};

/* Gets a hit; what isn't 0 ends the feed, which then returns it.  It must not change the set.
 */
typedef int ent_pattern_hit_fn(void *self, const struct ent_pattern_hit *hit);

/*
 * Shows all patterns an observation, and calls hit for each that it satisfies.  A pattern of
 * one bracket, or OR of such, is about this observation alone.  Of the others the set keeps
 * the observations that satisfy a bracket; when they satisfy the pattern that is a hit, once,
 * and what made it is used up.  Kept is what can still be in time (WITHIN), the newest up to
 * the limit.  A pattern that can't be evaluated for this observation is counted, and has no
 * hit.  ENT_EINVAL where o is no observation, ENT_ENOMEM.
 */
ENT_API int ent_pattern_set_feed(struct ent_pattern_set *s, const struct ent_observation *o,
                                 ent_pattern_hit_fn *hit, void *self, struct ent_err *err);

/* The comparisons that seen says of a pattern of s, as text with "; " between; absent if there
 * is no such pattern or memory ran out. */
ENT_API struct ent_str ent_pattern_set_why(const struct ent_pattern_set *s, uint64_t key,
                                           const struct ent_pattern_seen *seen,
                                           struct ent_arena *a);

struct ent_pattern_stats {
	size_t patterns, timed; /* of them those that keep observations */
	size_t bytes, kept;     /* memory; observations kept, over all patterns */
	uint64_t observations;  /* that were fed */
	uint64_t candidates;    /* brackets that were evaluated */
	uint64_t hits;
	uint64_t expired; /* kept ones that fell out of their window */
	uint64_t dropped; /* and that went because of the limits: hits may be missed */
	uint64_t failed;  /* evaluations that failed; the last one: */
	uint64_t failed_key;
	struct ent_err failure;
};

ENT_API void ent_pattern_set_stats(const struct ent_pattern_set *s,
                                   struct ent_pattern_stats *out);

#ifdef __cplusplus
}
#endif
#endif

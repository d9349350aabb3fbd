/* SPDX-License-Identifier: Apache-2.0 */
/*
 * version.h - versions of STIX objects (STIX 2.1, 3.6): their order, what changed from one to
 * another, the next one.
 *
 * A version is an id and a "modified" (a marking definition's "created").  The same id and
 * version with other content is an attack on integrity: it is named, never resolved.
 * Observables have no versions.
 */
#ifndef ENTENTE_VERSION_H
#define ENTENTE_VERSION_H
#include <entente/stix.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The order of two timestamps at full precision, however many fraction digits each has: below,
 * at or above 0.  Equal instants are equal.  What is no timestamp comes before all that are.
 */
ENT_API int ent_version_cmp(struct ent_str a, struct ent_str b);

/* SHA-256 of the canonical form (RFC 8785) of a value; ENT_ENOMEM. */
ENT_API int ent_stix_hash(struct ent_arena *a, const struct ent_json *v, uint8_t out[32],
                          struct ent_err *err);

/* What one object is to another of the same id. */
enum ent_relation {
	ENT_REL_OTHER,    /* another id */
	ENT_REL_SAME,     /* the same version, the same content */
	ENT_REL_NEWER,    /* the second is a newer version */
	ENT_REL_OLDER,    /* the second is an older version */
	ENT_REL_CHANGED,  /* other content of an object that has no versions: an observable */
	ENT_REL_CONFLICT, /* the same version with other content: an attack on integrity */
	ENT_REL_COUNT
};
/* "other", "same", "newer", "older", "changed", "conflict"; static memory. */
ENT_API const char *ent_relation_name(enum ent_relation r);

/* Rules that a newer version breaks (STIX 2.1, 3.2, 3.5 and 3.6); bits. */
enum ent_broken {
	ENT_BROKEN_CREATED = 1, /* another "created" */
	ENT_BROKEN_CREATOR = 2, /* another "created_by_ref": only the creator makes versions */
	ENT_BROKEN_REVOKED = 4  /* a version after the one that was revoked: that is final */
};

/*
 * What b is to a.  *broken, if not NULL, gets the rules that the newer of the two breaks.
 * Content is the canonical form; a default that is spelt out ("revoked": false) is no
 * difference.  ENT_EUNUSABLE if either has no usable type, id or version; ENT_ENOMEM.
 */
ENT_API int ent_version_relate(struct ent_arena *a, const struct ent_json *v,
                               const struct ent_json *w, enum ent_relation *out,
                               unsigned *broken, struct ent_err *err);

/* ---- many objects: the newest version of each id ---- */

/* What is known of an id.  Lives as long as the arena of its set. */
struct ent_history {
	struct ent_object newest;
	size_t versions;  /* different ones */
	size_t conflicts; /* objects whose version was there already with other content */
	size_t copies;    /* objects that were there already, the same */
	unsigned broken;  /* rules that some newer version breaks against an older one */
	bool revoked;     /* by any version */
	const struct ent_json *conflict; /* the first object that conflicts; NULL if none */
	void *user;                      /* the caller's */
};

struct ent_histories;

/* A set of versions in the arena; it borrows the objects that are added.  ENT_ENOMEM. */
ENT_API int ent_histories_new(struct ent_arena *a, struct ent_histories **out,
                              struct ent_err *err);
/*
 * Adds an object.  *how, if not NULL: OTHER for a new id, SAME for a copy, NEWER or OLDER
 * against the newest that was known, CHANGED or CONFLICT where the version was known with other
 * content (the first stays).  *out, if not NULL, is the id's history.  ENT_EUNUSABLE as
 * ent_object_read, ENT_ENOMEM.  Cost: one look into a table, and a hash where the version is
 * known already.
 */
ENT_API int ent_histories_add(struct ent_histories *h, const struct ent_json *v,
                              enum ent_relation *how, struct ent_history **out,
                              struct ent_err *err);
ENT_API size_t ent_histories_count(const struct ent_histories *h);
/* The i-th id's, in the order in which they came; NULL if there are fewer. */
ENT_API struct ent_history *ent_histories_at(const struct ent_histories *h, size_t i);
ENT_API struct ent_history *ent_histories_get(const struct ent_histories *h, struct ent_str id);

/* ---- what changed ---- */

enum ent_change {
	ENT_CHANGE_ADDED,     /* a member or an element that wasn't there */
	ENT_CHANGE_REMOVED,   /* one that isn't there any more */
	ENT_CHANGE_VALUE,     /* another value in the same place */
	ENT_CHANGE_REORDERED, /* a list: the same elements, besides what is said, in another
	                         order */
	ENT_CHANGE_COUNT
};
/* "added", "removed", "changed", "reordered"; static memory. */
ENT_API const char *ent_change_name(enum ent_change c);

struct ent_difference {
	enum ent_change what;
	struct ent_str pointer; /* JSON Pointer (RFC 6901) in the new value; of what was removed
	                           in the old one */
	const struct ent_json *before, *after; /* NULL where it isn't there */
};

struct ent_diff {
	struct ent_difference *list; /* members in the order of their names */
	size_t count;                /* kept */
	size_t total;                /* found; more than count beyond the limits */
};

/*
 * What is different in w from v, member by member and, inside of lists, element by element:
 * equal elements are found again wherever they moved to, and what is left between the same
 * neighbours is compared by itself.  At most ENT_DIFFERENCES_MAX (10,000) are kept, and 16 MiB
 * of pointers; all are counted.  Time grows with the size of both.  ENT_ENOMEM.
 */
ENT_API int ent_stix_diff(struct ent_arena *a, const struct ent_json *v,
                          const struct ent_json *w, struct ent_diff *out, struct ent_err *err);
#define ENT_DIFFERENCES_MAX 10000

/* ---- the next version ---- */

struct ent_set {
	struct ent_str property;
	const struct ent_json *value; /* NULL: it is left out from now on */
};

/*
 * The text of the version that follows v: the properties that are set, in their places or at
 * the end, and "modified".  That is now (RFC 3339; absent: the clock), cut to the fraction
 * digits of the version before, at least three; where that isn't later, the version before and
 * one of its last digit.  revoke sets "revoked".
 *
 * ENT_EUNUSABLE if v has no versions (an observable, a marking definition, a bundle);
 * ENT_EDENIED if v is revoked, which is final, or if id, type, spec_version, created or
 * created_by_ref are to change, or "modified" to what isn't later; ENT_EINVAL for a null, for a
 * property that is set twice or where nothing changes; ENT_ENOMEM.  Whether the new version is
 * valid is ent_stix_check's to say.
 */
ENT_API int ent_version_next(struct ent_arena *a, const struct ent_json *v,
                             const struct ent_set *set, size_t n, bool revoke,
                             struct ent_str now, struct ent_str *out, struct ent_err *err);

#ifdef __cplusplus
}
#endif
#endif

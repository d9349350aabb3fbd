/* SPDX-License-Identifier: Apache-2.0 */
/*
 * collection.h - free-standing collections: feeds that a node serves without an agreement.
 *
 * A collection stands under an API root, which is there as long as it has one, and has a
 * channel of its own.  What local users post to it is held with the source "collection:ID", so
 * the gate lets none of it into an agreement (gate.h, ENT_RULE_ORIGINATOR).
 */
#ifndef ENT_EXCHANGE_COLLECTION_H
#define ENT_EXCHANGE_COLLECTION_H
#include "exchange/caller.h"

struct ent_collection {
	struct ent_str root;
	struct ent_str id;                        /* UUID */
	struct ent_str alias, title, description; /* absent if none, but for the title */
	/* Who may: "user:NAME", "peer:PARTY", or "*" for every local user. */
	const struct ent_str *read, *write;
	size_t n_read, n_write;
	bool by_role;                /* no lists: local users may what their role says */
	const struct ent_str *media; /* n_media 0: STIX 2.1 */
	size_t n_media;
	int64_t keep_days; /* entries leave the collection after so many; 0: never */
	uint32_t channel;
};

/* The one with that id or alias under an API root; ENT_ENOENT. */
int ent_collection_get(struct ent_exchange *x, struct ent_arena *a, struct ent_str root,
                       struct ent_str name, struct ent_collection *out, struct ent_err *err);
/* As a person names it: by its id, its alias where only one has it, or ROOT/ALIAS. ENT_ENOENT,
 * ENT_EINVAL where several have that alias. */
int ent_collection_find(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                        struct ent_collection *out, struct ent_err *err);
/* Those of an API root, or all (root absent). */
int ent_collections(struct ent_exchange *x, struct ent_arena *a, struct ent_str root,
                    struct ent_collection **out, size_t *count, struct ent_err *err);
/* The API roots that have collections, by name; *first is the one that was made first, or -1.
 */
int ent_collection_roots(struct ent_exchange *x, struct ent_arena *a, struct ent_str **out,
                         size_t *count, int *first, struct ent_err *err);
bool ent_collection_root_is(struct ent_exchange *x, struct ent_arena *a, struct ent_str root);

/* How many entries it has. */
int ent_collection_count(struct ent_exchange *x, const struct ent_collection *c,
                         uint64_t *entries, struct ent_err *err);

/* What a caller may; both false: the collection isn't for it to know.  An administrator may
 * all. */
void ent_collection_rights(const struct ent_collection *c, const struct ent_who *who,
                           bool *can_read, bool *can_write);
/* "collection:ID", the source of what was posted to it; absent if the arena is full. */
struct ent_str ent_collection_source(struct ent_arena *a, const struct ent_collection *c);

/*
 * Makes one: its channel is chosen, its id too where c->id is absent.  ENT_EINVAL for a root,
 * alias or id that can't be; ENT_EEXIST; ENT_ELIMIT beyond ENT_COLLECTIONS_MAX.
 */
int ent_collection_add(struct ent_exchange *x, struct ent_arena *a, struct ent_collection *c,
                       struct ent_err *err);
/* Replaces the record of c, which came from the functions above; root, id and channel stay.
 * ENT_EEXIST where another has the alias. */
int ent_collection_set(struct ent_exchange *x, struct ent_arena *a,
                       const struct ent_collection *c, struct ent_err *err);
/* The collection goes, what was on it stays in the holdings. */
int ent_collection_remove(struct ent_exchange *x, struct ent_arena *a,
                          const struct ent_collection *c, struct ent_err *err);
/* A right as a person writes it: a user's name, a confirmed counterpart's, "*", or either with
 * "user:" or "peer:" before it.  A name that nobody has is that of a user to come; *there says
 * so. */
int ent_collection_holder(struct ent_exchange *x, struct ent_arena *a, struct ent_str word,
                          struct ent_str *out, bool *there, struct ent_err *err);
/* Takes a user out of all lists, inside an open write. */
int ent_collections_forget(struct ent_exchange *x, struct ent_arena *a, struct ent_str user,
                           struct ent_err *err);
/* Takes off what is older than its collection keeps, some at a time; *removed counts. */
int ent_collections_expire(struct ent_exchange *x, size_t *removed, struct ent_err *err);

#endif

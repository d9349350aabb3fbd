/* SPDX-License-Identifier: Apache-2.0 */
/*
 * marking.h - what the markings of an object and of its parts come to (STIX 2.1, 7.2).
 *
 * Object markings and granular ones hold together, none replaces another: for a part hold its
 * own, those of all parts around it and those of the object, and of TLP the most restrictive.
 * Ids are compared whole (ent_tlp_of).
 */
#ifndef ENTENTE_MARKING_H
#define ENTENTE_MARKING_H
#include <entente/stix.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A marking that an object has somewhere. */
struct ent_marking {
	struct ent_str id; /* absent: not a string, or a list where there should be one */
	enum ent_tlp tlp;  /* ENT_TLP_NONE: no TLP marking */
	size_t uses;       /* in how many places it stands */
};

/* A part of the object that markings name. */
struct ent_marked {
	struct ent_str pointer;       /* JSON Pointer (RFC 6901); "" is the object */
	const struct ent_json *value; /* the part itself */
	const struct ent_marked *up;  /* the nearest marked part around it; NULL: the object */
	const struct ent_marking *const *own; /* named for exactly this part, each once */
	size_t own_count;
	enum ent_tlp tlp;  /* holds for all of it: of its own and of everything around it */
	enum ent_tlp most; /* most restrictive of that and of every part inside: what whoever
	                      passes on the whole part has to respect */
	bool unreadable;   /* a marking that can't be read holds for it: don't pass it on */
	bool unreadable_inside; /* for it or for a part inside */
};

struct ent_marked_index;

struct ent_effective {
	struct ent_marked *parts; /* in document order; parts[0] is the object itself */
	size_t count;
	struct ent_marking *markings; /* each id once */
	size_t markings_count;
	/*
	 * Granular markings whose selector finds nothing, or isn't one, hold for the whole
	 * object, for nobody knows what they were meant for.
	 */
	size_t unresolved;
	struct ent_str first_unresolved; /* the first such selector; absent if none */
	struct ent_marked_index *index;
};

/*
 * The effective markings of an object, in the arena.  Time and memory grow with the object and
 * its selectors (and the logarithm of their number); a language is no marking.  Observables in
 * observed-data's deprecated "objects" bring their own.  ENT_ENOMEM; ENT_EUNUSABLE if v is no
 * object.
 */
ENT_API int ent_effective_make(struct ent_arena *a, const struct ent_json *v,
                               struct ent_effective *out, struct ent_err *err);
/* The smallest marked part that has all of value, a value of the object: what is said there
 * holds for it.  selector as in a granular marking ("labels.[0]"; "": the object); NULL if it
 * finds nothing. */
ENT_API const struct ent_marked *ent_effective_at(const struct ent_effective *e,
                                                  struct ent_str selector);

/* ---- definitions: one id, one content ---- */

struct ent_definitions;

ENT_API int ent_definitions_new(struct ent_arena *a, struct ent_definitions **out,
                                struct ent_err *err);
/*
 * Adds a marking-definition object, which is borrowed; anything else is passed over.
 * ENT_ECONFLICT, and the first one stays, if it has the id of a TLP marking and isn't that, or
 * an id that is known with other content: both are attacks.  ENT_ENOMEM.
 */
ENT_API int ent_definitions_add(struct ent_definitions *d, const struct ent_json *v,
                                struct ent_err *err);
/* The definition of that id, or NULL; the nine of TLP are only known by ent_tlp_of. */
ENT_API const struct ent_json *ent_definitions_get(const struct ent_definitions *d,
                                                   struct ent_str id);
/* What a marking is called: "TLP:AMBER", a definition's name, its statement; absent if unknown.
 * Borrowed. */
ENT_API struct ent_str ent_marking_name(const struct ent_definitions *d, struct ent_str id);

#ifdef __cplusplus
}
#endif
#endif

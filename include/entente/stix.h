/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix.h - STIX 2.1 objects: reading, checking, identifiers, versions, markings.
 *
 * Facts are tables (src/stix); an invalid object isn't an error of the caller but a list of
 * findings.
 */
#ifndef ENTENTE_STIX_H
#define ENTENTE_STIX_H
#include <entente/json.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What kind of thing a type is (STIX 2.1, 1.5). */
enum ent_stix_class {
	ENT_STIX_UNKNOWN, /* a type that the tables don't have: custom, or from an extension */
	ENT_STIX_SDO,
	ENT_STIX_SRO,
	ENT_STIX_SCO,
	ENT_STIX_META,
	ENT_STIX_BUNDLE
};

enum ent_severity {
	ENT_MUST_RULE,   /* an error: a MUST of the standard, or an option that asks for more */
	ENT_SHOULD_RULE, /* a warning: a SHOULD */
	ENT_NOTE         /* neither: what was not looked at */
};

struct ent_finding {
	enum ent_severity severity;
	const char
	    *code;  /* stable name, e.g. "required-property"; docs/findings.md lists all */
	int number; /* of a SHOULD, as the reference validator has it, e.g. 202; else 0 */
	const char *section; /* of the standard, e.g. "4.7"; "" if none */
	struct ent_str
	    pointer;         /* JSON Pointer (RFC 6901) inside the object; "" is the object */
	struct ent_str text; /* one sentence: what is wrong and what would be right */
};

struct ent_findings {
	struct ent_arena *arena; /* where findings are kept; the caller's */
	struct ent_finding *list;
	size_t count;  /* kept, at most ENT_FINDINGS_MAX */
	size_t errors; /* all that were found, kept or not */
	size_t warnings;
	size_t notes;
};

ENT_API void ent_findings_init(struct ent_findings *f, struct ent_arena *a);

/* A set of codes: each code of docs/findings.md is one bit. */
struct ent_stix_codes {
	uint64_t bits[4];
};

/*
 * Adds to *out what a list names: codes separated by commas, with or without blanks, each by
 * its number ("202"), its name ("relationship-types") or its group ("1" or "format-checks", "2"
 * or "approved-values", "210" or "all-vocabs", "270" or "all-external-sources").  ENT_EINVAL,
 * naming it, for what is no code.
 */
ENT_API int ent_stix_codes_parse(struct ent_str list, struct ent_stix_codes *out,
                                 struct ent_err *err);

/* A code and what it means. */
struct ent_stix_code {
	const char *code;
	int number; /* as of struct ent_finding */
	enum ent_severity severity;
	const char *section; /* "", "2.9", "of the type" */
	const char *help;    /* what is wrong, and what would be right */
};
/* The i-th code of docs/findings.md, static memory; false where there are fewer. */
ENT_API bool ent_stix_code_at(size_t i, struct ent_stix_code *out);

/* How to check.  All zero is the default: errors, warnings and notes of the standard. */
struct ent_stix_options {
	bool strict;            /* warnings become errors */
	bool strict_types;      /* a type that isn't the standard's is an error */
	bool strict_properties; /* a property that isn't the standard's is an error */
	bool enforce_refs;      /* references resolve in the bundle (struct ent_stix_set) */
	bool interop; /* all have a created_by_ref, to an identity of the bundle (the same) */
	bool member;  /* the object stands in a bundle, which may hold objects of STIX 2.0 */
	struct ent_stix_codes ignore;  /* not looked for */
	struct ent_stix_codes select;  /* unless empty, warnings of these codes alone */
	struct ent_stix_codes promote; /* these warnings become errors */
	/* The grammar of STIX patterns, if the caller has one: 0, or not, with the reason in
	 * err.  version is "2.0" or "2.1".  NULL: brackets, strings and names are looked at. */
	int (*pattern)(void *self, struct ent_str pattern, struct ent_str version,
	               struct ent_err *err);
	void *self;
};

/* The columns that the rest of the system works with.  All text is borrowed from the tree or
 * the arena. */
struct ent_object {
	const struct ent_json *json;
	struct ent_str bytes; /* as received */
	struct ent_str type;
	struct ent_str id;
	uint8_t uuid[16];
	enum ent_stix_class class_;
	struct ent_str
	    version; /* modified, else created, else absent (SCO): the text as it came */
	struct ent_str spec; /* spec_version; "2.1" where an SCO or a bundle leaves it out;
	                        "2.0" for an SDO without */
	struct ent_str created_by; /* absent if none */
	bool revoked;
};

/*
 * Fills *out from one object.  ENT_EUNUSABLE, with the reason, if the value isn't an object
 * with a usable type, id and version: without those it can't be stored.  Does not validate the
 * rest.
 */
ENT_API int ent_object_read(const struct ent_json *v, struct ent_object *out,
                            struct ent_err *err);

/*
 * Checks one object (not a bundle's members) against the tables: common properties, required
 * properties, value types, closed vocabularies, references' target types, and each type's own
 * rules.  Findings are added to f.  0, or ENT_ENOMEM.
 */
ENT_API int ent_stix_check(const struct ent_json *v, struct ent_findings *f,
                           struct ent_err *err);

/*
 * As ent_stix_check, in the way that o says.  A bundle's own members are looked at for what
 * only the bundle shows (duplicates, and what enforce_refs and interop ask for); each has to be
 * given to this function by itself, with o->member.  Nothing is shared but constants: any
 * threads may call it at the same time, each with its own arena.
 */
ENT_API int ent_stix_check_with(const struct ent_json *v, const struct ent_stix_options *o,
                                struct ent_findings *f, struct ent_err *err);

/*
 * What can only be seen over several objects, for bundles that aren't in memory as a whole: the
 * same id and version twice (203); with enforce_refs references that lead nowhere; with interop
 * authors that aren't there.  40 bytes an object, and as many for each reference where they are
 * looked at.  Belongs to one thread at a time.
 */
struct ent_stix_set;
/* limit is what it may hold in bytes.  o is copied. */
ENT_API int ent_stix_set_new(const struct ent_stix_options *o, size_t limit,
                             struct ent_stix_set **out, struct ent_err *err);
ENT_API void ent_stix_set_free(struct ent_stix_set *s); /* NULL is fine */
/* Notes one object, of which index is told again with its findings; nothing of v is kept.
 * ENT_ELIMIT where the limit is reached; the objects before it can still be finished. */
ENT_API int ent_stix_set_add(struct ent_stix_set *s, const struct ent_json *v, uint64_t index,
                             struct ent_err *err);
/*
 * Calls each for every finding, in the order of the indexes; id is the object's for a
 * duplicate, else absent.  All is valid during the call only.  A non-zero return stops and is
 * returned.  The set is then empty.
 */
ENT_API int ent_stix_set_finish(struct ent_stix_set *s,
                                int (*each)(void *self, uint64_t index, struct ent_str id,
                                            const struct ent_finding *f),
                                void *self, struct ent_err *err);

/*
 * Opens what people give to import: a bundle, a single object, a JSON array of objects or a
 * TAXII envelope.  *objects is the array of members or NULL if v itself is the one object;
 * *count is how many.  ENT_EUNUSABLE if it is none of these.
 */
ENT_API int ent_stix_members(const struct ent_json *v, const struct ent_json **objects,
                             size_t *count, struct ent_err *err);

ENT_API enum ent_stix_class ent_stix_class_of(struct ent_str type);
/* "type--uuid" into its parts; ENT_EPARSE if it isn't one. */
ENT_API int ent_stix_id_parse(struct ent_str id, struct ent_str *type, uint8_t uuid[16]);
/* A new version-4 identifier of that type; absent if the arena is full. */
ENT_API struct ent_str ent_stix_id_new(struct ent_arena *a, const char *type);
/*
 * The deterministic identifier (UUIDv5, STIX 2.1 2.9) of an SCO; ENT_EUNUSABLE if its type has
 * no contributing property that is present.
 */
ENT_API int ent_stix_sco_id(struct ent_arena *a, const struct ent_json *v, struct ent_str *out,
                            struct ent_err *err);

/* Calls each for every reference (an identifier in a property that ends in _ref or _refs, at
 * any depth) of an object, with the property's name; a non-zero return stops and is returned.
 */
ENT_API int ent_stix_refs(const struct ent_json *v,
                          int (*each)(void *self, struct ent_str pointer_tail,
                                      struct ent_str id),
                          void *self);

/* ---- markings: TLP 1.0 and 2.0 (FIRST) by their exact ids ---- */
enum ent_tlp {
	ENT_TLP_NONE, /* not a TLP marking */
	ENT_TLP_CLEAR,
	ENT_TLP_GREEN,
	ENT_TLP_AMBER,
	ENT_TLP_AMBER_STRICT,
	ENT_TLP_RED
};

/* The level of a marking id, all characters compared: TLP 2.0, and TLP 1.0 (WHITE is CLEAR).
 * ENT_TLP_NONE for any other id. */
ENT_API enum ent_tlp ent_tlp_of(struct ent_str marking_id);
/* "clear", "green", "amber", "amber+strict", "red"; "none". */
ENT_API const char *ent_tlp_name(enum ent_tlp t);
/* Reads what ent_tlp_name writes, and "white"; upper or lower case, with or without "TLP:".
 * ENT_EINVAL if it is none. */
ENT_API int ent_tlp_parse(struct ent_str s, enum ent_tlp *out);
/* The TLP marking-definition object with that id as the standard publishes it (canonical JSON,
 * static memory); absent if the id is no TLP marking. */
ENT_API struct ent_str ent_tlp_object(struct ent_str marking_id);
/* The id of the TLP 2.0 marking of a level; absent for ENT_TLP_NONE. */
ENT_API struct ent_str ent_tlp_id(enum ent_tlp t);
/* Whether v, which has a TLP marking's id, says what the published object says (formatting and
 * optional "name" and "created_by_ref" apart): the same id with other content is an attack. */
ENT_API bool ent_tlp_genuine(const struct ent_json *v);
/* Calls each for every marking of an object: object_marking_refs (selector absent) and granular
 * ones (once a selector; "" where there is none). Non-zero stops and is returned.  An entry
 * that isn't a string, or a list that isn't one, calls each with an absent id.  Observables in
 * observed-data's deprecated "objects" count, with the selector "objects". */
ENT_API int ent_stix_markings(const struct ent_json *v,
                              int (*each)(void *self, struct ent_str marking_id,
                                          struct ent_str selector),
                              void *self);

#ifdef __cplusplus
}
#endif
#endif

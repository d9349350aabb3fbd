/* SPDX-License-Identifier: Apache-2.0 */
/*
 * extract.h - a copy of an object, or of several, from which some of it was taken, with an id
 * of its own (docs/extracts.md).
 */
#ifndef ENT_EXCHANGE_EXTRACT_H
#define ENT_EXCHANGE_EXTRACT_H
#include "crypto/hash.h"
#include "exchange/holdings.h"

/* docs/extensions: that a copy is an unchanged part of something, and how to see it. */
#define ENT_EXT_EXTRACT "extension-definition--d70e579a-d1f6-40fe-854d-6bfd9d91d336"

/* Objects that one copy can be made of. */
#define ENT_EXTRACT_ORIGINALS 1000

/* What became of one property. */
enum ent_extracted {
	ENT_EXTRACT_KEPT,
	ENT_EXTRACT_DROPPED,
	ENT_EXTRACT_CHANGED,
	ENT_EXTRACT_NEW
};
const char *ent_extracted_name(enum ent_extracted e);
struct ent_extract_row {
	struct ent_str property;
	enum ent_extracted what;
	/* JSON; absent: it is not there.  before: of several originals a list of what they have
	 */
	struct ent_str before, after;
};
/* That the copy was made of an original: TLP:RED, so that it stays here. */
struct ent_extract_relation {
	struct ent_str id, object; /* of the relationship derived-from; its text */
};
struct ent_extract {
	struct ent_str id, object; /* of the copy; and its text */
	struct ent_extract_relation *relations;
	size_t n_relations; /* one for each original */
	struct ent_extract_row *rows;
	size_t n_rows;
	struct ent_str
	    opening; /* JSON: what opens the proof; absent where none was asked for */
};
/*
 * Makes a copy of the newest versions of n objects of one type by rules, a JSON object, and
 * writes nothing.  ENT_EINVAL: the rules name something that there isn't; ENT_EUNUSABLE: what
 * is left is not valid STIX, or the objects are no SDOs of one type.
 */
int ent_extract(struct ent_exchange *x, struct ent_arena *a, const struct ent_str *ids,
                size_t n, struct ent_str rules, struct ent_extract *out, struct ent_err *err);
/* Keeps the copy and its relationships among this node's own objects. */
int ent_extract_keep(struct ent_exchange *x, struct ent_arena *a, const struct ent_extract *e,
                     struct ent_err *err);

/* ---- that a copy is an unchanged part ---- */

/* What a copy's own proof says. */
struct ent_extract_proof {
	struct ent_str root;              /* hex */
	const struct ent_json *unchanged; /* names of properties */
	size_t hidden;                    /* properties of the original that the copy lacks */
};
/*
 * Holds a copy against the proof in it: that the properties it names are, with these values,
 * properties of one object which the author had fixed.  ENT_ENOENT: there is no proof in it;
 * ENT_EPARSE: one that is none; ENT_ESIG: they aren't.
 */
int ent_extract_verify(struct ent_arena *a, const struct ent_json *copy,
                       struct ent_extract_proof *out, struct ent_err *err);
/* That an original, with the secret (hex) that opens the proof, is what it was made of.
 * ENT_ESIG: it isn't. */
int ent_extract_verify_with(struct ent_arena *a, const struct ent_extract_proof *p,
                            const struct ent_json *original, struct ent_str secret,
                            struct ent_err *err);
/* What opens a copy's proof, as it was kept when the copy was made; ENT_ENOENT. */
struct ent_extract_opening {
	struct ent_str original, version, secret; /* secret: hex */
};
int ent_extract_opening(struct ent_exchange *x, struct ent_arena *a, struct ent_str copy,
                        struct ent_extract_opening *out, struct ent_err *err);

#endif

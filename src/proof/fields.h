/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields.h - an object as a tree of salted properties, so that some of them can be kept back
 * and the others still be proved (docs/ledger.md, Properties that are kept back).
 *
 * The leaves are the object's properties in the order of their names' bytes; a leaf's bytes are
 * a salt of 16 bytes, the name as JSON, a colon and the value, both in canonical form (RFC
 * 8785).  The tree is that of RFC 6962.
 */
#ifndef ENT_PROOF_FIELDS_H
#define ENT_PROOF_FIELDS_H
#include <entente/json.h>
#include <entente/ledger.h>

#include "crypto/hash.h"

#define ENT_SALT   16
#define ENT_SECRET 32

/* The secret of one object, from that of its channel: nothing more has to be kept for it. */
void ent_fields_secret(const uint8_t channel[ENT_SECRET], uint64_t seq, struct ent_str id,
                       uint8_t out[ENT_SECRET]);
/* The salt of a property, or of the whole object where name is absent. */
void ent_fields_salt(const uint8_t secret[ENT_SECRET], struct ent_str name,
                     uint8_t salt[ENT_SALT]);
/* SHA-256 of salt, id and sha256 one behind the other: what an entry has in place of the
 * object's own hash. */
void ent_salted(const uint8_t salt[ENT_SALT], struct ent_str id,
                const uint8_t sha256[ENT_SHA256], uint8_t out[ENT_SHA256]);

/* The root over all properties of an object. */
int ent_fields_root(struct ent_arena *a, const struct ent_json *object,
                    const uint8_t secret[ENT_SECRET], struct ent_hash *root,
                    struct ent_err *err);
/*
 * Keeps back the properties named: *rest is the object without them, *list a JSON list that has
 * for each property, in their order, the salt in hex or, of one that is kept back, the leaf's
 * hash.
 */
int ent_fields_part(struct ent_arena *a, const struct ent_json *object,
                    const uint8_t secret[ENT_SECRET], const struct ent_str *hide, size_t n,
                    struct ent_str *rest, struct ent_str *list, struct ent_err *err);
/* The same for a proof: ENT_EINVAL if the object has no property of a name, or where that is id
 * or type. */
int ent_fields_hide(struct ent_arena *a, const struct ent_json *object,
                    const uint8_t secret[ENT_SECRET], const struct ent_str *hide, size_t n,
                    struct ent_str *rest, struct ent_str *list, struct ent_err *err);
/* The root of an object and such a list; *hidden counts what is kept back.  ENT_EPARSE if they
 * don't fit. */
int ent_fields_check(struct ent_arena *a, const struct ent_json *rest,
                     const struct ent_json *list, struct ent_hash *root, size_t *hidden,
                     struct ent_err *err);

/* That a ledger's release entry is about this object, under this agreement: salt is hex, absent
 * where the entry has none.  sha256 becomes the object's.  ENT_ESIG, ENT_EPARSE. */
int ent_release_fits(struct ent_arena *a, const struct ent_json *entry,
                     const struct ent_json *object, struct ent_str salt,
                     struct ent_str agreement, uint8_t sha256[ENT_SHA256], struct ent_err *err);

#endif

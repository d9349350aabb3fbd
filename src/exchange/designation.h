/* SPDX-License-Identifier: Apache-2.0 */
/*
 * designation.h - designations of docs/extensions as values: found in an object, compared.
 *
 * Pure: nothing here knows a store.  All take trees of json.h, from whatever source: what isn't
 * as the schema has it is as if it weren't there.
 */
#ifndef ENT_EXCHANGE_DESIGNATION_H
#define ENT_EXCHANGE_DESIGNATION_H
#include <entente/json.h>

#define ENT_EXT_DESIGNATION "extension-definition--0378b046-b356-48d5-b6d6-615bc9f3a829"

/* The array of an object's designations; NULL if it has none. */
const struct ent_json *ent_designations(const struct ent_json *object);
/* Whether it is lifted. */
bool ent_designation_lifted(const struct ent_json *d);
/* The name under which the authority has the subject; else fallback, as the object's own. */
struct ent_str ent_designation_name(const struct ent_json *d, struct ent_str fallback);
/* The day that it stands for: in force, published, decided or first seen; absent if none. */
struct ent_str ent_designation_since(const struct ent_json *d);
/*
 * The SHA-256 of what the authority says: the canonical form without "source", "first_seen_on",
 * "lifted_on" and "lifting_instrument", and without the order of arrays, in which two versions
 * of a list differ without saying anything new.  ENT_ENOMEM.
 */
int ent_designation_view(struct ent_arena *a, const struct ent_json *d, uint8_t out[32],
                         struct ent_err *err);
/*
 * Shows each property in which two differ, as ent_designation_view looks at them, with its two
 * values (NULL: absent); those of "entry" by their own names ("births"), and "names" once.
 */
int ent_designation_compare(struct ent_arena *a, const struct ent_json *was,
                            const struct ent_json *is,
                            int (*see)(void *self, struct ent_str property,
                                       const struct ent_json *was, const struct ent_json *is,
                                       struct ent_err *err),
                            void *self, struct ent_err *err);

#endif

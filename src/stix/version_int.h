/* SPDX-License-Identifier: Apache-2.0 */
/*
 * version_int.h - what the files about versions and differences share.
 */
#ifndef ENT_STIX_VERSION_INT_H
#define ENT_STIX_VERSION_INT_H
#include <entente/version.h>

/* Whether a member of an object says what holds without it: then it is no content. */
bool ent_is_default(struct ent_str name, const struct ent_json *value);
/* A hash of what an object says: two of one id with other hashes contradict each other.
 * ENT_ENOMEM. */
int ent_content_hash(struct ent_arena *a, const struct ent_json *v, uint8_t out[32]);

struct ent_member {
	struct ent_str key;
	const struct ent_json *value;
	size_t index; /* in the document */
};
/* The members of an object by the bytes of their names; NULL if the arena is full. */
struct ent_member *ent_members_sorted(struct ent_arena *a, const struct ent_json *v, size_t *n);

struct ent_at;
/* The JSON Pointer of a place; absent if the arena is full. */
struct ent_str ent_pointer_of(struct ent_arena *a, const struct ent_at *at);
/* How many bytes that takes. */
size_t ent_pointer_size(const struct ent_at *at);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uuid.h - UUIDs as 16 bytes and as text (RFC 4122).  New ones come from crypto/random.h.
 */
#ifndef ENT_BASE_UUID_H
#define ENT_BASE_UUID_H
#include <entente/arena.h>

#define ENT_UUID_TEXT 37 /* 36 characters and a NUL */

/* Lower-case text. */
const char *ent_uuid_text(const uint8_t uuid[16], char out[ENT_UUID_TEXT]);
/* 8-4-4-4-12 hex digits of either case, any version; ENT_EPARSE if not. */
int ent_uuid_parse(struct ent_str s, uint8_t out[16]);

#endif

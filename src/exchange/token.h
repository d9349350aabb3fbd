/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token.h - bearer tokens of local users: 256 random bits, shown once, kept as a hash.
 */
#ifndef ENT_EXCHANGE_TOKEN_H
#define ENT_EXCHANGE_TOKEN_H
#include "exchange/user.h"

struct ent_token {
	struct ent_str id; /* 64 hex digits: the SHA-256 of the token */
	struct ent_str user, label;
	int64_t created, expires; /* microseconds; expires 0: never */
};

/* Makes a token for a user: *text is what it sends, and is nowhere else.  days 0: it doesn't
 * expire.  ENT_ENOENT, ENT_ELIMIT. */
int ent_token_add(struct ent_exchange *x, struct ent_arena *a, struct ent_str user,
                  struct ent_str label, int64_t days, struct ent_str *text,
                  struct ent_err *err);
/* Of a user, or of all (user absent). */
int ent_tokens(struct ent_exchange *x, struct ent_arena *a, struct ent_str user,
               struct ent_token **out, size_t *count, struct ent_err *err);
/* By the beginning of its id, at least 8 digits, that no other has.  ENT_ENOENT, ENT_EINVAL. */
int ent_token_revoke(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                     struct ent_token *out, struct ent_err *err);
/* All of a user, inside an open write. */
int ent_tokens_forget(struct ent_exchange *x, struct ent_arena *a, struct ent_str user,
                      struct ent_err *err);
/* Whose it is; ENT_EAUTH if nobody's, or no more. */
int ent_token_login(struct ent_exchange *x, struct ent_arena *a, struct ent_str text,
                    struct ent_user *out, struct ent_err *err);

#endif

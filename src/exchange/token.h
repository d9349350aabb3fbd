/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token.h - what local users come with instead of a password: bearer tokens, 256 random bits,
 * shown once and kept as a hash; and client certificates, known by the pin of their key.
 */
#ifndef ENT_EXCHANGE_TOKEN_H
#define ENT_EXCHANGE_TOKEN_H
#include "exchange/user.h"

struct ent_token {
	/* 64 hex digits: the SHA-256 of the token, or of a certificate's SubjectPublicKeyInfo
	 */
	struct ent_str id;
	bool certificate;
	struct ent_str user, label;
	int64_t created, expires; /* microseconds; expires 0: never */
};

/* Makes a token for a user: *text is what it sends, and is nowhere else.  days 0: it doesn't
 * expire.  ENT_ENOENT, ENT_ELIMIT. */
int ent_token_add(struct ent_exchange *x, struct ent_arena *a, struct ent_str user,
                  struct ent_str label, int64_t days, struct ent_str *text,
                  struct ent_err *err);
/* A user may come with the certificate that has this pin: *t is what is kept.  ENT_EEXIST where
 * the pin is somebody's already, ENT_ENOENT, ENT_ELIMIT. */
int ent_certificate_add(struct ent_exchange *x, struct ent_arena *a, struct ent_str user,
                        const uint8_t pin[32], struct ent_str label, int64_t days,
                        struct ent_token *t, struct ent_err *err);
/* Both kinds, of a user, or of all (user absent). */
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

/* The same of a certificate that a caller has shown, which proves that it has the key. */
int ent_certificate_login(struct ent_exchange *x, struct ent_arena *a, const uint8_t pin[32],
                          struct ent_user *out, struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user.h - local users, who come with HTTP Basic over TLS.
 */
#ifndef ENT_EXCHANGE_USER_H
#define ENT_EXCHANGE_USER_H
#include "exchange/exchange.h"

struct ent_user {
	struct ent_str name, hash;
	bool can_read, can_write;
};

int ent_user_add(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                 struct ent_str password, bool can_read, bool can_write,
                 struct ent_err *err); /* ENT_EEXIST */
int ent_user_remove(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                    struct ent_err *err);
int ent_users(struct ent_exchange *x, struct ent_arena *a, struct ent_user **out, size_t *count,
              struct ent_err *err);
/* ENT_EAUTH if unknown or wrong: the same answer and about the same time for both. */
int ent_user_login(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                   struct ent_str password, struct ent_user *out, struct ent_err *err);

#endif

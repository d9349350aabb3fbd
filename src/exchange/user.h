/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user.h - local users, who come with HTTP Basic over TLS (login.h) or a bearer token
 * (token.h).
 */
#ifndef ENT_EXCHANGE_USER_H
#define ENT_EXCHANGE_USER_H
#include "exchange/exchange.h"

/*
 * What a user may.  can_read and can_write hold for free-standing collections that have no
 * lists of their own, and where `agreements` is set also for the agreements' collections.  An
 * administrator may read and write every free-standing collection, and see the metrics.
 */
struct ent_user {
	struct ent_str name, hash;
	bool can_read, can_write, admin;
	bool agreements;
};

/* A role: the flags above by one name. */
struct ent_role {
	const char *name;
	bool can_read, can_write, admin;
};
/* "reader", "writer" or "admin"; NULL if it is none. */
const struct ent_role *ent_role_find(struct ent_str name);
/* The name of the role that comes nearest to a user's flags. */
const char *ent_role_name(const struct ent_user *u);

/* The name and the flags of u are taken, its hash is made of the password.  ENT_EEXIST. */
int ent_user_add(struct ent_exchange *x, struct ent_arena *a, const struct ent_user *u,
                 struct ent_str password, struct ent_err *err);
/* Replaces the flags of the user that has u's name; the password too where it isn't absent.
 * ENT_ENOENT. */
int ent_user_set(struct ent_exchange *x, struct ent_arena *a, const struct ent_user *u,
                 struct ent_str password, struct ent_err *err);
/* Its tokens and its rights by name go with it. */
int ent_user_remove(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                    struct ent_err *err);
int ent_user_get(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                 struct ent_user *out, struct ent_err *err); /* ENT_ENOENT */
bool ent_user_is(struct ent_exchange *x, struct ent_arena *a, struct ent_str name);
/* ENT_EINVAL where a user can't be called that. */
int ent_user_name_check(struct ent_str name, struct ent_err *err);
int ent_users(struct ent_exchange *x, struct ent_arena *a, struct ent_user **out, size_t *count,
              struct ent_err *err);

#endif

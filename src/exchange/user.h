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
	unsigned
	    roles; /* a bit for each of ent_roles; 0 in records of before there were roles */
};

/* What a person may do with the commands (docs/approval.md). */
enum ent_right {
	ENT_MAY_READ = 1u,     /* see what the node holds */
	ENT_MAY_WRITE = 2u,    /* bring objects in, write records */
	ENT_MAY_TALK = 4u,     /* write messages of a dialogue */
	ENT_MAY_RELEASE = 8u,  /* let objects go, or ask for that */
	ENT_MAY_APPROVE = 16u, /* be the second person */
	ENT_MAY_AGREE = 32u,   /* sign statements of agreements */
	ENT_MAY_AUDIT = 64u,   /* see who did what, take ledgers out */
	ENT_MAY_ADMIN = 128u,  /* users, keys, counterparts, collections, feeds */
};

/* A role: the flags above and the rights, by one name. */
struct ent_role {
	const char *name;
	bool can_read, can_write, admin;
	unsigned rights;
};
extern const struct ent_role ent_roles[];
extern const size_t ent_roles_n;
/* NULL if it is none. */
const struct ent_role *ent_role_find(struct ent_str name);
/* Gives a role to a user that is about to be added or set. */
void ent_user_take_role(struct ent_user *u, const struct ent_role *role);
/* The name of the role that comes nearest to a user's flags. */
const char *ent_role_name(const struct ent_user *u);
/* A user's roles by commas; absent if memory ran out. */
struct ent_str ent_user_roles(struct ent_arena *a, const struct ent_user *u);
/* All that the roles of a user allow: bits of enum ent_right. */
unsigned ent_user_rights(const struct ent_user *u);
/* "reader or analyst": who has a right, for people. */
struct ent_str ent_right_roles(struct ent_arena *a, unsigned right);

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
/* The user who acts in this context (ent_audit_as), for what needs two people.  ENT_EAUTH: an
 * account of the machine, a counterpart or the node itself, which are none. */
int ent_user_acting(struct ent_exchange *x, struct ent_arena *a, struct ent_str *out,
                    struct ent_err *err);
int ent_users(struct ent_exchange *x, struct ent_arena *a, struct ent_user **out, size_t *count,
              struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * login.h - names with passwords: read, verified and remembered.
 *
 * Verifying a password takes a tenth of a second and 64 MiB, so it is a step of its own, which
 * needs no context: a server takes it on a thread that nobody else waits for.
 */
#ifndef ENT_EXCHANGE_LOGIN_H
#define ENT_EXCHANGE_LOGIN_H
#include "exchange/user.h"

/* What the contexts of a process remember together: logins that were right, and how often one
 * was wrong.  Used by any number of threads. */
struct ent_logins;
struct ent_logins *ent_logins_new(void);    /* NULL if memory ran out */
void ent_logins_free(struct ent_logins *l); /* NULL is fine */

enum ent_login_verdict {
	ENT_LOGIN_OPEN = 0, /* not known yet */
	ENT_LOGIN_RIGHT,
	ENT_LOGIN_WRONG,
	ENT_LOGIN_TOO_MANY, /* wrong ones before it: this one wasn't looked at (attempts.h) */
};

/* A login on its way; all text is borrowed or the arena's. */
struct ent_login {
	struct ent_logins *logins;
	const struct ent_exchange *read_by; /* whose thread read the user */
	struct ent_user user;
	struct ent_str from, password;
	const char *hash; /* of the user, or of nobody */
	bool there;
	int64_t (*clock)(void);
	uint8_t memo[16]; /* a keyed hash of name, password and what they are held against */
	uint8_t key[16];  /* and of the address: of all that the verdict depends on */
	enum ent_login_verdict verdict;
};

/* Reads the user; the verdict is open where nothing is remembered of this login.  from:
 * "ADDRESS:PORT".  If it fails the verdict is open. */
int ent_login_begin(struct ent_exchange *x, struct ent_arena *a, struct ent_str from,
                    struct ent_str name, struct ent_str password, struct ent_login *out,
                    struct ent_err *err);
/* Hashes the password of an open login, and remembers what came of it.  On any thread. */
enum ent_login_verdict ent_login_prove(const struct ent_login *l);
/* The user whose login it is, read anew if x isn't of the thread that began.  ENT_EAUTH:
 * unknown or wrong, the same answer and about the same time for both; ENT_EBUSY: too many of
 * these, or still open. */
int ent_login_end(const struct ent_login *l, struct ent_exchange *x, struct ent_arena *a,
                  struct ent_user *out, struct ent_err *err);
/* All three in a row. */
int ent_login(struct ent_exchange *x, struct ent_arena *a, struct ent_str from,
              struct ent_str name, struct ent_str password, struct ent_user *out,
              struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * login.c - names with passwords: what is remembered of them, and how a new one is verified.
 */
#include "exchange/login.h"

#include <pthread.h>

#include "crypto/password.h"
#include "crypto/random.h"
#include "exchange/attempts.h"
#include "exchange/exchange_int.h"

/* A hash of nothing: unknown names cost as much time as wrong passwords. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
			     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#define WAYS 4
#define SETS (ENT_LOGINS / WAYS)

struct memo {
	uint8_t key[16];
	uint64_t used; /* 0: free */
};

struct ent_logins {
	uint8_t key[32]; /* of this process */
	pthread_mutex_t lock;
	uint64_t clock;
	struct memo memo[SETS][WAYS];
	struct ent_attempts attempts;
};

struct ent_logins *
ent_logins_new(void)
{
	struct ent_logins *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	ent_random(l->key, sizeof(l->key));
	ent_attempts_init(&l->attempts);
	(void)pthread_mutex_init(&l->lock, NULL);
	return l;
}

void
ent_logins_free(struct ent_logins *l)
{
	if (!l)
		return;
	(void)pthread_mutex_destroy(&l->lock);
	explicit_bzero(l, sizeof(*l));
	free(l);
}

/*
 * A login that was verified once is remembered, as a keyed hash of all that it was made of, so
 * that it doesn't cost a password hash a request; a changed password changes the stored hash,
 * and so the memo.
 */
static int
make_keys(struct ent_arena *a, struct ent_login *l)
{
	struct ent_str all =
	    ent_arena_printf(a, "%zu:%zu:%.*s%.*s%s", l->user.name.n, l->password.n,
	                     ENT_FMT(l->user.name), ENT_FMT(l->password), l->hash);
	uint8_t both[16 + ENT_ATTEMPT_CLIENT];

	if (!all.p)
		return ENT_ENOMEM;
	ent_mac(l->logins->key, all, l->memo);
	memcpy(both, l->memo, 16);
	ent_attempt_client(l->from, both + 16);
	ent_mac(l->logins->key, (struct ent_str){ (const char *)both, sizeof(both) }, l->key);
	return 0;
}

static struct memo *
set_of(struct ent_logins *l, const uint8_t key[16])
{
	size_t i;

	memcpy(&i, key, sizeof(i));
	return l->memo[i % SETS];
}

static bool
remembered(struct ent_logins *l, const uint8_t key[16])
{
	struct memo *set = set_of(l, key);
	bool hit = false;

	for (size_t i = 0; i < WAYS; i++)
		if (set[i].used && ent_same(set[i].key, key, sizeof(set[i].key))) {
			set[i].used = ++l->clock;
			hit = true;
		}
	return hit;
}

static void
remember(struct ent_logins *l, const uint8_t key[16])
{
	struct memo *set = set_of(l, key), *to = set;

	for (size_t i = 1; i < WAYS; i++)
		if (set[i].used < to->used)
			to = &set[i];
	memcpy(to->key, key, sizeof(to->key));
	to->used = ++l->clock;
}

static enum ent_login_verdict
known(const struct ent_login *l)
{
	struct ent_logins *all = l->logins;
	enum ent_login_verdict v = ENT_LOGIN_OPEN;

	(void)pthread_mutex_lock(&all->lock);
	if (l->there && remembered(all, l->memo))
		v = ENT_LOGIN_RIGHT;
	else if (!ent_attempt_allowed(&all->attempts, l->from, l->user.name, l->clock()))
		v = ENT_LOGIN_TOO_MANY;
	(void)pthread_mutex_unlock(&all->lock);
	return v;
}

int
ent_login_begin(struct ent_exchange *x, struct ent_arena *a, struct ent_str from,
                struct ent_str name, struct ent_str password, struct ent_login *out,
                struct ent_err *err)
{
	struct ent_str hash = ent_str_c(nobody);

	*out = (struct ent_login){ .logins = x->c.logins ? x->c.logins : x->logins,
		                   .read_by = x,
		                   .clock = x->c.clock ? x->c.clock : ent_tick_us,
		                   .from = from,
		                   .password = password };
	out->there =
	    name.n > 0 && name.n <= 64 && ent_user_get(x, a, name, &out->user, NULL) == 0;
	out->user.name = name;
	if (out->there)
		hash = out->user.hash;
	out->hash = ent_arena_dup(a, hash).p;
	if (!out->hash || make_keys(a, out))
		return ent_x_nomem(err);
	out->verdict = known(out);
	return 0;
}

enum ent_login_verdict
ent_login_prove(const struct ent_login *l)
{
	struct ent_logins *all = l->logins;
	/* It may have waited: for the verdict on the same login, or on others of its kind. */
	enum ent_login_verdict v = l->verdict ? l->verdict : known(l);

	if (v)
		return v;
	v = ent_password_verify(l->hash, l->password) && l->there ? ENT_LOGIN_RIGHT
	                                                          : ENT_LOGIN_WRONG;
	(void)pthread_mutex_lock(&all->lock);
	if (v == ENT_LOGIN_RIGHT)
		remember(all, l->memo);
	else
		ent_attempt_failed(&all->attempts, l->from, l->user.name, l->clock());
	(void)pthread_mutex_unlock(&all->lock);
	return v;
}

int
ent_login_end(const struct ent_login *l, struct ent_exchange *x, struct ent_arena *a,
              struct ent_user *out, struct ent_err *err)
{
	switch (l->verdict) {
	case ENT_LOGIN_RIGHT:
		break;
	case ENT_LOGIN_WRONG:
		return ent_fail(err, ENT_EAUTH, "unknown user or wrong password");
	case ENT_LOGIN_TOO_MANY:
		return ent_fail(err, ENT_EBUSY,
		                "too many logins with a wrong password: wait for a minute");
	case ENT_LOGIN_OPEN:
		return ent_fail(err, ENT_EBUSY,
		                "the password could not be verified now: try again");
	}
	if (l->read_by != x)
		return ent_user_get(x, a, l->user.name, out, NULL)
		           ? ent_fail(err, ENT_EAUTH, "unknown user or wrong password")
		           : 0;
	*out = l->user;
	return 0;
}

int
ent_login(struct ent_exchange *x, struct ent_arena *a, struct ent_str from, struct ent_str name,
          struct ent_str password, struct ent_user *out, struct ent_err *err)
{
	struct ent_login l;
	int rc = ent_login_begin(x, a, from, name, password, &l, err);

	if (rc)
		return rc;
	l.verdict = ent_login_prove(&l);
	return ent_login_end(&l, x, a, out, err);
}

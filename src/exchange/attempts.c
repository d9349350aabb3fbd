/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attempts.c - logins that failed, counted in a table of fixed size.
 *
 * A key has one place, which a keyed hash finds, so nobody can choose whom to push out; of two
 * that meet there the one with more failures stays until its time is over.
 */
#include "exchange/attempts.h"

#include "crypto/random.h"
#include "exchange/exchange_int.h"

#define US INT64_C(1000000)

static struct ent_str
address(struct ent_str from)
{
	size_t n = from.n;

	while (n > 0 && from.p[n - 1] != ':')
		n--;
	if (n > 0)
		from.n = n - 1;
	return from;
}

/* The two keys of a login: its address, and its address with the name. */
static void
keys(const struct ent_exchange *x, struct ent_str from, struct ent_str name, uint8_t key[2][16])
{
	struct ent_str at = address(from);
	uint8_t both[32] = { 0 };

	ent_mac(x->memo_key, at, both);
	memcpy(key[0], both, 16);
	ent_mac(x->memo_key, name, both + 16);
	ent_mac(x->memo_key, (struct ent_str){ (const char *)both, sizeof(both) }, key[1]);
}

static struct ent_attempts *
place(struct ent_exchange *x, const uint8_t key[16])
{
	size_t i;

	memcpy(&i, key, sizeof(i));
	return &x->attempts[i % ENT_ATTEMPTS];
}

static bool
over(const struct ent_exchange *x, const struct ent_attempts *t)
{
	int64_t age = ent_x_now(x) - t->first;

	return t->count == 0 || age < 0 || age >= ENT_ATTEMPTS_SECONDS * US;
}

int
ent_attempt_allowed(struct ent_exchange *x, struct ent_str from, struct ent_str name,
                    struct ent_err *err)
{
	static const unsigned most[2] = { ENT_ATTEMPTS_ADDRESS, ENT_ATTEMPTS_NAME };
	uint8_t key[2][16];

	keys(x, from, name, key);
	for (int i = 0; i < 2; i++) {
		const struct ent_attempts *t = place(x, key[i]);

		if (!over(x, t) && t->count >= most[i] && memcmp(t->key, key[i], 16) == 0)
			return ent_fail(err, ENT_EBUSY,
			                "too many logins with a wrong password: wait for a "
			                "minute");
	}
	return 0;
}

void
ent_attempt_failed(struct ent_exchange *x, struct ent_str from, struct ent_str name)
{
	uint8_t key[2][16];

	keys(x, from, name, key);
	for (int i = 0; i < 2; i++) {
		struct ent_attempts *t = place(x, key[i]);
		bool mine = memcmp(t->key, key[i], 16) == 0;

		if (over(x, t) || (!mine && t->count <= 1)) {
			*t = (struct ent_attempts){ .first = ent_x_now(x), .count = 1 };
			memcpy(t->key, key[i], 16);
		} else if (mine) {
			t->count++;
		}
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attempts.c - logins that failed, counted in a table of fixed size.
 *
 * A key has one place, which a keyed hash finds, so nobody can choose whom to push out; of two
 * that meet there the one with more failures stays until its time is over.
 */
#include "exchange/attempts.h"

#include <arpa/inet.h>
#include <string.h>

#include "crypto/random.h"

#define US INT64_C(1000000)

void
ent_attempts_init(struct ent_attempts *t)
{
	memset(t, 0, sizeof(*t));
	ent_random(t->key, sizeof(t->key));
}

void
ent_attempt_client(struct ent_str from, uint8_t out[ENT_ATTEMPT_CLIENT])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	char text[INET6_ADDRSTRLEN] = "";
	uint8_t v6[16];
	size_t n = from.n;

	memset(out, 0, ENT_ATTEMPT_CLIENT);
	while (n > 0 && from.p[n - 1] != ':')
		n--;
	if (n > 0)
		from.n = n - 1;
	if (from.n > 1 && from.p[0] == '[' && from.p[from.n - 1] == ']')
		from = (struct ent_str){ from.p + 1, from.n - 2 };
	if (from.n < sizeof(text) && from.n)
		memcpy(text, from.p, from.n);
	if (inet_pton(AF_INET, text, out + 1) == 1) {
		out[0] = 4;
	} else if (inet_pton(AF_INET6, text, v6) == 1) {
		bool is_v4 = memcmp(v6, mapped, sizeof(mapped)) == 0;

		out[0] = is_v4 ? 4 : 6;
		memcpy(out + 1, is_v4 ? v6 + 12 : v6, is_v4 ? 4 : 8);
	} else {
		memcpy(out + 1, text, ENT_ATTEMPT_CLIENT - 1);
	}
}

/* The two keys of a login: its address, and its address with the name. */
static void
keys(const struct ent_attempts *t, struct ent_str from, struct ent_str name, uint8_t key[2][16])
{
	uint8_t both[32] = { 0 }, client[ENT_ATTEMPT_CLIENT];

	ent_attempt_client(from, client);
	ent_mac(t->key, (struct ent_str){ (const char *)client, sizeof(client) }, both);
	memcpy(key[0], both, 16);
	ent_mac(t->key, name, both + 16);
	ent_mac(t->key, (struct ent_str){ (const char *)both, sizeof(both) }, key[1]);
}

static size_t
place(const uint8_t key[16])
{
	size_t i;

	memcpy(&i, key, sizeof(i));
	return i % ENT_ATTEMPTS;
}

static bool
over(const struct ent_attempt *p, int64_t now)
{
	int64_t age = now - p->first;

	return p->count == 0 || age < 0 || age >= ENT_ATTEMPTS_SECONDS * US;
}

bool
ent_attempt_allowed(const struct ent_attempts *t, struct ent_str from, struct ent_str name,
                    int64_t now)
{
	static const unsigned most[2] = { ENT_ATTEMPTS_ADDRESS, ENT_ATTEMPTS_NAME };
	uint8_t key[2][16];

	keys(t, from, name, key);
	for (int i = 0; i < 2; i++) {
		const struct ent_attempt *p = &t->place[place(key[i])];

		if (!over(p, now) && p->count >= most[i] && memcmp(p->key, key[i], 16) == 0)
			return false;
	}
	return true;
}

void
ent_attempt_failed(struct ent_attempts *t, struct ent_str from, struct ent_str name,
                   int64_t now)
{
	uint8_t key[2][16];

	keys(t, from, name, key);
	for (int i = 0; i < 2; i++) {
		struct ent_attempt *p = &t->place[place(key[i])];
		bool mine = memcmp(p->key, key[i], 16) == 0;

		if (over(p, now) || (!mine && p->count <= 1)) {
			*p = (struct ent_attempt){ .first = now, .count = 1 };
			memcpy(p->key, key[i], 16);
		} else if (mine) {
			p->count++;
		}
	}
}

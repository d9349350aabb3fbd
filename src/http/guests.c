/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guests.c - clients in a table of fixed size: what each has, and what is left to it.
 *
 * Sets of eight, found by a keyed hash, so that nobody can choose whom to meet.  Who has
 * connections keeps the place; of the others the one that was here longest ago makes room.
 */
#include "http/guests.h"

#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "crypto/random.h"

#define WAYS 8
#define SETS 1024
#define US   INT64_C(1000000)
#define NEWS (60 * US)
/* Nobody owes more than what comes back in this time. */
#define OWED_SECONDS INT64_C(3600)
/* More than this in one go is as much as can be owed. */
#define OWED_MAX ((uint64_t)1 << 40)

/* What comes back with time. */
enum kind { REQUESTS, BYTES, KINDS };

struct ent_guest {
	uint8_t key[16];
	size_t connections;
	int64_t left[KINDS]; /* in millionths; below 0: owed */
	int64_t seen_us;     /* 0: free */
	int64_t told_us;
};

struct ent_guests {
	struct ent_guest_limits l;
	int64_t rate[KINDS]; /* a second; 0: any number */
	uint8_t key[32];
	pthread_mutex_t lock;
	struct ent_guest guest[SETS][WAYS];
};

struct ent_guests *
ent_guests_new(const struct ent_guest_limits *l)
{
	struct ent_guests *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->l = *l;
	g->rate[REQUESTS] = (int64_t)l->rate;
	g->rate[BYTES] = (int64_t)l->bytes;
	ent_random(g->key, sizeof(g->key));
	(void)pthread_mutex_init(&g->lock, NULL);
	return g;
}

void
ent_guests_free(struct ent_guests *g)
{
	if (!g)
		return;
	(void)pthread_mutex_destroy(&g->lock);
	free(g);
}

/* What of an address is the client's; false: it is local. */
static bool
client_of(const struct sockaddr *sa, struct ent_str *out)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (sa->sa_family == AF_INET) {
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)sa;

		*out = (struct ent_str){ (const char *)&v4->sin_addr, 4 };
		return (uint8_t)out->p[0] != 127;
	}
	if (sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)sa;

		*out = (struct ent_str){ (const char *)&v6->sin6_addr, 8 };
		if (memcmp(&v6->sin6_addr, mapped, sizeof(mapped)) == 0) {
			*out = (struct ent_str){ out->p + 12, 4 };
			return (uint8_t)out->p[0] != 127;
		}
		return !IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
	}
	*out = ENT_STR("local");
	return false;
}

static int64_t
most(const struct ent_guests *g, enum kind k)
{
	return g->rate[k] * ENT_GUEST_SECONDS * US;
}

static void
refill(const struct ent_guests *g, struct ent_guest *guest, int64_t now_us)
{
	int64_t passed = now_us - guest->seen_us;

	if (passed <= 0)
		return;
	guest->seen_us = now_us;
	for (enum kind k = REQUESTS; k < KINDS; k++) {
		int64_t lacks = most(g, k) - guest->left[k];

		/* a division, for the product could be anything */
		if (g->rate[k] && lacks / g->rate[k] > passed)
			guest->left[k] += passed * g->rate[k];
		else
			guest->left[k] = most(g, k);
	}
}

static void
owe(const struct ent_guests *g, struct ent_guest *guest, enum kind k, uint64_t n)
{
	const int64_t deepest = -OWED_SECONDS * g->rate[k] * US;

	if (!g->rate[k])
		return;
	if (n > OWED_MAX || guest->left[k] - (int64_t)n * US < deepest)
		guest->left[k] = deepest;
	else
		guest->left[k] -= (int64_t)n * US;
}

/* Seconds until it has n of them, rounded up. */
static unsigned
lacks(const struct ent_guests *g, const struct ent_guest *guest, enum kind k, int64_t n)
{
	int64_t missing = n * US - guest->left[k];

	if (!g->rate[k] || missing <= 0)
		return 0;
	return (unsigned)((missing - 1) / (g->rate[k] * US)) + 1;
}

/* Seconds until it may have so many requests, of which it is then rid, or 0. */
static unsigned
pay(const struct ent_guests *g, struct ent_guest *guest, int64_t now_us, uint64_t requests)
{
	unsigned wait, bytes;

	refill(g, guest, now_us);
	wait = lacks(g, guest, REQUESTS, (int64_t)requests);
	bytes = lacks(g, guest, BYTES, 0);
	if (wait || bytes)
		return wait > bytes ? wait : bytes;
	owe(g, guest, REQUESTS, requests);
	return 0;
}

/* Its place, a new one if it has none; NULL: everybody around it is busy. */
static struct ent_guest *
place(struct ent_guests *g, const uint8_t key[16], int64_t now_us)
{
	struct ent_guest *set, *oldest = NULL;
	size_t i;

	memcpy(&i, key, sizeof(i));
	set = g->guest[i % SETS];
	for (i = 0; i < WAYS; i++) {
		if (set[i].seen_us && memcmp(set[i].key, key, 16) == 0)
			return &set[i];
		if (!set[i].connections && (!oldest || set[i].seen_us < oldest->seen_us))
			oldest = &set[i];
	}
	if (!oldest)
		return NULL;
	*oldest = (struct ent_guest){ .left = { most(g, REQUESTS), most(g, BYTES) },
		                      .seen_us = now_us };
	memcpy(oldest->key, key, 16);
	return oldest;
}

enum ent_welcome
ent_guests_enter(struct ent_guests *g, const struct sockaddr *sa, int64_t now_us,
                 struct ent_guest **out)
{
	enum ent_welcome w = ENT_WELCOME;
	struct ent_str client;
	uint8_t key[16];

	*out = NULL;
	if ((!g->l.connections && !g->l.rate && !g->l.bytes) ||
	    (!client_of(sa, &client) && !g->l.local))
		return w;
	ent_mac(g->key, client, key);
	(void)pthread_mutex_lock(&g->lock);
	*out = place(g, key, now_us);
	if (*out) {
		size_t n = ++(*out)->connections, max = g->l.connections;

		if (pay(g, *out, now_us, ENT_GUEST_CONNECTION) ||
		    (max && n > max + ENT_GUESTS_TOLD))
			w = ENT_GUEST_SHUT;
		else if (max && n > max)
			w = ENT_GUEST_TELL;
	}
	(void)pthread_mutex_unlock(&g->lock);
	return w;
}

void
ent_guests_leave(struct ent_guests *g, struct ent_guest *guest, uint64_t moved, int64_t now_us)
{
	if (!guest)
		return;
	(void)pthread_mutex_lock(&g->lock);
	refill(g, guest, now_us);
	owe(g, guest, BYTES, moved);
	guest->connections--;
	(void)pthread_mutex_unlock(&g->lock);
}

unsigned
ent_guests_ask(struct ent_guests *g, struct ent_guest *guest, uint64_t moved, int64_t now_us)
{
	unsigned wait;

	if (!guest)
		return 0;
	(void)pthread_mutex_lock(&g->lock);
	refill(g, guest, now_us);
	owe(g, guest, BYTES, moved);
	wait = pay(g, guest, now_us, 1);
	(void)pthread_mutex_unlock(&g->lock);
	return wait;
}

bool
ent_guests_news(struct ent_guests *g, struct ent_guest *guest, int64_t now_us)
{
	bool news;

	if (!guest)
		return false;
	(void)pthread_mutex_lock(&g->lock);
	news = !guest->told_us || now_us - guest->told_us >= NEWS;
	if (news)
		guest->told_us = now_us;
	(void)pthread_mutex_unlock(&g->lock);
	return news;
}

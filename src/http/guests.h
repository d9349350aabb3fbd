/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guests.h - how much one client may have of a server: connections at once, requests and bytes
 * a second.
 *
 * A client is an IPv4 address, or the first 64 bits of an IPv6 one.  Used by all loops.
 */
#ifndef ENT_HTTP_GUESTS_H
#define ENT_HTTP_GUESTS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockaddr;
struct ent_guests;
struct ent_guest; /* a client that has connections */

struct ent_guest_limits {
	size_t connections; /* 0: any number */
	size_t rate;        /* requests a second, over ENT_GUEST_SECONDS; 0: any number */
	size_t bytes;       /* a second, both ways, over ENT_GUEST_SECONDS; 0: any number */
	bool local;         /* they hold for loopback addresses and Unix sockets, too */
};

enum ent_welcome {
	ENT_WELCOME,
	ENT_GUEST_TELL, /* one too many: it is let in to be told so */
	ENT_GUEST_SHUT, /* far too many: nothing is to be spent on it */
};

struct ent_guests *ent_guests_new(const struct ent_guest_limits *l); /* NULL: no memory */
void ent_guests_free(struct ent_guests *g);                          /* NULL is fine */
/* A connection is there; now_us: of ent_tick_us().  *out is to leave again, NULL where nothing
 * is counted: no limits, a local client, or a table full of clients. */
enum ent_welcome ent_guests_enter(struct ent_guests *g, const struct sockaddr *sa,
                                  int64_t now_us, struct ent_guest **out);
/* moved: bytes to it and from it that ent_guests_ask hasn't heard of.  guest NULL is fine. */
void ent_guests_leave(struct ent_guests *g, struct ent_guest *guest, uint64_t moved,
                      int64_t now_us);
/*
 * It asks for something, after so many bytes since it asked last: 0 if it may, else the seconds
 * until it may.  What is to be sent isn't known beforehand, so bytes are owed: a client may
 * have one large answer, and waits for it afterwards.
 */
unsigned ent_guests_ask(struct ent_guests *g, struct ent_guest *guest, uint64_t moved,
                        int64_t now_us);
/* Whether its being refused is news, which it is once a minute. */
bool ent_guests_news(struct ent_guests *g, struct ent_guest *guest, int64_t now_us);

#endif

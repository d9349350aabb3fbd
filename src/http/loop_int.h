/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop_int.h - a loop and its sockets.
 */
#ifndef ENT_HTTP_LOOP_INT_H
#define ENT_HTTP_LOOP_INT_H
#include "http/http_int.h"

#define ENT_LOOP_SCRATCH ((size_t)32 << 10)

struct ent_sock {
	struct ent_conn conn; /* of HTTP/2: what is known of the peer */
	struct ent_loop *loop;
	struct ent_tls_conn *tls;
	struct ent_h2 *h2;            /* NULL: HTTP/1.1 */
	struct ent_sock *prev, *next; /* all of the loop */
	struct ent_sock *turn;        /* those that didn't finish their turn */
	struct ent_guest *guest;      /* NULL: nobody counts */
	uint64_t moved; /* bytes both ways, that the guest isn't charged for yet */
	int fd;
	bool greeted, lingers, queued, dead;
	bool unwelcome; /* is told so, and has to go */
	char from[64];
};

struct ent_loop {
	struct ent_env env; /* first: as above */
	struct ent_loop_config lc;
	int64_t head_us, body_us, idle_us, write_us, sweep_us;
	size_t max, n;
	struct ent_sock *socks, *turns;
	struct ent_stage *stage;
	int ep, wake;
	bool alone; /* one socket had something in this turn */
	bool listening;
	int64_t listen_again_us, swept_us, end_us, idle_end_us;
	pthread_mutex_t lock; /* of what follows */
	struct ent_conn *back;
	bool stop;
	struct ent_ending ending;
	/* the thread's own again */
	char scratch[ENT_LOOP_SCRATCH];
};

/* sock.c.  Each of these may free s. */
void ent_sock_drop(struct ent_sock *s);
/* As ent_sock_drop, so that the kernel doesn't go on for minutes with what the peer doesn't
 * read. */
void ent_sock_reset(struct ent_sock *s);
/* Goes on until it must wait, or the others have their turn. */
void ent_sock_drive(struct ent_sock *s);
bool ent_sock_away(const struct ent_sock *s); /* another thread has something of it */
void ent_sock_end(struct ent_sock *s);        /* says goodbye where nothing is asked */
/* When it is too late for what it waits for, and what is done then. */
int64_t ent_sock_deadline(const struct ent_sock *s);
void ent_sock_expire(struct ent_sock *s);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sock.c - a connection over its socket: greeted, read, written, ended, and not waited for
 * without end.
 */
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "http/loop_int.h"

/* Steps of one connection before the others have their turn. */
#define TURN 64
/* ... and those that haven't asked for anything yet after this. */
#define FULL_HEAD_US 2000000
/* Where nobody else waits, what one send(2) is given: the peer reads it while the next is
 * enciphered. */
#define ALONE_STEP ((size_t)32 << 10)
/* A full loop ends connections that have been idle for this long. */
#define FULL_IDLE_US 1000000

void
ent_sock_drop(struct ent_sock *s)
{
	struct ent_loop *l = s->loop;

	ent_h2_free(s->h2);
	ent_conn_release(&s->conn);
	ent_tls_conn_free(s->tls);
	s->tls = NULL;
	(void)close(s->fd);
	ent_guests_leave(l->lc.guests, s->guest, s->moved, l->env.now_us);
	*(s->prev ? &s->prev->next : &l->socks) = s->next;
	if (s->next)
		s->next->prev = s->prev;
	l->n--;
	s->dead = true;
	if (!s->queued)
		free(s);
}

void
ent_sock_reset(struct ent_sock *s)
{
	struct linger hard = { .l_onoff = 1, .l_linger = 0 };

	(void)setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	ent_sock_drop(s);
}

static void
queue(struct ent_sock *s)
{
	if (s->queued)
		return;
	s->queued = true;
	s->turn = s->loop->turns;
	s->loop->turns = s;
}

enum { AGAIN = 1, WAIT = 0, OVER = -1 };

/* An answer may be lost if its socket is closed with input unread: first say that nothing more
 * comes, then read until the peer has understood. */
static int
linger(struct ent_sock *s)
{
	int rc;

	if (!s->lingers) {
		s->lingers = true;
		s->conn.phase_us = s->loop->env.now_us;
		ent_tls_bye(s->tls);
		if (s->conn.eof)
			return OVER;
	}
	rc = ent_tls_drain(s->tls, s->loop->scratch, sizeof(s->loop->scratch));
	if (rc == ENT_IO_WAIT)
		return WAIT;
	return rc > 0 ? AGAIN : OVER;
}

static int
greet(struct ent_sock *s)
{
	int rc = ent_tls_handshake(s->tls);

	if (rc)
		return rc == ENT_IO_WAIT ? WAIT : OVER;
	s->greeted = true;
	s->conn.rq.has_pin = ent_tls_pin(s->tls, s->conn.rq.pin);
	if (!ent_tls_h2(s->tls))
		return AGAIN;
	s->h2 = ent_h2_new(&s->conn, s);
	return s->h2 ? AGAIN : OVER;
}

static int
receive(struct ent_sock *s)
{
	struct ent_loop *l = s->loop;
	ssize_t n = ent_tls_read(s->tls, l->scratch, sizeof(l->scratch));

	if (n == ENT_IO_WAIT)
		return WAIT;
	if (n < 0)
		return OVER;
	s->moved += (uint64_t)n;
	if (s->h2 && n == 0) {
		s->conn.eof = true;
		ent_h2_eof(s->h2);
	} else if (s->h2)
		ent_h2_in(s->h2, (struct ent_str){ l->scratch, (size_t)n });
	else if (n == 0)
		ent_conn_eof(&s->conn);
	else
		ent_conn_run(&s->conn, (struct ent_str){ l->scratch, (size_t)n });
	return AGAIN;
}

static int
transmit(struct ent_sock *s, struct ent_str pending)
{
	ssize_t n;
	int rc;

	if (s->loop->alone && pending.n > ALONE_STEP)
		pending.n = ALONE_STEP;
	n = ent_tls_write(s->tls, pending);
	if (n < 0)
		return n == ENT_IO_WAIT ? WAIT : OVER;
	rc = s->loop->alone ? ent_tls_flush(s->tls) : 0;
	if (rc == ENT_IO_BROKEN)
		return OVER;
	s->moved += (uint64_t)n;
	if (s->h2)
		ent_h2_sent(s->h2, (size_t)n);
	else
		ent_conn_sent(&s->conn, (size_t)n);
	return AGAIN;
}

/* As advance, of HTTP/2: what comes and what goes don't wait for each other. */
static int
advance_h2(struct ent_sock *s)
{
	struct ent_str pending = ent_h2_pending(s->h2);
	int rc;

	if (pending.n)
		return transmit(s, pending);
	rc = ent_tls_flush(s->tls);
	if (rc)
		return rc == ENT_IO_WAIT ? WAIT : OVER;
	if (ent_h2_over(s->h2))
		return ent_h2_away(s->h2) ? WAIT : linger(s);
	return receive(s);
}

static int
advance(struct ent_sock *s)
{
	struct ent_conn *c = &s->conn;
	struct ent_str pending;
	int rc;

	if (s->lingers)
		return linger(s);
	if (!s->greeted)
		return greet(s);
	if (s->h2)
		return advance_h2(s);
	pending = ent_conn_pending(c);
	if (c->state == ENT_CONN_AWAY)
		return WAIT;
	if (pending.n)
		return transmit(s, pending);
	rc = ent_tls_flush(s->tls);
	if (rc)
		return rc == ENT_IO_WAIT ? WAIT : OVER;
	if (c->state == ENT_CONN_CLOSED)
		return linger(s);
	if (c->state == ENT_CONN_ANSWER) {
		ent_conn_run(c, (struct ent_str){ NULL, 0 });
		return AGAIN;
	}
	return ent_conn_wants(c) ? receive(s) : WAIT;
}

bool
ent_sock_away(const struct ent_sock *s)
{
	return s->h2 ? ent_h2_away(s->h2) : s->conn.state == ENT_CONN_AWAY;
}

void
ent_sock_end(struct ent_sock *s)
{
	int64_t since;
	bool served;

	if (s->h2 && ent_h2_idle(s->h2, &since, &served))
		ent_h2_end(s->h2);
	else if (!s->h2 && ent_conn_idle(&s->conn))
		s->conn.state = ENT_CONN_CLOSED;
	else
		return;
	ent_sock_drive(s);
}

void
ent_sock_drive(struct ent_sock *s)
{
	int rc = AGAIN;

	for (int i = 0; i < TURN && rc == AGAIN; i++)
		rc = advance(s);
	/* The stage is the next connection's now. */
	if (ent_tls_flush(s->tls) == ENT_IO_BROKEN)
		rc = OVER;
	/* What another thread has can't be dropped; its answer will find the line broken. */
	if (rc == OVER && !ent_sock_away(s))
		ent_sock_drop(s);
	else if (rc == AGAIN)
		queue(s);
}

/* ---- time ---- */

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Bytes must go on moving, and faster than ENT_HTTP_RATE_MIN once the timeout is over. */
static int64_t
moving(const struct ent_conn *c, int64_t limit, uint64_t bytes)
{
	int64_t earned = (int64_t)(bytes * 1000000 / ENT_HTTP_RATE_MIN);

	return sooner(c->phase_us + limit + earned, c->moved_us + limit);
}

/* When it is too late for what an answer or a body waits for. */
static int64_t
conn_deadline(const struct ent_conn *c, const struct ent_loop *l)
{
	switch (c->state) {
	case ENT_CONN_BODY:
		return moving(c, l->body_us, c->raw);
	case ENT_CONN_ANSWER:
	case ENT_CONN_CLOSED:
		return moving(c, l->write_us, c->sent);
	case ENT_CONN_AWAY:
		return INT64_MAX;
	case ENT_CONN_HEAD:
		break;
	}
	return c->phase_us + l->head_us;
}

/* When a connection has been silent for too long, between two requests or before the first. */
static int64_t
silence(const struct ent_loop *l, int64_t since_us, bool served)
{
	bool full = l->n >= l->max;
	int64_t most = served ? l->idle_us : l->head_us;

	if (full)
		most = sooner(most, served ? FULL_IDLE_US : FULL_HEAD_US);
	return since_us + most;
}

static int64_t
h2_deadline(const struct ent_sock *s)
{
	const struct ent_conn *c = NULL;
	int64_t since, first = INT64_MAX;
	bool served;

	if (ent_h2_idle(s->h2, &since, &served))
		return silence(s->loop, since, served);
	while ((c = ent_h2_next(s->h2, c)) != NULL)
		first = sooner(first, conn_deadline(c, s->loop));
	return first;
}

int64_t
ent_sock_deadline(const struct ent_sock *s)
{
	const struct ent_conn *c = &s->conn;
	const struct ent_loop *l = s->loop;

	if (s->lingers)
		return c->phase_us + (int64_t)ENT_HTTP_LINGER_MS * 1000;
	if (!s->greeted)
		return silence(l, c->phase_us, false);
	if (s->h2)
		return h2_deadline(s);
	return ent_conn_idle(c) ? silence(l, c->phase_us, c->served > 0) : conn_deadline(c, l);
}

/* A stream that doesn't move keeps the others of its connection from nothing, but it is a peer
 * that plays with us, or one that is gone: all of it ends. */
static void
expire_h2(struct ent_sock *s)
{
	int64_t since;
	bool served;

	if (ent_h2_idle(s->h2, &since, &served))
		ent_sock_end(s);
	else if (!ent_sock_away(s))
		ent_sock_reset(s);
}

void
ent_sock_expire(struct ent_sock *s)
{
	struct ent_conn *c = &s->conn;

	if (s->lingers || !s->greeted) {
		ent_sock_drop(s);
	} else if (s->h2) {
		expire_h2(s);
	} else if (c->state == ENT_CONN_BODY || (c->state == ENT_CONN_HEAD && c->in.n)) {
		ent_conn_refuse(c, 408, "the request came too slowly");
		ent_sock_drive(s);
	} else if (c->state == ENT_CONN_HEAD) {
		ent_tls_bye(s->tls);
		ent_sock_drop(s);
	} else {
		ent_sock_reset(s);
	}
}

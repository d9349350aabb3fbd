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
	return AGAIN;
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
	if (n == 0)
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
	ent_conn_sent(&s->conn, (size_t)n);
	return AGAIN;
}

static int
advance(struct ent_sock *s)
{
	struct ent_conn *c = &s->conn;
	struct ent_str pending = ent_conn_pending(c);
	int rc;

	if (s->lingers)
		return linger(s);
	if (!s->greeted)
		return greet(s);
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
	if (rc == OVER && s->conn.state != ENT_CONN_AWAY)
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

int64_t
ent_sock_deadline(const struct ent_sock *s)
{
	const struct ent_conn *c = &s->conn;
	const struct ent_loop *l = s->loop;
	bool full = l->n >= l->max;

	if (s->lingers)
		return c->phase_us + (int64_t)ENT_HTTP_LINGER_MS * 1000;
	if (!s->greeted)
		return c->phase_us + (full ? sooner(l->head_us, FULL_HEAD_US) : l->head_us);
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
	if (!ent_conn_idle(c))
		return c->phase_us + l->head_us;
	if (!c->served)
		return c->phase_us + (full ? sooner(l->head_us, FULL_HEAD_US) : l->head_us);
	return c->phase_us + (full ? sooner(l->idle_us, FULL_IDLE_US) : l->idle_us);
}

void
ent_sock_expire(struct ent_sock *s)
{
	struct ent_conn *c = &s->conn;

	if (s->lingers || !s->greeted) {
		ent_sock_drop(s);
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

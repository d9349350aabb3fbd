/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop.c - one thread's epoll loop: accepts, and gives each socket its turn.
 *
 * Sockets are registered once, edge-triggered; each remembers whether it may be read and
 * written.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/time.h"
#include "http/loop_int.h"

#define EVENTS 256
/* A pause where no descriptor is left, instead of being woken at once again. */
#define ACCEPT_PAUSE_US 100000
/* When a client that has too many connections may come again. */
#define UNWELCOME_SECONDS 5
/* How often a loop that is to end looks whether it is over. */
#define ENDING_MS 20

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t
timeout_us(int ms, int otherwise)
{
	return (int64_t)(ms > 0 ? ms : otherwise) * 1000;
}

static int
watch(struct ent_loop *l, int fd, uint32_t events, void *what)
{
	struct epoll_event e = { .events = events, .data.ptr = what };

	return epoll_ctl(l->ep, EPOLL_CTL_ADD, fd, &e);
}

static void
listen_or_not(struct ent_loop *l, bool on)
{
	struct epoll_event e = { .events = on ? EPOLLIN : 0, .data.ptr = &l->lc };

	if (l->listening == on || l->lc.listener < 0)
		return;
	l->listening = on;
	(void)epoll_ctl(l->ep, EPOLL_CTL_MOD, l->lc.listener, &e);
}

/* ---- accepting ---- */

static void
note_refused(struct ent_loop *l, struct ent_guest *guest, const char *from)
{
	if (ent_guests_news(l->lc.guests, guest, l->env.now_us))
		ent_log(l->lc.c->log, ENT_LOG_WARN,
		        "event=client-limited from=\"%s\" why=\"more connections, requests "
		        "or bytes than one client may have\"",
		        from);
}

/* Whether a client may have one more connection; false: it is closed. */
static bool
let_in(struct ent_loop *l, int fd, const struct sockaddr *sa, struct ent_guest **guest,
       enum ent_welcome *w)
{
	struct linger hard = { .l_onoff = 1, .l_linger = 0 };
	char from[64];

	*w = ent_guests_enter(l->lc.guests, sa, l->env.now_us, guest);
	if (*w != ENT_WELCOME) {
		ent_listen_name(sa, from, sizeof(from));
		note_refused(l, *guest, from);
	}
	if (*w != ENT_GUEST_SHUT)
		return true;
	ent_guests_leave(l->lc.guests, *guest, 0, l->env.now_us);
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	(void)close(fd);
	return false;
}

static void
adopt(struct ent_loop *l, int fd, const struct sockaddr *sa)
{
	struct ent_guest *guest;
	enum ent_welcome w;
	struct ent_sock *s;
	int on = 1;

	if (!let_in(l, fd, sa, &guest, &w))
		return;
	s = calloc(1, sizeof(*s));
	if (s)
		s->tls = ent_tls_conn_new(l->lc.tls, l->stage, fd);
	if (!s || !s->tls || watch(l, fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, s)) {
		if (s)
			ent_tls_conn_free(s->tls);
		free(s);
		(void)close(fd);
		ent_guests_leave(l->lc.guests, guest, 0, l->env.now_us);
		return;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	ent_conn_init(&s->conn, &l->env);
	s->conn.owner = s;
	ent_listen_name(sa, s->from, sizeof(s->from));
	s->conn.rq.from = ent_str_c(s->from);
	s->conn.rq.tls = l->lc.tls != NULL;
	s->guest = guest;
	s->unwelcome = w != ENT_WELCOME;
	s->loop = l;
	s->fd = fd;
	s->next = l->socks;
	if (l->socks)
		l->socks->prev = s;
	l->socks = s;
	l->n++;
}

static void
accept_some(struct ent_loop *l)
{
	struct sockaddr_storage ss;

	for (int i = 0; i < 64; i++) {
		socklen_t len = sizeof(ss);
		int fd;

		if (l->n >= l->max) { /* they wait in the kernel */
			listen_or_not(l, false);
			return;
		}
		memset(&ss, 0, sizeof(ss));
		fd = accept4(l->lc.listener, (struct sockaddr *)&ss, &len,
		             SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			adopt(l, fd, (struct sockaddr *)&ss);
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		           errno == ENOMEM) {
			ent_log(
			    l->lc.c->log, ENT_LOG_WARN,
			    "event=accept-failed why=\"%s\" open=%zu fix=\"raise the limit of "
			    "open files\"",
			    strerrordesc_np(errno), l->n);
			l->listen_again_us = l->env.now_us + ACCEPT_PAUSE_US;
			listen_or_not(l, false);
			return;
		} else if (errno != EINTR && errno != ECONNABORTED) {
			return; /* nobody waits, or it went away */
		}
	}
}

/* ---- time ---- */

static void
sweep(struct ent_loop *l)
{
	struct ent_sock *s, *next;

	for (s = l->socks; s; s = next) {
		next = s->next;
		if (ent_sock_deadline(s) <= l->env.now_us)
			ent_sock_expire(s);
	}
	if (l->env.now_us >= l->listen_again_us && l->n < l->max)
		listen_or_not(l, true);
	l->swept_us = l->env.now_us;
}

/* ---- the end ---- */

static void
begin_end(struct ent_loop *l, const struct ent_ending *e)
{
	if (!l->env.stopping) {
		(void)close(l->lc.listener);
		l->lc.listener = -1;
		l->listening = false;
		l->idle_end_us = l->env.now_us + (int64_t)e->idle_ms * 1000;
		l->end_us = l->env.now_us + (int64_t)e->grace_ms * 1000;
	}
	l->env.stopping = true;
}

/* Ends those that do nothing, and after the time of grace all that the writer doesn't have. */
static void
go_on_ending(struct ent_loop *l)
{
	bool over = l->env.now_us >= l->end_us, idle_over = l->env.now_us >= l->idle_end_us;
	struct ent_sock *s, *next;

	for (s = l->socks; s; s = next) {
		next = s->next;
		if (ent_sock_away(s))
			continue;
		if (over)
			ent_sock_reset(s);
		else if (s->queued || s->lingers)
			continue;
		else if (!idle_over) {
			if (s->h2) /* hears that it should ask elsewhere */
				ent_sock_drive(s);
		} else if (!s->greeted)
			ent_sock_drop(s);
		else
			ent_sock_end(s);
	}
}

static bool
take_back(struct ent_loop *l)
{
	struct ent_conn *c, *next;
	struct ent_ending ending;
	bool stop;

	(void)pthread_mutex_lock(&l->lock);
	c = l->back;
	l->back = NULL;
	stop = l->stop;
	ending = l->ending;
	(void)pthread_mutex_unlock(&l->lock);
	for (; c; c = next) {
		next = c->next;
		if (c->task)
			ent_conn_found(c);
		else
			ent_conn_served(c);
		ent_sock_drive(c->owner);
	}
	if (stop)
		begin_end(l, &ending);
	return stop;
}

static void
take_turns(struct ent_loop *l)
{
	struct ent_sock *s = l->turns, *next;

	l->turns = NULL;
	for (; s; s = next) {
		next = s->turn;
		s->queued = false;
		if (s->dead)
			free(s);
		else
			ent_sock_drive(s);
	}
}

static void
handle(struct ent_loop *l, const struct epoll_event *e)
{
	uint32_t got = e->events;
	uint64_t count;
	struct ent_sock *s;

	if (e->data.ptr == &l->lc) {
		accept_some(l);
	} else if (e->data.ptr == &l->wake) {
		(void)!read(l->wake, &count, sizeof(count));
	} else {
		s = e->data.ptr;
		ent_tls_event(s->tls, (got & (EPOLLIN | EPOLLERR)) != 0,
		              (got & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0,
		              (got & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
		ent_sock_drive(s);
	}
}

void
ent_loop_run(struct ent_loop *l)
{
	struct epoll_event events[EVENTS];
	bool stop = false;

	while (!stop || l->n) {
		int wait_ms = l->turns ? 0 : stop ? ENDING_MS : (int)(l->sweep_us / 1000);
		int n = epoll_wait(l->ep, events, EVENTS, wait_ms);

		l->env.now_us = ent_tick_us();
		l->alone = n <= 1 && !l->turns;
		for (int i = 0; i < n; i++)
			handle(l, &events[i]);
		stop = take_back(l);
		take_turns(l);
		if (l->env.now_us - l->swept_us >= l->sweep_us)
			sweep(l);
		if (l->n < l->max && l->env.now_us >= l->listen_again_us)
			listen_or_not(l, true);
		if (stop)
			go_on_ending(l);
		if (l->lc.app->rest)
			l->lc.app->rest(l->env.ctx);
	}
	take_turns(l); /* frees what died while it was queued */
	if (l->lc.app->close)
		l->lc.app->close(l->lc.app->self, l->env.ctx);
}

/* ---- from other threads ---- */

static void
nudge(struct ent_loop *l)
{
	uint64_t one = 1;

	(void)!write(l->wake, &one, sizeof(one));
}

void
ent_loop_back(struct ent_conn *c)
{
	struct ent_loop *l = (struct ent_loop *)c->env;
	bool first;

	(void)pthread_mutex_lock(&l->lock);
	first = !l->back;
	c->next = l->back;
	l->back = c;
	(void)pthread_mutex_unlock(&l->lock);
	if (first)
		nudge(l);
}

void
ent_loop_stop(struct ent_loop *l, const struct ent_ending *e)
{
	(void)pthread_mutex_lock(&l->lock);
	l->stop = true;
	l->ending = *e;
	nudge(l);
	(void)pthread_mutex_unlock(&l->lock);
}

static void
hand_over(struct ent_env *env, struct ent_conn *c)
{
	ent_writer_put(((struct ent_loop *)env)->lc.writer, c);
}

static unsigned
may(struct ent_env *env, struct ent_conn *c)
{
	struct ent_loop *l = (struct ent_loop *)env;
	struct ent_sock *s = c->owner;
	unsigned wait = ent_guests_ask(l->lc.guests, s->guest, s->moved, env->now_us);

	s->moved = 0;
	if (s->unwelcome) {
		c->keep = false;
		return UNWELCOME_SECONDS;
	}
	if (wait)
		note_refused(l, s->guest, s->from);
	return wait;
}

static bool
find(struct ent_env *env, struct ent_conn *c)
{
	return ent_finder_put(((struct ent_loop *)env)->lc.finder, c);
}

int
ent_loop_new(const struct ent_loop_config *lc, struct ent_loop **out, struct ent_err *err)
{
	struct ent_loop *l = calloc(1, sizeof(*l));
	const struct ent_http_config *c = lc->c;

	if (!l) {
		(void)close(lc->listener);
		return ent_fail(err, ENT_ENOMEM, "loop thread");
	}
	l->lc = *lc;
	l->env = (struct ent_env){
		.app = lc->app, .hand_over = hand_over, .may = may, .find = find
	};
	l->env.now_us = l->swept_us = ent_tick_us();
	l->head_us = timeout_us(c->head_ms, 10000);
	l->body_us = timeout_us(c->body_ms, 60000);
	l->idle_us = timeout_us(c->idle_ms, 60000);
	l->write_us = timeout_us(c->write_ms, 30000);
	l->sweep_us =
	    sooner(sooner(l->head_us, l->body_us), sooner(l->idle_us, l->write_us)) / 4;
	l->sweep_us = l->sweep_us < 10000 ? 10000 : sooner(l->sweep_us, 500000);
	l->max = c->max_connections ? c->max_connections : ENT_HTTP_CONNECTIONS;
	l->listening = true;
	(void)pthread_mutex_init(&l->lock, NULL);
	l->stage = ent_stage_new();
	l->ep = epoll_create1(EPOLL_CLOEXEC);
	l->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->stage && l->ep >= 0 && l->wake >= 0 &&
	    watch(l, lc->listener, EPOLLIN, &l->lc) == 0 &&
	    watch(l, l->wake, EPOLLIN, &l->wake) == 0) {
		*out = l;
		return 0;
	}
	(void)ent_fail(err, ENT_ENOMEM, "loop thread: %m");
	ent_loop_free(l);
	return ENT_ENOMEM;
}

int
ent_loop_open(struct ent_loop *l, struct ent_err *err)
{
	const struct ent_http_app *app = l->lc.app;

	return app->open ? app->open(app->self, l->lc.index, &l->env.ctx, err) : 0;
}

void
ent_loop_free(struct ent_loop *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < 3; i++) {
		int fd = i == 0 ? l->lc.listener : i == 1 ? l->ep : l->wake;

		if (fd >= 0)
			(void)close(fd);
	}
	(void)pthread_mutex_destroy(&l->lock);
	ent_stage_free(l->stage);
	ent_env_release(&l->env);
	free(l);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.c - the threads of a server: started, waited for, stopped.
 */
#include <errno.h>
#include <sched.h>
#include <unistd.h>

#include "http/http_int.h"

struct thread {
	struct ent_server *server;
	struct ent_loop *loop;
	pthread_t id;
	bool runs;
};

struct ent_server {
	struct ent_http_config c;
	struct ent_http_app app;
	struct ent_tls *tls;
	struct ent_writer *writer;
	struct ent_finder *finder;
	struct ent_guests *guests;
	const char *path; /* of a Unix socket that is ours; NULL: none */
	int port;
	int fd[ENT_HTTP_THREADS]; /* listeners */
	size_t n_fd, n_taken;     /* taken: the loops' */
	pthread_mutex_t lock;
	pthread_cond_t opened;
	size_t n, waiting; /* waiting: contexts that aren't open yet */
	int rc;            /* the first failure to open one */
	struct ent_err err;
	struct thread thread[];
};

static size_t
cores(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

	return n > 0 ? (size_t)n : 1;
}

static void *
run(void *arg)
{
	struct thread *t = arg;
	struct ent_server *s = t->server;
	struct ent_err err;
	int rc = ent_loop_open(t->loop, &err);

	(void)pthread_mutex_lock(&s->lock);
	if (rc && !s->rc) {
		s->rc = rc;
		s->err = err;
	}
	s->waiting--;
	(void)pthread_cond_broadcast(&s->opened);
	(void)pthread_mutex_unlock(&s->lock);
	if (rc == 0)
		ent_loop_run(t->loop);
	return NULL;
}

static int
start_threads(struct ent_server *s, struct ent_err *err)
{
	int rc = 0;

	(void)pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n && rc == 0; i++) {
		struct thread *t = &s->thread[i];

		rc = pthread_create(&t->id, NULL, run, t);
		t->runs = rc == 0;
		s->waiting += t->runs;
	}
	while (s->waiting)
		(void)pthread_cond_wait(&s->opened, &s->lock);
	(void)pthread_mutex_unlock(&s->lock);
	if (rc) {
		errno = rc;
		return ent_fail(err, ENT_ENOMEM, "loop thread: %m");
	}
	if (s->rc && err)
		*err = s->err;
	return s->rc;
}

static int
open_listeners(struct ent_server *s, struct ent_err *err)
{
	int rc = s->n_fd ? ent_listen_port(s->fd[0], &s->port, err)
	                 : ent_listen(s->c.listen, !s->tls, s->fd, s->n, &s->port, err);

	if (rc == 0) {
		s->path = ent_listen_path(s->c.listen);
		s->n_fd = s->n;
	}
	return rc;
}

static int
make_loops(struct ent_server *s, struct ent_err *err)
{
	int rc = open_listeners(s, err);

	for (size_t i = 0; i < s->n && rc == 0; i++) {
		struct ent_loop_config lc = {
			.c = &s->c,
			.app = &s->app,
			.tls = s->tls,
			.writer = s->writer,
			.finder = s->finder,
			.guests = s->guests,
			.listener = s->fd[s->n_taken++],
			.index = (int)i,
		};

		s->thread[i].server = s;
		rc = ent_loop_new(&lc, &s->thread[i].loop, err);
	}
	return rc;
}

/* A server that has its threads and its listeners to be, and nothing of them runs. */
static struct ent_server *
make(const struct ent_http_config *c, const struct ent_http_app *app)
{
	size_t n = c->n_listeners   ? c->n_listeners
	           : c->threads > 0 ? (size_t)c->threads
	                            : cores();
	struct ent_server *s;

	if (n > ENT_HTTP_THREADS)
		n = ENT_HTTP_THREADS;
	s = calloc(1, sizeof(*s) + n * sizeof(s->thread[0]));
	if (!s) {
		for (size_t i = 0; i < c->n_listeners; i++)
			(void)close(c->listeners[i]);
		return NULL;
	}
	s->c = *c;
	s->app = *app;
	s->n = n;
	for (size_t i = 0; i < c->n_listeners; i++)
		if (i < n)
			s->fd[s->n_fd++] = c->listeners[i];
		else
			(void)close(c->listeners[i]);
	(void)pthread_mutex_init(&s->lock, NULL);
	(void)pthread_cond_init(&s->opened, NULL);
	return s;
}

int
ent_server_start(const struct ent_http_config *c, const struct ent_http_app *app,
                 struct ent_server **out, struct ent_err *err)
{
	struct ent_server *s = make(c, app);
	int rc = 0;

	if (!s)
		return ent_fail(err, ENT_ENOMEM, "server");
	if (!c->listen)
		rc = ent_fail(err, ENT_EINVAL, "no address to listen on");
	else if (c->cert_file && !c->key_file)
		rc = ent_fail(err, ENT_EINVAL, "certificate %s: no key given", c->cert_file);
	else if (c->cert_file)
		rc = ent_tls_open(c->cert_file, c->key_file, c->tls12, !c->no_h2, &s->tls, err);
	if (rc == 0)
		rc = ent_writer_start(&s->app, ent_loop_back, &s->writer, err);
	if (rc == 0) {
		s->guests = ent_guests_new(&s->c.client);
		rc = s->guests ? 0 : ent_fail(err, ENT_ENOMEM, "server");
	}
	if (rc == 0)
		rc = ent_finder_start(&s->app, s->n, ent_loop_back, &s->finder, err);
	if (rc == 0)
		rc = make_loops(s, err);
	if (rc == 0)
		rc = start_threads(s, err);
	if (rc) {
		if (c->n_listeners) /* the socket's file isn't ours yet */
			ent_server_retire(s, 0, 0);
		else
			ent_server_stop(s, 0);
		return rc;
	}
	*out = s;
	return 0;
}

int
ent_server_reload(struct ent_server *s, struct ent_err *err)
{
	return s->tls ? ent_tls_reload(s->tls, err) : 0;
}

int
ent_server_port(const struct ent_server *s)
{
	return s->port;
}

size_t
ent_server_listeners(const struct ent_server *s, int *fd, size_t max)
{
	size_t n = s->n_fd < max ? s->n_fd : max;

	memcpy(fd, s->fd, n * sizeof(*fd));
	return n;
}

static void
end(struct ent_server *s, const struct ent_ending *e)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->thread[i].runs)
			ent_loop_stop(s->thread[i].loop, e);
	for (size_t i = 0; i < s->n; i++)
		if (s->thread[i].runs)
			(void)pthread_join(s->thread[i].id, NULL);
	/* The loops have waited for what these had. */
	ent_finder_stop(s->finder);
	ent_writer_stop(s->writer);
	for (size_t i = 0; i < s->n; i++)
		ent_loop_free(s->thread[i].loop);
	for (size_t i = s->n_taken; i < s->n_fd; i++)
		(void)close(s->fd[i]);
	ent_guests_free(s->guests);
	ent_tls_close(s->tls);
	(void)pthread_cond_destroy(&s->opened);
	(void)pthread_mutex_destroy(&s->lock);
	free(s);
}

void
ent_server_stop(struct ent_server *s, int grace_ms)
{
	if (!s)
		return;
	if (s->path)
		(void)unlink(s->path);
	end(s, &(struct ent_ending){ .grace_ms = grace_ms });
}

void
ent_server_retire(struct ent_server *s, int grace_ms, int idle_ms)
{
	if (s)
		end(s, &(struct ent_ending){ .grace_ms = grace_ms, .idle_ms = idle_ms });
}

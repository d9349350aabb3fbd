/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server.c - the threads of a server: started, waited for, stopped.
 */
#include <errno.h>
#include <sched.h>
#include <unistd.h>

#include "http/http_int.h"

#define THREADS_MAX 256

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
make_loops(struct ent_server *s, struct ent_err *err)
{
	int fd[THREADS_MAX];
	int rc = ent_listen(s->c.listen, !s->tls, fd, s->n, &s->port, err);

	if (rc == 0)
		s->path = ent_listen_path(s->c.listen);
	for (size_t i = 0; i < s->n && rc == 0; i++) {
		struct ent_loop_config lc = {
			.c = &s->c,
			.app = &s->app,
			.tls = s->tls,
			.writer = s->writer,
			.finder = s->finder,
			.guests = s->guests,
			.listener = fd[i],
			.index = (int)i,
		};

		s->thread[i].server = s;
		rc = ent_loop_new(&lc, &s->thread[i].loop, err);
		for (size_t j = i + 1; rc && j < s->n; j++)
			(void)close(fd[j]);
	}
	return rc;
}

int
ent_server_start(const struct ent_http_config *c, const struct ent_http_app *app,
                 struct ent_server **out, struct ent_err *err)
{
	size_t n = c->threads > 0 ? (size_t)c->threads : cores();
	struct ent_server *s;
	int rc = 0;

	if (n > THREADS_MAX)
		n = THREADS_MAX;
	if (!c->listen)
		return ent_fail(err, ENT_EINVAL, "no address to listen on");
	if (c->cert_file && !c->key_file)
		return ent_fail(err, ENT_EINVAL, "certificate %s: no key given", c->cert_file);
	s = calloc(1, sizeof(*s) + n * sizeof(s->thread[0]));
	if (!s)
		return ent_fail(err, ENT_ENOMEM, "server");
	s->c = *c;
	s->app = *app;
	s->n = n;
	(void)pthread_mutex_init(&s->lock, NULL);
	(void)pthread_cond_init(&s->opened, NULL);
	if (c->cert_file)
		rc = ent_tls_open(c->cert_file, c->key_file, c->tls12, &s->tls, err);
	if (rc == 0)
		rc = ent_writer_start(&s->app, ent_loop_back, &s->writer, err);
	if (rc == 0) {
		s->guests = ent_guests_new(&s->c.client);
		rc = s->guests ? 0 : ent_fail(err, ENT_ENOMEM, "server");
	}
	if (rc == 0)
		rc = ent_finder_start(&s->app, n, ent_loop_back, &s->finder, err);
	if (rc == 0)
		rc = make_loops(s, err);
	if (rc == 0)
		rc = start_threads(s, err);
	if (rc) {
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

void
ent_server_stop(struct ent_server *s, int grace_ms)
{
	if (!s)
		return;
	if (s->path)
		(void)unlink(s->path);
	for (size_t i = 0; i < s->n; i++)
		if (s->thread[i].runs)
			ent_loop_stop(s->thread[i].loop, grace_ms);
	for (size_t i = 0; i < s->n; i++)
		if (s->thread[i].runs)
			(void)pthread_join(s->thread[i].id, NULL);
	/* The loops have waited for what these had. */
	ent_finder_stop(s->finder);
	ent_writer_stop(s->writer);
	for (size_t i = 0; i < s->n; i++)
		ent_loop_free(s->thread[i].loop);
	ent_guests_free(s->guests);
	ent_tls_close(s->tls);
	(void)pthread_cond_destroy(&s->opened);
	(void)pthread_mutex_destroy(&s->lock);
	free(s);
}

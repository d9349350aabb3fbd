/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writer.c - the one thread that serves requests which write, many between two commits.
 */
#include <errno.h>

#include "http/http_int.h"

#define BATCH_MAX 64

struct ent_writer {
	const struct ent_http_app *app;
	void *ctx;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct ent_conn *first, **last; /* the queue, in the order of arrival */
	void (*back)(struct ent_conn *c);
	bool stop;
	/* how opening the context went: 1 is "not yet" */
	int opened;
	struct ent_err err;
};

static void
refuse(const struct ent_http_app *app, struct ent_http *rq, int code)
{
	int status = code == ENT_EFULL ? 507 : 503;

	ent_answer_forget(rq);
	app->fail(rq, status,
	          code == ENT_EFULL ? "no room is left to store this"
	                            : "this could not be stored");
	rq->status = status;
}

void
ent_writer_batch(const struct ent_http_app *app, void *ctx, struct ent_conn *const *c, size_t n)
{
	struct ent_err err;
	int rc = app->batch_begin ? app->batch_begin(ctx, &err) : 0;

	for (size_t i = 0; i < n; i++) {
		c[i]->rq.app = ctx;
		if (rc == 0)
			app->serve(&c[i]->rq);
	}
	if (rc == 0 && app->batch_end)
		rc = app->batch_end(ctx, &err);
	for (size_t i = 0; rc && i < n; i++)
		refuse(app, &c[i]->rq, rc);
}

/* Takes up to BATCH_MAX requests; 0: none waits, and none will come. */
static size_t
take(struct ent_writer *w, struct ent_conn **batch)
{
	size_t n = 0;

	(void)pthread_mutex_lock(&w->lock);
	while (!w->first && !w->stop)
		(void)pthread_cond_wait(&w->wake, &w->lock);
	while (w->first && n < BATCH_MAX) {
		batch[n++] = w->first;
		w->first = w->first->next;
	}
	if (!w->first)
		w->last = &w->first;
	(void)pthread_mutex_unlock(&w->lock);
	return n;
}

static void *
run(void *arg)
{
	struct ent_writer *w = arg;
	struct ent_conn *batch[BATCH_MAX];
	size_t n;
	int rc = w->app->open ? w->app->open(w->app->self, -1, &w->ctx, &w->err) : 0;

	(void)pthread_mutex_lock(&w->lock);
	w->opened = rc;
	(void)pthread_cond_broadcast(&w->wake);
	(void)pthread_mutex_unlock(&w->lock);
	if (rc)
		return NULL;
	while ((n = take(w, batch)) != 0) {
		ent_writer_batch(w->app, w->ctx, batch, n);
		for (size_t i = 0; i < n; i++)
			w->back(batch[i]);
	}
	if (w->app->close)
		w->app->close(w->app->self, w->ctx);
	return NULL;
}

int
ent_writer_start(const struct ent_http_app *app, void (*back)(struct ent_conn *c),
                 struct ent_writer **out, struct ent_err *err)
{
	struct ent_writer *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return ent_fail(err, ENT_ENOMEM, "writer thread");
	w->app = app;
	w->back = back;
	w->last = &w->first;
	w->opened = 1;
	(void)pthread_mutex_init(&w->lock, NULL);
	(void)pthread_cond_init(&w->wake, NULL);
	rc = pthread_create(&w->thread, NULL, run, w);
	if (rc) {
		errno = rc;
		rc = ent_fail(err, ENT_ENOMEM, "writer thread: %m");
		goto out;
	}
	(void)pthread_mutex_lock(&w->lock);
	while (w->opened > 0)
		(void)pthread_cond_wait(&w->wake, &w->lock);
	rc = w->opened;
	(void)pthread_mutex_unlock(&w->lock);
	if (rc == 0) {
		*out = w;
		return 0;
	}
	(void)pthread_join(w->thread, NULL);
	if (err)
		*err = w->err;
out:
	(void)pthread_cond_destroy(&w->wake);
	(void)pthread_mutex_destroy(&w->lock);
	free(w);
	return rc;
}

void
ent_writer_put(struct ent_writer *w, struct ent_conn *c)
{
	(void)pthread_mutex_lock(&w->lock);
	c->next = NULL;
	*w->last = c;
	w->last = &c->next;
	(void)pthread_cond_signal(&w->wake);
	(void)pthread_mutex_unlock(&w->lock);
}

void
ent_writer_stop(struct ent_writer *w)
{
	if (!w)
		return;
	(void)pthread_mutex_lock(&w->lock);
	w->stop = true;
	(void)pthread_cond_signal(&w->wake);
	(void)pthread_mutex_unlock(&w->lock);
	(void)pthread_join(w->thread, NULL);
	(void)pthread_cond_destroy(&w->wake);
	(void)pthread_mutex_destroy(&w->lock);
	free(w);
}

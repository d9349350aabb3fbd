/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finder.c - the few threads that do what takes long, so that no loop waits for it: they find
 * something out before a request is looked at, or pack its answer.
 *
 * Questions with the same key share one search: a thousand connections that come with the same
 * password cost one hash.
 */
#include <errno.h>
#include <sys/resource.h>

#include "base/limits.h"
#include "http/http_int.h"

struct ent_finder {
	const struct ent_http_app *app;
	void (*back)(struct ent_conn *c);
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct ent_conn *first, **last; /* the queue, each with those that have its key */
	struct ent_conn *found_for[ENT_HTTP_FINDERS]; /* what each thread is at */
	size_t waiting, threads;
	bool stop;
	pthread_t thread[ENT_HTTP_FINDERS];
};

/* Takes the next one; NULL: none waits, and none will come. */
static struct ent_conn *
take(struct ent_finder *f, struct ent_conn ***mine)
{
	struct ent_conn *c;

	(void)pthread_mutex_lock(&f->lock);
	while (!f->first && !f->stop)
		(void)pthread_cond_wait(&f->wake, &f->lock);
	c = f->first;
	if (c) {
		f->first = c->next;
		if (!f->first)
			f->last = &f->first;
		f->waiting--;
		*mine = f->found_for;
		while (**mine)
			(*mine)++;
		**mine = c;
	}
	(void)pthread_mutex_unlock(&f->lock);
	return c;
}

static void *
run(void *arg)
{
	struct ent_finder *f = arg;
	struct ent_conn *c, *next, **mine = NULL;

	/* of this thread alone, as Linux has it: the loops come first */
	(void)setpriority(PRIO_PROCESS, 0, 5);
	while ((c = take(f, &mine)) != NULL) {
		int verdict = 0;

		if (c->task == ENT_TASK_ASK)
			verdict = f->app->find(&c->rq);
		else
			ent_http_pack(&c->rq);

		(void)pthread_mutex_lock(&f->lock);
		*mine = NULL; /* from here on nobody joins */
		(void)pthread_mutex_unlock(&f->lock);
		for (; c; c = next) {
			next = c->same;
			c->verdict = verdict;
			f->back(c);
		}
	}
	return NULL;
}

int
ent_finder_start(const struct ent_http_app *app, size_t threads,
                 void (*back)(struct ent_conn *c), struct ent_finder **out, struct ent_err *err)
{
	struct ent_finder *f = calloc(1, sizeof(*f));

	if (!f)
		return ent_fail(err, ENT_ENOMEM, "finder threads");
	f->app = app;
	f->back = back;
	f->last = &f->first;
	(void)pthread_mutex_init(&f->lock, NULL);
	(void)pthread_cond_init(&f->wake, NULL);
	while (f->threads < threads && f->threads < ENT_HTTP_FINDERS) {
		int rc = pthread_create(&f->thread[f->threads], NULL, run, f);

		if (rc) {
			ent_finder_stop(f);
			errno = rc;
			return ent_fail(err, ENT_ENOMEM, "finder thread: %m");
		}
		f->threads++;
	}
	*out = f;
	return 0;
}

static bool
asks(const struct ent_conn *c, const uint8_t key[16])
{
	return c && c->task == ENT_TASK_ASK && memcmp(c->key, key, 16) == 0;
}

static struct ent_conn *
with_key(struct ent_finder *f, const uint8_t key[16])
{
	for (size_t i = 0; i < ENT_HTTP_FINDERS; i++)
		if (asks(f->found_for[i], key))
			return f->found_for[i];
	for (struct ent_conn *c = f->first; c; c = c->next)
		if (asks(c, key))
			return c;
	return NULL;
}

bool
ent_finder_put(struct ent_finder *f, struct ent_conn *c)
{
	struct ent_conn *other;
	bool taken = true;

	c->next = c->same = NULL;
	(void)pthread_mutex_lock(&f->lock);
	other = c->task == ENT_TASK_ASK ? with_key(f, c->key) : NULL;
	if (other) {
		c->same = other->same;
		other->same = c;
	} else if (f->waiting <
	           (c->task == ENT_TASK_ASK ? ENT_HTTP_FINDINGS : ENT_HTTP_FINDINGS / 2)) {
		*f->last = c;
		f->last = &c->next;
		f->waiting++;
		(void)pthread_cond_signal(&f->wake);
	} else {
		taken = false;
	}
	(void)pthread_mutex_unlock(&f->lock);
	return taken;
}

void
ent_finder_stop(struct ent_finder *f)
{
	if (!f)
		return;
	(void)pthread_mutex_lock(&f->lock);
	f->stop = true;
	(void)pthread_cond_broadcast(&f->wake);
	(void)pthread_mutex_unlock(&f->lock);
	for (size_t i = 0; i < f->threads; i++)
		(void)pthread_join(f->thread[i], NULL);
	(void)pthread_cond_destroy(&f->wake);
	(void)pthread_mutex_destroy(&f->lock);
	free(f);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_pool.c - a ring of batches: the caller fills one end and empties the other, the threads
 * work in between, and the caller too when it would have to wait: so there is a thread less
 * than jobs.
 */
#include "cli/stix_pool.h"

#include <pthread.h>

#define MORE 2 /* batches than two a job, so that none waits for the caller */

struct ent_pool {
	struct ent_batch *ring;
	bool *done;
	size_t size, jobs, threads;
	pthread_t *ids;
	pthread_mutex_t lock;
	pthread_cond_t work, finished;
	/* counts of batches, ever: taken <= begun <= put */
	uint64_t put, begun, taken;
	bool out; /* the oldest is with the caller */
	bool stop;
};

/* Works on the next batch; called and left with the lock held. */
static void
work(struct ent_pool *p)
{
	size_t i = p->begun++ % p->size;

	(void)pthread_mutex_unlock(&p->lock);
	ent_batch_work(&p->ring[i]);
	(void)pthread_mutex_lock(&p->lock);
	p->done[i] = true;
	(void)pthread_cond_signal(&p->finished);
}

static void *
thread(void *self)
{
	struct ent_pool *p = self;

	(void)pthread_mutex_lock(&p->lock);
	while (!p->stop) {
		if (p->begun < p->put)
			work(p);
		else
			(void)pthread_cond_wait(&p->work, &p->lock);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}

static int
start(struct ent_pool *p)
{
	for (; p->threads + 1 < p->jobs; p->threads++)
		if (pthread_create(&p->ids[p->threads], NULL, thread, p))
			return ENT_ENOMEM;
	return 0;
}

int
ent_pool_new(const struct ent_checking *how, size_t jobs, struct ent_pool **out,
             struct ent_err *err)
{
	struct ent_pool *p = calloc(1, sizeof(*p));
	int rc = 0;

	if (!p)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	p->jobs = jobs;
	p->size = jobs > 1 ? 2 * jobs + MORE : 1;
	p->ring = calloc(p->size, sizeof(*p->ring));
	p->done = calloc(p->size, sizeof(*p->done));
	p->ids = calloc(jobs, sizeof(*p->ids));
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->work, NULL);
	(void)pthread_cond_init(&p->finished, NULL);
	if (!p->ring || !p->done || !p->ids)
		rc = ENT_ENOMEM;
	for (size_t i = 0; rc == 0 && i < p->size; i++)
		rc = ent_batch_init(&p->ring[i], how);
	if (rc == 0)
		rc = start(p);
	if (rc) {
		ent_pool_free(p);
		return ent_fail(err, rc, "no memory or no threads for %zu jobs", jobs);
	}
	*out = p;
	return 0;
}

void
ent_pool_free(struct ent_pool *p)
{
	if (!p)
		return;
	(void)pthread_mutex_lock(&p->lock);
	p->stop = true;
	(void)pthread_cond_broadcast(&p->work);
	(void)pthread_mutex_unlock(&p->lock);
	for (size_t i = 0; i < p->threads; i++)
		(void)pthread_join(p->ids[i], NULL);
	for (size_t i = 0; p->ring && i < p->size; i++)
		ent_batch_release(&p->ring[i]);
	(void)pthread_mutex_destroy(&p->lock);
	(void)pthread_cond_destroy(&p->work);
	(void)pthread_cond_destroy(&p->finished);
	free(p->ring);
	free(p->done);
	free(p->ids);
	free(p);
}

/* The batch that the caller had is free again. */
static void
give_back(struct ent_pool *p)
{
	if (!p->out)
		return;
	p->out = false;
	ent_batch_reset(&p->ring[p->taken % p->size]);
	p->done[p->taken % p->size] = false;
	p->taken++;
}

struct ent_batch *
ent_pool_empty(struct ent_pool *p)
{
	give_back(p);
	return p->put - p->taken < p->size ? &p->ring[p->put % p->size] : NULL;
}

void
ent_pool_put(struct ent_pool *p)
{
	(void)pthread_mutex_lock(&p->lock);
	p->put++;
	(void)pthread_cond_signal(&p->work);
	(void)pthread_mutex_unlock(&p->lock);
}

struct ent_batch *
ent_pool_take(struct ent_pool *p)
{
	size_t i;

	give_back(p);
	if (p->taken == p->put)
		return NULL;
	i = p->taken % p->size;
	(void)pthread_mutex_lock(&p->lock);
	while (!p->done[i]) {
		if (p->begun < p->put)
			work(p);
		else
			(void)pthread_cond_wait(&p->finished, &p->lock);
	}
	(void)pthread_mutex_unlock(&p->lock);
	p->out = true;
	return &p->ring[i];
}

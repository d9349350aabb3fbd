/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_batch.c - queries answered by several threads, in the order in which they came.
 */
#include "cli/screen.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/limits.h"
#include "base/utf8.h"

#define BATCH 2048 /* queries; some tenths of a second */
#define SHARE 32   /* that a thread takes at once */

struct work {
	struct ent_screening_batch *b;
	struct ent_searcher *searcher;
	struct ent_err err;
	int rc;
};

struct ent_screening_batch {
	struct ent_screening *s;
	struct ent_arena *arena; /* texts of the queries */
	struct ent_screening_query query[BATCH];
	struct ent_buf share[BATCH / SHARE]; /* the answers */
	bool matched[BATCH], unread[BATCH];
	size_t n;
	_Atomic size_t next;
	struct work work[ENT_SCREEN_JOBS];
};

int
ent_screening_begin(struct ent_screening *s, struct ent_screening_batch **out,
                    struct ent_err *err)
{
	struct ent_screening_batch *b = calloc(1, sizeof(*b));

	if (!b)
		return ent_cli_nomem(err);
	b->s = s;
	b->arena = ent_arena_new(ENT_INDEX_ARENA);
	for (size_t i = 0; i < BATCH / SHARE; i++)
		ent_buf_init(&b->share[i], ENT_ITEM_MAX);
	for (size_t i = 0; b->arena && i < s->jobs; i++) {
		b->work[i].b = b;
		b->work[i].searcher = ent_searcher_new(s->lists->index, err);
		if (!b->work[i].searcher) {
			ent_screening_free(b);
			return err ? err->code : ENT_ENOMEM;
		}
	}
	if (!b->arena) {
		ent_screening_free(b);
		return ent_cli_nomem(err);
	}
	*out = b;
	return 0;
}

void
ent_screening_free(struct ent_screening_batch *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < ENT_SCREEN_JOBS; i++)
		ent_searcher_free(b->work[i].searcher);
	for (size_t i = 0; i < BATCH / SHARE; i++)
		ent_buf_release(&b->share[i]);
	ent_arena_free(b->arena);
	free(b);
}

static void
one(struct work *w, size_t i)
{
	struct ent_screening_batch *b = w->b;
	const struct ent_hit *hits = NULL;
	size_t n = 0;
	bool cut = false;

	w->rc = ent_search(w->searcher, &b->query[i].q, &hits, &n, &cut, &w->err);
	b->unread[i] = w->rc == ENT_EINVAL;
	b->matched[i] = n > 0;
	if (b->unread[i])
		w->rc = 0;
	if (w->rc || b->unread[i])
		return;
	ent_screening_answer(b->s, &b->query[i], w->searcher, hits, n, cut,
	                     &b->share[i / SHARE]);
}

static void *
thread(void *self)
{
	struct work *w = self;
	struct ent_screening_batch *b = w->b;
	size_t from;

	while (w->rc == 0 && (from = atomic_fetch_add(&b->next, SHARE)) < b->n)
		for (size_t i = from; i < b->n && i < from + SHARE && w->rc == 0; i++)
			one(w, i);
	return NULL;
}

static void
complain(const struct ent_cli *c, const struct ent_screening_query *q)
{
	static const char why[] = "the name has no letter or digit that can be read";

	if (q->line)
		ent_cli_complain(c, "line %llu: %s", (unsigned long long)q->line, why);
	else
		ent_cli_complain(c, "%s", why);
}

int
ent_screening_flush(struct ent_screening_batch *b, struct ent_err *err)
{
	size_t threads = 0, want = (b->n + SHARE - 1) / SHARE;
	pthread_t id[ENT_SCREEN_JOBS];
	int rc = 0;

	atomic_store(&b->next, 0);
	want = want < b->s->jobs ? want : b->s->jobs;
	/* This thread works too; where none can be started, alone. */
	for (; threads + 1 < want; threads++)
		if (pthread_create(&id[threads], NULL, thread, &b->work[threads + 1]))
			break;
	(void)thread(&b->work[0]);
	for (size_t i = 0; i < threads; i++)
		(void)pthread_join(id[i], NULL);
	for (size_t i = 0; i <= threads && rc == 0; i++)
		if (b->work[i].rc) {
			rc = b->work[i].rc;
			if (err)
				*err = b->work[i].err;
		}
	for (size_t i = 0; i < BATCH / SHARE && rc == 0; i++) {
		if (!ent_buf_ok(&b->share[i]))
			rc = ent_cli_nomem(err);
		else
			ent_out_bytes(&b->s->c->out, ent_buf_view(&b->share[i]));
		ent_buf_clear(&b->share[i]);
	}
	for (size_t i = 0; i < b->n; i++) {
		b->s->matched += b->matched[i];
		b->s->unread += b->unread[i];
		if (b->unread[i])
			complain(b->s->c, &b->query[i]);
	}
	b->s->screened += b->n;
	b->n = 0;
	ent_arena_reset(b->arena);
	return rc;
}

static bool
copy(struct ent_arena *a, struct ent_str *s)
{
	if (!s->p)
		return true;
	/* Of what is no name the start is enough to say so. */
	*s = ent_arena_dup(a, ent_utf8_cut(*s, ENT_NAME_BYTES + 1));
	return s->p;
}

int
ent_screening_add(struct ent_screening_batch *b, const struct ent_screening_query *q,
                  struct ent_err *err)
{
	struct ent_screening_query *to = &b->query[b->n];

	*to = *q;
	if (!copy(b->arena, &to->q.name) || !copy(b->arena, &to->q.birth) ||
	    !copy(b->arena, &to->q.country) || !copy(b->arena, &to->q.document) ||
	    !copy(b->arena, &to->id))
		return ent_cli_nomem(err);
	return ++b->n == BATCH ? ent_screening_flush(b, err) : 0;
}

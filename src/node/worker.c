/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker.c - the threads beside the server: what was read goes on record, the write-ahead log
 * is folded back, counterparts are synced with.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/time.h"
#include "exchange/collection.h"
#include "exchange/served.h"
#include "exchange/sync.h"
#include "node/node_int.h"

#define DAY_US (INT64_C(86400) * 1000000)

/* Then it is the next counterpart's turn: none of them keeps the others waiting for ever. */
#define PAGES_A_TURN   1000
#define SECONDS_A_TURN 60

/* Waits for the interval or the end; false: it shall stop. */
static bool
pause_worker(const struct ent_worker *w)
{
	struct pollfd p = { .fd = w->stop, .events = POLLIN };

	return poll(&p, 1, w->every_ms) == 0 || !(p.revents & POLLIN);
}

static void *
work(void *arg)
{
	struct ent_worker *w = arg;

	while (pause_worker(w))
		w->run(w);
	if (w->last)
		w->run(w);
	return NULL;
}

int
ent_worker_start(struct ent_worker *w, struct ent_node *n, void (*run)(struct ent_worker *w),
                 int every_ms, struct ent_err *err)
{
	int rc;

	*w =
	    (struct ent_worker){ .node = n, .run = run, .every_ms = every_ms, .last = w->last };
	w->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (w->stop < 0)
		return ent_fail(err, ENT_ENOMEM, "eventfd: %m");
	rc = ent_node_context(n, &w->x, err);
	if (rc == 0) {
		errno = pthread_create(&w->thread, NULL, work, w);
		if (errno)
			rc = ent_fail(err, ENT_ENOMEM, "a thread: %m");
	}
	w->started = rc == 0;
	if (rc) {
		ent_exchange_close(w->x);
		(void)close(w->stop);
	}
	return rc;
}

void
ent_worker_stop(struct ent_worker *w)
{
	uint64_t one = 1;

	if (w->started && write(w->stop, &one, sizeof(one)) < 0) {
		/* the counter is full: it was asked before */
	}
}

void
ent_worker_join(struct ent_worker *w)
{
	if (!w->started)
		return;
	(void)pthread_join(w->thread, NULL);
	ent_exchange_close(w->x);
	(void)close(w->stop);
	w->started = false;
}

bool
ent_worker_stopping(const struct ent_worker *w)
{
	struct pollfd p = { .fd = w->stop, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

/* ---- what was read, and folding the write-ahead log back ---- */

void
ent_work_checkpoint(struct ent_worker *w)
{
	struct ent_arena *a = ent_arena_new(8192);
	struct ent_str path = { NULL, 0 };
	struct ent_err err;
	struct stat st;
	int64_t stamp;

	if (ent_served_keep(w->x, &err))
		ent_log(w->node->log, ENT_LOG_WARN, "what counterparts have read: %s", err.msg);
	if (a)
		path = ent_arena_printf(a, "%s-wal", w->node->database);
	if (path.p && stat(path.p, &st) == 0 && st.st_size > 0) {
		stamp = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
		if (stamp != w->seen && ent_exchange_checkpoint_store(w->x, &err))
			ent_log(w->node->log, ENT_LOG_WARN, "checkpoint: %s", err.msg);
		w->seen = stamp;
	}
	ent_arena_free(a);
}

/* ---- the age of collections ---- */

void
ent_watch_certificate(const struct ent_node *n)
{
	char when[ENT_TIME_TEXT];
	int64_t ends;

	if (ent_node_certificate_ends(n, &ends, NULL) ||
	    ends - ent_now_us() >= ENT_CERT_WARN_US)
		return;
	ent_log(n->log, ENT_LOG_WARN,
	        "the certificate ends at %s: `entente key certificate --renew`, then SIGHUP",
	        ent_time_text(ends, 0, when));
}

void
ent_work_expire(struct ent_worker *w)
{
	struct ent_err err;
	size_t removed;

	/* once a day; the start has told it already */
	if (w->seen == 0)
		w->seen = ent_now_us();
	if (ent_now_us() - w->seen >= DAY_US) {
		w->seen = ent_now_us();
		ent_watch_certificate(w->node);
	}
	if (ent_collections_expire(w->x, &removed, &err))
		ent_log(w->node->log, ENT_LOG_WARN, "collections: %s", err.msg);
	else if (removed)
		ent_log(w->node->log, ENT_LOG_INFO,
		        "collections: %zu objects have reached their age", removed);
}

/* ---- syncing ---- */

static bool
shall_stop(void *self)
{
	return ent_worker_stopping(self);
}

static void
sync_one(struct ent_worker *w, const struct ent_agreement *g, const struct ent_party *p)
{
	struct ent_sync_options o = {
		.pages = PAGES_A_TURN, .seconds = SECONDS_A_TURN, .stop = shall_stop, .self = w
	};
	struct ent_arena *a = ent_arena_new(ENT_REQUEST_ARENA);
	struct ent_log *log = w->node->log;
	struct ent_sync_report r;
	struct ent_err err = { 0 };
	int rc = a ? ent_sync(w->x, a, g->id, p->id, &o, &r, &err)
	           : ent_fail(&err, ENT_ENOMEM, "out of memory");

	if (rc == 0)
		ent_log_about(log, r.objects || r.statements ? ENT_LOG_INFO : ENT_LOG_DEBUG,
		              p->name, g->id,
		              "synced: %zu statements, %zu objects in %zu pages, %zu new, %zu "
		              "refused, up to number %" PRIu64,
		              r.statements, r.objects, r.pages, r.fresh, r.refused, r.cursor);
	else
		ent_log_about(log, rc == ENT_ESTATE ? ENT_LOG_INFO : ENT_LOG_WARN, p->name,
		              g->id, "sync: %s", err.msg);
	ent_arena_free(a);
}

static int
sync_with_all(void *self, struct ent_str id, const struct ent_agreement *g,
              const struct ent_err *why)
{
	struct ent_worker *w = self;

	if (!g)
		ent_log_about(w->node->log, ENT_LOG_ERROR, (struct ent_str){ NULL, 0 }, id,
		              "sync: %s", why->msg);
	for (size_t j = 0; g && j < g->parties; j++)
		if (j != g->self && !ent_worker_stopping(w))
			sync_one(w, g, &g->party[j]);
	return 0;
}

void
ent_work_sync(struct ent_worker *w)
{
	struct ent_err err = { 0 };

	if (ent_agreement_each(w->x, sync_with_all, w, &err))
		ent_log(w->node->log, ENT_LOG_ERROR, "sync: %s", err.msg);
}

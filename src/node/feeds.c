/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feeds.c - feeds at work: their secrets in the node's folder, one run of one, and those that
 * are due.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/time.h"
#include "node/node_int.h"

#define FOLDER     "feeds"
#define SECRET_MAX 8192
#define ARENA      ((size_t)64 << 20)
/* A server that doesn't answer keeps the other feeds waiting no longer. */
#define CONNECT_MS 10000
#define TOTAL_MS   60000
/* Then it is the next feed's turn. */
#define SECONDS_A_TURN 120
#define TRIES_SERVED   2

/* ---- files of a feed ---- */

static const char *const endings[] = { "secret", "lock" };

/* DIR/feeds/NAME.ENDING; the folder is there afterwards. */
static int
file_of(const struct ent_node *n, struct ent_arena *a, struct ent_str name, const char *ending,
        const char **out, struct ent_err *err)
{
	struct ent_str folder = ent_node_path(a, n->dir, FOLDER),
		       path = ent_arena_printf(a, "%.*s/%.*s.%s", ENT_FMT(folder),
	                                       ENT_FMT(name), ending);

	if (!path.p || !folder.p)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	if (mkdir(folder.p, S_IRWXU) && errno != EEXIST)
		return ent_fail(err, ent_errno_code(errno), "%s: %m", folder.p);
	*out = path.p;
	return 0;
}

int
ent_node_feed_secret(const struct ent_node *n, struct ent_arena *a, struct ent_str name,
                     struct ent_str secret, struct ent_err *err)
{
	const char *path;
	int rc = file_of(n, a, name, "secret", &path, err);

	return rc ? rc : ent_file_write(path, secret, S_IRUSR | S_IWUSR, err);
}

int
ent_node_feed_forget(const struct ent_node *n, struct ent_arena *a, struct ent_str name,
                     struct ent_err *err)
{
	const char *path;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sizeof(endings) / sizeof(endings[0]); i++) {
		rc = file_of(n, a, name, endings[i], &path, err);
		if (rc == 0 && unlink(path) && errno != ENOENT)
			rc = ent_fail(err, ent_errno_code(errno), "%s: %m", path);
	}
	return rc;
}

/* One run of a feed at a time, whichever process makes it; the lock ends with the process. */
static int
take_lock(const struct ent_node *n, struct ent_arena *a, const struct ent_feed_record *f,
          int *fd, struct ent_err *err)
{
	const char *path = "";
	int rc = file_of(n, a, f->name, "lock", &path, err);

	if (rc)
		return rc;
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (*fd < 0)
		return ent_fail(err, ent_errno_code(errno), "%s: %m", path);
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return errno == EWOULDBLOCK
	           ? ent_fail(err, ENT_ESTATE, "another run of this feed is under way")
	           : ent_fail(err, ent_errno_code(errno), "%s: %m", path);
}

/* ---- a run ---- */

struct feeding {
	struct ent_harvest in;
	const struct ent_feed_record *f;
	const struct ent_feed_run *o;
	struct ent_collection into;
	struct ent_taxii_client *c;
	int64_t ends; /* of its turn */
};

static const char *
text_or_none(struct ent_arena *a, struct ent_str s)
{
	return s.n ? ent_arena_dup(a, s).p : NULL;
}

static int
connect_feed(const struct ent_node *n, struct ent_arena *a, struct feeding *g,
             struct ent_err *err)
{
	const struct ent_feed_record *f = g->f;
	struct ent_client_config cc = { .connect_ms = CONNECT_MS, .total_ms = TOTAL_MS };
	struct ent_str secret = { NULL, 0 };
	const char *url = text_or_none(a, f->url), *path;
	int rc = url ? 0 : ent_fail(err, ENT_ENOMEM, "out of memory");

	if (rc == 0 && f->secret != ENT_FEED_NO_SECRET)
		rc = file_of(n, a, f->name, "secret", &path, err);
	if (rc == 0 && f->secret != ENT_FEED_NO_SECRET)
		rc = ent_file_read(a, path, SECRET_MAX, &secret, err);
	if (rc)
		return rc;
	cc.user = text_or_none(a, f->user);
	cc.password = f->secret == ENT_FEED_PASSWORD ? secret.p : NULL;
	cc.token = f->secret == ENT_FEED_TOKEN ? secret.p : NULL;
	cc.ca_file = text_or_none(a, f->ca);
	cc.cert_file = text_or_none(a, f->cert);
	cc.key_file = text_or_none(a, f->key);
	if (!cc.cert_file && !cc.user && !cc.token) {
		cc.cert_file = ent_node_setting(n, "tls_cert");
		cc.key_file = ent_node_setting(n, "tls_key");
	}
	cc.stop = g->o->stop;
	cc.stop_self = g->o->self;
	cc.pinned = f->pin.n && ent_unhex(f->pin, cc.pin, sizeof(cc.pin)) == 0;
	return ent_taxii_open(url, &cc, &g->c, err);
}

static int
take_page(void *self, struct ent_arena *a, const struct ent_mirror_page *p, struct ent_err *err)
{
	struct feeding *g = self;
	int rc = ent_harvest_page(&g->in, a, p, err);

	if (rc == 0 && g->o->progress)
		g->o->progress(g->o->self, g->in.objects);
	return rc;
}

static bool
turn_over(void *self)
{
	const struct feeding *g = self;

	return ent_tick_us() >= g->ends || (g->o->stop && g->o->stop(g->o->self));
}

static int64_t
due(void *self, const struct ent_harvest_state *s)
{
	const struct feeding *g = self;

	return ent_feed_due(g->f, s);
}

/* From the mark on, page after page; *state is what there was before. */
static int
walk(const struct ent_node *n, struct ent_arena *a, struct feeding *g,
     const struct ent_harvest_state *state, struct ent_mirror_report *r, struct ent_err *err)
{
	const struct ent_taxii_patience p = { .tries = g->o->tries,
		                              .wait = g->o->wait,
		                              .self = g->o->self };
	struct ent_mirror m = {
		.key = "objects", .take = take_page, .stop = turn_over, .self = g
	};
	struct ent_str path;
	int rc = ent_taxii_objects_path(a, g->f->root, g->f->collection, g->f->match,
	                                (size_t)g->f->limit, &path, err);

	if (rc == 0 && g->f->into.n) {
		rc = ent_collection_find(g->in.x, a, g->f->into, &g->into, err);
		g->in.into = &g->into;
	}
	if (rc == 0)
		rc = connect_feed(n, a, g, err);
	if (rc)
		return rc;
	if (p.tries)
		ent_taxii_be_patient(g->c, &p);
	m.path = path.p;
	return ent_mirror_run(g->c, &m, &state->mark, r, err);
}

/* With the lock held. */
static int
run_locked(const struct ent_node *n, struct ent_arena *a, struct feeding *g,
           struct ent_mirror_report *r, struct ent_err *err)
{
	struct ent_harvest_state state;
	struct ent_err kept = { 0 };
	int rc = ent_harvest_begin(&g->in, a, &state, err), end;

	if (rc)
		return rc;
	rc = walk(n, a, g, &state, r, err);
	if (rc == ENT_ENET && g->o->stop && g->o->stop(g->o->self))
		rc = 0; /* the end of the node is no failure of the feed */
	end = ent_harvest_end(&g->in, a, r, rc, err, due, g, &kept);
	return rc || !end ? rc : ent_fail(err, end, "%s", kept.msg);
}

int
ent_node_feed_run(const struct ent_node *n, struct ent_exchange *x,
                  const struct ent_feed_record *f, const struct ent_feed_run *o,
                  struct ent_feed_report *out, struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ARENA);
	struct feeding g = { .f = f, .o = o };
	struct ent_mirror_report r = { 0 };
	int rc, lock = -1;

	*out = (struct ent_feed_report){ 0 };
	if (!a)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	g.ends = o->seconds ? ent_tick_us() + (int64_t)o->seconds * 1000000 : INT64_MAX;
	g.in = (struct ent_harvest){ .x = x,
		                     .key = ent_feed_key(a, f->name),
		                     .source = ent_feed_source(a, f->name),
		                     .bad = o->bad,
		                     .self = o->self };
	rc = g.in.key.p && g.in.source.p ? take_lock(n, a, f, &lock, err)
	                                 : ent_fail(err, ENT_ENOMEM, "out of memory");
	if (rc == 0)
		rc = run_locked(n, a, &g, &r, err);
	*out = (struct ent_feed_report){ .pages = r.pages,
		                         .objects = g.in.objects,
		                         .fresh = g.in.fresh,
		                         .same = g.in.same,
		                         .added = g.in.added,
		                         .refused = g.in.refused,
		                         .complete = r.complete,
		                         .undated = r.undated };
	if (lock >= 0)
		(void)close(lock);
	ent_taxii_close(g.c);
	ent_arena_free(a);
	return rc;
}

/* ---- on schedule ---- */

static bool
shall_stop(void *self)
{
	return ent_worker_stopping(self);
}

/* A pause that the end of the node cuts short. */
static bool
wait_served(void *self, uint64_t ms, const struct ent_err *why)
{
	const struct ent_worker *w = self;
	struct pollfd p = { .fd = w->stop, .events = POLLIN };

	(void)why;
	return ms <= SECONDS_A_TURN * 1000 && poll(&p, 1, (int)ms) == 0;
}

static void
run_due(struct ent_worker *w, const struct ent_feed_record *f)
{
	struct ent_feed_run o = { .seconds = SECONDS_A_TURN,
		                  .tries = TRIES_SERVED,
		                  .wait = wait_served,
		                  .stop = shall_stop,
		                  .self = w };
	struct ent_log *log = w->node->log;
	struct ent_feed_report r;
	struct ent_err err = { 0 };
	int rc = ent_node_feed_run(w->node, w->x, f, &o, &r, &err);

	if (rc)
		ent_log(log, rc == ENT_ESTATE ? ENT_LOG_DEBUG : ENT_LOG_WARN, "feed %.*s: %s",
		        ENT_FMT(f->name), err.msg);
	else
		ent_log(log, r.fresh || r.refused ? ENT_LOG_INFO : ENT_LOG_DEBUG,
		        "feed %.*s: %zu objects in %zu pages, %zu new, %zu refused%s",
		        ENT_FMT(f->name), r.objects, r.pages, r.fresh, r.refused,
		        r.complete ? "" : "; there is more");
}

void
ent_work_feeds(struct ent_worker *w)
{
	struct ent_arena *a = ent_arena_new(ARENA);
	struct ent_feed_record *all;
	struct ent_err err = { 0 };
	size_t n = 0;
	int rc = a ? ent_feeds(w->x, a, &all, &n, &err)
	           : ent_fail(&err, ENT_ENOMEM, "out of memory");

	for (size_t i = 0; rc == 0 && i < n && !ent_worker_stopping(w); i++) {
		struct ent_harvest_state s;

		rc = ent_feed_state(w->x, a, all[i].name, &s, &err);
		if (rc == 0 && ent_feed_is_due(&all[i], &s, ent_now_us()))
			run_due(w, &all[i]);
	}
	if (rc)
		ent_log(w->node->log, ENT_LOG_ERROR, "feeds: %s", err.msg);
	ent_arena_free(a);
}

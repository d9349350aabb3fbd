/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serve.c - a node at work: one server, its workers, and the signals that end it or hand it on.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "exchange/login.h"
#include "exchange/served.h"
#include "node/handover.h"
#include "node/node_int.h"

#define CHECKPOINT_MS 3000
#define EXPIRE_MS     60000
#define FEEDS_MS      2000
#define GRACE_MS      10000
/* After a handover: how long the clients' connections may go on with nothing to do, and how
 * long the new process may take to serve. */
#define RETIRE_IDLE_MS 5000
#define HANDOVER_MS    60000

struct serving {
	struct ent_node *node;
	struct ent_serve o;
	struct ent_server *server, *plain;
	struct ent_worker checkpoint, expire, feeds, sync;
	struct ent_handover taken;
	int lock, signals;
	sigset_t before;
	bool masked;
	bool handed_over; /* another process has the sockets and the lock */
};

/* ---- one server a node ---- */

static int
write_pid(const struct serving *s, struct ent_err *err)
{
	struct ent_str pid = ent_arena_printf(s->node->arena, "%ld\n", (long)getpid());
	int rc;

	if (!pid.p)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	/* whoever looks meanwhile finds a number */
	if (lseek(s->lock, 0, SEEK_SET) < 0)
		return ent_fail(err, ent_errno_code(errno), "%s: %m", ENT_LOCK_FILE);
	rc = ent_fd_write(s->lock, pid, err);
	if (rc)
		return ent_within(err, rc, "%s", ENT_LOCK_FILE);
	return ftruncate(s->lock, (off_t)pid.n) == 0
	           ? 0
	           : ent_fail(err, ent_errno_code(errno), "%s: %m", ENT_LOCK_FILE);
}

/*
 * The lock ends with the process, however that ends, or goes to the one that takes over; the
 * number in the file is for people.
 */
static int
take_lock(struct serving *s, struct ent_err *err)
{
	int rc;

	s->lock = s->taken.lock;
	if (s->lock >= 0)
		return 0;
	rc = ent_node_lock(s->node, &s->lock, err);
	return rc ? rc : write_pid(s, err);
}

/* ---- signals ---- */

/* Before any thread is made, so that all inherit it: only signalfd sees them. */
static int
hold_signals(struct serving *s, struct ent_err *err)
{
	sigset_t ends;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGINT);
	(void)sigaddset(&ends, SIGHUP);
	(void)sigaddset(&ends, SIGUSR2);
	s->signals = signalfd(-1, &ends, SFD_CLOEXEC);
	if (s->signals < 0)
		return ent_fail(err, ENT_ENOMEM, "signalfd: %m");
	(void)sigaddset(&ends, SIGPIPE); /* a counterpart that hangs up is no reason to end */
	errno = pthread_sigmask(SIG_BLOCK, &ends, &s->before);
	if (errno)
		return ent_fail(err, ENT_EINVAL, "signal mask: %m");
	s->masked = true;
	return 0;
}

/*
 * The certificate as its file has it now.  With another key the node would be somebody else to
 * its counterparts, and its card would name the old one.
 */
static void
reload_certificate(const struct serving *s, const struct ent_node *now)
{
	struct ent_log *log = s->node->log;
	struct ent_err err;

	if (now->config.url[0] && memcmp(now->x.pin, s->node->x.pin, sizeof(now->x.pin)) != 0)
		ent_log(log, ENT_LOG_WARN,
		        "reload: the certificate has another key, by which counterparts know "
		        "the node: that takes a restart");
	else if (ent_server_reload(s->server, &err))
		ent_log(log, ENT_LOG_ERROR, "reload: %s; the certificate stays as it was",
		        err.msg);
	else
		ent_log(log, ENT_LOG_INFO, "reloaded: the certificate");
}

/*
 * What can change while the node is served does; what can't is said.  A file that can't be read
 * changes nothing.
 */
static void
reload(const struct serving *s)
{
	struct ent_log *log = s->node->log;
	enum ent_level level = ENT_LOG_INFO;
	struct ent_node *n;
	struct ent_err err;

	if (ent_node_load(s->node->dir, s->o.passphrase, ENT_LOG_DEBUG, &n, &err)) {
		ent_log(log, ENT_LOG_ERROR, "reload: %s; nothing was changed", err.msg);
		return;
	}
	(void)ent_level_parse(ent_str_c(n->config.log_level), &level);
	for (size_t i = 0; i < ent_settings_n; i++) {
		const char *name = ent_settings[i].name;

		if (strcmp(ent_node_setting(n, name), ent_node_setting(s->node, name)) != 0 &&
		    strcmp(name, "log_level") != 0)
			ent_log(log, ENT_LOG_WARN,
			        "reload: %s has changed, which takes a restart", name);
	}
	ent_log(log, ENT_LOG_INFO, "reloaded: log_level is %s", n->config.log_level);
	ent_log_set_level(log, level);
	reload_certificate(s, n);
	ent_node_close(n);
}

static const char *
listens_on(const struct serving *s)
{
	return s->o.listen ? s->o.listen : s->node->config.listen;
}

static void
add_listeners(struct ent_handover *h, const char *address, const struct ent_server *server)
{
	struct ent_listeners *at = &h->at[h->n];

	if (!server)
		return;
	(void)snprintf(at->address, sizeof(at->address), "%s", address);
	at->n = ent_server_listeners(server, at->fd, ENT_HTTP_THREADS);
	h->n++;
}

/* Lets the program that has our name now take our place; false: we stay. */
static bool
hand_over(struct serving *s)
{
	struct ent_handover h = { .lock = s->lock, .ready = -1 };
	struct ent_log *log = s->node->log;
	struct ent_err err;
	char state[40];
	long pid;

	if (!s->o.argv) {
		ent_log(log, ENT_LOG_ERROR,
		        "handover: it isn't known how the node was started");
		return false;
	}
	add_listeners(&h, listens_on(s), s->server);
	add_listeners(&h, s->o.listen_plain, s->plain);
	if (ent_handover_give(&h, s->node->arena, s->o.argv, &s->before, HANDOVER_MS, &pid,
	                      &err)) {
		ent_log(log, ENT_LOG_ERROR, "handover: %s; this process goes on", err.msg);
		if (write_pid(s, &err))
			ent_log(log, ENT_LOG_WARN, "handover: %s", err.msg);
		return false;
	}
	(void)snprintf(state, sizeof(state), "MAINPID=%ld", pid);
	ent_notify(state);
	ent_log(log, ENT_LOG_INFO, "handed over to process %ld", pid);
	return true;
}

static void
wait_for_signal(struct serving *s)
{
	struct signalfd_siginfo info = { 0 };

	while (!s->handed_over) {
		if (read(s->signals, &info, sizeof(info)) < 0 && errno == EINTR)
			continue;
		if (info.ssi_signo == SIGHUP)
			reload(s);
		else if (info.ssi_signo == SIGUSR2)
			s->handed_over = hand_over(s);
		else
			break;
	}
	if (!s->handed_over)
		ent_log(s->node->log, ENT_LOG_INFO, "stopping: signal %" PRIu32,
		        info.ssi_signo);
}

/* ---- start and stop ---- */

static void
take_listeners(struct serving *s, struct ent_http_config *hc)
{
	hc->listeners = NULL;
	hc->n_listeners = 0;
	if (ent_handover_listeners(&s->taken, hc->listen, &hc->listeners, &hc->n_listeners) &&
	    hc->threads && (size_t)hc->threads != hc->n_listeners)
		ent_log(s->node->log, ENT_LOG_WARN,
		        "threads stays %zu, as in the process before: another number takes a "
		        "stop and a start",
		        hc->n_listeners);
}

static int
start_server(struct serving *s, struct ent_err *err)
{
	const struct ent_config *c = &s->node->config;
	struct ent_http_config hc = {
		.listen = listens_on(s),
		.cert_file = ent_node_setting(s->node, "tls_cert"),
		.key_file = ent_node_setting(s->node, "tls_key"),
		.tls12 = strcmp(c->tls_min, "1.2") == 0,
		.no_h2 = strcmp(c->http2, "no") == 0,
		.threads = (int)c->threads,
		.head_ms = (int)c->head_timeout * 1000,
		.body_ms = (int)c->body_timeout * 1000,
		.idle_ms = (int)c->idle_timeout * 1000,
		.write_ms = (int)c->write_timeout * 1000,
		.client = { .connections = (size_t)c->client_connections,
		            .rate = (size_t)c->client_rate,
		            .bytes = (size_t)c->client_bytes,
		            .local = strcmp(c->limit_local, "yes") == 0 },
		.log = s->node->log,
	};
	struct ent_http_app app;
	int rc;

	s->node->metrics = ent_metrics_new();
	if (!s->node->metrics)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	ent_node_app(s->node, &app);
	take_listeners(s, &hc);
	rc = ent_server_start(&hc, &app, &s->server, err);
	if (rc || !s->o.listen_plain)
		return rc;
	hc.listen = s->o.listen_plain;
	hc.cert_file = hc.key_file = NULL;
	hc.threads = 1;
	take_listeners(s, &hc);
	return ent_server_start(&hc, &app, &s->plain, err);
}

/* Opens the database once before the threads do: tables, identity and card are then up to date.
 */
static int
prepare(const char *dir, struct ent_str passphrase, struct ent_err *err)
{
	struct ent_node *n;
	int rc = ent_node_open(dir, passphrase, &n, err);

	if (rc == 0)
		ent_node_close(n);
	return rc;
}

/* Each connection is a descriptor, and what a shell gives is 1,024 often. */
static void
raise_descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
}

static int
start(struct serving *s, const char *dir, struct ent_err *err)
{
	int64_t every;
	int rc = ent_handover_take(&s->taken, err);

	raise_descriptors();
	if (rc == 0)
		rc = prepare(dir, s->o.passphrase, err);

	if (rc == 0)
		rc = ent_node_load(dir, s->o.passphrase, ENT_LOG_DEBUG, &s->node, err);
	if (rc == 0) {
		s->node->x.commits = &s->node->commits;
		s->node->x.logins = s->node->logins = ent_logins_new();
		s->node->x.served = s->node->served = ent_served_new();
		rc = s->node->logins && s->node->served
		         ? 0
		         : ent_fail(err, ENT_ENOMEM, "out of memory");
	}
	if (rc == 0)
		rc = take_lock(s, err);
	if (rc == 0)
		ent_watch_certificate(s->node);
	if (rc == 0)
		rc = hold_signals(s, err);
	s->checkpoint.last = true; /* when the server answers nothing any more */
	if (rc == 0)
		rc = ent_worker_start(&s->checkpoint, s->node, ent_work_checkpoint,
		                      CHECKPOINT_MS, err);
	if (rc == 0)
		rc = ent_worker_start(&s->expire, s->node, ent_work_expire, EXPIRE_MS, err);
	if (rc == 0)
		rc = ent_worker_start(&s->feeds, s->node, ent_work_feeds, FEEDS_MS, err);
	if (rc)
		return rc;
	every = s->node->config.sync_interval;
	if (every)
		rc = ent_worker_start(&s->sync, s->node, ent_work_sync, (int)every * 1000, err);
	return rc ? rc : start_server(s, err);
}

static void
stop_server(const struct serving *s, struct ent_server *server)
{
	if (s->handed_over)
		ent_server_retire(server, GRACE_MS, RETIRE_IDLE_MS);
	else
		ent_server_stop(server, GRACE_MS);
}

/* The signals are given back first: a second one ends a stop that takes too long. */
static void
stop(struct serving *s)
{
	if (s->masked)
		(void)pthread_sigmask(SIG_SETMASK, &s->before, NULL);
	ent_worker_stop(&s->sync);
	ent_worker_stop(&s->feeds);
	ent_worker_stop(&s->expire);
	stop_server(s, s->plain);
	stop_server(s, s->server);
	ent_worker_join(&s->sync);
	ent_worker_join(&s->feeds);
	ent_worker_join(&s->expire);
	ent_worker_stop(&s->checkpoint);
	ent_worker_join(&s->checkpoint);
	if (s->signals >= 0)
		(void)close(s->signals);
	if (s->lock >= 0)
		(void)close(s->lock);
	if (s->node && s->server)
		ent_log(s->node->log, ENT_LOG_INFO, "stopped");
	ent_node_close(s->node);
}

/* The configured address, or, where the system chose the port, the one that came of it. */
static struct ent_str
address(const struct serving *s)
{
	struct ent_str listen = ent_str_c(listens_on(s));

	if (!s->o.listen && !ent_str_ends(listen, ":0") && s->node->config.url[0])
		return ent_str_c(s->node->config.url);
	while (listen.n > 0 && listen.p[listen.n - 1] != ':')
		listen.n--;
	return ent_arena_printf(s->node->arena, "https://%.*s%d", ENT_FMT(listen),
	                        ent_server_port(s->server));
}

/* To the process whose place it takes. */
static int
announce(struct serving *s, struct ent_err *err)
{
	int rc = s->taken.lock >= 0 ? write_pid(s, err) : 0;

	return rc ? rc : ent_handover_ready(&s->taken, err);
}

int
ent_node_serve(const char *dir, const struct ent_serve *o, struct ent_err *err)
{
	struct serving s = { .lock = -1, .signals = -1, .taken = { .lock = -1, .ready = -1 } };
	struct ent_str url;
	int rc;

	if (o)
		s.o = *o;
	rc = start(&s, dir, err);
	if (rc == 0) {
		url = address(&s);
		ent_log(s.node->log, ENT_LOG_INFO, "%s serves %s", s.node->config.name,
		        url.p ? url.p : "");
		rc = announce(&s, err);
	}
	if (rc == 0) {
		if (s.o.ready)
			s.o.ready(s.o.self, url.p ? url.p : "");
		ent_notify("READY=1");
		wait_for_signal(&s);
	}
	stop(&s);
	return rc;
}

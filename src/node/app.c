/* SPDX-License-Identifier: Apache-2.0 */
/*
 * app.c - what a node answers over HTTP: TAXII, the nodes' own endpoints, and nothing else.
 */
#include <inttypes.h>
#include <sys/stat.h>

#include "base/enc.h"
#include "base/limits.h"
#include "exchange/caller.h"
#include "exchange/invite.h"
#include "exchange/login.h"
#include "exchange/peer.h"
#include "exchange/port.h"
#include "node/node_int.h"
#include "taxii/server.h"

/* Pages that a loop keeps: a few dozen of the largest. */
#define CACHE_BYTES ((size_t)64 << 20)

/* Of one thread. */
struct context {
	struct ent_node *node;
	struct ent_exchange *x;
	struct ent_taxii taxii;
};

static void
close_context(void *self, void *app)
{
	struct context *c = app;

	(void)self;
	if (!c)
		return;
	ent_page_cache_free(c->taxii.cache);
	ent_exchange_close(c->x);
	free(c);
}

static int
open_context(void *self, int index, void **app, struct ent_err *err)
{
	struct ent_node *n = self;
	struct context *c = calloc(1, sizeof(*c));
	int rc;

	if (!c)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	c->node = n;
	rc = ent_node_context(n, &c->x, err);
	if (rc == 0 && index >= 0) { /* the writer answers no GET */
		c->taxii.cache = ent_page_cache_new(CACHE_BYTES);
		if (!c->taxii.cache)
			rc = ent_fail(err, ENT_ENOMEM, "out of memory");
	}
	if (rc) {
		close_context(self, c);
		return rc;
	}
	c->taxii.port = ent_exchange_port();
	c->taxii.self = c->x;
	c->taxii.log = n->log;
	*app = c;
	return 0;
}

static const char *
method_name(enum ent_method m)
{
	static const struct {
		enum ent_method method;
		const char *name;
	} names[] = {
		{ ENT_GET, "GET" },       { ENT_HEAD, "HEAD" },       { ENT_POST, "POST" },
		{ ENT_DELETE, "DELETE" }, { ENT_OPTIONS, "OPTIONS" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].method == m)
			return names[i].name;
	return "OTHER";
}

/* What a path that isn't TAXII's can't do, or what it can: allow as in the header. */
static void
tell_methods(struct ent_http *rq, const char *allow)
{
	if (rq->method == ENT_OPTIONS) {
		rq->status = 200;
		ent_http_set(rq, "Content-Type", ENT_STR(ENT_TAXII_TYPE));
	} else {
		ent_taxii_error(rq, 405, NULL, (struct ent_str){ NULL, 0 },
		                (struct ent_str){ NULL, 0 });
	}
	ent_http_set(rq, "Allow", ent_str_c(allow));
}

/* ---- the nodes' own endpoints ---- */

static void
refuse(struct ent_http *rq, int status, const char *error_id, struct ent_str text)
{
	ent_taxii_error(rq, status, error_id,
	                status < 500 ? ENT_STR("The request is refused")
	                             : ENT_STR("The node can't answer now"),
	                text);
}

/* OPTIONS is in the list, and is what the list itself answers. */
static bool
allows(const char *allow, enum ent_method m)
{
	return m != ENT_OPTIONS && strstr(allow, method_name(m)) != NULL;
}

static void
serve_api(struct context *c, struct ent_http *rq)
{
	struct ent_api_call call = {
		.method = ent_str_c(method_name(rq->method)),
		.path = rq->path,
		.query = rq->query,
		.body = rq->body,
		.has_pin = rq->has_pin,
	};
	const char *allow = ent_api_allow(rq->path);
	struct ent_api_answer out;

	if (allow && !allows(allow, rq->method)) {
		tell_methods(rq, allow);
		return;
	}
	memcpy(call.pin, rq->pin, sizeof(call.pin));
	ent_api(c->x, rq->arena, &call, &out);
	if (!out.failed) {
		rq->status = out.status;
		rq->answer = out.body;
		ent_http_set(rq, "Content-Type", ent_str_c(out.type));
		return;
	}
	if (out.status < 500) {
		refuse(rq, out.status, out.error_id, out.body);
		return;
	}
	/* what went wrong inside is for the node's own people */
	ent_log(c->node->log, ENT_LOG_ERROR, "%.*s: %.*s", ENT_FMT(rq->path),
	        ENT_FMT(out.body));
	refuse(rq, out.status, out.error_id, (struct ent_str){ NULL, 0 });
}

/* Nobody but a confirmed counterpart may send a body there, and statements alone may be long;
 * whoever holds an invitation may send a card while one is open. */
static int
admit_api(struct context *c, struct ent_http *rq, size_t *max)
{
	const char *allow = ent_api_allow(rq->path);
	struct ent_str party, host;
	size_t open;

	*max = ENT_IGNORED_BODY;
	if (rq->method != ENT_POST)
		return 0;
	if (allow && !allows(allow, ENT_POST)) {
		tell_methods(rq, allow);
		return rq->status;
	}
	if (rq->has_pin && ent_str_is(rq->path, "/entente/v1/enrolment") &&
	    ent_invitations_open(c->x, rq->arena, &open, NULL) == 0 && open > 0) {
		*max = ENT_INVITE_BYTES;
		return 0;
	}
	if (!rq->has_pin || ent_peer_by_pin(c->x, rq->arena, rq->pin, &party, &host)) {
		refuse(rq, 401, NULL,
		       ENT_STR("This is for confirmed counterparts: the certificate of this "
		               "connection is not one's."));
		return rq->status;
	}
	*max = ent_str_ends(rq->path, "/statements") ? ENT_HTTP_BODY_MAX : ENT_ENVELOPE_MAX;
	return 0;
}

/* ---- metrics ---- */

/* Whoever is on this machine may see them, or an administrator from anywhere. */
static bool
may_see_metrics(struct context *c, struct ent_http *rq)
{
	struct ent_caller caller = { .from = rq->from, .login = rq->note };
	struct ent_who who;
	struct ent_err err;
	int rc;

	if (ent_str_starts(rq->from, "127.") || ent_str_starts(rq->from, "[::1]") ||
	    ent_str_is(rq->from, "unix"))
		return true;
	rc = ent_http_basic(rq, &caller.user, &caller.password);
	if (rc == ENT_ENOENT)
		rc = ent_http_bearer(rq, &caller.token);
	return rc == 0 && ent_who(c->x, rq->arena, &caller, &who, &err) == 0 && who.admin;
}

/* The database and its write-ahead log. */
static int64_t
database_bytes(const struct ent_node *n, struct ent_arena *a)
{
	struct ent_str wal = ent_arena_printf(a, "%s-wal", n->database);
	struct stat st;
	int64_t bytes = 0;

	if (stat(n->database, &st) == 0)
		bytes += st.st_size;
	if (wal.p && stat(wal.p, &st) == 0)
		bytes += st.st_size;
	return bytes;
}

static void
serve_metrics(struct context *c, struct ent_http *rq)
{
	struct ent_err err = { 0 };
	struct ent_vitals v;

	if (!(rq->method & (ENT_GET | ENT_HEAD))) {
		tell_methods(rq, "GET, HEAD, OPTIONS");
		return;
	}
	if (!may_see_metrics(c, rq)) {
		refuse(rq, 401, NULL,
		       ENT_STR("Metrics are for administrators, or on the machine itself."));
		return;
	}
	if (ent_vitals(c->x, rq->arena, &v, &err) == 0)
		rq->answer = ent_metrics_text(c->node->metrics, rq->arena, &v,
		                              database_bytes(c->node, rq->arena));
	if (!rq->answer.p) {
		ent_log(c->node->log, ENT_LOG_ERROR, "/metrics: %s", err.msg);
		refuse(rq, 503, NULL, (struct ent_str){ NULL, 0 });
		return;
	}
	rq->status = 200;
	ent_http_set(rq, "Content-Type", ENT_STR("text/plain; version=0.0.4; charset=utf-8"));
}

static bool
is_metrics(const struct context *c, const struct ent_http *rq)
{
	return c->node->metrics && ent_str_is(rq->path, "/metrics");
}

/* ---- passwords ---- */

/* Whether a password has to be verified before anything else. */
static bool
asks(struct ent_http *rq, uint8_t key[16])
{
	struct context *c = rq->app;
	struct ent_str name, password;
	struct ent_login *l;
	struct ent_err err;

	if ((!ent_taxii_wants(rq->path) && !is_metrics(c, rq)) ||
	    ent_http_basic(rq, &name, &password))
		return false;
	rq->note = l = ent_arena_alloc(rq->arena, sizeof(*l));
	ent_exchange_look(c->x);
	if (!l || ent_login_begin(c->x, rq->arena, rq->from, name, password, l, &err))
		return false;
	memcpy(key, l->key, sizeof(l->key));
	return l->verdict == ENT_LOGIN_OPEN;
}

static int
find(const struct ent_http *rq)
{
	return ent_login_prove(rq->note);
}

static void
found(struct ent_http *rq, int verdict)
{
	((struct ent_login *)rq->note)->verdict = (enum ent_login_verdict)verdict;
}

/* ---- all ---- */

static bool
writes(const struct ent_http *rq)
{
	return rq->method == ENT_POST || rq->method == ENT_DELETE;
}

static void
serve(struct ent_http *rq)
{
	struct context *c = rq->app;

	ent_exchange_look(c->x);
	if (is_metrics(c, rq))
		serve_metrics(c, rq);
	else if (ent_api_wants(rq->path))
		serve_api(c, rq);
	else if (ent_taxii_wants(rq->path))
		ent_taxii_serve(&c->taxii, rq);
	else if (ent_str_is(rq->path, "*") && rq->method == ENT_OPTIONS)
		tell_methods(rq,
		             "GET, HEAD, POST, DELETE, OPTIONS"); /* of the server as a whole */
	else
		ent_taxii_error(rq, 404, NULL, ENT_STR("Not found"),
		                ENT_STR("TAXII's discovery is at /taxii2/."));
}

static int
admit(struct ent_http *rq, size_t *max)
{
	struct context *c = rq->app;

	ent_exchange_look(c->x);
	if (rq->method == ENT_METHOD_OTHER) { /* nothing here has it: no body is waited for */
		serve(rq);
		return rq->status;
	}
	if (ent_api_wants(rq->path))
		return admit_api(c, rq, max);
	if (ent_taxii_wants(rq->path))
		return ent_taxii_admit(&c->taxii, rq, max);
	*max = ENT_IGNORED_BODY;
	return 0;
}

static void
rest(void *app)
{
	ent_exchange_rest(((struct context *)app)->x);
}

static int
batch_begin(void *app, struct ent_err *err)
{
	return ent_exchange_batch_begin(((struct context *)app)->x, err);
}

static int
batch_end(void *app, struct ent_err *err)
{
	struct context *c = app;
	int rc = ent_exchange_batch_end(c->x, err);

	if (rc == 0 && c->node->metrics)
		ent_metrics_transaction(c->node->metrics);
	return rc;
}

static void
fail(struct ent_http *rq, int status, const char *title)
{
	ent_taxii_error(rq, status, NULL, ent_str_c(title), (struct ent_str){ NULL, 0 });
}

int
ent_node_ask(struct ent_node *n, struct ent_arena *a, const uint8_t pin[32],
             struct ent_str target, struct ent_node_answer *out, struct ent_err *err)
{
	static const struct ent_header accept[] = { { ENT_STR("Accept"),
		                                      ENT_STR(ENT_TAXII_TYPE) } };
	struct context c = { .node = n,
		             .x = ent_node_exchange(n),
		             .taxii = { .port = ent_exchange_port(), .log = n->log } };
	struct ent_http rq = { .arena = a,
		               .method = ENT_GET,
		               .target = target,
		               .path = target,
		               .headers = accept,
		               .n_headers = 1,
		               .tls = true,
		               .has_pin = true,
		               .from = ENT_STR("preview"),
		               .app = &c };
	size_t mark = ent_str_find(target, '?');

	c.taxii.self = c.x;
	if (mark < target.n) {
		rq.path.n = mark;
		rq.query = ent_str_from(target, mark + 1);
	}
	memcpy(rq.pin, pin, sizeof(rq.pin));
	ent_buf_init(&rq.head, ENT_HTTP_HEAD_MAX);
	serve(&rq);
	ent_exchange_rest(c.x);
	*out = (struct ent_node_answer){ .status = rq.status };
	out->head = ent_buf_done(&rq.head, a);
	out->body = ent_arena_dup(a, rq.blob ? ent_blob_view(rq.blob) : rq.answer);
	ent_buf_release(&rq.head);
	ent_blob_drop(rq.blob);
	return out->head.p && (out->body.p || !out->body.n)
	           ? 0
	           : ent_fail(err, ENT_ENOMEM, "out of memory");
}

/* Probes of the node's health come every few seconds: they are for the curious. */
static void
done(const struct ent_http *rq, size_t sent, int64_t took_us)
{
	const struct context *c = rq->app;
	bool probe = ent_str_is(rq->path, "/healthz") || ent_str_is(rq->path, "/readyz") ||
	             ent_str_is(rq->path, "/metrics");
	char pin[17] = "", status[16], bytes[24], ms[32];
	struct ent_field f[] = {
		{ "event", ENT_STR("access"), false },
		{ "method", ent_str_c(method_name(rq->method)), false },
		{ "path", rq->target, false },
		{ "status", { NULL, 0 }, true },
		{ "bytes", { NULL, 0 }, true },
		{ "ms", { NULL, 0 }, true },
		{ "from", rq->from, false },
		{ "pin", { NULL, 0 }, false },
	};

	if (c->node->metrics)
		ent_metrics_count(c->node->metrics, rq, sent, took_us);
	(void)snprintf(status, sizeof(status), "%d", rq->status);
	(void)snprintf(bytes, sizeof(bytes), "%zu", sent);
	(void)snprintf(ms, sizeof(ms), "%" PRId64 ".%03d", took_us / 1000,
	               (int)(took_us % 1000));
	f[3].value = ent_str_c(status);
	f[4].value = ent_str_c(bytes);
	f[5].value = ent_str_c(ms);
	f[2].value.n = rq->target.n < 400 ? rq->target.n : 400;
	if (rq->has_pin) {
		ent_hex(rq->pin, 8, pin);
		f[7].value = ent_str_c(pin);
	}
	ent_log_fields(c->node->log, probe ? ENT_LOG_DEBUG : ENT_LOG_INFO, f,
	               sizeof(f) / sizeof(f[0]));
}

void
ent_node_app(struct ent_node *n, struct ent_http_app *out)
{
	*out = (struct ent_http_app){
		.self = n,
		.open = open_context,
		.close = close_context,
		.asks = asks,
		.find = find,
		.found = found,
		.admit = admit,
		.writes = writes,
		.serve = serve,
		.batch_begin = batch_begin,
		.batch_end = batch_end,
		.rest = rest,
		.fail = fail,
		.done = done,
	};
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * app.c - what a node answers over HTTP: TAXII, the nodes' own endpoints, and nothing else.
 */
#include <inttypes.h>

#include "base/enc.h"
#include "base/limits.h"
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

/* ---- the nodes' own endpoints ---- */

static void
refuse(struct ent_http *rq, int status, const char *error_id, struct ent_str text)
{
	ent_taxii_error(rq, status, error_id,
	                status < 500 ? ENT_STR("The request is refused")
	                             : ENT_STR("The node can't answer now"),
	                text);
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
	struct ent_api_answer out;

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

/* Nobody but a confirmed counterpart may send a body there, and statements alone may be long.
 */
static int
admit_api(struct context *c, struct ent_http *rq, size_t *max)
{
	struct ent_str party, host;

	*max = ENT_IGNORED_BODY;
	if (rq->method != ENT_POST)
		return 0;
	if (!rq->has_pin || ent_peer_by_pin(c->x, rq->arena, rq->pin, &party, &host)) {
		refuse(rq, 401, NULL,
		       ENT_STR("This is for confirmed counterparts: the certificate of this "
		               "connection is not one's."));
		return rq->status;
	}
	*max = ent_str_ends(rq->path, "/statements") ? ENT_HTTP_BODY_MAX : ENT_ENVELOPE_MAX;
	return 0;
}

/* ---- all ---- */

static int
admit(struct ent_http *rq, size_t *max)
{
	struct context *c = rq->app;

	if (ent_api_wants(rq->path))
		return admit_api(c, rq, max);
	if (ent_taxii_wants(rq->path))
		return ent_taxii_admit(&c->taxii, rq, max);
	*max = ENT_IGNORED_BODY;
	return 0;
}

static bool
writes(const struct ent_http *rq)
{
	return rq->method == ENT_POST || rq->method == ENT_DELETE;
}

static void
serve(struct ent_http *rq)
{
	struct context *c = rq->app;

	if (ent_api_wants(rq->path))
		serve_api(c, rq);
	else if (ent_taxii_wants(rq->path))
		ent_taxii_serve(&c->taxii, rq);
	else
		ent_taxii_error(rq, 404, NULL, ENT_STR("Not found"),
		                ENT_STR("TAXII's discovery is at /taxii2/."));
}

static int
batch_begin(void *app, struct ent_err *err)
{
	return ent_exchange_batch_begin(((struct context *)app)->x, err);
}

static int
batch_end(void *app, struct ent_err *err)
{
	return ent_exchange_batch_end(((struct context *)app)->x, err);
}

static void
fail(struct ent_http *rq, int status, const char *title)
{
	ent_taxii_error(rq, status, NULL, ent_str_c(title), (struct ent_str){ NULL, 0 });
}

/* Probes of the node's health come every few seconds: they are for the curious. */
static void
done(const struct ent_http *rq, size_t sent, int64_t took_us)
{
	const struct context *c = rq->app;
	bool probe = ent_str_is(rq->path, "/healthz") || ent_str_is(rq->path, "/readyz");
	char pin[17] = "-";

	if (rq->has_pin)
		ent_hex(rq->pin, 8, pin);
	ent_log(c->node->log, probe ? ENT_LOG_DEBUG : ENT_LOG_INFO,
	        "%s %.*s %d %zu bytes %" PRId64 ".%03d ms from %.*s pin %s",
	        method_name(rq->method), (int)(rq->target.n < 400 ? rq->target.n : 400),
	        rq->target.p ? rq->target.p : "", rq->status, sent, took_us / 1000,
	        (int)(took_us % 1000), ENT_FMT(rq->from), pin);
}

void
ent_node_app(struct ent_node *n, struct ent_http_app *out)
{
	*out = (struct ent_http_app){
		.self = n,
		.open = open_context,
		.close = close_context,
		.admit = admit,
		.writes = writes,
		.serve = serve,
		.batch_begin = batch_begin,
		.batch_end = batch_end,
		.fail = fail,
		.done = done,
	};
}

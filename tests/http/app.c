/* SPDX-License-Identifier: Apache-2.0 */
/*
 * app.c - routes of the tests' application.
 */
#include "app.h"

struct context {
	struct app *app;
	int index, batch;
};

static void
text(struct ent_http *rq, int status, struct ent_str body)
{
	rq->status = status;
	ent_http_set(rq, "Content-Type", ENT_STR("text/plain"));
	rq->answer = body;
}

static void
get_echo(struct app *a, struct ent_http *rq)
{
	(void)a;
	text(rq, 200,
	     ent_arena_printf(rq->arena, "%.*s %.*s [%.*s] %zu", ENT_FMT(rq->path),
	                      ENT_FMT(rq->query), ENT_FMT(rq->body), rq->n_headers));
}

static void
get_body(struct app *a, struct ent_http *rq)
{
	(void)a;
	text(rq, 200, rq->body);
}

static void
get_big(struct app *a, struct ent_http *rq)
{
	rq->status = 200;
	rq->blob = ent_blob_hold(a->big);
}

static void
get_pin(struct app *a, struct ent_http *rq)
{
	char *hex = ent_arena_alloc(rq->arena, 65);

	(void)a;
	for (size_t i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", rq->pin[i]);
	text(rq, 200, rq->has_pin ? ent_str_c(hex) : ENT_STR("none"));
}

static void
get_bad(struct app *a, struct ent_http *rq)
{
	(void)a;
	text(rq, 200, ENT_STR("never seen"));
	ent_http_set(rq, "X", ENT_STR("a\r\nSet-Cookie: b"));
}

static void
get_nothing(struct app *a, struct ent_http *rq)
{
	(void)a;
	rq->status = 204;
}

static void
get_from(struct app *a, struct ent_http *rq)
{
	(void)a;
	text(rq, 200, rq->from);
}

static void
post_write(struct app *a, struct ent_http *rq)
{
	const struct context *x = rq->app;

	assert_int_equal(x->index, -1);
	(void)a;
	text(rq, 201, ENT_STR("stored"));
}

static void
get_found(struct app *a, struct ent_http *rq)
{
	(void)a;
	text(rq, 200, ent_arena_printf(rq->arena, "%d", *(int *)rq->note));
}

static void
packed(struct ent_http *rq, void *self)
{
	struct app *a = self;

	(void)rq;
	a->packs++;
}

/* A page that may be packed; the query says what kind. */
static void
get_page(struct app *a, struct ent_http *rq)
{
	struct ent_str kind = rq->query;
	size_t n = ent_str_is(kind, "small") ? 500 : ent_str_is(kind, "large") ? 300000 : 20000;
	char *p = ent_arena_alloc(rq->arena, n);
	uint32_t x = 1;

	for (size_t i = 0; i < n; i++) {
		x = x * 1664525 + 1013904223;
		p[i] = ent_str_is(kind, "noise") ? (char)(x >> 24) : "page of a feed, "[i % 16];
	}
	text(rq, ent_str_is(kind, "404") ? 404 : 200, (struct ent_str){ p, n });
	ent_http_set(rq, "X-Page", ent_str_is(kind, "line") ? ENT_STR("2") : ENT_STR("1"));
	rq->tagged = true;
	rq->coding = ent_http_coding(rq);
	rq->packed = packed;
	rq->packed_self = a;
}

static const struct route {
	const char *path;
	void (*serve)(struct app *a, struct ent_http *rq);
} routes[] = {
	{ "/echo", get_echo }, { "/body", get_body },    { "/big", get_big },
	{ "/pin", get_pin },   { "/bad", get_bad },      { "/nothing", get_nothing },
	{ "/from", get_from }, { "/write", post_write }, { "/find", get_found },
	{ "/page", get_page },
};

static void
serve(struct ent_http *rq)
{
	struct context *x = rq->app;

	x->app->served++;
	x->batch++;
	for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++)
		if (ent_str_is(rq->path, routes[i].path)) {
			routes[i].serve(x->app, rq);
			return;
		}
	text(rq, 404, ENT_STR("no such thing"));
}

/* "?KEY": something is to be found out about /find and /write. */
static bool
asks(struct ent_http *rq, uint8_t key[16])
{
	if (rq->query.n == 0)
		return false;
	rq->note = ent_arena_alloc(rq->arena, sizeof(int));
	memset(key, 0, 16);
	memcpy(key, rq->query.p, rq->query.n < 16 ? rq->query.n : 16);
	return ent_str_is(rq->path, "/find") || ent_str_is(rq->path, "/write");
}

static struct app *finding; /* find has no context */

static int
find(const struct ent_http *rq)
{
	usleep((useconds_t)finding->find_ms * 1000);
	finding->finds++;
	return (int)rq->query.n;
}

static void
found(struct ent_http *rq, int verdict)
{
	finding->verdicts++;
	*(int *)rq->note = verdict;
}

static int
admit(struct ent_http *rq, size_t *max)
{
	struct context *x = rq->app;

	x->app->admitted++;
	if (x->app->body_max)
		*max = x->app->body_max;
	if (ent_str_is(rq->path, "/forbidden")) {
		text(rq, 403, ENT_STR("not you"));
		return 403;
	}
	return 0;
}

static bool
writes(const struct ent_http *rq)
{
	return ent_str_is(rq->path, "/write");
}

static int
batch_begin(void *ctx, struct ent_err *err)
{
	struct context *x = ctx;

	x->batch = 0;
	return x->app->begin_code ? ent_fail(err, x->app->begin_code, "as asked") : 0;
}

static int
batch_end(void *ctx, struct ent_err *err)
{
	struct context *x = ctx;

	x->app->batches++;
	if (x->batch > x->app->largest)
		x->app->largest = x->batch;
	if (x->app->write_ms)
		usleep((useconds_t)x->app->write_ms * 1000);
	return x->app->end_code ? ent_fail(err, x->app->end_code, "as asked") : 0;
}

static void
refuse(struct ent_http *rq, int status, const char *title)
{
	text(rq, status, ent_arena_printf(rq->arena, "%d %s", status, title));
}

static void
done(const struct ent_http *rq, size_t sent, int64_t took_us)
{
	struct context *x = rq->app;

	assert_true(sent > 0 && took_us >= 0);
	x->app->dones++;
}

static int
open_context(void *self, int index, void **app, struct ent_err *err)
{
	struct app *a = self;
	struct context *x;

	if (index >= 0 && a->open_code)
		return ent_fail(err, a->open_code, "context %d: as asked", index);
	x = calloc(1, sizeof(*x));
	a->opened++;
	x->app = a;
	x->index = index;
	*app = x;
	return 0;
}

static void
close_context(void *self, void *app)
{
	struct app *a = self;

	a->closed++;
	free(app);
}

void
app_init(struct app *a)
{
	char *big = malloc(BIG_BYTES);

	memset(a, 0, sizeof(*a));
	finding = a;
	for (size_t i = 0; i < BIG_BYTES; i++)
		big[i] = (char)('a' + i % 26);
	a->big = ent_blob_new((struct ent_str){ big, BIG_BYTES });
	free(big);
	a->callbacks = (struct ent_http_app){
		.self = a,
		.asks = asks,
		.find = find,
		.found = found,
		.open = open_context,
		.close = close_context,
		.admit = admit,
		.writes = writes,
		.serve = serve,
		.batch_begin = batch_begin,
		.batch_end = batch_end,
		.fail = refuse,
		.done = done,
	};
}

void
app_release(struct app *a)
{
	ent_blob_drop(a->big);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http.c - whatever a peer sends, what comes back is a row of whole answers, one for each
 * request, and nothing follows the one that closes.
 */
#include <stdlib.h>
#include <string.h>

#include "http/server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define ANSWERS_MAX 65536

struct context {
	size_t n;
	bool head[ANSWERS_MAX]; /* was the request a HEAD? */
	int status[ANSWERS_MAX];
};

/* What a request asks is found out before it is served. */
static bool
asks(struct ent_http *rq, uint8_t key[16])
{
	memset(key, 0, 16);
	return rq->query.n > 0;
}

static int
find(const struct ent_http *rq)
{
	return (int)rq->query.n;
}

static void
found(struct ent_http *rq, int verdict)
{
	if (verdict != (int)rq->query.n)
		abort();
	rq->note = rq;
}

static int
admit(struct ent_http *rq, size_t *max)
{
	if (rq->query.n > 0 && rq->note != rq)
		abort();
	*max = 4096;
	if (rq->method == ENT_DELETE) {
		rq->answer = ENT_STR("no");
		return 403;
	}
	return 0;
}

static bool
writes(const struct ent_http *rq)
{
	return rq->method == ENT_POST;
}

static void
serve(struct ent_http *rq)
{
	struct ent_str text, user, password;

	rq->status = rq->method == ENT_OPTIONS ? 204 : 200;
	rq->answer = rq->body.n ? rq->body : rq->path;
	rq->tagged = rq->method != ENT_POST;
	rq->coding = ent_http_coding(rq);
	for (size_t i = 0; i < rq->n_headers; i++)
		if (!rq->headers[i].name.n || !rq->headers[i].value.p)
			abort();
	if (!rq->path.n || rq->path.n > rq->target.n)
		if (!ent_str_is(rq->path, "/"))
			abort();
	if (rq->query.p && ent_http_decode(rq->arena, rq->query, true, &text) == 0)
		ent_http_set(rq, "X-Query", text); /* may hold CR LF: a 500 then */
	if (ent_http_basic(rq, &user, &password) == 0 &&
	    user.n + password.n > rq->target.n + 32768)
		abort();
}

static int
batch(void *app, struct ent_err *err)
{
	(void)app;
	(void)err;
	return 0;
}

static void
refuse(struct ent_http *rq, int status, const char *title)
{
	rq->status = status;
	rq->answer = ent_str_c(title);
}

static void
done(const struct ent_http *rq, size_t sent, int64_t took_us)
{
	struct context *x = rq->app;

	if (took_us < 0 || sent == 0 || x->n == ANSWERS_MAX)
		abort();
	if (rq->status == 304 && (!rq->etag[0] || !ent_http_header(rq, "if-none-match").p))
		abort();
	if (rq->coding && !ent_http_header(rq, "accept-encoding").p)
		abort();
	x->head[x->n] = rq->method == ENT_HEAD;
	x->status[x->n++] = rq->status;
}

static const struct ent_http_app app = {
	.asks = asks,
	.find = find,
	.found = found,
	.admit = admit,
	.writes = writes,
	.serve = serve,
	.batch_begin = batch,
	.batch_end = batch,
	.fail = refuse,
	.done = done,
};

/* Reads one answer off *out; *last: it closes. */
static void
read_answer(struct ent_str *out, int status, bool head, bool *last)
{
	const char *end = memmem(out->p, out->n, "\r\n\r\n", 4), *length;
	size_t n, body = 0;

	if (!end || !ent_str_starts(*out, "HTTP/1.1 "))
		abort();
	if (strtol(out->p + 9, NULL, 10) == 100) { /* an interim answer */
		*out = ent_str_from(*out, (size_t)(end - out->p) + 4);
		read_answer(out, status, head, last);
		return;
	}
	if (strtol(out->p + 9, NULL, 10) != status)
		abort();
	n = (size_t)(end - out->p) + 4;
	*last = memmem(out->p, n, "\r\nConnection: close\r\n", 21) != NULL;
	length = memmem(out->p, n, "\r\nContent-Length: ", 18);
	if (!length != (status == 204 || status == 304))
		abort();
	if (length && !head)
		body = strtoul(length + 18, NULL, 10);
	if (n + body > out->n)
		abort();
	*out = ent_str_from(*out, n + body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct context x;
	struct ent_arena *a = ent_arena_new((size_t)256 << 20);
	struct ent_str out;
	bool last = false;

	x.n = 0;
	out = ent_http_loopback(a, &app, &x, (struct ent_str){ (const char *)data, len });
	if (!out.p)
		abort();
	for (size_t i = 0; i < x.n; i++) {
		if (last)
			abort();
		read_answer(&out, x.status[i], x.head[i], &last);
	}
	/* at most the "100 Continue" of a request whose body never came */
	if (out.n && !ent_str_is(out, "HTTP/1.1 100 Continue\r\n\r\n"))
		abort();
	ent_arena_free(a);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * h2.c - whatever a peer sends as HTTP/2, what comes back is a row of whole frames, every body
 * that is served is within its limit, and no answer is noted that wasn't asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "http/server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define BODY_MAX 4096

struct context {
	size_t admitted, done;
};

static int
admit(struct ent_http *rq, size_t *max)
{
	((struct context *)rq->app)->admitted++;
	*max = BODY_MAX;
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
	if (rq->body.n > BODY_MAX || !rq->tls || !ent_http_header(rq, "host").p)
		abort();
	rq->status = rq->method == ENT_OPTIONS ? 204 : 200;
	rq->answer = rq->body.n ? rq->body : rq->path;
	ent_http_set(rq, "X-Headers", rq->n_headers ? rq->headers[0].value : ENT_STR("none"));
	rq->tagged = rq->method != ENT_POST;
	rq->coding = ent_http_coding(rq);
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
	if (took_us < 0 || sent == 0 || rq->status < 200)
		abort();
	((struct context *)rq->app)->done++;
}

static const struct ent_http_app app = {
	.admit = admit,
	.writes = writes,
	.serve = serve,
	.batch_begin = batch,
	.batch_end = batch,
	.fail = refuse,
	.done = done,
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0";
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	struct context x = { 0 };
	struct ent_str out, in = { NULL, sizeof(preface) - 1 + len };
	char *all = malloc(in.n);

	memcpy(all, preface, sizeof(preface) - 1);
	if (len)
		memcpy(all + sizeof(preface) - 1, data, len);
	in.p = all;
	out = ent_h2_loopback(a, &app, &x, in);
	if (!out.p || x.done > x.admitted + len)
		abort();
	while (out.n) {
		const uint8_t *p = (const uint8_t *)out.p;
		size_t n;

		if (out.n < 9)
			abort();
		n = 9 + ((size_t)p[0] << 16 | (size_t)p[1] << 8 | p[2]);
		if (n > out.n || n > 9 + 16384)
			abort();
		out = ent_str_from(out, n);
	}
	free(all);
	ent_arena_free(a);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.c - what goes out: shared blobs, status line, head, and body.
 */
#include "http/http_int.h"

/* A body this small is sent in one record with its head. */
#define JOINED_MAX ((size_t)16000)
/* "HTTP/1.1 200 ... Date: ... Content-Length: ... Content-Encoding: ... ETag: ... Connection:
 * close" and slack. */
#define HEAD_ROOM ((size_t)320)

struct ent_blob {
	atomic_size_t held;
	size_t n;
	char at[];
};

struct ent_blob *
ent_blob_new(struct ent_str bytes)
{
	struct ent_blob *b;

	if (bytes.n > SIZE_MAX - sizeof(*b))
		return NULL;
	b = malloc(sizeof(*b) + bytes.n);
	if (!b)
		return NULL;
	atomic_init(&b->held, 1);
	b->n = bytes.n;
	if (bytes.n)
		memcpy(b->at, bytes.p, bytes.n);
	return b;
}

struct ent_blob *
ent_blob_hold(struct ent_blob *b)
{
	atomic_fetch_add_explicit(&b->held, 1, memory_order_relaxed);
	return b;
}

void
ent_blob_drop(struct ent_blob *b)
{
	if (b && atomic_fetch_sub_explicit(&b->held, 1, memory_order_acq_rel) == 1)
		free(b);
}

struct ent_str
ent_blob_view(const struct ent_blob *b)
{
	return (struct ent_str){ b->at, b->n };
}

/* clang-format off */
static const struct reason {
	int status;
	const char *text;
} reasons[] = {
	{ 200, "OK" },                   { 201, "Created" },
	{ 202, "Accepted" },             { 204, "No Content" },
	{ 301, "Moved Permanently" },    { 303, "See Other" },
	{ 304, "Not Modified" },         { 400, "Bad Request" },
	{ 401, "Unauthorized" },         { 403, "Forbidden" },
	{ 404, "Not Found" },            { 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },       { 408, "Request Timeout" },
	{ 409, "Conflict" },             { 413, "Content Too Large" },
	{ 414, "URI Too Long" },         { 415, "Unsupported Media Type" },
	{ 417, "Expectation Failed" },   { 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },    { 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },{ 501, "Not Implemented" },
	{ 503, "Service Unavailable" },  { 505, "HTTP Version Not Supported" },
	{ 507, "Insufficient Storage" },
};
/* clang-format on */

static const char *
reason_of(int status)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Status"; /* RFC 9112, 4: a recipient ignores it */
}

void
ent_http_set(struct ent_http *rq, const char *name, struct ent_str value)
{
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] == '\r' || value.p[i] == '\n' || value.p[i] == '\0')
			rq->head.failed = true;
	ent_buf_c(&rq->head, name);
	ent_buf_put(&rq->head, ": ", 2);
	ent_buf_str(&rq->head, value);
	ent_buf_put(&rq->head, "\r\n", 2);
}

void
ent_answer_forget(struct ent_http *rq)
{
	ent_blob_drop(rq->blob);
	rq->blob = NULL;
	rq->answer = (struct ent_str){ NULL, 0 };
	rq->tagged = false;
	rq->coding = ENT_CODING_PLAIN;
	rq->etag[0] = '\0';
	rq->packed = NULL;
	ent_buf_clear(&rq->head);
}

/* Without printf: this is on the path of every answer. */
static size_t
put(char *to, const char *text)
{
	size_t n = strlen(text);

	memcpy(to, text, n);
	return n;
}

static size_t
put_number(char *to, uint64_t v)
{
	char digits[20];
	size_t n = 0;

	do
		digits[sizeof(digits) - ++n] = (char)('0' + v % 10);
	while ((v /= 10) != 0);
	memcpy(to, digits + sizeof(digits) - n, n);
	return n;
}

static bool
has_content(int status)
{
	return status >= 200 && status != 204 && status != 304;
}

/* Status line and server's own lines; at most HEAD_ROOM bytes. */
static size_t
put_head(struct ent_conn *c, char *to, size_t length)
{
	size_t n = put(to, "HTTP/1.1 ");

	n += put_number(to + n, (uint64_t)c->rq.status);
	to[n++] = ' ';
	n += put(to + n, reason_of(c->rq.status));
	n += put(to + n, "\r\nDate: ");
	n += put(to + n, ent_env_date(c->env));
	if (has_content(c->rq.status)) {
		n += put(to + n, "\r\nContent-Length: ");
		n += put_number(to + n, length);
		if (c->rq.coding) {
			n += put(to + n, "\r\nContent-Encoding: ");
			n += put(to + n, ent_http_coding_name(c->rq.coding));
		}
	}
	if (c->rq.etag[0]) {
		n += put(to + n, "\r\nETag: ");
		n += put(to + n, c->rq.etag);
	}
	if (!c->keep)
		n += put(to + n, "\r\nConnection: close");
	else if (c->parser.http_minor == 0)
		n += put(to + n, "\r\nConnection: keep-alive");
	n += put(to + n, "\r\n");
	return n;
}

/* An answer for when there is no memory for one. */
static void
last_resort(struct ent_conn *c)
{
	static const char text[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
				   "Connection: close\r\n\r\n";

	c->keep = false;
	c->out[c->n_out++] = (struct ent_str){ text, sizeof(text) - 1 };
}

void
ent_answer_build(struct ent_conn *c)
{
	struct ent_http *rq = &c->rq;
	struct ent_str body = rq->blob ? ent_blob_view(rq->blob) : rq->answer;
	struct ent_str extra;
	size_t n, length = body.n, joined;
	char *to;

	if (!ent_buf_ok(&rq->head) || rq->status < 200 || rq->status > 599) {
		ent_answer_forget(rq);
		c->env->app->fail(rq, 500, "the answer could not be made");
		c->keep = false;
		if (!ent_buf_ok(&rq->head)) {
			last_resort(c);
			return;
		}
		rq->status = 500;
		body = rq->blob ? ent_blob_view(rq->blob) : rq->answer;
		length = body.n;
	}
	extra = ent_buf_view(&rq->head);
	if (rq->method == ENT_HEAD || !has_content(rq->status))
		body.n = 0;
	if (c->env->stopping)
		c->keep = false;
	joined = body.n + extra.n <= JOINED_MAX ? body.n : 0;
	to = c->arena ? ent_arena_alloc(c->arena, HEAD_ROOM + extra.n + joined) : NULL;
	if (!to) {
		last_resort(c);
		return;
	}
	n = put_head(c, to, length);
	if (extra.n)
		memcpy(to + n, extra.p, extra.n);
	n += extra.n;
	n += put(to + n, "\r\n");
	if (joined)
		memcpy(to + n, body.p, joined);
	c->out[c->n_out++] = (struct ent_str){ to, n + joined };
	if (joined < body.n)
		c->out[c->n_out++] = ent_str_from(body, joined);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parse.c - llhttp, which splits a checked head and takes chunks apart; gzip bodies.
 */
#include "base/limits.h"
#include "codec/gzip.h"
#include "http/http_int.h"

/* Framing that a chunked body may cost beside its bytes: a chunk of one byte takes six. */
#define FRAMING_MAX(data) ((uint64_t)(data)*8 + ENT_HTTP_HEAD_MAX)

static struct ent_conn *
conn_of(llhttp_t *p)
{
	return p->data;
}

static struct ent_str
longer(struct ent_str s, const char *at, size_t n)
{
	return s.p ? (struct ent_str){ s.p, s.n + n } : (struct ent_str){ at, n };
}

static int
on_url(llhttp_t *p, const char *at, size_t n)
{
	struct ent_http *rq = &conn_of(p)->rq;

	rq->target = longer(rq->target, at, n);
	return 0;
}

/* Trailers come through the same callbacks as headers; nobody asked for them. */
static struct ent_header *
current(llhttp_t *p)
{
	struct ent_conn *c = conn_of(p);

	return c->headers && c->rq.n_headers < c->room ? &c->headers[c->rq.n_headers] : NULL;
}

static int
on_field(llhttp_t *p, const char *at, size_t n)
{
	struct ent_header *h = current(p);

	if (h)
		h->name = longer(h->name, at, n);
	return 0;
}

static int
on_value(llhttp_t *p, const char *at, size_t n)
{
	struct ent_header *h = current(p);

	if (h)
		h->value = longer(h->value, at, n);
	return 0;
}

static int
on_value_complete(llhttp_t *p)
{
	struct ent_header *h = current(p);

	if (!h)
		return 0;
	if (!h->value.p)
		h->value = ENT_STR("");
	h->value = ent_str_trim(h->value);
	conn_of(p)->rq.n_headers++;
	return 0;
}

static int
on_headers_complete(llhttp_t *p)
{
	struct ent_conn *c = conn_of(p);

	p->upgrade = 0; /* nothing is upgraded to here: a message is a message */
	c->rq.headers = c->headers;
	c->headers = NULL;
	c->keep = llhttp_should_keep_alive(p) != 0;
	return HPE_PAUSED;
}

static int
on_body(llhttp_t *p, const char *at, size_t n)
{
	struct ent_conn *c = conn_of(p);

	ent_buf_put(&c->body, at, n);
	return ent_buf_ok(&c->body) ? 0 : HPE_USER;
}

static int
on_message_complete(llhttp_t *p)
{
	conn_of(p)->whole = true;
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_url = on_url,
	.on_header_field = on_field,
	.on_header_value = on_value,
	.on_header_value_complete = on_value_complete,
	.on_headers_complete = on_headers_complete,
	.on_body = on_body,
	.on_message_complete = on_message_complete,
};

static const struct method {
	uint8_t theirs;
	enum ent_method ours;
} methods[] = {
	{ HTTP_GET, ENT_GET },       { HTTP_HEAD, ENT_HEAD },       { HTTP_POST, ENT_POST },
	{ HTTP_DELETE, ENT_DELETE }, { HTTP_OPTIONS, ENT_OPTIONS },
};

static enum ent_method
method_of(uint8_t theirs)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (methods[i].theirs == theirs)
			return methods[i].ours;
	return ENT_METHOD_OTHER;
}

static void
split_target(struct ent_http *rq)
{
	struct ent_str t = rq->target;
	size_t query;

	if (ent_str_starts(t, "http://") || ent_str_starts(t, "https://")) {
		t = ent_str_from(t, ent_str_find(t, ':') + 3);
		t = ent_str_from(t, ent_str_find(t, '/'));
		if (t.n == 0)
			t = ENT_STR("/");
	}
	query = ent_str_find(t, '?');
	rq->path = (struct ent_str){ t.p, query };
	rq->query = query < t.n ? ent_str_from(t, query + 1) : (struct ent_str){ NULL, 0 };
}

static size_t
count_lines(struct ent_str head)
{
	size_t n = 0;

	for (size_t i = 0; i < head.n; i++)
		n += head.p[i] == '\n';
	return n;
}

int
ent_parse_head(struct ent_conn *c, struct ent_str head, const char **why)
{
	struct ent_str own = ent_arena_dup(c->arena, head);
	llhttp_errno_t code;

	*why = "out of memory";
	c->room = count_lines(head);
	c->headers = ent_arena_array(c->arena, c->room, sizeof(*c->headers));
	if (!own.p || !c->headers)
		return 503;
	llhttp_init(&c->parser, HTTP_REQUEST, &settings);
	c->parser.data = c;
	code = llhttp_execute(&c->parser, own.p, own.n);
	c->headers = NULL;
	*why = "the request head isn't HTTP";
	if (code == HPE_INVALID_METHOD) {
		*why = "this method is not known";
		return 501;
	}
	if (code != HPE_PAUSED || !c->rq.headers)
		return 400;
	llhttp_resume(&c->parser);
	c->rq.method = method_of(c->parser.method);
	split_target(&c->rq);
	return 0;
}

bool
ent_parse_has_body(const struct ent_conn *c)
{
	return (c->parser.flags & F_CHUNKED) || c->parser.content_length > 0;
}

int
ent_parse_body(struct ent_conn *c, struct ent_str in, size_t *used, const char **why)
{
	llhttp_errno_t code = llhttp_execute(&c->parser, in.p, in.n);

	*used = in.n;
	if (code == HPE_PAUSED && c->whole) {
		*used = (size_t)(llhttp_get_error_pos(&c->parser) - in.p);
		code = HPE_OK;
	}
	c->raw += *used;
	if (!ent_buf_ok(&c->body)) {
		*why = "the body is too large";
		return 413;
	}
	if (code != HPE_OK) {
		*why = "the body isn't chunked as HTTP has it";
		return 400;
	}
	if (c->raw > c->body.n && c->raw - c->body.n > FRAMING_MAX(c->body.n)) {
		*why = "the chunks are mostly framing";
		return 400;
	}
	return 0;
}

int
ent_parse_inflate(struct ent_conn *c, const char **why)
{
	struct ent_buf plain;
	int rc;

	ent_buf_init(&plain, c->body.max);
	rc = ent_gunzip(ent_buf_view(&c->body), &plain);
	ent_buf_release(rc ? &plain : &c->body);
	switch (rc) {
	case 0:
		c->body = plain;
		return 0;
	case ENT_ENOMEM:
		*why = "out of memory";
		return 503;
	case ENT_ELIMIT:
		*why = "the body is too large when inflated";
		return 413;
	default:
		*why = "the body isn't gzip";
		return 400;
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * h2.c - HTTP/2 on a connection: each stream is a struct ent_conn of its own, which is given
 * the request as HTTP/1.1 would have it and whose answer is taken apart again.
 *
 * So a request is checked, admitted, written, found and answered by the same code whichever way
 * it came; nghttp2 knows frames, windows and HPACK, and we bound what it lets through: streams
 * at once, heads, bodies that are on their way, and streams that are begun to be reset.
 */
#include <nghttp2/nghttp2.h>

#include "base/limits.h"
#include "http/http_int.h"

/* Lines of an answer's head. */
#define FIELDS_MAX 64

struct stream {
	struct ent_conn conn; /* first: what comes back from other threads is this */
	struct ent_h2 *h2;
	struct stream *next;
	int32_t id;
	struct ent_buf method, path, authority, fields;
	size_t head;    /* bytes of the request's head so far */
	size_t counted; /* bytes of the body */
	bool length;    /* the body's was announced */
	bool too_large; /* the head */
	bool complete;  /* the request is */
	bool answered;  /* the answer's head has gone to nghttp2 */
	bool gone;      /* the stream is closed, and conn is still away */
};

struct ent_h2 {
	nghttp2_session *session;
	struct ent_env *env;
	void *owner;
	const struct ent_http *of; /* pin, address */
	struct stream *streams;
	size_t n, served;
	struct ent_str out; /* nghttp2's, until it is asked again */
	uint64_t bodies;    /* bytes of bodies that aren't complete */
	int64_t calm_us;    /* since when resets are counted */
	size_t resets;
	int64_t moved_us; /* when something came last */
	bool eof, broken, noticed;
};

/* ---- streams ---- */

/* What of the body has come, while it isn't complete. */
static void
count_body(struct stream *st, size_t bytes)
{
	st->h2->bodies += bytes - st->counted;
	st->counted = bytes;
}

static void
free_at(struct stream **at)
{
	struct stream *st = *at;

	count_body(st, 0);
	*at = st->next;
	st->h2->n--;
	ent_conn_release(&st->conn);
	ent_buf_release(&st->method);
	ent_buf_release(&st->path);
	ent_buf_release(&st->authority);
	ent_buf_release(&st->fields);
	free(st);
}

static void
stream_free(struct stream *st)
{
	struct stream **at = &st->h2->streams;

	while (*at && *at != st)
		at = &(*at)->next;
	if (*at)
		free_at(at);
}

static struct stream *
stream_new(struct ent_h2 *h, int32_t id)
{
	struct stream *st = calloc(1, sizeof(*st));
	struct ent_buf *b[4];

	if (!st)
		return NULL;
	st->h2 = h;
	st->id = id;
	ent_conn_init(&st->conn, h->env);
	st->conn.owner = h->owner;
	st->conn.keep = false;
	st->conn.rq.from = h->of->from;
	st->conn.rq.tls = h->of->tls;
	st->conn.rq.has_pin = h->of->has_pin;
	memcpy(st->conn.rq.pin, h->of->pin, sizeof(st->conn.rq.pin));
	b[0] = &st->method;
	b[1] = &st->path;
	b[2] = &st->authority;
	b[3] = &st->fields;
	for (size_t i = 0; i < 4; i++)
		ent_buf_init(b[i], ENT_HTTP_HEAD_MAX);
	st->next = h->streams;
	h->streams = st;
	h->n++;
	return st;
}

static void
reset(struct stream *st, uint32_t code)
{
	(void)nghttp2_submit_rst_stream(st->h2->session, NGHTTP2_FLAG_NONE, st->id, code);
}

/* ---- requests ---- */

static int
on_begin(nghttp2_session *session, const nghttp2_frame *f, void *self)
{
	struct ent_h2 *h = self;
	struct stream *st;

	if (f->hd.type != NGHTTP2_HEADERS || f->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	st = stream_new(h, f->hd.stream_id);
	if (!st)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	(void)nghttp2_session_set_stream_user_data(session, st->id, st);
	return 0;
}

/* Where a field of the request goes; NULL: it is left out, since the stream itself says it. */
static struct ent_buf *
place_of(struct stream *st, struct ent_str name)
{
	if (ent_str_is(name, ":method"))
		return &st->method;
	if (ent_str_is(name, ":path"))
		return &st->path;
	if (ent_str_is(name, ":authority"))
		return &st->authority;
	return name.n && name.p[0] == ':' ? NULL : &st->fields;
}

/* A line; nghttp2 has seen to it that there are no line ends and no NUL in it. */
static int
on_field(nghttp2_session *session, const nghttp2_frame *f, const uint8_t *name, size_t n,
         const uint8_t *value, size_t m, uint8_t flags, void *self)
{
	struct stream *st = nghttp2_session_get_stream_user_data(session, f->hd.stream_id);
	struct ent_str k = { (const char *)name, n }, v = { (const char *)value, m };
	struct ent_buf *b;

	(void)flags;
	(void)self;
	if (!st || f->headers.cat != NGHTTP2_HCAT_REQUEST || st->too_large)
		return 0; /* trailers are nobody's */
	st->head += n + m + 4;
	if (st->head > ENT_HTTP_HEAD_MAX) {
		st->too_large = true;
		return 0;
	}
	b = place_of(st, k);
	if (b == &st->fields) {
		if (ent_str_is(k, "host") && ent_str_eq(v, ent_buf_view(&st->authority)))
			return 0; /* said twice, and the same */
		st->length |= ent_str_is(k, "content-length");
		ent_buf_str(b, k);
		ent_buf_c(b, ": ");
		ent_buf_str(b, v);
		ent_buf_c(b, "\r\n");
	} else if (b) {
		ent_buf_str(b, v);
	}
	return 0;
}

/* The head as HTTP/1.1 has it, to be checked like any other. */
static void
give_head(struct stream *st, bool ended)
{
	struct ent_buf b;
	struct ent_str text;

	if (st->too_large) {
		ent_conn_refuse(&st->conn, 431, "the head of the request is too large");
		return;
	}
	ent_buf_init(&b, 2 * (size_t)ENT_HTTP_HEAD_MAX);
	ent_buf_str(&b, ent_buf_view(&st->method));
	ent_buf_ch(&b, ' ');
	ent_buf_str(&b, ent_buf_view(&st->path));
	ent_buf_c(&b, " HTTP/1.1\r\n");
	if (st->authority.n)
		ent_buf_printf(&b, "Host: %.*s\r\n", ENT_FMT(ent_buf_view(&st->authority)));
	ent_buf_str(&b, ent_buf_view(&st->fields));
	if (!ended && !st->length)
		ent_buf_c(&b, "Transfer-Encoding: chunked\r\n");
	ent_buf_c(&b, "\r\n");
	text = ent_buf_view(&b);
	if (text.p)
		ent_conn_run(&st->conn, text);
	else
		ent_conn_refuse(&st->conn, 503, "out of memory");
	ent_buf_release(&b);
	/* what isn't a whole head is none */
	if (st->conn.state == ENT_CONN_HEAD)
		ent_conn_refuse(&st->conn, 400, "the request can't be understood");
}

static void
end_body(struct stream *st)
{
	if (st->complete)
		return;
	count_body(st, 0);
	st->complete = true;
	if (st->conn.state == ENT_CONN_BODY && !st->length)
		ent_conn_run(&st->conn, ENT_STR("0\r\n\r\n"));
	if (st->conn.state == ENT_CONN_BODY)
		ent_conn_refuse(&st->conn, 400, "the body is shorter than announced");
}

static int
on_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *p, size_t n,
        void *self)
{
	struct stream *st = nghttp2_session_get_stream_user_data(session, id);
	struct ent_h2 *h = self;
	char size[24];

	(void)flags;
	if (!st || st->conn.state != ENT_CONN_BODY)
		return 0; /* it is answered already: this is what was on its way */
	(void)snprintf(size, sizeof(size), "%zx\r\n", n);
	if (!st->length && n)
		ent_conn_run(&st->conn, ent_str_c(size));
	if (n && st->conn.state == ENT_CONN_BODY)
		ent_conn_run(&st->conn, (struct ent_str){ (const char *)p, n });
	if (!st->length && n && st->conn.state == ENT_CONN_BODY)
		ent_conn_run(&st->conn, ENT_STR("\r\n"));
	count_body(st, st->conn.state == ENT_CONN_BODY ? st->conn.body.n : 0);
	if (h->bodies <= ENT_H2_BODIES)
		return 0;
	ent_conn_refuse(&st->conn, 503, "too many bodies at once on one connection");
	ent_buf_release(&st->conn.body);
	count_body(st, 0);
	return 0;
}

static int
on_frame(nghttp2_session *session, const nghttp2_frame *f, void *self)
{
	struct stream *st = nghttp2_session_get_stream_user_data(session, f->hd.stream_id);
	bool ended = (f->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;

	(void)self;
	if (!st || (f->hd.type != NGHTTP2_HEADERS && f->hd.type != NGHTTP2_DATA))
		return 0;
	if (f->hd.type == NGHTTP2_HEADERS && f->headers.cat == NGHTTP2_HCAT_REQUEST) {
		st->complete = ended;
		give_head(st, ended);
	} else if (ended) {
		end_body(st);
	}
	return 0;
}

/* ---- answers ---- */

static ssize_t
read_body(nghttp2_session *session, int32_t id, uint8_t *to, size_t room, uint32_t *flags,
          nghttp2_data_source *source, void *self)
{
	struct stream *st = source->ptr;
	size_t n = 0;

	(void)session;
	(void)id;
	(void)self;
	while (n < room) {
		struct ent_str s = ent_conn_pending(&st->conn);
		size_t k = s.n < room - n ? s.n : room - n;

		if (!k)
			break;
		memcpy(to + n, s.p, k);
		ent_conn_sent(&st->conn, k);
		n += k;
	}
	if (!st->conn.n_out)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)n;
}

/* Lines that are HTTP/1.1's own business. */
static bool
is_framing(struct ent_str name)
{
	return ent_str_caseis(name, "connection") || ent_str_caseis(name, "keep-alive") ||
	       ent_str_caseis(name, "transfer-encoding");
}

static char *
lower(struct ent_arena *a, struct ent_str name)
{
	char *p = ent_arena_alloc(a, name.n + 1);

	for (size_t i = 0; p && i < name.n; i++)
		p[i] =
		    name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] + 32) : name.p[i];
	return p;
}

/* nghttp2 takes no const, and changes nothing. */
static uint8_t *
as_bytes(const char *p)
{
	union {
		const char *text;
		uint8_t *bytes;
	} u = { .text = p };

	return u.bytes;
}

/* The fields of an answer's head; their number, 0 where it can't be done. */
static size_t
fields_of(struct ent_arena *a, struct ent_str head, nghttp2_nv *nv)
{
	struct ent_str line, name;
	size_t n = 0;

	if (head.n < sizeof("HTTP/1.1 200") - 1)
		return 0;
	nv[n++] = (nghttp2_nv){ .name = as_bytes(":status"),
		                .namelen = 7,
		                .value = as_bytes(head.p + 9),
		                .valuelen = 3 };
	(void)ent_str_next(&head, '\n', &line);
	while (ent_str_next(&head, '\n', &line) && line.n > 1) {
		char *p;

		name = line;
		name.n = ent_str_find(line, ':');
		line = ent_str_trim(ent_str_from(line, name.n + 1));
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (is_framing(name))
			continue;
		p = lower(a, name);
		if (!p || n == FIELDS_MAX)
			return 0;
		nv[n++] = (nghttp2_nv){ .name = as_bytes(p),
			                .namelen = name.n,
			                .value = as_bytes(line.p),
			                .valuelen = line.n };
	}
	return n;
}

/* Hands nghttp2 what a stream has to say. */
static void
answer(struct stream *st)
{
	nghttp2_data_provider body = { .source = { .ptr = st }, .read_callback = read_body };
	nghttp2_session *session = st->h2->session;
	struct ent_str s = ent_conn_pending(&st->conn);
	const char *end = s.n ? memmem(s.p, s.n, "\r\n\r\n", 4) : NULL;
	nghttp2_nv nv[FIELDS_MAX];
	size_t n = 0, head = end ? (size_t)(end - s.p) + 4 : 0;
	int rc;

	if (end && st->conn.arena)
		n = fields_of(st->conn.arena, (struct ent_str){ s.p, head }, nv);
	if (ent_str_starts(s, "HTTP/1.1 100")) { /* pointless once the body has come */
		if (n && st->conn.state == ENT_CONN_BODY)
			(void)nghttp2_submit_headers(session, NGHTTP2_FLAG_NONE, st->id, NULL,
			                             nv, n, NULL);
		ent_conn_sent(&st->conn, s.n);
		return;
	}
	st->answered = true;
	if (!n) {
		reset(st, NGHTTP2_INTERNAL_ERROR);
		return;
	}
	/* nghttp2 has copies of the fields */
	rc = nghttp2_submit_response(session, st->id, nv, n,
	                             st->conn.n_out > 1 || s.n > head ? &body : NULL);
	ent_conn_sent(&st->conn, head);
	if (rc)
		reset(st, NGHTTP2_INTERNAL_ERROR);
}

/* What is asked for is answered, and more of it may still come: it need not. */
static int
on_sent(nghttp2_session *session, const nghttp2_frame *f, void *self)
{
	struct stream *st = nghttp2_session_get_stream_user_data(session, f->hd.stream_id);

	(void)self;
	if (st && (f->hd.type == NGHTTP2_HEADERS || f->hd.type == NGHTTP2_DATA) &&
	    (f->hd.flags & NGHTTP2_FLAG_END_STREAM) && !st->complete)
		reset(st, NGHTTP2_NO_ERROR);
	return 0;
}

/* Streams that the peer begins and resets cost us work and it nothing (CVE-2023-44487). */
static void
count_reset(struct ent_h2 *h)
{
	if (h->env->now_us - h->calm_us >= ENT_H2_RESETS_US) {
		h->calm_us = h->env->now_us;
		h->resets = 0;
	}
	if (++h->resets > ENT_H2_RESETS)
		(void)nghttp2_session_terminate_session(h->session, NGHTTP2_ENHANCE_YOUR_CALM);
}

static int
on_close(nghttp2_session *session, int32_t id, uint32_t code, void *self)
{
	struct stream *st = nghttp2_session_get_stream_user_data(session, id);
	struct ent_h2 *h = self;

	if (!st)
		return 0;
	(void)nghttp2_session_set_stream_user_data(session, id, NULL);
	if (code != NGHTTP2_NO_ERROR)
		count_reset(h);
	h->served++;
	if (st->conn.state == ENT_CONN_AWAY) {
		st->gone = true;
		return 0;
	}
	if (st->conn.state == ENT_CONN_ANSWER && !st->conn.n_out)
		ent_conn_run(&st->conn,
		             (struct ent_str){ NULL, 0 }); /* notes that it is done */
	stream_free(st);
	return 0;
}

/* ---- the connection ---- */

static nghttp2_session *
new_session(struct ent_h2 *h)
{
	static const nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, ENT_H2_STREAMS },
		{ NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, ENT_H2_WINDOW },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, ENT_HTTP_HEAD_MAX },
	};
	nghttp2_session_callbacks *cb;
	nghttp2_session *session = NULL;

	if (nghttp2_session_callbacks_new(&cb))
		return NULL;
	nghttp2_session_callbacks_set_on_begin_headers_callback(cb, on_begin);
	nghttp2_session_callbacks_set_on_header_callback(cb, on_field);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(cb, on_data);
	nghttp2_session_callbacks_set_on_frame_recv_callback(cb, on_frame);
	nghttp2_session_callbacks_set_on_frame_send_callback(cb, on_sent);
	nghttp2_session_callbacks_set_on_stream_close_callback(cb, on_close);
	if (nghttp2_session_server_new(&session, cb, h))
		session = NULL;
	nghttp2_session_callbacks_del(cb);
	if (session && (nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings,
	                                        sizeof(settings) / sizeof(settings[0])) ||
	                nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0,
	                                                      ENT_H2_WINDOW_ALL))) {
		nghttp2_session_del(session);
		session = NULL;
	}
	return session;
}

struct ent_h2 *
ent_h2_new(const struct ent_conn *of, void *owner)
{
	struct ent_h2 *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->env = of->env;
	h->owner = owner;
	h->of = &of->rq;
	h->moved_us = h->calm_us = h->env->now_us;
	h->session = new_session(h);
	if (h->session)
		return h;
	free(h);
	return NULL;
}

void
ent_h2_free(struct ent_h2 *h)
{
	if (!h)
		return;
	while (h->streams)
		free_at(&h->streams);
	nghttp2_session_del(h->session);
	free(h);
}

/* Those whose streams were closed while another thread had them. */
static void
let_go(struct ent_h2 *h)
{
	struct stream **at = &h->streams;

	while (*at)
		if ((*at)->gone && (*at)->conn.state != ENT_CONN_AWAY)
			free_at(at);
		else
			at = &(*at)->next;
}

void
ent_h2_in(struct ent_h2 *h, struct ent_str in)
{
	h->moved_us = h->env->now_us;
	if (!h->broken && nghttp2_session_mem_recv(h->session, (const uint8_t *)in.p, in.n) < 0)
		h->broken = true;
}

void
ent_h2_eof(struct ent_h2 *h)
{
	h->eof = true;
}

bool
ent_h2_away(const struct ent_h2 *h)
{
	for (const struct stream *st = h->streams; st; st = st->next)
		if (st->conn.state == ENT_CONN_AWAY)
			return true;
	return false;
}

struct ent_str
ent_h2_pending(struct ent_h2 *h)
{
	const uint8_t *p = NULL;
	ssize_t n;

	if (h->out.n)
		return h->out;
	let_go(h);
	if (h->env->stopping && !h->noticed) {
		h->noticed = true;
		(void)nghttp2_submit_shutdown_notice(h->session);
	}
	for (struct stream *st = h->streams; st; st = st->next)
		if (st->answered)
			continue;
		else if (st->conn.state == ENT_CONN_ANSWER)
			while (!st->answered && st->conn.n_out)
				answer(st);
		else if (st->conn.state == ENT_CONN_BODY && st->conn.n_out)
			answer(st);
		else if (st->conn.state == ENT_CONN_CLOSED) {
			st->answered = true;
			reset(st, NGHTTP2_INTERNAL_ERROR);
		}
	n = h->broken ? 0 : nghttp2_session_mem_send(h->session, &p);
	if (n < 0)
		h->broken = true;
	h->out = n > 0 ? (struct ent_str){ (const char *)p, (size_t)n }
	               : (struct ent_str){ NULL, 0 };
	return h->out;
}

void
ent_h2_sent(struct ent_h2 *h, size_t n)
{
	h->out = ent_str_from(h->out, n);
}

bool
ent_h2_over(const struct ent_h2 *h)
{
	return h->eof || h->broken ||
	       (!nghttp2_session_want_read(h->session) &&
	        !nghttp2_session_want_write(h->session));
}

void
ent_h2_end(struct ent_h2 *h)
{
	(void)nghttp2_session_terminate_session(h->session, NGHTTP2_NO_ERROR);
}

bool
ent_h2_idle(const struct ent_h2 *h, int64_t *since_us, bool *served)
{
	*since_us = h->moved_us;
	*served = h->served > 0;
	return h->n == 0;
}

const struct ent_conn *
ent_h2_next(const struct ent_h2 *h, const struct ent_conn *c)
{
	const struct stream *st = c ? ((const struct stream *)c)->next : h->streams;

	return st ? &st->conn : NULL;
}

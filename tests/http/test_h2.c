/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_h2.c - HTTP/2, frame by frame, without a socket; the frames are of RFC 9113, written
 * here by hand, so that bad ones can be.
 */
#include <nghttp2/nghttp2.h>

#include "app.h"
#include "base/buf.h"
#include "base/limits.h"

#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

enum { DATA, HEADERS, PRIORITY, RST, SETTINGS, PUSH, PING, GOAWAY, WINDOW, CONTINUATION };
enum { END_STREAM = 1, ACK = 1, END_HEADERS = 4 };

struct talk {
	struct app app;
	struct ent_arena *arena;
	void *ctx;
	struct ent_buf in; /* what the client says */
	struct ent_str out;
};

static int
setup(void **state)
{
	struct talk *t = calloc(1, sizeof(*t));

	app_init(&t->app);
	t->arena = ent_arena_new((size_t)128 << 20);
	t->app.callbacks.open(&t->app, -1, &t->ctx, NULL);
	ent_buf_init(&t->in, (size_t)64 << 20);
	*state = t;
	return 0;
}

static int
teardown(void **state)
{
	struct talk *t = *state;

	t->app.callbacks.close(&t->app, t->ctx);
	app_release(&t->app);
	ent_buf_release(&t->in);
	ent_arena_free(t->arena);
	free(t);
	return 0;
}

/* ---- what the client says ---- */

static void
frame(struct talk *t, int type, int flags, uint32_t stream, struct ent_str payload)
{
	const uint8_t head[9] = { (uint8_t)(payload.n >> 16),
		                  (uint8_t)(payload.n >> 8),
		                  (uint8_t)payload.n,
		                  (uint8_t)type,
		                  (uint8_t)flags,
		                  (uint8_t)(stream >> 24),
		                  (uint8_t)(stream >> 16),
		                  (uint8_t)(stream >> 8),
		                  (uint8_t)stream };

	ent_buf_put(&t->in, (const char *)head, sizeof(head));
	ent_buf_str(&t->in, payload);
}

static void
greet(struct talk *t)
{
	ent_buf_c(&t->in, PREFACE);
	frame(t, SETTINGS, 0, 0, ENT_STR(""));
}

/* A field as HPACK has it without a table (RFC 7541, 6.2.2): names and values below 127 bytes,
 * or with the longer integer of section 5.1. */
static void
put_length(struct ent_buf *b, size_t n)
{
	if (n < 127) {
		ent_buf_ch(b, (char)n);
		return;
	}
	ent_buf_ch(b, 127);
	for (n -= 127; n >= 128; n /= 128)
		ent_buf_ch(b, (char)(n % 128 + 128));
	ent_buf_ch(b, (char)n);
}

static void
put_field(struct ent_buf *b, struct ent_str name, struct ent_str value)
{
	ent_buf_ch(b, 0);
	put_length(b, name.n);
	ent_buf_str(b, name);
	put_length(b, value.n);
	ent_buf_str(b, value);
}

/* "name: value\n..." as a block of fields. */
static struct ent_str
block(struct talk *t, const char *lines)
{
	struct ent_str rest = ent_str_c(lines), line, out;
	struct ent_buf b;

	ent_buf_init(&b, (size_t)1 << 20);
	while (ent_str_next(&rest, '\n', &line)) {
		size_t colon = ent_str_find(ent_str_from(line, 1), ':') + 1;

		put_field(&b, (struct ent_str){ line.p, colon }, ent_str_from(line, colon + 2));
	}
	out = ent_buf_done(&b, t->arena);
	ent_buf_release(&b);
	return out;
}

#define GET(path)  ":method: GET\n:scheme: https\n:path: " path "\n:authority: a.example"
#define POST(path) ":method: POST\n:scheme: https\n:path: " path "\n:authority: a.example"

static void
ask(struct talk *t, uint32_t stream, const char *lines)
{
	frame(t, HEADERS, END_STREAM | END_HEADERS, stream, block(t, lines));
}

static void
hear(struct talk *t)
{
	t->out = ent_h2_loopback(t->arena, &t->app.callbacks, t->ctx, ent_buf_view(&t->in));
	assert_non_null(t->out.p);
}

/* ---- what the server says ---- */

struct heard {
	int status;          /* of the last answer */
	struct ent_str all;  /* its fields, "name: value\n" */
	size_t data;         /* bytes of bodies on that stream */
	struct ent_str body; /* the last DATA frame's */
	bool ended;
	int reset;  /* its code; -1: none */
	int goaway; /* of the connection; -1: none */
	size_t answers;
};

static void
inflate(struct talk *t, nghttp2_hd_inflater *inf, struct ent_str in, struct heard *h)
{
	struct ent_buf b;

	ent_buf_init(&b, 65536);
	for (;;) {
		nghttp2_nv nv;
		int flags = 0;
		ssize_t n =
		    nghttp2_hd_inflate_hd2(inf, &nv, &flags, (const uint8_t *)in.p, in.n, 1);

		assert_true(n >= 0);
		in = ent_str_from(in, (size_t)n);
		if (flags & NGHTTP2_HD_INFLATE_EMIT) {
			if (nv.namelen == 7 && memcmp(nv.name, ":status", 7) == 0)
				h->status = atoi((const char *)nv.value);
			ent_buf_printf(&b, "%.*s: %.*s\n", (int)nv.namelen, nv.name,
			               (int)nv.valuelen, nv.value);
		}
		if (flags & NGHTTP2_HD_INFLATE_FINAL)
			break;
	}
	(void)nghttp2_hd_inflate_end_headers(inf);
	h->all = ent_buf_done(&b, t->arena);
	ent_buf_release(&b);
}

/* What came on a stream; 0: on any. */
static struct heard
heard(struct talk *t, uint32_t stream)
{
	struct heard h = { .reset = -1, .goaway = -1 };
	struct ent_str rest = t->out;
	nghttp2_hd_inflater *inf;

	assert_int_equal(nghttp2_hd_inflate_new(&inf), 0);
	while (rest.n) {
		const uint8_t *p = (const uint8_t *)rest.p;
		size_t n = (size_t)p[0] << 16 | (size_t)p[1] << 8 | p[2];
		uint32_t id = (uint32_t)(p[5] & 127) << 24 | (uint32_t)p[6] << 16 |
		              (uint32_t)p[7] << 8 | p[8];
		struct heard other = { 0 }, *to = !stream || id == stream ? &h : &other;
		struct ent_str payload = { rest.p + 9, n };

		assert_true(rest.n >= 9 + n);
		if (p[3] == HEADERS) {
			assert_true(p[4] & END_HEADERS);
			inflate(t, inf, payload, to);
			to->answers++;
		} else if (p[3] == DATA) {
			to->data += n;
			to->body = payload;
		} else if (p[3] == RST) {
			to->reset = payload.p[3];
		} else if (p[3] == GOAWAY) {
			h.goaway = payload.p[7];
		}
		if ((p[3] == HEADERS || p[3] == DATA) && p[4] & END_STREAM)
			to->ended = true;
		rest = ent_str_from(rest, 9 + n);
	}
	nghttp2_hd_inflate_del(inf);
	return h;
}

/* ---- tests ---- */

static void
a_request_is_what_it_is_over_http_1_1(void **state)
{
	struct talk *t = *state;
	struct heard h;

	greet(t);
	ask(t, 1, GET("/echo?a=1") "\nx-one: 1\naccept: */*");
	ask(t, 3, GET("/nowhere"));
	ask(t, 5, ":method: HEAD\n:scheme: https\n:path: /big\n:authority: a.example");
	ask(t, 7, GET("/nothing"));
	ask(t, 9, GET("/forbidden"));
	ask(t, 11, GET("/from"));
	ask(t, 13, GET("/bad"));
	hear(t);
	h = heard(t, 1);
	assert_int_equal(h.status, 200);
	assert_true(h.ended);
	assert_true(ent_str_is(h.body, "/echo a=1 [] 3"));
	assert_non_null(memmem(h.all.p, h.all.n, "content-type: text/plain\n", 25));
	assert_null(memmem(h.all.p, h.all.n, "onnection", 9));
	assert_int_equal(heard(t, 3).status, 404);
	h = heard(t, 5);
	assert_int_equal(h.status, 200);
	assert_true(h.ended);
	assert_int_equal(h.data, 0);
	assert_non_null(memmem(h.all.p, h.all.n, "content-length: 350000\n", 23));
	assert_int_equal(heard(t, 7).status, 204);
	assert_int_equal(heard(t, 9).status, 403);
	assert_true(ent_str_is(heard(t, 11).body, "loopback"));
	assert_int_equal(heard(t, 13).status, 500);
	assert_int_equal(heard(t, 0).goaway, -1);
	assert_int_equal(t->app.dones, 7);
}

static void
bodies_come_with_a_length_or_without(void **state)
{
	struct talk *t = *state;
	struct heard h;

	greet(t);
	frame(t, HEADERS, END_HEADERS, 1, block(t, POST("/body") "\ncontent-length: 11"));
	frame(t, DATA, 0, 1, ENT_STR("hello "));
	frame(t, HEADERS, END_HEADERS, 3, block(t, POST("/body")));
	frame(t, DATA, 0, 3, ENT_STR("no "));
	frame(t, DATA, END_STREAM, 1, ENT_STR("world"));
	frame(t, DATA, 0, 3, ENT_STR(""));
	frame(t, DATA, 0, 3, ENT_STR("length"));
	frame(t, HEADERS, END_HEADERS | END_STREAM, 3, block(t, "x-trailer: 1"));
	frame(t, HEADERS, END_HEADERS, 5, block(t, POST("/write") "\nexpect: 100-continue"));
	frame(t, DATA, END_STREAM, 5, ENT_STR("x"));
	hear(t);
	assert_true(ent_str_is(heard(t, 1).body, "hello world"));
	assert_true(ent_str_is(heard(t, 3).body, "no length"));
	h = heard(t, 5);
	assert_int_equal(h.answers, 1); /* no 100: the body was there */
	assert_int_equal(h.status, 201);
	ent_buf_clear(&t->in);
	greet(t);
	frame(t, HEADERS, END_HEADERS, 1, block(t, POST("/write") "\nexpect: 100-continue"));
	hear(t);
	assert_int_equal(heard(t, 1).status, 100);
}

/* Streams that can't be: each is reset or refused, and the next one is served. */
static const struct {
	const char *what, *lines;
	int status, reset; /* 0, -1: none */
} bad[] = {
	{ "no path", ":method: GET\n:scheme: https\n:authority: a.example", 0, 1 },
	{ "no method", ":scheme: https\n:path: /echo\n:authority: a.example", 0, 1 },
	{ "two paths", GET("/echo") "\n:path: /echo", 0, 1 },
	{ "a field before", "x-a: 1\n" GET("/echo"), 0, 1 },
	{ "upper case", GET("/echo") "\nX-A: 1", 0, 1 },
	{ "connection", GET("/echo") "\nconnection: close", 0, 1 },
	{ "transfer-encoding", POST("/echo") "\ntransfer-encoding: chunked", 0, 1 },
	{ "another pseudo", GET("/echo") "\n:colour: red", 0, 1 },
	{ "line end", GET("/echo") "\nx-a: 1\r", 0, 1 },
	{ "no authority", ":method: GET\n:scheme: https\n:path: /echo", 0, 1 },
	{ "two hosts", GET("/echo") "\nhost: b.example", 400, -1 },
	{ "a blank in the path", GET("/ec ho"), 0, 1 },
	{ "no such method",
	  ":method: FETCH\n:scheme: https\n:path: /echo\n:authority: a.example", 501, -1 },
	{ "a length without a body", POST("/echo") "\ncontent-length: 5", 0, 1 },
	{ "two lengths", POST("/echo") "\ncontent-length: 0\ncontent-length: 0", 0, 1 },
	{ "the same host twice", GET("/echo") "\nhost: a.example", 200, -1 },
	{ "expectations", GET("/echo") "\nexpect: miracles", 417, -1 },
};

static void
bad_requests_end_their_stream_alone(void **state)
{
	struct talk *t = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct heard h;

		ent_buf_clear(&t->in);
		greet(t);
		ask(t, 1, bad[i].lines);
		ask(t, 3, GET("/echo"));
		hear(t);
		h = heard(t, 1);
		if (h.status != bad[i].status || h.reset != bad[i].reset)
			fail_msg("%s: %d, reset %d", bad[i].what, h.status, h.reset);
		if (heard(t, 3).status != 200)
			fail_msg("%s: the next one wasn't served", bad[i].what);
	}
}

static void
heads_are_bounded(void **state)
{
	struct talk *t = *state;
	char *long_one = ent_arena_alloc(t->arena, 40000);
	struct ent_str text;

	memset(long_one, 'x', 39999);
	long_one[39999] = '\0';
	greet(t);
	text = block(t, ent_arena_printf(t->arena, GET("/echo") "\nx-a: %s", long_one).p);
	/* in pieces: a frame has 16,384 bytes at most */
	frame(t, HEADERS, END_STREAM, 1, (struct ent_str){ text.p, 16000 });
	frame(t, CONTINUATION, 0, 1, (struct ent_str){ text.p + 16000, 16000 });
	frame(t, CONTINUATION, END_HEADERS, 1, ent_str_from(text, 32000));
	ask(t, 3, GET("/echo"));
	hear(t);
	assert_int_equal(heard(t, 1).status, 431);
	assert_int_equal(heard(t, 3).status, 200);
	assert_int_equal(t->app.served, 1);
}

static void
an_answer_needs_no_more_of_the_body(void **state)
{
	struct talk *t = *state;
	struct heard h;

	t->app.body_max = 100;
	greet(t);
	frame(t, HEADERS, END_HEADERS, 1, block(t, POST("/body")));
	for (int i = 0; i < 8; i++)
		frame(t, DATA, 0, 1, (struct ent_str){ (const char *)bad, 50 });
	frame(t, HEADERS, END_HEADERS, 3, block(t, POST("/body") "\ncontent-length: 101"));
	frame(t, HEADERS, END_HEADERS, 5, block(t, POST("/forbidden") "\ncontent-length: 101"));
	ask(t, 7, GET("/echo"));
	hear(t);
	h = heard(t, 1);
	assert_int_equal(h.status, 413);
	assert_int_equal(h.reset, NGHTTP2_NO_ERROR);
	assert_int_equal(heard(t, 3).status, 413);
	assert_int_equal(heard(t, 5).status, 403);
	assert_int_equal(heard(t, 7).status, 200);
}

static void
windows_are_kept(void **state)
{
	struct talk *t = *state;
	static const char more[] = { 0, 1, 0, 0 }, zero[] = { 0, 4, 0, 0, 0, 0 };
	struct heard h;

	greet(t);
	ask(t, 1, GET("/big"));
	hear(t);
	h = heard(t, 1);
	assert_int_equal(h.data, 65535);
	assert_false(h.ended);
	/* a window that never opens costs its answer nothing but the wait */
	ent_buf_clear(&t->in);
	ent_buf_c(&t->in, PREFACE);
	frame(t, SETTINGS, 0, 0, (struct ent_str){ zero, sizeof(zero) });
	ask(t, 1, GET("/big"));
	hear(t);
	assert_int_equal(heard(t, 1).data, 0);
	ent_buf_clear(&t->in);
	greet(t);
	ask(t, 1, GET("/big"));
	for (int i = 0; i < 5; i++) {
		frame(t, WINDOW, 0, 0, (struct ent_str){ more, sizeof(more) });
		frame(t, WINDOW, 0, 1, (struct ent_str){ more, sizeof(more) });
	}
	hear(t);
	h = heard(t, 1);
	assert_int_equal(h.data, BIG_BYTES);
	assert_true(h.ended);
}

static void
streams_at_once_are_bounded(void **state)
{
	struct talk *t = *state;
	size_t refused = 0;

	greet(t);
	for (uint32_t i = 0; i < 2 * ENT_H2_STREAMS; i++)
		frame(t, HEADERS, END_HEADERS, 2 * i + 1, block(t, POST("/body")));
	hear(t);
	for (uint32_t i = 0; i < 2 * ENT_H2_STREAMS; i++)
		refused += heard(t, 2 * i + 1).reset == NGHTTP2_REFUSED_STREAM;
	assert_true(refused >= 1 || heard(t, 0).goaway > 0);
	assert_int_equal(t->app.served, 0);
}

static void
who_begins_streams_to_reset_them_is_calmed(void **state)
{
	struct talk *t = *state;
	static const char cancel[] = { 0, 0, 0, 8 };

	greet(t);
	for (uint32_t i = 0; i < 5000; i++) {
		frame(t, HEADERS, END_HEADERS, 2 * i + 1, block(t, POST("/body")));
		frame(t, RST, 0, 2 * i + 1, (struct ent_str){ cancel, sizeof(cancel) });
	}
	hear(t);
	assert_int_equal(heard(t, 0).goaway, NGHTTP2_ENHANCE_YOUR_CALM);
	assert_true(t->app.admitted <= ENT_H2_RESETS + 64);
}

static void
many_bodies_at_once_are_too_many(void **state)
{
	struct talk *t = *state;
	char *piece = ent_arena_alloc(t->arena, 16384);
	size_t busy = 0;

	memset(piece, 'x', 16384);
	greet(t);
	for (uint32_t i = 0; i < 4; i++)
		frame(t, HEADERS, END_HEADERS, 2 * i + 1, block(t, POST("/body")));
	for (uint32_t k = 0; k < 500; k++)
		for (uint32_t i = 0; i < 4; i++)
			frame(t, DATA, 0, 2 * i + 1, (struct ent_str){ piece, 16384 });
	hear(t);
	for (uint32_t i = 0; i < 4; i++)
		busy += heard(t, 2 * i + 1).status == 503;
	assert_true(busy >= 1 && busy < 4);
}

static void
what_is_no_http_2_is_ended(void **state)
{
	static const struct {
		const char *what;
		struct ent_str in;
		int goaway; /* -1: nothing is said */
	} cases[] = {
		{ "another preface", ENT_STR("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), -1 },
		{ "no settings", ENT_STR(PREFACE "\0\0\0\1\0\0\0\0\1"), 1 },
		{ "half a preface", ENT_STR("PRI * HT"), -1 },
		{ "settings on a stream", ENT_STR(PREFACE "\0\0\0\4\0\0\0\0\1"), 1 },
		{ "a frame too long",
		  ENT_STR(PREFACE "\0\0\0\4\0\0\0\0\0"
		                  "\xff\xff\xff\0\0\0\0\0\1"),
		  6 },
		{ "data of no stream",
		  ENT_STR(PREFACE "\0\0\0\4\0\0\0\0\0"
		                  "\0\0\1\0\0\0\0\0\1x"),
		  1 },
		{ "an even stream",
		  ENT_STR(PREFACE "\0\0\0\4\0\0\0\0\0"
		                  "\0\0\1\1\5\0\0\0\2\x82"),
		  1 },
		{ "a bad block",
		  ENT_STR(PREFACE "\0\0\0\4\0\0\0\0\0"
		                  "\0\0\1\1\5\0\0\0\1\xff"),
		  9 },
		{ "a window of nothing",
		  ENT_STR(PREFACE "\0\0\0\4\0\0\0\0\0"
		                  "\0\0\4\x8\0\0\0\0\0\0\0\0\0"),
		  1 },
	};
	struct talk *t = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct heard h;

		t->out = ent_h2_loopback(t->arena, &t->app.callbacks, t->ctx, cases[i].in);
		h = heard(t, 0);
		if (h.goaway != cases[i].goaway || h.answers)
			fail_msg("%s: goaway %d, %zu answers", cases[i].what, h.goaway,
			         h.answers);
	}
	assert_int_equal(t->app.served, 0);
}

static void
pings_and_settings_are_no_way_to_grow(void **state)
{
	struct talk *t = *state;

	greet(t);
	for (int i = 0; i < 50000; i++) {
		frame(t, PING, 0, 0, ENT_STR("12345678"));
		frame(t, SETTINGS, 0, 0, ENT_STR(""));
	}
	ask(t, 1, GET("/echo"));
	hear(t);
	/* answered as long as the answers are read; then it is over: nothing piles up */
	assert_true(t->out.n < (size_t)2 << 20);
	assert_int_equal(t->app.served, 0);
}

#define TEST(x) cmocka_unit_test_setup_teardown(x, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_request_is_what_it_is_over_http_1_1),
		TEST(bodies_come_with_a_length_or_without),
		TEST(bad_requests_end_their_stream_alone),
		TEST(heads_are_bounded),
		TEST(an_answer_needs_no_more_of_the_body),
		TEST(windows_are_kept),
		TEST(streams_at_once_are_bounded),
		TEST(who_begins_streams_to_reset_them_is_calmed),
		TEST(many_bodies_at_once_are_too_many),
		TEST(what_is_no_http_2_is_ended),
		TEST(pings_and_settings_are_no_way_to_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

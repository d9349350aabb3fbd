/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_loopback.c - whole conversations without a socket.
 */
#include <zlib.h>

#include "app.h"

#define HOST             "Host: a.example\r\n"
#define GET(path)        "GET " path " HTTP/1.1\r\n" HOST "\r\n"
#define POST(path, more) "POST " path " HTTP/1.1\r\n" HOST more "\r\n"

struct talk {
	struct app app;
	struct ent_arena *arena;
	void *ctx;
};

static int
setup(void **state)
{
	struct talk *f = calloc(1, sizeof(*f));

	app_init(&f->app);
	f->arena = ent_arena_new((size_t)64 << 20);
	f->app.callbacks.open(&f->app, -1, &f->ctx, NULL);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct talk *f = *state;

	f->app.callbacks.close(&f->app, f->ctx);
	app_release(&f->app);
	ent_arena_free(f->arena);
	free(f);
	return 0;
}

static struct ent_str
talk(struct talk *f, struct ent_str in)
{
	return ent_http_loopback(f->arena, &f->app.callbacks, f->ctx, in);
}

/* The statuses of the answers, as "200 404". */
static struct ent_str
statuses(struct talk *f, struct ent_str out)
{
	struct ent_str all = ENT_STR("");

	for (size_t i = 0; i + 12 <= out.n; i++)
		if (memcmp(out.p + i, "HTTP/1.1 ", 9) == 0)
			all = ent_arena_printf(f->arena, "%.*s%s%.3s", ENT_FMT(all),
			                       all.n ? " " : "", out.p + i + 9);
	return all;
}

static struct ent_str
body_of(struct ent_str out)
{
	const char *at = memmem(out.p, out.n, "\r\n\r\n", 4);

	assert_non_null(at);
	return ent_str_from(out, (size_t)(at - out.p) + 4);
}

static bool
has(struct ent_str out, const char *text)
{
	return memmem(out.p, out.n, text, strlen(text)) != NULL;
}

static const struct vector {
	const char *what;
	struct ent_str in;
	const char *statuses;
	const char *contains; /* NULL: anything */
} vectors[] = {
	{ "nothing", ENT_STR(""), "", NULL },
	{ "half a head", ENT_STR("GET / HT"), "", NULL },
	{ "path and query", ENT_STR(GET("/echo?a=b&c")), "200", "\r\n\r\n/echo a=b&c [] 1" },
	{ "an empty query", ENT_STR(GET("/echo?")), "200", "\r\n\r\n/echo  [] 1" },
	{ "an absolute target",
	  ENT_STR("GET https://a.example/echo?x HTTP/1.1\r\n" HOST "\r\n"), "200",
	  "\r\n\r\n/echo x [] 1" },
	{ "an absolute target, no path",
	  ENT_STR("GET http://a.example HTTP/1.1\r\n" HOST "\r\n"), "404", NULL },
	{ "what isn't there", ENT_STR(GET("/x")), "404", "no such thing" },
	{ "two requests", ENT_STR(GET("/echo?1") GET("/echo?2")), "200 200", "/echo 2" },
	{ "a pipeline in order",
	  ENT_STR(GET("/echo") GET("/x") POST("/write", "Content-Length: 1\r\n") "a" GET("/x")
	              GET("/echo")),
	  "200 404 201 404 200", NULL },
	{ "nothing after close",
	  ENT_STR("GET /echo HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n" GET("/echo")),
	  "200", "Connection: close\r\n" },
	{ "HTTP/1.0 closes", ENT_STR("GET /echo HTTP/1.0\r\n\r\n" GET("/echo")), "200",
	  "Connection: close\r\n" },
	{ "HTTP/1.0 may be kept",
	  ENT_STR("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" GET("/x")), "200 404",
	  "Connection: keep-alive\r\n" },
	{ "an upgrade is no upgrade",
	  ENT_STR("GET /echo HTTP/1.1\r\n" HOST
	          "Connection: upgrade\r\nUpgrade: x\r\n\r\n" GET("/x")),
	  "200 404", NULL },
	{ "an answer without content", ENT_STR(GET("/nothing") GET("/x")), "204 404", NULL },
	{ "a bad answer header is a 500", ENT_STR(GET("/bad") GET("/x")), "500",
	  "Connection: close\r\n" },
	{ "a refused head ends it", ENT_STR("GET / HTTP/1.1\r\n\r\n" GET("/x")), "400",
	  "400 no Host" },
	{ "a bare LF ends it", ENT_STR("GET / HTTP/1.1\n" GET("/x")), "400", NULL },
	{ "a method that llhttp doesn't know", ENT_STR("FROB / HTTP/1.1\r\n" HOST "\r\n"),
	  "501", NULL },

	{ "a body", ENT_STR(POST("/body", "Content-Length: 5\r\n") "hello" GET("/x")),
	  "200 404", "\r\n\r\nhello" },
	{ "an empty body", ENT_STR(POST("/body", "Content-Length: 0\r\n") GET("/x")), "200 404",
	  NULL },
	{ "half a body", ENT_STR(POST("/body", "Content-Length: 5\r\n") "hell"), "", NULL },
	{ "chunks",
	  ENT_STR(POST(
	      "/body",
	      "Transfer-Encoding: chunked\r\n") "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n" GET("/x")),
	  "200 404", "\r\n\r\nhello" },
	{ "chunks with extensions and trailers",
	  ENT_STR(POST(
	      "/echo",
	      "Transfer-Encoding: chunked\r\n") "3;a=b\r\nhel\r\n0\r\nX: y\r\n\r\n" GET("/x")),
	  "200 404", "/echo  [hel] 2" },
	{ "no chunk but the last",
	  ENT_STR(POST("/body", "Transfer-Encoding: chunked\r\n") "0\r\n\r\n" GET("/x")),
	  "200 404", NULL },
	{ "a chunk without its CR LF",
	  ENT_STR(POST("/body", "Transfer-Encoding: chunked\r\n") "3\r\nhelX0\r\n\r\n"), "400",
	  NULL },
	{ "a chunk size that ends in LF",
	  ENT_STR(POST("/body", "Transfer-Encoding: chunked\r\n") "3\nhel\r\n0\r\n\r\n"), "400",
	  NULL },
	{ "a chunk size in CR X",
	  ENT_STR(POST("/body", "Transfer-Encoding: chunked\r\n") "3\rXhel\r\n0\r\n\r\n"),
	  "400", NULL },
	{ "a chunk size that isn't one",
	  ENT_STR(POST("/body", "Transfer-Encoding: chunked\r\n") "-3\r\nhel\r\n0\r\n\r\n"),
	  "400", NULL },
	{ "a chunk size beyond 64 bits",
	  ENT_STR(POST("/body", "Transfer-Encoding: chunked\r\n") "fffffffffffffffff\r\nhel"),
	  "400", NULL },

	{ "100-continue",
	  ENT_STR(POST("/body", "Expect: 100-continue\r\nContent-Length: 2\r\n") "hi"),
	  "100 200", "HTTP/1.1 100 Continue\r\n\r\n" },
	{ "no 100-continue without a body",
	  ENT_STR("GET /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n\r\n"), "200", NULL },
	{ "no 100-continue where it is refused",
	  ENT_STR(POST("/forbidden", "Expect: 100-continue\r\nContent-Length: 2\r\n") "hi"),
	  "403", "Connection: close\r\n" },
	{ "another expectation", ENT_STR(POST("/body", "Expect: x\r\n")), "417", NULL },
	{ "refused without a body keeps the connection", ENT_STR(GET("/forbidden") GET("/x")),
	  "403 404", "not you" },
	{ "refused with a body ends it",
	  ENT_STR(POST("/forbidden", "Content-Length: 2\r\n") "hi" GET("/x")), "403",
	  "not you" },
	{ "another content coding",
	  ENT_STR(POST("/body", "Content-Encoding: br\r\nContent-Length: 2\r\n") "hi"), "415",
	  NULL },
	{ "gzip that isn't",
	  ENT_STR(POST("/body", "Content-Encoding: gzip\r\nContent-Length: 2\r\n") "hi"), "400",
	  "isn't gzip" },
};

static void
conversations_go_as_they_should(void **state)
{
	struct talk *f = *state;

	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		const struct vector *v = &vectors[i];
		struct ent_str out = talk(f, v->in), got = statuses(f, out);

		if (!ent_str_is(got, v->statuses))
			fail_msg("%s: \"%.*s\", not \"%s\"", v->what, ENT_FMT(got),
			         v->statuses);
		if (v->contains && !has(out, v->contains))
			fail_msg("%s: no \"%s\" in %.*s", v->what, v->contains, ENT_FMT(out));
	}
}

static void
an_answer_names_date_and_length(void **state)
{
	struct talk *f = *state;
	struct ent_str out = talk(f, ENT_STR(GET("/echo")));

	assert_true(ent_str_starts(out, "HTTP/1.1 200 OK\r\nDate: "));
	assert_true(has(out, " GMT\r\n"));
	assert_true(has(out, "\r\nContent-Length: 11\r\n"));
	assert_true(has(out, "\r\nContent-Type: text/plain\r\n"));
	assert_false(has(out, "Connection:"));
	assert_int_equal(f->app.dones, 1);
}

static void
head_has_the_length_and_no_body(void **state)
{
	struct talk *f = *state;
	struct ent_str out = talk(f, ENT_STR("HEAD /big HTTP/1.1\r\n" HOST "\r\n" GET("/x")));

	assert_true(has(out, "\r\nContent-Length: 350000\r\n"));
	assert_true(ent_str_starts(body_of(out), "HTTP/1.1 404"));
}

static void
no_content_has_no_length(void **state)
{
	struct talk *f = *state;
	struct ent_str out = talk(f, ENT_STR(GET("/nothing")));

	assert_false(has(out, "Content-Length"));
	assert_int_equal(body_of(out).n, 0);
}

static void
a_blob_comes_whole(void **state)
{
	struct talk *f = *state;
	struct ent_str body = body_of(talk(f, ENT_STR(GET("/big"))));

	assert_true(ent_str_eq(body, ent_blob_view(f->app.big)));
}

static struct ent_str
with_length(struct talk *f, size_t n)
{
	struct ent_str head = ent_arena_printf(
	    f->arena, "POST /body HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n", n);
	char *all = ent_arena_alloc(f->arena, head.n + n);

	memcpy(all, head.p, head.n);
	memset(all + head.n, 'x', n);
	return (struct ent_str){ all, head.n + n };
}

static struct ent_str
in_chunks(struct talk *f, size_t count, size_t each, const char *extension)
{
	struct ent_str head =
	    ENT_STR("POST /body HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n");
	struct ent_buf b;
	struct ent_str all;

	ent_buf_init(&b, (size_t)64 << 20);
	ent_buf_str(&b, head);
	for (size_t i = 0; i < count; i++) {
		char *to;

		ent_buf_printf(&b, "%zx%s\r\n", each, extension);
		to = ent_buf_room(&b, each);
		memset(to, 'y', each);
		ent_buf_grew(&b, each);
		ent_buf_c(&b, "\r\n");
	}
	ent_buf_c(&b, "0\r\n\r\n");
	all = ent_buf_done(&b, f->arena);
	ent_buf_release(&b);
	return all;
}

static void
bodies_are_bounded_by_what_admit_allows(void **state)
{
	struct talk *f = *state;
	struct ent_str out;

	f->app.body_max = 100000;
	out = talk(f, with_length(f, 100000));
	assert_str(statuses(f, out), "200");
	assert_int_equal(body_of(out).n, 100000);
	assert_str(statuses(f, talk(f, with_length(f, 100001))), "413");
	out = talk(f, in_chunks(f, 100, 1000, ""));
	assert_str(statuses(f, out), "200");
	assert_int_equal(body_of(out).n, 100000);
	out = talk(f, in_chunks(f, 101, 1000, ""));
	assert_str(statuses(f, out), "413");
	assert_true(has(out, "Connection: close\r\n"));
}

static void
framing_is_bounded(void **state)
{
	struct talk *f = *state;
	char extension[2001] = ";";

	memset(extension + 1, 'e', sizeof(extension) - 2);
	assert_str(statuses(f, talk(f, in_chunks(f, 20000, 1, ""))), "200");
	assert_str(statuses(f, talk(f, in_chunks(f, 1000, 1, extension))), "400");
}

static struct ent_str
zipped(struct talk *f, size_t n, const char *tail)
{
	char *plain = ent_arena_alloc(f->arena, n);
	unsigned char *packed = ent_arena_alloc(f->arena, n + 1000);
	z_stream z = { .next_in = (unsigned char *)plain, .avail_in = (unsigned)n };
	struct ent_buf b;
	struct ent_str all;

	memset(plain, 'z', n);
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_out = packed;
	z.avail_out = (unsigned)n + 1000;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	ent_buf_init(&b, (size_t)1 << 20);
	ent_buf_printf(&b,
	               "POST /body HTTP/1.1\r\n" HOST
	               "Content-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
	               (size_t)z.total_out + strlen(tail));
	ent_buf_put(&b, packed, z.total_out);
	ent_buf_c(&b, tail);
	deflateEnd(&z);
	all = ent_buf_done(&b, f->arena);
	ent_buf_release(&b);
	return all;
}

static void
gzip_bodies_are_inflated_within_the_limit(void **state)
{
	struct talk *f = *state;
	struct ent_str out;

	f->app.body_max = 1000000;
	out = talk(f, zipped(f, 1000000, ""));
	assert_str(statuses(f, out), "200");
	assert_int_equal(body_of(out).n, 1000000);
	assert_str(statuses(f, talk(f, zipped(f, 1000001, ""))), "413");
	assert_str(statuses(f, talk(f, zipped(f, 10000, "trash"))), "400");
}

static void
a_failing_batch_is_no_success(void **state)
{
	static const struct {
		int begin, end;
		const char *status;
	} cases[] = {
		{ 0, ENT_ESTORE, "503" },
		{ 0, ENT_EFULL, "507" },
		{ ENT_EBUSY, 0, "503" },
		{ ENT_EFULL, 0, "507" },
	};
	struct talk *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ent_str out;

		f->app.begin_code = cases[i].begin;
		f->app.end_code = cases[i].end;
		out =
		    talk(f, ENT_STR(POST("/write", "Content-Length: 1\r\n") "a" GET("/echo")));
		assert_int_equal(statuses(f, out).n, 7);
		assert_memory_equal(statuses(f, out).p, cases[i].status, 3);
		assert_false(has(out, "\r\n\r\nstored"));
	}
}

static void
text_is_decoded(void **state)
{
	static const struct {
		const char *in;
		bool plus;
		const char *out; /* NULL: refused */
	} cases[] = {
		{ "", false, "" },         { "a%20b", false, "a b" },
		{ "a+b", false, "a+b" },   { "a+b", true, "a b" },
		{ "%2B", true, "+" },      { "%c3%A9", false, "\xc3\xa9" },
		{ "%", false, NULL },      { "%4", false, NULL },
		{ "%4g", false, NULL },    { "%00", false, NULL },
		{ "%ff", false, NULL },    { "%25%34", false, "%4" },
		{ "%C0%80", false, NULL },
	};
	struct talk *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ent_str out;
		int rc = ent_http_decode(f->arena, ent_str_c(cases[i].in), cases[i].plus, &out);

		if (rc != (cases[i].out ? 0 : ENT_EPARSE))
			fail_msg("%s: %d", cases[i].in, rc);
		if (rc == 0)
			assert_str(out, cases[i].out);
	}
}

static void
basic_credentials_are_read(void **state)
{
	static const struct {
		const char *value;
		int rc;
		const char *name, *password;
	} cases[] = {
		{ "Basic YTpi", 0, "a", "b" },
		{ "bASIC  YTpiOmM=", 0, "a", "b:c" },
		{ "Basic Og==", 0, "", "" },
		{ "Basic", ENT_EPARSE, NULL, NULL },
		{ "Basic YWI=", ENT_EPARSE, NULL, NULL },     /* no colon */
		{ "Basic YTo_", ENT_EPARSE, NULL, NULL },     /* another alphabet */
		{ "Basic YTr/", ENT_EPARSE, NULL, NULL },     /* not UTF-8 */
		{ "Basic YQA6Yg==", ENT_EPARSE, NULL, NULL }, /* NUL */
		{ "Bearer YTpi", ENT_ENOENT, NULL, NULL },
		{ NULL, ENT_ENOENT, NULL, NULL },
	};
	struct talk *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct ent_header h = { ENT_STR("AUTHORIZATION"), ent_str_c(cases[i].value) };
		struct ent_http rq = { .arena = f->arena,
			               .headers = &h,
			               .n_headers = cases[i].value != NULL };
		struct ent_str name, password;
		int rc = ent_http_basic(&rq, &name, &password);

		if (rc != cases[i].rc)
			fail_msg("%s: %d", cases[i].value ? cases[i].value : "none", rc);
		if (rc == 0) {
			assert_str(name, cases[i].name);
			assert_str(password, cases[i].password);
		}
	}
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(conversations_go_as_they_should),
		T(an_answer_names_date_and_length),
		T(head_has_the_length_and_no_body),
		T(no_content_has_no_length),
		T(a_blob_comes_whole),
		T(bodies_are_bounded_by_what_admit_allows),
		T(framing_is_bounded),
		T(gzip_bodies_are_inflated_within_the_limit),
		T(a_failing_batch_is_no_success),
		T(text_is_decoded),
		T(basic_credentials_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

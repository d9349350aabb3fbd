/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_pack.c - answers as the client can take them: codings, entity tags, 304.
 */
#include "app.h"
#include "codec/gzip.h"

#define HOST "Host: a.example\r\n"

struct talk {
	struct app app;
	struct ent_arena *a;
	void *ctx;
};

static int
setup(void **state)
{
	struct talk *t = calloc(1, sizeof(*t));

	app_init(&t->app);
	t->a = ent_arena_new((size_t)64 << 20);
	*state = t;
	return t->app.callbacks.open(&t->app, 0, &t->ctx, NULL);
}

static int
teardown(void **state)
{
	struct talk *t = *state;

	t->app.callbacks.close(&t->app, t->ctx);
	app_release(&t->app);
	ent_arena_free(t->a);
	free(t);
	return 0;
}

/* The whole answer to one request with these header lines. */
static struct ent_str
ask(struct talk *t, const char *method, const char *path, const char *lines)
{
	struct ent_str in = ent_arena_printf(
	    t->a, "%s %s HTTP/1.1\r\n" HOST "%sConnection: close\r\n\r\n", method, path, lines);

	return ent_http_loopback(t->a, &t->app.callbacks, t->ctx, in);
}

static bool
has(struct ent_str out, const char *text)
{
	return memmem(out.p, out.n, text, strlen(text)) != NULL;
}

/* The value of a header line, NUL behind it. */
static const char *
line(struct talk *t, struct ent_str out, const char *name)
{
	const char *at = memmem(out.p, out.n, name, strlen(name)), *end;

	if (!at)
		return NULL;
	at += strlen(name);
	end = memmem(at, (size_t)(out.p + out.n - at), "\r\n", 2);
	return ent_arena_dup(t->a, (struct ent_str){ at, (size_t)(end - at) }).p;
}

static struct ent_str
body_of(struct ent_str out)
{
	const char *at = memmem(out.p, out.n, "\r\n\r\n", 4);

	return ent_str_from(out, (size_t)(at - out.p) + 4);
}

static const struct {
	const char *lines;
	const char *coding; /* NULL: none */
} wishes[] = {
	{ "", NULL },
	{ "Accept-Encoding:\r\n", NULL },
	{ "Accept-Encoding: gzip\r\n", "gzip" },
	{ "accept-encoding: GZIP\r\n", "gzip" },
	{ "Accept-Encoding: x-gzip\r\n", "gzip" },
	{ "Accept-Encoding: zstd\r\n", "zstd" },
	{ "Accept-Encoding: gzip, deflate, br, zstd\r\n", "zstd" },
	{ "Accept-Encoding: gzip, deflate\r\n", "gzip" },
	{ "Accept-Encoding: deflate\r\nAccept-Encoding: gzip\r\n", "gzip" },
	{ "Accept-Encoding: br\r\n", NULL },
	{ "Accept-Encoding: *\r\n", "gzip" },
	{ "Accept-Encoding: *;q=0\r\n", NULL },
	{ "Accept-Encoding: *, gzip;q=0\r\n", NULL },
	{ "Accept-Encoding: gzip;q=0, *\r\n", NULL },
	{ "Accept-Encoding: identity\r\n", NULL },
	{ "Accept-Encoding: gzip;q=0\r\n", NULL },
	{ "Accept-Encoding: gzip;q=0.0, zstd;q=0.000\r\n", NULL },
	{ "Accept-Encoding: gzip;q=0.001\r\n", "gzip" },
	{ "Accept-Encoding: gzip;q=1.0, zstd;q=0.5\r\n", "gzip" },
	{ "Accept-Encoding: gzip ; q=0.5 , zstd ; q=0.8\r\n", "zstd" },
	{ "Accept-Encoding: gzip;q=0.5, identity\r\n", NULL },
	{ "Accept-Encoding: gzip;q=0.5, identity;q=0.4\r\n", "gzip" },
	{ "Accept-Encoding: gzip;q=0.5, identity;q=0.5\r\n", "gzip" },
	{ "Accept-Encoding: gzip;q=2\r\n", NULL },
	{ "Accept-Encoding: gzip;q=1.001\r\n", NULL },
	{ "Accept-Encoding: gzip;q=\r\n", NULL },
	{ "Accept-Encoding: gzip;q=0.0001\r\n", NULL },
	{ "Accept-Encoding: gzip;level=9\r\n", NULL },
	{ "Accept-Encoding: ,,;,gzip,\r\n", "gzip" },
};

static void
the_greatest_weight_decides(void **state)
{
	struct talk *t = *state;

	for (size_t i = 0; i < sizeof(wishes) / sizeof(*wishes); i++) {
		struct ent_str out = ask(t, "GET", "/page", wishes[i].lines);
		const char *coding = line(t, out, "Content-Encoding: ");

		if (!has(out, "HTTP/1.1 200 ") || !coding != !wishes[i].coding ||
		    (coding && strcmp(coding, wishes[i].coding) != 0))
			fail_msg("%s: %s", wishes[i].lines, coding ? coding : "none");
	}
}

static void
packed_bodies_are_the_same_ones(void **state)
{
	struct talk *t = *state;
	struct ent_str plain = body_of(ask(t, "GET", "/page", ""));
	struct ent_str out = ask(t, "GET", "/page", "Accept-Encoding: gzip\r\n"), packed, head;
	struct ent_buf b;

	packed = body_of(out);
	ent_buf_init(&b, plain.n);
	assert_int_equal(ent_gunzip(packed, &b), 0);
	assert_true(ent_str_eq(ent_buf_view(&b), plain));
	assert_true(packed.n < plain.n / 4);
	ent_buf_release(&b);
	assert_int_equal(strtoul(line(t, out, "Content-Length: "), NULL, 10), packed.n);
	/* HEAD is told the same */
	head = ask(t, "HEAD", "/page", "Accept-Encoding: gzip\r\n");
	assert_int_equal(body_of(head).n, 0);
	assert_string_equal(line(t, head, "Content-Length: "),
	                    line(t, out, "Content-Length: "));
	assert_string_equal(line(t, head, "ETag: "), line(t, out, "ETag: "));
}

static void
small_bodies_and_others_stay_as_they_are(void **state)
{
	struct talk *t = *state;

	assert_false(
	    has(ask(t, "GET", "/page?small", "Accept-Encoding: gzip\r\n"), "Encoding"));
	assert_true(has(ask(t, "GET", "/page?small", "Accept-Encoding: gzip\r\n"), "ETag: "));
	assert_false(
	    has(ask(t, "GET", "/page?noise", "Accept-Encoding: gzip\r\n"), "Encoding"));
	assert_false(
	    has(ask(t, "GET", "/page?noise", "Accept-Encoding: zstd\r\n"), "Encoding"));
	/* what isn't tagged, and what is no 200 */
	assert_false(has(ask(t, "GET", "/big", "Accept-Encoding: gzip\r\n"), "Encoding"));
	assert_false(has(ask(t, "GET", "/big", ""), "ETag"));
	assert_false(has(ask(t, "GET", "/page?404", "Accept-Encoding: gzip\r\n"), "ETag"));
}

static void
tags_tell_bodies_apart(void **state)
{
	static const char *const each[][2] = {
		{ "/page", "" },
		{ "/page", "Accept-Encoding: gzip\r\n" },
		{ "/page", "Accept-Encoding: zstd\r\n" },
		{ "/page?small", "" },
		{ "/page?line", "" }, /* the same bytes under another header line */
	};
	struct talk *t = *state;
	const char *tags[5];

	for (size_t i = 0; i < 5; i++) {
		tags[i] = line(t, ask(t, "GET", each[i][0], each[i][1]), "ETag: ");
		assert_int_equal(strlen(tags[i]), 34);
		assert_true(tags[i][0] == '"' && tags[i][33] == '"');
		assert_string_equal(tags[i],
		                    line(t, ask(t, "GET", each[i][0], each[i][1]), "ETag: "));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(tags[i], tags[j]);
	}
}

static void
who_has_it_gets_304(void **state)
{
	static const struct {
		const char *format; /* one %s: the tag */
		bool had;
	} cases[] = {
		{ "If-None-Match: %s\r\n", true },
		{ "if-none-match:   %s  \r\n", true },
		{ "If-None-Match: W/%s\r\n", true },
		{ "If-None-Match: \"x\", %s\r\n", true },
		{ "If-None-Match: \"x\",W/\"y\",,%s,\"z\"\r\n", true },
		{ "If-None-Match: \"a,b\" , %s\r\n", true },
		{ "If-None-Match: \"x\"\r\nIf-None-Match: %s\r\n", true },
		{ "If-None-Match: *\r\n%.0s", true },
		{ "If-None-Match: \"*\"\r\n%.0s", false },
		{ "If-None-Match: \"x\"\r\n%.0s", false },
		{ "If-None-Match: x%s\r\n", false },
		{ "If-None-Match:\r\n%.0s", false },
		{ "If-None-Match: \"\r\n%.0s", false },
		{ "If-None-Match: \"%.20s\r\n", false },
		{ "If-None-Match: \"\"\"%s\r\n", false },
		{ "If-Match: %s\r\n", false },
	};
	struct talk *t = *state;
	const char *tag = line(t, ask(t, "GET", "/page", ""), "ETag: ");

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char lines[200];
		struct ent_str out;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(lines, sizeof(lines), cases[i].format, tag);
#pragma GCC diagnostic pop
		for (size_t j = 0; j < 2; j++) {
			out = ask(t, j ? "HEAD" : "GET", "/page", lines);
			if (has(out, "HTTP/1.1 304 ") != cases[i].had)
				fail_msg("%s", lines);
			assert_string_equal(line(t, out, "ETag: "), tag);
			if (!cases[i].had)
				continue;
			assert_int_equal(body_of(out).n, 0);
			assert_false(has(out, "Content-Length"));
			assert_true(has(out, "X-Page: "));
		}
	}
	/* the tag of another coding is another page's */
	assert_true(has(ask(t, "GET", "/page",
	                    ent_arena_printf(t->a,
	                                     "Accept-Encoding: gzip\r\n"
	                                     "If-None-Match: %s\r\n",
	                                     tag)
	                        .p),
	                "HTTP/1.1 200 "));
	assert_true(has(
	    ask(t, "DELETE", "/page", ent_arena_printf(t->a, "If-None-Match: %s\r\n", tag).p),
	    "HTTP/1.1 200 "));
}

/* A large page is packed on another thread, and the loop goes on. */
static void
large_pages_go_over_sockets(void **state)
{
	struct fix f = { .arena = ((struct talk *)*state)->a };
	int fd[8];

	app_init(&f.app);
	f.config.threads = 1;
	fix_start_plain(&f);
	for (int round = 0; round < 20; round++)
		for (int i = 0; i < 8; i++) {
			if (round == 0)
				fd[i] = net_connect(f.port);
			net_send(fd[i], i % 2 ? ENT_STR("GET /page?large HTTP/1.1\r\n" HOST
			                                "Accept-Encoding: gzip\r\n\r\n"
			                                "GET /from HTTP/1.1\r\n" HOST "\r\n")
			                      : ENT_STR("GET /page?large HTTP/1.1\r\n" HOST
			                                "Accept-Encoding: zstd\r\n\r\n"));
			if (i < 7)
				continue;
			for (int j = 0; j < 8; j++) {
				assert_int_equal(net_status(fd[j]), 200);
				if (j % 2)
					assert_int_equal(net_status(fd[j]), 200);
			}
		}
	for (int i = 0; i < 8; i++)
		close(fd[i]);
	assert_int_equal(f.app.packs, 160);
	ent_server_stop(f.server, 1000);
	app_release(&f.app);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_greatest_weight_decides),
		TEST(packed_bodies_are_the_same_ones),
		TEST(small_bodies_and_others_stay_as_they_are),
		TEST(tags_tell_bodies_apart),
		TEST(who_has_it_gets_304),
		TEST(large_pages_go_over_sockets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

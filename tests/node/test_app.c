/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_app.c - what a node answers to a stranger, without sockets; and serving, with them.
 */
#include <pthread.h>
#include <signal.h>

#include "exchange/user.h"
#include "folder.h"
#include "node/node_int.h"

#define HOST "Host: x\r\n"

static const struct ent_str none;

static const struct {
	const char *request;
	int status;
	const char *has;
} cases[] = {
	{ "GET /healthz HTTP/1.1\r\n" HOST "\r\n", 200, "ok" },
	{ "GET /readyz HTTP/1.1\r\n" HOST "\r\n", 200, "ready" },
	{ "GET /.well-known/entente HTTP/1.1\r\n" HOST "\r\n", 200, "payload" },
	{ "HEAD /healthz HTTP/1.1\r\n" HOST "\r\n", 200, "" },
	{ "POST /healthz HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 405, "method" },
	{ "POST /healthz HTTP/1.1\r\n" HOST "Content-Length: 9999\r\n\r\n", 405,
	  "\r\nAllow: GET, HEAD, OPTIONS\r\n" },
	{ "DELETE /healthz HTTP/1.1\r\n" HOST "\r\n", 405,
	  "\r\nAllow: GET, HEAD, OPTIONS\r\n" },
	{ "OPTIONS /healthz HTTP/1.1\r\n" HOST "\r\n", 200,
	  "\r\nAllow: GET, HEAD, OPTIONS\r\n" },
	{ "OPTIONS /metrics HTTP/1.1\r\n" HOST "\r\n", 404, "" }, /* only a server has them */
	{ "OPTIONS /entente/v1/witness/add-checkpoint HTTP/1.1\r\n" HOST "\r\n", 200,
	  "\r\nAllow: POST, OPTIONS\r\n" },
	{ "GET /entente/v1/agreements/x/receipts HTTP/1.1\r\n" HOST "\r\n", 405,
	  "\r\nAllow: POST, OPTIONS\r\n" },
	{ "PUT /healthz HTTP/1.1\r\n" HOST "Content-Length: 99999\r\n\r\n", 405, "Allow" },
	{ "PATCH /nowhere/at/all HTTP/1.1\r\n" HOST "Content-Length: 99999\r\n\r\n", 401,
	  "WWW-Authenticate" },
	{ "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 200, "Allow: GET, HEAD, POST" },
	{ "GET * HTTP/1.1\r\n" HOST "\r\n", 404, "" },
	{ "OPTIONS /taxii2/ HTTP/1.1\r\n" HOST "\r\n", 401, "WWW-Authenticate" },
	{ "GET / HTTP/1.1\r\n" HOST "\r\n", 404, "/taxii2/" },
	{ "GET /console/ HTTP/1.1\r\n" HOST "\r\n", 404, "Not found" },
	{ "GET /taxii2/ HTTP/1.1\r\n" HOST "\r\n", 401, "http_status" },
	{ "GET /entente/v1/nothing HTTP/1.1\r\n" HOST "\r\n", 404, "" },
	/* a body is refused before it is read */
	{ "POST /entente/v1/agreements/x/statements HTTP/1.1\r\n" HOST
	  "Content-Length: 10000000\r\n\r\n",
	  401, "counterparts" },
	{ "POST /entente/v1/witness/add-checkpoint HTTP/1.1\r\n" HOST
	  "Content-Length: 3\r\n\r\nabc",
	  401, "counterparts" },
	{ "GET /healthz HTTP/1.1\r\n" HOST "Content-Length: 5000\r\n\r\n", 413, "" },
};

static void
answers_strangers(void **state)
{
	const struct folder *f = *state;
	const struct ent_init i = { .name = "North", .listen = "127.0.0.1:0", .url = "" };
	struct ent_err err = { 0 };
	struct ent_http_app app;
	struct ent_node *n = NULL;
	void *ctx;

	if (ent_node_init(f->node, &i, &err) ||
	    ent_node_load(f->node, none, ENT_LOG_ERROR, &n, &err))
		fail_msg("%s", err.msg);
	ent_node_app(n, &app);
	assert_int_equal(app.open(app.self, 0, &ctx, &err), 0);
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		struct ent_arena *a = ent_arena_new((size_t)32 << 20);
		struct ent_str out =
		    ent_http_loopback(a, &app, ctx, ent_str_c(cases[k].request));
		char want[32];

		snprintf(want, sizeof(want), "HTTP/1.1 %d ", cases[k].status);
		if (!ent_str_starts(out, want))
			fail_msg("%s\n%.*s", cases[k].request, ENT_FMT(out));
		if (cases[k].has[0] &&
		    !memmem(out.p, out.n, cases[k].has, strlen(cases[k].has)))
			fail_msg("no %s in %.*s", cases[k].has, ENT_FMT(out));
		ent_arena_free(a);
	}
	app.close(app.self, ctx);
	ent_node_close(n);
}

static void
expect_users(struct ent_exchange *x, struct ent_arena *a, size_t want)
{
	struct ent_user *u;
	struct ent_err err;
	size_t n;

	assert_int_equal(ent_users(x, a, &u, &n, &err), 0);
	assert_int_equal(n, want);
}

static void
add_user(struct ent_exchange *x, struct ent_arena *a, const char *name)
{
	const struct ent_user u = { .name = ent_str_c(name), .can_read = true };
	struct ent_err err = { 0 };

	if (ent_user_add(x, a, &u, ENT_STR("correct horse"), &err))
		fail_msg("%s", err.msg);
}

/* What was committed before a request came is in its answer, though a turn of the loop looks at
 * one state. */
static void
a_look_has_what_the_process_has_committed(void **state)
{
	const struct folder *f = *state;
	const struct ent_init i = { .name = "North", .listen = "127.0.0.1:0", .url = "" };
	struct ent_arena *a = ent_arena_new((size_t)1 << 20);
	struct ent_exchange *loop, *writer, *stranger;
	struct ent_err err = { 0 };
	struct ent_node *n = NULL;

	if (ent_node_init(f->node, &i, &err) ||
	    ent_node_load(f->node, none, ENT_LOG_ERROR, &n, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(ent_node_context(n, &stranger, &err), 0); /* another process's */
	n->x.commits = &n->commits;
	assert_int_equal(ent_node_context(n, &loop, &err), 0);
	assert_int_equal(ent_node_context(n, &writer, &err), 0);
	ent_exchange_look(loop);
	expect_users(loop, a, 0);
	add_user(stranger, a, "one");
	ent_exchange_look(loop);
	expect_users(loop, a, 0); /* the same turn */
	ent_exchange_rest(loop);
	ent_exchange_look(loop);
	expect_users(loop, a, 1);
	add_user(writer, a, "two");
	expect_users(loop, a, 1); /* the same request */
	ent_exchange_look(loop);
	expect_users(loop, a, 2);
	add_user(loop, a, "three"); /* it may write itself */
	ent_exchange_look(loop);
	expect_users(loop, a, 3);
	ent_exchange_close(stranger);
	ent_exchange_close(writer);
	ent_exchange_close(loop);
	ent_node_close(n);
	ent_arena_free(a);
}

struct serving {
	const char *dir;
	char url[128], second[sizeof(((struct ent_err *)0)->msg)];
	int code;
};

/* Called while the node is served: a second server is told so, then the signal comes. */
static void
on_ready(void *self, const char *url)
{
	struct serving *s = self;
	struct ent_err err = { 0 };

	snprintf(s->url, sizeof(s->url), "%s", url);
	s->code = ent_node_serve(s->dir, NULL, &err);
	snprintf(s->second, sizeof(s->second), "%s", err.msg);
	(void)kill(getpid(), SIGTERM);
}

static void
serves_until_the_signal_and_only_once(void **state)
{
	const struct folder *f = *state;
	const struct ent_init i = { .name = "North", .listen = "127.0.0.1:0", .url = "" };
	struct serving s = { .dir = f->node };
	struct ent_err err = { 0 };
	char pid[32];

	assert_int_equal(ent_node_init(f->node, &i, &err), 0);
	if (ent_node_serve(f->node, &(struct ent_serve){ .ready = on_ready, .self = &s }, &err))
		fail_msg("%s", err.msg);
	assert_memory_equal(s.url, "https://127.0.0.1:", 18);
	assert_string_not_equal(s.url, "https://127.0.0.1:0");
	assert_int_equal(s.code, ENT_EBUSY);
	snprintf(pid, sizeof(pid), "process %ld ", (long)getpid());
	assert_non_null(strstr(s.second, pid));
	/* and again, once the first has stopped */
	s.url[0] = '\0';
	assert_int_equal(
	    ent_node_serve(f->node, &(struct ent_serve){ .ready = on_ready, .self = &s }, &err),
	    0);
	assert_int_not_equal(s.url[0], '\0');
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, folder_setup, folder_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers_strangers),
		TEST(a_look_has_what_the_process_has_committed),
		TEST(serves_until_the_signal_and_only_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_find.c - what takes long to find out about a request keeps nobody else waiting.
 */
#include <sys/socket.h>

#include "app.h"
#include "base/limits.h"

#define HOST      "Host: a.example\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"
#define FIND_MS   300
#define CROWD     40

static void
start(struct fix *f, int find_ms)
{
	f->config.threads = 1;
	f->app.find_ms = find_ms;
	fix_start_plain(f);
}

static void
ask(int fd, const char *key)
{
	char text[128];

	snprintf(text, sizeof(text), "GET /find?%s HTTP/1.1\r\n" HOST "\r\n", key);
	net_send(fd, ent_str_c(text));
}

static void
the_loop_serves_others_meanwhile(void **state)
{
	struct fix *f = *state;
	int64_t began;
	int slow, fast;

	start(f, FIND_MS);
	slow = net_connect(f->port);
	fast = net_connect(f->port);
	began = net_ms();
	ask(slow, "abc");
	for (int i = 0; i < 20; i++) {
		net_send(fast, ENT_STR(GET("/from")));
		assert_int_equal(net_status(fast), 200);
	}
	assert_int_equal(f->app.finds, 0); /* else the machine was too slow to tell */
	assert_int_equal(net_status(slow), 200);
	assert_true(net_ms() - began >= FIND_MS);
	assert_int_equal(f->app.finds, 1);
	close(slow);
	close(fast);
}

static void
the_same_question_is_answered_once(void **state)
{
	struct fix *f = *state;
	int fd[CROWD];

	start(f, FIND_MS);
	for (size_t i = 0; i < CROWD; i++) {
		fd[i] = net_connect(f->port);
		ask(fd[i], i % 2 ? "one" : "other");
	}
	for (size_t i = 0; i < CROWD; i++) {
		assert_int_equal(net_status(fd[i]), 200);
		close(fd[i]);
	}
	assert_int_equal(f->app.verdicts, CROWD);
	assert_true(f->app.finds >= 2 && f->app.finds <= 4);
}

/* One that finds no room is told so, and may ask again on the same connection. */
static void
too_many_questions_are_503(void **state)
{
	enum { ALL = ENT_HTTP_FINDINGS + ENT_HTTP_FINDERS + 8 };
	struct fix *f = *state;
	int fd[ALL], refused = 0;
	char key[16];

	start(f, FIND_MS);
	for (int i = 0; i < ALL; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		fd[i] = net_connect(f->port);
		ask(fd[i], key);
	}
	f->app.find_ms = 1;
	for (int i = 0; i < ALL; i++) {
		int status = net_status(fd[i]);

		assert_true(status == 200 || status == 503);
		if (status != 503)
			continue;
		refused++;
		net_send(fd[i], ENT_STR(GET("/from")));
		assert_int_equal(net_status(fd[i]), 200);
	}
	assert_true(refused >= 8 && refused <= 8 + ENT_HTTP_FINDERS);
	assert_int_equal(f->app.finds, ALL - refused);
	for (int i = 0; i < ALL; i++)
		close(fd[i]);
}

/* What came behind the head waits with it: a body, and the next request. */
static void
nothing_that_came_meanwhile_is_lost(void **state)
{
	struct fix *f = *state;
	int fd;

	start(f, 50);
	fd = net_connect(f->port);
	net_send(fd, ENT_STR("POST /write?k HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nab"));
	net_send(fd, ENT_STR("cde" GET("/find?longer") GET("/from")));
	assert_int_equal(net_status(fd), 201);
	assert_int_equal(net_status(fd), 200);
	assert_int_equal(net_status(fd), 200);
	assert_int_equal(f->app.finds, 2);
	close(fd);
}

/* A peer that goes away, and a server that stops, while a thread is at its question. */
static void
it_may_end_meanwhile(void **state)
{
	struct fix *f = *state;
	int fd[8];

	start(f, FIND_MS);
	for (int i = 0; i < 8; i++) {
		fd[i] = net_connect(f->port);
		ask(fd[i], i < 4 ? "gone" : "there");
	}
	while (!f->app.admitted && !f->app.finds)
		usleep(1000);
	for (int i = 0; i < 4; i++)
		close(fd[i]);
	ent_server_stop(f->server, 5000);
	f->server = NULL;
	for (int i = 4; i < 8; i++) {
		assert_int_equal(net_status(fd[i]), 200);
		close(fd[i]);
	}
}

static void
without_threads_it_is_found_in_place(void **state)
{
	struct fix *f = *state;
	struct ent_str out;
	void *ctx;

	assert_int_equal(f->app.callbacks.open(&f->app, 0, &ctx, NULL), 0);
	out = ent_http_loopback(f->arena, &f->app.callbacks, ctx, ENT_STR(GET("/find?four")));
	assert_true(ent_str_ends(out, "\r\n\r\n4"));
	f->app.callbacks.close(&f->app, ctx);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, fix_setup, fix_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_loop_serves_others_meanwhile),
		TEST(the_same_question_is_answered_once),
		TEST(too_many_questions_are_503),
		TEST(nothing_that_came_meanwhile_is_lost),
		TEST(it_may_end_meanwhile),
		TEST(without_threads_it_is_found_in_place),
	};

	return cmocka_run_group_tests(tests, certificates_setup, certificates_teardown);
}

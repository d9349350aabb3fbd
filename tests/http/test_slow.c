/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_slow.c - peers that are slow, silent, or gone.
 */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "app.h"

#define HOST      "Host: a.example\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"

static void
start(struct fix *f)
{
	f->config.head_ms = f->config.body_ms = f->config.write_ms = 300;
	f->config.idle_ms = 600;
	fix_start_plain(f);
}

/* Sends fill every 20 ms until the server has had enough, for at most five seconds. */
static void
drip(int fd, const char *fill)
{
	for (int i = 0; i < 250; i++) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (poll(&p, 1, 20) > 0 || send(fd, fill, strlen(fill), MSG_NOSIGNAL) <= 0)
			return;
	}
	fail_msg("the server is very patient");
}

static void
slow_heads_are_cut_off(void **state)
{
	struct fix *f = *state;
	int64_t began;
	int fd;

	start(f);
	fd = net_connect(f->port);
	net_send(fd, ENT_STR("GET / HTTP/1.1\r\n"));
	began = net_ms();
	drip(fd, "X: y\r\n");
	assert_true(net_ms() - began < 3000);
	assert_int_equal(net_status(fd), 408);
	assert_int_equal(net_drain(fd), 0);
	close(fd);
}

static void
slow_bodies_are_cut_off(void **state)
{
	struct fix *f = *state;
	int fd;

	start(f);
	fd = net_connect(f->port);
	net_send(fd, ENT_STR("POST /body HTTP/1.1\r\n" HOST "Content-Length: 1000000\r\n\r\n"));
	drip(fd, "x");
	assert_int_equal(net_status(fd), 408);
	close(fd);
}

static void
silence_is_ended_without_an_answer(void **state)
{
	struct fix *f = *state;
	int64_t began = net_ms();
	int first, idle;

	start(f);
	first = net_connect(f->port);
	idle = net_connect(f->port);
	net_send(idle, ENT_STR(GET("/echo")));
	assert_int_equal(net_status(idle), 200);
	assert_int_equal(net_drain(first), 0);
	assert_true(net_ms() - began >= 250);
	assert_int_equal(net_drain(idle), 0);
	assert_true(net_ms() - began >= 550 && net_ms() - began < 5000);
	close(first);
	close(idle);
}

static void
readers_that_stop_are_dropped(void **state)
{
	struct fix *f = *state;
	int fds[20], small = 4096;
	int64_t began;

	start(f);
	for (size_t i = 0; i < 20; i++) {
		fds[i] = net_connect(f->port);
		setsockopt(fds[i], SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
		for (int k = 0; k < 40; k++) /* far more than the kernel's buffers take */
			net_send(fds[i], ENT_STR(GET("/big")));
	}
	began = net_ms();
	for (size_t i = 0; i < 20; i++) {
		/* POLLERR or POLLHUP: reset by the server, although nothing was read */
		struct pollfd p = { .fd = fds[i], .events = 0 };

		assert_int_equal(poll(&p, 1, 8000), 1);
		close(fds[i]);
	}
	assert_true(net_ms() - began < 8000);
}

/* Twice the pace that is asked for, far longer than the timeout. */
static void
slow_but_steady_readers_are_served(void **state)
{
	struct fix *f = *state;
	char some[16384];
	long total = 0;
	int fd, small = 4096;

	start(f);
	fd = net_connect(f->port);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	net_send(fd, ENT_STR("GET /big HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"));
	for (;;) {
		ssize_t m = recv(fd, some, sizeof(some), 0);

		if (m <= 0)
			break;
		total += m;
		usleep(20000);
	}
	assert_true(total > (long)BIG_BYTES);
	close(fd);
}

static void
half_closed_connections_get_their_answers(void **state)
{
	struct fix *f = *state;
	int fd;

	start(f);
	fd = net_connect(f->port);
	net_send(fd, ENT_STR(GET("/echo") GET("/big") "POST /write HTTP/1.1\r\n" HOST
	                                              "Content-Length: 1\r\n\r\na"));
	shutdown(fd, SHUT_WR);
	assert_int_equal(net_status(fd), 200);
	assert_int_equal(net_status(fd), 200);
	assert_int_equal(net_status(fd), 201);
	assert_int_equal(net_drain(fd), 0);
	close(fd);
}

static void
reset_connections_do_no_harm(void **state)
{
	static const struct ent_str left_at[] = {
		{ "", 0 },
		ENT_STR("GET / HT"),
		ENT_STR(GET("/big") GET("/big") GET("/big")),
		ENT_STR("POST /body HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\nx"),
		ENT_STR("POST /write HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx"),
	};
	struct linger hard = { .l_onoff = 1 };
	struct fix *f = *state;
	int fd;

	f->app.write_ms = 20; /* the writer answers after they have gone */
	start(f);
	for (size_t round = 0; round < 40; round++) {
		struct ent_str s = left_at[round % 5];

		fd = net_connect(f->port);
		if (s.n)
			net_send(fd, s);
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
		close(fd);
	}
	fd = net_connect(f->port);
	net_send(fd, ENT_STR(GET("/echo")));
	assert_int_equal(net_status(fd), 200);
	close(fd);
}

/* The peer is still sending its body when it is refused: it must be able to read why. */
static void
a_refusal_outlives_the_rest_of_the_body(void **state)
{
	struct fix *f = *state;
	char some[8192];
	int fd;

	memset(some, 'x', sizeof(some));
	f->app.body_max = 1000;
	start(f);
	fd = net_connect(f->port);
	net_send(fd, ENT_STR("POST /body HTTP/1.1\r\n" HOST "Content-Length: 1000000\r\n\r\n"));
	for (int i = 0; i < 100; i++)
		net_send(fd, (struct ent_str){ some, sizeof(some) });
	assert_int_equal(net_status(fd), 413);
	close(fd);
}

static void
bytes_may_come_one_by_one(void **state)
{
	struct ent_str s = ENT_STR("POST /body HTTP/1.1\r\n" HOST
	                           "Transfer-Encoding: chunked\r\n\r\n5\r\nhello"
	                           "\r\n0\r\n\r\n" GET("/echo"));
	struct fix *f = *state;
	int fd;

	f->config.threads = 1;
	fix_start_plain(f);
	fd = net_connect(f->port);
	for (size_t i = 0; i < s.n; i++) {
		net_send(fd, (struct ent_str){ s.p + i, 1 });
		if (i % 8 == 0)
			usleep(1000);
	}
	assert_int_equal(net_status(fd), 200);
	assert_int_equal(net_status(fd), 200);
	close(fd);
}

static void
a_long_pipeline_is_answered_in_order(void **state)
{
	struct fix *f = *state;
	int fd;

	start(f);
	fd = net_connect(f->port);
	for (int i = 0; i < 1000; i++)
		net_send(fd, i % 3 ? ENT_STR(GET("/echo")) : ENT_STR(GET("/missing")));
	for (int i = 0; i < 1000; i++)
		assert_int_equal(net_status(fd), i % 3 ? 200 : 404);
	close(fd);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fix_setup, fix_teardown)
	const struct CMUnitTest tests[] = {
		T(slow_heads_are_cut_off),
		T(slow_bodies_are_cut_off),
		T(silence_is_ended_without_an_answer),
		T(readers_that_stop_are_dropped),
		T(slow_but_steady_readers_are_served),
		T(half_closed_connections_get_their_answers),
		T(reset_connections_do_no_harm),
		T(a_refusal_outlives_the_rest_of_the_body),
		T(bytes_may_come_one_by_one),
		T(a_long_pipeline_is_answered_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

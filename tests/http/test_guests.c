/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_guests.c - what one client may have, by the clock of the test, and on the line.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "app.h"
#include "base/limits.h"
#include "http/guests.h"

#define S    INT64_C(1000000)
#define HOST "Host: a.example\r\n"
#define GET  "GET /from HTTP/1.1\r\n" HOST "\r\n"

static struct sockaddr_storage
address(const char *text)
{
	struct sockaddr_storage ss = { .ss_family = AF_UNIX };
	struct sockaddr_in *v4 = (struct sockaddr_in *)&ss;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&ss;

	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1)
		ss.ss_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1)
		ss.ss_family = AF_INET6;
	return ss;
}

static enum ent_welcome
enter(struct ent_guests *g, const char *text, int64_t now, struct ent_guest **out)
{
	struct sockaddr_storage ss = address(text);

	return ent_guests_enter(g, (struct sockaddr *)&ss, now, out);
}

static void
connections_are_counted_by_client(void **state)
{
	static const struct {
		const char *from;
		bool mine; /* counts as the client that is full */
	} others[] = {
		{ "192.0.2.1", true },
		{ "192.0.2.2", false },
		{ "::ffff:192.0.2.1", true },
		{ "::ffff:192.0.2.3", false },
		{ "2001:db8::1", false },
		{ "127.0.0.1", false },
		{ "::1", false },
		{ "::ffff:127.0.0.1", false },
		{ "unix", false },
	};
	const struct ent_guest_limits l = { .connections = 3 };
	struct ent_guests *g = ent_guests_new(&l);
	struct ent_guest *mine[3], *other;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(enter(g, "192.0.2.1", S, &mine[i]), ENT_WELCOME);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		enum ent_welcome w = enter(g, others[i].from, S, &other);

		if (w != (others[i].mine ? ENT_GUEST_TELL : ENT_WELCOME))
			fail_msg("%s", others[i].from);
		ent_guests_leave(g, other, 0, S);
	}
	ent_guests_leave(g, mine[0], 0, S);
	assert_int_equal(enter(g, "192.0.2.1", S, &mine[0]), ENT_WELCOME);
	/* a few more are told, the rest is not heard */
	for (int i = 0; i < ENT_GUESTS_TOLD; i++)
		assert_int_equal(enter(g, "192.0.2.1", S, &other), ENT_GUEST_TELL);
	assert_int_equal(enter(g, "192.0.2.1", S, &other), ENT_GUEST_SHUT);
	ent_guests_free(g);
	ent_guests_free(NULL);
}

static void
an_ipv6_network_is_one_client(void **state)
{
	const struct ent_guest_limits l = { .connections = 2 };
	struct ent_guests *g = ent_guests_new(&l);
	struct ent_guest *one;

	(void)state;
	assert_int_equal(enter(g, "2001:db8:0:1::1", S, &one), ENT_WELCOME);
	assert_int_equal(enter(g, "2001:db8:0:1:ffff::2", S, &one), ENT_WELCOME);
	assert_int_equal(enter(g, "2001:db8:0:1::3", S, &one), ENT_GUEST_TELL);
	assert_int_equal(enter(g, "2001:db8:0:2::1", S, &one), ENT_WELCOME);
	ent_guests_free(g);
}

static size_t
asks(struct ent_guests *g, struct ent_guest *guest, int64_t now, size_t most)
{
	size_t n = 0;

	while (n < most && !ent_guests_ask(g, guest, 0, now))
		n++;
	return n;
}

static void
requests_come_back_with_time(void **state)
{
	const struct ent_guest_limits l = { .rate = 10 };
	const size_t burst = (size_t)10 * ENT_GUEST_SECONDS;
	struct ent_guests *g = ent_guests_new(&l);
	struct ent_guest *one, *other;

	(void)state;
	assert_int_equal(enter(g, "192.0.2.1", S, &one), ENT_WELCOME);
	assert_int_equal(asks(g, one, S, 1000), burst - ENT_GUEST_CONNECTION);
	assert_int_equal(asks(g, one, S + S / 2, 1000), 5);
	assert_int_equal(asks(g, one, S, 1000), 0); /* a clock that isn't ahead */
	assert_int_equal(asks(g, one, 3 * S + S / 2, 1000), 20);
	/* a new connection is no new start, and is itself refused where nothing is left */
	assert_int_equal(enter(g, "192.0.2.1", 3 * S + S / 2, &other), ENT_GUEST_SHUT);
	assert_ptr_equal(one, other);
	ent_guests_leave(g, other, 0, S);
	ent_guests_leave(g, one, 0, S);
	assert_int_equal(enter(g, "192.0.2.1", 5 * S, &one), ENT_WELCOME);
	assert_int_equal(asks(g, one, 5 * S, 1000), 5);
	assert_int_equal(enter(g, "192.0.2.9", 5 * S, &other), ENT_WELCOME);
	assert_int_equal(asks(g, other, 5 * S, 1000), burst - ENT_GUEST_CONNECTION);
	assert_int_equal(asks(g, one, 5000 * S, 1000), burst); /* never more than a burst */
	ent_guests_free(g);
}

static void
whoever_is_early_hears_when_to_come_again(void **state)
{
	const struct ent_guest_limits l = { .rate = 4 };
	struct ent_guests *g = ent_guests_new(&l);
	struct ent_guest *one;

	(void)state;
	assert_int_equal(enter(g, "192.0.2.1", S, &one), ENT_WELCOME);
	assert_int_equal(asks(g, one, S, 1000), 4 * ENT_GUEST_SECONDS - ENT_GUEST_CONNECTION);
	assert_int_equal(ent_guests_ask(g, one, 0, S), 1);
	assert_int_equal(ent_guests_ask(g, one, 0, S + S / 8), 1);
	assert_int_equal(ent_guests_ask(g, one, 0, S + S / 4), 0);
	ent_guests_free(g);
}

static void
bytes_are_owed_and_waited_for(void **state)
{
	static const struct {
		uint64_t moved;
		int64_t at;
		unsigned wait;
	} asked[] = {
		{ 0, 1, 0 },
		{ 9999, 1, 0 }, /* the burst is ten seconds' worth */
		{ 1, 1, 0 },
		{ 1, 1, 1 }, /* one byte too many */
		{ 0, 2, 0 },
		{ 999, 2, 0 },
		{ 5001, 2, 6 }, /* a large answer, 5001 beyond: 5.001 s */
		{ 0, 3, 5 },
		{ 0, 7, 1 },
		{ 0, 8, 0 },
		{ 0, 5000, 0 },
		{ 10000, 5000, 0 }, /* never more than a burst */
		{ 1, 5000, 1 },
		{ UINT64_MAX, 5000, 3600 },
		{ UINT64_MAX, 5000, 3600 },
		{ 0, 8600, 0 },
	};
	const struct ent_guest_limits l = { .bytes = 1000 };
	struct ent_guests *g = ent_guests_new(&l);
	struct ent_guest *one;

	(void)state;
	assert_int_equal(enter(g, "192.0.2.1", S, &one), ENT_WELCOME);
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		unsigned wait = ent_guests_ask(g, one, asked[i].moved, asked[i].at * S);

		if (wait != asked[i].wait)
			fail_msg("%zu: %u seconds", i, wait);
	}
	/* what a connection has moved when it ends is owed by the next one */
	ent_guests_leave(g, one, 12000, 8700 * S);
	assert_int_equal(enter(g, "192.0.2.1", 8700 * S, &one), ENT_GUEST_SHUT);
	assert_int_equal(ent_guests_ask(g, one, 0, 8700 * S), 2);
	ent_guests_free(g);
}

/* A flood of addresses pushes out those that have left, and nobody who is there. */
static void
a_crowd_pushes_nobody_out(void **state)
{
	const struct ent_guest_limits l = { .connections = 1, .rate = 1 };
	struct ent_guests *g = ent_guests_new(&l);
	struct ent_guest *one, *other;
	char text[32];

	(void)state;
	assert_int_equal(enter(g, "192.0.2.1", S, &one), ENT_WELCOME);
	ent_guests_free(g);
	g = ent_guests_new(&(struct ent_guest_limits){ .connections = 1, .rate = 10 });
	assert_int_equal(enter(g, "192.0.2.1", S, &one), ENT_WELCOME);
	for (int i = 0; i < 100000; i++) {
		snprintf(text, sizeof(text), "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
		assert_int_equal(enter(g, text, 2 * S, &other), ENT_WELCOME);
		ent_guests_leave(g, other, 0, S);
	}
	assert_int_equal(enter(g, "192.0.2.1", 2 * S, &other), ENT_GUEST_TELL);
	assert_ptr_equal(one, other);
	/* as many as there are places, all staying: more are let in, and not counted */
	for (int i = 0; i < 20000; i++) {
		snprintf(text, sizeof(text), "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
		assert_int_equal(enter(g, text, 3 * S, &other), ENT_WELCOME);
	}
	assert_null(other);
	assert_int_equal(ent_guests_ask(g, NULL, 0, S), 0);
	ent_guests_free(g);
}

static void
being_refused_is_news_once_a_minute(void **state)
{
	const struct ent_guest_limits l = { .connections = 1 };
	struct ent_guests *g = ent_guests_new(&l);
	struct ent_guest *one;

	(void)state;
	(void)enter(g, "192.0.2.1", S, &one);
	assert_true(ent_guests_news(g, one, S));
	assert_false(ent_guests_news(g, one, 2 * S));
	assert_false(ent_guests_news(g, one, 60 * S));
	assert_true(ent_guests_news(g, one, 61 * S));
	assert_false(ent_guests_news(g, NULL, S));
	ent_guests_free(g);
}

static void
too_many_connections_are_told_or_closed(void **state)
{
	enum { ALL = 4 + ENT_GUESTS_TOLD + 8 };
	struct fix *f = *state;
	int fd[ALL], told = 0, closed = 0;

	f->config.client = (struct ent_guest_limits){ .connections = 4, .local = true };
	fix_start_plain(f);
	for (int i = 0; i < ALL; i++) {
		fd[i] = net_connect(f->port);
		if (i < 4) {
			net_send(fd[i], ENT_STR(GET));
			assert_int_equal(net_status(fd[i]), 200);
		}
	}
	for (int i = 4; i < ALL; i++) {
		int status;

		(void)send(fd[i], GET, sizeof(GET) - 1, MSG_NOSIGNAL);
		status = net_status(fd[i]);
		told += status == 429;
		closed += status <= 0;
		if (status == 429) /* and then it has to go */
			assert_int_equal(net_drain(fd[i]), 0);
	}
	assert_true(told >= ENT_GUESTS_TOLD && told + closed == ALL - 4);
	for (int i = 4; i < ALL; i++)
		close(fd[i]);
	net_send(fd[0], ENT_STR(GET)); /* those that were there before are served */
	assert_int_equal(net_status(fd[0]), 200);
	close(fd[0]);
	for (int i = 0; i < 100; i++) { /* and their places are free again */
		fd[0] = net_connect(f->port);
		(void)send(fd[0], GET, sizeof(GET) - 1, MSG_NOSIGNAL);
		if (net_status(fd[0]) == 200)
			break;
		close(fd[0]);
		usleep(20000);
		assert_int_not_equal(i, 99);
	}
	for (int i = 0; i < 4; i++)
		close(fd[i]);
}

static void
too_many_requests_are_told_and_may_come_again(void **state)
{
	struct fix *f = *state;
	int fd, ok = 0, status = 0;

	f->config.client = (struct ent_guest_limits){ .rate = 20, .local = true };
	fix_start_plain(f);
	fd = net_connect(f->port);
	for (int i = 0; i < 1000 && status != 429; i++) {
		net_send(fd, ENT_STR(GET));
		status = net_status(fd);
		ok += status == 200;
	}
	assert_int_equal(status, 429);
	assert_in_range(ok, 20 * ENT_GUEST_SECONDS - ENT_GUEST_CONNECTION,
	                20 * ENT_GUEST_SECONDS + 100);
	usleep(200000);
	net_send(fd, ENT_STR(GET)); /* on the same connection */
	assert_int_equal(net_status(fd), 200);
	close(fd);
}

static void
local_clients_are_free_unless_said_otherwise(void **state)
{
	struct fix *f = *state;
	int fd[10];

	f->config.client = (struct ent_guest_limits){ .connections = 1, .rate = 1 };
	fix_start_plain(f);
	for (int i = 0; i < 10; i++) {
		fd[i] = net_connect(f->port);
		for (int j = 0; j < 10; j++) {
			net_send(fd[i], ENT_STR(GET));
			assert_int_equal(net_status(fd[i]), 200);
		}
	}
	for (int i = 0; i < 10; i++)
		close(fd[i]);
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, fix_setup, fix_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(connections_are_counted_by_client),
		cmocka_unit_test(an_ipv6_network_is_one_client),
		cmocka_unit_test(requests_come_back_with_time),
		cmocka_unit_test(whoever_is_early_hears_when_to_come_again),
		cmocka_unit_test(bytes_are_owed_and_waited_for),
		cmocka_unit_test(whoever_is_early_hears_when_to_come_again),
		cmocka_unit_test(bytes_are_owed_and_waited_for),
		cmocka_unit_test(a_crowd_pushes_nobody_out),
		cmocka_unit_test(being_refused_is_news_once_a_minute),
		TEST(too_many_connections_are_told_or_closed),
		TEST(too_many_requests_are_told_and_may_come_again),
		TEST(local_clients_are_free_unless_said_otherwise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

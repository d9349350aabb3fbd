/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_listen.c - where a server listens: addresses that are refused, Unix sockets.
 */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "app.h"

#define GET "GET /from HTTP/1.1\r\nHost: a.example\r\n\r\n"

static char path[96], where[104];

static int
setup(void **state)
{
	snprintf(path, sizeof(path), "/tmp/entente-listen-%ld", (long)getpid());
	snprintf(where, sizeof(where), "unix:%s", path);
	unlink(path);
	return fix_setup(state);
}

static int
teardown(void **state)
{
	int rc = fix_teardown(state);

	unlink(path);
	return rc;
}

static int
connect_path(void)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
start(struct fix *f)
{
	struct ent_err err;

	f->config.listen = where;
	if (fix_start(f, &err))
		fail_msg("%s", err.msg);
}

static void
a_unix_socket_is_served_by_every_thread(void **state)
{
	struct fix *f = *state;
	char some[512] = "";
	struct stat st;
	int fd[16];

	f->config.threads = 3;
	start(f);
	assert_int_equal(f->port, 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	for (int i = 0; i < 16; i++) {
		fd[i] = connect_path();
		assert_true(fd[i] >= 0);
		net_send(fd[i], ENT_STR(GET));
	}
	assert_true(recv(fd[0], some, sizeof(some) - 1, 0) > 0);
	assert_non_null(strstr(some, "\r\n\r\nunix"));
	for (int i = 0; i < 16; i++) {
		if (i)
			assert_int_equal(net_status(fd[i]), 200);
		close(fd[i]);
	}
	ent_server_stop(f->server, 1000);
	f->server = NULL;
	assert_int_not_equal(lstat(path, &st), 0);
}

static void
what_a_killed_server_left_is_taken_away(void **state)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	close(fd);
	start(*state);
	fd = connect_path();
	net_send(fd, ENT_STR(GET));
	assert_int_equal(net_status(fd), 200);
	close(fd);
}

static void
nobody_elses_path_is_touched(void **state)
{
	struct fix *f = *state, second = { .app = f->app, .config = { .listen = where } };
	struct ent_err err;
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	close(fd);
	f->config.listen = where;
	assert_int_equal(fix_start(f, &err), ENT_EEXIST);
	assert_int_equal(access(path, F_OK), 0);
	unlink(path);
	start(f);
	assert_int_equal(fix_start(&second, &err), ENT_EBUSY);
	assert_non_null(strstr(err.msg, path));
	fd = connect_path(); /* the first goes on */
	net_send(fd, ENT_STR(GET));
	assert_int_equal(net_status(fd), 200);
	close(fd);
}

static void
addresses_that_are_none_are_refused(void **state)
{
	static const struct {
		const char *listen;
		bool tls;
		int code;
		const char *says;
	} cases[] = {
		{ "unix:", false, ENT_EINVAL, "1 to" },
		{ "unix:/tmp/012345678901234567890123456789012345678901234567890123456789"
		  "012345678901234567890123456789012345678901234567890123456789",
		  false, ENT_EINVAL, "1 to" },
		{ "unix:/nowhere/at/all", false, ENT_ENET, "/nowhere/at/all" },
		{ "unix:/tmp/x", true, ENT_EINVAL, "plain HTTP" },
		{ "127.0.0.1", false, ENT_EINVAL, "ADDRESS:PORT" },
		{ "0.0.0.0:0", false, ENT_EINVAL, "loopback" },
	};
	struct fix *f = *state;
	struct ent_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		f->config.listen = cases[i].listen;
		f->config.cert_file = cases[i].tls ? node_cert : NULL;
		f->config.key_file = cases[i].tls ? node_key : NULL;
		assert_int_equal(fix_start(f, &err), cases[i].code);
		if (!strstr(err.msg, cases[i].says))
			fail_msg("%s", err.msg);
	}
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_unix_socket_is_served_by_every_thread),
		TEST(what_a_killed_server_left_is_taken_away),
		TEST(nobody_elses_path_is_touched),
		TEST(addresses_that_are_none_are_refused),
	};

	return cmocka_run_group_tests(tests, certificates_setup, certificates_teardown);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * net.c - sockets, certificates and a running server for tests.
 */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "app.h"
#include "crypto/cert.h"

char node_key[96], node_cert[96], peer_key[96], peer_cert[96];
uint8_t node_pin[32], peer_pin[32];
static char dir[64];

int
certificates_setup(void **state)
{
	struct ent_str host = ENT_STR("127.0.0.1");

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/entente-http-XXXXXX");
	assert_non_null(mkdtemp(dir));
	snprintf(node_key, sizeof(node_key), "%s/node.key", dir);
	snprintf(node_cert, sizeof(node_cert), "%s/node.pem", dir);
	snprintf(peer_key, sizeof(peer_key), "%s/peer.key", dir);
	snprintf(peer_cert, sizeof(peer_cert), "%s/peer.pem", dir);
	assert_int_equal(ent_cert_create(node_key, node_cert, "node", &host, 1, 30, NULL), 0);
	assert_int_equal(ent_cert_create(peer_key, peer_cert, "peer", &host, 1, 30, NULL), 0);
	assert_int_equal(ent_cert_pin(node_cert, node_pin, NULL), 0);
	assert_int_equal(ent_cert_pin(peer_cert, peer_pin, NULL), 0);
	return 0;
}

int
certificates_teardown(void **state)
{
	(void)state;
	unlink(node_key);
	unlink(node_cert);
	unlink(peer_key);
	unlink(peer_cert);
	return rmdir(dir);
}

int
fix_setup(void **state)
{
	struct fix *f = calloc(1, sizeof(*f));

	app_init(&f->app);
	f->arena = ent_arena_new((size_t)64 << 20);
	*state = f;
	return 0;
}

int
fix_teardown(void **state)
{
	struct fix *f = *state;

	ent_server_stop(f->server, 2000);
	assert_int_equal(f->app.opened, f->app.closed);
	app_release(&f->app);
	ent_arena_free(f->arena);
	free(f);
	return 0;
}

int
fix_start(struct fix *f, struct ent_err *err)
{
	int rc;

	if (!f->config.listen)
		f->config.listen = "127.0.0.1:0";
	if (!f->config.threads)
		f->config.threads = 2;
	rc = ent_server_start(&f->config, &f->app.callbacks, &f->server, err);
	if (rc)
		return rc;
	f->port = ent_server_port(f->server);
	snprintf(f->url, sizeof(f->url), "http%s://127.0.0.1:%d",
	         f->config.cert_file ? "s" : "", f->port);
	return 0;
}

void
fix_start_plain(struct fix *f)
{
	struct ent_err err;

	if (fix_start(f, &err))
		fail_msg("%s", err.msg);
}

void
fix_start_tls(struct fix *f)
{
	f->config.cert_file = node_cert;
	f->config.key_file = node_key;
	fix_start_plain(f);
}

int
net_socket(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	return fd;
}

int
net_connect_with(int fd, int port)
{
	struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct timeval patience = { .tv_sec = 10 };

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0)
		return fd;
	close(fd);
	return -1;
}

int
net_connect(int port)
{
	return net_connect_with(net_socket(), port);
}

void
net_send(int fd, struct ent_str s)
{
	assert_int_equal(send(fd, s.p, s.n, MSG_NOSIGNAL), (ssize_t)s.n);
}

/* One byte at a time: slow, and never too far. */
static bool
next_line(int fd, char *line, size_t room)
{
	size_t n = 0;

	while (n + 1 < room && recv(fd, line + n, 1, 0) == 1)
		if (line[n++] == '\n') {
			line[n] = '\0';
			return true;
		}
	return false;
}

int
net_status(int fd)
{
	char line[512];
	long length = 0, status;

	if (!next_line(fd, line, sizeof(line)))
		return -1;
	status = strtol(line + 9, NULL, 10);
	while (next_line(fd, line, sizeof(line)) && line[0] != '\r')
		if (strncmp(line, "Content-Length: ", 16) == 0)
			length = strtol(line + 16, NULL, 10);
	while (length > 0) {
		char some[16384];
		ssize_t m = recv(fd, some, length < 16384 ? (size_t)length : sizeof(some), 0);

		if (m <= 0)
			return -1;
		length -= m;
	}
	return (int)status;
}

long
net_drain(int fd)
{
	char some[65536];
	long total = 0;
	ssize_t m;

	while ((m = recv(fd, some, sizeof(some), 0)) > 0)
		total += m;
	if (m == 0)
		return total;
	return errno == ECONNRESET ? -1 : -2;
}

int64_t
net_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

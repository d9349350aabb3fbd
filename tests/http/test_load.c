/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_load.c - many connections at once, group commit, limits, and stopping while busy.
 */
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "app.h"

#define HOST        "Host: a.example\r\n"
#define GET(path)   "GET " path " HTTP/1.1\r\n" HOST "\r\n"
#define POST_WRITE  "POST /write HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx"
#define THREADS_MAX 16

/* n connections each, all open before any is used. */
struct crowd {
	struct fix *f;
	pthread_barrier_t *together;
	SSL_CTX *ctx; /* NULL: plain */
	size_t n, rounds;
	struct ent_str request;
	int status[1000]; /* how often each came */
};

static int
tls_status(SSL *ssl)
{
	char some[8192];
	size_t have = 0, want = sizeof(some);
	int m, status = 0;

	while (have < want && (m = SSL_read(ssl, some, sizeof(some) - 1)) > 0) {
		if (have == 0) { /* the server sends a head in one record */
			const char *body, *length;

			some[m] = '\0';
			body = strstr(some, "\r\n\r\n");
			length = strstr(some, "Content-Length: ");
			if (!body || !length)
				return -1;
			status = (int)strtol(some + 9, NULL, 10);
			want = (size_t)(body + 4 - some) + strtoul(length + 16, NULL, 10);
		}
		have += (size_t)m;
	}
	return have == want ? status : -1;
}

static void *
crowd_run(void *arg)
{
	struct crowd *c = arg;
	int *fd = calloc(c->n, sizeof(*fd));
	SSL **ssl = calloc(c->n, sizeof(SSL *));

	for (size_t i = 0; i < c->n; i++) {
		fd[i] = net_connect(c->f->port);
		if (c->ctx) {
			ssl[i] = SSL_new(c->ctx);
			SSL_set_fd(ssl[i], fd[i]);
			if (SSL_connect(ssl[i]) != 1)
				c->status[0]++;
		}
	}
	pthread_barrier_wait(c->together);
	for (size_t round = 0; round < c->rounds; round++) {
		for (size_t i = 0; i < c->n; i++)
			if (c->ctx)
				(void)SSL_write(ssl[i], c->request.p, (int)c->request.n);
			else
				(void)send(fd[i], c->request.p, c->request.n, MSG_NOSIGNAL);
		for (size_t i = 0; i < c->n; i++) {
			int status = c->ctx ? tls_status(ssl[i]) : net_status(fd[i]);

			c->status[status > 0 ? status : 0]++;
		}
	}
	pthread_barrier_wait(c->together);
	for (size_t i = 0; i < c->n; i++) {
		SSL_free(ssl[i]);
		close(fd[i]);
	}
	free(fd);
	free(ssl);
	return NULL;
}

/* How many answers of a status total connections got, over rounds requests each. */
static int
crowd(struct fix *f, SSL_CTX *ctx, size_t total, size_t threads, size_t rounds,
      struct ent_str request, int status)
{
	static struct crowd each[THREADS_MAX];
	pthread_barrier_t together;
	pthread_t thread[THREADS_MAX];
	int count = 0;

	pthread_barrier_init(&together, NULL, (unsigned)threads);
	for (size_t i = 0; i < threads; i++) {
		each[i] = (struct crowd){ .f = f,
			                  .together = &together,
			                  .ctx = ctx,
			                  .n = total / threads + (i < total % threads),
			                  .rounds = rounds,
			                  .request = request };
		pthread_create(&thread[i], NULL, crowd_run, &each[i]);
	}
	for (size_t i = 0; i < threads; i++) {
		pthread_join(thread[i], NULL);
		count += each[i].status[status];
	}
	pthread_barrier_destroy(&together);
	return count;
}

static const size_t counts[] = { 1, 2, 255, 256, 257, 512 };

static void
no_number_of_connections_stalls(void **state)
{
	struct fix *f = *state;

	fix_start_plain(f);
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		size_t threads = counts[i] < 8 ? 1 : 8;
		int64_t began = net_ms();

		assert_int_equal(
		    crowd(f, NULL, counts[i], threads, 4, ENT_STR(GET("/echo")), 200),
		    counts[i] * 4);
		assert_true(net_ms() - began < 8000); /* reading gives up after 10 s */
	}
}

static void
no_number_of_tls_connections_stalls(void **state)
{
	struct fix *f = *state;
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	fix_start_tls(f);
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		size_t threads = counts[i] < 8 ? 1 : 8;

		assert_int_equal(
		    crowd(f, ctx, counts[i], threads, 2, ENT_STR(GET("/echo")), 200),
		    counts[i] * 2);
	}
	SSL_CTX_free(ctx);
}

static void
writes_are_committed_in_groups(void **state)
{
	struct fix *f = *state;

	f->app.write_ms = 5;
	fix_start_plain(f);
	assert_int_equal(crowd(f, NULL, 256, 8, 4, ENT_STR(POST_WRITE), 201), 1024);
	assert_true(f->app.batches < 200);
	assert_in_range(f->app.largest, 16, 64);
}

static void
nobody_of_a_failed_group_is_told_otherwise(void **state)
{
	struct fix *f = *state;

	f->app.write_ms = 5;
	f->app.end_code = ENT_ESTORE;
	fix_start_plain(f);
	assert_int_equal(crowd(f, NULL, 64, 8, 2, ENT_STR(POST_WRITE), 503), 128);
}

static void
a_full_disk_is_told(void **state)
{
	struct fix *f = *state;

	f->app.begin_code = ENT_EFULL;
	fix_start_plain(f);
	assert_int_equal(crowd(f, NULL, 8, 2, 2, ENT_STR(POST_WRITE), 507), 16);
	assert_int_equal(f->app.served, 0);
}

/* More connections than may be open wait, and are served when others go. */
static void
connections_beyond_the_limit_wait(void **state)
{
	struct fix *f = *state;
	int fds[12];

	f->config.threads = 1;
	f->config.max_connections = 8;
	fix_start_plain(f);
	for (size_t i = 0; i < 12; i++) {
		fds[i] = net_connect(f->port);
		net_send(fds[i], ENT_STR(GET("/echo")));
	}
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(net_status(fds[i]), 200);
	for (size_t i = 0; i < 4; i++)
		close(fds[i]);
	for (size_t i = 8; i < 12; i++) {
		assert_int_equal(net_status(fds[i]), 200);
		close(fds[i]);
	}
	for (size_t i = 4; i < 8; i++)
		close(fds[i]);
}

static void
idle_connections_make_room_when_it_is_full(void **state)
{
	struct fix *f = *state;
	int fds[12];

	f->config.threads = 1;
	f->config.max_connections = 8;
	fix_start_plain(f); /* idle for a minute, otherwise */
	for (size_t i = 0; i < 12; i++) {
		fds[i] = net_connect(f->port);
		net_send(fds[i], ENT_STR(GET("/echo")));
	}
	for (size_t i = 0; i < 12; i++)
		assert_int_equal(net_status(fds[i]), 200);
	for (size_t i = 0; i < 12; i++)
		close(fds[i]);
}

/* No descriptor left: what waits is accepted later, and the loop doesn't spin meanwhile. */
static void
a_lack_of_descriptors_is_waited_out(void **state)
{
	struct fix *f = *state;
	struct rlimit had, few;
	struct rusage before, after;
	int fds[24], holes[64], last, n = 0;
	long spent_ms;

	f->config.threads = 1;
	fix_start_plain(f);
	for (size_t i = 0; i < 24; i++)
		fds[i] = net_connect(f->port);
	for (size_t i = 0; i < 24; i++) {
		net_send(fds[i], ENT_STR(GET("/echo")));
		assert_int_equal(net_status(fds[i]), 200);
	}
	for (size_t i = 12; i < 24; i++)
		close(fds[i]);
	usleep(100000); /* the server closes its twelve */
	getrlimit(RLIMIT_NOFILE, &had);
	/* our ends first, or the server takes what they need; then room for six of its twelve
	 */
	for (size_t i = 12; i < 24; i++)
		fds[i] = net_socket();
	do {
		last = holes[n++] = dup(0);
	} while (n < 64 && last < fds[23]);
	few = had;
	few.rlim_cur = (rlim_t)last + 1 + 6;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	for (size_t i = 12; i < 24; i++)
		fds[i] = net_connect_with(fds[i], f->port);
	for (size_t i = 12; i < 24; i++)
		net_send(fds[i], ENT_STR(GET("/echo")));
	getrusage(RUSAGE_SELF, &before);
	usleep(600000);
	getrusage(RUSAGE_SELF, &after);
	spent_ms = (after.ru_utime.tv_sec - before.ru_utime.tv_sec + after.ru_stime.tv_sec -
	            before.ru_stime.tv_sec) *
	               1000 +
	           (after.ru_utime.tv_usec - before.ru_utime.tv_usec + after.ru_stime.tv_usec -
	            before.ru_stime.tv_usec) /
	               1000;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &had), 0);
	assert_true(spent_ms < 200);
	for (size_t i = 0; i < 24; i++) {
		if (i >= 12)
			assert_int_equal(net_status(fds[i]), 200);
		close(fds[i]);
	}
	while (n > 0)
		close(holes[--n]);
}

struct busy {
	struct fix *f;
	atomic_bool stop;
	atomic_int whole, cut;
};

static void *
busy_run(void *arg)
{
	struct busy *b = arg;
	bool write = false;
	int fd = -1;

	while (!b->stop) {
		struct ent_str rq = write ? ENT_STR(POST_WRITE) : ENT_STR(GET("/big"));

		if (fd < 0)
			fd = net_connect(b->f->port);
		if (fd < 0)
			break; /* it listens no more */
		write = !write;
		if (send(fd, rq.p, rq.n, MSG_NOSIGNAL) == (ssize_t)rq.n && net_status(fd) > 0) {
			b->whole++;
			continue;
		}
		b->cut++;
		close(fd);
		fd = -1;
	}
	if (fd >= 0)
		close(fd);
	return NULL;
}

static void
stopping_while_busy_is_orderly(void **state)
{
	struct fix *f = *state;
	struct busy b = { .f = f };
	pthread_t thread[8];
	int64_t began;

	f->app.write_ms = 2;
	fix_start_plain(f);
	for (size_t i = 0; i < 8; i++)
		pthread_create(&thread[i], NULL, busy_run, &b);
	usleep(300000);
	began = net_ms();
	ent_server_stop(f->server, 3000);
	f->server = NULL;
	assert_true(net_ms() - began < 3000);
	b.stop = true;
	for (size_t i = 0; i < 8; i++)
		pthread_join(thread[i], NULL);
	assert_true(b.whole > 50);
	assert_true(b.cut <= 8 * 2); /* at most what was under way, and a try after it */
	assert_int_equal(f->app.opened, 3);
	assert_int_equal(f->app.closed, 3);
	assert_int_equal(net_connect(f->port), -1);
}

static void
a_stop_waits_no_longer_than_its_grace(void **state)
{
	struct fix *f = *state;
	int64_t began;
	int fd;

	fix_start_plain(f);
	fd = net_connect(f->port);
	net_send(fd, ENT_STR("POST /body HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\nx"));
	usleep(50000);
	began = net_ms();
	ent_server_stop(f->server, 200);
	f->server = NULL;
	assert_in_range(net_ms() - began, 150, 2000);
	close(fd);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, fix_setup, fix_teardown)
	const struct CMUnitTest tests[] = {
		T(no_number_of_connections_stalls),
		T(no_number_of_tls_connections_stalls),
		T(writes_are_committed_in_groups),
		T(nobody_of_a_failed_group_is_told_otherwise),
		T(a_full_disk_is_told),
		T(connections_beyond_the_limit_wait),
		T(idle_connections_make_room_when_it_is_full),
		T(a_lack_of_descriptors_is_waited_out),
		T(stopping_while_busy_is_orderly),
		T(a_stop_waits_no_longer_than_its_grace),
	};
	struct rlimit files;

	/* both ends of 512 connections */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < 4096) {
		files.rlim_cur = files.rlim_max < 4096 ? files.rlim_max : 4096;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	return cmocka_run_group_tests(tests, certificates_setup, certificates_teardown);
}

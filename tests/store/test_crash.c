/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_crash.c - a writer that is killed, a log that lost its end, a disk that is full:
 * committed stays, the rest goes.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "file.h"

#define ROUNDS 20

/* Transaction number n writes objects_of(n) objects, with all that belongs to them, and n
 * itself as a document. */
static uint64_t
objects_of(uint64_t n)
{
	return n % 7 + 1;
}

static int
write_numbered(struct ent_store *s, uint64_t n, size_t size, struct ent_err *err)
{
	char *content = malloc(size), number[32];
	int rc = ent_store_begin(s, err);

	memset(content, 'x', size);
	snprintf(number, sizeof(number), "%llu", (unsigned long long)n);
	for (uint64_t i = 0; !rc && i < objects_of(n); i++) {
		struct ent_row r = row_of("tool", 0, number, "2.1", "x");
		uint64_t oid, at, seq;
		enum ent_put how;
		int64_t date;

		r.uuid[0] = (uint8_t)i;
		r.bytes = (struct ent_str){ content, size };
		rc = ent_store_put(s, &r, &oid, &how, err);
		if (!rc)
			rc = ent_store_append(s, 1, oid, 1000, &seq, &date, err);
		if (!rc)
			rc = ent_store_log_append(s, ENT_STR("log"), ent_str_c(number), &at,
			                          err);
	}
	if (!rc)
		rc = ent_store_doc_put(s, ENT_STR("state"), ENT_STR("n"), ent_str_c(number),
		                       err);
	if (!rc)
		rc = ent_store_commit(s, err);
	else
		ent_store_rollback(s);
	free(content);
	return rc;
}

/* The number of the last transaction that is there; all before it must be, and nothing else. */
static uint64_t
expect_whole(struct fixture *f, struct ent_store *s)
{
	uint64_t n = 0, want = 0, count, seq, live, size;
	struct ent_str v;
	int rc;

	OK(ent_store_check(s, E));
	rc = ent_store_doc_get(s, f->a, ENT_STR("state"), ENT_STR("n"), &v, E);
	assert_true(rc == 0 || rc == ENT_ENOENT);
	if (!rc)
		OK(ent_str_u64(v, UINT64_MAX, &n));
	for (uint64_t i = 1; i <= n; i++)
		want += objects_of(i);
	OK(ent_store_count(s, &count, E));
	OK(ent_store_tip(s, 1, &seq, NULL, &live, E));
	OK(ent_store_log_size(s, ENT_STR("log"), &size, E));
	assert_int_equal(count, want);
	assert_int_equal(seq, want);
	assert_int_equal(live, want);
	assert_int_equal(size, want);
	return n;
}

/* ---- killed ---- */
static void
write_until_killed(struct fixture *f, uint64_t n, int done)
{
	struct ent_store *s;
	struct ent_err err;

	if (ent_store_open(f->url, &s, &err))
		_exit(1);
	for (;;) {
		if (write_numbered(s, ++n, 300, &err) ||
		    write(done, &n, sizeof(n)) != sizeof(n))
			_exit(1);
	}
}

static uint64_t
last_told(int fd, uint64_t n)
{
	uint64_t one;

	while (read(fd, &one, sizeof(one)) == sizeof(one))
		n = one;
	return n;
}

static void
copy(struct fixture *f, const char *suffix, size_t keep)
{
	char from[128], to[128];
	struct ent_str s;

	snprintf(from, sizeof(from), "%s%s", f->path, suffix);
	snprintf(to, sizeof(to), "%s/copy.db%s", f->dir, suffix);
	OK(ent_file_read(f->a, from, 64 << 20, &s, E));
	if (s.n > keep)
		s.n = keep;
	OK(ent_file_write(to, s, 0600, E));
}

/* A copy whose write-ahead log lost its end, as after a power cut, holds a shorter whole. */
static void
cut_log(struct fixture *f, uint64_t n, size_t keep)
{
	struct ent_store *s;
	char url[128];

	copy(f, "", SIZE_MAX);
	copy(f, "-wal", keep);
	snprintf(url, sizeof(url), "sqlite:%s/copy.db", f->dir);
	OK(ent_store_open(url, &s, E));
	assert_true(expect_whole(f, s) <= n);
	ent_store_close(s);
}

static void
a_killed_writer_leaves_what_it_committed(void **state)
{
	struct fixture *f = *state;
	uint64_t n = 0;

	srand(1);
	ent_store_close(NULL);
	for (int round = 0; round < ROUNDS; round++) {
		struct ent_store *s;
		uint64_t told, there;
		int ends[2], status;
		pid_t pid;

		assert_int_equal(pipe(ends), 0);
		pid = fork();
		if (pid == 0) {
			close(ends[0]);
			write_until_killed(f, n, ends[1]);
		}
		assert_true(pid > 0);
		close(ends[1]);
		(void)usleep(5000 + (useconds_t)(rand() % 60000));
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		told = last_told(ends[0], n);
		close(ends[0]);
		if (access(f->path, F_OK) != 0)
			continue; /* killed before the first file was made */

		ent_arena_reset(f->a);
		if (told > n)
			cut_log(f, told + 1, (size_t)rand() % 400000);
		OK(ent_store_open(f->url, &s, E));
		there = expect_whole(f, s);
		/* the last one may have been durable before the child could tell */
		assert_true(there == told || there == told + 1);
		ent_store_close(s);
		n = there;
	}
	assert_true(n > ROUNDS);
}

/* ---- a full disk ---- */
static void
fill_up(struct ent_store *s, struct ent_err *err, uint64_t *n, int *rc)
{
	do
		*rc = write_numbered(s, *n + 1, 5000, err);
	while (*rc == 0 && ++*n < 100000);
}

/* In a child: to the limit, and on when there is room again.  The exit status says which
 * expectation failed. */
static int
fill_to_file_limit(struct fixture *f)
{
	struct rlimit lim;
	struct ent_store *s;
	struct ent_err err;
	uint64_t n = 0;
	int rc;

	(void)signal(SIGXFSZ, SIG_IGN);
	if (ent_store_open(f->url, &s, &err) || getrlimit(RLIMIT_FSIZE, &lim))
		return 1;
	lim.rlim_cur = 400000;
	if (setrlimit(RLIMIT_FSIZE, &lim))
		return 2;
	fill_up(s, &err, &n, &rc);
	if (rc != ENT_EFULL || n < 3 || !strstr(err.msg, f->path))
		return 3;
	if (expect_whole(f, s) != n || ent_store_writing(s))
		return 4;
	if (write_numbered(s, n + 1, 5000, &err) != ENT_EFULL)
		return 5;
	lim.rlim_cur = lim.rlim_max;
	if (setrlimit(RLIMIT_FSIZE, &lim) || write_numbered(s, n + 1, 5000, &err))
		return 6;
	if (expect_whole(f, s) != n + 1)
		return 7;
	ent_store_close(s);
	return 0;
}

/* In a child with mounts of its own. */
static int
fill_small_disk(struct fixture *f)
{
	struct ent_store *s;
	struct ent_err err;
	char ballast[96];
	uint64_t n = 0;
	int rc;

	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tmpfs", f->dir, "tmpfs", 0, "size=2m"))
		return 77;
	snprintf(ballast, sizeof(ballast), "%s/ballast", f->dir);
	if (ent_store_open(f->url, &s, &err))
		return 1;
	if (ent_file_write(ballast, (struct ent_str){ calloc(1, 400000), 400000 }, 0600, &err))
		return 2;
	fill_up(s, &err, &n, &rc);
	if (rc != ENT_EFULL || n < 3)
		return 3;
	if (expect_whole(f, s) != n)
		return 4;
	ent_store_close(s); /* its checkpoint may fail */
	if (ent_store_open(f->url, &s, &err) || expect_whole(f, s) != n)
		return 5;
	if (unlink(ballast) || write_numbered(s, n + 1, 5000, &err))
		return 6;
	if (expect_whole(f, s) != n + 1)
		return 7;
	ent_store_close(s);
	return 0;
}

static int
in_child(int (*what)(struct fixture *f), struct fixture *f)
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(what(f));
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
a_file_at_its_limit_is_a_full_disk(void **state)
{
	assert_int_equal(in_child(fill_to_file_limit, *state), 0);
}

static void
a_full_disk_loses_nothing_that_was_committed(void **state)
{
	int status = in_child(fill_small_disk, *state);

	if (status == 77) {
		print_message("no right to mount a small file system\n");
		skip();
	}
	assert_int_equal(status, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_killed_writer_leaves_what_it_committed),
		CASE(a_file_at_its_limit_is_a_full_disk),
		CASE(a_full_disk_loses_nothing_that_was_committed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

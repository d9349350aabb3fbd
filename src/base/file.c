/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file.c - whole files.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

int
ent_errno_code(int e)
{
	switch (e) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return ENT_EFULL;
	case ENOENT:
	case ENOTDIR:
		return ENT_ENOENT;
	case EEXIST:
		return ENT_EEXIST;
	case ENOMEM:
		return ENT_ENOMEM;
	case EACCES:
	case EPERM:
		return ENT_EDENIED;
	default:
		return ENT_ESTORE;
	}
}

/* Reads until the end or max + 1 bytes, which tells that there is more. */
static int
read_all(int fd, struct ent_buf *b, size_t max)
{
	while (b->n <= max) {
		size_t want = max + 1 - b->n;
		ssize_t got;
		char *to;

		if (want > (size_t)1 << 20)
			want = (size_t)1 << 20;
		to = ent_buf_room(b, want);
		if (!to)
			return ENT_ENOMEM;
		got = read(fd, to, want);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ENT_ESTORE;
		if (got == 0)
			return 0;
		ent_buf_grew(b, (size_t)got);
	}
	return 0;
}

int
ent_file_read(struct ent_arena *a, const char *path, size_t max, struct ent_str *out,
              struct ent_err *err)
{
	bool in = strcmp(path, "-") == 0;
	int fd = in ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct ent_buf b;
	struct stat st;
	int rc;

	if (fd < 0)
		return ent_fail(err, ent_errno_code(errno), "%s: %m", path);
	ent_buf_init(&b, max + 1);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	    (uint64_t)st.st_size <= max)
		(void)ent_buf_room(&b, (size_t)st.st_size +
		                           1); /* one allocation where the size is known */
	rc = read_all(fd, &b, max);
	if (rc == ENT_ENOMEM)
		(void)ent_fail(err, rc, "%s: not enough memory to read it", path);
	else if (rc)
		(void)ent_fail(err, rc, "%s: %m", path);
	else if (b.n > max)
		rc = ent_fail(err, ENT_ELIMIT, "%s: larger than the limit of %zu bytes", path,
		              max);
	if (rc == 0) {
		*out = ent_buf_done(&b, a);
		if (!out->p)
			rc =
			    ent_fail(err, ENT_ENOMEM,
			             "%s: %zu bytes are more than the memory limit", path, b.n);
	}
	ent_buf_release(&b);
	if (!in)
		(void)close(fd);
	return rc;
}

int
ent_fd_write(int fd, struct ent_str text, struct ent_err *err)
{
	while (text.n) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ent_fail(err, ent_errno_code(errno), "write: %m");
		text = ent_str_from(text, (size_t)n);
	}
	return 0;
}

static int
sync_folder(const char *path, struct ent_err *err)
{
	char folder[4096];
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;
	int fd, rc = 0;

	if (n >= sizeof(folder))
		return ent_fail(err, ENT_ELIMIT, "%s: the path is too long", path);
	memcpy(folder, slash ? path : ".", n ? n : 1);
	folder[n ? n : 1] = '\0';
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd))
		rc = ent_fail(err, ENT_ESTORE, "%s: %m", folder);
	if (fd >= 0)
		(void)close(fd);
	return rc;
}

/* Writes and syncs a new file; nothing is left of it on failure. */
static int
write_new(const char *path, struct ent_str text, mode_t mode, struct ent_err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	int rc;

	if (fd < 0)
		return ent_fail(err, ent_errno_code(errno), "%s: %m", path);
	rc = ent_fd_write(fd, text, err);
	if (rc)
		(void)ent_within(err, rc, "%s", path);
	else if (fsync(fd))
		rc = ent_fail(err, ent_errno_code(errno), "%s: %m", path);
	if (close(fd) && rc == 0)
		rc = ent_fail(err, ent_errno_code(errno), "%s: %m", path);
	if (rc)
		(void)unlink(path);
	return rc;
}

int
ent_file_write(const char *path, struct ent_str text, mode_t mode, struct ent_err *err)
{
	char beside[4096];
	int n = snprintf(beside, sizeof(beside), "%s.new-%ld", path, (long)getpid());
	int rc;

	if (n < 0 || (size_t)n >= sizeof(beside))
		return ent_fail(err, ENT_ELIMIT, "%s: the path is too long", path);
	(void)unlink(beside);
	rc = write_new(beside, text, mode, err);
	if (rc)
		return rc;
	if (rename(beside, path)) {
		rc = ent_fail(err, ent_errno_code(errno), "%s: %m", path);
		(void)unlink(beside);
		return rc;
	}
	return sync_folder(path, err);
}

int
ent_file_create(const char *path, struct ent_str text, mode_t mode, struct ent_err *err)
{
	int rc = write_new(path, text, mode, err);

	return rc ? rc : sync_folder(path, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source.c - files as streams, plain, gzip and zstd.
 */
#define ZLIB_CONST
#include "codec/source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>
#include <zstd.h>

#define IN_SIZE    ((size_t)128 << 10)
#define MAGIC_SIZE 4

struct ent_source {
	int fd;
	bool own;
	bool eof;  /* the file has nothing more than what is in in */
	bool open; /* within a member or frame */
	char *in;
	size_t at, n;
	uint64_t done, size;
	ptrdiff_t (*unpack)(struct ent_source *s, void *to, size_t n, struct ent_err *err);
	z_stream *z;
	ZSTD_DStream *zstd;
};

/* Reads on behind what is left in the buffer. */
static int
fill(struct ent_source *s, struct ent_err *err)
{
	ssize_t got;

	if (s->at == s->n)
		s->at = s->n = 0;
	do {
		got = read(s->fd, s->in + s->n, IN_SIZE - s->n);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return ent_fail(err, ENT_ESTORE, "read: %m");
	s->eof = got == 0;
	s->n += (size_t)got;
	s->done += (uint64_t)got;
	return 0;
}

/* Bytes that were read to know what they are; then straight from the file. */
static ptrdiff_t
plain(struct ent_source *s, void *to, size_t n, struct ent_err *err)
{
	size_t have = s->n - s->at;
	ssize_t got;

	if (have) {
		n = n < have ? n : have;
		memcpy(to, s->in + s->at, n);
		s->at += n;
		return (ptrdiff_t)n;
	}
	do {
		got = read(s->fd, to, n);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return ent_fail(err, ENT_ESTORE, "read: %m");
	s->done += (uint64_t)got;
	return got;
}

/* ---- gzip ---- */

/* What follows a member is another one, or padding that its tools ignore too. */
static bool
next_member(struct ent_source *s)
{
	static const char magic[] = { '\x1f', '\x8b' };

	while (s->at < s->n && !s->in[s->at])
		s->at++;
	return s->n - s->at >= sizeof(magic) &&
	       memcmp(s->in + s->at, magic, sizeof(magic)) == 0 && inflateReset(s->z) == Z_OK;
}

static int
begin_member(struct ent_source *s, struct ent_err *err)
{
	int rc = 0;

	while (rc == 0 && !s->eof && s->n - s->at < MAGIC_SIZE) {
		memmove(s->in, s->in + s->at, s->n - s->at);
		s->n -= s->at;
		s->at = 0;
		rc = fill(s, err);
	}
	if (rc)
		return rc;
	if (next_member(s))
		s->open = true;
	else if (s->at < s->n)
		return ent_fail(err, ENT_EPARSE, "gzip: garbage behind the end");
	return 0;
}

static ptrdiff_t
gunzip(struct ent_source *s, void *to, size_t n, struct ent_err *err)
{
	size_t room = n < INT32_MAX ? n : INT32_MAX;
	int rc = 0, z;

	s->z->next_out = to;
	s->z->avail_out = (unsigned)room;
	while (s->z->avail_out == room) {
		if (!s->open)
			rc = begin_member(s, err);
		else if (s->at == s->n && !s->eof)
			rc = fill(s, err);
		if (rc)
			return rc;
		if (!s->open && s->at == s->n) {
			if (s->eof)
				return 0;
			continue;
		}
		s->z->next_in = (const unsigned char *)s->in + s->at;
		s->z->avail_in = (unsigned)(s->n - s->at);
		z = inflate(s->z, Z_NO_FLUSH);
		s->at = s->n - s->z->avail_in;
		s->open = z != Z_STREAM_END;
		if (z == Z_MEM_ERROR)
			return ent_fail(err, ENT_ENOMEM, "gzip: out of memory");
		if (z == Z_BUF_ERROR && s->eof && s->at == s->n)
			return ent_fail(err, ENT_EPARSE, "gzip: the file ends too early");
		if (z != Z_OK && z != Z_STREAM_END && z != Z_BUF_ERROR)
			return ent_fail(err, ENT_EPARSE, "gzip: the data are damaged");
	}
	return (ptrdiff_t)(room - s->z->avail_out);
}

/* ---- zstd ---- */

static ptrdiff_t
unzstd(struct ent_source *s, void *to, size_t n, struct ent_err *err)
{
	ZSTD_outBuffer out = { to, n, 0 };

	while (out.pos == 0) {
		ZSTD_inBuffer in;
		size_t left;
		bool was = s->at < s->n;

		if (!was && !s->eof) {
			int rc = fill(s, err);

			if (rc)
				return rc;
		}
		if (s->at == s->n && !s->open)
			return 0;
		in = (ZSTD_inBuffer){ s->in, s->n, s->at };
		left = ZSTD_decompressStream(s->zstd, &out, &in);
		if (ZSTD_isError(left))
			return ent_fail(err, ENT_EPARSE, "zstd: %s", ZSTD_getErrorName(left));
		if (in.pos == s->at && out.pos == 0 && s->eof)
			return ent_fail(err, ENT_EPARSE, "zstd: the file ends too early");
		s->at = in.pos;
		s->open = left != 0;
	}
	return (ptrdiff_t)out.pos;
}

/* ---- which it is ---- */

static bool
starts(const struct ent_source *s, const void *magic, size_t n)
{
	return s->n >= n && memcmp(s->in, magic, n) == 0;
}

/* A frame, or one that is to be skipped, of which the first byte counts. */
static bool
is_zstd(const struct ent_source *s)
{
	return starts(s, "\x28\xb5\x2f\xfd", MAGIC_SIZE) ||
	       (s->n >= MAGIC_SIZE && (s->in[0] & 0xf0) == 0x50 &&
	        memcmp(s->in + 1, "\x2a\x4d\x18", MAGIC_SIZE - 1) == 0);
}

static int
recognise(struct ent_source *s, struct ent_err *err)
{
	int rc = 0;

	while (rc == 0 && !s->eof && s->n < MAGIC_SIZE)
		rc = fill(s, err);
	if (rc)
		return rc;
	s->unpack = plain;
	if (starts(s, "\x1f\x8b", 2)) {
		s->unpack = gunzip;
		s->z = calloc(1, sizeof(*s->z));
		if (!s->z || inflateInit2(s->z, 16 + MAX_WBITS) != Z_OK)
			return ent_fail(err, ENT_ENOMEM, "gzip: out of memory");
	} else if (is_zstd(s)) {
		s->unpack = unzstd;
		s->zstd = ZSTD_createDStream();
		if (!s->zstd || ZSTD_isError(ZSTD_initDStream(s->zstd)))
			return ent_fail(err, ENT_ENOMEM, "zstd: out of memory");
	}
	return 0;
}

int
ent_source_fd(int fd, struct ent_source **out, struct ent_err *err)
{
	struct ent_source *s = calloc(1, sizeof(*s));
	struct stat st;

	if (s)
		s->in = malloc(IN_SIZE);
	if (!s || !s->in) {
		free(s);
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	}
	s->fd = fd;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		s->size = (uint64_t)st.st_size;
	*out = s;
	return 0;
}

int
ent_source_open(const char *path, struct ent_source **out, struct ent_err *err)
{
	bool in = strcmp(path, "-") == 0;
	int fd = in ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC), rc;

	if (fd < 0)
		return ent_fail(err,
		                errno == ENOENT || errno == ENOTDIR ? ENT_ENOENT
		                : errno == EACCES                   ? ENT_EDENIED
		                                                    : ENT_ESTORE,
		                "%m");
	rc = ent_source_fd(fd, out, err);
	if (rc && !in)
		(void)close(fd);
	if (rc == 0)
		(*out)->own = !in;
	return rc;
}

void
ent_source_close(struct ent_source *s)
{
	if (!s)
		return;
	if (s->z)
		(void)inflateEnd(s->z);
	free(s->z);
	(void)ZSTD_freeDStream(s->zstd);
	if (s->own)
		(void)close(s->fd);
	free(s->in);
	free(s);
}

ptrdiff_t
ent_source_read(void *self, void *to, size_t n, struct ent_err *err)
{
	struct ent_source *s = self;

	if (n == 0)
		return 0;
	if (!s->unpack) {
		int rc = recognise(s, err);

		if (rc)
			return rc;
	}
	return s->unpack(s, to, n, err);
}

uint64_t
ent_source_done(const struct ent_source *s)
{
	return s->done;
}

uint64_t
ent_source_size(const struct ent_source *s)
{
	return s->size;
}

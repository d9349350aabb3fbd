/* SPDX-License-Identifier: Apache-2.0 */
/*
 * package_file.c - a package as a file: a line that says what it is, the signed header, and the
 * content: lines of JSON, packed by zstd, in chunks that may be sealed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/file.h"
#include "codec/pack.h"
#include "codec/source.h"
#include "crypto/hash.h"
#include "exchange/package_int.h"
#include "proof/envelope.h"

#define MAGIC     "entente package 1\n"
#define HEAD_MAX  65536
#define CHUNK_MAX (ENT_PACKAGE_LINE + 65536u)

static int
failed(struct ent_err *err, const char *path, const char *what)
{
	return ent_fail(err, ent_errno_code(errno), "%s: %s: %m", path, what);
}

/* ---- writing ---- */

/* A file without a name: nothing of it is left, whatever happens. */
static int
nameless(int *fd, struct ent_err *err)
{
	FILE *f = tmpfile();

	*fd = f ? dup(fileno(f)) : -1;
	if (f)
		(void)fclose(f);
	return *fd >= 0 ? 0 : failed(err, "package", "no temporary file");
}

int
ent_package_writer_begin(struct ent_package_writer *w, const uint8_t *to, struct ent_err *err)
{
	int rc;

	*w = (struct ent_package_writer){ .fd = -1 };
	ent_buf_init(&w->packed, CHUNK_MAX);
	ent_buf_init(&w->sealed, CHUNK_MAX + ENT_SEAL_EXTRA);
	rc = nameless(&w->fd, err);
	return rc || !to ? rc : ent_seal_begin(to, w->seal_head, &w->seal, err);
}

void
ent_package_writer_end(struct ent_package_writer *w)
{
	if (w->fd >= 0)
		(void)close(w->fd);
	ent_seal_free(w->seal);
	ent_buf_release(&w->packed);
	ent_buf_release(&w->sealed);
}

/* A chunk: its length in four bytes, least first, and its bytes. */
static int
put_chunk(struct ent_package_writer *w, struct ent_str bytes, struct ent_err *err)
{
	unsigned char n[4];
	int rc;

	for (int i = 0; i < 4; i++)
		n[i] = (unsigned char)(bytes.n >> 8 * i);
	rc = ent_fd_write(w->fd, (struct ent_str){ (const char *)n, 4 }, err);
	return rc ? rc : ent_fd_write(w->fd, bytes, err);
}

int
ent_package_line(struct ent_package_writer *w, struct ent_str line, bool last,
                 struct ent_err *err)
{
	struct ent_str bytes;
	int rc;

	if (line.n >= ENT_PACKAGE_LINE || ++w->lines > ENT_PACKAGE_LINES)
		return ent_fail(err, ENT_ELIMIT, "the package is too large");
	ent_buf_clear(&w->packed);
	rc = ent_pack(ENT_CODING_ZSTD, line, &w->packed);
	if (rc)
		return ent_fail(err, rc, "a line of the package can't be packed");
	bytes = ent_buf_view(&w->packed);
	if (w->seal) {
		ent_buf_clear(&w->sealed);
		rc = ent_seal_push(w->seal, bytes, last, &w->sealed, err);
		bytes = ent_buf_view(&w->sealed);
	}
	return rc ? rc : put_chunk(w, bytes, err);
}

/* The content as it stands on the disk. */
static int
map_fd(int fd, char **map, size_t *size, struct ent_err *err)
{
	struct stat st;
	void *p;

	*map = NULL;
	*size = 0;
	if (fstat(fd, &st))
		return failed(err, "package", "can't be read");
	if (st.st_size == 0)
		return 0;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return failed(err, "package", "can't be mapped");
	*map = p;
	*size = (size_t)st.st_size;
	return 0;
}

static struct ent_str
head_body(struct ent_exchange *x, struct ent_arena *a, const struct ent_package_writer *w,
          const struct ent_package_head *h)
{
	char seal[ENT_B64_LEN(ENT_SEAL_HEAD) + 1] = "";
	struct ent_str body;
	struct ent_buf b;
	struct ent_jw j;

	if (w->seal)
		ent_b64(w->seal_head, ENT_SEAL_HEAD, seal);
	ent_buf_init(&b, HEAD_MAX);
	ent_jw_init(&j, &b);
	ent_jw_object(&j);
	ent_jw_kint(&j, "v", 1);
	ent_jw_kc(&j, "kind", "package");
	ent_jw_kc(&j, "by", x->c.party);
	ent_jw_kstr(&j, "at", h->at);
	ent_jw_kstr(&j, "agreement", h->agreement);
	ent_jw_kstr(&j, "to", h->to);
	ent_jw_kint(&j, "number", h->number);
	ent_jw_kint(&j, "bytes", h->bytes);
	ent_jw_kstr(&j, "sha256", ent_hex_dup(a, h->content, ENT_SHA256));
	if (w->seal)
		ent_jw_kc(&j, "seal", seal);
	ent_jw_end_object(&j);
	body = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return body;
}

/* Beside it, synced, renamed: a package is whole or not there. */
static int
put_file(struct ent_arena *a, const char *path, struct ent_str envelope, struct ent_str content,
         struct ent_err *err)
{
	struct ent_str beside = ent_arena_printf(a, "%s.part", path);
	int fd = beside.p ? open(beside.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1,
	    rc;

	if (!beside.p)
		return ent_x_nomem(err);
	if (fd < 0)
		return failed(err, beside.p, "can't be made");
	rc = ent_fd_write(fd, ENT_STR(MAGIC), err);
	if (rc == 0)
		rc = ent_fd_write(fd, envelope, err);
	if (rc == 0)
		rc = ent_fd_write(fd, ENT_STR("\n"), err);
	if (rc == 0)
		rc = ent_fd_write(fd, content, err);
	if (rc == 0 && fsync(fd))
		rc = failed(err, beside.p, "can't be synced");
	if (close(fd) && rc == 0)
		rc = failed(err, beside.p, "can't be written");
	if (rc == 0 && rename(beside.p, path))
		rc = failed(err, path, "can't be put in place");
	if (rc)
		(void)unlink(beside.p);
	return rc;
}

int
ent_package_finish(struct ent_exchange *x, struct ent_arena *a, struct ent_package_writer *w,
                   const char *path, struct ent_package_head *head, struct ent_err *err)
{
	struct ent_str content, body, envelope;
	char *map = NULL;
	uint8_t sha256[ENT_SHA256];
	int rc = map_fd(w->fd, &map, &content.n, err);

	if (rc)
		return rc;
	content.p = map;
	head->bytes = (int64_t)content.n;
	head->sealed = w->seal != NULL;
	ent_sha256(content, head->content);
	body = head_body(x, a, w, head);
	rc = body.p ? ent_envelope_make(a, ENT_ENV_PACKAGE, body, &x->c.keys->key[ENT_KEY_SIGN],
	                                &envelope, sha256, err)
	            : ent_x_nomem(err);
	if (rc == 0) {
		head->sha256 = ent_hex_dup(a, sha256, ENT_SHA256);
		rc = put_file(a, path, envelope, content, err);
	}
	if (map)
		(void)munmap(map, content.n);
	return rc;
}

/* ---- reading ---- */

int
ent_package_open(const char *path, struct ent_package_file *out, struct ent_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc;
	struct ent_str rest;
	size_t end;

	*out = (struct ent_package_file){ .size = 0 };
	if (fd < 0)
		return failed(err, path, "can't be opened");
	rc = map_fd(fd, &out->map, &out->size, err);
	(void)close(fd);
	if (rc)
		return rc;
	rest = (struct ent_str){ out->map, out->size };
	if (!rest.p || !ent_str_starts(rest, MAGIC))
		rc = ent_fail(err, ENT_EPARSE, "%s: it is not a package of entente", path);
	if (rc == 0) {
		rest = ent_str_from(rest, sizeof(MAGIC) - 1);
		end = ent_str_find(
		    (struct ent_str){ rest.p, rest.n < HEAD_MAX ? rest.n : HEAD_MAX }, '\n');
		if (end == rest.n || end == HEAD_MAX)
			rc = ent_fail(err, ENT_EPARSE, "%s: its header has no end", path);
		out->envelope = (struct ent_str){ rest.p, end };
		out->content = rc ? rest : ent_str_from(rest, end + 1);
	}
	if (rc)
		ent_package_close(out);
	return rc;
}

void
ent_package_close(struct ent_package_file *f)
{
	if (f->map)
		(void)munmap(f->map, f->size);
	*f = (struct ent_package_file){ .size = 0 };
}

int
ent_package_head_read(struct ent_arena *a, const struct ent_json *body,
                      struct ent_package_head *out, uint8_t seal[ENT_SEAL_HEAD],
                      struct ent_err *err)
{
	uint8_t uuid[16];

	*out = (struct ent_package_head){
		.agreement = ent_json_getstr(body, "agreement"),
		.by = ent_json_getstr(body, "by"),
		.to = ent_json_getstr(body, "to"),
		.at = ent_json_getstr(body, "at"),
		.sealed = ent_json_getc(body, "seal") != NULL,
	};
	(void)a;
	if (ent_uuid_parse(out->agreement, uuid) || !out->by.n || !out->to.n ||
	    ent_time_parse(out->at, NULL, NULL) ||
	    !ent_json_int(ent_json_getc(body, "number"), &out->number) || out->number < 1 ||
	    !ent_json_int(ent_json_getc(body, "bytes"), &out->bytes) || out->bytes < 0 ||
	    ent_unhex(ent_json_getstr(body, "sha256"), out->content, ENT_SHA256) ||
	    (out->sealed && ent_unb64_n(ent_json_getstr(body, "seal"), seal, ENT_SEAL_HEAD)))
		return ent_fail(err, ENT_EPARSE, "the package's header is not complete");
	return 0;
}

/* ---- lines ---- */

/* Chunk by chunk into a file without a name, opened where it was sealed. */
static int
unpack_chunks(struct ent_str rest, struct ent_seal *seal, int fd, struct ent_err *err)
{
	struct ent_buf plain;
	bool last = false;
	int rc = 0;

	ent_buf_init(&plain, CHUNK_MAX);
	while (rc == 0 && rest.n) {
		struct ent_str chunk;
		size_t n = 0;

		for (int i = 0; i < 4 && rest.n >= 4; i++)
			n |= (size_t)(unsigned char)rest.p[i] << 8 * i;
		if (rest.n < 4 || n > rest.n - 4 || n > CHUNK_MAX || last) {
			rc = ent_fail(err, ENT_EPARSE,
			              "the package's chunks do not fit its size");
			break;
		}
		chunk = (struct ent_str){ rest.p + 4, n };
		rest = ent_str_from(rest, n + 4);
		ent_buf_clear(&plain);
		if (seal) {
			rc = ent_seal_pull(seal, chunk, &last, &plain, err);
			chunk = ent_buf_view(&plain);
		}
		if (rc == 0)
			rc = ent_fd_write(fd, chunk, err);
	}
	if (rc == 0 && seal && !last)
		rc = ent_fail(err, ENT_EAUTH, "the package's last chunk is missing");
	ent_buf_release(&plain);
	return rc;
}

/* The whole lines that are in b, and those that end in what comes. */
static int
show_lines(struct ent_buf *b, int (*see)(void *self, struct ent_str line, struct ent_err *err),
           void *self, size_t *lines, struct ent_err *err)
{
	struct ent_str all = ent_buf_view(b), line;
	size_t used = 0, n;
	int rc = 0;

	while (rc == 0 && (n = ent_str_find(ent_str_from(all, used), '\n')) < all.n - used) {
		line = (struct ent_str){ all.p + used, n };
		used += n + 1;
		if (++*lines > ENT_PACKAGE_LINES)
			return ent_fail(err, ENT_ELIMIT, "the package has too many lines");
		rc = see(self, line, err);
	}
	ent_buf_drop(b, used);
	return rc;
}

static int
read_lines(struct ent_source *s,
           int (*see)(void *self, struct ent_str line, struct ent_err *err), void *self,
           struct ent_err *err)
{
	struct ent_buf b;
	size_t lines = 0;
	ptrdiff_t got = 1;
	int rc = 0;

	ent_buf_init(&b, ENT_PACKAGE_LINE + 65536u);
	while (rc == 0 && got > 0) {
		char *to = ent_buf_room(&b, 65536);

		if (!to) {
			rc = ent_fail(err, ENT_ELIMIT, "a line of the package is too long");
			break;
		}
		got = ent_source_read(s, to, 65536, err);
		if (got < 0)
			rc = (int)got;
		if (got <= 0)
			break;
		ent_buf_grew(&b, (size_t)got);
		rc = show_lines(&b, see, self, &lines, err);
	}
	if (rc == 0 && b.n)
		rc = ent_fail(err, ENT_EPARSE, "the package's last line has no end");
	ent_buf_release(&b);
	return rc;
}

int
ent_package_lines(const struct ent_package_file *f, const struct ent_package_head *head,
                  const uint8_t seal[ENT_SEAL_HEAD], const struct ent_key *key,
                  int (*see)(void *self, struct ent_str line, struct ent_err *err), void *self,
                  struct ent_err *err)
{
	struct ent_source *s = NULL;
	struct ent_seal *opened = NULL;
	uint8_t sha256[ENT_SHA256];
	int fd = -1, rc = 0;

	ent_sha256(f->content, sha256);
	if ((int64_t)f->content.n != head->bytes ||
	    memcmp(sha256, head->content, sizeof(sha256)) != 0)
		return ent_fail(
		    err, ENT_ESIG,
		    "the package's content is not what its header is signed for: it "
		    "was cut off or changed");
	if (head->sealed)
		rc = ent_seal_open(key, seal, &opened, err);
	if (rc == 0)
		rc = nameless(&fd, err);
	if (rc == 0)
		rc = unpack_chunks(f->content, opened, fd, err);
	if (rc == 0 && lseek(fd, 0, SEEK_SET) != 0)
		rc = failed(err, "package", "can't be read");
	if (rc == 0)
		rc = ent_source_fd(fd, &s, err);
	if (rc == 0)
		rc = read_lines(s, see, self, err);
	ent_source_close(s);
	ent_seal_free(opened);
	if (fd >= 0)
		(void)close(fd);
	return rc;
}

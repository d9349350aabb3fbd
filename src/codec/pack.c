/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack.c - gzip and zstd of what is in memory, at levels that pay between a server and its
 * clients.
 */
#define ZLIB_CONST
#include "codec/pack.h"

#include <limits.h>
#include <zlib.h>
#include <zstd.h>

/* Of 1 to 9: beyond 3 it takes twice the time for a tenth less. */
#define GZIP_LEVEL 3
/* zlib's own default, for its 256 KiB of memory. */
#define GZIP_MEMORY 8
/* A window of 2 MiB at most, which every client takes (RFC 9659: 8 MB). */
#define ZSTD_LEVEL 3
#define STEP       ((size_t)65536)

/* The next piece of out, no further than one byte beyond its maximum. */
static char *
room(struct ent_buf *out, size_t *n)
{
	*n = out->max > out->n ? out->max - out->n : 0;
	if (*n > STEP)
		*n = STEP;
	return *n ? ent_buf_room(out, *n) : NULL;
}

static int
full(const struct ent_buf *out)
{
	return out->n == out->max ? ENT_ELIMIT : ENT_ENOMEM;
}

static int
gzip(struct ent_str in, struct ent_buf *out)
{
	z_stream z = { .next_in = NULL };
	int rc = Z_OK;

	if (in.n > UINT_MAX)
		return ENT_ELIMIT;
	if (deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, 16 + MAX_WBITS, GZIP_MEMORY,
	                 Z_DEFAULT_STRATEGY) != Z_OK)
		return ENT_ENOMEM;
	z.next_in = (const unsigned char *)in.p;
	z.avail_in = (unsigned)in.n;
	while (rc == Z_OK) {
		size_t n;
		char *to = room(out, &n);

		if (!to)
			break;
		z.next_out = (unsigned char *)to;
		z.avail_out = (unsigned)n;
		rc = deflate(&z, Z_FINISH);
		ent_buf_grew(out, n - z.avail_out);
	}
	(void)deflateEnd(&z);
	return rc == Z_STREAM_END ? 0 : full(out);
}

static int
zstd(struct ent_str in, struct ent_buf *out)
{
	ZSTD_CCtx *z = ZSTD_createCCtx();
	ZSTD_inBuffer from = { in.p, in.n, 0 };
	size_t rest = 1;

	if (!z)
		return ENT_ENOMEM;
	(void)ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel, ZSTD_LEVEL);
	(void)ZSTD_CCtx_setPledgedSrcSize(z, in.n); /* small texts then take small tables */
	while (rest) {
		ZSTD_outBuffer to = { NULL, 0, 0 };

		to.dst = room(out, &to.size);
		if (!to.dst)
			break;
		rest = ZSTD_compressStream2(z, &to, &from, ZSTD_e_end);
		if (ZSTD_isError(rest))
			break;
		ent_buf_grew(out, to.pos);
	}
	(void)ZSTD_freeCCtx(z);
	return rest == 0 ? 0 : ZSTD_isError(rest) ? ENT_ENOMEM : full(out);
}

int
ent_pack(enum ent_coding coding, struct ent_str in, struct ent_buf *out)
{
	if (coding == ENT_CODING_GZIP)
		return gzip(in, out);
	if (coding == ENT_CODING_ZSTD)
		return zstd(in, out);
	if (in.n > out->max - out->n)
		return ENT_ELIMIT;
	ent_buf_str(out, in);
	return ent_buf_ok(out) ? 0 : ENT_ENOMEM;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gzip.c - gzip texts that are in memory.
 */
#define ZLIB_CONST
#include "codec/gzip.h"

#include <limits.h>
#include <zlib.h>

#define STEP 65536

int
ent_gunzip(struct ent_str in, struct ent_buf *out)
{
	z_stream z = { .next_in = NULL };
	unsigned char over[STEP + 1];
	int rc = Z_OK;

	if (in.n > UINT_MAX)
		return ENT_ELIMIT;
	if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
		return ENT_ENOMEM;
	z.next_in = (const unsigned char *)in.p;
	z.avail_in = (unsigned)in.n;
	while (rc == Z_OK && ent_buf_ok(out)) {
		/* one byte more than there is room for, which tells that it is too much */
		size_t step = out->max - out->n < STEP ? out->max - out->n + 1 : STEP;

		z.next_out = over;
		z.avail_out = (unsigned)step;
		rc = inflate(&z, Z_NO_FLUSH);
		ent_buf_put(out, over, step - z.avail_out);
	}
	(void)inflateEnd(&z);
	if (!ent_buf_ok(out))
		return ENT_ELIMIT;
	return rc == Z_STREAM_END && z.avail_in == 0 ? 0 : ENT_EPARSE;
}

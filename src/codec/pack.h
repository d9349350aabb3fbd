/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack.h - texts in memory, made smaller for the way.
 */
#ifndef ENT_CODEC_PACK_H
#define ENT_CODEC_PACK_H
#include "base/buf.h"

enum ent_coding { ENT_CODING_PLAIN, ENT_CODING_GZIP, ENT_CODING_ZSTD };

/*
 * One gzip member or zstd frame of in, behind what is in out.  Some 100 MB/s and 300 MB/s, and
 * less than 2 MiB of memory beside out.  ENT_ELIMIT: it doesn't fit out's maximum, so set that
 * to what is still worth it; ENT_ENOMEM.
 */
int ent_pack(enum ent_coding coding, struct ent_str in, struct ent_buf *out);

#endif

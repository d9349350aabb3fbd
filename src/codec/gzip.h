/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gzip.h - gzip texts that are in memory.
 */
#ifndef ENT_CODEC_GZIP_H
#define ENT_CODEC_GZIP_H
#include "base/buf.h"

/* Inflates exactly one gzip member behind what is in out.  ENT_EPARSE if in isn't one, or goes
 * on behind it; ENT_ELIMIT at out's maximum; ENT_ENOMEM. */
int ent_gunzip(struct ent_str in, struct ent_buf *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * head.h - the strict check of a whole request head that comes before llhttp
 * (docs/architecture.md, Dependencies).
 */
#ifndef ENT_HTTP_HEAD_H
#define ENT_HTTP_HEAD_H
#include <entente/str.h>

/*
 * Looks for the end of a head in what has arrived.  Returns its length with the empty line, 0
 * if it isn't complete yet, or a negative HTTP status (-400, -414, -431, -501, -505) with *why:
 * CR only before LF and LF only after CR, no NUL or other control character but HTAB in a
 * value, no line that starts with a blank, no blank before the colon, exactly one Host
 * (HTTP/1.1), no Content-Length beside Transfer-Encoding, at most one Content-Length,
 * Transfer-Encoding only "chunked", at most 32 kB. *scanned is kept between calls, so that
 * bytes are looked at once; begin with 0.
 */
int ent_head_check(struct ent_str in, size_t *scanned, const char **why);

#endif

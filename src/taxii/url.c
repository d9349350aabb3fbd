/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url.c - percent-encoding, of what server and client put into URLs.
 */
#include "taxii/taxii_int.h"

void
ent_url_put(struct ent_buf *b, struct ent_str s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || (c && strchr("-._~", c))) {
			ent_buf_ch(b, (char)c);
		} else {
			ent_buf_ch(b, '%');
			ent_buf_ch(b, hex[c >> 4]);
			ent_buf_ch(b, hex[c & 15]);
		}
	}
}

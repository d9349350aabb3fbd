/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base_text.c - base64, hex, UTF-8 and UUIDs: what decodes encodes to the same text again, and
 * nothing else decodes.
 */
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/utf8.h"
#include "base/uuid.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
base64(struct ent_arena *a, struct ent_str s)
{
	uint8_t *out = ent_arena_alloc(a, s.n / 4 * 3 + 3);
	size_t n;

	if (out && ent_unb64(s, out, &n) == 0 && !ent_str_eq(ent_b64_dup(a, out, n), s))
		abort();
	if (s.n <= 4096) {
		struct ent_str text = ent_b64_dup(a, (const uint8_t *)s.p, s.n);

		out = ent_arena_alloc(a, text.n);
		if (out && text.p &&
		    (ent_unb64(text, out, &n) || n != s.n || (n && memcmp(out, s.p, n) != 0)))
			abort();
	}
}

static void
utf8(struct ent_str s)
{
	size_t valid = ent_utf8_valid(s);
	struct ent_str cut = ent_utf8_cut((struct ent_str){ s.p, valid }, valid / 2);

	if (valid > s.n || ent_utf8_valid(cut) != cut.n)
		abort();
	if (ent_utf8_cmp16((struct ent_str){ s.p, valid }, (struct ent_str){ s.p, valid }) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new((size_t)16 << 20);
	struct ent_str s = { (const char *)data, len };
	char text[ENT_UUID_TEXT];
	uint8_t uuid[16], again[16];

	if (a)
		base64(a, s);
	utf8(s);
	if (ent_uuid_parse(s, uuid) == 0 &&
	    (ent_uuid_parse(ent_str_c(ent_uuid_text(uuid, text)), again) ||
	     memcmp(uuid, again, 16) != 0))
		abort();
	ent_arena_free(a);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pretty.c - JSON set out for people.
 */
#include "cli/pretty.h"

#include "base/limits.h"

static void
line(struct ent_buf *b, unsigned depth)
{
	ent_buf_printf(b, "\n%*s", (int)(2 * depth), "");
}

/* The reader of JSON bounds the depth; this bounds it again. */
static void
value(struct ent_buf *b, const struct ent_json *v, unsigned depth)
{
	bool object = ent_json_is(v, ENT_JSON_OBJECT);
	size_t n = ent_json_count(v);
	struct ent_jw w;

	ent_jw_init(&w, b);
	if (n == 0 || depth > ENT_JSON_DEPTH) {
		ent_jw_value(&w, v);
		return;
	}
	ent_buf_ch(b, object ? '{' : '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			ent_buf_ch(b, ',');
		line(b, depth + 1);
		if (object) {
			ent_jw_init(&w, b);
			ent_jw_str(&w, ent_json_key(v, i));
			ent_buf_c(b, ": ");
		}
		value(b, ent_json_at(v, i), depth + 1);
	}
	line(b, depth);
	ent_buf_ch(b, object ? '}' : ']');
}

void
ent_pretty(struct ent_buf *b, const struct ent_json *v)
{
	value(b, v, 0);
}

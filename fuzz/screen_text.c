/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_text.c - names in texts, whatever both are: the first lines are names, what follows a
 * blank line is the text.  Mentions lie inside the text, on borders of characters and in order;
 * a notice that is put behind one is found there.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "screen/notice.h"
#include "screen/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static struct {
	struct ent_folder *folder;
	struct ent_arena *a;
	struct ent_notice_rules *rules;
} all;

static void
border(struct ent_str text, uint64_t at, struct ent_str whole)
{
	/* Where the text is UTF-8. */
	if (whole.n && at < text.n && ((unsigned char)text.p[at] & 0xc0) == 0x80)
		abort();
}

static void
with_notice(struct ent_str text, const struct ent_text_mention *m)
{
	struct ent_notice_span name = { (size_t)m->from, (size_t)m->to }, at;
	struct ent_str words = ent_notice_words(
	    all.rules, (struct ent_str){ text.p + m->from, name.to - name.from });
	size_t place = ent_notice_place(text, name);
	struct ent_buf b;

	if (place < name.to || place > text.n)
		abort();
	(void)ent_notice_beside(all.rules, all.folder, text, name, 0, text.n, &at);
	if (at.from > at.to || at.to > text.n)
		abort();
	ent_buf_init(&b, text.n + words.n + 16);
	ent_buf_put(&b, text.p, place);
	ent_buf_c(&b, " (");
	ent_buf_str(&b, words);
	ent_buf_c(&b, ")");
	ent_buf_put(&b, text.p + place, text.n - place);
	if (ent_buf_ok(&b) && ent_notice_beside(all.rules, all.folder, ent_buf_view(&b), name,
	                                        0, b.n, &at) != ENT_NOTICE_HERE)
		abort();
	ent_buf_release(&b);
}

static void
look(const struct ent_text_names *names, struct ent_str text, struct ent_str utf8)
{
	struct ent_text_finder *f = ent_text_finder_new(names, NULL);
	struct ent_text_found found;

	if (f && ent_text_find(f, text, &found, NULL) == 0)
		for (size_t i = 0; i < found.n; i++) {
			const struct ent_text_mention *m = &found.mentions[i];
			const struct ent_text_mention *last = i ? m - 1 : NULL;

			if (m->from >= m->to || m->to > text.n ||
			    (last && m->from < last->to &&
			     (m->from != last->from || m->to != last->to)))
				abort();
			border(text, m->from, utf8);
			border(text, m->to, utf8);
			if (i < 8)
				with_notice(text, m);
		}
	ent_text_finder_free(f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_str text = { (const char *)data, len }, line, json;
	struct ent_text_names *names;
	uint32_t entry = 0;

	if (!all.folder) {
		all.folder = ent_folder_new(NULL);
		all.a = ent_arena_new((size_t)16 << 20);
		if (!all.folder || !all.a || !ent_notice_builtin(1, &json) ||
		    ent_notice_rules_read(all.a, all.folder, json, &all.rules, NULL))
			abort();
	}
	names = ent_text_names_new(NULL);
	while (names && entry < 64 && ent_str_next(&text, '\n', &line) && line.n) {
		if (ent_text_names_add(names, entry, line, entry % 8, NULL))
			break;
		entry++;
	}
	if (names && ent_text_names_done(names, NULL) == 0) {
		look(names, text,
		     ent_utf8_valid(text) == text.n ? text : (struct ent_str){ NULL, 0 });
	}
	ent_text_names_free(names);
	return 0;
}

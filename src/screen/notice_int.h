/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice_int.h - between the files that read notices.
 */
#ifndef ENT_SCREEN_NOTICE_INT_H
#define ENT_SCREEN_NOTICE_INT_H
#include "screen/notice.h"
#include "screen/text_int.h"

struct ent_notice_file {
	const char *jurisdiction, *text;
};
extern const struct ent_notice_file ent_notice_files[]; /* made of rules/, NULL at the end */

/*
 * A wording as a row of parts, each of which takes one word: one of some, or one that begins
 * like one of them (~), or any capital (a country); or any number of words (*).  A part may be
 * optional (?).  At most 31 of them: a set of parts is a number.
 */
#define NOTICE_PARTS 31
enum part_kind { PART_WORDS, PART_ANY, PART_CAPITAL };
struct notice_part {
	uint8_t kind;
	bool optional;
	const struct notice_word {
		struct ent_str text; /* folded */
		bool prefix;
	} * words;
	size_t n;
};
struct ent_notice_pattern {
	const struct notice_part *parts;
	size_t n;
};

/* Words of a part of a text. */
#define NOTICE_WORDS 640
struct notice_text {
	struct word at[NOTICE_WORDS];
	char text[NOTICE_WORDS][ENT_TOKEN_ROOM];
	bool capital[NOTICE_WORDS];
	size_t n;
};
void ent_notice_text(struct ent_folder *f, struct ent_str s, size_t from, size_t to,
                     struct notice_text *out);
/* The first place where one of the patterns is, at word from or later; words [*first, *last].
 */
bool ent_notice_match(const struct ent_notice_pattern *p, size_t n, const struct notice_text *t,
                      size_t from, size_t *first, size_t *last);

#endif

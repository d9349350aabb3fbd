/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h - listed names found in whole texts, of any length and script, in linear time.
 *
 * Names become a trie over words, which is constant once made: any number of threads look for
 * them, each with a finder of its own.  A word of a text stands for itself as it is listed, for
 * listed words that are like it (screen.h, 0.85 and more), and without the ending of its case
 * (text_endings.c); each way is told with the mention.
 *
 * Guards: names of up to four letters, and names made of common words alone, count only in
 * capitals as they are listed, and with a word that speaks of organisations near them or
 * another mention of the same entry in the text.  The longest of mentions that overlap is told.
 */
#ifndef ENT_SCREEN_TEXT_H
#define ENT_SCREEN_TEXT_H
#include "screen/screen.h"

enum ent_text_name_flag {
	ENT_TEXT_LAST_FIRST = 1, /* "LAST, First": looked for in both orders */
	ENT_TEXT_WEAK = 2,       /* an alias that only corroborates */
	ENT_TEXT_LONE = 4        /* of a person, a vessel: a single word isn't enough */
};

struct ent_text_names;
/* NULL, with the reason in err. */
struct ent_text_names *ent_text_names_new(struct ent_err *err);
void ent_text_names_free(struct ent_text_names *n); /* NULL is fine */
/* A name of the entry with that number, as its list has it; copied.  Without a letter, or with
 * more words than ENT_NAME_TOKENS, it is passed over.  ENT_ENOMEM, ENT_ELIMIT. */
int ent_text_names_add(struct ent_text_names *n, uint32_t entry, struct ent_str name,
                       unsigned flags, struct ent_err *err);
/* No more names: from now on they can be looked for. */
int ent_text_names_done(struct ent_text_names *n, struct ent_err *err);

struct ent_text_size {
	size_t names, words, nodes, bytes;
};
void ent_text_names_measure(const struct ent_text_names *n, struct ent_text_size *out);

enum ent_text_how {
	ENT_TEXT_EQUAL,     /* each word as listed */
	ENT_TEXT_INFLECTED, /* a word in another case */
	ENT_TEXT_SIMILAR    /* a word in another spelling or script */
};
const char *ent_text_how_name(enum ent_text_how how); /* "equal" */

struct ent_text_mention {
	uint64_t from, to; /* bytes of the text */
	uint32_t node;     /* equal for the same listed name */
	uint8_t how;       /* enum ent_text_how */
	bool quoted;       /* inside quotation marks */
	bool in_url;       /* inside a web or mail address */
};

/* What a text holds; lasts until the finder's next text. */
struct ent_text_found {
	const struct ent_text_mention *mentions; /* in their order, none inside another */
	size_t n;
	uint64_t dropped; /* beyond ENT_TEXT_MENTIONS */
};

/* Belongs to one thread; the names must outlive it.  NULL, with the reason in err. */
struct ent_text_finder;
struct ent_text_finder *ent_text_finder_new(const struct ent_text_names *n,
                                            struct ent_err *err);
void ent_text_finder_free(struct ent_text_finder *f); /* NULL is fine */
/* Any bytes; those that aren't UTF-8 part words.  Memory doesn't grow with the text.
 * ENT_ENOMEM. */
int ent_text_find(struct ent_text_finder *f, struct ent_str text, struct ent_text_found *out,
                  struct ent_err *err);
/* The entries that are called as a mention's node, one after the other: *at from 0; false at
 * the end.  name (may be NULL) is the name as it was listed. */
bool ent_text_entry(const struct ent_text_names *n, uint32_t node, uint32_t *at,
                    uint32_t *entry, struct ent_str *name);

#endif

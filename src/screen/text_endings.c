/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_endings.c - endings of Russian, Ukrainian and Belarusian words in the cases of a
 * sentence, and how the word may end that a list has.  Data only, written for this project from
 * the grammars of these languages; letters are as fold.c writes them.
 *
 * A word that isn't on a list in any of these forms costs some look-ups, once: so the rows are
 * generous.
 */
#include "screen/text_int.h"

/* clang-format off */
const struct ent_ending ent_endings[] = {
	/* adjectives: islamskogo, islamskomu, islamskim */
	{"ogo", {"oe", "yy", "iy", "oy", NULL}}, {"omu", {"oe", "yy", "iy", "oy", NULL}},
	{"ego", {"ee", "iy", NULL}}, {"emu", {"ee", "iy", NULL}},
	{"ym", {"oe", "yy", "oy", NULL}}, {"im", {"oe", "iy", "ee", NULL}},
	{"oy", {"aya", "a", NULL}}, {"uyu", {"aya", NULL}}, {"ey", {"aya", "ya", "a", NULL}},
	{"ykh", {"ye", "yy", NULL}}, {"ikh", {"ie", "iy", NULL}}, {"ymi", {"ye", "yy", NULL}}, {"imi", {"ie", "iy", NULL}},
	/* nouns: of a man or a thing, */
	{"om", {"", "o", "oe", "iy", NULL}}, {"em", {"", "e", "iy", "y", NULL}},
	{"u", {"a", "", "o", NULL}}, {"yu", {"ya", "", "y", NULL}},
	{"a", {"", "o", NULL}}, {"ya", {"", "y", "e", NULL}}, {"e", {"a", "", "o", NULL}},
	/* of a woman or a movement, */
	{"y", {"a", "", NULL}}, {"i", {"a", "", "ya", "y", NULL}},
	/* and of many */
	{"ov", {"", "y", NULL}}, {"ev", {"", "i", "y", NULL}}, {"am", {"a", "", "y", "i", NULL}}, {"yam", {"ya", "i", "", NULL}},
	{"ami", {"a", "", "y", "i", NULL}}, {"yami", {"ya", "i", "", NULL}}, {"akh", {"a", "", "y", "i", NULL}},
	{"yakh", {"ya", "i", "", NULL}}, {"yev", {"ya", "i", NULL}},
	{NULL, {NULL}},
};
/* clang-format on */

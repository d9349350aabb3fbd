/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words_int.h - the table of words that names share.
 */
#ifndef ENT_SCREEN_WORDS_INT_H
#define ENT_SCREEN_WORDS_INT_H
#include "screen/screen_int.h"

struct ent_word {
	char text[20];
	uint8_t kind;   /* enum ent_token_kind */
	uint16_t group; /* 0: none */
};
extern const struct ent_word ent_words[];
extern const size_t ent_words_n;

#endif

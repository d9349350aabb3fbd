/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_int.h - between the files of this folder.
 */
#ifndef ENT_SCREEN_SCREEN_INT_H
#define ENT_SCREEN_SCREEN_INT_H
#include "screen/screen.h"

/* Fills kind, weight, sound and skeleton of a token whose text is there. */
void ent_token_finish(struct ent_token *t);
/* What a word is; ENT_TOKEN_NAME where no table has it. */
enum ent_token_kind ent_word_kind(const char *word);
/* What a word counts, by its kind. */
double ent_kind_weight(enum ent_token_kind kind);

#endif

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
/* The consonants of a word without the Arabic article; NULL where there is none. */
const char *ent_token_bare(const struct ent_token *t);
/* Adjacent tokens as one word; false where it would be too long. */
bool ent_token_join(const struct ent_token *t, size_t n, struct ent_token *out);

/* What a score is made of: the share of the name that is explained better, that of the other,
 * and a charge for what both have unexplained. */
#define ENT_SCORE_LARGER        0.6
#define ENT_SCORE_SMALLER       0.4
#define ENT_SCORE_CONTRADICTION 0.45

/* How like each word of a is to each of b; only those that the names have are set. */
struct ent_match {
	float likeness[ENT_NAME_TOKENS][ENT_NAME_TOKENS];
	uint8_t why[ENT_NAME_TOKENS][ENT_NAME_TOKENS];
};
/* ent_align with what is known of the words already. */
void ent_align_by(const struct ent_name *a, const struct ent_name *b, const struct ent_match *m,
                  struct ent_alignment *out);
/* What an alignment is worth between two kinds of things; lowers its score. */
void ent_weigh(const struct ent_name *a, enum ent_name_of a_kind, const struct ent_name *b,
               enum ent_name_of b_kind, struct ent_alignment *g);

#endif

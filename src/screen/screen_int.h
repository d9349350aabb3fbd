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
/* Sets kind and group by the table. */
void ent_word_look(struct ent_token *t);
/* Legal forms that are written out become their short forms. */
void ent_name_forms(struct ent_name *name);
/* What a word counts, by its kind. */
double ent_kind_weight(enum ent_token_kind kind);
/* Fills phon, sound and skeleton. */
void ent_token_hear(struct ent_token *t);
/* How like two words sound, the first of which is written without vowels. */
double ent_abjad_likeness(const char *abjad, const char *voiced);
/* How a word without vowels sounds without the Arabic article; NULL where there is none. */
const char *ent_token_bare(const struct ent_token *t);
/* How like two words are of which one was read from Chinese or Korean signs. */
double ent_reading_likeness(const struct ent_token *a, const struct ent_token *b);
/* Other spellings of a word that was read from signs, at most so many. */
size_t ent_readings(const struct ent_token *t, char out[][ENT_TOKEN_ROOM], size_t most);
/* A Korean syllable without what romanisations differ in. */
void ent_reading_plain(const struct ent_token *t, char out[ENT_TOKEN_ROOM]);
/* Adjacent tokens as one word; false where it would be too long. */
bool ent_token_join(const struct ent_token *t, size_t n, struct ent_token *out);

/* What a score is made of: so much of the share of the name that is explained better, the rest
 * of that of the other, and a charge for what both have unexplained. */
#define ENT_SCORE_LARGER        0.6
#define ENT_SCORE_SIGNS         0.2 /* instead of the former, of Chinese and Korean signs */
#define ENT_SCORE_CONTRADICTION 0.45

/* Whether words have too many other letters to be spelt alike; of what is in them and how many
 * they are. */
bool ent_letters_differ(uint32_t a, size_t an, uint32_t b, size_t bn);
/* What a word counts where nothing of the other name belongs to it: people add and leave out
 * particles, titles and legal forms as they like. */
double ent_token_left(const struct ent_token *t);

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

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.h - the code that two people compare, as sixteen short words (docs/enrolment.md).
 *
 * The words belong to no language: five digits are two words of consonant, vowel, consonant and
 * a vowel that checks the three and the word's place, so that most slips of the tongue are
 * seen.
 */
#ifndef ENT_EXCHANGE_WORDS_H
#define ENT_EXCHANGE_WORDS_H
#include <entente/str.h>

#define ENT_CODE_DIGITS 40
#define ENT_CODE_WORDS  16
#define ENT_WORDS_TEXT  (ENT_CODE_WORDS * 5) /* four letters and a blank, or the NUL, each */

/* code: digits, with or without blanks (ent_peer_code). */
void ent_code_words(const char *code, char out[ENT_WORDS_TEXT]);
/*
 * Reads what a person typed: 40 digits, or 16 words of either case; blanks, hyphens, commas and
 * line ends between them don't matter.  ENT_EINVAL says how many there were, or which word
 * can't be right.
 */
int ent_code_read(struct ent_str typed, char digits[ENT_CODE_DIGITS + 1], struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letters_int.h - letters of other scripts, one at a time.
 */
#ifndef ENT_SCREEN_LETTERS_INT_H
#define ENT_SCREEN_LETTERS_INT_H
#include "screen/screen_int.h"

/* A letter in Latin ones, "" where it has no sound of its own; NULL: ICU knows. */
const char *ent_letter(int32_t c);
/* The Latin letter that a Greek or Cyrillic one looks like; 0: none. */
char ent_letter_alike(int32_t c);
/* The parts of a Korean syllable; false for what is none. */
bool ent_letter_hangul(int32_t c, const char *part[3]);

#endif

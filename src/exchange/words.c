/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.c - the code that two people compare, as words and back.
 */
#include "exchange/words.h"

#include <ctype.h>

/* Letters that are said much the same in most languages that are written with them. */
static const char firsts[] = "bdfghjklmnprstvz", vowels[] = "aeiou", lasts[] = "klns";

#define FIRSTS 16u
#define VOWELS 5u
#define LASTS  4u
#define WORDS  (FIRSTS * VOWELS * LASTS) /* 320; two of them are more than 100,000 */

/* The vowel that checks a word at its place. */
static char
check(unsigned value, unsigned place)
{
	unsigned first = value / (VOWELS * LASTS), vowel = value / LASTS % VOWELS,
		 last = value % LASTS;

	return vowels[(first + 2 * vowel + 3 * last + place) % VOWELS];
}

static void
put(unsigned value, unsigned place, char out[4])
{
	out[0] = firsts[value / (VOWELS * LASTS)];
	out[1] = vowels[value / LASTS % VOWELS];
	out[2] = lasts[value % LASTS];
	out[3] = check(value, place);
}

void
ent_code_words(const char *code, char out[ENT_WORDS_TEXT])
{
	for (unsigned g = 0; g < ENT_CODE_WORDS / 2; g++) {
		unsigned v = 0;

		for (int i = 0; i < 5 && *code; code++)
			if (*code >= '0' && *code <= '9') {
				v = v * 10 + (unsigned)(*code - '0');
				i++;
			}
		for (unsigned half = 0; half < 2; half++) {
			unsigned place = 2 * g + half;

			put(half ? v % WORDS : v / WORDS, place, out + place * 5);
			out[place * 5 + 4] = place + 1 < ENT_CODE_WORDS ? ' ' : '\0';
		}
	}
}

static bool
place_in(const char *list, char c, unsigned *out)
{
	const char *at = c ? strchr(list, c) : NULL;

	if (at)
		*out = (unsigned)(at - list);
	return at != NULL;
}

/* A word that may stand at that place. */
static bool
read_word(const char word[4], unsigned place, unsigned *value)
{
	unsigned first, vowel, last;

	if (!place_in(firsts, word[0], &first) || !place_in(vowels, word[1], &vowel) ||
	    !place_in(lasts, word[2], &last))
		return false;
	*value = (first * VOWELS + vowel) * LASTS + last;
	return check(*value, place) == word[3];
}

/* All words' letters, in lower case, one behind the other. */
static int
read_words(const char *letters, char digits[ENT_CODE_DIGITS + 1], struct ent_err *err)
{
	for (unsigned place = 0; place < ENT_CODE_WORDS; place += 2) {
		unsigned v[2] = { 0, 0 };

		for (unsigned half = 0; half < 2; half++) {
			const char *word = letters + (place + half) * 4;

			if (!read_word(word, place + half, &v[half]))
				return ent_fail(err, ENT_EINVAL,
				                "word %u, \"%.4s\", can't be right: ask for it "
				                "again",
				                place + half + 1, word);
		}
		if (v[0] * WORDS + v[1] > 99999)
			return ent_fail(err, ENT_EINVAL,
			                "words %u and %u can't be right together: ask for them "
			                "again",
			                place + 1, place + 2);
		(void)snprintf(digits + (size_t)place / 2 * 5, 6, "%05u", v[0] * WORDS + v[1]);
	}
	return 0;
}

int
ent_code_read(struct ent_str typed, char digits[ENT_CODE_DIGITS + 1], struct ent_err *err)
{
	char all[ENT_CODE_WORDS * 4 + 1] = "";
	size_t n = 0, numbers = 0;

	for (size_t i = 0; i < typed.n; i++) {
		unsigned char c = (unsigned char)typed.p[i];

		if (c == ' ' || c == '-' || c == ',' || c == '\t' || c == '\r' || c == '\n')
			continue;
		if (c > '~' || !isalnum(c))
			return ent_fail(err, ENT_EINVAL,
			                "a code has 40 digits, or 16 words, and nothing else");
		numbers += isdigit(c) != 0;
		if (n < sizeof(all) - 1)
			all[n] = (char)tolower(c);
		n++;
	}
	if (numbers == n && n == ENT_CODE_DIGITS) {
		memcpy(digits, all, ENT_CODE_DIGITS);
		digits[ENT_CODE_DIGITS] = '\0';
		return 0;
	}
	if (numbers == n)
		return ent_fail(err, ENT_EINVAL, "the code has 40 digits, and this has %zu", n);
	if (n != ENT_CODE_WORDS * 4)
		return ent_fail(err, ENT_EINVAL,
		                "the code has 16 words of four letters, %d letters in all, and "
		                "this has %zu",
		                ENT_CODE_WORDS * 4, n);
	return read_words(all, digits, err);
}

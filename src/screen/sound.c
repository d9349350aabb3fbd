/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sound.c - how a word sounds: one sign for what is written in many ways.
 *
 * Consonants have one letter each, vowels one of a, i, u.  Of a word that was written without
 * vowels (Arabic, Persian, Hebrew) the letters a, v and y are those that may stand for long
 * ones.
 */
#include "screen/screen_int.h"

/* Letters that are one sound, the longest first. */
/* clang-format off */
static const struct { char text[5]; uint8_t n; char one; } graphs[] = {
	{"tsch", 4, 's'}, {"shch", 4, 's'}, {"sch", 3, 's'}, {"tch", 3, 's'}, {"tsh", 3, 's'},
	{"tzs", 3, 's'}, {"dzh", 3, 'g'}, {"dsch", 4, 'g'}, {"kh", 2, 'h'}, {"gh", 2, 'g'}, {"ph", 2, 'f'},
	{"sh", 2, 's'}, {"dh", 2, 'd'}, {"th", 2, 't'}, {"ch", 2, 's'}, {"zh", 2, 'g'}, {"dj", 2, 'g'},
	{"ts", 2, 's'}, {"tz", 2, 's'}, {"cz", 2, 's'}, {"sz", 2, 's'}, {"ck", 2, 'k'}, {"dz", 2, 's'},
	{"cq", 2, 'k'}, {"qu", 2, 'k'},
};
/* clang-format on */

static bool
is_vowel(char c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y';
}

static char
vowel_class(char c)
{
	return c == 'o' || c == 'u' ? 'u' : c == 'a' ? 'a' : 'i';
}

/* The sound at p, and how many letters it takes. */
static char
sound_at(const char *p, bool first, bool after_front, bool abjad, size_t *took)
{
	for (size_t i = 0; i < sizeof(graphs) / sizeof(graphs[0]); i++)
		if (p[0] == graphs[i].text[0] && !strncmp(p, graphs[i].text, graphs[i].n) &&
		    (!abjad ||
		     (graphs[i].n == 2 && p[1] == 'h' && p[0] != 't' && p[0] != 'd'))) {
			*took = graphs[i].n;
			return graphs[i].one;
		}
	*took = 1;
	switch (*p) {
	case 'j': /* Sergej, Khaldej */
		return after_front && !abjad && (!p[1] || !is_vowel(p[1])) ? 'i' : 'g';
	case 'c':
		return p[1] == 'e' || p[1] == 'i' || p[1] == 'y' ? 's' : 'k';
	case 'q':
		return 'k';
	case 'z':
	case 'x':
		return 's';
	case 'w':
		return 'v';
	case 'y':
		return abjad || (first && is_vowel(p[1])) ? 'y' : 'i';
	default:
		return *p;
	}
}

/* The text without what is said in it or not: the article behind Abd (Abdurrahman, Abd
 * al-Rahman) and before Din (Sirajuddin, Siraj al-Din). */
static size_t
without_article(const struct ent_token *t, char out[ENT_TOKEN_ROOM])
{
	size_t n = t->n, cut = 0, at = 3;

	memcpy(out, t->text, n + 1);
	if (!strncmp(out, "abd", 3) && n >= 7 && is_vowel(out[3])) {
		cut = out[3] == 'o' && out[4] == 'u' ? 2 : 1;
		cut += out[3 + cut] == 'l' ||
		       (out[3 + cut] == out[4 + cut] && !is_vowel(out[3 + cut]));
		if (cut == 1) /* Abdo: no article */
			cut = 0;
		memmove(out + at, out + at + cut, n - at - cut + 1);
		n -= cut;
	}
	for (size_t i = 2; i + 3 <= n; i++) {
		const char *p = out + i;
		size_t vowels = 0, behind = 0;

		if (p[0] != 'd')
			continue;
		while (is_vowel(p[1 + vowels]))
			vowels++;
		if (!vowels || vowels > 2 || p[1 + vowels] != 'n' || p[1] == 'a' || p[1] == 'u')
			continue;
		behind = i + 2 + vowels;
		if (behind < n && !(behind + 1 == n && out[behind] == 'e'))
			continue;
		cut = 0; /* "ud", "al", "ed" before it */
		if (i >= 4 && (out[i - 1] == 'l' || out[i - 1] == 'd') && is_vowel(out[i - 2]))
			cut = 2;
		else if (i >= 4 && is_vowel(out[i - 1]) && out[i - 1] != 'i')
			cut = 1;
		if (i - cut >= 3) {
			memmove(out + i - cut, "din", 4);
			n = i - cut + 3;
		}
		break;
	}
	return n;
}

void
ent_token_hear(struct ent_token *t)
{
	char text[ENT_TOKEN_ROOM + 4] = { 0 };
	size_t n = without_article(t, text), took, p = 0, s = 0, k = 0;
	bool vowel = false;
	char last = 0;

	for (size_t i = 0; i < n; i += took) {
		char c = sound_at(text + i, !i, i && (text[i - 1] == 'e' || text[i - 1] == 'i'),
		                  t->abjad, &took);
		bool end = i + took >= n, v = c != 'y' && is_vowel(c);

		if (v && !t->abjad)
			c = vowel_class(c);
		if (c == last)
			continue;
		if (text[i] == 'x' && i && p < ENT_TOKEN_ROOM - 2 && s < ENT_TOKEN_ROOM - 2) {
			t->phon[p++] = 'k';
			t->sound[s++] = 'k';
			t->skeleton[k++] = 'k';
		}
		if (p < ENT_TOKEN_ROOM - 1)
			t->phon[p++] = c;
		last = c;
		if (v) {
			if (!vowel && s < ENT_TOKEN_ROOM - 1)
				t->sound[s++] = vowel_class(c);
			vowel = true;
			continue;
		}
		if (!(end && c == 'h' && i) && s < ENT_TOKEN_ROOM - 1)
			t->sound[s++] = c;
		if (c != 'v' && c != 'y' && !(end && i && (c == 'h' || c == 't')) &&
		    k < ENT_TOKEN_ROOM - 1)
			t->skeleton[k++] = c;
	}
	t->phon[p] = t->sound[s] = t->skeleton[k] = 0;
	if (!strcmp(t->skeleton, "bdl")) /* abdul, abdel: the article is written or not */
		t->skeleton[2] = 0;
}

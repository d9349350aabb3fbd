/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token.c - how a word sounds, and how like two words are.
 */
#include "screen/screen_int.h"

static bool
is_vowel(char c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y';
}

/* Two letters that are one sound. */
/* clang-format off */
static const struct { char two[3]; char one; } digraphs[] = {
	{"kh", 'h'}, {"gh", 'g'}, {"ph", 'f'}, {"sh", 's'}, {"dh", 'd'}, {"th", 't'}, {"ch", 's'},
	{"zh", 'g'}, {"dj", 'g'}, {"ts", 's'}, {"tz", 's'}, {"ck", 'k'}, {"dz", 's'},
};
/* clang-format on */

/* The sound at p, and how many letters it takes. */
static char
sound_at(const char *p, bool abjad, size_t *took)
{
	*took = 1;
	if (!strncmp(p, "sch", 3) || !strncmp(p, "tch", 3)) {
		*took = 3;
		return 's';
	}
	for (size_t i = 0; i < sizeof(digraphs) / sizeof(digraphs[0]); i++)
		if (p[0] == digraphs[i].two[0] && p[1] == digraphs[i].two[1] &&
		    (!abjad || p[1] == 'h')) {
			*took = 2;
			return digraphs[i].one;
		}
	switch (*p) {
	case 'j':
		return 'g';
	case 'q':
	case 'c':
		return 'k';
	case 'z':
	case 'x':
		return 's';
	case 'w':
		return 'v';
	default:
		return *p;
	}
}

static char
vowel_class(char c)
{
	return c == 'o' || c == 'u' ? 'u' : c == 'a' ? 'a' : 'i';
}

static void
hear(struct ent_token *t)
{
	size_t s = 0, k = 0, took;
	bool vowel = false;
	char last = 0;

	for (size_t i = 0; i < t->n; i += took) {
		char c = sound_at(t->text + i, t->abjad, &took);
		bool end = i + took >= t->n;

		if (is_vowel(c) && !(c == 'y' && !i)) {
			if (!vowel)
				t->sound[s++] = vowel_class(c);
			vowel = true;
			last = 0;
			continue;
		}
		if (c != last && !(end && c == 'h' && i))
			t->sound[s++] = c;
		if (c != last && c != 'v' && c != 'y' && !(end && i && (c == 'h' || c == 't')))
			t->skeleton[k++] = c;
		last = c;
	}
	t->sound[s] = 0;
	t->skeleton[k] = 0;
	if (!strcmp(t->skeleton, "bdl")) /* abdul, abdel: the article is written or not */
		t->skeleton[2] = 0;
}

void
ent_token_finish(struct ent_token *t)
{
	size_t digits = 0;

	t->text[t->n] = 0;
	for (size_t i = 0; i < t->n; i++)
		digits += t->text[i] >= '0' && t->text[i] <= '9';
	if (digits)
		t->kind = ENT_TOKEN_NUMBER;
	else if (t->n == 1)
		t->kind = ENT_TOKEN_INITIAL;
	else
		t->kind = (uint8_t)ent_word_kind(t->text);
	t->weight = ent_kind_weight(t->kind);
	hear(t);
}

/* Letters that differ, with neighbours exchanged as one; more than most is most + 1. */
static unsigned
distance(const char *a, size_t an, const char *b, size_t bn, unsigned most)
{
	unsigned rows[3][ENT_TOKEN_ROOM];
	unsigned *before = rows[0], *prev = rows[1], *row = rows[2];

	if (an > bn + most || bn > an + most)
		return most + 1;
	for (size_t j = 0; j <= bn; j++)
		prev[j] = before[j] = (unsigned)j;
	for (size_t i = 1; i <= an; i++) {
		unsigned *spare;

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= bn; j++) {
			unsigned d = prev[j - 1] + (a[i - 1] != b[j - 1]);

			d = prev[j] + 1 < d ? prev[j] + 1 : d;
			d = row[j - 1] + 1 < d ? row[j - 1] + 1 : d;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < d)
				d = before[j - 2] + 1;
			row[j] = d;
		}
		spare = before;
		before = prev;
		prev = row;
		row = spare;
	}
	return prev[bn] > most ? most + 1 : prev[bn];
}

static unsigned
budget(size_t n)
{
	return n <= 2 ? 0 : n <= 5 ? 1 : n <= 9 ? 2 : 3;
}

const char *
ent_token_bare(const struct ent_token *t)
{
	return t->abjad && t->n >= 4 && t->text[0] == 'a' && t->text[1] == 'l' &&
	               t->skeleton[0] == 'l' && t->skeleton[1]
	           ? t->skeleton + 1
	           : NULL;
}

static double
consonants(const char *a, const char *b)
{
	size_t an = strlen(a), bn = strlen(b), least = an < bn ? an : bn;

	if (!least)
		return 0;
	if (!strcmp(a, b))
		return least >= 3 ? 0.92 : least == 2 ? 0.86 : 0.7;
	if (least >= 4 && distance(a, an, b, bn, 1) <= 1)
		return 0.72;
	return 0;
}

static double
without_vowels(const struct ent_token *a, const struct ent_token *b)
{
	const char *x = ent_token_bare(a), *y = ent_token_bare(b);
	double whole = consonants(a->skeleton, b->skeleton), without = 0;

	if (x)
		without = consonants(x, b->skeleton);
	else if (y)
		without = consonants(a->skeleton, y);
	return whole > without ? whole : without;
}

double
ent_token_likeness(const struct ent_token *a, const struct ent_token *b, enum ent_pairing *why)
{
	size_t long_n = a->n > b->n ? a->n : b->n, short_n = a->n < b->n ? a->n : b->n;
	unsigned most = budget(long_n), d;
	double best = 0, by_sound;

	*why = ENT_PAIR_EQUAL;
	if (a->n == b->n && !memcmp(a->text, b->text, a->n))
		return 1;
	if (a->kind == ENT_TOKEN_NUMBER || b->kind == ENT_TOKEN_NUMBER)
		return 0;
	if (short_n == 1) {
		*why = ENT_PAIR_INITIAL;
		return a->text[0] == b->text[0] ? 0.75 : 0;
	}
	*why = ENT_PAIR_SPELLING;
	d = distance(a->text, a->n, b->text, b->n, most);
	if (d <= most) {
		best = 1 - (double)d / (double)long_n;
		if (a->text[0] != b->text[0])
			best -= 0.08;
	}
	if (!strcmp(a->sound, b->sound)) {
		by_sound = strlen(a->sound) >= 3 ? 0.93 : 0.85;
		if (by_sound > best) {
			best = by_sound;
			*why = ENT_PAIR_SOUND;
		}
	}
	if (a->abjad != b->abjad) {
		by_sound = without_vowels(a, b);
		if (by_sound > best) {
			best = by_sound;
			*why = ENT_PAIR_SCRIPT;
		}
	}
	return best > 0 ? best : 0;
}

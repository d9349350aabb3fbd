/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token.c - how like two words are.
 */
#include "screen/screen_int.h"

/* In which words may differ that are one without vowels; the article is one of them. */
#define CONSONANTS 3
/* The least likeness of a word without vowels: what is less may be any. */
#define VOWELLESS 0.76

static uint32_t
letters_of(const char *p)
{
	uint32_t bits = 0;

	for (; *p; p++)
		bits |= 1u << (*p >= 'a' ? *p - 'a' : 26 + (*p - '0') % 6);
	return bits;
}

void
ent_token_finish(struct ent_token *t)
{
	size_t digits = 0;

	t->text[t->n] = 0;
	for (size_t i = 0; i < t->n; i++)
		digits += t->text[i] >= '0' && t->text[i] <= '9';
	ent_word_look(t);
	if (t->n == 1)
		t->kind = digits ? ENT_TOKEN_NUMBER : ENT_TOKEN_INITIAL;
	else if (digits && !t->group)
		t->kind = ENT_TOKEN_NUMBER;
	t->weight = ent_kind_weight(t->kind);
	ent_token_hear(t);
	t->letters = letters_of(t->text);
	t->consonants = letters_of(t->skeleton);
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
	return t->abjad && t->n >= 4 && t->phon[0] == 'a' && t->phon[1] == 'l' && t->phon[2]
	           ? t->phon + 2
	           : NULL;
}

static double
without_vowels(const struct ent_token *a, const struct ent_token *v)
{
	const char *bare = ent_token_bare(a);
	double whole = ent_abjad_likeness(a->phon, v->phon), rest = 0;

	if (bare)
		rest = ent_abjad_likeness(bare, v->phon);
	whole = whole > rest ? whole : rest;
	return whole >= VOWELLESS ? whole : 0;
}

/* Of words that sound alike: how like their vowels are. */
static double
by_sound(const struct ent_token *a, const struct ent_token *b)
{
	double longer = 0;
	size_t an, bn, n;
	unsigned d;

	if (a->sound[0] != b->sound[0] || strcmp(a->sound, b->sound) != 0)
		return 0;
	if (a->n > b->n + 2 || b->n > a->n + 2) /* Ruiz, Rossiya */
		longer = 0.1;
	an = strlen(a->phon);
	bn = strlen(b->phon);
	n = an > bn ? an : bn;
	d = distance(a->phon, an, b->phon, bn, 4);
	return 0.97 - (n <= 4 ? 0.5 : 0.35) * (double)d / (double)n - (n < 3 ? 0.1 : 0) -
	       longer;
}

bool
ent_letters_differ(uint32_t a, size_t an, uint32_t b, size_t bn)
{
	unsigned most = budget(an > bn ? an : bn);

	/* An edit changes two letters at most. */
	return an > bn + most || bn > an + most ||
	       (unsigned)__builtin_popcount(a ^ b) > 2 * most;
}

/* Whether one is the start of a word that organisations have, or some of its consonants. */
static bool
abbreviates(const struct ent_token *a, const struct ent_token *b)
{
	const struct ent_token *whole = a->n > b->n ? a : b, *cut = a->n > b->n ? b : a;
	size_t i = 1, k = 1;

	if ((whole->kind != ENT_TOKEN_GENERIC && whole->kind != ENT_TOKEN_FORM) ||
	    whole->n < cut->n + 2 || whole->text[0] != cut->text[0])
		return false;
	if (!memcmp(whole->text, cut->text, cut->n))
		return true;
	for (; k < cut->n && i < whole->n; i++)
		if (whole->text[i] == cut->text[k])
			k++;
	return k == cut->n && !strpbrk(cut->text + 1, "aeiou");
}

double
ent_token_likeness(const struct ent_token *a, const struct ent_token *b, enum ent_pairing *why)
{
	size_t long_n = a->n > b->n ? a->n : b->n, short_n = a->n < b->n ? a->n : b->n;
	unsigned most = budget(long_n), d;
	double best = 0, other;

	*why = ENT_PAIR_EQUAL;
	if (a->n == b->n && !memcmp(a->text, b->text, a->n))
		return 1;
	if (a->from || b->from) {
		*why = ENT_PAIR_SCRIPT;
		return ent_reading_likeness(a, b);
	}
	if (a->group && a->group == b->group) {
		*why = ENT_PAIR_FORM;
		return 0.95;
	}
	if (a->kind == ENT_TOKEN_NUMBER || b->kind == ENT_TOKEN_NUMBER)
		return 0;
	if (short_n == 1) {
		*why = ENT_PAIR_INITIAL;
		return a->text[0] == b->text[0] ? 0.75 : 0;
	}
	if (a->abjad != b->abjad) {
		*why = ENT_PAIR_SCRIPT;
		if (__builtin_popcount(a->consonants ^ b->consonants) > CONSONANTS)
			return 0;
		return a->abjad ? without_vowels(a, b) : without_vowels(b, a);
	}
	*why = ENT_PAIR_SPELLING;
	d = ent_letters_differ(a->letters, a->n, b->letters, b->n)
	        ? most + 1
	        : distance(a->text, a->n, b->text, b->n, most);
	if (d <= most) {
		best =
		    long_n == 3 && !a->from && !b->from ? 0.7 : 1 - (double)d / (double)long_n;
		if (a->text[0] != b->text[0] && a->text[1] != b->text[0])
			best -= 0.08;
	}
	if (short_n >= 3 && abbreviates(a, b)) {
		*why = ENT_PAIR_FORM;
		return 0.85;
	}
	other = by_sound(a, b);
	if (other > best) {
		best = other;
		*why = ENT_PAIR_SOUND;
	}
	return best > 0 ? best : 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * abjad.c - a word written without vowels against one written with them.
 */
#include "screen/screen_int.h"

#define BEST 0.96 /* nothing is certain without vowels */

/* What it costs to take one letter for another, to leave out one of the word without vowels,
 * and to read in one of the other; 1 is a consonant. */
#define SHORT_VOWEL 0.05

static bool
is_vowel(char c)
{
	return c == 'a' || c == 'i' || c == 'u';
}

/* Consonants that one language writes for the other's, and what that costs. */
static double
near(char a, char b)
{
	static const struct {
		char pair[3];
		double cost;
	} known[] = { { "kg", 0.45 }, { "kh", 0.45 }, { "td", 0.45 }, { "pb", 0.2 },
		      { "vb", 0.45 }, { "vf", 0.45 }, { "fb", 0.45 }, { "ts", 0.6 },
		      { "st", 0.6 },  { "ds", 0.45 }, { "dt", 0.45 }, { "gk", 0.45 } };

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if ((a == known[i].pair[0] && b == known[i].pair[1]) ||
		    (a == known[i].pair[1] && b == known[i].pair[0]))
			return known[i].cost;
	return 1;
}

static double
swap_cost(char a, bool first, bool last, char v)
{
	if (a == v)
		return 0;
	switch (a) {
	case 'a':
		return v == 'i' || v == 'u' ? (first ? 0.05 : 0.25) : 1;
	case 'v':
		return v == 'u' ? 0 : v == 'a' ? 0.6 : near(a, v);
	case 'y':
		return v == 'i' ? 0 : v == 'a' ? (last ? 0.25 : 0.6) : 1;
	case 'h':
		return last && (v == 't' || v == 'a') ? 0.05 : near(a, v);
	default:
		return is_vowel(v) ? 1.5 : near(a, v);
	}
}

static double
omit_cost(char a, bool first, bool last)
{
	switch (a) {
	case 'a':
		return first ? 0.4 : 0.25;
	case 'v':
	case 'y':
		return 0.6;
	case 'h':
		return last ? 0.05 : 0.6;
	default:
		return 1;
	}
}

/* Long vowels, and those at either end, are mostly written. */
static double
insert_cost(const char *voiced, size_t j, size_t m)
{
	char v = voiced[j];

	if (is_vowel(v))
		return !j || j + 1 == m                                ? 0.35
		       : is_vowel(voiced[j - 1]) || voiced[j + 1] == v ? 0.25
		                                                       : SHORT_VOWEL;
	if (v == 'h')
		return j + 1 == m ? 0.05 : 0.5;
	return v == 'y' || v == 'v' ? 0.5 : 1;
}

double
ent_abjad_likeness(const char *abjad, const char *voiced)
{
	size_t n = strlen(abjad), m = strlen(voiced);
	double rows[2][ENT_TOKEN_ROOM], *prev = rows[0], *row = rows[1], cost;

	if (!n || !m)
		return 0;
	prev[0] = 0;
	for (size_t j = 1; j <= m; j++)
		prev[j] = prev[j - 1] + insert_cost(voiced, j - 1, m);
	for (size_t i = 1; i <= n; i++) {
		bool first = i == 1, last = i == n;
		double *spare = prev;

		row[0] = prev[0] + omit_cost(abjad[i - 1], first, last);
		for (size_t j = 1; j <= m; j++) {
			double best = prev[j - 1] + swap_cost(abjad[i - 1], first,
			                                      last && j == m, voiced[j - 1]);
			double omit = prev[j] + omit_cost(abjad[i - 1], first, last);
			double insert = row[j - 1] + insert_cost(voiced, j - 1, m);

			best = omit < best ? omit : best;
			row[j] = insert < best ? insert : best;
		}
		prev = row;
		row = spare;
	}
	cost = prev[m] / (double)(n < 2 ? 2 : n);
	return cost < BEST ? BEST - cost : 0;
}

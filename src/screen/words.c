/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.c - words of names that say little: particles, titles, legal forms, generic words and
 * very common given names.
 *
 * Origin: put together for this project from general knowledge of names and company law; no
 * list or corpus was copied.  Words are as fold.c writes them, and in order.
 */
#include "screen/screen_int.h"

struct word {
	const char *text;
	enum ent_token_kind kind;
};

#define P ENT_TOKEN_PARTICLE
#define T ENT_TOKEN_TITLE
#define F ENT_TOKEN_FORM
#define G ENT_TOKEN_GENERIC
#define C ENT_TOKEN_COMMON

/* clang-format off */
static const struct word words[] = {
	{"ab", F}, {"abd", C}, {"abdul", C}, {"abu", P}, {"ag", F}, {"ahmad", C}, {"ahmed", C}, {"al", P},
	{"ali", C}, {"an", P}, {"and", P}, {"ao", F}, {"ar", P}, {"as", F}, {"at", P}, {"az", P},
	{"bank", G}, {"ben", P}, {"bin", P}, {"bint", P}, {"bv", F}, {"business", G}, {"bvba", F},
	{"capital", G}, {"center", G}, {"centre", G}, {"co", F}, {"company", F}, {"construction", G},
	{"corp", F}, {"corporation", F}, {"da", P}, {"de", P}, {"del", P}, {"della", P}, {"den", P},
	{"der", P}, {"di", P}, {"do", P}, {"dos", P}, {"dr", T}, {"du", P}, {"ed", P}, {"el", P},
	{"energy", G}, {"engineering", G}, {"enterprise", G}, {"enterprises", G}, {"et", P}, {"foundation", G},
	{"for", P}, {"general", G}, {"global", G}, {"gmbh", F}, {"group", G}, {"grp", G}, {"haji", T}, {"hajji", T},
	{"hassan", C}, {"holding", G}, {"holdings", G}, {"hussein", C}, {"ibn", P}, {"inc", F}, {"incorporated", F},
	{"industries", G}, {"industry", G}, {"int", G}, {"international", G}, {"intl", G}, {"investment", G},
	{"investments", G}, {"jr", T}, {"jsc", F}, {"kg", F}, {"la", P}, {"le", P}, {"limited", F}, {"limitee", F},
	{"llc", F}, {"llp", F}, {"logistics", G}, {"lp", F}, {"ltd", F}, {"management", G}, {"maulavi", T},
	{"maulawi", T}, {"mohamed", C}, {"mohammad", C}, {"mohammed", C}, {"mr", T}, {"mrs", T}, {"ms", T},
	{"muhammad", C}, {"mulla", T}, {"mullah", T}, {"nv", F}, {"oao", F}, {"of", P}, {"ojsc", F}, {"ooo", F},
	{"organisation", G}, {"organization", G}, {"oy", F}, {"pao", F}, {"pjsc", F}, {"plc", F}, {"prof", T},
	{"pte", F}, {"pty", F}, {"pvt", F}, {"sa", F}, {"sarl", F}, {"services", G}, {"shaykh", T}, {"sheikh", T},
	{"shipping", G}, {"sir", T}, {"sl", F}, {"solutions", G}, {"spa", F}, {"sr", T}, {"srl", F}, {"systems", G},
	{"technologies", G}, {"technology", G}, {"the", P}, {"trading", G}, {"trust", G}, {"ul", P}, {"und", P},
	{"van", P}, {"vande", P}, {"von", P}, {"y", P}, {"zao", F},
};
static const double weights[] = {
	[ENT_TOKEN_NAME] = 1.0, [P] = 0.15, [T] = 0.2, [F] = 0.15, [G] = 0.5, [C] = 0.7,
	[ENT_TOKEN_NUMBER] = 1.0, [ENT_TOKEN_INITIAL] = 0.5,
};
/* clang-format on */

enum ent_token_kind
ent_word_kind(const char *word)
{
	/* A hundred words: whole names are compared, not texts. */
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].text[0] == word[0] && !strcmp(words[i].text, word))
			return words[i].kind;
	return ENT_TOKEN_NAME;
}

double
ent_kind_weight(enum ent_token_kind kind)
{
	return weights[kind];
}

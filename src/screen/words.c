/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words.c - what a word of a name is, and legal forms that are written out.
 */
#include "screen/words_int.h"

/* How much a word counts. */
/* clang-format off */
static const double weights[] = {
	[ENT_TOKEN_NAME] = 1.0, [ENT_TOKEN_PARTICLE] = 0.15, [ENT_TOKEN_TITLE] = 0.2, [ENT_TOKEN_FORM] = 0.15,
	[ENT_TOKEN_GENERIC] = 0.5, [ENT_TOKEN_COMMON] = 0.7, [ENT_TOKEN_FATHER] = 0.5, [ENT_TOKEN_NUMBER] = 0.6, [ENT_TOKEN_INITIAL] = 0.5,
};

/* Legal forms written out, the longer ones of a start first; origin: company law of the
 * countries, put together for this project. */
static const struct { const char *words; const char *form; } phrases[] = {
	{"limited liability company", "llc"}, {"limited liability partnership", "llp"},
	{"open joint stock company", "ojsc"}, {"closed joint stock company", "cjsc"},
	{"public joint stock company", "pjsc"}, {"private joint stock company", "jsc"},
	{"joint stock company", "jsc"}, {"joint stock co", "jsc"}, {"public limited company", "plc"},
	{"private limited company", "ltd"}, {"private limited", "ltd"}, {"pvt ltd", "ltd"}, {"pte ltd", "ltd"}, {"pty ltd", "ltd"},
	{"co ltd", "ltd"}, {"company limited", "ltd"}, {"limited company", "ltd"},
	{"societatea cu raspundere limitata", "srl"}, {"societate cu raspundere limitata", "srl"},
	{"gesellschaft mit beschrankter haftung", "gmbh"}, {"gesellschaft mbh", "gmbh"},
	{"sociedad de responsabilidad limitada", "srl"}, {"societa a responsabilita limitata", "srl"},
	{"societe a responsabilite limitee", "sarl"}, {"sociedad anonima de capital variable", "sa"},
	{"sociedad anonima", "sa"}, {"sociedade anonima", "sa"}, {"societe anonyme", "sa"}, {"sa de cv", "sa"},
	{"societa per azioni", "spa"}, {"naamloze vennootschap", "nv"}, {"besloten vennootschap", "bv"},
	{"spolka z ograniczona odpowiedzialnoscia", "spzoo"}, {"sp z o o", "spzoo"}, {"sp zoo", "spzoo"},
	{"spolka akcyjna", "sa"}, {"spolecnost s rucenim omezenym", "sro"}, {"s r o", "sro"}, {"d o o", "doo"},
	{"obshchestvo s ogranichennoy otvetstvennostyu", "ooo"}, {"publichnoe aktsionernoe obshchestvo", "pao"},
	{"otkrytoe aktsionernoe obshchestvo", "oao"}, {"zakrytoe aktsionernoe obshchestvo", "zao"},
	{"aktsionernoe obshchestvo", "ao"}, {"anonim sirketi", "as"}, {"a s", "as"}, {"s a", "sa"}, {"l l c", "llc"},
	{"sendirian berhad", "sdnbhd"}, {"sdn bhd", "sdnbhd"}, {"kabushiki kaisha", "kk"},
	{"free zone establishment", "fze"}, {"limited partnership", "lp"},
};
/* clang-format on */

static const struct ent_word *
find(const char *text)
{
	size_t low = 0, high = ent_words_n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(ent_words[mid].text, text);

		if (!order)
			return &ent_words[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

enum ent_token_kind
ent_word_kind(const char *word)
{
	const struct ent_word *w = find(word);

	return w ? w->kind : ENT_TOKEN_NAME;
}

/* Ends of what East Slavic names make of the father's. */
static bool
is_father(const struct ent_token *t)
{
	static const char *const ends[] = { "ovich",  "evich",  "ovna",   "evna", "ovych",
		                            "evych",  "ivna",   "avich",  "awna", "avna",
		                            "ovitch", "witsch", "evitch", "ovic", "evic" };

	if (t->n < 7 || !strchr("hac", t->text[t->n - 1]))
		return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t n = strlen(ends[i]);

		if (t->n >= n + 3 && !strcmp(t->text + t->n - n, ends[i]))
			return true;
	}
	return false;
}

void
ent_word_look(struct ent_token *t)
{
	const struct ent_word *w = find(t->text);

	t->kind = w ? w->kind : is_father(t) ? ENT_TOKEN_FATHER : ENT_TOKEN_NAME;
	t->group = w ? w->group : 0;
}

double
ent_kind_weight(enum ent_token_kind kind)
{
	return weights[kind];
}

/* How many words of the name, from the i-th on, are a phrase's; 0: not all of it. */
static size_t
matches(const struct ent_name *name, size_t i, const char *words)
{
	size_t n = 0;

	while (*words) {
		size_t len = strcspn(words, " ");

		if (i + n >= name->n || name->token[i + n].n != len ||
		    memcmp(name->token[i + n].text, words, len) != 0)
			return 0;
		n++;
		words += len + (words[len] == ' ');
	}
	return n;
}

static size_t
phrase_at(const struct ent_name *name, size_t i, const char **form)
{
	for (size_t k = 0; k < sizeof(phrases) / sizeof(phrases[0]); k++) {
		size_t n = phrases[k].words[0] == name->token[i].text[0]
		               ? matches(name, i, phrases[k].words)
		               : 0;

		if (n) {
			*form = phrases[k].form;
			return n;
		}
	}
	return 0;
}

void
ent_name_forms(struct ent_name *name)
{
	for (size_t i = 0; i < name->n; i++) {
		const char *form = NULL;
		size_t n = phrase_at(name, i, &form);
		struct ent_token *t = &name->token[i];

		if (!n)
			continue;
		memmove(t + 1, t + n, (name->n - i - n) * sizeof(*t));
		name->n -= n - 1;
		t->n = (uint8_t)strlen(form);
		memcpy(t->text, form, t->n);
		ent_token_finish(t);
	}
}

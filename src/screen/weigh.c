/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weigh.c - what an alignment of words is worth once it is known what bears the names.
 */
#include "screen/screen_int.h"

#define OTHER_KIND 0.8  /* a person against an organisation */
#define NOTHING    0.74 /* organisations with nothing in common but what many have */

#define BOTH_UNMET 0.05 /* each has a whole word that the other doesn't know */
#define ROLES      0.3  /* son and father have changed places */
#define GENDER     0.12 /* a man's form of a name against a woman's */

/* What a name is asked for as, and by what words. */
/* clang-format off */
static const struct { const char *word; enum ent_name_of kind; } kinds[] = {
	{"unknown", ENT_OF_UNKNOWN}, {"person", ENT_OF_PERSON}, {"organisation", ENT_OF_ORGANISATION},
	{"vessel", ENT_OF_VESSEL}, {"aircraft", ENT_OF_AIRCRAFT},
	{"organization", ENT_OF_ORGANISATION}, {"entity", ENT_OF_ORGANISATION},
	{"company", ENT_OF_ORGANISATION}, {"individual", ENT_OF_PERSON},
};
/* clang-format on */

enum ent_name_of
ent_name_of(struct ent_str s)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (ent_str_caseis(s, kinds[i].word))
			return kinds[i].kind;
	return ENT_OF_UNKNOWN;
}

const char *
ent_name_of_name(enum ent_name_of kind)
{
	return kinds[kind].word;
}

/* Whether a word tells one organisation from another. */
static bool
tells(const struct ent_token *t)
{
	return t->kind == ENT_TOKEN_NAME || t->kind == ENT_TOKEN_COMMON ||
	       t->kind == ENT_TOKEN_NUMBER;
}

/* Whether some of what belongs together tells. */
static bool
common_ground(const struct ent_name *a, const struct ent_alignment *g)
{
	for (size_t i = 0; i < g->n; i++)
		for (size_t k = 0; k < g->pair[i].a_n; k++)
			if (tells(&a->token[g->pair[i].a + k]))
				return true;
	return false;
}

/* Whether a name has a whole word that nothing of the other belongs to. */
static bool
unmet(const struct ent_name *n, const bool *used, double weight)
{
	for (size_t i = 0; i < n->n; i++)
		if (!used[i] && n->token[i].weight >= weight)
			return true;
	return false;
}

/* How many words of a name say who it is. */
static size_t
words_that_say(const struct ent_name *n)
{
	size_t k = 0;

	for (size_t i = 0; i < n->n; i++)
		k += n->token[i].weight >= 0.5;
	return k;
}

/* Whether a query is a name of one word, which is part of too many others: in one word or
 * joined up of some, and with a title or a legal form only if it is the same word. */
static bool
is_the_word(const struct ent_name *a, const struct ent_name *b, const struct ent_alignment *g)
{
	bool same = false, more = false;

	if (unmet(a, g->a_used, 0.5))
		return false;
	for (size_t i = 0; i < g->n; i++)
		same |=
		    g->pair[i].why == ENT_PAIR_EQUAL && b->token[g->pair[i].b].weight >= 0.5;
	for (size_t i = 0; i < a->n; i++)
		more |= !g->a_used[i];
	return same || !more;
}

/* ---- sons and fathers ---- */

/* The place of the first bin or ibn that has words on both sides; 0: none. */
static size_t
son_of(const struct ent_name *n)
{
	for (size_t i = 1; i + 1 < n->n; i++)
		if (!strcmp(n->token[i].text, "bin") || !strcmp(n->token[i].text, "ibn") ||
		    !strcmp(n->token[i].text, "ben") || !strcmp(n->token[i].text, "bn"))
			return i;
	return 0;
}

/* Whether son and father have changed places: Ahmed bin Ali, Ali bin Ahmed. */
static bool
roles_change(const struct ent_name *a, const struct ent_name *b, const struct ent_alignment *g)
{
	size_t x = son_of(a), y = son_of(b), there = 0;

	if (!x || !y)
		return false;
	for (size_t i = 0; i < g->n; i++) {
		if (g->pair[i].a == x - 1 && g->pair[i].b == y + 1)
			there |= 1;
		if (g->pair[i].a == x + 1 && g->pair[i].b == y - 1)
			there |= 2;
	}
	return there == 3;
}

/* ---- men and women ---- */

static bool
ends(const struct ent_token *t, const char *end)
{
	size_t n = strlen(end);

	return t->n > n + 1 && !strcmp(t->text + t->n - n, end);
}

/* Whether two words are one name but for the ending that says man or woman. */
static bool
genders_differ(const struct ent_token *a, const struct ent_token *b)
{
	static const struct {
		const char *man, *woman;
	} forms[] = { { "ov", "ova" },     { "ev", "eva" },     { "in", "ina" },
		      { "sky", "skaya" },  { "ski", "ska" },    { "skiy", "skaya" },
		      { "ich", "na" },     { "skii", "skaia" }, { "dr", "dra" },
		      { "son", "dottir" }, { "off", "ova" } };

	/* Daniel, Daniela */
	if ((a->n == b->n + 1 && a->text[b->n] == 'a' && !memcmp(a->text, b->text, b->n)) ||
	    (b->n == a->n + 1 && b->text[a->n] == 'a' && !memcmp(a->text, b->text, a->n)))
		return true;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if ((ends(a, forms[i].man) && ends(b, forms[i].woman)) ||
		    (ends(b, forms[i].man) && ends(a, forms[i].woman)))
			return true;
	return false;
}

static size_t
count_genders(const struct ent_name *a, const struct ent_name *b, const struct ent_alignment *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++)
		n += genders_differ(&a->token[g->pair[i].a], &b->token[g->pair[i].b]);
	return n;
}

/* ---- */

void
ent_weigh(const struct ent_name *a, enum ent_name_of a_kind, const struct ent_name *b,
          enum ent_name_of b_kind, struct ent_alignment *g)
{
	bool one = a_kind == ENT_OF_PERSON, two = b_kind == ENT_OF_PERSON;

	if (a_kind && b_kind && one != two)
		g->score *= OTHER_KIND;
	if (unmet(a, g->a_used, 0.7) && unmet(b, g->b_used, 0.7))
		g->score -= BOTH_UNMET;
	if (roles_change(a, b, g))
		g->score -= ROLES;
	if ((one || two || (!a_kind && !b_kind)))
		g->score -= GENDER * (double)count_genders(a, b, g);
	if (g->score > NOTHING && g->score < 0.99 && !one && !two && !common_ground(a, g))
		g->score = NOTHING;
	if (g->score > NOTHING && words_that_say(b) == 1 && !is_the_word(a, b, g))
		g->score = NOTHING;
	g->score = g->score > 0 ? g->score : 0;
}

void
ent_compare(const struct ent_name *query, enum ent_name_of query_kind,
            const struct ent_name *name, enum ent_name_of name_kind, struct ent_alignment *out)
{
	ent_align(query, name, out);
	ent_weigh(query, query_kind, name, name_kind, out);
}

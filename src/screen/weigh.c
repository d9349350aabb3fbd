/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weigh.c - what an alignment of words is worth once it is known what bears the names.
 */
#include "screen/screen_int.h"

#define OTHER_KIND 0.8  /* a person against an organisation */
#define NOTHING    0.74 /* organisations with nothing in common but what many have */

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

void
ent_weigh(const struct ent_name *a, enum ent_name_of a_kind, const struct ent_name *b,
          enum ent_name_of b_kind, struct ent_alignment *g)
{
	bool one = a_kind == ENT_OF_PERSON, two = b_kind == ENT_OF_PERSON;

	(void)b;
	if (a_kind && b_kind && one != two)
		g->score *= OTHER_KIND;
	if (g->score > NOTHING && g->score < 0.99 && !one && !two && !common_ground(a, g))
		g->score = NOTHING;
}

void
ent_compare(const struct ent_name *query, enum ent_name_of query_kind,
            const struct ent_name *name, enum ent_name_of name_kind, struct ent_alignment *out)
{
	ent_align(query, name, out);
	ent_weigh(query, query_kind, name, name_kind, out);
}

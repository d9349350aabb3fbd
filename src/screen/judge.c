/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge.c - bands from a name's score and what is known beside it, and the sentence that
 * explains them.
 */
#include "screen/screen.h"

static const double floors[] = { 0, 0.75, 0.85, 0.97 }; /* of the bands */

const char *
ent_band_name(enum ent_band band)
{
	static const char *const names[] = { "weak", "possible", "strong", "exact" };

	return names[band];
}

double
ent_band_floor(enum ent_band band)
{
	return floors[band];
}

static int
year_of(struct ent_str s)
{
	uint64_t year;

	if (s.n < 4 || (s.n > 4 && s.p[4] != '-') ||
	    ent_str_u64((struct ent_str){ s.p, 4 }, 2200, &year) || year < 1800)
		return 0;
	return (int)year;
}

enum ent_evidence
ent_birth_evidence(struct ent_str a, struct ent_str b)
{
	int x = year_of(a), y = year_of(b);

	if (!x || !y)
		return ENT_EVIDENCE_NONE;
	return x - y <= 1 && y - x <= 1 ? ENT_EVIDENCE_AGREES : ENT_EVIDENCE_CONTRADICTS;
}

enum ent_evidence
ent_country_evidence(struct ent_str a, struct ent_str b)
{
	a = ent_str_trim(a);
	b = ent_str_trim(b);
	if (!a.n || !b.n || (a.n == 2) != (b.n == 2)) /* a code says nothing about a name */
		return ENT_EVIDENCE_NONE;
	if (a.n != b.n)
		return ENT_EVIDENCE_CONTRADICTS;
	for (size_t i = 0; i < a.n; i++)
		if (((unsigned char)a.p[i] | 32) != ((unsigned char)b.p[i] | 32))
			return ENT_EVIDENCE_CONTRADICTS;
	return ENT_EVIDENCE_AGREES;
}

enum ent_band
ent_judge(double score, enum ent_evidence birth, enum ent_evidence country)
{
	enum ent_band band = ENT_BAND_EXACT;

	while (band > ENT_BAND_WEAK && score < floors[band])
		band--;

	if (birth == ENT_EVIDENCE_CONTRADICTS && band > ENT_BAND_WEAK)
		return band - 1;
	if (birth == ENT_EVIDENCE_AGREES && country != ENT_EVIDENCE_CONTRADICTS &&
	    band == ENT_BAND_POSSIBLE)
		return ENT_BAND_STRONG;
	return band;
}

static void
words(struct ent_buf *b, const struct ent_name *name, size_t at, size_t n)
{
	ent_buf_ch(b, '"');
	for (size_t i = 0; i < n; i++) {
		ent_buf_c(b, i ? " " : "");
		ent_buf_c(b, name->token[at + i].text);
	}
	ent_buf_ch(b, '"');
}

static bool
left_over(struct ent_buf *b, const struct ent_name *name, const bool *used, const char *what)
{
	bool any = false;

	for (size_t i = 0; i < name->n; i++) {
		if (used[i])
			continue;
		ent_buf_c(b, any ? ", " : what);
		words(b, name, i, 1);
		any = true;
	}
	return any;
}

void
ent_explain(struct ent_buf *b, const struct ent_name *query, const struct ent_name *name,
            const struct ent_alignment *g, enum ent_evidence birth, enum ent_evidence country)
{
	static const char *const why[] = {
		[ENT_PAIR_EQUAL] = "equals",
		[ENT_PAIR_SPELLING] = "is spelt like",
		[ENT_PAIR_SOUND] = "sounds like",
		[ENT_PAIR_SCRIPT] = "has the consonants of",
		[ENT_PAIR_INITIAL] = "may begin with",
		[ENT_PAIR_JOINED] = "joins up with",
		[ENT_PAIR_FORM] = "is another form of",
	};

	for (size_t i = 0; i < g->n; i++) {
		ent_buf_c(b, i ? ", " : "");
		words(b, query, g->pair[i].a, g->pair[i].a_n);
		ent_buf_printf(b, " %s ", why[g->pair[i].why]);
		words(b, name, g->pair[i].b, g->pair[i].b_n);
	}
	if (!g->n)
		ent_buf_c(b, "no word of the names belongs together");
	left_over(b, query, g->a_used, "; only in the query: ");
	left_over(b, name, g->b_used, "; only in the candidate: ");
	if (birth)
		ent_buf_printf(b, "; the birth dates %s",
		               birth == ENT_EVIDENCE_AGREES ? "agree" : "contradict");
	if (country)
		ent_buf_printf(b, "; the countries %s",
		               country == ENT_EVIDENCE_AGREES ? "agree" : "differ");
	ent_buf_ch(b, '.');
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen.h - compares names: folded to Latin tokens, aligned token by token, scored, judged
 * with what else is known, and explained.
 */
#ifndef ENT_SCREEN_SCREEN_H
#define ENT_SCREEN_SCREEN_H
#include <entente/json.h>

#include "base/buf.h"
#include "base/limits.h"

/* Letters kept of a token, and its NUL: longer words differ earlier. */
#define ENT_TOKEN_ROOM 32

enum ent_token_kind {
	ENT_TOKEN_NAME,
	ENT_TOKEN_PARTICLE, /* bin, al, de, van */
	ENT_TOKEN_TITLE,    /* haji, mullah, dr */
	ENT_TOKEN_FORM,     /* ltd, gmbh, ooo */
	ENT_TOKEN_GENERIC,  /* company, trading, group */
	ENT_TOKEN_COMMON,   /* a given name that very many people have */
	ENT_TOKEN_FATHER,   /* of the father's name: Ivanovich, Ivanovna */
	ENT_TOKEN_NUMBER,
	ENT_TOKEN_INITIAL
};

/* What a word was read from: signs that have other readings too. */
enum ent_token_from { ENT_FROM_LETTERS, ENT_FROM_HAN, ENT_FROM_KOREAN };

struct ent_token {
	char text[ENT_TOKEN_ROOM];     /* a-z, 0-9; NUL at the end */
	char phon[ENT_TOKEN_ROOM];     /* how it sounds */
	char sound[ENT_TOKEN_ROOM];    /* the same, of vowels only the first */
	char skeleton[ENT_TOKEN_ROOM]; /* consonants alone, for scripts without vowels */
	uint8_t n;
	uint8_t kind;                 /* enum ent_token_kind */
	bool abjad;                   /* written without vowels */
	uint8_t from;                 /* enum ent_token_from */
	uint32_t letters, consonants; /* which are in text and skeleton, a bit each from a on */
	uint16_t group; /* words of one group are one word in other forms; 0: of none */
	double weight;
};

struct ent_name {
	struct ent_token token[ENT_NAME_TOKENS];
	size_t n;
	bool cut; /* longer than what is compared */
};

/* What folding needs; belongs to one thread at a time. */
struct ent_folder;
/* NULL, with the reason in err, if memory ran out or ICU lacks its data. */
struct ent_folder *ent_folder_new(struct ent_err *err);
void ent_folder_free(struct ent_folder *f); /* NULL is fine */
/* Any bytes: those that aren't UTF-8 separate words, and what is longer than ENT_NAME_BYTES is
 * left out.  ENT_EINVAL if ICU fails. */
int ent_name_fold(struct ent_folder *f, struct ent_str name, struct ent_name *out,
                  struct ent_err *err);

enum ent_pairing {
	ENT_PAIR_EQUAL,
	ENT_PAIR_SPELLING,
	ENT_PAIR_SOUND,
	ENT_PAIR_SCRIPT,
	ENT_PAIR_INITIAL,
	ENT_PAIR_JOINED,
	ENT_PAIR_FORM
};

/* How like two tokens are, 0 to 1, and why; symmetric. */
double ent_token_likeness(const struct ent_token *a, const struct ent_token *b,
                          enum ent_pairing *why);

struct ent_alignment {
	struct {
		uint8_t a, b;     /* the first token of each side */
		uint8_t a_n, b_n; /* how many adjacent ones: more on one side where joined */
		enum ent_pairing why;
		double likeness;
	} pair[ENT_NAME_TOKENS];
	size_t n;
	bool a_used[ENT_NAME_TOKENS], b_used[ENT_NAME_TOKENS];
	bool partial; /* one has a whole word more than the other */
	double score; /* 0 to 1 */
};

/* Which tokens of a and b belong together, and how like the names are. */
void ent_align(const struct ent_name *a, const struct ent_name *b, struct ent_alignment *out);

/* What bears a name. */
enum ent_name_of {
	ENT_OF_UNKNOWN,
	ENT_OF_PERSON,
	ENT_OF_ORGANISATION,
	ENT_OF_VESSEL,
	ENT_OF_AIRCRAFT
};
/* "person", "organisation" or "organization", "entity", "vessel", "aircraft"; else unknown. */
enum ent_name_of ent_name_of(struct ent_str s);
const char *ent_name_of_name(enum ent_name_of kind); /* "unknown" to "aircraft" */
/* ent_align, with what the kinds of things say: the score of a query against a name. */
void ent_compare(const struct ent_name *query, enum ent_name_of query_kind,
                 const struct ent_name *name, enum ent_name_of name_kind,
                 struct ent_alignment *out);

enum ent_band { ENT_BAND_WEAK, ENT_BAND_POSSIBLE, ENT_BAND_STRONG, ENT_BAND_EXACT };
const char *ent_band_name(enum ent_band band); /* "weak" to "exact" */

/* The least score of a band; 0 of the weakest. */
double ent_band_floor(enum ent_band band);

/* What is known beside a name. */
enum ent_evidence { ENT_EVIDENCE_NONE, ENT_EVIDENCE_AGREES, ENT_EVIDENCE_CONTRADICTS };
/* Of two birth dates that begin with a year; none where one has no possible year. */
enum ent_evidence ent_birth_evidence(struct ent_str a, struct ent_str b);
/* Of two countries, as codes or names; none where one is absent. */
enum ent_evidence ent_country_evidence(struct ent_str a, struct ent_str b);
/* The band of a name's score with its evidence, which never makes up for a foreign name. */
enum ent_band ent_judge(double score, enum ent_evidence birth, enum ent_evidence country);
/* One sentence: which tokens belong together, why, and what is left over. */
void ent_explain(struct ent_buf *b, const struct ent_name *query, const struct ent_name *name,
                 const struct ent_alignment *g, enum ent_evidence birth,
                 enum ent_evidence country);

/* Answers one line of `entente screen --pairs` with a JSON object.  ENT_EPARSE if v is no such
 * question. */
int ent_screen_pair(struct ent_folder *f, const struct ent_json *v, struct ent_buf *out,
                    struct ent_err *err);

#endif

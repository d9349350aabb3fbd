/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_int.h - what the files of the wire reader share: words, tokens, names, the text at work.
 *
 * The reader is a row of passes over one array of tokens, each of them linear: tokens
 * (wire_tokens.c), dateline and dates (wire_dateline.c, wire_date.c), names (wire_names.c),
 * notices (wire_notice.c), quotations and who said them (wire_quote.c, wire_speech.c), figures
 * and incidents (wire_figure.c, wire_incident.c), rulings (wire_ruling.c).  What words mean is
 * data (wire_words.c, wire_places.c, wire_groups.c).
 */
#ifndef ENT_INTAKE_WIRE_INT_H
#define ENT_INTAKE_WIRE_INT_H
#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "intake/wire.h"

/* ---- words ---- */

/* What a word may be; a word can be several things. */
enum ent_wire_class {
	W_SAY = 1 << 0,        /* a verb of speech: said, recalled */
	W_SAYING = 1 << 1,     /* its participle, which has the subject of another: adding */
	W_SOFT = 1 << 2,       /* of speech only beside a quotation or "that": warned, called */
	W_PRONOUN = 1 << 3,    /* he, she, they; value: enum gender */
	W_OFFICE = 1 << 4,     /* ambassador, minister; value: mask of enum office */
	W_OFFICE_MOD = 1 << 5, /* foreign, deputy, prime, acting */
	W_HONOUR = 1 << 6,     /* Mr., Dr., Gen. */
	W_MONTH = 1 << 7,      /* value 1 to 12 */
	W_WEEKDAY = 1 << 8,    /* value 1 (Monday) to 7 */
	W_NUMBER = 1 << 9,     /* value */
	W_MULTIPLE = 1 << 10,  /* hundred, thousand, dozen; value */
	W_ORDINAL = 1 << 11,   /* third; value */
	W_HEAD = 1 << 12,      /* what an organisation's name ends or begins with: ministry */
	W_PERPETRATOR = 1 << 13, /* terrorists, gunmen */
	W_PEOPLE = 1 << 14,      /* people, civilians */
	W_AIRCRAFT = 1 << 15,    /* planes, airliners */
	W_COUNTED =
	    1 << 16,      /* other things that are counted; value: index of ent_wire_counted */
	W_KILL = 1 << 17, /* killed, dead, died, lives */
	W_INJURE = 1 << 18,  /* injured, wounding */
	W_ATTACK = 1 << 19,  /* attack, bombing; value: index of ent_wire_attacks */
	W_BAN = 1 << 20,     /* banned, outlawed */
	W_DECLARE = 1 << 21, /* declared, designated, recognised */
	W_LINK = 1 << 22,    /* adverbs and auxiliaries that stand between subject and verb */
	W_PREP = 1 << 23,
	W_NOT_NAME = 1 << 24, /* never a part of a name, however it is written: The, In, We */
	W_PARTICLE = 1 << 25, /* bin, van, al */
	W_ABBREVIATION = 1 << 26, /* a full stop behind it belongs to it */
	W_COLLECTIVE = 1 << 27,   /* who speaks without a name: police, officials */
	W_DOCUMENT = 1 << 28,     /* what speaks for somebody: statement, report */
	W_RELATIVE = 1 << 29,     /* today, yesterday; value: days */
	W_ARREST = 1 << 30        /* arrested, detained */
};

/* what is measured, not counted: days, percent */
#define W_UNIT 0x80000000u

enum gender { ENT_HE = 1, ENT_SHE = 2, ENT_THEY = 3 };
enum office {
	ENT_OFFICE_DIPLOMAT = 1,
	ENT_OFFICE_MINISTER = 2,
	ENT_OFFICE_HEAD = 4,
	ENT_OFFICE_VOICE = 8,
	ENT_OFFICE_MILITARY = 16,
	ENT_OFFICE_POLICE = 32,
	ENT_OFFICE_LAW = 64,
	ENT_OFFICE_LAWMAKER = 128,
	ENT_OFFICE_LOCAL = 256,
	ENT_OFFICE_OTHER = 512,
	ENT_OFFICE_ANY = 1023
};

/* A row of a table of words: all of them mean the same. */
struct ent_wire_words {
	const char *words; /* lower case, separated by '|' */
	uint32_t classes;
	int32_t value;
};
extern const struct ent_wire_words ent_wire_words[];

/* What a thing with a name is. */
enum ent_wire_thing_kind {
	ENT_THING_COUNTRY,
	ENT_THING_PLACE,
	ENT_THING_ORGANISATION,
	ENT_THING_GROUP, /* that some authority has designated, or that a notice stands beside
	                  */
	ENT_THING_PERSON,
	ENT_THING_NAME,   /* a name of which nothing else is known */
	ENT_THING_DEMONYM /* Russian: a word for a country, not a mention of it */
};

/* Names that are known: the first is what the thing is called. */
struct ent_wire_names {
	const char *names; /* as they are written, separated by '|' */
	const char *code;  /* ISO 3166-1 of the country, "UN", or "" */
	const char *more;  /* countries: the demonyms; organisations: a class of identity */
};
extern const struct ent_wire_names ent_wire_countries[];
extern const struct ent_wire_names ent_wire_cities[];
extern const struct ent_wire_names ent_wire_landmarks[];
extern const struct ent_wire_names ent_wire_agencies[];
extern const struct ent_wire_names ent_wire_organisations[];
extern const struct ent_wire_names ent_wire_groups[];

/* Quantities of W_COUNTED, types of attacks and weapons of W_ATTACK. */
extern const char *const ent_wire_counted[];
struct ent_wire_attack {
	const char *type, *weapon; /* of the attack record; NULL: none follows */
};
extern const struct ent_wire_attack ent_wire_attacks[];

/* ---- the dictionary, made of the tables ---- */

#define PHRASE_WORDS 8

struct ent_wire_phrase {
	const struct ent_wire_names *row;
	struct ent_str name; /* the row's first */
	uint8_t kind, n;
	uint8_t caps, upper; /* which words begin with, or are, capitals: a bit each */
	uint16_t word[PHRASE_WORDS];
	uint32_t next; /* with the same first word; 0: none */
};

struct ent_wire_word {
	struct ent_str text;
	uint32_t classes;
	int32_t value;
	uint32_t phrase; /* the first that begins with it; 0: none */
};

struct ent_wire_dictionary {
	struct ent_wire_word *word; /* [0] is any other */
	struct ent_wire_phrase *phrase;
	uint16_t *slot;
	size_t words, phrases;
};

int ent_wire_dictionary_make(struct ent_arena *a, struct ent_wire_dictionary *d);
/* The number of a folded word; 0 if it isn't there. */
uint16_t ent_wire_dictionary_find(const struct ent_wire_dictionary *d, struct ent_str folded);

/* Lower case, straight apostrophes, nothing invisible; cut to n bytes.  How many there are. */
#define FOLDED 64
size_t ent_wire_fold(struct ent_str s, char *to, size_t n);

/* ---- tokens ---- */

enum token_kind { T_END, T_PARAGRAPH, T_WORD, T_NUMBER, T_POSSESSIVE, T_PUNCT };
enum token_flag {
	F_CAP = 1,     /* begins with a capital */
	F_UPPER = 2,   /* two capitals or more, no small letter */
	F_SPACE = 4,   /* a blank before it */
	F_LAST = 8,    /* ends a sentence */
	F_OPEN = 16,   /* a quotation mark that can open, */
	F_CLOSE = 32,  /* or close */
	F_QUOTED = 64, /* inside a quotation */
	F_USED = 128   /* belongs to the dateline, a date or a notice */
};

/* 16 bytes: a text has as many as a fifth of its bytes. */
struct token {
	uint32_t at;
	uint16_t n;
	uint8_t kind, flags;
	uint16_t word; /* its number in the dictionary; of T_PUNCT the ASCII character */
	uint16_t spare;
	uint32_t mention; /* the mention that it belongs to, or 0 */
};

/* A run of tokens: from the first to before the end. */
struct run {
	size_t from, to;
};

/* ---- what is found ---- */

struct thing {
	uint8_t kind, gender;
	uint16_t offices; /* of enum office */
	struct ent_str name;
	struct ent_str code; /* country */
	struct ent_str office;
	const struct ent_wire_names *row;
	uint32_t mentions;
	uint16_t office_word;            /* the noun of the office in the dictionary */
	bool speaks, designated, wanted; /* wanted: in the bundle even without a mention */
	struct ent_str notice;           /* the first beside it */
	struct ent_str notice_code;
};

struct mention {
	uint32_t thing;
	uint32_t from, to; /* tokens */
};

struct speech {         /* who says it, with what verb */
	uint32_t thing; /* 0: nobody is named */
	struct run subject, verb;
	bool carried; /* from a quotation before it */
	bool found;
};

#define RECENT 64 /* people who are looked back to */

struct ent_wire {
	struct ent_arena *a;
	struct ent_str text;
	struct ent_wire_options o;
	struct ent_wire_dictionary d;
	struct token *t; /* [0] and the last are T_PARAGRAPH */
	size_t n, room;
	struct thing *thing; /* [0] is none */
	size_t things, things_room;
	struct mention *mention; /* [0] is none */
	size_t mentions, mentions_room;
	struct ent_map *by_name;    /* kind and folded name */
	struct ent_map *by_surname; /* people */
	struct ent_map *by_last;    /* names of which nothing is known, by their last word */
	uint32_t recent[RECENT];    /* people, the last first */
	size_t n_recent;
	size_t dates; /* the first items are these, in order */
	size_t body;  /* the token behind the dateline */
	struct ent_wire_dateline line;
	struct ent_wire_date base; /* of an anniversary that the text doesn't date beside it */
	struct ent_wire_item *item;
	size_t items, items_room;
	size_t names, dropped;
	struct ent_wire_incident *incident;
	size_t incidents, incidents_room;
	struct ent_map *by_date; /* incidents */
	uint32_t current;        /* incident + 1 */
	struct ent_wire_ruling *ruling;
	size_t rulings, rulings_room;
	bool failed; /* memory ran out */
};

static inline const struct token *
tok(const struct ent_wire *w, size_t i)
{
	static const struct token none = { .kind = T_PARAGRAPH };

	return i < w->n ? &w->t[i] : &none;
}
static inline bool
is(const struct ent_wire *w, size_t i, uint32_t classes)
{
	const struct token *t = tok(w, i);

	return t->kind == T_WORD && (w->d.word[t->word].classes & classes);
}
static inline int32_t
value_of(const struct ent_wire *w, size_t i)
{
	const struct token *t = tok(w, i);

	return t->kind == T_WORD ? w->d.word[t->word].value : 0;
}
static inline bool
punct(const struct ent_wire *w, size_t i, char c)
{
	const struct token *t = tok(w, i);

	return t->kind == T_PUNCT && t->word == (uint16_t)(unsigned char)c;
}
static inline bool
cap(const struct ent_wire *w, size_t i)
{
	return tok(w, i)->kind == T_WORD && (tok(w, i)->flags & F_CAP);
}
static inline struct ent_str
text_of(const struct ent_wire *w, size_t i)
{
	const struct token *t = tok(w, i);

	return (struct ent_str){ w->text.p + t->at, t->n };
}
/* Whether the token is that word, which the dictionary has. */
static inline bool
ent_wire_word_is(const struct ent_wire *w, size_t i, const char *word)
{
	const struct token *t = tok(w, i);
	struct ent_str s;

	if (t->kind != T_WORD || !t->word)
		return false;
	s = w->d.word[t->word].text;
	return s.p[0] == word[0] && strlen(word) == s.n && memcmp(s.p, word, s.n) == 0;
}
/* The text from the first token of a run to the end of its last. */
struct ent_str ent_wire_run_text(const struct ent_wire *w, size_t from, size_t to);
struct ent_wire_span ent_wire_span(const struct ent_wire *w, size_t from, size_t to);
/* The sentence around a token, inside its paragraph; no further than that many tokens, so that
 * a text without full stops costs no more than another. */
#define SENTENCE_MAX 300
struct run ent_wire_sentence(const struct ent_wire *w, size_t i);

/* ---- the passes ---- */
int ent_wire_tokens(struct ent_wire *w);
void ent_wire_dateline(struct ent_wire *w);
void ent_wire_dates(struct ent_wire *w);
void ent_wire_resolve_dates(struct ent_wire *w);
void ent_wire_known_names(struct ent_wire *w);
void ent_wire_other_names(struct ent_wire *w);
void ent_wire_notices(struct ent_wire *w);
void ent_wire_quotes(struct ent_wire *w);
void ent_wire_figures(struct ent_wire *w);
void ent_wire_rulings(struct ent_wire *w);

/* A date that is written at i: how many tokens it has, 0 if there is none. */
size_t ent_wire_date_at(const struct ent_wire *w, size_t i, struct ent_wire_date *d,
                        struct ent_wire_date *until);
/* The month at i, 0 if there is none. */
int ent_wire_month_at(const struct ent_wire *w, size_t i);
/* A new item, or NULL (counted) beyond the limit. */
struct ent_wire_item *ent_wire_item(struct ent_wire *w, enum ent_wire_kind kind, size_t from,
                                    size_t to);
/* The thing of that kind and name; 0 if memory ran out. */
uint32_t ent_wire_thing(struct ent_wire *w, uint8_t kind, struct ent_str name,
                        const struct ent_wire_names *row);
/* Says that the tokens are a mention of it. */
void ent_wire_mention(struct ent_wire *w, uint32_t thing, size_t from, size_t to);
/* Makes the name one that is designated: its thing, 0 if there is none. */
uint32_t ent_wire_designated(struct ent_wire *w, struct run name);
/* The person who is called so, new or known. */
uint32_t ent_wire_person(struct ent_wire *w, struct run name);
void ent_wire_person_recent(struct ent_wire *w, uint32_t person);
/* Who says it: looks for the verb of speech in [from, to), from its end where back is set. */
bool ent_wire_speech(struct ent_wire *w, size_t from, size_t to, bool back, bool strong,
                     struct speech *out);
/* Whoever the noun phrase is; 0 where nobody can be named. */
uint32_t ent_wire_speaker(struct ent_wire *w, struct run phrase);
/* The noun phrase that ends before a token, or begins at one; empty if there is none. */
struct run ent_wire_phrase_before(const struct ent_wire *w, size_t end, size_t least);
struct run ent_wire_phrase_after(const struct ent_wire *w, size_t from, size_t most);
/* The phrase with an office that ends before a comma: "the governor of the province". */
struct run ent_wire_office_phrase(const struct ent_wire *w, size_t end, size_t least);

/* A number by a word, in a map: 0 if there is none. */
uint32_t ent_wire_number(const struct ent_map *m, struct ent_str key);
void ent_wire_number_set(struct ent_wire *w, struct ent_map *m, struct ent_str key, uint32_t n);
/* Room for one more of *list; NULL (and w->failed) if memory ran out. */
void *ent_wire_grow(struct ent_wire *w, void **list, size_t *n, size_t *room, size_t size);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_int.h - between the files that find names in texts.
 */
#ifndef ENT_SCREEN_TEXT_INT_H
#define ENT_SCREEN_TEXT_INT_H
#include "base/arena.h"
#include "screen/screen_int.h"
#include "screen/text.h"

/* ---- words of a text: text_token.c ---- */

/* What a byte may be: most words are found with this table alone; 0 parts words. */
enum byte_class {
	BYTE_SMALL = 1,
	BYTE_CAPITAL = 2,
	BYTE_DIGIT = 4,
	BYTE_PLAIN = 7, /* any of those */
	BYTE_MARK = 8,  /* apostrophe */
	BYTE_TWO = 16,  /* first of two, which are a letter always */
	BYTE_MORE = 32  /* of a longer sign: to be looked at */
};
extern const uint8_t ent_word_bytes[256];

enum word_flag {
	WORD_CAP = 1,   /* begins with a capital, */
	WORD_UPPER = 2, /* has two or more and no small letter */
	WORD_CASED = 4, /* of a script with capitals */
	WORD_ASCII = 8,
	WORD_SIGN = 16 /* one sign of a script that writes without blanks */
};
struct word {
	size_t from, to;
};
/* The next word that begins at at or later; false at the end. */
bool ent_word_next(struct ent_str s, size_t at, struct word *out);
/* The last word that ends at end or before it, looked for in at most most bytes. */
bool ent_word_before(struct ent_str s, size_t end, size_t most, struct word *out);
unsigned ent_word_flags(struct ent_str word);
/* Whether what lies between two words ends a name. */
bool ent_word_gap(struct ent_str between, bool abbreviated);
/* Letters of a text. */
size_t ent_word_letters(struct ent_str s);
/* A word as screen.h has it; false where nothing of it is left. */
bool ent_word_fold(struct ent_folder *f, struct ent_str word, unsigned flags,
                   struct ent_token *out);

/* ---- tables ---- */
bool ent_word_common(const char *folded);
/* A word that speaks of organisations and what is done about them. */
bool ent_word_context(const char *folded);
struct ent_ending {
	const char *ending;     /* of the case, in Latin letters */
	const char *instead[5]; /* how the word may end that is looked up; NULL at the end */
};
extern const struct ent_ending ent_endings[];
#define ENT_ENDING_STEM 3 /* letters that are left at least */

/* ---- names ---- */

enum name_guard { GUARD_SHORT = 1, GUARD_COMMON = 2, GUARD_WEAK = 4, GUARD_LONE = 8 };

struct listed { /* a name at its node */
	uint32_t entry;
	uint32_t next; /* the next one there, + 1 */
	uint32_t text, n;
	uint8_t guard; /* enum name_guard */
};
struct node {
	uint32_t names; /* the first, + 1 */
	uint8_t words;
	uint8_t guard; /* those that all its names have */
	bool upper;    /* some name here is written in capitals alone */
};
struct edge {
	uint32_t node, word, to; /* to 0: free */
};
struct chain { /* of words with one key */
	uint32_t key, word, next;
};
struct keyed {
	uint32_t *head; /* of chain + 1 */
	struct chain *chain;
	size_t n, room, mask;
};

/* Bits of the filters, as powers of two: small enough to stay near the processor. */
#define EDGE_BITS  21
#define KNOWN_BITS 20
#define FEWER_BITS 22

struct ent_text_names {
	struct ent_folder *folder;
	struct ent_arena *arena; /* tables that are done */
	uint64_t seed;
	struct ent_token *word; /* [0] is none */
	uint32_t *root;         /* of each word the node that it leads to, or 0 */
	size_t words, words_room;
	struct node *node; /* [0] is the root */
	size_t nodes, nodes_room;
	struct edge *edge;
	size_t edges, edges_room;
	struct listed *name;
	size_t names, names_room;
	struct ent_buf text; /* of all names */
	struct keyed exact, sound, skeleton, fewer;
	uint64_t *filter; /* of edges, one bit each */
	uint64_t *known;  /* of words */
	uint64_t *fewer_filter;
	bool ready;
};

static inline uint64_t
mix(uint64_t a)
{
	a ^= a >> 32;
	a *= UINT64_C(0xd6e8feb86659fd93);
	a ^= a >> 32;
	return a;
}
/* The first n bytes of eight that were read, at most 8; zeros behind them. */
static inline uint64_t
ent_low_bytes(uint64_t part, size_t n)
{
	if (n == 0)
		return 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return part & (UINT64_MAX >> (64 - 8 * n));
#else
	return part & (UINT64_MAX << (64 - 8 * n));
#endif
}
static inline uint64_t
edge_hash(const struct ent_text_names *n, uint32_t node, uint32_t word)
{
	return mix(n->seed ^ ((uint64_t)node << 32 | word));
}
static inline void
filter_add(uint64_t *filter, int bits, uint64_t hash)
{
	uint64_t bit = hash >> (64 - bits);

	filter[bit >> 6] |= UINT64_C(1) << (bit & 63);
}
static inline bool
filtered(const uint64_t *filter, int bits, uint64_t hash)
{
	uint64_t bit = hash >> (64 - bits);

	return filter[bit >> 6] >> (bit & 63) & 1;
}
/* The node behind one, by a word; 0 if there is none. */
static inline uint32_t
ent_edge_to(const struct ent_text_names *n, uint32_t node, uint32_t word)
{
	uint64_t h = edge_hash(n, node, word);

	if (!filtered(n->filter, EDGE_BITS, h))
		return 0;
	for (size_t i = (size_t)h & (n->edges_room - 1); n->edge[i].to;
	     i = (i + 1) & (n->edges_room - 1))
		if (n->edge[i].node == node && n->edge[i].word == word)
			return n->edge[i].to;
	return 0;
}
/* The number of the word with that text; 0 if there is none. */
uint32_t ent_text_word(const struct ent_text_names *n, const char *text, size_t len);
/* Of a word, of which room bytes can be read. */
static inline uint64_t
ent_text_hash(const struct ent_text_names *n, const char *text, size_t len, size_t room)
{
	uint64_t h = n->seed + len, part;

	for (; len >= 8; text += 8, len -= 8, room -= 8) {
		memcpy(&part, text, 8);
		h = mix(h ^ part) + n->seed;
	}
	if (len) {
		if (room >= 8) {
			memcpy(&part, text, 8);
			part = ent_low_bytes(part, len);
		} else {
			part = 0;
			memcpy(&part, text, len);
		}
		h = mix(h ^ part) + n->seed;
	}
	return h * UINT64_C(0x9e3779b97f4a7c15);
}

/* ---- what words of a text stand for: text_word.c ---- */

/* Beyond enum ent_text_how: similar by its letters alone, not by its sound. */
#define HOW_SPELT 3
struct sense {
	uint32_t word;
	uint32_t root; /* the node that it leads to from the root, or 0 */
	uint8_t how;
	uint8_t ends; /* 1: a name ends there; 2: and isn't guarded as a common word */
};
/* Listed words that a word stands for, the exact one first; how many. */
#define SENSES 32
size_t ent_text_senses(const struct ent_text_names *n, struct ent_folder *f,
                       struct ent_str word, unsigned flags, struct sense out[SENSES]);
/* Calls see for each key of t with one letter less, and t's own. */
void ent_text_fewer(uint64_t seed, const struct ent_token *t,
                    bool (*see)(void *self, uint64_t key), void *self);

/* ---- guards: text_guard.c ---- */

struct candidate {
	uint64_t from, to;
	uint32_t node;
	uint8_t how;
	bool sure, drop;
};
enum verdict { VERDICT_NO, VERDICT_WITH_OTHERS, VERDICT_YES };
/* Whether a name in a text is what is listed there, or only where its entry is named elsewhere
 * too. */
enum verdict ent_text_guard(const struct ent_text_names *n, struct ent_folder *f,
                            struct ent_str text, const struct candidate *c);
/* Whether a place is inside quotation marks, or an address. */
bool ent_text_quoted(struct ent_str text, size_t from, size_t to);
bool ent_text_in_url(struct ent_str text, size_t from, size_t to);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index_int.h - what an index is made of, between the files that build and search it.
 */
#ifndef ENT_SCREEN_INDEX_INT_H
#define ENT_SCREEN_INDEX_INT_H
#include "screen/index.h"
#include "screen/screen_int.h"

/* A row of a table from hashes to numbers, sorted by hash. */
struct ent_key {
	uint32_t hash, value;
};

/* Such a table, with where each start of a hash begins. */
struct ent_keys {
	struct ent_key *row;
	size_t n;
	uint32_t *first; /* 2^bits + 1 */
	unsigned bits;
};

/* Sorts the rows of b, drops doubles, and takes the memory over.  ENT_ENOMEM. */
int ent_keys_make(struct ent_buf *b, struct ent_keys *out);
void ent_keys_release(struct ent_keys *k);
/* The rows of a hash: how many, from *row on. */
size_t ent_keys_find(const struct ent_keys *k, uint32_t hash, const struct ent_key **row);

/* Hashes by which a word is found. */
#define ENT_WORD_KEYS 24
/* Of a listed word, or of one that is looked for; the two are alike but for what a script
 * without vowels asks.  Those from *letters on (may be NULL) are of letters alone. */
size_t ent_word_keys(const struct ent_token *t, bool asked, uint32_t out[ENT_WORD_KEYS],
                     size_t *letters);
/* Of adjacent words written together; out has room for two. */
#define ENT_JOIN_KEYS 2
size_t ent_join_keys(const struct ent_token *t, size_t n, uint32_t out[ENT_JOIN_KEYS]);
/* Of one word that may be several. */
size_t ent_joined_keys(const struct ent_token *t, uint32_t out[ENT_JOIN_KEYS]);
/* Of a document number, without the signs that people put between. */
uint32_t ent_document_key(struct ent_str number);
/* Whether two document numbers are the same. */
bool ent_document_same(struct ent_str a, struct ent_str b);

struct ent_index_name {
	struct ent_str text;
	uint32_t entry;
	uint32_t first; /* of its words, in ids */
	uint8_t n, strength;
};

struct ent_index_entry {
	uint64_t number;
	uint32_t values; /* first of its births, countries and documents */
	uint8_t kind, births, countries, documents;
};

/* What tells soon that two words aren't alike. */
struct ent_index_shape {
	uint32_t letters;
	uint8_t n;
	bool strict; /* letters and length say it: of no script without vowels, read from no
	                signs */
};

struct ent_index {
	struct ent_arena *arena; /* texts */
	struct ent_token *token;
	struct ent_index_shape *shape; /* of each word */
	float *left;                   /* of each word, as ent_token_left; 0 of a letter */
	float *weight;                 /* of each name, the sum of these */
	struct ent_index_name *name;
	struct ent_index_entry *entry;
	struct ent_str *value;
	uint32_t *id;    /* words of names, one name behind the other */
	uint32_t *posts; /* where each word's names begin in post, one more than words */
	uint32_t *post;  /* names */
	size_t n_tokens, n_names, n_entries, n_values, n_ids;
	struct ent_keys words, joins, documents;
};

#define ENT_NONE UINT32_MAX

/* The words of a name, as folding gives them. */
void ent_index_words(const struct ent_index *x, uint32_t name, struct ent_name *out);

#endif

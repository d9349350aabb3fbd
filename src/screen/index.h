/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index.h - many names at once: an index of listed entries, and the search of a name in it.
 *
 * An index is built from whatever source hands in entries, and is then constant: any number of
 * threads search it, each with a searcher of its own.  To change a list, build another index
 * beside it and exchange the pointers.  Scores and bands are those of screen.h.
 */
#ifndef ENT_SCREEN_INDEX_H
#define ENT_SCREEN_INDEX_H
#include "screen/screen.h"

enum ent_strength {
	ENT_STRENGTH_PRIMARY,
	ENT_STRENGTH_STRONG,
	ENT_STRENGTH_WEAK /* only corroborates: never more than a possible hit by itself */
};

struct ent_screen_name {
	struct ent_str text; /* "LAST, First" where last_first: the comma divides them */
	enum ent_strength strength;
	bool last_first;
};

/* One listed person or thing.  All is copied. */
struct ent_screen_entry {
	uint64_t number; /* the caller's own, given back with a hit */
	enum ent_name_of kind;
	const struct ent_screen_name *names; /* empty ones are passed over */
	size_t n_names;
	const struct ent_str *births; /* "1957", "1957-03-10"; what begins with no year is no
	                                 evidence */
	size_t n_births;
	const struct ent_str *countries;
	size_t n_countries;
	const struct ent_str *documents; /* numbers that tell who it is: passport, IMO */
	size_t n_documents;
};

struct ent_index;
struct ent_index_builder;

/* NULL, with the reason in err. */
struct ent_index_builder *ent_index_begin(struct ent_err *err);
/* ENT_ELIMIT beyond ENT_INDEX_NAMES names or ENT_INDEX_ENTRY values of one entry. */
int ent_index_add(struct ent_index_builder *b, const struct ent_screen_entry *e,
                  struct ent_err *err);
/* Frees the builder in any case.  An index without a name finds nothing. */
int ent_index_done(struct ent_index_builder *b, struct ent_index **out, struct ent_err *err);
void ent_index_drop(struct ent_index_builder *b); /* without an index; NULL is fine */
void ent_index_free(struct ent_index *x);         /* NULL is fine */

struct ent_index_size {
	size_t entries, names, words, bytes;
};
void ent_index_measure(const struct ent_index *x, struct ent_index_size *out);

/* What is looked for.  Absent texts say nothing. */
struct ent_query {
	struct ent_str name, birth, country, document;
	enum ent_name_of kind;
	enum ent_band least; /* hits below it are left out */
};

struct ent_hit {
	uint64_t number;     /* of the entry */
	struct ent_str name; /* the listed name that is most alike */
	enum ent_strength strength;
	enum ent_name_of kind;
	double score; /* of the names alone */
	enum ent_band band;
	enum ent_evidence birth, country, document;
	struct ent_alignment alignment;
	uint32_t row; /* for ent_hit_explain */
};

/* Belongs to one thread; the index must outlive it.  NULL, with the reason in err. */
struct ent_searcher;
struct ent_searcher *ent_searcher_new(const struct ent_index *x, struct ent_err *err);
void ent_searcher_free(struct ent_searcher *s); /* NULL is fine */
/*
 * The entries that a query finds, each by the most alike of its names, best first: at most
 * ENT_HITS_MAX, *cut set where there are more (may be NULL).  They last until the next search.
 * A document number that an entry has is found whatever the name.  ENT_EINVAL for a name
 * without letters or digits where there is no document number; ENT_ENOMEM.
 */
int ent_search(struct ent_searcher *s, const struct ent_query *q, const struct ent_hit **hits,
               size_t *n, bool *cut, struct ent_err *err);
/* The sentence of screen.h for a hit of the last search. */
void ent_hit_explain(const struct ent_searcher *s, const struct ent_hit *h, struct ent_buf *b);

#endif

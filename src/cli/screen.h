/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen.h - what `entente screen` is made of: the lists as an index, and batches of queries.
 */
#ifndef ENT_CLI_SCREEN_H
#define ENT_CLI_SCREEN_H
#include "cli/cli.h"
#include "screen/index.h"

/* Entries of lists, and whose number is which. */
struct ent_listing {
	struct ent_arena *arena;
	struct ent_index_builder *builder;
	struct ent_index *index; /* once all are there */
	struct ent_listing_ref {
		struct ent_str list, ref; /* "un-sc", "QDi.001" */
		struct ent_str object;    /* of the register; absent for a file's */
	} * refs;
	size_t n, room;
};

/* ENT_ENOMEM, ENT_EUNUSABLE. */
int ent_listing_init(struct ent_listing *l, struct ent_err *err);
void ent_listing_release(struct ent_listing *l);
/* An entry of any source; its number is set here.  list and ref are copied. */
int ent_listing_add(struct ent_listing *l, struct ent_screen_entry *e, struct ent_str list,
                    struct ent_str ref, struct ent_err *err);
/* All entries of a file as ent_list_read has it; what of it can't be used is complained of. */
int ent_listing_file(struct ent_cli *c, struct ent_listing *l, const char *path,
                     struct ent_err *err);
/* Makes the index. */
int ent_listing_done(struct ent_listing *l, struct ent_err *err);

/* How queries are answered. */
enum ent_screening_form { ENT_SCREENING_TEXT, ENT_SCREENING_JSON, ENT_SCREENING_CSV };
struct ent_screening {
	struct ent_cli *c;
	const struct ent_listing *lists;
	enum ent_screening_form form;
	struct ent_query common; /* what holds for all of them */
	size_t jobs;
	uint64_t screened, matched; /* counted; matched: names that aren't clear */
	uint64_t unread;            /* names without a letter or digit: complained of */
};

/* One that waits; its texts are the batch's. */
struct ent_screening_query {
	struct ent_query q;
	struct ent_str id;
	uint64_t line;
};

/* Queries that are answered together, in their order. */
struct ent_screening_batch;
int ent_screening_begin(struct ent_screening *s, struct ent_screening_batch **out,
                        struct ent_err *err);
/* Texts are copied; answers when enough are there. */
int ent_screening_add(struct ent_screening_batch *b, const struct ent_screening_query *q,
                      struct ent_err *err);
/* Answers the rest. */
int ent_screening_flush(struct ent_screening_batch *b, struct ent_err *err);
void ent_screening_free(struct ent_screening_batch *b); /* NULL is fine */

/* The answer to one query behind what is in out. */
void ent_screening_answer(const struct ent_screening *s,
                          const struct ent_screening_query *query,
                          const struct ent_searcher *searcher, const struct ent_hit *hits,
                          size_t n, bool cut, struct ent_buf *out);
/* "clear", "possible" or "probable", and a score as it is shown. */
const char *ent_screening_result(const struct ent_hit *hits, size_t n);
double ent_screening_score(double score);
/* The header of a CSV. */
void ent_screening_header(struct ent_buf *out);

/* ---- a node's register (screen_register.c) ---- */

/* Opens the node, if it isn't, and takes the register's designations that are in force; mark is
 * a hash of all that the register has. */
int ent_listing_register(struct ent_cli *c, struct ent_listing *l, uint8_t mark[32],
                         struct ent_err *err);
/* Queries that are answered one by one, and kept with what they found. */
struct ent_keeping;
int ent_keeping_begin(struct ent_screening *s, const uint8_t mark[32], struct ent_keeping **out,
                      struct ent_err *err);
int ent_keeping_ask(struct ent_keeping *k, const struct ent_screening_query *q,
                    struct ent_err *err);
/* Ends the last write: rc, or why it couldn't be kept. */
int ent_keeping_end(struct ent_keeping *k, int rc, struct ent_err *err);
/* --again: 0, ENT_NO where somebody was found that wasn't, or a failure. */
int ent_screen_again(struct ent_cli *c, struct ent_err *err);

/* --pairs: 0, an exit status, or a failure. */
int ent_screen_pairs(struct ent_cli *c, const char *path, struct ent_err *err);

#endif

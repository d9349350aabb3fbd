/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screened.h - who was screened against the register, what came of it, and what a person
 * decided.
 *
 * A record is one query; the same query again is the same record.  Its id is a hash of what was
 * asked.  It is open while it has hits that nobody has decided on; a decision holds for the
 * hits that the person saw, in the band that they had then: a new entry, or one that is more
 * alike than it was, opens it again.
 *
 * A record is a JSON object:
 * {"id":...,"query":{"name":...,"birth":...,"country":...,"document":...,"type":...},
 *  "first":TIME,"last":TIME,"register":HASH,"result":"clear"|"possible"|"probable",
 *  "state":"clear"|"open"|"hit"|"cleared","hits":[{"object":ID,"list":...,"reference":...,
 *  "name":...,"score":0.93,"band":...,"explanation":...}],"decision":{"verdict":"hit"|"clear",
 *  "reason":...,"by":...,"at":TIME,"hits":[{"object":ID,"reference":...,"band":...}]}}
 */
#ifndef ENT_EXCHANGE_SCREENED_H
#define ENT_EXCHANGE_SCREENED_H
#include "exchange/exchange.h"

struct ent_screened_query { /* absent texts weren't asked */
	struct ent_str name, birth, country, document, type;
};

struct ent_screened_hit {
	struct ent_str object, list, reference, name, band, explanation;
	double score;
};

struct ent_screened_found {
	const struct ent_screened_hit *hits;
	size_t n;
	struct ent_str result; /* "clear", "possible", "probable" */
	uint8_t mark[32];      /* of the register that was screened against */
};

enum ent_screened_news {
	ENT_SCREENED_NEW,  /* the first time */
	ENT_SCREENED_SAME, /* as before */
	ENT_SCREENED_MORE, /* a hit that there wasn't, or in a higher band */
	ENT_SCREENED_LESS  /* hits that are gone, or in a lower band, and none more */
};
const char *
ent_screened_news_name(enum ent_screened_news n); /* "new", "same", "more", "less" */

/* Keeps what a query found, with the decision that there was.  *record (may be NULL) is the
 * record as it is now. */
int ent_screened_keep(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_screened_query *q,
                      const struct ent_screened_found *found, enum ent_screened_news *news,
                      const struct ent_json **record, struct ent_err *err);
/* Shows each record, by id; what see() is given lasts until it returns, and other than 0 ends
 * it.
 */
int ent_screened_each(struct ent_exchange *x,
                      int (*see)(void *self, const struct ent_json *record,
                                 struct ent_err *err),
                      void *self, struct ent_err *err);
/* By the start of its id; ENT_ENOENT, ENT_EINVAL where several begin so. */
int ent_screened_find(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                      const struct ent_json **record, struct ent_err *err);
/*
 * Forgets a record by the start of its id (decided ones too); or, where id is absent, all whose
 * last screening was before a time (RFC 3339, or its start).  *n is how many; a number, not
 * who, goes into the internal ledger as "screening-forget".
 */
int ent_screened_forget(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                        struct ent_str before, size_t *n, struct ent_err *err);
/*
 * Notes what a person decided, of a record that has hits: hit or not.  The record's hash goes
 * into the internal ledger as "screening-decision".  ENT_ESTATE where it has none.
 */
int ent_screened_decide(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                        bool hit, struct ent_str reason, struct ent_str by,
                        const struct ent_json **record, struct ent_err *err);

#endif

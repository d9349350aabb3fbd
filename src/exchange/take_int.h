/* SPDX-License-Identifier: Apache-2.0 */
/*
 * take_int.h - what is checked of each document and statement that a counterpart brought, for
 * take.c.
 */
#ifndef ENT_EXCHANGE_TAKE_INT_H
#define ENT_EXCHANGE_TAKE_INT_H
#include "base/map.h"
#include "exchange/agreement_int.h"
#include "exchange/tally.h"
#include "proof/keys.h"

/* How far ahead of our clock a counterpart's statement may be dated, and how far before the
 * document that it is about: two clocks may differ, but not by more than a day. */
#define ENT_SKEW_US (INT64_C(86400) * 1000000)

/* A document as statements name it. */
struct ent_known {
	struct ent_str sha256;
	int64_t at;
	struct ent_agreement *g;
};

struct ent_taking {
	struct ent_exchange *x;
	struct ent_arena *a;
	struct ent_str id, from;
	struct ent_map *keys;            /* party: its keys, once they were looked up */
	const struct ent_agreement *now; /* for its parties; NULL: it isn't known */
	struct ent_known *doc;
	size_t docs;
	struct ent_tally *tally;
};

/* The keys of a party: our own, or those of a confirmed peer (else ENT_EUNUSABLE). */
int ent_party_keys(struct ent_taking *t, struct ent_str party,
                   const struct ent_key_history **keys, struct ent_err *err);
/* g: what it says.  A document binds us only if we and all others are in it under the keys that
 * we know. */
int ent_check_document(struct ent_taking *t, const struct ent_envelope *e,
                       const struct ent_agreement *g, struct ent_err *err);
/* Reads the documents once, for all statements that name them.  ENT_ENOENT if there is none. */
int ent_know_documents(struct ent_taking *t, struct ent_err *err);
/* A statement must be about this agreement and a document that is known, by a party of it, and
 * have nothing in it that has no meaning. */
int ent_check_statement(const struct ent_taking *t, const struct ent_envelope *e,
                        struct ent_statement *st, struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally.h - how much each party has signed under an agreement, and what it may still sign.
 *
 * The same bounds hold where a statement is signed and where it is taken, so a node doesn't
 * sign what the others would not take.
 */
#ifndef ENT_EXCHANGE_TALLY_H
#define ENT_EXCHANGE_TALLY_H
#include "exchange/agreement_int.h"

struct ent_tally;

/*
 * Counts all that is stored of an agreement.  g: one of its documents, for its parties, who are
 * the same in all of them.  settled: this node has accepted it (or, for what it signs itself,
 * all have); until then much less may be signed.
 */
int ent_tally(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
              bool settled, struct ent_tally **out, struct ent_err *err);
/* Counts one more document; ENT_ELIMIT, and it isn't counted, if its author has signed enough.
 */
int ent_tally_document(struct ent_tally *t, struct ent_str by, struct ent_err *err);
/*
 * The same of a statement.  What ends and suspends has room of its own beyond the bound of all
 * else, so that nobody is kept from stopping; but a party has a few open suspensions at most.
 */
int ent_tally_statement(struct ent_tally *t, const struct ent_statement *s,
                        struct ent_err *err);

#endif

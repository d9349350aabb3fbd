/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prove.h - making a proof of warning (proof/warning.h) out of what this node keeps.
 */
#ifndef ENT_EXCHANGE_PROVE_H
#define ENT_EXCHANGE_PROVE_H
#include "exchange/agreement.h"

struct ent_prove_options {
	struct ent_str to;      /* party id; absent: the one counterpart */
	struct ent_str object;  /* id */
	struct ent_str version; /* absent: the newest that was sent */
	/* properties that are kept back; the proof then has no hash of the whole object */
	const struct ent_str *redact;
	size_t n_redact;
	bool no_dialogue; /* without the messages about it */
};
/*
 * That this node sent an object under g, that the counterpart has it, and what both said about
 * it as far as their ledgers show it.  ENT_ENOENT if it was not sent; ENT_ESTATE if it is not
 * receipted, or the ledger with that in it not cosigned, yet, and where something is to be kept
 * back of what was released before that could be.  *out is the arena's.
 */
int ent_prove(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
              const struct ent_prove_options *o, struct ent_str *out, struct ent_err *err);
/* The agreements on whose outbound channel any version of an object stands. */
int ent_sent_under(struct ent_exchange *x, struct ent_arena *a, struct ent_str object,
                   struct ent_str **ids, size_t *n, struct ent_err *err);

#endif

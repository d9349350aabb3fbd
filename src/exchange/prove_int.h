/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prove_int.h - what the files that gather a proof of warning share.
 */
#ifndef ENT_EXCHANGE_PROVE_INT_H
#define ENT_EXCHANGE_PROVE_INT_H
#include "exchange/holdings.h"
#include "exchange/peer.h"
#include "exchange/prove.h"
#include "exchange/receipt.h"
#include "proof/warning.h"

struct ent_proving_node {
	struct ent_exchange *x;
	struct ent_arena *a;
	const struct ent_agreement *g;
	const struct ent_prove_options *o;
	struct ent_peer to;
	struct ent_held held;
	uint64_t seq;
	struct ent_receipt receipt;
	bool receipted;
	struct ent_warning_parts parts;
};

/* Our checkpoint that the counterpart cosigned first with the entry index in it: ENT_ENOENT if
 * there is none yet. */
int ent_prove_cosigned(struct ent_proving_node *p, uint64_t index, struct ent_str *note,
                       uint64_t *size, struct ent_err *err);
/* Whether a note of the counterpart's ledger that this node cosigned counts, by the keys of its
 * time: one that was cosigned with a key that is given up as of before doesn't. */
bool ent_prove_counts(struct ent_proving_node *p, struct ent_str note);
/* The messages about the object, of both, as far as they are in cosigned ledgers. */
int ent_prove_said(struct ent_proving_node *p, struct ent_err *err);

#endif

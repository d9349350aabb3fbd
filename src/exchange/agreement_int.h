/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreement_int.h - stored documents and statements, for agreement.c and statement.c.
 */
#ifndef ENT_EXCHANGE_AGREEMENT_INT_H
#define ENT_EXCHANGE_AGREEMENT_INT_H
#include "exchange/agreement.h"
#include "proof/envelope.h"

/* A stored envelope whose signature was verified when it was taken: its body, parsed. */
struct ent_stored {
	struct ent_str sha256; /* hex of the body */
	struct ent_str envelope;
	const struct ent_json *body;
};
int ent_stored_all(struct ent_exchange *x, struct ent_arena *a, struct ent_str space,
                   struct ent_str agreement, struct ent_stored **out, size_t *count,
                   struct ent_err *err);
/* Keeps an envelope under agreement/sha256 and notes it in the ledger; *fresh is false when it
 * was there. */
int ent_stored_put(struct ent_exchange *x, struct ent_arena *a, struct ent_str space,
                   struct ent_str agreement, const struct ent_envelope *e, struct ent_str text,
                   bool *fresh, struct ent_err *err);
/* Keeps a document of our own, signed, and signs `propose` for it. */
int ent_document_sign(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                      struct ent_str body, struct ent_err *err);
/* Makes the local record of an agreement, with its two channels, if there is none.  from: who
 * brought it; ENT_ELIMIT if that one has brought too many that this node did not accept. */
int ent_agreement_local(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                        struct ent_str from, struct ent_err *err);
/* Marks which parties have accepted the document of g; true if all have. */
bool ent_agreement_accepts(struct ent_agreement *g, const struct ent_statement *s, size_t n);
/* ENT_EUNUSABLE if a statement's body isn't one. */
int ent_statement_read(const struct ent_stored *s, struct ent_statement *out,
                       struct ent_err *err);

#endif

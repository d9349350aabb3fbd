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
struct ent_tally;

/* A statement of our own, before it is signed. */
struct ent_draft {
	enum ent_act act;
	struct ent_str document, reason, suspension, rehearsal, notice;
	int64_t from; /* 0: none */
};
/* Signs what the others will take: within the bounds of a party, and no earlier than the
 * document, whose author's clock may be ahead of ours. */
int ent_statement_sign(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                       struct ent_tally *t, const struct ent_draft *d, struct ent_err *err);
/* The body of a statement by somebody. */
struct ent_str ent_statement_body(struct ent_arena *a, struct ent_str agreement,
                                  struct ent_str by, const struct ent_draft *d, int64_t at);
/* When a document that we hold is dated. */
int ent_document_at(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                    struct ent_str document, int64_t *at, struct ent_err *err);
/* Signs a body with a key and keeps it. */
int ent_sign_and_keep(struct ent_exchange *x, struct ent_arena *a, enum ent_envelope_type type,
                      struct ent_str agreement, struct ent_str body, const struct ent_key *k,
                      struct ent_str *sha256, struct ent_err *err);
/* What this node may still sign: until all have accepted, the others take little. */
int ent_own_tally(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                  struct ent_tally **t, struct ent_err *err);
/* Signs that this node's own notices are withdrawn.  ENT_ESTATE where none runs. */
int ent_notices_withdraw(struct ent_exchange *x, struct ent_arena *a,
                         const struct ent_agreement *g, struct ent_tally *t,
                         struct ent_str reason, struct ent_err *err);
/* Signs the same for what others have withdrawn in time; inside the write that took it. */
int ent_notices_answer(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                       struct ent_err *err);
/* Keeps a document of our own, signed, and signs `propose` for it. */
int ent_document_sign(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                      struct ent_str body, struct ent_err *err);
/* Makes the local record of an agreement, with its two channels, if there is none.  from: who
 * brought it; ENT_ELIMIT if that one has brought too many that this node did not accept. */
int ent_agreement_local(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                        struct ent_str from, struct ent_err *err);
/* Marks which parties have accepted the document of g; true if all have. */
bool ent_agreement_accepts(struct ent_agreement *g, const struct ent_statement *s, size_t n);
/* What documents and statements (by time) come to at a moment, as self sees it; all but the
 * local record. */
int ent_agreement_compute(struct ent_arena *a, const struct ent_stored *docs, size_t n_docs,
                          const struct ent_statement *s, size_t n, struct ent_str self,
                          int64_t now, struct ent_agreement *out, struct ent_err *err);
/* ENT_EUNUSABLE if a statement's body isn't one. */
int ent_statement_read(const struct ent_stored *s, struct ent_statement *out,
                       struct ent_err *err);

#endif

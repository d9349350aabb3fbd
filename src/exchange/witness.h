/* SPDX-License-Identifier: Apache-2.0 */
/*
 * witness.h - each side holds the other to its ledger: checkpoints are verified for consistency
 * with the last one and cosigned (docs/ledger.md).
 */
#ifndef ENT_EXCHANGE_WITNESS_H
#define ENT_EXCHANGE_WITNESS_H
#include "exchange/exchange.h"
#include "exchange/peer.h"

/* What add-checkpoint answers: a cosignature line with 200, or an error with its status
 * (docs/ledger.md). */
struct ent_witnessed {
	int status;
	struct ent_str body;
	const char *type;
};
/*
 * Verifies and cosigns a checkpoint that the counterpart caller (a party id, known by its
 * certificate) shows of its own ledger; another's is 404.  Compare and persist are one
 * transaction, before the answer.
 */
int ent_witness_add(struct ent_exchange *x, struct ent_arena *a, struct ent_str caller,
                    struct ent_str body, struct ent_witnessed *out, struct ent_err *err);
/* The last checkpoint of an origin that this node cosigned, with the cosignature; ENT_ENOENT.
 */
int ent_witness_last(struct ent_exchange *x, struct ent_arena *a, struct ent_str origin,
                     uint64_t *size, struct ent_str *note, struct ent_err *err);
/* By the hex SHA-256 of the origin. */
int ent_witness_by_hash(struct ent_exchange *x, struct ent_arena *a, struct ent_str hex,
                        struct ent_str *note, struct ent_err *err);
/* Two checkpoints of one origin that can't both be true; evidence kept until a person decides.
 */
struct ent_conflict {
	struct ent_str origin, at, held, shown; /* notes */
};
int ent_conflicts(struct ent_exchange *x, struct ent_arena *a, struct ent_conflict **out,
                  size_t *count, struct ent_err *err);
/* ENT_ECONFLICT if the origin of a party's ledger under an agreement stands in conflict:
 * exchange under it stops. */
int ent_conflict_check(struct ent_exchange *x, struct ent_arena *a, struct ent_str origin,
                       struct ent_err *err);
/*
 * A person decides to go on with a ledger that contradicts itself, or that is shorter than what
 * was cosigned of it because its owner went back to an old copy: the evidence is put aside, its
 * hashes stand in the internal ledger, and the owner's channel is read from the start.
 */
int ent_conflict_clear(struct ent_exchange *x, struct ent_arena *a, struct ent_str origin,
                       struct ent_err *err);

/*
 * What others say of a ledger.  Under an agreement of three or more parties its owner could
 * show each of them another history, and none would see a contradiction.  So each asks the
 * others which checkpoint they cosigned last, and wants the owner's proof that it belongs to
 * the history that it was shown itself.
 *
 * heard: a note of the ledger of owner, with the cosignature of by, as by gave it.  Of the same
 * size as the last that this node cosigned, it is compared at once; else it is kept until the
 * owner has linked it.  ENT_ECONFLICT if there are two histories: both notes are kept as a
 * conflict.  ENT_ESIG, ENT_EPARSE, ENT_ENOENT for what isn't signed by both, which says
 * nothing.
 */
int ent_heard(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
              const struct ent_peer *owner, const struct ent_peer *by, struct ent_str note,
              struct ent_err *err);
/* The size of one that the owner is still to link, of those that are no larger than what it has
 * shown; 0 if there is none.  *key stands for it. */
int ent_heard_open(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                   const struct ent_peer *owner, uint64_t *size, struct ent_str *key,
                   struct ent_err *err);
/* What the owner answered: its checkpoint with a proof from that size.  0; ENT_EBUSY if its
 * ledger isn't as it was a moment ago; ENT_ECONFLICT as above. */
int ent_heard_link(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                   const struct ent_peer *owner, struct ent_str key, struct ent_str answer,
                   struct ent_err *err);

/* Our checkpoint under an agreement with a proof from old, as add-checkpoint wants it; *note:
 * the checkpoint by itself, of *size entries.  ENT_ECONFLICT if our ledger is shorter. */
int ent_witness_request(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                        uint64_t old, struct ent_str *body, struct ent_str *note,
                        uint64_t *size, struct ent_err *err);
/* Keeps a counterpart's cosignature of our checkpoint, which stands in the note with ours. */
int ent_witness_cosigned(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                         struct ent_str party, struct ent_str note, struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * witness.h - each side holds the other to its ledger: checkpoints are verified for consistency
 * with the last one and cosigned (docs/ledger.md).
 */
#ifndef ENT_EXCHANGE_WITNESS_H
#define ENT_EXCHANGE_WITNESS_H
#include "exchange/exchange.h"

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

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * witness.h - the body of C2SP tlog-witness add-checkpoint: "old <size>", proof lines, empty
 * line, checkpoint.
 */
#ifndef ENT_LEDGER_WITNESS_H
#define ENT_LEDGER_WITNESS_H
#include <entente/ledger.h>

struct ent_add_checkpoint {
	uint64_t old;
	size_t count;
	struct ent_hash proof[ENT_LEDGER_PROOF_MAX];
	struct ent_str note; /* borrowed from the body */
};

/* ENT_EPARSE if it isn't one; more than 63 proof lines aren't. */
int ent_add_checkpoint_parse(struct ent_str body, struct ent_add_checkpoint *out,
                             struct ent_err *err);
struct ent_str ent_add_checkpoint_print(struct ent_arena *a,
                                        const struct ent_add_checkpoint *in);

/* A note with the signature lines by name alone; absent if it is none or memory ran out. */
struct ent_str ent_note_only_by(struct ent_arena *a, struct ent_str note, struct ent_str name);
/* The line, with its line feed, of a cosignature by name with the key pub. */
struct ent_str ent_cosignature_print(struct ent_arena *a, struct ent_str name,
                                     const uint8_t pub[32], const struct ent_cosignature *cs);

#endif

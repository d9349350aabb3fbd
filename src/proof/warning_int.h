/* SPDX-License-Identifier: Apache-2.0 */
/*
 * warning_int.h - what the files that verify a proof of warning share.
 */
#ifndef ENT_PROOF_WARNING_INT_H
#define ENT_PROOF_WARNING_INT_H
#include <entente/json.h>
#include <entente/ledger.h>

#include "proof/warning.h"

struct ent_proving {
	struct ent_arena *a;
	const struct ent_json *v;
	struct ent_warning *out;
	int64_t form;
	struct ent_str receipt_sha256; /* hex */
	uint8_t sha256[ENT_SHA256];    /* of the object, if it is whole */
};

/* A party's ledger as it signed it, and as the other one cosigned it. */
struct ent_proof_ledger {
	struct ent_checkpoint cp;
	int64_t cosigned;
};
/* Reads the note: of by's ledger under the agreement, with its signature, other's cosignature
 * and no other line. */
int ent_proof_ledger(struct ent_proving *r, struct ent_str note,
                     const struct ent_warning_party *by, const struct ent_warning_party *other,
                     struct ent_proof_ledger *out, struct ent_err *err);
/*
 * An entry that stands in that ledger: v has entry, index, proof and (checkpoint) its
 * checkpoint, and nothing else.  *out is what the entry says, *at when.
 */
int ent_proof_entry(struct ent_proving *r, const struct ent_json *v, bool checkpoint,
                    const struct ent_proof_ledger *l, const char *kind,
                    const struct ent_json **out, int64_t *at, struct ent_err *err);
/* The messages of the proof, each in its writer's ledger, all about the object. */
int ent_proof_messages(struct ent_proving *r, struct ent_err *err);

#endif

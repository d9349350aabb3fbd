/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.h - an entry of a ledger with its inclusion proof, as JSON: entry, index, proof
 * (docs/ledger.md).
 */
#ifndef ENT_PROOF_ENTRY_H
#define ENT_PROOF_ENTRY_H
#include <entente/json.h>
#include <entente/ledger.h>

/* Index and hashes of a leaf; proof has room for ENT_LEDGER_PROOF_MAX.  ENT_EPARSE if v has
 * none. */
int ent_proof_path(const struct ent_json *v, uint64_t *index, struct ent_hash *proof,
                   size_t *count);
/* That v's entry, *text, stands in the ledger of that checkpoint.  ENT_EPARSE if v is no entry
 * with its proof, ENT_ESIG if it doesn't. */
int ent_entry_stands(const struct ent_json *v, const struct ent_checkpoint *cp,
                     struct ent_str *text);

#endif

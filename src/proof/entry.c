/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.c - entries of ledgers with their inclusion proofs.
 */
#include "proof/entry.h"

#include "base/enc.h"
#include "base/limits.h"

int
ent_proof_path(const struct ent_json *v, uint64_t *index, struct ent_hash *proof, size_t *count)
{
	const struct ent_json *list = ent_json_getc(v, "proof");
	int64_t at;

	*count = ent_json_count(list);
	if (!ent_json_is(list, ENT_JSON_ARRAY) || *count > ENT_LEDGER_PROOF_MAX ||
	    !ent_json_int(ent_json_getc(v, "index"), &at) || at < 0)
		return ENT_EPARSE;
	*index = (uint64_t)at;
	for (size_t i = 0; i < *count; i++)
		if (ent_unb64_n(ent_json_str(ent_json_at(list, i)), proof[i].b, ENT_HASH))
			return ENT_EPARSE;
	return 0;
}

int
ent_entry_stands(const struct ent_json *v, const struct ent_checkpoint *cp,
                 struct ent_str *text)
{
	struct ent_hash leaf, proof[ENT_LEDGER_PROOF_MAX];
	uint64_t index;
	size_t count;

	*text = ent_json_getstr(v, "entry");
	if (!text->n || ent_proof_path(v, &index, proof, &count))
		return ENT_EPARSE;
	ent_leaf_hash(*text, &leaf);
	return ent_check_inclusion(&leaf, index, cp->size, proof, count, &cp->root);
}

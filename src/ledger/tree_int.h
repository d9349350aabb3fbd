/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree_int.h - what tree.c does for proof.c.
 */
#ifndef ENT_LEDGER_TREE_INT_H
#define ENT_LEDGER_TREE_INT_H
#include <entente/ledger.h>

/* The root of leaves first .. first + size - 1; first is a multiple of the least power of two
 * that is >= size. */
int ent_subtree_root(const struct ent_nodes *n, uint64_t first, uint64_t size,
                     struct ent_hash *out, struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.c - Merkle tree hashes (RFC 6962, 2.1), the compact range, and roots of earlier sizes.
 */
#include <entente/ledger.h>

#include "base/limits.h"
#include "crypto/hash.h"
#include "ledger/tree_int.h"

_Static_assert(ENT_HASH == ENT_SHA256, "the tree's hash");

void
ent_leaf_hash(struct ent_str entry, struct ent_hash *out)
{
	const struct ent_str parts[] = { { "\0", 1 }, entry };

	ent_sha256_parts(parts, 2, out->b);
}

void
ent_node_hash(const struct ent_hash *l, const struct ent_hash *r, struct ent_hash *out)
{
	uint8_t text[1 + 2 * ENT_HASH]; /* one piece is faster than three */

	text[0] = 1;
	memcpy(text + 1, l->b, ENT_HASH);
	memcpy(text + 1 + ENT_HASH, r->b, ENT_HASH);
	ent_sha256((struct ent_str){ (const char *)text, sizeof(text) }, out->b);
}

void
ent_empty_root(struct ent_hash *out)
{
	ent_sha256((struct ent_str){ "", 0 }, out->b);
}

void
ent_range_init(struct ent_range *r)
{
	r->size = 0;
	r->count = 0;
}

int
ent_range_add(struct ent_range *r, const struct ent_hash *leaf,
              int (*put)(void *self, unsigned level, uint64_t index, const struct ent_hash *h,
                         struct ent_err *err),
              void *self, struct ent_err *err)
{
	struct ent_hash h = *leaf;
	unsigned count = r->count, level = 0;

	if (r->size >= ENT_LEDGER_SIZE_MAX)
		return ent_fail(err, ENT_ELIMIT, "the ledger is full");
	for (;; level++) {
		int rc = put ? put(self, level, r->size >> level, &h, err) : 0;

		if (rc)
			return rc;
		if (!(r->size >> level & 1))
			break;
		/* The subtree to the left is as large: together they are a complete one. */
		ent_node_hash(&r->node[--count], &h, &h);
	}
	r->node[count] = h;
	r->count = count + 1;
	r->size++;
	return 0;
}

void
ent_range_root(const struct ent_range *r, struct ent_hash *out)
{
	struct ent_hash h;

	if (r->count == 0) {
		ent_empty_root(out);
		return;
	}
	h = r->node[r->count - 1];
	for (unsigned i = r->count - 1; i > 0; i--)
		ent_node_hash(&r->node[i - 1], &h, &h);
	*out = h;
}

/* The complete subtrees that make up leaves first .. first + size - 1, largest first. */
static int
load(const struct ent_nodes *n, uint64_t first, uint64_t size, struct ent_range *out,
     struct ent_err *err)
{
	uint64_t at = first;

	out->size = size;
	out->count = 0;
	for (unsigned level = 63; level-- > 0;) {
		int rc;

		if (!(size >> level & 1))
			continue;
		rc = n->get(n->self, level, at >> level, &out->node[out->count++], err);
		if (rc)
			return rc;
		at += (uint64_t)1 << level;
	}
	return 0;
}

int
ent_range_load(const struct ent_nodes *n, uint64_t size, struct ent_range *out,
               struct ent_err *err)
{
	if (size > ENT_LEDGER_SIZE_MAX)
		return ent_fail(err, ENT_EINVAL, "no ledger has %llu entries",
		                (unsigned long long)size);
	return load(n, 0, size, out, err);
}

int
ent_root_at(const struct ent_nodes *n, uint64_t size, struct ent_hash *out, struct ent_err *err)
{
	struct ent_range r;
	int rc = ent_range_load(n, size, &r, err);

	if (rc == 0)
		ent_range_root(&r, out);
	return rc;
}

int
ent_subtree_root(const struct ent_nodes *n, uint64_t first, uint64_t size, struct ent_hash *out,
                 struct ent_err *err)
{
	struct ent_range r;
	int rc = load(n, first, size, &r, err);

	if (rc == 0)
		ent_range_root(&r, out);
	return rc;
}

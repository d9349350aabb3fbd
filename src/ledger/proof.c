/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proof.c - inclusion and consistency proofs: made (RFC 6962, 2.1.1 and 2.1.2) and checked (RFC
 * 9162, 2.1.3.2 and 2.1.4.2).
 */
#include <entente/ledger.h>

#include "base/limits.h"
#include "ledger/tree_int.h"

_Static_assert(ENT_LEDGER_PROOF_MAX == ENT_PROOF_MAX, "one limit, two names");

/* The largest power of two below n; n > 1. */
static uint64_t
split(uint64_t n)
{
	return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

static unsigned
bits(uint64_t n)
{
	return n ? 64 - (unsigned)__builtin_clzll(n) : 0;
}

static void
reverse(struct ent_hash *p, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct ent_hash t = p[i];

		p[i] = p[n - 1 - i];
		p[n - 1 - i] = t;
	}
}

/* Both definitions walk from the root down and list the siblings; a proof has them from the
 * leaf up. */
int
ent_prove_inclusion(const struct ent_nodes *n, uint64_t index, uint64_t size,
                    struct ent_hash *proof, size_t *count, struct ent_err *err)
{
	uint64_t first = 0, left = size;
	size_t have = 0;

	if (index >= size || size > ENT_LEDGER_SIZE_MAX)
		return ent_fail(err, ENT_EINVAL, "a ledger of %llu entries has no entry %llu",
		                (unsigned long long)size, (unsigned long long)index);
	while (left > 1) {
		uint64_t k = split(left);
		bool in_left = index < first + k;
		int rc = in_left ? ent_subtree_root(n, first + k, left - k, &proof[have++], err)
		                 : ent_subtree_root(n, first, k, &proof[have++], err);

		if (rc)
			return rc;
		first += in_left ? 0 : k;
		left = in_left ? k : left - k;
	}
	reverse(proof, have);
	*count = have;
	return 0;
}

int
ent_prove_consistency(const struct ent_nodes *n, uint64_t old, uint64_t size,
                      struct ent_hash *proof, size_t *count, struct ent_err *err)
{
	uint64_t first = 0, left = size;
	size_t have = 0;
	int rc;

	if (old > size || size > ENT_LEDGER_SIZE_MAX)
		return ent_fail(err, ENT_EINVAL, "a ledger of %llu entries never had %llu",
		                (unsigned long long)size, (unsigned long long)old);
	*count = 0;
	if (old == 0 || old == size)
		return 0;
	while (old != first + left) {
		uint64_t k = split(left);
		bool in_left = old <= first + k;

		rc = in_left ? ent_subtree_root(n, first + k, left - k, &proof[have++], err)
		             : ent_subtree_root(n, first, k, &proof[have++], err);
		if (rc)
			return rc;
		first += in_left ? 0 : k;
		left = in_left ? k : left - k;
	}
	/* The old tree is a subtree of the new one: whoever checks has its root. */
	if (first != 0) {
		rc = ent_subtree_root(n, first, left, &proof[have++], err);
		if (rc)
			return rc;
	}
	reverse(proof, have);
	*count = have;
	return 0;
}

static bool
same(const struct ent_hash *a, const struct ent_hash *b)
{
	return memcmp(a->b, b->b, ENT_HASH) == 0;
}

/* One level up, and on while the left path has no sibling. */
static void
climb(uint64_t *fn, uint64_t *sn, bool to_right_child)
{
	if (to_right_child)
		while (!(*fn & 1) && *fn != 0) {
			*fn >>= 1;
			*sn >>= 1;
		}
	*fn >>= 1;
	*sn >>= 1;
}

int
ent_check_inclusion(const struct ent_hash *leaf, uint64_t index, uint64_t size,
                    const struct ent_hash *proof, size_t count, const struct ent_hash *root)
{
	uint64_t fn = index, sn = size - 1;
	struct ent_hash r = *leaf;
	unsigned inner;

	if (index >= size || size > ENT_LEDGER_SIZE_MAX)
		return ENT_ESIG;
	/* Below the place where the paths of this and the last leaf part, each level has a
	 * hash; above, where there is a tree to the left.  Any other number of hashes is
	 * refused before one of them is looked at. */
	inner = bits(fn ^ sn);
	if (count != inner + (unsigned)__builtin_popcountll(fn >> inner))
		return ENT_ESIG;
	for (size_t i = 0; i < count; i++) {
		bool left_sibling = (fn & 1) || fn == sn;

		if (left_sibling)
			ent_node_hash(&proof[i], &r, &r);
		else
			ent_node_hash(&r, &proof[i], &r);
		climb(&fn, &sn, left_sibling);
	}
	return sn == 0 && same(&r, root) ? 0 : ENT_ESIG;
}

/* How many hashes a proof has from old to size, 0 < old < size. */
static size_t
consistency_length(uint64_t old, uint64_t size)
{
	unsigned shift = (unsigned)__builtin_ctzll(old);
	unsigned inner = bits((old - 1) ^ (size - 1));
	size_t n = inner - shift + (unsigned)__builtin_popcountll((old - 1) >> inner);

	return old == (uint64_t)1 << shift ? n : n + 1;
}

int
ent_check_consistency(uint64_t old, const struct ent_hash *old_root, uint64_t size,
                      const struct ent_hash *root, const struct ent_hash *proof, size_t count)
{
	uint64_t fn = old - 1, sn = size - 1;
	struct ent_hash fr, sr;
	size_t i = 0;

	if (old > size || size > ENT_LEDGER_SIZE_MAX)
		return ENT_ESIG;
	if (size == 0) {
		ent_empty_root(&fr);
		return count == 0 && same(&fr, root) ? 0 : ENT_ESIG;
	}
	if (old == 0)
		return count == 0 ? 0 : ENT_ESIG;
	if (old == size)
		return count == 0 && same(old_root, root) ? 0 : ENT_ESIG;
	if (count != consistency_length(old, size))
		return ENT_ESIG;
	while (fn & 1) {
		fn >>= 1;
		sn >>= 1;
	}
	/* A complete old tree is where the proof begins; it isn't sent. */
	fr = fn == 0 ? *old_root : proof[i++];
	sr = fr;
	for (; i < count; i++) {
		bool left_sibling = (fn & 1) || fn == sn;

		if (left_sibling) {
			ent_node_hash(&proof[i], &fr, &fr);
			ent_node_hash(&proof[i], &sr, &sr);
		} else {
			ent_node_hash(&sr, &proof[i], &sr);
		}
		climb(&fn, &sn, left_sibling);
	}
	return sn == 0 && same(&fr, old_root) && same(&sr, root) ? 0 : ENT_ESIG;
}

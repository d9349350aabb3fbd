/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trees.h - trees in memory, and the definitions of RFC 6962 written down as they stand there,
 * to test against.
 */
#ifndef ENT_TESTS_TREES_H
#define ENT_TESTS_TREES_H
#include "test.h"

#include <entente/ledger.h>

#define TREE_MAX    700
#define TREE_LEVELS 10

/* Every complete subtree of a tree of up to TREE_MAX leaves. */
struct tree {
	struct ent_range range;
	struct ent_hash node[TREE_LEVELS][TREE_MAX];
	size_t have[TREE_LEVELS];
};

static inline int
tree_put(void *self, unsigned level, uint64_t index, const struct ent_hash *h,
         struct ent_err *err)
{
	struct tree *t = self;

	(void)err;
	assert_true(level < TREE_LEVELS);
	assert_int_equal(index, t->have[level]); /* each subtree once, in order */
	t->node[level][t->have[level]++] = *h;
	return 0;
}

static inline int
tree_get(void *self, unsigned level, uint64_t index, struct ent_hash *out, struct ent_err *err)
{
	const struct tree *t = self;

	if (level >= TREE_LEVELS || index >= t->have[level])
		return ent_fail(err, ENT_ENOENT, "no such node");
	*out = t->node[level][index];
	return 0;
}

/* Leaf i is "leaf i", as in the Go vectors. */
static inline void
tree_leaf(size_t i, struct ent_hash *out)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "leaf %zu", i);

	ent_leaf_hash((struct ent_str){ text, (size_t)n }, out);
}

static inline struct tree *
tree_of(size_t leaves)
{
	struct tree *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	ent_range_init(&t->range);
	for (size_t i = 0; i < leaves; i++) {
		struct ent_hash h;

		tree_leaf(i, &h);
		assert_int_equal(ent_range_add(&t->range, &h, tree_put, t, NULL), 0);
	}
	return t;
}

static inline struct ent_nodes
tree_nodes(struct tree *t)
{
	return (struct ent_nodes){ tree_get, t };
}

static inline size_t
naive_split(size_t n)
{
	size_t k = 1;

	while (2 * k < n)
		k *= 2;
	return k;
}

/* RFC 6962, 2.1: MTH(D[first:first+n]). */
static inline struct ent_hash
naive_root(size_t first, size_t n)
{
	struct ent_hash l, r;
	size_t k;

	if (n == 0) {
		ent_empty_root(&l);
		return l;
	}
	if (n == 1) {
		tree_leaf(first, &l);
		return l;
	}
	k = naive_split(n);
	l = naive_root(first, k);
	r = naive_root(first + k, n - k);
	ent_node_hash(&l, &r, &l);
	return l;
}

/* RFC 6962, 2.1.1: PATH(m, D[first:first+n]); gives how many hashes it wrote. */
static inline size_t
naive_path(size_t m, size_t first, size_t n, struct ent_hash *out)
{
	size_t k, have;

	if (n == 1)
		return 0;
	k = naive_split(n);
	if (m < k) {
		have = naive_path(m, first, k, out);
		out[have] = naive_root(first + k, n - k);
	} else {
		have = naive_path(m - k, first + k, n - k, out);
		out[have] = naive_root(first, k);
	}
	return have + 1;
}

/* RFC 6962, 2.1.2: SUBPROOF(m, D[first:first+n], b). */
static inline size_t
naive_subproof(size_t m, size_t first, size_t n, bool b, struct ent_hash *out)
{
	size_t k, have;

	if (m == n) {
		if (b)
			return 0;
		out[0] = naive_root(first, n);
		return 1;
	}
	k = naive_split(n);
	if (m <= k) {
		have = naive_subproof(m, first, k, b, out);
		out[have] = naive_root(first + k, n - k);
	} else {
		have = naive_subproof(m - k, first + k, n - k, false, out);
		out[have] = naive_root(first, k);
	}
	return have + 1;
}

static inline void
assert_hash(const struct ent_hash *a, const struct ent_hash *b)
{
	assert_memory_equal(a->b, b->b, ENT_HASH);
}

#endif

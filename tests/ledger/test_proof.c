/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_proof.c - every proof that is made verifies, is the one that RFC 6962 defines, and no
 * change to it does.
 */
#include "trees.h"

#include "base/limits.h"

/* Sizes round the places where the shape changes, and a few others. */
static const size_t sizes[] = { 1,  2,  3,  4,  5,   6,   7,   8,   9,   15,  16,  17, 31,
	                        32, 33, 63, 64, 100, 127, 128, 129, 255, 256, 257, 300 };

#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

struct claim { /* of inclusion, or with old set, of consistency */
	struct ent_hash proof[ENT_LEDGER_PROOF_MAX + 2];
	size_t count;
	uint64_t index, size;
	struct ent_hash leaf, root;
};

static int
included(const struct claim *c)
{
	return ent_check_inclusion(&c->leaf, c->index, c->size, c->proof, c->count, &c->root);
}

static int
consistent(const struct claim *c)
{
	return ent_check_consistency(c->index, &c->leaf, c->size, &c->root, c->proof, c->count);
}

/* Every way to change hashes and their number. */
static void
refuses_changes(const struct claim *c, int (*check)(const struct claim *))
{
	struct claim m;

	assert_int_equal(check(c), 0);
	for (size_t i = 0; i < c->count; i++) {
		m = *c;
		m.proof[i].b[i % ENT_HASH] ^= (uint8_t)(1 << i % 8);
		assert_int_equal(check(&m), ENT_ESIG);
		m = *c; /* one left out */
		memmove(&m.proof[i], &m.proof[i + 1], (m.count - i - 1) * sizeof(m.proof[0]));
		m.count--;
		assert_int_equal(check(&m), ENT_ESIG);
	}
	for (size_t i = 0; i + 1 < c->count; i++) {
		m = *c;
		m.proof[i] = c->proof[i + 1];
		m.proof[i + 1] = c->proof[i];
		assert_int_equal(check(&m), ENT_ESIG);
	}
	for (size_t i = 0; i <= c->count; i++) { /* one put in */
		m = *c;
		memmove(&m.proof[i + 1], &m.proof[i], (m.count - i) * sizeof(m.proof[0]));
		m.proof[i] = c->root;
		m.count++;
		assert_int_equal(check(&m), ENT_ESIG);
	}
	m = *c;
	m.root.b[31] ^= 1;
	assert_int_equal(check(&m), ENT_ESIG);
	m = *c;
	m.leaf.b[0] ^= 1;
	assert_int_equal(check(&m), ENT_ESIG);
	m = *c;
	m.size = m.index; /* an index that isn't there; for consistency, another tree of the old
	                     size */
	if (check == included || c->index != c->size)
		assert_int_equal(check(&m), ENT_ESIG);
}

static void
inclusion_proofs_hold_and_no_others(void **state)
{
	struct tree *t = tree_of(300);
	struct ent_nodes n = tree_nodes(t);
	struct ent_hash want[64];
	struct claim c;

	(void)state;
	for (size_t s = 0; s < SIZES; s++)
		for (size_t i = 0; i < sizes[s]; i += sizes[s] < 40 ? 1 : 7) {
			c = (struct claim){ .index = i, .size = sizes[s] };
			assert_int_equal(
			    ent_prove_inclusion(&n, i, sizes[s], c.proof, &c.count, NULL), 0);
			assert_int_equal(c.count, naive_path(i, 0, sizes[s], want));
			assert_memory_equal(c.proof, want, c.count * sizeof(want[0]));
			assert_int_equal(ent_root_at(&n, sizes[s], &c.root, NULL), 0);
			tree_leaf(i, &c.leaf);
			refuses_changes(&c, included);
			c.index ^= 1; /* the neighbour's place */
			assert_int_equal(included(&c), ENT_ESIG);
		}
	free(t);
}

static void
consistency_proofs_hold_and_no_others(void **state)
{
	struct tree *t = tree_of(300);
	struct ent_nodes n = tree_nodes(t);
	struct ent_hash want[64];
	struct claim c;

	(void)state;
	for (size_t s = 0; s < SIZES; s++)
		for (size_t old = 1; old < sizes[s]; old += sizes[s] < 40 ? 1 : 5) {
			c = (struct claim){ .index = old, .size = sizes[s] };
			assert_int_equal(
			    ent_prove_consistency(&n, old, sizes[s], c.proof, &c.count, NULL),
			    0);
			assert_int_equal(c.count, naive_subproof(old, 0, sizes[s], true, want));
			assert_memory_equal(c.proof, want, c.count * sizeof(want[0]));
			assert_int_equal(ent_root_at(&n, old, &c.leaf, NULL), 0);
			assert_int_equal(ent_root_at(&n, sizes[s], &c.root, NULL), 0);
			refuses_changes(&c, consistent);
		}
	free(t);
}

static void
a_rewritten_ledger_has_no_proof(void **state)
{
	struct tree *t = tree_of(40), *other = calloc(1, sizeof(*other));
	struct ent_nodes theirs;
	struct ent_hash old_root, h;
	struct claim c = { .index = 20, .size = 40 };

	(void)state;
	ent_range_root(&t->range, &h);
	ent_range_init(&other->range);
	for (size_t i = 0; i < 40; i++) { /* entry 11 is another one */
		tree_leaf(i == 11 ? 1000 : i, &h);
		assert_int_equal(ent_range_add(&other->range, &h, tree_put, other, NULL), 0);
	}
	theirs = tree_nodes(other);
	old_root = naive_root(0, 20);
	assert_int_equal(ent_prove_consistency(&theirs, 20, 40, c.proof, &c.count, NULL), 0);
	assert_int_equal(ent_root_at(&theirs, 40, &c.root, NULL), 0);
	c.leaf = old_root;
	assert_int_equal(consistent(&c), ENT_ESIG);
	free(t);
	free(other);
}

static void
edges_of_consistency(void **state)
{
	struct ent_hash empty, root = naive_root(0, 5), zero = { { 0 } };

	(void)state;
	ent_empty_root(&empty);
	assert_int_equal(ent_check_consistency(0, &empty, 5, &root, NULL, 0), 0);
	assert_int_equal(ent_check_consistency(0, &empty, 5, &root, &root, 1), ENT_ESIG);
	assert_int_equal(ent_check_consistency(0, &empty, 0, &empty, NULL, 0), 0);
	assert_int_equal(ent_check_consistency(0, &empty, 0, &zero, NULL, 0), ENT_ESIG);
	assert_int_equal(ent_check_consistency(5, &root, 5, &root, NULL, 0), 0);
	assert_int_equal(ent_check_consistency(5, &root, 5, &empty, NULL, 0), ENT_ESIG);
	assert_int_equal(ent_check_consistency(5, &root, 5, &root, &root, 1), ENT_ESIG);
	assert_int_equal(ent_check_consistency(6, &root, 5, &root, NULL, 0), ENT_ESIG);
	assert_int_equal(ent_check_consistency(5, &root, 0, &empty, NULL, 0), ENT_ESIG);
	assert_int_equal(ent_check_consistency(1, &root, UINT64_MAX, &root, NULL, 0), ENT_ESIG);
	assert_int_equal(ent_check_inclusion(&root, 0, 0, NULL, 0, &root), ENT_ESIG);
	assert_int_equal(ent_check_inclusion(&root, UINT64_MAX - 1, UINT64_MAX, NULL, 0, &root),
	                 ENT_ESIG);
}

static void
a_proof_longer_than_the_tree_is_deep_is_not_read(void **state)
{
	struct ent_hash root = naive_root(0, 10), leaf;

	(void)state;
	tree_leaf(3, &leaf);
	/* There are no hashes behind the pointer: reading one would crash. */
	assert_int_equal(ent_check_inclusion(&leaf, 3, 10, NULL, 2048, &root), ENT_ESIG);
	assert_int_equal(ent_check_consistency(3, &leaf, 10, &root, NULL, 2048), ENT_ESIG);
	assert_int_equal(ent_check_inclusion(&leaf, 3, 10, NULL, 5, &root), ENT_ESIG);
	assert_int_equal(ent_check_consistency(3, &leaf, 10, &root, NULL, 6), ENT_ESIG);
}

static int
get_anything(void *self, unsigned level, uint64_t index, struct ent_hash *out,
             struct ent_err *err)
{
	(void)self;
	(void)err;
	memset(out, (int)level, sizeof(*out));
	memcpy(out->b, &index, sizeof(index));
	return 0;
}

static void
no_proof_is_longer_than_its_room(void **state)
{
	struct ent_nodes n = { get_anything, NULL };
	const uint64_t max = ENT_LEDGER_SIZE_MAX;
	const uint64_t at[] = { 1,           2,       3,       max / 2 - 1, max / 2,
		                max / 2 + 1, max - 2, max - 1, max };
	struct ent_hash proof[ENT_LEDGER_PROOF_MAX];
	size_t count, longest = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		for (size_t j = 0; j <= i; j++) {
			assert_int_equal(
			    ent_prove_inclusion(&n, at[j] - 1, at[i], proof, &count, NULL), 0);
			assert_true(count <= 62);
			assert_int_equal(
			    ent_prove_consistency(&n, at[j], at[i], proof, &count, NULL), 0);
			assert_true(count <= ENT_LEDGER_PROOF_MAX);
			longest = count > longest ? count : longest;
		}
	assert_int_equal(longest, ENT_LEDGER_PROOF_MAX);
}

static void
what_is_not_in_the_tree_has_no_proof(void **state)
{
	struct tree *t = tree_of(8);
	struct ent_nodes n = tree_nodes(t);
	struct ent_hash proof[ENT_LEDGER_PROOF_MAX];
	size_t count;

	(void)state;
	assert_int_equal(ent_prove_inclusion(&n, 8, 8, proof, &count, NULL), ENT_EINVAL);
	assert_int_equal(ent_prove_inclusion(&n, 0, 0, proof, &count, NULL), ENT_EINVAL);
	assert_int_equal(ent_prove_inclusion(&n, 0, UINT64_MAX, proof, &count, NULL),
	                 ENT_EINVAL);
	assert_int_equal(ent_prove_consistency(&n, 9, 8, proof, &count, NULL), ENT_EINVAL);
	assert_int_equal(ent_prove_consistency(&n, 8, UINT64_MAX, proof, &count, NULL),
	                 ENT_EINVAL);
	assert_int_equal(ent_prove_inclusion(&n, 0, 9, proof, &count, NULL), ENT_ENOENT);
	assert_int_equal(ent_prove_consistency(&n, 8, 9, proof, &count, NULL), ENT_ENOENT);
	assert_int_equal(ent_prove_consistency(&n, 0, 8, proof, &count, NULL), 0);
	assert_int_equal(count, 0);
	free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inclusion_proofs_hold_and_no_others),
		cmocka_unit_test(consistency_proofs_hold_and_no_others),
		cmocka_unit_test(a_rewritten_ledger_has_no_proof),
		cmocka_unit_test(edges_of_consistency),
		cmocka_unit_test(a_proof_longer_than_the_tree_is_deep_is_not_read),
		cmocka_unit_test(no_proof_is_longer_than_its_room),
		cmocka_unit_test(what_is_not_in_the_tree_has_no_proof),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

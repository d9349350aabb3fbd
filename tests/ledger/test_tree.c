/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_tree.c - roots, ranges, and stores that keep every eighth level only.
 */
#include "trees.h"

#include "base/enc.h"
#include "base/limits.h"
#include "ledger/tiles.h"

/* The reference tree of the Certificate Transparency code (the example of RFC 6962, 2.1.3 has
 * its shape). */
static const struct {
	struct ent_str leaf;
	const char *root;
} reference[] = {
	{ { "", 0 }, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
	{ { "\x00", 1 }, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
	{ { "\x10", 1 }, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
	{ { "\x20\x21", 2 },
	  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
	{ { "\x30\x31", 2 },
	  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
	{ { "\x40\x41\x42\x43", 4 },
	  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
	{ { "\x50\x51\x52\x53\x54\x55\x56\x57", 8 },
	  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
	{ { "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16 },
	  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
};

static void
roots_of_the_reference_tree(void **state)
{
	struct ent_range r;
	struct ent_hash h;
	char hex[65];

	(void)state;
	ent_range_init(&r);
	ent_range_root(&r, &h);
	ent_hex(h.b, ENT_HASH, hex);
	assert_string_equal(hex,
	                    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	for (size_t i = 0; i < sizeof(reference) / sizeof(reference[0]); i++) {
		ent_leaf_hash(reference[i].leaf, &h);
		assert_int_equal(ent_range_add(&r, &h, NULL, NULL, NULL), 0);
		ent_range_root(&r, &h);
		ent_hex(h.b, ENT_HASH, hex);
		assert_string_equal(hex, reference[i].root);
	}
}

static void
roots_of_all_sizes_are_as_defined(void **state)
{
	struct tree *t = tree_of(300);
	struct ent_nodes n = tree_nodes(t);
	struct ent_range grown, loaded;

	(void)state;
	ent_range_init(&grown);
	for (size_t size = 0; size <= 300; size++) {
		struct ent_hash want = naive_root(0, size), got;

		ent_range_root(&grown, &got);
		assert_hash(&got, &want);
		assert_int_equal(ent_root_at(&n, size, &got, NULL), 0);
		assert_hash(&got, &want);
		assert_int_equal(ent_range_load(&n, size, &loaded, NULL), 0);
		assert_int_equal(loaded.size, size);
		assert_int_equal(loaded.count, grown.count);
		assert_memory_equal(loaded.node, grown.node,
		                    grown.count * sizeof(struct ent_hash));
		tree_leaf(size, &got);
		assert_int_equal(ent_range_add(&grown, &got, NULL, NULL, NULL), 0);
	}
	free(t);
}

struct broken {
	unsigned level; /* fails here */
	unsigned calls;
};

static int
put_broken(void *self, unsigned level, uint64_t index, const struct ent_hash *h,
           struct ent_err *err)
{
	struct broken *b = self;

	(void)index;
	(void)h;
	b->calls++;
	return level == b->level ? ent_fail(err, ENT_ESTORE, "broken") : 0;
}

static void
a_failed_put_leaves_the_range_as_it_was(void **state)
{
	struct tree *t = tree_of(7);
	struct ent_hash leaf;

	(void)state;
	tree_leaf(7, &leaf);
	for (unsigned level = 0; level < 4; level++) {
		struct broken b = { level, 0 };
		struct ent_range before = t->range;

		assert_int_equal(ent_range_add(&t->range, &leaf, put_broken, &b, NULL),
		                 ENT_ESTORE);
		assert_int_equal(b.calls, level + 1);
		assert_memory_equal(&t->range, &before, sizeof(before));
	}
	free(t);
}

static void
sizes_beyond_the_limit_are_refused(void **state)
{
	struct tree *t = tree_of(3);
	struct ent_nodes n = tree_nodes(t);
	struct ent_range r = { .size = ENT_LEDGER_SIZE_MAX, .count = 1 };
	struct ent_hash h;

	(void)state;
	tree_leaf(0, &h);
	assert_int_equal(ent_range_add(&r, &h, NULL, NULL, NULL), ENT_ELIMIT);
	assert_int_equal(ent_root_at(&n, ENT_LEDGER_SIZE_MAX + 1, &h, NULL), ENT_EINVAL);
	assert_int_equal(ent_root_at(&n, UINT64_MAX, &h, NULL), ENT_EINVAL);
	assert_int_equal(ent_root_at(&n, ENT_LEDGER_SIZE_MAX, &h, NULL), ENT_ENOENT);
	assert_int_equal(ent_root_at(&n, 4, &h, NULL), ENT_ENOENT); /* the store has three */
	free(t);
}

/* A store of levels 0 and 8 only, that checks how it is asked. */
struct tiled {
	struct tree *all;
	size_t kept[TREE_LEVELS];
	size_t reads;
};

static int
tiled_read(void *self, unsigned level, uint64_t index, size_t n, struct ent_hash *out,
           struct ent_err *err)
{
	struct tiled *t = self;

	assert_int_equal(level % ENT_TILE_HEIGHT, 0);
	assert_true(n >= 1 && n <= 128 && (n & (n - 1)) == 0);
	assert_int_equal(index / 256, (index + n - 1) / 256);
	t->reads++;
	if (level >= TREE_LEVELS || index + n > t->kept[level])
		return ent_fail(err, ENT_ENOENT, "not there");
	memcpy(out, &t->all->node[level][index], n * sizeof(*out));
	return 0;
}

static int
tiled_put(void *self, unsigned level, uint64_t index, const struct ent_hash *h,
          struct ent_err *err)
{
	struct tiled *t = self;

	(void)err;
	assert_int_equal(level % ENT_TILE_HEIGHT, 0);
	assert_int_equal(index, t->kept[level]);
	assert_hash(h, &t->all->node[level][index]);
	t->kept[level]++;
	return 0;
}

static void
tiles_answer_as_a_full_store(void **state)
{
	struct tree *all = tree_of(TREE_MAX);
	struct tiled self = { .all = all };
	struct ent_tiles tiles = { tiled_read, tiled_put, &self };
	struct ent_nodes full = tree_nodes(all), part = { ent_tiles_get, &tiles };
	struct ent_range r;
	struct ent_hash a, b;

	(void)state;
	ent_range_init(&r);
	for (size_t i = 0; i < TREE_MAX; i++)
		assert_int_equal(
		    ent_range_add(&r, &all->node[0][i], ent_tiles_put, &tiles, NULL), 0);
	assert_int_equal(self.kept[0], TREE_MAX);
	assert_int_equal(self.kept[8], TREE_MAX / 256);
	for (unsigned level = 0; level < TREE_LEVELS; level++)
		for (uint64_t i = 0; i < all->have[level]; i++) {
			self.reads = 0;
			assert_int_equal(part.get(part.self, level, i, &a, NULL), 0);
			assert_int_equal(self.reads, 1);
			assert_hash(&a, &all->node[level][i]);
		}
	for (size_t size = 0; size <= TREE_MAX; size++) {
		assert_int_equal(ent_root_at(&full, size, &a, NULL), 0);
		assert_int_equal(ent_root_at(&part, size, &b, NULL), 0);
		assert_hash(&a, &b);
	}
	assert_int_equal(part.get(part.self, 7, all->have[7], &a, NULL), ENT_ENOENT);
	assert_int_equal(part.get(part.self, 64, 0, &a, NULL), ENT_EINVAL);
	assert_int_equal(part.get(part.self, 63, 2, &a, NULL), ENT_EINVAL);
	free(all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roots_of_the_reference_tree),
		cmocka_unit_test(roots_of_all_sizes_are_as_defined),
		cmocka_unit_test(a_failed_put_leaves_the_range_as_it_was),
		cmocka_unit_test(sizes_beyond_the_limit_are_refused),
		cmocka_unit_test(tiles_answer_as_a_full_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

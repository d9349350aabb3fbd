/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tiles.h - a tree of which only every eighth level is stored (C2SP tlog-tiles: tiles of 256
 *hashes, height 8).
 *
 * ent_range_add gives every complete subtree to its put; ent_tiles_put lets only those through
 *that tiles hold. ent_range_load and the proofs ask for subtrees of any level; ent_tiles_get
 *makes the others by hashing up from the next stored level below.  One lookup is one read of 1
 *to 128 hashes that stand side by side in one tile.
 *
 *	struct ent_tiles t = { my_read, NULL, my_store };
 *	struct ent_nodes n = { ent_tiles_get, &t };
 */
#ifndef ENT_LEDGER_TILES_H
#define ENT_LEDGER_TILES_H
#include <entente/ledger.h>

#define ENT_TILE_HEIGHT 8

struct ent_tiles {
	/*
	 * n hashes of level (a multiple of 8), from index on.  index is a multiple of n, n a
	 * power of two of at most 128: all of them are in tile index / 256.  May be NULL where
	 * nothing is read.
	 */
	int (*read)(void *self, unsigned level, uint64_t index, size_t n, struct ent_hash *out,
	            struct ent_err *err);
	/* Keeps one hash of a level that is a multiple of 8.  May be NULL where nothing is
	 * written. */
	int (*put)(void *self, unsigned level, uint64_t index, const struct ent_hash *h,
	           struct ent_err *err);
	void *self;
};

/* A struct ent_nodes' get; tiles is a struct ent_tiles. */
int ent_tiles_get(void *tiles, unsigned level, uint64_t index, struct ent_hash *out,
                  struct ent_err *err);
/* ent_range_add's put; tiles is a struct ent_tiles. */
int ent_tiles_put(void *tiles, unsigned level, uint64_t index, const struct ent_hash *h,
                  struct ent_err *err);

#endif

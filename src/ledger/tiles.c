/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tiles.c - subtrees of any level from a store that has every eighth.
 */
#include "ledger/tiles.h"

int
ent_tiles_get(void *tiles, unsigned level, uint64_t index, struct ent_hash *out,
              struct ent_err *err)
{
	const struct ent_tiles *t = tiles;
	struct ent_hash h[1 << (ENT_TILE_HEIGHT - 1)];
	unsigned above = level % ENT_TILE_HEIGHT;
	size_t n = (size_t)1 << above;
	int rc;

	if (level >= 64 || index > UINT64_MAX >> level)
		return ent_fail(err, ENT_EINVAL,
		                "no tree has a level %u and an index %llu there", level,
		                (unsigned long long)index);
	rc = t->read(t->self, level - above, index << above, n, h, err);
	if (rc)
		return rc;
	for (; n > 1; n /= 2)
		for (size_t i = 0; i < n / 2; i++)
			ent_node_hash(&h[2 * i], &h[2 * i + 1], &h[i]);
	*out = h[0];
	return 0;
}

int
ent_tiles_put(void *tiles, unsigned level, uint64_t index, const struct ent_hash *h,
              struct ent_err *err)
{
	const struct ent_tiles *t = tiles;

	return level % ENT_TILE_HEIGHT ? 0 : t->put(t->self, level, index, h, err);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proof.c - fuzzes proofs: the input's own are refused or hold by every bit, and those made for
 * a tree of the input's sizes hold.
 *
 * Input: what to check (0 inclusion, 1 consistency), 8 bytes index or old size, 8 bytes size,
 * two hashes, a proof.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <entente/ledger.h>

#define LEAVES 600

struct claim {
	uint8_t kind;
	uint64_t index, size;
	struct ent_hash from, root;
	struct ent_hash proof[ENT_LEDGER_PROOF_MAX + 2];
	size_t count;
};

struct tree {
	struct ent_hash node[10][LEAVES];
};

static int
check(const struct claim *c)
{
	if (c->kind & 1)
		return ent_check_consistency(c->index, &c->from, c->size, &c->root, c->proof,
		                             c->count);
	return ent_check_inclusion(&c->from, c->index, c->size, c->proof, c->count, &c->root);
}

/* What holds depends on every hash, unless it says nothing: from an empty tree everything
 * follows. */
static void
holds_by_every_hash(struct claim *c)
{
	struct ent_hash *all[ENT_LEDGER_PROOF_MAX + 4] = { &c->from, &c->root };
	size_t n = 2;

	if ((c->kind & 1) && c->index == 0)
		return;
	for (size_t i = 0; i < c->count; i++)
		all[n++] = &c->proof[i];
	for (size_t i = 0; i < n; i++) {
		all[i]->b[i % ENT_HASH] ^= 0x10;
		if (check(c) == 0)
			abort();
		all[i]->b[i % ENT_HASH] ^= 0x10;
	}
	c->count++;
	if (check(c) == 0)
		abort();
	c->count--;
}

static int
put(void *self, unsigned level, uint64_t index, const struct ent_hash *h, struct ent_err *err)
{
	struct tree *t = self;

	(void)err;
	t->node[level][index] = *h;
	return 0;
}

static int
get(void *self, unsigned level, uint64_t index, struct ent_hash *out, struct ent_err *err)
{
	const struct tree *t = self;

	(void)err;
	*out = t->node[level][index];
	return 0;
}

/* The proof that belongs to these numbers in a tree of our own. */
static void
made_proof_holds(struct claim c)
{
	struct tree *t = calloc(1, sizeof(*t));
	struct ent_nodes n = { get, t };
	struct ent_range r;
	int rc;

	if (!t)
		return;
	c.size = c.size % (LEAVES - 1) + 1;
	c.index %= c.size;
	ent_range_init(&r);
	for (uint64_t i = 0; i < c.size; i++) {
		struct ent_hash h;

		ent_leaf_hash((struct ent_str){ (const char *)&i, sizeof(i) }, &h);
		if (ent_range_add(&r, &h, put, t, NULL))
			abort();
	}
	ent_range_root(&r, &c.root);
	if (c.kind & 1) {
		rc = ent_prove_consistency(&n, c.index, c.size, c.proof, &c.count, NULL);
		rc = rc ? rc : ent_root_at(&n, c.index, &c.from, NULL);
	} else {
		rc = ent_prove_inclusion(&n, c.index, c.size, c.proof, &c.count, NULL);
		c.from = t->node[0][c.index];
	}
	if (rc || check(&c))
		abort();
	holds_by_every_hash(&c);
	free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const size_t head = 1 + 8 + 8 + 2 * ENT_HASH;
	struct claim c = { 0 };

	if (len < head)
		return 0;
	c.kind = data[0];
	memcpy(&c.index, data + 1, 8);
	memcpy(&c.size, data + 9, 8);
	memcpy(&c.from, data + 17, ENT_HASH);
	memcpy(&c.root, data + 17 + ENT_HASH, ENT_HASH);
	c.count = (len - head) / ENT_HASH;
	if (c.count > ENT_LEDGER_PROOF_MAX + 1)
		c.count = ENT_LEDGER_PROOF_MAX + 1;
	if (c.count)
		memcpy(c.proof, data + head, c.count * ENT_HASH);
	if (check(&c) == 0)
		holds_by_every_hash(&c);
	made_proof_holds(c);
	return 0;
}

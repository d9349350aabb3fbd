/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger.h - Merkle tree hashing and proofs (RFC 6962, 2.1), signed checkpoints and
 * cosignatures (C2SP tlog-checkpoint, signed-note, tlog-cosignature).  Pure: nodes come through
 * callbacks.
 */
#ifndef ENTENTE_LEDGER_H
#define ENTENTE_LEDGER_H
#include <entente/arena.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ENT_HASH             32
#define ENT_LEDGER_PROOF_MAX 63

struct ent_hash {
	uint8_t b[ENT_HASH];
};

/* ---- tree ---- */
/* SHA-256(0x00 || entry); SHA-256(0x01 || left || right); SHA-256(""). */
ENT_API void ent_leaf_hash(struct ent_str entry, struct ent_hash *out);
ENT_API void ent_node_hash(const struct ent_hash *l, const struct ent_hash *r,
                           struct ent_hash *out);
ENT_API void ent_empty_root(struct ent_hash *out);

/* A compact range: the roots of the complete subtrees that make up a tree, largest first. */
struct ent_range {
	uint64_t size;
	unsigned count;
	struct ent_hash node[64];
};
ENT_API void ent_range_init(struct ent_range *r);
/*
 * Appends a leaf hash.  Each complete subtree that this makes, the leaf itself (level 0) first,
 * goes to put (NULL: nobody wants them), whose failure is returned and leaves *r as it was.
 */
ENT_API int ent_range_add(struct ent_range *r, const struct ent_hash *leaf,
                          int (*put)(void *self, unsigned level, uint64_t index,
                                     const struct ent_hash *h, struct ent_err *err),
                          void *self, struct ent_err *err);
ENT_API void ent_range_root(const struct ent_range *r, struct ent_hash *out);

/* Where complete subtrees come from: the root of the 2^level leaves from index << level on. */
struct ent_nodes {
	int (*get)(void *self, unsigned level, uint64_t index, struct ent_hash *out,
	           struct ent_err *err);
	void *self;
};
/* The range of the first size leaves, from the store's nodes. */
ENT_API int ent_range_load(const struct ent_nodes *n, uint64_t size, struct ent_range *out,
                           struct ent_err *err);
ENT_API int ent_root_at(const struct ent_nodes *n, uint64_t size, struct ent_hash *out,
                        struct ent_err *err);
/*
 * proof has room for ENT_LEDGER_PROOF_MAX; *count is how many it has.  ENT_EINVAL unless
 * index < size, old <= size, and size is at most 2^62.
 */
ENT_API int ent_prove_inclusion(const struct ent_nodes *n, uint64_t index, uint64_t size,
                                struct ent_hash *proof, size_t *count, struct ent_err *err);
ENT_API int ent_prove_consistency(const struct ent_nodes *n, uint64_t old, uint64_t size,
                                  struct ent_hash *proof, size_t *count, struct ent_err *err);
/*
 * 0 or ENT_ESIG (RFC 9162, 2.1.3.2 and 2.1.4.2).  A proof of another length than the numbers
 * ask for is refused unread.
 */
ENT_API int ent_check_inclusion(const struct ent_hash *leaf, uint64_t index, uint64_t size,
                                const struct ent_hash *proof, size_t count,
                                const struct ent_hash *root);
/* old == 0 wants an empty proof and fits any tree; old_root isn't looked at then. */
ENT_API int ent_check_consistency(uint64_t old, const struct ent_hash *old_root, uint64_t size,
                                  const struct ent_hash *root, const struct ent_hash *proof,
                                  size_t count);

/* ---- checkpoints ---- */
struct ent_checkpoint {
	struct ent_str origin; /* "<host>/entente/<agreement uuid>" */
	uint64_t size;
	struct ent_hash root;
	struct ent_str
	    text; /* what is signed: three lines, each with its line feed; borrowed */
};

struct ent_cosignature {
	int64_t time; /* seconds since 1970 */
	uint8_t sig[64];
};

/*
 * A checkpoint as a signed note: text, empty line, log signature (type 0x01) by sec, whose
 * public key is pub.  Extra signature lines may be put behind it as they are.
 */
ENT_API int ent_checkpoint_sign(struct ent_arena *a, struct ent_str origin, uint64_t size,
                                const struct ent_hash *root, const uint8_t pub[32],
                                const uint8_t sec[64], struct ent_str *note,
                                struct ent_err *err);
/*
 * Reads a note and verifies the log signature of its own origin under pub.  ENT_EPARSE if it
 * isn't a checkpoint note, ENT_ESIG if there is no line of that name and key id or its
 * signature fails.  Lines of others are ignored.
 */
ENT_API int ent_checkpoint_open(struct ent_str note, const uint8_t pub[32],
                                struct ent_checkpoint *out, struct ent_err *err);
/* Reads the text without looking at signatures. */
ENT_API int ent_checkpoint_parse(struct ent_str note, struct ent_checkpoint *out,
                                 struct ent_err *err);
/* A cosignature line (type 0x04, with its line feed) by name for the note's text; seconds. */
ENT_API int ent_cosign(struct ent_arena *a, struct ent_str note, struct ent_str name,
                       int64_t time, const uint8_t pub[32], const uint8_t sec[64],
                       struct ent_str *line, struct ent_err *err);
/*
 * Finds and verifies name's cosignature under pub in a note; the latest of several.  ENT_ENOENT
 * if there is none, ENT_ESIG if one fails.
 */
ENT_API int ent_cosignature_find(struct ent_str note, struct ent_str name,
                                 const uint8_t pub[32], struct ent_cosignature *out,
                                 struct ent_err *err);

#ifdef __cplusplus
}
#endif
#endif

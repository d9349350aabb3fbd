/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree_int.h - the nodes of a tree, shared by the file that fills them and those that read
 * them.
 *
 * A node has 16 bytes.  A container's children stand in one block: the elements of an array; of
 * an object the name and the value of each member in turn.  Before the block stands a header
 * that keeps the span of text.
 */
#ifndef ENT_JSON_TREE_INT_H
#define ENT_JSON_TREE_INT_H
#include <entente/json.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ent_json {
	uint32_t kind; /* enum ent_json_kind; in a header: the span's offset in the text */
	uint32_t n; /* bytes of a string, children of a container, length of a header's span */
	union {
		int64_t i;
		double d;
		const char *s;
		const struct ent_json *kids; /* kids[-1] is the header */
	} u;
};

/* Fills the tree from text, whose bytes are in the arena and followed by ENT_JSON_PADDING
 * readable ones.  *at: where it failed, beyond the text if that isn't known; *name: the name
 * that an object has twice, else absent. */
#define ENT_JSON_PADDING 64
int ent_json_fill(struct ent_arena *a, struct ent_str text, unsigned depth,
                  struct ent_json *root, size_t *at, const char **why, struct ent_str *name);
/* Where a text stops being JSON, found by reading it anew; only for the message of a failure.
 */
size_t ent_json_locate(struct ent_str text);
/* Whether two members of an object have one name; *second is then the later one.  -1: no
 * memory. */
int ent_json_duplicate(const struct ent_json *object, struct ent_str *second);

/*
 * The fewest decimal digits that read back as d, which is positive and finite: how many, and
 * the exponent of the first.  No locale matters.
 */
#define ENT_JSON_DIGITS 24
int ent_json_digits(double d, char digits[ENT_JSON_DIGITS], int *exponent);

#ifdef __cplusplus
}
#endif
#endif

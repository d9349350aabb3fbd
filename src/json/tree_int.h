/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree_int.h - the nodes of a tree, shared by the files that fill them and those that read
 * them.
 *
 * A node has 16 bytes.  A container's children stand in one block: the elements of an array; of
 * an object the name and the value of each member in turn.  Before the block stands a header
 * that keeps the span of text.
 */
#ifndef ENT_JSON_TREE_INT_H
#define ENT_JSON_TREE_INT_H
#include <entente/json.h>

#include "base/limits.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ent_json {
	uint32_t kind; /* enum ent_json_kind, and ENT_JSON_PLAIN; in a header: the span's offset
	                  in the text */
	uint32_t n; /* bytes of a string, children of a container, length of a header's span */
	union {
		int64_t i;
		double d;
		const char *s;
		const struct ent_json *kids; /* kids[-1] is the header */
	} u;
};

/* A string that stands in the text as it is, so that it may be written without a look. */
#define ENT_JSON_PLAIN   0x100u
#define ENT_JSON_KIND(v) ((enum ent_json_kind)((v)->kind & 0xff))
/* A string has at least that many readable bytes, whatever they are, from its first on. */
#define ENT_JSON_AHEAD 16

/* Where the values, names and punctuation of a text begin, as simdjson finds them. */
struct ent_json_index;
int ent_json_index_new(struct ent_json_index **out);
void ent_json_index_free(struct ent_json_index *x);
/*
 * at is the offsets of brackets, commas, colons, and the first bytes of strings and of other
 * words; behind the n that there are stand two that are text.n.  Strings are closed and hold no
 * control characters, and all is UTF-8; nothing else is known yet.  text is followed by
 * ENT_JSON_PADDING readable bytes.  0, ENT_ENOMEM, ENT_ELIMIT, or ENT_EPARSE with code and why.
 */
int ent_json_scan(struct ent_json_index *x, struct ent_str text, const uint32_t **at, size_t *n,
                  struct ent_json_fault *fault);

/* A container that isn't closed yet. */
struct ent_json_level {
	size_t base; /* the first of its values among the parser's nodes */
	uint32_t at; /* of its bracket in the text */
	char close;
};

/* What a parser keeps from one text to the next. */
struct ent_json_parser {
	struct ent_json_index *index;
	struct ent_json *nodes; /* room for values whose container isn't closed yet */
	size_t room;
	struct ent_json_level open[ENT_JSON_DEPTH_MAX];
};

/* Fills the tree from text, which is followed by ENT_JSON_PADDING readable bytes.  fault->at is
 * beyond the text where the place isn't known. */
int ent_json_fill(struct ent_json_parser *p, struct ent_arena *a, struct ent_str text,
                  unsigned depth, unsigned flags, struct ent_json *root,
                  struct ent_json_fault *fault);
/* A number of JSON, as a value; fault is filled where it can't be one. */
int ent_json_number(struct ent_str s, unsigned flags, struct ent_json *to,
                    struct ent_json_fault *fault);
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
/* The double that is nearest to a number of JSON; what is too small is 0.  False if it is too
 * large. */
bool ent_json_nearest(struct ent_str number, double *out);

#ifdef __cplusplus
}
#endif
#endif

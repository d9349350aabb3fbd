/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lexer_int.h - the words of the pattern language, for the parser alone.
 */
#ifndef ENT_PATTERN_LEXER_INT_H
#define ENT_PATTERN_LEXER_INT_H

#include "pattern/pattern.h"

enum tok {
	T_END,
	T_BAD,
	T_NAME,
	T_KEYWORD,
	T_INT,
	T_FLOAT,
	T_STRING,
	T_BOOL,
	T_HEX,
	T_BIN,
	T_TIME,
	T_OP,
	T_PUNCT
};

struct token {
	enum tok kind;
	size_t pos;
	struct ent_str raw;   /* as written */
	struct ent_str inner; /* between the quotes */
	const char *why;      /* of T_BAD */
	bool escaped;         /* inner has escapes */
	enum ent_pat_op op;   /* of T_OP */
};

void ent_pattern_lex(struct ent_str s, size_t *at, struct token *t);

/* Object types whose AND nothing can satisfy: the node of it, or NULL; *nomem if memory ran
 * out. tests is how many comparisons the observation has. */
const struct ent_pat_node *ent_pattern_types(struct ent_arena *a, const struct ent_pat_node *n,
                                             size_t tests, bool *nomem);

#endif

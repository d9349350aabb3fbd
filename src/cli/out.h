/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out.h - what a command prints: the same calls give text for people or, with --json, one JSON
 * document.
 *
 * Text from counterparts may hold escape sequences for terminals: control characters are
 * replaced in text; JSON escapes them.
 */
#ifndef ENT_CLI_OUT_H
#define ENT_CLI_OUT_H
#include <stdio.h>

#include "base/buf.h"
#include "json/write.h"

struct ent_column {
	const char *key;  /* member name in JSON; NULL: in text alone */
	const char *head; /* heading in text; NULL: in JSON alone */
	bool right;       /* set flush right, for numbers */
};

#define ENT_COLUMNS_MAX 24

struct ent_out {
	FILE *to;
	bool json, opened;
	struct ent_buf b; /* JSON that isn't written yet */
	struct ent_jw w;
	/* the list that is open */
	const struct ent_column *columns;
	size_t n_columns, at, rows, waiting;
	struct ent_buf cells, places;
	size_t width[ENT_COLUMNS_MAX];
	bool headed;
};

/* A copy of s into b in which no terminal finds a command; line feeds stay if lines is set. */
void ent_plain(struct ent_buf *b, struct ent_str s, bool lines);
/* How many columns of a terminal a text takes. */
size_t ent_columns_of(struct ent_str s);

void ent_out_init(struct ent_out *o, FILE *to, bool json);
void ent_out_release(struct ent_out *o);
/* Ends the document.  ENT_ESTORE if it couldn't be written, ENT_ENOMEM. */
int ent_out_end(struct ent_out *o, struct ent_err *err);

/* A member; in text "label: value" on a line.  key NULL: text alone; label NULL: JSON alone. An
 * absent text is null in JSON, and no line. */
void ent_out_str(struct ent_out *o, const char *key, const char *label, struct ent_str s);
void ent_out_c(struct ent_out *o, const char *key, const char *label, const char *c);
void ent_out_int(struct ent_out *o, const char *key, const char *label, int64_t i);
void ent_out_bool(struct ent_out *o, const char *key, const char *label, bool v);
void ent_out_time(struct ent_out *o, const char *key, const char *label, int64_t us);
void ent_out_hex(struct ent_out *o, const char *key, const char *label, const uint8_t *p,
                 size_t n);
/* A value of a tree; nothing in text. */
void ent_out_value(struct ent_out *o, const char *key, const struct ent_json *v);
/* JSON that is a value already; nothing in text. */
void ent_out_raw(struct ent_out *o, const char *key, struct ent_str value);
/* An object inside; in text nothing. */
void ent_out_object(struct ent_out *o, const char *key);
void ent_out_object_end(struct ent_out *o);
/* A line for people alone. */
void ent_out_line(struct ent_out *o, const char *fmt, ...) ENT_PRINTF(2, 3);

/* Bytes as they are, for programs: signed texts, exports. */
void ent_out_bytes(struct ent_out *o, struct ent_str s);

/* A list of at most 16 columns; then its cells, row after row. */
void ent_out_list(struct ent_out *o, const char *key, const struct ent_column *columns,
                  size_t n);
void ent_cell(struct ent_out *o, struct ent_str s);
void ent_cell_c(struct ent_out *o, const char *c);
void ent_cell_int(struct ent_out *o, int64_t i);
void ent_cell_bool(struct ent_out *o, bool v); /* "yes" and "no" in text */
void ent_cell_time(struct ent_out *o, int64_t us);
void ent_cell_hex(struct ent_out *o, const uint8_t *p, size_t n);
void ent_cell_raw(struct ent_out *o, struct ent_str value); /* JSON; "" in text */
/* none: what to say in text where there was no row; NULL: nothing. */
void ent_out_list_end(struct ent_out *o, const char *none);

/* A table of columns and how many they are; more than fit don't compile. */
#define ENT_COLUMNS(c)                                                                         \
	(c), (sizeof(c) / sizeof((c)[0]) +                                                     \
	      0 * sizeof(char[sizeof(c) / sizeof((c)[0]) <= ENT_COLUMNS_MAX ? 1 : -1]))

#endif

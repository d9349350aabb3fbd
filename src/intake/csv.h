/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.h - CSV (RFC 4180) and its kin with another separator: one reader for logs and for lists.
 *
 * A field that begins with a quotation mark ends with one, may hold separators and line ends,
 * and has each quotation mark inside it doubled; in any other field a quotation mark is itself.
 * A record ends with LF, CRLF or CR.
 */
#ifndef ENT_INTAKE_CSV_H
#define ENT_INTAKE_CSV_H
#include <entente/reader.h>

/*
 * Cuts the next field off *rest, the text of one record without its end: false when there is
 * none, or with *broken set where a quotation mark isn't closed, text stands behind one that
 * is, or the arena is full.  What was quoted is copied into a, with ENT_JSON_MADE_AHEAD
 * readable bytes from its first on (json/make.h); the rest is borrowed.
 */
bool ent_csv_field(struct ent_arena *a, struct ent_str *rest, char separator,
                   struct ent_str *out, bool *broken);

/* Records of a stream, in memory of one of at most ENT_CSV_RECORD bytes. */
struct ent_csv;

struct ent_csv_row {
	const struct ent_str *field; /* until the next call */
	size_t n;                    /* from 1 to ENT_CSV_FIELDS */
	uint64_t line;               /* where it begins, from 1 */
};

/* As separator: there are no fields and no quotation marks, each line is a record of one field.
 */
#define ENT_CSV_LINES '\0'

/* ENT_ENOMEM. */
int ent_csv_new(ent_read_fn *read, void *self, char separator, struct ent_csv **out,
                struct ent_err *err);
void ent_csv_free(struct ent_csv *c); /* NULL is fine */
/*
 * The next record that isn't empty: 1, or 0 at the end.  A byte order mark at the start and a
 * 0x1A at the end (CP/M's end of file, which OFAC writes to this day) aren't part of any.
 * ENT_EPARSE with the line: a quotation mark that isn't closed, text behind one, a NUL, what
 * isn't UTF-8; ENT_ELIMIT; ENT_ENOMEM; what read() returned.
 */
int ent_csv_next(struct ent_csv *c, struct ent_csv_row *out, struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gtd.h - tables of attacks in the form of the Global Terrorism Database: read and written.
 *
 * Columns are known by their names, in any order.  -9 and -99 are "unknown", a month or a day
 * of 0 too: nothing is made of them.  What a table has and the record doesn't is counted,
 * column by column, so that nothing is lost without a word.
 */
#ifndef ENT_INTAKE_GTD_H
#define ENT_INTAKE_GTD_H
#include <entente/reader.h>

#include "intake/attack.h"

enum ent_gtd_encoding { ENT_GTD_UTF8, ENT_GTD_WINDOWS_1252 };

struct ent_gtd;

/*
 * Begins to read a table and reads its header.  source names the table in claims and references
 * ("Global Terrorism Database"), and is borrowed.  ENT_EPARSE with line and column, ENT_ELIMIT,
 * ENT_ENOMEM, what read() returns.
 */
int ent_gtd_open(ent_read_fn *read, void *self, enum ent_gtd_encoding encoding,
                 struct ent_str source, struct ent_gtd **out, struct ent_err *err);
void ent_gtd_close(struct ent_gtd *g); /* NULL is fine */
/*
 * The next attack, without identifiers, in memory of a: 1, or 0 at the end.  ENT_EPARSE names
 * the line and the column: what is no number or out of its range, a code that there isn't, a
 * day that no calendar has, control characters, the same eventid twice, too few or too many
 * fields.
 */
int ent_gtd_next(struct ent_gtd *g, struct ent_arena *a, struct ent_attack *out,
                 struct ent_err *err);

/* A column with values that aren't carried. */
struct ent_gtd_loss {
	struct ent_str column;
	uint64_t values, first; /* how many, and the line of the first */
	const char *why;        /* "is not part of the record" */
};
/* The i-th, in the order of the columns; false where there are fewer. */
bool ent_gtd_loss_at(const struct ent_gtd *g, size_t i, struct ent_gtd_loss *out);
uint64_t ent_gtd_rows(const struct ent_gtd *g);

/* Figures of the table, and the quantities that they are as claims. */
struct ent_gtd_figure {
	const char *column, *quantity;
	bool includes; /* the perpetrators are counted among them */
};
const struct ent_gtd_figure *ent_gtd_figure_at(size_t i); /* NULL where there are fewer */

/* ---- writing ---- */

/* What couldn't be said in a table. */
struct ent_gtd_left {
	uint64_t rows, no_eventid, phases, types, no_date, conflicts, ranges, places, groups,
	    times, links;
};
void ent_gtd_put_header(struct ent_buf *to);
/* An incident as a row; name (may be NULL) gives an actor's name where the record has none. */
void ent_gtd_put_row(struct ent_buf *to, const struct ent_json *incident,
                     struct ent_str (*name)(void *self, struct ent_str actor), void *self,
                     struct ent_gtd_left *left);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader_int.h - a stream under its reader: reader.c keeps the bytes, items.c cuts them.
 */
#ifndef ENT_STIX_READER_INT_H
#define ENT_STIX_READER_INT_H
#include <entente/reader.h>

#include "base/buf.h"
#include "json/skip.h"

/* What comes next. */
enum ent_reader_state {
	ENT_AT_START,
	ENT_AT_VALUES, /* any value, or the end */
	ENT_AT_LINES,
	ENT_AT_LIST, /* an element of the list that is open, or its end */
	ENT_AT_END
};

struct ent_reader {
	ent_read_fn *read;
	void *self;
	size_t max;
	bool lines;

	char *buf; /* cap bytes and padding */
	size_t cap;
	uint64_t base;          /* of buf in the stream */
	uint64_t keep, at, end; /* what must be kept, where we are, what has been read */
	bool eof;
	bool holding; /* keep stays where it is over blanks */
	bool large;   /* more than max had to be kept, and wasn't */
	int rc;
	struct ent_err err;
	struct ent_place counted; /* up to here lines are counted */

	enum ent_reader_state state;
	uint64_t values; /* at the top, so far */
	/* the list that is open */
	bool bundle; /* it is a member of an object, whose text so far is in head */
	bool comma;  /* one was read before this element */
	uint64_t elements;
	struct ent_place opened;
	struct ent_buf head;
	char words[80]; /* of a fault */
};

static inline const char *
ent_reader_at(const struct ent_reader *r, uint64_t at)
{
	return r->buf + (at - r->base);
}

/* Reads more; false at the end or on failure.  Pointers into the buffer are void after it. */
bool ent_reader_more(struct ent_reader *r);
/* The byte at r->at, or -1 at the end. */
int ent_reader_peek(struct ent_reader *r);
/* The same past blanks, which aren't kept unless r->holding. */
int ent_reader_blanks(struct ent_reader *r);
/* Past a value of which s is what was read; false if the stream ends before it does. */
bool ent_reader_skip(struct ent_reader *r, struct ent_skip *s);
void ent_reader_until(struct ent_reader *r, const char *set, size_t n);
/* Up to the end of the line. */
void ent_reader_line(struct ent_reader *r);
/* The place of an offset that is kept and not before the last one that was asked for. */
struct ent_place ent_reader_place(struct ent_reader *r, uint64_t at);

#endif

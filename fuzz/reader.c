/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader.c - a stream gives the same items in whatever pieces it comes; their bytes stand in it
 * where they say; and what is JSON as a whole gives no fault.
 */
#include <stdlib.h>
#include <string.h>

#include <entente/reader.h>

#include "base/limits.h"

#define LIMIT   ((size_t)64 << 20)
#define LARGEST 4096 /* of an item, so that the limit is met too */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct stream {
	const uint8_t *p;
	size_t n, at, piece;
};

/* Pieces of changing sizes up to piece; 0 is everything at once. */
static ptrdiff_t
give(void *self, void *to, size_t n, struct ent_err *err)
{
	struct stream *s = self;
	size_t want = s->piece ? 1 + s->at * 7 % s->piece : s->n;

	(void)err;
	if (want > n)
		want = n;
	if (want > s->n - s->at)
		want = s->n - s->at;
	if (want)
		memcpy(to, s->p + s->at, want);
	s->at += want;
	return (ptrdiff_t)want;
}

static void
check_place(const struct stream *s, struct ent_place at)
{
	uint64_t line = 1, column = 1;

	if (at.offset > s->n)
		abort();
	for (size_t i = 0; i < at.offset; i++) {
		/* columns count what begins a character */
		column = s->p[i] == '\n' ? 1 : column + ((s->p[i] & 0xc0) != 0x80);
		line += s->p[i] == '\n';
	}
	if (at.line != line || at.column != column)
		abort();
}

static void
check_item(const struct stream *s, const struct ent_item *i)
{
	check_place(s, i->at);
	if (i->kind == ENT_ITEM_FAULT && (!i->code || !i->text))
		abort();
	if (i->kind == ENT_ITEM_OBJECT &&
	    (i->bytes.n > LARGEST || i->at.offset + i->bytes.n > s->n || !i->bytes.n ||
	     memcmp(i->bytes.p, s->p + i->at.offset, i->bytes.n)))
		abort();
	if (i->kind == ENT_ITEM_BUNDLE) {
		check_place(s, i->tail_at);
		check_place(s, ent_item_place(i, i->bytes.n));
	}
}

static bool
same(const struct ent_item *a, const struct ent_item *b)
{
	return a->kind == b->kind && a->at.offset == b->at.offset && a->at.line == b->at.line &&
	       a->at.column == b->at.column && a->member == b->member &&
	       a->members == b->members && ent_str_eq(a->bytes, b->bytes);
}

/* Both readers side by side. */
static size_t
compare(const uint8_t *data, size_t len, size_t piece, bool lines)
{
	struct ent_reader_options o = { .max = LARGEST, .lines = lines };
	struct stream whole = { data, len, 0, 0 }, cut = { data, len, 0, piece };
	struct ent_reader *a = NULL, *b = NULL;
	struct ent_item i, j;
	size_t faults = 0;
	int rc = 1;

	if (ent_reader_new(give, &whole, &o, &a, NULL) ||
	    ent_reader_new(give, &cut, &o, &b, NULL))
		rc = 0;
	while (rc == 1) {
		rc = ent_reader_next(a, &i, NULL);
		if (rc != ent_reader_next(b, &j, NULL))
			abort();
		if (rc == 1) {
			if (!same(&i, &j))
				abort();
			check_item(&whole, &i);
			faults += i.kind == ENT_ITEM_FAULT;
		}
	}
	if (rc < 0)
		abort(); /* nothing here can't be read */
	ent_reader_free(a);
	ent_reader_free(b);
	return faults;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new(LIMIT);
	const struct ent_json *v;
	size_t piece, faults;
	bool lines;

	if (a && len) {
		piece = 1 + (data[0] & 0x7f);
		lines = data[0] & 0x80;
		faults = compare(data + 1, len - 1, piece, lines);
		if (!lines && len < LARGEST && faults &&
		    ent_json_parse(a, (struct ent_str){ (const char *)data + 1, len - 1 },
		                   ENT_JSON_DEPTH, &v, NULL) == 0)
			abort();
	}
	ent_arena_free(a);
	return 0;
}

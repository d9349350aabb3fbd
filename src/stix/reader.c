/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader.c - the buffer under a stream, and the places in it.
 *
 * Positions are offsets in the stream.  What lies before r->keep may be forgotten when more is
 * read; the buffer grows only if what is kept doesn't fit it.
 */
#include "stix/reader_int.h"

#include <errno.h>
#include <unistd.h>

#include "base/limits.h"

ptrdiff_t
ent_read_fd(void *self, void *to, size_t n, struct ent_err *err)
{
	ssize_t got;

	do {
		got = read(*(const int *)self, to, n);
	} while (got < 0 && errno == EINTR);
	return got < 0 ? ent_fail(err, ENT_ESTORE, "read: %m") : got;
}

int
ent_reader_new(ent_read_fn *read, void *self, const struct ent_reader_options *o,
               struct ent_reader **out, struct ent_err *err)
{
	struct ent_reader *r = calloc(1, sizeof(*r));

	if (r)
		r->buf = calloc(1, ENT_ITEM_WINDOW + ENT_JSON_PADDING);
	if (!r || !r->buf) {
		free(r);
		return ent_fail(err, ENT_ENOMEM, "reader");
	}
	r->read = read;
	r->self = self;
	r->max = o && o->max ? o->max : ENT_ITEM_MAX;
	r->lines = o && o->lines;
	r->cap = ENT_ITEM_WINDOW;
	r->counted.line = r->counted.column = 1;
	ent_buf_init(&r->head, ENT_ITEM_MAX + 2 * ENT_ITEM_WINDOW);
	*out = r;
	return 0;
}

void
ent_reader_free(struct ent_reader *r)
{
	if (!r)
		return;
	ent_buf_release(&r->head);
	free(r->buf);
	free(r);
}

/* ---- places ---- */

/* From a place on over n bytes. */
static struct ent_place
beyond(struct ent_place at, const char *p, size_t n)
{
	size_t lines = ent_count_lines(p, n);
	const char *last = lines ? memrchr(p, '\n', n) : NULL;

	at.offset += n;
	at.line += lines;
	at.column = last ? 1 + ent_count_characters(last + 1, (size_t)(p + n - last - 1))
	                 : at.column + ent_count_characters(p, n);
	return at;
}

struct ent_place
ent_reader_place(struct ent_reader *r, uint64_t at)
{
	r->counted = beyond(r->counted, ent_reader_at(r, r->counted.offset),
	                    (size_t)(at - r->counted.offset));
	return r->counted;
}

struct ent_place
ent_item_place(const struct ent_item *i, size_t n)
{
	if (n > i->bytes.n)
		n = i->bytes.n;
	if (i->kind == ENT_ITEM_BUNDLE && n >= i->tail)
		return beyond(i->tail_at, i->bytes.p + i->tail, n - i->tail);
	return beyond(i->at, i->bytes.p, n);
}

/* ---- the buffer ---- */

/* Makes room behind what is kept. */
static int
make_room(struct ent_reader *r)
{
	size_t kept = (size_t)(r->end - r->keep), cap = r->cap;
	char *p = r->buf;

	(void)ent_reader_place(r, r->keep);
	if (kept > cap / 2) {
		if (cap > SIZE_MAX / 4)
			return ENT_ENOMEM;
		cap *= 2;
	} else if (cap > ENT_ITEM_WINDOW && kept < ENT_ITEM_WINDOW / 2) {
		cap = ENT_ITEM_WINDOW; /* what was needed once isn't held for ever */
	}
	if (cap != r->cap) {
		p = malloc(cap + ENT_JSON_PADDING);
		if (!p)
			return ENT_ENOMEM;
	}
	memmove(p, ent_reader_at(r, r->keep), kept);
	if (p != r->buf)
		free(r->buf);
	r->buf = p;
	r->cap = cap;
	r->base = r->keep;
	return 0;
}

bool
ent_reader_more(struct ent_reader *r)
{
	size_t used = (size_t)(r->end - r->base), room;
	ptrdiff_t got;

	if (r->eof || r->rc)
		return false;
	if (r->cap - used < r->cap / 4) {
		r->rc = make_room(r);
		if (r->rc) {
			(void)ent_fail(&r->err, r->rc, "reader: out of memory");
			return false;
		}
		used = (size_t)(r->end - r->base);
	}
	room = r->cap - used;
	got = r->read(r->self, r->buf + used, room, &r->err);
	if (got < 0 || (size_t)got > room) {
		r->rc = got < 0 ? (int)got : ENT_EINVAL;
		return false;
	}
	memset(r->buf + used + got, 0, ENT_JSON_PADDING);
	r->end += (uint64_t)got;
	r->eof = got == 0;
	return got > 0;
}

int
ent_reader_peek(struct ent_reader *r)
{
	if (r->at == r->end && !ent_reader_more(r))
		return -1;
	return (unsigned char)*ent_reader_at(r, r->at);
}

int
ent_reader_blanks(struct ent_reader *r)
{
	int c;

	while ((c = ent_reader_peek(r)) >= 0) {
		const char *p = ent_reader_at(r, r->at), *end = ent_reader_at(r, r->end);

		while (p < end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r'))
			p++;
		r->at = r->base + (uint64_t)(p - r->buf);
		if (p < end)
			return (unsigned char)*p;
		if (!r->holding || r->at - r->keep > r->max) {
			r->large = r->large || r->holding;
			r->keep = r->at;
		}
	}
	return c;
}

/* ---- tokens ---- */

bool
ent_reader_skip(struct ent_reader *r, struct ent_skip *s)
{
	size_t used;
	bool done = false;

	while (!done && (r->at < r->end || ent_reader_more(r))) {
		done = ent_skip(s, ent_reader_at(r, r->at), (size_t)(r->end - r->at), &used);
		r->at += used;
		if (r->at - r->keep > r->max) {
			r->large = true;
			r->keep = r->at; /* only its end is still looked for */
		}
	}
	return done;
}

/* Up to a byte of a set, the end, or where it is too much. */
void
ent_reader_until(struct ent_reader *r, const char *set, size_t n)
{
	while (ent_reader_peek(r) >= 0) {
		const char *p = ent_reader_at(r, r->at), *end = ent_reader_at(r, r->end);

		while (p < end && !memchr(set, *p, n))
			p++;
		r->at = r->base + (uint64_t)(p - r->buf);
		if (r->at - r->keep > r->max) {
			r->large = true;
			r->keep = r->at;
		}
		if (p < end)
			return;
	}
}

void
ent_reader_line(struct ent_reader *r)
{
	while (ent_reader_peek(r) >= 0) {
		const char *p = ent_reader_at(r, r->at);
		const char *feed = memchr(p, '\n', (size_t)(r->end - r->at));

		r->at = feed ? r->base + (uint64_t)(feed - r->buf) : r->end;
		if (r->at - r->keep > r->max) {
			r->large = true;
			r->keep = r->at;
		}
		if (feed)
			return;
	}
}

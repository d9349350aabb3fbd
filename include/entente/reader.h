/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader.h - STIX objects out of streams of any size, one after the other, in bounded memory.
 *
 * What the stream holds is told apart by itself: one object; a bundle or a TAXII envelope,
 * whose members are given one by one wherever "objects" stands in it; a JSON array of objects;
 * JSON lines; or any such values one behind the other.  In lines, and where several values fit
 * the reader's first look, a bundle is an object like others and is given whole.
 *
 * Only strings and brackets are looked at: whether the bytes of an item are JSON is for
 * ent_json_parse to say.  A reader belongs to one thread at a time.
 */
#ifndef ENTENTE_READER_H
#define ENTENTE_READER_H
#include <entente/json.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Up to n more bytes of the stream: how many, 0 at its end, or a negative enum ent_code. */
typedef ptrdiff_t ent_read_fn(void *self, void *to, size_t n, struct ent_err *err);
/* One that reads a file descriptor; self is a pointer to it. */
ENT_API ptrdiff_t ent_read_fd(void *self, void *to, size_t n, struct ent_err *err);

enum ent_item_kind {
	ENT_ITEM_OBJECT, /* one value, whatever it is */
	ENT_ITEM_BUNDLE, /* what stood around the members that were given: a bundle or an
	                  * envelope
	                  */
	ENT_ITEM_FAULT   /* something that can't be given: why is in code and text */
};

/* A place in the stream: an offset from 0; line and column from 1, columns in characters. */
struct ent_place {
	uint64_t offset, line, column;
};

struct ent_item {
	enum ent_item_kind kind;
	/* The bytes, followed by ENT_JSON_PADDING readable ones; until the next call.  Of a
	 * bundle its text, in which one small object stands for all members if there are any.
	 */
	struct ent_str bytes;
	struct ent_place at; /* of the first byte */
	bool member;         /* of a bundle or envelope, or an element of an array */
	/* Of a bundle: what is in bytes from tail on stands in the stream from tail_at on,
	 * which is the closing bracket of "objects"; and how many members were given. */
	size_t tail;
	struct ent_place tail_at;
	uint64_t members;
	/* Of a fault: "json-truncated", "json-garbage" or "json-too-large"; one sentence. */
	const char *code;
	const char *text;
};

struct ent_reader;

struct ent_reader_options {
	size_t max; /* bytes of one object; 0: ENT_ITEM_MAX of base/limits.h, 64 MiB */
	bool lines; /* the stream is known to be JSON lines */
};

/* o may be NULL.  ENT_ENOMEM. */
ENT_API int ent_reader_new(ent_read_fn *read, void *self, const struct ent_reader_options *o,
                           struct ent_reader **out, struct ent_err *err);
ENT_API void ent_reader_free(struct ent_reader *r); /* NULL is fine */
/*
 * The next item: 1, or 0 at the end.  Negative where the stream can't be read or memory runs
 * out; the reader can then only be freed.  After a fault it goes on as well as it can.
 */
ENT_API int ent_reader_next(struct ent_reader *r, struct ent_item *out, struct ent_err *err);
/* Where byte n of an item's text stands in the stream. */
ENT_API struct ent_place ent_item_place(const struct ent_item *i, size_t n);

#ifdef __cplusplus
}
#endif
#endif

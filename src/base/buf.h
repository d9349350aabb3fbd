/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buf.h - a growing buffer with a maximum, sticky: after one failed write the rest do nothing,
 * and one check at the end (ent_buf_ok, ent_buf_done) is enough.
 */
#ifndef ENT_BASE_BUF_H
#define ENT_BASE_BUF_H
#include <stdarg.h>

#include <entente/arena.h>

struct ent_buf {
	char *p;
	size_t n, cap, max;
	bool failed;
};

/* An empty buffer of at most max bytes; allocates nothing yet. */
void ent_buf_init(struct ent_buf *b, size_t max);
void ent_buf_release(
    struct ent_buf *b); /* frees and leaves an empty, usable buffer with the same maximum */
void ent_buf_clear(struct ent_buf *b); /* empties, keeps the memory */
void ent_buf_put(struct ent_buf *b, const void *p, size_t n);
void ent_buf_str(struct ent_buf *b, struct ent_str s);
void ent_buf_c(struct ent_buf *b, const char *c);
static inline void
ent_buf_ch(struct ent_buf *b, char c)
{
	if (b->n < b->cap && !b->failed)
		b->p[b->n++] = c;
	else
		ent_buf_put(b, &c, 1);
}
void ent_buf_printf(struct ent_buf *b, const char *fmt, ...) ENT_PRINTF(2, 3);
void ent_buf_vprintf(struct ent_buf *b, const char *fmt, va_list ap) ENT_PRINTF(2, 0);
/* Room for n more bytes: where to write them, or NULL; ent_buf_grew(b, m) then counts m of them
 * in. */
char *ent_buf_room(struct ent_buf *b, size_t n);
void ent_buf_grew(struct ent_buf *b, size_t n);
/* Drops the first n bytes. */
void ent_buf_drop(struct ent_buf *b, size_t n);
bool ent_buf_ok(const struct ent_buf *b);
/* What is in it, borrowed until the next write; absent if a write failed. */
struct ent_str ent_buf_view(const struct ent_buf *b);
/* A copy in the arena; absent if a write failed or the arena is full. */
struct ent_str ent_buf_done(const struct ent_buf *b, struct ent_arena *a);

#endif

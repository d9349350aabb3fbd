/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buf.c - a sticky, growing buffer.
 */
#include "base/buf.h"

void
ent_buf_init(struct ent_buf *b, size_t max)
{
	*b = (struct ent_buf){ .max = max };
}

void
ent_buf_release(struct ent_buf *b)
{
	free(b->p);
	ent_buf_init(b, b->max);
}

void
ent_buf_clear(struct ent_buf *b)
{
	b->n = 0;
	b->failed = false;
}

char *
ent_buf_room(struct ent_buf *b, size_t n)
{
	size_t want, cap;
	char *p;

	if (b->failed || n > b->max || b->n > b->max - n) {
		b->failed = true;
		return NULL;
	}
	want = b->n + n;
	if (want <= b->cap && b->p)
		return b->p + b->n;
	cap = b->cap < 256 ? 256 : b->cap + b->cap / 2;
	if (cap < want)
		cap = want;
	if (cap > b->max)
		cap = b->max;
	p = realloc(b->p, cap ? cap : 1);
	if (!p) {
		b->failed = true;
		return NULL;
	}
	b->p = p;
	b->cap = cap;
	return p + b->n;
}

void
ent_buf_grew(struct ent_buf *b, size_t n)
{
	b->n += n;
}

void
ent_buf_put(struct ent_buf *b, const void *p, size_t n)
{
	char *to = ent_buf_room(b, n);

	if (!to || n == 0)
		return;
	memcpy(to, p, n);
	b->n += n;
}

void
ent_buf_str(struct ent_buf *b, struct ent_str s)
{
	ent_buf_put(b, s.p, s.n);
}

void
ent_buf_c(struct ent_buf *b, const char *c)
{
	ent_buf_put(b, c, strlen(c));
}

void
ent_buf_vprintf(struct ent_buf *b, const char *fmt, va_list ap)
{
	va_list again;
	char *to;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0) {
		b->failed = true;
		return;
	}
	/* vsnprintf writes a NUL behind the text, which isn't counted in */
	to = ent_buf_room(b, (size_t)n + 1);
	if (!to)
		return;
	(void)vsnprintf(to, (size_t)n + 1, fmt, ap);
	b->n += (size_t)n;
}

void
ent_buf_printf(struct ent_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	ent_buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void
ent_buf_drop(struct ent_buf *b, size_t n)
{
	if (n >= b->n) {
		b->n = 0;
		return;
	}
	memmove(b->p, b->p + n, b->n - n);
	b->n -= n;
}

bool
ent_buf_ok(const struct ent_buf *b)
{
	return !b->failed;
}

struct ent_str
ent_buf_view(const struct ent_buf *b)
{
	if (b->failed)
		return (struct ent_str){ NULL, 0 };
	return (struct ent_str){ b->p ? b->p : "", b->n };
}

struct ent_str
ent_buf_done(const struct ent_buf *b, struct ent_arena *a)
{
	if (b->failed)
		return (struct ent_str){ NULL, 0 };
	return ent_arena_dup(a, ent_buf_view(b));
}

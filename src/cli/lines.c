/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines.c - a file read line by line.
 */
#include "cli/lines.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "codec/source.h"

#define READ_AT_ONCE ((size_t)256 << 10)

struct lines {
	struct ent_buf in;
	uint64_t number;
	int (*see)(void *self, struct ent_str line, uint64_t number, struct ent_err *err);
	void *self;
};

static int
one(struct lines *l, struct ent_str text, struct ent_err *err)
{
	l->number++;
	text = ent_str_trim(text);
	if (text.n && text.p[text.n - 1] == '\r')
		text.n--;
	return text.n ? l->see(l->self, text, l->number, err) : 0;
}

/* All whole lines, and what is behind the last if it is the end. */
static int
whole(struct lines *l, bool end, struct ent_err *err)
{
	struct ent_str rest = ent_buf_view(&l->in);
	size_t used = 0;
	int rc = 0;

	while (rc == 0 && rest.n) {
		size_t n = ent_str_find(rest, '\n');

		if (n == rest.n && !end)
			break;
		rc = one(l, (struct ent_str){ rest.p, n }, err);
		n += n < rest.n;
		used += n;
		rest = ent_str_from(rest, n);
	}
	ent_buf_drop(&l->in, used);
	return rc;
}

int
ent_lines_each(const char *path,
               int (*see)(void *self, struct ent_str line, uint64_t number,
                          struct ent_err *err),
               void *self, struct ent_err *err)
{
	struct lines l = { .see = see, .self = self };
	struct ent_source *s = NULL;
	int rc = ent_source_open(path, &s, err);
	ptrdiff_t got = 1;

	ent_buf_init(&l.in, ENT_ITEM_MAX + READ_AT_ONCE);
	while (rc == 0 && got > 0) {
		size_t had = l.in.n;
		char *to = ent_buf_room(&l.in, READ_AT_ONCE);

		if (!to) {
			rc = ent_fail(err, ENT_ELIMIT,
			              "line %" PRIu64 " has more than %zu bytes", l.number + 1,
			              (size_t)ENT_ITEM_MAX);
			break;
		}
		got = ent_source_read(s, to, READ_AT_ONCE, err);
		if (got < 0)
			rc = (int)got;
		else
			ent_buf_grew(&l.in, (size_t)got);
		if (rc == 0 && (!got || memchr(l.in.p + had, '\n', l.in.n - had)))
			rc = whole(&l, !got, err);
	}
	ent_source_close(s);
	ent_buf_release(&l.in);
	return rc;
}

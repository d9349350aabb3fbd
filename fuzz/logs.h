/* SPDX-License-Identifier: Apache-2.0 */
/*
 * logs.h - what the targets of the log readers hold: an observation is one that can be fed on,
 * a line is the same however often it is read, and every line is counted once.
 */
#ifndef ENT_FUZZ_LOGS_H
#define ENT_FUZZ_LOGS_H
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "intake/log.h"

struct fuzz_log {
	struct ent_arena *a;
	uint64_t n, sum; /* observations, and a sum over what they hold */
};

static int
fuzz_log_each(void *self, const struct ent_logs_seen *seen, struct ent_err *err)
{
	struct fuzz_log *f = self;
	struct ent_str text;

	(void)err;
	ent_arena_reset(f->a);
	if (seen->first > seen->last || !seen->count ||
	    !ent_json_is(seen->objects, ENT_JSON_OBJECT))
		abort();
	text = ent_json_canon(f->a, seen->objects);
	if (!text.p || ent_utf8_valid(text) != text.n)
		abort();
	for (size_t i = 0; i < text.n; i++)
		f->sum = f->sum * 31 + (unsigned char)text.p[i];
	f->n++;
	return 0;
}

/* All lines, through one reader; the sum is *out. */
static uint64_t
fuzz_log_read(const struct ent_logs_options *o, const uint8_t *data, size_t len)
{
	struct fuzz_log f = { .a = ent_arena_new((size_t)64 << 20) };
	struct ent_logs *l = NULL;
	uint64_t lines = 0, headers = 0;
	const struct ent_logs_counts *c;

	if (!f.a || ent_logs_new(o, &l, NULL)) {
		ent_arena_free(f.a);
		return 0;
	}
	for (size_t at = 0; at < len;) {
		const uint8_t *end = memchr(data + at, '\n', len - at);
		size_t n = end ? (size_t)(end - data) - at : len - at;
		/* a copy of just that size: what is read behind it is seen */
		char *line = malloc(n + ENT_JSON_PADDING);

		if (!line)
			break;
		memcpy(line, data + at, n);
		memset(line + n, 0xff, ENT_JSON_PADDING);
		if (ent_logs_line(l, (struct ent_str){ line, n }, fuzz_log_each, &f, NULL))
			lines = UINT64_MAX;
		headers += n > 0 && line[0] == '#';
		free(line);
		if (lines == UINT64_MAX)
			break;
		lines++;
		at += n + 1;
	}
	c = ent_logs_counts(l);
	if (lines != UINT64_MAX && c->lines != lines)
		abort();
	if (c->observations != f.n || c->broken > c->lines + headers ||
	    c->n_told > ENT_LOGS_TOLD)
		abort();
	ent_logs_free(l);
	ent_arena_free(f.a);
	return f.sum ^ f.n;
}

static int
fuzz_log(const struct ent_logs_options *o, const uint8_t *data, size_t len)
{
	if (fuzz_log_read(o, data, len) != fuzz_log_read(o, data, len))
		abort();
	return 0;
}

#endif

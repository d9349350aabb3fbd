/* SPDX-License-Identifier: Apache-2.0 */
/*
 * logs.h - lines of logs in, observations as text out, for the tests of the readers.
 */
#ifndef ENT_TESTS_INTAKE_LOGS_H
#define ENT_TESTS_INTAKE_LOGS_H
#include "test.h"

#include "base/buf.h"
#include "base/time.h"
#include "intake/log.h"

struct seen {
	struct ent_buf b; /* a line an observation: first[/last] object object ... */
	size_t n;
};

static inline int
note(void *self, const struct ent_logs_seen *o, struct ent_err *err)
{
	struct seen *s = self;
	struct ent_arena *a = ent_arena_new(1u << 20);
	char t[ENT_TIME_TEXT], *end;

	(void)err;
	s->n++;
	ent_buf_printf(&s->b, "%s", ent_time_text(o->first, 6, t));
	if (o->last != o->first)
		ent_buf_printf(&s->b, "/%s", ent_time_text(o->last, 6, t));
	for (size_t i = 0; i < ent_json_count(o->objects); i++) {
		struct ent_str text = ent_json_canon(a, ent_json_at(o->objects, i));

		assert_non_null(text.p);
		assert_true(ent_json_key(o->objects, i).n > 0);
		ent_buf_c(&s->b, " ");
		ent_buf_str(&s->b, text);
	}
	ent_buf_c(&s->b, "\n");
	ent_arena_free(a);
	/* the room behind holds a NUL, so that it can be looked through as a C string */
	end = ent_buf_room(&s->b, 1);
	assert_non_null(end);
	*end = '\0';
	return 0;
}

/* Gives each line of text to l, from memory that ends where it is allowed to. */
static inline int
lines(struct ent_logs *l, const char *text, struct seen *s, struct ent_err *err)
{
	struct ent_str rest = ent_str_c(text), line;
	int rc = 0;

	while (rc == 0 && rest.n && ent_str_next(&rest, '\n', &line)) {
		char *copy = calloc(1, line.n + ENT_JSON_PADDING);

		assert_non_null(copy);
		memcpy(copy, line.p, line.n);
		rc = ent_logs_line(l, (struct ent_str){ copy, line.n }, note, s, err);
		free(copy);
	}
	return rc;
}

static inline struct ent_logs *
open_log(enum ent_logs_format format, const char *kind, const char *mapping)
{
	struct ent_logs_options o = { .format = format,
		                      .kind = ent_str_c(kind),
		                      .mapping = ent_str_c(mapping) };
	struct ent_logs *l = NULL;
	struct ent_err err;

	if (ent_logs_new(&o, &l, &err))
		fail_msg("%s", err.msg);
	return l;
}

struct log_case {
	const char *lines, *want;
};

static inline void
check_log(enum ent_logs_format format, const char *kind, const char *mapping,
          const struct log_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ent_logs *l = open_log(format, kind, mapping);
		struct seen s = { .n = 0 };
		struct ent_err err = { 0 };

		ent_buf_init(&s.b, 1u << 20);
		if (lines(l, cases[i].lines, &s, &err))
			fail_msg("case %zu: %s", i, err.msg);
		if (!ent_str_is(ent_buf_view(&s.b), cases[i].want))
			fail_msg("case %zu:\n%.*s is not\n%s", i, ENT_FMT(ent_buf_view(&s.b)),
			         cases[i].want);
		ent_buf_release(&s.b);
		ent_logs_free(l);
	}
}

#endif

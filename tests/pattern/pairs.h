/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pairs.h - a pattern and observed data out of numbers: few names and values, so that they
 * meet.
 */
#ifndef ENT_TESTS_PATTERN_PAIRS_H
#define ENT_TESTS_PATTERN_PAIRS_H
#include "base/buf.h"

/* Numbers out of bytes; behind their end, of a generator. */
struct dice {
	const uint8_t *p;
	size_t n;
	uint64_t state; /* 0: only bytes, then 0 */
};

static inline unsigned
dice(struct dice *d, unsigned sides)
{
	if (d->n) {
		d->n--;
		return *d->p++ % sides;
	}
	d->state ^= d->state << 13;
	d->state ^= d->state >> 7;
	d->state ^= d->state << 17;
	return (unsigned)(d->state >> 33) % sides;
}

static inline void
pairs_pick(struct dice *d, struct ent_buf *b, const char *const *list, unsigned n)
{
	ent_buf_c(b, list[dice(d, n)]);
}

static inline void
pairs_test(struct dice *d, struct ent_buf *b, const char *type)
{
	static const char *const paths[] = { "n",
		                             "n",
		                             "s",
		                             "l[*]",
		                             "l[0]",
		                             "l",
		                             "d.k",
		                             "x_ref.n",
		                             "x_ref",
		                             "x_ref.s",
		                             "x_ref.x_ref.n",
		                             "y_refs[*].n",
		                             "y_refs[*].y_refs[*].l[*]",
		                             "none" };
	static const char *const ops[] = { " = ", " != ", " < ", " >= " };
	static const char *const texts[] = { "''", "'a'", "'ab'", "'b'", "1" };
	static const char *const likes[] = { "'%'", "'a%'", "'_'", "'%b_'", "'a'", "''" };
	bool no = dice(d, 4) == 0;

	if (dice(d, 12) == 0) {
		ent_buf_printf(b, "%sEXISTS %s:", no ? "NOT " : "", type);
		pairs_pick(d, b, paths, 14);
		return;
	}
	ent_buf_printf(b, "%s:", type);
	pairs_pick(d, b, paths, 14);
	ent_buf_c(b, no ? " NOT" : "");
	switch (dice(d, 4)) {
	case 0:
		ent_buf_printf(b, " IN (%u, %u)", dice(d, 3), dice(d, 3));
		return;
	case 1:
		ent_buf_c(b, " LIKE ");
		pairs_pick(d, b, likes, 6);
		return;
	default:
		pairs_pick(d, b, ops, 4);
		if (dice(d, 3))
			ent_buf_printf(b, "%u", dice(d, 3));
		else
			pairs_pick(d, b, texts, 5);
	}
}

static inline void
pairs_bracket(struct dice *d, struct ent_buf *b)
{
	const char *type = dice(d, 3) ? "a" : "b";
	unsigned n = dice(d, 4) ? 1 : 3;

	if (dice(d, 2)) { /* so that brackets are often satisfied, and often apart */
		ent_buf_printf(b, "[a:n = %u OR b:n = %u]", dice(d, 3), dice(d, 3));
		return;
	}
	ent_buf_ch(b, '[');
	for (unsigned i = 0; i < n; i++) {
		ent_buf_c(b, !i ? "" : dice(d, 2) ? " AND " : " OR ");
		pairs_test(d, b, type);
	}
	ent_buf_ch(b, ']');
}

static inline void
pairs_expr(struct dice *d, struct ent_buf *b, unsigned depth)
{
	static const char *const joints[] = { " AND ", " OR ", " FOLLOWEDBY ", " FOLLOWEDBY " };
	unsigned n = depth ? dice(d, 3) : 0;

	if (depth == 2 && dice(d, 6) == 0) { /* copies of what is apart */
		ent_buf_printf(b, "([a:n = 0]%s[a:n = 1 OR b:n = 0]%s",
		               dice(d, 2) ? " AND " : " FOLLOWEDBY ",
		               dice(d, 2) ? ")" : " FOLLOWEDBY [a:n = 2])");
		if (dice(d, 2))
			ent_buf_printf(b, " WITHIN %u SECONDS", dice(d, 3) + 1);
		ent_buf_printf(b, " REPEATS %u TIMES", 1 + dice(d, 3));
		return;
	}
	if (!n) {
		pairs_bracket(d, b);
	} else {
		ent_buf_ch(b, '(');
		for (unsigned i = 0; i <= n; i++) {
			if (i)
				pairs_pick(d, b, joints, 4);
			pairs_expr(d, b, depth - 1);
		}
		ent_buf_ch(b, ')');
	}
	if (dice(d, 3) == 0)
		ent_buf_printf(b, " WITHIN %u SECONDS", 1 + dice(d, 4));
	if (dice(d, 4) == 0)
		ent_buf_printf(b, " REPEATS %u TIMES", 1 + dice(d, 3));
	if (dice(d, 8) == 0)
		ent_buf_printf(b,
		               " START t'2026-01-01T00:00:0%uZ' STOP t'2026-01-01T00:00:0%uZ'",
		               dice(d, 6), dice(d, 10));
}

static inline void
pairs_object(struct dice *d, struct ent_buf *b, unsigned i)
{
	static const char *const texts[] = {
		"\"\"", "\"a\"", "\"ab\"", "\"b\"", "\"aab\"", "2"
	};

	ent_buf_printf(b, ",{\"type\":\"%s\",\"id\":\"%u\",\"n\":%u,\"s\":",
	               dice(d, 3) ? "a" : "b", i, dice(d, 4));
	pairs_pick(d, b, texts, 6);
	if (dice(d, 2))
		ent_buf_printf(b, ",\"l\":[%u,%u]", dice(d, 3), dice(d, 3));
	if (dice(d, 2))
		ent_buf_printf(b, ",\"d\":{\"k\":%u}", dice(d, 3));
	if (dice(d, 2))
		ent_buf_printf(b, ",\"x_ref\":\"%u\"", dice(d, 3));
	if (dice(d, 2))
		ent_buf_printf(b, ",\"y_refs\":[\"%u\",\"%u\"]", dice(d, 3), dice(d, 3));
	ent_buf_ch(b, '}');
}

/* The JSON of bundles with n observed-data. */
static inline void
pairs_data(struct dice *d, unsigned n, struct ent_buf *data)
{
	ent_buf_clear(data);
	for (unsigned i = 0; i < n; i++) {
		unsigned first = dice(d, 8), last = first + (dice(d, 3) ? 0 : dice(d, 3));
		unsigned objects = 1 + dice(d, 2);

		ent_buf_printf(
		    data,
		    "%s{\"type\":\"bundle\",\"objects\":[{\"type\":\"observed-data\","
		    "\"first_observed\":\"2026-01-01T00:00:%02uZ\","
		    "\"last_observed\":\"2026-01-01T00:00:%02uZ\","
		    "\"number_observed\":%u,\"object_refs\":[\"0\",\"1\"]}",
		    i ? "," : "[", first, last, dice(d, 3) ? 1 : 1 + dice(d, 3));
		for (unsigned k = 0; k < objects; k++)
			pairs_object(d, data, k);
		ent_buf_c(data, "]}");
	}
	ent_buf_c(data, "]");
}

/* A pattern, and the JSON of bundles with at most n observed-data. */
static inline void
pairs_make(struct dice *d, unsigned n, struct ent_buf *pattern, struct ent_buf *data)
{
	unsigned observed = 1 + dice(d, n);

	ent_buf_clear(pattern);
	pairs_expr(d, pattern, 2);
	pairs_data(d, observed, data);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * number.c - the numbers of JSON: exact integers to 2^53 - 1, and doubles.
 */
#include <math.h>

#include "base/buf.h"
#include "json/tree_int.h"
#include "json/write.h"

#define LARGEST    ((INT64_C(1) << 53) - 1)
#define DIGITS_MAX 310 /* of the largest double */

static int
bad(struct ent_json_fault *fault, const char *why)
{
	fault->code = "json-number";
	(void)snprintf(fault->text, sizeof(fault->text), "%s", why);
	return ENT_EPARSE;
}

static size_t
digits(struct ent_str s, size_t at)
{
	while (at < s.n && s.p[at] >= '0' && s.p[at] <= '9')
		at++;
	return at;
}

/* Whether it is a number (RFC 8259, 6), and whether one without fraction and exponent. */
static bool
well_formed(struct ent_str s, bool *integer)
{
	size_t begin = s.p[0] == '-', at = digits(s, begin), from;

	if (at == begin || (s.p[begin] == '0' && at - begin > 1))
		return false;
	*integer = at == s.n;
	if (at < s.n && s.p[at] == '.') {
		from = ++at;
		at = digits(s, at);
		if (at == from)
			return false;
	}
	if (at < s.n && (s.p[at] == 'e' || s.p[at] == 'E')) {
		at++;
		if (at < s.n && (s.p[at] == '+' || s.p[at] == '-'))
			at++;
		from = at;
		at = digits(s, at);
		if (at == from)
			return false;
	}
	return at == s.n;
}

/* Whether the digits of an integer say what the double is: all of them, or those that its
 * canonical form has. */
static bool
says(struct ent_str s, double d)
{
	char text[DIGITS_MAX + 2];
	struct ent_buf b;
	struct ent_jw w;
	bool same;
	int n = snprintf(text, sizeof(text), "%.0f", d);

	if (n > 0 && (size_t)n < sizeof(text) && ent_str_is(s, text))
		return true;
	ent_buf_init(&b, sizeof(text));
	ent_jw_init(&w, &b);
	ent_jw_double(&w, d);
	same = ent_str_eq(ent_buf_view(&b), s);
	ent_buf_release(&b);
	return same;
}

static int
as_double(struct ent_str s, bool integer, unsigned flags, struct ent_json *to,
          struct ent_json_fault *fault)
{
	double d;

	if (!ent_json_nearest(s, &d))
		return bad(fault, "a number that is too large");
	/* From 2^53 to 1e21 the canonical form of a double has neither fraction nor exponent,
	 * so that it would be refused as an integer when it is read again. */
	if (!(flags & ENT_JSON_WIDE) && (integer || fabs(d) < 1e21) &&
	    fabs(d) > (double)LARGEST)
		return bad(fault, "an integer beyond 2^53 - 1");
	if (integer && d != 0 && !says(s, d))
		return bad(fault, "an integer beyond 2^53 - 1 that no double is");
	*to = (struct ent_json){ ENT_JSON_DOUBLE, 0, { .d = d } };
	return 0;
}

int
ent_json_number(struct ent_str s, unsigned flags, struct ent_json *to,
                struct ent_json_fault *fault)
{
	bool negative = s.p[0] == '-', integer;
	int64_t i = 0;

	if (!well_formed(s, &integer)) {
		fault->at = SIZE_MAX;
		return bad(fault, "a number that is malformed");
	}
	/* "-0" is a number that an integer can't hold */
	if (!integer || s.n > 17 || (negative && s.n == 2 && s.p[1] == '0'))
		return as_double(s, integer, flags, to, fault);
	for (size_t at = negative; at < s.n; at++)
		i = 10 * i + (s.p[at] - '0');
	if (i > LARGEST)
		return as_double(s, integer, flags, to, fault);
	*to = (struct ent_json){ ENT_JSON_INT, 0, { .i = negative ? -i : i } };
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff.c - two JSON values, a line feed between them: a value differs from itself in nothing,
 * nor from its canonical form; there is no difference just where the canonical forms are equal;
 * what is added one way is removed the other; and the next version is a newer one.
 */
#include <stdlib.h>

#include <entente/version.h>

#include "base/limits.h"

#define LIMIT ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static bool
parse(struct ent_arena *a, struct ent_str text, const struct ent_json **out)
{
	return ent_json_parse(a, text, ENT_JSON_DEPTH, out, NULL) == 0;
}

/* How many differences; SIZE_MAX if the arena is full. */
static size_t
differences(struct ent_arena *a, const struct ent_json *v, const struct ent_json *w,
            size_t kinds[ENT_CHANGE_COUNT])
{
	struct ent_diff d;

	if (ent_stix_diff(a, v, w, &d, NULL))
		return SIZE_MAX;
	if (d.count > d.total)
		abort();
	for (size_t i = 0; i < d.count; i++) {
		if (!d.list[i].pointer.p ||
		    !d.list[i].before != (d.list[i].what == ENT_CHANGE_ADDED) ||
		    !d.list[i].after != (d.list[i].what == ENT_CHANGE_REMOVED))
			abort();
		kinds[d.list[i].what]++;
	}
	return d.total;
}

static void
itself(struct ent_arena *a, const struct ent_json *v)
{
	size_t kinds[ENT_CHANGE_COUNT] = { 0 };
	struct ent_str canon = ent_json_canon(a, v);
	const struct ent_json *w;
	size_t n = differences(a, v, v, kinds);

	if (n != 0 && n != SIZE_MAX)
		abort();
	if (!canon.p || !parse(a, canon, &w))
		return;
	n = differences(a, v, w, kinds);
	if (n != 0 && n != SIZE_MAX)
		abort();
}

static void
both(struct ent_arena *a, const struct ent_json *v, const struct ent_json *w)
{
	size_t there[ENT_CHANGE_COUNT] = { 0 }, back[ENT_CHANGE_COUNT] = { 0 };
	struct ent_str one = ent_json_canon(a, v), two = ent_json_canon(a, w);
	size_t n = differences(a, v, w, there), m = differences(a, w, v, back);
	enum ent_relation r, s;
	unsigned broken, other;

	if (!one.p || !two.p || n == SIZE_MAX || m == SIZE_MAX)
		return;
	if (ent_str_eq(one, two) ? n != 0 || m != 0 : (n == 0) != (m == 0))
		abort();
	/* defaults that are spelt out are the one way to differ in nothing */
	if (n == 0 && !ent_str_eq(one, two) && !ent_json_is(v, ENT_JSON_OBJECT))
		abort();
	/* with an even number of both unless what is reordered can be told in more ways */
	if (!there[ENT_CHANGE_REORDERED] && !back[ENT_CHANGE_REORDERED] &&
	    n <= ENT_DIFFERENCES_MAX &&
	    (there[ENT_CHANGE_ADDED] != back[ENT_CHANGE_REMOVED] ||
	     there[ENT_CHANGE_REMOVED] != back[ENT_CHANGE_ADDED]))
		abort();
	if (ent_version_relate(a, v, w, &r, &broken, NULL) ||
	    ent_version_relate(a, w, v, &s, &other, NULL))
		return;
	if ((r == ENT_REL_NEWER) != (s == ENT_REL_OLDER) || broken != other ||
	    (r == ENT_REL_SAME) != (s == ENT_REL_SAME))
		abort();
	if ((r == ENT_REL_SAME && n) || ((r == ENT_REL_CONFLICT || r == ENT_REL_CHANGED) && !n))
		abort();
}

static void
next(struct ent_arena *a, const struct ent_json *v)
{
	enum ent_relation r = ENT_REL_COUNT;
	unsigned broken = 0;
	const struct ent_json *w;
	struct ent_str text;

	if (ent_version_next(a, v, NULL, 0, true, ENT_STR("2020-01-01T00:00:00.000Z"), &text,
	                     NULL))
		return;
	if (!parse(a, text, &w))
		return; /* the arena is full */
	if (ent_version_relate(a, v, w, &r, &broken, NULL) == 0 &&
	    (r != ENT_REL_NEWER || broken))
		abort();
	if (ent_version_next(a, w, NULL, 0, true, ENT_STR("2030-01-01T00:00:00.000Z"), &text,
	                     NULL) != ENT_EDENIED)
		abort(); /* revoked is final */
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new(LIMIT);
	struct ent_str rest = { (const char *)data, len }, first;
	const struct ent_json *v, *w;

	if (a && len && ent_str_next(&rest, '\n', &first) && parse(a, first, &v)) {
		itself(a, v);
		next(a, v);
		if (rest.p && parse(a, rest, &w))
			both(a, v, w);
	}
	ent_arena_free(a);
	return 0;
}

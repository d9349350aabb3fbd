/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.c - what is read has a canonical form, which reads back as the same value: the form of
 * the form is the form.
 */
#include <stdlib.h>

#include <entente/json.h>

#include "base/limits.h"
#include "json/skip.h"

#define LIMIT ((size_t)16 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Kinds and counts are the same, but that 1.0 and 1 have one form. */
static void
same(const struct ent_json *a, const struct ent_json *b)
{
	bool number = ent_json_is(a, ENT_JSON_DOUBLE) && ent_json_is(b, ENT_JSON_INT);

	if ((ent_json_kind(a) != ent_json_kind(b) && !number) ||
	    ent_json_count(a) != ent_json_count(b))
		abort();
	if (ent_json_is(a, ENT_JSON_STRING) && !ent_str_eq(ent_json_str(a), ent_json_str(b)))
		abort();
	for (size_t i = 0; i < ent_json_count(a); i++) {
		const struct ent_json *in = ent_json_at(a, i);

		same(in, ent_json_is(a, ENT_JSON_OBJECT) ? ent_json_get(b, ent_json_key(a, i))
		                                         : ent_json_at(b, i));
	}
}

/* The span that is kept of a container is that container. */
static void
spans(struct ent_arena *arena, const struct ent_json *v)
{
	struct ent_str raw = ent_json_raw(v);
	const struct ent_json *again;
	struct ent_skip s = { 0 };
	size_t end;
	int rc;

	if (!raw.p)
		return;
	if (!ent_skip(&s, raw.p, raw.n, &end) || end != raw.n)
		abort(); /* and it ends where it does without being read */
	rc = ent_json_parse(arena, raw, ENT_JSON_DEPTH, &again, NULL);
	if (rc && rc != ENT_ENOMEM)
		abort();
	if (!rc)
		same(v, again);
	for (size_t i = 0; i < ent_json_count(v) && i < 4; i++)
		spans(arena, ent_json_at(v, i));
}

/* The same with the numbers of RFC 8785, of which there are more. */
static void
wide(struct ent_arena *a, struct ent_str text)
{
	struct ent_json_parser *p = ent_json_parser_new();
	const struct ent_json *v, *w;
	struct ent_str one, two;
	int rc;

	if (p &&
	    !ent_json_parser_read(p, a, text, ENT_JSON_DEPTH, ENT_JSON_WIDE, &v, NULL, NULL)) {
		one = ent_json_canon(a, v);
		rc = one.p ? ent_json_parser_read(p, a, one, ENT_JSON_DEPTH, ENT_JSON_WIDE, &w,
		                                  NULL, NULL)
		           : ENT_ENOMEM;
		if (rc && rc != ENT_ENOMEM)
			abort();
		two = rc ? one : ent_json_canon(a, w);
		if (two.p && !ent_str_eq(one, two))
			abort();
	}
	ent_json_parser_free(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new(LIMIT);
	struct ent_str text = { (const char *)data, len }, one, two;
	const struct ent_json *v, *w;
	struct ent_err err = { 0 };
	int rc;

	if (!a)
		return 0;
	rc = ent_json_parse(a, text, ENT_JSON_DEPTH, &v, &err);
	if (rc && !err.msg[0])
		abort(); /* a failure says why */
	if (rc == 0) {
		one = ent_json_canon(a, v);
		rc = one.p ? ent_json_parse(a, one, ENT_JSON_DEPTH, &w, NULL) : ENT_ENOMEM;
		if (rc && rc != ENT_ENOMEM)
			abort(); /* what we write, we must read */
		if (rc == 0) {
			same(v, w);
			two = ent_json_canon(a, w);
			if (two.p && !ent_str_eq(one, two))
				abort();
			spans(a, v);
		}
	}
	wide(a, text);
	ent_arena_free(a);
	return 0;
}

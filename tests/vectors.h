/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vectors.h - published vectors in JSON, for tests that link json.
 */
#ifndef ENT_TESTS_VECTORS_H
#define ENT_TESTS_VECTORS_H
#include "test.h"

#include <entente/json.h>

#include "base/enc.h"
#include "base/file.h"

/*
 * The tree of a file of the data folder, NULL where it isn't there; free *a afterwards in
 * either case.  One number in them, 2^64 - 1, is more than our reader takes: it becomes -1,
 * which vector_u64 turns back.
 */
static inline const struct ent_json *
vectors(const char *name, struct ent_arena **a)
{
	const char *path = data_file(name);
	const struct ent_json *v = NULL;
	struct ent_str text;
	char *copy, *at;

	*a = ent_arena_new((size_t)64 << 20);
	if (!path)
		return NULL;
	assert_int_equal(ent_file_read(*a, path, (size_t)4 << 20, &text, NULL), 0);
	copy = ent_arena_alloc(*a, text.n + 1);
	memcpy(copy, text.p, text.n);
	while ((at = strstr(copy, "18446744073709551615")) != NULL)
		memcpy(at, "-1                  ", 20);
	assert_int_equal(ent_json_parse(*a, (struct ent_str){ copy, text.n }, 32, &v, NULL), 0);
	return v;
}

static inline uint64_t
vector_u64(const struct ent_json *v, const char *key)
{
	int64_t n = -2;

	assert_true(ent_json_int(ent_json_getc(v, key), &n));
	assert_true(n >= -1);
	return (uint64_t)n;
}

/* Bytes that stand as hex under key; *n is how many. */
static inline uint8_t *
vector_hex(struct ent_arena *a, const struct ent_json *v, const char *key, size_t *n)
{
	struct ent_str s = ent_json_getstr(v, key);
	uint8_t *p = ent_arena_alloc(a, s.n / 2 + 1);

	assert_non_null(s.p);
	*n = s.n / 2;
	assert_int_equal(ent_unhex(s, p, *n), 0);
	return p;
}

#endif

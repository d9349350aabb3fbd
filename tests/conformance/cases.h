/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cases.h - reading files of the data folder that have a case a line.
 */
#ifndef ENT_TESTS_CASES_H
#define ENT_TESTS_CASES_H
#include "test.h"

#include <entente/json.h>

#include "base/file.h"
#include "base/limits.h"

#define DATA_MAX ((size_t)16 << 20)

/* Reads a file of the data folder into a; absent if it isn't there. */
static inline struct ent_str
data_text(struct ent_arena *a, const char *name)
{
	const char *path = data_file(name);
	struct ent_str text = { NULL, 0 };

	if (path)
		assert_int_equal(ent_file_read(a, path, DATA_MAX, &text, NULL), 0);
	return text;
}

static inline const struct ent_json *
data_json(struct ent_arena *a, struct ent_str text)
{
	const struct ent_json *v = NULL;
	struct ent_err err = { 0 };

	if (ent_json_parse(a, text, ENT_JSON_DEPTH, &v, &err))
		fail_msg("%s", err.msg);
	return v;
}

/* The next case of *rest; NULL at the end. */
static inline const struct ent_json *
data_case(struct ent_arena *a, struct ent_str *rest)
{
	struct ent_str line;

	while (ent_str_next(rest, '\n', &line))
		if (line.n)
			return data_json(a, line);
	return NULL;
}

static inline bool
is_disputed(const struct ent_json *c)
{
	bool disputed = false;

	(void)ent_json_bool(ent_json_getc(c, "disputed"), &disputed);
	return disputed;
}

#endif

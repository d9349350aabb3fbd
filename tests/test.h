/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test.h - what every cmocka program includes.
 */
#ifndef ENT_TESTS_TEST_H
#define ENT_TESTS_TEST_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <entente/arena.h>

/* The path of a file of the data folder, or NULL where it isn't there: skip() then, so that it
 * is counted and named. */
static inline const char *
data_file(const char *name)
{
	static char path[4096];
	const char *dir = getenv("ENTENTE_DATA");

	if (!dir)
		return NULL;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (access(path, R_OK) == 0)
		return path;
	print_message("no data file %s\n", name);
	return NULL;
}

/* The path of a file of the project's own source tree. */
static inline const char *
source_file(const char *name)
{
	static char path[4096];
	const char *dir = getenv("ENTENTE_SOURCE");

	snprintf(path, sizeof(path), "%s/%s", dir ? dir : ".", name);
	return path;
}

#define assert_str(s, c)                                                                       \
	do {                                                                                   \
		struct ent_str s_ = (s);                                                       \
		const char *c_ = (c);                                                          \
		if (!ent_str_is(s_, c_))                                                       \
			fail_msg("\"%.*s\" is not \"%s\"", ENT_FMT(s_), c_);                   \
	} while (0)

#endif

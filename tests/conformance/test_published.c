/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_published.c - published bundles: no errors but those that are known to be theirs.
 */
#include "cases.h"

#include <dirent.h>
#include <entente/stix.h>

#include "base/time.h"

/* All objects of a bundle; errors are named. */
static size_t
check_bundle(const char *name, size_t *objects, size_t *warnings, int64_t *us)
{
	const struct ent_stix_options member = { .member = true };
	struct ent_arena *a = ent_arena_new((size_t)512 << 20);
	struct ent_arena *scratch = ent_arena_new(1 << 20);
	struct ent_str text = data_text(a, name);
	const struct ent_json *list;
	size_t errors = 0;
	int64_t begin;

	*objects = 0;
	if (text.p) {
		assert_int_equal(ent_stix_members(data_json(a, text), &list, objects, NULL), 0);
		begin = ent_tick_us();
		for (size_t i = 0; i < *objects; i++) {
			struct ent_findings f;

			ent_arena_reset(scratch);
			ent_findings_init(&f, scratch);
			assert_int_equal(
			    ent_stix_check_with(ent_json_at(list, i), &member, &f, NULL), 0);
			if (f.errors)
				print_message(
				    "%.*s: %s %.*s\n",
				    ENT_FMT(ent_json_getstr(ent_json_at(list, i), "id")),
				    f.list[0].code, ENT_FMT(f.list[0].text));
			errors += f.errors;
			*warnings += f.warnings;
		}
		*us += ent_tick_us() - begin;
	}
	ent_arena_free(scratch);
	ent_arena_free(a);
	return errors;
}

static void
finds_no_errors_in_what_is_published(void **state)
{
	const char *path = data_file("stix");
	size_t files = 0, all = 0, warnings = 0, errors = 0;
	struct dirent *entry;
	int64_t us = 0;
	DIR *dir;

	(void)state;
	if (!path)
		skip();
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		char name[300];
		size_t objects;

		if (!ent_str_ends(ent_str_c(entry->d_name), ".json"))
			continue;
		snprintf(name, sizeof(name), "stix/%s", entry->d_name);
		errors += check_bundle(name, &objects, &warnings, &us);
		assert_true(objects > 0);
		all += objects;
		files++;
	}
	closedir(dir);
	print_message("%zu files, %zu objects, %zu warnings in %d us\n", files, all, warnings,
	              (int)us);
	assert_true(files >= 13);
	assert_true(all >= 1826 + 2148);
	assert_int_equal(errors, 0);
	assert_true(us < 4000000); /* 4 s, under any sanitizer */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_no_errors_in_what_is_published),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

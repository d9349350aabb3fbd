/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_memory.c - arenas, buffers, maps and files, at and beyond their limits.
 */
#include "test.h"

#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/map.h"

static void
an_arena_never_gives_more_than_its_limit(void **state)
{
	struct ent_arena *a = ent_arena_new(1024);
	size_t got = 0;

	(void)state;
	while (ent_arena_alloc(a, 16))
		got += 16;
	assert_int_equal(got, 1024);
	assert_null(ent_arena_alloc(a, 1));
	ent_arena_reset(a);
	assert_non_null(ent_arena_alloc(a, 1024));
	assert_null(ent_arena_array(a, SIZE_MAX, 2));
	assert_null(ent_arena_alloc(a, SIZE_MAX));
	ent_arena_free(a);
	ent_arena_free(NULL);
	a = ent_arena_small(1 << 20, 256);
	assert_non_null(a);
	assert_non_null(ent_arena_alloc(a, 200));
	assert_in_range(ent_arena_held(a), 256, 512);
	assert_non_null(ent_arena_alloc(a, 10000));
	assert_in_range(ent_arena_held(a), 10256, 11000);
	ent_arena_free(a);
}

static void
a_buffer_that_failed_stays_failed(void **state)
{
	struct ent_buf b;

	(void)state;
	ent_buf_init(&b, 10);
	ent_buf_c(&b, "12345");
	ent_buf_c(&b, "123456");
	ent_buf_c(&b, "1");
	assert_false(ent_buf_ok(&b));
	assert_null(ent_buf_view(&b).p);
	ent_buf_clear(&b);
	ent_buf_c(&b, "1234567890");
	assert_str(ent_buf_view(&b), "1234567890");
	ent_buf_drop(&b, 8);
	assert_str(ent_buf_view(&b), "90");
	ent_buf_release(&b);
}

static void
a_map_finds_what_was_put(void **state)
{
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	struct ent_map *m = ent_map_new(a);
	static int value[20000];

	(void)state;
	for (int i = 0; i < 20000; i++)
		assert_int_equal(ent_map_put(m, ent_arena_printf(a, "key %d", i), &value[i]),
		                 0);
	assert_int_equal(ent_map_count(m), 20000);
	for (int i = 0; i < 20000; i++)
		assert_ptr_equal(ent_map_get(m, ent_arena_printf(a, "key %d", i)), &value[i]);
	assert_null(ent_map_get(m, ENT_STR("key 20000")));
	assert_int_equal(ent_map_put(m, ENT_STR("key 7"), &value[8]), 0);
	assert_ptr_equal(ent_map_get(m, ENT_STR("key 7")), &value[8]);
	assert_int_equal(ent_map_count(m), 20000);
	ent_arena_free(a);
}

static void
files_are_read_with_a_limit_and_written_whole(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	char folder[] = "/tmp/entente-test-XXXXXX", path[64];
	struct ent_str text;
	struct ent_err err;
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/file", folder);
	assert_int_equal(ent_file_read(a, path, 100, &text, &err), ENT_ENOENT);
	assert_int_equal(ent_file_create(path, ENT_STR("0123456789"), 0600, &err), 0);
	assert_int_equal(ent_file_create(path, ENT_STR("other"), 0600, &err), ENT_EEXIST);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(ent_file_read(a, path, 10, &text, &err), 0);
	assert_str(text, "0123456789");
	assert_int_equal(ent_file_read(a, path, 9, &text, &err), ENT_ELIMIT);
	assert_int_equal(ent_file_write(path, ENT_STR("new"), 0600, &err), 0);
	assert_int_equal(ent_file_read(a, path, 9, &text, &err), 0);
	assert_str(text, "new");
	unlink(path);
	rmdir(folder);
	ent_arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_arena_never_gives_more_than_its_limit),
		cmocka_unit_test(a_buffer_that_failed_stays_failed),
		cmocka_unit_test(a_map_finds_what_was_put),
		cmocka_unit_test(files_are_read_with_a_limit_and_written_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

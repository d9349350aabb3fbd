/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_make.c - trees that weren't read from a text.
 */
#include "test.h"

#include "json/make.h"
#include "json/write.h"

/* Room behind for what may be read ahead. */
static const char k_a[32] = "a", k_b[32] = "b", k_c[32] = "c", k_text[32] = "te\"xt";

static struct ent_str
s(const char *c)
{
	return ent_str_c(c);
}

static struct ent_json *
example(struct ent_arena *a)
{
	struct ent_json *list = ent_json_make_array(a, 4), *v = ent_json_make_object(a, 3);

	if (!list || !v)
		return NULL;
	ent_json_set_str(list, 0, s(NULL), s(k_text));
	ent_json_set_bool(list, 1, s(NULL), true);
	ent_json_set_double(list, 2, s(NULL), 0.5);
	ent_json_set_int(v, 0, s(k_b), -7);
	ent_json_set(v, 1, s(k_a), list);
	ent_json_set(v, 2, s(k_c), NULL);
	return v;
}

static void
is_read_and_written_as_others_are(void **state)
{
	struct ent_arena *a = ent_arena_new(1u << 16);
	struct ent_json *v = example(a);
	struct ent_buf b;
	struct ent_jw w;
	int64_t i = 0;

	(void)state;
	assert_non_null(v);
	assert_str(ent_json_canon(a, v),
	           "{\"a\":[\"te\\\"xt\",true,0.5,null],\"b\":-7,\"c\":null}");
	ent_buf_init(&b, 1u << 16);
	ent_jw_init(&w, &b);
	ent_jw_value(&w, v);
	assert_str(ent_buf_view(&b),
	           "{\"b\":-7,\"a\":[\"te\\\"xt\",true,0.5,null],\"c\":null}");
	ent_buf_release(&b);
	assert_true(ent_json_int(ent_json_getc(v, "b"), &i));
	assert_int_equal(i, -7);
	assert_str(ent_json_key(v, 1), "a");
	assert_int_equal(ent_json_count(ent_json_at(v, 1)), 4);
	assert_null(ent_json_raw(v).p);
	assert_str(ent_json_str(ent_json_make_str(a, s(k_text))), "te\"xt");
	ent_arena_free(a);
}

static void
holds_values_of_trees_that_were_read(void **state)
{
	struct ent_arena *a = ent_arena_new(1u << 16);
	struct ent_json *v = ent_json_make_object(a, 1);
	const struct ent_json *read;

	(void)state;
	assert_int_equal(ent_json_parse(a, ENT_STR("{\"x\":[1,{\"y\":2}]}"), 8, &read, NULL),
	                 0);
	ent_json_set(v, 0, s(k_a), ent_json_getc(read, "x"));
	assert_str(ent_json_canon(a, v), "{\"a\":[1,{\"y\":2}]}");
	assert_str(ent_json_raw(ent_json_getc(v, "a")), "[1,{\"y\":2}]");
	ent_arena_free(a);
}

static void
survives_every_arena_limit(void **state)
{
	bool enough = false;

	(void)state;
	for (size_t limit = 0; !enough; limit += 16) {
		struct ent_arena *a = ent_arena_new(limit);

		assert_non_null(a);
		assert_true(limit < 4096);
		enough = example(a) != NULL;
		assert_null(ent_json_make_array(a, SIZE_MAX / 2));
		ent_arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_read_and_written_as_others_are),
		cmocka_unit_test(holds_values_of_trees_that_were_read),
		cmocka_unit_test(survives_every_arena_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

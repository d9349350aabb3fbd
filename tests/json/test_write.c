/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_write.c - the writer: commas, escapes, failures.
 */
#include "test.h"

#include <math.h>

#include "json/write.h"

static void
puts_commas_where_they_belong(void **state)
{
	struct ent_buf b;
	struct ent_jw w;

	(void)state;
	ent_buf_init(&b, 1 << 10);
	ent_jw_init(&w, &b);
	ent_jw_object(&w);
	ent_jw_kc(&w, "s", "x");
	ent_jw_key(&w, "l");
	ent_jw_array(&w);
	ent_jw_int(&w, -1);
	ent_jw_object(&w);
	ent_jw_end_object(&w);
	ent_jw_array(&w);
	ent_jw_end_array(&w);
	ent_jw_null(&w);
	ent_jw_end_array(&w);
	ent_jw_kint(&w, "i", INT64_C(9007199254740991));
	ent_jw_kbool(&w, "b", true);
	ent_jw_kraw(&w, "r", ENT_STR("{\"a\" : 1}"));
	ent_jw_key(&w, "d");
	ent_jw_double(&w, -2.5);
	ent_jw_key(&w, "nan");
	ent_jw_double(&w, (double)NAN);
	ent_jw_end_object(&w);
	assert_str(ent_buf_view(&b),
	           "{\"s\":\"x\",\"l\":[-1,{},[],null],\"i\":9007199254740991,\"b\":true,"
	           "\"r\":{\"a\" : 1},\"d\":-2.5,\"nan\":null}");
	ent_buf_release(&b);
}

static void
escapes_what_it_must_and_mends_bad_bytes(void **state)
{
	struct ent_buf b;
	struct ent_jw w;

	(void)state;
	ent_buf_init(&b, 1 << 10);
	ent_jw_init(&w, &b);
	ent_jw_str(&w, ENT_STR("a\0\x1f\"\\\n\xc3\xa9/\xff\xc3z\xed\xa0\x80"));
	assert_str(ent_buf_view(&b),
	           "\"a\\u0000\\u001f\\\"\\\\\\n\xc3\xa9/\xef\xbf\xbd\xef\xbf\xbdz"
	           "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
	ent_buf_release(&b);
}

/* A tree is written in its own order, and reads back as the same tree. */
static void
writes_a_tree_in_its_order(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 16);
	const struct ent_json *v = NULL;
	struct ent_buf b;
	struct ent_jw w;

	(void)state;
	assert_int_equal(
	    ent_json_parse(a, ENT_STR("{\"z\": [1, 0.5, \"\\u0041\"], \"a\": {\"y\": null}}"),
	                   4, &v, NULL),
	    0);
	ent_buf_init(&b, 1 << 10);
	ent_jw_init(&w, &b);
	ent_jw_array(&w);
	ent_jw_value(&w, v);
	ent_jw_value(&w, NULL);
	ent_jw_end_array(&w);
	assert_str(ent_buf_view(&b), "[{\"z\":[1,0.5,\"A\"],\"a\":{\"y\":null}},null]");
	ent_buf_release(&b);
	ent_arena_free(a);
}

static void
says_that_the_buffer_was_too_small(void **state)
{
	struct ent_buf b;
	struct ent_jw w;

	(void)state;
	ent_buf_init(&b, 8);
	ent_jw_init(&w, &b);
	ent_jw_c(&w, "longer than eight");
	assert_false(ent_buf_ok(&b));
	assert_null(ent_buf_view(&b).p);
	ent_buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_commas_where_they_belong),
		cmocka_unit_test(escapes_what_it_must_and_mends_bad_bytes),
		cmocka_unit_test(writes_a_tree_in_its_order),
		cmocka_unit_test(says_that_the_buffer_was_too_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

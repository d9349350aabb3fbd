/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_out.c - the same calls as text and as JSON; nothing in text commands a terminal.
 */
#include "cli/out.h"

#include "cli/pretty.h"
#include "test.h"

static const struct ent_column columns[] = {
	{ "name", "NAME", false },
	{ "id", NULL, false },
	{ "count", "COUNT", true },
	{ "more", "MORE", false },
};

static void
write_both(struct ent_out *o, int rows)
{
	ent_out_c(o, "title", "title", "A \"dialogue\"");
	ent_out_str(o, "none", "none", (struct ent_str){ NULL, 0 });
	ent_out_int(o, "version", "version", 3);
	ent_out_bool(o, "binding", "binding", true);
	ent_out_time(o, "until", "until", INT64_MAX);
	ent_out_time(o, "from", "from", 0);
	ent_out_object(o, "inside");
	ent_out_int(o, "n", NULL, 1);
	ent_out_object_end(o);
	ent_out_line(o, "for people");
	ent_out_list(o, "rows", ENT_COLUMNS(columns));
	for (int i = 0; i < rows; i++) {
		ent_cell_c(o, i ? "\xe6\x97\xa5\xe6\x9c\xac" : "North");
		ent_cell_c(o, "x");
		ent_cell_int(o, i ? 1234567 : 5);
		ent_cell_bool(o, i == 0);
	}
	ent_out_list_end(o, "nothing");
}

static void
expect(bool json, int rows, const char *want)
{
	struct ent_err err = { 0 };
	struct ent_out o;
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);

	ent_out_init(&o, f, json);
	write_both(&o, rows);
	assert_int_equal(ent_out_end(&o, &err), 0);
	ent_out_release(&o);
	fclose(f);
	assert_string_equal(text, want);
	free(text);
}

static void
writes_text_with_aligned_columns(void **state)
{
	(void)state;
	expect(false, 2,
	       "title:          A \"dialogue\"\n"
	       "version:        3\n"
	       "binding:        yes\n"
	       "from:           1970-01-01T00:00:00Z\n"
	       "for people\n"
	       "NAME     COUNT  MORE\n"
	       "North        5  yes\n"
	       "\xe6\x97\xa5\xe6\x9c\xac   1234567  no\n");
	expect(false, 0,
	       "title:          A \"dialogue\"\n"
	       "version:        3\n"
	       "binding:        yes\n"
	       "from:           1970-01-01T00:00:00Z\n"
	       "for people\n"
	       "nothing\n");
}

static void
writes_one_json_document(void **state)
{
	(void)state;
	expect(true, 2,
	       "{\"title\":\"A \\\"dialogue\\\"\",\"none\":null,\"version\":3,\"binding\":true,"
	       "\"until\":null,\"from\":\"1970-01-01T00:00:00Z\",\"inside\":{\"n\":1},"
	       "\"rows\":[{\"name\":\"North\",\"id\":\"x\",\"count\":5,\"more\":true},"
	       "{\"name\":\"\xe6\x97\xa5\xe6\x9c\xac\",\"id\":\"x\",\"count\":1234567,"
	       "\"more\":false}]}\n");
}

/* More rows than are lined up at once, and more JSON than is kept. */
static void
long_lists_come_whole(void **state)
{
	for (int json = 0; json < 2; json++) {
		struct ent_out o;
		char *text = NULL;
		size_t n = 0, lines = 0;
		FILE *f = open_memstream(&text, &n);

		ent_out_init(&o, f, json);
		ent_out_list(&o, "rows", ENT_COLUMNS(columns));
		for (int i = 0; i < 50000; i++) {
			ent_cell_c(&o, "a name");
			ent_cell_c(&o, "an id");
			ent_cell_int(&o, i);
			ent_cell_bool(&o, true);
		}
		ent_out_list_end(&o, NULL);
		assert_int_equal(ent_out_end(&o, NULL), 0);
		ent_out_release(&o);
		fclose(f);
		for (size_t i = 0; i < n; i++)
			lines += text[i] == '\n';
		assert_int_equal(lines, json ? 1 : 50001);
		if (json) {
			struct ent_arena *a = ent_arena_new((size_t)256 << 20);
			const struct ent_json *v;

			assert_int_equal(
			    ent_json_parse(a, (struct ent_str){ text, n }, 8, &v, NULL), 0);
			assert_int_equal(ent_json_count(ent_json_getc(v, "rows")), 50000);
			ent_arena_free(a);
		}
		free(text);
	}
	(void)state;
}

static void
text_cannot_command_a_terminal(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "plain", "plain" },
		{ "\xc3\xa9\xe6\x97\xa5", "\xc3\xa9\xe6\x97\xa5" },
		{ "a\x1b[31mb", "a\xef\xbf\xbd[31mb" },
		{ "a\xc2\x9b"
		  "31m",
		  "a\xef\xbf\xbd"
		  "31m" },
		{ "a\xe2\x80\xae"
		  "b",
		  "a\xef\xbf\xbd"
		  "b" },
		{ "a\tb\nc", "a b c" },
		{ "a\x7f\rb", "a\xef\xbf\xbd\xef\xbf\xbd"
		              "b" },
		{ "bad \xff\xc3", "bad \xef\xbf\xbd\xef\xbf\xbd" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_buf b;

		ent_buf_init(&b, 1000);
		ent_plain(&b, ent_str_c(cases[i].in), false);
		assert_str(ent_buf_view(&b), cases[i].out);
		ent_buf_release(&b);
	}
}

static void
a_full_disk_is_no_success(void **state)
{
	struct ent_err err = { 0 };
	struct ent_out o;
	FILE *f = fopen("/dev/full", "w");

	(void)state;
	if (!f)
		skip();
	ent_out_init(&o, f, false);
	ent_out_line(&o, "text");
	assert_int_equal(ent_out_end(&o, &err), ENT_ESTORE);
	assert_non_null(strstr(err.msg, "standard output"));
	ent_out_release(&o);
	fclose(f);
}

static void
sets_json_out_for_people(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	const struct ent_json *v;
	struct ent_buf b;

	(void)state;
	assert_int_equal(
	    ent_json_parse(a, ENT_STR("{\"a\":[1,{\"b\":\"x\\ny\"},[]],\"c\":{},\"d\":null}"),
	                   8, &v, NULL),
	    0);
	ent_buf_init(&b, 1000);
	ent_pretty(&b, v);
	assert_str(ent_buf_view(&b),
	           "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x\\ny\"\n    },\n"
	           "    []\n  ],\n  \"c\": {},\n  \"d\": null\n}");
	ent_buf_release(&b);
	ent_arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_text_with_aligned_columns),
		cmocka_unit_test(writes_one_json_document),
		cmocka_unit_test(long_lists_come_whole),
		cmocka_unit_test(text_cannot_command_a_terminal),
		cmocka_unit_test(a_full_disk_is_no_success),
		cmocka_unit_test(sets_json_out_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_parse.c - what is JSON to us and what isn't, and the values of a tree.
 */
#include "test.h"

#include <pthread.h>

#include <entente/json.h>

#include "base/buf.h"
#include "base/limits.h"

struct refused {
	const char *text;
	int rc;
	const char *message; /* a part of it */
};

#define BAD(text, message)                                                                     \
	{                                                                                      \
		text, ENT_EPARSE, message                                                      \
	}

/* clang-format off */
static const struct refused refusals[] = {
	/* nothing, too little, too much */
	BAD("", "line 1, column 1: nothing"),
	BAD(" \n ", "nothing"),
	BAD("[", "line 1"), BAD("{", "line 1"), BAD("{\"a\"", "line 1"), BAD("{\"a\":", "line 1"),
	BAD("{\"a\":1", "line 1"), BAD("{\"a\":1,", "line 1"), BAD("[1,", "line 1"), BAD("\"a", "line 1"),
	BAD("[1] x", "line 1, column 5"), BAD("1 2", "line 1"), BAD("{}{}", "line 1, column 3"),
	BAD("[]]", "line 1, column 3"), BAD("}", "line 1"), BAD("[1}", "line 1, column 3"), BAD("{]", "line 1"),
	BAD("[1,]", "line 1, column 4"), BAD("[,1]", "line 1, column 2"), BAD("{\"a\":1,}", "line 1, column 8"),
	BAD("{\"a\" 1}", "line 1, column 6"), BAD("{1:2}", "line 1, column 2"), BAD("[1 2]", "line 1, column 4"),
	BAD("{\n \"a\": 1,\n \"b\": x\n}", "line 3, column 7"),
	/* words and other dialects */
	BAD("nul", "line 1"), BAD("True", "line 1"), BAD("truefalse", "line 1"), BAD("NaN", "line 1"),
	BAD("Infinity", "line 1"), BAD("'a'", "line 1"), BAD("// c\n1", "line 1"), BAD("[1/**/]", "line 1"),
	BAD("\xef\xbb\xbf{}", "line 1, column 1"),
	/* numbers */
	BAD("01", "line 1"), BAD("+1", "line 1"), BAD("1.", "line 1"), BAD(".5", "line 1"), BAD("-", "line 1"),
	BAD("1e", "line 1"), BAD("0x10", "line 1"), BAD("1e400", "number"), BAD("-1e400", "number"),
	BAD("[\n9007199254740992]", "line 2, column 1: an integer beyond"), BAD("-9007199254740992", "beyond"),
	BAD("18446744073709551615", "beyond"), BAD("99999999999999999999999", "line 1"),
	BAD("9007199254740992.0", "beyond"), BAD("1e20", "beyond"), BAD("-1E+18", "beyond"),
	/* strings */
	BAD("\"\\x\"", "line 1"), BAD("\"\\u12g4\"", "line 1"), BAD("\"a\nb\"", "line 1"), BAD("\"\t\"", "line 1"),
	BAD("[1,\"\\ud800\"]", "line 1, column 5: a malformed string"), BAD("\"\\udc00\"", "half"),
	BAD("\"\\ud800\\u0041\"", "line 1"), BAD("\"\\ud800\\ud800\"", "line 1"), BAD("\"\\ud800x\"", "line 1"),
	BAD("\"\\udc00\\ud800\"", "half"), BAD("\"\\uDBFF\\n\"", "line 1"), BAD("{\"\\ud83d\":1}", "line 1"),
	BAD("\"\xff\"", "not UTF-8"), BAD("\"\xc0\x80\"", "not UTF-8"), BAD("\"\xed\xa0\x80\"", "not UTF-8"),
	BAD("\"\xf4\x90\x80\x80\"", "not UTF-8"), BAD("[1,\n\"ab\xe2\x82\"]", "line 2, column 4"),
	/* one name twice, however it is spelt */
	BAD("{\"a\":1,\"a\":1}", "column 1: an object that has a name twice: a"),
	BAD("[{\"a\":1,\"b\":2,\"\\u0061\":3}]", "column 2: an object that has a name twice: a"),
	BAD("{\"\":1,\"\":1}", "twice"),
	BAD("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"k\":1,\"l\":1,"
	    "\"m\":1,\"c\":1}", "twice: c"),
	/* nesting: these are read with depth 3 */
	{ "[[[[]]]]", ENT_ELIMIT, "deeper than 3" }, { "{\"a\":[{\"b\":[1]}]}", ENT_ELIMIT, "deeper than 3" },
};
/* clang-format on */

static int
parse(struct ent_arena *a, struct ent_str text, const struct ent_json **v, struct ent_err *err)
{
	return ent_json_parse(a, text, 3, v, err);
}

static void
says_what_is_wrong_and_where(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refused *r = &refusals[i];
		struct ent_arena *a = ent_arena_new(1 << 20);
		const struct ent_json *v = NULL;
		struct ent_err err = { 0 };

		if (parse(a, ent_str_c(r->text), &v, &err) != r->rc)
			fail_msg("%s: %d %s", r->text, err.code, err.msg);
		if (!strstr(err.msg, r->message))
			fail_msg("%s: \"%s\" without \"%s\"", r->text, err.msg, r->message);
		ent_arena_free(a);
	}
}

static void
refuses_a_nul_and_what_follows_it(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	const struct ent_json *v;

	(void)state;
	assert_int_equal(parse(a, ENT_STR("1\0"), &v, NULL), ENT_EPARSE);
	assert_int_equal(parse(a, ENT_STR("\0"), &v, NULL), ENT_EPARSE);
	assert_int_equal(parse(a, ENT_STR("\"a\0b\""), &v, NULL), ENT_EPARSE);
	assert_int_equal(parse(a, (struct ent_str){ NULL, 0 }, &v, NULL), ENT_EPARSE);
	ent_arena_free(a);
}

/* Each start of a text that isn't the whole is refused, and where it ends is said. */
static void
refuses_every_truncation(void **state)
{
	static const char text[] =
	    "{\"a\":[1,-2.5e3,\"\\u00e9\\n\"],\"b\":{\"c\":null},\"d\":true}";
	struct ent_arena *a = ent_arena_new(1 << 22);
	const struct ent_json *v;
	struct ent_err err;

	(void)state;
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		char *exact = malloc(n ? n : 1); /* so that a sanitizer sees a read behind it */

		memcpy(exact, text, n);
		assert_int_equal(parse(a, (struct ent_str){ exact, n }, &v, &err), ENT_EPARSE);
		assert_non_null(strstr(err.msg, "line 1, column "));
		free(exact);
	}
	assert_int_equal(parse(a, ent_str_c(text), &v, &err), 0);
	ent_arena_free(a);
}

static const struct ent_json *
must(struct ent_arena *a, const char *text)
{
	const struct ent_json *v = NULL;
	struct ent_err err = { 0 };

	if (ent_json_parse(a, ent_str_c(text), ENT_JSON_DEPTH, &v, &err))
		fail_msg("%s: %s", text, err.msg);
	return v;
}

static void
gives_values(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	const struct ent_json *v = must(
	    a,
	    "\n{ \"s\" : \"a\\u0000\\ud83d\\ude02\\/\" , \"i\":-9007199254740991,\"d\":0.5,\r\n"
	    "\t\"t\":true,\"f\":false,\"n\":null, \"l\":[ 1 , [ ] ],\"o\":{ } ,\"z\":-0}");
	int64_t i = 7;
	bool b = false;
	double d;

	(void)state;
	assert_int_equal(ent_json_count(v), 9);
	assert_true(ent_str_eq(ent_json_getstr(v, "s"), ENT_STR("a\0\xf0\x9f\x98\x82/")));
	assert_true(ent_json_int(ent_json_getc(v, "i"), &i) && i == -9007199254740991);
	assert_true(ent_json_double(ent_json_getc(v, "i"), &d) && d == -9007199254740991.0);
	assert_true(ent_json_double(ent_json_getc(v, "d"), &d) && d == 0.5);
	assert_false(ent_json_int(ent_json_getc(v, "d"), &i));
	assert_true(ent_json_bool(ent_json_getc(v, "t"), &b) && b);
	assert_true(ent_json_bool(ent_json_getc(v, "f"), &b) && !b);
	assert_false(ent_json_int(ent_json_getc(v, "t"), &i));
	assert_int_equal(ent_json_kind(ent_json_getc(v, "n")), ENT_JSON_NULL);
	assert_int_equal(ent_json_kind(ent_json_getc(v, "z")), ENT_JSON_DOUBLE);
	assert_int_equal(ent_json_kind(ent_json_getc(v, "absent")), ENT_JSON_NONE);
	assert_str(ent_json_key(v, 6), "l");
	assert_null(ent_json_key(v, 9).p);
	assert_true(ent_json_at(v, 6) == ent_json_getc(v, "l"));
	assert_int_equal(ent_json_count(ent_json_at(ent_json_at(v, 6), 1)), 0);
	assert_null(ent_json_at(ent_json_getc(v, "l"), 2));
	assert_null(ent_json_at(ent_json_getc(v, "s"), 0));
	ent_arena_free(a);
}

static void
takes_null_for_any_tree(void **state)
{
	int64_t i;
	double d;
	bool b;
	size_t line, column;

	(void)state;
	assert_int_equal(ent_json_kind(NULL), ENT_JSON_NONE);
	assert_int_equal(ent_json_count(NULL), 0);
	assert_null(ent_json_get(NULL, ENT_STR("a")));
	assert_null(ent_json_at(NULL, 0));
	assert_null(ent_json_key(NULL, 0).p);
	assert_null(ent_json_str(NULL).p);
	assert_null(ent_json_raw(NULL).p);
	assert_false(ent_json_int(NULL, &i) || ent_json_double(NULL, &d) ||
	             ent_json_bool(NULL, &b));
	assert_false(ent_json_place(NULL, NULL, &line, &column));
}

static void
keeps_the_text_and_place_of_containers(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);
	const struct ent_json *v =
	    must(a, " [ 1,\n  {\"a\" : [\"]\\\"}\", 2 ] } , {},\n[ ] ] ");
	size_t line, column;

	(void)state;
	assert_str(ent_json_raw(v), "[ 1,\n  {\"a\" : [\"]\\\"}\", 2 ] } , {},\n[ ] ]");
	assert_str(ent_json_raw(ent_json_at(v, 1)), "{\"a\" : [\"]\\\"}\", 2 ] }");
	assert_str(ent_json_raw(ent_json_at(ent_json_at(v, 1), 0)), "[\"]\\\"}\", 2 ]");
	assert_str(ent_json_raw(ent_json_at(v, 2)), "{}");
	assert_str(ent_json_raw(ent_json_at(v, 3)), "[ ]");
	assert_null(ent_json_raw(ent_json_at(v, 0)).p);
	assert_true(ent_json_place(v, ent_json_at(ent_json_at(v, 1), 0), &line, &column));
	assert_int_equal(line, 2);
	assert_int_equal(column, 10);
	assert_true(ent_json_place(v, ent_json_at(v, 3), &line, &column));
	assert_int_equal(line, 3);
	assert_int_equal(column, 1);
	assert_false(ent_json_place(v, ent_json_at(v, 0), &line, &column));
	ent_arena_free(a);
}

static void
counts_open_brackets_as_depth(void **state)
{
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);
	size_t n = 100000;
	char *deep = malloc(n);
	const struct ent_json *v;

	(void)state;
	memset(deep, '[', n / 2);
	memset(deep + n / 2, ']', n / 2);
	for (unsigned depth = 1; depth < 10; depth++) {
		struct ent_str fits = { deep + n / 2 - depth, 2 * depth };
		struct ent_str deeper = { fits.p - 1, fits.n + 2 };

		assert_int_equal(ent_json_parse(a, fits, depth, &v, NULL), 0);
		assert_int_equal(ent_json_parse(a, deeper, depth, &v, NULL), ENT_ELIMIT);
	}
	assert_int_equal(ent_json_parse(a, ENT_STR("1"), 1, &v, NULL), 0);
	assert_int_equal(ent_json_parse(a, (struct ent_str){ deep, n }, 1U << 31, &v, NULL),
	                 ENT_ELIMIT);
	assert_int_equal(ent_json_parse(a, (struct ent_str){ deep, n / 2 }, 64, &v, NULL),
	                 ENT_ELIMIT);
	assert_int_equal(ent_json_parse(a, (struct ent_str){ deep, 64 }, 64, &v, NULL),
	                 ENT_EPARSE);
	free(deep);
	ent_arena_free(a);
}

/* clang-format off */
static const struct {
	const char *text, *code;
	size_t at;
} faults[] = {
	{ "[1,}", "json-syntax", 3 }, { "", "json-syntax", 0 }, { "{} x", "json-syntax", 3 },
	{ "[\"\xff\"]", "json-utf8", 2 }, { "[\"a\\x\"]", "json-string", 3 }, { "[\"a\nb\"]", "json-string", 3 },
	{ "[\"\\udc00\"]", "json-surrogate", 2 }, { "[9007199254740993]", "json-number", 1 },
	{ "[1,01]", "json-number", 3 }, { "[1e999]", "json-number", 1 },
	{ "[1,{\"a\":1,\"a\":2}]", "json-duplicate", 3 }, { "[[[[[1]]]]]", "json-depth", 4 },
};
/* clang-format on */

static void
names_each_kind_of_fault_and_its_offset(void **state)
{
	struct ent_json_parser *p = ent_json_parser_new();
	struct ent_arena *a = ent_arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct ent_json_fault fault = { 0 };
		const struct ent_json *v;

		assert_true(ent_json_parser_read(p, a, ent_str_c(faults[i].text), 4, 0, &v,
		                                 &fault, NULL));
		assert_string_equal(fault.code, faults[i].code);
		if (fault.at != faults[i].at)
			fail_msg("%s: at %zu", faults[i].text, fault.at);
		assert_true(fault.text[0]);
	}
	ent_arena_free(a);
	ent_json_parser_free(p);
}

/* One parser for texts of all sizes, good and bad, borrowed and copied. */
static void
reads_one_text_after_the_other(void **state)
{
	struct ent_json_parser *p = ent_json_parser_new();
	struct ent_arena *a = ent_arena_new((size_t)64 << 20);

	(void)state;
	for (size_t n = 1; n < 3000000; n = n * 3 + 1) {
		char *text = calloc(1, 2 * n + 1 + ENT_JSON_PADDING);
		const struct ent_json *v = NULL;
		int64_t last = 0;

		for (size_t i = 0; i < n; i++)
			memcpy(text + 2 * i, i ? ",7" : "[7", 2);
		text[2 * n] = ']';
		for (unsigned flags = 0; flags <= ENT_JSON_BORROW; flags++) {
			ent_arena_reset(a);
			assert_int_equal(
			    ent_json_parser_read(p, a, (struct ent_str){ text, 2 * n + 1 }, 1,
			                         flags, &v, NULL, NULL),
			    0);
			assert_int_equal(ent_json_count(v), n);
			assert_true(ent_json_int(ent_json_at(v, n - 1), &last) && last == 7);
			assert_true((ent_json_raw(v).p == text) == (flags != 0));
		}
		assert_int_equal(ent_json_parser_read(p, a, (struct ent_str){ text, 2 * n }, 1,
		                                      0, &v, NULL, NULL),
		                 ENT_EPARSE);
		free(text);
	}
	ent_arena_free(a);
	ent_json_parser_free(p);
}

/* clang-format off */
static const struct {
	const char *text;
	const char *canon; /* NULL: refused */
} wide[] = {
	{ "9007199254740992", "9007199254740992" }, { "9007199254740993", NULL }, { "9007199254740994", "9007199254740994" },
	{ "-9007199254740993", NULL }, { "9007199254740993.0", "9007199254740992" }, { "1e20", "100000000000000000000" },
	{ "100000000000000000000", "100000000000000000000" }, { "999999999999999700000", "999999999999999700000" },
	{ "999999999999999737856", "999999999999999700000" }, { "999999999999999737857", NULL },
	{ "1000000000000000000000", "1e+21" }, { "1e400", NULL }, { "1e-400", "0" }, { "-0", "0" }, { "1", "1" },
};
/* clang-format on */

static void
takes_large_numbers_where_they_are_asked_for(void **state)
{
	struct ent_json_parser *p = ent_json_parser_new();
	struct ent_arena *a = ent_arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		const struct ent_json *v = NULL;
		int rc = ent_json_parser_read(p, a, ent_str_c(wide[i].text), 4, ENT_JSON_WIDE,
		                              &v, NULL, NULL);

		if (rc != (wide[i].canon ? 0 : ENT_EPARSE))
			fail_msg("%s: %d", wide[i].text, rc);
		if (rc == 0)
			assert_str(ent_json_canon(a, v), wide[i].canon);
	}
	ent_arena_free(a);
	ent_json_parser_free(p);
}

/* clang-format off */
static const struct {
	const char *pointer;
	bool there;
	const char *begin; /* of what stands there */
} pointers[] = {
	{ "", true, "{\"a\"" }, { "/a", true, "[1" }, { "/a/0", true, "1, " }, { "/a/1", true, "\"\"," },
	{ "/a/2", true, "{\"b" }, { "/a/2/b~1c", true, "true" }, { "/a/3", true, "\"\\\"\" ]" }, { "/d~0", true, "-1.5e3" },
	{ "/e", true, "null" }, { "/\"", true, "[ ]" }, { "/a/4", false, "[1" }, { "/a/2/x", false, "{\"b" },
	{ "/x/y", false, "{\"a\"" }, { "/a/01", false, "[1" }, { "/e/0", false, "null" },
};
/* clang-format on */

static void
finds_the_place_of_every_value(void **state)
{
	static const char text[] = "\n{\"a\": [1, \"\",{\"b/c\":true}, \"\\\"\" ] ,\"d~\" "
				   ":\n-1.5e3,\"e\" : null,\"\\\"\":[ ]}";
	struct ent_arena *a = ent_arena_new(1 << 20);
	const struct ent_json *v = must(a, text);

	(void)state;
	for (size_t i = 0; i < sizeof(pointers) / sizeof(pointers[0]); i++) {
		size_t at = 0;

		assert_int_equal(ent_json_find(v, ent_str_c(pointers[i].pointer), &at),
		                 pointers[i].there);
		if (!ent_str_starts(ent_str_from(ent_str_c(text), at), pointers[i].begin))
			fail_msg("%s is not at %zu: %s", pointers[i].pointer, at, text + at);
	}
	ent_arena_free(a);
}

/* 200,000 names with a long common start: a quadratic search would take minutes. */
static void
finds_duplicates_among_many_names(void **state)
{
	struct ent_arena *a = ent_arena_new((size_t)256 << 20);
	const struct ent_json *v;
	struct ent_buf b;
	struct ent_err err;

	(void)state;
	for (int twice = 0; twice < 2; twice++) {
		ent_buf_init(&b, (size_t)64 << 20);
		ent_buf_c(&b, "{");
		for (int i = 0; i < 200000; i++)
			ent_buf_printf(&b, "\"a_name_that_starts_as_all_do_%d\":%d,", i, i);
		ent_buf_c(&b, twice ? "\"a_name_that_starts_as_all_do_77\":0}" : "\"a\":0}");
		assert_true(ent_buf_ok(&b));
		assert_int_equal(ent_json_parse(a, ent_buf_view(&b), 2, &v, &err),
		                 twice ? ENT_EPARSE : 0);
		ent_buf_release(&b);
	}
	assert_non_null(strstr(err.msg, "twice: a_name_that_starts_as_all_do_77"));
	ent_arena_free(a);
}

static void
survives_every_arena_limit(void **state)
{
	static const char text[] =
	    "{\"a\":[1,2,3,{\"b\":\"\\n escaped\"}],\"c\":{\"d\":{}},\"e\":[[],[],[0]]}";
	const struct ent_json *v;
	int rc = ENT_ENOMEM;
	size_t limit;

	(void)state;
	for (limit = 0; rc == ENT_ENOMEM && limit < 4096; limit += 16) {
		struct ent_arena *a = ent_arena_new(limit);

		rc = a ? ent_json_parse(a, ent_str_c(text), 8, &v, NULL) : ENT_ENOMEM;
		if (rc == 0 && !ent_json_canon(a, v).p)
			rc = ENT_ENOMEM;
		ent_arena_free(a);
	}
	assert_int_equal(rc, 0);
	assert_in_range(limit, 128, 4095);
}

static void *
read_often(void *arg)
{
	uintptr_t bad = 0;

	(void)arg;
	for (int i = 0; i < 500; i++) {
		struct ent_arena *a = ent_arena_new(1 << 16);
		const struct ent_json *v;

		if (ent_json_parse(a, ENT_STR("{\"b\":[1.5,\"x\"],\"a\":{}}"), 4, &v, NULL) ||
		    !ent_str_is(ent_json_canon(a, v), "{\"a\":{},\"b\":[1.5,\"x\"]}"))
			bad++;
		ent_arena_free(a);
	}
	return (void *)bad;
}

static void
reads_in_several_threads(void **state)
{
	pthread_t t[4];
	void *bad;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, read_often, NULL), 0);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(t[i], &bad), 0);
		assert_null(bad);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_wrong_and_where),
		cmocka_unit_test(refuses_a_nul_and_what_follows_it),
		cmocka_unit_test(refuses_every_truncation),
		cmocka_unit_test(gives_values),
		cmocka_unit_test(takes_null_for_any_tree),
		cmocka_unit_test(keeps_the_text_and_place_of_containers),
		cmocka_unit_test(counts_open_brackets_as_depth),
		cmocka_unit_test(names_each_kind_of_fault_and_its_offset),
		cmocka_unit_test(reads_one_text_after_the_other),
		cmocka_unit_test(takes_large_numbers_where_they_are_asked_for),
		cmocka_unit_test(finds_the_place_of_every_value),
		cmocka_unit_test(finds_duplicates_among_many_names),
		cmocka_unit_test(survives_every_arena_limit),
		cmocka_unit_test(reads_in_several_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

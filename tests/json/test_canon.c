/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_canon.c - the canonical form against the vectors of RFC 8785's authors, and its
 * properties.
 */
#include "test.h"

#include <locale.h>

#include "vectors.h"
#include "json/write.h"

static struct ent_str
canon(struct ent_arena *a, struct ent_str text)
{
	const struct ent_json *v = NULL;
	struct ent_err err = { 0 };

	if (ent_json_parse(a, text, 64, &v, &err))
		fail_msg("%s: %.*s", err.msg, ENT_FMT(text));
	return ent_json_canon(a, v);
}

static void
check_document(struct ent_arena *a, struct ent_str input, struct ent_str output)
{
	struct ent_str got = canon(a, input);

	if (!ent_str_eq(got, output))
		fail_msg("%.*s\nis not\n%.*s", ENT_FMT(got), ENT_FMT(output));
	assert_true(ent_str_eq(canon(a, got), output)); /* and stays as it is */
}

static void
agrees_with_the_published_vectors(void **state)
{
	struct ent_arena *a;
	const struct ent_json *v = vectors("vectors/rfc8785/jcs.json", &a), *list;
	size_t n;

	(void)state;
	if (!v) {
		ent_arena_free(a);
		skip();
	}
	list = ent_json_getc(v, "cases");
	assert_true(ent_json_count(list) >= 6);
	for (size_t i = 0; i < ent_json_count(list); i++) {
		const struct ent_json *c = ent_json_at(list, i);
		uint8_t *bytes = vector_hex(a, c, "output_hex", &n);

		check_document(a, ent_json_getstr(c, "input"),
		               (struct ent_str){ (const char *)bytes, n });
	}
	ent_arena_free(a);
}

/* clang-format off */
static const char *const forms[][2] = {
	{ "-0", "0" }, { "-0.0", "0" }, { "0e5", "0" }, { "1.0", "1" }, { "1E3", "1000" }, { "100e-2", "1" },
	{ "9007199254740991.0", "9007199254740991" }, { "1e21", "1e+21" }, { "123e40", "1.23e+42" },
	{ "1e-6", "0.000001" }, { "1e-7", "1e-7" }, { "-1.5e-9", "-1.5e-9" }, { "5e-324", "5e-324" },
	{ "1.7976931348623157e308", "1.7976931348623157e+308" }, { "0.1", "0.1" }, { "1e-400", "0" },
	{ "\"\\u0000\\u001F\\b\\t\\n\\f\\r\\\"\\\\\\/\\u007f\"", "\"\\u0000\\u001f\\b\\t\\n\\f\\r\\\"\\\\/\x7f\"" },
	{ "\"\\u00e9\\ud83d\\ude02\\u2028\"", "\"\xc3\xa9\xf0\x9f\x98\x82\xe2\x80\xa8\"" },
	/* U+10000 is before U+FB33 in UTF-16 code units, behind it in UTF-8 */
	{ "{\"\\ufb33\":1,\"\\ud800\\udc00\":2,\"a\":3,\"\":4}", "{\"\":4,\"a\":3,\"\xf0\x90\x80\x80\":2,\"\xef\xac\xb3\":1}" },
	{ " [ { } , [ ] , true , false , null ] ", "[{},[],true,false,null]" },
	{ "{\"b\":{\"d\":1,\"c\":2},\"a\":[{\"z\":1,\"y\":2}]}", "{\"a\":[{\"y\":2,\"z\":1}],\"b\":{\"c\":2,\"d\":1}}" },
};
/* clang-format on */

static void
writes_one_form_for_each_value(void **state)
{
	struct ent_arena *a = ent_arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		check_document(a, ent_str_c(forms[i][0]), ent_str_c(forms[i][1]));
	ent_arena_free(a);
}

/* A locale with a decimal comma changes nothing, if the machine has one. */
static void
heeds_no_locale(void **state)
{
	static const char *const names[] = { "de_DE.UTF-8", "de_DE.utf8", "ru_RU.UTF-8",
		                             "fr_FR.UTF-8" };
	struct ent_arena *a = ent_arena_new(1 << 16);
	bool comma = false;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !comma; i++)
		comma = setlocale(LC_ALL, names[i]) && localeconv()->decimal_point[0] == ',';
	check_document(a, ENT_STR("[0.5,1.25e30]"), ENT_STR("[0.5,1.25e+30]"));
	setlocale(LC_ALL, "C");
	ent_arena_free(a);
	if (!comma) {
		print_message("no locale with a decimal comma is installed\n");
		skip();
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_the_published_vectors),
		cmocka_unit_test(writes_one_form_for_each_value),
		cmocka_unit_test(heeds_no_locale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

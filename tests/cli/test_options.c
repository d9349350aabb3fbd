/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_options.c - words behind a command: what is taken, in any order, and what is refused.
 */
#include "cli/options.h"

#include "test.h"

static const struct ent_option own[] = {
	{ "title", "TITLE", "a text", 0, false },
	{ "with", "PEER", "many", 0, true },
	{ "output", "FILE", "short", 'o', false },
	{ "dry-run", NULL, "a flag", 'n', false },
	{ 0 },
};
static const struct ent_option global[] = {
	{ "node", "DIR", "", 0, false },
	{ "json", NULL, "", 0, false },
	{ 0 },
};
static const struct ent_option *const tables[2] = { global, own };

struct words {
	const char *argv[12];
	const char *operands; /* by commas */
	const char *options;  /* name=value, by commas */
};

/* clang-format off */
static const struct words good[] = {
	{ { NULL }, "", "" },
	{ { "a", "b" }, "a,b", "" },
	{ { "--title", "T", "a" }, "a", "title=T" },
	{ { "a", "--title", "T" }, "a", "title=T" },
	{ { "a", "--title=T", "b" }, "a,b", "title=T" },
	{ { "--title=" }, "", "title=" },
	{ { "--title=a=b" }, "", "title=a=b" },
	{ { "--title", "--json" }, "", "title=--json" },
	{ { "--with", "A", "--with", "B" }, "", "with=A,with=B" },
	{ { "-o", "F" }, "", "output=F" },
	{ { "-oF" }, "", "output=F" },
	{ { "-n", "--json", "--node", "D" }, "", "dry-run=,json=,node=D" },
	{ { "--json", "--json" }, "", "json=,json=" },
	{ { "-", "a" }, "-,a", "" },
	{ { "--", "--title", "-o", "--" }, "--title,-o,--", "" },
	{ { "--title", "--", "a" }, "a", "title=--" },
};

static const struct {
	const char *argv[6];
	const char *says;
} bad[] = {
	{ { "--nonsense" }, "--nonsense is not one of its options" },
	{ { "--titl", "x" }, "--titl is not one" },
	{ { "--titles", "x" }, "--titles is not one" },
	{ { "-x" }, "-x is not one" },
	{ { "a", "--title" }, "--title needs a value: TITLE" },
	{ { "-o" }, "--output needs a value: FILE" },
	{ { "--dry-run=yes" }, "--dry-run takes no value" },
	{ { "-nx" }, "--dry-run takes no value" },
	{ { "--title", "a", "--title", "b" }, "--title is given twice" },
};
/* clang-format on */

static int
count(const char *const *argv)
{
	int n = 0;

	while (argv[n])
		n++;
	return n;
}

/* The words as main() would have them. */
static int
parse(struct ent_arena *a, const char *const *argv, bool first, int *used, struct ent_given *g,
      struct ent_err *err)
{
	int n = count(argv);
	char *copy[16];

	for (int i = 0; i < n; i++) {
		copy[i] = ent_arena_alloc(a, strlen(argv[i]) + 1);
		memcpy(copy[i], argv[i], strlen(argv[i]) + 1);
	}
	assert_int_equal(ent_given_init(a, n, g, err), 0);
	return ent_options_parse(tables, n, copy, first, used, g, err);
}

static void
takes_options_and_operands_in_any_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct ent_arena *a = ent_arena_new(1 << 16);
		char operands[256] = "", options[256] = "";
		struct ent_given g;
		int used;

		assert_int_equal(parse(a, good[i].argv, false, &used, &g, NULL), 0);
		assert_int_equal(used, count(good[i].argv));
		for (size_t k = 0; k < g.n_operands; k++)
			snprintf(operands + strlen(operands), 100, "%s%s", k ? "," : "",
			         g.operands[k]);
		for (size_t k = 0; k < g.n_options; k++)
			snprintf(options + strlen(options), 100, "%s%s=%s", k ? "," : "",
			         g.options[k].option->name, g.options[k].value);
		assert_string_equal(operands, good[i].operands);
		assert_string_equal(options, good[i].options);
		ent_arena_free(a);
	}
}

static void
refuses_what_the_table_has_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ent_arena *a = ent_arena_new(1 << 16);
		struct ent_err err = { 0 };
		struct ent_given g;
		int used;

		assert_int_equal(parse(a, bad[i].argv, false, &used, &g, &err), ENT_EINVAL);
		if (!strstr(err.msg, bad[i].says))
			fail_msg("\"%s\" does not say \"%s\"", err.msg, bad[i].says);
		ent_arena_free(a);
	}
}

static void
stops_before_the_command(void **state)
{
	static const char *const argv[] = { "--node", "d", "--json", "list", "--json", NULL };
	struct ent_arena *a = ent_arena_new(1 << 16);
	struct ent_given g;
	int used;

	(void)state;
	assert_int_equal(parse(a, argv, true, &used, &g, NULL), 0);
	assert_int_equal(used, 3);
	assert_int_equal(g.n_operands, 0);
	assert_string_equal(ent_given_value(&g, "node"), "d");
	assert_true(ent_given_flag(&g, "json"));
	assert_false(ent_given_flag(&g, "title"));
	ent_arena_free(a);
}

static void
gives_all_values_of_an_option(void **state)
{
	static const char *const argv[] = { "--with", "A", "x", "--with=B", NULL };
	struct ent_arena *a = ent_arena_new(1 << 16);
	struct ent_str *list;
	struct ent_given g;
	size_t n;
	int used;

	(void)state;
	assert_int_equal(parse(a, argv, false, &used, &g, NULL), 0);
	assert_int_equal(ent_given_all(&g, a, "with", &list, &n, NULL), 0);
	assert_int_equal(n, 2);
	assert_str(list[0], "A");
	assert_str(list[1], "B");
	assert_string_equal(ent_given_value(&g, "with"), "B");
	assert_int_equal(ent_given_all(&g, a, "title", &list, &n, NULL), 0);
	assert_int_equal(n, 0);
	ent_arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_options_and_operands_in_any_order),
		cmocka_unit_test(refuses_what_the_table_has_not),
		cmocka_unit_test(stops_before_the_command),
		cmocka_unit_test(gives_all_values_of_an_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

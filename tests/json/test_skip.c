/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_skip.c - where a value ends, in whatever pieces it comes, against reading byte by byte.
 */
#include "test.h"

#include "json/skip.h"

/* The same rules without blocks: the end, or 0. */
static size_t
slowly(const char *p, size_t n)
{
	size_t depth = 0;
	bool string = false;

	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\\') {
			if (i + 1 < n && p[i + 1] != '\n')
				i++;
			continue;
		}
		if (p[i] == '\n')
			string = false;
		else if (p[i] == '"')
			string = !string;
		else if (!string && (p[i] == '{' || p[i] == '['))
			depth++;
		else if (!string && (p[i] == '}' || p[i] == ']'))
			depth--;
		if (!depth && !string)
			return i + 1;
	}
	return 0;
}

static size_t
in_pieces(const char *p, size_t n, size_t piece)
{
	struct ent_skip s = { 0 };
	size_t used;

	for (size_t at = 0; at < n; at += used) {
		size_t some = n - at < piece ? n - at : piece;

		if (ent_skip(&s, p + at, some, &used))
			return at + used;
	}
	return 0;
}

/* A text of the bytes that matter, with many of one kind, of which seed decides. */
static void
make(char *p, size_t n, unsigned seed)
{
	static const char few[] = "{}[]\"\\\nxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	static const char many[] = "{[[{\\\\\\\"\"\"]}";

	p[0] = seed % 3 ? '{' : '[';
	for (size_t i = 1; i < n; i++) {
		seed = seed * 1103515245 + 12345;
		p[i] = n % 2 ? few[(seed >> 16) % (sizeof(few) - 1)]
		             : many[(seed >> 16) % (sizeof(many) - 1)];
	}
}

static void
ends_where_reading_byte_by_byte_ends(void **state)
{
	char text[700];
	size_t ended = 0;

	(void)state;
	for (unsigned seed = 0; seed < 20000; seed++) {
		size_t n = 1 + seed % sizeof(text), end;

		make(text, n, seed);
		end = slowly(text, n);
		ended += end > 64;
		assert_int_equal(in_pieces(text, n, n), end);
		assert_int_equal(in_pieces(text, n, 1 + seed % 130), end);
	}
	assert_true(ended > 1000);
}

static void
ends_values_of_every_kind(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		size_t end;
	} cases[] = {
		{ "{}", 2 }, { "[] ", 2 }, { "{\"a\":[{}]}x", 10 }, { "\"a\"b", 3 }, { "\"\\\"\"", 4 }, { "\"\\\\\"x", 4 },
		{ "[\"]\"]", 5 }, { "[\"\\\\\"]]", 6 }, { "{\"a", 0 }, { "[[]", 0 }, { "[\"\n]]", 4 }, { "\"a\nb", 3 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t piece = 1; piece < 5; piece++)
			assert_int_equal(in_pieces(cases[i].text, strlen(cases[i].text), piece),
			                 cases[i].end);
}

static void
counts_lines_of_any_text(void **state)
{
	char *text = malloc(20000);

	(void)state;
	for (size_t n = 0; n < 20000; n = n * 3 / 2 + 1) {
		for (unsigned every = 1; every < 40; every += 13) {
			size_t lines = 0;

			for (size_t i = 0; i < n; i++) {
				text[i] = i % every ? 'x' : '\n';
				lines += text[i] == '\n';
			}
			assert_int_equal(ent_count_lines(text, n), lines);
		}
	}
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_where_reading_byte_by_byte_ends),
		cmocka_unit_test(ends_values_of_every_kind),
		cmocka_unit_test(counts_lines_of_any_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_csv.c - records and fields of CSV, however the bytes come.
 */
#include "test.h"

#include "base/buf.h"
#include "base/limits.h"
#include "intake/csv.h"

struct stream {
	struct ent_str rest;
	size_t step; /* bytes at once */
};

static ptrdiff_t
stream_read(void *self, void *to, size_t n, struct ent_err *err)
{
	struct stream *s = self;

	(void)err;
	n = n < s->step ? n : s->step;
	n = n < s->rest.n ? n : s->rest.n;
	memcpy(to, s->rest.p, n);
	s->rest = ent_str_from(s->rest, n);
	return (ptrdiff_t)n;
}

/* All records as "LINE:[field][field]\n"; what failed, behind "!". */
static void
read_all(struct ent_str text, size_t step, char separator, struct ent_buf *out)
{
	struct stream s = { text, step };
	struct ent_err err = { 0 };
	struct ent_csv_row row;
	struct ent_csv *c;
	int rc;

	ent_buf_clear(out);
	assert_int_equal(ent_csv_new(stream_read, &s, separator, &c, NULL), 0);
	while ((rc = ent_csv_next(c, &row, &err)) == 1) {
		ent_buf_printf(out, "%d:", (int)row.line);
		for (size_t i = 0; i < row.n; i++)
			ent_buf_printf(out, "[%.*s]", ENT_FMT(row.field[i]));
		ent_buf_ch(out, '\n');
	}
	if (rc)
		ent_buf_printf(out, "!%s\n", err.msg);
	ent_csv_free(c);
}

#define TEXT(t)                                                                                \
	{                                                                                      \
		"" t, sizeof(t) - 1                                                            \
	}
/* clang-format off */
static const struct {
	struct ent_str text;
	const char *want;
} cases[] = {
	{ TEXT("a,b\nc\n"), "1:[a][b]\n2:[c]\n" },
	{ TEXT("a,b\r\nc,d\re,f\n"), "1:[a][b]\n2:[c][d]\n3:[e][f]\n" },
	{ TEXT("a\r\n\r\nb"), "1:[a]\n3:[b]\n" },
	{ TEXT(",\n"), "1:[][]\n" },
	{ TEXT("\"a,\"\"b\"\"\",c\n"), "1:[a,\"b\"][c]\n" },
	{ TEXT("\"one\ntwo\r\nthree\",x\ny\n"), "1:[one\ntwo\r\nthree][x]\n4:[y]\n" },
	{ TEXT("5\" pipe,x\n"), "1:[5\" pipe][x]\n" },
	{ TEXT("\xef\xbb\xbf" "a\n"), "1:[a]\n" },
	{ TEXT("36,-0- ,\"x\"\r\n\x1a"), "1:[36][-0- ][x]\n" },
	{ TEXT("36,\"x\"\x1a"), "1:[36][x]\n" },
	{ TEXT("\x1a"), "" },
	{ TEXT(""), "" },
	{ TEXT("\n\n\r\n"), "" },
	{ TEXT("a\n\"b,c\nd"), "1:[a]\n!line 2: the file ends inside the quotation marks that this record opens\n" },
	{ TEXT("a\n\"b\"c,d\n"), "1:[a]\n!line 2: field 1 has a quotation mark that isn't closed, or text behind the closing one\n" },
	{ TEXT("a\n\xff,b\n"), "1:[a]\n!line 2: byte 1 of the record is not UTF-8\n" },
	{ TEXT("a\0b\n"), "!line 1: a NUL in the record\n" },
};
/* clang-format on */

static void
reads_records_however_they_come(void **state)
{
	struct ent_buf got;

	(void)state;
	ent_buf_init(&got, 1 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t step = 1; step < 40; step += 6) {
			read_all(cases[i].text, step, ',', &got);
			if (!ent_str_is(ent_buf_view(&got), cases[i].want))
				fail_msg("case %zu, step %zu: %.*s", i, step,
				         ENT_FMT(ent_buf_view(&got)));
		}
	ent_buf_release(&got);
}

static void
reads_lines_without_fields(void **state)
{
	struct ent_buf got;

	(void)state;
	ent_buf_init(&got, 1 << 20);
	read_all(ENT_STR("\"a\", b\n\n'c'\r\nd"), 3, ENT_CSV_LINES, &got);
	assert_str(ent_buf_view(&got), "1:[\"a\", b]\n3:['c']\n4:[d]\n");
	ent_buf_release(&got);
}

static void
ends_where_a_record_is_too_long(void **state)
{
	size_t n = ENT_CSV_RECORD + 200000;
	char *text = malloc(n);
	struct ent_buf got;

	(void)state;
	assert_non_null(text);
	ent_buf_init(&got, 1 << 20);
	memset(text, '\n', n);
	text[0] = '"';
	read_all((struct ent_str){ text, n }, 65536, ',', &got);
	assert_true(ent_str_starts(ent_buf_view(&got), "!line 1: a record of more than"));
	memset(text, ',', n);
	text[1000] = '\n';
	read_all((struct ent_str){ text, 1001 }, 65536, ',', &got);
	assert_true(ent_str_starts(ent_buf_view(&got), "!line 1: more than 256 fields"));
	ent_buf_release(&got);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_records_however_they_come),
		cmocka_unit_test(reads_lines_without_fields),
		cmocka_unit_test(ends_where_a_record_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

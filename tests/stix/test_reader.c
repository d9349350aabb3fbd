/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_reader.c - streams cut into objects: every form, every piece, every fault with its
 * place.
 */
#include "test.h"

#include <entente/reader.h>

#include "base/buf.h"
#include "base/limits.h"

struct stream {
	struct ent_str text;
	size_t at, piece;
	int fail; /* instead of the end */
};

static ptrdiff_t
give(void *self, void *to, size_t n, struct ent_err *err)
{
	struct stream *s = self;

	if (s->at == s->text.n && s->fail)
		return ent_fail(err, s->fail, "the disk burns");
	if (s->piece && n > s->piece)
		n = s->piece;
	if (n > s->text.n - s->at)
		n = s->text.n - s->at;
	memcpy(to, s->text.p + s->at, n);
	s->at += n;
	return (ptrdiff_t)n;
}

/* The items as one text: "LINE:COLUMN bytes", a bundle with "&", a member with "-", a fault as
 * its code; one a line. */
static void
items_of(struct stream *s, const struct ent_reader_options *o, struct ent_buf *b)
{
	struct ent_reader *r;
	struct ent_item i;
	int rc;

	s->at = 0;
	ent_buf_clear(b);
	assert_int_equal(ent_reader_new(give, s, o, &r, NULL), 0);
	while ((rc = ent_reader_next(r, &i, NULL)) == 1) {
		ent_buf_printf(b, "%d:%d %s", (int)i.at.line, (int)i.at.column,
		               i.kind == ENT_ITEM_BUNDLE ? "&"
		               : i.member                ? "-"
		                                         : "");
		if (i.kind == ENT_ITEM_FAULT)
			ent_buf_c(b, i.code);
		else if (i.kind == ENT_ITEM_BUNDLE)
			ent_buf_printf(b, "%d %d:%d", (int)i.members, (int)i.tail_at.line,
			               (int)i.tail_at.column);
		else
			ent_buf_str(b, i.bytes);
		ent_buf_ch(b, '|');
	}
	assert_int_equal(rc, s->fail);
	ent_reader_free(r);
}

/* clang-format off */
static const struct {
	const char *text, *items;
	bool lines;
} forms[] = {
	{ "", "", false }, { " \n", "", false }, { "\xef\xbb\xbf", "", false },
	{ " {\"a\":1} ", "1:2 {\"a\":1}|", false },
	{ "{\"type\":\"bundle\",\n\"objects\":[{\"a\":1},\n {\"b\":[\"]\"]}\n]}", "2:12 -{\"a\":1}|3:2 -{\"b\":[\"]\"]}|1:1 &2 4:1|", false },
	{ "{\"objects\":[],\"type\":\"bundle\"}", "1:1 &0 1:13|", false },
	{ "{\"objects\" : [ {} ],\"more\":true}", "1:16 -{}|1:1 &1 1:19|", false },
	{ "{\"type\":\"bundle\"}", "1:1 {\"type\":\"bundle\"}|", false },
	{ "{\"type\":\"x\",\"objects\":[1]}", "1:1 {\"type\":\"x\",\"objects\":[1]}|", false },
	{ "{\"objects\":{\"0\":1}}", "1:1 {\"objects\":{\"0\":1}}|", false },
	{ "{\"a\":{\"objects\":[1]}}", "1:1 {\"a\":{\"objects\":[1]}}|", false },
	{ "[1, \"a,]\",{},null,[2]]", "1:2 -1|1:5 -\"a,]\"|1:11 -{}|1:14 -null|1:19 -[2]|", false },
	{ "{\"a\":1}\n{\"b\":2}\n", "1:1 {\"a\":1}|2:1 {\"b\":2}|", false },
	{ "{\"a\":1}\r\n\r\nx y\r\n{\"b\":", "1:1 {\"a\":1}|3:1 x y|4:1 {\"b\":|", false },
	{ "{\"a\":1}{\"b\":2} [3]", "1:1 {\"a\":1}|1:8 {\"b\":2}|1:17 -3|", false },
	{ "{\n\"a\":1}\n{\n\"b\":2}", "1:1 {\n\"a\":1}|3:1 {\n\"b\":2}|", false },
	{ "{\"objects\":[1]}\n{\"objects\":[2]}", "1:1 {\"objects\":[1]}|2:1 {\"objects\":[2]}|", false },
	{ "{\"a\":\n{\"b\":2}\n", "1:1 {\"a\":|2:1 {\"b\":2}|", true },
	{ "[1]\n[2]", "1:1 [1]|2:1 [2]|", true },
	{ "7\nx", "1:1 7|2:1 x|", false },
	/* what is wrong */
	{ "{\"a\":[", "1:1 json-truncated|", false }, { "[1,", "1:2 -1|1:4 json-truncated|", false },
	{ "{\"objects\":[{}", "1:13 -{}|1:15 json-truncated|", false }, { "{\"objects\":[{}]", "1:13 -{}|1:1 json-truncated|", false },
	{ "[1,]", "1:2 -1|1:4 json-garbage|", false }, { "[,1]", "1:2 json-garbage|1:3 -1|", false },
	{ "[1,, ,2]", "1:2 -1|1:4 json-garbage|1:7 -2|", false }, { "[1 2]", "1:2 -1|1:4 json-garbage|1:4 -2|", false },
	{ "[{}}}:,{}]", "1:2 -{}|1:4 json-garbage|1:8 -{}|", false }, { "{a:1}", "1:1 {a:1}|", false },
	{ "{\"a\":1]", "1:1 {\"a\":1]|", false }, { "]", "1:1 ]|", false },
	{ "[{\"a\":\"x\n},{}]", "1:2 -{\"a\":\"x\n}|2:3 -{}|", false },
};
/* clang-format on */

static void
tells_every_form_apart(void **state)
{
	struct ent_buf b;

	(void)state;
	ent_buf_init(&b, 1 << 16);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		for (size_t piece = 0; piece < 4; piece++) {
			struct ent_reader_options o = { .lines = forms[i].lines };
			struct stream s = { .text = ent_str_c(forms[i].text), .piece = piece };

			items_of(&s, &o, &b);
			if (!ent_str_is(ent_buf_view(&b), forms[i].items))
				fail_msg("%s\n is read as %.*s", forms[i].text,
				         ENT_FMT(ent_buf_view(&b)));
		}
	ent_buf_release(&b);
}

/* Objects of all lengths around the reader's window, whose own number they hold. */
static void
gives_all_objects_of_a_long_stream(void **state)
{
	size_t lengths[] = { 10, 1000, ENT_ITEM_WINDOW / 2, ENT_ITEM_WINDOW - 1,
		             ENT_ITEM_WINDOW * 3 };
	struct stream s = { .piece = 70001 };
	struct ent_reader *r;
	struct ent_item item;
	struct ent_buf b;
	size_t n = 0;

	(void)state;
	ent_buf_init(&b, (size_t)1 << 30);
	ent_buf_c(&b, "{\"objects\":[");
	for (size_t i = 0; i < 60; i++) {
		ent_buf_printf(&b, "%s{\"n\":%zu,\"s\":\"%*s\"}\n", i ? "," : "", i,
		               (int)lengths[i % 5], "]");
	}
	ent_buf_printf(&b, "],\"%*s\":1}", (int)ENT_ITEM_WINDOW, "x");
	s.text = ent_buf_view(&b);
	assert_int_equal(ent_reader_new(give, &s, NULL, &r, NULL), 0);
	while (ent_reader_next(r, &item, NULL) == 1) {
		char begin[32];

		if (item.kind == ENT_ITEM_BUNDLE)
			break;
		snprintf(begin, sizeof(begin), "{\"n\":%zu,", n);
		assert_true(ent_str_starts(item.bytes, begin));
		assert_true(ent_str_ends(item.bytes, "]\"}"));
		assert_int_equal(item.at.line, n + 1);
		assert_int_equal(item.at.column, n ? 2 : 13);
		n++;
	}
	assert_int_equal(n, 60);
	assert_int_equal(item.kind, ENT_ITEM_BUNDLE);
	assert_int_equal(item.members, 60);
	assert_int_equal(ent_item_place(&item, item.bytes.n).offset, s.text.n);
	assert_int_equal(ent_reader_next(r, &item, NULL), 0);
	ent_reader_free(r);
	ent_buf_release(&b);
}

static void
leaves_out_what_is_too_large(void **state)
{
	/* clang-format off */
	static const char *const texts[][2] = {
		{ "[1,{\"a\":\"%*s\"},2]", "1:2 -1|1:4 -json-too-large|1:313 -2|" },
		{ "{\"a\":\"%*s\",\"objects\":[1]} 2", "1:1 json-too-large|1:324 2|" },
		{ "{\"objects\":[1],\"a\":\"%*s\"}", "1:13 -1|1:1 json-too-large|" },
		{ "{\"a\":1}\n{%*sx\n{\"b\":2}", "1:1 {\"a\":1}|2:1 json-too-large|3:1 {\"b\":2}|" },
		{ "{ %*s \"a\":1} 3", "1:1 json-too-large|1:311 3|" },
	};
	/* clang-format on */
	struct ent_reader_options o = { .max = 256 };
	struct ent_buf b, text;

	(void)state;
	ent_buf_init(&b, 1 << 16);
	ent_buf_init(&text, 1 << 16);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		for (size_t piece = 0; piece < 90; piece += 17) {
			struct stream s = { .piece = piece };

			ent_buf_clear(&text);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			ent_buf_printf(&text, texts[i][0], 300, "");
#pragma GCC diagnostic pop
			s.text = ent_buf_view(&text);
			items_of(&s, &o, &b);
			if (!ent_str_is(ent_buf_view(&b), texts[i][1]))
				fail_msg("%zu: %.*s", i, ENT_FMT(ent_buf_view(&b)));
		}
	ent_buf_release(&b);
	ent_buf_release(&text);
}

static void
passes_on_that_a_stream_breaks(void **state)
{
	struct stream s = { .text = ENT_STR("[{},{\"a\":"), .fail = ENT_ESTORE };
	struct ent_reader *r;
	struct ent_item i;
	struct ent_err err = { 0 };

	(void)state;
	assert_int_equal(ent_reader_new(give, &s, NULL, &r, NULL), 0);
	assert_int_equal(ent_reader_next(r, &i, &err), ENT_ESTORE);
	assert_string_equal(err.msg, "the disk burns");
	assert_int_equal(ent_reader_next(r, &i, &err), ENT_ESTORE);
	ent_reader_free(r);
}

static void
reads_a_descriptor(void **state)
{
	int ends[2];
	struct ent_reader *r;
	struct ent_item i;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "[{}]", 4), 4);
	close(ends[1]);
	assert_int_equal(ent_reader_new(ent_read_fd, &ends[0], NULL, &r, NULL), 0);
	assert_int_equal(ent_reader_next(r, &i, NULL), 1);
	assert_str(i.bytes, "{}");
	assert_int_equal(ent_reader_next(r, &i, NULL), 0);
	ent_reader_free(r);
	close(ends[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_every_form_apart),
		cmocka_unit_test(gives_all_objects_of_a_long_stream),
		cmocka_unit_test(leaves_out_what_is_too_large),
		cmocka_unit_test(passes_on_that_a_stream_breaks),
		cmocka_unit_test(reads_a_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

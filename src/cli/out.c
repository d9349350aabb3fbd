/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out.c - text and JSON from the same calls.
 */
#include "cli/out.h"

#include <errno.h>
#include <inttypes.h>

#include "base/enc.h"
#include "base/time.h"
#include "base/utf8.h"

#define JSON_MAX   ((size_t)1 << 30)
#define JSON_FLUSH ((size_t)1 << 20)
#define CELLS_MAX  ((size_t)256 << 20)
#define ROWS_FLUSH 1000 /* rows that are lined up together */
#define LABEL      16
#define GAP        2

/* Where a cell stands in o->cells. */
struct place {
	size_t at, n, columns;
};

struct span {
	int32_t first, last;
};

/* ---- text ---- */

static bool
within(const struct span *list, size_t n, int32_t c)
{
	for (size_t i = 0; i < n; i++)
		if (c >= list[i].first && c <= list[i].last)
			return true;
	return false;
}

/* Controls, and what turns the direction of the text around it. */
static bool
harmful(int32_t c)
{
	static const struct span spans[] = {
		{ 0, 0x1f },          { 0x7f, 0x9f },     { 0x200e, 0x200f },
		{ 0x2028, 0x202e },   { 0x2066, 0x2069 }, { 0xfeff, 0xfeff },
		{ 0xe0000, 0xe007f }, { 0xfff9, 0xfffb },
	};

	return c < 0 || within(spans, sizeof(spans) / sizeof(spans[0]), c);
}

static size_t
width_of(int32_t c)
{
	static const struct span none[] = {
		{ 0x300, 0x36f }, { 0x483, 0x489 }, { 0x200b, 0x200d }, { 0xfe00, 0xfe0f }
	};
	static const struct span two[] = {
		{ 0x1100, 0x115f }, { 0x2e80, 0x303e },   { 0x3041, 0xa4cf },
		{ 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },   { 0xfe30, 0xfe6f },
		{ 0xff00, 0xff60 }, { 0x1f300, 0x1faff }, { 0x20000, 0x3fffd },
	};

	if (within(none, sizeof(none) / sizeof(none[0]), c))
		return 0;
	return within(two, sizeof(two) / sizeof(two[0]), c) ? 2 : 1;
}

void
ent_plain(struct ent_buf *b, struct ent_str s, bool lines)
{
	size_t at = 0;

	while (at < s.n) {
		size_t from = at;
		int32_t c = ent_utf8_next(s, &at);

		if (at == from) { /* a byte that isn't UTF-8 */
			at++;
			c = -1;
		}
		if (c == '\n' && lines)
			ent_buf_ch(b, '\n');
		else if (c == '\n' || c == '\t')
			ent_buf_ch(b, ' ');
		else if (harmful(c))
			ent_buf_c(b, "\xef\xbf\xbd");
		else
			ent_buf_put(b, s.p + from, at - from);
	}
}

size_t
ent_columns_of(struct ent_str s)
{
	size_t at = 0, n = 0;

	while (at < s.n) {
		size_t from = at;
		int32_t c = ent_utf8_next(s, &at);

		if (at == from)
			at++;
		n += width_of(c);
	}
	return n;
}

/* ---- the document ---- */

void
ent_out_init(struct ent_out *o, FILE *to, bool json)
{
	*o = (struct ent_out){ .to = to, .json = json };
	ent_buf_init(&o->b, JSON_MAX);
	ent_buf_init(&o->cells, CELLS_MAX);
	ent_buf_init(&o->places, CELLS_MAX);
	ent_jw_init(&o->w, &o->b);
}

void
ent_out_release(struct ent_out *o)
{
	ent_buf_release(&o->b);
	ent_buf_release(&o->cells);
	ent_buf_release(&o->places);
}

/* The object that the document is, begun by its first member. */
static bool
json(struct ent_out *o)
{
	if (o->json && !o->opened) {
		o->opened = true;
		ent_jw_object(&o->w);
	}
	return o->json;
}

static void
flush_json(struct ent_out *o)
{
	struct ent_str s = ent_buf_view(&o->b);

	if (s.p && s.n) {
		(void)fwrite(s.p, 1, s.n, o->to); /* ferror is looked at when it ends */
		ent_buf_clear(&o->b);
	}
}

int
ent_out_end(struct ent_out *o, struct ent_err *err)
{
	if (o->opened) {
		ent_jw_end_object(&o->w);
		ent_buf_ch(&o->b, '\n');
		if (!ent_buf_ok(&o->b))
			return ent_fail(err, ENT_ENOMEM, "out of memory");
		flush_json(o);
		o->opened = false;
	}
	if (!ent_buf_ok(&o->cells) || !ent_buf_ok(&o->places))
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	errno = 0;
	if (fflush(o->to) || ferror(o->to))
		return ent_fail(err, ENT_ESTORE, "standard output: %s",
		                errno ? strerror(errno) : "it could not be written");
	return 0;
}

static void
put_text(struct ent_out *o, struct ent_str s, bool lines)
{
	struct ent_str plain;

	ent_buf_clear(&o->b);
	ent_plain(&o->b, s, lines);
	plain = ent_buf_view(&o->b);
	if (plain.p)
		(void)fwrite(plain.p, 1, plain.n, o->to);
	ent_buf_clear(&o->b);
}

static void
put_label(struct ent_out *o, const char *label)
{
	int n = fprintf(o->to, "%s:", label);

	(void)fprintf(o->to, "%*s", n > 0 && n < LABEL ? LABEL - n : 1, "");
}

/* ---- members ---- */

void
ent_out_str(struct ent_out *o, const char *key, const char *label, struct ent_str s)
{
	if (json(o)) {
		if (key && s.p)
			ent_jw_kstr(&o->w, key, s);
		else if (key)
			ent_jw_kraw(&o->w, key, ENT_STR("null"));
		return;
	}
	if (!label || !s.p)
		return;
	put_label(o, label);
	put_text(o, s, false);
	(void)fputc('\n', o->to);
}

void
ent_out_c(struct ent_out *o, const char *key, const char *label, const char *c)
{
	ent_out_str(o, key, label, ent_str_c(c));
}

void
ent_out_int(struct ent_out *o, const char *key, const char *label, int64_t i)
{
	if (json(o)) {
		if (key)
			ent_jw_kint(&o->w, key, i);
	} else if (label) {
		put_label(o, label);
		(void)fprintf(o->to, "%" PRId64 "\n", i);
	}
}

void
ent_out_bool(struct ent_out *o, const char *key, const char *label, bool v)
{
	if (json(o)) {
		if (key)
			ent_jw_kbool(&o->w, key, v);
	} else {
		ent_out_c(o, key, label, v ? "yes" : "no");
	}
}

void
ent_out_time(struct ent_out *o, const char *key, const char *label, int64_t us)
{
	char text[ENT_TIME_TEXT];

	if (us == INT64_MIN || us == INT64_MAX)
		ent_out_str(o, key, label, (struct ent_str){ NULL, 0 });
	else
		ent_out_c(o, key, label, ent_time_text(us, us % 1000000 ? 3 : 0, text));
}

void
ent_out_hex(struct ent_out *o, const char *key, const char *label, const uint8_t *p, size_t n)
{
	char text[129];

	if (n > 64)
		n = 64;
	ent_hex(p, n, text);
	ent_out_c(o, key, label, text);
}

void
ent_out_raw(struct ent_out *o, const char *key, struct ent_str value)
{
	if (json(o))
		ent_jw_kraw(&o->w, key, value);
}

void
ent_out_value(struct ent_out *o, const char *key, const struct ent_json *v)
{
	if (json(o)) {
		ent_jw_key(&o->w, key);
		ent_jw_value(&o->w, v);
	}
}

void
ent_out_object(struct ent_out *o, const char *key)
{
	if (json(o)) {
		ent_jw_key(&o->w, key);
		ent_jw_object(&o->w);
	}
}

void
ent_out_object_end(struct ent_out *o)
{
	if (o->json)
		ent_jw_end_object(&o->w);
}

void
ent_out_line(struct ent_out *o, const char *fmt, ...)
{
	struct ent_buf b;
	va_list ap;

	if (o->json)
		return;
	ent_buf_init(&b, CELLS_MAX);
	va_start(ap, fmt);
	ent_buf_vprintf(&b, fmt, ap);
	va_end(ap);
	put_text(o, ent_buf_view(&b), true);
	(void)fputc('\n', o->to);
	ent_buf_release(&b);
}

void
ent_out_bytes(struct ent_out *o, struct ent_str s)
{
	if (s.n)
		(void)fwrite(s.p, 1, s.n, o->to);
}

/* ---- lists ---- */

static void
put_cell(struct ent_out *o, size_t column, struct ent_str s, size_t columns, bool last)
{
	size_t pad = o->width[column] > columns ? o->width[column] - columns : 0;
	int blanks = (int)(pad > 1000 ? 0 : pad);

	if (o->columns[column].right)
		(void)fprintf(o->to, "%*s", blanks, "");
	if (s.n)
		(void)fwrite(s.p, 1, s.n, o->to);
	if (last)
		(void)fputc('\n', o->to);
	else
		(void)fprintf(o->to, "%*s", (o->columns[column].right ? 0 : blanks) + GAP, "");
}

static size_t
last_column(const struct ent_out *o)
{
	size_t last = 0;

	for (size_t i = 0; i < o->n_columns; i++)
		if (o->columns[i].head)
			last = i;
	return last;
}

static void
put_heads(struct ent_out *o)
{
	size_t last = last_column(o);

	for (size_t i = 0; i < o->n_columns; i++) {
		struct ent_str head = ent_str_c(o->columns[i].head);

		if (head.p)
			put_cell(o, i, head, head.n, i == last);
	}
	o->headed = true;
}

/* Prints the rows that wait, lined up with each other and with those before. */
static void
flush_rows(struct ent_out *o)
{
	struct ent_str cells = ent_buf_view(&o->cells), places = ent_buf_view(&o->places);
	size_t last = last_column(o), i = 0;
	struct place at;

	if (!cells.p || !places.p || !o->waiting)
		return;
	if (!o->headed)
		put_heads(o);
	for (size_t off = 0; off + sizeof(at) <= places.n; off += sizeof(at)) {
		memcpy(&at, places.p + off, sizeof(at));
		while (!o->columns[i].head)
			i = (i + 1) % o->n_columns;
		put_cell(o, i, (struct ent_str){ cells.p + at.at, at.n }, at.columns,
		         i == last);
		i = (i + 1) % o->n_columns;
	}
	ent_buf_clear(&o->cells);
	ent_buf_clear(&o->places);
	o->waiting = 0;
}

void
ent_out_list(struct ent_out *o, const char *key, const struct ent_column *columns, size_t n)
{
	o->columns = columns;
	o->n_columns = n < ENT_COLUMNS_MAX ? n : ENT_COLUMNS_MAX;
	o->at = o->rows = o->waiting = 0;
	o->headed = false;
	ent_buf_clear(&o->cells);
	ent_buf_clear(&o->places);
	for (size_t i = 0; i < o->n_columns; i++)
		o->width[i] = columns[i].head ? strlen(columns[i].head) : 0;
	if (json(o)) {
		ent_jw_key(&o->w, key);
		ent_jw_array(&o->w);
	}
}

/* Opens a row before its first cell; the column of the next cell. */
static const struct ent_column *
next_cell(struct ent_out *o)
{
	if (o->at == 0 && o->json)
		ent_jw_object(&o->w);
	return &o->columns[o->at];
}

static void
end_cell(struct ent_out *o)
{
	if (++o->at < o->n_columns)
		return;
	o->at = 0;
	o->rows++;
	if (o->json) {
		ent_jw_end_object(&o->w);
		if (o->b.n > JSON_FLUSH)
			flush_json(o);
	} else if (++o->waiting == ROWS_FLUSH) {
		flush_rows(o);
	}
}

static void
text_cell(struct ent_out *o, struct ent_str s)
{
	struct place at = { .at = o->cells.n };
	struct ent_str whole;

	if (!o->columns[o->at].head)
		return;
	ent_plain(&o->cells, s.p ? s : ENT_STR("-"), false);
	whole = ent_buf_view(&o->cells);
	if (!whole.p)
		return;
	at.n = whole.n - at.at;
	at.columns = ent_columns_of(ent_str_from(whole, at.at));
	if (at.columns > o->width[o->at])
		o->width[o->at] = at.columns;
	ent_buf_put(&o->places, &at, sizeof(at));
}

void
ent_cell(struct ent_out *o, struct ent_str s)
{
	const struct ent_column *c = next_cell(o);

	if (!o->json)
		text_cell(o, s);
	else if (c->key && s.p)
		ent_jw_kstr(&o->w, c->key, s);
	else if (c->key)
		ent_jw_kraw(&o->w, c->key, ENT_STR("null"));
	end_cell(o);
}

void
ent_cell_c(struct ent_out *o, const char *c)
{
	ent_cell(o, ent_str_c(c));
}

void
ent_cell_int(struct ent_out *o, int64_t i)
{
	const struct ent_column *c = next_cell(o);
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRId64, i);
	if (!o->json)
		text_cell(o, ent_str_c(text));
	else if (c->key)
		ent_jw_kint(&o->w, c->key, i);
	end_cell(o);
}

void
ent_cell_bool(struct ent_out *o, bool v)
{
	const struct ent_column *c = next_cell(o);

	if (!o->json)
		text_cell(o, ent_str_c(v ? "yes" : "no"));
	else if (c->key)
		ent_jw_kbool(&o->w, c->key, v);
	end_cell(o);
}

void
ent_cell_time(struct ent_out *o, int64_t us)
{
	char text[ENT_TIME_TEXT];

	if (us == INT64_MIN || us == INT64_MAX)
		ent_cell(o, (struct ent_str){ NULL, 0 });
	else
		ent_cell_c(o, ent_time_text(us, us % 1000000 ? 3 : 0, text));
}

void
ent_cell_hex(struct ent_out *o, const uint8_t *p, size_t n)
{
	char text[129];

	ent_hex(p, n > 64 ? 64 : n, text);
	ent_cell_c(o, text);
}

void
ent_cell_raw(struct ent_out *o, struct ent_str value)
{
	const struct ent_column *c = next_cell(o);

	if (!o->json)
		text_cell(o, ENT_STR(""));
	else if (c->key)
		ent_jw_kraw(&o->w, c->key, value);
	end_cell(o);
}

void
ent_out_list_end(struct ent_out *o, const char *none)
{
	if (o->json) {
		ent_jw_end_array(&o->w);
		return;
	}
	flush_rows(o);
	if (!o->rows && none)
		ent_out_line(o, "%s", none);
}

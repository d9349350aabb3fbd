/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_tsv.c - Zeek's own format: lines of fields under a header that names them.
 */
#include "base/arena.h"
#include "base/utf8.h"
#include "intake/log_columns_int.h"
#include "json/make.h"

/* "\x09" or the character itself. */
static bool
character(struct ent_str s, char *out)
{
	unsigned v = 0;

	if (s.n == 1) {
		*out = s.p[0];
		return true;
	}
	if (s.n != 4 || s.p[0] != '\\' || s.p[1] != 'x')
		return false;
	for (size_t i = 2; i < 4; i++) {
		int d = ent_logs_hex(s.p[i]);

		if (d < 0)
			return false;
		v = v * 16 + (unsigned)d;
	}
	*out = (char)v;
	return v != 0 && v < 0x80 && v != '\n';
}

int
ent_logs_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void
keep(char to[ENT_LOGS_MARKER], struct ent_str s)
{
	(void)snprintf(to, ENT_LOGS_MARKER, "%.*s", ENT_FMT(s));
}

/* The names of the columns: each with the ways of its field. */
static void
fields(struct ent_logs *l, struct ent_logs_columns *c, struct ent_str rest)
{
	int k = ent_logs_kind(ent_logs_zeek_kinds, c->path);
	struct ent_str name;

	c->n = 0;
	c->skip = k < 0;
	if (k >= 0 && !l->index[k])
		l->index[k] = ent_logs_index_new(l->rows, ent_logs_zeek_rows,
		                                 ent_logs_zeek_rows_n, ent_logs_zeek_kinds[k]);
	while (c->n < ENT_LOGS_COLUMNS && ent_str_next(&rest, c->separator, &name)) {
		struct ent_logs_column *col = &c->list[c->n++];
		const struct ent_logs_field *f;

		*col = (struct ent_logs_column){ .hash = ent_logs_hash((struct ent_str){ 0 },
			                                               name) };
		f = k >= 0 && l->index[k] ? ent_logs_index_find(l->index[k], col->hash,
		                                                (struct ent_str){ 0 }, name)
		                          : NULL;
		col->ways = f ? f->ways : NULL;
		(void)snprintf(col->name, sizeof(col->name), "%.*s", ENT_FMT(name));
	}
	if (rest.n)
		ent_logs_broken(l, "a header of more than %d columns", ENT_LOGS_COLUMNS);
}

static void
types(struct ent_logs_columns *c, struct ent_str rest)
{
	struct ent_str type;

	for (size_t i = 0; i < c->n && ent_str_next(&rest, c->separator, &type); i++)
		c->list[i].many = ent_str_starts(type, "set[") ||
		                  ent_str_starts(type, "vector[") ||
		                  ent_str_starts(type, "table[");
}

/* A line of the header. */
static int
header(struct ent_logs *l, struct ent_str line, struct ent_err *err)
{
	struct ent_logs_columns *c = l->columns;
	struct ent_str rest = line, word;
	bool known = true;

	if (ent_str_starts(line, "#separator ")) {
		ent_logs_restart(l);
		rest = ent_str_from(line, sizeof("#separator ") - 1);
		if (!character(rest, &c->separator)) {
			c->separator = '\t';
			ent_logs_broken(l, "a #separator that is no character");
		}
		goto out;
	}
	(void)ent_str_next(&rest, c->separator, &word);
	if (ent_str_is(word, "#set_separator") && rest.n == 1)
		c->inner = rest.p[0];
	else if (ent_str_is(word, "#empty_field"))
		keep(c->empty, rest);
	else if (ent_str_is(word, "#unset_field"))
		keep(c->unset, rest);
	else if (ent_str_is(word, "#path")) {
		keep(c->path_text, rest);
		c->path = ent_str_c(c->path_text);
	} else if (ent_str_is(word, "#fields"))
		fields(l, c, rest);
	else if (ent_str_is(word, "#types"))
		types(c, rest);
	else
		known = false;
out:
	if (known) {
		ent_buf_str(&l->header, line);
		ent_buf_ch(&l->header, '\n');
	}
	return ent_buf_ok(&l->header)
	           ? 0
	           : ent_fail(err, ENT_ELIMIT, "line %llu: the header of this log has no end",
	                      (unsigned long long)l->line);
}

/* "\x2c" and the like undone; where that gives no UTF-8, or there is no room, s as it is. */
static struct ent_str
plain(struct ent_logs *l, struct ent_str s)
{
	struct ent_str to;
	char *p;

	if (!memchr(s.p, '\\', s.n))
		return s;
	p = ent_arena_alloc(l->arena, s.n + ENT_JSON_MADE_AHEAD);
	if (!p)
		return s;
	to = (struct ent_str){ p, 0 };
	for (size_t i = 0; i < s.n; i++) {
		int high, low;

		if (s.p[i] == '\\' && i + 3 < s.n && s.p[i + 1] == 'x' &&
		    (high = ent_logs_hex(s.p[i + 2])) >= 0 &&
		    (low = ent_logs_hex(s.p[i + 3])) >= 0) {
			p[to.n++] = (char)(high * 16 + low);
			i += 3;
		} else {
			p[to.n++] = s.p[i];
		}
	}
	return ent_utf8_valid(to) == to.n ? to : s;
}

static void
put(struct ent_logs *l, const struct ent_logs_column *col, struct ent_str s)
{
	s = plain(l, s);
	for (const struct ent_logs_way *w = col->ways; w; w = w->next)
		if (!ent_logs_put(l->record, w, s))
			l->counts.values++;
}

static void
cell(struct ent_logs *l, const struct ent_logs_columns *c, const struct ent_logs_column *col,
     struct ent_str s)
{
	struct ent_str part;

	if (!s.n || ent_str_is(s, c->unset) || ent_str_is(s, c->empty))
		return;
	if (!col->ways) {
		ent_logs_ignore(l, col->hash, (struct ent_str){ 0 }, ent_str_c(col->name));
		return;
	}
	if (!col->many) {
		put(l, col, s);
		return;
	}
	while (ent_str_next(&s, c->inner, &part))
		if (part.n)
			put(l, col, part);
}

int
ent_logs_tsv_line(struct ent_logs *l, struct ent_str line, ent_logs_each *each, void *self,
                  struct ent_err *err)
{
	struct ent_logs_columns *c = l->columns;
	struct ent_str rest = line, s;
	size_t i = 0;

	if (!c) {
		c = l->columns = ent_logs_columns_new();
		if (!c)
			return ent_fail(err, ENT_ENOMEM, "no memory for the columns of a log");
		ent_logs_columns_forget(c);
	}
	if (line.p[0] == '#')
		return header(l, line, err);
	if (!c->n) {
		ent_logs_broken(l, "there is no header with #fields before it");
		return 0;
	}
	if (c->skip) {
		l->counts.skipped++;
		return 0;
	}
	if (ent_utf8_valid(line) != line.n) {
		ent_logs_broken(l, "byte %zu is not UTF-8", ent_utf8_valid(line));
		return 0;
	}
	ent_logs_record_begin(l->record, l->arena);
	for (; i < c->n && ent_str_next(&rest, c->separator, &s); i++)
		cell(l, c, &c->list[i], s);
	if (i < c->n || rest.p) {
		ent_logs_broken(l, "%zu fields where the header has %zu", i + (rest.p != NULL),
		                c->n);
		return 0;
	}
	return ent_logs_give(l, each, self, err);
}

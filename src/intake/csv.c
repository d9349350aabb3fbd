/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.c - records and fields of CSV.
 */
#include "intake/csv.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "json/make.h"

#define READ_AT_ONCE ((size_t)64 << 10)

bool
ent_csv_field(struct ent_arena *a, struct ent_str *rest, char separator, struct ent_str *out,
              bool *broken)
{
	size_t i = 1, n = 0;
	char *p;

	if (!rest->p)
		return false;
	if (!rest->n || rest->p[0] != '"') {
		size_t end = ent_str_find(*rest, separator);

		*out = (struct ent_str){ rest->p, end };
		*rest =
		    end < rest->n ? ent_str_from(*rest, end + 1) : (struct ent_str){ NULL, 0 };
		return true;
	}
	while (i < rest->n && (rest->p[i] != '"' || (i + 1 < rest->n && rest->p[i + 1] == '"')))
		i += rest->p[i] == '"' ? 2 : 1;
	p = i < rest->n ? ent_arena_alloc(a, i + ENT_JSON_MADE_AHEAD) : NULL;
	*broken = !p || (i + 1 < rest->n && rest->p[i + 1] != separator);
	if (*broken)
		return false;
	for (size_t from = 1; from < i; from++) {
		p[n++] = rest->p[from];
		from += rest->p[from] == '"';
	}
	*out = (struct ent_str){ p, n };
	*rest = i + 1 < rest->n ? ent_str_from(*rest, i + 2) : (struct ent_str){ NULL, 0 };
	return true;
}

/* Where in a record the scan for its end is. */
enum state { AT_START, PLAIN, QUOTED, AFTER_QUOTE };

struct ent_csv {
	ent_read_fn *read;
	void *self;
	char separator;
	struct ent_buf in;
	struct ent_arena *a;
	struct ent_str *fields;
	uint64_t line;  /* of the record that is looked for */
	uint64_t lines; /* line ends inside it */
	size_t done;    /* bytes of in that were given */
	size_t at;      /* bytes of in that were looked at */
	enum state state;
	bool begun, ended, after_cr;
};

int
ent_csv_new(ent_read_fn *read, void *self, char separator, struct ent_csv **out,
            struct ent_err *err)
{
	struct ent_csv *c = calloc(1, sizeof(*c));

	if (c) {
		*c = (struct ent_csv){
			.read = read, .self = self, .separator = separator, .line = 1
		};
		ent_buf_init(&c->in, ENT_CSV_RECORD + READ_AT_ONCE);
		c->a = ent_arena_new(2 * ENT_CSV_RECORD +
		                     ENT_CSV_FIELDS * (size_t)(ENT_JSON_MADE_AHEAD + 64));
		c->fields = calloc(ENT_CSV_FIELDS, sizeof(*c->fields));
	}
	if (!c || !c->a || !c->fields) {
		ent_csv_free(c);
		return ent_fail(err, ENT_ENOMEM, "no memory for a CSV");
	}
	*out = c;
	return 0;
}

void
ent_csv_free(struct ent_csv *c)
{
	if (!c)
		return;
	ent_buf_release(&c->in);
	ent_arena_free(c->a);
	free(c->fields);
	free(c);
}

/* More bytes behind those that are there. */
static int
more(struct ent_csv *c, struct ent_err *err)
{
	ptrdiff_t got;
	char *to;

	ent_buf_drop(&c->in, c->done);
	c->at -= c->done;
	c->done = 0;
	to = c->at > ENT_CSV_RECORD ? NULL : ent_buf_room(&c->in, READ_AT_ONCE);
	if (!to)
		return ent_fail(err, ENT_ELIMIT,
		                "line %" PRIu64 ": a record of more than %zu bytes; is a "
		                "quotation mark not closed?",
		                c->line, ENT_CSV_RECORD);
	got = c->read(c->self, to, READ_AT_ONCE, err);
	if (got < 0)
		return (int)got;
	ent_buf_grew(&c->in, (size_t)got);
	c->ended = got == 0;
	if (!c->begun && c->in.n >= 3 && memcmp(c->in.p, "\xef\xbb\xbf", 3) == 0)
		c->at = c->done = 3;
	c->begun = c->begun || c->in.n >= 3;
	return 0;
}

/* Looks on for the end of the record: true where one was found, at c->at. */
static bool
scan(struct ent_csv *c)
{
	for (; c->at < c->in.n; c->at++) {
		char b = c->in.p[c->at];
		bool eol = b == '\n' || b == '\r';

		if (c->after_cr && b == '\n') {
			c->after_cr = false;
			if (c->at == c->done) { /* of the line end before the record */
				c->done++;
				continue;
			}
			continue; /* CRLF inside quotation marks is one line */
		}
		c->after_cr = b == '\r';
		if (c->state == QUOTED) {
			c->lines += eol;
			if (b == '"')
				c->state = AFTER_QUOTE;
		} else if (eol) {
			return true;
		} else if (b == '"' && (c->state == AFTER_QUOTE || c->state == AT_START) &&
		           c->separator != ENT_CSV_LINES) {
			c->state = QUOTED;
		} else {
			c->state = b == c->separator ? AT_START : PLAIN;
		}
	}
	return false;
}

static int
split(struct ent_csv *c, struct ent_str record, struct ent_csv_row *out, struct ent_err *err)
{
	bool broken = false;

	ent_arena_reset(c->a);
	if (ent_utf8_valid(record) != record.n)
		return ent_fail(err, ENT_EPARSE,
		                "line %" PRIu64 ": byte %zu of the record is not UTF-8",
		                c->line, ent_utf8_valid(record) + 1);
	if (memchr(record.p, '\0', record.n))
		return ent_fail(err, ENT_EPARSE, "line %" PRIu64 ": a NUL in the record",
		                c->line);
	*out = (struct ent_csv_row){ .field = c->fields, .line = c->line };
	if (c->separator == ENT_CSV_LINES) {
		c->fields[0] = record;
		out->n = 1;
		return 1;
	}
	while (out->n < ENT_CSV_FIELDS &&
	       ent_csv_field(c->a, &record, c->separator, &c->fields[out->n], &broken))
		out->n++;
	if (broken)
		return ent_fail(err, ENT_EPARSE,
		                "line %" PRIu64 ": field %zu has a quotation mark that isn't "
		                "closed, or text behind the closing one",
		                c->line, out->n + 1);
	if (record.p)
		return ent_fail(err, ENT_ELIMIT, "line %" PRIu64 ": more than %d fields",
		                c->line, ENT_CSV_FIELDS);
	return 1;
}

int
ent_csv_next(struct ent_csv *c, struct ent_csv_row *out, struct ent_err *err)
{
	for (;;) {
		struct ent_str record;
		bool found = scan(c);
		int rc;

		if (!found && !c->ended) {
			rc = more(c, err);
			if (rc)
				return rc;
			continue;
		}
		record = (struct ent_str){ c->in.p + c->done, c->at - c->done };
		if (!found && record.n && record.p[record.n - 1] == 0x1a)
			record.n--;
		if (!found && !record.n)
			return 0;
		if (!found && c->state == QUOTED)
			return ent_fail(err, ENT_EPARSE,
			                "line %" PRIu64 ": the file ends inside the quotation "
			                "marks that this record opens",
			                c->line);
		rc = record.n ? split(c, record, out, err) : 0;
		c->at += found;
		c->done = c->at;
		c->line += c->lines + found;
		c->lines = 0;
		c->state = AT_START;
		if (rc)
			return rc;
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.c - a log of any format, line by line: which format it is, and what is counted.
 */
#include "base/time.h"
#include "intake/log_int.h"

static const char *const formats[] = { "auto", "stix", "eve", "zeek", "csv" };
#define FORMATS    (sizeof(formats) / sizeof(formats[0]))
#define ROWS_ARENA ((size_t)8 << 20) /* tables made ready, and the mapping */

int
ent_logs_format(struct ent_str name, enum ent_logs_format *out, struct ent_err *err)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (ent_str_is(name, formats[i])) {
			*out = (enum ent_logs_format)i;
			return 0;
		}
	return ent_fail(err, ENT_EINVAL,
	                "\"%.*s\" is no format of logs: auto, stix, eve, zeek or csv",
	                ENT_FMT(name));
}

const char *
ent_logs_format_name(enum ent_logs_format f)
{
	return (size_t)f < FORMATS ? formats[f] : "";
}

int
ent_logs_kind(const char *const *kinds, struct ent_str kind)
{
	for (int i = 0; kinds[i]; i++)
		if (ent_str_is(kind, kinds[i]))
			return i;
	return -1;
}

/* "/var/log/zeek/conn.log", "conn.log.1" and "conn" are of the kind conn. */
static struct ent_str
kind_of(struct ent_str path)
{
	size_t n = path.n;

	while (n > 0 && path.p[n - 1] != '/')
		n--;
	path = ent_str_from(path, n);
	path.n = ent_str_find(path, '.');
	return path;
}

static int
fill(struct ent_logs *l, const struct ent_logs_options *o, struct ent_err *err)
{
	l->format = o->format;
	l->rows = ent_arena_new(ROWS_ARENA);
	l->arena = ent_arena_new(ENT_LOGS_ARENA);
	l->parser = ent_json_parser_new();
	l->record = ent_logs_record_new();
	ent_buf_init(&l->header, ENT_LOGS_MAPPING);
	if (!l->rows || !l->arena || !l->parser || !l->record)
		return ent_fail(err, ENT_ENOMEM, "no memory for reading a log");
	l->kind = ent_logs_keep(l->rows, kind_of(o->kind));
	l->mapping = o->mapping.p ? ent_logs_keep(l->rows, o->mapping) : o->mapping;
	if (!l->kind.p || (o->mapping.p && !l->mapping.p))
		return ent_fail(err, ENT_ENOMEM, "no memory for reading a log");
	if (l->format == ENT_LOGS_CSV && !l->mapping.p)
		return ent_fail(err, ENT_EINVAL,
		                "a CSV needs a mapping that says what its columns are");
	return l->mapping.p ? ent_logs_csv_mapping(l, err) : 0;
}

int
ent_logs_new(const struct ent_logs_options *o, struct ent_logs **out, struct ent_err *err)
{
	struct ent_logs *l = calloc(1, sizeof(*l));
	int rc;

	if (!l)
		return ent_fail(err, ENT_ENOMEM, "no memory for reading a log");
	rc = fill(l, o, err);
	if (rc) {
		ent_logs_free(l);
		return rc;
	}
	*out = l;
	return 0;
}

void
ent_logs_free(struct ent_logs *l)
{
	if (!l)
		return;
	ent_logs_columns_free(l->columns);
	ent_buf_release(&l->header);
	ent_logs_record_free(l->record);
	ent_json_parser_free(l->parser);
	ent_arena_free(l->arena);
	ent_arena_free(l->rows);
	free(l);
}

/* ---- counting ---- */

void
ent_logs_broken(struct ent_logs *l, const char *fmt, ...)
{
	struct ent_logs_counts *c = &l->counts;
	va_list ap;

	c->broken++;
	if (c->n_told == ENT_LOGS_TOLD)
		return;
	c->told[c->n_told].line = l->line;
	va_start(ap, fmt);
	(void)vsnprintf(c->told[c->n_told].why, sizeof(c->told[0].why), fmt, ap);
	va_end(ap);
	c->n_told++;
}

void
ent_logs_too_long(struct ent_logs *l)
{
	l->counts.lines++;
	l->line++;
	ent_logs_broken(l, "it has more than %zu bytes", ENT_LOGS_LINE);
}

/* Whether full, which ends with NUL, is `prefix.name` or `name`. */
static bool
named(const char *full, struct ent_str prefix, struct ent_str name)
{
	if (prefix.n) {
		if (memcmp(full, prefix.p, prefix.n) != 0 || full[prefix.n] != '.')
			return false;
		full += prefix.n + 1;
	}
	return memcmp(full, name.p, name.n) == 0 && !full[name.n];
}

void
ent_logs_ignore(struct ent_logs *l, uint32_t hash, struct ent_str prefix, struct ent_str name)
{
	struct ent_logs_counts *c = &l->counts;
	size_t at = hash & (ENT_LOGS_SEEN - 1);
	char *full;

	c->ignored++;
	/* too long, or no name at all: counted, not kept */
	if (!name.n || prefix.n + name.n + 2 > sizeof(c->names[0].name) ||
	    memchr(name.p, '\0', name.n))
		return;
	for (; l->seen[at]; at = (at + 1) & (ENT_LOGS_SEEN - 1))
		if (named(c->names[l->seen[at] - 1].name, prefix, name)) {
			c->names[l->seen[at] - 1].count++;
			return;
		}
	if (c->n_names == ENT_LOGS_NAMES)
		return;
	full = c->names[c->n_names].name;
	(void)snprintf(full, sizeof(c->names[0].name), "%.*s%s%.*s", ENT_FMT(prefix),
	               prefix.n ? "." : "", ENT_FMT(name));
	c->names[c->n_names++].count = 1;
	l->seen[at] = (unsigned char)c->n_names;
}

const struct ent_logs_counts *
ent_logs_counts(const struct ent_logs *l)
{
	return &l->counts;
}

struct ent_str
ent_logs_header(const struct ent_logs *l)
{
	return ent_buf_view(&l->header);
}

void
ent_logs_restart(struct ent_logs *l)
{
	l->line = 0;
	ent_buf_clear(&l->header);
	ent_logs_columns_forget(l->columns);
}

/* ---- observations ---- */

int
ent_logs_given(struct ent_logs *l, const struct ent_logs_seen *o, ent_logs_each *each,
               void *self, struct ent_err *err)
{
	if (l->timed && o->first < l->last - ENT_LOGS_JUMP)
		l->counts.jumps++;
	l->last = o->first;
	l->timed = true;
	l->counts.observations++;
	return each(self, o, err);
}

int
ent_logs_give(struct ent_logs *l, ent_logs_each *each, void *self, struct ent_err *err)
{
	struct ent_logs_seen o;
	int rc;

	if (!ent_logs_record_timed(l->record) && !l->timed) {
		/* nothing says when: it is now that we see it */
		l->last = ent_now_us();
		l->timed = true;
	}
	rc = ent_logs_record_end(l->record, l->last, &o);
	if (rc == ENT_ENOMEM)
		return ent_fail(err, rc, "line %llu: no memory for its observation",
		                (unsigned long long)l->line);
	if (rc == 0) {
		l->counts.skipped++;
		return 0;
	}
	return ent_logs_given(l, &o, each, self, err);
}

/* ---- lines ---- */

/* The format that a first line has. */
static int
detect(struct ent_logs *l, struct ent_str line, struct ent_err *err)
{
	if (line.p[0] == '#') {
		l->format = ENT_LOGS_ZEEK;
		return 0;
	}
	if (line.p[0] == '{')
		return 0; /* each line says what it is */
	if (l->mapping.p) {
		l->format = ENT_LOGS_CSV;
		return 0;
	}
	return ent_fail(err, ENT_EINVAL,
	                "what kind of log this is can't be told from its first line: name its "
	                "format, or give a mapping if it is CSV");
}

int
ent_logs_line(struct ent_logs *l, struct ent_str line, ent_logs_each *each, void *self,
              struct ent_err *err)
{
	int rc;

	l->counts.lines++;
	l->line++;
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	if (!line.n)
		return 0;
	if (line.n > ENT_LOGS_LINE) {
		l->counts.lines--;
		l->line--;
		ent_logs_too_long(l);
		return 0;
	}
	if (l->format == ENT_LOGS_AUTO) {
		rc = detect(l, line, err);
		if (rc)
			return rc;
	}
	ent_arena_reset(l->arena);
	if (l->format == ENT_LOGS_CSV)
		return ent_logs_csv_line(l, line, each, self, err);
	if (l->format == ENT_LOGS_ZEEK && line.p[0] != '{')
		return ent_logs_tsv_line(l, line, each, self, err);
	return ent_logs_json_line(l, line, each, self, err);
}

int
ent_logs_document(struct ent_logs *l, struct ent_str text, ent_logs_each *each, void *self,
                  struct ent_err *err)
{
	struct ent_arena *lines = l->arena, *a = ent_arena_new(ENT_DOC_ARENA(text.n));
	struct ent_json_fault fault = { 0 };
	const struct ent_json *v = NULL;
	int rc;

	if (!a)
		return ent_fail(err, ENT_ENOMEM, "no memory for a document of %zu bytes",
		                text.n);
	l->counts.lines++;
	l->line++;
	l->arena = a;
	rc = ent_json_parser_read(l->parser, a, text, ENT_JSON_DEPTH,
	                          ENT_JSON_BORROW | ENT_JSON_WIDE, &v, &fault, err);
	if (rc && rc != ENT_ENOMEM) {
		ent_logs_broken(l, "byte %zu: %s", fault.at, fault.text);
		rc = 0;
	} else if (rc == 0) {
		rc = ent_logs_stix_value(l, v, each, self, err);
	}
	l->arena = lines;
	ent_arena_free(a);
	return rc;
}

static int
nothing(void *self, const struct ent_logs_seen *seen, struct ent_err *err)
{
	(void)self;
	(void)seen;
	(void)err;
	return 0;
}

int
ent_logs_resume(struct ent_logs *l, struct ent_str header, uint64_t lines, struct ent_err *err)
{
	struct ent_logs_counts before = l->counts;
	struct ent_str rest = header, line;
	char *copy = calloc(1, header.n + ENT_JSON_PADDING);
	int rc = 0;

	if (!copy)
		return ent_fail(err, ENT_ENOMEM, "no memory for the header of a log");
	if (header.n)
		memcpy(copy, header.p, header.n);
	rest.p = copy;
	while (rc == 0 && rest.n && ent_str_next(&rest, '\n', &line))
		rc = ent_logs_line(l, line, nothing, NULL, err);
	free(copy);
	l->counts = before;
	l->line = lines;
	return rc;
}

uint64_t
ent_logs_at(const struct ent_logs *l)
{
	return l->line;
}

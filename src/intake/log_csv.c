/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_csv.c - CSV (RFC 4180, a record a line) with a mapping that says what its columns are.
 */
#include "base/arena.h"
#include "base/utf8.h"
#include "intake/csv.h"
#include "intake/log_columns_int.h"

struct ent_logs_columns *
ent_logs_columns_new(void)
{
	return calloc(1, sizeof(struct ent_logs_columns));
}

void
ent_logs_columns_free(struct ent_logs_columns *c)
{
	free(c);
}

void
ent_logs_columns_forget(struct ent_logs_columns *c)
{
	if (!c)
		return;
	c->n = 0;
	if (c->mapped)
		return; /* what a mapping says holds for every file */
	c->separator = '\t';
	c->inner = ',';
	c->skip = false;
	(void)snprintf(c->unset, sizeof(c->unset), "-");
	(void)snprintf(c->empty, sizeof(c->empty), "(empty)");
	c->path = (struct ent_str){ NULL, 0 };
}

/* ---- the mapping ---- */

/* What a value is, by the end of its path. */
static const struct {
	const char *path; /* NULL: any */
	enum ent_logs_conv conv;
} convs[] = {
	{ "src_port", ENT_CONV_INT },
	{ "dst_port", ENT_CONV_INT },
	{ "size", ENT_CONV_INT },
	{ "src_byte_count", ENT_CONV_INT },
	{ "dst_byte_count", ENT_CONV_INT },
	{ "src_packets", ENT_CONV_INT },
	{ "dst_packets", ENT_CONV_INT },
	{ "number", ENT_CONV_INT },
	{ "pid", ENT_CONV_INT },
	{ "protocols", ENT_CONV_LOWER },
	{ "protocols[]", ENT_CONV_LOWER },
	{ "hashes.MD5", ENT_CONV_HEX },
	{ "hashes.SHA-1", ENT_CONV_HEX },
	{ "hashes.SHA-256", ENT_CONV_HEX },
	{ "hashes.SHA-512", ENT_CONV_HEX },
};

static enum ent_logs_conv
conv_of(enum ent_logs_slot slot, const char *path)
{
	switch (slot) {
	case ENT_SLOT_SRC:
	case ENT_SLOT_DST:
	case ENT_SLOT_IPV4:
	case ENT_SLOT_IPV6:
		return ENT_CONV_ADDRESS;
	case ENT_SLOT_NAME:
		return ENT_CONV_DOMAIN;
	case ENT_SLOT_ANSWER:
		return ENT_CONV_ANSWER;
	case ENT_SLOT_FROM:
	case ENT_SLOT_TO:
	case ENT_SLOT_CC:
		return ENT_CONV_MAIL;
	case ENT_SLOT_MAC:
		return ENT_CONV_LOWER;
	default:
		break;
	}
	for (size_t i = 0; i < sizeof(convs) / sizeof(convs[0]); i++)
		if (strcmp(convs[i].path, path) == 0)
			return convs[i].conv;
	return ENT_CONV_TEXT;
}

/* References of paths that the objects of a record have (ent_logs_links). */
static const struct {
	const char *prefix;
	enum ent_logs_slot slot;
} refs[] = {
	{ "network-traffic:src_ref.", ENT_SLOT_SRC },
	{ "network-traffic:dst_ref.", ENT_SLOT_DST },
	{ "email-message:from_ref.", ENT_SLOT_FROM },
	{ "email-message:to_refs[*].", ENT_SLOT_TO },
	{ "email-message:cc_refs[*].", ENT_SLOT_CC },
	{ "domain-name:resolves_to_refs[*].", ENT_SLOT_ANSWER },
};

/* "network-traffic:dst_ref.value" to slot and path, without quotation marks. */
static bool
target(struct ent_arena *a, struct ent_str s, enum ent_logs_slot *slot, const char **path)
{
	struct ent_str copy = ent_logs_keep(a, s);
	size_t colon, n = 0;
	char *p;

	if (!copy.p)
		return false;
	for (size_t i = 0; i < sizeof(refs) / sizeof(refs[0]); i++)
		if (ent_str_starts(copy, refs[i].prefix)) {
			*slot = refs[i].slot;
			*path = copy.p + strlen(refs[i].prefix);
			return **path != '\0';
		}
	colon = ent_str_find(copy, ':');
	if (colon + 1 >= copy.n)
		return false;
	for (int i = ENT_SLOT_SRC; i < ENT_SLOTS; i++) {
		const struct ent_logs_slot_row *row = &ent_logs_slots[i];
		struct ent_str type = { copy.p, colon };

		if (!(row->word && ent_str_is(type, row->word)) &&
		    !(row->type && !row->word && ent_str_is(type, row->type)))
			continue;
		*slot = (enum ent_logs_slot)i;
		p = ent_arena_alloc(a, copy.n);
		if (!p)
			return false;
		for (size_t j = colon + 1; j < copy.n; j++)
			if (copy.p[j] != '\'')
				p[n++] = copy.p[j];
		*path = p;
		return n > 0;
	}
	return ent_str_starts(copy, "email-addr:value") &&
	       (*slot = ENT_SLOT_FROM, *path = "value");
}

/* "separator ;" and "header no" */
static bool
setting(struct ent_logs_columns *c, struct ent_str name, struct ent_str value)
{
	if (ent_str_is(name, "separator")) {
		if (ent_str_is(value, "tab") || ent_str_is(value, "\\t"))
			c->separator = '\t';
		else if (value.n == 1 && value.p[0] != '"')
			c->separator = value.p[0];
		else
			return false;
		return true;
	}
	if (!ent_str_is(name, "header") ||
	    !(ent_str_is(value, "no") || ent_str_is(value, "yes")))
		return false;
	c->headed = value.p[0] == 'y';
	return true;
}

/* A line: COLUMN, blanks, and what it is; the last word is that, for names may have blanks. */
static int
mapping_line(struct ent_logs *l, struct ent_str line, size_t number, struct ent_err *err)
{
	struct ent_logs_columns *c = l->columns;
	struct ent_logs_mapped *m = &c->mapped[c->n_mapped];
	enum ent_logs_slot slot = ENT_SLOT_TIME;
	const char *path = "first";
	struct ent_str to;
	size_t at = line.n;

	while (at > 0 && line.p[at - 1] != ' ' && line.p[at - 1] != '\t')
		at--;
	to = ent_str_from(line, at);
	m->column = ent_str_trim((struct ent_str){ line.p, at });
	if (m->column.n && setting(c, m->column, to))
		return 0;
	if (ent_str_is(to, "last") || ent_str_is(to, "duration"))
		path = to.p[0] == 'l' ? "last" : "duration";
	else if (!ent_str_is(to, "time") && !target(l->rows, to, &slot, &path))
		return ent_fail(err, ENT_EINVAL,
		                "line %zu of the mapping: \"%.*s\" is neither time, last nor "
		                "duration, nor a path like file:hashes.MD5",
		                number, ENT_FMT(to));
	if (!m->column.n)
		return ent_fail(err, ENT_EINVAL, "line %zu of the mapping names no column",
		                number);
	if (ent_str_u64(m->column, ENT_LOGS_COLUMNS, &m->number))
		m->number = 0;
	if (strcmp(path, "protocols") == 0)
		path = "protocols[]";
	m->way = ent_logs_way_new(l->rows, slot, path, conv_of(slot, path));
	if (!m->way)
		return ent_fail(err, ENT_EINVAL,
		                "line %zu of the mapping: %.*s has more than %d steps", number,
		                ENT_FMT(to), ENT_LOGS_STEPS);
	c->n_mapped++;
	return 0;
}

int
ent_logs_csv_mapping(struct ent_logs *l, struct ent_err *err)
{
	struct ent_str rest = l->mapping, line;
	struct ent_logs_columns *c = l->columns = ent_logs_columns_new();
	size_t number = 0;
	int rc = 0;

	if (!c)
		return ent_fail(err, ENT_ENOMEM, "no memory for a mapping");
	ent_logs_columns_forget(c);
	c->separator = ',';
	c->headed = true;
	c->unset[0] = c->empty[0] = '\0';
	c->mapped = ent_arena_array(l->rows, ENT_LOGS_COLUMNS, sizeof(*c->mapped));
	if (!c->mapped)
		return ent_fail(err, ENT_ENOMEM, "no memory for a mapping");
	while (rc == 0 && ent_str_next(&rest, '\n', &line)) {
		number++;
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		line = ent_str_trim(line);
		if (!line.n || line.p[0] == '#')
			continue;
		if (c->n_mapped == ENT_LOGS_COLUMNS)
			return ent_fail(err, ENT_ELIMIT, "a mapping of more than %d rows",
			                ENT_LOGS_COLUMNS);
		rc = mapping_line(l, line, number, err);
	}
	if (rc == 0 && !c->n_mapped)
		return ent_fail(err, ENT_EINVAL, "the mapping names no column");
	return rc;
}

/* ---- lines ---- */

/* The ways of a column; those of the mapping are linked, each once. */
static void
column(struct ent_logs_columns *c, struct ent_str name)
{
	struct ent_logs_column *col = &c->list[c->n++];

	*col = (struct ent_logs_column){ .hash = ent_logs_hash((struct ent_str){ 0 }, name) };
	(void)snprintf(col->name, sizeof(col->name), "%.*s", ENT_FMT(name));
	for (size_t i = c->n_mapped; i > 0; i--) {
		struct ent_logs_mapped *m = &c->mapped[i - 1];

		if (m->used || (m->number ? m->number != c->n : !ent_str_eq(m->column, name)))
			continue;
		m->used = true;
		m->way->next = col->ways;
		col->ways = m->way;
	}
}

static int
names(struct ent_logs *l, struct ent_str line, struct ent_err *err)
{
	struct ent_logs_columns *c = l->columns;
	struct ent_str rest = line, s;
	bool broken = false;
	size_t found = 0;

	for (size_t i = 0; i < c->n_mapped; i++)
		c->mapped[i].used = false;
	while (c->n < ENT_LOGS_COLUMNS &&
	       ent_csv_field(l->arena, &rest, c->separator, &s, &broken))
		column(c, c->headed ? s : (struct ent_str){ "", 0 });
	for (size_t i = 0; i < c->n_mapped; i++)
		found += c->mapped[i].used;
	if (!found)
		return ent_fail(err, ENT_EINVAL,
		                "line %llu: none of the columns of the mapping is in this log",
		                (unsigned long long)l->line);
	if (c->headed) {
		ent_buf_clear(&l->header);
		ent_buf_str(&l->header, line);
		ent_buf_ch(&l->header, '\n');
	}
	return ent_buf_ok(&l->header)
	           ? 0
	           : ent_fail(err, ENT_ELIMIT,
	                      "line %llu: the first line is too long for one "
	                      "of column names",
	                      (unsigned long long)l->line);
}

int
ent_logs_csv_line(struct ent_logs *l, struct ent_str line, ent_logs_each *each, void *self,
                  struct ent_err *err)
{
	struct ent_logs_columns *c = l->columns;
	struct ent_str rest = line, s;
	bool broken = false;

	if (!c->n) {
		int rc = names(l, line, err);

		if (rc || c->headed)
			return rc;
	}
	if (ent_utf8_valid(line) != line.n) {
		ent_logs_broken(l, "byte %zu is not UTF-8", ent_utf8_valid(line));
		return 0;
	}
	ent_logs_record_begin(l->record, l->arena);
	for (size_t i = 0;
	     i < c->n && ent_csv_field(l->arena, &rest, c->separator, &s, &broken); i++) {
		if (!s.n)
			continue;
		if (!c->list[i].ways)
			ent_logs_ignore(l, c->list[i].hash, (struct ent_str){ 0 },
			                ent_str_c(c->list[i].name));
		for (const struct ent_logs_way *w = c->list[i].ways; w; w = w->next)
			if (!ent_logs_put(l->record, w, s))
				l->counts.values++;
	}
	if (broken) {
		ent_logs_broken(l, "a quotation mark that isn't closed");
		return 0;
	}
	return ent_logs_give(l, each, self, err);
}

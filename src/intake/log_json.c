/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_json.c - lines that are JSON: Suricata's EVE, Zeek's JSON, and STIX.
 */
#include "intake/log_int.h"

struct walk {
	struct ent_logs *l;
	const struct ent_logs_index *x;
};

static void
put(struct walk *w, const struct ent_logs_field *f, const struct ent_json *v)
{
	for (const struct ent_logs_way *way = f->ways; way; way = way->next)
		if (!ent_logs_put_json(w->l->record, way, v))
			w->l->counts.values++;
}

static void members(struct walk *w, const struct ent_json *v, struct ent_str prefix,
                    unsigned depth);

/* A value of a field, or all those of a list. */
static void
value(struct walk *w, const struct ent_logs_field *f, const struct ent_json *v, unsigned depth)
{
	switch (ent_json_kind(v)) {
	case ENT_JSON_OBJECT:
		if (f->outer)
			members(w, v, f->name, depth);
		break;
	case ENT_JSON_ARRAY:
		for (size_t i = 0; depth < ENT_LOGS_DEPTH && i < ent_json_count(v); i++)
			value(w, f, ent_json_at(v, i), depth + 1);
		break;
	case ENT_JSON_NONE:
	case ENT_JSON_NULL:
		break;
	default:
		put(w, f, v);
		break;
	}
}

/* prefix is a name of the table, so that no field is deeper than the table goes. */
static void
members(struct walk *w, const struct ent_json *v, struct ent_str prefix, unsigned depth)
{
	if (depth >= ENT_LOGS_DEPTH)
		return;
	for (size_t i = 0; i < ent_json_count(v); i++) {
		struct ent_str name = ent_json_key(v, i);
		uint32_t h = ent_logs_hash(prefix, name);
		const struct ent_logs_field *f = ent_logs_index_find(w->x, h, prefix, name);

		if (f)
			value(w, f, ent_json_at(v, i), depth + 1);
		else
			ent_logs_ignore(w->l, h, prefix, name);
	}
}

static int
record(struct ent_logs *l, const struct ent_json *v, const struct ent_logs_row *rows, size_t n,
       const char *const *kinds, struct ent_str kind, ent_logs_each *each, void *self,
       struct ent_err *err)
{
	struct walk w = { .l = l };
	int k = ent_logs_kind(kinds, kind);

	if (k < 0) {
		l->counts.skipped++;
		return 0;
	}
	if (!l->index[k])
		l->index[k] = ent_logs_index_new(l->rows, rows, n, kinds[k]);
	w.x = l->index[k];
	if (!w.x)
		return ent_fail(err, ENT_ENOMEM, "no memory for the fields of logs");
	ent_logs_record_begin(l->record, l->arena);
	members(&w, v, (struct ent_str){ NULL, 0 }, 0);
	return ent_logs_give(l, each, self, err);
}

static struct ent_str
zeek_kind(const struct ent_logs *l, const struct ent_json *v)
{
	struct ent_str said = ent_json_getstr(v, "_path");

	if (said.p)
		return said;
	if (ent_logs_kind(ent_logs_zeek_kinds, l->kind) >= 0)
		return l->kind;
	for (size_t i = 0; i < ent_logs_zeek_marks_n; i++)
		if (ent_json_getc(v, ent_logs_zeek_marks[i].field))
			return ent_str_c(ent_logs_zeek_marks[i].kind);
	return (struct ent_str){ NULL, 0 };
}

/* Each line says what it is, where nobody else has. */
static enum ent_logs_format
format_of(const struct ent_json *v)
{
	if (ent_json_getstr(v, "event_type").p)
		return ENT_LOGS_EVE;
	if (ent_json_getstr(v, "type").p)
		return ENT_LOGS_STIX;
	if (ent_json_getc(v, "ts"))
		return ENT_LOGS_ZEEK;
	return ENT_LOGS_AUTO;
}

int
ent_logs_json_line(struct ent_logs *l, struct ent_str line, ent_logs_each *each, void *self,
                   struct ent_err *err)
{
	struct ent_json_fault fault = { 0 };
	const struct ent_json *v = NULL;
	int rc;

	rc = ent_json_parser_read(l->parser, l->arena, line, ENT_LOGS_DEPTH,
	                          ENT_JSON_BORROW | ENT_JSON_WIDE, &v, &fault, err);
	if (rc == ENT_ENOMEM)
		return rc;
	if (rc || !ent_json_is(v, ENT_JSON_OBJECT)) {
		ent_logs_broken(l, "byte %zu: %s", rc ? fault.at : (size_t)0,
		                rc ? fault.text : "this is no JSON object");
		return 0;
	}
	if (l->format == ENT_LOGS_AUTO)
		l->format = format_of(v);
	switch (l->format) {
	case ENT_LOGS_EVE:
		return record(l, v, ent_logs_eve_rows, ent_logs_eve_rows_n, ent_logs_eve_kinds,
		              ent_json_getstr(v, "event_type"), each, self, err);
	case ENT_LOGS_ZEEK:
		return record(l, v, ent_logs_zeek_rows, ent_logs_zeek_rows_n,
		              ent_logs_zeek_kinds, zeek_kind(l, v), each, self, err);
	case ENT_LOGS_STIX:
		return ent_logs_stix_value(l, v, each, self, err);
	default:
		ent_logs_broken(l, "this JSON is neither STIX nor of Suricata nor of Zeek");
		return 0;
	}
}

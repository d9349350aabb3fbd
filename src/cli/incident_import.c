/* SPDX-License-Identifier: Apache-2.0 */
/*
 * incident_import.c - `entente incident import` and `export`: tables in the form of the Global
 * Terrorism Database, with what they can't say; bundles.
 */
#include <entente/version.h>

#include "base/file.h"
#include "base/map.h"
#include "base/progress.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/incident.h"
#include "codec/source.h"
#include "intake/gtd.h"

#define OUT_MAX ((size_t)4 << 30)

static const struct ent_option import_options[] = {
	{ "source", "NAME", "whose table it is, for claims; else Global Terrorism Database", 0,
	  false },
	{ "encoding", "NAME", "utf-8 (the default) or windows-1252", 0, false },
	{ "tlp", "LEVEL", "mark what is made: clear, green, amber, amber+strict, red", 0,
	  false },
	{ "dry-run", NULL, "only read it and say what would be lost", 0, false },
	{ 0 },
};

struct importing {
	struct ent_cli *c;
	struct ent_gtd *g;
	struct ent_arena *a; /* of a row */
	struct ent_str source, marking, now;
	size_t fresh, changed, same;
	bool dry;
	struct ent_progress progress;
};

/* The table's own claims give way to what it says now; those of others stay. */
static bool
not_of_source(void *self, const struct ent_json *claim)
{
	const struct importing *m = self;

	return !ent_str_eq(ent_json_getstr(ent_json_getc(claim, "source"), "name"), m->source);
}

static int
parse(struct ent_arena *a, struct ent_buf *b, const struct ent_json **out, struct ent_err *err)
{
	return ent_buf_ok(b) ? ent_json_parse(a, ent_buf_view(b), ENT_JSON_DEPTH, out, err)
	                     : ent_cli_nomem(err);
}

/* What the next version gets of the new row; how many of them differ from what is held. */
static int
changes(struct importing *m, const struct ent_json *was, const struct ent_json *now,
        struct ent_buf *b, struct ent_set set[3], size_t *n, struct ent_err *err)
{
	static const char *const keys[] = { "name", "description" };
	struct ent_attack_next next = {
		.was = was, .now = now, .keep = not_of_source, .self = m
	};
	struct ent_jw w;
	int rc;

	*n = 0;
	for (size_t i = 0; i < 2; i++) {
		const struct ent_json *v = ent_json_getc(now, keys[i]);

		if (!ent_str_eq(ent_json_str(v), ent_json_getstr(was, keys[i])))
			set[(*n)++] = (struct ent_set){ ent_str_c(keys[i]), v };
	}
	ent_buf_clear(b);
	ent_jw_init(&w, b);
	ent_attack_put_next(&w, m->a, &next);
	set[*n].property = ENT_STR("extensions");
	rc = parse(m->a, b, &set[*n].value, err);
	if (rc == 0 && !ent_str_eq(ent_json_canon(m->a, set[*n].value),
	                           ent_json_canon(m->a, ent_json_getc(was, "extensions"))))
		(*n)++;
	return rc;
}

static int
row_again(struct importing *m, const struct ent_attack *x, const struct ent_held *held,
          struct ent_err *err)
{
	const struct ent_json *was = NULL, *now = NULL;
	struct ent_set set[3];
	struct ent_str text;
	struct ent_buf b;
	struct ent_jw w;
	size_t n = 0;
	int rc = ent_json_parse(m->a, held->bytes, ENT_JSON_DEPTH, &was, err);

	ent_buf_init(&b, ENT_INCIDENT_ARENA);
	ent_jw_init(&w, &b);
	ent_attack_put(&w, x);
	if (rc == 0)
		rc = parse(m->a, &b, &now, err);
	if (rc == 0)
		rc = changes(m, was, now, &b, set, &n, err);
	ent_buf_release(&b);
	if (rc || !n) {
		m->same += rc == 0;
		return rc;
	}
	m->changed++;
	rc =
	    ent_version_next(m->a, was, set, n, false, (struct ent_str){ NULL, 0 }, &text, err);
	if (rc == 0)
		rc = ent_incident_put_parts(m->c, m->a, x, err);
	return rc ? rc : ent_holdings_put_text(m->c->x, m->a, text, ENT_SOURCE_OWN, err);
}

static int
row(struct importing *m, struct ent_attack *x, struct ent_err *err)
{
	struct ent_held held;
	struct ent_err none;
	int rc;

	x->created_by = ent_str_c(ent_exchange_party(m->c->x));
	x->created = m->now;
	x->marking = m->marking;
	x->id = ent_incident_id(
	    m->c, m->a, "incident", "attack",
	    ent_arena_printf(m->a, "%.*s\n%.*s", ENT_FMT(m->source), ENT_FMT(x->external_id)));
	rc = x->id.p ? ent_incident_ids(m->c, m->a, x, err) : ent_cli_nomem(err);
	if (rc || m->dry)
		return rc;
	rc = ent_holdings_get(m->c->x, m->a, x->id, (struct ent_str){ NULL, 0 }, &held, &none);
	if (rc == 0)
		return row_again(m, x, &held, err);
	if (rc != ENT_ENOENT) {
		*err = none;
		return rc;
	}
	m->fresh++;
	return ent_incident_put_new(m->c, m->a, x, err);
}

static int
rows(void *self, struct ent_err *err)
{
	struct importing *m = self;
	struct ent_attack *x = ent_arena_alloc(m->c->arena, sizeof(*x));
	int rc = 1;

	if (!x)
		return ent_cli_nomem(err);
	while (rc > 0) {
		ent_arena_reset(m->a);
		rc = ent_gtd_next(m->g, m->a, x, err);
		if (rc == 1) {
			int put = row(m, x, err);

			rc = put ? ent_within(err, put, "event %.*s", ENT_FMT(x->external_id))
			         : 1;
		}
		ent_progress_step(&m->progress, ent_gtd_rows(m->g));
	}
	return rc;
}

static const struct ent_column loss_columns[] = {
	{ "column", "NOT CARRIED", false },
	{ "values", "VALUES", true },
	{ "first_line", "FIRST LINE", true },
	{ "reason", "WHY", false },
};

static void
report(struct importing *m)
{
	struct ent_out *o = &m->c->out;
	struct ent_gtd_loss loss;

	ent_out_int(o, "rows", "rows", (int64_t)ent_gtd_rows(m->g));
	if (!m->dry) {
		ent_out_int(o, "new", "new", (int64_t)m->fresh);
		ent_out_int(o, "changed", "changed", (int64_t)m->changed);
		ent_out_int(o, "same", "known", (int64_t)m->same);
	}
	ent_out_line(o, "%s", "");
	ent_out_list(o, "losses", ENT_COLUMNS(loss_columns));
	for (size_t i = 0; ent_gtd_loss_at(m->g, i, &loss); i++) {
		ent_cell(o, loss.column);
		ent_cell_int(o, (int64_t)loss.values);
		ent_cell_int(o, (int64_t)loss.first);
		ent_cell_c(o, loss.why);
	}
	ent_out_list_end(o, "Every value of the table is carried.");
}

static int
encoding(const struct ent_cli *c, enum ent_gtd_encoding *out, struct ent_err *err)
{
	struct ent_str s = ent_cli_value(c, "encoding");

	*out = ent_str_caseis(s, "windows-1252") || ent_str_caseis(s, "cp1252")
	           ? ENT_GTD_WINDOWS_1252
	           : ENT_GTD_UTF8;
	if (!s.p || *out == ENT_GTD_WINDOWS_1252 || ent_str_caseis(s, "utf-8"))
		return 0;
	return ent_fail(err, ENT_EINVAL,
	                "--encoding: \"%.*s\" is neither utf-8 nor windows-1252", ENT_FMT(s));
}

static int
import(struct ent_cli *c, struct ent_err *err)
{
	struct importing m = { .c = c, .source = ent_cli_value(c, "source") };
	const char *path = c->given.operands[0];
	enum ent_gtd_encoding how = ENT_GTD_UTF8;
	struct ent_source *s = NULL;
	int rc = encoding(c, &how, err);

	if (!m.source.p)
		m.source = ENT_STR("Global Terrorism Database");
	m.dry = ent_cli_flag(c, "dry-run");
	m.a = ent_arena_new(ENT_INCIDENT_ARENA);
	m.now = ent_time_dup(c->arena, ent_now_us(), 3);
	if (rc == 0 && (!m.a || !m.now.p))
		rc = ent_cli_nomem(err);
	if (rc == 0 && (!m.source.n || !ent_attack_text_ok(m.source)))
		rc = ent_fail(err, ENT_EINVAL, "--source is empty or has control characters");
	if (rc == 0)
		rc = ent_incident_tlp(c, &m.marking, err);
	if (rc == 0)
		rc = ent_source_open(path, &s, err);
	if (rc == 0) {
		ent_progress_init(&m.progress, path, 0);
		rc = ent_gtd_open(ent_source_read, s, how, m.source, &m.g, err);
		if (rc == 0)
			rc = m.dry ? rows(&m, err) : ent_holdings_write(c->x, rows, &m, err);
		ent_progress_end(&m.progress);
		if (rc)
			rc = ent_within(err, rc, "%s, of which nothing is stored", path);
	}
	if (rc == 0)
		report(&m);
	ent_gtd_close(m.g);
	ent_source_close(s);
	ent_arena_free(m.a);
	return rc;
}

const struct ent_command ent_cmd_incident_import = {
	.name = "incident import",
	.help = "take a table of attacks in the form of the Global Terrorism Database",
	.operands = "FILE",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = import_options,
	.text =
	    "A CSV whose first line names the columns, in any order; -9 and -99 are unknown.\n"
	    "All of it is stored or nothing.  A second time changes only what has changed\n"
	    "in the table; claims from elsewhere stay.  What the record has no place for is\n"
	    "told column by column.  \"-\" is standard input; gzip and zstd are unpacked.",
	.run = import,
};

/* ---- export ---- */

static const struct ent_option export_options[] = {
	{ "bundle", NULL, "a STIX bundle with places and groups, instead of a CSV", 0, false },
	{ "output", "FILE", "write it there", 'o', false },
	{ 0 },
};

struct exporting {
	struct ent_cli *c;
	struct ent_buf to;
	struct ent_gtd_left left;
	struct ent_arena *names; /* what a row asked for, until the next */
	struct ent_arena *ids;
	struct ent_map *told; /* of a bundle */
	struct ent_jw w;
	bool bundle;
};

static struct ent_str
actor_name(void *self, struct ent_str actor)
{
	struct exporting *x = self;
	struct ent_held h;
	struct ent_err ignored;
	const struct ent_json *v;

	if (ent_holdings_get(x->c->x, x->names, actor, (struct ent_str){ NULL, 0 }, &h,
	                     &ignored) ||
	    ent_json_parse(x->names, h.bytes, ENT_JSON_DEPTH, &v, &ignored))
		return (struct ent_str){ NULL, 0 };
	return ent_json_getstr(v, "name");
}

/* A place or an actor of an incident, once, if it is held. */
static int
bundle_ref(void *self, struct ent_str property, struct ent_str id)
{
	struct exporting *x = self;
	struct ent_held h;
	struct ent_err ignored;

	(void)property;
	if (ent_map_get(x->told, id) ||
	    ent_holdings_get(x->c->x, x->names, id, (struct ent_str){ NULL, 0 }, &h, &ignored))
		return 0;
	id = ent_arena_dup(x->ids, id);
	if (!id.p || ent_map_put(x->told, id, x))
		return ENT_ENOMEM;
	ent_jw_raw(&x->w, h.bytes);
	x->w.comma = true;
	return 0;
}

static int
export_one(void *self, struct ent_arena *a, const struct ent_held *held,
           const struct ent_json *incident, struct ent_err *err)
{
	struct exporting *x = self;
	int rc = 0;

	(void)a;
	ent_arena_reset(x->names);
	if (x->bundle) {
		rc = bundle_ref(x, ENT_STR("id"), held->id);
		if (rc == 0)
			rc = ent_stix_refs(incident, bundle_ref, x);
		if (rc)
			return ent_cli_nomem(err);
	} else if (ent_attack_record(incident)) {
		ent_gtd_put_row(&x->to, incident, actor_name, x, &x->left);
	}
	return ent_buf_ok(&x->to)
	           ? 0
	           : ent_fail(err, ENT_ELIMIT, "an export of more than %zu GiB", OUT_MAX >> 30);
}

/* On standard error, so that what is exported can go into a pipe. */
static void
tell_left(const struct exporting *x)
{
	const struct {
		uint64_t n;
		const char *what;
	} rows[] = {
		{ x->left.no_eventid, "have no eventid of 12 digits and were left out" },
		{ x->left.no_date, "have no date" },
		{ x->left.conflicts, "figures are blank, since their claims differ" },
		{ x->left.ranges, "figures are blank, since they are a range or a bound" },
		{ x->left.phases,
		  "are plotted or thwarted, for which the table has success 0" },
		{ x->left.types, "have more types than are written" },
		{ x->left.places, "have more places than the one that is written" },
		{ x->left.groups, "have more groups than the three that are written" },
		{ x->left.times, "have a time of day, which is not written" },
		{ x->left.links, "have links, which are not written" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].n)
			ent_cli_complain(x->c, "%llu %s", (unsigned long long)rows[i].n,
			                 rows[i].what);
}

static void
bundle_begin(struct exporting *x)
{
	ent_jw_init(&x->w, &x->to);
	ent_jw_object(&x->w);
	ent_jw_kc(&x->w, "type", "bundle");
	ent_jw_kstr(&x->w, "id", ent_stix_id_new(x->c->arena, "bundle"));
	ent_jw_key(&x->w, "objects");
	ent_jw_array(&x->w);
}

static int export(struct ent_cli *c, struct ent_err *err)
{
	struct exporting x = { .c = c, .bundle = ent_cli_flag(c, "bundle") };
	int rc = 0;

	ent_buf_init(&x.to, OUT_MAX);
	x.names = ent_arena_new((size_t)256 << 20);
	x.ids = ent_arena_new((size_t)1 << 30);
	x.told = x.ids ? ent_map_new(x.ids) : NULL;
	if (!x.names || !x.told)
		rc = ent_cli_nomem(err);
	if (x.bundle)
		bundle_begin(&x);
	else
		ent_gtd_put_header(&x.to);
	if (rc == 0)
		rc = ent_incident_each(c, export_one, &x, err);
	if (x.bundle) {
		ent_jw_end_array(&x.w);
		ent_jw_end_object(&x.w);
		ent_buf_ch(&x.to, '\n');
	}
	if (rc == 0 && !ent_buf_ok(&x.to))
		rc = ent_cli_nomem(err);
	if (rc == 0 && ent_cli_flag(c, "output"))
		rc = ent_file_write(ent_given_value(&c->given, "output"), ent_buf_view(&x.to),
		                    0644, err);
	else if (rc == 0)
		ent_out_bytes(&c->out, ent_buf_view(&x.to));
	if (rc == 0 && !x.bundle)
		tell_left(&x);
	ent_arena_free(x.names);
	ent_arena_free(x.ids);
	ent_buf_release(&x.to);
	return rc;
}

const struct ent_command ent_cmd_incident_export = {
	.name = "incident export",
	.help = "write incidents as a CSV in the form of the Global Terrorism Database",
	.operands = "",
	.node = true,
	.options = export_options,
	.text = "What a table can't say is counted on standard error: above all claims that\n"
		"differ, for which the table has one column only.  --bundle keeps everything.",
	.run = export,
};

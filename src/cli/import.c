/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import.c - `entente import`: STIX from files into the node's holdings.
 */
#include "base/progress.h"
#include "cli/commands.h"
#include "exchange/collection.h"
#include "exchange/holdings.h"

#define REFUSED_MAX 10000 /* that are told one by one */

static const struct ent_option options[] = {
	{ "skip-invalid", NULL, "store what is good of a file although something is refused", 0,
	  false },
	{ "collection", "ID", "put the objects on this collection too: id, alias or ROOT/ALIAS",
	  0, false },
	{ 0 },
};

struct refusal {
	const char *file;
	size_t index;
	struct ent_str id, why;
	const char *code;
};

struct importing {
	struct ent_cli *c;
	const char *file;
	struct ent_collection collection; /* id absent if none was named */
	struct refusal *list;
	size_t n, more;
	struct ent_progress progress;
};

static void
on_refused(void *self, size_t index, struct ent_str id, const struct ent_err *why)
{
	struct importing *m = self;

	if (m->n == REFUSED_MAX) {
		m->more++;
		return;
	}
	m->list[m->n++] = (struct refusal){
		.file = m->file,
		.index = index,
		.id = id.p ? ent_arena_dup(m->c->arena, id) : id,
		.why = ent_arena_dup(m->c->arena, ent_str_c(why->msg)),
		.code = ent_code_name(why->code),
	};
}

static void
on_progress(void *self, size_t done, size_t total)
{
	struct importing *m = self;

	m->progress.total = total;
	ent_progress_step(&m->progress, done);
}

static const struct ent_column file_columns[] = {
	{ "file", "FILE", false },      { "objects", "OBJECTS", true },
	{ "new", "NEW", true },         { "same", "KNOWN", true },
	{ "refused", "REFUSED", true }, { "stored", "STORED", false },
	{ "added", NULL, true },
};

static const struct ent_column refused_columns[] = {
	{ "file", NULL, false }, { "index", "NUMBER", true },   { "id", "REFUSED", false },
	{ "code", NULL, false }, { "reason", "REASON", false },
};

static int
import_one(struct importing *m, const char *file, struct ent_import_report *total,
           struct ent_err *err)
{
	struct ent_import_options o = {
		.skip_invalid = ent_cli_flag(m->c, "skip-invalid"),
		.collection = m->collection.id.p ? &m->collection : NULL,
		.refused = on_refused,
		.progress = on_progress,
		.self = m,
	};
	struct ent_import_report r;
	int rc;

	m->file = file;
	ent_progress_init(&m->progress, file, 0);
	rc = ent_import(m->c->x, file, &o, &r, err);
	ent_progress_end(&m->progress);
	if (rc)
		return rc;
	total->refused += r.refused;
	ent_cell_c(&m->c->out, file);
	ent_cell_int(&m->c->out, (int64_t)r.objects);
	ent_cell_int(&m->c->out, (int64_t)r.fresh);
	ent_cell_int(&m->c->out, (int64_t)r.same);
	ent_cell_int(&m->c->out, (int64_t)r.refused);
	ent_cell_bool(&m->c->out, r.kept);
	ent_cell_int(&m->c->out, (int64_t)r.added);
	total->added += r.added;
	return 0;
}

static void
list_refused(const struct importing *m)
{
	struct ent_out *o = &m->c->out;

	if (!m->n && !o->json)
		return;
	ent_out_line(o, "%s", "");
	ent_out_list(o, "refused", ENT_COLUMNS(refused_columns));
	for (size_t i = 0; i < m->n; i++) {
		ent_cell_c(o, m->list[i].file);
		ent_cell_int(o, (int64_t)m->list[i].index);
		ent_cell(o, m->list[i].id);
		ent_cell_c(o, m->list[i].code);
		ent_cell(o, m->list[i].why);
	}
	ent_out_list_end(o, NULL);
	if (m->more)
		ent_out_line(o, "... and %zu more", m->more);
	if (m->n && !ent_cli_flag(m->c, "skip-invalid"))
		ent_out_line(o, "\nA file with a refused object is not stored at all; "
		                "--skip-invalid stores the rest of it.");
}

/* A file that can't be read ends the work; what was said about those before is printed first.
 */
static int
import(struct ent_cli *c, struct ent_err *err)
{
	struct importing m = { .c = c };
	struct ent_import_report total = { 0 };
	struct ent_err ignored;
	int rc = 0;

	if (ent_cli_flag(c, "collection"))
		rc = ent_collection_find(c->x, c->arena, ent_cli_value(c, "collection"),
		                         &m.collection, err);
	if (rc)
		return rc;
	m.list = ent_arena_array(c->arena, REFUSED_MAX, sizeof(*m.list));
	if (!m.list)
		return ent_cli_nomem(err);
	ent_out_list(&c->out, "files", ENT_COLUMNS(file_columns));
	for (size_t i = 0; rc == 0 && i < c->given.n_operands; i++)
		rc = import_one(&m, c->given.operands[i], &total, err);
	ent_out_list_end(&c->out, NULL);
	if (m.collection.id.p)
		ent_out_line(&c->out, "\n%zu object%s added to %.*s.", total.added,
		             ent_cli_s(total.added), ENT_FMT(m.collection.title));
	list_refused(&m);
	if (rc) {
		(void)ent_out_end(&c->out, &ignored);
		return rc;
	}
	return total.refused ? ENT_NO : 0;
}

const struct ent_command ent_cmd_import = {
	.name = "import",
	.help = "take STIX objects from files into the node's holdings",
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.node = true,
	.json = true,
	.options = options,
	.text = "A file holds a bundle, an object, an array or a TAXII envelope; \"-\" is "
		"standard\n"
		"input.  A file is stored as a whole or not at all.",
	.run = import,
};

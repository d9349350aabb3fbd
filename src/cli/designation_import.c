/* SPDX-License-Identifier: Apache-2.0 */
/*
 * designation_import.c - `entente designation import` and `diff`: lists into the register, and
 * against each other.
 */
#include <inttypes.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/progress.h"
#include "cli/commands.h"
#include "cli/designation.h"

/* clang-format off */
#define LIST_OPTION { "list", "ID", "take it as this list, whatever the file seems to be; see below", 0, false }
#define ALL_OPTION { "all", NULL, "show all changes, not only the first", 0, false }
#define LISTS                                                                                        \
	"What a file is, its content tells: the UN Security Council's consolidated list (XML),\n"    \
	"OFAC's lists as CSV (sdn.csv or cons_prim.csv, with the files beside it; or their\n"        \
	"folder), XML and ENHANCED_XML, Canada's list (XML), the BIS denied persons list,\n"         \
	"and flattened names of the EU's and Australia's. gzip and zstd are unpacked.\n"             \
	"Lists: un-sc, us-ofac-sdn, us-ofac-cons, us-ofac-aliases, us-bis-dpl, ca-sema,\n"           \
	"eu-names, au-names."

static const struct ent_option import_options[] = {
	LIST_OPTION,
	{ "date", "DAY", "the list's date where the file says none (today)", 0, false },
	{ "partial", NULL, "the file is a part of the list: what isn't in it stays", 0, false },
	{ "older", NULL, "take it though a newer list is in the register", 0, false },
	{ "lift-many", NULL, "take it though more than half of the entries would be lifted", 0, false },
	{ "dry-run", NULL, "only say what would change", 0, false },
	ALL_OPTION,
	{ 0 },
};
static const struct ent_option diff_options[] = { LIST_OPTION, ALL_OPTION, { 0 } };
/* clang-format on */

/* What a file held that couldn't be used. */
static void
say_left_out(struct ent_cli *c, const struct ent_list_about *a)
{
	for (size_t i = 0; i < a->n_told; i++)
		if (a->told[i].line)
			ent_cli_complain(c, "line %" PRIu64 ": %s", a->told[i].line,
			                 a->told[i].why);
		else
			ent_cli_complain(c, "%s", a->told[i].why);
}

static void
say_about(struct ent_cli *c, const struct ent_gathered *g)
{
	const struct ent_list_about *a = &g->about;
	struct ent_out *o = &c->out;
	char day[16];

	ent_out_c(o, "list", "list", a->list->id);
	ent_out_c(o, "title", "title", a->list->title);
	ent_out_c(o, "format", "format", a->format);
	ent_listed_day_text(a->date, day);
	ent_out_str(o, "date", "date", day[0] ? ent_str_c(day) : (struct ent_str){ NULL, 0 });
	for (size_t i = 0; i < a->n_files && !o->json; i++)
		ent_out_hex(o, NULL, "SHA-256", a->files[i].sha256, 32);
	if (o->json && a->n_files)
		ent_out_hex(o, "sha256", NULL, a->files[0].sha256, 32);
	ent_out_int(o, "entries", "entries", (int64_t)a->records);
	ent_out_int(o, "names", "names", (int64_t)a->names);
	ent_out_int(o, "weak_names", "of them weak", (int64_t)a->weak);
	ent_out_int(o, "blank_aliases", a->blank ? "blank aliases" : NULL, (int64_t)a->blank);
	ent_out_int(o, "bad_dates", a->dates ? "dates that are none" : NULL, (int64_t)a->dates);
	ent_out_int(o, "orphans", a->orphans ? "rows without an entry" : NULL,
	            (int64_t)a->orphans);
	ent_out_int(o, "nameless", a->nameless ? "entries without a name" : NULL,
	            (int64_t)a->nameless);
}

/* ---- import ---- */

struct importing {
	struct ent_changes changes;
	struct ent_register_report report;
	struct ent_progress bar;
};

static int
on_change(void *self, const struct ent_register_change *change, struct ent_err *err)
{
	struct importing *m = self;

	m->changes.off = m->report.first;
	return ent_changes_add(&m->changes, change, err);
}

static void
on_progress(void *self, size_t done, size_t total)
{
	struct importing *m = self;

	m->bar.total = total;
	ent_progress_step(&m->bar, done);
}

static void
say_report(struct ent_cli *c, const struct ent_register_report *r, bool dry)
{
	struct ent_out *o = &c->out;

	ent_out_bool(o, "dry_run", NULL, dry);
	ent_out_bool(o, "first", NULL, r->first);
	ent_out_int(o, "new", "new", (int64_t)r->fresh);
	ent_out_int(o, "changed", "changed", (int64_t)r->changed);
	ent_out_int(o, "lifted", "lifted", (int64_t)r->lifted);
	ent_out_int(o, "relisted", r->relisted ? "relisted" : NULL, (int64_t)r->relisted);
	ent_out_int(o, "same", "unchanged", (int64_t)r->same);
	if (dry)
		ent_out_line(o, "Nothing was changed: --dry-run.");
	else if (!r->written)
		ent_out_line(o, "The register has this list already.");
}

static int
import_one(struct ent_cli *c, const struct ent_gathered *g, struct importing *m,
           struct ent_err *err)
{
	struct ent_register_file files[ENT_LIST_FILES];
	struct ent_register_batch b = { .entries = g->entries,
		                        .n = g->n,
		                        .title = ent_str_c(g->about.list->title),
		                        .date = ent_cli_value(c, "date"),
		                        .files = files,
		                        .n_files = g->about.n_files,
		                        .partial =
		                            g->about.partial || ent_cli_flag(c, "partial"),
		                        .older = ent_cli_flag(c, "older"),
		                        .many = ent_cli_flag(c, "lift-many"),
		                        .dry = ent_cli_flag(c, "dry-run"),
		                        .see = on_change,
		                        .progress = on_progress,
		                        .self = m };
	char day[16];
	int rc;

	for (size_t i = 0; i < b.n_files; i++) {
		files[i].name = ent_str_c(g->about.files[i].name);
		files[i].bytes = g->about.files[i].bytes;
		memcpy(files[i].sha256, g->about.files[i].sha256, 32);
	}
	if (g->about.date.day)
		b.date = ent_str_c(ent_listed_day_text(g->about.date, day));
	ent_progress_init(&m->bar, "register", g->n);
	rc = ent_register_import(c->x, &b, &m->report, err);
	ent_progress_end(&m->bar);
	if (rc)
		return rc;
	say_about(c, g);
	ent_out_bool(&c->out, "partial", NULL, b.partial);
	if (b.partial)
		ent_out_line(&c->out,
		             "only a part of the list: nothing is lifted for not being in it");
	say_report(c, &m->report, b.dry);
	say_left_out(c, &g->about);
	return 0;
}

static int
import(struct ent_cli *c, struct ent_err *err)
{
	struct importing m = { .changes = { .c = c } };
	struct ent_gathered g;
	int64_t ignored;
	int rc = ent_cli_time(c, "date", &ignored, err);

	if (rc)
		return rc;
	rc = ent_gather(c, c->given.operands[0], &g, err);
	if (rc == 0 && !g.about.list->jurisdiction[0])
		rc = ent_fail(err, ENT_EINVAL,
		              "%s: plain names say of no authority; --list names the list that "
		              "they are, `entente designation add` takes one designation",
		              c->given.operands[0]);
	rc = rc ? rc : import_one(c, &g, &m, err);
	if (rc == 0)
		ent_changes_print(&m.changes, ent_cli_flag(c, "all"));
	ent_gathered_release(&g);
	return rc;
}

/* ---- diff ---- */

static int
index_entries(const struct ent_gathered *g, struct ent_map *map, struct ent_err *err)
{
	for (size_t i = 0; i < g->n; i++)
		if (ent_map_put(map, g->entries[i].ref, &g->entries[i]))
			return ent_cli_nomem(err);
	return 0;
}

struct comparing {
	struct ent_changes changes;
	struct ent_arena *a; /* of one pair */
	struct ent_json_parser *parser;
	size_t counts[4], same;
};

static int
compare_pair(struct comparing *m, const struct ent_register_entry *was,
             const struct ent_register_entry *is, struct ent_err *err)
{
	const struct ent_register_entry *either = is ? is : was;
	struct ent_register_change change = { .list = either->list, .ref = either->ref };
	uint8_t before[32], after[32];
	int rc = 0;

	ent_arena_reset(m->a);
	if (was)
		rc = ent_json_parser_read(m->parser, m->a, was->designation, ENT_JSON_DEPTH, 0,
		                          &change.was, NULL, err);
	if (rc == 0 && is)
		rc = ent_json_parser_read(m->parser, m->a, is->designation, ENT_JSON_DEPTH, 0,
		                          &change.is, NULL, err);
	if (rc == 0 && was && is) {
		rc = ent_designation_view(m->a, change.was, before, err);
		rc = rc ? rc : ent_designation_view(m->a, change.is, after, err);
		if (rc == 0 && memcmp(before, after, 32) == 0) {
			m->same++;
			return 0;
		}
	}
	change.what = !was ? ENT_ENTRY_NEW : is ? ENT_ENTRY_CHANGED : ENT_ENTRY_LIFTED;
	change.name = ent_designation_name(is ? change.is : change.was, ENT_STR(""));
	m->counts[change.what] += rc == 0;
	return rc ? rc : ent_changes_add(&m->changes, &change, err);
}

static int
compare(struct ent_cli *c, struct comparing *m, const struct ent_gathered *old,
        const struct ent_gathered *new, struct ent_err *err)
{
	struct ent_map *before = ent_map_new(c->arena), *after = ent_map_new(c->arena);
	int rc = before && after ? 0 : ent_cli_nomem(err);

	rc = rc ? rc : index_entries(old, before, err);
	rc = rc ? rc : index_entries(new, after, err);
	for (size_t i = 0; rc == 0 && i < new->n; i++)
		rc = compare_pair(m, ent_map_get(before, new->entries[i].ref), &new->entries[i],
		                  err);
	for (size_t i = 0; rc == 0 && i < old->n; i++)
		if (!ent_map_get(after, old->entries[i].ref))
			rc = compare_pair(m, &old->entries[i], NULL, err);
	return rc;
}

static void
say_comparison(struct ent_cli *c, const struct comparing *m, const struct ent_gathered *old,
               const struct ent_gathered *new)
{
	struct ent_out *o = &c->out;
	char day[16];

	ent_out_c(o, "list", "list", new->about.list->id);
	ent_out_c(o, "old_date", "old list of", ent_listed_day_text(old->about.date, day));
	ent_out_c(o, "new_date", "new list of", ent_listed_day_text(new->about.date, day));
	ent_out_int(o, "new", "new", (int64_t)m->counts[ENT_ENTRY_NEW]);
	ent_out_int(o, "changed", "changed", (int64_t)m->counts[ENT_ENTRY_CHANGED]);
	ent_out_int(o, "lifted", "gone", (int64_t)m->counts[ENT_ENTRY_LIFTED]);
	ent_out_int(o, "same", "unchanged", (int64_t)m->same);
	ent_changes_print(&m->changes, ent_cli_flag(c, "all"));
}

static int
diff(struct ent_cli *c, struct ent_err *err)
{
	struct comparing m = { .changes = { .c = c },
		               .a = ent_arena_new(ENT_DOC_ARENA(ENT_ITEM_MAX)),
		               .parser = ent_json_parser_new() };
	struct ent_gathered old = { 0 }, new = { 0 };
	int rc = m.a && m.parser ? 0 : ent_cli_nomem(err);
	bool differs;

	rc = rc ? rc : ent_gather(c, c->given.operands[0], &old, err);
	rc = rc ? rc : ent_gather(c, c->given.operands[1], &new, err);
	if (rc == 0 && old.about.list != new.about.list)
		rc = ent_fail(err, ENT_EINVAL,
		              "one is the list %s and the other %s; --list says what "
		              "both are",
		              old.about.list->id, new.about.list->id);
	rc = rc ? rc : compare(c, &m, &old, &new, err);
	if (rc == 0)
		say_comparison(c, &m, &old, &new);
	differs = m.counts[0] + m.counts[1] + m.counts[2] > 0;
	ent_gathered_release(&old);
	ent_gathered_release(&new);
	ent_json_parser_free(m.parser);
	ent_arena_free(m.a);
	return rc ? rc : differs ? ENT_NO : 0;
}

const struct ent_command ent_cmd_designation_import = {
	.name = "designation import",
	.help = "bring the register to what a list says",
	.operands = "FILE",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = import_options,
	.text =
	    "A list is taken whole or not at all: a broken file changes nothing. Entries that\n"
	    "are gone from it stay, lifted on the list's date. The same list a second time\n"
	    "changes nothing.\n" LISTS,
	.run = import,
};
const struct ent_command ent_cmd_designation_diff = {
	.name = "designation diff",
	.help = "what changed between two versions of a list",
	.operands = "OLD NEW",
	.min = 2,
	.max = 2,
	.json = true,
	.options = diff_options,
	.text = "Needs no node. The exit status is 1 where they differ.\n" LISTS,
	.run = diff,
};

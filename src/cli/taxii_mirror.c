/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taxii_mirror.c - `entente taxii mirror`: a collection of any server, into files or onto a
 * collection of the node.
 */
#include "base/progress.h"
#include "cli/commands.h"
#include "cli/feed.h"
#include "cli/mirror_files.h"
#include "cli/session.h"
#include "crypto/hash.h"
#include "exchange/harvest.h"

#define BAD_MAX 10000 /* that are told one by one */

/* clang-format off */
static const struct ent_option options[] = {
	{ "to", "DIR", "into files, one for each version: DIR/TYPE/ID/TIME.json", 0, false },
	{ "collection", "ID", "into the node's holdings, and onto this collection of it", 0, false },
	{ "match-id", "ID", "only that object", 0, true },
	{ "match-type", "TYPE", "only objects of that type", 0, true },
	{ "match-version", "VERSION", "that version, or first, last, all (all)", 0, true },
	{ "match-spec-version", "VERSION", "only that version of STIX", 0, true },
	{ "limit", "N", "objects a page (1000)", 0, false },
	ENT_TAXII_OPTIONS,
	{ 0 },
};
/* clang-format on */

struct refusal {
	struct ent_str id, why;
	const char *code;
};

struct mirroring {
	struct ent_cli *c;
	struct ent_session s;
	struct ent_mirror_from from;
	struct ent_mirror_mark mark; /* where it stands */
	struct ent_mirror_report r;
	struct ent_mirror_files files;
	struct ent_collection into;
	struct ent_harvest in;
	struct ent_progress progress;
	size_t objects;
	struct refusal *bad;
	size_t n_bad, more_bad;
};

static void
on_bad(void *self, struct ent_str id, const struct ent_err *why)
{
	struct mirroring *m = self;

	if (m->n_bad == BAD_MAX) {
		m->more_bad++;
		return;
	}
	m->bad[m->n_bad++] = (struct refusal){
		.id = id.p ? ent_arena_dup(m->c->arena, id) : id,
		.why = ent_arena_dup(m->c->arena, ent_str_c(why->msg)),
		.code = ent_code_name(why->code),
	};
}

static void
came(struct mirroring *m, const struct ent_mirror_page *p)
{
	m->mark.after = p->mark.after;
	m->objects += p->count;
	ent_progress_step(&m->progress, m->objects);
}

static int
walk(struct mirroring *m,
     int (*take)(void *self, struct ent_arena *a, const struct ent_mirror_page *p,
                 struct ent_err *err),
     const struct ent_mirror_mark *at, struct ent_err *err)
{
	struct ent_mirror w = { .key = "objects", .take = take, .self = m };
	int64_t limit = ENT_PAGE_MAX;
	struct ent_str path;
	int rc = ent_cli_number(m->c, "limit", 1, 1000000, &limit, err);

	if (rc == 0)
		rc = ent_taxii_objects_path(m->c->arena, m->from.root, m->from.collection,
		                            m->from.match, (size_t)limit, &path, err);
	if (rc)
		return rc;
	w.path = path.p;
	m->mark = *at;
	ent_progress_init(&m->progress, "objects", 0);
	rc = ent_mirror_run(m->s.client, &w, at, &m->r, err);
	ent_progress_end(&m->progress);
	return rc;
}

/* ---- into files ---- */

static int
take_files(void *self, struct ent_arena *a, const struct ent_mirror_page *p,
           struct ent_err *err)
{
	struct mirroring *m = self;
	int rc = ent_mirror_files_page(&m->files, p, err);

	(void)a;
	if (rc == 0)
		came(m, p);
	return rc;
}

static int
to_files(struct mirroring *m, const char *dir, struct ent_err *err)
{
	struct ent_mirror_mark at;
	int rc = ent_mirror_files_open(&m->files, dir, &m->from, &at, err);

	m->files.bad = on_bad;
	m->files.self = m;
	if (rc == 0)
		rc = walk(m, take_files, &at, err);
	ent_mirror_files_close(&m->files);
	return rc;
}

/* ---- into holdings ---- */

static int
take_holdings(void *self, struct ent_arena *a, const struct ent_mirror_page *p,
              struct ent_err *err)
{
	struct mirroring *m = self;
	int rc = ent_harvest_page(&m->in, a, p, err);

	if (rc == 0)
		came(m, p);
	return rc;
}

/* What it is the mirror of, in a name for its mark. */
static struct ent_str
key_of(const struct mirroring *m)
{
	struct ent_str text =
	    ent_arena_printf(m->c->arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s", ENT_FMT(m->from.url),
	                     ENT_FMT(m->from.root), ENT_FMT(m->from.collection),
	                     ENT_FMT(m->from.match), ENT_FMT(m->into.id));

	return text.p ? ent_arena_printf(m->c->arena, "mirror/%.*s",
	                                 ENT_FMT(ent_sha256_hex(m->c->arena, text)))
	              : text;
}

static int
to_holdings(struct mirroring *m, struct ent_str collection, struct ent_err *err)
{
	struct ent_cli *c = m->c;
	struct ent_harvest_state state;
	struct ent_err kept = { 0 };
	int rc = ent_session_node(c, err), end;

	if (rc == 0)
		rc = ent_collection_find(c->x, c->arena, collection, &m->into, err);
	if (rc)
		return rc;
	m->in = (struct ent_harvest){ .x = c->x,
		                      .key = key_of(m),
		                      .source = ent_collection_source(c->arena, &m->into),
		                      .into = &m->into,
		                      .bad = on_bad,
		                      .self = m };
	rc = m->in.key.p && m->in.source.p ? ent_harvest_begin(&m->in, c->arena, &state, err)
	                                   : ent_cli_nomem(err);
	if (rc)
		return rc;
	rc = walk(m, take_holdings, &state.mark, err);
	end = ent_harvest_end(&m->in, c->arena, &m->r, rc, err, NULL, NULL, &kept);
	return rc || !end ? rc : ent_fail(err, end, "%s", kept.msg);
}

/* ---- what came of it ---- */

static const struct ent_column bad_columns[] = {
	{ "id", "REFUSED", false },
	{ "code", NULL, false },
	{ "reason", "WHY", false },
};

static void
report(const struct mirroring *m, bool files)
{
	struct ent_out *o = &m->c->out;
	size_t fresh = files ? m->files.fresh : m->in.fresh,
	       same = files ? m->files.same : m->in.same,
	       refused = files ? m->files.refused : m->in.refused;

	ent_out_str(o, "url", NULL, m->from.url);
	ent_out_str(o, "collection", NULL, m->from.collection);
	ent_out_int(o, "pages", NULL, (int64_t)m->r.pages);
	ent_out_int(o, "objects", NULL, (int64_t)m->objects);
	ent_out_int(o, "new", NULL, (int64_t)fresh);
	ent_out_int(o, "same", NULL, (int64_t)same);
	ent_out_int(o, "refused", NULL, (int64_t)refused);
	if (!files)
		ent_out_int(o, "added", NULL, (int64_t)m->in.added);
	ent_out_bool(o, "complete", NULL, m->r.complete);
	ent_out_bool(o, "undated", NULL, m->r.undated);
	ent_out_str(o, "mark", NULL, ent_feed_mark(m->c, m->mark.after));
	ent_out_line(o, "%zu object%s in %zu page%s: %zu new, %zu known, %zu refused",
	             m->objects, ent_cli_s(m->objects), m->r.pages, ent_cli_s(m->r.pages),
	             fresh, same, refused);
	if (m->r.undated)
		ent_out_line(o,
		             "The server gives no usable dates: the next run reads all again.");
	ent_out_list(o, "last_refused", ENT_COLUMNS(bad_columns));
	for (size_t i = 0; i < m->n_bad; i++) {
		ent_cell(o, m->bad[i].id);
		ent_cell_c(o, m->bad[i].code);
		ent_cell(o, m->bad[i].why);
	}
	ent_out_list_end(o, NULL);
	if (m->more_bad)
		ent_out_line(o, "... and %zu more", m->more_bad);
}

static int
take_from(struct mirroring *m, struct ent_err *err)
{
	struct ent_cli *c = m->c;
	int rc = ent_session_filters(c, &m->from.match, err);

	if (rc == 0 && !ent_cli_flag(c, "match-version")) {
		m->from.match =
		    ent_arena_printf(c->arena, "%.*s%smatch%%5Bversion%%5D=all",
		                     ENT_FMT(m->from.match), m->from.match.n ? "&" : "");
		rc = m->from.match.p ? 0 : ent_cli_nomem(err);
	}
	m->from.url = ent_str_c(ent_taxii_url(m->s.client));
	m->from.root = ent_cli_operand(c, 1);
	m->from.collection = ent_cli_operand(c, 2);
	m->bad = ent_arena_array(c->arena, BAD_MAX, sizeof(*m->bad));
	return rc || m->bad ? rc : ent_cli_nomem(err);
}

static int
mirror(struct ent_cli *c, struct ent_err *err)
{
	struct mirroring *m = ent_arena_alloc(c->arena, sizeof(*m));
	const char *to = ent_given_value(&c->given, "to");
	struct ent_str collection = ent_cli_value(c, "collection");
	int rc;

	if (!m)
		return ent_cli_nomem(err);
	if (!to == !collection.p)
		return ent_fail(
		    err, ENT_EINVAL,
		    "where to: either --to DIR, or --collection ID of a node (--node)");
	m->c = c;
	rc = ent_session_open(c, &m->s, err);
	if (rc == 0)
		rc = take_from(m, err);
	if (rc == 0)
		rc = to ? to_files(m, to, err) : to_holdings(m, collection, err);
	if (rc == 0)
		report(m, to != NULL);
	ent_session_close(&m->s);
	return rc ? rc : m->n_bad ? ENT_NO : 0;
}

const struct ent_command ent_cmd_taxii_mirror = {
	.name = "taxii mirror",
	.help = "all that a collection has, and later what is new in it",
	.operands = "URL ROOT COLLECTION",
	.min = 3,
	.max = 3,
	.json = true,
	.options = options,
	.text = ENT_TAXII_TEXT
	"\nIt can be stopped at any time and goes on from there when it is "
	"run again.  An\nobject that can't be taken is told with the reason, "
	"and the exit status is then 1.",
	.run = mirror,
};

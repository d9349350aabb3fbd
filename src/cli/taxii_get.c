/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taxii_get.c - `entente taxii get`, `manifest` and `versions`: pages of a collection.
 */
#include "base/time.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "taxii/mirror.h"

#define QUERY_MAX 16384

static const struct ent_option options[] = {
	{ "added-after", "TIME", "only what was added after that", 0, false },
	{ "match-id", "ID", "only that object", 0, true },
	{ "match-type", "TYPE", "only objects of that type", 0, true },
	{ "match-version", "VERSION", "that version, or first, last, all", 0, true },
	{ "match-spec-version", "VERSION", "only that version of STIX", 0, true },
	{ "limit", "N", "objects a page", 0, false },
	{ "all", NULL, "page after page until the end", 0, false },
	ENT_TAXII_OPTIONS,
	{ 0 },
};

static const struct ent_option version_options[] = {
	{ "added-after", "TIME", "only what was added after that", 0, false },
	{ "match-spec-version", "VERSION", "only that version of STIX", 0, true },
	{ "limit", "N", "versions a page", 0, false },
	{ "all", NULL, "page after page until the end", 0, false },
	ENT_TAXII_OPTIONS,
	{ 0 },
};

static const struct ent_column object_columns[] = {
	{ NULL, "OBJECT", false },
	{ NULL, "VERSION", false },
	{ NULL, "NAME", false },
};

static const struct ent_column manifest_columns[] = {
	{ NULL, "OBJECT", false },
	{ NULL, "VERSION", false },
	{ NULL, "ADDED", false },
	{ NULL, "MEDIA TYPE", false },
};

static const struct ent_column version_columns[] = { { NULL, "VERSION", false } };

/* What is listed: where it stands, and how one of it is shown. */
struct listing {
	const char *tail, *key; /* of the collection's path; of the list in the answer */
	const struct ent_column *columns;
	size_t n_columns;
	void (*show)(struct ent_cli *c, const struct ent_json *v);
};

/* "&match[type]=a,b" */
static int
put_match(struct ent_cli *c, struct ent_buf *b, const char *option, const char *name,
          struct ent_err *err)
{
	struct ent_str *list;
	size_t n;
	int rc = ent_given_all(&c->given, c->arena, option, &list, &n, err);

	if (rc == 0 && n > 0)
		ent_buf_printf(b, "&match%%5B%s%%5D=", name);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (i)
			ent_buf_ch(b, ',');
		ent_percent(b, list[i]);
	}
	return rc;
}

int
ent_session_filters(struct ent_cli *c, struct ent_str *out, struct ent_err *err)
{
	static const struct {
		const char *option, *name;
	} matches[] = { { "match-id", "id" },
		        { "match-type", "type" },
		        { "match-version", "version" },
		        { "match-spec-version", "spec_version" } };
	struct ent_buf b;
	int rc = 0;

	ent_buf_init(&b, QUERY_MAX);
	ent_buf_c(&b, "");
	for (size_t i = 0; rc == 0 && i < sizeof(matches) / sizeof(matches[0]); i++)
		rc = put_match(c, &b, matches[i].option, matches[i].name, err);
	*out = ent_str_from(ent_buf_done(&b, c->arena), 1);
	ent_buf_release(&b);
	if (rc == 0 && !out->p)
		rc =
		    ent_fail(err, ENT_ELIMIT, "the filters have more than %d bytes", QUERY_MAX);
	return rc;
}

static int
put_query(struct ent_cli *c, struct ent_buf *b, struct ent_err *err)
{
	int64_t after = INT64_MIN, limit = 0;
	char text[ENT_TIME_TEXT];
	struct ent_str filters;
	int rc = ent_cli_time(c, "added-after", &after, err);

	if (rc == 0)
		rc = ent_cli_number(c, "limit", 1, INT64_MAX, &limit, err);
	if (rc == 0)
		rc = ent_session_filters(c, &filters, err);
	if (rc)
		return rc;
	if (after != INT64_MIN)
		ent_buf_printf(b, "&added_after=%s", ent_time_text(after, 6, text));
	if (limit)
		ent_buf_printf(b, "&limit=%lld", (long long)limit);
	if (filters.n)
		ent_buf_printf(b, "&%.*s", ENT_FMT(filters));
	return 0;
}

static void
show_object(struct ent_cli *c, const struct ent_json *v)
{
	struct ent_str version = ent_json_getstr(v, "modified"),
		       name = ent_json_getstr(v, "name");

	ent_cell(&c->out, ent_json_getstr(v, "id"));
	ent_cell(&c->out, version.p ? version : ent_json_getstr(v, "created"));
	ent_cell(&c->out, name.p ? name : ent_json_getstr(v, "value"));
}

static void
show_record(struct ent_cli *c, const struct ent_json *v)
{
	ent_cell(&c->out, ent_json_getstr(v, "id"));
	ent_cell(&c->out, ent_json_getstr(v, "version"));
	ent_cell(&c->out, ent_json_getstr(v, "date_added"));
	ent_cell(&c->out, ent_json_getstr(v, "media_type"));
}

static void
show_version(struct ent_cli *c, const struct ent_json *v)
{
	ent_cell(&c->out, ent_json_str(v));
}

static void
show_list(struct ent_cli *c, const struct listing *l, const struct ent_json *list)
{
	for (size_t i = 0; i < ent_json_count(list); i++) {
		const struct ent_json *v = ent_json_at(list, i);

		if (!c->json)
			l->show(c, v);
		else if (ent_json_raw(v).p)
			ent_jw_raw(&c->out.w, ent_json_raw(v));
		else
			ent_jw_str(&c->out.w, ent_json_str(v));
	}
}

/* What is printed while the pages come. */
struct listed {
	struct ent_cli *c;
	const struct listing *l;
	struct ent_str next; /* of the last page, in memory of c; absent: none */
	bool more;
};

static int
show_page(void *self, struct ent_arena *a, const struct ent_mirror_page *p, struct ent_err *err)
{
	struct listed *s = self;

	(void)a;
	show_list(s->c, s->l, p->list);
	s->more = p->more;
	s->next = p->mark.next;
	if (!s->next.p || ent_cli_flag(s->c, "all"))
		return 0;
	s->next = ent_arena_dup(s->c->arena, s->next);
	return s->next.p ? 0 : ent_cli_nomem(err);
}

static int
pages(struct ent_cli *c, struct ent_session *s, const struct listing *l, struct ent_str path,
      struct ent_err *err)
{
	struct listed shown = { .c = c, .l = l };
	struct ent_mirror m = { .path = path.p,
		                .key = l->key,
		                .once = !ent_cli_flag(c, "all"),
		                .take = show_page,
		                .self = &shown };
	struct ent_mirror_report r;
	int rc;

	ent_out_list(&c->out, l->key, l->columns, l->n_columns);
	rc = ent_mirror_run(s->client, &m, &ENT_MIRROR_START, &r, err);
	ent_out_list_end(&c->out, rc ? NULL : "There is nothing that fits.");
	if (rc)
		return rc;
	ent_out_bool(&c->out, "more", NULL, shown.more);
	ent_out_str(&c->out, "next", NULL, shown.next);
	if (shown.more)
		ent_out_line(&c->out, "The server has more: --all fetches all.");
	return 0;
}

/* The path of what is listed: of one object and of its versions, with the object in it. */
static int
path_of(struct ent_cli *c, const struct listing *l, struct ent_str *path, struct ent_err *err)
{
	bool of_object = c->given.n_operands == 4;
	int rc = ent_session_path(c, "/collections/", c->given.operands[2],
	                          of_object ? "/objects/" : l->tail, path, err);

	if (rc == 0 && of_object)
		rc = ent_session_append(c, *path, c->given.operands[3],
		                        l->show == show_object ? "/" : l->tail, path, err);
	return rc;
}

static int
list(struct ent_cli *c, const struct listing *l, struct ent_err *err)
{
	struct ent_session s;
	struct ent_str path;
	struct ent_buf b;
	int rc;

	ent_buf_init(&b, QUERY_MAX);
	rc = ent_session_open(c, &s, err);
	if (rc == 0)
		rc = put_query(c, &b, err);
	if (rc == 0)
		rc = path_of(c, l, &path, err);
	if (rc == 0) {
		struct ent_str query = ent_buf_view(&b);

		path = ent_arena_printf(c->arena, "%.*s%s%.*s", ENT_FMT(path),
		                        query.n ? "?" : "", ENT_FMT(ent_str_from(query, 1)));
		rc = path.p && query.p ? pages(c, &s, l, path, err) : ent_cli_nomem(err);
	}
	ent_session_close(&s);
	ent_buf_release(&b);
	return rc;
}

static int
get(struct ent_cli *c, struct ent_err *err)
{
	static const struct listing l = { "/objects/", "objects", ENT_COLUMNS(object_columns),
		                          show_object };

	return list(c, &l, err);
}

const struct ent_command ent_cmd_taxii_get = {
	.name = "taxii get",
	.help = "objects of a collection, or one of them",
	.operands = "URL ROOT COLLECTION [ID]",
	.min = 3,
	.max = 4,
	.json = true,
	.options = options,
	.text = ENT_TAXII_TEXT,
	.run = get,
};

static int
manifest(struct ent_cli *c, struct ent_err *err)
{
	static const struct listing l = { "/manifest/", "objects",
		                          ENT_COLUMNS(manifest_columns), show_record };

	return list(c, &l, err);
}

const struct ent_command ent_cmd_taxii_manifest = {
	.name = "taxii manifest",
	.help = "which objects a collection has, and since when",
	.operands = "URL ROOT COLLECTION",
	.min = 3,
	.max = 3,
	.json = true,
	.options = options,
	.text = ENT_TAXII_TEXT,
	.run = manifest,
};

static int
versions(struct ent_cli *c, struct ent_err *err)
{
	static const struct listing l = { "/versions/", "versions",
		                          ENT_COLUMNS(version_columns), show_version };

	return list(c, &l, err);
}

const struct ent_command ent_cmd_taxii_versions = {
	.name = "taxii versions",
	.help = "which versions of an object a collection has",
	.operands = "URL ROOT COLLECTION ID",
	.min = 4,
	.max = 4,
	.json = true,
	.options = version_options,
	.text = ENT_TAXII_TEXT,
	.run = versions,
};

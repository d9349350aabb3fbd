/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taxii_get.c - `entente taxii get`, `manifest` and `versions`: pages of a collection.
 */
#include "base/time.h"
#include "cli/commands.h"
#include "cli/session.h"

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

static int
put_query(struct ent_cli *c, struct ent_buf *b, struct ent_err *err)
{
	static const struct {
		const char *option, *name;
	} matches[] = { { "match-id", "id" },
		        { "match-type", "type" },
		        { "match-version", "version" },
		        { "match-spec-version", "spec_version" } };
	int64_t after = INT64_MIN, limit = 0;
	char text[ENT_TIME_TEXT];
	int rc = ent_cli_time(c, "added-after", &after, err);

	if (rc == 0)
		rc = ent_cli_number(c, "limit", 1, INT64_MAX, &limit, err);
	if (rc == 0 && after != INT64_MIN)
		ent_buf_printf(b, "&added_after=%s", ent_time_text(after, 6, text));
	if (rc == 0 && limit)
		ent_buf_printf(b, "&limit=%lld", (long long)limit);
	for (size_t i = 0; rc == 0 && i < sizeof(matches) / sizeof(matches[0]); i++)
		rc = put_match(c, b, matches[i].option, matches[i].name, err);
	return rc;
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

static int
with_next(struct ent_cli *c, struct ent_str path, struct ent_str next, struct ent_str *url,
          struct ent_err *err)
{
	struct ent_str start = ent_arena_printf(c->arena, "%.*s%cnext=", ENT_FMT(path),
	                                        ent_str_find(path, '?') < path.n ? '&' : '?');

	return start.p ? ent_session_append(c, start, next.p, NULL, url, err)
	               : ent_cli_nomem(err);
}

/* One page.  *next: where it goes on, in memory of c; absent at the end. */
static int
page(struct ent_cli *c, struct ent_session *s, const struct listing *l, struct ent_arena *a,
     struct ent_str path, struct ent_str *next, bool *more, struct ent_err *err)
{
	struct ent_str url = path, got;
	const struct ent_json *v;
	int rc = 0;

	if (next->p)
		rc = with_next(c, path, *next, &url, err);
	if (rc == 0)
		rc = ent_taxii_get(s->client, a, url.p, &v, NULL, err);
	if (rc)
		return rc;
	show_list(c, l, ent_json_getc(v, l->key));
	*more = false;
	(void)ent_json_bool(ent_json_getc(v, "more"), more);
	got = ent_json_getstr(v, "next");
	if (*more && got.p && next->p && ent_str_eq(got, *next))
		return ent_fail(err, ENT_EPROTO, "the server gives the same page again");
	*next = got.p ? ent_arena_dup(c->arena, got) : got;
	return 0;
}

static int
pages(struct ent_cli *c, struct ent_session *s, const struct listing *l, struct ent_str path,
      struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ENT_REQUEST_ARENA);
	struct ent_str next = { NULL, 0 };
	bool more = true, all = ent_cli_flag(c, "all");
	int rc = a ? 0 : ent_cli_nomem(err);

	ent_out_list(&c->out, l->key, l->columns, l->n_columns);
	while (rc == 0 && more) {
		ent_arena_reset(a);
		rc = page(c, s, l, a, path, &next, &more, err);
		if (rc == 0 && (!all || (more && !next.p)))
			break;
	}
	ent_out_list_end(&c->out, rc ? NULL : "There is nothing that fits.");
	ent_arena_free(a);
	if (rc)
		return rc;
	ent_out_bool(&c->out, "more", NULL, more);
	ent_out_str(&c->out, "next", NULL, next);
	if (more)
		ent_out_line(&c->out,
		             all ? "The server has more, and does not say how to get it."
		                 : "The server has more: --all fetches all.");
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

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taxii.c - `entente taxii`: any TAXII 2.1 server, by hand.
 */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/session.h"

/* ---- discover, collections ---- */

static const struct ent_option session_options[] = { ENT_TAXII_OPTIONS, { 0 } };

static const struct ent_column root_columns[] = { { "root", "API ROOT", false } };

static void
show_discovery(struct ent_cli *c, const struct ent_json *v)
{
	const struct ent_json *roots = ent_json_getc(v, "api_roots");
	struct ent_out *o = &c->out;

	ent_out_str(o, NULL, "title", ent_json_getstr(v, "title"));
	ent_out_str(o, NULL, "description", ent_json_getstr(v, "description"));
	ent_out_str(o, NULL, "contact", ent_json_getstr(v, "contact"));
	ent_out_str(o, NULL, "default", ent_json_getstr(v, "default"));
	ent_out_line(o, "%s", "");
	ent_out_list(o, "api_roots", ENT_COLUMNS(root_columns));
	for (size_t i = 0; i < ent_json_count(roots); i++)
		ent_cell(o, ent_json_str(ent_json_at(roots, i)));
	ent_out_list_end(o, "It names no API root to this caller.");
}

static int
discover(struct ent_cli *c, struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_session s;
	int rc = ent_session_open(c, &s, err);

	if (rc == 0)
		rc = ent_taxii_get(s.client, c->arena, "/taxii2/", &v, NULL, err);
	if (rc == 0 && c->json)
		ent_session_members(c, v);
	else if (rc == 0)
		show_discovery(c, v);
	ent_session_close(&s);
	return rc;
}

const struct ent_command ent_cmd_taxii_discover = {
	.name = "taxii discover",
	.help = "what a server offers",
	.operands = "URL",
	.min = 1,
	.max = 1,
	.json = true,
	.options = session_options,
	.text = ENT_TAXII_TEXT,
	.run = discover,
};

static const struct ent_column collection_columns[] = {
	{ "id", "COLLECTION", false }, { "alias", "ALIAS", false },
	{ "can_read", "READ", false }, { "can_write", "WRITE", false },
	{ "title", "TITLE", false },
};

static void
show_collections(struct ent_cli *c, const struct ent_json *v)
{
	const struct ent_json *list = ent_json_getc(v, "collections");

	ent_out_list(&c->out, "collections", ENT_COLUMNS(collection_columns));
	for (size_t i = 0; i < ent_json_count(list); i++) {
		const struct ent_json *k = ent_json_at(list, i);
		bool can_read = false, can_write = false;

		(void)ent_json_bool(ent_json_getc(k, "can_read"), &can_read);
		(void)ent_json_bool(ent_json_getc(k, "can_write"), &can_write);
		ent_cell(&c->out, ent_json_getstr(k, "id"));
		ent_cell(&c->out, ent_json_getstr(k, "alias"));
		ent_cell_bool(&c->out, can_read);
		ent_cell_bool(&c->out, can_write);
		ent_cell(&c->out, ent_json_getstr(k, "title"));
	}
	ent_out_list_end(&c->out, "It shows no collection to this caller.");
}

static int
collections(struct ent_cli *c, struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_session s;
	struct ent_str path;
	int rc = ent_session_open(c, &s, err);

	if (rc == 0)
		rc = ent_session_path(c, "/collections/", NULL, NULL, &path, err);
	if (rc == 0)
		rc = ent_taxii_get(s.client, c->arena, path.p, &v, NULL, err);
	if (rc == 0 && c->json)
		ent_session_members(c, v);
	else if (rc == 0)
		show_collections(c, v);
	ent_session_close(&s);
	return rc;
}

const struct ent_command ent_cmd_taxii_collections = {
	.name = "taxii collections",
	.help = "the collections of an API root",
	.operands = "URL ROOT",
	.min = 2,
	.max = 2,
	.json = true,
	.options = session_options,
	.text = ENT_TAXII_TEXT,
	.run = collections,
};

/* ---- status ---- */

static const struct ent_column failure_columns[] = {
	{ "id", "FAILED", false },
	{ "message", "WHY", false },
};

/* ENT_NO if an object was refused. */
static int
show_status(struct ent_cli *c, const struct ent_json *v)
{
	const struct ent_json *list = ent_json_getc(v, "failures");
	static const char *const counts[] = { "total_count", "success_count", "failure_count",
		                              "pending_count" };
	int64_t n = 0;

	if (c->json) {
		ent_session_members(c, v);
	} else {
		ent_out_str(&c->out, NULL, "status", ent_json_getstr(v, "id"));
		ent_out_str(&c->out, NULL, "state", ent_json_getstr(v, "status"));
		for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
			if (ent_json_int(ent_json_getc(v, counts[i]), &n))
				ent_out_int(&c->out, NULL, counts[i], n);
		ent_out_list(&c->out, NULL, ENT_COLUMNS(failure_columns));
		for (size_t i = 0; i < ent_json_count(list); i++) {
			ent_cell(&c->out, ent_json_getstr(ent_json_at(list, i), "id"));
			ent_cell(&c->out, ent_json_getstr(ent_json_at(list, i), "message"));
		}
		ent_out_list_end(&c->out, NULL);
	}
	n = 0;
	(void)ent_json_int(ent_json_getc(v, "failure_count"), &n);
	return n ? ENT_NO : 0;
}

static int
status(struct ent_cli *c, struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_session s;
	struct ent_str path;
	int rc = ent_session_open(c, &s, err);

	if (rc == 0)
		rc = ent_session_path(c, "/status/", c->given.operands[2], NULL, &path, err);
	if (rc == 0)
		rc = ent_taxii_get(s.client, c->arena, path.p, &v, NULL, err);
	if (rc == 0)
		rc = show_status(c, v);
	ent_session_close(&s);
	return rc;
}

const struct ent_command ent_cmd_taxii_status = {
	.name = "taxii status",
	.help = "what came of a post",
	.operands = "URL ROOT STATUS",
	.min = 3,
	.max = 3,
	.json = true,
	.options = session_options,
	.text = ENT_TAXII_TEXT,
	.run = status,
};

/* ---- post, delete ---- */

/* {"objects": what the file holds}, each object's bytes as they are. */
static int
envelope_of(struct ent_cli *c, const char *file, struct ent_buf *b, struct ent_err *err)
{
	const struct ent_json *doc, *list;
	struct ent_str text;
	struct ent_jw w;
	size_t n;
	int rc = ent_file_read(c->arena, file, ENT_ENVELOPE_FILE_MAX, &text, err);

	if (rc)
		return rc;
	rc = ent_json_parse(c->arena, text, ENT_JSON_DEPTH, &doc, err);
	if (rc == 0)
		rc = ent_stix_members(doc, &list, &n, err);
	if (rc)
		return ent_within(err, rc, "%s", file);
	ent_jw_init(&w, b);
	ent_jw_object(&w);
	ent_jw_key(&w, "objects");
	ent_jw_array(&w);
	for (size_t i = 0; i < n; i++)
		ent_jw_raw(&w, ent_json_raw(list ? ent_json_at(list, i) : doc));
	ent_jw_end_array(&w);
	ent_jw_end_object(&w);
	return ent_buf_ok(b) ? 0 : ent_cli_nomem(err);
}

static int
post(struct ent_cli *c, struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_session s;
	struct ent_str path;
	struct ent_buf b;
	int rc;

	ent_buf_init(&b, 2 * ENT_ENVELOPE_FILE_MAX);
	rc = ent_session_open(c, &s, err);
	if (rc == 0)
		rc = envelope_of(c, c->given.operands[3], &b, err);
	if (rc == 0)
		rc = ent_session_path(c, "/collections/", c->given.operands[2], "/objects/",
		                      &path, err);
	if (rc == 0)
		rc = ent_taxii_post(s.client, c->arena, path.p, ent_buf_view(&b), &v, err);
	if (rc == 0)
		rc = show_status(c, v);
	ent_session_close(&s);
	ent_buf_release(&b);
	return rc;
}

const struct ent_command ent_cmd_taxii_post = {
	.name = "taxii post",
	.help = "post the objects of a file",
	.operands = "URL ROOT COLLECTION FILE",
	.min = 4,
	.max = 4,
	.json = true,
	.options = session_options,
	.text = ENT_TAXII_TEXT,
	.run = post,
};

static int
delete_object(struct ent_cli *c, struct ent_err *err)
{
	struct ent_session s;
	struct ent_str coll, path;
	int rc = ent_session_open(c, &s, err);

	if (rc == 0)
		rc = ent_session_path(c, "/collections/", c->given.operands[2], "/objects/",
		                      &coll, err);
	if (rc == 0)
		rc = ent_session_append(c, coll, c->given.operands[3], "/", &path, err);
	if (rc == 0)
		rc = ent_taxii_delete(s.client, c->arena, path.p, err);
	if (rc == 0)
		ent_out_line(&c->out, "%s is deleted there.", c->given.operands[3]);
	ent_session_close(&s);
	return rc;
}

const struct ent_command ent_cmd_taxii_delete = {
	.name = "taxii delete",
	.help = "delete an object from a collection",
	.operands = "URL ROOT COLLECTION ID",
	.min = 4,
	.max = 4,
	.options = session_options,
	.text = ENT_TAXII_TEXT,
	.run = delete_object,
};

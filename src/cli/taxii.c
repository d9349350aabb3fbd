/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taxii.c - `entente taxii`: any TAXII 2.1 server, by hand.
 */
#include "base/time.h"
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

/* What the server at url says. */
static int
discover_at(struct ent_cli *c, struct ent_session *s, const char *url, struct ent_err *err)
{
	const struct ent_json *v;
	int rc = ent_session_connect(s, url, err);

	if (rc == 0)
		rc = ent_taxii_get(s->client, c->arena, "/taxii2/", &v, NULL, err);
	if (rc)
		return rc;
	if (!strstr(c->given.operands[0], "://"))
		ent_out_c(&c->out, "server", "server", url);
	if (c->json)
		ent_session_members(c, v);
	else
		show_discovery(c, v);
	return 0;
}

/* The DNS isn't proof: what it names gets credentials if it belongs to the domain, or has the
 * pin. */
static int
check_trust(const struct ent_session *s, const char *domain, const char *url,
            struct ent_err *err)
{
	struct ent_str host = ent_str_from(ent_str_c(url), strlen("https://"));

	host.n = ent_str_find(host, ':');
	if (s->how.pin || ent_remote_within(host, ent_str_c(domain)) ||
	    (!s->how.user && !s->how.token && !s->how.cert_file))
		return 0;
	return ent_fail(err, ENT_EDENIED,
	                "the DNS names %s as a server of %s, to which it doesn't belong, so it "
	                "isn't given your credentials: if it is right, give its address "
	                "instead of the domain",
	                url, domain);
}

/* The servers of a domain, one after the other until one can be reached. */
static int
discover_domain(struct ent_cli *c, struct ent_session *s, const char *domain,
                struct ent_err *err)
{
	struct ent_str *urls;
	size_t n;
	int rc = ent_remote_find(c->arena, domain, ent_given_value(&c->given, "dns"), &urls, &n,
	                         err);

	if (rc == ENT_ENOENT)
		return ent_within(
		    err, rc, "the DNS names no TAXII server of %.100s, so give a URL", domain);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = check_trust(s, domain, urls[i].p, err);
		if (rc == 0)
			rc = discover_at(c, s, urls[i].p, err);
		if (rc != ENT_ENET || i + 1 == n)
			break;
		ent_cli_complain(c, "%s", err->msg);
		ent_session_close(s);
		rc = 0;
	}
	return rc;
}

static int
discover(struct ent_cli *c, struct ent_err *err)
{
	const char *where = c->given.operands[0];
	struct ent_session s;
	int rc = ent_session_options(c, &s, err);

	if (rc == 0)
		rc = strchr(where, ':') ? discover_at(c, &s, where, err)
		                        : discover_domain(c, &s, where, err);
	ent_session_close(&s);
	return rc;
}

#define DOMAIN_TEXT "The servers of a DOMAIN are those that its DNS names.\n"

static const struct ent_option discover_options[] = {
	{ "dns", "ADDRESS", "the name server to ask for a DOMAIN", 0, false },
	ENT_TAXII_OPTIONS,
	{ 0 },
};

const struct ent_command ent_cmd_taxii_discover = {
	.name = "taxii discover",
	.help = "what a server offers",
	.operands = "URL|DOMAIN",
	.min = 1,
	.max = 1,
	.json = true,
	.options = discover_options,
	.text = DOMAIN_TEXT ENT_TAXII_TEXT,
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

/* ---- status, delete ---- */

static const struct ent_column detail_columns[] = {
	{ NULL, "STATE", false },
	{ NULL, "OBJECT", false },
	{ NULL, "VERSION", false },
	{ NULL, "WHY", false },
};

static void
show_details(struct ent_cli *c, const char *state, const struct ent_push_detail *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		ent_cell_c(&c->out, state);
		ent_cell(&c->out, list[i].id);
		ent_cell(&c->out, list[i].version);
		ent_cell(&c->out, list[i].message);
	}
}

static void
show_status(struct ent_cli *c, const struct ent_push_info *s)
{
	struct ent_out *o = &c->out;

	ent_out_str(o, NULL, "status", s->id);
	ent_out_c(o, NULL, "state", s->pending ? "pending" : "complete");
	ent_out_int(o, NULL, "objects", (int64_t)s->total);
	ent_out_int(o, NULL, "taken", (int64_t)s->success);
	ent_out_int(o, NULL, "refused", (int64_t)s->failure);
	ent_out_int(o, NULL, "pending", (int64_t)s->waiting);
	ent_out_list(o, NULL, ENT_COLUMNS(detail_columns));
	show_details(c, "refused", s->failures, s->failures_count);
	show_details(c, "pending", s->pendings, s->pendings_count);
	ent_out_list_end(o, NULL);
}

/* Asks until it is complete, or seconds are over. */
static int
ask_status(struct ent_cli *c, struct ent_session *s, const char *path, int64_t seconds,
           const struct ent_json **v, struct ent_push_info *info, struct ent_err *err)
{
	int64_t end = ent_tick_us() + seconds * 1000000;
	int rc;

	for (;;) {
		rc = ent_taxii_get(s->client, c->arena, path, v, NULL, err);
		if (rc == 0)
			rc = ent_push_read(c->arena, *v, info, err);
		if (rc || !info->pending || ent_tick_us() >= end ||
		    !ent_session_pause(ENT_RETRY_BASE_MS))
			return rc;
	}
}

static int
status(struct ent_cli *c, struct ent_err *err)
{
	struct ent_push_info info;
	const struct ent_json *v;
	struct ent_session s;
	struct ent_str path;
	int64_t seconds = 0;
	int rc = ent_session_open(c, &s, err);

	if (rc == 0)
		rc = ent_cli_number(c, "wait", 0, INT32_MAX, &seconds, err);
	if (rc == 0)
		rc = ent_session_path(c, "/status/", c->given.operands[2], "/", &path, err);
	if (rc == 0)
		rc = ask_status(c, &s, path.p, seconds, &v, &info, err);
	if (rc == 0 && c->json)
		ent_session_members(c, v);
	else if (rc == 0)
		show_status(c, &info);
	if (rc == 0 && (info.failure || info.pending))
		rc = ENT_NO;
	ent_session_close(&s);
	return rc;
}

static const struct ent_option status_options[] = {
	{ "wait", "SECONDS", "ask until it is complete, so long (0)", 0, false },
	ENT_TAXII_OPTIONS,
	{ 0 },
};

const struct ent_command ent_cmd_taxii_status = {
	.name = "taxii status",
	.help = "what came of a push",
	.operands = "URL ROOT STATUS",
	.min = 3,
	.max = 3,
	.json = true,
	.options = status_options,
	.text = ENT_TAXII_TEXT,
	.run = status,
};

static int
given_texts(struct ent_cli *c, const char *option, struct ent_texts *out, struct ent_err *err)
{
	struct ent_str *list;
	int rc = ent_given_all(&c->given, c->arena, option, &list, &out->count, err);

	out->list = list;
	return rc;
}

static int
delete_object(struct ent_cli *c, struct ent_err *err)
{
	struct ent_texts versions = { 0 }, specs = { 0 };
	struct ent_session s;
	int rc = ent_session_open(c, &s, err);

	if (rc == 0)
		rc = given_texts(c, "match-version", &versions, err);
	if (rc == 0)
		rc = given_texts(c, "match-spec-version", &specs, err);
	if (rc == 0)
		rc = ent_remote_delete(s.remote, c->arena, ent_cli_operand(c, 1),
		                       ent_cli_operand(c, 2), ent_cli_operand(c, 3), versions,
		                       specs, err);
	if (rc == 0)
		ent_out_line(&c->out, "%s%s is deleted there.",
		             versions.count || specs.count ? "What fits of " : "",
		             c->given.operands[3]);
	ent_session_close(&s);
	return rc;
}

static const struct ent_option delete_options[] = {
	{ "match-version", "VERSION", "only that version, or first, last, all", 0, true },
	{ "match-spec-version", "VERSION", "only that version of STIX", 0, true },
	ENT_TAXII_OPTIONS,
	{ 0 },
};

const struct ent_command ent_cmd_taxii_delete = {
	.name = "taxii delete",
	.help = "delete an object from a collection",
	.operands = "URL ROOT COLLECTION ID",
	.min = 4,
	.max = 4,
	.options = delete_options,
	.text = ENT_TAXII_TEXT,
	.run = delete_object,
};

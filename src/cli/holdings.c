/* SPDX-License-Identifier: Apache-2.0 */
/*
 * holdings.c - `entente list` and `show`: what the node holds.
 */
#include "exchange/holdings.h"
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/pretty.h"
#include "cli/reads.h"

#define PAGE       500
#define PAGE_ARENA ((size_t)1 << 30) /* pages come with the bytes of their objects */
#define WHAT_WIDTH 48

static const struct ent_option list_options[] = {
	{ "type", "TYPE", "of this type only", 0, false },
	{ "source", "SOURCE", "from there only: own, an agreement, feed:NAME, collection:ID", 0,
	  false },
	{ "all-versions", NULL, "every version instead of the newest", 0, false },
	{ 0 },
};

static const struct ent_column columns[] = {
	{ "id", "OBJECT", false }, { "type", NULL, false },   { "version", "VERSION", false },
	{ "sha256", NULL, false }, { "what", "WHAT", false },
};

/* What a person knows an object by: its name, else its value, and so on. */
static struct ent_str
what(struct ent_arena *a, const struct ent_held *h)
{
	static const char *const names[] = { "name",    "value",   "path",
		                             "pattern", "content", "relationship_type" };
	const struct ent_json *v;
	struct ent_str s = { NULL, 0 };

	if (ent_json_parse(a, h->bytes, ENT_JSON_DEPTH, &v, NULL))
		return s;
	for (size_t i = 0; !s.p && i < sizeof(names) / sizeof(names[0]); i++)
		s = ent_json_getstr(v, names[i]);
	return s;
}

static int
list_page(struct ent_cli *c, struct ent_arena *a, struct ent_holdings_query *q, bool *more,
          struct ent_err *err)
{
	struct ent_held *h;
	size_t n;
	int rc = ent_holdings_list(c->x, a, q, &h, &n, err);

	if (rc == 0)
		rc = ent_cli_read(c, h, n, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++) {
		struct ent_str w = what(a, &h[i]);

		ent_cell(&c->out, h[i].id);
		ent_cell(&c->out, h[i].type);
		ent_cell(&c->out, h[i].version.n ? h[i].version : (struct ent_str){ 0 });
		ent_cell_hex(&c->out, h[i].sha256, 32);
		ent_cell(&c->out, c->json ? w : ent_cli_cut(c, w, WHAT_WIDTH));
		q->after = h[i].oid;
	}
	*more = n == q->limit;
	return 0;
}

/* Where an object came from: "own", or an agreement by any of its names. */
static int
find_source(struct ent_cli *c, struct ent_str *source, struct ent_err *err)
{
	struct ent_agreement *g;
	int rc;

	if (!source->p || ent_str_eq(*source, ENT_SOURCE_OWN) ||
	    ent_str_starts(*source, "feed:") || ent_str_starts(*source, "collection:"))
		return 0;
	rc = ent_cli_agreement(c, *source, &g, err);
	if (rc == 0)
		*source = g->id;
	return rc ? ent_within(err, rc,
	                       "--source (own, an agreement, feed:NAME or collection:ID)")
	          : 0;
}

static int
list(struct ent_cli *c, struct ent_err *err)
{
	struct ent_holdings_query q = {
		.type = ent_cli_value(c, "type"),
		.source = ent_cli_value(c, "source"),
		.limit = PAGE,
		.all_versions = ent_cli_flag(c, "all-versions"),
		.with_bytes = true,
	};
	struct ent_arena *a = ent_arena_new(PAGE_ARENA);
	bool more = true;
	int rc = a ? find_source(c, &q.source, err) : ent_cli_nomem(err);

	if (rc == 0)
		ent_out_list(&c->out, "objects", ENT_COLUMNS(columns));
	while (rc == 0 && more) {
		rc = list_page(c, a, &q, &more, err);
		ent_arena_reset(a);
	}
	if (rc == 0)
		ent_out_list_end(&c->out, "Nothing is held here that fits.");
	ent_arena_free(a);
	return rc;
}

const struct ent_command ent_cmd_list = {
	.name = "list",
	.help = "list the objects that the node holds",
	.operands = "",
	.node = true,
	.json = true,
	.options = list_options,
	.run = list,
};

/* ---- show ---- */

static const struct ent_option show_options[] = {
	{ "version", "TIME", "that version instead of the newest", 0, false },
	{ "raw", NULL, "only its bytes, as they were received", 0, false },
	{ 0 },
};

static int
show_sources(struct ent_cli *c, const struct ent_held *h, struct ent_err *err)
{
	struct ent_str all = ENT_STR(""), *s;
	struct ent_agreement g;
	struct ent_buf b;
	struct ent_jw w;
	size_t n;
	int rc = ent_holdings_sources(c->x, c->arena, h->oid, &s, &n, err);

	if (rc)
		return rc;
	ent_buf_init(&b, ENT_ENVELOPE_MAX);
	ent_jw_init(&w, &b);
	ent_jw_array(&w);
	for (size_t i = 0; i < n; i++) {
		struct ent_str title = ENT_STR("own");

		ent_jw_str(&w, s[i]);
		if (!ent_str_eq(s[i], ENT_SOURCE_OWN))
			title =
			    ent_agreement_load(c->x, c->arena, s[i], &g, NULL) ? s[i] : g.title;
		all = ent_arena_printf(c->arena, "%.*s%s%.*s", ENT_FMT(all), i ? "; " : "",
		                       ENT_FMT(title));
	}
	ent_jw_end_array(&w);
	ent_out_str(&c->out, NULL, "sources", all);
	ent_out_raw(&c->out, "sources", ent_buf_view(&b));
	ent_buf_release(&b);
	return 0;
}

static int
show_object(struct ent_cli *c, const struct ent_held *h, struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_buf b;
	int rc;

	ent_out_raw(&c->out, "object", h->bytes);
	if (c->json)
		return 0;
	rc = ent_json_parse(c->arena, h->bytes, ENT_JSON_DEPTH, &v, err);
	if (rc)
		return rc;
	ent_buf_init(&b, ENT_REQUEST_ARENA);
	ent_pretty(&b, v);
	ent_out_line(&c->out, "\n%.*s", ENT_FMT(ent_buf_view(&b)));
	rc = ent_buf_ok(&b) ? 0 : ent_cli_nomem(err);
	ent_buf_release(&b);
	return rc;
}

static int
show(struct ent_cli *c, struct ent_err *err)
{
	struct ent_held h;
	int rc = ent_holdings_get(c->x, c->arena, ent_cli_operand(c, 0),
	                          ent_cli_value(c, "version"), &h, err);

	if (rc == 0)
		rc = ent_cli_read(c, &h, 1, err);
	if (rc)
		return rc;
	if (ent_cli_flag(c, "raw")) {
		ent_out_bytes(&c->out, h.bytes);
		return 0;
	}
	ent_out_str(&c->out, "id", "object", h.id);
	ent_out_str(&c->out, "type", NULL, h.type);
	ent_out_str(&c->out, "version", "version",
	            h.version.n ? h.version : (struct ent_str){ 0 });
	ent_out_hex(&c->out, "sha256", "SHA-256", h.sha256, 32);
	rc = show_sources(c, &h, err);
	return rc ? rc : show_object(c, &h, err);
}

const struct ent_command ent_cmd_show = {
	.name = "show",
	.help = "show an object: where it came from, and what it says",
	.operands = "ID",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = show_options,
	.run = show,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * collection.c - `entente collection`: feeds that are served without an agreement.
 */
#include "exchange/collection.h"

#include "cli/commands.h"

/* clang-format off */
#define RIGHTS                                                                                   \
	{ "alias", "ALIAS", "a name that serves in place of the id, under its API root", 0, false }, \
	{ "description", "TEXT", "what it holds and for whom", 0, false },                       \
	{ "read", "USER,..", "who may read it: users, counterparts, or * for every user", 0, true }, \
	{ "write", "USER,..", "who may add to it; both lists: delete too", 0, true },            \
	{ "media-type", "T", "media type that it names (application/stix+json;version=2.1)", 0, true }, \
	{ "keep-days", "N", "objects leave it after so many days; 0: never", 0, false }

static const struct ent_option add_options[] = {
	{ "root", "ROOT", "API root it stands under: one segment of the URL; needed", 0, false },
	{ "id", "UUID", "its id (a new one)", 0, false },
	RIGHTS,
	{ 0 },
};
static const struct ent_option set_options[] = {
	{ "title", "TITLE", "its title", 0, false },
	RIGHTS,
	{ "by-role", NULL, "drop both lists: users may what their role says", 0, false },
	{ 0 },
};
/* clang-format on */

/* The words of an option that may be given more than once, each a list with commas; "" for
 * none. */
static int
words(struct ent_cli *c, const char *name, struct ent_str **out, size_t *n, struct ent_err *err)
{
	struct ent_str *given, part, rest;
	size_t k, most = 0;
	int rc = ent_given_all(&c->given, c->arena, name, &given, &k, err);

	*n = 0;
	if (rc)
		return rc;
	for (size_t i = 0; i < k; i++)
		most += given[i].n + 1;
	*out = ent_arena_array(c->arena, most, sizeof(**out));
	if (!*out)
		return ent_cli_nomem(err);
	for (size_t i = 0; i < k; i++)
		for (rest = given[i]; ent_str_next(&rest, ',', &part);) {
			part = ent_str_trim(part);
			if (part.n)
				(*out)[(*n)++] = part;
		}
	return 0;
}

static int
holders(struct ent_cli *c, const char *name, const struct ent_str **list, size_t *n,
        struct ent_err *err)
{
	struct ent_str *w;
	bool there;
	int rc = words(c, name, &w, n, err);

	for (size_t i = 0; rc == 0 && i < *n; i++) {
		rc = ent_collection_holder(c->x, c->arena, w[i], &w[i], &there, err);
		if (rc == 0 && !there)
			ent_cli_complain(c,
			                 "--%s: there is no user %.*s yet; the right waits for "
			                 "`entente user add`",
			                 name, ENT_FMT(ent_str_from(w[i], 5)));
	}
	if (rc)
		return ent_within(err, rc, "--%s", name);
	*list = w;
	return 0;
}

/* What add and set have in common; an option that isn't given changes nothing. */
static int
fill(struct ent_cli *c, struct ent_collection *out, struct ent_err *err)
{
	struct ent_str alias = ent_cli_value(c, "alias"), *media = NULL;
	struct ent_str description = ent_cli_value(c, "description");
	bool read = ent_cli_flag(c, "read"), write = ent_cli_flag(c, "write");
	int rc = ent_cli_number(c, "keep-days", 0, 36500, &out->keep_days, err);

	if (alias.p)
		out->alias = alias.n ? alias : (struct ent_str){ NULL, 0 };
	if (description.p)
		out->description = description;
	if (rc == 0 && read)
		rc = holders(c, "read", &out->read, &out->n_read, err);
	if (rc == 0 && write)
		rc = holders(c, "write", &out->write, &out->n_write, err);
	if (read || write)
		out->by_role = false;
	if (rc || !ent_cli_flag(c, "media-type"))
		return rc;
	rc = words(c, "media-type", &media, &out->n_media, err);
	if (rc == 0)
		out->media = media;
	return rc;
}

static struct ent_str
joined(struct ent_cli *c, const struct ent_str *list, size_t n)
{
	struct ent_str all = ENT_STR("");

	for (size_t i = 0; i < n; i++)
		all = ent_arena_printf(c->arena, "%.*s%s%.*s", ENT_FMT(all), i ? "," : "",
		                       ENT_FMT(list[i]));
	return all;
}

static void
put_names(struct ent_cli *c, const char *key, const struct ent_str *list, size_t n)
{
	struct ent_buf b;
	struct ent_jw w;

	ent_buf_init(&b, (size_t)1 << 20);
	ent_jw_init(&w, &b);
	ent_jw_array(&w);
	for (size_t i = 0; i < n; i++)
		ent_jw_str(&w, list[i]);
	ent_jw_end_array(&w);
	ent_out_raw(&c->out, key, ent_buf_view(&b));
	ent_buf_release(&b);
}

static void
show(struct ent_cli *c, const struct ent_collection *l)
{
	struct ent_out *o = &c->out;

	ent_out_str(o, "id", "id", l->id);
	ent_out_str(o, "root", NULL, l->root);
	ent_out_str(o, "title", "title", l->title);
	ent_out_str(o, "alias", "alias", l->alias);
	ent_out_str(o, "description", "description", l->description);
	ent_out_str(o, "path", "path",
	            ent_arena_printf(c->arena, "/%.*s/collections/%.*s/", ENT_FMT(l->root),
	                             ENT_FMT(l->id)));
	ent_out_bool(o, "by_role", NULL, l->by_role);
	put_names(c, "read", l->read, l->n_read);
	put_names(c, "write", l->write, l->n_write);
	put_names(c, "media_types", l->media, l->n_media);
	ent_out_int(o, "keep_days", NULL, l->keep_days);
	if (l->by_role) {
		ent_out_line(o, "%s", "Users may what their role says.");
		return;
	}
	ent_out_str(o, NULL, "may read", joined(c, l->read, l->n_read));
	ent_out_str(o, NULL, "may write", joined(c, l->write, l->n_write));
}

static int
add(struct ent_cli *c, struct ent_err *err)
{
	struct ent_collection l = { .title = ent_cli_operand(c, 0),
		                    .root = ent_cli_value(c, "root"),
		                    .id = ent_cli_value(c, "id"),
		                    .by_role = true };
	int rc;

	if (!l.root.p)
		return ent_fail(err, ENT_EINVAL,
		                "--root ROOT is needed: the API root, /ROOT/ in the URL");
	rc = fill(c, &l, err);
	if (rc == 0)
		rc = ent_collection_add(c->x, c->arena, &l, err);
	if (rc == 0)
		show(c, &l);
	return rc;
}

const struct ent_command ent_cmd_collection_add = {
	.name = "collection add",
	.help = "make a collection that needs no agreement",
	.operands = "TITLE",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = add_options,
	.text =
	    "Without --read and --write, local users may what their role says.  With either "
	    "of\n"
	    "them both lists are exact: for who stands in neither the collection isn't there.\n"
	    "An administrator may all.",
	.run = add,
};

static int
set(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str title = ent_cli_value(c, "title");
	struct ent_collection l;
	bool by_role = ent_cli_flag(c, "by-role");
	int rc = ent_collection_find(c->x, c->arena, ent_cli_operand(c, 0), &l, err);

	if (rc == 0 && by_role && (ent_cli_flag(c, "read") || ent_cli_flag(c, "write")))
		rc = ent_fail(err, ENT_EINVAL, "--by-role drops the lists of --read, --write");
	if (rc == 0)
		rc = fill(c, &l, err);
	if (rc)
		return rc;
	l.by_role |= by_role;
	if (title.p)
		l.title = title;
	rc = ent_collection_set(c->x, c->arena, &l, err);
	if (rc == 0)
		show(c, &l);
	return rc;
}

const struct ent_command ent_cmd_collection_set = {
	.name = "collection set",
	.help = "change a collection: title, alias, rights, age",
	.operands = "COLLECTION",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = set_options,
	.text =
	    "What isn't given stays as it is; a list replaces the one there was, and '' is\n"
	    "the empty one.",
	.run = set,
};

static const struct ent_column columns[] = {
	{ "id", "ID", false },           { "root", "ROOT", false },
	{ "alias", "ALIAS", false },     { "title", "TITLE", false },
	{ "objects", "OBJECTS", true },  { "read", "MAY READ", false },
	{ "write", "MAY WRITE", false },
};

static int
list(struct ent_cli *c, struct ent_err *err)
{
	struct ent_collection *l;
	uint64_t objects;
	size_t n;
	int rc = ent_collections(c->x, c->arena, ent_cli_value(c, "root"), &l, &n, err);

	if (rc)
		return rc;
	ent_out_list(&c->out, "collections", ENT_COLUMNS(columns));
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct ent_str role = ENT_STR("by role");

		rc = ent_collection_count(c->x, &l[i], &objects, err);
		ent_cell(&c->out, l[i].id);
		ent_cell(&c->out, l[i].root);
		ent_cell(&c->out, l[i].alias);
		ent_cell(&c->out, l[i].title);
		ent_cell_int(&c->out, (int64_t)objects);
		ent_cell(&c->out, l[i].by_role ? role : joined(c, l[i].read, l[i].n_read));
		ent_cell(&c->out, l[i].by_role ? role : joined(c, l[i].write, l[i].n_write));
	}
	ent_out_list_end(&c->out, "There are no collections but those of agreements: `entente "
	                          "collection add` makes one.");
	return rc;
}

static const struct ent_option list_options[] = {
	{ "root", "ROOT", "only those under this API root", 0, false },
	{ 0 },
};

const struct ent_command ent_cmd_collection_list = {
	.name = "collection list",
	.help = "list the collections that need no agreement",
	.operands = "",
	.node = true,
	.json = true,
	.options = list_options,
	.run = list,
};

static int
drop(struct ent_cli *c, struct ent_err *err)
{
	struct ent_collection l;
	int rc = ent_collection_find(c->x, c->arena, ent_cli_operand(c, 0), &l, err);

	if (rc == 0)
		rc = ent_collection_remove(c->x, c->arena, &l, err);
	if (rc)
		return rc;
	ent_out_str(&c->out, "removed", NULL, l.id);
	ent_out_line(&c->out, "%.*s is no collection any more; its objects are still held.",
	             ENT_FMT(l.title));
	return 0;
}

const struct ent_command ent_cmd_collection_remove = {
	.name = "collection remove",
	.help = "serve a collection no more; its objects stay in the holdings",
	.operands = "COLLECTION",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.run = drop,
};

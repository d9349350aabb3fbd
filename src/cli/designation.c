/* SPDX-License-Identifier: Apache-2.0 */
/*
 * designation.c - `entente designation list` and `show`: the register as it is.
 */
#include "cli/designation.h"

#include "cli/commands.h"

/* clang-format off */
static const struct ent_option list_options[] = {
	{ "list", "ID", "only entries of this list", 0, false },
	{ "authority", "TEXT", "only of authorities whose name has this in it", 0, false },
	{ "jurisdiction", "CC", "only of this jurisdiction: two letters, or UN", 0, false },
	{ "in-force", NULL, "only what isn't lifted", 0, false },
	{ "lifted", NULL, "only what is lifted", 0, false },
	{ 0 },
};
/* clang-format on */

static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Whether one text stands in another; letters of ASCII in either case. */
static bool
has(struct ent_str s, struct ent_str what)
{
	for (size_t i = 0; i + what.n <= s.n; i++) {
		size_t k = 0;

		while (k < what.n && fold(s.p[i + k]) == fold(what.p[k]))
			k++;
		if (k == what.n)
			return true;
	}
	return false;
}

static bool
same(struct ent_str a, struct ent_str b)
{
	return a.n == b.n && has(a, b);
}

/* ---- list ---- */

static const struct ent_column list_columns[] = {
	{ "jurisdiction", "JUR", false },
	{ "list", "LIST", false },
	{ "reference", "REFERENCE", false },
	{ "kind", "KIND", false },
	{ "name", "NAME", false },
	{ "since", "SINCE", false },
	{ "lifted_on", "LIFTED", false },
	{ "authority", NULL, false },
	{ "id", NULL, false },
};

static bool
wanted(const struct ent_cli *c, const struct ent_json *d)
{
	struct ent_str list = ent_cli_value(c, "list"),
		       authority = ent_cli_value(c, "authority");
	struct ent_str jurisdiction = ent_cli_value(c, "jurisdiction");
	bool lifted = ent_designation_lifted(d);

	return (!list.p || ent_str_eq(list, ent_json_getstr(d, "list"))) &&
	       (!authority.p || has(ent_json_getstr(d, "authority"), authority)) &&
	       (!jurisdiction.p || same(jurisdiction, ent_json_getstr(d, "jurisdiction"))) &&
	       !(lifted && ent_cli_flag(c, "in-force")) &&
	       !(!lifted && ent_cli_flag(c, "lifted"));
}

static int
list_item(void *self, const struct ent_register_item *item, struct ent_err *err)
{
	struct ent_cli *c = self;
	struct ent_out *o = &c->out;

	(void)err;
	for (size_t i = 0; i < ent_json_count(item->designations); i++) {
		const struct ent_json *d = ent_json_at(item->designations, i);
		struct ent_str name =
		    ent_designation_name(d, ent_json_getstr(item->object, "name"));

		if (!wanted(c, d))
			continue;
		ent_cell(o, ent_json_getstr(d, "jurisdiction"));
		ent_cell(o, ent_json_getstr(d, "list"));
		ent_cell(o, ent_json_getstr(d, "reference_number"));
		ent_cell(o, ent_json_getstr(ent_json_getc(d, "entry"), "kind"));
		ent_cell(o, o->json ? name : ent_cli_cut(c, name, 60));
		ent_cell(o, ent_designation_since(d));
		ent_cell(o, ent_json_getstr(d, "lifted_on"));
		ent_cell(o, ent_json_getstr(d, "authority"));
		ent_cell(o, item->held.id);
	}
	return 0;
}

static int
list(struct ent_cli *c, struct ent_err *err)
{
	int rc;

	ent_out_list(&c->out, "designations", ENT_COLUMNS(list_columns));
	rc = ent_register_each(c->x, (struct ent_str){ NULL, 0 }, list_item, c, err);
	ent_out_list_end(&c->out, "No designation. `entente designation import` takes a list, "
	                          "`entente designation add` one by hand.");
	return rc;
}

/* ---- show ---- */

static void
show_names(struct ent_cli *c, const struct ent_json *d)
{
	const struct ent_json *names = ent_json_getc(ent_json_getc(d, "entry"), "names");
	const struct ent_json *plain = ent_json_getc(d, "names");

	for (size_t i = 0; i < ent_json_count(names); i++) {
		const struct ent_json *n = ent_json_at(names, i);
		bool former = false;

		(void)ent_json_bool(ent_json_getc(n, "former"), &former);
		ent_out_line(
		    &c->out, "  name: %.*s (%.*s%s)%s%.*s", ENT_FMT(ent_json_getstr(n, "name")),
		    ENT_FMT(ent_json_getstr(n, "quality")), former ? ", former" : "",
		    ent_json_getc(n, "note") ? " " : "", ENT_FMT(ent_json_getstr(n, "note")));
	}
	for (size_t i = 0; !names && i < ent_json_count(plain); i++)
		ent_out_line(&c->out, "  name: %.*s",
		             ENT_FMT(ent_json_str(ent_json_at(plain, i))));
}

/* The texts of an object, or a text, on one line. */
static struct ent_str
flat(struct ent_cli *c, const struct ent_json *v)
{
	struct ent_str all = ENT_STR("");

	if (ent_json_is(v, ENT_JSON_STRING))
		return ent_json_str(v);
	for (size_t i = 0; i < ent_json_count(v); i++) {
		struct ent_str s = flat(c, ent_json_at(v, i));

		if (s.n)
			all = ent_arena_printf(c->arena, "%.*s%s%.*s", ENT_FMT(all),
			                       all.n ? ", " : "", ENT_FMT(s));
	}
	return all;
}

/* Properties of a designation and of its entry, in the order in which they are shown. */
static const struct {
	const char *key, *label;
	bool entry;
} shown[] = {
	{ "instrument", "instrument", false },
	{ "case_number", "case number", false },
	{ "legal_basis", "legal basis", false },
	{ "reference_number", "reference", false },
	{ "effects", "effects", false },
	{ "decided_on", "decided on", false },
	{ "published_on", "published on", false },
	{ "in_force_from", "in force from", false },
	{ "first_seen_on", "first seen on", false },
	{ "updated_on", "updated on", false },
	{ "review_on", "to be reviewed on", false },
	{ "expires_on", "expires on", false },
	{ "lifted_on", "LIFTED on", false },
	{ "lifting_instrument", "lifted by", false },
	{ "notice", "notice", false },
	{ "births", "born", true },
	{ "birth_places", "place of birth", true },
	{ "nationalities", "nationality", true },
	{ "gender", "gender", true },
	{ "positions", "position", true },
	{ "documents", "document", true },
	{ "addresses", "address", true },
	{ "programmes", "programme", true },
	{ "remarks", "remarks", true },
};

static void
show_designation(struct ent_cli *c, const struct ent_json *d)
{
	const struct ent_json *source = ent_json_getc(d, "source");

	ent_out_line(&c->out, "%.*s (%.*s, %.*s)", ENT_FMT(ent_json_getstr(d, "authority")),
	             ENT_FMT(ent_json_getstr(d, "authority_kind")),
	             ENT_FMT(ent_json_getstr(d, "jurisdiction")));
	show_names(c, d);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		const struct ent_json *v =
		    ent_json_getc(shown[i].entry ? ent_json_getc(d, "entry") : d, shown[i].key);
		bool each = shown[i].entry && ent_json_is(v, ENT_JSON_ARRAY);

		for (size_t k = 0; each && k < ent_json_count(v); k++)
			ent_out_line(&c->out, "  %s: %.*s", shown[i].label,
			             ENT_FMT(flat(c, ent_json_at(v, k))));
		if (v && !each)
			ent_out_line(&c->out, "  %s: %.*s", shown[i].label,
			             ENT_FMT(flat(c, v)));
	}
	ent_out_line(&c->out, "  source: %.*s%s%.*s", ENT_FMT(ent_json_getstr(source, "name")),
	             ent_json_getc(source, "sha256") ? ", SHA-256 " : "",
	             ENT_FMT(ent_json_getstr(source, "sha256")));
}

struct showing {
	struct ent_cli *c;
	struct ent_str what;
	bool exactly; /* a name is what was said, and doesn't only have it in it */
	size_t n;
	struct ent_buf json;
	struct ent_jw w;
};

static bool
named(const struct showing *s, struct ent_str name)
{
	return s->exactly ? same(name, s->what) : has(name, s->what);
}

static bool
meant(const struct showing *s, const struct ent_register_item *item)
{
	const struct ent_json *aliases = ent_json_getc(item->object, "aliases");

	if (ent_str_eq(item->held.id, s->what) ||
	    named(s, ent_json_getstr(item->object, "name")))
		return true;
	for (size_t i = 0; i < ent_json_count(aliases); i++)
		if (named(s, ent_json_str(ent_json_at(aliases, i))))
			return true;
	for (size_t i = 0; i < ent_json_count(item->designations); i++) {
		const struct ent_json *d = ent_json_at(item->designations, i);
		const struct ent_json *names = ent_json_getc(d, "names");

		if (same(ent_json_getstr(d, "reference_number"), s->what))
			return true;
		for (size_t k = 0; k < ent_json_count(names); k++)
			if (named(s, ent_json_str(ent_json_at(names, k))))
				return true;
	}
	return false;
}

static int
show_item(void *self, const struct ent_register_item *item, struct ent_err *err)
{
	struct showing *s = self;

	(void)err;
	if (!meant(s, item))
		return 0;
	if (s->n++ && !s->c->json)
		ent_out_line(&s->c->out, "%s", "");
	if (s->c->json) {
		ent_jw_value(&s->w, item->object);
		return 0;
	}
	ent_out_line(&s->c->out, "%.*s", ENT_FMT(ent_json_getstr(item->object, "name")));
	ent_out_line(&s->c->out, "%.*s", ENT_FMT(item->held.id));
	for (size_t i = 0; i < ent_json_count(item->designations); i++)
		show_designation(s->c, ent_json_at(item->designations, i));
	return 0;
}

static int
show(struct ent_cli *c, struct ent_err *err)
{
	struct showing s = { .c = c, .what = ent_cli_operand(c, 0), .exactly = true };
	int rc = 0;

	ent_buf_init(&s.json, (size_t)1 << 30);
	ent_jw_init(&s.w, &s.json);
	ent_jw_array(&s.w);
	if (!s.what.n)
		rc = ent_fail(err, ENT_EINVAL, "name what is to be shown");
	rc = rc ? rc : ent_register_each(c->x, (struct ent_str){ NULL, 0 }, show_item, &s, err);
	if (rc == 0 && !s.n) {
		s.exactly = false;
		rc = ent_register_each(c->x, (struct ent_str){ NULL, 0 }, show_item, &s, err);
	}
	if (rc == 0 && !s.n)
		rc = ent_fail(
		    err, ENT_ENOENT,
		    "nothing in the register is called \"%.*s\"; `entente screen` finds "
		    "other spellings",
		    ENT_FMT(s.what));
	ent_jw_end_array(&s.w);
	if (rc == 0 && c->json && !ent_buf_ok(&s.json))
		rc = ent_cli_nomem(err);
	if (rc == 0)
		ent_out_raw(&c->out, "objects", ent_buf_view(&s.json));
	ent_buf_release(&s.json);
	return rc;
}

const struct ent_command ent_cmd_designation_list = {
	.name = "designation list",
	.help = "who is designated, by whom",
	.operands = "",
	.node = true,
	.json = true,
	.options = list_options,
	.text = "Designations that counterparts sent are among them.",
	.run = list,
};
const struct ent_command ent_cmd_designation_show = {
	.name = "designation show",
	.help = "what the authorities say of someone, side by side",
	.operands = "NAME",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.text =
	    "NAME is an object's id, a reference number, a name in the spelling of the list; "
	    "or,\nwhere none is exactly that, a part of names.",
	.run = show,
};

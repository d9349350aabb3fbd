/* SPDX-License-Identifier: Apache-2.0 */
/*
 * designation_add.c - `entente designation add` and `lift`: one act of an authority, by hand.
 */
#include "base/enc.h"
#include "base/file.h"
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/designation.h"
#include "crypto/hash.h"

/* clang-format off */
static const struct ent_option add_options[] = {
	{ "authority", "NAME", "who has designated; needed", 0, false },
	{ "authority-kind", "KIND", "court, minister, council, ministry or other (other)", 0, false },
	{ "jurisdiction", "CC", "where it holds: two letters of ISO 3166-1, or UN; needed", 0, false },
	{ "effect", "EFFECT", "outlawed, asset-freeze, travel-ban, arms-embargo, membership-offence, "
	  "restricted-dealings or export-denial; at least one", 0, true },
	{ "decided", "DAY", "when it was decided; one of the three days is needed", 0, false },
	{ "published", "DAY", "when it was published", 0, false },
	{ "in-force", "DAY", "from when it holds", 0, false },
	{ "review", "DAY", "when it is to be reviewed", 0, false },
	{ "instrument", "TEXT", "the act: ruling, order", 0, false },
	{ "case-number", "TEXT", "its number", 0, false },
	{ "legal-basis", "TEXT", "the law that it stands on", 0, false },
	{ "reference", "TEXT", "the entry's number on the authority's list", 0, false },
	{ "notice", "LANG=TEXT", "the words to put beside the name", 0, true },
	{ "alias", "NAME", "another name", 0, true },
	{ "weak-alias", "NAME", "a name that can only corroborate", 0, true },
	{ "kind", "KIND", "person, organisation, vessel or aircraft (organisation)", 0, false },
	{ "born", "DATE", "date of birth: a year, a month or a day", 0, true },
	{ "nationality", "TEXT", "nationality", 0, true },
	{ "document", "TYPE=NUMBER", "a passport or another number", 0, true },
	{ "remarks", "TEXT", "what else is known", 0, false },
	{ "source", "NAME", "the document that says so (the instrument)", 0, false },
	{ "source-url", "URL", "where it is", 0, false },
	{ "source-file", "FILE", "the document itself: its SHA-256 is kept", 0, false },
	{ "as", "TYPE", "identity, threat-actor or intrusion-set (identity)", 0, false },
	{ "tlp", "LEVEL", "TLP level of the object, or none (clear)", 0, false },
	{ "to", "ID", "add to this object of one's own, instead of a new one", 0, false },
	{ 0 },
};
static const struct ent_option lift_options[] = {
	{ "on", "DAY", "from when it is lifted; needed", 0, false },
	{ "instrument", "TEXT", "the act that lifts it", 0, false },
	{ "authority", "TEXT", "which designation: of this authority", 0, false },
	{ "reference", "TEXT", "which designation: with this reference number", 0, false },
	{ 0 },
};

/* Options that are texts of the designation as they are. */
static const struct {
	const char *option, *key;
} texts[] = {
	{ "authority", "authority" },       { "jurisdiction", "jurisdiction" }, { "instrument", "instrument" },
	{ "case-number", "case_number" },   { "legal-basis", "legal_basis" },   { "reference", "reference_number" },
	{ "decided", "decided_on" },        { "published", "published_on" },    { "in-force", "in_force_from" },
	{ "review", "review_on" },
};
/* clang-format on */

/* Each value of an option to put(). */
static int
each(struct ent_cli *c, const char *option, struct ent_jw *w,
     int (*put)(struct ent_jw *w, struct ent_str s, struct ent_err *err), struct ent_err *err)
{
	struct ent_str *list;
	size_t n;
	int rc = ent_given_all(&c->given, c->arena, option, &list, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = put(w, list[i], err);
	return rc ? ent_within(err, rc, "--%s", option) : 0;
}

static int
put_text(struct ent_jw *w, struct ent_str s, struct ent_err *err)
{
	(void)err;
	ent_jw_str(w, s);
	return 0;
}

static void
put_name(struct ent_jw *w, struct ent_str s, const char *quality)
{
	ent_jw_object(w);
	ent_jw_kstr(w, "name", s);
	ent_jw_kc(w, "quality", quality);
	ent_jw_end_object(w);
}

static int
put_alias(struct ent_jw *w, struct ent_str s, struct ent_err *err)
{
	(void)err;
	put_name(w, s, "strong");
	return 0;
}

static int
put_weak(struct ent_jw *w, struct ent_str s, struct ent_err *err)
{
	(void)err;
	put_name(w, s, "weak");
	return 0;
}

static int
put_born(struct ent_jw *w, struct ent_str s, struct ent_err *err)
{
	(void)err;
	ent_jw_object(w);
	ent_jw_kc(w, "certainty", "exact");
	ent_jw_kstr(w, "date", s);
	ent_jw_end_object(w);
	return 0;
}

/* "TYPE=NUMBER" */
static int
put_document(struct ent_jw *w, struct ent_str s, struct ent_err *err)
{
	size_t at = ent_str_find(s, '=');

	if (!at || at + 1 >= s.n)
		return ent_fail(err, ENT_EINVAL, "\"%.*s\" is not TYPE=NUMBER", ENT_FMT(s));
	ent_jw_object(w);
	ent_jw_kstr(w, "type", (struct ent_str){ s.p, at });
	ent_jw_kstr(w, "number", ent_str_from(s, at + 1));
	ent_jw_end_object(w);
	return 0;
}

/* "LANG=TEXT" */
static int
put_notice(struct ent_jw *w, struct ent_str s, struct ent_err *err)
{
	size_t at = ent_str_find(s, '=');

	if (!at || at + 1 >= s.n)
		return ent_fail(err, ENT_EINVAL, "\"%.*s\" is not LANG=TEXT", ENT_FMT(s));
	ent_jw_key_str(w, (struct ent_str){ s.p, at });
	ent_jw_str(w, ent_str_from(s, at + 1));
	return 0;
}

/* A list of an option's values, if there are any. */
static int
put_list(struct ent_cli *c, struct ent_jw *w, const char *key, const char *option,
         int (*put)(struct ent_jw *w, struct ent_str s, struct ent_err *err),
         struct ent_err *err)
{
	int rc;

	if (!ent_cli_flag(c, option))
		return 0;
	ent_jw_key(w, key);
	ent_jw_array(w);
	rc = each(c, option, w, put, err);
	ent_jw_end_array(w);
	return rc;
}

static int
put_entry(struct ent_cli *c, struct ent_jw *w, struct ent_err *err)
{
	struct ent_str kind = ent_cli_value(c, "kind"), remarks = ent_cli_value(c, "remarks");
	int rc;

	ent_jw_key(w, "entry");
	ent_jw_object(w);
	ent_jw_kstr(w, "kind", kind.p ? kind : ENT_STR("organisation"));
	ent_jw_key(w, "names");
	ent_jw_array(w);
	put_name(w, ent_cli_operand(c, 0), "primary");
	rc = each(c, "alias", w, put_alias, err);
	rc = rc ? rc : each(c, "weak-alias", w, put_weak, err);
	ent_jw_end_array(w);
	rc = rc ? rc : put_list(c, w, "births", "born", put_born, err);
	rc = rc ? rc : put_list(c, w, "nationalities", "nationality", put_text, err);
	rc = rc ? rc : put_list(c, w, "documents", "document", put_document, err);
	if (remarks.p)
		ent_jw_kstr(w, "remarks", remarks);
	ent_jw_end_object(w);
	return rc;
}

static int
put_source(struct ent_cli *c, struct ent_jw *w, struct ent_err *err)
{
	struct ent_str name = ent_cli_value(c, "source"), url = ent_cli_value(c, "source-url");
	struct ent_str file = ent_cli_value(c, "source-file"), text = { NULL, 0 };
	int rc = 0;

	if (!name.p)
		name = ent_cli_value(c, ent_cli_flag(c, "instrument") ? "instrument"
		                                                      : "authority");
	ent_jw_key(w, "source");
	ent_jw_object(w);
	ent_jw_kstr(w, "name", name);
	if (url.p)
		ent_jw_kstr(w, "url", url);
	if (file.p) {
		struct ent_arena *a = ent_arena_new(ENT_IMPORT_MAX + 64);

		rc = a ? ent_file_read(a, file.p, ENT_IMPORT_MAX, &text, err)
		       : ent_cli_nomem(err);
		if (rc == 0)
			ent_jw_kstr(w, "sha256", ent_sha256_hex(c->arena, text));
		ent_arena_free(a);
	}
	ent_jw_end_object(w);
	return rc;
}

static int
put_designation(struct ent_cli *c, struct ent_jw *w, struct ent_err *err)
{
	struct ent_str kind = ent_cli_value(c, "authority-kind");
	int rc;

	ent_jw_object(w);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (ent_cli_flag(c, texts[i].option))
			ent_jw_kstr(w, texts[i].key, ent_cli_value(c, texts[i].option));
	ent_jw_kstr(w, "authority_kind", kind.p ? kind : ENT_STR("other"));
	ent_jw_key(w, "names");
	ent_jw_array(w);
	ent_jw_str(w, ent_cli_operand(c, 0));
	rc = each(c, "alias", w, put_text, err);
	rc = rc ? rc : each(c, "weak-alias", w, put_text, err);
	ent_jw_end_array(w);
	rc = rc ? rc : put_list(c, w, "effects", "effect", put_text, err);
	if (rc == 0 && ent_cli_flag(c, "notice")) {
		ent_jw_key(w, "notice");
		ent_jw_object(w);
		rc = each(c, "notice", w, put_notice, err);
		ent_jw_end_object(w);
	}
	rc = rc ? rc : put_entry(c, w, err);
	rc = rc ? rc : put_source(c, w, err);
	ent_jw_end_object(w);
	return rc;
}

/* What every designation needs, said in the words of the command line. */
static int
check(struct ent_cli *c, struct ent_err *err)
{
	static const char *const needed[] = { "authority", "jurisdiction", "effect" };

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (!ent_cli_flag(c, needed[i]))
			return ent_fail(err, ENT_EINVAL, "--%s is needed", needed[i]);
	if (!ent_cli_flag(c, "decided") && !ent_cli_flag(c, "published") &&
	    !ent_cli_flag(c, "in-force"))
		return ent_fail(err, ENT_EINVAL,
		                "say since when: --decided, --published or --in-force");
	return 0;
}

static int
what_object(struct ent_cli *c, struct ent_register_new *n, struct ent_err *err)
{
	struct ent_str type = ent_cli_value(c, "as"), tlp = ent_cli_value(c, "tlp");
	struct ent_str kind = ent_cli_value(c, "kind");

	*n = (struct ent_register_new){ .to = ent_cli_value(c, "to"),
		                        .type = type.p ? type : ENT_STR("identity"),
		                        .identity_class = ENT_STR("organization"),
		                        .name = ent_cli_operand(c, 0),
		                        .tlp = ENT_TLP_CLEAR };
	if (ent_str_is(kind, "person"))
		n->identity_class = ENT_STR("individual");
	else if (kind.p && !ent_str_is(kind, "organisation"))
		n->identity_class = ENT_STR("unknown");
	if (!ent_str_is(n->type, "identity") && !ent_str_is(n->type, "threat-actor") &&
	    !ent_str_is(n->type, "intrusion-set"))
		return ent_fail(err, ENT_EINVAL,
		                "--as is identity, threat-actor or intrusion-set");
	if (ent_str_is(tlp, "none"))
		n->tlp = ENT_TLP_NONE;
	else if (tlp.p && ent_tlp_parse(tlp, &n->tlp))
		return ent_fail(err, ENT_EINVAL, "--tlp: \"%.*s\" is no TLP level",
		                ENT_FMT(tlp));
	return 0;
}

static int
add(struct ent_cli *c, struct ent_err *err)
{
	struct ent_register_new n;
	struct ent_str id = { NULL, 0 };
	struct ent_buf b;
	struct ent_jw w;
	int rc = check(c, err);

	rc = rc ? rc : what_object(c, &n, err);
	if (rc)
		return rc;
	ent_buf_init(&b, ENT_ITEM_MAX);
	ent_jw_init(&w, &b);
	rc = put_designation(c, &w, err);
	if (rc == 0 && !ent_buf_ok(&b))
		rc = ent_cli_nomem(err);
	rc = rc ? rc : ent_register_add(c->x, c->arena, &n, ent_buf_view(&b), &id, err);
	ent_buf_release(&b);
	if (rc == 0)
		ent_out_str(&c->out, "id", "id", id);
	return rc;
}

/* ---- lift ---- */

/* The designation that is meant: the only one, or that of --authority and --reference. */
static int
find(struct ent_cli *c, const struct ent_json *list, size_t *index, struct ent_err *err)
{
	struct ent_str authority = ent_cli_value(c, "authority");
	struct ent_str reference = ent_cli_value(c, "reference");
	size_t found = 0;

	for (size_t i = 0; i < ent_json_count(list); i++) {
		const struct ent_json *d = ent_json_at(list, i);

		if ((authority.p && !ent_str_eq(authority, ent_json_getstr(d, "authority"))) ||
		    (reference.p &&
		     !ent_str_eq(reference, ent_json_getstr(d, "reference_number"))) ||
		    (ent_designation_lifted(d) && !authority.p && !reference.p &&
		     ent_json_count(list) > 1))
			continue;
		*index = i;
		found++;
	}
	if (found == 1)
		return 0;
	return ent_fail(err, found ? ENT_EINVAL : ENT_ENOENT,
	                found ? "%zu designations are meant: say which, by --authority or "
	                        "--reference"
	                      : "%zu designations are meant",
	                found);
}

static int
lift(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str id = ent_cli_operand(c, 0), on = ent_cli_value(c, "on");
	const struct ent_json *object = NULL;
	struct ent_held h;
	size_t index = 0;
	int64_t ignored;
	int rc = on.p ? ent_cli_time(c, "on", &ignored, err)
	              : ent_fail(err, ENT_EINVAL, "--on is needed: the day");

	rc = rc ? rc
	        : ent_holdings_get(c->x, c->arena, id, (struct ent_str){ NULL, 0 }, &h, err);
	rc = rc ? rc : ent_json_parse(c->arena, h.bytes, ENT_JSON_DEPTH, &object, err);
	rc = rc ? rc : find(c, ent_designations(object), &index, err);
	if (rc == 0)
		rc = ent_register_lift(c->x, c->arena, id, index, on,
		                       ent_cli_value(c, "instrument"), err);
	if (rc == 0) {
		ent_out_str(&c->out, "id", "id", id);
		ent_out_str(&c->out, "lifted_on", "lifted on", on);
	}
	return rc;
}

const struct ent_command ent_cmd_designation_add = {
	.name = "designation add",
	.help = "add a designation by hand",
	.operands = "NAME",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = add_options,
	.text = "NAME is the subject in the authority's spelling. Prints the id of its object, "
		"which\n"
		"`entente release` gives to counterparts.",
	.run = add,
};
const struct ent_command ent_cmd_designation_lift = {
	.name = "designation lift",
	.help = "say that a designation was lifted",
	.operands = "ID",
	.min = 1,
	.max = 1,
	.node = true,
	.json = true,
	.options = lift_options,
	.text = "It stays in the register, with the day. Entries of lists are lifted by the "
		"next list.",
	.run = lift,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_next.c - `entente stix new-version`: the version of an object that follows.
 */
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/stix_files.h"

static int
parse_set(struct ent_cli *c, struct ent_str given, struct ent_set *out, struct ent_err *err)
{
	size_t n = ent_str_find(given, '=');
	int rc;

	if (n == given.n || n == 0)
		return ent_fail(err, ENT_EINVAL, "--set: \"%.*s\" is not PROPERTY=JSON",
		                ENT_FMT(given));
	out->property = (struct ent_str){ given.p, n };
	rc = ent_json_parse(c->arena, ent_str_from(given, n + 1), ENT_JSON_DEPTH, &out->value,
	                    err);
	if (rc)
		return ent_within(err, ENT_EINVAL,
		                  "--set %.*s: the value is JSON, so text has quotation marks",
		                  ENT_FMT(out->property));
	return 0;
}

/* What --set and --unset say. */
static int
sets(struct ent_cli *c, struct ent_set **out, size_t *n, struct ent_err *err)
{
	struct ent_str *set, *unset;
	size_t n_set, n_unset;
	int rc = ent_given_all(&c->given, c->arena, "set", &set, &n_set, err);

	if (rc == 0)
		rc = ent_given_all(&c->given, c->arena, "unset", &unset, &n_unset, err);
	if (rc)
		return rc;
	*n = n_set + n_unset;
	*out = ent_arena_array(c->arena, *n, sizeof(**out));
	if (!*out)
		return ent_cli_nomem(err);
	for (size_t i = 0; rc == 0 && i < n_set; i++)
		rc = parse_set(c, set[i], &(*out)[i], err);
	for (size_t i = 0; rc == 0 && i < n_unset; i++)
		(*out)[n_set + i].property = unset[i];
	return rc;
}

/* What would be invalid isn't printed. */
static int
check(struct ent_cli *c, struct ent_str text, struct ent_err *err)
{
	const struct ent_json *v;
	struct ent_findings f;
	int rc = ent_json_parse(c->arena, text, ENT_JSON_DEPTH, &v, err);

	ent_findings_init(&f, c->arena);
	if (rc == 0)
		rc = ent_stix_check(v, &f, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < f.count; i++)
		if (f.list[i].severity == ENT_MUST_RULE)
			ent_cli_complain(c, "%.*s: %.*s [%s]", ENT_FMT(f.list[i].pointer),
			                 ENT_FMT(f.list[i].text), f.list[i].code);
	if (!f.errors)
		return 0;
	ent_cli_complain(c, "the new version would be invalid");
	return ENT_NO;
}

static int
next(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str text = { NULL, 0 };
	struct ent_stix_file f;
	struct ent_set *set;
	size_t n = 0;
	int rc = ent_stix_file_open(c->given.operands[0], &f, err);

	if (rc == 0 && f.count != 1)
		rc =
		    ent_fail(err, ENT_EINVAL, "%s: %zu objects, it takes one", f.path, f.count);
	if (rc == 0)
		rc = sets(c, &set, &n, err);
	if (rc == 0)
		rc = ent_version_next(c->arena, f.objects[0], set, n, ent_cli_flag(c, "revoke"),
		                      ent_cli_value(c, "now"), &text, err);
	if (rc == 0)
		rc = check(c, text, err);
	if (rc == 0) {
		ent_out_bytes(&c->out, text);
		ent_out_bytes(&c->out, ENT_STR("\n"));
	}
	ent_stix_file_close(&f);
	return rc == ENT_EUNUSABLE ? ENT_EPARSE : rc;
}

static const struct ent_option options[] = {
	{ "set", "PROPERTY=JSON", "set a property", 0, true },
	{ "unset", "PROPERTY", "leave a property out", 0, true },
	{ "revoke", NULL, "revoke the object: there is no version after that", 0, false },
	{ "now", "TIME", "the time of the new version; else the clock's", 0, false },
	{ 0 },
};

const struct ent_command ent_cmd_stix_new_version = {
	.name = "stix new-version",
	.help = "make the next version of an object",
	.operands = "FILE",
	.min = 1,
	.max = 1,
	.json = true,
	.options = options,
	.text =
	    "Prints the object with what was set and a later \"modified\", at the precision\n"
	    "of the version before.  Its id, type, creator and \"created\" stay; only the\n"
	    "creator may make new versions.  What would be invalid is refused.",
	.run = next,
};

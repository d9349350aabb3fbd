/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix.c - `entente stix validate`: findings, one a line, without a node.
 */
#include <entente/stix.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/commands.h"

#define LINE_MAX_BYTES ((size_t)16 << 20)
#define OBJECT_ARENA   ((size_t)256 << 20)

struct validating {
	struct ent_cli *c;
	const char *file;
	struct ent_arena *each;
	struct ent_buf b;
	size_t objects, errors, warnings;
};

static const char *
severity_name(enum ent_severity s)
{
	return s == ENT_MUST_RULE ? "error" : s == ENT_SHOULD_RULE ? "warning" : "note";
}

static void
finding_json(struct validating *v, struct ent_str id, size_t index, const struct ent_finding *f)
{
	struct ent_jw w;

	ent_buf_clear(&v->b);
	ent_jw_init(&w, &v->b);
	ent_jw_object(&w);
	ent_jw_kc(&w, "file", v->file);
	ent_jw_kint(&w, "index", (int64_t)index);
	if (id.p)
		ent_jw_kstr(&w, "id", id);
	else
		ent_jw_kraw(&w, "id", ENT_STR("null"));
	ent_jw_kstr(&w, "pointer", f->pointer);
	ent_jw_kc(&w, "severity", severity_name(f->severity));
	ent_jw_kc(&w, "code", f->code);
	ent_jw_kc(&w, "section", f->section);
	ent_jw_kstr(&w, "text", f->text);
	ent_jw_end_object(&w);
	ent_buf_ch(&v->b, '\n');
	ent_out_bytes(&v->c->out, ent_buf_view(&v->b));
}

static void
finding_text(struct validating *v, struct ent_str id, size_t index, const struct ent_finding *f)
{
	char number[32];

	(void)snprintf(number, sizeof(number), "object %zu", index);
	if (!id.p)
		id = ent_str_c(number);
	ent_out_line(&v->c->out, "%s: %.*s%s%.*s: %s: %.*s [%s%s%s]", v->file, ENT_FMT(id),
	             f->pointer.n ? " " : "", ENT_FMT(f->pointer), severity_name(f->severity),
	             ENT_FMT(f->text), f->code, f->section[0] ? ", section " : "", f->section);
}

static int
check(struct validating *v, const struct ent_json *object, size_t index, struct ent_err *err)
{
	struct ent_findings found;
	struct ent_str id = ent_json_getstr(object, "id");
	int rc;

	ent_arena_reset(v->each);
	ent_findings_init(&found, v->each);
	rc = ent_stix_check(object, &found, err);
	if (rc)
		return rc;
	v->objects++;
	v->errors += found.errors;
	v->warnings += found.warnings;
	for (size_t i = 0; i < found.count; i++) {
		if (v->c->json)
			finding_json(v, id, index, &found.list[i]);
		else
			finding_text(v, id, index, &found.list[i]);
	}
	if (found.count < found.errors + found.warnings + found.notes)
		ent_out_line(&v->c->out, "%s: ... and %zu more findings in this object",
		             v->file,
		             found.errors + found.warnings + found.notes - found.count);
	return 0;
}

static int
check_members(struct validating *v, const struct ent_json *doc, struct ent_err *err)
{
	const struct ent_json *list;
	size_t n;
	int rc = ent_stix_members(doc, &list, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = check(v, list ? ent_json_at(list, i) : doc, i, err);
	return rc;
}

static int
check_text(struct validating *v, struct ent_str text, struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ENT_DOC_ARENA(text.n));
	const struct ent_json *doc = NULL;
	int rc = a ? ent_json_parse(a, text, ENT_JSON_DEPTH, &doc, err) : ent_cli_nomem(err);

	if (rc == 0)
		rc = check_members(v, doc, err);
	ent_arena_free(a);
	return rc ? ent_within(err, rc, "%s", v->file) : 0;
}

static int
check_file(struct validating *v, struct ent_err *err)
{
	struct ent_arena *a = ent_arena_new(ENT_IMPORT_MAX + 64);
	struct ent_str text = { NULL, 0 };
	int rc = a ? ent_file_read(a, v->file, ENT_IMPORT_MAX, &text, err) : ent_cli_nomem(err);

	v->objects = v->errors = v->warnings = 0;
	if (rc == 0)
		rc = check_text(v, text, err);
	ent_arena_free(a);
	if (rc == 0)
		ent_out_line(&v->c->out, "%s: %zu object%s, %zu error%s, %zu warning%s",
		             v->file, v->objects, ent_cli_s(v->objects), v->errors,
		             ent_cli_s(v->errors), v->warnings, ent_cli_s(v->warnings));
	return rc;
}

/* A file that can't be used doesn't keep the others from being looked at. */
static int
validate(struct ent_cli *c, struct ent_err *err)
{
	struct validating v = { .c = c, .each = ent_arena_new(OBJECT_ARENA) };
	size_t errors = 0;
	int worst = 0;

	ent_buf_init(&v.b, LINE_MAX_BYTES);
	if (!v.each)
		return ent_cli_nomem(err);
	for (size_t i = 0; i < c->given.n_operands; i++) {
		struct ent_err why = { 0 };
		int rc;

		v.file = c->given.operands[i];
		rc = check_file(&v, &why);
		errors += v.errors;
		if (rc) {
			rc = rc == ENT_EUNUSABLE ? ENT_EPARSE : rc;
			ent_cli_complain(c, "%s", why.msg);
			worst = ent_exit_of(rc) > worst ? ent_exit_of(rc) : worst;
		}
	}
	ent_buf_release(&v.b);
	ent_arena_free(v.each);
	return worst ? worst : errors ? ENT_NO : 0;
}

const struct ent_command ent_cmd_stix_validate = {
	.name = "stix validate",
	.help = "check files against STIX 2.1",
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.json = true,
	.text =
	    "Prints each finding with its place, code, section and a sentence; --json prints\n"
	    "one JSON object a line.  The exit status is 1 if there is an error, 0 if there\n"
	    "are warnings only, and 2 if a file cannot be read as STIX at all.",
	.run = validate,
};

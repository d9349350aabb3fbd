/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern.c - `entente pattern check`, `match`, `fmt` and `explain`: indicators' patterns by
 * themselves.
 */
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/lines.h"
#include "pattern/match.h"

#define QUOTE_MAX 160 /* of a pattern or id in a line of text */

/* Patterns one after the other: that of the command line, or those of a file. */
struct work {
	struct ent_cli *c;
	enum ent_pat_version version;
	struct ent_json_parser *parser;
	struct ent_arena *arena; /* of one line */
	struct ent_buf line;
	int64_t index;
	int worst; /* exit status */
	/* Says what is to be said of a line: v, or the pattern alone where v is NULL. */
	int (*see)(struct work *w, const struct ent_json *v, struct ent_str pattern,
	           struct ent_err *err);
	/* Says that a line is no use. */
	int (*refuse)(struct work *w, const char *why, struct ent_err *err);
};

static void
worst(struct work *w, int status)
{
	w->worst = status > w->worst ? status : w->worst;
}

/* ---- lines ---- */

static int
put(struct work *w, struct ent_err *err)
{
	ent_buf_ch(&w->line, '\n');
	if (!ent_buf_ok(&w->line))
		return ent_cli_nomem(err);
	ent_out_bytes(&w->c->out, ent_buf_view(&w->line));
	return 0;
}

/* Begins an answer: {"index":0 or "0: ". */
static void
begin(struct work *w, struct ent_jw *jw)
{
	ent_buf_clear(&w->line);
	ent_jw_init(jw, &w->line);
	if (w->c->json) {
		ent_jw_object(jw);
		ent_jw_kint(jw, "index", w->index);
	} else if (ent_cli_flag(w->c, "jsonl")) {
		ent_buf_printf(&w->line, "%lld: ", (long long)w->index);
	}
}

static int
one_line(void *self, struct ent_str text, uint64_t number, struct ent_err *err)
{
	struct work *w = self;
	struct ent_json_fault fault = { 0 };
	const struct ent_json *v = NULL;
	struct ent_str pattern;
	int rc;

	(void)number;
	ent_arena_reset(w->arena);
	rc = ent_json_parser_read(w->parser, w->arena, text, ENT_JSON_DEPTH_MAX, ENT_JSON_WIDE,
	                          &v, &fault, err);
	if (rc == ENT_ENOMEM)
		return rc;
	pattern = ent_json_getstr(v, "pattern");
	if (rc)
		rc = w->refuse(w, fault.code ? fault.text : "this is not JSON", err);
	else if (!pattern.p)
		rc = w->refuse(w, "a line must be an object with the string \"pattern\"", err);
	else
		rc = w->see(w, v, pattern, err);
	w->index++;
	return rc;
}

static int
from_file(struct work *w, const char *path, struct ent_err *err)
{
	int rc = ent_lines_each(path, one_line, w, err);

	return rc && rc != ENT_ENOMEM ? ent_within(err, ENT_EPARSE, "%s", path) : rc;
}

static int
run(struct ent_cli *c, struct work *w, struct ent_err *err)
{
	struct ent_str path = ent_cli_value(c, "jsonl"), version = ent_cli_value(c, "stix");
	size_t n = c->given.n_operands;
	int rc = 0;

	w->c = c;
	w->version = ent_str_is(version, "2.0") ? ENT_PAT_20 : ENT_PAT_21;
	if (version.p && w->version == ENT_PAT_21 && !ent_str_is(version, "2.1"))
		return ent_fail(err, ENT_EINVAL, "--stix: \"%.*s\" is neither 2.0 nor 2.1",
		                ENT_FMT(version));
	if (!path.p == !n)
		return ent_fail(err, ENT_EINVAL, "it takes a pattern or --jsonl FILE");
	ent_buf_init(&w->line, (size_t)ENT_PATTERN_MAX * 128);
	w->parser = ent_json_parser_new();
	w->arena = ent_arena_new(ENT_DOC_ARENA(ENT_ITEM_MAX) * 2);
	if (!w->parser || !w->arena)
		rc = ent_cli_nomem(err);
	else if (path.p)
		rc = from_file(w, path.p, err);
	else
		rc = w->see(w, NULL, ent_cli_operand(c, 0), err);
	ent_buf_release(&w->line);
	ent_arena_free(w->arena);
	ent_json_parser_free(w->parser);
	return rc ? rc : w->worst;
}

/* ---- check ---- */

static int
invalid(struct work *w, size_t pos, const char *why, struct ent_err *err)
{
	struct ent_jw jw;

	begin(w, &jw);
	if (w->c->json) {
		ent_jw_kbool(&jw, "valid", false);
		ent_jw_kint(&jw, "position", (int64_t)pos);
		ent_jw_kc(&jw, "message", why);
		ent_jw_end_object(&jw);
	} else {
		ent_plain(&w->line, ent_str_c(why), false);
	}
	return put(w, err);
}

static int
unusable_check(struct work *w, const char *why, struct ent_err *err)
{
	worst(w, 2);
	return invalid(w, 0, why, err);
}

static int
see_check(struct work *w, const struct ent_json *v, struct ent_str pattern, struct ent_err *err)
{
	struct ent_err why = { 0 };
	struct ent_pat_node *tree;
	struct ent_str caret;
	struct ent_jw jw;
	size_t pos = 0;
	int rc = ent_pattern_parse(w->arena, pattern, w->version, &tree, &pos, &why);

	(void)v;
	if (rc == ENT_ENOMEM)
		return ent_cli_nomem(err);
	if (rc) {
		worst(w, ENT_NO);
		rc = invalid(w, pos, why.msg, err);
		caret =
		    w->c->json || rc ? ENT_STR("") : ent_pattern_caret(w->arena, pattern, pos);
		ent_buf_clear(&w->line);
		ent_plain(&w->line, caret, true);
		return caret.n ? put(w, err) : rc;
	}
	begin(w, &jw);
	if (w->c->json) {
		ent_jw_kbool(&jw, "valid", true);
		ent_jw_end_object(&jw);
	} else {
		ent_buf_c(&w->line, "valid");
	}
	return put(w, err);
}

static int
check(struct ent_cli *c, struct ent_err *err)
{
	struct work w = { .see = see_check, .refuse = unusable_check };

	return run(c, &w, err);
}

/* ---- match ---- */

static int
unknown(struct work *w, const char *why, struct ent_err *err)
{
	struct ent_jw jw;

	begin(w, &jw);
	if (w->c->json) {
		ent_jw_key(&jw, "matched");
		ent_jw_null(&jw);
		ent_jw_kc(&jw, "message", why);
		ent_jw_end_object(&jw);
	} else {
		ent_buf_c(&w->line, "not evaluated: ");
		ent_plain(&w->line, ent_str_c(why), false);
	}
	worst(w, ENT_NO);
	return put(w, err);
}

static int
unusable_match(struct work *w, const char *why, struct ent_err *err)
{
	worst(w, 2);
	return unknown(w, why, err);
}

/* By which objects, for people. */
static void
name_hits(struct work *w, const struct ent_observations *o, const struct ent_hits *hits)
{
	for (size_t i = 0; i < hits->n && i < 8; i++) {
		const struct ent_hit *h = &hits->list[i];
		struct ent_str id = o->list[h->observed].objects[h->object].id;

		ent_buf_c(&w->line, i ? ", " : " by ");
		if (id.n > QUOTE_MAX)
			id.n = QUOTE_MAX;
		ent_plain(&w->line, id, false);
	}
	if (hits->n > 8)
		ent_buf_printf(&w->line, " and %zu more", hits->n - 8);
}

static int
see_match(struct work *w, const struct ent_json *v, struct ent_str pattern, struct ent_err *err)
{
	struct ent_observations o;
	struct ent_matcher *m = NULL;
	struct ent_pat_node *tree;
	struct ent_hits hits = { NULL, 0 };
	struct ent_err why = { 0 };
	struct ent_jw jw;
	int rc = ent_pattern_parse_loose(w->arena, pattern, w->version, &tree, NULL, &why);

	if (rc == 0)
		rc = ent_matcher_new(tree, &m, &why);
	if (rc == 0)
		rc = ent_observations_read(w->arena, ent_json_getc(v, "observed_data"), &o,
		                           &why);
	if (rc == 0)
		rc = ent_match(m, &o, w->arena, w->c->json ? NULL : &hits, &why);
	ent_matcher_free(m);
	if (rc < 0)
		return unknown(w, why.msg, err);
	begin(w, &jw);
	if (w->c->json) {
		ent_jw_kbool(&jw, "matched", rc == 1);
		ent_jw_end_object(&jw);
	} else {
		ent_buf_c(&w->line, rc ? "matched" : "not matched");
		name_hits(w, &o, &hits);
	}
	return put(w, err);
}

static int
match(struct ent_cli *c, struct ent_err *err)
{
	struct work w = { .see = see_match, .refuse = unusable_match };

	return run(c, &w, err);
}

/* ---- fmt, explain ---- */

/* The pattern as it is printed, or in words: member is what JSON calls it. */
static int
reworded(struct work *w, struct ent_str pattern, const char *member, bool words,
         struct ent_err *err)
{
	struct ent_pat_node *tree;
	struct ent_str text;
	struct ent_jw jw;
	int rc = ent_pattern_parse(w->arena, pattern, w->version, &tree, NULL, err);

	if (rc)
		return rc;
	text = words ? ent_pattern_explain(w->arena, tree)
	             : ent_pattern_print(w->arena, tree, w->version);
	if (!text.p)
		return ent_cli_nomem(err);
	ent_buf_clear(&w->line);
	ent_jw_init(&jw, &w->line);
	if (w->c->json) {
		ent_jw_object(&jw);
		ent_jw_kstr(&jw, member, text);
		ent_jw_end_object(&jw);
	} else {
		ent_plain(&w->line, text, true);
	}
	return put(w, err);
}

static int
see_fmt(struct work *w, const struct ent_json *v, struct ent_str pattern, struct ent_err *err)
{
	(void)v;
	return reworded(w, pattern, "pattern", false, err);
}

static int
fmt(struct ent_cli *c, struct ent_err *err)
{
	struct work w = { .see = see_fmt };

	return run(c, &w, err);
}

static int
see_explain(struct work *w, const struct ent_json *v, struct ent_str pattern,
            struct ent_err *err)
{
	(void)v;
	return reworded(w, pattern, "explanation", true, err);
}

static int
explain(struct ent_cli *c, struct ent_err *err)
{
	struct work w = { .see = see_explain };

	return run(c, &w, err);
}

/* ---- the table ---- */

#define STIX                                                                                   \
	{                                                                                      \
		"stix", "VERSION", "the grammar: 2.0 or 2.1 (without it: 2.1)", 0, false       \
	}
#define JSONL(text)                                                                            \
	{                                                                                      \
		"jsonl", "FILE", text, 0, false                                                \
	}

static const struct ent_option check_options[] = {
	JSONL("check the \"pattern\" of each line"),
	STIX,
	{ 0 },
};
static const struct ent_option match_options[] = {
	JSONL("lines with \"pattern\" and \"observed_data\""),
	STIX,
	{ 0 },
};
static const struct ent_option fmt_options[] = {
	STIX,
	{ 0 },
};

const struct ent_command ent_cmd_pattern_check = {
	.name = "pattern check",
	.help = "check STIX patterns",
	.operands = "[PATTERN]",
	.min = 0,
	.max = 1,
	.json = true,
	.options = check_options,
	.text =
	    "Says whether a pattern is valid and, if not, where and why.  A file has an "
	    "object\n"
	    "a line, {\"pattern\":\"...\"}; \"-\" is standard input, gzip and zstd are "
	    "unpacked.\n"
	    "With --json a line each: index, valid; for those that are not also position, the\n"
	    "byte where, and message.  The exit status is 1 where a pattern is invalid, 2 "
	    "where\n"
	    "a line is no such object.",
	.run = check,
};

const struct ent_command ent_cmd_pattern_match = {
	.name = "pattern match",
	.help = "match STIX patterns against observed data",
	.operands = "",
	.min = 0,
	.max = 0,
	.json = true,
	.options = match_options,
	.text = "Each line of the file is {\"pattern\":\"...\",\"observed_data\":[BUNDLE...]}, "
		"where a\n"
		"bundle has observed-data objects and what they refer to.  With --json a line "
		"each:\n"
		"index and matched, which is null, with a message, where pattern or data "
		"cannot be\n"
		"evaluated; the exit status is then 1, and 2 where a line is no such object.",
	.run = match,
};

const struct ent_command ent_cmd_pattern_fmt = {
	.name = "pattern fmt",
	.help = "print a STIX pattern in its one spelling",
	.operands = "PATTERN",
	.min = 1,
	.max = 1,
	.json = true,
	.options = fmt_options,
	.text = "Patterns that differ in blanks, comments and needless parentheses alone print "
		"the\n"
		"same.",
	.run = fmt,
};

const struct ent_command ent_cmd_pattern_explain = {
	.name = "pattern explain",
	.help = "say in plain words what a STIX pattern looks for",
	.operands = "PATTERN",
	.min = 1,
	.max = 1,
	.json = true,
	.options = fmt_options,
	.text = "A line for each part; what is indented belongs to the line above it.",
	.run = explain,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen.c - `entente screen`: names compared, without a node.
 */
#include "screen/screen.h"
#include "base/limits.h"
#include "base/progress.h"
#include "cli/commands.h"
#include "cli/lines.h"
#include "cli/screen_text.h"

struct work {
	struct ent_cli *c;
	struct ent_folder *folder;
	struct ent_json_parser *parser;
	struct ent_arena *arena; /* of one line */
	struct ent_buf line;
	int worst;
};

static int
one_line(void *self, struct ent_str text, uint64_t number, struct ent_err *err)
{
	struct work *w = self;
	const struct ent_json *v = NULL;
	struct ent_err why = { 0 };
	int rc;

	ent_arena_reset(w->arena);
	ent_buf_clear(&w->line);
	rc = ent_json_parser_read(w->parser, w->arena, text, ENT_JSON_DEPTH, ENT_JSON_WIDE, &v,
	                          NULL, &why);
	if (rc == 0)
		rc = ent_screen_pair(w->folder, v, &w->line, &why);
	if (rc == ENT_ENOMEM)
		return ent_cli_nomem(err);
	if (rc) {
		ent_cli_complain(w->c, "line %llu: %s", (unsigned long long)number, why.msg);
		w->worst = 2;
		return 0;
	}
	ent_buf_ch(&w->line, '\n');
	if (!ent_buf_ok(&w->line))
		return ent_cli_nomem(err);
	ent_out_bytes(&w->c->out, ent_buf_view(&w->line));
	return 0;
}

static int
from_file(struct work *w, const char *path, struct ent_err *err)
{
	int rc = ent_lines_each(path, one_line, w, err);

	return rc && rc != ENT_ENOMEM ? ent_within(err, rc, "%s", path) : rc;
}

static int
screen(struct ent_cli *c, struct ent_err *err)
{
	struct work w = { .c = c };
	struct ent_str path = ent_cli_value(c, "pairs");
	int rc = 0;

	if (ent_cli_value(c, "text").p)
		return ent_screen_text(c, err);
	if (!path.p)
		return ent_fail(err, ENT_EINVAL,
		                "say which pairs or which text: --pairs FILE, --text FILE");
	ent_buf_init(&w.line, ENT_ITEM_MAX);
	w.parser = ent_json_parser_new();
	w.arena = ent_arena_new(ENT_DOC_ARENA(ENT_ITEM_MAX) * 2);
	w.folder = ent_folder_new(err);
	if (!w.folder)
		rc = err ? err->code : ENT_ENOMEM;
	else if (!w.parser || !w.arena)
		rc = ent_cli_nomem(err);
	else
		rc = from_file(&w, path.p, err);
	ent_buf_release(&w.line);
	ent_folder_free(w.folder);
	ent_arena_free(w.arena);
	ent_json_parser_free(w.parser);
	return rc ? rc : w.worst;
}

/* clang-format off */
static const struct ent_option screen_options[] = {
	{"pairs", "FILE", "compare the query and the candidate of each line; - is standard input", 0, false},
	{"text", "FILE", "look for listed names in a text; - is standard input", 0, false},
	{"list", "FILE", "a list of names to look for", 0, true},
	{"jurisdiction", "XX", "of a text: check the notices that this country demands", 0, false},
	{"rules", "FILE", "of a text: rules about notices, instead of those built in", 0, false},
	{"date", "DATE", "of a text: when it was published, today if not given", 0, false},
	{"annotate", NULL, "print the text with the notices that it lacks", 0, false},
	{NULL, NULL, NULL, 0, false},
};
const struct ent_command ent_cmd_screen = {
	"screen", "compare names across spellings and scripts, find them in texts", "[LIST]...", 0, -1, false, true, screen_options,
	"A line of FILE is {\"id\":...,\"query\":...,\"dob\":...,\"country\":...,\"candidate\":{\"names\":[...],\"dob\":...,\n"
	"\"country\":...}}; the answer to it is a line {\"id\":...,\"score\":0.93,\"band\":\"strong\",\"explanation\":...}.\n"
	"Bands are exact, strong, possible and weak. The exit status is 2 if a line is no such object.\n"
	"\n"
	"With --text, files behind --list FILE are lists too. Each entry has its mentions with their place in bytes, its\n"
	"designations, and whether the notice is found, missing, wrong-jurisdiction, lifted or not-needed. The exit status is\n"
	"1 if one is missing. --annotate leaves the file as it is.\n",
	screen,
};
/* clang-format on */

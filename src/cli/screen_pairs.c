/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_pairs.c - `entente screen --pairs`: a query against one candidate, a line each.
 */
#include "base/limits.h"
#include "cli/lines.h"
#include "cli/screen.h"

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

int
ent_screen_pairs(struct ent_cli *c, const char *path, struct ent_err *err)
{
	struct work w = { .c = c };
	int rc = 0;

	ent_buf_init(&w.line, ENT_ITEM_MAX);
	w.parser = ent_json_parser_new();
	w.arena = ent_arena_new(ENT_DOC_ARENA(ENT_ITEM_MAX) * 2);
	w.folder = ent_folder_new(err);
	if (!w.folder)
		rc = err ? err->code : ENT_ENOMEM;
	else if (!w.parser || !w.arena)
		rc = ent_cli_nomem(err);
	else
		rc = ent_lines_each(path, one_line, &w, err);
	ent_buf_release(&w.line);
	ent_folder_free(w.folder);
	ent_arena_free(w.arena);
	ent_json_parser_free(w.parser);
	if (rc && rc != ENT_ENOMEM && w.folder)
		return ent_within(err, rc, "%s", path);
	return rc ? rc : w.worst;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * designation_read.c - a list read to its end, and what changed in it in words.
 */
#include "base/limits.h"
#include "base/progress.h"
#include "cli/designation.h"

#define SHOWN 40 /* changes, to people */
#define PART  3  /* of what came and of what went, in one property */
#define SHORT 40 /* bytes of a value that is shown */

/* ---- lists ---- */

struct gathering {
	struct ent_gathered *out;
	struct ent_arena *one;
	struct ent_buf text;
	size_t room;
	struct ent_progress bar;
};

static int
gather_one(void *self, const struct ent_listed *r, struct ent_err *err)
{
	struct gathering *g = self;
	struct ent_gathered *out = g->out;
	struct ent_register_entry *e;
	int rc;

	if (out->n == g->room) {
		size_t room = g->room ? g->room * 2 : 1024;

		e = ent_arena_array(out->arena, room, sizeof(*e));
		if (!e)
			return ent_fail(err, ENT_ELIMIT, "a list that doesn't fit the memory");
		if (out->n)
			memcpy(e, out->entries, out->n * sizeof(*e));
		out->entries = e;
		g->room = room;
	}
	ent_arena_reset(g->one);
	ent_buf_clear(&g->text);
	rc = ent_listed_write(r, g->one, &g->text, err);
	if (rc)
		return rc;
	e = &out->entries[out->n++];
	e->list = ent_str_c(r->list->id);
	e->ref = ent_arena_dup(out->arena, r->ref);
	e->designation = ent_buf_done(&g->text, out->arena);
	return e->ref.p && e->designation.p
	           ? 0
	           : ent_fail(err, ENT_ELIMIT, "a list that doesn't fit the memory");
}

static void
gather_progress(void *self, uint64_t done, uint64_t total)
{
	struct gathering *g = self;

	g->bar.total = total;
	ent_progress_step(&g->bar, done);
}

int
ent_gather(struct ent_cli *c, const char *path, struct ent_gathered *out, struct ent_err *err)
{
	struct gathering g = { .out = out };
	struct ent_list_options o = { .progress = gather_progress, .progress_self = &g };
	struct ent_str list = ent_cli_value(c, "list");
	int rc = 0;

	*out = (struct ent_gathered){ .arena = ent_arena_new(ENT_REGISTER_LIST) };
	g.one = ent_arena_new(ENT_LIST_RECORD);
	ent_buf_init(&g.text, ENT_LIST_RECORD);
	if (!out->arena || !g.one)
		rc = ent_cli_nomem(err);
	if (list.p) {
		o.list = ent_list_find(list);
		if (!o.list)
			rc = ent_fail(err, ENT_EINVAL, "--list: there is no list \"%.*s\"",
			              ENT_FMT(list));
	}
	ent_progress_init(&g.bar, path, 0);
	rc = rc ? rc : ent_list_read(path, &o, gather_one, &g, &out->about, err);
	ent_progress_end(&g.bar);
	ent_arena_free(g.one);
	ent_buf_release(&g.text);
	return rc;
}

void
ent_gathered_release(struct ent_gathered *g)
{
	ent_arena_free(g->arena);
	g->arena = NULL;
}

/* ---- changes ---- */

struct saying {
	struct ent_arena *a;
	struct ent_buf words, json;
	struct ent_jw w;
};

/* What an element is called: itself, or what tells it from others best. */
static struct ent_str
label(const struct ent_json *v)
{
	static const char *const keys[] = { "name", "number",  "date", "street",
		                            "city", "country", "note" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (ent_json_getstr(v, keys[i]).n)
			return ent_json_getstr(v, keys[i]);
	return ent_json_is(v, ENT_JSON_STRING) ? ent_json_str(v) : ENT_STR("");
}

/* What stands in one list and not in the other, behind a sign. */
static void
say_missing(struct saying *s, const struct ent_json *list, const struct ent_json *from,
            char sign)
{
	size_t shown = 0, n = ent_json_count(list), m = ent_json_count(from);

	for (size_t i = 0; i < n && i < 200; i++) {
		struct ent_str mine = ent_json_canon(s->a, ent_json_at(list, i));
		bool there = false;

		for (size_t k = 0; !there && k < m && k < 200; k++)
			there = ent_str_eq(mine, ent_json_canon(s->a, ent_json_at(from, k)));
		if (there || shown++ >= PART)
			continue;
		ent_buf_printf(&s->words, " %c\"%.*s\"", sign,
		               ENT_FMT(label(ent_json_at(list, i))));
	}
	if (shown > PART)
		ent_buf_printf(&s->words, " %c%zu more", sign, shown - PART);
}

static int
say(void *self, struct ent_str property, const struct ent_json *was, const struct ent_json *is,
    struct ent_err *err)
{
	struct saying *s = self;
	struct ent_str before = ent_json_str(was), after = ent_json_str(is);

	(void)err;
	if (s->words.n)
		ent_buf_c(&s->words, "; ");
	ent_buf_str(&s->words, property);
	if (ent_json_is(was, ENT_JSON_ARRAY) || ent_json_is(is, ENT_JSON_ARRAY)) {
		say_missing(s, is, was, '+');
		say_missing(s, was, is, '-');
	} else if (before.n <= SHORT && after.n <= SHORT) {
		ent_buf_printf(&s->words, " %.*s -> %.*s",
		               ENT_FMT(before.n ? before : ENT_STR("none")),
		               ENT_FMT(after.n ? after : ENT_STR("none")));
	}
	ent_jw_object(&s->w);
	ent_jw_kstr(&s->w, "property", property);
	ent_jw_key(&s->w, "was");
	ent_jw_value(&s->w, was);
	ent_jw_key(&s->w, "is");
	ent_jw_value(&s->w, is);
	ent_jw_end_object(&s->w);
	return 0;
}

/* The properties that changed, as words and as JSON. */
static int
say_all(struct ent_changes *s, const struct ent_register_change *change,
        struct ent_change_row *row, struct ent_err *err)
{
	struct saying y = { .a = ent_arena_new(ENT_DOC_ARENA(ENT_ITEM_MAX)) };
	int rc = y.a ? 0 : ent_cli_nomem(err);

	ent_buf_init(&y.words, ENT_ITEM_MAX);
	ent_buf_init(&y.json, ENT_ITEM_MAX);
	ent_jw_init(&y.w, &y.json);
	ent_jw_array(&y.w);
	if (rc == 0 && change->was && change->is)
		rc = ent_designation_compare(y.a, change->was, change->is, say, &y, err);
	ent_jw_end_array(&y.w);
	if (rc == 0) {
		row->words = ent_buf_done(&y.words, s->c->arena);
		row->json = ent_buf_done(&y.json, s->c->arena);
		if (!row->words.p || !row->json.p)
			rc = ent_cli_nomem(err);
	}
	ent_buf_release(&y.words);
	ent_buf_release(&y.json);
	ent_arena_free(y.a);
	return rc;
}

int
ent_changes_add(struct ent_changes *s, const struct ent_register_change *change,
                struct ent_err *err)
{
	struct ent_change_row *row;

	if (s->off)
		return 0;
	if (s->n == s->room) {
		size_t room = s->room ? s->room * 2 : 64;

		row = ent_arena_array(s->c->arena, room, sizeof(*row));
		if (!row)
			return ent_cli_nomem(err);
		if (s->n)
			memcpy(row, s->rows, s->n * sizeof(*row));
		s->rows = row;
		s->room = room;
	}
	row = &s->rows[s->n++];
	row->what = ent_register_what_name(change->what);
	row->list = ent_arena_dup(s->c->arena, change->list);
	row->ref = ent_arena_dup(s->c->arena, change->ref);
	row->id = change->id.p ? ent_arena_dup(s->c->arena, change->id) : change->id;
	row->name = ent_arena_dup(s->c->arena, change->name);
	if (!row->list.p || !row->ref.p || !row->name.p)
		return ent_cli_nomem(err);
	return say_all(s, change, row, err);
}

static const struct ent_column columns[] = {
	{ "what", "WHAT", false },
	{ "list", NULL, false },
	{ "reference", "REFERENCE", false },
	{ "name", "NAME", false },
	{ "id", NULL, false },
	{ NULL, "PROPERTIES", false },
	{ "changes", NULL, false },
};

void
ent_changes_print(const struct ent_changes *s, bool all)
{
	struct ent_out *o = &s->c->out;
	size_t most = all || o->json ? s->n : SHOWN;

	if (!s->n && !o->json)
		return;
	ent_out_line(o, "%s", "");
	ent_out_list(o, "changes", ENT_COLUMNS(columns));
	for (size_t i = 0; i < s->n && i < most; i++) {
		const struct ent_change_row *r = &s->rows[i];

		ent_cell_c(o, r->what);
		ent_cell(o, r->list);
		ent_cell(o, r->ref);
		ent_cell(o, o->json ? r->name : ent_cli_cut(s->c, r->name, SHORT));
		ent_cell(o, r->id);
		ent_cell(o, r->words);
		ent_cell_raw(o, r->json);
	}
	ent_out_list_end(o, NULL);
	if (s->n > most)
		ent_out_line(o, "... and %zu more; --all shows them", s->n - most);
}

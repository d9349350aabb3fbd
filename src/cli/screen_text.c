/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_text.c - `entente screen --text`: whom of the listed a text names, where, and whether
 * the notices that a jurisdiction demands stand beside them.
 */
#include "cli/screen_text.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/time.h"
#include "cli/commands.h"
#include "intake/list.h"

#define RULES_MAX ((size_t)1 << 20)

struct reading {
	struct ent_text_lists *l;
	struct ent_progress bar;
};

static struct ent_str
keep(struct ent_text_lists *l, struct ent_str s)
{
	return s.n ? ent_arena_dup(l->a, s) : ENT_STR("");
}

/* A new entry, whose texts the caller has kept. */
static int
add_entry(struct ent_text_lists *l, const struct ent_text_listed *e, struct ent_err *err)
{
	if (l->n == l->room) {
		size_t room = l->room ? l->room * 2 : 4096;
		struct ent_text_listed *more =
		    l->n < UINT32_MAX / 2 ? realloc(l->entry, room * sizeof(*more)) : NULL;

		if (!more)
			return ent_cli_nomem(err);
		l->entry = more;
		l->room = room;
	}
	if (!e->ref.p || !e->name.p || !e->in_force.p)
		return ent_cli_nomem(err);
	l->entry[l->n++] = *e;
	return 0;
}

static int
record(void *self, const struct ent_listed *r, struct ent_err *err)
{
	struct ent_text_lists *l = ((struct reading *)self)->l;
	char day[16];
	struct ent_text_listed e = {
		.list = ent_str_c(r->list->id),
		.ref = keep(l, r->ref),
		.name = keep(l, r->names[0].text),
		.jurisdiction = ent_str_c(r->list->jurisdiction),
		.authority = ent_str_c(r->list->authority),
		.instrument = ent_str_c(r->list->title),
		.in_force = keep(l, ent_str_c(ent_listed_day_text(r->listed_on, day))),
	};
	int rc = add_entry(l, &e, err);

	for (size_t i = 0; rc == 0 && i < r->n_names; i++) {
		unsigned flags = r->kind == ENT_LISTED_PERSON || r->kind == ENT_LISTED_VESSEL ||
		                         r->kind == ENT_LISTED_AIRCRAFT
		                     ? ENT_TEXT_LONE
		                     : 0;

		if (r->names[i].quality == ENT_NAME_WEAK)
			flags |= ENT_TEXT_WEAK;
		if (r->names[i].last_first)
			flags |= ENT_TEXT_LAST_FIRST;
		rc = ent_text_names_add(l->names, (uint32_t)(l->n - 1), r->names[i].text, flags,
		                        err);
	}
	return rc;
}

static void
progress(void *self, uint64_t done, uint64_t total)
{
	struct reading *r = self;

	r->bar.total = total;
	ent_progress_step(&r->bar, done);
}

static int
read_list(struct ent_cli *c, struct ent_text_lists *l, const char *path, struct ent_err *err)
{
	struct reading r = { .l = l };
	struct ent_list_options o = { .progress = progress, .progress_self = &r };
	struct ent_list_about about = { 0 };
	int rc;

	ent_progress_init(&r.bar, path, 0);
	rc = ent_list_read(path, &o, record, &r, &about, err);
	ent_progress_end(&r.bar);
	if (rc)
		return rc == ENT_ENOMEM ? rc : ent_within(err, rc, "%s", path);
	if (about.nameless)
		ent_cli_complain(c, "%s: %llu records without a name were left out", path,
		                 (unsigned long long)about.nameless);
	return 0;
}

/* ---- rules ---- */

static int
known_rules(struct ent_str wanted, struct ent_str *text, struct ent_err *err)
{
	const char *code;

	for (size_t i = 0; (code = ent_notice_builtin(i, text)); i++)
		if (ent_str_caseis(wanted, code))
			return 0;
	return ent_fail(err, ENT_EINVAL,
	                "--jurisdiction: no rules for \"%.*s\" are built in (BY and RU are): "
	                "give a file with --rules",
	                ENT_FMT(wanted));
}

static int
add_rulings(struct ent_text_lists *l, struct ent_err *err)
{
	const struct ent_notice_rules *r = l->rules;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < r->n_designations; i++) {
		const struct ent_notice_designation *d = &r->designations[i];
		struct ent_text_listed e = {
			.list = ENT_STR("rules"),
			.ref = d->instrument.p ? d->instrument : ENT_STR(""),
			.name = d->names[0].p ? d->names[0] : ENT_STR(""),
			.jurisdiction = r->jurisdiction,
			.authority = d->authority,
			.instrument = d->instrument,
			.in_force = d->in_force.p ? d->in_force : ENT_STR(""),
			.lifted = d->lifted,
			.lifting = d->lifting,
		};

		rc = add_entry(l, &e, err);
		for (size_t k = 0; rc == 0 && k < d->n_names; k++)
			rc = ent_text_names_add(l->names, (uint32_t)(l->n - 1), d->names[k], 0,
			                        err);
	}
	return rc;
}

static int
read_rules(struct ent_cli *c, struct ent_text_lists *l, struct ent_err *err)
{
	struct ent_str path = ent_cli_value(c, "rules"), text;
	struct ent_str wanted = ent_cli_value(c, "jurisdiction");
	int rc;

	if (!path.p && !wanted.p)
		return 0;
	rc = path.p ? ent_file_read(l->a, path.p, RULES_MAX, &text, err)
	            : known_rules(wanted, &text, err);
	if (rc == 0)
		rc = ent_notice_rules_read(l->a, l->folder, text, &l->rules, err);
	if (rc && path.p && rc != ENT_ENOMEM)
		return ent_within(err, rc, "%s", path.p);
	if (rc == 0 && wanted.p && !ent_str_eq(wanted, l->rules->jurisdiction) && path.p)
		return ent_fail(err, ENT_EINVAL, "%s: rules of %.*s, not of %.*s", path.p,
		                ENT_FMT(l->rules->jurisdiction), ENT_FMT(wanted));
	return rc ? rc : add_rulings(l, err);
}

/* ---- the command ---- */

static int
read_date(struct ent_cli *c, struct ent_text_lists *l, struct ent_err *err)
{
	int64_t us = ent_now_us();
	int rc = ent_cli_time(c, "date", &us, err);

	l->date = ent_time_dup(l->a, us, 0);
	l->date.n = l->date.n > 10 ? 10 : l->date.n;
	return rc ? rc : l->date.p ? 0 : ent_cli_nomem(err);
}

static int
prepare(struct ent_cli *c, struct ent_text_lists *l, struct ent_err *err)
{
	struct ent_str *files = NULL;
	size_t n = 0;
	int rc;

	*l = (struct ent_text_lists){ .a = ent_arena_new(ENT_LIST_REFS) };
	if (!l->a)
		return ent_cli_nomem(err);
	l->folder = ent_folder_new(err);
	l->names = l->folder ? ent_text_names_new(err) : NULL;
	if (!l->names)
		return err ? err->code : ENT_ENOMEM;
	rc = ent_given_all(&c->given, c->arena, "list", &files, &n, err);
	if (rc == 0)
		rc = read_date(c, l, err);
	if (rc == 0)
		rc = read_rules(c, l, err);
	if (rc == 0 && !n && !l->n)
		rc =
		    ent_fail(err, ENT_EINVAL,
		             "say whose names to look for: --list FILE, or rules with rulings: "
		             "--jurisdiction XX");
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = read_list(c, l, files[i].p, err);
	for (size_t i = 0; rc == 0 && i < c->given.n_operands; i++)
		rc = read_list(c, l, c->given.operands[i], err);
	return rc ? rc : ent_text_names_done(l->names, err);
}

static void
release(struct ent_text_lists *l)
{
	ent_text_names_free(l->names);
	ent_folder_free(l->folder);
	ent_arena_free(l->a);
	free(l->entry);
}

static int
answer(struct ent_cli *c, const struct ent_text_lists *l, struct ent_text_finder *f,
       struct ent_str text, struct ent_err *err)
{
	struct ent_text_result r;
	struct ent_mapped out;
	size_t put = 0, wanting;
	int rc;

	if (ent_cli_flag(c, "annotate")) {
		rc = ent_text_annotate(l, f, text, &out, &put, err);
		if (rc == 0)
			ent_out_bytes(&c->out, out.text);
		if (out.fd >= 0)
			ent_mapped_close(&out);
		if (rc == 0 && put)
			ent_cli_complain(c, "%zu notice%s put in", put, ent_cli_s(put));
		return rc;
	}
	rc = ent_text_check(l, f, text, &r, err);
	wanting = r.wanting;
	if (rc == 0)
		ent_text_print(c, l, text, &r);
	ent_text_result_release(&r);
	return rc ? rc : wanting ? ENT_NO : 0;
}

int
ent_screen_text(struct ent_cli *c, struct ent_err *err)
{
	struct ent_text_lists l;
	struct ent_text_finder *f = NULL;
	struct ent_mapped text = { .fd = -1 };
	int rc;

	if (ent_cli_flag(c, "annotate") && c->json)
		return ent_fail(err, ENT_EINVAL, "--annotate writes the text: without --json");
	if (ent_cli_flag(c, "annotate") && !ent_cli_value(c, "jurisdiction").p &&
	    !ent_cli_value(c, "rules").p)
		return ent_fail(err, ENT_EINVAL,
		                "say whose notices: --annotate with --jurisdiction or --rules");
	rc = prepare(c, &l, err);
	if (rc == 0) {
		f = ent_text_finder_new(l.names, err);
		rc = f ? 0 : err ? err->code : ENT_ENOMEM;
	}
	if (rc == 0)
		rc = ent_mapped_open(ent_cli_value(c, "text").p, &text, err);
	if (rc == 0)
		rc = answer(c, &l, f, text.text, err);
	ent_text_finder_free(f);
	ent_mapped_close(&text);
	release(&l);
	return rc;
}

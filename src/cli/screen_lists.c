/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen_lists.c - lists of designations as an index to screen against.
 */
#include "cli/screen.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/progress.h"
#include "intake/list.h"

int
ent_listing_init(struct ent_listing *l, struct ent_err *err)
{
	*l = (struct ent_listing){ .arena = ent_arena_new(ENT_INDEX_ARENA) };
	if (!l->arena)
		return ent_cli_nomem(err);
	l->builder = ent_index_begin(err);
	return l->builder ? 0 : err ? err->code : ENT_ENOMEM;
}

void
ent_listing_release(struct ent_listing *l)
{
	ent_index_drop(l->builder);
	ent_index_free(l->index);
	ent_arena_free(l->arena);
	free(l->refs);
	*l = (struct ent_listing){ 0 };
}

int
ent_listing_add(struct ent_listing *l, struct ent_screen_entry *e, struct ent_str list,
                struct ent_str ref, struct ent_err *err)
{
	struct ent_str before = l->n ? l->refs[l->n - 1].list : (struct ent_str){ NULL, 0 };

	if (l->n == l->room) {
		size_t room = l->room ? l->room * 2 : 1024;
		struct ent_listing_ref *more = realloc(l->refs, room * sizeof(*more));

		if (!more)
			return ent_cli_nomem(err);
		l->refs = more;
		l->room = room;
	}
	l->refs[l->n].list =
	    l->n && ent_str_eq(before, list) ? before : ent_arena_dup(l->arena, list);
	l->refs[l->n].ref = ent_arena_dup(l->arena, ref);
	if (!l->refs[l->n].list.p || !l->refs[l->n].ref.p)
		return ent_cli_nomem(err);
	e->number = l->n++;
	return ent_index_add(l->builder, e, err);
}

int
ent_listing_done(struct ent_listing *l, struct ent_err *err)
{
	struct ent_index_builder *b = l->builder;

	l->builder = NULL;
	return ent_index_done(b, &l->index, err);
}

/* ---- a file ---- */

struct reading {
	struct ent_listing *l;
	struct ent_arena *a; /* of one record */
	struct ent_progress bar;
};

static struct ent_str *
births_of(struct reading *r, const struct ent_listed *e, size_t *n)
{
	struct ent_str *out = ent_arena_array(r->a, 2 * e->n_births + 1, sizeof(*out));

	*n = 0;
	for (size_t i = 0; out && i < e->n_births; i++) {
		const struct ent_listed_day *day[] = { &e->births[i].from, &e->births[i].to };

		for (int k = 0; k < 2; k++) {
			char text[16];

			if (day[k]->year && (!k || day[0]->year != day[1]->year))
				out[(*n)++] = ent_arena_dup(
				    r->a, ent_str_c(ent_listed_day_text(*day[k], text)));
		}
	}
	return out;
}

static size_t
few(size_t n)
{
	return n < ENT_INDEX_ENTRY ? n : ENT_INDEX_ENTRY;
}

static int
record(void *self, const struct ent_listed *e, struct ent_err *err)
{
	static const enum ent_strength strengths[] = { ENT_STRENGTH_PRIMARY,
		                                       ENT_STRENGTH_STRONG, ENT_STRENGTH_WEAK };
	static const enum ent_name_of kinds[] = { ENT_OF_UNKNOWN, ENT_OF_PERSON,
		                                  ENT_OF_ORGANISATION, ENT_OF_VESSEL,
		                                  ENT_OF_AIRCRAFT };
	struct reading *r = self;
	struct ent_screen_name *names;
	struct ent_str *documents;
	struct ent_screen_entry s = { .kind = kinds[e->kind] };

	ent_arena_reset(r->a);
	names = ent_arena_array(r->a, e->n_names, sizeof(*names));
	documents = ent_arena_array(r->a, e->n_documents, sizeof(*documents));
	s.births = births_of(r, e, &s.n_births);
	if (!names || !documents || !s.births)
		return ent_cli_nomem(err);
	for (size_t i = 0; i < e->n_names; i++)
		names[i] =
		    (struct ent_screen_name){ e->names[i].text, strengths[e->names[i].quality],
			                      e->names[i].last_first };
	for (size_t i = 0; i < e->n_documents; i++)
		documents[i] = e->documents[i].number;
	s.names = names;
	s.n_names = e->n_names < ENT_INDEX_ALIASES ? e->n_names : ENT_INDEX_ALIASES;
	s.n_births = few(s.n_births);
	s.countries = e->nationalities;
	s.n_countries = few(e->n_nationalities);
	s.documents = documents;
	s.n_documents = few(e->n_documents);
	return ent_listing_add(r->l, &s, ent_str_c(e->list->id), e->ref, err);
}

static void
progress(void *self, uint64_t done, uint64_t total)
{
	struct reading *r = self;

	r->bar.total = total;
	ent_progress_step(&r->bar, done);
}

int
ent_listing_file(struct ent_cli *c, struct ent_listing *l, const char *path,
                 struct ent_err *err)
{
	struct reading r = { .l = l, .a = ent_arena_new(ENT_INDEX_ARENA) };
	struct ent_list_options o = { .progress = progress, .progress_self = &r };
	struct ent_list_about about = { 0 };
	int rc;

	if (!r.a)
		return ent_cli_nomem(err);
	ent_progress_init(&r.bar, path, 0);
	rc = ent_list_read(path, &o, record, &r, &about, err);
	ent_progress_end(&r.bar);
	ent_arena_free(r.a);
	if (rc)
		return rc == ENT_ENOMEM ? rc : ent_within(err, rc, "%s", path);
	if (about.nameless)
		ent_cli_complain(c, "%s: %" PRIu64 " records without a name were left out",
		                 path, about.nameless);
	return 0;
}

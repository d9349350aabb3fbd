/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_stats.c - `entente stix stats`: what is in files of STIX objects, in numbers.
 */
#include <entente/graph.h>
#include <entente/marking.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/stix_files.h"

#define HUBS 10

/* A value and how often it was there. */
struct count {
	struct ent_str value;
	size_t n, in, out;
};

struct counts {
	struct ent_map *by_value;
	struct count *list;
	size_t count, room;
};

struct span {
	struct ent_str first, last;
};

struct numbers {
	struct ent_arena *arena; /* what outlives an object */
	struct ent_arena *each;
	struct counts types, creators;
	size_t tlp[ENT_TLP_RED + 1];
	size_t versions, copies, conflicts, revoked, unreadable, broken;
	struct span created, modified;
};

/* The count of a value, made if there is none; NULL if the arena is full. */
static struct count *
count_of(struct numbers *n, struct counts *c, struct ent_str value)
{
	size_t *at;

	if (!c->by_value)
		c->by_value = ent_map_new(n->arena);
	if (!c->by_value)
		return NULL;
	at = ent_map_get(c->by_value, value);
	if (at)
		return &c->list[*at];
	at = ent_arena_alloc(n->arena, sizeof(*at));
	if (!at)
		return NULL;
	if (c->count == c->room) {
		size_t room = c->room ? c->room * 2 : 16;
		struct count *list = ent_arena_array(n->arena, room, sizeof(*list));

		if (!list)
			return NULL;
		if (c->count)
			memcpy(list, c->list, c->count * sizeof(*list));
		c->list = list;
		c->room = room;
	}
	*at = c->count;
	c->list[c->count++] = (struct count){ .value = value };
	if (ent_map_put(c->by_value, value, at))
		return NULL;
	return &c->list[c->count - 1];
}

static void
widen(struct span *s, struct ent_str time)
{
	if (!time.p || ent_time_parse(time, NULL, NULL))
		return;
	if (!s->first.p || ent_version_cmp(time, s->first) < 0)
		s->first = time;
	if (!s->last.p || ent_version_cmp(time, s->last) > 0)
		s->last = time;
}

/* The newest version of an id. */
static int
count_object(struct numbers *n, const struct ent_vertex *v, struct ent_err *err)
{
	const struct ent_history *h = v->history;
	const struct ent_object *o = &h->newest;
	struct count *type = count_of(n, &n->types, o->type);
	struct count *creator =
	    o->created_by.p ? count_of(n, &n->creators, o->created_by) : type;
	struct ent_effective e;
	int rc;

	if (!type || !creator)
		return ent_cli_nomem(err);
	type->n++;
	type->in += v->in;
	type->out += v->out;
	if (o->created_by.p)
		creator->n++;
	n->versions += h->versions;
	n->copies += h->copies;
	n->conflicts += h->conflicts;
	n->revoked += h->revoked;
	n->broken += h->broken != 0;
	widen(&n->created, ent_json_getstr(o->json, "created"));
	widen(&n->modified, ent_json_getstr(o->json, "modified"));
	ent_arena_reset(n->each);
	rc = ent_effective_make(n->each, o->json, &e, err);
	if (rc)
		return rc;
	n->tlp[e.parts[0].most]++;
	n->unreadable += e.parts[0].unreadable_inside;
	return 0;
}

static int
by_count(const void *l, const void *r)
{
	const struct count *a = l, *b = r;

	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return ent_str_cmp(a->value, b->value);
}

static void
sort(struct counts *c)
{
	if (c->count)
		qsort(c->list, c->count, sizeof(*c->list), by_count);
}

/* ---- what is shown ---- */

static void
span(struct ent_out *o, const char *key, const char *label, const struct span *s)
{
	if (!o->json) {
		if (s->first.p)
			ent_out_line(o, "%s:%*s%.*s to %.*s", label, (int)(15 - strlen(label)),
			             "", ENT_FMT(s->first), ENT_FMT(s->last));
		return;
	}
	ent_out_object(o, key);
	ent_out_str(o, "first", NULL, s->first);
	ent_out_str(o, "last", NULL, s->last);
	ent_out_object_end(o);
}

static const struct ent_column type_columns[] = {
	{ "type", "type", false },
	{ "count", "objects", true },
	{ "in", "edges in", true },
	{ "out", "out", true },
};

static const struct ent_column creator_columns[] = {
	{ "id", "creator", false },
	{ "name", "name", false },
	{ "count", "objects", true },
};

static const struct ent_column tlp_columns[] = {
	{ "tlp", "TLP", false },
	{ "count", "objects", true },
};

static const struct ent_column hub_columns[] = {
	{ "id", "most referred to", false },
	{ "in", "edges in", true },
	{ "out", "out", true },
};

static void
show_types(struct ent_out *o, const struct counts *c)
{
	ent_out_line(o, "%s", "");
	ent_out_list(o, "types", ENT_COLUMNS(type_columns));
	for (size_t i = 0; i < c->count; i++) {
		ent_cell(o, c->list[i].value);
		ent_cell_int(o, (int64_t)c->list[i].n);
		ent_cell_int(o, (int64_t)c->list[i].in);
		ent_cell_int(o, (int64_t)c->list[i].out);
	}
	ent_out_list_end(o, "no objects");
}

static void
show_creators(struct ent_out *o, const struct counts *c, const struct ent_histories *h)
{
	ent_out_line(o, "%s", "");
	ent_out_list(o, "creators", ENT_COLUMNS(creator_columns));
	for (size_t i = 0; i < c->count; i++) {
		const struct ent_history *who = ent_histories_get(h, c->list[i].value);

		ent_cell(o, c->list[i].value);
		ent_cell(o, ent_json_getstr(who ? who->newest.json : NULL, "name"));
		ent_cell_int(o, (int64_t)c->list[i].n);
	}
	ent_out_list_end(o, "no creator is named");
}

static void
show_tlp(struct ent_out *o, const size_t *n)
{
	ent_out_line(o, "%s", "");
	ent_out_list(o, "tlp", ENT_COLUMNS(tlp_columns));
	for (int level = ENT_TLP_RED; level >= ENT_TLP_NONE; level--)
		if (n[level]) {
			ent_cell_c(o, ent_tlp_name((enum ent_tlp)level));
			ent_cell_int(o, (int64_t)n[level]);
		}
	ent_out_list_end(o, NULL);
}

/* The few vertices with the most edges that end there, by insertion. */
static void
show_hubs(struct ent_out *o, const struct ent_graph *g)
{
	size_t top[HUBS], n = 0;

	for (size_t i = 0; i < g->vertices_count; i++) {
		size_t at = n;

		if (!g->vertices[i].in)
			continue;
		while (at > 0 && g->vertices[top[at - 1]].in < g->vertices[i].in)
			at--;
		if (at == HUBS)
			continue;
		n += n < HUBS;
		memmove(&top[at + 1], &top[at], (n - at - 1) * sizeof(top[0]));
		top[at] = i;
	}
	ent_out_line(o, "%s", "");
	ent_out_list(o, "most_referred", ENT_COLUMNS(hub_columns));
	for (size_t i = 0; i < n; i++) {
		ent_cell(o, g->vertices[top[i]].id);
		ent_cell_int(o, (int64_t)g->vertices[top[i]].in);
		ent_cell_int(o, (int64_t)g->vertices[top[i]].out);
	}
	ent_out_list_end(o, "nothing refers to anything");
}

static void
show(struct ent_cli *c, const struct ent_stix_files *f, const struct ent_graph *g,
     const struct numbers *n)
{
	struct ent_out *o = &c->out;

	ent_out_int(o, "objects", "objects", (int64_t)f->objects);
	ent_out_int(o, "ids", "ids", (int64_t)ent_histories_count(f->histories));
	ent_out_int(o, "versions", "versions", (int64_t)n->versions);
	ent_out_int(o, "copies", "copies", (int64_t)n->copies);
	ent_out_int(o, "conflicts", "conflicts", (int64_t)n->conflicts);
	ent_out_int(o, "broken_versions", "broken versions", (int64_t)n->broken);
	ent_out_int(o, "revoked", "revoked", (int64_t)n->revoked);
	ent_out_int(o, "unusable", "unusable", (int64_t)f->unusable);
	ent_out_int(o, "unreadable_markings", "bad markings", (int64_t)n->unreadable);
	span(o, "created", "created", &n->created);
	span(o, "modified", "modified", &n->modified);
	ent_out_int(o, "references", "edges", (int64_t)g->edges_count);
	ent_out_int(o, "dangling", "dangling", (int64_t)g->dangling);
	ent_out_int(o, "orphans", "orphans", (int64_t)g->orphans);
	ent_out_int(o, "cycles", "cycles", (int64_t)g->cycles);
	show_types(o, &n->types);
	show_creators(o, &n->creators, f->histories);
	show_tlp(o, n->tlp);
	show_hubs(o, g);
}

static int
count_all(struct ent_cli *c, struct ent_stix_files *f, struct numbers *n, struct ent_err *err)
{
	struct ent_graph g;
	int rc = ent_graph_make(f->arena, f->histories, &g, err);

	for (size_t i = 0; rc == 0 && i < g.vertices_count; i++)
		if (g.vertices[i].history)
			rc = count_object(n, &g.vertices[i], err);
	if (rc)
		return rc;
	sort(&n->types);
	sort(&n->creators);
	show(c, f, &g, n);
	return 0;
}

static int
stats(struct ent_cli *c, struct ent_err *err)
{
	struct ent_stix_files f;
	struct numbers n = { 0 };
	size_t bytes = 0, unusable;
	int rc = ent_stix_files_open(c, &f, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < f.count; i++)
		bytes += f.list[i].size;
	n.arena = f.arena;
	n.each = ent_arena_new(ENT_DOC_ARENA(bytes) * 16);
	rc = n.each ? count_all(c, &f, &n, err) : ent_cli_nomem(err);
	unusable = f.unusable;
	ent_arena_free(n.each);
	ent_stix_files_close(&f);
	return rc ? rc : unusable ? ent_exit_of(ENT_EPARSE) : 0;
}

const struct ent_command ent_cmd_stix_stats = {
	.name = "stix stats",
	.help = "count what is in files",
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.json = true,
	.text =
	    "Objects by type, creator and TLP; versions, copies and conflicts; the first and\n"
	    "the last time; edges, and the objects that most of them lead to.  Of several\n"
	    "versions the newest counts.  The exit status is 2 if an object cannot be used.",
	.run = stats,
};

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * walk.c - walks a bundle and prints its relationships, with names instead of identifiers, and
 * what they may be passed on to.
 *
 * cc walk.c $(pkg-config --cflags --libs libentente) -o walk
 */
#include "file.h"

/* A name for people: the object's own, its value, else its id. */
static struct ent_str
name_of(const struct ent_vertex *v)
{
	const struct ent_json *object = v->history ? v->history->newest.json : NULL;
	struct ent_str name = ent_json_getstr(object, "name");

	if (!name.p)
		name = ent_json_getstr(object, "value");
	return name.p ? name : v->id;
}

/* The most restrictive TLP of a relationship and of everything in it. */
static const char *
tlp_of(struct ent_arena *a, const struct ent_vertex *relationship)
{
	struct ent_effective e;

	ent_arena_reset(a);
	if (ent_effective_make(a, relationship->history->newest.json, &e, NULL))
		return "unknown";
	return ent_tlp_name(e.parts[0].most);
}

static void
print_relationships(struct ent_arena *a, const struct ent_graph *g)
{
	for (size_t i = 0; i < g->edges_count; i++) {
		const struct ent_edge *e = &g->edges[i];

		if (e->kind != ENT_EDGE_RELATIONSHIP)
			continue;
		printf("%.*s --%.*s--> %.*s (TLP %s)\n",
		       ENT_FMT(name_of(&g->vertices[e->from])), ENT_FMT(e->label),
		       ENT_FMT(name_of(&g->vertices[e->to])), tlp_of(a, &g->vertices[e->via]));
	}
	printf("%zu objects are referred to and are not there\n", g->dangling);
}

/* Adds the members of a document; what can't be used is named and passed over. */
static int
add_members(struct ent_histories *h, const struct ent_json *doc, struct ent_err *err)
{
	const struct ent_json *list;
	size_t n;
	int rc = ent_stix_members(doc, &list, &n, err);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		enum ent_relation how = ENT_REL_OTHER;

		rc = ent_histories_add(h, list ? ent_json_at(list, i) : doc, &how, NULL, err);
		if (rc == ENT_EUNUSABLE) {
			fprintf(stderr, "object %zu: %s\n", i, err->msg);
			rc = 0;
		} else if (how == ENT_REL_CONFLICT) {
			fprintf(stderr, "object %zu contradicts an earlier one\n", i);
		}
	}
	return rc;
}

int
main(int argc, char **argv)
{
	struct ent_str text = read_file(argc == 2 ? argv[1] : "");
	struct ent_arena *a = arena_for(text.n * 2), *each = ent_arena_new(16 << 20);
	const struct ent_json *doc;
	struct ent_err err = { 0, "usage: walk FILE" };
	struct ent_histories *h;
	struct ent_graph g;
	int rc = ENT_EINVAL;

	if (text.p && a && each)
		rc = ent_json_parse(a, text, 64, &doc, &err);
	if (rc == 0)
		rc = ent_histories_new(a, &h, &err);
	if (rc == 0)
		rc = add_members(h, doc, &err);
	if (rc == 0)
		rc = ent_graph_make(a, h, &g, &err);
	if (rc == 0)
		print_relationships(each, &g);
	else
		fprintf(stderr, "%s\n", err.msg);
	ent_arena_free(each);
	ent_arena_free(a);
	free((char *)text.p);
	return rc ? 2 : 0;
}

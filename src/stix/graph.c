/* SPDX-License-Identifier: Apache-2.0 */
/*
 * graph.c - objects as a graph: its vertices and edges, and what is wrong with them.
 */
#include <entente/graph.h>

#include "base/map.h"
#include "stix/graph_int.h"
#include "stix/stix_int.h"

struct maker {
	struct ent_arena *arena;
	struct ent_graph *g;
	struct ent_map *ids; /* id: number of its vertex, as a size_t */
	size_t vertices_room, edges_room;
	/* the object whose references are being read */
	size_t from;
	struct ent_str source, target; /* of a relationship that is an edge; else absent */
	bool sighting;
};

/* Twice the room for a list in the arena; NULL if that is full. */
static void *
bigger(struct ent_arena *a, const void *list, size_t count, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 64;
	void *to = ent_arena_array(a, more, size);

	if (to && count)
		memcpy(to, list, count * size);
	if (to)
		*room = more;
	return to;
}

/* The vertex of an id, made if there is none; false if the arena is full. */
static bool
vertex(struct maker *m, struct ent_str id, size_t *out)
{
	struct ent_graph *g = m->g;
	size_t *number = ent_map_get(m->ids, id);
	struct ent_str type = { NULL, 0 };
	uint8_t uuid[16];

	if (number) {
		*out = *number;
		return true;
	}
	number = ent_arena_alloc(m->arena, sizeof(*number));
	if (!number)
		return false;
	if (g->vertices_count == m->vertices_room) {
		struct ent_vertex *list = bigger(m->arena, g->vertices, g->vertices_count,
		                                 &m->vertices_room, sizeof(*list));

		if (!list)
			return false;
		g->vertices = list;
	}
	(void)ent_stix_id_parse(id, &type, uuid);
	*out = *number = g->vertices_count;
	g->vertices[g->vertices_count++] = (struct ent_vertex){
		.id = id, .type = type, .published = ent_tlp_of(id) != ENT_TLP_NONE
	};
	return ent_map_put(m->ids, id, number) == 0;
}

static int
edge(struct maker *m, const struct ent_edge *e)
{
	struct ent_graph *g = m->g;

	if (g->edges_count == m->edges_room) {
		struct ent_edge *list =
		    bigger(m->arena, g->edges, g->edges_count, &m->edges_room, sizeof(*list));

		if (!list)
			return ENT_ENOMEM;
		g->edges = list;
	}
	g->edges[g->edges_count++] = *e;
	g->vertices[e->from].out++;
	g->vertices[e->to].in++;
	return 0;
}

/* One reference of the object whose turn it is. */
static int
reference(void *self, struct ent_str name, struct ent_str id)
{
	struct maker *m = self;
	struct ent_edge e = { .from = m->from, .via = m->from, .label = name };
	bool sighted = m->sighting && ent_str_is(name, "sighting_of_ref");

	/* the ends of an edge are no references of their own: the very values, not equal ones
	 */
	if (id.p == m->source.p || id.p == m->target.p)
		return 0;
	if (!vertex(m, id, &e.to))
		return ENT_ENOMEM;
	e.kind = sighted ? ENT_EDGE_SIGHTING : ENT_EDGE_REFERENCE;
	return edge(m, &e);
}

static bool
is_id(struct ent_str s)
{
	struct ent_str type;
	uint8_t uuid[16];

	return s.p && ent_stix_id_parse(s, &type, uuid) == 0;
}

/* A relationship between two ids is an edge. */
static int
relationship(struct maker *m, const struct ent_object *o)
{
	struct ent_edge e = { .kind = ENT_EDGE_RELATIONSHIP, .via = m->from };

	m->source = ent_json_getstr(o->json, "source_ref");
	m->target = ent_json_getstr(o->json, "target_ref");
	if (!is_id(m->source) || !is_id(m->target)) {
		m->source = m->target = (struct ent_str){ NULL, 0 };
		return 0;
	}
	e.label = ent_json_getstr(o->json, "relationship_type");
	if (!e.label.p)
		e.label = ENT_STR("");
	if (!vertex(m, m->source, &e.from) || !vertex(m, m->target, &e.to))
		return ENT_ENOMEM;
	m->g->vertices[m->from].is_edge = true;
	return edge(m, &e);
}

static int
edges_of(struct maker *m, const struct ent_history *h)
{
	const struct ent_object *o = &h->newest;
	int rc = 0;

	m->source = m->target = (struct ent_str){ NULL, 0 };
	m->sighting = ent_str_is(o->type, "sighting");
	if (!vertex(m, o->id, &m->from))
		return ENT_ENOMEM;
	if (ent_str_is(o->type, "relationship"))
		rc = relationship(m, o);
	return rc ? rc : ent_stix_refs(o->json, reference, m);
}

bool
ent_vertex_dangles(const struct ent_vertex *v)
{
	return !v->history && !v->published;
}

bool
ent_vertex_orphan(const struct ent_vertex *v)
{
	return v->history && !v->is_edge && !v->in && !v->out;
}

int
ent_graph_make(struct ent_arena *a, const struct ent_histories *h, struct ent_graph *out,
               struct ent_err *err)
{
	struct maker m = { .arena = a, .g = out };
	int rc = 0;

	*out = (struct ent_graph){ 0 };
	m.ids = ent_map_new(a);
	if (!m.ids)
		return ent_fail(err, ENT_ENOMEM, "graph");
	for (size_t i = 0; i < ent_histories_count(h) && rc == 0; i++) {
		const struct ent_history *one = ent_histories_at(h, i);
		size_t at = 0;

		if (!vertex(&m, one->newest.id, &at))
			rc = ENT_ENOMEM;
		else
			out->vertices[at].history = one;
	}
	for (size_t i = 0; i < ent_histories_count(h) && rc == 0; i++)
		rc = edges_of(&m, ent_histories_at(h, i));
	if (rc == 0)
		rc = ent_graph_cycles(a, out);
	for (size_t i = 0; i < out->vertices_count; i++) {
		out->dangling += ent_vertex_dangles(&out->vertices[i]);
		out->orphans += ent_vertex_orphan(&out->vertices[i]);
	}
	return rc ? ent_fail(err, rc, "graph of %zu objects", ent_histories_count(h)) : 0;
}

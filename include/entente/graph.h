/* SPDX-License-Identifier: Apache-2.0 */
/*
 * graph.h - objects as a graph: relationships, sightings and embedded references.
 *
 * Every id is a vertex, and so is what is referred to and isn't there.  A relationship is an
 * edge from its source to its target, and a vertex for its other references.  Of several
 * versions of an object the newest counts.
 */
#ifndef ENTENTE_GRAPH_H
#define ENTENTE_GRAPH_H
#include <entente/version.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ent_vertex {
	struct ent_str id, type;
	const struct ent_history *history; /* NULL: it is referred to and isn't there */
	size_t out, in;                    /* edges that begin and that end here */
	size_t cycle;   /* number of the cycle (strongly connected part) it is in; 0: none */
	bool is_edge;   /* a relationship: drawn as an edge, unless somebody refers to it */
	bool published; /* a TLP marking, which everybody has: never dangling */
};

enum ent_edge_kind {
	ENT_EDGE_RELATIONSHIP, /* a relationship object, from source to target */
	ENT_EDGE_SIGHTING,     /* sighting_of_ref of a sighting */
	ENT_EDGE_REFERENCE     /* a property that ends in _ref or _refs */
};

struct ent_edge {
	size_t from, to; /* vertices */
	enum ent_edge_kind kind;
	struct ent_str label; /* relationship_type, or the property's name */
	size_t via;           /* the relationship's own vertex; else from */
};

struct ent_graph {
	struct ent_vertex *vertices; /* in the order in which they were met */
	size_t vertices_count;
	struct ent_edge *edges; /* in the order of the objects they come from */
	size_t edges_count;
	size_t dangling; /* vertices that are referred to and aren't there */
	size_t orphans;  /* vertices without any edge */
	size_t cycles;   /* parts of which each vertex can be reached from each other */
};

/* The graph of a set of objects, in the arena; it borrows the set.  Linear in vertices and
 * edges, without recursion over them.  ENT_ENOMEM. */
ENT_API int ent_graph_make(struct ent_arena *a, const struct ent_histories *h,
                           struct ent_graph *out, struct ent_err *err);
/* Whether a vertex is referred to and isn't there. */
ENT_API bool ent_vertex_dangles(const struct ent_vertex *v);
/* Whether a vertex has no edge at all; what is an edge itself is none. */
ENT_API bool ent_vertex_orphan(const struct ent_vertex *v);

#ifdef __cplusplus
}
#endif
#endif

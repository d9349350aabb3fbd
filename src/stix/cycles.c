/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cycles.c - the strongly connected parts of a graph, by Tarjan's algorithm with a stack of its
 * own instead of recursion.
 */
#include "stix/graph_int.h"

#define NOT_SEEN 0

struct scc {
	struct ent_graph *g;
	size_t *first;  /* of a vertex: where its edges begin in edge */
	size_t *edge;   /* targets, by source */
	size_t *number; /* in order of discovery, counted from 1; NOT_SEEN */
	size_t *low;    /* the least number that is reached */
	size_t *next;   /* the edge that is followed next */
	size_t *path;   /* the way from where the search began */
	size_t *stack;  /* vertices whose part isn't complete */
	size_t *part;   /* of a complete vertex: number of its part, counted from 1 */
	size_t path_n, stack_n, count, parts;
};

static bool
init(struct scc *s, struct ent_arena *a, struct ent_graph *g)
{
	size_t n = g->vertices_count;
	size_t **const arrays[] = {
		&s->number, &s->low, &s->next, &s->path, &s->stack, &s->part
	};

	s->g = g;
	s->first = ent_arena_array(a, n + 1, sizeof(size_t));
	s->edge = ent_arena_array(a, g->edges_count, sizeof(size_t));
	for (size_t i = 0; i < sizeof(arrays) / sizeof(arrays[0]); i++) {
		*arrays[i] = ent_arena_array(a, n, sizeof(size_t));
		if (!*arrays[i])
			return false;
	}
	return s->first && s->edge;
}

/* Edges by their source: count, add up, fill. */
static void
index_edges(struct scc *s)
{
	struct ent_graph *g = s->g;

	for (size_t i = 0; i < g->edges_count; i++)
		s->first[g->edges[i].from + 1]++;
	for (size_t i = 0; i < g->vertices_count; i++) {
		s->first[i + 1] += s->first[i];
		s->next[i] = s->first[i];
	}
	for (size_t i = 0; i < g->edges_count; i++)
		s->edge[s->next[g->edges[i].from]++] = g->edges[i].to;
	for (size_t i = 0; i < g->vertices_count; i++)
		s->next[i] = s->first[i];
}

static void
enter(struct scc *s, size_t v)
{
	s->number[v] = s->low[v] = ++s->count;
	s->path[s->path_n++] = v;
	s->stack[s->stack_n++] = v;
}

/* Leaves the last vertex of the path; if nothing older is reached from it, its part is
 * complete. */
static void
leave(struct scc *s)
{
	size_t v = s->path[--s->path_n], w;

	if (s->path_n) {
		size_t up = s->path[s->path_n - 1];

		if (s->low[v] < s->low[up])
			s->low[up] = s->low[v];
	}
	if (s->low[v] != s->number[v])
		return;
	s->parts++;
	do {
		w = s->stack[--s->stack_n];
		s->part[w] = s->parts;
	} while (w != v);
}

static void
search(struct scc *s, size_t from)
{
	enter(s, from);
	while (s->path_n) {
		size_t v = s->path[s->path_n - 1], w;

		if (s->next[v] == s->first[v + 1]) {
			leave(s);
			continue;
		}
		w = s->edge[s->next[v]++];
		if (s->number[w] == NOT_SEEN)
			enter(s, w);
		else if (!s->part[w] && s->number[w] < s->low[v])
			s->low[v] = s->number[w];
	}
}

/* Parts of one vertex are cycles only if it has an edge to itself; the rest get numbers in the
 * order of their first vertices. */
static bool
number_cycles(struct scc *s, struct ent_arena *a)
{
	struct ent_graph *g = s->g;
	size_t *size = ent_arena_array(a, s->parts + 1, sizeof(size_t));
	size_t *cycle = ent_arena_array(a, s->parts + 1, sizeof(size_t));

	if (!size || !cycle)
		return false;
	for (size_t i = 0; i < g->vertices_count; i++)
		size[s->part[i]]++;
	for (size_t i = 0; i < g->edges_count; i++)
		if (g->edges[i].from == g->edges[i].to)
			size[s->part[g->edges[i].from]] = 2;
	for (size_t i = 0; i < g->vertices_count; i++) {
		size_t part = s->part[i];

		if (size[part] < 2)
			continue;
		if (!cycle[part])
			cycle[part] = ++g->cycles;
		g->vertices[i].cycle = cycle[part];
	}
	return true;
}

int
ent_graph_cycles(struct ent_arena *a, struct ent_graph *g)
{
	struct scc s = { 0 };

	if (!init(&s, a, g))
		return ENT_ENOMEM;
	index_edges(&s);
	for (size_t i = 0; i < g->vertices_count; i++)
		if (s.number[i] == NOT_SEEN)
			search(&s, i);
	return number_cycles(&s, a) ? 0 : ENT_ENOMEM;
}

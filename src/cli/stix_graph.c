/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stix_graph.c - `entente stix graph`: objects as nodes, relationships and references as edges,
 * for Graphviz and for programs.
 */
#include <entente/graph.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/stix_files.h"

#define NAME_BYTES 60
#define OUT_MAX    ((size_t)1 << 30)
#define FLUSH      ((size_t)1 << 20)

struct drawing {
	struct ent_cli *c;
	struct ent_graph g;
	size_t *drawn; /* of a vertex: its number among those that are drawn, from 1; 0: not */
	struct ent_buf b;
	struct ent_jw w;
};

static void
flush(struct drawing *d, size_t above)
{
	if (d->b.n <= above)
		return;
	ent_out_bytes(&d->c->out, ent_buf_view(&d->b));
	ent_buf_clear(&d->b);
}

static struct ent_str
name_of(const struct ent_vertex *v)
{
	static const char *const keys[] = { "name", "value", "path", "key", "definition_type" };
	const struct ent_json *o = v->history ? v->history->newest.json : NULL;
	struct ent_str name = { NULL, 0 };

	for (size_t i = 0; !name.p && i < sizeof(keys) / sizeof(keys[0]); i++)
		name = ent_json_getstr(o, keys[i]);
	if (v->published)
		name = ent_str_c(ent_tlp_name(ent_tlp_of(v->id)));
	return name;
}

/* What is an edge is drawn as a node too if anything refers to it. */
static bool
is_drawn(const struct ent_vertex *v)
{
	return !v->is_edge || v->in;
}

/* An edge from something that isn't drawn is left out: who made a relationship, and how it is
 * marked. */
static bool
edge_drawn(const struct drawing *d, const struct ent_edge *e)
{
	return d->drawn[e->from] && d->drawn[e->to];
}

static const char *
kind_name(enum ent_edge_kind k)
{
	static const char *const names[] = {
		[ENT_EDGE_RELATIONSHIP] = "relationship",
		[ENT_EDGE_SIGHTING] = "sighting",
		[ENT_EDGE_REFERENCE] = "reference",
	};

	return names[k];
}

/* ---- DOT ---- */

/* Text in quotation marks, without what a terminal or Graphviz would act upon. */
static void
quoted(struct drawing *d, struct ent_str s, size_t max)
{
	struct ent_str cut = ent_utf8_cut(s, max), plain;
	struct ent_buf b;

	ent_buf_init(&b, OUT_MAX);
	ent_plain(&b, cut, false);
	plain = ent_buf_view(&b);
	for (size_t i = 0; i < plain.n; i++) {
		if (plain.p[i] == '"' || plain.p[i] == '\\')
			ent_buf_ch(&d->b, '\\');
		ent_buf_ch(&d->b, plain.p[i]);
	}
	if (cut.n < s.n)
		ent_buf_c(&d->b, "...");
	if (!ent_buf_ok(&b))
		d->b.failed = true;
	ent_buf_release(&b);
}

static void
node_dot(struct drawing *d, const struct ent_vertex *v)
{
	struct ent_str name = name_of(v);

	ent_buf_printf(&d->b, "\tn%zu [label=\"", d->drawn[v - d->g.vertices]);
	quoted(d, v->type, NAME_BYTES);
	if (name.p) {
		ent_buf_c(&d->b, "\\n");
		quoted(d, name, NAME_BYTES);
	}
	ent_buf_c(&d->b, "\", tooltip=\"");
	quoted(d, v->id, SIZE_MAX);
	ent_buf_ch(&d->b, '"');
	if (ent_vertex_dangles(v))
		ent_buf_c(&d->b, ", style=dashed, color=red");
	else if (v->cycle)
		ent_buf_c(&d->b, ", color=blue");
	else if (v->published)
		ent_buf_c(&d->b, ", style=dotted");
	if (v->history && v->history->revoked)
		ent_buf_c(&d->b, ", fontcolor=gray");
	ent_buf_c(&d->b, "];\n");
}

static void
edge_dot(struct drawing *d, const struct ent_edge *e)
{
	ent_buf_printf(&d->b, "\tn%zu -> n%zu [label=\"", d->drawn[e->from], d->drawn[e->to]);
	quoted(d, e->label, NAME_BYTES);
	ent_buf_c(&d->b, e->kind == ENT_EDGE_REFERENCE ? "\", style=dotted];\n" : "\"];\n");
}

static void
graph_dot(struct drawing *d)
{
	const struct ent_graph *g = &d->g;

	ent_buf_printf(&d->b,
	               "digraph stix {\n\t// %zu dangling (red, dashed), %zu in no edge, "
	               "%zu cycle%s (blue)\n\tnode [shape=box];\n",
	               g->dangling, g->orphans, g->cycles, ent_cli_s(g->cycles));
	for (size_t i = 0; i < g->vertices_count; i++) {
		if (d->drawn[i])
			node_dot(d, &g->vertices[i]);
		flush(d, FLUSH);
	}
	for (size_t i = 0; i < g->edges_count; i++) {
		if (edge_drawn(d, &g->edges[i]))
			edge_dot(d, &g->edges[i]);
		flush(d, FLUSH);
	}
	ent_buf_c(&d->b, "}\n");
}

/* ---- JSON ---- */

static void
ids_json(struct drawing *d, const char *key, bool (*is)(const struct ent_vertex *v))
{
	ent_jw_key(&d->w, key);
	ent_jw_array(&d->w);
	for (size_t i = 0; i < d->g.vertices_count; i++)
		if (is(&d->g.vertices[i]))
			ent_jw_str(&d->w, d->g.vertices[i].id);
	ent_jw_end_array(&d->w);
}

static void
node_json(struct drawing *d, const struct ent_vertex *v)
{
	struct ent_jw *w = &d->w;
	struct ent_str name = name_of(v);

	ent_jw_object(w);
	ent_jw_kstr(w, "id", v->id);
	ent_jw_kstr(w, "type", v->type);
	if (name.p)
		ent_jw_kstr(w, "name", name);
	ent_jw_kbool(w, "present", v->history != NULL);
	ent_jw_kint(w, "in", (int64_t)v->in);
	ent_jw_kint(w, "out", (int64_t)v->out);
	if (v->cycle)
		ent_jw_kint(w, "cycle", (int64_t)v->cycle);
	ent_jw_end_object(w);
}

static void
edge_json(struct drawing *d, const struct ent_edge *e)
{
	struct ent_jw *w = &d->w;

	ent_jw_object(w);
	ent_jw_kstr(w, "from", d->g.vertices[e->from].id);
	ent_jw_kstr(w, "to", d->g.vertices[e->to].id);
	ent_jw_kc(w, "kind", kind_name(e->kind));
	ent_jw_kstr(w, "label", e->label);
	if (e->kind == ENT_EDGE_RELATIONSHIP)
		ent_jw_kstr(w, "id", d->g.vertices[e->via].id);
	ent_jw_end_object(w);
}

/* Vertices by their cycles: counted, added up, filled, as they are numbered from 1 on. */
static int
cycles_json(struct drawing *d, struct ent_arena *a, struct ent_err *err)
{
	const struct ent_graph *g = &d->g;
	size_t *first = ent_arena_array(a, g->cycles + 2, sizeof(size_t));
	size_t *members = ent_arena_array(a, g->vertices_count, sizeof(size_t));

	if (!first || !members)
		return ent_cli_nomem(err);
	for (size_t i = 0; i < g->vertices_count; i++)
		if (g->vertices[i].cycle)
			first[g->vertices[i].cycle + 1]++;
	for (size_t i = 1; i <= g->cycles; i++)
		first[i + 1] += first[i];
	for (size_t i = 0; i < g->vertices_count; i++)
		if (g->vertices[i].cycle)
			members[first[g->vertices[i].cycle]++] = i;
	ent_jw_key(&d->w, "cycles");
	ent_jw_array(&d->w);
	for (size_t c = 1, i = 0; c <= g->cycles; c++) {
		ent_jw_array(&d->w);
		for (; i < first[c]; i++)
			ent_jw_str(&d->w, g->vertices[members[i]].id);
		ent_jw_end_array(&d->w);
	}
	ent_jw_end_array(&d->w);
	return 0;
}

static int
graph_json(struct drawing *d, struct ent_arena *a, struct ent_err *err)
{
	const struct ent_graph *g = &d->g;
	int rc;

	ent_jw_object(&d->w);
	ent_jw_key(&d->w, "nodes");
	ent_jw_array(&d->w);
	for (size_t i = 0; i < g->vertices_count; i++) {
		if (d->drawn[i])
			node_json(d, &g->vertices[i]);
		flush(d, FLUSH);
	}
	ent_jw_end_array(&d->w);
	ent_jw_key(&d->w, "edges");
	ent_jw_array(&d->w);
	for (size_t i = 0; i < g->edges_count; i++) {
		if (edge_drawn(d, &g->edges[i]))
			edge_json(d, &g->edges[i]);
		flush(d, FLUSH);
	}
	ent_jw_end_array(&d->w);
	ids_json(d, "dangling", ent_vertex_dangles);
	ids_json(d, "orphans", ent_vertex_orphan);
	rc = cycles_json(d, a, err);
	ent_jw_end_object(&d->w);
	ent_buf_ch(&d->b, '\n');
	return rc;
}

/* ---- text ---- */

static void
ids_text(struct drawing *d, const char *what, size_t n, bool (*is)(const struct ent_vertex *v))
{
	ent_out_line(&d->c->out, "%zu %s", n, what);
	for (size_t i = 0; n && i < d->g.vertices_count; i++)
		if (is(&d->g.vertices[i]))
			ent_out_line(&d->c->out, "  %.*s", ENT_FMT(d->g.vertices[i].id));
}

/* Edges whose end isn't there, with where they begin. */
static void
dangling_text(struct drawing *d)
{
	const struct ent_graph *g = &d->g;

	ent_out_line(&d->c->out, "%zu referred to and not there", g->dangling);
	for (size_t i = 0; g->dangling && i < g->edges_count; i++) {
		const struct ent_edge *e = &g->edges[i];
		const struct ent_vertex *ends[] = { &g->vertices[e->from],
			                            &g->vertices[e->to] };

		for (int k = 0; k < 2; k++)
			if (ent_vertex_dangles(ends[k]))
				ent_out_line(
				    &d->c->out, "  %.*s, in %.*s (%.*s)", ENT_FMT(ends[k]->id),
				    ENT_FMT(g->vertices[e->via].id), ENT_FMT(e->label));
	}
}

static bool
in_cycle(const struct ent_vertex *v)
{
	return v->cycle != 0;
}

static void
graph_text(struct drawing *d)
{
	const struct ent_graph *g = &d->g;
	size_t edges[3] = { 0 }, in_cycles = 0;
	char words[80];

	for (size_t i = 0; i < g->edges_count; i++)
		edges[g->edges[i].kind]++;
	for (size_t i = 0; i < g->vertices_count; i++)
		in_cycles += in_cycle(&g->vertices[i]);
	ent_out_line(&d->c->out, "%zu nodes; %zu relationships, %zu sightings, %zu references",
	             g->vertices_count, edges[ENT_EDGE_RELATIONSHIP], edges[ENT_EDGE_SIGHTING],
	             edges[ENT_EDGE_REFERENCE]);
	dangling_text(d);
	ids_text(d, "without any edge", g->orphans, ent_vertex_orphan);
	(void)snprintf(words, sizeof(words), "in %zu cycle%s", g->cycles, ent_cli_s(g->cycles));
	ids_text(d, words, in_cycles, in_cycle);
}

/* ---- the command ---- */

static int
draw(struct drawing *d, struct ent_stix_files *f, struct ent_str format, struct ent_err *err)
{
	size_t n = 0;
	int rc = ent_graph_make(f->arena, f->histories, &d->g, err);

	if (rc)
		return rc;
	d->drawn = ent_arena_array(f->arena, d->g.vertices_count, sizeof(size_t));
	if (!d->drawn)
		return ent_cli_nomem(err);
	for (size_t i = 0; i < d->g.vertices_count; i++)
		if (is_drawn(&d->g.vertices[i]))
			d->drawn[i] = ++n;
	if (d->c->json || ent_str_is(format, "json"))
		rc = graph_json(d, f->arena, err);
	else if (ent_str_is(format, "text"))
		graph_text(d);
	else
		graph_dot(d);
	flush(d, 0);
	return rc == 0 && !ent_buf_ok(&d->b) ? ent_cli_nomem(err) : rc;
}

static int
graph(struct ent_cli *c, struct ent_err *err)
{
	struct ent_str format = ent_cli_value(c, "format");
	struct drawing d = { .c = c };
	struct ent_stix_files f;
	bool unusable;
	int rc;

	if (format.p && !ent_str_is(format, "dot") && !ent_str_is(format, "json") &&
	    !ent_str_is(format, "text"))
		return ent_fail(err, ENT_EINVAL, "--format: \"%.*s\" is not dot, json or text",
		                ENT_FMT(format));
	rc = ent_stix_files_open(c, &f, err);
	if (rc)
		return rc;
	ent_buf_init(&d.b, OUT_MAX);
	ent_jw_init(&d.w, &d.b);
	rc = draw(&d, &f, format, err);
	unusable = f.unusable;
	ent_buf_release(&d.b);
	ent_stix_files_close(&f);
	return rc ? rc : unusable ? ent_exit_of(ENT_EPARSE) : 0;
}

static const struct ent_option options[] = {
	{ "format", "FORMAT", "dot (default), json, or text: what is wrong alone", 0, false },
	{ 0 },
};

const struct ent_command ent_cmd_stix_graph = {
	.name = "stix graph",
	.help = "draw objects, their relationships and references",
	.operands = "FILE...",
	.min = 1,
	.max = -1,
	.json = true,
	.options = options,
	.text =
	    "Relationships are edges, and so is each reference in a property; of several\n"
	    "versions the newest is drawn.  Names what is referred to and not there, objects\n"
	    "without any edge, and cycles.  The exit status is 2 if an object cannot be used.",
	.run = graph,
};

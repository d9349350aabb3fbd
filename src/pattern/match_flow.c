/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match_flow.c - who takes which observation: a flow from brackets, by what satisfies each, to
 * observations, each of which has as much room as number_observed says.
 */
#include "pattern/match_int.h"

/* One bracket takes part of one observation. */
struct edge {
	uint32_t demand, observed;
	const struct ent_part_item *item;
	uint64_t flow;
};

struct flow {
	struct edge *edges; /* by demand */
	size_t n;
	size_t *by_demand;   /* where each begins, and the end */
	size_t *by_observed; /* the same of list */
	size_t *list;        /* edges by observation */
	uint64_t *left, *need;
	size_t *queue, *via_d, *via_o; /* the edge by which each was reached */
};

struct task {
	const struct ent_demand *demands;
	size_t n, observed;
	const uint64_t *counts;
	uint64_t *work;
	struct ent_arena *out;
	struct ent_hits *hits;
	struct ent_err *err;
};

static int
nomem(struct ent_err *err)
{
	return ent_fail(err, ENT_ENOMEM, "no memory to combine observations");
}

static int
spend(struct task *s, uint64_t n)
{
	if (*s->work < n)
		return ent_fail(s->err, ENT_ELIMIT,
		                "too many ways in which observations can be combined");
	*s->work -= n;
	return 0;
}

static void
flow_release(struct flow *f)
{
	free(f->edges);
	free(f->by_demand);
	free(f->by_observed);
	free(f->list);
	free(f->left);
	free(f->need);
	free(f->queue);
	free(f->via_d);
	free(f->via_o);
}

static int
flow_edges(struct task *s, struct flow *f)
{
	size_t k = 0;

	for (size_t d = 0; d < s->n; d++) {
		const struct ent_part *p = s->demands[d].leaf;

		f->by_demand[d] = k;
		f->need[d] = s->demands[d].n;
		for (size_t i = 0; i < p->n_items; i++) {
			if (!ent_span_has(s->demands[d].span, &p->items[i]))
				continue;
			f->edges[k++] =
			    (struct edge){ (uint32_t)d, p->items[i].observed, &p->items[i], 0 };
			f->by_observed[p->items[i].observed + 1]++;
		}
	}
	f->by_demand[s->n] = f->n = k;
	for (size_t o = 0; o < s->observed; o++)
		f->by_observed[o + 1] += f->by_observed[o];
	for (size_t e = k; e-- > 0;) /* fills each range from its end; see below */
		f->list[--f->by_observed[f->edges[e].observed + 1]] = e;
	/* each entry o + 1 is now where o begins */
	for (size_t o = 0; o < s->observed; o++)
		f->by_observed[o] = f->by_observed[o + 1];
	f->by_observed[s->observed] = k;
	memcpy(f->left, s->counts, s->observed * sizeof(*f->left));
	return 0;
}

static int
flow_init(struct task *s, struct flow *f)
{
	size_t all = 0, places = s->n + s->observed + 2;

	*f = (struct flow){ 0 };
	for (size_t d = 0; d < s->n; d++)
		all += s->demands[d].leaf->n_items;
	if (spend(s, all + places))
		return ENT_ELIMIT;
	f->edges = calloc(all + 1, sizeof(*f->edges));
	f->list = calloc(all + 1, sizeof(*f->list));
	f->by_demand = calloc(places, sizeof(*f->by_demand));
	f->by_observed = calloc(places, sizeof(*f->by_observed));
	f->left = calloc(places, sizeof(*f->left));
	f->need = calloc(places, sizeof(*f->need));
	f->queue = calloc(places, sizeof(*f->queue));
	f->via_d = calloc(places, sizeof(*f->via_d));
	f->via_o = calloc(places, sizeof(*f->via_o));
	if (!f->edges || !f->list || !f->by_demand || !f->by_observed || !f->left || !f->need ||
	    !f->queue || !f->via_d || !f->via_o)
		return nomem(s->err);
	return flow_edges(s, f);
}

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Breadth first from demand d to an observation with room; SIZE_MAX if there is none. */
static size_t
flow_reach(struct task *s, struct flow *f, size_t d, int *rc)
{
	size_t head = 0, tail = 0;

	for (size_t i = 0; i < s->n; i++)
		f->via_d[i] = SIZE_MAX;
	for (size_t i = 0; i < s->observed; i++)
		f->via_o[i] = SIZE_MAX;
	f->via_d[d] = f->n; /* the source */
	f->queue[tail++] = d;
	while (head < tail && *rc == 0) {
		size_t at = f->queue[head++];

		*rc = spend(s, f->by_demand[at + 1] - f->by_demand[at] + 1);
		for (size_t e = f->by_demand[at]; *rc == 0 && e < f->by_demand[at + 1]; e++) {
			size_t o = f->edges[e].observed;

			if (f->via_o[o] != SIZE_MAX)
				continue;
			f->via_o[o] = e;
			if (f->left[o])
				return o;
			for (size_t i = f->by_observed[o]; i < f->by_observed[o + 1]; i++) {
				struct edge *back = &f->edges[f->list[i]];

				if (!back->flow || f->via_d[back->demand] != SIZE_MAX)
					continue;
				f->via_d[back->demand] = f->list[i];
				f->queue[tail++] = back->demand;
			}
			*rc = spend(s, f->by_observed[o + 1] - f->by_observed[o]);
		}
	}
	return SIZE_MAX;
}

/* Moves as much as goes along the way that was found. */
static void
flow_push(struct flow *f, size_t d, size_t to)
{
	uint64_t much = least(f->need[d], f->left[to]);

	for (size_t o = to;;) {
		size_t back = f->via_d[f->edges[f->via_o[o]].demand];

		if (back == f->n)
			break;
		much = least(much, f->edges[back].flow);
		o = f->edges[back].observed;
	}
	f->need[d] -= much;
	f->left[to] -= much;
	for (size_t o = to;;) {
		size_t back = f->via_d[f->edges[f->via_o[o]].demand];

		f->edges[f->via_o[o]].flow += much;
		if (back == f->n)
			break;
		f->edges[back].flow -= much;
		o = f->edges[back].observed;
	}
}

static int
hits(struct task *s, const struct flow *f)
{
	struct ent_hit *list;
	size_t n = 0;

	list = ent_arena_array(s->out, f->n, sizeof(*list));
	if (!list)
		return nomem(s->err);
	for (size_t e = 0; e < f->n; e++) {
		const struct ent_part_item *i = f->edges[e].item;

		if (f->edges[e].flow)
			list[n++] = (struct ent_hit){ i->observed, i->object, i->pos,
				                      f->edges[e].flow };
	}
	*s->hits = (struct ent_hits){ list, n };
	return 1;
}

int
ent_flow(const struct ent_demand *demands, size_t n, size_t observed, const uint64_t *counts,
         uint64_t *work, struct ent_arena *a, struct ent_hits *out, struct ent_err *err)
{
	struct task task = { demands, n, observed, counts, NULL, a, out, err }, *s = &task;
	struct flow f;
	int rc, yes = 1;

	task.work = work;
	rc = flow_init(s, &f);
	for (size_t d = 0; rc == 0 && yes && d < s->n; d++) {
		for (size_t e = f.by_demand[d]; e < f.by_demand[d + 1]; e++) {
			uint64_t much = least(f.need[d], f.left[f.edges[e].observed]);

			f.edges[e].flow += much;
			f.need[d] -= much;
			f.left[f.edges[e].observed] -= much;
		}
	}
	for (size_t d = 0; rc == 0 && yes && d < s->n; d++)
		while (rc == 0 && yes && f.need[d]) {
			size_t to = flow_reach(s, &f, d, &rc);

			if (to == SIZE_MAX)
				yes = 0;
			else
				flow_push(&f, d, to);
		}
	if (rc == 0)
		rc = yes && out ? hits(s, &f) : yes;
	flow_release(&f);
	return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * graph_int.h - what the files about the graph share.
 */
#ifndef ENT_STIX_GRAPH_INT_H
#define ENT_STIX_GRAPH_INT_H
#include <entente/graph.h>

/* Numbers the cycles: sets cycle of each vertex and how many there are.  ENT_ENOMEM. */
int ent_graph_cycles(struct ent_arena *a, struct ent_graph *g);

#endif

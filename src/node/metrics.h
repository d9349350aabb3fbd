/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics.h - what a served node counts, and /metrics, which shows it in the text format of
 * Prometheus.
 *
 * Counted by all threads without locks; read at any time.
 */
#ifndef ENT_NODE_METRICS_H
#define ENT_NODE_METRICS_H
#include "exchange/vitals.h"
#include "http/server.h"

struct ent_metrics;

struct ent_metrics *ent_metrics_new(void);    /* NULL if memory ran out */
void ent_metrics_free(struct ent_metrics *m); /* NULL is fine */
/* One answered request. */
void ent_metrics_count(struct ent_metrics *m, const struct ent_http *rq, size_t sent,
                       int64_t took_us);
/* One transaction of the writer that is durable. */
void ent_metrics_transaction(struct ent_metrics *m);
/* The name under which a path is counted: "objects", "manifest", "other" ... */
const char *ent_metrics_route(struct ent_str path);
/* The text; absent if the arena is full.  database: bytes on disk. */
struct ent_str ent_metrics_text(const struct ent_metrics *m, struct ent_arena *a,
                                const struct ent_vitals *v, int64_t database);

#endif

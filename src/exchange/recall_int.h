/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recall_int.h - the parts of recalls, for recall.c, recall_read.c, recall_taken.c and the
 * table of dispatches.
 */
#ifndef ENT_EXCHANGE_RECALL_INT_H
#define ENT_EXCHANGE_RECALL_INT_H
#include "exchange/dispatch_int.h"
#include "exchange/recall.h"

/* A purge as a dispatch says it. */
struct ent_purge {
	struct ent_str recall; /* hash of the recall; absent: by retention */
	struct ent_str until;  /* by retention: what came before that */
	enum ent_purge_state state;
	int64_t versions;
};

int ent_recall_read(const struct ent_dispatch *d, struct ent_recall *out, struct ent_err *err);
int ent_purge_read(const struct ent_dispatch *d, struct ent_purge *out, struct ent_err *err);
void ent_purge_write(struct ent_jw *w, const void *purge);
int ent_recall_check(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                     const struct ent_dispatch *d, struct ent_err *err);
int ent_purge_check(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                    const struct ent_dispatch *d, struct ent_err *err);
/* What a recall calls for: ours takes it off the channel, a counterpart's out of the holdings.
 */
int ent_recall_apply(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                     const struct ent_dispatch *d, struct ent_err *err);
int ent_recall_taken(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                     const struct ent_recall *r, struct ent_err *err);

/* The live entries of an object (version absent: of all versions) on a channel; the arena's. */
int ent_recall_entries(struct ent_exchange *x, struct ent_arena *a, uint32_t channel,
                       struct ent_str object, struct ent_str version, struct ent_page *out,
                       struct ent_err *err);
/* One recall under one agreement, inside an open write; nothing where nothing is on the
 * channel. *count grows. */
int ent_recall_one(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                   const struct ent_recall_what *what, size_t *count, struct ent_err *err);
/* The same under every agreement but one (absent: under all). */
int ent_recall_everywhere(struct ent_exchange *x, struct ent_arena *a, struct ent_str but,
                          const struct ent_recall_what *what, size_t *count,
                          struct ent_err *err);
/* Takes one entry of the inbound channel, and what it holds if nothing else has it. */
int ent_recall_purge(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                     const struct ent_entry *e, const struct ent_recall_what *what, bool *kept,
                     struct ent_err *err);

#endif

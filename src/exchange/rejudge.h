/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rejudge.h - what was released under one document of an agreement, judged by the next.
 */
#ifndef ENT_EXCHANGE_REJUDGE_H
#define ENT_EXCHANGE_REJUDGE_H
#include "exchange/exchange.h"

/*
 * Where another document governs than the one by which the outbound channel was judged last:
 * every entry that not every counterpart has receipted is judged by the new one, and what it
 * denies is taken from the channel, with a note in the agreement's ledger.  The channels of
 * other agreements are judged too, for what came under this one may be on them.  Part of the
 * write that brought the statements; nothing happens where the document is the same.
 */
int ent_rejudge(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                struct ent_err *err);

struct ent_agreement;
struct ent_entry;
/* Takes an entry off our channel, with a note in the agreement's ledger, inside an open write.
 * when: the ledger's size before the decision, which orders it among those of others. */
int ent_withhold(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                 const struct ent_entry *e, uint64_t when, struct ent_err *err);

/* The key in ENT_SPACE_WITHHELD of an entry of an agreement's outbound channel. */
struct ent_str ent_withheld_key(struct ent_arena *a, struct ent_str agreement, uint64_t seq);

#endif

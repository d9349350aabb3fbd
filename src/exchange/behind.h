/* SPDX-License-Identifier: Apache-2.0 */
/*
 * behind.h - a ledger of this node that its counterpart has cosigned further than it goes here:
 * the node was restored from an old copy (docs/ledger.md).
 *
 * To append to it would make a second history.  So nothing is appended from the moment that
 * this is known until a person has decided to begin anew, which the ledger then says itself.
 */
#ifndef ENT_EXCHANGE_BEHIND_H
#define ENT_EXCHANGE_BEHIND_H
#include "exchange/exchange.h"

/* ENT_ESTATE, with what to do, while the ledger must not be appended to. */
int ent_behind_check(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                     struct ent_err *err);
/*
 * A counterpart shows the last checkpoint of ours that it cosigned: a note, signed by this
 * node's own key, so nobody can make it up (another is left alone).  ENT_ESTATE if our ledger
 * doesn't contain that state; that is kept.
 */
int ent_behind_learn(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                     struct ent_str note, struct ent_err *err);
/*
 * A person decides to go on without the entries that are lost: an entry of the ledger says so,
 * with size and root of what was cosigned.  The counterpart has to agree (ent_conflict_clear).
 * ENT_ENOENT where nothing is lost.
 */
int ent_behind_restart(struct ent_exchange *x, struct ent_arena *a, struct ent_str name,
                       struct ent_str reason, struct ent_err *err);

#endif

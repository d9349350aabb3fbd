/* SPDX-License-Identifier: Apache-2.0 */
/*
 * witness_int.h - what the files about others' ledgers share.
 */
#ifndef ENT_EXCHANGE_WITNESS_INT_H
#define ENT_EXCHANGE_WITNESS_INT_H
#include <entente/ledger.h>

#include "exchange/exchange_int.h"
#include "exchange/witness.h"

/* The record of an origin: what we cosigned last, and which size of it our own ledger holds. */
struct ent_watched {
	struct ent_str note;        /* NULL if there is none yet */
	struct ent_checkpoint last; /* size 0 then */
	uint64_t recorded;
};
/* key: the hex SHA-256 of the origin. */
int ent_watched_read(struct ent_exchange *x, struct ent_arena *a, struct ent_str key,
                     struct ent_watched *out, struct ent_err *err);
/* Keeps two notes that contradict each other, with an alarm; inside an open write. */
int ent_conflict_keep(struct ent_exchange *x, struct ent_arena *a, struct ent_str key,
                      struct ent_str origin, struct ent_str held, struct ent_str shown,
                      struct ent_err *err);
/* A person goes on with the ledger as it is: what was heard of it until now is no matter any
 * more.  Inside an open write. */
int ent_heard_settle(struct ent_exchange *x, struct ent_arena *a, struct ent_str origin,
                     struct ent_err *err);

#endif

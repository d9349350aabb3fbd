/* SPDX-License-Identifier: Apache-2.0 */
/*
 * standing.h - where two counterparts stand with each other under an agreement, as one hash
 * that both compute (docs/exchange.md, Standing).
 *
 * It goes over everything that a conversation would bring into line, each thing once as its
 * owner has it and once as the other knows it.  So the two hashes are the same only where a
 * conversation would change nothing, and one request is enough to find that out.
 */
#ifndef ENT_EXCHANGE_STANDING_H
#define ENT_EXCHANGE_STANDING_H
#include "crypto/hash.h"
#include "exchange/agreement.h"
#include "exchange/peer.h"

/* After so many seconds a whole conversation is due even if nothing is new: cosignatures have a
 * time in them. */
#define ENT_STANDING_S 3600

struct ent_standing {
	uint8_t sha256[ENT_SHA256];
	/* nothing that only this node knows of keeps a conversation from being superfluous */
	bool quiet;
	uint64_t cursor;               /* how far we have their channel */
	uint64_t our_size, their_size; /* of the ledgers, as they are cosigned */
};

/* Where this node stands with the other party of g, an agreement of two that is open. */
int ent_standing(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
                 const struct ent_peer *other, struct ent_standing *out, struct ent_err *err);

/* Whether we owe them nothing and have nothing to ask, and have talked within
 * ENT_STANDING_S. */
int ent_standing_idle(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_agreement *g, struct ent_str party, bool *out,
                      struct ent_err *err);

/*
 * What a counterpart is told that asks whether anything is new, with its own hash (hex): true
 * where the agreement isn't one of two that is open, where the hashes differ, and where it may
 * read an entry that it has not receipted.
 */
int ent_standing_news(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_agreement *g, struct ent_str party, struct ent_str hash,
                      bool *news, struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prove.h - making a proof of warning (proof/warning.h) out of what this node keeps.
 */
#ifndef ENT_EXCHANGE_PROVE_H
#define ENT_EXCHANGE_PROVE_H
#include "exchange/agreement.h"

/*
 * That this node sent an object (version absent: the newest that was) under g, and that the
 * party to (absent: the one counterpart) has it.  ENT_ENOENT if it was not sent; ENT_ESTATE if
 * it is not receipted, or the ledger with that in it not cosigned, yet.  *out is the arena's.
 */
int ent_prove(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
              struct ent_str to, struct ent_str object, struct ent_str version,
              struct ent_str *out, struct ent_err *err);
/* The agreements on whose outbound channel any version of an object stands. */
int ent_sent_under(struct ent_exchange *x, struct ent_arena *a, struct ent_str object,
                   struct ent_str **ids, size_t *n, struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lineage.h - who may give an object a new version: its creator alone (STIX 2.1, 3.6.2).
 */
#ifndef ENT_EXCHANGE_LINEAGE_H
#define ENT_EXCHANGE_LINEAGE_H
#include <entente/json.h>

#include "exchange/agreement.h"

/*
 * For an object that the party from sent under g: ENT_EDENIED, with the reason, if it says to
 * be this node's own work and isn't held here in that version, or is another version of an
 * object that this node made, or has without a creator, or names another creator than the
 * version that is held here; or if that creator is another counterpart of this node, and the
 * version that is held came by another road than g.
 */
int ent_lineage_check(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_agreement *g, struct ent_str from,
                      const struct ent_json *v, struct ent_err *err);

#endif

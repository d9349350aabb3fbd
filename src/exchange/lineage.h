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
 * version that is held here; or if its creator is another counterpart of this node, and nothing
 * is held of it, or the version that is came by another road than g, or it is a party of g.
 */
int ent_lineage_check(struct ent_exchange *x, struct ent_arena *a,
                      const struct ent_agreement *g, struct ent_str from,
                      const struct ent_json *v, struct ent_err *err);
/* Says that it names another creator than the version that is held: ENT_EDENIED. */
int ent_lineage_other_creator(const struct ent_object *o, struct ent_err *err);

#endif

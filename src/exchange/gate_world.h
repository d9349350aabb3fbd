/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate_world.h - what the gate's rules have to know from the store: definitions of markings,
 * where an object came from, what the counterparts have, how many went today.
 */
#ifndef ENT_EXCHANGE_GATE_WORLD_H
#define ENT_EXCHANGE_GATE_WORLD_H
#include "exchange/gate_core.h"

/* Reads an object for the gate; markings that are held are read with it. */
int ent_gate_world_object(struct ent_exchange *x, struct ent_arena *a,
                          const struct ent_json *json, bool check, struct ent_gate_object *out,
                          struct ent_err *err);
/* The same of what arrives under g: only markings that passed under g are read, so that what is
 * answered tells nothing of others that are held. */
int ent_gate_world_arrived(struct ent_exchange *x, struct ent_arena *a,
                           const struct ent_agreement *g, const struct ent_json *json,
                           struct ent_gate_object *out, struct ent_err *err);
/*
 * The circumstances of a held version that is to leave by our own channel of g.  refs: also
 * what of its references the counterparts know, together (NULL: nothing) being what goes along;
 * planned objects count for the day as if they had gone.
 */
int ent_gate_world_case(struct ent_exchange *x, struct ent_arena *a,
                        const struct ent_agreement *g, const struct ent_held *h,
                        const struct ent_gate_object *o, bool refs,
                        const struct ent_map *together, uint64_t planned,
                        struct ent_gate_case *out, struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quarantine.h - what a counterpart sent and contradicts what this node holds from elsewhere.
 *
 * To refuse it would tell the counterpart what is held here.  So it counts as delivered, is put
 * aside for a person, and never becomes a part of the holdings.
 */
#ifndef ENT_EXCHANGE_QUARANTINE_H
#define ENT_EXCHANGE_QUARANTINE_H
#include "exchange/agreement.h"
#include "exchange/holdings.h"

struct ent_quarantined {
	struct ent_str sha256; /* hex, of the object's canonical form */
	struct ent_str agreement, from, at, id, why;
	struct ent_str object; /* JSON */
};

/* Whether the parties of g other than this node can't know, from what passed under g, that an
 * object with the id of v is held here. */
bool ent_quarantine_hides(struct ent_exchange *x, struct ent_arena *a,
                          const struct ent_agreement *g, const struct ent_json *v);
/*
 * What is answered for an object that the gate or the store refused (why) for such a reason: as
 * if what was put aside before were held.  why with *hidden set: it is to be put aside, and
 * counts as delivered.  Else a refusal that the sender may be told, for it follows from what it
 * sent itself: ENT_ECONFLICT, ENT_EDENIED.
 */
int ent_quarantine_judge(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                         const struct ent_object *o, int why, bool *hidden,
                         struct ent_err *err);
/* The marking definition with that id that was put aside under an agreement, which for who sent
 * it is the one that holds; ENT_ENOENT. */
int ent_quarantine_definition(struct ent_exchange *x, struct ent_arena *a,
                              struct ent_str agreement, struct ent_str id,
                              const struct ent_json **out, struct ent_err *err);
/* Puts v aside, inside an open write; what is there already stays. */
int ent_quarantine_put(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                       struct ent_str from, const struct ent_json *v, const struct ent_err *why,
                       struct ent_err *err);
/* Shows each to see(), by agreement and id; ends with what it returns other than 0.  What q has
 * lasts until see() returns. */
int ent_quarantine_each(struct ent_exchange *x,
                        int (*see)(void *self, const struct ent_quarantined *q,
                                   struct ent_err *err),
                        void *self, struct ent_err *err);
/* Forgets what begins with that hash, 8 digits or more.  ENT_ENOENT; ENT_EINVAL if several do.
 */
int ent_quarantine_drop(struct ent_exchange *x, struct ent_arena *a, struct ent_str sha256,
                        struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * approval.h - two-person release: one asks, another one approves or refuses
 * (docs/approval.md).
 *
 * A request is about one version of one object under one agreement, by the hash of its bytes:
 * what changes since needs a request of its own.  Both people are users of this node who have
 * said who they are; each step is an act in the internal ledger.
 */
#ifndef ENT_EXCHANGE_APPROVAL_H
#define ENT_EXCHANGE_APPROVAL_H
#include "exchange/agreement.h"
#include "exchange/holdings.h"

enum ent_approval_state { ENT_APPROVAL_WAITING, ENT_APPROVAL_APPROVED, ENT_APPROVAL_REFUSED };
const char *ent_approval_state_name(enum ent_approval_state s);

struct ent_approval {
	struct ent_str id; /* 64 hex digits; people use the first few */
	struct ent_str agreement, object, version, sha256;
	struct ent_str requested_by, requested_at, decided_by, decided_at, reason;
	enum ent_approval_state state;
};

/* What has come of a version's request; ENT_ENOENT if nobody has asked. */
int ent_approval_of(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                    const struct ent_held *h, struct ent_approval *out, struct ent_err *err);
/* Asks, inside an open write.  What waits or is approved stays as it is, and what was refused
 * unless again.  *waits: whether it waits for a second person now.  ENT_EAUTH if who acts is no
 * user. */
int ent_approval_request(struct ent_exchange *x, struct ent_arena *a, struct ent_str agreement,
                         const struct ent_held *h, bool again, bool *waits,
                         struct ent_err *err);
/*
 * Decides on the one whose id begins so.  ENT_EAUTH if who acts is no user; ENT_EDENIED if it
 * is who asked; ENT_ESTATE if it is decided already; ENT_ENOENT; ENT_EINVAL if several begin
 * so.
 */
int ent_approval_decide(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                        bool approve, struct ent_str reason, struct ent_approval *out,
                        struct ent_err *err);
int ent_approval_find(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                      struct ent_approval *out, struct ent_err *err);
/* Shows each, by id; all: those that are decided too.  Ends with what see() returns other than
 * 0; the memory of one is gone with the next. */
int ent_approvals_each(struct ent_exchange *x, bool all,
                       int (*see)(void *self, const struct ent_approval *v,
                                  struct ent_err *err),
                       void *self, struct ent_err *err);

#endif

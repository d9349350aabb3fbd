/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release.h - putting objects on a channel, once the gate has let them pass.
 */
#ifndef ENT_EXCHANGE_RELEASE_H
#define ENT_EXCHANGE_RELEASE_H
#include "exchange/approval.h"
#include "exchange/gate.h"

struct ent_released {
	struct ent_held held;
	const struct ent_decision *decision; /* lives until the callback returns */
	uint64_t seq;                        /* on the channel; 0 if it isn't put there */
	bool already;                        /* this version was on the channel before */
	bool requested; /* only a second person is missing, who is asked (approval.h) */
};

struct ent_release_options {
	const struct ent_str *ids; /* newest version of each */
	size_t n_ids;
	bool all;            /* every newest own version instead */
	struct ent_str type; /* with all: of this type only; absent: any */
	bool dry_run;
	bool ask_nobody; /* where a second person is missing it is a denial, and no request */
	/* Called for each object, in order; may be NULL. */
	void (*each)(void *self, const struct ent_released *r);
	void (*progress)(void *self, size_t done, size_t total);
	void *self;
};

struct ent_release_report {
	size_t objects, released, queued, denied, already;
	size_t requested; /* wait for a second person */
	size_t withheld;  /* markings that an object names and that the gate did not let go */
};

/* One transaction, in which the agreement is read: every object that passes is on the channel
 * and in the ledger, or none is. */
int ent_release(struct ent_exchange *x, struct ent_str agreement,
                const struct ent_release_options *o, struct ent_release_report *out,
                struct ent_err *err);

/* Approves a request as the second person (ent_approval_decide) and releases what it is about,
 * in one transaction; what the gate says now counts, and is in *rep. */
int ent_approve(struct ent_exchange *x, struct ent_arena *a, struct ent_str id,
                struct ent_str reason, struct ent_approval *out, struct ent_release_report *rep,
                struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * invite.h - invitations: one text that carries a node's card to another (docs/enrolment.md).
 *
 * Whoever accepts one leaves his card with the inviter, over the network or by an answer, which
 * is an invitation too.  Neither is a confirmation: the code is compared all the same.
 */
#ifndef ENT_EXCHANGE_INVITE_H
#define ENT_EXCHANGE_INVITE_H
#include "exchange/peer.h"

struct ent_invitation {
	struct ent_str by, host, name, url; /* of the card */
	struct ent_str invited;     /* the party or host that it is for; absent: anybody */
	struct ent_str answers;     /* the token that it answers, hex; absent if none */
	struct ent_str token, card; /* hex; envelope */
	int64_t at, expires;        /* microseconds */
};

struct ent_invite_options {
	struct ent_str invited; /* absent: whoever gets it first */
	struct ent_str answers; /* of an answer */
	int days;               /* until it expires; 1 to ENT_INVITE_DAYS_MAX */
};
/* Makes one, as text for a file or a mail, and keeps that it is open. ENT_ELIMIT where too many
 * are. */
int ent_invite(struct ent_exchange *x, struct ent_arena *a, const struct ent_invite_options *o,
               struct ent_str *text, struct ent_invitation *out, struct ent_err *err);
/*
 * Reads and verifies one: that it is whole (ENT_EPARSE), unchanged (ENT_ESIG), of another node
 * (ENT_EINVAL), for this one (ENT_EDENIED) and not expired (ENT_ESTATE).
 */
int ent_invitation_read(struct ent_exchange *x, struct ent_arena *a, struct ent_str text,
                        struct ent_invitation *out, struct ent_err *err);

/* What became of the answer. */
struct ent_accepted {
	struct ent_peer peer;
	bool already;       /* it is confirmed here with this card: nothing was done */
	bool delivered;     /* they have our card */
	bool answer;        /* it was one, to an invitation of ours: nobody needs another */
	struct ent_err why; /* why our card couldn't be delivered */
};
/* Keeps the card, unconfirmed, and leaves ours with the inviter where the network permits.
 * name: under which it is known here; NULL: the card's. */
int ent_invitation_accept(struct ent_exchange *x, struct ent_arena *a,
                          const struct ent_invitation *in, const char *name,
                          struct ent_accepted *out, struct ent_err *err);
/* Whoever was invited brings his card: {"card":...,"token":HEX}; pin is that of the connection.
 * Inside a write of its own.  ENT_ENOENT: no such invitation is open. */
int ent_invitation_answer(struct ent_exchange *x, struct ent_arena *a, struct ent_str body,
                          const uint8_t pin[32], struct ent_err *err);
/* How many are open, of those that haven't expired. */
int ent_invitations_open(struct ent_exchange *x, struct ent_arena *a, size_t *n,
                         struct ent_err *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caller.h - who is calling a server: a counterpart, known by its TLS pin, or a local user with
 * a password.
 */
#ifndef ENT_EXCHANGE_CALLER_H
#define ENT_EXCHANGE_CALLER_H
#include "exchange/agreement.h"
#include "taxii/port.h"

enum ent_who_kind { ENT_WHO_PEER, ENT_WHO_USER };

struct ent_who {
	enum ent_who_kind kind;
	struct ent_str party, host;                  /* of a counterpart */
	struct ent_str user;                         /* of a local user */
	bool can_read, can_write, admin, agreements; /* of a local user (user.h) */
};

/* ENT_EAUTH, with what would help, if nobody known is calling. */
int ent_who(struct ent_exchange *x, struct ent_arena *a, const struct ent_caller *caller,
            struct ent_who *out, struct ent_err *err);
/* A counterpart knows of the agreements that it is a party of; a local user that may use them
 * of all. */
bool ent_who_may_know(const struct ent_who *who, const struct ent_agreement *g);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caller.c - who is calling.
 */
#include "exchange/caller.h"

#include "exchange/audit.h"
#include "exchange/login.h"
#include "exchange/peer.h"
#include "exchange/token.h"

static void
be_user(struct ent_exchange *x, struct ent_who *out, const struct ent_user *u)
{
	ent_audit_as(x, "user", u->name);
	*out = (struct ent_who){
		.kind = ENT_WHO_USER,
		.user = u->name,
		.can_read = u->can_read,
		.can_write = u->can_write,
		.admin = u->admin,
		.agreements = u->agreements,
	};
}

/* A counterpart, or a user that is known by a certificate. */
static int
by_certificate(struct ent_exchange *x, struct ent_arena *a, const struct ent_caller *caller,
               struct ent_who *out, struct ent_err *err)
{
	struct ent_user u;
	int rc = ent_peer_by_pin(x, a, caller->pin, &out->party, &out->host);

	out->kind = ENT_WHO_PEER;
	if (rc == 0)
		ent_audit_as(x, "peer", out->party);
	if (rc != ENT_ENOENT)
		return rc ? ent_fail(err, rc, "the counterpart could not be looked up") : 0;
	rc = ent_certificate_login(x, a, caller->pin, &u, err);
	if (rc == 0)
		be_user(x, out, &u);
	return rc;
}

int
ent_who(struct ent_exchange *x, struct ent_arena *a, const struct ent_caller *caller,
        struct ent_who *out, struct ent_err *err)
{
	struct ent_user u;
	int rc;

	*out = (struct ent_who){ .kind = ENT_WHO_USER };
	if (!caller->user.p && !caller->token.p)
		return caller->has_pin ? by_certificate(x, a, caller, out, err)
		                       : ent_fail(err, ENT_EAUTH,
		                                  "show the certificate of an enrolled "
		                                  "counterpart or of a local user, or give a "
		                                  "user name and password");
	rc = caller->login ? ent_login_end(caller->login, x, a, &u, err)
	     : caller->user.p
	         ? ent_login(x, a, caller->from, caller->user, caller->password, &u, err)
	         : ent_token_login(x, a, caller->token, &u, err);
	if (rc == 0)
		be_user(x, out, &u);
	return rc;
}

bool
ent_who_may_know(const struct ent_who *who, const struct ent_agreement *g)
{
	return who->kind == ENT_WHO_USER ? who->agreements
	                                 : ent_agreement_party(g, who->party) >= 0;
}

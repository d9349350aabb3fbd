/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caller.c - who is calling.
 */
#include "exchange/caller.h"

#include "exchange/login.h"
#include "exchange/peer.h"
#include "exchange/token.h"

int
ent_who(struct ent_exchange *x, struct ent_arena *a, const struct ent_caller *caller,
        struct ent_who *out, struct ent_err *err)
{
	struct ent_user u;
	int rc;

	*out = (struct ent_who){ .kind = ENT_WHO_USER };
	if (caller->user.p || caller->token.p) {
		rc = caller->login    ? ent_login_end(caller->login, x, a, &u, err)
		     : caller->user.p ? ent_login(x, a, caller->from, caller->user,
		                                  caller->password, &u, err)
		                      : ent_token_login(x, a, caller->token, &u, err);
		if (rc)
			return rc;
		out->user = u.name;
		out->can_read = u.can_read;
		out->can_write = u.can_write;
		out->admin = u.admin;
		out->agreements = u.agreements;
		return 0;
	}
	if (!caller->has_pin)
		return ent_fail(err, ENT_EAUTH,
		                "show the certificate of an enrolled counterpart, or a user "
		                "name and password");
	rc = ent_peer_by_pin(x, a, caller->pin, &out->party, &out->host);
	if (rc == ENT_ENOENT)
		return ent_fail(err, ENT_EAUTH,
		                "the certificate is not that of a confirmed counterpart: was "
		                "its key changed, or is it not enrolled here?");
	out->kind = ENT_WHO_PEER;
	return rc ? ent_fail(err, rc, "the counterpart could not be looked up") : 0;
}

bool
ent_who_may_know(const struct ent_who *who, const struct ent_agreement *g)
{
	return who->kind == ENT_WHO_USER ? who->agreements
	                                 : ent_agreement_party(g, who->party) >= 0;
}

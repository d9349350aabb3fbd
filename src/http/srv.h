/* SPDX-License-Identifier: Apache-2.0 */
/*
 * srv.h - where a service of a domain is: SRV records of the DNS (RFC 2782).
 */
#ifndef ENT_HTTP_SRV_H
#define ENT_HTTP_SRV_H
#include <entente/str.h>

#define ENT_SRV_MAX  32  /* records that are looked at; domains have two or three */
#define ENT_SRV_NAME 256 /* of a host, with its NUL: DNS has 253 characters at most */

struct ent_srv {
	uint16_t priority, weight, port;
	char host[ENT_SRV_NAME]; /* without a dot at its end */
};

/* The name of a domain as DNS has it: labels of letters, digits, hyphens and underscores.  A
 * dot at its end is fine. */
bool ent_srv_is_name(struct ent_str s);
/* Whether host is domain or below it. */
bool ent_srv_within(struct ent_str host, struct ent_str domain);
/*
 * The SRV records of an answer, as they came over the wire, at most ENT_SRV_MAX.  Records whose
 * host is no name or whose port is 0 are passed over.  ENT_ENOENT: there is none, or the domain
 * says (by the host ".") that it has no such service; ENT_EPROTO: it isn't an answer.
 */
int ent_srv_read(struct ent_str message, struct ent_srv list[ENT_SRV_MAX], size_t *count,
                 struct ent_err *err);
/* The order in which to try them: by priority, and among equal ones at random by weight, as
 * RFC 2782 has it.  random gives any number each time. */
void ent_srv_order(struct ent_srv *list, size_t count, uint32_t (*random)(void *self),
                   void *self);
/*
 * Asks for the SRV records of a name like "_taxii2._tcp.example.org", which is taken as whole,
 * and puts them in order.  server: "ADDRESS" or "ADDRESS:PORT" (IPv4) of a name server; NULL:
 * those of resolv.conf(5).  ENT_ENOENT, ENT_ENET, ENT_EPROTO, ENT_EINVAL.
 */
int ent_srv_lookup(const char *name, const char *server, struct ent_srv list[ENT_SRV_MAX],
                   size_t *count, struct ent_err *err);

#endif

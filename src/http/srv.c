/* SPDX-License-Identifier: Apache-2.0 */
/*
 * srv.c - SRV records: asked for through the C library's resolver, read, and put in order.
 */
#include "http/srv.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>

#include "crypto/random.h"

#define ANSWER_MAX 16384 /* thirty records; a longer answer is no address list */
#define RDATA_MIN  7     /* three numbers and the shortest name */
#define LABEL_MAX  63
#define SECONDS    3 /* for each try, of two */

bool
ent_srv_is_name(struct ent_str s)
{
	size_t label = 0;

	if (s.n && s.p[s.n - 1] == '.')
		s.n--;
	if (!s.n || s.n >= ENT_SRV_NAME - 2)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];
		bool good = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
		            (ch >= '0' && ch <= '9') || ch == '-' || ch == '_';

		if (ch == '.' ? label == 0 : !good || label == LABEL_MAX)
			return false;
		label = ch == '.' ? 0 : label + 1;
	}
	return label > 0;
}

static struct ent_str
bare(struct ent_str s)
{
	if (s.n && s.p[s.n - 1] == '.')
		s.n--;
	return s;
}

bool
ent_srv_within(struct ent_str host, struct ent_str domain)
{
	host = bare(host);
	domain = bare(domain);
	if (!domain.n || host.n < domain.n ||
	    strncasecmp(host.p + host.n - domain.n, domain.p, domain.n) != 0)
		return false;
	return host.n == domain.n || host.p[host.n - domain.n - 1] == '.';
}

/* One record.  *none: it says that there is no such service. */
static bool
read_record(ns_msg *m, const ns_rr *rr, struct ent_srv *out, bool *none)
{
	const unsigned char *d = ns_rr_rdata(*rr);
	char host[NS_MAXDNAME];
	struct ent_str name;

	if (ns_rr_type(*rr) != ns_t_srv || ns_rr_class(*rr) != ns_c_in ||
	    ns_rr_rdlen(*rr) < RDATA_MIN ||
	    ns_name_uncompress(ns_msg_base(*m), d + ns_rr_rdlen(*rr), d + 6, host,
	                       sizeof(host)) < 0)
		return false;
	*out = (struct ent_srv){ .priority = (uint16_t)ns_get16(d),
		                 .weight = (uint16_t)ns_get16(d + 2),
		                 .port = (uint16_t)ns_get16(d + 4) };
	name = bare(ent_str_c(host));
	*none = *none || name.n == 0;
	if (!out->port || !ent_srv_is_name(name))
		return false;
	memcpy(out->host, name.p, name.n);
	return true;
}

int
ent_srv_read(struct ent_str message, struct ent_srv list[ENT_SRV_MAX], size_t *count,
             struct ent_err *err)
{
	bool none = false;
	ns_msg m;
	ns_rr rr;
	int n;

	*count = 0;
	if (message.n > INT32_MAX ||
	    ns_initparse((const unsigned char *)message.p, (int)message.n, &m) ||
	    !ns_msg_getflag(m, ns_f_qr) || ns_msg_getflag(m, ns_f_rcode) != ns_r_noerror)
		return ent_fail(err, ENT_EPROTO, "the name server's message isn't an answer");
	n = ns_msg_count(m, ns_s_an);
	for (int i = 0; i < n && *count < ENT_SRV_MAX; i++) {
		if (ns_parserr(&m, ns_s_an, i, &rr)) {
			*count = 0;
			return ent_fail(err, ENT_EPROTO, "record %d of the answer is broken",
			                i);
		}
		*count += read_record(&m, &rr, &list[*count], &none);
	}
	if (*count)
		return 0;
	return ent_fail(err, ENT_ENOENT,
	                none ? "the domain says that it has no such service"
	                     : "there is no SRV record that can be used");
}

/* ---- order ---- */

static int
by_priority(const void *a, const void *b)
{
	const struct ent_srv *x = a, *y = b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	/* those of no weight first: a number of 0 then gives them their small chance */
	return (x->weight != 0) - (y->weight != 0);
}

/* Moves one of count records to the front, each as likely as it weighs. */
static void
choose(struct ent_srv *list, size_t count, uint32_t number)
{
	struct ent_srv chosen;
	uint32_t sum = 0, upto = 0;
	size_t i = 0;

	for (size_t k = 0; k < count; k++)
		sum += list[k].weight;
	number %= sum + 1;
	while (i + 1 < count && (upto += list[i].weight) < number)
		i++;
	chosen = list[i];
	memmove(list + 1, list, i * sizeof(*list));
	list[0] = chosen;
}

void
ent_srv_order(struct ent_srv *list, size_t count, uint32_t (*random)(void *self), void *self)
{
	size_t end;

	qsort(list, count, sizeof(*list), by_priority);
	for (size_t at = 0; at < count; at++) {
		end = at + 1;
		while (end < count && list[end].priority == list[at].priority)
			end++;
		choose(list + at, end - at, random(self));
	}
}

/* ---- the question ---- */

static uint32_t
any_number(void *self)
{
	uint32_t n;

	(void)self;
	ent_random(&n, sizeof(n));
	return n;
}

/* "192.0.2.53" or "192.0.2.53:5353" instead of what resolv.conf(5) names. */
static int
set_server(struct __res_state *r, const char *server, struct ent_err *err)
{
	struct sockaddr_in *to = &r->nsaddr_list[0];
	struct ent_str s = ent_str_c(server);
	size_t colon = ent_str_find(s, ':');
	uint64_t port = NS_DEFAULTPORT;
	char address[INET_ADDRSTRLEN] = "";

	if (colon < sizeof(address))
		memcpy(address, s.p, colon);
	*to = (struct sockaddr_in){ .sin_family = AF_INET };
	if (inet_pton(AF_INET, address, &to->sin_addr) != 1 ||
	    (colon < s.n &&
	     (ent_str_u64(ent_str_from(s, colon + 1), UINT16_MAX, &port) || !port)))
		return ent_fail(
		    err, ENT_EINVAL,
		    "%.80s isn't a name server's address: 192.0.2.53 or 192.0.2.53:5353",
		    server);
	to->sin_port = htons((uint16_t)port);
	r->nscount = 1;
	return 0;
}

static int
ask(struct __res_state *r, const char *name, unsigned char *answer, size_t *n,
    struct ent_err *err)
{
	int got = res_nquery(r, name, ns_c_in, ns_t_srv, answer, ANSWER_MAX);

	if (got >= 0) {
		*n = got < ANSWER_MAX ? (size_t)got : ANSWER_MAX;
		return 0;
	}
	if (r->res_h_errno == HOST_NOT_FOUND || r->res_h_errno == NO_DATA)
		return ent_fail(err, ENT_ENOENT, "there is no SRV record");
	return ent_fail(err, ENT_ENET,
	                "the name server can't be reached, or has no answer now");
}

int
ent_srv_lookup(const char *name, const char *server, struct ent_srv list[ENT_SRV_MAX],
               size_t *count, struct ent_err *err)
{
	unsigned char answer[ANSWER_MAX];
	struct __res_state r = { 0 };
	size_t n = 0;
	int rc = 0;

	*count = 0;
	if (!ent_srv_is_name(ent_str_c(name)))
		return ent_fail(err, ENT_EINVAL, "%.100s isn't a name of the DNS", name);
	if (res_ninit(&r))
		return ent_fail(err, ENT_ENET, "the resolver can't be set up");
	r.retrans = SECONDS;
	r.retry = 2;
	if (server)
		rc = set_server(&r, server, err);
	if (rc == 0)
		rc = ask(&r, name, answer, &n, err);
	res_nclose(&r);
	if (rc == 0)
		rc =
		    ent_srv_read((struct ent_str){ (const char *)answer, n }, list, count, err);
	if (rc)
		return ent_within(err, rc, "%.253s", name);
	ent_srv_order(list, *count, any_number, NULL);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listen.c - addresses, and sockets that listen on them.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/http_int.h"

#define BACKLOG 4096

void
ent_listen_name(const struct sockaddr *sa, char *out, size_t room)
{
	char host[INET6_ADDRSTRLEN] = "?";
	struct sockaddr_in6 v6;
	struct sockaddr_in v4;

	if (sa->sa_family == AF_INET6) {
		memcpy(&v6, sa, sizeof(v6));
		(void)inet_ntop(AF_INET6, &v6.sin6_addr, host, sizeof(host));
		(void)snprintf(out, room, "[%s]:%d", host, ntohs(v6.sin6_port));
	} else {
		memcpy(&v4, sa, sizeof(v4));
		(void)inet_ntop(AF_INET, &v4.sin_addr, host, sizeof(host));
		(void)snprintf(out, room, "%s:%d", host, ntohs(v4.sin_port));
	}
}

static bool
is_loopback(const struct sockaddr *sa)
{
	struct sockaddr_in6 v6;
	struct sockaddr_in v4;

	if (sa->sa_family == AF_INET6) {
		memcpy(&v6, sa, sizeof(v6));
		return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
	}
	memcpy(&v4, sa, sizeof(v4));
	return sa->sa_family == AF_INET && ntohl(v4.sin_addr.s_addr) >> 24 == 127;
}

/* "[::1]:6443" or "127.0.0.1:6443". */
static int
resolve(const char *where, struct addrinfo **out, struct ent_err *err)
{
	struct addrinfo hints = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
		                  .ai_socktype = SOCK_STREAM };
	const char *colon = strrchr(where, ':');
	char host[256];
	size_t n = colon ? (size_t)(colon - where) : 0;
	int rc;

	if (!colon || n == 0 || n >= sizeof(host) || !colon[1])
		return ent_fail(err, ENT_EINVAL,
		                "listen address \"%s\": write ADDRESS:PORT, as 127.0.0.1:6443 "
		                "or [::1]:6443",
		                where);
	if (where[0] == '[' && where[n - 1] == ']') {
		where++;
		n -= 2;
	}
	memcpy(host, where, n);
	host[n] = '\0';
	rc = getaddrinfo(host, colon + 1, &hints, out);
	if (rc)
		return ent_fail(err, ENT_EINVAL, "listen address %s port %s: %s", host,
		                colon + 1, gai_strerror(rc));
	return 0;
}

static int
failed(const struct sockaddr *sa, struct ent_err *err)
{
	int e = errno;
	char name[80];

	ent_listen_name(sa, name, sizeof(name));
	if (e == EADDRINUSE)
		return ent_fail(err, ENT_EBUSY,
		                "%s is in use: another program listens there (another node?); "
		                "stop it, or listen on another port",
		                name);
	if (e == EACCES)
		return ent_fail(err, ENT_EDENIED,
		                "%s: ports below 1024 need CAP_NET_BIND_SERVICE; give it, or "
		                "listen on a higher port",
		                name);
	errno = e;
	return ent_fail(err, e == EADDRNOTAVAIL ? ENT_EINVAL : ENT_ENET, "listen on %s: %m",
	                name);
}

/*
 * Sockets with SO_REUSEPORT may join those of another process of the same user, silently:
 * shared is false for one that is bound first, to find out whether somebody is there already.
 */
static int
bound(const struct sockaddr *sa, socklen_t n, bool shared)
{
	int on = 1, fd = socket(sa->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
	    e;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
	    (!shared || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0) &&
	    bind(fd, sa, n) == 0)
		return fd;
	e = errno;
	(void)close(fd);
	errno = e;
	return -1;
}

static int
listen_all(struct sockaddr *sa, socklen_t len, int *fd, size_t n, struct ent_err *err)
{
	int probe = bound(sa, len, false);

	if (probe < 0 || getsockname(probe, sa, &len)) /* port 0 becomes one */
		return failed(sa, err);
	(void)close(probe);
	for (size_t i = 0; i < n; i++) {
		fd[i] = bound(sa, len, true);
		if (fd[i] < 0 || listen(fd[i], BACKLOG))
			return failed(sa, err);
	}
	return 0;
}

int
ent_listen(const char *where, bool loopback_only, int *fd, size_t n, int *port,
           struct ent_err *err)
{
	struct sockaddr_storage ss = { .ss_family = AF_UNSPEC };
	struct addrinfo *ai = NULL;
	socklen_t len;
	int rc = resolve(where, &ai, err);

	for (size_t i = 0; i < n; i++)
		fd[i] = -1;
	if (rc)
		return rc;
	len = ai->ai_addrlen < sizeof(ss) ? ai->ai_addrlen : (socklen_t)sizeof(ss);
	memcpy(&ss, ai->ai_addr, len);
	freeaddrinfo(ai);
	if (loopback_only && !is_loopback((struct sockaddr *)&ss))
		return ent_fail(err, ENT_EINVAL,
		                "%s: plain HTTP is served on a loopback address only; give a "
		                "certificate and its key, or listen on 127.0.0.1",
		                where);
	rc = listen_all((struct sockaddr *)&ss, len, fd, n, err);
	if (rc) {
		for (size_t i = 0; i < n; i++)
			if (fd[i] >= 0)
				(void)close(fd[i]);
		return rc;
	}
	/* the port stands at the same place in both families */
	*port = ntohs(((struct sockaddr_in *)&ss)->sin_port);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listen.c - addresses, and sockets that listen on them.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/http_int.h"

#define BACKLOG 4096

void
ent_listen_name(const struct sockaddr *sa, char *out, size_t room)
{
	char host[INET6_ADDRSTRLEN] = "?";
	struct sockaddr_in6 v6;
	struct sockaddr_in v4;

	if (sa->sa_family == AF_UNIX) {
		(void)snprintf(out, room, "unix");
	} else if (sa->sa_family == AF_INET6) {
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

/* ---- Unix sockets ---- */

const char *
ent_listen_path(const char *where)
{
	size_t n = sizeof("unix:") - 1;

	return where && strncmp(where, "unix:", n) == 0 ? where + n : NULL;
}

/* What a server that was killed has left behind is taken away; nothing else is. */
static int
clear_path(const char *path, const struct sockaddr_un *sa, struct ent_err *err)
{
	struct stat st;
	int fd, rc;

	if (lstat(path, &st))
		return errno == ENOENT ? 0 : ent_fail(err, ENT_ESTORE, "%s: %m", path);
	if (!S_ISSOCK(st.st_mode))
		return ent_fail(err, ENT_EEXIST,
		                "%s is there, and is no socket: choose another path", path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return ent_fail(err, ENT_ENET, "%s: %m", path);
	rc = connect(fd, (const struct sockaddr *)sa, sizeof(*sa));
	rc = rc ? errno : 0;
	(void)close(fd);
	if (rc == ECONNREFUSED && unlink(path) == 0)
		return 0;
	return ent_fail(err, ENT_EBUSY,
	                "%s is in use: another program listens there (another node?)", path);
}

/* For the owner and its group: whoever may write to it may connect. */
static int
bind_path(int fd, const char *path, const struct sockaddr_un *sa, struct ent_err *err)
{
	const mode_t mode = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP;

	/* the mode before it can be found, as Linux has it; umask takes off some */
	if (fchmod(fd, mode) || bind(fd, (const struct sockaddr *)sa, sizeof(*sa)) ||
	    chmod(path, mode) || listen(fd, BACKLOG))
		return ent_fail(err, ENT_ENET, "listen on %s: %m", path);
	return 0;
}

/* One socket, of which each thread has a descriptor. */
static int
listen_unix(const char *path, int *fd, size_t n, struct ent_err *err)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	int rc;

	if (len == 0 || len >= sizeof(sa.sun_path))
		return ent_fail(err, ENT_EINVAL,
		                "unix:%s: the path of a socket has 1 to %zu bytes", path,
		                sizeof(sa.sun_path) - 1);
	memcpy(sa.sun_path, path, len);
	rc = clear_path(path, &sa, err);
	if (rc)
		return rc;
	fd[0] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd[0] < 0)
		return ent_fail(err, ENT_ENET, "%s: %m", path);
	rc = bind_path(fd[0], path, &sa, err);
	for (size_t i = 1; rc == 0 && i < n; i++) {
		fd[i] = fcntl(fd[0], F_DUPFD_CLOEXEC, 0);
		if (fd[i] < 0)
			rc = ent_fail(err, ENT_ENET, "%s: %m", path);
	}
	return rc;
}

/* ---- both ---- */

int
ent_listen_port(int fd, int *port, struct ent_err *err)
{
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss), n = sizeof(int);
	struct sockaddr_in v4;
	int listens = 0;

	memset(&ss, 0, sizeof(ss));
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &n) || !listens ||
	    getsockname(fd, (struct sockaddr *)&ss, &len))
		return ent_fail(err, ENT_EINVAL, "descriptor %d is no socket that listens", fd);
	memcpy(&v4, &ss, sizeof(v4)); /* the port stands at the same place in both families */
	*port = ss.ss_family == AF_UNIX ? 0 : ntohs(v4.sin_port);
	return 0;
}

static int
listen_inet(const char *where, bool loopback_only, int *fd, size_t n, int *port,
            struct ent_err *err)
{
	struct sockaddr_storage ss = { .ss_family = AF_UNSPEC };
	struct addrinfo *ai = NULL;
	socklen_t len;
	int rc = resolve(where, &ai, err);

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
	return rc ? rc : ent_listen_port(fd[0], port, err);
}

int
ent_listen(const char *where, bool plain, int *fd, size_t n, int *port, struct ent_err *err)
{
	const char *path = ent_listen_path(where);
	int rc;

	for (size_t i = 0; i < n; i++)
		fd[i] = -1;
	*port = 0;
	if (path && !plain)
		rc = ent_fail(err, ENT_EINVAL,
		              "%s: a Unix socket is for plain HTTP (--listen-plain)", where);
	else if (path)
		rc = listen_unix(path, fd, n, err);
	else
		rc = listen_inet(where, plain, fd, n, port, err);
	for (size_t i = 0; rc && i < n; i++)
		if (fd[i] >= 0)
			(void)close(fd[i]);
	return rc;
}

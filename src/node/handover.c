/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handover.c - one served node's place given to another process of the same command, listening
 * sockets and lock included, so that no connection is refused meanwhile.
 *
 * What is handed over stands in one variable of the environment, a line a thing:
 *
 *   lock FD
 *   ready FD                   a pipe, on which the new process says that it serves
 *   listener ADDRESS FD FD ... one FD a thread
 */
#include "node/handover.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

#define VARIABLE "ENTENTE_HANDOVER"
#define TEXT_MAX ((size_t)16 << 10)
#define READY    "ready\n"

/* ---- giving ---- */

static struct ent_str
text_of(struct ent_arena *a, const struct ent_handover *h, int ready)
{
	struct ent_str text = { NULL, 0 };
	struct ent_buf b;

	ent_buf_init(&b, TEXT_MAX);
	ent_buf_printf(&b, VARIABLE "=lock %d\nready %d\n", h->lock, ready);
	for (size_t i = 0; i < h->n; i++) {
		ent_buf_printf(&b, "listener %s", h->at[i].address);
		for (size_t j = 0; j < h->at[i].n; j++)
			ent_buf_printf(&b, " %d", h->at[i].fd[j]);
		ent_buf_ch(&b, '\n');
	}
	text = ent_buf_done(&b, a);
	ent_buf_release(&b);
	return text;
}

/* Ours, without what an earlier process may have been given, and with text. */
static char **
environment(struct ent_arena *a, struct ent_str text)
{
	char **env, *own;
	size_t n = 0, k = 0;

	while (environ[n])
		n++;
	env = ent_arena_alloc(a, (n + 2) * sizeof(*env));
	own = ent_arena_alloc(a, text.n + 1);
	if (!env || !own)
		return NULL;
	memcpy(own, text.p, text.n);
	own[text.n] = '\0';
	for (size_t i = 0; i < n; i++)
		if (strncmp(environ[i], VARIABLE "=", sizeof(VARIABLE)) != 0)
			env[k++] = environ[i];
	env[k++] = own;
	env[k] = NULL;
	return env;
}

/* Its descriptors stay open there, and only these: all others of ours close on exec. */
static int
keep_open(posix_spawn_file_actions_t *fa, const struct ent_handover *h, int ready)
{
	int rc = posix_spawn_file_actions_adddup2(fa, ready, ready);

	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(fa, h->lock, h->lock);
	for (size_t i = 0; rc == 0 && i < h->n; i++)
		for (size_t j = 0; rc == 0 && j < h->at[i].n; j++)
			rc = posix_spawn_file_actions_adddup2(fa, h->at[i].fd[j],
			                                      h->at[i].fd[j]);
	return rc;
}

static int
spawn(const struct ent_handover *h, struct ent_arena *a, char *const *argv,
      const sigset_t *signals, int ready, pid_t *pid)
{
	struct ent_str text = text_of(a, h, ready);
	char **env = text.p ? environment(a, text) : NULL;
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	int rc;

	if (!env)
		return ENOMEM;
	rc = posix_spawn_file_actions_init(&fa);
	if (rc)
		return rc;
	rc = posix_spawnattr_init(&attr);
	if (rc == 0) {
		rc = keep_open(&fa, h, ready);
		if (rc == 0)
			rc = posix_spawnattr_setsigmask(&attr, signals);
		if (rc == 0)
			rc = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
		if (rc == 0)
			rc = posix_spawnp(pid, argv[0], &fa, &attr, argv, env);
		(void)posix_spawnattr_destroy(&attr);
	}
	(void)posix_spawn_file_actions_destroy(&fa);
	return rc;
}

/* 0 once it says that it serves; it ended or took too long: it is gone afterwards. */
static int
wait_for(pid_t pid, int ready, int wait_ms, struct ent_err *err)
{
	struct pollfd p = { .fd = ready, .events = POLLIN };
	char said[sizeof(READY)] = "";
	int rc, status = 0;

	do
		rc = poll(&p, 1, wait_ms);
	while (rc < 0 && errno == EINTR);
	if (rc > 0 && read(ready, said, sizeof(said) - 1) == (ssize_t)sizeof(READY) - 1)
		return 0;
	if (rc <= 0)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (rc <= 0)
		return ent_fail(err, ENT_EBUSY, "process %ld took longer than %d s to start",
		                (long)pid, wait_ms / 1000);
	return ent_fail(err, ENT_ESTATE,
	                "process %ld ended with status %d before it served; it says why itself",
	                (long)pid, WIFEXITED(status) ? WEXITSTATUS(status) : 128);
}

int
ent_handover_give(const struct ent_handover *h, struct ent_arena *a, char *const *argv,
                  const sigset_t *signals, int wait_ms, long *pid, struct ent_err *err)
{
	pid_t child = 0;
	int ready[2], rc;

	if (pipe2(ready, O_CLOEXEC))
		return ent_fail(err, ENT_ENOMEM, "pipe: %m");
	errno = spawn(h, a, argv, signals, ready[1], &child);
	(void)close(ready[1]);
	rc = errno ? ent_fail(err, ENT_ESTATE, "%s: %m", argv[0])
	           : wait_for(child, ready[0], wait_ms, err);
	(void)close(ready[0]);
	*pid = (long)child;
	return rc;
}

/* ---- taking ---- */

static struct ent_str
word(struct ent_str *line, char end)
{
	struct ent_str w = *line;

	w.n = ent_str_find(w, end);
	*line = ent_str_from(*line, w.n + 1);
	return w;
}

/* A number that is a descriptor of ours; none of our own children has it. */
static bool
descriptor(struct ent_str *line, int *fd)
{
	uint64_t n;

	if (ent_str_u64(word(line, ' '), INT32_MAX, &n) || n <= STDERR_FILENO)
		return false;
	*fd = (int)n;
	return fcntl(*fd, F_SETFD, FD_CLOEXEC) == 0;
}

static bool
take_listener(struct ent_handover *h, struct ent_str line)
{
	struct ent_listeners *at = &h->at[h->n];
	struct ent_str address;

	if (h->n == ENT_HANDOVER_ADDRESSES)
		return false;
	address = word(&line, ' ');
	if (address.n >= sizeof(at->address))
		return false;
	memcpy(at->address, address.p, address.n);
	at->address[address.n] = '\0';
	h->n++;
	while (line.n > 0)
		if (at->n == ENT_HTTP_THREADS || !descriptor(&line, &at->fd[at->n++]))
			return false;
	return at->n > 0;
}

static bool
take_line(struct ent_handover *h, struct ent_str line)
{
	struct ent_str what = word(&line, ' ');

	if (ent_str_is(what, "lock"))
		return descriptor(&line, &h->lock);
	if (ent_str_is(what, "ready"))
		return descriptor(&line, &h->ready);
	return ent_str_is(what, "listener") && take_listener(h, line);
}

int
ent_handover_take(struct ent_handover *h, struct ent_err *err)
{
	const char *value = getenv(VARIABLE);
	struct ent_str text = value ? ent_str_c(value) : (struct ent_str){ NULL, 0 };
	bool ok = true;

	memset(h, 0, sizeof(*h));
	h->lock = h->ready = -1;
	while (ok && text.n > 0)
		ok = take_line(h, word(&text, '\n'));
	if (ok && (!value || (h->lock >= 0 && h->ready >= 0)))
		return 0;
	return ent_fail(err, ENT_EINVAL,
	                "the environment has " VARIABLE
	                ", and what it names isn't there: it is "
	                "set by a node that hands its place over; unset it");
}

bool
ent_handover_listeners(struct ent_handover *h, const char *address, const int **fd, size_t *n)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->at[i].address, address) == 0) {
			*fd = h->at[i].fd;
			*n = h->at[i].n;
			h->at[i].address[0] = '\0'; /* given away */
			return true;
		}
	return false;
}

int
ent_handover_ready(struct ent_handover *h, struct ent_err *err)
{
	int rc = 0;

	for (size_t i = 0; i < h->n; i++) /* addresses that are served no more */
		for (size_t j = 0; h->at[i].address[0] && j < h->at[i].n; j++)
			(void)close(h->at[i].fd[j]);
	h->n = 0;
	if (h->ready >= 0) {
		rc = ent_fd_write(h->ready, ENT_STR(READY), err);
		(void)close(h->ready);
		h->ready = -1;
	}
	return rc;
}

/* ---- who watches over us ---- */

void
ent_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	size_t n = path ? strlen(path) : 0;
	int fd;

	if (n < 2 || n >= sizeof(sa.sun_path) || (path[0] != '/' && path[0] != '@'))
		return;
	memcpy(sa.sun_path, path, n);
	if (path[0] == '@')
		sa.sun_path[0] = '\0'; /* an abstract name */
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&sa,
	             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	(void)close(fd);
}

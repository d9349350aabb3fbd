/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lock.c - one server a node, and no change of its keys meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "node/node_int.h"

static int
served_already(const char *path, int fd, struct ent_err *err)
{
	char text[24] = "";
	struct ent_str pid;
	ssize_t n = read(fd, text, sizeof(text) - 1);

	pid = (struct ent_str){ text, n > 0 ? (size_t)n : 0 };
	pid.n = ent_str_find(pid, '\n');
	return ent_fail(err, ENT_EBUSY, "this node is served already, by process %.*s (%s)",
	                pid.n ? (int)pid.n : 1, pid.n ? text : "?", path);
}

int
ent_node_lock(const struct ent_node *n, int *fd, struct ent_err *err)
{
	struct ent_str path = ent_node_path(n->arena, n->dir, ENT_LOCK_FILE);
	int rc;

	*fd = -1;
	if (!path.p)
		return ent_fail(err, ENT_ENOMEM, "out of memory");
	*fd = open(path.p, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
	if (*fd < 0)
		return ent_fail(err, ent_errno_code(errno), "%s: %m", path.p);
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	rc = errno == EWOULDBLOCK ? served_already(path.p, *fd, err)
	                          : ent_fail(err, ent_errno_code(errno), "%s: %m", path.p);
	(void)close(*fd);
	*fd = -1;
	return rc;
}

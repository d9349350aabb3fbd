/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handover.h - a served node's place handed to another process: the sockets that listen, the
 * lock of the folder, and the word that it may go.
 */
#ifndef ENT_NODE_HANDOVER_H
#define ENT_NODE_HANDOVER_H
#include <signal.h>

#include "http/server.h"

/* Addresses that a node listens on: TLS and plain. */
#define ENT_HANDOVER_ADDRESSES 2

struct ent_handover {
	int lock, ready; /* -1: none */
	struct ent_listeners {
		char address[256]; /* as ent_http_config's listen */
		int fd[ENT_HTTP_THREADS];
		size_t n;
	} at[ENT_HANDOVER_ADDRESSES];
	size_t n;
};

/*
 * Starts argv (argv[0] is looked for as a shell would) with the descriptors of h, and waits
 * until it says that it serves; signals: its mask.  *pid: its number.  If it fails nothing of
 * it is left, and all is as before: ENT_ESTATE where it couldn't be started or ended, ENT_EBUSY
 * where it took too long.  The descriptors stay ours too.
 */
int ent_handover_give(const struct ent_handover *h, struct ent_arena *a, char *const *argv,
                      const sigset_t *signals, int wait_ms, long *pid, struct ent_err *err);
/* What this process was given; nothing: lock is -1 and n is 0.  Before there are threads. */
int ent_handover_take(struct ent_handover *h, struct ent_err *err);
/* The listeners at an address, which are the caller's from now on; false: there are none. */
bool ent_handover_listeners(struct ent_handover *h, const char *address, const int **fd,
                            size_t *n);
/* Says that it serves; does nothing where nothing was taken.  Closes what nobody wanted. */
int ent_handover_ready(struct ent_handover *h, struct ent_err *err);

/* Tells whoever started the process about it, as sd_notify(3) does ("READY=1", "MAINPID=7");
 * nothing happens where nobody wants to know. */
void ent_notify(const char *state);

#endif

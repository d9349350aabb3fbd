/* SPDX-License-Identifier: Apache-2.0 */
/*
 * app.h - the application that the HTTP tests serve: it echoes, counts and fails on demand.
 */
#ifndef ENT_TESTS_HTTP_APP_H
#define ENT_TESTS_HTTP_APP_H
#include <pthread.h>
#include <stdatomic.h>

#include "http/server.h"
#include "test.h"

struct app {
	struct ent_http_app callbacks;
	struct ent_blob *big;
	size_t body_max;
	int end_code;       /* what batch_end answers */
	int begin_code;     /* what batch_begin answers */
	int write_ms;       /* how long a write takes */
	int open_code;      /* what open answers for the loops */
	atomic_int find_ms; /* how long it takes to find something out */
	atomic_int opened, closed, admitted, served, batches, largest, dones, finds, verdicts,
	    packs;
};

#define BIG_BYTES ((size_t)350000)

/* A running server with its application, and an arena for the test. */
struct fix {
	struct app app;
	struct ent_http_config config;
	struct ent_server *server;
	struct ent_arena *arena;
	char url[80];
	int port;
};

int fix_setup(void **state);
int fix_teardown(void **state);
int fix_start(
    struct fix *f,
    struct ent_err *err); /* f->config, with a listen address and two threads if it has none */
void fix_start_plain(struct fix *f);
void fix_start_tls(struct fix *f);

/* Certificates of a node and of its peer, in a folder of their own. */
extern char node_key[96], node_cert[96], peer_key[96], peer_cert[96];
extern uint8_t node_pin[32], peer_pin[32];
int certificates_setup(void **state);
int certificates_teardown(void **state);

/* A blocking connection to 127.0.0.1; reading gives up after ten seconds. */
int net_connect(int port);
/* The same in two steps. */
int net_socket(void);
int net_connect_with(int fd, int port);
void net_send(int fd, struct ent_str s);
/* Whether a whole answer with this status came, its body read; the rest stays. */
int net_status(int fd);
/* All until the end; the count, -1 for a reset, -2 if nothing came in time. */
long net_drain(int fd);
int64_t net_ms(void);

void app_init(struct app *a);
void app_release(struct app *a);

#endif

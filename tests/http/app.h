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
	int end_code;   /* what batch_end answers */
	int begin_code; /* what batch_begin answers */
	int write_ms;   /* how long a write takes */
	atomic_int opened, closed, served, batches, largest, in_batch, dones;
};

#define BIG_BYTES ((size_t)350000)

void app_init(struct app *a);
void app_release(struct app *a);

#endif

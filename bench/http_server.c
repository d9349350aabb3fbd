/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_server.c - src/http alone, serving two blobs over TLS: what bench/http measures.
 *
 * bench_http_server FOLDER THREADS: makes FOLDER/cert.pem, key.pem, big and small, says the
 * port, and serves /big and /small until its standard input ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "crypto/cert.h"
#include "http/server.h"

#define BIG   349000 /* a page of 100 objects */
#define SMALL 1000

static struct ent_blob *big, *small;

static int
admit(struct ent_http *rq, size_t *max)
{
	(void)rq;
	*max = 0;
	return 0;
}

static bool
writes(const struct ent_http *rq)
{
	(void)rq;
	return false;
}

static void
serve(struct ent_http *rq)
{
	struct ent_blob *b = ent_str_is(rq->path, "/big")     ? big
	                     : ent_str_is(rq->path, "/small") ? small
	                                                      : NULL;

	rq->status = b ? 200 : 404;
	if (!b)
		return;
	ent_http_set(rq, "Content-Type", ENT_STR("application/taxii+json;version=2.1"));
	rq->blob = ent_blob_hold(b);
}

static void
refuse(struct ent_http *rq, int status, const char *title)
{
	rq->status = status;
	rq->answer = ent_str_c(title);
}

/* Bytes that look like a page, also as a file for nginx. */
static struct ent_blob *
page(struct ent_arena *a, const char *folder, const char *name, size_t n, struct ent_err *err)
{
	static const char text[] = "{\"type\":\"indicator\",\"spec_version\":\"2.1\"},";
	struct ent_str path = ent_arena_printf(a, "%s/%s", folder, name);
	char *p = ent_arena_alloc(a, n);

	for (size_t i = 0; i < n; i++)
		p[i] = text[i % (sizeof(text) - 1)];
	if (ent_file_write(path.p, (struct ent_str){ p, n }, 0644, err))
		return NULL;
	return ent_blob_new((struct ent_str){ p, n });
}

int
main(int argc, char **argv)
{
	struct ent_arena *a = ent_arena_new((size_t)16 << 20);
	struct ent_http_config c = { .listen = "127.0.0.1:0" };
	const struct ent_http_app app = {
		.admit = admit, .writes = writes, .serve = serve, .fail = refuse
	};
	struct ent_server *s = NULL;
	struct ent_str host = ENT_STR("127.0.0.1");
	struct ent_err err = { 0 };
	char end;

	if (argc != 3 || !a) {
		fprintf(stderr, "usage: bench_http_server FOLDER THREADS\n");
		return 2;
	}
	c.cert_file = ent_arena_printf(a, "%s/cert.pem", argv[1]).p;
	c.key_file = ent_arena_printf(a, "%s/key.pem", argv[1]).p;
	c.threads = (int)strtol(argv[2], NULL, 10);
	big = page(a, argv[1], "big", BIG, &err);
	small = page(a, argv[1], "small", SMALL, &err);
	if (!big || !small ||
	    ent_cert_create(c.key_file, c.cert_file, "bench", &host, 1, 30, &err) ||
	    ent_server_start(&c, &app, &s, &err)) {
		fprintf(stderr, "bench_http_server: %s\n", err.msg);
		return 1;
	}
	printf("%d\n", ent_server_port(s));
	(void)fflush(stdout);
	while (read(0, &end, 1) > 0)
		continue;
	ent_server_stop(s, 500);
	ent_blob_drop(big);
	ent_blob_drop(small);
	ent_arena_free(a);
	return 0;
}

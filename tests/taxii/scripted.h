/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scripted.h - a server whose answers a test writes, on plain HTTP, and a client of it.
 */
#ifndef ENT_TESTS_TAXII_SCRIPTED_H
#define ENT_TESTS_TAXII_SCRIPTED_H
#include "test.h"

#include "fake.h"
#include "taxii/remote.h"

#define OURS ENT_TAXII_TYPE

struct scripted {
	struct fake f;
	struct ent_http_app app;
	struct ent_server *server;
	struct ent_remote *r;
	struct ent_arena *a;
	struct ent_err err;
	/* Runs on the server's thread, while the client's waits. */
	void (*answer)(struct scripted *s, struct ent_http *rq);
	unsigned requests;
	char target[1024]; /* of the last one */
	void *own;
};

static inline int
scripted_admit(struct ent_http *rq, size_t *max)
{
	(void)rq;
	(void)max;
	return 0;
}

static inline bool
scripted_writes(const struct ent_http *rq)
{
	(void)rq;
	return false;
}

static inline void
scripted_serve(struct ent_http *rq)
{
	struct scripted *s = rq->app;

	s->requests++;
	snprintf(s->target, sizeof(s->target), "%.*s", ENT_FMT(rq->target));
	s->answer(s, rq);
}

/* An answer of TAXII's media type; body has to stay. */
static inline void
scripted_say(struct ent_http *rq, int status, const char *body)
{
	rq->status = status;
	ent_http_set(rq, "Content-Type", ENT_STR(OURS));
	rq->answer = ent_str_c(body);
}

static inline struct scripted *
scripted_start(void (*answer)(struct scripted *s, struct ent_http *rq))
{
	struct scripted *s = calloc(1, sizeof(*s));
	struct ent_http_config http = { .listen = "127.0.0.1:0", .threads = 1 };
	struct ent_remote_options o = { .user = "ann", .password = "secret" };
	char url[64];

	assert_non_null(s);
	fake_init(&s->f);
	s->a = ent_arena_new((size_t)64 << 20);
	s->answer = answer;
	s->app = s->f.app;
	s->app.self = s;
	s->app.admit = scripted_admit;
	s->app.writes = scripted_writes;
	s->app.serve = scripted_serve;
	if (ent_server_start(&http, &s->app, &s->server, &s->err))
		fail_msg("%s", s->err.msg);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", ent_server_port(s->server));
	if (ent_remote_open(url, &o, &s->r, &s->err))
		fail_msg("%s", s->err.msg);
	return s;
}

static inline void
scripted_stop(struct scripted *s)
{
	ent_remote_close(s->r);
	ent_server_stop(s->server, 100);
	ent_arena_free(s->a);
	free(s);
}

#endif

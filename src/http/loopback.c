/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loopback.c - a connection over memory: for tests and fuzzing.
 */
#include "base/limits.h"
#include "base/time.h"
#include "http/http_int.h"

/* As much as a read from a socket brings. */
#define PIECE ((size_t)16384)

static bool
collect(struct ent_conn *c, struct ent_buf *out)
{
	struct ent_str s = ent_conn_pending(c);

	if (!s.n)
		return false;
	ent_buf_str(out, s);
	ent_conn_sent(c, s.n);
	ent_conn_run(c, (struct ent_str){ NULL, 0 });
	return true;
}

struct ent_str
ent_http_loopback(struct ent_arena *a, const struct ent_http_app *app, void *ctx,
                  struct ent_str in)
{
	struct ent_env env = { .app = app, .ctx = ctx, .now_us = ent_tick_us() };
	struct ent_buf out;
	struct ent_str got;
	struct ent_conn c;

	ent_buf_init(&out, ENT_HTTP_ANSWER_MAX);
	ent_conn_init(&c, &env);
	c.rq.from = ENT_STR("loopback");
	while (c.state != ENT_CONN_CLOSED) {
		if (collect(&c, &out))
			continue;
		if (in.n) {
			struct ent_str piece = { in.p, in.n < PIECE ? in.n : PIECE };

			in = ent_str_from(in, piece.n);
			ent_conn_run(&c, piece);
		} else {
			ent_conn_eof(&c);
		}
		if (app->rest)
			app->rest(ctx);
	}
	got = ent_buf_done(&out, a);
	ent_conn_release(&c);
	ent_env_release(&env);
	ent_buf_release(&out);
	return got;
}

struct ent_str
ent_h2_loopback(struct ent_arena *a, const struct ent_http_app *app, void *ctx,
                struct ent_str in)
{
	struct ent_env env = { .app = app, .ctx = ctx, .now_us = ent_tick_us() };
	struct ent_str got = { NULL, 0 }, s;
	struct ent_buf out;
	struct ent_conn c;
	struct ent_h2 *h;

	ent_buf_init(&out, ENT_HTTP_ANSWER_MAX);
	ent_conn_init(&c, &env);
	c.rq.from = ENT_STR("loopback");
	c.rq.tls = true;
	h = ent_h2_new(&c, NULL);
	while (h && !ent_h2_over(h)) {
		struct ent_str piece = { in.p, in.n < PIECE ? in.n : PIECE };

		in = ent_str_from(in, piece.n);
		if (piece.n)
			ent_h2_in(h, piece);
		else
			ent_h2_eof(h);
		while ((s = ent_h2_pending(h)).n) {
			ent_buf_str(&out, s);
			ent_h2_sent(h, s.n);
		}
		if (app->rest)
			app->rest(ctx);
	}
	if (h)
		got = ent_buf_done(&out, a);
	ent_h2_free(h);
	ent_conn_release(&c);
	ent_env_release(&env);
	ent_buf_release(&out);
	return got;
}

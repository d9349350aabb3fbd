/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conn.c - the life of a connection: head, body, answer, and again.
 *
 * One request at a time: the next one is looked at when the answer before it has gone out, so a
 * peer that pipelines gets its answers in order, and costs no more memory than one that
 * doesn't.
 */
#include "base/limits.h"
#include "base/time.h"
#include "http/head.h"
#include "http/http_int.h"

/* What may lie unused: a head that isn't complete, and what one read brought after it. */
#define IN_MAX (ENT_HTTP_HEAD_MAX + (256u << 10))
/* Header lines that an application adds. */
#define ANSWER_HEAD_MAX ((size_t)64 << 10)
/* Memory for a body that has been announced only. */
#define FORETOLD_MAX ((size_t)64 << 10)

static void
enter(struct ent_conn *c, enum ent_conn_state state)
{
	c->state = state;
	c->phase_us = c->moved_us = c->env->now_us;
}

void
ent_conn_init(struct ent_conn *c, struct ent_env *env)
{
	*c = (struct ent_conn){ .env = env };
	ent_buf_init(&c->in, IN_MAX);
	ent_buf_init(&c->rq.head, ANSWER_HEAD_MAX);
	enter(c, ENT_CONN_HEAD);
}

/* A request begins: what is known of the peer stays, the rest is new. */
static bool
begin(struct ent_conn *c)
{
	struct ent_http *rq = &c->rq;
	struct ent_http fresh = {
		.arena = c->arena ? c->arena : ent_env_arena(c->env),
		.method = ENT_METHOD_OTHER,
		.tls = rq->tls,
		.has_pin = rq->has_pin,
		.from = rq->from,
		.app = c->env->ctx,
		.head = rq->head,
	};

	memcpy(fresh.pin, rq->pin, sizeof(fresh.pin));
	ent_buf_clear(&fresh.head);
	c->arena = fresh.arena;
	*rq = fresh;
	c->gzip = c->whole = false;
	c->raw = 0;
	c->sent = 0;
	c->began_us = c->env->now_us;
	return c->arena != NULL;
}

/* A request ends, answered or not. */
static void
end(struct ent_conn *c)
{
	ent_answer_forget(&c->rq);
	ent_buf_release(&c->body);
	ent_env_spare(c->env, c->arena);
	c->arena = c->rq.arena = NULL;
	c->n_out = c->at = 0;
}

void
ent_conn_release(struct ent_conn *c)
{
	end(c);
	ent_buf_release(&c->rq.head);
	ent_buf_release(&c->in);
	c->state = ENT_CONN_CLOSED;
}

void
ent_conn_answer(struct ent_conn *c)
{
	c->rq.app = c->env->ctx;
	ent_answer_build(c);
	enter(c, ENT_CONN_ANSWER);
}

void
ent_conn_refuse(struct ent_conn *c, int status, const char *title)
{
	c->keep = false;
	if (!c->arena && !begin(c)) {
		enter(c, ENT_CONN_CLOSED);
		return;
	}
	ent_answer_forget(&c->rq);
	c->env->app->fail(&c->rq, status, title);
	c->rq.status = status;
	ent_conn_answer(c);
}

/* As ent_conn_refuse, of a request that is whole: where it has no body the next may follow. */
static void
decline(struct ent_conn *c, int status, const char *title)
{
	c->keep = c->keep && !ent_parse_has_body(c);
	ent_answer_forget(&c->rq);
	c->env->app->fail(&c->rq, status, title);
	c->rq.status = status;
	ent_conn_answer(c);
}

/* The answer is there, as it goes out. */
static void
finish(struct ent_conn *c)
{
	if (c->rq.packed)
		c->rq.packed(&c->rq, c->rq.packed_self);
	ent_http_condition(&c->rq);
	ent_conn_answer(c);
}

/* Gives c to a finder; false: too many wait. */
static bool
hand_over(struct ent_conn *c, enum ent_task task)
{
	enum ent_conn_state before = c->state;

	c->task = task;
	enter(c, ENT_CONN_AWAY);
	if (c->env->find(c->env, c))
		return true;
	c->task = ENT_TASK_NONE;
	enter(c, before);
	return false;
}

/* Packed here, or where it takes long by a finder. */
void
ent_conn_served(struct ent_conn *c)
{
	struct ent_http *rq = &c->rq;

	if (ent_http_unpacked(rq)) {
		if (c->env->find && ent_http_packs_long(rq)) {
			if (hand_over(c, ENT_TASK_PACK))
				return;
			rq->coding = ENT_CODING_PLAIN;
		}
		ent_http_pack(rq);
	}
	finish(c);
}

static void
serve_by_writer(struct ent_conn *c)
{
	if (c->env->hand_over) {
		enter(c, ENT_CONN_AWAY);
		c->env->hand_over(c->env, c);
	} else {
		ent_writer_batch(c->env->app, c->env->ctx, &c, 1);
		ent_conn_served(c);
	}
}

static void
serve_here(struct ent_conn *c)
{
	struct ent_http *rq = &c->rq;

	c->env->app->serve(rq);
	if (rq->writing) {
		ent_answer_forget(rq);
		serve_by_writer(c);
	} else {
		ent_conn_served(c);
	}
}

static void
serve(struct ent_conn *c)
{
	const struct ent_http_app *app = c->env->app;

	c->rq.body = ent_buf_view(&c->body);
	c->task = ENT_TASK_NONE;
	if (app->writes(&c->rq))
		serve_by_writer(c);
	else
		serve_here(c);
}

static bool
known_coding(struct ent_conn *c)
{
	struct ent_str coding = ent_http_header(&c->rq, "content-encoding");

	c->gzip = ent_str_caseis(coding, "gzip") || ent_str_caseis(coding, "x-gzip");
	return c->gzip || !coding.p || ent_str_caseis(coding, "identity");
}

/* The head is whole and understood: may its body come? */
static void
admit(struct ent_conn *c)
{
	struct ent_http *rq = &c->rq;
	struct ent_str expect = ent_http_header(rq, "expect");
	bool has_body = ent_parse_has_body(c), keep = c->keep;
	size_t max = ENT_HTTP_BODY_MAX;
	int status;

	if (expect.p && !ent_str_caseis(expect, "100-continue")) {
		ent_conn_refuse(c, 417, "this expectation can't be met");
		return;
	}
	status = c->env->app->admit(rq, &max);
	if (status) {
		rq->status = status;
		c->keep = keep && !has_body;
		ent_conn_answer(c);
	} else if (!has_body) {
		serve(c);
	} else if (!known_coding(c)) {
		ent_conn_refuse(c, 415, "Content-Encoding other than gzip");
	} else if (!(c->parser.flags & F_CHUNKED) && c->parser.content_length > max) {
		ent_conn_refuse(c, 413, "the body is too large");
	} else {
		ent_buf_init(&c->body, max);
		if (!(c->parser.flags & F_CHUNKED))
			(void)ent_buf_room(&c->body, c->parser.content_length < FORETOLD_MAX
			                                 ? c->parser.content_length
			                                 : FORETOLD_MAX);
		enter(c, ENT_CONN_BODY);
		if (expect.p && c->parser.http_minor)
			c->out[c->n_out++] = ENT_STR("HTTP/1.1 100 Continue\r\n\r\n");
	}
}

/* What has to be found out first is, here or elsewhere. */
static void
ask(struct ent_conn *c)
{
	const struct ent_http_app *app = c->env->app;

	c->rq.retry_s = c->env->may ? c->env->may(c->env, c) : 0;
	if (c->rq.retry_s) {
		decline(c, 429, "too much at once for one client");
	} else if (!app->asks || !app->asks(&c->rq, c->key)) {
		admit(c);
	} else if (!c->env->find) {
		app->found(&c->rq, app->find(&c->rq));
		admit(c);
	} else if (!hand_over(c, ENT_TASK_ASK)) {
		decline(c, 503, "too many logins wait to be verified");
	}
}

void
ent_conn_found(struct ent_conn *c)
{
	enum ent_task task = c->task;

	c->task = ENT_TASK_NONE;
	if (task == ENT_TASK_PACK) {
		finish(c);
	} else {
		c->env->app->found(&c->rq, c->verdict);
		admit(c);
	}
	ent_conn_run(c, (struct ent_str){ NULL, 0 });
}

static bool
step_head(struct ent_conn *c, struct ent_str *rest)
{
	const char *why = "";
	struct ent_str head = *rest;
	int n = rest->n ? ent_head_check(*rest, &c->scanned, &why) : 0, status;

	if (n == 0) {
		if (c->eof)
			enter(c, ENT_CONN_CLOSED);
		return false;
	}
	c->scanned = 0;
	if (n < 0) {
		ent_conn_refuse(c, -n, why);
		return true;
	}
	head.n = (size_t)n;
	*rest = ent_str_from(*rest, head.n);
	if (!begin(c)) {
		enter(c, ENT_CONN_CLOSED);
		return false;
	}
	status = ent_parse_head(c, head, &why);
	if (status)
		ent_conn_refuse(c, status, why);
	else
		ask(c);
	return true;
}

static bool
step_body(struct ent_conn *c, struct ent_str *rest)
{
	const char *why = "";
	size_t used = 0;
	int status;

	if (rest->n == 0) {
		if (c->eof) /* half a body: nobody waits for an answer */
			enter(c, ENT_CONN_CLOSED);
		return false;
	}
	c->moved_us = c->env->now_us;
	status = ent_parse_body(c, *rest, &used, &why);
	*rest = ent_str_from(*rest, used);
	if (status == 0 && c->whole && c->gzip)
		status = ent_parse_inflate(c, &why);
	if (status) {
		ent_conn_refuse(c, status, why);
		return true;
	}
	if (!c->whole)
		return false;
	serve(c);
	return true;
}

static bool
step_answer(struct ent_conn *c)
{
	if (c->n_out)
		return false;
	if (c->env->app->done)
		c->env->app->done(&c->rq, c->sent, ent_tick_us() - c->began_us);
	end(c);
	c->served++;
	enter(c, c->keep && !c->env->stopping ? ENT_CONN_HEAD : ENT_CONN_CLOSED);
	return true;
}

static bool
step(struct ent_conn *c, struct ent_str *rest)
{
	switch (c->state) {
	case ENT_CONN_HEAD:
		return step_head(c, rest);
	case ENT_CONN_BODY:
		return step_body(c, rest);
	case ENT_CONN_ANSWER:
		return step_answer(c);
	default:
		return false;
	}
}

void
ent_conn_run(struct ent_conn *c, struct ent_str in)
{
	struct ent_str rest = in;
	size_t before = c->in.n;

	if (before) {
		ent_buf_str(&c->in, in);
		rest = ent_buf_view(&c->in);
	} else if (in.n && c->state == ENT_CONN_HEAD) {
		enter(c, ENT_CONN_HEAD); /* the time for a head begins with its first byte */
	}
	while (step(c, &rest))
		continue;
	if (c->state == ENT_CONN_CLOSED || !rest.n)
		ent_buf_release(&c->in);
	else if (before)
		ent_buf_drop(&c->in, c->in.n - rest.n);
	else
		ent_buf_str(&c->in, rest);
	if (!ent_buf_ok(&c->in) && c->state != ENT_CONN_AWAY)
		enter(c, ENT_CONN_CLOSED);
}

void
ent_conn_eof(struct ent_conn *c)
{
	c->eof = true;
	ent_conn_run(c, (struct ent_str){ NULL, 0 });
}

bool
ent_conn_wants(const struct ent_conn *c)
{
	return !c->eof && (c->state == ENT_CONN_HEAD || c->state == ENT_CONN_BODY);
}

bool
ent_conn_idle(const struct ent_conn *c)
{
	return c->state == ENT_CONN_HEAD && c->in.n == 0;
}

struct ent_str
ent_conn_pending(const struct ent_conn *c)
{
	return c->n_out ? ent_str_from(c->out[0], c->at) : (struct ent_str){ NULL, 0 };
}

void
ent_conn_sent(struct ent_conn *c, size_t n)
{
	c->sent += n;
	c->at += n;
	c->moved_us = c->env->now_us;
	while (c->n_out && c->at >= c->out[0].n) {
		c->at -= c->out[0].n;
		c->n_out--;
		memmove(c->out, c->out + 1, c->n_out * sizeof(*c->out));
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pusher.c - envelopes filled, sent, halved, sent again, and asked after.
 */
#include "taxii/pusher.h"

#include "base/buf.h"
#include "base/limits.h"
#include "crypto/random.h"
#include "taxii/retry.h"

#define HEAD     "{\"objects\":["
#define TAIL     "]}"
#define AROUND   (sizeof(HEAD) + sizeof(TAIL) - 2)
#define POLL_MIN ((uint64_t)250) /* pauses between questions for a status: they double */
#define POLL_MAX ((uint64_t)10000)

struct ent_pusher {
	struct ent_pusher_config c;
	struct ent_buf objects; /* one behind the other */
	size_t *ends;           /* where each ends in it */
	size_t count;
	struct ent_buf envelope;
	struct ent_arena *arena; /* of an answer */
	struct ent_pushed sum;
	char status[128];  /* id of the status that is pending */
	unsigned hopeless; /* objects refused one by one since anything was taken */
};

int
ent_pusher_new(const struct ent_pusher_config *c, struct ent_pusher **out, struct ent_err *err)
{
	struct ent_pusher *p = calloc(1, sizeof(*p));

	if (!p)
		return ent_fail(err, ENT_ENOMEM, "envelopes");
	p->c = *c;
	ent_buf_init(&p->objects, c->bytes);
	ent_buf_init(&p->envelope, c->bytes + AROUND + c->objects);
	p->ends = calloc(c->objects, sizeof(*p->ends));
	p->arena = ent_arena_new(ENT_REQUEST_ARENA);
	if (!p->ends || !p->arena) {
		ent_pusher_free(p);
		return ent_fail(err, ENT_ENOMEM, "envelopes");
	}
	*out = p;
	return 0;
}

void
ent_pusher_free(struct ent_pusher *p)
{
	if (!p)
		return;
	ent_buf_release(&p->objects);
	ent_buf_release(&p->envelope);
	ent_arena_free(p->arena);
	free(p->ends);
	free(p);
}

const struct ent_pushed *
ent_pusher_sum(const struct ent_pusher *p)
{
	return &p->sum;
}

static struct ent_str
object_at(const struct ent_pusher *p, size_t i)
{
	size_t begin = i ? p->ends[i - 1] : 0;

	return (struct ent_str){ p->objects.p + begin, p->ends[i] - begin };
}

static void
refuse(struct ent_pusher *p, const struct ent_push_detail *d)
{
	p->sum.refused++;
	if (p->c.refused)
		p->c.refused(p->c.self, d);
}

/* One that is refused by itself, for that reason. */
static void
refuse_object(struct ent_pusher *p, struct ent_str object, const char *why)
{
	struct ent_push_detail d = { .message = ent_str_c(why) };
	const struct ent_json *v = NULL;

	ent_arena_reset(p->arena);
	if (ent_json_parse(p->arena, object, ENT_JSON_DEPTH, &v, NULL) == 0) {
		d.id = ent_json_getstr(v, "id");
		d.version = ent_json_getstr(v, "modified");
	}
	refuse(p, &d);
}

/* ---- what came of it ---- */

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Adds up what a status says about count objects; more than that isn't believed. */
static void
tally(struct ent_pusher *p, const struct ent_push_info *s, size_t count)
{
	static const struct ent_push_detail unnamed = {
		.message = { "the server doesn't say which object it is, nor why", 50 }
	};
	uint64_t left = count, failed, named;

	failed = least(s->failure > s->failures_count ? s->failure : s->failures_count, left);
	named = least(s->failures_count, failed);
	for (uint64_t i = 0; i < failed; i++)
		refuse(p, i < named ? &s->failures[i] : &unnamed);
	left -= failed;
	p->sum.taken += least(s->success, left);
	if (s->success && left)
		p->hopeless = 0;
	left -= least(s->success, left);
	if (s->pending)
		p->sum.waiting += left;
	else
		p->sum.untold += left;
}

/* Whether to try again after a failure of the line. */
static bool
again(struct ent_pusher *p, int rc, unsigned attempt, const struct ent_err *why)
{
	uint64_t ms, any;

	if (rc != ENT_ENET || attempt > p->c.tries || !p->c.wait)
		return false;
	ent_random(&any, sizeof(any));
	return ent_retry_wait(attempt, 0, any, &ms) == 0 && p->c.wait(p->c.self, ms, why);
}

/* Asks until the status is complete or patience ends. */
static int
follow(struct ent_pusher *p, struct ent_push_info *s, struct ent_err *err)
{
	uint64_t pause = POLL_MIN, waited = 0;
	unsigned attempt = 0;
	struct ent_str id = s->id;
	int rc = 0;

	if (!id.n || id.n > sizeof(p->status)) {
		s->id = (struct ent_str){ NULL, 0 };
		return 0;
	}
	memcpy(p->status, id.p, id.n); /* the arena is emptied for each answer */
	id.p = p->status;
	while (s->pending && waited < p->c.patience_ms && p->c.wait) {
		struct ent_err why = { 0 };

		if (rc == 0 && !p->c.wait(p->c.self, pause, NULL))
			return ent_fail(err, ENT_ESTATE, "interrupted");
		waited += pause;
		pause = least(pause * 2, POLL_MAX);
		ent_arena_reset(p->arena);
		rc = ent_remote_status(p->c.remote, p->arena, p->c.root, id, s, &why);
		if (rc && !again(p, rc, ++attempt, &why)) {
			if (err)
				*err = why;
			return rc;
		}
		if (rc)
			*s = (struct ent_push_info){ .pending = true };
		s->id = id;
	}
	return 0;
}

/* ---- sending ---- */

/* How many objects from at on go into one envelope. */
static size_t
fit(const struct ent_pusher *p, size_t at, size_t most)
{
	size_t n = 0, bytes = AROUND;

	while (at + n < p->count && n < most) {
		bytes += object_at(p, at + n).n + 1;
		if (n && bytes > p->c.bytes)
			break;
		n++;
	}
	return n;
}

static int
send(struct ent_pusher *p, size_t at, size_t count, struct ent_err *err)
{
	struct ent_push_info s;
	struct ent_err why = { 0 };
	unsigned attempt = 0;
	int rc;

	ent_buf_clear(&p->envelope);
	ent_buf_c(&p->envelope, HEAD);
	for (size_t i = 0; i < count; i++) {
		if (i)
			ent_buf_ch(&p->envelope, ',');
		ent_buf_str(&p->envelope, object_at(p, at + i));
	}
	ent_buf_c(&p->envelope, TAIL);
	if (!ent_buf_ok(&p->envelope))
		return ent_fail(err, ENT_ENOMEM, "an envelope");
	do {
		ent_arena_reset(p->arena);
		rc = ent_remote_push(p->c.remote, p->arena, p->c.root, p->c.collection,
		                     ent_buf_view(&p->envelope), &s, &why);
	} while (rc && again(p, rc, ++attempt, &why));
	if (rc == 0) {
		p->sum.envelopes++;
		rc = s.pending ? follow(p, &s, &why) : 0;
		if (rc == 0 && s.pending && p->c.pending)
			p->c.pending(p->c.self, s.id);
	}
	if (rc == 0)
		tally(p, &s, count);
	else if (err)
		*err = why;
	return rc;
}

/* An envelope that is refused whole is too large, or has something in it that the server can't
 * stand. */
static bool
is_halved(int rc)
{
	return rc == ENT_ELIMIT || rc == ENT_EINVAL;
}

static void
halve(struct ent_pusher *p, int rc, size_t count, size_t *step)
{
	if (rc == ENT_EINVAL) {
		*step = count / 2;
		return;
	}
	p->c.objects = count / 2;
	if (p->envelope.n / 2 < p->c.bytes)
		p->c.bytes = p->envelope.n / 2;
}

static int
send_all(struct ent_pusher *p, struct ent_err *err)
{
	size_t at = 0, step = SIZE_MAX;

	while (at < p->count) {
		size_t n = fit(p, at, least(step, p->c.objects));
		struct ent_err why = { 0 };
		int rc = send(p, at, n, &why);

		if (is_halved(rc) && n > 1) {
			halve(p, rc, n, &step);
			continue;
		}
		if (is_halved(rc)) {
			refuse_object(p, object_at(p, at), why.msg);
			if (++p->hopeless >= ENT_PUSH_HOPELESS)
				return ent_fail(err, ENT_EUNUSABLE,
				                "%u objects were refused one after the other, "
				                "the last with: %s",
				                p->hopeless, why.msg);
		} else if (rc) {
			if (err)
				*err = why;
			return rc;
		}
		at += n;
		step = SIZE_MAX;
	}
	return 0;
}

int
ent_pusher_flush(struct ent_pusher *p, struct ent_err *err)
{
	int rc = send_all(p, err);

	p->count = 0;
	ent_buf_clear(&p->objects);
	return rc;
}

int
ent_pusher_add(struct ent_pusher *p, struct ent_str object, struct ent_err *err)
{
	int rc = 0;

	if (p->count && (p->count >= p->c.objects ||
	                 p->objects.n + p->count + object.n + AROUND + 1 > p->c.bytes))
		rc = ent_pusher_flush(p, err);
	if (rc)
		return rc;
	if (object.n + AROUND > p->c.bytes) {
		char why[96];

		(void)snprintf(why, sizeof(why),
		               "it has %zu bytes, and the server takes %zu in an envelope",
		               object.n, p->c.bytes);
		refuse_object(p, object, why);
		return 0;
	}
	ent_buf_str(&p->objects, object);
	if (!ent_buf_ok(&p->objects))
		return ent_fail(err, ENT_ENOMEM, "an envelope");
	p->ends[p->count++] = p->objects.n;
	return 0;
}

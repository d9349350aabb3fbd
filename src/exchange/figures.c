/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figures.c - counting a dialogue: messages that were delivered, one after the other.
 */
#include <stdlib.h>

#include "base/time.h"
#include "exchange/communique_int.h"
#include "exchange/holdings.h"
#include "exchange/move.h"
#include "exchange/window.h"

#define MINUTE (INT64_C(60) * 1000000)

struct counting {
	struct ent_exchange *x;
	struct ent_arena *each; /* reset for each message */
	const struct ent_agreement *g;
	const struct ent_period *p;
	struct ent_figures *out;
	uint64_t upto;     /* of our channel, everybody has receipted that */
	char thread[64];   /* the one at hand */
	char asked_by[64]; /* who asked in it */
	int64_t asked;     /* when its open request was made; INT64_MIN: there is none */
	bool prevented;    /* an attack, in this thread */
	int64_t *minutes;  /* of the answers */
	size_t answers, room;
};

static bool
within(const struct counting *c, int64_t at)
{
	return at >= c->p->from && at < c->p->until;
}

/* Ours counts when all have it; theirs is here, so we have receipted it. */
static int
is_delivered(struct counting *c, struct ent_str note, struct ent_str version, bool own,
             bool *out, struct ent_err *err)
{
	uint64_t seq;
	int rc;

	*out = !own;
	if (!own)
		return 0;
	rc = ent_channel_place(c->x, c->g->outbound, note, version, &seq, err);
	*out = rc == 0 && seq <= c->upto;
	return rc == ENT_ENOENT ? 0 : rc;
}

static int
note_answer(struct counting *c, int64_t at, struct ent_err *err)
{
	if (c->answers == c->room) {
		size_t room = c->room ? 2 * c->room : 64;
		int64_t *more = reallocarray(c->minutes, room, sizeof(*more));

		if (!more)
			return ent_x_nomem(err);
		c->minutes = more;
		c->room = room;
	}
	c->minutes[c->answers++] = at > c->asked ? (at - c->asked) / MINUTE : 0;
	c->asked = INT64_MIN;
	return 0;
}

static void
remember(char *to, size_t room, struct ent_str s)
{
	size_t n = s.n < room ? s.n : room - 1;

	if (n)
		memcpy(to, s.p, n);
	to[n] = 0;
}

/* What one message adds. */
static int
add(struct counting *c, const struct ent_json *v, int64_t at, struct ent_err *err)
{
	const struct ent_json *ext = ent_message_extension(v);
	struct ent_str by = ent_json_getstr(v, "created_by_ref");
	enum ent_move m = ent_move_of(ext);

	if (m == ENT_MOVE_REQUEST) {
		c->asked = at;
		remember(c->asked_by, sizeof(c->asked_by), by);
	}
	c->out->tips += m == ENT_MOVE_TIP && within(c, at);
	c->out->requests += m == ENT_MOVE_REQUEST && within(c, at);
	c->out->declined += m == ENT_MOVE_DECLINE && within(c, at);
	if (m == ENT_MOVE_OUTCOME && within(c, at)) {
		c->out->outcomes++;
		if (ent_str_is(ent_json_getstr(ext, "result"), "attack-prevented") &&
		    !c->prevented) {
			c->prevented = true; /* the same said twice is one attack */
			c->out->prevented++;
		}
	}
	if (m != ENT_MOVE_ANSWER || c->asked == INT64_MIN || ent_str_is(by, c->asked_by) ||
	    !within(c, at))
		return 0;
	c->out->answers++;
	return note_answer(c, at, err);
}

static int
see(void *self, struct ent_doc d, struct ent_err *err)
{
	struct counting *c = self;
	struct ent_str rest = d.key, agreement, thread, when, version = d.value, whose;
	const struct ent_json *v;
	struct ent_held h;
	bool delivered;
	int64_t at;
	int rc;

	(void)ent_str_next(&version, ' ', &whose);
	(void)ent_str_next(&rest, '/', &agreement);
	(void)ent_str_next(&rest, '/', &thread);
	(void)ent_str_next(&rest, '/', &when);
	if (!ent_str_is(thread, c->thread)) {
		remember(c->thread, sizeof(c->thread), thread);
		c->asked = INT64_MIN;
		c->prevented = false;
	}
	ent_arena_reset(c->each);
	rc = ent_holdings_get(c->x, c->each, rest, version, &h, err);
	if (rc == ENT_ENOENT)
		return 0; /* recalled */
	if (rc == 0)
		rc = ent_json_parse(c->each, h.bytes, ENT_JSON_DEPTH, &v, err);
	if (rc == 0)
		rc = is_delivered(c, rest, version, ent_str_is(whose, "own"), &delivered, err);
	if (rc || !delivered || ent_time_parse(ent_json_getstr(v, "created"), &at, NULL))
		return rc;
	return add(c, v, at, err);
}

static int
ascending(const void *l, const void *r)
{
	int64_t a = *(const int64_t *)l, b = *(const int64_t *)r;

	return (a > b) - (a < b);
}

int
ent_figures(struct ent_exchange *x, struct ent_arena *a, const struct ent_agreement *g,
            const struct ent_period *p, struct ent_figures *out, struct ent_err *err)
{
	struct counting c = { .x = x, .g = g, .p = p, .out = out, .asked = INT64_MIN };
	struct ent_str prefix = ent_arena_printf(a, "%.*s/", ENT_FMT(g->id)),
		       none = { NULL, 0 };
	int rc;

	*out = (struct ent_figures){ .median_minutes = -1 };
	c.each = ent_arena_new(ENT_REQUEST_ARENA);
	rc =
	    c.each && prefix.p ? ent_receipted_by_all(x, a, g, &c.upto, err) : ent_x_nomem(err);
	if (rc == 0)
		rc = ent_x_docs_each(x, ENT_SPACE_MESSAGE, prefix, none, see, &c, err);
	if (rc == 0 && c.answers) {
		qsort(c.minutes, c.answers, sizeof(*c.minutes), ascending);
		/* of an even number the lower middle one: no figure that nobody measured */
		out->median_minutes = c.minutes[(c.answers - 1) / 2];
	}
	free(c.minutes);
	ent_arena_free(c.each);
	return rc;
}

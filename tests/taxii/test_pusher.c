/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_pusher.c - any number of objects into servers that take little, refuse whole envelopes,
 * take their time, or say little.
 */
#include "scripted.h"

#include "taxii/pusher.h"

/* What the server does, and what it has seen. */
struct behaviour {
	size_t bytes, objects; /* more in an envelope: 413; 0: any */
	const char *poison;    /* an envelope with that: 422 */
	int status;            /* of every POST; 0: as above */
	bool pending;          /* a POST's status is, until asked polls times */
	unsigned polls, posts, taken, busy;
	bool silent; /* says no names and no counts */
	size_t most; /* objects in the largest envelope that was taken */
	/* the pusher's side */
	unsigned refused, waits, unfinished;
	char ids[64][40], whys[64][80];
};

static void
say_status(struct ent_http *rq, const struct behaviour *b, size_t n, bool pending)
{
	struct ent_str text;

	if (b->silent)
		text = ent_arena_printf(rq->arena,
		                        "{\"status\":\"complete\",\"failure_count\":1}");
	else
		text = ent_arena_printf(rq->arena,
		                        "{\"id\":\"s1\",\"status\":\"%s\",\"total_count\":%zu,"
		                        "\"success_count\":%zu,\"failure_count\":0,"
		                        "\"pending_count\":%zu}",
		                        pending ? "pending" : "complete", n, pending ? 0 : n,
		                        pending ? n : 0);
	scripted_say(rq, rq->method == ENT_POST ? 202 : 200, text.p);
}

static void
answer(struct scripted *s, struct ent_http *rq)
{
	struct behaviour *b = s->own;
	const struct ent_json *v;
	size_t n;

	if (rq->method != ENT_POST) {
		say_status(rq, b, b->most, b->polls-- > 1);
		return;
	}
	b->posts++;
	assert_int_equal(ent_json_parse(rq->arena, rq->body, 16, &v, NULL), 0);
	n = ent_json_count(ent_json_getc(v, "objects"));
	assert_true(n > 0);
	if (b->busy && b->busy--) {
		ent_http_set(rq, "Retry-After", ENT_STR("0"));
		scripted_say(rq, 503, "{\"title\":\"busy\"}");
	} else if (b->status) {
		scripted_say(rq, b->status, "{\"title\":\"never\"}");
	} else if ((b->bytes && rq->body.n > b->bytes) || (b->objects && n > b->objects)) {
		scripted_say(rq, 413, "{\"title\":\"too much\"}");
	} else if (b->poison && memmem(rq->body.p, rq->body.n, b->poison, strlen(b->poison))) {
		scripted_say(rq, 422, "{\"title\":\"poison\"}");
	} else {
		b->taken += (unsigned)n;
		b->most = n > b->most ? n : b->most;
		say_status(rq, b, n, b->pending);
	}
}

static bool
waits(void *self, uint64_t ms, const struct ent_err *why)
{
	struct behaviour *b = self;

	(void)why;
	assert_true(ms > 0);
	b->waits++;
	return true;
}

static void
refused(void *self, const struct ent_push_detail *d)
{
	struct behaviour *b = self;

	assert_true(b->refused < 64);
	snprintf(b->ids[b->refused], 40, "%.*s", ENT_FMT(d->id));
	snprintf(b->whys[b->refused++], 80, "%.*s",
	         (int)(d->message.n < 79 ? d->message.n : 79),
	         d->message.p ? d->message.p : "");
}

static void
unfinished(void *self, struct ent_str id)
{
	struct behaviour *b = self;

	b->unfinished++;
	snprintf(b->ids[63], 40, "%.*s", ENT_FMT(id));
}

/* n objects "{"id":"x-0"...}" through a pusher; the sum. */
static int
push(struct behaviour *b, size_t n, size_t objects, size_t bytes, struct ent_pushed *sum,
     struct ent_err *err)
{
	struct scripted *s = scripted_start(answer);
	struct ent_pusher_config c = { .remote = s->r,
		                       .root = ENT_STR("r"),
		                       .collection = ENT_STR("c"),
		                       .bytes = bytes,
		                       .objects = objects,
		                       .tries = 3,
		                       .patience_ms = 60000,
		                       .wait = waits,
		                       .refused = refused,
		                       .pending = unfinished,
		                       .self = b };
	struct ent_taxii_patience patience = { 5, waits, b };
	struct ent_pusher *p;
	int rc;

	s->own = b;
	ent_taxii_be_patient(ent_remote_client(s->r), &patience);
	assert_int_equal(ent_pusher_new(&c, &p, err), 0);
	rc = 0;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		char text[64];

		snprintf(text, sizeof(text), "{\"id\":\"x-%zu\",\"modified\":\"m\"}", i);
		rc = ent_pusher_add(p, ent_str_c(text), err);
	}
	if (rc == 0)
		rc = ent_pusher_flush(p, err);
	*sum = *ent_pusher_sum(p);
	ent_pusher_free(p);
	scripted_stop(s);
	return rc;
}

static void
envelopes_are_bounded_by_count_and_bytes(void **state)
{
	static const struct {
		size_t n, objects, bytes, envelopes;
	} cases[] = { { 0, 10, 4000, 0 },  { 1, 10, 4000, 1 },    { 10, 10, 4000, 1 },
		      { 11, 10, 4000, 2 }, { 100, 1, 4000, 100 }, { 100, 1000, 500, 7 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct behaviour b = { .bytes = cases[i].bytes };
		struct ent_pushed sum;
		struct ent_err err;

		assert_int_equal(
		    push(&b, cases[i].n, cases[i].objects, cases[i].bytes, &sum, &err), 0);
		assert_int_equal(sum.taken, cases[i].n);
		assert_int_equal(sum.envelopes, b.posts); /* none was refused as too large */
		assert_int_equal(b.posts, cases[i].envelopes);
		assert_in_range(b.most, 0, cases[i].objects);
	}
}

static void
what_is_too_large_is_halved_once_and_for_all(void **state)
{
	struct behaviour b = { .objects = 10 };
	struct ent_pushed sum;
	struct ent_err err;

	(void)state;
	assert_int_equal(push(&b, 640, 64, 100000, &sum, &err), 0);
	assert_int_equal(sum.taken, 640);
	/* 64, 32 and 16 are refused once; what 8 of them need is kept for the rest */
	assert_in_range(b.posts, 3 + 640 / 8, 3 + 640 / 6);
	b = (struct behaviour){ .bytes = 300 };
	assert_int_equal(push(&b, 100, 64, 100000, &sum, &err), 0);
	assert_int_equal(sum.taken, 100);
	assert_int_equal(sum.refused, 0);
}

static void
an_object_that_no_envelope_can_hold_is_refused_alone(void **state)
{
	struct behaviour b = { .bytes = 41 }; /* "x-10" and on have a byte more than fits */
	struct ent_pushed sum;
	struct ent_err err;

	(void)state;
	assert_int_equal(push(&b, 12, 64, 100000, &sum, &err), 0);
	assert_int_equal(sum.taken, 10);
	assert_int_equal(sum.refused, 2);
	assert_string_equal(b.ids[0], "x-10");
	b = (struct behaviour){ 0 };
	assert_int_equal(push(&b, 12, 64, 41, &sum, &err), 0);
	assert_int_equal(sum.refused, 2);
	assert_string_equal(b.ids[1], "x-11");
	assert_non_null(strstr(b.whys[0], "bytes"));
}

static void
the_object_for_which_an_envelope_is_refused_is_found(void **state)
{
	struct behaviour b = { .poison = "\"x-77\"" };
	struct ent_pushed sum;
	struct ent_err err;

	(void)state;
	assert_int_equal(push(&b, 128, 128, 100000, &sum, &err), 0);
	assert_int_equal(sum.taken, 127);
	assert_int_equal(sum.refused, 1);
	assert_string_equal(b.ids[0], "x-77");
	assert_non_null(strstr(b.whys[0], "422"));
	assert_in_range(b.posts, 8, 40);
}

static void
a_server_that_takes_nothing_is_not_asked_for_ever(void **state)
{
	struct behaviour b = { .status = 400 };
	struct ent_pushed sum;
	struct ent_err err = { 0 };

	(void)state;
	b.refused = 0;
	/* fewer than ENT_PUSH_HOPELESS: each is named */
	assert_int_equal(push(&b, 20, 16, 100000, &sum, &err), 0);
	assert_int_equal(sum.refused, 20);
	for (size_t i = 0; i < 3; i++) {
		static const int codes[][2] = { { 403, ENT_EDENIED },
			                        { 404, ENT_ENOENT },
			                        { 500, ENT_EPROTO } };

		b = (struct behaviour){ .status = codes[i][0] };
		assert_int_equal(push(&b, 20, 16, 100000, &sum, &err), codes[i][1]);
		assert_int_equal(b.posts, 1);
		assert_int_equal(sum.taken + sum.refused, 0);
	}
}

static void
a_busy_server_is_asked_again(void **state)
{
	struct behaviour b = { .busy = 3 };
	struct ent_pushed sum;
	struct ent_err err;

	(void)state;
	assert_int_equal(push(&b, 5, 16, 100000, &sum, &err), 0);
	assert_int_equal(sum.taken, 5);
	assert_int_equal(b.posts, 4);
	assert_int_equal(b.waits, 3);
}

static void
a_pending_status_is_asked_for_until_it_is_complete(void **state)
{
	struct behaviour b = { .pending = true, .polls = 4 };
	struct ent_pushed sum;
	struct ent_err err;

	(void)state;
	assert_int_equal(push(&b, 5, 16, 100000, &sum, &err), 0);
	assert_int_equal(sum.taken, 5);
	assert_int_equal(b.waits, 4);
	assert_int_equal(b.unfinished, 0);
	/* and not for ever */
	b = (struct behaviour){ .pending = true, .polls = 1000000 };
	assert_int_equal(push(&b, 5, 16, 100000, &sum, &err), 0);
	assert_int_equal(sum.taken, 0);
	assert_int_equal(sum.waiting, 5);
	assert_int_equal(b.unfinished, 1);
	assert_string_equal(b.ids[63], "s1");
	assert_in_range(b.waits, 5, 20);
}

static void
what_a_server_does_not_say_is_not_taken_for_yes(void **state)
{
	struct behaviour b = { .silent = true };
	struct ent_pushed sum;
	struct ent_err err;

	(void)state;
	assert_int_equal(push(&b, 5, 16, 100000, &sum, &err), 0);
	assert_int_equal(sum.taken, 0);
	assert_int_equal(sum.refused, 1);
	assert_int_equal(sum.untold, 4);
	assert_non_null(strstr(b.whys[0], "doesn't say which"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(envelopes_are_bounded_by_count_and_bytes),
		cmocka_unit_test(what_is_too_large_is_halved_once_and_for_all),
		cmocka_unit_test(an_object_that_no_envelope_can_hold_is_refused_alone),
		cmocka_unit_test(the_object_for_which_an_envelope_is_refused_is_found),
		cmocka_unit_test(a_server_that_takes_nothing_is_not_asked_for_ever),
		cmocka_unit_test(a_busy_server_is_asked_again),
		cmocka_unit_test(a_pending_status_is_asked_for_until_it_is_complete),
		cmocka_unit_test(what_a_server_does_not_say_is_not_taken_for_yes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

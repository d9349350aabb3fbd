/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_statements.c - documents and statements of a counterpart that signs as much and as oddly
 * as it can: nobody else is kept from anything.
 */
#include "two.h"

#include "base/buf.h"
#include "exchange/exchange_int.h"
#include "proof/envelope.h"
#include "store/store.h"

static const struct ent_str none;

/* What a party signs by hand. */
struct by_hand {
	int by, at; /* nodes: who signs, who gets it */
	struct ent_str id, document;
	const char *act, *more; /* more: members in front, with a comma */
	int from, n;            /* numbers, in the reason */
};

static struct ent_str
sign(struct two *t, const struct by_hand *h, int number)
{
	struct ent_str body, text;
	struct ent_err err;

	body = ent_arena_printf(
	    t->a,
	    "{%s\"v\":1,\"kind\":\"statement\",\"by\":\"%.*s\",\"at\":\"2019-01-01T00:00:"
	    "00.000Z\",\"agreement\":\"%.*s\",\"document\":\"%.*s\",\"act\":\"%s\",\"reason\":"
	    "\"%d\"}",
	    h->more ? h->more : "", ENT_FMT(two_party(h->by)), ENT_FMT(h->id),
	    ENT_FMT(h->document), h->act, number);
	if (ent_envelope_make(t->a, ENT_ENV_STATEMENT, body, &t->keys[h->by].key[ENT_KEY_SIGN],
	                      &text, NULL, &err))
		fail_msg("%s", err.msg);
	return text;
}

static int
give(struct two *t, const struct by_hand *h, size_t *fresh, struct ent_err *err)
{
	struct ent_str all;
	struct ent_buf b;
	int rc;

	ent_buf_init(&b, 1 << 24);
	ent_buf_printf(&b, "%s", "{\"statements\":[");
	for (int i = h->from; i < h->from + h->n; i++)
		ent_buf_printf(&b, "%s%.*s", i > h->from ? "," : "", ENT_FMT(sign(t, h, i)));
	ent_buf_printf(&b, "%s", "]}");
	all = ent_buf_done(&b, t->a);
	ent_buf_release(&b);
	assert_non_null(all.p);
	rc = two_take(t, h->at, h->id, two_party(h->by), all, fresh, err);
	return rc;
}

static void
act(struct two *t, int node, struct ent_str id, enum ent_act what)
{
	struct ent_err err;

	if (ent_agreement_act(t->x[node], t->a, id, what, none, none, &err))
		fail_msg("%s", err.msg);
}

/* A step of a long story, whose memory goes with it. */
static struct ent_arena *
step(struct two *t)
{
	struct ent_arena *was = t->a;

	t->a = ent_arena_new((size_t)512 << 20);
	assert_non_null(t->a);
	return was;
}

static void
step_end(struct two *t, struct ent_arena *was)
{
	ent_arena_free(t->a);
	t->a = was;
}

static void
what_has_no_meaning_is_not_kept(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), text, junk, bundle, kept;
	struct by_hand h = { NORTH,     SOUTH,           id, two_load(t, SOUTH, id)->document,
		             "suspend", "\"zz\":\"x\",", 0,  1 };
	struct ent_err err;
	size_t fresh;

	assert_int_equal(give(t, &h, &fresh, &err), ENT_EUNUSABLE);
	/* around the signed body, where no signature is broken by it */
	h.more = NULL;
	text = sign(t, &h, 0);
	junk = ent_arena_printf(t->a, "{\"zz\":\"%0100000d\",%.*s", 0, (int)text.n - 1,
	                        text.p + 1);
	bundle = ent_arena_printf(t->a, "{\"statements\":[%.*s]}", ENT_FMT(junk));
	assert_int_equal(two_take(t, SOUTH, id, two_party(NORTH), bundle, &fresh, &err), 0);
	assert_int_equal(fresh, 1);
	assert_int_equal(two_state(t, SOUTH, id), ENT_SUSPENDED);
	assert_int_equal(ent_agreement_bundle(t->x[SOUTH], t->a, id,
	                                      (struct ent_str){ NULL, 0 }, NULL, &kept, &err),
	                 0);
	assert_true(kept.n < 10000);
	assert_non_null(memmem(kept.p, kept.n, text.p, text.n));
}

static void
a_statement_has_a_size(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct by_hand h = { .by = NORTH, .at = SOUTH, .id = id, .act = "suspend", .n = 1 };
	struct ent_err err;
	char reason[901];
	size_t fresh;

	/* 900 bytes of reason, that are 5,400 as they are written */
	memset(reason, 1, 900);
	reason[900] = '\0';
	assert_int_equal(ent_agreement_act(t->x[SOUTH], t->a, id, ENT_ACT_SUSPEND, none,
	                                   ent_str_c(reason), &err),
	                 ENT_ELIMIT);
	h.document = two_load(t, SOUTH, id)->document;
	h.act = ent_arena_printf(t->a, "suspend\",\"suspension\":\"%02000d", 0).p;
	assert_int_equal(give(t, &h, &fresh, &err), ENT_ELIMIT);
	assert_int_equal(two_state(t, SOUTH, id), ENT_IN_FORCE);
}

/* A document as large as one may be. */
static void
amend_fat(struct two *t, int node, struct ent_str id)
{
	struct ent_proposal p = two_proposal(t);
	struct ent_agreement *g;
	struct ent_str other = node == NORTH ? ENT_STR("South") : ENT_STR("North");
	char *text = malloc(62001);
	struct ent_arena *was = step(t);
	struct ent_err err;

	assert_non_null(text);
	memset(text, 'x', 62000);
	text[62000] = '\0';
	test_clock += 1000000; /* or it is the same document again */
	p.amends = id;
	p.peers = &other;
	p.text = ent_str_c(text);
	g = ent_arena_alloc(t->a, sizeof(*g));
	if (ent_agreement_propose(t->x[node], t->a, &p, g, &err))
		fail_msg("%s", err.msg);
	step_end(t, was);
	free(text);
}

/* All that two parties may sign fits a request, and can still be read. */
static void
the_fullest_agreement_fits_a_request(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), out;
	struct by_hand h = { .at = SOUTH, .id = id, .act = "accept", .n = 2000 };
	struct ent_arena *a = ent_arena_new(ENT_REQUEST_ARENA);
	struct ent_agreement *g = ent_arena_alloc(a, sizeof(*g));
	struct ent_err err;
	size_t fresh;

	h.document = two_load(t, SOUTH, id)->document;
	for (int node = NORTH; node <= SOUTH; node++) {
		struct ent_arena *was;

		for (int i = node == NORTH; i < ENT_DOCUMENTS_ALL / 2; i++)
			amend_fat(t, node, id);
		if (node == NORTH)
			assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), 0);
		was = step(t);
		h.by = node;
		h.act = ent_arena_printf(t->a, "accept\",\"suspension\":\"%01300d", 0).p;
		assert_int_equal(give(t, &h, &fresh, &err), ENT_ELIMIT);
		assert_in_range(fresh, 800, ENT_STATEMENTS_ALL / 2);
		step_end(t, was);
	}
	assert_int_equal(ent_agreement_bundle(t->x[SOUTH], a, id, (struct ent_str){ NULL, 0 },
	                                      NULL, &out, &err),
	                 0);
	assert_true(out.n > (size_t)8 << 20 && out.n < ENT_HTTP_BODY_MAX);
	assert_int_equal(ent_agreement_load(t->x[SOUTH], a, id, g, &err), 0);
	/* and stopping has room of its own */
	act(t, SOUTH, id, ENT_ACT_SUSPEND);
	act(t, SOUTH, id, ENT_ACT_TERMINATE);
	assert_int_equal(two_tell(t, SOUTH, NORTH, id, &err), ENT_ELIMIT);
	assert_int_equal(two_state(t, NORTH, id), ENT_TERMINATED);
	ent_arena_free(a);
}

static void
until_it_is_accepted_little_is_signed(void **state)
{
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct by_hand h = { .by = NORTH, .at = SOUTH, .act = "accept", .n = 100 };
	struct ent_err err;
	size_t fresh;
	int taken;

	assert_int_equal(ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err), 0);
	assert_int_equal(two_tell(t, NORTH, SOUTH, g->id, &err), 0);
	h.id = g->id;
	h.document = g->document;
	assert_int_equal(give(t, &h, &fresh, &err), ENT_ELIMIT);
	assert_true(fresh < ENT_STATEMENTS_PROPOSED);
	/* an honest node stops by itself */
	p.amends = g->id;
	for (taken = 1; taken < 100; taken++) {
		test_clock += 1000000;
		if (ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err))
			break;
	}
	assert_int_equal(taken, ENT_DOCUMENTS_PROPOSED);
	assert_int_equal(err.code, ENT_ELIMIT);
	/* and none of it keeps South from accepting and from being told of the rest then */
	assert_int_equal(two_tell(t, NORTH, SOUTH, g->id, &err), ENT_ELIMIT);
	assert_int_equal(ent_agreement_act(t->x[SOUTH], t->a, h.id, ENT_ACT_ACCEPT,
	                                   two_load(t, SOUTH, h.id)->document, none, &err),
	                 0);
	assert_int_equal(two_tell(t, NORTH, SOUTH, h.id, &err), 0);
}

static void
an_agreement_has_so_many_documents(void **state)
{
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_str id = two_agree(t, NULL);
	struct ent_err err;
	int made;

	p.amends = id;
	for (made = 1; made < 100; made++) {
		test_clock += 1000000;
		if (ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err))
			break;
	}
	assert_int_equal(err.code, ENT_ELIMIT);
	assert_int_equal(made, ENT_DOCUMENTS_ALL / 2);
	/* which are told, and the node is not silenced by them */
	act(t, NORTH, id, ENT_ACT_SUSPEND);
	assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), 0);
	assert_int_equal(two_state(t, SOUTH, id), ENT_SUSPENDED);
}

static void
two_views_of_a_third_party_cut_nobody_off(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree_three(t);
	struct by_hand h = { STRANGER, NORTH, id, two_load(t, NORTH, id)->document,
		             "accept", NULL,  0,  500 };
	struct ent_err err;
	size_t fresh;

	assert_int_equal(give(t, &h, &fresh, &err), 0);
	h.at = SOUTH;
	h.from = 500;
	assert_int_equal(give(t, &h, &fresh, &err), 0);
	assert_int_equal(ent_agreement_act(t->x[SOUTH], t->a, id, ENT_ACT_TERMINATE, none,
	                                   ENT_STR("enough"), &err),
	                 0);
	/* too many of the stranger's: those are left out */
	assert_int_equal(two_tell(t, SOUTH, NORTH, id, &err), ENT_ELIMIT);
	assert_int_equal(two_state(t, NORTH, id), ENT_TERMINATED);
}

static void
another_ones_fault_is_not_the_senders(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree_three(t), bundle, all;
	struct by_hand h = { STRANGER, NORTH, id, two_load(t, NORTH, id)->document,
		             "x",      NULL,  0,  1 };
	struct ent_statements_taken taken;
	struct ent_err err;

	/* South passes on what makes no sense, among its own */
	act(t, SOUTH, id, ENT_ACT_SUSPEND);
	assert_int_equal(ent_agreement_bundle(t->x[SOUTH], t->a, id,
	                                      (struct ent_str){ NULL, 0 }, NULL, &bundle, &err),
	                 0);
	all = ent_arena_printf(t->a, "%.*s,%.*s]}", (int)(bundle.n - 2), bundle.p,
	                       ENT_FMT(sign(t, &h, 0)));
	assert_int_equal(
	    ent_agreement_take(t->x[NORTH], t->a, id, two_party(SOUTH), all, &taken, &err), 0);
	assert_int_equal(taken.fresh, 1);
	assert_int_equal(taken.refused, 1);
	assert_int_equal(taken.n_told, 0);
	assert_int_equal(two_state(t, NORTH, id), ENT_SUSPENDED);
	/* its own it is told of */
	h.by = SOUTH;
	all = ent_arena_printf(t->a, "%.*s,%.*s]}", (int)(bundle.n - 2), bundle.p,
	                       ENT_FMT(sign(t, &h, 0)));
	assert_int_equal(
	    ent_agreement_take(t->x[NORTH], t->a, id, two_party(SOUTH), all, &taken, &err), 0);
	assert_int_equal(taken.n_told, 1);
	assert_int_equal(ent_agreement_bundle(t->x[NORTH], t->a, id,
	                                      (struct ent_str){ NULL, 0 }, &taken, &bundle,
	                                      &err),
	                 0);
	assert_non_null(memmem(bundle.p, bundle.n, "\"refused\":[{\"sha256\":\"", 22));
}

static void
open_suspensions_are_few_and_resuming_keeps_room(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree_three(t);
	struct by_hand h = { STRANGER,  SOUTH, id, two_load(t, NORTH, id)->document,
		             "suspend", NULL,  0,  600 };
	struct ent_err err;
	size_t fresh;

	assert_int_equal(give(t, &h, &fresh, &err), ENT_ELIMIT);
	assert_int_equal(fresh, ENT_SUSPENSIONS_OPEN);
	assert_int_equal(two_load(t, SOUTH, id)->suspensions, ENT_SUSPENSIONS_OPEN);
	act(t, SOUTH, id, ENT_ACT_RESUME);
	assert_int_equal(ent_agreement_act(t->x[SOUTH], t->a, id, ENT_ACT_TERMINATE, none,
	                                   ENT_STR("enough"), &err),
	                 0);
	assert_int_equal(two_tell(t, SOUTH, NORTH, id, &err), 0);
	assert_int_equal(two_state(t, NORTH, id), ENT_TERMINATED);
}

static void
having_resumed_too_often_one_may_still_stop(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct by_hand h = { .id = id, .act = "accept", .n = 880 };
	struct ent_err err;
	size_t fresh;
	int rounds, rc = 0;

	/* what makes most of the way short */
	h.document = two_load(t, SOUTH, id)->document;
	for (int i = 0; i < 4; i++) {
		h.at = i / 2;
		h.by = i % 2;
		assert_int_equal(give(t, &h, &fresh, &err), 0);
		assert_int_equal(fresh, 880);
	}
	for (rounds = 0; rc == 0 && rounds < 1000; rounds++) {
		struct ent_arena *was = step(t);

		test_clock += 1000;
		act(t, NORTH, id, ENT_ACT_SUSPEND);
		rc = ent_agreement_act(t->x[NORTH], t->a, id, ENT_ACT_RESUME, none, none, &err);
		assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), 0);
		if (rc == 0)
			act(t, SOUTH, id, ENT_ACT_RESUME);
		assert_int_equal(two_tell(t, SOUTH, NORTH, id, &err), 0);
		step_end(t, was);
	}
	assert_int_equal(rc, ENT_ELIMIT);
	assert_in_range(rounds, 4, 10);
	act(t, NORTH, id, ENT_ACT_TERMINATE);
	assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), 0);
	assert_int_equal(two_state(t, SOUTH, id), ENT_TERMINATED);
}

/* North proposes, and takes it back or not; what comes of telling South. */
static int
propose_to_south(struct two *t, bool take_back, struct ent_str *id, struct ent_err *err)
{
	struct ent_proposal p = two_proposal(t);
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));

	test_clock += 1000000;
	assert_int_equal(ent_agreement_propose(t->x[NORTH], t->a, &p, g, err), 0);
	if (take_back)
		act(t, NORTH, g->id, ENT_ACT_TERMINATE);
	*id = g->id;
	return two_tell(t, NORTH, SOUTH, g->id, err);
}

static void
proposals_that_wait_are_counted(void **state)
{
	struct two *t = *state;
	struct ent_str id, last = none;
	struct ent_err err;
	int rc = 0, taken;

	for (taken = 0; rc == 0 && taken < 200; taken += rc == 0) {
		last = taken ? id : none;
		rc = propose_to_south(t, taken % 2, &id, &err);
	}
	assert_int_equal(rc, ENT_ELIMIT);
	assert_int_equal(taken, ENT_PROPOSALS_MAX);
	/* South's word on one of them, even on one that is over already, makes room */
	assert_int_equal(two_state(t, SOUTH, last), ENT_TERMINATED);
	act(t, SOUTH, last, ENT_ACT_TERMINATE);
	assert_int_equal(
	    ent_agreement_act(t->x[SOUTH], t->a, last, ENT_ACT_TERMINATE, none, none, &err),
	    ENT_ESTATE);
	assert_int_equal(propose_to_south(t, false, &id, &err), 0);
	assert_int_equal(propose_to_south(t, false, &id, &err), ENT_ELIMIT);
}

static void
a_clock_that_was_ahead_spoils_nothing(void **state)
{
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_str id = two_agree(t, NULL), later;
	struct ent_err err;

	/* North's clock is three days ahead, for an hour */
	test_clock = T0 + 3 * DAY;
	assert_int_equal(ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err), 0);
	later = g->id;
	p.amends = id;
	assert_int_equal(ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err), 0);
	test_clock = T0 + HOUR;
	act(t, NORTH, later, ENT_ACT_TERMINATE);
	act(t, NORTH, id, ENT_ACT_SUSPEND);
	/* what is dated too far ahead waits, and nothing waits with it */
	assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), ENT_EUNUSABLE);
	assert_int_equal(two_state(t, SOUTH, id), ENT_SUSPENDED);
	assert_int_equal(two_tell(t, NORTH, SOUTH, later, &err), ENT_EUNUSABLE);
	test_clock = T0 + 30 * DAY;
	assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), 0);
	assert_int_equal(two_tell(t, NORTH, SOUTH, later, &err), 0);
	assert_int_equal(two_state(t, SOUTH, later), ENT_TERMINATED);
}

static void
what_is_known_is_not_verified_again(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), bundle;
	struct ent_statements_taken taken;
	struct ent_err err;

	assert_int_equal(ent_agreement_bundle(t->x[NORTH], t->a, id,
	                                      (struct ent_str){ NULL, 0 }, NULL, &bundle, &err),
	                 0);
	bundle = ent_arena_dup(t->a, bundle);
	/* all signatures are changed, as if by keys that this node no longer knows */
	for (char *at = (char *)(uintptr_t)bundle.p; (at = strstr(at, "\"sig\":\"")) != NULL;
	     at += 8)
		at[7] = at[7] == 'A' ? 'B' : 'A';
	assert_int_equal(
	    ent_agreement_take(t->x[SOUTH], t->a, id, two_party(NORTH), bundle, &taken, &err),
	    0);
	assert_int_equal(taken.refused, 0);
	assert_int_equal(taken.known, 3);
}

static void
a_bundle_has_its_bounds(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), one, all;
	struct by_hand h = { NORTH,     SOUTH, id, two_load(t, SOUTH, id)->document,
		             "suspend", NULL,  0,  1 };
	struct ent_err err;
	struct ent_buf b;
	size_t fresh;

	one = sign(t, &h, 0);
	ent_buf_init(&b, 1 << 24);
	ent_buf_printf(&b, "{\"statements\":[%.*s", ENT_FMT(one));
	for (int i = 1; i < ENT_BUNDLE_MAX; i++)
		ent_buf_printf(&b, ",%.*s", ENT_FMT(one));
	all = ent_arena_printf(t->a, "%.*s]}", ENT_FMT(ent_buf_view(&b)));
	assert_int_equal(two_take(t, SOUTH, id, two_party(NORTH), all, &fresh, &err), 0);
	assert_int_equal(fresh, 1);
	all = ent_arena_printf(t->a, "%.*s,%.*s]}", ENT_FMT(ent_buf_view(&b)), ENT_FMT(one));
	assert_int_equal(two_take(t, SOUTH, id, two_party(NORTH), all, &fresh, &err),
	                 ENT_ELIMIT);
	ent_buf_release(&b);
}

static int
count_them(void *self, struct ent_str id, const struct ent_agreement *g,
           const struct ent_err *why)
{
	size_t *n = self;

	(void)id;
	assert_true((g != NULL) != (why != NULL));
	n[g == NULL]++;
	return 0;
}

static void
one_that_is_damaged_hides_no_other(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), other = two_agree(t, NULL), key;
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	size_t n[2] = { 0, 0 };
	struct ent_err err;

	key = ent_arena_printf(t->a, "%.*s/%.*s", ENT_FMT(id),
	                       ENT_FMT(two_load(t, SOUTH, id)->document));
	assert_int_equal(ent_x_begin(t->x[SOUTH], &err), 0);
	assert_int_equal(ent_store_doc_put(t->x[SOUTH]->store, ENT_SPACE_DOCUMENT, key,
	                                   ENT_STR("rubbish"), &err),
	                 0);
	assert_int_equal(ent_x_end(t->x[SOUTH], 0, &err), 0);
	assert_int_equal(ent_agreement_each(t->x[SOUTH], count_them, n, &err), 0);
	assert_int_equal(n[0], 1);
	assert_int_equal(n[1], 1);
	/* it is found by its id, and said to be damaged */
	assert_int_equal(ent_agreement_find(t->x[SOUTH], t->a, id, g, &err), ENT_ECORRUPT);
	assert_int_equal(ent_agreement_find(t->x[SOUTH], t->a, ENT_STR("A dialogue"), g, &err),
	                 0);
	assert_true(ent_str_eq(g->id, other));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, two_setup, two_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_has_no_meaning_is_not_kept),
		TEST(a_statement_has_a_size),
		TEST(the_fullest_agreement_fits_a_request),
		TEST(until_it_is_accepted_little_is_signed),
		TEST(an_agreement_has_so_many_documents),
		TEST(two_views_of_a_third_party_cut_nobody_off),
		TEST(another_ones_fault_is_not_the_senders),
		TEST(open_suspensions_are_few_and_resuming_keeps_room),
		TEST(having_resumed_too_often_one_may_still_stop),
		TEST(proposals_that_wait_are_counted),
		TEST(a_clock_that_was_ahead_spoils_nothing),
		TEST(what_is_known_is_not_verified_again),
		TEST(a_bundle_has_its_bounds),
		TEST(one_that_is_damaged_hides_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

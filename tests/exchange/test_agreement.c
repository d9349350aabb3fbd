/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_agreement.c - an agreement's life: the state is a function of the set of statements and
 * of the clock.
 */
#include "two.h"

#include "base/enc.h"

#include "proof/envelope.h"

#define NORTH_ID    "identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b01"
#define SOUTH_ID    "identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b02"
#define STRANGER_ID "identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b03"

static struct ent_str none;

static void
act(struct two *t, int node, struct ent_str id, enum ent_act what, const char *reason)
{
	struct ent_err err;

	if (ent_agreement_act(t->x[node], t->a, id, what, (struct ent_str){ NULL, 0 },
	                      ent_str_c(reason), &err))
		fail_msg("%s", err.msg);
}

static void
is_proposed_until_all_accepted(void **state)
{
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_err err;

	assert_int_equal(ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err), 0);
	assert_int_equal(two_state(t, NORTH, g->id), ENT_PROPOSED);
	assert_int_equal(two_tell(t, NORTH, SOUTH, g->id, &err), 0);
	assert_int_equal(two_state(t, SOUTH, g->id), ENT_PROPOSED);
	act(t, SOUTH, g->id, ENT_ACT_ACCEPT, NULL);
	assert_int_equal(two_state(t, SOUTH, g->id), ENT_IN_FORCE);
	assert_int_equal(two_state(t, NORTH, g->id), ENT_PROPOSED); /* it doesn't know yet */
	assert_int_equal(two_tell(t, SOUTH, NORTH, g->id, &err), 0);
	assert_int_equal(two_state(t, NORTH, g->id), ENT_IN_FORCE);
	assert_int_equal(ent_agreement_act(t->x[SOUTH], t->a, g->id, ENT_ACT_ACCEPT,
	                                   (struct ent_str){ NULL, 0 }, none, &err),
	                 ENT_ESTATE);
}

static void
one_may_suspend_and_both_must_resume(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	const char *error_id;
	struct ent_err err;

	act(t, NORTH, id, ENT_ACT_SUSPEND, "a pause");
	assert_int_equal(two_state(t, NORTH, id), ENT_SUSPENDED);
	assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), 0);
	assert_int_equal(ent_agreement_load(t->x[SOUTH], t->a, id, g, &err), 0);
	assert_int_equal(ent_agreement_open(g, g->party[0].id, g->party[1].id, &error_id, &err),
	                 ENT_ESTATE);
	assert_string_equal(error_id, "agreement-suspended");
	assert_non_null(strstr(err.msg, "suspended by North"));
	assert_non_null(strstr(err.msg, "a pause"));
	act(t, NORTH, id, ENT_ACT_RESUME, NULL);
	assert_int_equal(two_state(t, NORTH, id), ENT_SUSPENDED); /* reviving takes both */
	assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), 0);
	act(t, SOUTH, id, ENT_ACT_RESUME, NULL);
	assert_int_equal(two_state(t, SOUTH, id), ENT_IN_FORCE);
	assert_int_equal(two_tell(t, SOUTH, NORTH, id, &err), 0);
	assert_int_equal(two_state(t, NORTH, id), ENT_IN_FORCE);
	assert_int_equal(ent_agreement_act(t->x[SOUTH], t->a, id, ENT_ACT_RESUME,
	                                   (struct ent_str){ NULL, 0 }, none, &err),
	                 ENT_ESTATE);
}

static void
an_old_suspension_replayed_changes_nothing(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), old;
	struct ent_err err;
	size_t fresh;

	act(t, NORTH, id, ENT_ACT_SUSPEND, "a pause");
	assert_int_equal(ent_agreement_bundle(t->x[NORTH], t->a, id,
	                                      (struct ent_str){ NULL, 0 }, NULL, &old, &err),
	                 0);
	assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), 0);
	act(t, NORTH, id, ENT_ACT_RESUME, NULL);
	act(t, SOUTH, id, ENT_ACT_RESUME, NULL);
	assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), 0);
	assert_int_equal(two_tell(t, SOUTH, NORTH, id, &err), 0);
	assert_int_equal(two_state(t, SOUTH, id), ENT_IN_FORCE);
	test_clock += 30 * DAY;
	assert_int_equal(two_take(t, SOUTH, id, ent_str_c(NORTH_ID), old, &fresh, &err), 0);
	assert_int_equal(fresh, 0);
	assert_int_equal(two_state(t, SOUTH, id), ENT_IN_FORCE);
	assert_int_equal(two_take(t, NORTH, id, ent_str_c(SOUTH_ID), old, &fresh, &err), 0);
	assert_int_equal(two_state(t, NORTH, id), ENT_IN_FORCE);
}

static void
begins_and_ends_by_the_clock(void **state)
{
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_str id;

	p.valid_from = T0 + DAY;
	p.valid_until = T0 + 10 * DAY;
	id = two_agree(t, &p);
	assert_int_equal(two_state(t, NORTH, id), ENT_PENDING);
	test_clock = T0 + DAY - 1;
	assert_int_equal(two_state(t, SOUTH, id), ENT_PENDING);
	test_clock = T0 + DAY;
	assert_int_equal(two_state(t, SOUTH, id), ENT_IN_FORCE);
	test_clock =
	    T0 + DAY - HOUR; /* the clock steps back: so does the state, and forward again */
	assert_int_equal(two_state(t, SOUTH, id), ENT_PENDING);
	test_clock = T0 + 10 * DAY;
	assert_int_equal(two_state(t, NORTH, id), ENT_EXPIRED);
}

static void
terminates_after_its_notice(void **state)
{
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_str id;
	struct ent_err err;

	p.notice_days = 30;
	id = two_agree(t, &p);
	act(t, SOUTH, id, ENT_ACT_TERMINATE, "no longer needed");
	assert_int_equal(two_tell(t, SOUTH, NORTH, id, &err), 0);
	assert_int_equal(two_state(t, NORTH, id), ENT_IN_FORCE);
	test_clock += 30 * DAY;
	assert_int_equal(two_state(t, NORTH, id), ENT_TERMINATED);
	assert_int_equal(two_state(t, SOUTH, id), ENT_TERMINATED);
	assert_int_equal(ent_agreement_act(t->x[NORTH], t->a, id, ENT_ACT_RESUME,
	                                   (struct ent_str){ NULL, 0 }, none, &err),
	                 ENT_ESTATE);
}

static void
a_changed_document_is_a_version_that_all_accept_anew(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_proposal p = two_proposal(t);
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_err err;

	p.amends = id;
	p.terms.tlp_max = ENT_TLP_RED;
	assert_int_equal(ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err), 0);
	assert_int_equal(g->version, 1); /* the old one governs until the new one is accepted */
	assert_true(g->newer.p != NULL);
	assert_int_equal(g->party[g->self].terms.tlp_max, ENT_TLP_AMBER);
	assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), 0);
	act(t, SOUTH, id, ENT_ACT_ACCEPT, NULL);
	assert_int_equal(two_tell(t, SOUTH, NORTH, id, &err), 0);
	assert_int_equal(ent_agreement_load(t->x[NORTH], t->a, id, g, &err), 0);
	assert_int_equal(g->version, 2);
	assert_int_equal(g->party[g->self].terms.tlp_max, ENT_TLP_RED);
}

/* What a statement made by hand comes to at South. */
static int
give(struct two *t, struct ent_str id, const char *body, const struct ent_key *key,
     struct ent_err *err)
{
	struct ent_str envelope, bundle;
	size_t fresh;

	if (ent_envelope_make(t->a, ENT_ENV_STATEMENT, ent_str_c(body), key, &envelope, NULL,
	                      err))
		fail_msg("%s", err->msg);
	bundle = ent_arena_printf(t->a, "{\"documents\":[],\"statements\":[%.*s]}",
	                          ENT_FMT(envelope));
	return two_take(t, SOUTH, id, ent_str_c(NORTH_ID), bundle, &fresh, err);
}

static const char *
suspend_body(struct two *t, struct ent_str id, const char *by, const char *agreement,
             const char *at)
{
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_err err;

	if (ent_agreement_load(t->x[SOUTH], t->a, id, g, &err))
		fail_msg("%s", err.msg);
	return ent_arena_printf(t->a,
	                        "{\"v\":1,\"kind\":\"statement\",\"by\":\"%s\",\"at\":\"%s\","
	                        "\"agreement\":\"%.*s\","
	                        "\"document\":\"%.*s\",\"act\":\"suspend\"}",
	                        by, at, ENT_FMT(agreement ? ent_str_c(agreement) : id),
	                        ENT_FMT(g->document))
	    .p;
}

#define NOW "2019-01-01T00:00:00.000Z"

static void
refuses_statements_that_are_not_what_they_say(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	const struct ent_key *north = &t->keys[NORTH].key[ENT_KEY_SIGN],
			     *other = &t->keys[STRANGER].key[ENT_KEY_SIGN];
	struct ent_err err;

	/* signed by somebody else in North's name; with North's key for another purpose; by one
	 * who isn't enrolled */
	assert_int_equal(give(t, id, suspend_body(t, id, NORTH_ID, NULL, NOW), other, &err),
	                 ENT_ESIG);
	assert_int_equal(give(t, id, suspend_body(t, id, NORTH_ID, NULL, NOW),
	                      &t->keys[NORTH].key[ENT_KEY_LEDGER], &err),
	                 ENT_ESIG);
	assert_int_equal(
	    give(t, id,
	         suspend_body(t, id, "identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b03", NULL,
	                      NOW),
	         other, &err),
	    ENT_EUNUSABLE);
	/* about another agreement; dated next week */
	assert_int_equal(
	    give(t, id,
	         suspend_body(t, id, NORTH_ID, "6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b99", NOW),
	         north, &err),
	    ENT_EUNUSABLE);
	assert_int_equal(give(t, id,
	                      suspend_body(t, id, NORTH_ID, NULL, "2019-01-08T00:00:00.000Z"),
	                      north, &err),
	                 ENT_EUNUSABLE);
	assert_int_equal(two_state(t, SOUTH, id), ENT_IN_FORCE);
	assert_int_equal(give(t, id, suspend_body(t, id, NORTH_ID, NULL, NOW), north, &err), 0);
	assert_int_equal(two_state(t, SOUTH, id), ENT_SUSPENDED);
}

/* Where the signature of the statement begins whose body has this in it. */
static char *
signature_of(struct two *t, struct ent_str bundle, const char *word)
{
	char *at = strstr(bundle.p, "\"statements\"");

	while (at != NULL && (at = strstr(at, "\"payload\":\"")) != NULL) {
		struct ent_str payload = { at + 11, strcspn(at + 11, "\"") };
		size_t n = payload.n;
		uint8_t *body = ent_arena_alloc(t->a, n);

		at = strstr(at, "\"sig\":\"");
		assert_non_null(at);
		assert_int_equal(ent_unb64(payload, body, &n), 0);
		if (memmem(body, n, word, strlen(word)) != NULL)
			return at + 7;
	}
	fail_msg("no statement with %s", word);
	return NULL;
}

static void
a_changed_statement_is_refused_and_keeps_no_other_out(void **state)
{
	static const char *const bad[] = {
		"{\"statements\":[{}]}",
		"{\"statements\":[{\"payload\":\"e30=\",\"payloadType\":\"application/"
		"vnd.entente.statement+json\",\"signatures\":[]}]}",
		"{\"statements\":[{\"payload\":\"e30\",\"payloadType\":\"application/"
		"vnd.entente.statement+json\",\"signatures\":[{}]}]}",
		"{\"statements\":[\"x\"]}",
		"[]",
		"{\"statements\":[",
	};
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), bundle;
	struct ent_err err;
	size_t fresh;
	char *at;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_not_equal(two_take(t, SOUTH, id, ent_str_c(NORTH_ID),
		                              ent_str_c(bad[i]), &fresh, &err),
		                     0);
	/* one good statement and a changed one */
	act(t, NORTH, id, ENT_ACT_SUSPEND, "a pause");
	act(t, NORTH, id, ENT_ACT_RESUME, NULL);
	assert_int_equal(ent_agreement_bundle(t->x[NORTH], t->a, id,
	                                      (struct ent_str){ NULL, 0 }, NULL, &bundle, &err),
	                 0);
	bundle = ent_arena_dup(t->a, bundle);
	at = signature_of(t, bundle, "\"resume\"");
	*at = *at == 'A' ? 'B' : 'A';
	assert_int_equal(two_take(t, SOUTH, id, ent_str_c(NORTH_ID), bundle, &fresh, &err),
	                 ENT_ESIG);
	assert_int_equal(fresh, 1);
}

static void
what_ended_stays_ended(void **state)
{
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_str id;
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_err err;

	p.notice_days = 30;
	id = two_agree(t, &p);
	/* an amendment that is still open, with a longer notice */
	p.amends = id;
	p.notice_days = 300;
	assert_int_equal(ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err), 0);
	assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), 0);
	act(t, NORTH, id, ENT_ACT_TERMINATE, "it is over");
	assert_int_equal(two_state(t, NORTH, id), ENT_IN_FORCE);
	test_clock += 31 * DAY;
	assert_int_equal(two_state(t, NORTH, id), ENT_TERMINATED);
	/* South takes the amendment that it didn't want before */
	assert_int_equal(
	    ent_agreement_act(t->x[SOUTH], t->a, id, ENT_ACT_ACCEPT, none, none, &err), 0);
	assert_int_equal(two_tell(t, SOUTH, NORTH, id, &err), 0);
	assert_int_equal(two_state(t, NORTH, id), ENT_TERMINATED);
	assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), 0);
	assert_int_equal(two_state(t, SOUTH, id), ENT_TERMINATED);
}

static void
nobody_else_can_amend_an_agreement(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), card, bundle;
	struct ent_proposal p = two_proposal(t);
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_peer peer;
	char code[ENT_SAS_TEXT];
	struct ent_err err;
	size_t fresh;

	/* the stranger is enrolled with South, and knows the id of South's agreement with North
	 */
	for (int i = 0; i < 2; i++) {
		int at = i ? STRANGER : SOUTH, from = i ? SOUTH : STRANGER;

		assert_int_equal(ent_exchange_card(t->x[from], t->a, &card, &err), 0);
		assert_int_equal(ent_peer_add_card(t->x[at], t->a, card, "", NULL, &peer, &err),
		                 0);
		assert_int_equal(ent_peer_code(t->x[at], t->a, &peer, code, &err), 0);
		assert_int_equal(
		    ent_peer_confirm(t->x[at], t->a, peer.party, ent_str_c(code), &peer, &err),
		    0);
	}
	/* its own agreement with South, its body signed again under the other's id */
	assert_int_equal(ent_agreement_propose(t->x[STRANGER], t->a, &p, g, &err), 0);
	assert_int_equal(ent_agreement_bundle(t->x[STRANGER], t->a, g->id,
	                                      (struct ent_str){ NULL, 0 }, NULL, &bundle, &err),
	                 0);
	{
		const struct ent_json *v;
		struct ent_envelope e;
		struct ent_str body, text, all;

		assert_int_equal(ent_json_parse(t->a, bundle, 32, &v, &err), 0);
		text = ent_json_raw(ent_json_at(ent_json_getc(v, "documents"), 0));
		assert_int_equal(ent_envelope_parse(t->a, text, &e, &err), 0);
		body = ent_arena_dup(t->a, e.body);
		{
			char *at = memmem(body.p, body.n, g->id.p, g->id.n);

			assert_non_null(at);
			memcpy(at, id.p, id.n);
		}
		assert_int_equal(ent_envelope_make(t->a, ENT_ENV_AGREEMENT, body,
		                                   &t->keys[STRANGER].key[ENT_KEY_SIGN], &text,
		                                   NULL, &err),
		                 0);
		all = ent_arena_printf(t->a, "{\"documents\":[%.*s],\"statements\":[]}",
		                       ENT_FMT(text));
		assert_int_equal(
		    two_take(t, SOUTH, id, ent_str_c(STRANGER_ID), all, &fresh, &err),
		    ENT_ENOENT);
	}
	assert_int_equal(ent_agreement_load(t->x[SOUTH], t->a, id, g, &err), 0);
	assert_null(g->newer.p);
}

/* Random acts on both sides, exchanged at random: once both hold the same statements, both say
 * the same. */
static void
two_nodes_with_the_same_statements_agree(void **state)
{
	static const enum ent_act acts[] = { ENT_ACT_SUSPEND, ENT_ACT_RESUME, ENT_ACT_SUSPEND,
		                             ENT_ACT_RESUME };
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_err err;

	srand(20190201);
	for (int round = 0; round < 60; round++) {
		int node = rand() % 2;

		test_clock += (rand() % 3 - 1) * 1000;
		(void)ent_agreement_act(t->x[node], t->a, id, acts[rand() % 4], none, none,
		                        NULL);
		if (rand() % 3 == 0)
			assert_int_equal(two_tell(t, node, 1 - node, id, &err), 0);
		if (rand() % 10 == 0) {
			assert_int_equal(two_tell(t, 0, 1, id, &err), 0);
			assert_int_equal(two_tell(t, 1, 0, id, &err), 0);
			assert_int_equal(two_state(t, 0, id), two_state(t, 1, id));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(is_proposed_until_all_accepted, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(one_may_suspend_and_both_must_resume, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(an_old_suspension_replayed_changes_nothing,
		                                two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(begins_and_ends_by_the_clock, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(terminates_after_its_notice, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(
		    a_changed_document_is_a_version_that_all_accept_anew, two_setup,
		    two_teardown),
		cmocka_unit_test_setup_teardown(refuses_statements_that_are_not_what_they_say,
		                                two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(
		    a_changed_statement_is_refused_and_keeps_no_other_out, two_setup,
		    two_teardown),
		cmocka_unit_test_setup_teardown(what_ended_stays_ended, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(nobody_else_can_amend_an_agreement, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(two_nodes_with_the_same_statements_agree,
		                                two_setup, two_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

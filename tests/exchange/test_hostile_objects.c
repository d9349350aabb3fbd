/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_hostile_objects.c - objects, receipts and releases of a counterpart that wants more than
 * the agreement gives it.
 */
#include "two.h"

#include "exchange/book.h"
#include "exchange/dialogue.h"

#define CAMPAIGN(n, more, modified)                                                            \
	"{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"campaign--2b9a3c52-9a3b-"    \
	"4c84-8a0f-3f6f0f3e000" n "\"," more "\"created\":\"2018-12-01T00:00:00.000Z\","       \
	"\"modified\":\"" modified "\",\"name\":\"x\"}"
#define OLD      "2018-12-01T00:00:00.000Z"
#define NEW      "2018-12-02T00:00:00.000Z"
#define BY_NORTH "\"created_by_ref\":\"identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b01\","
#define BY_OTHER "\"created_by_ref\":\"identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b99\","
#define SOUTHS   "\"created_by_ref\":\"identity--6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b02\","
#define AMBER    "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"

static const struct ent_str none;

/* ---- what arrives ---- */

static void
nobody_else_gives_our_objects_a_new_version(void **state)
{
	static const struct {
		const char *held, *comes;
		bool taken;
	} cases[] = {
		{ CAMPAIGN("1", "", OLD), CAMPAIGN("1", "", NEW), false },
		{ CAMPAIGN("2", BY_NORTH, OLD), CAMPAIGN("2", BY_NORTH, NEW), false },
		{ CAMPAIGN("3", BY_NORTH, OLD), CAMPAIGN("3", SOUTHS, NEW), false },
		{ NULL, CAMPAIGN("4", BY_NORTH, NEW), false },
		/* a third person's, which both have: whoever sends the newer one */
		{ CAMPAIGN("5", BY_OTHER, OLD), CAMPAIGN("5", BY_OTHER, NEW), true },
		{ CAMPAIGN("6", BY_OTHER, OLD), CAMPAIGN("6", SOUTHS, NEW), false },
		/* our own, back again as it is */
		{ CAMPAIGN("7", BY_NORTH, OLD), CAMPAIGN("7", BY_NORTH, OLD), true },
	};
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_holdings_query q = { .source = ENT_SOURCE_OWN,
		                        .type = ENT_STR("campaign"),
		                        .limit = 100 };
	struct ent_arrival ar;
	struct ent_held *h;
	struct ent_err err;
	size_t n;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (cases[i].held)
			assert_int_equal(two_import(t, NORTH, cases[i].held, &err), 0);
		assert_int_equal(
		    two_arrive(t, NORTH, id, cases[i].comes, i + 1, i + 1, &ar, &err), 0);
		if ((ar.refused + ar.aside == 0) != cases[i].taken)
			fail_msg("case %zu", i);
	}
	/* and what is newest of our own stays ours, for release --all */
	assert_int_equal(ent_holdings_list(t->x[NORTH], t->a, &q, &h, &n, &err), 0);
	assert_int_equal(n, 6);
}

static void
nobody_changes_what_was_said(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_message_new m = { .agreement = id,
		                     .text = ENT_STR("we saw nothing"),
		                     .kind = ENT_MSG_REPLY };
	struct ent_message out;
	struct ent_thread *th;
	struct ent_arrival ar;
	struct ent_held h;
	char json[4096], *at;
	struct ent_err err;
	size_t n;

	assert_int_equal(ent_message_send(t->x[NORTH], t->a, &m, &out, &err), 0);
	assert_int_equal(ent_holdings_get(t->x[NORTH], t->a, out.note, none, &h, &err), 0);
	/* a newer version of it, from South */
	snprintf(json, sizeof(json), "%.*s", ENT_FMT(h.bytes));
	memcpy(strstr(json, "\"modified\":\"") + 12, "2031", 4);
	memcpy(strstr(json, "we saw nothing"), "we saw a bomb ", 14);
	assert_int_equal(two_arrive(t, NORTH, id, json, 1, 1, &ar, &err), 0);
	assert_int_equal(ar.refused, 1);
	/* another one, in North's name */
	snprintf(json, sizeof(json), "%.*s", ENT_FMT(h.bytes));
	at = strstr(json, "note--");
	at[6] = at[6] == '0' ? '1' : '0';
	assert_int_equal(two_arrive(t, NORTH, id, json, 2, 2, &ar, &err), 0);
	assert_int_equal(ar.refused, 1);
	assert_int_equal(ent_threads(t->x[NORTH], t->a, out.thread, &th, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(th[0].count, 1);
	assert_str(th[0].messages[0].text, "we saw nothing");
	/* South's own message can't be changed by South either */
	memcpy(strstr(json, "7b6b7b6b7b01"), "7b6b7b6b7b02", 12);
	while ((at = strstr(json, "7b6b7b6b7b01")) != NULL)
		memcpy(at, "7b6b7b6b7b02", 12);
	assert_int_equal(two_arrive(t, NORTH, id, json, 3, 3, &ar, &err), 0);
	assert_int_equal(ar.refused, 0);
	memcpy(strstr(json, "\"modified\":\"") + 12, "2031", 4);
	assert_int_equal(two_arrive(t, NORTH, id, json, 4, 4, &ar, &err), 0);
	assert_int_equal(ar.refused, 1);
}

static void
an_extension_alone_makes_no_message(void **state)
{
	static const struct ent_str types[] = { { "campaign", 8 } };
	static const char *const extension[] = {
		"",
		"\"thread\":\"x\",\"kind\":\"reply\",",
		"\"thread\":\"6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b77\",\"kind\":\"anything\",",
		"\"thread\":\"6c1b1b55-1b1b-4d05-9d38-7b6b7b6b7b77\",\"kind\":\"reply\",",
	};
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_str id;
	struct ent_arrival ar;
	struct ent_err err;

	p.terms.all_types = false;
	p.terms.types = types;
	p.terms.n_types = 1;
	id = two_agree(t, &p);
	for (size_t i = 0; i < 4; i++) {
		char json[1024];

		snprintf(json, sizeof(json),
		         "{\"type\":\"note\",\"spec_version\":\"2.1\",\"id\":\"note--2b9a3c52-"
		         "9a3b-4c84-8a0f-3f6f0f3e000%zu\",\"created\":\"" OLD
		         "\",\"modified\":\"" OLD
		         "\",\"content\":\"x\",\"object_refs\":[\"campaign--"
		         "2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e0001\"],\"extensions\":{\"extension-"
		         "definition--c9a637ee-c18e-49ff-8772-9a595e2f1b2a\":{%s\"extension_"
		         "type\":\"property-extension\"}}}",
		         i, extension[i]);
		assert_int_equal(two_arrive(t, NORTH, id, json, i + 1, i + 1, &ar, &err), 0);
		assert_int_equal(ar.refused, i < 3);
	}
}

static void
a_pages_numbers_are_bounded(void **state)
{
	static const struct {
		uint64_t first, last;
		int rc;
	} cases[] = {
		{ 0, 0, ENT_EPROTO },
		{ 2, 1, ENT_EPROTO },
		{ 1, 100000, ENT_EPROTO },
		{ UINT64_C(1) << 53, UINT64_C(1) << 53, ENT_EPROTO },
		{ UINT64_MAX, UINT64_MAX, ENT_EPROTO },
		{ 1, 64000, 0 },
		{ 5, 5, ENT_EPROTO },
	};
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_receipt *r;
	struct ent_arrival ar;
	struct ent_err err;
	size_t n;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (two_arrive(t, NORTH, id, CAMPAIGN("1", "", OLD), cases[i].first,
		               cases[i].last, &ar, &err) != cases[i].rc)
			fail_msg("case %zu: %s", i, err.msg);
	two_receipts(t, NORTH, id, &r, &n);
	assert_int_equal(n, 1);
}

static void
a_page_that_comes_after_a_suspension_is_not_taken(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_arrival ar;
	struct ent_err err;

	assert_int_equal(two_arrive(t, NORTH, id, CAMPAIGN("1", "", OLD), 1, 1, &ar, &err), 0);
	assert_int_equal(
	    ent_agreement_act(t->x[NORTH], t->a, id, ENT_ACT_SUSPEND, none, none, &err), 0);
	assert_int_equal(two_arrive(t, NORTH, id, CAMPAIGN("2", "", OLD), 2, 2, &ar, &err),
	                 ENT_ESTATE);
	assert_false(ent_holdings_get(t->x[NORTH], t->a,
	                              ENT_STR("campaign--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e0002"),
	                              none, &(struct ent_held){ 0 }, &err) == 0);
}

static void
what_was_refused_is_on_record(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_arrival ar;
	struct ent_err err;

	assert_int_equal(two_import(t, NORTH, CAMPAIGN("1", BY_OTHER, OLD), &err), 0);
	assert_int_equal(two_arrive(t, NORTH, id,
	                            CAMPAIGN("1", BY_OTHER "\"aliases\":[\"y\"],", OLD), 1, 1,
	                            &ar, &err),
	                 0);
	assert_int_equal(ar.aside, 1);
	assert_true(two_ledger_has(t, NORTH, ENT_BOOK_INTERNAL, "\"act\":\"refused\""));
	assert_true(two_ledger_has(t, NORTH, ENT_BOOK_INTERNAL, "\"held\":"));
}

/* ---- receipts ---- */

/* South's receipt for one of the entries, whatever it had before. */
static struct ent_str
receipt_for(struct two *t, struct ent_str id, uint64_t seq, const char *object)
{
	struct ent_receipt *r, *newest = NULL;
	struct ent_held h;
	uint8_t root[1][32];
	struct ent_err err;
	size_t n;

	assert_int_equal(ent_holdings_get(t->x[NORTH], t->a, ent_str_c(object), none, &h, &err),
	                 0);
	memcpy(root[0], h.sha256, 32);
	assert_int_equal(ent_exchange_batch_begin(t->x[SOUTH], &err), 0);
	assert_int_equal(ent_receipt_make(t->x[SOUTH], t->a, two_load(t, SOUTH, id),
	                                  two_party(NORTH), seq, seq,
	                                  (const uint8_t(*)[32])root, 1, 0, &err),
	                 0);
	assert_int_equal(ent_exchange_batch_end(t->x[SOUTH], &err), 0);
	two_receipts(t, SOUTH, id, &r, &n);
	for (size_t i = 0; i < n; i++)
		if (r[i].first == seq && (!newest || ent_str_cmp(r[i].at, newest->at) > 0))
			newest = &r[i];
	assert_non_null(newest);
	return newest->envelope;
}

#define CAMPAIGN_ID(n) "campaign--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e000" n

static void
receipts_leave_nothing_out(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_release_options o = { .n_ids = 1 };
	struct ent_release_report rep;
	struct ent_receipt *r;
	struct ent_err err;
	uint64_t upto;
	size_t n;

	assert_int_equal(two_import(t, NORTH,
	                            "[" CAMPAIGN("1", "", OLD) "," CAMPAIGN("2", "", OLD) "]",
	                            &err),
	                 0);
	for (int i = 0; i < 2; i++) {
		struct ent_str one = ent_str_c(i ? CAMPAIGN_ID("2") : CAMPAIGN_ID("1"));

		o.ids = &one;
		assert_int_equal(ent_release(t->x[NORTH], id, &o, &rep, &err), 0);
	}
	assert_int_equal(two_receipt(t, id, receipt_for(t, id, 2, CAMPAIGN_ID("2")), &err),
	                 ENT_EUNUSABLE);
	assert_int_equal(ent_receipted(t->x[NORTH], t->a, id, two_party(SOUTH), &upto, &err),
	                 0);
	assert_int_equal(upto, 0);
	assert_int_equal(two_receipt(t, id, receipt_for(t, id, 1, CAMPAIGN_ID("1")), &err), 0);
	/* others for the same page, as from a node that went back to an old copy: kept, each */
	for (int i = 0; i < 7; i++) {
		test_clock += 1000000;
		assert_int_equal(
		    two_receipt(t, id, receipt_for(t, id, 1, CAMPAIGN_ID("1")), &err), 0);
	}
	test_clock += 1000000;
	assert_int_equal(two_receipt(t, id, receipt_for(t, id, 1, CAMPAIGN_ID("1")), &err),
	                 ENT_ECONFLICT);
	two_receipts(t, NORTH, id, &r, &n);
	assert_int_equal(n, 8);
	assert_int_equal(two_receipt(t, id, receipt_for(t, id, 2, CAMPAIGN_ID("2")), &err), 0);
	assert_int_equal(ent_receipted(t->x[NORTH], t->a, id, two_party(SOUTH), &upto, &err),
	                 0);
	assert_int_equal(upto, 2);
}

static void
alarms_do_not_fill_the_ledger(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL), internal = ENT_BOOK_INTERNAL, *e;
	struct ent_release_report rep;
	size_t n, alarms = 0;
	struct ent_err err;

	assert_int_equal(two_import(t, NORTH,
	                            "[" CAMPAIGN("1", "", OLD) "," CAMPAIGN("2", "", OLD) "]",
	                            &err),
	                 0);
	two_release_all(t, NORTH, id, &rep);
	for (int i = 0; i < 120; i++) {
		test_clock += 1000;
		assert_int_equal(
		    two_receipt(t, id, receipt_for(t, id, 1, CAMPAIGN_ID("2")), &err),
		    ENT_ESIG);
	}
	assert_int_equal(ent_book_entries(t->x[NORTH], t->a, internal, 0, 5000, &e, &n, &err),
	                 0);
	for (size_t i = 0; i < n; i++)
		alarms += memmem(e[i].p, e[i].n, "receipt-mismatch", 16) != NULL;
	assert_int_equal(alarms, 100);
}

/* ---- what leaves ---- */

static void
an_amendment_judges_what_waits(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_proposal p = two_proposal(t);
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_release_report rep;
	uint8_t digest[32];
	struct ent_err err;
	size_t n;

	assert_int_equal(
	    two_import(t, NORTH,
	               "[" CAMPAIGN("1", "", OLD) "," CAMPAIGN(
			   "2", "\"object_marking_refs\":[\"" AMBER "\"],", OLD) "]",
	               &err),
	    0);
	two_release_all(t, NORTH, id, &rep);
	assert_int_equal(ent_digest(t->x[NORTH], id, ENT_STR("outbound"), &n, digest, &err), 0);
	assert_int_equal(n, 4); /* North's identity, the TLP marking, both campaigns */
	p.amends = id;
	p.terms.tlp_max = ENT_TLP_GREEN;
	assert_int_equal(ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err), 0);
	assert_int_equal(two_tell(t, NORTH, SOUTH, id, &err), 0);
	assert_int_equal(
	    ent_agreement_act(t->x[SOUTH], t->a, id, ENT_ACT_ACCEPT, none, none, &err), 0);
	assert_int_equal(two_tell(t, SOUTH, NORTH, id, &err), 0);
	/* nothing of it was receipted: what is AMBER does not go any more */
	assert_int_equal(ent_digest(t->x[NORTH], id, ENT_STR("outbound"), &n, digest, &err), 0);
	assert_int_equal(n, 3);
	assert_true(two_ledger_has(t, NORTH, id, "\"kind\":\"withhold\""));
}

static void
onward_release_needs_every_other_party(void **state)
{
	static const char terms[] =
	    "{\"North\":{\"types\":[\"*\"],\"tlp_max\":\"amber\",\"unmarked\":\"green\","
	    "\"onward\":\"within-tlp\"},"
	    "\"South\":{\"types\":[\"*\"],\"tlp_max\":\"amber\",\"unmarked\":\"green\","
	    "\"onward\":\"within-tlp\"},"
	    "\"Stranger\":{\"types\":[\"*\"],\"tlp_max\":\"amber\",\"unmarked\":\"green\","
	    "\"onward\":\"never\"}}";
	struct two *t = *state;
	struct ent_str parties[2] = { ENT_STR("South"), ENT_STR("Stranger") }, three, two;
	struct ent_proposal p = two_proposal(t);
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_str one = ent_str_c(CAMPAIGN_ID("1"));
	struct ent_release_options o = { .ids = &one, .n_ids = 1 };
	struct ent_release_report rep;
	struct ent_arrival ar;
	struct ent_peer peer;
	struct ent_err err;

	two_enrol(t, NORTH, STRANGER, &peer);
	two_enrol(t, STRANGER, NORTH, &peer);
	two_enrol(t, SOUTH, STRANGER, &peer);
	two_enrol(t, STRANGER, SOUTH, &peer);
	p.peers = parties;
	p.n_peers = 2;
	p.terms_json = ent_str_c(terms);
	assert_int_equal(ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err), 0);
	three = g->id;
	for (int node = SOUTH; node <= STRANGER; node++) {
		assert_int_equal(two_tell(t, NORTH, node, three, &err), 0);
		assert_int_equal(ent_agreement_act(t->x[node], t->a, three, ENT_ACT_ACCEPT,
		                                   none, none, &err),
		                 0);
		assert_int_equal(two_tell(t, node, NORTH, three, &err), 0);
	}
	assert_int_equal(two_state(t, NORTH, three), ENT_IN_FORCE);
	/* who of the two sent it is not on record: the stricter of their terms holds */
	assert_int_equal(
	    two_arrive(t, NORTH, three, CAMPAIGN("1", SOUTHS, OLD), 1, 1, &ar, &err), 0);
	assert_int_equal(ar.refused, 0);
	two = two_agree(t, NULL);
	assert_int_equal(ent_release(t->x[NORTH], two, &o, &rep, &err), 0);
	assert_int_equal(rep.denied, 1);
	assert_int_equal(rep.released, 0);
}

static void
a_suspension_among_three_stops_its_author_alone(void **state)
{
	struct two *t = *state;
	struct ent_str parties[2] = { ENT_STR("South"), ENT_STR("Stranger") }, id;
	struct ent_proposal p = two_proposal(t);
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_peer peer;
	struct ent_err err;

	for (int at = 0; at < 2; at++) {
		two_enrol(t, at, STRANGER, &peer);
		two_enrol(t, STRANGER, at, &peer);
	}
	p.peers = parties;
	p.n_peers = 2;
	assert_int_equal(ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err), 0);
	id = g->id;
	for (int node = SOUTH; node <= STRANGER; node++) {
		assert_int_equal(two_tell(t, NORTH, node, id, &err), 0);
		assert_int_equal(
		    ent_agreement_act(t->x[node], t->a, id, ENT_ACT_ACCEPT, none, none, &err),
		    0);
		assert_int_equal(two_tell(t, node, NORTH, id, &err), 0);
	}
	assert_int_equal(ent_agreement_act(t->x[STRANGER], t->a, id, ENT_ACT_SUSPEND, none,
	                                   ENT_STR("a pause"), &err),
	                 0);
	assert_int_equal(two_tell(t, STRANGER, NORTH, id, &err), 0);
	g = two_load(t, NORTH, id);
	assert_int_equal(ent_agreement_open(g, two_party(NORTH), two_party(SOUTH), NULL, &err),
	                 0);
	assert_int_equal(
	    ent_agreement_open(g, two_party(NORTH), two_party(STRANGER), NULL, &err),
	    ENT_ESTATE);
}

static void
markings_go_through_the_gate_too(void **state)
{
	static const struct ent_str allowed[] = {
		{ "marking-definition--11111111-1111-4111-8111-111111111111",
		  sizeof("marking-definition--11111111-1111-4111-8111-111111111111") - 1 }
	};
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_str one = ent_str_c(CAMPAIGN_ID("1")), id;
	struct ent_release_options o = { .ids = &one, .n_ids = 1 };
	struct ent_release_report rep;
	uint8_t digest[32];
	struct ent_err err;
	size_t n;

	p.terms.markings = allowed;
	p.terms.n_markings = 1;
	id = two_agree(t, &p);
	/* the agreement lets the marking through; its own text is marked RED */
	assert_int_equal(
	    two_import(t, NORTH,
	               "{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":"
	               "\"marking-definition--11111111-1111-4111-8111-111111111111\","
	               "\"created\":\"" OLD
	               "\",\"definition_type\":\"statement\",\"definition\":{\"statement\":"
	               "\"whom we protect\"},\"object_marking_refs\":[\"marking-definition--"
	               "e828b379-4e03-4974-9ac4-e53a884c97c1\"]}",
	               &err),
	    0);
	assert_int_equal(
	    two_import(t, NORTH,
	               CAMPAIGN("1",
	                        "\"object_marking_refs\":[\"marking-definition--11111111-"
	                        "1111-4111-8111-111111111111\"],",
	                        OLD),
	               &err),
	    0);
	assert_int_equal(ent_release(t->x[NORTH], id, &o, &rep, &err), 0);
	assert_int_equal(rep.released, 1);
	assert_int_equal(rep.withheld, 1);
	assert_int_equal(ent_digest(t->x[NORTH], id, ENT_STR("outbound"), &n, digest, &err), 0);
	assert_int_equal(n, 1);
}

static void
see_left_out(void *self, const struct ent_released *r)
{
	size_t *n = self;

	if (ent_str_is(r->held.type, "relationship"))
		*n = r->decision->n_left_out;
}

static void
what_is_denied_does_not_go_along(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	size_t left_out = 99;
	struct ent_release_options o = {
		.all = true, .dry_run = true, .each = see_left_out, .self = &left_out
	};
	struct ent_release_report rep;
	struct ent_err err;

	assert_int_equal(
	    two_import(
		t, NORTH,
		"[" CAMPAIGN("1", "", OLD) "," CAMPAIGN(
		    "2",
		    "\"object_marking_refs\":[\"marking-definition--e828b379-4e03-4974-9ac4-"
		    "e53a884c97c1\"],",
		    OLD) ",{\"type\":\"relationship\",\"spec_version\":\"2.1\",\"id\":"
			 "\"relationship--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e0001\",\"created\":"
			 "\"" OLD "\",\"modified\":\"" OLD
			 "\",\"relationship_type\":\"related-to\",\"source_ref\":"
			 "\"" CAMPAIGN_ID("1") "\",\"target_ref\":\"" CAMPAIGN_ID("2") "\"}]",
		&err),
	    0);
	assert_int_equal(ent_release(t->x[NORTH], id, &o, &rep, &err), 0);
	assert_int_equal(rep.denied, 1);
	assert_int_equal(left_out, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, two_setup, two_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nobody_else_gives_our_objects_a_new_version),
		TEST(nobody_changes_what_was_said),
		TEST(an_extension_alone_makes_no_message),
		TEST(a_pages_numbers_are_bounded),
		TEST(a_page_that_comes_after_a_suspension_is_not_taken),
		TEST(what_was_refused_is_on_record),
		TEST(receipts_leave_nothing_out),
		TEST(alarms_do_not_fill_the_ledger),
		TEST(an_amendment_judges_what_waits),
		TEST(onward_release_needs_every_other_party),
		TEST(a_suspension_among_three_stops_its_author_alone),
		TEST(markings_go_through_the_gate_too),
		TEST(what_is_denied_does_not_go_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

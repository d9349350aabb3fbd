/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_gate.c - what may leave: every rule with its verdict, a denial being the default.
 */
#include "two.h"

#include "exchange/release.h"

#define HEAD(type, id)                                                                         \
	"{\"type\":\"" type "\",\"spec_version\":\"2.1\",\"id\":\"" type "--" id               \
	"\",\"created\":\"2018-12-01T00:00:00.000Z\",\"modified\":\"2018-12-01T00:00:00."      \
	"000Z\","
#define ID      "2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e0001"
#define MARK(m) "\"object_marking_refs\":[\"marking-definition--" m "\"],"
#define GRAN(m)                                                                                \
	"\"granular_markings\":[{\"marking_ref\":\"marking-definition--" m                     \
	"\",\"selectors\":[\"name\"]}],"

#define CLEAR     "94868c89-83c2-464b-929b-a1a8aa3c8487"
#define GREEN     "bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
#define AMBER     "55d920b0-5e8b-4f79-9ee9-91f868d9b421"
#define STRICT    "939a9414-2ddd-4d32-a0cd-375ea402b003"
#define RED       "e828b379-4e03-4974-9ac4-e53a884c97c1"
#define WHITE1    "613f2e26-407d-48c7-9eca-b8e91df99dc9"
#define GREEN1    "34098fce-860f-48ae-8e50-ebd3cc5e41da"
#define AMBER1    "f88d31f6-486f-44da-b317-01333bde0b82"
#define RED1      "5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
#define STATEMENT "11111111-1111-4111-8111-111111111111"

struct seen {
	enum ent_result result, rule[ENT_RULES];
	char reason[ENT_RULES][256];
	int objects;
};

static void
see(void *self, const struct ent_released *r)
{
	struct seen *s = self;

	s->objects++;
	s->result = r->decision->result;
	for (int i = 0; i < ENT_RULES; i++) {
		s->rule[i] = r->decision->rule[i].result;
		assert_true(r->decision->rule[i].reason.n > 0); /* every rule says why */
		snprintf(s->reason[i], sizeof(s->reason[i]), "%.*s",
		         ENT_FMT(r->decision->rule[i].reason));
	}
}

static int
release(struct two *t, int node, struct ent_str agreement, const char *id, bool dry,
        struct seen *s, struct ent_release_report *rep, struct ent_err *err)
{
	struct ent_str one = ent_str_c(id);
	struct ent_release_options o = {
		.ids = &one, .n_ids = 1, .dry_run = dry, .each = see, .self = s
	};

	memset(s, 0, sizeof(*s));
	return ent_release(t->x[node], agreement, &o, rep, err);
}

static void
decides_by_the_markings(void **state)
{
	static const struct {
		const char *markings;
		enum ent_result markings_rule, granular_rule;
	} cases[] = {
		{ "", ENT_PASS, ENT_PASS }, /* unmarked counts as green here */
		{ MARK(CLEAR), ENT_PASS, ENT_PASS },
		{ MARK(GREEN), ENT_PASS, ENT_PASS },
		{ MARK(AMBER), ENT_PASS, ENT_PASS },
		{ MARK(STRICT), ENT_DENY, ENT_PASS }, /* a restriction of AMBER, not the same */
		{ MARK(RED), ENT_DENY, ENT_PASS },
		{ MARK(WHITE1), ENT_PASS, ENT_PASS },
		{ MARK(GREEN1), ENT_PASS, ENT_PASS },
		{ MARK(AMBER1), ENT_PASS, ENT_PASS },
		{ MARK(RED1), ENT_DENY, ENT_PASS },
		{ MARK(STATEMENT), ENT_DENY, ENT_PASS }, /* unknown: no */
		/* the right beginning with an invented end */
		{ MARK("bab4a63c-aed9-4b5f-a766-dfca5abac2bb"), ENT_DENY, ENT_PASS },
		{ MARK("939a9414-2ddd-4d32-b7c2-375ea402b003"), ENT_DENY, ENT_PASS },
		{ "\"object_marking_refs\":[\"marking-definition--" GREEN
		  "\",\"marking-definition--" RED "\"],",
		  ENT_DENY, ENT_PASS },
		{ MARK(GREEN) GRAN(RED), ENT_PASS, ENT_DENY },
		{ MARK(GREEN) GRAN(AMBER), ENT_PASS, ENT_PASS },
		{ MARK(GREEN) GRAN(STATEMENT), ENT_PASS, ENT_DENY },
	};
	struct two *t = *state;
	struct ent_str agreement = two_agree(t, NULL);
	struct ent_release_report rep;
	struct ent_err err;
	struct seen s;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char id[80], json[1024];

		snprintf(id, sizeof(id), "campaign--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e%04zu", i);
		snprintf(json, sizeof(json),
		         "{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"%s\","
		         "\"created\":\"2018-12-01T00:00:00.000Z\","
		         "\"modified\":\"2018-12-01T00:00:00.000Z\",%s\"name\":\"x\"}",
		         id, cases[i].markings);
		if (two_import(t, NORTH, json, &err))
			fail_msg("case %zu: %s", i, err.msg);
		if (release(t, NORTH, agreement, id, true, &s, &rep, &err))
			fail_msg("case %zu: %s", i, err.msg);
		if (s.rule[ENT_RULE_MARKINGS] != cases[i].markings_rule ||
		    s.rule[ENT_RULE_GRANULAR] != cases[i].granular_rule)
			fail_msg("case %zu %s: %s; %s", i, cases[i].markings,
			         s.reason[ENT_RULE_MARKINGS], s.reason[ENT_RULE_GRANULAR]);
	}
}

static void
unmarked_is_denied_where_the_agreement_says_nothing_of_it(void **state)
{
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_release_report rep;
	struct ent_str agreement;
	struct ent_err err;
	struct seen s;

	p.terms.unmarked = ENT_TLP_NONE;
	agreement = two_agree(t, &p);
	assert_int_equal(two_import(t, NORTH, HEAD("campaign", ID) "\"name\":\"x\"}", &err), 0);
	assert_int_equal(release(t, NORTH, agreement, "campaign--" ID, true, &s, &rep, &err),
	                 0);
	assert_int_equal(s.result, ENT_DENY);
	assert_int_equal(rep.denied, 1);
}

static void
decides_by_the_types_in_scope(void **state)
{
	static const struct ent_str types[] = { { "indicator", 9 }, { "campaign", 8 } };
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_release_report rep;
	struct ent_str agreement;
	struct ent_err err;
	struct seen s;

	p.terms.all_types = false;
	p.terms.types = types;
	p.terms.n_types = 2;
	agreement = two_agree(t, &p);
	assert_int_equal(two_import(t, NORTH, HEAD("campaign", ID) "\"name\":\"x\"}", &err), 0);
	assert_int_equal(two_import(t, NORTH, HEAD("tool", ID) "\"name\":\"x\"}", &err), 0);
	assert_int_equal(release(t, NORTH, agreement, "campaign--" ID, true, &s, &rep, &err),
	                 0);
	assert_int_equal(s.result, ENT_PASS);
	assert_int_equal(release(t, NORTH, agreement, "tool--" ID, true, &s, &rep, &err), 0);
	assert_int_equal(s.rule[ENT_RULE_TYPE], ENT_DENY);
	assert_int_equal(s.result, ENT_DENY);
}

static void
a_statement_marking_passes_where_the_agreement_names_it(void **state)
{
	static const struct ent_str allowed[] = { { "marking-definition--" STATEMENT,
		                                    sizeof("marking-definition--" STATEMENT) -
		                                        1 } };
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_release_report rep;
	struct ent_str agreement;
	struct ent_err err;
	struct seen s;
	uint8_t digest[32];
	size_t n;

	p.terms.markings = allowed;
	p.terms.n_markings = 1;
	agreement = two_agree(t, &p);
	assert_int_equal(
	    two_import(t, NORTH,
	               "{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":"
	               "\"marking-definition--" STATEMENT
	               "\",\"created\":\"2018-12-01T00:00:00.000Z\",\"definition_type\":"
	               "\"statement\",\"definition\":{\"statement\":\"x\"}}",
	               &err),
	    0);
	assert_int_equal(
	    two_import(t, NORTH, HEAD("campaign", ID) MARK(STATEMENT) "\"name\":\"x\"}", &err),
	    0);
	assert_int_equal(release(t, NORTH, agreement, "campaign--" ID, false, &s, &rep, &err),
	                 0);
	assert_int_equal(s.result, ENT_PASS);
	/* and the marking went before it */
	assert_int_equal(
	    ent_digest(t->x[NORTH], agreement, ENT_STR("outbound"), &n, digest, &err), 0);
	assert_int_equal(n, 2);
}

static void
waits_while_suspended_and_is_denied_before_and_after(void **state)
{
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_release_report rep;
	struct ent_str agreement, none = { NULL, 0 };
	struct ent_err err;
	struct seen s;

	assert_int_equal(two_import(t, NORTH, HEAD("campaign", ID) "\"name\":\"x\"}", &err), 0);
	assert_int_equal(ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err), 0);
	assert_int_equal(release(t, NORTH, g->id, "campaign--" ID, false, &s, &rep, &err), 0);
	assert_int_equal(s.rule[ENT_RULE_AGREEMENT], ENT_DENY);
	agreement = two_agree(t, NULL);
	assert_int_equal(ent_agreement_act(t->x[NORTH], t->a, agreement, ENT_ACT_SUSPEND,
	                                   (struct ent_str){ NULL, 0 }, none, &err),
	                 0);
	assert_int_equal(release(t, NORTH, agreement, "campaign--" ID, false, &s, &rep, &err),
	                 0);
	assert_int_equal(s.result, ENT_QUEUE);
	assert_int_equal(rep.queued, 1);
	assert_int_equal(release(t, NORTH, agreement, "campaign--" ID, false, &s, &rep, &err),
	                 0);
	assert_int_equal(rep.already, 1);
	assert_int_equal(ent_agreement_act(t->x[NORTH], t->a, agreement, ENT_ACT_TERMINATE,
	                                   (struct ent_str){ NULL, 0 }, none, &err),
	                 0);
	assert_int_equal(release(t, NORTH, agreement, "campaign--" ID, true, &s, &rep, &err),
	                 0);
	assert_int_equal(s.rule[ENT_RULE_AGREEMENT], ENT_DENY);
}

static void
names_what_is_left_out(void **state)
{
	struct two *t = *state;
	struct ent_str agreement = two_agree(t, NULL);
	struct ent_release_report rep;
	struct ent_err err;
	struct seen s;

	assert_int_equal(two_import(t, NORTH, HEAD("tool", ID) "\"name\":\"x\"}", &err), 0);
	assert_int_equal(
	    two_import(t, NORTH,
	               HEAD("relationship",
	                    ID) "\"relationship_type\":\"uses\",\"source_ref\":\"campaign--" ID
	                        "\",\"target_ref\":\"tool--" ID "\"}",
	               &err),
	    0);
	assert_int_equal(
	    release(t, NORTH, agreement, "relationship--" ID, true, &s, &rep, &err), 0);
	assert_int_equal(s.result, ENT_PASS);
	assert_non_null(strstr(s.reason[ENT_RULE_REFERENCES], "left out: 2"));
	assert_int_equal(release(t, NORTH, agreement, "tool--" ID, false, &s, &rep, &err), 0);
	assert_int_equal(
	    release(t, NORTH, agreement, "relationship--" ID, true, &s, &rep, &err), 0);
	assert_non_null(strstr(s.reason[ENT_RULE_REFERENCES], "left out: 1"));
	assert_non_null(strstr(s.reason[ENT_RULE_REFERENCES], "campaign--" ID));
}

static void
a_dry_run_changes_nothing(void **state)
{
	struct two *t = *state;
	struct ent_str agreement = two_agree(t, NULL);
	struct ent_release_report rep;
	struct ent_err err;
	struct seen s;
	uint8_t digest[32];
	size_t n;

	assert_int_equal(two_import(t, NORTH, HEAD("campaign", ID) "\"name\":\"x\"}", &err), 0);
	assert_int_equal(release(t, NORTH, agreement, "campaign--" ID, true, &s, &rep, &err),
	                 0);
	assert_int_equal(rep.released, 1);
	assert_int_equal(
	    ent_digest(t->x[NORTH], agreement, ENT_STR("outbound"), &n, digest, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(release(t, NORTH, agreement, "campaign--" ID, false, &s, &rep, &err),
	                 0);
	assert_int_equal(rep.released, 1);
	assert_int_equal(
	    ent_digest(t->x[NORTH], agreement, ENT_STR("outbound"), &n, digest, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(release(t, NORTH, agreement,
	                         "campaign--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e9999", false, &s,
	                         &rep, &err),
	                 ENT_ENOENT);
}

static char *
a_campaign(struct two *t, size_t n, const char *more)
{
	struct ent_str s = ent_arena_printf(
	    t->a,
	    "{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"campaign--"
	    "2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e%04zu\",\"created\":\"2018-12-01T00:00:00.000Z\","
	    "\"modified\":\"2018-12-01T00:00:00.000Z\",%s\"name\":\"x\"}",
	    n, more);
	char *out = ent_arena_array(t->a, s.n + 1, 1);

	assert_non_null(out);
	memcpy(out, s.p, s.n);
	return out;
}

static void
what_may_not_be_kept_any_longer_stays(void **state)
{
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_str from, to,
	    one = ENT_STR("campaign--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e0001");
	struct ent_release_report rep;
	struct ent_arrival ar;
	struct ent_agreement *g;
	const struct ent_json *v;
	struct ent_decision d;
	struct ent_held h;
	struct ent_err err;
	struct seen s;

	p.terms.onward = ENT_ONWARD_TLP;
	p.terms.retention_days = 30;
	from = two_agree(t, &p);
	to = two_agree(t, NULL);
	assert_int_equal(
	    two_arrive(t, NORTH, from, a_campaign(t, 1, MARK(GREEN)), 1, 1, &ar, &err), 0);
	assert_int_equal(release(t, NORTH, to, one.p, true, &s, &rep, &err), 0);
	assert_int_equal(s.result, ENT_PASS);
	test_clock += 31 * DAY;
	assert_int_equal(release(t, NORTH, to, one.p, true, &s, &rep, &err), 0);
	assert_int_equal(s.result, ENT_DENY);
	assert_int_equal(s.rule[ENT_RULE_RETENTION], ENT_DENY);
	assert_int_equal(s.rule[ENT_RULE_ORIGINATOR], ENT_PASS);
	/* the clause is one of the agreement under which it came */
	g = two_load(t, NORTH, to);
	assert_int_equal(
	    ent_holdings_get(t->x[NORTH], t->a, one, (struct ent_str){ NULL, 0 }, &h, &err), 0);
	assert_int_equal(ent_json_parse(t->a, h.bytes, 64, &v, NULL), 0);
	assert_int_equal(ent_gate(t->x[NORTH], t->a, g, &h, v, NULL, &d, &err), 0);
	assert_true(ent_str_eq(d.rule[ENT_RULE_RETENTION].clause.agreement, from));
	assert_true(ent_str_ends(d.rule[ENT_RULE_RETENTION].clause.pointer, "/retention_days"));
	assert_true(memmem(d.rule[ENT_RULE_RETENTION].clause.pointer.p,
	                   d.rule[ENT_RULE_RETENTION].clause.pointer.n, two_party(SOUTH).p,
	                   two_party(SOUTH).n) != NULL);
	/* one's own is one's own to keep */
	assert_int_equal(two_import(t, NORTH, a_campaign(t, 1, MARK(GREEN)), &err), 0);
	assert_int_equal(release(t, NORTH, to, one.p, true, &s, &rep, &err), 0);
	assert_int_equal(s.result, ENT_PASS);
}

static void
a_day_s_quota_is_new_each_day(void **state)
{
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_release_options o = { .all = true, .type = ENT_STR("campaign") };
	struct ent_release_report rep;
	struct ent_str agreement;
	struct ent_err err;

	p.terms.gate.quota_day = 2;
	agreement = two_agree(t, &p);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(two_import(t, NORTH, a_campaign(t, i, MARK(GREEN)), &err), 0);
	for (size_t day = 0; day < 3; day++) {
		size_t left = 5 - 2 * day, go = left < 2 ? left : 2;

		o.dry_run = true; /* says what will be, and takes nothing of it */
		assert_int_equal(ent_release(t->x[NORTH], agreement, &o, &rep, &err), 0);
		assert_int_equal(rep.denied, left - go);
		o.dry_run = false;
		assert_int_equal(ent_release(t->x[NORTH], agreement, &o, &rep, &err), 0);
		assert_int_equal(rep.released, go);
		assert_int_equal(rep.already, 2 * day);
		assert_int_equal(rep.denied, left - go);
		assert_int_equal(ent_release(t->x[NORTH], agreement, &o, &rep, &err), 0);
		assert_int_equal(rep.released, 0);
		test_clock += DAY;
	}
}

#define DEFINITION(created, text)                                                              \
	"{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":"                    \
	"\"marking-definition--" STATEMENT "\",\"created\":\"" created                         \
	"\",\"definition_type\":\"statement\",\"definition\":{\"statement\":\"" text "\"}}"

static void
one_marking_has_one_content(void **state)
{
	struct two *t = *state;
	struct ent_err err;

	assert_int_equal(
	    two_import(t, NORTH, DEFINITION("2018-12-01T00:00:00.000Z", "a"), &err), 0);
	assert_int_equal(
	    two_import(t, NORTH, DEFINITION("2018-12-01T00:00:00.000Z", "a"), &err), 0);
	/* another day would make it a version, and both would mark the same objects */
	assert_int_not_equal(
	    two_import(t, NORTH, DEFINITION("2018-12-01T00:00:00.000Z", "b"), &err), 0);
	assert_int_not_equal(
	    two_import(t, NORTH, DEFINITION("2018-12-02T00:00:00.000Z", "b"), &err), 0);
	assert_int_not_equal(
	    two_import(t, NORTH, DEFINITION("2017-12-02T00:00:00.000Z", "a"), &err), 0);
}

/* South's terms let it send amber PAP; North's node holds what comes against them. */
static void
what_arrives_is_held_against_the_same_terms(void **state)
{
#define PAPG "c43594d1-4b11-4c59-93ab-1c9b14d53ce9"
#define PAPR "740d36e5-7714-4c30-961a-3ae632ceee0e"
#define TWO(a, b)                                                                              \
	"\"object_marking_refs\":[\"marking-definition--" a "\",\"marking-definition--" b "\"" \
	"],"
	static const struct {
		const char *marks;
		size_t refused;
	} cases[] = {
		{ MARK(GREEN), 1 }, /* the agreement asks for a PAP marking */
		{ TWO(GREEN, PAPG), 0 },
		{ TWO(GREEN, PAPR), 1 },
		{ TWO(RED, PAPG), 1 },
	};
	struct ent_str required = ENT_STR("marking-definition--" PAPG);
	struct two *t = *state;
	struct ent_proposal p = two_proposal(t);
	struct ent_str agreement;
	struct ent_arrival ar;
	struct ent_err err;

	p.terms.gate.pap_max = ENT_PAP_AMBER;
	p.terms.gate.required = &required;
	p.terms.gate.n_required = 1;
	agreement = two_agree(t, &p);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(two_arrive(t, NORTH, agreement,
		                            a_campaign(t, i, cases[i].marks), i + 1, i + 1, &ar,
		                            &err),
		                 0);
		if (ar.refused != cases[i].refused)
			fail_msg("case %zu: %zu refused", i, (size_t)ar.refused);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(decides_by_the_markings, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(
		    unmarked_is_denied_where_the_agreement_says_nothing_of_it, two_setup,
		    two_teardown),
		cmocka_unit_test_setup_teardown(decides_by_the_types_in_scope, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(
		    a_statement_marking_passes_where_the_agreement_names_it, two_setup,
		    two_teardown),
		cmocka_unit_test_setup_teardown(
		    waits_while_suspended_and_is_denied_before_and_after, two_setup,
		    two_teardown),
		cmocka_unit_test_setup_teardown(names_what_is_left_out, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(a_dry_run_changes_nothing, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(what_may_not_be_kept_any_longer_stays,
		                                two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(a_day_s_quota_is_new_each_day, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(one_marking_has_one_content, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(what_arrives_is_held_against_the_same_terms,
		                                two_setup, two_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

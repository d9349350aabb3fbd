/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_audit.c - what counts as TLP:RED and as personal data; who stands in an entry.
 */
#include "two.h"

#include "exchange/audit.h"
#include "exchange/book.h"

#define HEAD(type)                                                                             \
	"{\"type\":\"" type "\",\"spec_version\":\"2.1\",\"id\":\"" type                       \
	"--2b9a3c52-9a3b-4c84-8a0f-000000000001\","
#define RED_2 "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
#define RED_1 "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
#define DESIGNATION                                                                            \
	"\"extensions\":{\"extension-definition--0378b046-b356-48d5-b6d6-615bc9f3a829\":{}}}"
#define ATTACK(ref)                                                                            \
	"\"extensions\":{\"extension-definition--7f5f05e1-1d92-4790-af3e-a379fd251eee\":"      \
	"{\"perpetrators\":[{\"actor_ref\":\"intrusion-set--1\"},{\"actor_ref\":\"" ref        \
	"\"}]}}}"

static void
red_and_persons_are_known(void **state)
{
	static const struct {
		const char *type, *bytes;
		unsigned is;
	} cases[] = {
		{ "campaign", HEAD("campaign") "\"name\":\"a\"}", 0 },
		{ "campaign", HEAD("campaign") "\"object_marking_refs\":[\"" RED_2 "\"]}",
		  ENT_AUDIT_RED },
		{ "campaign", HEAD("campaign") "\"object_marking_refs\":[\"" RED_1 "\"]}",
		  ENT_AUDIT_RED },
		/* written with an escape, and only on a part */
		{ "campaign",
		  HEAD(
		      "campaign") "\"granular_markings\":[{\"marking_ref\":\"marking-"
		                  "definition--"
		                  "\\u0065828b379-4e03-4974-9ac4-e53a884c97c1\",\"selectors\":["
		                  "\"name\"]}]}",
		  ENT_AUDIT_RED },
		{ "note", HEAD("note") "\"content\":\"" RED_2 "\"}", 0 },
		{ "identity", HEAD("identity") "\"identity_class\":\"individual\"}",
		  ENT_AUDIT_PERSONAL },
		{ "identity",
		  HEAD("identity") "\"identity_class\":\"individual\",\"object_marking_refs\":["
		                   "\"" RED_2 "\"]}",
		  ENT_AUDIT_PERSONAL | ENT_AUDIT_RED },
		{ "identity", HEAD("identity") "\"identity_class\":\"organization\"}", 0 },
		{ "campaign", HEAD("campaign") "\"identity_class\":\"individual\"}", 0 },
		{ "threat-actor", HEAD("threat-actor") DESIGNATION, ENT_AUDIT_PERSONAL },
		{ "threat-actor", HEAD("threat-actor") "\"name\":\"a\"}", 0 },
		{ "intrusion-set", HEAD("intrusion-set") DESIGNATION, 0 },
		{ "incident", HEAD("incident") ATTACK("identity--1"), ENT_AUDIT_PERSONAL },
		{ "incident", HEAD("incident") ATTACK("threat-actor--1"), 0 },
		{ "identity", "{", 0 },
	};
	struct two *t = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned is =
		    ent_audit_class(t->a, ent_str_c(cases[i].type), ent_str_c(cases[i].bytes));

		if (is != cases[i].is)
			fail_msg("%s is %u", cases[i].bytes, is);
	}
}

static int
keep(void *self, const struct ent_audit_entry *e, struct ent_err *err)
{
	struct ent_audit_entry *last = self;

	(void)err;
	free((void *)(uintptr_t)last->who.p); /* of an entry before */
	*last = *e;
	last->who = (struct ent_str){ strndup(e->who.p, e->who.n), e->who.n };
	return 0;
}

static void
who_acts_stands_in_the_entry_whatever_the_name(void **state)
{
	static const struct {
		const char *kind, *name, *who;
	} cases[] = {
		{ "user", "desk", "user:desk" },
		{ "node", NULL, "node" },
		{ "account", "a\"b\\c\nd\xc3\xa4", "account:a?b?c?d??" },
	};
	struct two *t = *state;
	struct ent_err err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ent_audit_query q = { .since = INT64_MIN,
			                     .until = INT64_MAX,
			                     .what = ENT_STR("test") };
		struct ent_audit_entry e = { 0 };

		ent_audit_as(t->x[NORTH], cases[i].kind, ent_str_c(cases[i].name));
		assert_int_equal(
		    ent_audit_act(t->x[NORTH], t->a, "test", (struct ent_str){ NULL, 0 }, &err),
		    0);
		assert_int_equal(ent_audit_each(t->x[NORTH], &q, keep, &e, &err), 0);
		assert_true(ent_str_is(e.who, cases[i].who));
		free((void *)(uintptr_t)e.who.p);
	}
}

static void
an_entry_names_at_most_what_fits_and_counts_all(void **state)
{
	static const char red[] = HEAD("campaign") "\"object_marking_refs\":[\"" RED_2 "\"]}";
	struct two *t = *state;
	struct ent_audit_read r;
	struct ent_err err;

	assert_int_equal(ent_audit_read_begin(&r, t->x[NORTH], t->a, 5000, &err), 0);
	for (int i = 0; i < 5000; i++)
		ent_audit_read_see(&r, ENT_STR("campaign"), ENT_STR("campaign--1"),
		                   ent_str_c(red));
	assert_int_equal(ent_audit_read_note(&r, t->a, ENT_STR("list"), &err), 0);
	ent_audit_read_end(&r);
	assert_true(two_ledger_has(t, NORTH, ENT_BOOK_INTERNAL, "\"red\":5000"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(red_and_persons_are_known, two_setup,
		                                two_teardown),
		cmocka_unit_test_setup_teardown(who_acts_stands_in_the_entry_whatever_the_name,
		                                two_setup, two_teardown),
		cmocka_unit_test_setup_teardown(an_entry_names_at_most_what_fits_and_counts_all,
		                                two_setup, two_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

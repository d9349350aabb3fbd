/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_gate_rules.c - each rule of the gate by a table: what an object and the terms say, and
 * which rule denies by which clause.
 */
#include "gate_case.h"

#include "base/utf8.h"

#define CLEAR "'marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487'"
#define GREEN "'marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb'"
#define RED   "'marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1'"
#define PAPG  "'marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9'"
#define PAPA  "'marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab'"
#define PAPR  "'marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e'"
#define PAPW  "'marking-definition--a3bea94c-b469-41dc-9cfe-d6e7daba7730'"
#define D(n)  "'marking-definition--dddddddd-dddd-4ddd-8ddd-0000000000" n "'"
#define STAY  "identity--eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee"
#define TERMS "{'types':['*'],'tlp_max':'amber','unmarked':'green'"
#define PAPX  "'" ENT_EXT_PAP "'"
#define KIND  "'extension_type':'property-extension'"
#define NOW   INT64_C(1700000000000000) /* 2023-11-14 */
#define DEF(n, ext)                                                                            \
	"{'type':'marking-definition','spec_version':'2.1','id':" D(                           \
	    n) ",'created':"                                                                   \
	       "'2020-01-01T00:00:00.000Z','extensions':{" ext "}}"
#define CODES(members) "'" ENT_EXT_HANDLING "':{" KIND "," members "}"
#define IEP(members)   "'" ENT_EXT_IEP "':{" KIND "," members "}"

/* What the node holds of definitions. */
static const char *const definitions[] = {
	DEF("00", CODES("'codes':['H0']")),
	DEF("01", CODES("'codes':['H0','H1']")),
	DEF("02", CODES("'codes':['H2']")),
	DEF("03", CODES("'codes':['H3'],'statement':'ask'")),
	DEF("04", CODES("'not_in_court':true")),
	DEF("05", CODES("'codes':['H9']")),
	DEF("06", CODES("'releasable_to':['" SOUTH_ID "']")),
	DEF("07", CODES("'releasable_to':['" NORTH_ID "','" EAST_ID "']")),
	DEF("08", CODES("'purposes':['prevent','train']")),
	DEF("09", CODES("'codes':'H0'")),
	DEF("10", IEP("'tlp':'amber','start_date':'2022-01-01T00:00:00Z'")),
	DEF("11", IEP("'tlp':'red'")),
	DEF("12", IEP("'tlp':'green','end_date':'2023-11-01T00:00:00Z'")),
	DEF("13", IEP("'tlp':'green','start_date':'2024-01-01T00:00:00Z'")),
	DEF("14", IEP("'tlp':'blue'")),
	DEF("15", IEP("'tlp':'green'") "," CODES("'codes':['H0']")),
	DEF("16", CODES("'codes':['H0']") ",'extension-definition--"
	                                  "cccccccc-cccc-4ccc-8ccc-cccccccccccc':{" KIND "}"),
	DEF("17", ""),
	/* the id of PAP:RED, and the word of PAP:CLEAR */
	"{'type':'marking-definition','spec_version':'2.1','id':" PAPR
	",'created':'2022-10-06T00:00:00.000Z','extensions':{" PAPX ":{" KIND
	",'pap':'clear'}}}",
	"{'type':'marking-definition','spec_version':'2.1','id':" PAPA
	",'created':'2022-10-02T00:00:00.000Z','name':'PAP:AMBER','extensions':{" PAPX ":{" KIND
	",'pap':'amber'}}}",
};
#define DEFINITIONS (sizeof(definitions) / sizeof(definitions[0]))

struct world {
	struct ent_arena *a;
	const struct ent_json *held[DEFINITIONS];
};

static int
setup(void **state)
{
	static struct world w;

	w.a = ent_arena_new((size_t)64 << 20);
	assert_non_null(w.a);
	for (size_t i = 0; i < DEFINITIONS; i++)
		w.held[i] = gate_json(w.a, definitions[i]);
	*state = &w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	ent_arena_free(w->a);
	return 0;
}

static void
read_object(struct world *w, const char *text, struct ent_gate_object *o)
{
	struct gate_held held = { w->held, DEFINITIONS, w->a };
	struct ent_gate_definitions d = { gate_held_find, &held };

	assert_int_equal(ent_gate_object_read(w->a, gate_json(w->a, text), false, &d, o, NULL),
	                 0);
}

#define BODY                                                                                   \
	"'spec_version':'2.1','created':'2020-01-01T00:00:00.000Z','modified':"                \
	"'2020-01-01T00:00:00.000Z','name':'x'"
#define CAMPAIGN(more)                                                                         \
	"{'type':'campaign','id':'campaign--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'," BODY more  \
	"}"
#define MARKED(list) CAMPAIGN(",'object_marking_refs':[" list "]")
#define PART(list, ref)                                                                        \
	CAMPAIGN(",'object_marking_refs':[" list "],'granular_markings':[{'marking_ref':" ref  \
	         ",'selectors':['name']}]")

/* Which one rule denies (ENT_RULES: none), by which member of North's terms (NULL: by none). */
struct row {
	const char *terms, *object;
	enum ent_rule rule;
	const char *member;
	bool extract;
};

static void
judge(struct world *w, const struct ent_agreement *g, const struct ent_gate_object *o,
      struct ent_gate_case *c, struct ent_decision *d)
{
	struct ent_judgement j;

	c->g = g;
	ent_gate_judge(o, c, ENT_GATE_RELEASE, &j);
	assert_int_equal(ent_gate_decide(w->a, o, c, &j, false, d, NULL), 0);
}

static void
hold(size_t i, const struct row *row, const struct ent_decision *d)
{
	char pointer[300];

	for (int r = 0; r < ENT_RULES; r++) {
		enum ent_result want = r == (int)row->rule ? ENT_DENY : ENT_PASS;

		assert_true(d->rule[r].reason.n > 0);
		if (d->rule[r].result != want)
			fail_msg("case %zu, %s: %s (%.*s)", i, ent_rule_name((enum ent_rule)r),
			         ent_result_name(d->rule[r].result),
			         ENT_FMT(d->rule[r].reason));
	}
	assert_int_equal(d->result, row->rule == ENT_RULES ? ENT_PASS : ENT_DENY);
	if (d->extract != row->extract)
		fail_msg("case %zu: %zu properties, extract %d", i, d->n_properties,
		         d->extract);
	if (row->rule == ENT_RULES)
		return;
	snprintf(pointer, sizeof(pointer), "/terms/" NORTH_ID "/%s",
	         row->member ? row->member : "");
	if (!ent_str_is(d->rule[row->rule].clause.pointer, pointer) && row->member)
		fail_msg("case %zu: %.*s", i, ENT_FMT(d->rule[row->rule].clause.pointer));
	if (!row->member)
		assert_null(d->rule[row->rule].clause.pointer.p);
	else
		assert_int_equal(d->rule[row->rule].clause.version, 3);
}

static void
hold_all(struct world *w, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ent_gate_case c = { .now = NOW, .own = true };
		struct ent_gate_object o;
		struct ent_decision d;

		read_object(w, rows[i].object, &o);
		judge(w, gate_agreement(w->a, rows[i].terms, false), &o, &c, &d);
		hold(i, &rows[i], &d);
	}
}
#define HOLD(w, rows) hold_all(w, rows, sizeof(rows) / sizeof((rows)[0]))

static void
decides_by_permissible_actions(void **state)
{
	static const struct row rows[] = {
		{ TERMS "}", MARKED(GREEN "," PAPG), ENT_RULE_MARKINGS, "markings", false },
		{ TERMS ",'pap_max':'green'}", MARKED(GREEN "," PAPG), ENT_RULES, NULL, false },
		{ TERMS ",'pap_max':'clear'}", MARKED(GREEN "," PAPW), ENT_RULES, NULL, false },
		{ TERMS ",'pap_max':'green'}", MARKED(GREEN "," PAPA), ENT_RULE_PAP, "pap_max",
		  false },
		{ TERMS ",'pap_max':'green'}", PART(GREEN, PAPA), ENT_RULE_PAP, "pap_max",
		  true },
		/* of two the stricter */
		{ TERMS ",'pap_max':'green'}", MARKED(PAPG "," GREEN "," PAPA), ENT_RULE_PAP,
		  "pap_max", false },
		/* a ceiling isn't opened by naming the id */
		{ TERMS ",'pap_max':'green','markings':[" PAPA "]}", MARKED(GREEN "," PAPA),
		  ENT_RULE_PAP, "pap_max", false },
		{ TERMS ",'markings':[" PAPA "]}", MARKED(GREEN "," PAPA), ENT_RULES, NULL,
		  false },
		/* it alone says nothing of TLP */
		{ "{'types':['*'],'tlp_max':'amber','pap_max':'green'}", MARKED(PAPG),
		  ENT_RULE_MARKINGS, "unmarked", false },
	};

	HOLD(*state, rows);
}

static void
decides_by_handling_codes(void **state)
{
	static const struct row rows[] = {
		{ TERMS "}", MARKED(GREEN "," D("00")), ENT_RULE_MARKINGS, "markings", false },
		{ TERMS ",'handling':[]}", MARKED(GREEN "," D("00")), ENT_RULE_HANDLING,
		  "handling", false },
		{ TERMS ",'handling':['H0']}", MARKED(GREEN "," D("00")), ENT_RULES, NULL,
		  false },
		{ TERMS ",'handling':['H0']}", MARKED(GREEN "," D("01")), ENT_RULE_HANDLING,
		  "handling", false },
		{ TERMS ",'handling':['H0','H1']}", MARKED(GREEN "," D("01")), ENT_RULES, NULL,
		  false },
		{ TERMS ",'handling':['H0']}", MARKED(GREEN "," D("04")), ENT_RULE_HANDLING,
		  "handling", false },
		{ TERMS ",'handling':['H1']}", MARKED(GREEN "," D("04")), ENT_RULES, NULL,
		  false },
		{ TERMS ",'handling':['H3']}", MARKED(GREEN "," D("03")), ENT_RULES, NULL,
		  false },
		{ TERMS ",'handling':['H2']}", MARKED(GREEN "," D("02")), ENT_RULES, NULL,
		  false },
		{ TERMS ",'handling':['H0']}", MARKED(GREEN "," D("00") "," D("03")),
		  ENT_RULE_HANDLING, "handling", false },
		{ TERMS ",'handling':['H0']}", PART(GREEN, D("03")), ENT_RULE_HANDLING,
		  "handling", true },
		/* what can't be read, is of no known form, or is read in part */
		{ TERMS ",'handling':['H0']}", MARKED(GREEN "," D("05")), ENT_RULE_HANDLING,
		  "handling", false },
		{ TERMS ",'handling':['H0']}", MARKED(GREEN "," D("09")), ENT_RULE_HANDLING,
		  "handling", false },
		{ TERMS ",'handling':['H0']}", MARKED(GREEN "," D("16")), ENT_RULE_MARKINGS,
		  "markings", false },
		{ TERMS ",'handling':['H0']}", MARKED(GREEN "," D("15")), ENT_RULE_MARKINGS,
		  "markings", false },
		{ TERMS ",'handling':['H0'],'iep':true}", MARKED(GREEN "," D("15")), ENT_RULES,
		  NULL, false },
		/* a definition that isn't held */
		{ TERMS ",'handling':['H0']}", MARKED(GREEN "," D("99")), ENT_RULE_MARKINGS,
		  "markings", false },
		/* by its id, as ever */
		{ TERMS ",'markings':[" D("01") "]}", MARKED(GREEN "," D("01")), ENT_RULES,
		  NULL, false },
	};

	HOLD(*state, rows);
}

static void
decides_by_receivers_and_purposes(void **state)
{
	static const struct row rows[] = {
		{ TERMS ",'handling':[]}", MARKED(GREEN "," D("06")), ENT_RULES, NULL, false },
		{ TERMS ",'handling':[]}", MARKED(GREEN "," D("07")), ENT_RULE_RELEASABLE, NULL,
		  false },
		/* no term opens it */
		{ TERMS ",'markings':[" D("07") "]}", MARKED(GREEN "," D("07")),
		  ENT_RULE_RELEASABLE, NULL, false },
		{ TERMS ",'handling':[]}", MARKED(GREEN "," D("08")), ENT_RULE_PURPOSE,
		  "purposes", false },
		{ TERMS ",'handling':[],'purposes':['prevent']}", MARKED(GREEN "," D("08")),
		  ENT_RULES, NULL, false },
		{ TERMS ",'handling':[],'purposes':['prevent','sell']}",
		  MARKED(GREEN "," D("08")), ENT_RULE_PURPOSE, "purposes/1", false },
	};

	HOLD(*state, rows);
}

static void
decides_by_exchange_policies(void **state)
{
	static const struct row rows[] = {
		{ TERMS "}", MARKED(GREEN "," D("10")), ENT_RULE_MARKINGS, "markings", false },
		{ TERMS ",'iep':false}", MARKED(GREEN "," D("10")), ENT_RULE_MARKINGS,
		  "markings", false },
		{ TERMS ",'iep':true}", MARKED(GREEN "," D("10")), ENT_RULES, NULL, false },
		{ TERMS ",'iep':true}", MARKED(GREEN "," D("11")), ENT_RULE_IEP, "tlp_max",
		  false },
		{ TERMS ",'iep':true}", MARKED(GREEN "," D("12")), ENT_RULE_IEP, "iep", false },
		{ TERMS ",'iep':true}", MARKED(GREEN "," D("13")), ENT_RULE_IEP, "iep", false },
		{ TERMS ",'iep':true}", MARKED(GREEN "," D("14")), ENT_RULE_IEP, "iep", false },
		{ TERMS ",'iep':true}", MARKED(GREEN "," D("17")), ENT_RULE_MARKINGS,
		  "markings", false },
		{ TERMS ",'iep':true,'markings':[" D("11") "]}", MARKED(GREEN "," D("11")),
		  ENT_RULE_IEP, "tlp_max", false },
	};

	HOLD(*state, rows);
}

static void
a_published_marking_with_other_content_stops_all(void **state)
{
	static const struct row rows[] = {
		{ TERMS ",'pap_max':'red'}", MARKED(GREEN "," PAPA), ENT_RULES, NULL, false },
		{ TERMS ",'pap_max':'red'}", MARKED(GREEN "," PAPR), ENT_RULE_GENUINE, NULL,
		  false },
		{ TERMS ",'markings':[" PAPR "]}", MARKED(GREEN "," PAPR), ENT_RULE_GENUINE,
		  NULL, false },
		{ TERMS ",'pap_max':'red'}", PART(GREEN, PAPR), ENT_RULE_GENUINE, NULL, true },
		{ TERMS "}",
		  "{'type':'marking-definition','spec_version':'2.1','id':" CLEAR
		  ",'created':'2022-10-01T00:00:00.000Z','definition_type':'statement',"
		  "'definition':{'statement':'x'}}",
		  ENT_RULE_GENUINE, NULL, false },
	};

	HOLD(*state, rows);
}

static void
asks_for_markings(void **state)
{
#define WANTS ",'required_markings':[" GREEN "," D("17") "],'markings':[" D("17") "]}"
	static const struct row rows[] = {
		{ TERMS WANTS, MARKED(D("17") "," GREEN), ENT_RULES, NULL, false },
		{ TERMS WANTS, MARKED(GREEN), ENT_RULE_REQUIRED, "required_markings/1", false },
		{ TERMS WANTS, MARKED(D("17")), ENT_RULE_REQUIRED, "required_markings/0",
		  false },
		/* of a part isn't of the whole */
		{ TERMS WANTS, PART(GREEN, D("17")), ENT_RULE_REQUIRED, "required_markings/1",
		  false },
		/* markings need none themselves */
		{ TERMS WANTS, DEF("17", ""), ENT_RULES, NULL, false },
	};

	HOLD(*state, rows);
}

static void
keeps_sources_and_what_is_over(void **state)
{
#define BY(id) ",'created_by_ref':'" id "'"
#define UNTIL(t)                                                                               \
	"{'type':'indicator','id':'indicator--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'," BODY     \
	",'valid_until':'" t "'}"
	static const struct row rows[] = {
		{ TERMS "}", CAMPAIGN(BY(STAY)), ENT_RULES, NULL, false },
		{ TERMS ",'protect_source':false}", CAMPAIGN(BY(STAY)), ENT_RULES, NULL,
		  false },
		{ TERMS ",'protect_source':true}", CAMPAIGN(BY(STAY)), ENT_RULE_SOURCE,
		  "protect_source", true },
		{ TERMS ",'protect_source':true}", CAMPAIGN(BY(NORTH_ID)), ENT_RULES, NULL,
		  false },
		{ TERMS ",'protect_source':true}", CAMPAIGN(BY(SOUTH_ID)), ENT_RULES, NULL,
		  false },
		{ TERMS ",'protect_source':true}",
		  "{'type':'identity','id':'" STAY "'," BODY "}", ENT_RULE_SOURCE,
		  "protect_source", false },
		{ TERMS ",'protect_source':true}",
		  "{'type':'identity','id':'" NORTH_ID "'," BODY "}", ENT_RULES, NULL, false },
		{ TERMS ",'protect_source':true}",
		  "{'type':'sighting','id':'sighting--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'"
		  "," BODY ",'where_sighted_refs':['" NORTH_ID "','" STAY "']}",
		  ENT_RULE_SOURCE, "protect_source", true },
		{ TERMS ",'protect_source':true}",
		  CAMPAIGN(",'first_seen':'2020-01-01T00:00:00.000Z'"), ENT_RULES, NULL,
		  false },
		{ TERMS ",'protect_source':true}",
		  CAMPAIGN(",'first_seen':'2020-01-01T00:00:00.001Z'"), ENT_RULE_SOURCE,
		  "protect_source", true },
		{ TERMS ",'protect_source':true}",
		  CAMPAIGN(BY(STAY) ",'last_seen':'2020-01-01T10:00:00Z'"), ENT_RULE_SOURCE,
		  "protect_source", true },
		{ TERMS "}", UNTIL("2020-01-01T00:00:00Z"), ENT_RULES, NULL, false },
		{ TERMS ",'expired':true}", UNTIL("2020-01-01T00:00:00Z"), ENT_RULES, NULL,
		  false },
		{ TERMS ",'expired':false}", UNTIL("2020-01-01T00:00:00Z"), ENT_RULE_EXPIRY,
		  "expired", false },
		{ TERMS ",'expired':false}", UNTIL("2030-01-01T00:00:00Z"), ENT_RULES, NULL,
		  false },
	};

	HOLD(*state, rows);
}

/* ---- what the circumstances decide ---- */

static void
decides_by_the_circumstances(void **state)
{
	static const struct {
		const char *terms;
		struct ent_gate_case c;
		enum ent_rule rule;
		const char *member;
	} rows[] = {
		{ TERMS ",'quota_day':3}", { .own = true, .sent_today = 2 }, ENT_RULES, NULL },
		{ TERMS ",'quota_day':3}",
		  { .own = true, .sent_today = 3 },
		  ENT_RULE_QUOTA,
		  "quota_day" },
		{ TERMS ",'quota_day':3}",
		  { .own = true, .sent_today = 3, .counted = true },
		  ENT_RULES,
		  NULL },
		{ TERMS ",'two_person':true}",
		  { .own = true },
		  ENT_RULE_APPROVAL,
		  "two_person" },
		{ TERMS ",'two_person':true}",
		  { .own = true, .approved = true },
		  ENT_RULES,
		  NULL },
		{ TERMS "}", { .here = true }, ENT_RULES, NULL },
		{ TERMS "}", { .against = { "a", 1 } }, ENT_RULE_ORIGINATOR, NULL },
		{ TERMS "}", { .kept = { "a", 1 } }, ENT_RULE_RETENTION, NULL },
		{ TERMS "}", { .own = true, .feed_tlp = ENT_TLP_GREEN }, ENT_RULES, NULL },
		{ TERMS "}",
		  { .own = true, .feed_tlp = ENT_TLP_AMBER },
		  ENT_RULE_MARKINGS,
		  "unmarked" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct row row = { NULL, NULL, rows[i].rule, rows[i].member, false };
		struct ent_gate_case c = rows[i].c;
		struct ent_gate_object o;
		struct ent_decision d;

		read_object(w, CAMPAIGN(""), &o);
		c.now = NOW;
		judge(w, gate_agreement(w->a, rows[i].terms, false), &o, &c, &d);
		hold(i, &row, &d);
	}
}

static void
h2_is_the_givers_to_release(void **state)
{
	struct world *w = *state;
	const struct ent_agreement *g =
	    gate_agreement(w->a, TERMS ",'handling':['H2']}", false);
	struct ent_gate_case c = { .now = NOW, .here = true };
	struct row row = { NULL, NULL, ENT_RULE_HANDLING, "handling", false };
	struct ent_gate_object o;
	struct ent_decision d;

	read_object(w, MARKED(GREEN "," D("02")), &o);
	judge(w, g, &o, &c, &d);
	hold(0, &row, &d);
}

static void
every_receiver_must_be_named(void **state)
{
	struct world *w = *state;
	struct ent_gate_case c = { .now = NOW, .own = true };
	struct row row = { NULL, NULL, ENT_RULE_RELEASABLE, NULL, false };
	struct ent_gate_object o;
	struct ent_decision d;

	read_object(w, MARKED(GREEN "," D("06")), &o);
	judge(w, gate_agreement(w->a, TERMS ",'handling':[]}", true), &o, &c, &d);
	hold(0, &row, &d);
	assert_non_null(memmem(d.rule[ENT_RULE_RELEASABLE].reason.p,
	                       d.rule[ENT_RULE_RELEASABLE].reason.n, "East", 4));
}

static void
a_reference_to_what_stays_is_named_or_stops_it(void **state)
{
	static const struct {
		const char *terms;
		enum ent_rule rule;
		bool extract;
	} rows[] = {
		{ TERMS "}", ENT_RULES, false },
		{ TERMS ",'references':'name'}", ENT_RULES, false },
		{ TERMS ",'references':'silent'}", ENT_RULE_REFERENCES, true },
		{ TERMS ",'references':'deny'}", ENT_RULE_REFERENCES, false },
	};
	static const bool known[2] = { true, false };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct row row = { NULL, NULL, rows[i].rule, "references", rows[i].extract };
		struct ent_gate_case c = { .now = NOW, .own = true, .known = known };
		struct ent_gate_object o;
		struct ent_decision d;

		read_object(w, CAMPAIGN(BY(SOUTH_ID) ",'x_refs':['" STAY "']"), &o);
		assert_int_equal(o.n_refs, 2);
		judge(w, gate_agreement(w->a, rows[i].terms, false), &o, &c, &d);
		hold(i, &row, &d);
		assert_int_equal(d.n_left_out, 1);
		assert_true(ent_str_is(d.left_out[0], STAY));
		if (rows[i].extract)
			assert_true(ent_str_is(d.property[0].selector, "x_refs"));
	}
}

/* Whoever sends an object chooses how long what it names is: the reasons are not. */
static void
reasons_have_a_bounded_length(void **state)
{
	struct world *w = *state;
	size_t n = 1 << 20;
	char *object = malloc(n + 4096), *at = object;
	struct ent_gate_case c = { .now = NOW, .own = true };
	struct ent_gate_object o;
	struct ent_decision d;

	assert_non_null(object);
	at += snprintf(
	    at, 2048,
	    "{'type':'campaign','id':'campaign--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa'," BODY
	    ",'granular_markings':[{'marking_ref':" RED ",'selectors':['");
	for (size_t i = 0; i < n; i += 2)
		memcpy(at + i, "\xc3\xa9", 2); /* a letter of two bytes */
	memcpy(at + n, "']}]}", sizeof("']}]}"));
	read_object(w, object, &o);
	free(object);
	judge(w, gate_agreement(w->a, TERMS "}", false), &o, &c, &d);
	assert_int_equal(d.rule[ENT_RULE_GRANULAR].result, ENT_DENY);
	assert_true(d.rule[ENT_RULE_GRANULAR].reason.n < 1000);
	assert_int_equal(ent_utf8_valid(d.rule[ENT_RULE_GRANULAR].reason),
	                 d.rule[ENT_RULE_GRANULAR].reason.n);
	assert_int_equal(d.property[0].selector.n, n); /* that one is the object's */
}

/* Every reason has a text whose fields are all filled in, and a clause that begins at the top.
 */
static void
every_reason_can_be_said(void **state)
{
	static const bool known[1] = { false };
	static struct ent_suspension suspension = { .by = { SOUTH_ID, sizeof(SOUTH_ID) - 1 } };
	struct world *w = *state;
	struct ent_agreement *g = gate_agreement(
	    w->a, TERMS ",'required_markings':[" GREEN "],'purposes':['p']}", false);
	struct ent_gate_case c = { .g = g,
		                   .known = known,
		                   .feed = { "f", 1 },
		                   .against_name = { "a", 1 },
		                   .kept = { "k", 1 } };
	struct ent_gate_object o;

	g->suspension = &suspension;
	g->suspensions = 1;
	read_object(w, PART("", GREEN), &o);
	o.refs[0].id = ENT_STR(STAY);
	o.n_refs = 1;
	o.invalid = ENT_STR("bad");
	o.created_by = ENT_STR(STAY);
	o.precise[o.n_precise++] = ENT_STR("first_seen");
	for (int state_of = ENT_PROPOSED; state_of <= ENT_EXPIRED; state_of++)
		for (int why = 0; why < ENT_WHYS; why++) {
			struct ent_ruling r = { ENT_DENY, (enum ent_why)why, 0, 0 };
			struct ent_verdict v;

			g->state = (enum ent_state)state_of;
			assert_int_equal(ent_gate_words(w->a, &o, &c, &r, &v, NULL), 0);
			if (v.reason.n < 5 || memchr(v.reason.p, '{', v.reason.n) ||
			    memmem(v.reason.p, v.reason.n, "  ", 2))
				fail_msg("reason %d: %.*s", why, ENT_FMT(v.reason));
			if (v.clause.pointer.p &&
			    (v.clause.pointer.p[0] != '/' ||
			     memchr(v.clause.pointer.p, '{', v.clause.pointer.n)))
				fail_msg("clause %d: %.*s", why, ENT_FMT(v.clause.pointer));
		}
}

static void
terms_are_read_as_they_are_written(void **state)
{
	static const char *const terms[] = {
		TERMS "}",
		TERMS ",'purposes':['a','b'],'required_markings':[" GREEN
		      "],'handling':['H0','H3'],"
		      "'pap_max':'amber','iep':true,'quota_day':7,'expired':false,"
		      "'references':'silent','protect_source':true}",
		TERMS ",'handling':[],'references':'deny'}",
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
		struct ent_gate_limits first, second;
		const struct ent_json *again;
		struct ent_buf b;
		struct ent_jw jw;

		assert_int_equal(
		    ent_gate_limits_read(w->a, gate_json(w->a, terms[i]), &first, NULL), 0);
		ent_buf_init(&b, 4096);
		ent_jw_init(&jw, &b);
		ent_jw_object(&jw);
		ent_gate_limits_write(&jw, &first);
		ent_jw_end_object(&jw);
		assert_int_equal(ent_json_parse(w->a, ent_buf_view(&b), 8, &again, NULL), 0);
		ent_buf_release(&b);
		assert_int_equal(ent_gate_limits_read(w->a, again, &second, NULL), 0);
		assert_int_equal(first.n_purposes, second.n_purposes);
		assert_int_equal(first.n_required, second.n_required);
		first.purposes = second.purposes;
		first.required = second.required;
		assert_memory_equal(&first, &second, sizeof(first));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(decides_by_permissible_actions),
		TEST(decides_by_handling_codes),
		TEST(decides_by_receivers_and_purposes),
		TEST(decides_by_exchange_policies),
		TEST(a_published_marking_with_other_content_stops_all),
		TEST(asks_for_markings),
		TEST(keeps_sources_and_what_is_over),
		TEST(decides_by_the_circumstances),
		TEST(h2_is_the_givers_to_release),
		TEST(every_receiver_must_be_named),
		TEST(a_reference_to_what_stays_is_named_or_stops_it),
		TEST(reasons_have_a_bounded_length),
		TEST(every_reason_can_be_said),
		TEST(terms_are_read_as_they_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

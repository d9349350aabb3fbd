/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_gate_model.c - the gate against a slow evaluator written apart from it: random terms,
 * objects, markings and circumstances.  ENTENTE_CASES says how many; the long suite runs ten
 * million.
 */
#include "gate_case.h"
#include "gate_model.h"

#include "base/buf.h"
#include "base/time.h"

#define M(uuid)   "marking-definition--" uuid
#define D(n)      M("dddddddd-dddd-4ddd-8ddd-0000000000" n)
#define CASES     200000
#define TERMS_FOR 10 /* cases under the same terms */

struct dice {
	uint64_t state;
};

static unsigned
roll(struct dice *d, unsigned sides)
{
	d->state ^= d->state << 13;
	d->state ^= d->state >> 7;
	d->state ^= d->state << 17;
	return (unsigned)((d->state >> 16) % sides);
}

static const char *
pick(struct dice *d, const char *const *list, size_t n)
{
	return list[roll(d, (unsigned)n)];
}
#define PICK(d, list) pick(d, list, sizeof(list) / sizeof((list)[0]))

#define STAY     "identity--eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee"
#define KNOWN    "tool--eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee"
#define KIND     "'extension_type':'property-extension'"
#define CODES(x) "'" ENT_EXT_HANDLING "':{" KIND "," x "}"
#define IEP(x)   "'" ENT_EXT_IEP "':{" KIND "," x "}"
#define PAP(x)   "'" ENT_EXT_PAP "':{" KIND ",'pap':'" x "'}"
#define DEF(id, more)                                                                          \
	"{'type':'marking-definition','spec_version':'2.1','id':'" id                          \
	"','created':'2020-01-01T00:00:00.000Z'," more "}"
#define EXTENDED(x) "'extensions':{" x "}"

/* clang-format off */
static const char *const definitions[] = {
	DEF(D("00"), EXTENDED(CODES("'codes':['H0']"))),
	DEF(D("01"), EXTENDED(CODES("'codes':['H1','H0']"))),
	DEF(D("02"), EXTENDED(CODES("'codes':['H2']"))),
	DEF(D("03"), EXTENDED(CODES("'codes':['H3']"))),
	DEF(D("04"), EXTENDED(CODES("'not_in_court':true"))),
	DEF(D("05"), EXTENDED(CODES("'releasable_to':['" SOUTH_ID "']"))),
	DEF(D("06"), EXTENDED(CODES("'releasable_to':['" SOUTH_ID "','" EAST_ID "']"))),
	DEF(D("07"), EXTENDED(CODES("'purposes':['p','q']"))),
	DEF(D("08"), EXTENDED(CODES("'codes':['H7']"))),
	DEF(D("09"), EXTENDED(IEP("'tlp':'green'"))),
	DEF(D("10"), EXTENDED(IEP("'tlp':'red','start_date':'2020-01-01T00:00:00Z'"))),
	DEF(D("11"), EXTENDED(IEP("'tlp':'white','end_date':'2023-01-01T00:00:00Z'"))),
	DEF(D("12"), EXTENDED(IEP("'tlp':'amber','start_date':'2024-01-01T00:00:00Z'"))),
	DEF(D("13"), EXTENDED(IEP("'tlp':7"))),
	DEF(D("14"), EXTENDED(IEP("'tlp':'amber'") "," CODES("'codes':['H0'],'purposes':['p']"))),
	DEF(D("15"), EXTENDED(CODES("'codes':['H0']") ",'extension-definition--"
	                      "cccccccc-cccc-4ccc-8ccc-cccccccccccc':{" KIND "}")),
	DEF(D("16"), "'definition_type':'statement','definition':{'statement':'x'}"),
	DEF(D("17"), EXTENDED(IEP("'tlp':'amber'") "," CODES("'codes':'H0'"))),
	DEF(M("c43594d1-4b11-4c59-93ab-1c9b14d53ce9"), EXTENDED(PAP("green"))),
	DEF(M("60f8932b-e51e-4458-b265-a2e8be9a80ab"), "'name':'PAP:AMBER'," EXTENDED(PAP("amber"))),
	DEF(M("740d36e5-7714-4c30-961a-3ae632ceee0e"), EXTENDED(PAP("clear"))),
	DEF(M("a3bea94c-b469-41dc-9cfe-d6e7daba7730"), "'name':'PAP:RED'," EXTENDED(PAP("white"))),
};
#define DEFINITIONS (sizeof(definitions) / sizeof(definitions[0]))

/* What objects are marked with, and terms name. */
static const char *const markings[] = {
	M("94868c89-83c2-464b-929b-a1a8aa3c8487"), M("bab4a63c-aed9-4cf5-a766-dfca5abac2bb"),
	M("bab4a63c-aed9-4cf5-a766-dfca5abac2bb"), M("55d920b0-5e8b-4f79-9ee9-91f868d9b421"),
	M("55d920b0-5e8b-4f79-9ee9-91f868d9b421"), M("939a9414-2ddd-4d32-a0cd-375ea402b003"),
	M("e828b379-4e03-4974-9ac4-e53a884c97c1"), M("613f2e26-407d-48c7-9eca-b8e91df99dc9"),
	M("34098fce-860f-48ae-8e50-ebd3cc5e41da"), M("f88d31f6-486f-44da-b317-01333bde0b82"),
	M("5e57c739-391a-4eb3-b6be-7d15ca92d5ed"),
	/* the right beginning with an invented end */
	M("bab4a63c-aed9-4b5f-a766-dfca5abac2bb"), M("939a9414-2ddd-4d32-b7c2-375ea402b003"),
	M("ad15a0cd-55b6-4588-a14c-a66105329b92"), M("c43594d1-4b11-4c59-93ab-1c9b14d53ce9"),
	M("60f8932b-e51e-4458-b265-a2e8be9a80ab"), M("740d36e5-7714-4c30-961a-3ae632ceee0e"),
	M("a3bea94c-b469-41dc-9cfe-d6e7daba7730"),
	D("00"), D("01"), D("02"), D("03"), D("04"), D("05"), D("06"), D("07"), D("08"), D("09"), D("10"), D("11"),
	D("12"), D("13"), D("14"), D("15"), D("16"), D("17"), D("98"), D("99"),
};
/* clang-format on */

/* ---- terms ---- */

static void
maybe(struct dice *d, struct ent_buf *b, const char *name, const char *const *values, size_t n)
{
	if (roll(d, 2))
		ent_buf_printf(b, ",'%s':%s", name, pick(d, values, n));
}
#define MAYBE(d, b, name, list) maybe(d, b, name, list, sizeof(list) / sizeof((list)[0]))

static void
put_markings(struct dice *d, struct ent_buf *b, unsigned most)
{
	unsigned n = roll(d, most + 1);

	ent_buf_ch(b, '[');
	for (unsigned i = 0; i < n; i++)
		ent_buf_printf(b, "%s'%s'", i ? "," : "", PICK(d, markings));
	ent_buf_ch(b, ']');
}

static const char *const levels[] = { "'clear'", "'green'", "'amber'", "'amber+strict'",
	                              "'red'" };

static void
put_terms(struct dice *d, struct ent_buf *b)
{
	static const char *const
	    types[] = { "['*']", "['*']", "['campaign','indicator']", "[]" },
	    *const codes[] = { "[]", "['H0']", "['H0','H1']", "['H0','H1','H2','H3']",
		               "['H2','H3']" },
	    *const paps[] = { "'clear'", "'green'", "'amber'", "'red'" },
	    *const truths[] = { "true", "true", "false" },
	    *const purposes[] = { "['p']", "['q','p']", "['p','r']", "[]" },
	    *const refs[] = { "'name'", "'silent'", "'deny'" }, *const quotas[] = { "1", "5" };

	ent_buf_printf(b, "{'types':%s,'tlp_max':%s", PICK(d, types), PICK(d, levels));
	MAYBE(d, b, "unmarked", levels);
	if (roll(d, 3) == 0) {
		ent_buf_c(b, ",'markings':");
		put_markings(d, b, 4);
	}
	MAYBE(d, b, "handling", codes);
	MAYBE(d, b, "pap_max", paps);
	MAYBE(d, b, "iep", truths);
	MAYBE(d, b, "purposes", purposes);
	MAYBE(d, b, "references", refs);
	if (roll(d, 4) == 0)
		ent_buf_printf(b, ",'required_markings':['%s']", PICK(d, markings));
	if (roll(d, 4) == 0)
		MAYBE(d, b, "quota_day", quotas);
	if (roll(d, 2) == 0)
		MAYBE(d, b, "expired", truths);
	if (roll(d, 4) == 0)
		MAYBE(d, b, "protect_source", truths);
	if (roll(d, 8) == 0)
		MAYBE(d, b, "two_person", truths);
	ent_buf_ch(b, '}');
}

/* ---- objects ---- */

static void
put_granular(struct dice *d, struct ent_buf *b)
{
	static const char *const selectors[] = { "'name'", "'description'",
		                                 "'name','x_list.[0]'" };
	unsigned n = 1 + roll(d, 3);

	ent_buf_c(b, ",'granular_markings':[");
	for (unsigned i = 0; i < n; i++) {
		ent_buf_c(b, i ? "," : "");
		if (roll(d, 12) == 0)
			ent_buf_c(b, "{'lang':'fr','selectors':['name']}");
		else if (roll(d, 20) == 0)
			ent_buf_c(b, "{'marking_ref':7,'selectors':['name']}");
		else
			ent_buf_printf(b, "{'marking_ref':'%s','selectors':[%s]}",
			               PICK(d, markings), PICK(d, selectors));
	}
	ent_buf_ch(b, ']');
}

static void
put_object(struct dice *d, struct ent_buf *b)
{
	static const char *const types[] = { "campaign", "campaign", "indicator",
		                             "sighting", "identity", "note" },
				 *const people[] = { NORTH_ID, SOUTH_ID, EAST_ID, STAY },
				 *const members[] = { "first_seen", "last_observed" },
				 *const times[] = { "2020-01-01T00:00:00Z",
		                                    "2020-01-01T00:10:00Z" },
				 *const dates[] = { "2020-01-01T00:00:00Z",
		                                    "2030-01-01T00:00:00Z" };
	const char *type = PICK(d, types);
	bool identity = !strcmp(type, "identity");

	if (roll(d, 12) == 0) { /* a marking definition itself */
		ent_buf_c(b, PICK(d, definitions));
		return;
	}
	ent_buf_printf(b, "{'type':'%s','spec_version':'2.1','id':'", type);
	if (identity)
		ent_buf_c(b, PICK(d, people));
	else
		ent_buf_printf(b, "%s--aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", type);
	ent_buf_c(b, "','name':'n','description':'d','x_list':[1]");
	if (roll(d, 4)) {
		ent_buf_c(b, ",'object_marking_refs':");
		if (roll(d, 30) == 0)
			ent_buf_c(b, "[7]");
		else
			put_markings(d, b, 3);
	}
	if (roll(d, 4) == 0)
		put_granular(d, b);
	if (roll(d, 3) == 0)
		ent_buf_printf(b, ",'created_by_ref':'%s'", PICK(d, people));
	if (roll(d, 8) == 0)
		ent_buf_printf(b, ",'where_sighted_refs':['%s','%s']", PICK(d, people),
		               PICK(d, people));
	if (roll(d, 3) == 0)
		ent_buf_printf(b, ",'valid_until':'%s'", PICK(d, dates));
	if (roll(d, 8) == 0)
		ent_buf_printf(b, ",'%s':'%s'", PICK(d, members), PICK(d, times));
	if (roll(d, 4) == 0)
		ent_buf_c(b, ",'x_ref':'" KNOWN "'");
	ent_buf_ch(b, '}');
}

/* ---- circumstances ---- */

/* Of the first half of a case's lists the counterparts know what the model says. */
static void
make_facts(struct dice *d, struct model_facts *f)
{
	static const char *const states[] = { "in force",  "in force", "in force",
		                              "suspended", "proposed", "terminated" },
				 *const nows[] = { "2023-06-01T00:00:00Z" };

	*f = (struct model_facts){
		.state = PICK(d, states),
		.parties = { NORTH_ID, SOUTH_ID, EAST_ID },
		.n_parties = 2 + (roll(d, 4) == 0),
		.invalid = roll(d, 20) == 0,
		.own = roll(d, 3) != 0,
		.here = roll(d, 3) == 0,
		.against = roll(d, 2) == 0,
		.kept = roll(d, 12) == 0,
		.approved = roll(d, 2) == 0,
		.counted = roll(d, 4) == 0,
		.recalled = roll(d, 12) == 0,
		.sent_today = roll(d, 6),
		.now = PICK(d, nows),
	};
	if (roll(d, 12) == 0)
		f->dialogue = roll(d, 2) ? "this" : "other";
	if (roll(d, 6) == 0)
		f->feed_tlp = roll(d, 2) ? "green" : "amber+strict";
	if (roll(d, 2))
		f->known[f->n_known++] = KNOWN;
	if (roll(d, 2))
		f->known[f->n_known++] = STAY;
	f->known[f->n_known++] = NORTH_ID;
	f->known[f->n_known++] = SOUTH_ID;
	f->known[f->n_known++] = EAST_ID;
}

static enum ent_state
state_of(const char *name)
{
	return !strcmp(name, "in force")    ? ENT_IN_FORCE
	       : !strcmp(name, "suspended") ? ENT_SUSPENDED
	       : !strcmp(name, "proposed")  ? ENT_PROPOSED
	                                    : ENT_TERMINATED;
}

static void
make_case(struct ent_arena *a, const struct model_facts *f, struct ent_agreement *g,
          struct ent_gate_object *o, struct ent_gate_case *c)
{
	bool *known = ent_arena_array(a, o->n_refs + 1, sizeof(*known));

	static struct ent_suspension open = { .by = { SOUTH_ID, sizeof(SOUTH_ID) - 1 } };

	g->state = state_of(f->state);
	g->suspension = &open;
	g->suspensions = g->state == ENT_SUSPENDED;
	*c = (struct ent_gate_case){ .g = g, .own = f->own, .here = f->here };
	assert_int_equal(ent_time_parse(ent_str_c(f->now), &c->now, NULL), 0);
	if (f->dialogue)
		c->dialogue = !strcmp(f->dialogue, "this") ? g->id : ENT_STR("another");
	if (f->against)
		c->against = c->against_name = ENT_STR("somewhere");
	if (f->kept)
		c->kept = ENT_STR("somewhere");
	if (f->feed_tlp)
		assert_int_equal(ent_tlp_parse(ent_str_c(f->feed_tlp), &c->feed_tlp), 0);
	if (f->invalid)
		o->invalid = ENT_STR("bad");
	c->approved = f->approved;
	c->counted = f->counted;
	c->recalled = f->recalled;
	c->sent_today = (uint64_t)f->sent_today;
	for (size_t i = 0; i < o->n_refs; i++)
		for (size_t k = 0; k < f->n_known; k++)
			known[i] |= ent_str_is(o->refs[i].id, f->known[k]);
	c->known = known;
}

/* ---- the comparison ---- */

struct world {
	struct ent_arena *a, *some, *each;
	const struct ent_json *terms;
	struct ent_agreement *g[2]; /* of two parties, of three */
	const struct ent_json *held[DEFINITIONS];
	size_t seen[ENT_RULES][2]; /* how often each rule passed and denied */
	size_t extracts;
};

static size_t
parts_of(const struct ent_decision *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_properties; i++)
		n += d->property[i].rule != ENT_RULE_REFERENCES &&
		     d->property[i].rule != ENT_RULE_SOURCE;
	return n;
}

static void
compare(struct world *w, size_t at, const char *terms, const char *object,
        const struct ent_decision *d, const struct model_verdict *m)
{
	for (int r = 0; r < ENT_RULES; r++) {
		w->seen[r][d->rule[r].result == ENT_DENY]++;
		if (d->rule[r].result != m->rule[r])
			fail_msg(
			    "case %zu, rule %s: the gate says %s (%.*s), the model %s\n%s\n%s",
			    at, ent_rule_name((enum ent_rule)r),
			    ent_result_name(d->rule[r].result), ENT_FMT(d->rule[r].reason),
			    ent_result_name(m->rule[r]), terms, object);
	}
	if (d->result != m->result || d->extract != m->extract ||
	    (d->result == ENT_DENY && parts_of(d) != m->parts))
		fail_msg("case %zu: result %d, %d; extract %d, %d; parts %zu, %zu\n%s\n%s", at,
		         d->result, m->result, d->extract, m->extract, parts_of(d), m->parts,
		         terms, object);
	w->extracts += d->extract;
}

/* New terms, for some cases. */
static void
new_terms(struct world *w, struct dice *dice, struct ent_buf *text)
{
	ent_arena_reset(w->some);
	ent_buf_clear(text);
	put_terms(dice, text);
	ent_buf_ch(text, '\0');
	w->terms = gate_json(w->some, ent_buf_view(text).p);
	w->g[0] = gate_agreement(w->some, ent_buf_view(text).p, false);
	w->g[1] = gate_agreement(w->some, ent_buf_view(text).p, true);
}

static void
one_case(struct world *w, struct dice *dice, size_t at, struct ent_buf *terms,
         struct ent_buf *object)
{
	struct gate_held held = { w->held, DEFINITIONS, w->each };
	struct ent_gate_definitions find = { gate_held_find, &held };
	struct model_facts f;
	struct model_verdict m;
	struct ent_gate_object o;
	struct ent_gate_case c;
	struct ent_judgement j;
	struct ent_decision d;
	const struct ent_json *v;

	if (at % TERMS_FOR == 0)
		new_terms(w, dice, terms);
	ent_arena_reset(w->each);
	ent_buf_clear(object);
	put_object(dice, object);
	ent_buf_ch(object, '\0');
	make_facts(dice, &f);
	v = gate_json(w->each, ent_buf_view(object).p);
	assert_int_equal(ent_gate_object_read(w->each, v, false, &find, &o, NULL), 0);
	make_case(w->each, &f, w->g[f.n_parties == 3], &o, &c);
	ent_gate_judge(&o, &c, ENT_GATE_RELEASE, &j);
	assert_int_equal(ent_gate_decide(w->each, &o, &c, &j, true, &d, NULL), 0);
	model_judge(w->terms, v, w->held, DEFINITIONS, &f, &m);
	compare(w, at, ent_buf_view(terms).p, ent_buf_view(object).p, &d, &m);
}

static void
the_gate_and_the_model_agree(void **state)
{
	const char *cases = getenv("ENTENTE_CASES"), *seed = getenv("ENTENTE_SEED");
	size_t n = cases ? strtoul(cases, NULL, 10) : CASES;
	struct dice dice = { UINT64_C(88172645463325252) +
		             (seed ? strtoul(seed, NULL, 10) : 0) };
	static struct world w;
	struct ent_buf terms, object;

	(void)state;
	w.a = ent_arena_new((size_t)16 << 20);
	w.some = ent_arena_new((size_t)16 << 20);
	w.each = ent_arena_new((size_t)16 << 20);
	assert_true(w.a && w.some && w.each);
	for (size_t i = 0; i < DEFINITIONS; i++)
		w.held[i] = gate_json(w.a, definitions[i]);
	ent_buf_init(&terms, 1u << 16);
	ent_buf_init(&object, 1u << 16);
	for (size_t i = 0; i < n; i++)
		one_case(&w, &dice, i, &terms, &object);
	ent_buf_release(&terms);
	ent_buf_release(&object);
	ent_arena_free(w.each);
	ent_arena_free(w.some);
	ent_arena_free(w.a);
	/* a case that never comes up says nothing */
	for (int r = 0; r < ENT_RULES; r++)
		if (w.seen[r][0] < n / 10 || w.seen[r][1] < n / 200)
			fail_msg("rule %s: passed %zu times, denied %zu times of %zu",
			         ent_rule_name((enum ent_rule)r), w.seen[r][0], w.seen[r][1],
			         n);
	assert_true(w.extracts > n / 2000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(the_gate_and_the_model_agree) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

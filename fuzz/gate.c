/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate.c - the gate over any object, terms and definitions of markings: a list of values, the
 * terms first, then the object, then definitions.
 *
 * Whatever they say: the result follows from the rules; every verdict has words; an object with
 * a marking that can't be read, or that nobody knows, stays; a higher ceiling lets more
 * through, never less; and definitions that are taken away let through no more than before.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "exchange/gate_core.h"

#define LIMIT ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct held {
	struct ent_arena *a;
	const struct ent_json *list; /* NULL: nothing is held */
};

static int
find(void *self, struct ent_str id, const struct ent_handling **out, struct ent_err *err)
{
	struct held *h = self;

	*out = NULL;
	for (size_t i = 2; i < ent_json_count(h->list) && i < 10; i++)
		if (ent_str_eq(ent_json_getstr(ent_json_at(h->list, i), "id"), id)) {
			struct ent_handling *one = ent_arena_alloc(h->a, sizeof(*one));

			*out = one;
			return one ? ent_handling_read(h->a, ent_json_at(h->list, i), one, err)
			           : ENT_ENOMEM;
		}
	return 0;
}

static bool
listed(const struct ent_terms *t, struct ent_str id)
{
	for (size_t i = 0; i < t->n_markings; i++)
		if (ent_str_eq(t->markings[i], id))
			return true;
	return false;
}

struct told {
	const struct ent_terms *t;
	struct held *held;
	bool stays;
};

/* By the markings alone, as ent_stix_markings names them. */
static int
tell(void *self, struct ent_str id, struct ent_str selector)
{
	struct told *told = self;
	const struct ent_handling *says = NULL;

	(void)selector;
	if (!id.p || ent_tlp_of(id) > told->t->tlp_max) {
		told->stays = true;
		return 0;
	}
	(void)find(told->held, id, &says, NULL);
	told->stays |= ent_tlp_of(id) == ENT_TLP_NONE && ent_pap_of(id) == ENT_PAP_NONE &&
	               !says && !listed(told->t, id);
	return 0;
}

static void
check(struct ent_arena *a, const struct ent_gate_object *o, const struct ent_gate_case *c,
      const struct ent_judgement *j)
{
	enum ent_result result = ENT_PASS;
	struct ent_decision d;

	for (int r = 0; r < ENT_RULES; r++)
		if (j->rule[r].result == ENT_DENY ||
		    (j->rule[r].result == ENT_QUEUE && result == ENT_PASS))
			result = j->rule[r].result;
	if (result != j->result)
		abort();
	if (ent_gate_decide(a, o, c, j, false, &d, NULL))
		return; /* the arena is full */
	for (int r = 0; r < ENT_RULES; r++)
		if (!d.rule[r].reason.n && (r != ENT_RULE_VALID || !o->invalid.p))
			abort();
	if (d.extract && (d.result != ENT_DENY || d.n_properties == 0))
		abort();
	for (size_t i = 0; i < d.n_properties; i++)
		if (d.property[i].verdict.result != ENT_DENY)
			abort();
}

static bool
passes(const struct ent_judgement *j, enum ent_rule r)
{
	return j->rule[r].result == ENT_PASS;
}

static void
compare(struct ent_arena *a, const struct ent_json *v, struct ent_agreement *g)
{
	struct held held = { a, v }, none = { a, NULL };
	struct ent_gate_definitions d = { find, &held }, bare = { find, &none };
	struct told told = { &g->party[0].terms, &held, false };
	struct ent_gate_object o, without;
	struct ent_gate_case c = { .g = g, .now = 0, .own = true };
	struct ent_judgement low, high, less;

	if (ent_gate_object_read(a, ent_json_at(v, 1), false, &d, &o, NULL) ||
	    ent_gate_object_read(a, ent_json_at(v, 1), false, &bare, &without, NULL))
		return;
	ent_gate_judge(&o, &c, ENT_GATE_RELEASE, &low);
	check(a, &o, &c, &low);
	(void)ent_stix_markings(ent_json_at(v, 1), tell, &told);
	if (told.stays && low.result == ENT_PASS)
		abort();
	ent_gate_judge(&without, &c, ENT_GATE_RELEASE, &less);
	if (passes(&less, ENT_RULE_MARKINGS) && !passes(&low, ENT_RULE_MARKINGS))
		abort(); /* what is known of a marking opens it or leaves it shut */
	g->party[0].terms.tlp_max = ENT_TLP_RED;
	ent_gate_judge(&o, &c, ENT_GATE_RELEASE, &high);
	for (int r = 0; r < ENT_RULES; r++)
		if (passes(&low, (enum ent_rule)r) && !passes(&high, (enum ent_rule)r))
			abort();
}

/* What the terms say beside the gate's members. */
static void
read_terms(const struct ent_json *v, struct ent_terms *t)
{
	static struct ent_str listed_one;

	t->all_types = true;
	if (ent_tlp_parse(ent_json_getstr(v, "tlp_max"), &t->tlp_max))
		t->tlp_max = ENT_TLP_GREEN;
	if (ent_tlp_parse(ent_json_getstr(v, "unmarked"), &t->unmarked))
		t->unmarked = ENT_TLP_NONE;
	listed_one = ent_json_str(ent_json_at(ent_json_getc(v, "markings"), 0));
	t->markings = &listed_one;
	t->n_markings = listed_one.p ? 1 : 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ent_arena *a = ent_arena_new(LIMIT);
	struct ent_agreement *g = a ? ent_arena_alloc(a, sizeof(*g)) : NULL;
	struct ent_str text = { (const char *)data, len };
	const struct ent_json *v;

	if (g && ent_json_parse(a, text, ENT_JSON_DEPTH, &v, NULL) == 0 &&
	    ent_json_is(v, ENT_JSON_ARRAY) && ent_json_count(v) >= 2 &&
	    ent_json_is(ent_json_at(v, 1), ENT_JSON_OBJECT)) {
		g->state = ENT_IN_FORCE;
		g->parties = 2;
		g->party[0].id = ENT_STR("identity--11111111-1111-4111-8111-111111111111");
		g->party[1].id = ENT_STR("identity--22222222-2222-4222-8222-222222222222");
		g->party[1].name = ENT_STR("South");
		read_terms(ent_json_at(v, 0), &g->party[0].terms);
		if (ent_gate_limits_read(a, ent_json_at(v, 0), &g->party[0].terms.gate, NULL) ==
		    0)
			compare(a, v, g);
	}
	ent_arena_free(a);
	return 0;
}

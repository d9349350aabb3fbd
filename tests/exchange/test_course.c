/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_course.c - the state of an agreement is a function of the set of statements: in whatever
 * order, however often and after whatever losses they come.
 */
#include "two.h"

#include "base/buf.h"

static const struct ent_str none;
static uint64_t dice;

static uint64_t
roll(uint64_t sides)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return dice % sides;
}

#define NODES 3
#define ITEMS 4096

/* What everybody has signed, as envelopes. */
struct pool {
	struct ent_str item[ITEMS];
	bool document[ITEMS];
	size_t n;
};

static void
collect(struct two *t, int node, struct ent_str id, struct pool *p)
{
	const struct ent_json *v;
	struct ent_str bundle;
	struct ent_err err;

	if (ent_agreement_bundle(t->x[node], t->a, id, none, NULL, &bundle, &err) ||
	    ent_json_parse(t->a, bundle, 64, &v, &err))
		fail_msg("%s", err.msg);
	for (int kind = 0; kind < 2; kind++) {
		const struct ent_json *list =
		    ent_json_getc(v, kind ? "statements" : "documents");

		for (size_t i = 0; i < ent_json_count(list) && p->n < ITEMS; i++) {
			p->document[p->n] = kind == 0;
			p->item[p->n++] = ent_json_raw(ent_json_at(list, i));
		}
	}
}

/* Some of them, in any order, some twice, some not. */
static void
give_some(struct two *t, int to, int from, struct ent_str id, const struct pool *p)
{
	struct ent_statements_taken taken;
	struct ent_str text;
	struct ent_buf b;
	struct ent_err err;

	ent_buf_init(&b, 1 << 24);
	for (int kind = 0; kind < 2; kind++) {
		bool first = true;

		ent_buf_printf(&b, "%s", kind ? "],\"statements\":[" : "{\"documents\":[");
		for (size_t k = 0; p->n && k < 2 * p->n; k++) {
			size_t i = roll(p->n);

			if (p->document[i] == (kind == 1) || roll(3) == 0)
				continue;
			ent_buf_printf(&b, "%s%.*s", first ? "" : ",", ENT_FMT(p->item[i]));
			first = false;
		}
	}
	ent_buf_printf(&b, "%s", "]}");
	text = ent_buf_done(&b, t->a);
	ent_buf_release(&b);
	assert_non_null(text.p);
	(void)ent_agreement_take(t->x[to], t->a, id, two_party(from), text, &taken, &err);
}

/* What a node may sign next; most of it makes no sense in most states, and is refused. */
static const enum ent_act acts[] = {
	ENT_ACT_ACCEPT,    ENT_ACT_SUSPEND, ENT_ACT_RESUME,  ENT_ACT_RESUME,  ENT_ACT_WITHDRAW,
	ENT_ACT_TERMINATE, ENT_ACT_LEAVE,   ENT_ACT_INITIAL, ENT_ACT_SUSPEND,
};

static void
sign_something(struct two *t, int node, struct ent_str id)
{
	enum ent_act what = acts[roll(sizeof(acts) / sizeof(acts[0]))];
	struct ent_err err;

	if (what == ENT_ACT_SUSPEND && roll(2))
		(void)ent_agreement_suspend(t->x[node], t->a, id,
		                            test_clock + (int64_t)roll(48) * HOUR, none, &err);
	else if ((what == ENT_ACT_TERMINATE || what == ENT_ACT_LEAVE) && roll(4))
		return; /* or there would be few long stories */
	else
		(void)ent_agreement_act(t->x[node], t->a, id, what, none, none, &err);
}

static void
amend(struct two *t, struct ent_str id)
{
	const struct ent_str peers[] = { ENT_STR("South"), ENT_STR("Stranger") };
	struct ent_agreement *g = ent_arena_alloc(t->a, sizeof(*g));
	struct ent_proposal p = two_proposal(t);
	struct ent_err err;

	p.amends = id;
	p.peers = peers;
	p.n_peers = 2;
	p.notice_days = 2;
	p.suspension_days = (int64_t)roll(2);
	p.valid_from = roll(2) ? test_clock + DAY : INT64_MIN;
	p.initialling = roll(2);
	(void)ent_agreement_propose(t->x[NORTH], t->a, &p, g, &err);
}

/* The state as all must see it, in words. */
static struct ent_str
print(struct two *t, int node, struct ent_str id, const char **state)
{
	const struct ent_agreement *g = two_load(t, node, id);
	struct ent_str out;
	struct ent_buf b;

	ent_buf_init(&b, 1 << 16);
	ent_buf_printf(&b, "%.*s %lld", ENT_FMT(g->document), (long long)g->ends);
	for (size_t i = 0; i < g->parties; i++)
		ent_buf_printf(&b, " %d%d%lld", g->party[i].accepted, g->party[i].initialled,
		               (long long)g->party[i].left);
	for (size_t i = 0; i < g->suspensions; i++)
		ent_buf_printf(&b, " s%.8s", g->suspension[i].sha256.p);
	for (size_t i = 0; i < g->notices; i++)
		ent_buf_printf(&b, " n%.8s", g->notice[i].sha256.p);
	/* for who has left it is over, whatever it is for the others */
	if (g->party[g->self].gone)
		assert_int_equal(g->state, ENT_TERMINATED);
	*state = g->party[g->self].gone ? *state : ent_state_name(g->state);
	out = ent_buf_done(&b, t->a);
	ent_buf_release(&b);
	return out;
}

/* Everybody tells everybody, until nothing is new: a withdrawal that comes is answered. */
static void
settle(struct two *t, struct ent_str id)
{
	struct ent_err err;

	for (int round = 0; round < 3; round++)
		for (int from = 0; from < NODES; from++)
			for (int to = 0; to < NODES; to++)
				if (to != from)
					(void)two_tell(t, from, to, id, &err);
}

static void
walk(uint64_t seed)
{
	struct two *t = two_new();
	struct ent_str id = two_agree_three(t);
	struct pool *p = ent_arena_alloc(t->a, sizeof(*p));
	const char *said = NULL;
	struct ent_str first;

	dice = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	for (int step = 0; step < 24; step++) {
		int node = (int)roll(NODES), from = (int)roll(NODES);

		test_clock += (int64_t)roll(8) * HOUR;
		if (roll(6) == 0)
			amend(t, id);
		else
			sign_something(t, node, id);
		p->n = 0;
		collect(t, from, id, p);
		if (from != node)
			give_some(t, node, from, id, p);
	}
	settle(t, id);
	first = print(t, 0, id, &said);
	for (int n = 1; n < NODES; n++) {
		const char *state = said;
		struct ent_str other = print(t, n, id, &state);

		if (!ent_str_eq(first, other) || (said && strcmp(said, state) != 0))
			fail_msg("walk %llu: %.*s %s, but node %d: %.*s %s",
			         (unsigned long long)seed, ENT_FMT(first), said, n,
			         ENT_FMT(other), state);
		said = state;
	}
	two_free(t);
}

static void
any_order_gives_the_same_state(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 15; seed++)
		walk(seed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_order_gives_the_same_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

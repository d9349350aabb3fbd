/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_attacks.c - what must not be possible with ledgers, statements, receipts and proofs,
 * tried by the party that has the keys for it; each is refused in words that name it
 * (docs/threat-model.md).
 */
#include "two.h"

#include <entente/ledger.h>

#include "base/enc.h"
#include "exchange/book.h"
#include "exchange/witness.h"
#include "ledger/trees.h"
#include "ledger/witness.h"
#include "proof/envelope.h"

static const struct ent_str none;

#define CAMPAIGN "campaign--2b9a3c52-9a3b-4c84-8a0f-3f6f0f3e0001"
#define OBJECT                                                                                 \
	"{\"type\":\"campaign\",\"spec_version\":\"2.1\",\"id\":\"" CAMPAIGN                   \
	"\",\"created\":\"2018-12-01T00:00:00.000Z\",\"modified\":\"2018-12-01T00:00:00.000Z"  \
	"\",\"name\":\"a warning\"}"

static void
act(struct two *t, int node, struct ent_str id, enum ent_act what)
{
	struct ent_err err;

	if (ent_agreement_act(t->x[node], t->a, id, what, none, none, &err))
		fail_msg("%s", err.msg);
}

/* ---- ledgers that North writes anew ---- */

#define ENTRIES_MAX 64

struct book {
	struct ent_str entry[ENTRIES_MAX], *e;
	size_t n;
};

static void
entries_of(struct two *t, struct ent_str id, struct book *b)
{
	struct ent_str *e;
	struct ent_err err;

	if (ent_book_entries(t->x[NORTH], t->a, id, 0, ENTRIES_MAX - 8, &e, &b->n, &err))
		fail_msg("%s", err.msg);
	memcpy(b->entry, e, b->n * sizeof(*e));
	assert_true(b->n >= 3);
}

static void
add_entry(struct book *b, const char *text)
{
	assert_true(b->n < ENTRIES_MAX);
	b->entry[b->n++] = ent_str_c(text);
}

/* Another value of the same length in place of an entry's last digit of the year. */
static struct ent_str
dated_back(struct two *t, struct ent_str entry)
{
	struct ent_str out = ent_arena_dup(t->a, entry);
	char *at = memmem(out.p, out.n, "\"at\":\"2019", 10);

	assert_non_null(at);
	at[9] = '8';
	return out;
}

static void
rewrite(struct two *t, struct book *b)
{
	b->entry[1] = ent_arena_printf(t->a, "{\"kind\":\"card\"}");
}

static void
drop(struct two *t, struct book *b)
{
	(void)t;
	memmove(b->entry + 1, b->entry + 2, (b->n - 2) * sizeof(b->entry[0]));
	b->n--;
}

static void
reorder(struct two *t, struct book *b)
{
	struct ent_str first = b->entry[0];

	(void)t;
	b->entry[0] = b->entry[1];
	b->entry[1] = first;
}

static void
date_back(struct two *t, struct book *b)
{
	b->entry[1] = dated_back(t, b->entry[1]);
}

static void
put_before(struct two *t, struct book *b)
{
	memmove(b->entry + 2, b->entry + 1, (b->n - 1) * sizeof(b->entry[0]));
	b->n++;
	b->entry[1] = dated_back(t, b->entry[0]);
}

static void
leave(struct two *t, struct book *b)
{
	(void)t;
	(void)b;
}

/* A ledger of these entries under North's name and key, with the proof that it has. */
static struct ent_str
request(struct two *t, struct ent_str id, const struct book *b, uint64_t old)
{
	struct ent_str origin =
	    ent_arena_printf(t->a, "north.example/entente/%.*s", ENT_FMT(id));
	const struct ent_key *k = &t->keys[NORTH].key[ENT_KEY_LEDGER];
	struct tree *tree = calloc(1, sizeof(*tree));
	struct ent_add_checkpoint r = { .old = old };
	struct ent_hash h;
	struct ent_nodes nodes;
	struct ent_err err;

	assert_non_null(tree);
	ent_range_init(&tree->range);
	for (size_t i = 0; i < b->n; i++) {
		ent_leaf_hash(b->entry[i], &h);
		assert_int_equal(ent_range_add(&tree->range, &h, tree_put, tree, &err), 0);
	}
	nodes = tree_nodes(tree);
	ent_range_root(&tree->range, &h);
	if (ent_checkpoint_sign(t->a, origin, b->n, &h, k->pub, k->sec, &r.note, &err) ||
	    (old > 0 && old < b->n &&
	     ent_prove_consistency(&nodes, old, b->n, r.proof, &r.count, &err)))
		fail_msg("%s", err.msg);
	free(tree);
	return ent_add_checkpoint_print(t->a, &r);
}

static int
shown_to(struct two *t, int node, struct ent_str body, struct ent_witnessed *w)
{
	struct ent_err err;

	if (ent_witness_add(t->x[node], t->a, two_party(NORTH), body, w, &err))
		fail_msg("%s", err.msg);
	return w->status;
}

/* Both notes of a conflict are signed by North and say different things of one ledger. */
static void
both_are_signed_by_north(struct two *t, const struct ent_conflict *c)
{
	const uint8_t *pub = t->keys[NORTH].key[ENT_KEY_LEDGER].pub;
	struct ent_checkpoint held, shown;
	struct ent_err err;

	assert_int_equal(ent_checkpoint_open(c->held, pub, &held, &err), 0);
	assert_int_equal(ent_checkpoint_open(c->shown, pub, &shown, &err), 0);
	assert_true(ent_str_eq(held.origin, shown.origin));
	assert_memory_not_equal(held.root.b, shown.root.b, ENT_HASH);
}

static void
a_ledger_that_was_changed_is_told_at_the_next_contact(void **state)
{
	static const struct {
		const char *what;
		void (*attack)(struct two *t, struct book *b);
		int status;
	} cases[] = {
		{ "nothing", leave, 200 },
		{ "an entry rewritten", rewrite, 422 },
		{ "an entry dropped", drop, 422 },
		{ "two entries reordered", reorder, 422 },
		{ "an entry dated back", date_back, 422 },
		{ "an entry put in before", put_before, 422 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct two *t = two_new();
		struct ent_str id = two_agree(t, NULL);
		struct ent_conflict *c;
		struct ent_witnessed w;
		struct ent_err err = { 0 };
		struct book b;
		uint64_t old;
		size_t n;

		entries_of(t, id, &b);
		old = b.n;
		assert_int_equal(shown_to(t, SOUTH, request(t, id, &b, 0), &w), 200);
		cases[i].attack(t, &b);
		add_entry(&b, "{\"kind\":\"x\"}");
		add_entry(&b, "{\"kind\":\"y\"}");
		if (shown_to(t, SOUTH, request(t, id, &b, old), &w) != cases[i].status)
			fail_msg("%s: %d", cases[i].what, w.status);
		assert_int_equal(ent_conflicts(t->x[SOUTH], t->a, &c, &n, &err), 0);
		assert_int_equal(n, cases[i].status == 422);
		if (n) {
			both_are_signed_by_north(t, &c[0]);
			assert_int_equal(
			    ent_conflict_check(t->x[SOUTH], t->a, c[0].origin, &err),
			    ENT_ECONFLICT);
			assert_non_null(strstr(err.msg, "two histories"));
			/* and the true ledger doesn't make it good: a person decides */
			entries_of(t, id, &b);
			add_entry(&b, "{\"kind\":\"x\"}");
			assert_int_equal(shown_to(t, SOUTH, request(t, id, &b, old), &w), 422);
			assert_true(
			    two_ledger_has(t, SOUTH, ENT_BOOK_INTERNAL, "ledger-conflict"));
		}
		two_free(t);
	}
}

static void
the_end_of_a_ledger_is_not_cut_off_unseen(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree(t, NULL);
	struct ent_witnessed w;
	struct book b;
	uint64_t old;

	entries_of(t, id, &b);
	old = b.n;
	assert_int_equal(shown_to(t, SOUTH, request(t, id, &b, 0), &w), 200);
	b.n--;
	assert_int_equal(shown_to(t, SOUTH, request(t, id, &b, old), &w), 400);
	assert_non_null(memmem(w.body.p, w.body.n, "larger than", 11));
	assert_int_equal(shown_to(t, SOUTH, request(t, id, &b, b.n), &w), 409);
	assert_int_equal(shown_to(t, SOUTH, request(t, id, &b, 0), &w), 409);
	/* another end of the same length */
	add_entry(&b, "{\"kind\":\"x\"}");
	assert_int_equal(shown_to(t, SOUTH, request(t, id, &b, old), &w), 422);
}

/* ---- two histories, each shown to another party ---- */

/* As node knows another one. */
static struct ent_peer
peer_of(struct two *t, int node, int other)
{
	struct ent_peer p;
	struct ent_err err;

	if (ent_peer_get(t->x[node], t->a, two_party(other), &p, &err))
		fail_msg("%s", err.msg);
	return p;
}

/* A node tells South what it cosigned of North's ledger. */
static int
told(struct two *t, struct ent_str id, int by, struct ent_err *err)
{
	struct ent_peer north = peer_of(t, SOUTH, NORTH), teller = peer_of(t, SOUTH, by);
	struct ent_str origin =
			   ent_arena_printf(t->a, "north.example/entente/%.*s", ENT_FMT(id)),
		       note;
	uint64_t size;

	if (ent_witness_last(t->x[by], t->a, origin, &size, &note, err))
		fail_msg("%s", err->msg);
	return ent_heard(t->x[SOUTH], t->a, id, &north, &teller, note, err);
}

/* South asks North to link it, who answers from a ledger; 1 if there is nothing to link. */
static int
link_to(struct two *t, struct ent_str id, const struct book *b, struct ent_err *err)
{
	struct ent_peer north = peer_of(t, SOUTH, NORTH);
	struct ent_str key;
	uint64_t size;

	if (ent_heard_open(t->x[SOUTH], t->a, id, &north, &size, &key, err))
		fail_msg("%s", err->msg);
	return size == 0 ? 1
	                 : ent_heard_link(t->x[SOUTH], t->a, id, &north, key,
	                                  request(t, id, b, size), err);
}

static size_t
conflicts_at_south(struct two *t)
{
	struct ent_conflict *c;
	struct ent_err err;
	size_t n;

	assert_int_equal(ent_conflicts(t->x[SOUTH], t->a, &c, &n, &err), 0);
	for (size_t i = 0; i < n; i++)
		both_are_signed_by_north(t, &c[i]);
	return n;
}

static void
two_parties_are_not_shown_two_histories(void **state)
{
	/* how many entries more each is shown, and how North answers when it is asked */
	static const struct {
		const char *what;
		int south, stranger;
		bool forked, answers_forked;
		int heard, linked;
	} cases[] = {
		{ "one history, as far", 2, 2, false, false, 0, 1 },
		{ "one history, South further", 3, 1, false, false, 0, 0 },
		{ "one history, South behind", 1, 3, false, false, 0, 1 },
		{ "two, as far", 2, 2, true, false, ENT_ECONFLICT, 0 },
		{ "two, asked for the link", 3, 1, true, false, 0, ENT_ECONFLICT },
		{ "two, the other one shown for it", 3, 1, true, true, 0, ENT_ECONFLICT },
		{ "two, South behind", 1, 3, true, false, 0, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct two *t = two_new();
		struct ent_str id = two_agree_three(t);
		struct book south, stranger, *answer = &south;
		struct ent_err err = { 0 };
		struct ent_witnessed w;

		entries_of(t, id, &south);
		stranger = south;
		for (int k = 0; k < cases[i].south; k++)
			add_entry(&south, "{\"kind\":\"x\"}");
		for (int k = 0; k < cases[i].stranger; k++)
			add_entry(&stranger, cases[i].forked && k == 0 ? "{\"kind\":\"y\"}"
			                                               : "{\"kind\":\"x\"}");
		assert_int_equal(shown_to(t, SOUTH, request(t, id, &south, 0), &w), 200);
		assert_int_equal(shown_to(t, STRANGER, request(t, id, &stranger, 0), &w), 200);
		if (told(t, id, STRANGER, &err) != cases[i].heard)
			fail_msg("%s: heard: %s", cases[i].what, err.msg);
		if (cases[i].answers_forked) {
			answer = &stranger;
			while (answer->n < south.n)
				add_entry(answer, "{\"kind\":\"x\"}");
		}
		if (cases[i].heard == 0 && link_to(t, id, answer, &err) != cases[i].linked)
			fail_msg("%s: linked: %s", cases[i].what, err.msg);
		if (cases[i].heard || cases[i].linked < 0)
			assert_non_null(strstr(err.msg, "two histories"));
		assert_int_equal(conflicts_at_south(t), cases[i].heard || cases[i].linked < 0);
		two_free(t);
	}
}

static void
what_waits_to_be_linked_is_linked_once_it_can(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree_three(t), origin;
	struct ent_witnessed w;
	struct book south, stranger;
	struct ent_err err;
	uint64_t old;

	entries_of(t, id, &south);
	old = south.n;
	stranger = south;
	for (int k = 0; k < 3; k++)
		add_entry(&stranger, "{\"kind\":\"y\"}");
	assert_int_equal(shown_to(t, SOUTH, request(t, id, &south, 0), &w), 200);
	assert_int_equal(shown_to(t, STRANGER, request(t, id, &stranger, 0), &w), 200);
	/* North hasn't shown South as much yet, and then something else */
	assert_int_equal(told(t, id, STRANGER, &err), 0);
	assert_int_equal(link_to(t, id, &south, &err), 1);
	for (int k = 0; k < 4; k++)
		add_entry(&south, "{\"kind\":\"x\"}");
	assert_int_equal(shown_to(t, SOUTH, request(t, id, &south, old), &w), 200);
	/* a ledger that grew since is asked again; what is no answer isn't one */
	add_entry(&south, "{\"kind\":\"x\"}");
	assert_int_equal(link_to(t, id, &south, &err), ENT_EBUSY);
	south.n--;
	assert_int_equal(conflicts_at_south(t), 0);
	assert_int_equal(link_to(t, id, &south, &err), ENT_ECONFLICT);
	assert_int_equal(conflicts_at_south(t), 1);
	/* a person decides; the same word is no news then, and nothing is left to ask */
	origin = ent_arena_printf(t->a, "north.example/entente/%.*s", ENT_FMT(id));
	assert_int_equal(ent_conflict_clear(t->x[SOUTH], t->a, origin, &err), 0);
	assert_int_equal(shown_to(t, SOUTH, request(t, id, &south, 0), &w), 200);
	assert_int_equal(told(t, id, STRANGER, &err), 0);
	assert_int_equal(link_to(t, id, &south, &err), 1);
	assert_int_equal(conflicts_at_south(t), 0);
}

static void
nobody_is_accused_by_what_he_did_not_sign(void **state)
{
	struct two *t = *state;
	struct ent_str id = two_agree_three(t), note;
	struct ent_peer north = peer_of(t, SOUTH, NORTH), by = peer_of(t, SOUTH, STRANGER);
	const struct ent_key *log = &t->keys[STRANGER].key[ENT_KEY_LEDGER],
			     *witness = &t->keys[STRANGER].key[ENT_KEY_WITNESS];
	struct ent_hash root = { { 1 } };
	struct ent_witnessed w;
	struct ent_str line,
	    origin = ent_arena_printf(t->a, "north.example/entente/%.*s", ENT_FMT(id));
	struct ent_err err;
	struct book b;

	entries_of(t, id, &b);
	assert_int_equal(shown_to(t, SOUTH, request(t, id, &b, 0), &w), 200);
	/* the stranger's own invention, of the same size, in North's name */
	if (ent_checkpoint_sign(t->a, origin, b.n, &root, log->pub, log->sec, &note, &err) ||
	    ent_cosign(t->a, note, ENT_STR("stranger.example/entente"), T0 / 1000000,
	               witness->pub, witness->sec, &line, &err))
		fail_msg("%s", err.msg);
	note = ent_arena_printf(t->a, "%.*s%.*s", ENT_FMT(note), ENT_FMT(line));
	assert_int_equal(ent_heard(t->x[SOUTH], t->a, id, &north, &by, note, &err), ENT_ESIG);
	/* one that North signed, and the stranger did not cosign; what is none */
	assert_int_equal(
	    ent_book_checkpoint(t->x[NORTH], t->a, id, &note, &(uint64_t){ 0 }, &err), 0);
	assert_int_equal(ent_heard(t->x[SOUTH], t->a, id, &north, &by, note, &err), ENT_ENOENT);
	assert_int_not_equal(
	    ent_heard(t->x[SOUTH], t->a, id, &north, &by, ENT_STR("north\n"), &err), 0);
	assert_int_equal(conflicts_at_south(t), 0);
}

/* ---- what was signed for one agreement, brought under another ---- */

static void
nothing_that_was_signed_is_replayed_under_another_agreement(void **state)
{
	struct two *t = *state;
	struct ent_str one = two_agree(t, NULL), other = two_agree(t, NULL), bundle, shown;
	struct ent_release_report rep;
	struct ent_arrival ar;
	struct ent_receipt *r;
	struct ent_witnessed w;
	struct ent_err err;
	struct book b;
	size_t fresh, n;

	act(t, NORTH, one, ENT_ACT_SUSPEND);
	assert_int_equal(ent_agreement_bundle(t->x[NORTH], t->a, one,
	                                      (struct ent_str){ NULL, 0 }, NULL, &bundle, &err),
	                 0);
	assert_int_equal(two_take(t, SOUTH, other, two_party(NORTH), bundle, &fresh, &err),
	                 ENT_EUNUSABLE);
	assert_non_null(strstr(err.msg, "another agreement"));
	assert_int_equal(fresh, 0);
	assert_int_equal(two_state(t, SOUTH, other), ENT_IN_FORCE);
	/* a receipt: both channels have the same object under the same number */
	act(t, NORTH, one, ENT_ACT_RESUME);
	assert_int_equal(two_import(t, NORTH, OBJECT, &err), 0);
	two_release_all(t, NORTH, one, &rep);
	two_release_all(t, NORTH, other, &rep);
	assert_int_equal(two_arrive(t, SOUTH, other, OBJECT, 1, 1, &ar, &err), 0);
	two_receipts(t, SOUTH, other, &r, &n);
	assert_int_equal(n, 1);
	assert_int_not_equal(two_receipt(t, one, r[0].envelope, &err), 0);
	assert_non_null(strstr(err.msg, "agreement"));
	/* a checkpoint: South has cosigned nothing of the other ledger, and keeps it apart */
	entries_of(t, one, &b);
	assert_int_equal(shown_to(t, SOUTH, request(t, one, &b, 0), &w), 200);
	assert_int_equal(
	    ent_book_checkpoint(t->x[NORTH], t->a, other, &shown, &(uint64_t){ 0 }, &err), 0);
	assert_null(memmem(shown.p, shown.n, one.p, one.n));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, two_setup, two_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ledger_that_was_changed_is_told_at_the_next_contact),
		TEST(the_end_of_a_ledger_is_not_cut_off_unseen),
		cmocka_unit_test(two_parties_are_not_shown_two_histories),
		TEST(what_waits_to_be_linked_is_linked_once_it_can),
		TEST(nobody_is_accused_by_what_he_did_not_sign),
		TEST(nothing_that_was_signed_is_replayed_under_another_agreement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
